"""Asks a page where its pings go, sends one, and reads the answer; every request is guarded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linkback_protocol.errors import FetchError, FetchFailure
from linkback_protocol.sender.delivery import MAX_SHOWN, Exchange, Outcome
from linkback_protocol.sender.discovery import Discovery, searchable
from linkback_protocol.wire import (
    answer,
    faults,
    pingback,
    trackback_client,
    xmlrpc,
    xmlrpc_answer,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkback_protocol.fetch import Deadline, Fetcher, Response
    from linkback_protocol.url import URL

ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
ACCEPT_ANSWER = "text/xml, application/xml;q=0.9, */*;q=0.1"

_PAGE_HEADERS = {"Accept": ACCEPT_PAGE}
_KEEPS_METHOD = (307, 308)
_MOVED = (301, 302)
_LATER_STATUS = frozenset((408, 425, 429, 500, 502, 503, 504))
# 16: the receiver could not read our page, which may have been published a moment ago. 50: it is a
# gateway. 429 is WordPress's, for more than one ping in 15 seconds.
_LATER_CODES = frozenset((16, 50, 429, -32300, -32400, -32500))
_KNOWN = 48
_ABROAD = {
    FetchFailure.URL: ("its address is one that nothing is sent to", False),
    FetchFailure.ADDRESS: ("it is in a network that nothing is sent to", False),
    FetchFailure.DNS: ("its host has no address", True),
    FetchFailure.CONNECT: ("its host takes no connection", True),
    FetchFailure.TLS: ("its certificate or encryption is not in order", True),
    FetchFailure.DEADLINE: ("it did not answer in time", True),
    FetchFailure.PROTOCOL: ("what it answers is not HTTP as it must be", True),
    FetchFailure.REDIRECTS: ("it redirects without end", False),
    FetchFailure.STATUS: ("it answers with an error status", False),
    FetchFailure.ENCODING: ("its answer is compressed in a way that nobody asked for", False),
    FetchFailure.MEDIA_TYPE: ("it is of a type that cannot be read", False),
}


@dataclass(frozen=True, slots=True)
class Form:
    """What a trackback tells of the source (TB-5)."""

    title: str
    excerpt: str
    blog_name: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one step came to; see `Delivery` for the fields."""

    outcome: Outcome
    detail: str
    exchange: Exchange
    code: int | None = None
    oddities: tuple[str, ...] = ()
    temporary: bool = False


class Client:
    """Sends single requests; safe to share between threads.

    :param fetcher: guards each of them: the addresses that a page names are a stranger's too.
    """

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    def discover(
        self, page: URL, *, deadline: Deadline, header_is_enough: bool = False
    ) -> tuple[Discovery, Exchange]:
        """Ask a page by one GET what it advertises.

        :param header_is_enough: leave the body unread where a header has an endpoint for pingbacks.
        :raises FetchError: the page cannot be read.
        """

        def wanted(head: Response) -> bool:
            if not 200 <= head.status < 300 or not searchable(head.header("Content-Type")):
                return False
            return not (header_is_enough and Discovery(head, asked=page).pingback())

        response = self._fetcher.request(
            "GET", page, headers=_PAGE_HEADERS, wanted=wanted, deadline=deadline
        )
        if not 200 <= response.status < 300:
            raise FetchError(
                FetchFailure.STATUS,
                f"{response.url} answers {response.status}",
                status=response.status,
            )
        exchange = _exchange("GET", page, _PAGE_HEADERS, b"", response)
        return Discovery(response, asked=page), exchange

    def not_discovered(self, page: URL, error: FetchError) -> Said:
        """Return what it means for a delivery that `discover` failed."""
        return _unreachable("the page", error, Exchange("GET", str(page), _PAGE_HEADERS, b""))

    def ping(self, endpoint: URL, source: str, target: str, *, deadline: Deadline) -> Said:
        """Send a pingback (PB-3-1, XR-H1 to XR-H5)."""
        body = xmlrpc.dump_call(pingback.PING, source, target)
        got = self._post(endpoint, "text/xml", body, deadline)
        if isinstance(got, Said):
            return got
        response, exchange = got
        read = xmlrpc_answer.read_answer(
            response.body,
            status=response.status,
            content_type=response.header("Content-Type"),
        )
        return _said(read, response, exchange, faults.meaning)

    def trackback(self, endpoint: URL, source: str, form: Form, *, deadline: Deadline) -> Said:
        """Send a trackback (TB-2 to TB-7)."""
        content_type, body = trackback_client.dump_form(
            source, title=form.title, excerpt=form.excerpt, blog_name=form.blog_name
        )
        got = self._post(endpoint, content_type, body, deadline)
        if isinstance(got, Said):
            return got
        response, exchange = got
        read = trackback_client.read_response(
            response.body,
            status=response.status,
            content_type=response.header("Content-Type"),
        )
        return _said(read, response, exchange, _refused)

    def _post(
        self, endpoint: URL, content_type: str, body: bytes, deadline: Deadline
    ) -> tuple[Response, Exchange] | Said:
        sent = {"Content-Type": content_type, "Accept": ACCEPT_ANSWER}
        try:
            response = self._fetcher.request(
                "POST", endpoint, headers=sent, body=body, follows=_follows, deadline=deadline
            )
        except FetchError as error:
            return _unreachable("the endpoint", error, Exchange("POST", str(endpoint), sent, body))
        return response, _exchange("POST", endpoint, sent, body, response)


def _follows(status: int, here: URL, there: URL) -> bool:
    """Return whether a POST is sent again to where it is redirected.

    By 307 and 308 it has to be. Sites that moved to https or another host redirect their endpoint
    by 301 or 302, and mean it. Anything else leads to a page to look at, which is how WordPress and
    Typecho refuse a trackback.
    """
    if status in _KEEPS_METHOD:
        return True
    return status in _MOVED and (here.path, here.query) == (there.path, there.query)


def _said(
    read: answer.Answer,
    response: Response,
    exchange: Exchange,
    meaning: Callable[[int | None], str],
) -> Said:
    busy = response.status in _LATER_STATUS
    match read:
        case answer.Success():
            return Said(Outcome.SENT, "", exchange, oddities=read.oddities)
        case answer.Refusal(code=code, message=message):
            # PB-A7: what the receiver has already is delivered.
            known = code == _KNOWN and meaning is faults.meaning
            said = meaning(code)
            return Said(
                Outcome.KNOWN if known else Outcome.REFUSED,
                f"{said} It says: {message}" if message and not known else said,
                exchange,
                code,
                read.oddities,
                temporary=not known and (busy or code in _LATER_CODES),
            )
    return Said(Outcome.MALFORMED, read.reason, exchange, oddities=read.oddities, temporary=busy)


def _refused(_error: int | None) -> str:
    """Return what it means that a trackback is refused; its number tells nothing (TB-12)."""
    return "The server does not take this trackback."


def _unreachable(what: str, error: FetchError, exchange: Exchange) -> Said:
    why, temporary = _ABROAD[error.failure]
    return Said(
        Outcome.UNREACHABLE,
        f"{what} cannot be reached: {why} ({error.detail})",
        replace(exchange, failure=error.detail, status=error.status or 0),
        temporary=temporary or error.status in _LATER_STATUS,
    )


def _exchange(
    method: str, url: URL, sent: Mapping[str, str], body: bytes, response: Response
) -> Exchange:
    return Exchange(
        method,
        str(url),
        sent,
        body[:MAX_SHOWN],
        response.status,
        response.headers,
        response.body[:MAX_SHOWN],
    )
