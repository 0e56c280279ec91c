"""What the owner takes at all: for the site, and for single pages."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol import (
    AppTargets,
    PingbackMiddleware,
    Protocol,
    SQLiteStore,
    Status,
    Target,
    TargetNotPingable,
    TrackbackMiddleware,
)
from linkback_protocol.cli import main
from linkback_protocol.policy import Policy, PolicyChanged, StoredPolicy
from linkback_protocol.targets import PUBLISHED_KEY
from tests.conftest import SITE
from tests.receiver.test_receive import POST, pingback, trackback

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from threading import Barrier

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from linkback_protocol import Receiver, Store
    from tests.peers import SourceSite

NOW = 1_800_000_000.0
DAY = timedelta(days=1)


def stored(store: Store) -> StoredPolicy:
    return StoredPolicy(store, remember=0)


class TestPolicy:
    @pytest.mark.parametrize(
        ("policy", "protocol", "age", "refused"),
        [
            ({}, Protocol.PINGBACK, 9, ""),
            ({"pingbacks": False}, Protocol.PINGBACK, 9, "no pingbacks"),
            ({"pingbacks": False}, Protocol.TRACKBACK, 9, ""),
            ({"trackbacks": False}, Protocol.TRACKBACK, None, "no trackbacks"),
            ({"close_after": 8}, Protocol.PINGBACK, 9, "8 days"),
            ({"close_after": 10}, Protocol.PINGBACK, 9, ""),
            ({"close_after": 8}, Protocol.PINGBACK, None, ""),
            ({"close_after": 0}, Protocol.PINGBACK, 9, ""),
        ],
    )
    def test_it_says_what_a_page_refuses(
        self, policy: dict[str, Any], protocol: Protocol, age: float | None, refused: str
    ) -> None:
        published = None if age is None else datetime.fromtimestamp(NOW, UTC) - age * DAY
        said = Policy(**policy).refuses(protocol, published, NOW)
        assert refused in said
        assert bool(said) == bool(refused)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"pingbacks": 1.5},
            {"pingbacks": 0},
            {"trackbacks": 1},
            {"moderate": 0.0},
            {"moderate": []},
            {"close_after": -1},
            {"close_after": True},
            {"close_after": "30"},
            {"close_after": float("nan")},
        ],
    )
    def test_settings_are_checked(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Policy(**wrong)


class TestStored:
    def test_a_page_goes_before_the_site(self, store: Store) -> None:
        policy = stored(store)
        assert policy.says_nothing
        policy.change(Policy(pingbacks=False, moderate=True))
        policy.change(Policy(pingbacks=True, close_after=3), page=POST + "#top")
        assert policy(POST) == Policy(pingbacks=True, moderate=True, close_after=3)
        assert policy(SITE + "other/") == Policy(pingbacks=False, moderate=True)
        assert policy.pages() == {POST: Policy(pingbacks=True, close_after=3)}
        policy.change(Policy(), page=POST)
        policy.change(Policy())
        assert policy.says_nothing

    def test_one_spelling_of_a_page_is_as_good_as_another(self, store: Store) -> None:
        policy = stored(store)
        policy.change(Policy(pingbacks=False), page=POST)
        other = POST.removesuffix("/").replace("http:", "https:")
        assert other != POST
        assert policy.own(other) == policy.own(POST) == Policy(pingbacks=False)
        policy.change(Policy(), page=other)
        assert policy.pages() == {}

    @pytest.mark.parametrize("page", [None, POST])
    def test_a_change_takes_the_place_of_what_it_was_made_of_only(
        self, store: Store, page: str | None
    ) -> None:
        policy = stored(store)
        policy.change(Policy(pingbacks=False), page=page, before=Policy())
        with pytest.raises(PolicyChanged):
            policy.change(Policy(trackbacks=False), page=page, before=Policy())
        assert (policy.site() if page is None else policy.own(page)) == Policy(pingbacks=False)
        policy.change(Policy(trackbacks=False), page=page, before=Policy(pingbacks=False))

    def test_of_two_changes_at_once_one_is_kept(self, store: Store) -> None:
        policy, turns = stored(store), 20
        for turn in range(turns):
            together = threading.Barrier(2)

            def change(days: float, before: Policy, *, at: Barrier = together) -> bool:
                at.wait(timeout=10)
                try:
                    policy.change(Policy(close_after=days), before=before)
                except PolicyChanged:
                    return False
                return True

            before = policy.site()
            with ThreadPoolExecutor(2) as threads:
                changed = [threads.submit(change, 2 * turn + each, before) for each in (1, 2)]
            kept = [each.result(timeout=10) for each in changed]
            assert sorted(kept) == [False, True]
            assert policy.site() == Policy(close_after=2 * turn + kept.index(True) + 1)

    def test_others_see_a_change(self, store: Store) -> None:
        reader = stored(store)
        assert reader(POST) == Policy()
        stored(store).change(Policy(moderate=False))
        assert reader(POST) == Policy(moderate=False)


class TestReceiving:
    def test_what_is_not_taken_is_refused_before_anything_is_fetched(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        receiver = make_receiver(targets=Target, policy=lambda _: Policy(trackbacks=False))
        with pytest.raises(TargetNotPingable):
            receiver.receive(trackback(source.link("/a", POST)))
        assert source.hits == []
        assert receiver.receive(pingback(source.link("/a", POST))).status is Status.PENDING

    @pytest.mark.parametrize(
        ("policy", "moderate", "status"),
        [
            (None, True, Status.PENDING),
            (False, True, Status.APPROVED),
            (True, False, Status.PENDING),
            (None, False, Status.APPROVED),
        ],
    )
    def test_a_page_says_whether_it_is_moderated(
        self,
        make_receiver: Callable[..., Receiver],
        source: SourceSite,
        policy: bool | None,
        moderate: bool,
        status: Status,
    ) -> None:
        receiver = make_receiver(
            targets=Target, moderate=moderate, policy=lambda _: Policy(moderate=policy)
        )
        assert receiver.receive(pingback(source.link("/a", POST))).status is status

    def test_pages_close_with_age(
        self, make_receiver: Callable[..., Receiver], source: SourceSite, store: Store
    ) -> None:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            days = 30 if "old" in environ["PATH_INFO"] else 1
            environ[PUBLISHED_KEY] = datetime.now(UTC) - days * DAY
            start_response("200 OK", [("Content-Type", "text/html")])
            return [b"<html><head></head><body>A post</body></html>"]

        stored(store).change(Policy(close_after=14))
        receiver = make_receiver(targets=AppTargets(app, SITE))
        old, new = SITE + "old/", SITE + "new/"
        assert receiver.receive(pingback(source.link("/a", new), new)).status is Status.PENDING
        with pytest.raises(TargetNotPingable, match="14 days"):
            receiver.receive(pingback(source.link("/b", old), old))

        wrapped = PingbackMiddleware(
            TrackbackMiddleware(app, receiver, inject=True), receiver, inject=True
        )
        for path, offered in (("/new/", True), ("/old/", False)):
            headers, body = get(wrapped, path)
            assert ("X-Pingback" in headers) == offered
            assert (b'rel="pingback"' in body) == offered
            assert (b"trackback:ping" in body) == offered


def get(app: Any, path: str) -> tuple[dict[str, str], bytes]:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "blog.example",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
    }
    answered: list[dict[str, str]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        del status, exc_info
        answered.append(dict(headers))
        return lambda _: None

    body = app(environ, start_response)
    try:
        content = b"".join(body)
        return answered[-1], content
    finally:
        if hasattr(body, "close"):
            body.close()


class TestCommand:
    @pytest.fixture
    def db(self, tmp_path: Path) -> str:
        path = str(tmp_path / "linkbacks.db")
        SQLiteStore(path).close()
        return path

    def test_settings_are_changed_and_listed(
        self, db: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["settings", "--db", db]) == 0
        assert capsys.readouterr().out == "the site: nothing is set\n"
        assert main(["settings", "--trackbacks", "no", "--close-after", "30", "--db", db]) == 0
        assert main(["settings", "--page", POST, "--moderate", "yes", "--db", db]) == 0
        capsys.readouterr()
        assert main(["settings", "--trackbacks", "default", "--json", "--db", db]) == 0
        assert json.loads(capsys.readouterr().out) == {
            "site": {"close_after": 30.0},
            "pages": {POST: {"moderate": True}},
        }
        assert main(["settings", "--db", db]) == 0
        assert capsys.readouterr().out == f"the site: close_after 30\n{POST}: moderate yes\n"

    def test_a_page_keeps_its_settings_in_another_spelling(
        self, db: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["settings", "--page", POST, "--moderate", "yes", "--db", db]) == 0
        other = POST.removesuffix("/")
        assert main(["settings", "--page", other, "--pingbacks", "no", "--db", db]) == 0
        capsys.readouterr()
        assert main(["settings", "--page", POST, "--db", db]) == 0
        (_, own) = capsys.readouterr().out.splitlines()
        assert own == f"{POST}: pingbacks no, moderate yes"

    @pytest.mark.parametrize(
        "wrong", [["--moderate", "maybe"], ["--close-after", "-1"], ["--page", "nonsense"]]
    )
    def test_mistakes_are_one_sentence(
        self, db: str, capsys: pytest.CaptureFixture[str], wrong: list[str]
    ) -> None:
        try:
            status = main(["settings", *wrong, "--db", db])
        except SystemExit as stop:
            status = stop.code
        assert status == 2
        assert wrong[0] in capsys.readouterr().err
