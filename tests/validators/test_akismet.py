from __future__ import annotations

import logging
import socket
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol.linkback import Action, Linkback, Protocol, Status
from linkback_protocol.validators.akismet import Akismet, AkismetError, InvalidKey
from tests.hostile_server import BEHAVIOURS, HostileServer
from tests.support import wait_until
from tests.validators.akismet_server import KEY, akismet_server
from tests.validators.support import SOURCE, TARGET, candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.validators.akismet_server import AkismetServer

BLOG = "http://ours.test/"
PAGE = (
    "<html><title>{title}</title><meta property='og:site_name' content='Björns Blog'>"
    f"<p>I read about it in <a href='{TARGET}'>this post</a> and {{more}}."
)
HONEST = PAGE.format(title="A post", more="liked it")
SPAM = PAGE.format(title="Pills", more="sell viagra here")


@pytest.fixture
def server() -> Iterator[AkismetServer]:
    with akismet_server() as started:
        yield started


def validator(server: AkismetServer, **settings: Any) -> Akismet:
    defaults = {"key": KEY, "blog": BLOG, "endpoint": server.endpoint, "timeout": 10.0}
    return Akismet(**(defaults | settings))


def linkback() -> Linkback:
    at = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)
    return Linkback(
        id=7,
        protocol=Protocol.TRACKBACK,
        source=SOURCE,
        target=TARGET,
        page=TARGET,
        status=Status.SPAM,
        title="A title",
        excerpt="An excerpt & more",
        site_name="Björns Blog",
        sender="203.0.113.5",
        received=at,
        updated=at,
    )


class TestJudging:
    def test_says_nothing_of_what_is_fine(self, server: AkismetServer) -> None:
        assert validator(server)(candidate(HONEST)) is None

    def test_catches_spam_on_the_page(self, server: AkismetServer) -> None:
        verdict = validator(server)(candidate(SPAM))
        assert verdict is not None
        assert verdict.action is Action.SPAM
        assert verdict.reason == "Akismet calls it spam"

    def test_mentions_the_advice_to_discard(self, server: AkismetServer) -> None:
        verdict = validator(server)(candidate(PAGE.format(title="Pills", more="buy VIAGRA")))
        assert verdict is not None
        assert verdict.action is Action.SPAM
        assert "discard" in verdict.reason

    def test_sends_what_a_pingback_leads_to(self, server: AkismetServer) -> None:
        asked = candidate(HONEST)
        validator(server, language="sv", test=True)(asked)
        assert server.calls == [
            (
                "comment-check",
                {
                    "api_key": KEY,
                    "blog": BLOG,
                    "user_ip": "203.0.113.5",
                    "user_agent": "",
                    "referrer": "",
                    "permalink": TARGET,
                    "comment_type": "pingback",
                    "comment_author": "Björns Blog",
                    "comment_author_url": SOURCE,
                    "comment_content": "I read about it in this post and liked it.",
                    "comment_date_gmt": asked.ping.received.isoformat(timespec="seconds"),
                    "blog_charset": "UTF-8",
                    "blog_lang": "sv",
                    "is_test": "1",
                },
            )
        ]
        headers = server.headers[0]
        assert headers["user-agent"].startswith("linkback_protocol/")
        assert headers["content-type"] == "application/x-www-form-urlencoded"
        assert "authorization" not in headers

    def test_sends_what_a_trackback_says_of_itself(self, server: AkismetServer) -> None:
        validator(server)(
            candidate(
                None,
                protocol=Protocol.TRACKBACK,
                title="A title",
                excerpt="An excerpt & more=less",
                blog_name="Café",
            )
        )
        form = server.calls[0][1]
        assert form["comment_type"] == "trackback"
        assert form["comment_author"] == "Café"
        assert form["comment_content"] == "An excerpt & more=less"
        assert "akismet_pre_check" not in form
        assert "is_test" not in form

    def test_asks_before_the_source_is_fetched(self, server: AkismetServer) -> None:
        asked = candidate(SPAM)
        assert validator(server, before_fetch=True)(asked) is None
        assert not asked.is_read
        form = server.calls[0][1]
        assert form["akismet_pre_check"] == "1"
        assert form["comment_pingback_target"] == TARGET
        assert form["comment_author_url"] == SOURCE

    def test_takes_an_endpoint_without_a_slash(self, server: AkismetServer) -> None:
        validator(server, endpoint=server.endpoint.removesuffix("/")).check_key()


class TestFailing:
    @pytest.mark.parametrize(
        ("says", "reason"),
        [
            ((200, {}, "invalid"), "Akismet answered 'invalid'"),
            (
                (200, {"X-akismet-debug-help": "no such key"}, "invalid"),
                "Akismet answered 'invalid': no such key",
            ),
            (
                (200, {"X-akismet-alert-msg": "upgrade your plan"}, "x" * 3_000_000),
                f"Akismet answered '{'x' * 39}…': upgrade your plan",
            ),
            ((200, {}, ""), "Akismet answered ''"),
            ((500, {}, "true"), "Akismet answered HTTP 500"),
            ((429, {}, "true"), "Akismet answered HTTP 429"),
        ],
    )
    def test_abstains(
        self, server: AkismetServer, says: tuple[int, dict[str, str], str], reason: str
    ) -> None:
        server.says = says
        verdict = validator(server)(candidate(SPAM))
        assert verdict is not None
        assert verdict.action is Action.ABSTAIN
        assert verdict.reason == reason

    def test_is_logged_once_in_a_while(
        self, server: AkismetServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        asked = validator(server, key="wrong")
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                asked(candidate(SPAM))
        assert len(caplog.records) == 1
        assert "unable to find your key" in caplog.text

    def test_keeps_the_key_to_itself(
        self, server: AkismetServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        asked = validator(server, key="secret", timeout=5.0)
        with caplog.at_level(logging.WARNING):
            verdict = asked(candidate(SPAM))
        assert "secret" not in f"{asked!r} {verdict!r} {caplog.text}"

    def test_follows_no_redirect(self, server: AkismetServer) -> None:
        server.says = (307, {"Location": f"{server.endpoint}elsewhere"}, "true")
        verdict = validator(server)(candidate(SPAM))
        assert verdict is not None
        assert verdict.reason == "Akismet answered HTTP 307"
        assert len(server.calls) == 1

    def test_takes_nothing_from_the_environment(
        self, server: AkismetServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("default login someone password secret\n")
        monkeypatch.setenv("NETRC", str(netrc))
        for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        verdict = validator(server)(candidate(SPAM))
        assert verdict is not None
        assert verdict.action is Action.SPAM
        assert "authorization" not in server.headers[0]

    def test_abstains_where_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        asked = Akismet(key=KEY, blog=BLOG, endpoint=f"http://127.0.0.1:{port}/", timeout=10.0)
        verdict = asked(candidate(SPAM))
        assert verdict is not None
        assert verdict.action is Action.ABSTAIN
        assert verdict.reason == "Akismet was not reached (ConnectionError)"

    @pytest.mark.parametrize(
        "behaviour",
        [
            "silence",
            "drip-status",
            "drip-headers",
            "drip-body",
            "drip-chunks",
            "drip-continue",
            "stall-body",
        ],
    )
    def test_waits_no_longer_than_it_is_told(self, behaviour: str) -> None:
        with HostileServer() as hostile:
            hostile.does(BEHAVIOURS[behaviour], path="1.1/comment-check")
            asked = Akismet(key=KEY, blog=BLOG, endpoint=hostile.url("1.1/"), timeout=0.3)
            verdict = asked(candidate(SPAM))
            assert verdict is not None
            assert verdict.action is Action.ABSTAIN
            assert verdict.reason == "Akismet did not answer within 0.3 s"
            # The thread goes too, although the server goes on.
            wait_until(
                lambda: not any(thread.name == "linkback-call" for thread in threading.enumerate())
            )

    @pytest.mark.parametrize(
        ("behaviour", "reason"),
        [
            ("flood-body", "Akismet answered 'x"),
            ("flood-headers", "Akismet was not reached"),
            ("reset", "Akismet was not reached"),
            ("close", "Akismet was not reached"),
        ],
    )
    def test_abstains_where_the_answer_is_none(self, behaviour: str, reason: str) -> None:
        with HostileServer() as hostile:
            hostile.does(BEHAVIOURS[behaviour], path="1.1/comment-check")
            asked = Akismet(key=KEY, blog=BLOG, endpoint=hostile.url("1.1/"), timeout=5.0)
            verdict = asked(candidate(SPAM))
            assert verdict is not None
            assert verdict.action is Action.ABSTAIN
            assert verdict.reason.startswith(reason)

    def test_unpacks_nothing(self, server: AkismetServer) -> None:
        server.says = (200, {"Content-Encoding": "gzip"}, "packed")
        verdict = validator(server)(candidate(SPAM))
        assert verdict is not None
        assert verdict.reason == "Akismet answered 'packed'"
        assert server.headers[0]["accept-encoding"] == "identity"


class TestKey:
    def test_is_checked(self, server: AkismetServer) -> None:
        validator(server).check_key()
        assert server.calls == [("verify-key", {"api_key": KEY, "key": KEY, "blog": BLOG})]

    def test_is_told_apart_from_a_failure(self, server: AkismetServer) -> None:
        with pytest.raises(InvalidKey, match="unable to find your key") as caught:
            validator(server, key="wrong").check_key()
        assert isinstance(caught.value, ValueError)
        server.says = (503, {}, "valid")
        with pytest.raises(AkismetError, match="HTTP 503") as failed:
            validator(server).check_key()
        assert not isinstance(failed.value, ValueError)
        server.says = (200, {}, "what?")
        with pytest.raises(AkismetError, match="what"):
            validator(server).check_key()


class TestFeedback:
    @pytest.mark.parametrize(
        ("method", "call"), [("submit_spam", "submit-spam"), ("submit_ham", "submit-ham")]
    )
    def test_tells_what_was_moved(self, server: AkismetServer, method: str, call: str) -> None:
        getattr(validator(server), method)(linkback())
        assert server.calls == [
            (
                call,
                {
                    "api_key": KEY,
                    "blog": BLOG,
                    "user_ip": "203.0.113.5",
                    "user_agent": "",
                    "referrer": "",
                    "permalink": TARGET,
                    "comment_type": "trackback",
                    "comment_author": "Björns Blog",
                    "comment_author_url": SOURCE,
                    "comment_content": "An excerpt & more",
                    "comment_date_gmt": "2026-03-01T12:30:15+00:00",
                    "blog_charset": "UTF-8",
                },
            )
        ]

    def test_fails_aloud(self, server: AkismetServer) -> None:
        with pytest.raises(AkismetError, match="invalid"):
            validator(server, key="wrong").submit_spam(linkback())


def test_settings() -> None:
    for settings, message in (
        ({"key": ""}, "key="),
        ({"blog": "ours.test"}, "blog"),
        ({"endpoint": "ftp://rest.akismet.com/"}, "endpoint"),
        ({"timeout": 0}, "timeout"),
    ):
        with pytest.raises(ValueError, match=message):
            Akismet(**({"key": KEY, "blog": BLOG} | settings))
