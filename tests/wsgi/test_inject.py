"""Putting markup into pages: right place, right length, and not one other byte changed."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING, NoReturn
from wsgiref.util import FileWrapper
from wsgiref.validate import validator

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, EnvironBuilder

from linkback_protocol.wsgi.inject import HeadInjector, changeable
from tests.peers import served
from tests.wsgi.apps import HTML, STYLES, Response, Tracked, answers, generates
from tests.wsgi.injection import (
    INJECTORS,
    PAGE,
    SNIPPET,
    WITH_LINK,
    Injector,
    close,
    cut,
    middleware,
    respond,
    sized,
    start,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from tests.wsgi.apps import Headers


class TestChangeable:
    @pytest.mark.parametrize(
        "headers",
        [
            [HTML],
            [("content-type", "TEXT/HTML")],
            [("Content-Type", "text/html; charset=ISO-8859-1")],
            [("Content-Type", 'application/xhtml+xml; charset="utf-8"')],
            [HTML, ("Content-Encoding", "identity")],
            [HTML, ("Cache-Control", "no-cache")],
            [HTML, ("ETag", '"x"')],
        ],
    )
    def test_whole_html_pages(self, headers: Headers) -> None:
        assert changeable("200 OK", headers)

    @pytest.mark.parametrize(
        "headers",
        [
            [],
            [("Content-Type", "text/plain")],
            [("Content-Type", "application/json")],
            [("Content-Type", "application/atom+xml")],
            [("Content-Type", "text/html+x")],
            [("Content-Type", "text/html; charset=utf-16")],
            [("Content-Type", "text/html; charset=UTF-16LE")],
            [("Content-Type", 'text/html; charset = "utf-32"')],
            [("Content-Type", "text/html; charset='UCS-2'")],
            [("Content-Type", "text/html; charset=utf-7")],
            [HTML, ("Content-Encoding", "gzip")],
            [("CONTENT-ENCODING", "br"), HTML],
            [HTML, ("Content-MD5", "x")],
            [HTML, ("Digest", "sha-256=x")],
            [HTML, ("Content-Digest", "sha-256=:x:")],
            [HTML, ("repr-digest", "sha-256=:x:")],
            [HTML, ("Cache-Control", "max-age=3, No-Transform")],
        ],
    )
    def test_everything_else(self, headers: Headers) -> None:
        assert not changeable("200 OK", headers)

    @pytest.mark.parametrize(
        "status", ["201 Created", "204 No Content", "206 Partial Content", "304 Not Modified"]
        + ["302 Found", "404 Not Found", "500 Internal Server Error"]
    )  # fmt: skip
    def test_other_statuses(self, status: str) -> None:
        assert not changeable(status, [HTML])


@pytest.mark.parametrize("kind", INJECTORS)
class TestPassingThrough:
    @pytest.mark.parametrize(
        "headers", [[("Content-Type", "image/png")], [HTML, ("Content-Encoding", "gzip")]]
    )
    def test_the_apps_own_iterable_comes_back(self, kind: Injector, headers: Headers) -> None:
        # Servers send a file_wrapper's file by sendfile() only where it is the very object.
        body = FileWrapper(BytesIO(PAGE))
        app = answers(body, *headers)
        environ = EnvironBuilder().get_environ()
        assert middleware(kind, app)(environ, Response().start) is body

    @pytest.mark.parametrize(
        ("status", "headers"),
        [
            ("206 Partial Content", [HTML, ("Content-Range", "bytes 0-75/76")]),
            ("404 Not Found", [HTML]),
            ("304 Not Modified", []),
            ("200 OK", [("Content-Type", "text/plain")]),
        ],
    )
    def test_nothing_changes(self, kind: Injector, status: str, headers: Headers) -> None:
        headers = [*headers, ("Content-Length", str(len(PAGE)))]
        for app in (
            answers([PAGE], *headers, status=status),
            generates(PAGE, headers=headers, status=status),
        ):
            response = respond(kind, app)
            assert (response.status, response.starts[0][1]) == (status, headers)
            assert response.body == PAGE

    def test_a_snippet_of_nothing_leaves_the_page_alone(self, kind: Injector) -> None:
        response, body = Response(), [PAGE]
        injector = kind(EnvironBuilder().get_environ(), response.start, lambda _: b"")
        app = answers(body, *sized(PAGE))
        assert injector.run(app, injector.start_response) is body
        assert response.starts[0][1] == sized(PAGE)

    def test_the_snippet_may_look_at_the_headers(self, kind: Injector) -> None:
        seen: list[Headers] = []

        def snippet(headers: Headers) -> bytes:
            seen.append(headers)
            return SNIPPET

        injector = kind(EnvironBuilder().get_environ(), Response().start, snippet)
        injector.run(answers([PAGE], *sized(PAGE)), injector.start_response)
        assert seen == [sized(PAGE)]


@pytest.mark.parametrize("kind", INJECTORS)
class TestAnyPage:
    @pytest.mark.parametrize("style", STYLES)
    @given(
        st.lists(
            st.sampled_from((b"<head>", b"<HEAD a='>'>", b"<!--", b"-->", b"<html>", b"x", b">"))
        )
        .map(b"".join)
        .flatmap(lambda start: st.binary(max_size=99).map(lambda rest: start + rest)),
        st.lists(st.integers(0, 200), max_size=9),
        st.booleans(),
    )
    def test_without_the_snippet_it_is_the_same(
        self, kind: Injector, style: str, page: bytes, places: list[int], with_length: bool
    ) -> None:
        headers = sized(page) if with_length else [HTML]
        response = respond(kind, STYLES[style](*cut(page, places), headers=headers))
        assert response.body.count(SNIPPET) <= 1
        assert response.body.replace(SNIPPET, b"") == page
        if with_length:
            assert response.headers["Content-Length"] == str(len(response.body))
        else:
            assert response.headers == dict([HTML])
        whole = respond(kind, answers([page], *headers))
        assert response.body == whole.body

    @pytest.mark.parametrize("style", STYLES)
    def test_every_cut_of_a_page(self, kind: Injector, style: str) -> None:
        expected = WITH_LINK if kind is HeadInjector else PAGE + SNIPPET
        for place in range(len(PAGE) + 1):
            response = respond(kind, STYLES[style](*cut(PAGE, [place]), headers=sized(PAGE)))
            assert response.body == expected
        one_by_one = respond(kind, STYLES[style](*cut(PAGE, range(len(PAGE))), headers=sized(PAGE)))
        assert one_by_one.body == expected

    @pytest.mark.parametrize("length", ["", "many", " 76 "])
    def test_odd_lengths_stay_the_apps_business(self, kind: Injector, length: str) -> None:
        response = respond(kind, answers([PAGE], HTML, ("Content-Length", length)))
        expected = str(len(PAGE) + len(SNIPPET)) if length.strip().isdigit() else length
        assert response.headers["Content-Length"] == expected

    def test_the_apps_headers_are_not_changed_in_place(self, kind: Injector) -> None:
        headers = sized(PAGE)

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            start_response("200 OK", headers)
            return [PAGE]

        respond(kind, app)
        assert headers == sized(PAGE)

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    @pytest.mark.parametrize("style", STYLES)
    def test_validator_is_content(self, kind: Injector, style: str, method: str) -> None:
        app = STYLES[style](*cut(PAGE, [20, 40]), headers=sized(PAGE))
        answer = Client(validator(middleware(kind, validator(app)))).open(
            method=method, buffered=True
        )
        assert answer.status_code == 200

    def test_over_a_real_server(self, kind: Injector) -> None:
        with served(
            middleware(kind, generates(*cut(PAGE, [9, 19]), headers=sized(PAGE)))
        ) as address:
            answer = requests.get(address, timeout=10)
        assert answer.content == (WITH_LINK if kind is HeadInjector else PAGE + SNIPPET)
        assert answer.headers["Content-Length"] == str(len(answer.content))


@pytest.mark.parametrize("kind", INJECTORS)
class TestClose:
    @pytest.mark.parametrize("headers", [[HTML], [("Content-Type", "image/png")]])
    def test_after_the_end(self, kind: Injector, headers: Headers) -> None:
        body = Tracked(PAGE)
        respond(kind, answers(body, *headers))
        assert body.closed == 1

    def test_before_the_beginning(self, kind: Injector) -> None:
        body = Tracked(PAGE)
        wrapped = start(kind, answers(body, HTML), Response())
        close(wrapped)
        assert (body.read, body.closed) == (0, 1)

    def test_in_the_middle(self, kind: Injector) -> None:
        body = Tracked(PAGE, PAGE, PAGE)
        wrapped = start(kind, answers(body, HTML), Response())
        next(iter(wrapped))
        close(wrapped)
        assert (body.read, body.closed) == (1, 1)

    def test_after_a_failure(self, kind: Injector) -> None:
        class Failing(Tracked):
            def __next__(self) -> bytes:
                raise RuntimeError("the app's own")

        body = Failing()
        with pytest.raises(RuntimeError, match="the app's own"):
            respond(kind, answers(body, HTML))
        assert body.closed == 1

    def test_of_a_body_that_has_none(self, kind: Injector) -> None:
        assert respond(kind, answers([PAGE], HTML)).body != PAGE


def fail() -> NoReturn:
    raise RuntimeError("the app's own")


@pytest.mark.parametrize("kind", INJECTORS)
class TestErrors:
    """An app that finds out late that it has failed starts again, with `exc_info`."""

    def restarting(self, *pieces: bytes) -> WSGIApplication:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            start_response("200 OK", sized(PAGE))
            try:
                yield from pieces
                fail()
            except RuntimeError:
                start_response(
                    "500 Internal Server Error", [("Content-Type", "text/plain")], sys.exc_info()
                )
                yield b"sorry"

        return app

    def test_before_anything_was_sent(self, kind: Injector) -> None:
        response = respond(kind, self.restarting())
        assert response.status == "500 Internal Server Error"
        assert response.headers == {"Content-Type": "text/plain"}
        assert response.starts[-1][2][0] is RuntimeError
        assert response.body == b"sorry"

    def test_after_a_part_was_sent_the_server_hears_of_it(self, kind: Injector) -> None:
        with pytest.raises(RuntimeError, match="the app's own"):
            respond(kind, self.restarting(PAGE, b"more"))

    def test_with_another_page(self, kind: Injector) -> None:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            start_response("200 OK", [("Content-Type", "text/plain")])
            start_response("200 OK", sized(PAGE), (None, None, None))
            return [PAGE]

        response = respond(kind, app)
        assert response.body.replace(SNIPPET, b"") == PAGE
        assert response.headers["Content-Length"] == str(len(response.body))

    def test_an_app_that_raises_is_not_caught(self, kind: Injector) -> None:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            start_response("200 OK", [HTML])
            raise RuntimeError("the app's own")

        with pytest.raises(RuntimeError, match="the app's own"):
            respond(kind, app)
