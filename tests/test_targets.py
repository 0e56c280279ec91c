"""Targets that a WSGI app is asked for, as a visitor would ask."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol import AppTargets, Target, TargetNotFound, TargetNotPingable
from linkback_protocol.targets import OPEN_KEY, is_html, read_site, says_open
from linkback_protocol.url import MAX_LENGTH, parse
from tests.wsgi.apps import HTML, Tracked, answers, generates, writes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SITE = "http://blog.example/"
POST = "http://blog.example/post/"


@dataclass
class Site:
    """An app of several answers, by method and path; it keeps the requests that it got."""

    answers: dict[str, WSGIApplication] = field(default_factory=dict)
    asked: list[WSGIEnvironment] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append(environ)
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        app = self.answers.get(f"{method} {path}") or self.answers.get(
            path, status("404 Not Found")
        )
        return app(environ, start_response)

    @property
    def lines(self) -> list[str]:
        return [f"{asked['REQUEST_METHOD']} {asked['PATH_INFO']}" for asked in self.asked]


def status(line: str, *headers: tuple[str, str]) -> WSGIApplication:
    return answers([b"<p>Hi."], HTML, *headers, status=line)


def moved(location: str, line: str = "301 Moved Permanently") -> WSGIApplication:
    return status(line, ("Location", location))


PAGE = status("200 OK")


def look_up(app: WSGIApplication, target: str = POST, *, site: str = SITE) -> Target:
    return AppTargets(app, site)(target)


class TestPage:
    def test_one_request_is_enough(self) -> None:
        site = Site({"/post/": PAGE})
        assert look_up(site) == Target(POST, open=True)
        assert site.lines == ["HEAD /post/"]

    @pytest.mark.parametrize(
        "line",
        ["405 Not Allowed", "404 Not Found", "403 Forbidden", "500 Oops", "501 Not Implemented"],
    )
    def test_get_where_head_says_no(self, line: str) -> None:
        site = Site({"HEAD /post/": status(line), "GET /post/": PAGE})
        assert look_up(site) == Target(POST)
        assert site.lines == ["HEAD /post/", "GET /post/"]

    def test_get_where_head_raises(self) -> None:
        site = Site({"HEAD /post/": raises, "GET /post/": PAGE})
        assert look_up(site) == Target(POST)

    @pytest.mark.parametrize(
        "content_type", ["text/html", "TEXT/HTML;charset=utf-8", "application/xhtml+xml"]
    )
    def test_of_html(self, content_type: str) -> None:
        assert look_up(answers([b""], ("content-type", content_type))) == Target(POST)

    @pytest.mark.parametrize(
        "headers",
        [
            [],
            [("Content-Type", "image/png")],
            [("Content-Type", "application/pdf")],
            [("Content-Type", "application/atom+xml")],
            [("Content-Type", "text/xml")],
            [("Content-Type", "text/plain")],
            [("Content-Type", "text/htmlish")],
        ],
    )
    def test_anything_else_takes_no_pings(self, headers: list[tuple[str, str]]) -> None:
        with pytest.raises(TargetNotPingable, match="no HTML page"):
            look_up(answers([b"x"], *headers))

    @pytest.mark.parametrize("line", ["404 Not Found", "410 Gone"])
    def test_missing_pages_definitely_do_not_exist(self, line: str) -> None:
        with pytest.raises(TargetNotFound, match=line[:3]):
            look_up(status(line))

    @pytest.mark.parametrize(
        "line",
        [
            *("100 Continue", "400 Bad Request", "401 Unauthorized", "403 Forbidden"),
            *("451 Unavailable", "500 Internal Server Error", "503 Service Unavailable"),
        ],
    )
    def test_other_statuses_take_no_pings(self, line: str) -> None:
        with pytest.raises(TargetNotPingable, match=line[:3]):
            look_up(status(line))

    def test_fragment_is_left_out(self) -> None:
        assert look_up(PAGE, POST + "?p=1#more") == Target(POST + "?p=1")


class TestOpen:
    @pytest.mark.parametrize(
        ("said", "open_"),
        [("closed", False), (" Closed ", False), ("open", True), ("OPEN", True), ("ajar", True)],
    )
    def test_by_header(self, said: str, open_: bool) -> None:
        assert look_up(status("200 OK", ("x-linkback", said))).open is open_

    @pytest.mark.parametrize("said", [True, False])
    def test_by_environ(self, said: bool) -> None:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            environ[OPEN_KEY] = said
            return PAGE(environ, start_response)

        assert look_up(app).open is said

    @pytest.mark.parametrize(
        ("said", "open_"), [("open", True), ("closed", False), ("ajar", False)]
    )
    def test_the_header_has_the_last_word(self, said: str, open_: bool) -> None:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            environ[OPEN_KEY] = open_ if said == "ajar" else not open_
            return status("200 OK", ("X-Linkback", said))(environ, start_response)

        assert look_up(app).open is open_

    def test_a_redirect_says_nothing_about_the_page(self) -> None:
        site = Site(
            {
                "/old": status("302 Found", ("Location", POST), ("X-Linkback", "closed")),
                "/post/": PAGE,
            }
        )
        assert look_up(site, SITE + "old") == Target(POST, open=True)


class TestRedirects:
    @pytest.mark.parametrize(
        "location",
        [
            "/post/",
            "//blog.example/post/",
            POST,
            "https://blog.example/post/",
            "../post/",
            POST + "#a",
        ],
    )
    def test_inside_the_site(self, location: str) -> None:
        site = Site({"/old/": moved(location), "/post/": PAGE})
        found = look_up(site, SITE + "old/")
        scheme = "https" if location.startswith("https") else "http"
        assert found == Target(f"{scheme}://blog.example/post/")
        assert site.asked[-1]["wsgi.url_scheme"] == scheme
        assert site.asked[-1]["SERVER_PORT"] == ("443" if scheme == "https" else "80")

    @pytest.mark.parametrize("line", ["301 Moved", "302 Found", "303 See Other", "307 T", "308 P"])
    def test_each_kind(self, line: str) -> None:
        site = Site({"/old": moved("/post/", line), "/post/": PAGE})
        assert look_up(site, SITE + "old") == Target(POST)

    def test_of_get_alone(self) -> None:
        site = Site({"HEAD /old": status("405 No"), "GET /old": moved("/post/"), "/post/": PAGE})
        assert look_up(site, SITE + "old") == Target(POST)

    @pytest.mark.parametrize(
        "location",
        [
            "http://evil.example/post/",
            "//evil.example/",
            "http://blog.example.evil.example/",
            "http://blog.example:8080/post/",
            "http://blog.example@evil.example/",
            "javascript:alert(1)",
            "http://[",
        ],
    )
    def test_away_from_the_site(self, location: str) -> None:
        with pytest.raises(TargetNotPingable, match="away from the site"):
            look_up(moved(location))

    def test_away_from_the_base_path(self) -> None:
        site = Site({"/blog/old": moved("/elsewhere/"), "/elsewhere/": PAGE})
        with pytest.raises(TargetNotPingable, match="away"):
            look_up(site, SITE + "blog/old", site=SITE + "blog/")
        assert site.lines == ["HEAD /blog/old"]

    def test_to_another_base_of_the_site(self) -> None:
        site = Site({"/old": moved("http://www.blog.example/post/"), "/post/": PAGE})
        targets = AppTargets(site, [SITE, "http://www.blog.example/"])
        assert targets(SITE + "old") == Target("http://www.blog.example/post/")

    def test_without_a_known_site_they_stay_on_the_host(self) -> None:
        site = Site(
            {"/old": moved("/post/"), "/away": moved("http://evil.example/post/"), "/post/": PAGE}
        )
        targets = AppTargets(site, ())
        assert targets(SITE + "old") == Target(POST)
        with pytest.raises(TargetNotPingable, match="away"):
            targets(SITE + "away")

    @pytest.mark.parametrize("location", ["/post/", "", "?", "/post/?again"])
    def test_in_a_circle(self, location: str) -> None:
        site = Site({"/post/": moved(location)})
        with pytest.raises(TargetNotPingable, match="more than 5 times"):
            look_up(site)
        assert len(site.asked) == 6

    def test_to_a_page_that_is_missing(self) -> None:
        with pytest.raises(TargetNotFound):
            look_up(Site({"/old": moved("/gone/")}), SITE + "old")


class TestTrailingSlash:
    @pytest.mark.parametrize(("asked", "found"), [("/post", "/post/"), ("/post/", "/post")])
    def test_is_tried_both_ways(self, asked: str, found: str) -> None:
        site = Site({found: PAGE})
        assert look_up(site, f"http://blog.example{asked}?p=1") == Target(
            f"http://blog.example{found}?p=1"
        )

    def test_the_home_page_has_no_other_spelling(self) -> None:
        site = Site()
        with pytest.raises(TargetNotFound):
            look_up(site, SITE)
        assert site.lines == ["HEAD /", "GET /"]

    def test_only_where_the_page_is_missing(self) -> None:
        site = Site({"/post/": status("403 Forbidden"), "/post": PAGE})
        with pytest.raises(TargetNotPingable):
            look_up(site)


def raises(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    raise RuntimeError("the app's own")


def raises_late(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    yield b""
    raise RuntimeError("the app's own")


def starts_never(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return [b"<p>Hi."]


class TestApps:
    @pytest.mark.parametrize("app", [raises, raises_late, starts_never, status("OK"), status("")])
    def test_one_that_fails_takes_no_pings(
        self, app: WSGIApplication, caplog: pytest.LogCaptureFixture
    ) -> None:
        with pytest.raises(TargetNotPingable, match="500"):
            look_up(app)
        assert {record.levelno for record in caplog.records} == {logging.ERROR}

    @pytest.mark.parametrize(
        "app",
        [
            generates(b"<p>", b"Hi.", headers=[HTML]),
            generates(headers=[HTML]),
            generates(b"", b"", b"Hi.", headers=[HTML]),
            writes(b"<p>", headers=[HTML], then=[b"Hi."]),
        ],
    )
    def test_every_way_to_answer(self, app: WSGIApplication) -> None:
        assert look_up(app) == Target(POST)

    def test_the_last_start_counts(self) -> None:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            start_response("200 OK", [HTML])
            start_response("404 Not Found", [HTML], (None, None, None))
            return []

        with pytest.raises(TargetNotFound):
            look_up(app)

    def test_the_body_is_closed_and_not_read(self) -> None:
        body = Tracked(b"<p>", b"Hi.")
        look_up(answers(body, HTML))
        assert (body.read, body.closed) == (0, 1)

    def test_a_late_body_is_closed_as_soon_as_it_has_started(self) -> None:
        closed: list[bool] = []

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            try:
                start_response("200 OK", [HTML])
                yield b"<p>"
                yield b"more than anybody asked for"
                closed.append(False)
            finally:
                closed.append(True)

        assert look_up(app) == Target(POST)
        assert closed == [True]

    @pytest.mark.parametrize("app", [PAGE, generates(b"<p>", headers=[HTML])])
    def test_validator_is_content(self, app: WSGIApplication) -> None:
        asked = Site({"HEAD /post/": validator(status("405 No")), "GET /post/": validator(app)})
        assert look_up(asked) == Target(POST)


class TestRequest:
    @staticmethod
    def environ(target: str = POST, *, mount: str = "") -> WSGIEnvironment:
        site = Site()
        with pytest.raises(TargetNotFound):
            AppTargets(site, SITE, mount=mount)(target)
        return site.asked[0]

    def test_is_that_of_a_visitor_without_an_account(self) -> None:
        environ = self.environ()
        assert not {"HTTP_COOKIE", "HTTP_AUTHORIZATION", "REMOTE_USER"} & set(environ)
        # From nowhere: an app may trust its own host or network.
        assert environ["REMOTE_ADDR"] == "192.0.2.1"
        assert environ["HTTP_HOST"] == environ["SERVER_NAME"] == "blog.example"
        assert environ["wsgi.input"].read() == b""

    def test_says_where_it_goes(self) -> None:
        environ = self.environ("https://blog.example:8443/a?b=%C3%A9&c#d")
        assert environ["wsgi.url_scheme"] == "https"
        assert environ["HTTP_HOST"] == "blog.example:8443"
        assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("blog.example", "8443")
        assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/a", "b=%C3%A9&c")

    @pytest.mark.parametrize(
        ("path", "info"),
        [
            ("/caf%C3%A9", "/caf\xc3\xa9"),
            ("/caf\xe9", "/caf\xc3\xa9"),
            ("/caf%E9", "/caf\xe9"),
            ("/%F0%9F%98%80", "/\xf0\x9f\x98\x80"),
            ("/a%20b%2Fc%25d", "/a b/c%d"),
            ("/100%", "/100%"),
        ],
    )
    def test_paths_arrive_as_wsgi_wants_them(self, path: str, info: str) -> None:
        assert self.environ("http://blog.example" + path)["PATH_INFO"] == info

    @pytest.mark.parametrize(
        ("mount", "path", "script", "info"),
        [
            ("/blog", "/blog/post/", "/blog", "/post/"),
            ("/blog", "/blog", "/blog", ""),
            ("/blog", "/blogs/post/", "", "/blogs/post/"),
            ("/blog", "/other/", "", "/other/"),
            ("", "/blog/post/", "", "/blog/post/"),
            ("/caf\xc3\xa9", "/caf%C3%A9/post/", "/caf\xc3\xa9", "/post/"),
        ],
    )
    def test_mount(self, mount: str, path: str, script: str, info: str) -> None:
        environ = self.environ("http://blog.example" + path, mount=mount)
        assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == (script, info)

    def test_a_mounted_app_finds_its_pages(self) -> None:
        targets = AppTargets(Site({"/post/": PAGE}), SITE + "blog/", mount="/blog")
        assert targets(SITE + "blog/post/") == Target(SITE + "blog/post/")

    @given(st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF)))
    def test_any_path_reaches_the_app_as_it_was(self, path: str) -> None:
        environ = self.environ(
            "http://blog.example/x" + "".join(f"%{b:02X}" for b in path.encode())
        )
        assert environ["PATH_INFO"].encode("latin-1").decode() == "/x" + path


class TestSettings:
    def test_site_is_one_or_several(self) -> None:
        base = parse("http://blog.example/")
        assert read_site(SITE) == read_site([SITE]) == read_site((base,)) == (base,)
        assert len(read_site([SITE, "https://www.blog.example/b/"])) == 2
        assert read_site(()) == ()

    @pytest.mark.parametrize("site", ["", "blog.example", "/blog/", ["ftp://blog.example/"]])
    def test_site_must_be_a_url(self, site: str | list[str]) -> None:
        with pytest.raises(ValueError, match="must be given as an absolute URL"):
            AppTargets(PAGE, site)

    def test_says_open(self) -> None:
        assert [says_open(said) for said in ("open", " CLOSED", "", "no")] == [
            True,
            False,
            None,
            None,
        ]

    def test_is_html(self) -> None:
        assert is_html("text/html ; charset=x")
        assert not is_html("text/plain; text/html")


def test_a_target_is_never_longer_than_an_address_may_be() -> None:
    def only_with_slash(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = environ["PATH_INFO"].endswith("/")
        start_response("200 OK" if found else "404 Not Found", [("Content-Type", "text/html")])
        return []

    longest = SITE + "a" * (MAX_LENGTH - len(SITE))
    assert look_up(only_with_slash, longest[:-1]).url == longest[:-1] + "/"
    with pytest.raises(TargetNotFound):
        look_up(only_with_slash, longest)
