"""Where markup is put: right behind the head tag, or at the very end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkback_protocol.wsgi.inject import HEAD_WITHIN, HeadInjector, TailInjector
from tests.wsgi.apps import HTML, Response, Tracked, answers, generates, writes
from tests.wsgi.injection import PAGE, SNIPPET, WITH_LINK, cut, respond, sized, start

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class TestHead:
    @pytest.mark.parametrize(
        "before",
        [
            b"",
            b" \r\n\t",
            b"\xef\xbb\xbf<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC 'a' 'b'>\n<html xmlns='x'>",
            b"<!-- <head> --><html lang='>' title=\"<head>\">",
            b"<!--><!-- a --!><!--->",
            b"<!--[if gt IE 8]><!--> <html class='no-js'> <!--<![endif]-->",
            b"<![if IE]><HTML\n>",
            b"<!--" + b"x" * 4000 + b"-->",
        ],
    )
    @pytest.mark.parametrize("head", [b"<head>", b"<HEAD\nprofile='>' a=\">\">", b"<head/>"])
    def test_found_behind(self, before: bytes, head: bytes) -> None:
        body = respond(HeadInjector, answers([before + head + b"rest"], HTML)).body
        assert body == before + head + SNIPPET + b"rest"

    @pytest.mark.parametrize(
        "page",
        [
            b"",
            b"<p>Hi.",
            b"<header>",
            b"<html><header></header>",
            b"<headline>",
            b"<!-- <head> -->",
            b"<!-- <head>",
            b"<!-- > <head> -->",
            b"<!-- > <head>",
            b"<!-- a --> text --><head>",
            b"<title>All about <head></title>",
            b"<script>document.write('<head>')</script>",
            b"<html data-tag='<head>'><body>",
            b"<html <head>",
            b"<head",
            b"<head title='>",
            b"< head>",
            b"</head>",
        ],
    )
    def test_not_found(self, page: bytes) -> None:
        response = respond(HeadInjector, answers([page], *sized(page)))
        assert response.body == page
        assert response.starts == [("200 OK", sized(page), None)]

    @pytest.mark.parametrize(("spare", "found"), [(0, True), (1, True), (-1, False)])
    def test_ends_within_the_bound(self, spare: int, found: bool) -> None:
        page = b" " * (HEAD_WITHIN - len(b"<head>") - spare) + b"<head>" + b"x" * HEAD_WITHIN
        for pieces in ([page], cut(page, range(0, len(page), 1000))):
            assert (SNIPPET in respond(HeadInjector, answers(pieces, HTML)).body) is found

    def test_is_held_back_no_longer_than_the_bound(self) -> None:
        body = Tracked(*[b" " * 1024] * 100)
        response = Response()
        pieces = iter(start(HeadInjector, answers(body, HTML), response))
        assert response.starts == []
        assert next(pieces) == b" " * (HEAD_WITHIN + 1024)
        assert response.status == "200 OK"
        assert next(pieces) == b" " * 1024
        assert body.read == HEAD_WITHIN // 1024 + 2

    def test_goes_on_as_soon_as_it_is_found(self) -> None:
        body = Tracked(b"<html>", b"<head>", b"<title>", b"</title>")
        pieces = iter(start(HeadInjector, answers(body, HTML), Response()))
        assert next(pieces) == b"<html><head>" + SNIPPET
        assert body.read == 2
        assert next(pieces) == b"<title>"
        assert body.read == 3

    def test_write_sends_at_once_when_it_is_found(self) -> None:
        response = respond(
            HeadInjector, writes(b"<html>", PAGE[15:], b"more", headers=[HTML], then=[b"!"])
        )
        assert response.pieces == [b"<html>" + WITH_LINK[15:], b"more", b"!"]

    def test_what_was_held_is_dropped_when_the_app_starts_again(self) -> None:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            start_response("200 OK", sized(PAGE))
            yield b"<html>"
            start_response("200 OK", sized(PAGE), (None, None, None))
            yield PAGE

        response = respond(HeadInjector, app)
        assert response.body == WITH_LINK
        assert response.headers["Content-Length"] == str(len(WITH_LINK))

    def test_for_head_the_length_is_left_out(self) -> None:
        body: list[bytes] = []
        response = respond(HeadInjector, answers(body, *sized(PAGE)), method="HEAD")
        assert response.headers == dict([HTML])
        assert response.body == b""

    def test_many_small_pieces(self) -> None:
        page = b"<!--" + b"x" * (HEAD_WITHIN - 20) + b"--><head>"
        body = respond(HeadInjector, generates(*cut(page, range(len(page))), headers=[HTML])).body
        assert body == page + SNIPPET


class TestTail:
    def test_nothing_is_held_back(self) -> None:
        body = Tracked(b"one", b"two")
        response = Response()
        pieces = iter(start(TailInjector, answers(body, HTML), response))
        assert response.status == "200 OK"
        assert next(pieces) == b"one"
        assert body.read == 1
        assert [*pieces] == [b"two", SNIPPET]

    def test_comes_after_what_was_written(self) -> None:
        response = respond(TailInjector, writes(b"one", headers=[HTML], then=[b"two"]))
        assert response.pieces == [b"one", b"two", SNIPPET]

    def test_an_empty_page_has_an_end_too(self) -> None:
        response = respond(TailInjector, answers([], *sized(b"")))
        assert response.body == SNIPPET
        assert response.headers["Content-Length"] == str(len(SNIPPET))

    def test_for_head_the_length_is_that_of_get(self) -> None:
        got = respond(TailInjector, answers([PAGE], *sized(PAGE)))
        asked = respond(TailInjector, answers([], *sized(PAGE)), method="HEAD")
        assert asked.headers == got.headers
        assert asked.body == b""

    def test_a_page_that_breaks_off_has_no_end(self) -> None:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            start_response("200 OK", [HTML])
            yield PAGE
            raise RuntimeError("the app's own")

        response = Response()
        body = start(TailInjector, app, response)
        with pytest.raises(RuntimeError, match="the app's own"):
            response.take(body)
        assert response.body == PAGE
