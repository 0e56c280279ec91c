from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback_protocol import url
from linkback_protocol.errors import FetchError, FetchFailure
from linkback_protocol.fetch.body import decoded
from linkback_protocol.fetch.exchange import exchange
from tests.hostile_server import BOMB, OK, PAGE, chunks, sized

MAX_HEADER_BYTES = 2000
MAX_BYTES = 5000


class Recording:
    """A connection to a server that has said all it will, in pieces of given sizes."""

    def __init__(self, answer: bytes, sizes: list[int] | None = None) -> None:
        ends = list(accumulate(sizes or [len(answer)]))
        self._pieces = [
            answer[start:end]
            for start, end in zip([0, *ends], [*ends, len(answer)], strict=True)
            if answer[start:end]
        ]
        self.sent = b""

    def send(self, data: bytes) -> None:
        self.sent += data

    def receive(self, size: int) -> bytes:
        if not self._pieces:
            return b""
        piece = self._pieces.pop(0)
        if len(piece) > size:
            self._pieces.insert(0, piece[size:])
        return piece[:size]


def talk(stream: Recording, *, body: bytes | None = None) -> tuple[int, bytes]:
    """Have a conversation; return the status and the decoded body, cut at `MAX_BYTES`."""
    address = url.parse("http://blog.example:8080/a?b")
    method = "GET" if body is None else "POST"
    headers = {"Accept": "*/*", "Accept-Encoding": "gzip", "User-Agent": "test"}
    with exchange(
        stream, method, address, headers, body=body, max_header_bytes=MAX_HEADER_BYTES
    ) as answer:
        content = b""
        for piece in decoded(answer, max_bytes=MAX_BYTES):
            content += piece
            if len(content) > MAX_BYTES:
                break
        return answer.status, content


def outcome_of(stream: Recording) -> tuple[int, bytes] | FetchError:
    try:
        return talk(stream)
    except FetchError as error:
        return error


line = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            *(b"HTTP/1.1 200 OK", b"HTTP/1.1 100 Continue", b"HTTP/1.0 200", b"HTTP/1.1 204 x"),
            *(b"Content-Length: 5", b"Content-Length: 0", b"Content-Length: 99", b"", b" folded"),
            *(b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"Connection: close"),
            *(b"5", b"0", b"abcde", b"-1", b"ffffffffffffffff", b"5;x=y", b"X-A: b", b": x"),
            *(b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"X\r-Y: z", b"X-A: \x85\x1c\x0b", b"\xff\xfe: \0"),
        ]
    ),
)
answers = st.one_of(
    st.binary(max_size=300),
    st.lists(line, max_size=15).map(b"\r\n".join),
    st.lists(line, max_size=15).map(lambda lines: OK + b"\r\n".join(lines)),
    st.lists(line, max_size=15).map(b"\n".join),
)
sizes = st.none() | st.lists(st.integers(1, 20), min_size=1, max_size=400)


@settings(max_examples=500, deadline=None)
@given(answers, sizes)
def test_any_bytes_are_an_answer_or_our_own_error(answer: bytes, cuts: list[int] | None) -> None:
    outcome = outcome_of(Recording(answer, cuts))
    if isinstance(outcome, FetchError):
        assert outcome.failure in (FetchFailure.PROTOCOL, FetchFailure.ENCODING)
        assert outcome.detail.isprintable()
    else:
        status, content = outcome
        assert 101 <= status <= 999
        assert len(content) <= len(answer) * 1100


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.lists(st.integers(1, 50), max_size=20), sizes)
def test_honest_body_arrives_however_it_is_cut(
    body: bytes, chunk_sizes: list[int], cuts: list[int] | None
) -> None:
    assert talk(Recording(sized(body), cuts)) == (200, body)
    assert talk(Recording(OK + b"\r\n" + body, cuts)) == (200, body)
    ends = list(accumulate(chunk_sizes))
    pieces = [body[start:end] for start, end in zip([0, *ends], [*ends, len(body)], strict=True)]
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(*filter(None, pieces))
    assert talk(Recording(chunked, cuts)) == (200, body)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(sized(PAGE)) - 1))
def test_answer_that_ends_early_is_an_error(end: int) -> None:
    with pytest.raises(FetchError) as caught:
        talk(Recording(sized(PAGE)[:end]))
    assert caught.value.failure is FetchFailure.PROTOCOL


def test_decoding_stops_with_its_reader() -> None:
    status, content = talk(Recording(sized(BOMB[:4000], b"Content-Encoding: gzip")))
    assert status == 200
    assert MAX_BYTES < len(content) <= MAX_BYTES + 64 * 1024


def test_request_says_nothing_on_its_own_account() -> None:
    stream = Recording(sized(PAGE))
    talk(stream)
    lines = stream.sent.split(b"\r\n")
    assert lines[0] == b"GET /a?b HTTP/1.1"
    assert set(lines[1:-2]) <= {
        b"Host: blog.example:8080",
        b"Connection: close",
        b"Accept: */*",
        b"Accept-Encoding: gzip",
        b"User-Agent: test",
    }
    assert lines[-2:] == [b"", b""]


def test_body_is_sent_with_its_length() -> None:
    stream = Recording(sized(PAGE))
    assert talk(stream, body=b"title=A") == (200, PAGE)
    head, _, body = stream.sent.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a?b HTTP/1.1\r\n")
    assert b"\r\nContent-Length: 7" in head
    assert body == b"title=A"
