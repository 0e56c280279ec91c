"""Who gets in, what a form must carry, and what every answer says, over HTTP."""

from __future__ import annotations

import base64
import http.client
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit
from wsgiref.validate import validator

import pytest
import requests
from werkzeug.test import Client

from linkback_protocol import MemoryStore, Status, Store, StoreError
from linkback_protocol.wsgi.moderation import BasicAuth, Moderation
from tests.peers import served
from tests.wsgi.moderation.desks import SECRET, add, mounted, user_of
from tests.wsgi.moderation.pages import Browser, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from linkback_protocol import Linkback

POSTS = ("decide", "hosts", "notes", "ask")
PATHS = ("", "1", "static/moderation.js", "missing", *POSTS)
FORM = "application/x-www-form-urlencoded"


class Desk:
    """The page behind names and passwords; it counts how often a password was looked at."""

    def __init__(self, url: str, looked: list[str], clock: list[float]) -> None:
        self.url = url
        self.looked = looked
        self.clock = clock

    def get(self, name: str, password: str) -> int:
        given = base64.b64encode(f"{name}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {given}"}
        return requests.get(self.url, headers=headers, timeout=10).status_code


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    looked: list[str] = []
    clock = [1.8e9]

    def check(name: str, password: str) -> bool:
        looked.append(name)
        return (name, password) == ("ann", "correct horse ü")

    authenticate = BasicAuth(check, store=store, attempts=3, clock=lambda: clock[0])
    with served(mounted(Moderation(store, authenticate=authenticate, secret=SECRET))) as url:
        yield Desk(url + "linkbacks/", looked, clock)


class TestStrangers:
    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
    def test_see_nothing(self, browser: Browser, store: Store, method: str, path: str) -> None:
        add(store, 1)
        answer = requests.request(method, browser.url + path, timeout=10)
        assert answer.status_code == 403
        assert "ridges" not in answer.text

    def test_are_asked_as_the_owner_wants(self, serve: Callable[..., Browser]) -> None:
        def to_sign_in(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            start("303 See Other", [("Location", "/sign-in"), ("Content-Length", "0")])
            return []

        browser = serve(challenge=to_sign_in)
        answer = requests.get(browser.url, allow_redirects=False, timeout=10)
        assert answer.headers["Location"] == "/sign-in"
        assert browser.get().status == 200

    def test_an_empty_name_is_nobody(self, serve: Callable[..., Browser]) -> None:
        browser = serve(authenticate=lambda _: "")
        assert browser.get().status == 403


class TestBasicAuth:
    def test_the_right_password_and_no_other(self, desk: Desk) -> None:
        assert desk.get("ann", "correct horse ü") == 200
        assert desk.get("ann", "correct horse") == 401
        assert desk.get("bob", "correct horse ü") == 401

    @pytest.mark.parametrize(
        "header",
        [
            "", "Basic", "Basic !!!", "Basic YW5u", "Basic Og==", "Bearer x", "Basic " + "x" * 5000,
            "Basic YW5uOg==", "Basic ÿþ", "Basic //46/w==",
        ],
    )  # fmt: skip
    def test_what_is_no_password_is_not_looked_at(self, desk: Desk, header: str) -> None:
        answer = requests.get(desk.url, headers={"Authorization": header}, timeout=10)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="Linkbacks", charset="UTF-8"'
        assert desk.looked == []

    def test_a_long_password_is_not_looked_at(self, desk: Desk) -> None:
        assert desk.get("ann", "x" * 257) == 401
        assert desk.looked == []

    def test_guesses_are_bounded_even_for_the_right_one(self, desk: Desk) -> None:
        assert [desk.get("ann", f"guess {turn}") for turn in range(5)] == [401] * 3 + [429] * 2
        assert desk.get("ann", "correct horse ü") == 429
        assert len(desk.looked) == 3
        answer = requests.get(desk.url, auth=("ann", "x"), timeout=10)
        assert answer.headers["Retry-After"] == "900"
        desk.clock[0] += 901
        assert desk.get("ann", "correct horse ü") == 200

    def test_who_is_in_stays_in_while_others_guess(self, desk: Desk) -> None:
        assert desk.get("ann", "correct horse ü") == 200
        for turn in range(5):
            desk.get("ann", f"guess {turn}")
        assert desk.get("ann", "correct horse ü") == 200
        assert len(desk.looked) == 3

    def test_a_right_password_is_looked_at_again_in_time(self, desk: Desk) -> None:
        for seconds in (0, 599, 2):
            desk.clock[0] += seconds
            assert desk.get("ann", "correct horse ü") == 200
        assert len(desk.looked) == 2

    def test_a_store_that_cannot_count_lets_nobody_in(self) -> None:
        class Full(MemoryStore):
            def hit(self, *_: object, **__: object) -> bool:
                raise StoreError("a secret path")

        store = Full()
        authenticate = BasicAuth(lambda *_: True, store=store)
        with served(mounted(Moderation(store, authenticate=authenticate, secret=SECRET))) as url:
            answer = requests.get(url + "linkbacks/", auth=("ann", "x"), timeout=10)
        assert answer.status_code == 500
        assert "secret path" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"

    def test_the_realm_goes_into_a_header(self) -> None:
        with pytest.raises(ValueError, match="realm"):
            BasicAuth(lambda *_: True, store=MemoryStore(), realm='x"\r\nSet-Cookie: y')


def form(browser: Browser, number: int, **fields: str) -> dict[str, str]:
    page = browser.get(str(number))
    return {**dict(page.form("one").hidden), "one": f"approve {number}", **fields}


@pytest.fixture
def held(store: Store) -> Linkback:
    return add(store, 1)


def is_pending(store: Store, linkback: Linkback) -> bool:
    kept = store.get(linkback.id)
    assert kept is not None
    return kept.status is Status.PENDING


class TestForms:
    @pytest.mark.parametrize("path", POSTS)
    @pytest.mark.parametrize("token", ["", "x", "ü", "0" * 64])
    def test_need_the_token(
        self, serve: Callable[..., Browser], store: Store, held: Linkback, path: str, token: str
    ) -> None:
        asked: list[str] = []
        browser = serve(block=asked.append, validators=[asked.append])
        fields = form(browser, held.id, token=token, block=str(held.id), notes="x", id="1")
        answer = browser.session.post(browser.url + path, data=fields, timeout=10)
        assert answer.status_code == 403
        assert store.get(held.id) == held
        assert asked == []

    def test_of_another_user_will_not_do(
        self, browser: Browser, store: Store, held: Linkback
    ) -> None:
        fields = form(Browser(browser.url, "bob"), held.id)
        assert browser.session.post(browser.url + "decide", data=fields).status_code == 403
        assert is_pending(store, held)

    def test_of_another_secret_will_not_do(
        self, serve: Callable[..., Browser], browser: Browser, held: Linkback
    ) -> None:
        fields = form(serve(secret="another secret, as long"), held.id)
        assert browser.session.post(browser.url + "decide", data=fields).status_code == 403

    @pytest.mark.parametrize(("days", "status"), [(0, 303), (1, 303), (2, 403), (-1, 403)])
    def test_are_good_for_a_day_or_two(
        self,
        serve: Callable[..., Browser],
        held: Linkback,
        days: int,
        status: int,
    ) -> None:
        clock = [1.8e9]
        browser = serve(clock=lambda: clock[0])
        fields = form(browser, held.id)
        clock[0] += days * 86400
        answer = browser.session.post(
            browser.url + "decide", data=fields, allow_redirects=False, timeout=10
        )
        assert answer.status_code == status

    @pytest.mark.parametrize(
        ("headers", "done"),
        [
            ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
            ({"Sec-Fetch-Site": "same-origin", "Origin": "https://behind.a.proxy.example"}, True),
            ({"Sec-Fetch-Site": "cross-site", "Origin": "OWN"}, False),
            ({"Sec-Fetch-Site": "same-site"}, False),
            ({"Sec-Fetch-Site": "none"}, False),
            ({"Origin": "OWN"}, True),
            ({"Origin": "null"}, True),
            ({"Origin": "http://evil.example"}, False),
            ({"Origin": "http://[evil"}, False),
            ({"Origin": "nonsense"}, False),
        ],
    )
    def test_come_from_our_own_pages(
        self,
        browser: Browser,
        store: Store,
        held: Linkback,
        headers: dict[str, str],
        done: bool,
    ) -> None:
        fields = form(browser, held.id)
        parts = urlsplit(browser.url)
        own = f"{parts.scheme}://{parts.netloc}"
        sent = {name: own if value == "OWN" else value for name, value in headers.items()}
        answer = browser.session.post(browser.url + "decide", data=fields, headers=sent)
        assert answer.status_code == (200 if done else 403)
        assert is_pending(store, held) is not done

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"one": "approve x"}, 400),
            ({"one": "approve -1"}, 400),
            ({"one": "approve " + "1" * 19}, 400),
            ({"one": "nonsense 1"}, 400),
            ({"one": "", "decision": "delete", "id": "1"}, 400),
            ({"one": "", "decision": "spam", "id": "1 OR 1"}, 400),
            ({"until": "soon"}, 400),
            ({"until": "nan"}, 400),
            ({"one": "approve 999"}, 404),
        ],
    )
    def test_nonsense_changes_nothing(
        self,
        browser: Browser,
        store: Store,
        held: Linkback,
        fields: dict[str, str],
        status: int,
    ) -> None:
        sent = form(browser, held.id, **fields)
        answer = browser.session.post(browser.url + "decide", data=sent, timeout=10)
        assert answer.status_code == status
        assert is_pending(store, held)

    def test_are_bounded(self, browser: Browser, store: Store, held: Linkback) -> None:
        sent = form(browser, held.id)
        large = {**sent, "notes": "x" * 65536}
        assert browser.session.post(browser.url + "decide", data=large).status_code == 413
        del sent["one"]
        for number in (501, 5000):
            many = [
                *sent.items(),
                ("decision", "spam"),
                *[("id", str(each + 1)) for each in range(number)],
            ]
            assert browser.session.post(browser.url + "decide", data=many).status_code == 413
        assert is_pending(store, held)

    @pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", ""])
    def test_are_of_the_one_kind_that_ours_are(
        self, browser: Browser, store: Store, held: Linkback, kind: str
    ) -> None:
        body = "&".join(f"{name}={value}" for name, value in form(browser, held.id).items())
        answer = browser.session.post(
            browser.url + "decide", data=body, headers={"Content-Type": kind}, timeout=10
        )
        assert answer.status_code == 415
        assert is_pending(store, held)

    def test_the_way_back_stays_here(self, browser: Browser, held: Linkback) -> None:
        views = ("//evil.example/", "https://evil.example/", "status=https://evil.example/")
        for view in views:
            sent = form(browser, held.id, view=view, item="")
            answer = browser.session.post(
                browser.url + "decide", data=sent, allow_redirects=False, timeout=10
            )
            assert answer.headers["Location"].startswith("/linkbacks/?")
            assert "evil" not in answer.headers["Location"]

    def test_a_way_back_of_too_many_parts_leads_to_the_queue(
        self, browser: Browser, store: Store, held: Linkback
    ) -> None:
        sent = form(browser, held.id, view="status=spam&" * 30, item="")
        answer = browser.session.post(browser.url + "decide", data=sent, timeout=10)
        assert answer.status_code == 200
        assert "was approved" in answer.text

    @pytest.mark.parametrize("item", ["x", "-1", "1" * 19])
    def test_that_lead_back_to_nothing_change_nothing(
        self, browser: Browser, store: Store, held: Linkback, item: str
    ) -> None:
        sent = form(browser, held.id, item=item)
        answer = browser.session.post(browser.url + "decide", data=sent, timeout=10)
        assert answer.status_code == 400
        assert is_pending(store, held)

    def test_a_short_secret_is_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="16"):
            Moderation(store, authenticate=user_of, secret="short")


class TestAnswers:
    @pytest.mark.parametrize("path", ["", "1", "missing", "static/moderation.css", "?status=x"])
    @pytest.mark.parametrize("user", ["ann", ""])
    def test_say_what_a_browser_may_do(self, browser: Browser, path: str, user: str) -> None:
        answer = requests.get(browser.url + path, headers={"X-User": user}, timeout=10)
        directives = dict(
            part.strip().split(" ", 1)
            for part in answer.headers["Content-Security-Policy"].split(";")
        )
        assert directives == {
            "default-src": "'none'",
            "style-src": "'self'",
            "script-src": "'self'",
            "img-src": "'self'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
        }
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers

    def test_nothing_in_a_page_is_inline(self, browser: Browser, held: Linkback) -> None:
        for path in ("", str(held.id)):
            for tag, given in browser.get(path).elements:
                assert tag != "style"
                assert tag != "script" or given["src"]
                assert not {name for name in given if name.startswith("on") or name == "style"}

    def test_files_are_kept_under_the_address_of_their_version(self, browser: Browser) -> None:
        page = browser.get()
        scripts = [given["src"] for tag, given in page.elements if tag == "script"]
        answer = browser.session.get(browser.url.replace("/linkbacks/", scripts[0]), timeout=10)
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer.headers["Cache-Control"] == "private, max-age=86400"

    @pytest.mark.parametrize("path", ["", "1", "static/icon.svg", "missing"])
    def test_to_head_are_those_to_get_without_a_body(
        self, browser: Browser, held: Linkback, path: str
    ) -> None:
        host = urlsplit(browser.url)
        assert host.port is not None
        connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=10)
        answers = []
        for method in ("GET", "HEAD"):
            connection.request(method, host.path + path, headers={"X-User": "ann"})
            answer = connection.getresponse()
            answers.append((answer.status, answer.getheader("Content-Length"), answer.read()))
        connection.close()
        (status, length, body), (head_status, head_length, head_body) = answers
        assert (status, length) == (head_status, head_length)
        assert length == str(len(body))
        assert head_body == b""

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("POST", "", "GET, HEAD"),
            ("DELETE", "1", "GET, HEAD"),
            *(("GET", path, "POST") for path in POSTS),
            ("OPTIONS", "decide", "POST"),
        ],
    )
    def test_to_other_methods(self, browser: Browser, method: str, path: str, allowed: str) -> None:
        answer = browser.session.request(method, browser.url + path, timeout=10)
        assert answer.status_code == 405
        assert answer.headers["Allow"] == allowed

    def test_of_a_store_that_fails(self, serve: Callable[..., Browser]) -> None:
        class Broken(MemoryStore):
            def count(self) -> dict[Status, int]:
                raise StoreError("a secret path")

        page = serve(store=Broken()).get()
        assert page.status == 500
        assert "secret path" not in page.source

    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "/"), ("HEAD", "/"), ("GET", ""), ("GET", "/x"), ("POST", "/decide")],
    )
    def test_are_proper_wsgi(self, store: Store, method: str, path: str) -> None:
        app = validator(Moderation(store, authenticate=user_of, secret=SECRET))
        with Client(app).open(
            path, "http://x.example/linkbacks", method=method, headers={"X-User": "ann"}
        ) as answer:
            assert answer.status_code < 500

    @pytest.mark.parametrize("mount", ["", "/a b", "/é", "/%22%3E%3Cb%3E"])
    def test_lead_below_any_mount(self, store: Store, mount: str) -> None:
        app = Moderation(store, authenticate=user_of, secret=SECRET)
        script_name = mount.encode().decode("latin-1")
        answer = Client(app).get(
            "/", headers={"X-User": "ann"}, environ_overrides={"SCRIPT_NAME": script_name}
        )
        expected = quote(mount, safe="/") + "/"
        assert Page(answer.text).forms[0].action == expected
