"""What is tried: a live blog, an endpoint given by hand, or a WSGI app that the suite serves."""

from __future__ import annotations

import contextlib
import ipaddress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from linkback_conformance import page as pages
from linkback_conformance.addresses import is_absolute, joined, split, without_fragment
from linkback_conformance.application import load, served
from linkback_conformance.case import Protocol
from linkback_conformance.errors import TargetUnusable, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIApplication

    from linkback_conformance.wire import Client, Exchange

_MAX_REDIRECTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A blog: its endpoints, and its pages that the cases link to.

    Addresses are absolute; an empty one is not known, and the cases that need it say so.
    """

    name: str
    """As the tester wrote it."""
    page: str
    """A page that takes pings."""
    pingback: str = ""
    trackback: str = ""
    second: str = ""
    """Another page that takes pings."""
    second_trackback: str = ""
    closed: str = ""
    """A page that exists and takes no pings any more."""
    closed_trackback: str = ""
    missing: str = ""
    """An address of the same site at which there is nothing."""
    non_post: str = ""
    """A page that exists and is nothing to link back to: the home page, a listing."""
    observe: str = ""
    """An address, or a command after ``!``, that shows the owner everything that was registered."""
    notes: tuple[str, ...] = ()
    """How the endpoints were found."""

    @property
    def local(self) -> bool:
        """Whether all of the target runs on this machine, so that nobody else is bothered.

        A page here can name an endpoint elsewhere.
        """
        places = (
            self.page,
            self.pingback,
            self.trackback,
            self.second,
            self.second_trackback,
            self.closed,
            self.closed_trackback,
            self.missing,
            self.non_post,
        )
        return all(is_loopback(place) for place in places if place)

    def offers(self, protocol: Protocol) -> bool:
        """Return whether an endpoint of a protocol was found or given."""
        return bool(self.pingback if protocol is Protocol.PINGBACK else self.trackback)

    def endpoints(self) -> dict[str, str]:
        """Return what is known, by name, for the report."""
        names = [
            "page",
            "pingback",
            "trackback",
            "second",
            "second_trackback",
            "closed",
            "closed_trackback",
            "missing",
            "non_post",
            "observe",
        ]
        return {name: value for name in names if (value := getattr(self, name))}


def is_loopback(url: str) -> bool:
    """Return whether an address is this machine, by its spelling."""
    parts = split(url)
    host = (parts.hostname if parts is not None else None) or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the tester gave by options, each an absolute address or a path of the target's site."""

    target: str = ""
    pingback: str = ""
    """Endpoints that the page does not advertise, or others than it does."""
    trackback: str = ""
    second: str = ""
    closed: str = ""
    missing: str = ""
    non_post: str = ""
    observe: str = ""
    serve: tuple[str, int] = ("127.0.0.1", 0)
    """Where a WSGI app is served; port 0 is any free one."""


@contextlib.contextmanager
def opened(written: str, given: Given, client: Client, run_id: str) -> Iterator[Target]:
    """Find the target that was written, serving it if it is a WSGI app.

    Raises `UsageError` where it cannot be understood, `TargetUnusable` where it does not answer or
    offers no endpoint.
    """
    kind, _, rest = written.partition(":")
    match kind:
        case "http" | "https":
            required = not (given.pingback or given.trackback)
            found = discover(written, client, required=required)
            yield _complete(written, found, given, client, run_id)
        case "pingback" | "trackback":
            _require_address(rest, f"{kind}:")
            if not given.target:
                message = f"{kind}:ENDPOINT needs --target, the address of the page it serves"
                raise UsageError(message)
            found = Target(name=written, page=_given(rest, given.target))
            found = (
                replace(found, pingback=rest)
                if kind == "pingback"
                else replace(found, trackback=rest)
            )
            yield _complete(written, found, given, client, run_id)
        case "wsgi":
            if not given.target:
                message = "wsgi:MODULE:APP needs --target, the path of a page that takes pings"
                raise UsageError(message)
            with opened_app(load(rest), given, client, run_id, name=written) as found:
                yield found
        case _:
            message = (
                f"{written!r} is no target: give https://..., pingback:ENDPOINT, "
                "trackback:PING_URL or wsgi:MODULE:APP"
            )
            raise UsageError(message)


@contextlib.contextmanager
def opened_app(
    app: WSGIApplication, given: Given, client: Client, run_id: str, *, name: str = "wsgi"
) -> Iterator[Target]:
    """Serve a WSGI app, and find its endpoints on the page that ``given.target`` names."""
    with served(app, *given.serve) as base:
        required = not (given.pingback or given.trackback)
        found = discover(_given(base, given.target), client, required=required)
        yield _complete(name, found, given, client, run_id)


def _require_address(url: str, what: str) -> None:
    if not _is_plain(url):
        message = f"{what} needs an absolute http or https address without credentials, not {url!r}"
        raise UsageError(message)


def _is_plain(url: str) -> bool:
    parts = split(url)
    return is_absolute(url) and parts is not None and "@" not in parts.netloc


def _given(base: str, url: str) -> str:
    """Return an address that the tester gave, as seen from the target; empty if none was."""
    if not url:
        return ""
    address = joined(base, url)
    if not address:
        message = f"{url!r} is neither an http or https address nor a path of the target's site"
        raise UsageError(message)
    return address


def _complete(written: str, found: Target, given: Given, client: Client, run_id: str) -> Target:
    page = found.page
    site = urljoin(page, "/")
    found = replace(
        found,
        pingback=_given(page, given.pingback) or found.pingback,
        trackback=_given(page, given.trackback) or found.trackback,
    )
    second, closed = _given(page, given.second), _given(page, given.closed)
    observe = given.observe
    if not observe.startswith("!"):
        observe = _given(page, observe)
    return replace(
        found,
        name=written,
        second=second,
        second_trackback=_trackback_of(second, client) or _trackback_beside(found, second)
        if found.trackback
        else "",
        closed=closed,
        closed_trackback=_trackback_beside(found, closed) if found.trackback else "",
        missing=_given(page, given.missing) or f"{site}no-such-page-{run_id}/",
        non_post=_given(page, given.non_post) or (site if site != page else ""),
        observe=observe,
    )


def _trackback_of(url: str, client: Client) -> str:
    if not url:
        return ""
    with contextlib.suppress(TargetUnusable):
        return discover(url, client, required=False).trackback
    return ""


def _trackback_beside(found: Target, url: str) -> str:
    """Guess the ping URL of a page that does not advertise one, by the shape of another's."""
    if url and found.page in found.trackback:
        return found.trackback.replace(found.page, url)
    return ""


def discover(url: str, client: Client, *, required: bool = True) -> Target:
    """Fetch a page and find its endpoints, following redirects of the page itself."""
    _require_address(url, "the target")
    for _ in range(_MAX_REDIRECTS + 1):
        exchange = client.send("GET", url)
        location = exchange.response.header("Location") if exchange.response else None
        if exchange.response is None or exchange.response.status not in _REDIRECTS or not location:
            break
        url = joined(url, location)
        if not _is_plain(url):
            message = f"the target redirects to {location!r}, which is no address to follow"
            raise TargetUnusable(message)
    else:
        message = f"the target redirects more than {_MAX_REDIRECTS} times"
        raise TargetUnusable(message)
    return _read_page(url, exchange, required=required)


_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def _read_page(url: str, exchange: Exchange, *, required: bool) -> Target:
    response = exchange.response
    if response is None:
        message = f"{url} gives {exchange.describe()}"
        raise TargetUnusable(message)
    if not 200 <= response.status < 300:
        message = f"{url} answers {response.status}: give the address of a post that takes pings"
        raise TargetUnusable(message)
    notes, pingback, trackback = [], "", ""
    loose = pages.loose_endpoints(response, url)
    if headers := pages.pingback_headers(response):
        pingback = joined(url, headers[0])
        notes.append(_found("pingback by X-Pingback", pingback, headers[0]))
    elif links := pages.pingback_links(response):
        pingback = joined(url, pages.expand(links[0][1]))
        notes.append(_found("pingback by <link>", pingback, links[0][1]))
    elif "pingback" in loose:
        pingback = loose["pingback"]
        notes.append("pingback by a <link> that only a lenient client finds")
    blocks = [block for block in pages.rdf_blocks(response) if block.ping]
    matching = [b for b in blocks if without_fragment(url) in {b.identifier, b.about}]
    if blocks:
        written = (matching or blocks)[0].ping
        trackback = joined(url, written)
        how = "trackback by RDF" + ("" if matching else " that names another page")
        notes.append(_found(how, trackback, written))
    elif "trackback" in loose:
        trackback = loose["trackback"]
        notes.append("trackback by rel=trackback")
    if required and not (pingback or trackback):
        unusable = f" ({'; '.join(notes)})" if notes else ""
        message = (
            f"{url} offers neither pingback nor trackback{unusable}; if it takes pings all "
            "the same, give pingback:ENDPOINT or trackback:PING_URL with --target"
        )
        raise TargetUnusable(message)
    return Target(name=url, page=url, pingback=pingback, trackback=trackback, notes=tuple(notes))


def _found(how: str, address: str, written: str) -> str:
    return how if address else f"{how}, but {written[:100]!r} is no http or https address"
