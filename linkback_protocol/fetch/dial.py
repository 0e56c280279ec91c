"""From a URL to a connection: look the host up once, vet every address, connect to one of them.

Nothing between the look-up and the socket sees the name again, so a second answer (DNS rebinding,
CVE-2022-3590) is never asked for: the socket gets the vetted address, as a number.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import certifi

from linkback_protocol.errors import FetchError, FetchFailure
from linkback_protocol.fetch import addresses
from linkback_protocol.fetch.stream import Deadline, PlainStream, Stream, TLSStream, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkback_protocol.fetch.addresses import IPAddress, IPNetwork
    from linkback_protocol.url import URL

Resolver = Callable[[str, int, int, int], Sequence[tuple[int, int, int, str, tuple[Any, ...]]]]
"""Called like `socket.getaddrinfo` with host, port, family and type; answers and fails like it."""

LOOKUPS = 8
"""Look-ups at once. A resolver that hangs cannot be stopped, only waited for no longer."""
MAX_ADDRESSES = 4
"""Addresses of one host that are tried before giving up."""


class Dialer:
    """Opens connections to vetted addresses alone; safe to share between threads.

    :param allow: networks permitted in spite of the tables, at any port.
    :param ports: ports that may be connected to elsewhere.
    :param connect_timeout: seconds for one address.
    :param max_bytes: bytes that may arrive on one connection.
    :param ca_certs: path of a PEM file with the authorities trusted instead of certifi's.
    :raises ValueError: `ca_certs` cannot be read.
    """

    def __init__(
        self,
        *,
        allow: tuple[IPNetwork, ...],
        ports: frozenset[int],
        connect_timeout: float,
        max_bytes: int,
        ca_certs: str | None,
        resolve: Resolver,
    ) -> None:
        self._allow = allow
        self._ports = ports
        self._connect_timeout = connect_timeout
        self._max_bytes = max_bytes
        self._lookup = BoundedLookup(resolve)
        # An SSL context takes milliseconds to load: built for the first https URL, and at once
        # where a wrong path should be told to whoever wrote it.
        self._tls = None if ca_certs is None else _tls_context(ca_certs)

    @contextlib.contextmanager
    def connect(self, url: URL, deadline: Deadline) -> Iterator[tuple[Stream, IPAddress]]:
        """Open a connection to the host of `url`, and close it in the end.

        :raises FetchError: ``URL`` for the port, ``ADDRESS``, ``DNS``, ``CONNECT``, ``TLS``,
            ``DEADLINE``.
        """
        if not self._allow and url.port not in self._ports:
            raise _wrong_port(url)
        candidates = self._addresses(url, deadline)
        self._vet(url, candidates)
        sock, address = self._dial(url, candidates, deadline)
        with contextlib.closing(sock):
            stream: Stream = PlainStream(sock, deadline, max_bytes=self._max_bytes)
            if url.scheme == "https":
                if self._tls is None:
                    self._tls = _tls_context(certifi.where())
                stream = TLSStream(stream, self._tls, host=url.host)
            yield stream, address

    def _addresses(self, url: URL, deadline: Deadline) -> list[IPAddress]:
        try:
            return [ipaddress.ip_address(url.host)]
        except ValueError:
            return self._lookup(url.host, url.port, deadline)

    def _vet(self, url: URL, candidates: list[IPAddress]) -> None:
        """Refuse the host where one of its addresses is denied, or its port."""
        for address in candidates:
            why = addresses.refusal(address, self._allow)
            if why:
                raise FetchError(FetchFailure.ADDRESS, f"{shown(url.host)} is {address}: {why}")
        if url.port not in self._ports and not all(
            addresses.is_within(address, self._allow) for address in candidates
        ):
            raise _wrong_port(url)

    def _dial(
        self, url: URL, candidates: list[IPAddress], deadline: Deadline
    ) -> tuple[socket.socket, IPAddress]:
        failure: OSError | None = None
        for address in _interleaved(candidates)[:MAX_ADDRESSES]:
            timeout = min(self._connect_timeout, deadline.remaining())
            try:
                return _connect(address, url.port, timeout), address
            except OSError as error:
                failure = error
        deadline.remaining()
        raise FetchError(
            FetchFailure.CONNECT, f"{shown(url.host)} port {url.port}: {failure}"
        ) from failure


class BoundedLookup:
    """Looks hosts up in threads of its own, since no time-out ends `socket.getaddrinfo`.

    At most `LOOKUPS` run at once. The threads are daemons: an unanswered look-up neither keeps the
    process alive nor is waited for.
    """

    def __init__(self, resolve: Resolver) -> None:
        self._resolve = resolve
        self._slots = threading.BoundedSemaphore(LOOKUPS)
        self._pid = os.getpid()

    def __call__(self, host: str, port: int, deadline: Deadline) -> list[IPAddress]:
        """Return the addresses of `host`, each once, in the resolver's order; at least one.

        :raises FetchError: ``DNS``, or ``DEADLINE``.
        """
        if self._pid != os.getpid():
            # A fork takes the semaphore along as it stands, but not the threads that would free it.
            self._slots, self._pid = threading.BoundedSemaphore(LOOKUPS), os.getpid()
        slots = self._slots
        if not slots.acquire(timeout=deadline.remaining()):
            raise deadline.error()
        answers: queue.SimpleQueue[list[IPAddress] | FetchError] = queue.SimpleQueue()

        def look_up() -> None:
            answer: list[IPAddress] | FetchError = FetchError(FetchFailure.DNS, "resolver failed")
            try:
                answer = _read_answer(self._resolve(host, port, 0, socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                answer = FetchError(FetchFailure.DNS, f"{shown(host)}: {error}")
            finally:
                slots.release()
                answers.put(answer)

        threading.Thread(target=look_up, name="linkback-lookup", daemon=True).start()
        try:
            answer = answers.get(timeout=deadline.remaining())
        except queue.Empty as error:
            raise deadline.error() from error
        if isinstance(answer, FetchError):
            raise answer
        if not answer:
            raise FetchError(FetchFailure.DNS, f"{shown(host)} has no address")
        return answer


def _read_answer(
    answer: Sequence[tuple[int, int, int, str, tuple[Any, ...]]],
) -> list[IPAddress]:
    found: dict[IPAddress, None] = {}
    for _family, _type, _protocol, _canonical_name, where in answer:
        found[ipaddress.ip_address(where[0])] = None
    return list(found)


def _interleaved(candidates: list[IPAddress]) -> list[IPAddress]:
    """Alternate between the families (RFC 8305 4), or one that is not routed uses up all tries."""
    first = [address for address in candidates if address.version == candidates[0].version]
    other = [address for address in candidates if address.version != candidates[0].version]
    return [address for pair in zip_longest(first, other) for address in pair if address]


def _connect(address: IPAddress, port: int, timeout: float) -> socket.socket:
    # A mapped address is the IPv4 one inside, also on hosts without IPv6.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    sock = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(timeout)
        sock.connect((str(address), port))
    except OSError:
        sock.close()
        raise
    return sock


def _wrong_port(url: URL) -> FetchError:
    return FetchError(FetchFailure.URL, f"port {url.port} of {shown(url.host)} is not fetched from")


def _tls_context(authorities: str) -> ssl.SSLContext:
    """Verify names and chains; the file is the whole of what is trusted.

    The environment has no say: OpenSSL reads ``SSL_CERT_FILE`` only for its default store.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_verify_locations(cafile=authorities)
    except OSError as error:
        raise ValueError(f"cannot read the certificates in {authorities!r}: {error}") from error
    return context
