"""Reading request bodies, whole or not at all, from what servers let through."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, contextmanager
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waitress import wasyncore
from waitress.server import create_server
from werkzeug.test import Client, EnvironBuilder

from linkback_protocol import url
from linkback_protocol.errors import (
    EncodedRequest,
    MalformedPing,
    RequestIncomplete,
    RequestTooLarge,
)
from linkback_protocol.wsgi.http import Answer, read_body, request_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LIMIT = 100
BODY = b"url=http"


class Stream:
    """An input of pieces, which counts what it is asked for; an exception is raised in its turn."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self._pieces = list(pieces)
        self.given = 0

    def read(self, size: int) -> bytes:
        assert size > 0
        if not self._pieces:
            return b""
        piece = self._pieces.pop(0)
        if isinstance(piece, Exception):
            raise piece
        if len(piece) > size:
            self._pieces.insert(0, piece[size:])
        self.given += len(piece[:size])
        return piece[:size]


def read(stream: Stream | BytesIO, **environ: object) -> bytes:
    return read_body({"wsgi.input": stream, **environ}, limit=LIMIT)


class TestReadBody:
    @pytest.mark.parametrize("pieces", [[BODY], [BODY[:5], BODY[5:]], [b"%c" % c for c in BODY]])
    def test_reads_what_is_announced(self, pieces: list[bytes]) -> None:
        stream = Stream(*pieces, b"the next request")
        assert read(stream, CONTENT_LENGTH=str(len(BODY))) == BODY
        assert stream.given == len(BODY)

    @pytest.mark.parametrize("announced", [{}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "0"}])
    def test_without_a_length_there_is_nothing(self, announced: dict[str, object]) -> None:
        stream = Stream(b"the next request")
        assert read(stream, **announced) == b""
        assert stream.given == 0

    def test_reads_chunks_that_the_server_took_apart(self) -> None:
        stream = Stream(BODY)
        assert (
            read(stream, HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input_terminated": True})
            == BODY
        )

    @pytest.mark.parametrize("length", ["", "3", str(len(BODY))])
    def test_refuses_chunks_that_it_did_not(self, length: str) -> None:
        stream = Stream(BODY)
        with pytest.raises(RequestIncomplete):
            read(stream, HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH=length)
        assert stream.given == 0

    @pytest.mark.parametrize(
        "length",
        ["-1", "+8", "0_8", "8.0", "8 ", " 8", "0x8", "8, 8", "8, 5", "ten", "\u0668", "\xb2"],
    )  # fmt: skip
    def test_refuses_a_length_that_is_no_number(self, length: str) -> None:
        with pytest.raises(RequestIncomplete):
            read(Stream(BODY), CONTENT_LENGTH=length)

    @pytest.mark.parametrize(
        "length", [str(LIMIT + 1), "100000000000000000000", "9" * 5000, "0" * 30 + "5"]
    )
    def test_refuses_a_huge_length_unread(self, length: str) -> None:
        stream = Stream(b"x" * 10 * LIMIT)
        with pytest.raises(RequestTooLarge):
            read(stream, CONTENT_LENGTH=length)
        assert stream.given == 0

    @pytest.mark.parametrize("terminated", [False, True])
    def test_takes_as_much_as_the_limit(self, terminated: bool) -> None:
        length = {} if terminated else {"CONTENT_LENGTH": str(LIMIT)}
        body = b"x" * LIMIT
        assert read(Stream(body), **length, **{"wsgi.input_terminated": terminated}) == body

    def test_reads_one_byte_beyond_the_limit_and_no_more(self) -> None:
        stream = Stream(b"x" * 10 * LIMIT)
        with pytest.raises(RequestTooLarge):
            read(stream, **{"wsgi.input_terminated": True})
        assert stream.given == LIMIT + 1

    @pytest.mark.parametrize("sent", [0, 1, len(BODY) - 1])
    def test_refuses_less_than_announced(self, sent: int) -> None:
        with pytest.raises(RequestIncomplete, match=f"{sent} of {len(BODY)}"):
            read(Stream(BODY[:sent]), CONTENT_LENGTH=str(len(BODY)))

    @pytest.mark.parametrize(
        "error",
        [ConnectionResetError(), TimeoutError(), OSError("gone"), ValueError("chunk"), EOFError()],
    )
    def test_a_stream_that_raises_is_a_broken_request(self, error: Exception) -> None:
        with pytest.raises(RequestIncomplete) as caught:
            read(Stream(BODY[:5], error), CONTENT_LENGTH=str(len(BODY)))
        assert caught.value.__cause__ is error
        assert caught.value.message == RequestIncomplete.public

    @pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "GZIP", "gzip, identity", "x"])
    def test_refuses_compression_unread(self, coding: str) -> None:
        stream = Stream(BODY)
        with pytest.raises(EncodedRequest):
            read(stream, HTTP_CONTENT_ENCODING=coding, CONTENT_LENGTH=str(len(BODY)))
        assert stream.given == 0

    @pytest.mark.parametrize("coding", ["", "identity", " Identity "])
    def test_no_compression_has_a_name_too(self, coding: str) -> None:
        length = str(len(BODY))
        assert read(Stream(BODY), HTTP_CONTENT_ENCODING=coding, CONTENT_LENGTH=length) == BODY

    @given(
        st.text(), st.binary(max_size=2 * LIMIT), st.booleans(), st.sampled_from(("", "chunked"))
    )
    def test_any_request_is_read_whole_or_refused(
        self, length: str, sent: bytes, terminated: bool, coding: str
    ) -> None:
        environ: dict[str, object] = {
            "CONTENT_LENGTH": length,
            "HTTP_TRANSFER_ENCODING": coding,
            "wsgi.input_terminated": terminated,
        }
        try:
            body = read(BytesIO(sent), **environ)
        except MalformedPing:
            return
        assert body in (b"", sent[: int(length)] if length else sent)


def reading_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the body that was read, or the name of the error."""
    try:
        said = read_body(environ, limit=LIMIT)
    except MalformedPing as error:
        said = type(error).__name__.encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
    return [said]


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def by_wsgiref(app: WSGIApplication) -> Iterator[int]:
    with make_server("127.0.0.1", 0, app, handler_class=_QuietHandler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@contextmanager
def by_waitress(app: WSGIApplication) -> Iterator[int]:
    sockets: dict[int, object] = {}
    server = create_server(app, host="127.0.0.1", port=0, threads=1, map=sockets)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.effective_port
    server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
    thread.join()
    server.task_dispatcher.shutdown()


def answers_on(port: int) -> Callable[[bytes], tuple[int, bytes]]:
    def ask(fields: bytes) -> tuple[int, bytes]:
        """Send fields and body, then FIN; return status and body of the answer, 0 for none."""
        with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
            sock.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + fields)
            sock.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := sock.recv(65536):
                answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]) if head else 0, body

    return ask


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Callable[[bytes], tuple[int, bytes]]]]:
    with ExitStack() as stack:
        yield {
            "wsgiref": answers_on(stack.enter_context(by_wsgiref(reading_app))),
            "waitress": answers_on(stack.enter_context(by_waitress(reading_app))),
        }


CHUNKS = b"5\r\nurl=h\r\n3\r\nttp\r\n0\r\n\r\n"
LONG_CHUNK = b"65\r\n" + b"x" * 101 + b"\r\n0\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"

INCOMPLETE, TOO_LARGE, ENCODED = b"RequestIncomplete", b"RequestTooLarge", b"EncodedRequest"

# What servers do themselves differs: an int is a status of the server's own, 0 a closed connection.
MATRIX = {
    "whole": (b"Content-Length: 8\r\n\r\n" + BODY, BODY, BODY),
    "no length": (b"\r\n", b"", b""),
    "no length, a body": (b"\r\n" + BODY, b"", b""),
    "length 0": (b"Content-Length: 0\r\n\r\n", b"", b""),
    "negative": (b"Content-Length: -1\r\n\r\n" + BODY, INCOMPLETE, 400),
    "plus": (b"Content-Length: +8\r\n\r\n" + BODY, INCOMPLETE, 400),
    "underscore": (b"Content-Length: 1_0\r\n\r\nurl=http:/", INCOMPLETE, 400),
    "a list": (b"Content-Length: 8, 8\r\n\r\n" + BODY, INCOMPLETE, 400),
    "over the limit": (b"Content-Length: 101\r\n\r\n" + b"x" * 101, TOO_LARGE, TOO_LARGE),
    "at the limit": (b"Content-Length: 100\r\n\r\n" + b"x" * 100, b"x" * 100, b"x" * 100),
    "huge": (b"Content-Length: 100000000000000000000\r\n\r\n" + BODY, TOO_LARGE, 413),
    "short, then FIN": (b"Content-Length: 60\r\n\r\n" + BODY, INCOMPLETE, 0),
    "chunked": (CHUNKED + b"\r\n" + CHUNKS, INCOMPLETE, BODY),
    "chunked, over the limit": (CHUNKED + b"\r\n" + LONG_CHUNK, INCOMPLETE, TOO_LARGE),
    "chunked, with a length": (CHUNKED + b"Content-Length: 3\r\n\r\n" + CHUNKS, INCOMPLETE, BODY),
    "chunked, broken": (CHUNKED + b"\r\nzz\r\n" + BODY, INCOMPLETE, 400),
    "gzip": (b"Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\n" + BODY, ENCODED, ENCODED),
}  # fmt: skip


@pytest.mark.parametrize("case", MATRIX)
@pytest.mark.parametrize(("server", "column"), [("wsgiref", 1), ("waitress", 2)])
def test_over_a_real_server(
    servers: dict[str, Callable[[bytes], tuple[int, bytes]]], server: str, column: int, case: str
) -> None:
    expected = MATRIX[case][column]
    status, body = servers[server](MATRIX[case][0])
    if isinstance(expected, int):
        assert status == expected
    else:
        assert (status, body) == (200, expected)


class TestRequestURL:
    SITE = url.parse("https://blog.example:8443/ignored/")

    @pytest.mark.parametrize(
        ("mount", "path", "query", "expected"),
        [
            ("", "/post/", "", "https://blog.example:8443/post/"),
            ("/blog", "/post/", "a=1&b=%20", "https://blog.example:8443/blog/post/?a=1&b=%20"),
            ("/blog", "", "", "https://blog.example:8443/blog"),
            ("", "/a b?c#d", "", "https://blog.example:8443/a%20b%3Fc%23d"),
            ("", "/caf\xc3\xa9", "", "https://blog.example:8443/caf%C3%A9"),
            ("", "/100%", "", "https://blog.example:8443/100%25"),
            ("", "/%41", "", "https://blog.example:8443/%2541"),
            ("", "/", "q=\xc3\xa9", "https://blog.example:8443/?q=%C3%A9"),
            ("", "/\u2028", "", "https://blog.example:8443/%3F"),
        ],
    )
    def test_table(self, mount: str, path: str, query: str, expected: str) -> None:
        environ = {"SCRIPT_NAME": mount, "HTTP_HOST": "evil.example", "SERVER_NAME": "evil.example"}
        assert request_url(self.SITE, environ, path, query) == expected

    @given(st.binary().map(lambda path: path.replace(b".", b"")))
    def test_the_url_leads_back_to_the_path(self, path: bytes) -> None:
        address = request_url(self.SITE, {}, "/" + path.decode("latin-1"))
        assert unquote_to_bytes(url.parse(address).path) == b"/" + path


class TestAnswer:
    ANSWER = Answer(405, "text/plain", b"No.\n", (("Allow", "POST"),))

    def test_get(self) -> None:
        answer = Client(validator(self._app)).get("/", buffered=True)
        assert (answer.status, answer.data) == ("405 Method Not Allowed", b"No.\n")
        assert dict(answer.headers) == {
            "Content-Type": "text/plain",
            "Content-Length": "4",
            "Allow": "POST",
        }

    def test_head_has_the_length_and_no_body(self) -> None:
        answer = Client(validator(self._app)).head("/", buffered=True)
        assert answer.data == b""
        assert answer.headers["Content-Length"] == "4"
        environ = EnvironBuilder(method="HEAD").get_environ()
        assert self.ANSWER.send(environ, lambda *_: lambda _: None) == []

    def _app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.ANSWER.send(environ, start_response)
