from __future__ import annotations

import gzip
import random
import zlib
from typing import TYPE_CHECKING

import pytest

from linkback_protocol.errors import FetchError, FetchFailure
from linkback_protocol.fetch import Fetcher
from tests.fetch.support import LOOPBACK, failure
from tests.hostile_server import CHUNKED, OK, PAGE, HostileServer, Peer, chunks, sized

if TYPE_CHECKING:
    from linkback_protocol.page import Page

KIB = 1024
GZIP = b"Content-Encoding: gzip"
ZIPPED = gzip.compress(PAGE, mtime=0)


def long_page(kib: int) -> bytes:
    """Return a page of that many KiB, of words that do not repeat."""
    words = random.Random(7)
    text = b" ".join(b"%x" % words.getrandbits(24) for _ in range(kib * 200))
    return (PAGE + b"<p>" + text)[: kib * KIB]


@pytest.mark.parametrize("status", [b"200 OK", b"201 Created", b"203 Non-Authoritative", b"299 X"])
def test_success_is_read(status: bytes, server: HostileServer, fetcher: Fetcher) -> None:
    assert fetcher.get(server.says(sized(PAGE, status=status))).title == "Fine"


@pytest.mark.parametrize(
    "status", [101, 204, 205, 206, 400, 401, 403, 404, 410, 418, 429, 500, 502, 503, 599, 999]
)
def test_other_statuses_are_no_page(status: int, server: HostileServer, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError) as caught:
        fetcher.get(server.says(sized(PAGE, status=b"%d X" % status)))
    assert (caught.value.failure, caught.value.status) == (FetchFailure.STATUS, status)


def test_status_and_type_are_judged_before_the_body(
    server: HostileServer, fetcher: Fetcher
) -> None:
    def endless(head: bytes) -> str:
        def behave(peer: Peer) -> None:
            peer.send(head)
            peer.hold()

        return server.does(behave)

    gone = OK.replace(b"200 OK", b"410 Gone") + b"Content-Length: 999999\r\n\r\n"
    assert failure(fetcher, endless(gone)) is FetchFailure.STATUS
    video = OK.replace(b"text/html", b"video/mp4") + b"Content-Length: 999999\r\n\r\n"
    assert failure(fetcher, endless(video)) is FetchFailure.MEDIA_TYPE
    coded = OK + b"Content-Encoding: br\r\nContent-Length: 999999\r\n\r\n"
    assert failure(fetcher, endless(coded)) is FetchFailure.ENCODING


@pytest.mark.parametrize(
    "media_type", [b"image/png", b"application/octet-stream", b"application/pdf", b"video/mp4"]
)
def test_media_type_that_is_no_page(
    media_type: bytes, server: HostileServer, fetcher: Fetcher
) -> None:
    url = server.says(sized(PAGE).replace(b"text/html; charset=utf-8", media_type))
    assert failure(fetcher, url) is FetchFailure.MEDIA_TYPE


@pytest.mark.parametrize(
    "media_type", [b"text/html", b"TEXT/HTML;charset=x", b"application/xhtml+xml", b"text/plain"]
)
def test_media_type_that_is_read(
    media_type: bytes, server: HostileServer, fetcher: Fetcher
) -> None:
    url = server.says(sized(PAGE).replace(b"text/html; charset=utf-8", media_type))
    assert "this" in fetcher.get(url).text


@pytest.mark.parametrize(
    "charset", [b"utf-16", b"utf-7", b"unicode_escape", b"x" * 5000, b"\xff\xfe", b"\x1b[2J", b""]
)
def test_any_charset_gives_a_page(charset: bytes, server: HostileServer, fetcher: Fetcher) -> None:
    url = server.says(sized(PAGE).replace(b"utf-8", charset))
    assert fetcher.get(url).truncated is False


@pytest.mark.parametrize("coding", [b"gzip", b"GZIP", b"x-gzip", b" gzip \t"])
def test_gzip(coding: bytes, server: HostileServer, fetcher: Fetcher) -> None:
    page = fetcher.get(server.says(sized(ZIPPED, b"Content-Encoding: " + coding)))
    assert (page.title, page.truncated) == ("Fine", False)


@pytest.mark.parametrize("coding", [b"", b"identity", b"Identity"])
def test_no_coding(coding: bytes, server: HostileServer, fetcher: Fetcher) -> None:
    url = server.says(sized(PAGE, b"Content-Encoding: " + coding))
    assert fetcher.get(url).title == "Fine"


@pytest.mark.parametrize(
    "coding",
    [
        *(b"br", b"deflate", b"zstd", b"gzip, gzip", b"gzip, identity", b"identity, gzip"),
        *(b"gzip;q=1", b"gzip\r\nContent-Encoding: gzip", b"\xffgzip", b"x" * 5000),
    ],
)
def test_coding_that_was_not_asked_for(
    coding: bytes, server: HostileServer, fetcher: Fetcher
) -> None:
    url = server.says(sized(ZIPPED, b"Content-Encoding: " + coding))
    assert failure(fetcher, url) is FetchFailure.ENCODING


@pytest.mark.parametrize(
    "body",
    [
        ZIPPED + b"trailing junk",
        ZIPPED + bytes(500),
        b"".join(gzip.compress(PAGE[n : n + 10], mtime=0) for n in range(0, len(PAGE), 10)),
        ZIPPED + gzip.compress(b"", mtime=0) * 50,
    ],
)
def test_gzip_members_and_padding(body: bytes, server: HostileServer, fetcher: Fetcher) -> None:
    page = fetcher.get(server.says(sized(body, GZIP)))
    assert (page.title, page.truncated) == ("Fine", False)
    assert page.text.rstrip().endswith("this.")
    dripped = server.says(OK + GZIP + b"\r\n" + CHUNKED + chunks(*(bytes([n]) for n in body)))
    assert fetcher.get(dripped).text == page.text


@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        ZIPPED[:-1],
        ZIPPED[:30],
        ZIPPED[:10],
        b"\x1f",
        ZIPPED[:-8] + bytes(8),
        ZIPPED[:20] + b"\xff" * 20 + ZIPPED[40:],
        zlib.compress(PAGE),
        ZIPPED + b"\x1f\x8bjunk that looks like a member",
    ],
)
def test_broken_gzip(body: bytes, server: HostileServer, fetcher: Fetcher) -> None:
    assert failure(fetcher, server.says(sized(body, GZIP))) is FetchFailure.ENCODING


def test_gzip_cut_off_by_the_connection(server: HostileServer, fetcher: Fetcher) -> None:
    cut = sized(ZIPPED, GZIP)[:-10]
    assert failure(fetcher, server.says(cut)) is FetchFailure.PROTOCOL


def test_empty_body(server: HostileServer, fetcher: Fetcher) -> None:
    for answer in (sized(b""), sized(b"", GZIP), OK + b"\r\n", OK + CHUNKED + chunks()):
        page = fetcher.get(server.says(answer))
        assert (page.text, page.truncated) == ("", False)


@pytest.mark.parametrize("headers", [(), (GZIP,)])
@pytest.mark.parametrize("surplus", [-1, 0, 1, 70_000])
def test_page_is_cut_at_the_bound(
    headers: tuple[bytes, ...], surplus: int, server: HostileServer
) -> None:
    body = long_page(300)
    fetcher = Fetcher(allow=LOOPBACK, max_bytes=len(body) - surplus)
    sent = gzip.compress(body, mtime=0) if headers else body
    page = fetcher.get(server.says(sized(sent, *headers)))
    assert page.truncated is (surplus > 0)
    assert page.title == "Fine"


def test_runs_across_decoded_pieces_are_not_lost(server: HostileServer, fetcher: Fetcher) -> None:
    for size in (65535, 65536, 65537, 131_071, 131_072, 131_073):
        body = b"<p>" + b"a" * (size - 8) + b"<p>b "
        page = fetcher.get(server.says(sized(gzip.compress(body, mtime=0), GZIP)))
        assert page.text.rstrip().endswith("b")


def shown_sizes(fetcher: Fetcher, url: str, accept_at: int) -> tuple[list[int], Page]:
    """Fetch, saying that it is enough at the n-th time; return the lengths shown and the page."""
    shown: list[int] = []

    def enough(page: Page) -> bool:
        assert page.truncated
        shown.append(len(page.text))
        return len(shown) == accept_at

    return shown, fetcher.get(url, enough=enough)


def test_enough_is_asked_at_doubling_lengths(server: HostileServer) -> None:
    fetcher = Fetcher(allow=LOOPBACK, max_bytes=2048 * KIB, deadline=30.0)
    url = server.says(sized(long_page(1500)))
    shown, page = shown_sizes(fetcher, url, accept_at=0)
    assert len(shown) == 5
    for length, kib in zip(shown, (64, 128, 256, 512, 1024), strict=True):
        assert kib * KIB - 200 <= length <= kib * KIB + 64 * KIB
    assert not page.truncated
    assert len(page.text) > shown[-1]


def test_enough_is_not_asked_of_a_short_page(server: HostileServer, fetcher: Fetcher) -> None:
    shown, page = shown_sizes(fetcher, server.says(sized(long_page(60))), accept_at=1)
    assert shown == []
    assert not page.truncated


@pytest.mark.parametrize("gzipped", [False, True])
def test_enough_ends_the_transfer(gzipped: bool, server: HostileServer, fetcher: Fetcher) -> None:
    body = long_page(200)
    sent = gzip.compress(body, mtime=0) if gzipped else body
    head = OK + (GZIP + b"\r\n" if gzipped else b"") + b"Content-Length: 99999999\r\n\r\n"

    def behave(peer: Peer) -> None:
        peer.send(head + sent)
        peer.hold()

    shown, page = shown_sizes(fetcher, server.does(behave), accept_at=2)
    assert len(shown) == 2
    assert page.truncated
    assert page.title == "Fine"
    assert len(page.text) == shown[-1]


def test_bomb_is_shown_piece_by_piece(server: HostileServer, fetcher: Fetcher) -> None:
    shown, page = shown_sizes(fetcher, server.url("gzip-bomb"), accept_at=1)
    assert len(shown) == 1
    assert page.truncated


def test_error_of_the_callback_is_the_callers(server: HostileServer, fetcher: Fetcher) -> None:
    def enough(_page: Page) -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fetcher.get(server.says(sized(long_page(100))), enough=enough)
