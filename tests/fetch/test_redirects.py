from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from linkback_protocol.errors import FetchError, FetchFailure
from linkback_protocol.fetch import Fetcher
from tests.fetch.support import LOOPBACK, Names, connections, failure
from tests.hostile_server import OK, PAGE, HostileServer, redirects, says, sized

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.77"


@pytest.fixture(scope="module")
def outside() -> Iterator[HostileServer]:
    """Serve at the one address that is permitted in these tests."""
    with HostileServer(host=HOST) as running:
        yield running


@pytest.fixture
def guarded() -> Fetcher:
    return Fetcher(allow=[HOST], resolve=Names(priv=[["10.0.0.1"]]), deadline=5.0)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_followed(status: int, server: HostileServer, fetcher: Fetcher) -> None:
    page = fetcher.get(server.redirects("/page", status=status))
    assert page.title == "Fine"
    assert str(page.url) == server.url("page")


@pytest.mark.parametrize("status", [300, 304, 305, 306, 399])
def test_other_statuses_lead_nowhere(status: int, server: HostileServer, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError) as caught:
        fetcher.get(server.redirects("/page", status=status))
    assert (caught.value.failure, caught.value.status) == (FetchFailure.STATUS, status)


@pytest.mark.parametrize(
    "location",
    [
        *("/page", "page", "./page", "../page", "/a/../page", "//HOST/page", "http://HOST/page"),
        *("HTTP://HOST/page", "/page#part", " /page ", "/pa\tge", "/p%61ge"),
    ],
)
def test_location_is_resolved_as_browsers_do(
    location: str, server: HostileServer, fetcher: Fetcher
) -> None:
    authority = f"{server.host}:{server.port}"
    page = fetcher.get(server.redirects(location.replace("HOST", authority)))
    assert page.url.page == server.url("page")


def test_location_in_raw_utf8(server: HostileServer, fetcher: Fetcher) -> None:
    server.does(says(sized(PAGE)), path="caf%C3%A9")
    assert fetcher.get(server.redirects("/café")).title == "Fine"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("http://127.0.0.1/", FetchFailure.ADDRESS),
        ("http://127.0.0.1:22/", FetchFailure.ADDRESS),
        ("http://localhost/", FetchFailure.ADDRESS),
        ("http://priv.example/", FetchFailure.ADDRESS),
        ("//10.0.0.1/", FetchFailure.ADDRESS),
        ("https://169.254.169.254/latest/meta-data/", FetchFailure.ADDRESS),
        ("http://[::1]/", FetchFailure.ADDRESS),
        ("http://[::ffff:127.0.0.1]/", FetchFailure.ADDRESS),
        ("http://[64:ff9b::7f00:1]/", FetchFailure.ADDRESS),
        ("http://0177.0.0.1/", FetchFailure.URL),
        ("http://0x7f000001/", FetchFailure.URL),
        ("http://2130706433/", FetchFailure.URL),
        ("http://127.1/", FetchFailure.URL),
        ("http://[fe80::1%25lo]/", FetchFailure.URL),
        ("file:///etc/passwd", FetchFailure.URL),
        ("javascript:alert(1)", FetchFailure.URL),
        ("data:text/html,x", FetchFailure.URL),
        ("gopher://127.0.0.77/", FetchFailure.URL),
        ("http://93.184.216.34:22/", FetchFailure.URL),
        ("http://u:p@127.0.0.77/page", FetchFailure.URL),
        ("http://127.0.0.77\\@127.0.0.1/", FetchFailure.URL),
        ("http://127.0.0.77:99999/", FetchFailure.URL),
        ("/" + "a" * 3000, FetchFailure.URL),
    ],
)
def test_redirect_goes_through_the_whole_gate(
    location: str, expected: FetchFailure, outside: HostileServer, guarded: Fetcher
) -> None:
    with connections.recorded() as tried:
        assert failure(guarded, outside.redirects(location)) is expected
    assert tried == [HOST]


def test_nothing_reaches_a_listener_inside(outside: HostileServer, guarded: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0)
        port = inside.getsockname()[1]
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]"):
            with pytest.raises(FetchError):
                guarded.get(outside.redirects(f"http://{host}:{port}/secret"))
        with pytest.raises(BlockingIOError):
            inside.accept()


def test_crlf_in_a_location_injects_nothing(server: HostileServer, fetcher: Fetcher) -> None:
    server.does(says(sized(PAGE)), path="page%0D%0AX-Injected:%201")
    fetcher.get(server.redirects("/page%0d%0aX-Injected:%201"))
    assert server.requests[-1].target == "/page%0D%0AX-Injected:%201"
    assert "x-injected" not in server.requests[-1].headers


def test_empty_or_missing_location_is_no_redirect(server: HostileServer, fetcher: Fetcher) -> None:
    for headers in (b"Location: \r\n", b"Location:\r\n", b""):
        url = server.says(b"HTTP/1.1 302 Found\r\n" + headers + b"Content-Length: 0\r\n\r\n")
        assert failure(fetcher, url) is FetchFailure.STATUS


def test_two_locations_are_refused_unless_they_agree(
    server: HostileServer, fetcher: Fetcher
) -> None:
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /page\r\nLocation: "
    assert fetcher.get(server.says(head + b"/page\r\n\r\n")).title == "Fine"
    assert failure(fetcher, server.says(head + b"/other\r\n\r\n")) is FetchFailure.PROTOCOL


def test_location_of_a_success_is_ignored(server: HostileServer, fetcher: Fetcher) -> None:
    assert fetcher.get(server.says(sized(PAGE, b"Location: /not-found"))).title == "Fine"


def test_refresh_is_ignored(server: HostileServer, fetcher: Fetcher) -> None:
    page = b"<meta http-equiv=refresh content='0; url=/not-found'>" + PAGE
    before = len(server.requests)
    url = server.says(sized(page, b"Refresh: 0; url=http://127.0.0.1:1/"))
    assert str(fetcher.get(url).url) == url
    assert len(server.requests) == before + 1


@pytest.mark.parametrize("name", ["redirect", "redirect-bomb", "redirect-flood", "redirect-drip"])
def test_body_of_a_redirect_is_never_read(
    name: str, server: HostileServer, fetcher: Fetcher
) -> None:
    assert fetcher.get(server.url(name)).title == "Fine"


def chain(server: HostileServer, name: str, hops: int) -> str:
    """Publish a chain of redirects that ends at the page; return its start."""
    for left in range(1, hops):
        server.does(redirects(f"/{name}-{left}".encode()), path=f"{name}-{left + 1}")
    server.does(redirects(b"/page"), path=f"{name}-1")
    return server.url(f"{name}-{hops}")


def test_five_redirects_are_followed_and_not_six(server: HostileServer, fetcher: Fetcher) -> None:
    assert fetcher.get(chain(server, "five", 5)).title == "Fine"
    before = len(server.requests)
    assert failure(fetcher, chain(server, "six", 6)) is FetchFailure.REDIRECTS
    assert len(server.requests) == before + 6


def test_redirects_can_be_forbidden(server: HostileServer) -> None:
    strict = Fetcher(allow=LOOPBACK, max_redirects=0)
    assert strict.get(server.url()).title == "Fine"
    assert failure(strict, server.url("redirect")) is FetchFailure.REDIRECTS


def test_loops_end_at_once(server: HostileServer, fetcher: Fetcher) -> None:
    before = len(server.requests)
    assert failure(fetcher, server.url("redirect-loop")) is FetchFailure.REDIRECTS
    assert len(server.requests) == before + 1
    server.does(redirects(b"/pong#a"), path="ping")
    server.does(redirects(b"/ping#b"), path="pong")
    assert failure(fetcher, server.url("ping")) is FetchFailure.REDIRECTS
    assert len(server.requests) == before + 3


def test_drip_over_redirects_shares_one_deadline(server: HostileServer, hasty: Fetcher) -> None:
    server.does(
        lambda peer: peer.drip(b"HTTP/1.1 302 Found\r\nLocation: /drip?1\r\n\r\n"), path="a"
    )
    server.does(lambda peer: peer.drip(OK + b"X: " + b"y" * 60_000), path="drip")
    assert failure(hasty, server.url("a")) is FetchFailure.DEADLINE
