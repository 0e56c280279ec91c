from __future__ import annotations

import pytest

from linkback_protocol.errors import FetchError, FetchFailure
from linkback_protocol.fetch import Fetcher
from tests.fetch.support import LOOPBACK, failure
from tests.hostile_server import (
    BEHAVIOURS,
    CHUNKED,
    OK,
    PAGE,
    HostileServer,
    Peer,
    chunks,
    sized,
    then,
)

DEADLINE, ENCODING = FetchFailure.DEADLINE, FetchFailure.ENCODING
PROTOCOL, REDIRECTS, STATUS = FetchFailure.PROTOCOL, FetchFailure.REDIRECTS, FetchFailure.STATUS

OUTCOMES: dict[str, FetchFailure | str] = {
    "page": "Fine",
    "not-found": STATUS,
    "silence": DEADLINE,
    "drip-status": DEADLINE,
    "drip-headers": DEADLINE,
    "drip-body": DEADLINE,
    "drip-chunks": DEADLINE,
    "drip-chunk-size": DEADLINE,
    "drip-trailers": DEADLINE,
    "drip-gzip": DEADLINE,
    "drip-continue": DEADLINE,
    "stall-body": DEADLINE,
    "keep-open": DEADLINE,
    "flood-status": PROTOCOL,
    "flood-continue": PROTOCOL,
    "flood-early-hints": PROTOCOL,
    "flood-headers": PROTOCOL,
    "flood-header": PROTOCOL,
    "flood-body": "truncated",
    "flood-chunk-size": PROTOCOL,
    "flood-extension": PROTOCOL,
    "flood-extensions": PROTOCOL,
    "flood-trailers": PROTOCOL,
    "flood-huge-chunk": "truncated",
    "flood-empty-gzip": ENCODING,
    "huge-headers": PROTOCOL,
    "many-headers": PROTOCOL,
    "gzip": "Fine",
    "gzip-bomb": "truncated",
    "gzip-bomb-twice": ENCODING,
    "gzip-chain": ENCODING,
    "redirect": "Fine",
    "redirect-bomb": "Fine",
    "redirect-flood": "Fine",
    "redirect-drip": "Fine",
    "redirect-loop": REDIRECTS,
    "close": PROTOCOL,
    "reset": PROTOCOL,
    "reset-body": PROTOCOL,
}


def test_every_behaviour_has_an_outcome() -> None:
    assert OUTCOMES.keys() == BEHAVIOURS.keys()


@pytest.mark.parametrize(("name", "expected"), OUTCOMES.items())
def test_behaviour(name: str, expected: FetchFailure | str, server: HostileServer) -> None:
    # Whatever is not slow has the time to finish, so that no deadline covers for another bound.
    fetcher = Fetcher(allow=LOOPBACK, deadline=0.3 if expected is DEADLINE else 20.0)
    if isinstance(expected, FetchFailure):
        assert failure(fetcher, server.url(name)) is expected
    else:
        page = fetcher.get(server.url(name))
        assert page.truncated is (expected == "truncated")
        assert page.title == ("" if page.truncated else expected)


@pytest.mark.parametrize(
    "answer",
    [
        b"hello, no status line\n" * 3,
        b"<html>this was HTTP/0.9</html>",
        b"\r\n" + sized(PAGE),
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 2\xb20 OK\r\n\r\n",
        b"HTTP/1.1 +20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK\r\n",
        OK,
        OK + b"X-Cut: of",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\nX-Cut: of",
        OK + b"X-Nul: a\0b\r\n\r\n" + PAGE,
        OK + b"no field \0 at all\r\n\r\n" + PAGE,
        OK + b"Content-Length: 5\r\nContent-Length: 10\r\n\r\n" + PAGE,
        OK + b"Content-Length: 5, 10\r\n\r\n" + PAGE,
        OK + b"Content-Length: -1\r\n\r\n" + PAGE,
        OK + b"Content-Length: +5\r\n\r\n" + PAGE,
        OK + b"Content-Length: 0x10\r\n\r\n" + PAGE,
        OK + b"Content-Length: many\r\n\r\n" + PAGE,
        OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + PAGE,
        OK + b"Content-Length: 5000\r\n\r\n" + PAGE,
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunks(PAGE),
        OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + chunks(PAGE),
        OK + b"Transfer-Encoding: identity\r\n\r\n" + PAGE,
        OK + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + chunks(PAGE),
        OK + CHUNKED + chunks(PAGE)[:-5],
        OK + CHUNKED + b"5\r\nab",
        OK + CHUNKED + b"5\r\nabcde",
        OK + CHUNKED + b"zz\r\nabcde\r\n",
        OK + CHUNKED + b"\r\n",
        OK + CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n",
        OK + CHUNKED + b"5;" + b"a" * 70_000 + b"\r\nabcde\r\n0\r\n\r\n",
    ],
)
def test_broken_protocol(answer: bytes, server: HostileServer, fetcher: Fetcher) -> None:
    assert failure(fetcher, server.says(answer)) is PROTOCOL


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"\r\n" + PAGE,
        OK.replace(b"1.1", b"1.0") + b"\r\n" + PAGE,
        OK.replace(b"\r\n", b"\n") + b"\n" + PAGE,
        OK.replace(b" OK", b"") + b"\r\n" + PAGE,
        sized(PAGE, b"Connection: keep-alive"),
        sized(PAGE, b"Content-Length: %d" % len(PAGE)),
        sized(PAGE).replace(b"Content-Length: ", b"Content-Length: %d, " % len(PAGE)),
        sized(PAGE) + b"HTTP/1.1 404 Not Found\r\n\r\nthe next answer",
        OK + CHUNKED + chunks(PAGE),
        OK + CHUNKED + chunks(*(bytes([value]) for value in PAGE)),
        OK + CHUNKED + chunks(PAGE)[:-2] + b"X-Trailer: a\r\n\r\n",
        OK + CHUNKED.upper() + chunks(PAGE).upper().replace(PAGE.upper(), PAGE),
        OK + CHUNKED + b"%x;name=value\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE),
        OK + b"Content-Length: 5\r\n" + CHUNKED + chunks(PAGE),
        OK + b"Transfer-Encoding: chunked \t\r\n\r\n" + chunks(PAGE),
        b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + sized(PAGE),
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" + sized(PAGE),
        OK + b"no field\r\n: nameless\r\nX Y: a\r\n folded\r\n\r\n" + PAGE,
        OK + b"X-Folded: a\r\n b\r\n\tc\r\n\r\n" + PAGE,
        OK + b"X-Bare: a\rContent-Length: 5\r\n\r\n" + PAGE,
        OK + b"X-Latin: \xe9\xff\r\n\r\n" + PAGE,
    ],
)
def test_sloppy_but_readable(answer: bytes, server: HostileServer, fetcher: Fetcher) -> None:
    page = fetcher.get(server.says(answer))
    assert (page.title, page.truncated) == ("Fine", False)
    assert "this" in page.text


@pytest.mark.parametrize(
    "answer",
    [
        sized(PAGE),
        sized(PAGE).replace(b"Content-Length: ", b"Content-Length: %d, " % len(PAGE)),
        OK + CHUNKED + chunks(PAGE),
    ],
)
def test_end_is_known_without_the_connection_ending(
    answer: bytes, server: HostileServer, fetcher: Fetcher
) -> None:
    assert fetcher.get(server.does(then(answer, Peer.hold))).title == "Fine"


def test_folded_line_of_a_field_that_is_none_goes_with_it(
    server: HostileServer, fetcher: Fetcher
) -> None:
    url = server.says(b"HTTP/1.1 302 Go\r\nLocation: /page\r\nno field\r\n /other\r\n\r\n")
    assert str(fetcher.get(url).url) == server.url("page")


def test_byte_by_byte_is_fine_within_the_deadline(server: HostileServer, fetcher: Fetcher) -> None:
    url = server.does(lambda peer: peer.drip(sized(PAGE[:60])))
    assert fetcher.get(url).title == "Fine"


def test_headers_up_to_the_bound(server: HostileServer) -> None:
    fetcher = Fetcher(allow=LOOPBACK, max_header_bytes=1000)
    short = sized(PAGE, b"X-A: " + b"a" * 800)
    assert fetcher.get(server.says(short)).title == "Fine"
    long = sized(PAGE, b"X-A: " + b"a" * 1000)
    assert failure(fetcher, server.says(long)) is PROTOCOL


def test_informational_answers_and_trailers_count_as_headers(server: HostileServer) -> None:
    fetcher = Fetcher(allow=LOOPBACK, max_header_bytes=1000)
    hint = b"HTTP/1.1 103 Early Hints\r\nX-A: " + b"a" * 450 + b"\r\n\r\n"
    assert fetcher.get(server.says(hint + sized(PAGE))).title == "Fine"
    assert failure(fetcher, server.says(hint * 2 + sized(PAGE))) is PROTOCOL
    for size, fits in ((500, True), (950, False)):
        trailer = b"X-A: " + b"a" * size + b"\r\n\r\n"
        url = server.says(OK + CHUNKED + chunks(PAGE)[:-2] + trailer)
        if fits:
            assert fetcher.get(url).title == "Fine"
        else:
            assert failure(fetcher, url) is PROTOCOL


def test_small_chunks_do_not_count_as_headers(server: HostileServer) -> None:
    fetcher = Fetcher(allow=LOOPBACK, max_header_bytes=1000)
    url = server.says(OK + CHUNKED + chunks(*([b"x"] * 2000), PAGE))
    assert fetcher.get(url).title == "Fine"


@pytest.mark.parametrize("name", ["flood-header", "reset-body", "drip-status"])
def test_detail_is_short_and_on_one_line(name: str, server: HostileServer, hasty: Fetcher) -> None:
    with pytest.raises(FetchError) as caught:
        hasty.get(server.url(name))
    assert len(caught.value.detail) < 300
    assert caught.value.detail.isprintable()


def test_strangers_text_is_escaped_in_the_detail(server: HostileServer, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError) as caught:
        fetcher.get(server.says(b"GOTCHA\x1b[2J\x85" + b"A" * 5000 + b"\r\n"))
    assert "GOTCHA" in caught.value.detail
    assert len(caught.value.detail) < 300
    assert caught.value.detail.isprintable()
