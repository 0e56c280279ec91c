"""`Fetcher`: a URL goes in, a page comes out, whatever the server does (SEC-1, SEC-3)."""

from __future__ import annotations

import contextlib
import logging
import re
import socket
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from linkback_protocol import url as urls
from linkback_protocol.errors import FetchError, FetchFailure
from linkback_protocol.fetch import addresses
from linkback_protocol.fetch import body as body_coding
from linkback_protocol.fetch.dial import Dialer, Resolver
from linkback_protocol.fetch.exchange import Answer, exchange
from linkback_protocol.fetch.response import Response
from linkback_protocol.fetch.stream import PIECE, Deadline, shown
from linkback_protocol.page import Page, readable
from linkback_protocol.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from linkback_protocol.url import URL

logger = logging.getLogger("linkback_protocol.fetch")

ACCEPT = "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.5"

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
# Successes that come without the page: no content, and a part that nobody asked for.
_NO_PAGE = frozenset((204, 205, 206))
# Parentheses and backslashes would end or bend the comment of a User-Agent (RFC 9110 5.6.5).
_NOT_IN_COMMENT = re.compile(r"[^ !-'*-\[\]-~]+")
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_WIRE_FACTOR = 8
"""Bytes on the wire for one of the body: a body in chunks of one byte takes six."""


class Fetcher:
    """Fetches strangers' pages over http and https; safe to share between threads and to fork.

    Each fetch opens connections of its own. Nothing is kept between two requests, and nothing is
    taken from the environment: no proxies, no ``.netrc``, no cookies, no ``Referer``.

    :param site: URL or name of this site, for the User-Agent: whoever is asked can tell by whom.
    :param allow: networks (CIDR) that may be connected to in spite of the guard, at any port, for
        intranets and tests. See `linkback_protocol.fetch.addresses` for what is denied.
    :param ports: ports that may be connected to elsewhere.
    :param deadline: seconds for everything: look-up, connection, TLS, headers, body, redirects.
    :param connect_timeout: seconds for one address of a host, before the next is tried.
    :param max_bytes: bytes of a page after decoding; what follows is not read.
    :param max_header_bytes: bytes of headers and trailers in one answer.
    :param max_redirects: redirects that are followed, each through the whole gate.
    :param ca_certs: path of a PEM file with the authorities trusted, instead of certifi's bundle.
    :param resolve: called like `socket.getaddrinfo` with host, port, family and type.
    :raises ValueError: a setting makes no sense; the caller's mistake.
    """

    def __init__(
        self,
        *,
        site: str = "",
        allow: Iterable[str] = (),
        ports: Iterable[int] = (80, 443, 8080, 8443),
        deadline: float = 10.0,
        connect_timeout: float = 3.0,
        max_bytes: int = 1 << 20,
        max_header_bytes: int = 64 * 1024,
        max_redirects: int = 5,
        ca_certs: str | None = None,
        resolve: Resolver = socket.getaddrinfo,
    ) -> None:
        ports = frozenset(ports)
        for name, value in (
            ("deadline", deadline),
            ("connect_timeout", connect_timeout),
            ("max_bytes", max_bytes),
            ("max_header_bytes", max_header_bytes),
            ("max_redirects", max_redirects + 1),
        ):
            if value <= 0:
                raise ValueError(f"Fetcher: {name} is too small")
        if not all(0 < port < 65536 for port in ports):
            raise ValueError("Fetcher: ports are numbers from 1 to 65535")
        self.deadline = deadline
        self._site = site
        self._max_bytes = max_bytes
        self._max_header_bytes = max_header_bytes
        self._max_redirects = max_redirects
        self._dialer = Dialer(
            allow=addresses.networks(allow),
            ports=ports,
            connect_timeout=connect_timeout,
            max_bytes=max_header_bytes + _WIRE_FACTOR * max_bytes + PIECE,
            ca_certs=ca_certs,
            resolve=resolve,
        )

    def get(
        self,
        url: str | URL,
        *,
        sender: str = "",
        enough: Callable[[Page], bool] | None = None,
        within: Callable[[URL], bool] | None = None,
    ) -> Page:
        """Fetch a page; its `url` is where redirects led.

        The answer must be a success whose Content-Type can be read. A page longer than `max_bytes`
        comes ``truncated``.

        :param sender: IP address of whoever made us ask, for the User-Agent.
        :param enough: shown the page as far as it has come, at 64 KiB and each time that has
            doubled; true ends the transfer, and that part is the page, ``truncated``.
        :param within: asked about each URL that a redirect leads to; false ends the fetch with
            ``REDIRECTS``, before anything is sent there.
        :raises FetchError: for everything that can go wrong outside; `failure` says what did.
        """
        deadline = Deadline(self.deadline)
        address = _parse(url)
        headers = {
            "User-Agent": user_agent(site=self._site, sender=sender),
            "Accept": ACCEPT,
            "Accept-Encoding": body_coding.ACCEPT_ENCODING,
        }
        visited: set[str] = set()
        for _ in range(self._max_redirects + 1):
            visited.add(address.page)
            with self._request("GET", address, headers, deadline) as answer:
                destination = _destination(answer, address)
                if destination is None:
                    return self._read(answer, address, enough)
            if destination.page in visited:
                raise FetchError(FetchFailure.REDIRECTS, f"in a circle to {shown(destination)}")
            if within is not None and not within(destination):
                raise FetchError(FetchFailure.REDIRECTS, f"away to {shown(destination)}")
            address = destination
        raise FetchError(FetchFailure.REDIRECTS, f"more than {self._max_redirects}")

    def request(
        self,
        method: str,
        url: str | URL,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        body: bytes | None = None,
        wanted: Callable[[Response], bool] = lambda _head: True,
        follows: Callable[[int, URL, URL], bool] = lambda _status, _here, _there: True,
        deadline: Deadline | None = None,
    ) -> Response:
        """Send a request and return the answer, whatever it is.

        A redirect that is followed gets the same request, method and body included.

        :param headers: beside those that say who we are.
        :param wanted: shown the answer without its body; false leaves the body unread.
        :param follows: asked about each redirect, by its status, where it stands and where it leads
            to; false makes it the answer.
        :param deadline: goes before the fetcher's own.
        :raises FetchError: there is no answer, or it is none of HTTP; `failure` says what happened.
        """
        deadline = deadline or Deadline(self.deadline)
        address = _parse(url)
        sent = {
            "User-Agent": user_agent(site=self._site),
            "Accept-Encoding": body_coding.ACCEPT_ENCODING,
            **headers,
        }
        passed: list[URL] = []
        while True:
            with self._request(method, address, sent, deadline, body=body) as answer:
                destination = _destination(answer, address)
                if destination is None or not follows(answer.status, address, destination):
                    head = Response(
                        url=address,
                        status=answer.status,
                        headers=tuple(answer.fields()),
                        redirects=tuple(passed),
                    )
                    if not wanted(head):
                        return head
                    content, truncated = self._content(answer)
                    return replace(head, body=content, truncated=truncated)
            passed.append(address)
            if len(passed) > self._max_redirects:
                raise FetchError(FetchFailure.REDIRECTS, f"more than {self._max_redirects}")
            if any(destination.page == each.page for each in passed):
                raise FetchError(FetchFailure.REDIRECTS, f"in a circle to {shown(destination)}")
            address = destination

    def _content(self, answer: Answer) -> tuple[bytes, bool]:
        """Read the body as far as `max_bytes`; return it and whether there was more."""
        content = bytearray()
        for piece in body_coding.decoded(answer, max_bytes=self._max_bytes + PIECE):
            content += piece
            if len(content) > self._max_bytes:
                return bytes(content[: self._max_bytes]), True
        return bytes(content), False

    @contextlib.contextmanager
    def _request(
        self,
        method: str,
        url: URL,
        headers: Mapping[str, str],
        deadline: Deadline,
        *,
        body: bytes | None = None,
    ) -> Iterator[Answer]:
        """Send one request through the whole gate; the connection ends with the context."""
        with (
            self._dialer.connect(url, deadline) as (stream, address),
            exchange(
                stream, method, url, headers, body=body, max_header_bytes=self._max_header_bytes
            ) as answer,
        ):
            logger.debug("%s %s at %s: %d", method, shown(url), address, answer.status)
            yield answer

    def _read(self, answer: Answer, url: URL, enough: Callable[[Page], bool] | None) -> Page:
        """Read the page from a final answer, unless its head says that it is none."""
        if not 200 <= answer.status < 300 or answer.status in _NO_PAGE:
            raise FetchError(
                FetchFailure.STATUS, f"{shown(url)} answers {answer.status}", status=answer.status
            )
        content_type = answer.header("Content-Type")
        if not readable(content_type):
            raise FetchError(FetchFailure.MEDIA_TYPE, shown(content_type))
        content = bytearray()
        ask_at = PIECE
        truncated = False
        for piece in body_coding.decoded(answer, max_bytes=self._max_bytes + PIECE):
            content += piece
            if len(content) > self._max_bytes:
                del content[self._max_bytes :]
                truncated = True
                break
            if enough is not None and len(content) >= ask_at:
                page = Page.parse(
                    bytes(content), url=url, content_type=content_type, truncated=True
                )
                if enough(page):
                    return page
                while ask_at <= len(content):
                    ask_at *= 2
        return Page.parse(bytes(content), url=url, content_type=content_type, truncated=truncated)


def user_agent(*, site: str = "", sender: str = "") -> str:
    """Return who we are and for whom we ask, so that a victim of pings can tell who sends them."""
    site = _NOT_IN_COMMENT.sub("", site)[:200]
    sender = _NOT_IN_COMMENT.sub("", sender)[:50]
    parts = [f"+{site}"] if site else []
    if sender:
        parts.append(f"verifying linkback from {sender}")
    product = f"linkback_protocol/{__version__}"
    return f"{product} ({'; '.join(parts)})" if parts else product


def _parse(url: str | URL) -> URL:
    if isinstance(url, urls.URL):
        return url
    try:
        return urls.parse(url)
    except urls.InvalidURL as error:
        raise FetchError(FetchFailure.URL, f"{shown(url)}: {error}") from error


def _destination(answer: Answer, base: URL) -> URL | None:
    """Return where an answer redirects to; None where it is final.

    Only ``Location`` counts, not ``Refresh`` and nothing in the page (PB-A1).
    """
    if answer.status not in _REDIRECTS:
        return None
    location = answer.single("Location")
    if not location:
        return None
    destination = urls.resolve(base, location)
    if destination is None:
        raise FetchError(FetchFailure.URL, f"redirect to {shown(location)}")
    return destination
