from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from linkback_protocol.errors import FetchFailure
from linkback_protocol.fetch import Fetcher
from tests.fetch.support import LOOPBACK, Names, failure
from tests.hostile_server import BEHAVIOURS, OK, PAGE, HostileServer, Peer, redirects, sized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAMES = ("good.example", "xn--bcher-kva.example", "127.0.0.1")
DEADLINE, PROTOCOL, TLS = FetchFailure.DEADLINE, FetchFailure.PROTOCOL, FetchFailure.TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def authorities(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "authorities.pem"
    authority.cert_pem.write_to_path(path)
    return path


def context_for(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture(scope="module")
def asked_for() -> list[str | None]:
    """Collect the names that clients send as SNI."""
    return []


@pytest.fixture(scope="module")
def secure(authority: trustme.CA, asked_for: list[str | None]) -> Iterator[HostileServer]:
    context = context_for(authority, *NAMES)

    def note(_tls: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        asked_for.append(name)

    context.sni_callback = note
    with HostileServer(tls=context) as running:
        yield running


@pytest.fixture
def trusting(authorities: Path) -> Callable[..., Fetcher]:
    """Make fetchers that trust the test authority, and know names for loopback."""

    def make(deadline: float = 10.0) -> Fetcher:
        names = Names(
            good=[["127.0.0.1"]],
            other=[["127.0.0.1"]],
            **{"xn--bcher-kva": [["127.0.0.1"]]},
        )
        return Fetcher(allow=LOOPBACK, ca_certs=str(authorities), resolve=names, deadline=deadline)

    return make


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("good.example", "good.example"),
        ("GOOD.example.", "good.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("127.0.0.1", None),
    ],
)
def test_certificate_for_the_name(
    host: str,
    name: str | None,
    secure: HostileServer,
    asked_for: list[str | None],
    trusting: Callable[..., Fetcher],
) -> None:
    assert trusting().get(secure.url(host=host)).title == "Fine"
    assert asked_for[-1] == name


def test_certificate_for_another_name(
    secure: HostileServer, trusting: Callable[..., Fetcher]
) -> None:
    before = len(secure.requests)
    assert failure(trusting(), secure.url(host="other.example")) is TLS
    assert len(secure.requests) == before


def test_certificate_for_another_address(
    authority: trustme.CA, trusting: Callable[..., Fetcher]
) -> None:
    with HostileServer(tls=context_for(authority, "127.0.0.2")) as server:
        assert failure(trusting(), server.url()) is TLS


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_unknown_authority_whatever_the_environment_says(
    name: str, secure: HostileServer, authorities: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(authorities))
    assert failure(Fetcher(allow=LOOPBACK), secure.url()) is TLS


def test_old_tls_is_refused(authority: trustme.CA, trusting: Callable[..., Fetcher]) -> None:
    context = context_for(authority, *NAMES)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with HostileServer(tls=context) as server:
        assert trusting().get(server.url()).title == "Fine"
    with pytest.warns(DeprecationWarning, match="TLS"):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLS"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with HostileServer(tls=context) as server:
        assert failure(trusting(), server.url()) is TLS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("drip-headers", DEADLINE),
        ("drip-body", DEADLINE),
        ("drip-continue", DEADLINE),
        ("stall-body", DEADLINE),
        ("flood-headers", PROTOCOL),
        ("flood-extensions", PROTOCOL),
        ("flood-body", "truncated"),
        ("gzip-bomb", "truncated"),
        ("redirect-flood", "Fine"),
        ("redirect-drip", "Fine"),
        ("gzip", "Fine"),
    ],
)
def test_bounds_hold_under_tls(
    name: str,
    expected: FetchFailure | str,
    secure: HostileServer,
    trusting: Callable[..., Fetcher],
) -> None:
    assert name in BEHAVIOURS
    fetcher = trusting(deadline=0.4 if expected is DEADLINE else 20.0)
    if isinstance(expected, FetchFailure):
        assert failure(fetcher, secure.url(name)) is expected
    else:
        page = fetcher.get(secure.url(name))
        assert page.truncated is (expected == "truncated")


def record(content: bytes) -> bytes:
    """Return a TLS record that pretends to be of a handshake."""
    return b"\x16\x03\x03" + len(content).to_bytes(2, "big") + content


def reset_after_hello(peer: Peer) -> None:
    peer.sock.recv(1)
    peer.reset()


@pytest.mark.parametrize(
    ("greet", "expected"),
    [
        (Peer.hold, DEADLINE),
        (lambda peer: peer.drip(record(bytes(16_000))[:1000]), DEADLINE),
        (lambda peer: peer.drip_for_ever(record(b"")), TLS),
        (lambda peer: peer.repeat(record(b"\x02" + bytes(100))), TLS),
        (lambda peer: peer.repeat(b"\x16"), TLS),
        (lambda peer: peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), TLS),
        (lambda peer: peer.send(b"SSH-2.0-OpenSSH_9.9\r\n"), TLS),
        (lambda _peer: None, TLS),
        (reset_after_hello, TLS),
    ],
)
def test_what_is_no_tls(
    greet: Callable[[Peer], None], expected: FetchFailure, trusting: Callable[..., Fetcher]
) -> None:
    with HostileServer(greet=greet) as server:
        url = server.url().replace("http:", "https:")
        fetcher = trusting(deadline=0.4 if expected is DEADLINE else 20.0)
        assert failure(fetcher, url) is expected


def test_connection_cut_without_saying_so_in_tls(
    secure: HostileServer, trusting: Callable[..., Fetcher]
) -> None:
    # The server never sends close_notify: fine where the length is known, an error where it is not
    # reached.
    assert trusting().get(secure.says(sized(PAGE))).title == "Fine"
    assert failure(trusting(), secure.says(sized(PAGE)[:-5])) is PROTOCOL
    assert trusting().get(secure.says(OK, b"\r\n", PAGE)).title == "Fine"


def test_redirects_between_http_and_https(
    server: HostileServer, secure: HostileServer, trusting: Callable[..., Fetcher]
) -> None:
    to_https = server.redirects(secure.url(host="good.example"))
    assert trusting().get(to_https).url.scheme == "https"
    to_http = secure.does(redirects(server.url().encode()))
    assert trusting().get(to_http).url.scheme == "http"
    to_wrong_name = server.redirects(secure.url(host="other.example"))
    assert failure(trusting(), to_wrong_name) is TLS
