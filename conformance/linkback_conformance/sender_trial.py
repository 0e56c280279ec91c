"""What a case about senders gets: pages to link to, endpoints to reach, and all that came in."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from linkback_conformance.calls import read_call
from linkback_conformance.case import Protocol
from linkback_conformance.source_site import Page
from linkback_conformance.target import is_loopback
from linkback_conformance.verdict import Holds, Observation
from linkback_conformance.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linkback_conformance.calls import Call
    from linkback_conformance.case import Case, Level
    from linkback_conformance.received import Request
    from linkback_conformance.recording_site import Answer, RecordingSite
    from linkback_conformance.sender import Sender
    from linkback_conformance.wire import Headers

HTML: Final = "text/html; charset=utf-8"

REGISTERED: Final = Page(
    headers=[("Content-Type", "text/xml; charset=utf-8")],
    body=b'<?xml version="1.0" encoding="utf-8"?>\n<methodResponse><params><param><value><string>'
    b"Registered.</string></value></param></params></methodResponse>\n",
)
"""What a pingback server says to a ping that it takes."""
THANKS: Final = Page(
    headers=[("Content-Type", "text/xml; charset=utf-8")],
    body=b'<?xml version="1.0" encoding="utf-8"?>\n<response><error>0</error></response>\n',
)
"""What a trackback server says to a ping that it takes."""
_ACCEPTED: Final = {Protocol.PINGBACK: REGISTERED, Protocol.TRACKBACK: THANKS}


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSettings:
    """How a run behaves; times are in seconds."""

    timeout: float = 30.0
    """For one run of the sender, after which it is stopped."""
    settle: float = 2.0
    """How long a ping that has to come is waited for when the sender has ended."""
    grace: float = 0.3
    """How long a request that must not come is waited for."""
    canary: str = "127.0.0.2"
    """An address that the sender has no business to connect to."""
    demanded: frozenset[Protocol] = frozenset()
    """The protocols that the tester says the sender speaks."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that pings can be sent to."""

    url: str
    site: RecordingSite
    trap: str = ""
    """What a sender did wrong that reaches it; empty for one that is to be reached."""

    @property
    def requests(self) -> tuple[Request, ...]:
        """Return what came to it, whatever the query."""
        return self.site.requests(self.url)

    @property
    def pings(self) -> tuple[Request, ...]:
        """Return what was posted to it."""
        return tuple(each for each in self.requests if each.method == "POST")


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """A page that the source links to."""

    url: str
    """As the link has it, with its fragment."""
    site: RecordingSite

    @property
    def requests(self) -> tuple[Request, ...]:
        """Return what came for it."""
        return self.site.requests(self.url)

    @property
    def read(self) -> bool:
        """Whether its body was asked for."""
        return any(each.method == "GET" for each in self.requests)


class SenderTrial(Witness):
    """One attempt at one case about a sender."""

    def __init__(
        self,
        case: Case,
        sender: Sender,
        *,
        blog: RecordingSite,
        sources: RecordingSite,
        settings: SenderSettings,
        again: str,
    ) -> None:
        super().__init__(case)
        self.sender = sender
        self.blog = blog
        self.sources = sources
        self.settings = settings
        self.source = ""
        """The address of the page that links; empty where it is the sender's own, and before."""
        self._again = again
        self._pages = 0

    # The pages and endpoints of the suite's blog

    def endpoint(
        self, name: str = "endpoint", *, answer: Answer | None = None, query: str = ""
    ) -> Endpoint:
        """Serve an endpoint that takes every ping, or answers as told."""
        url = self.blog.publish(self.case.id, name, answer or _ACCEPTED[self.case.protocol])
        return Endpoint(url + (f"?{query}" if query else ""), self.blog)

    def trap(self, name: str, why: str) -> Endpoint:
        """Serve an endpoint that is not to be reached; ``why`` tells what was done wrong."""
        url = self.blog.publish(self.case.id, name, _ACCEPTED[self.case.protocol])
        return Endpoint(url, self.blog, why)

    def page(
        self,
        *,
        headers: Headers = (),
        head: str = "",
        body: str = "",
        content_type: str = HTML,
        answer: Answer | None = None,
        fragment: str = "",
        query: str = "",
    ) -> LinkedPage:
        """Serve a numbered page to link to, or whatever ``answer`` says instead."""
        self._pages += 1
        name = f"page-{self._pages}"
        typed = [("Content-Type", content_type)] if content_type else []
        text = self.document(head, body).encode()
        page = answer or Page(headers=[*typed, *headers], body=text)
        url = self.blog.publish(self.case.id, name, page)
        url += (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
        return LinkedPage(url, self.blog)

    def address(self, number: int = 1) -> str:
        """Return the address that a numbered page has, or will have."""
        return f"{self.blog.url}/{self.blog.run_id}/{self.case.id}/page-{number}"

    def elsewhere(self, url: str) -> LinkedPage:
        """Return a page that is not of the suite's sites, to link to."""
        return LinkedPage(url, self.blog)

    def document(self, head: str = "", body: str = "") -> str:
        """Return an HTML page."""
        return (
            f"<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>{self.case.id}"
            f"</title>\n{head}\n</head><body><h1>A page to link to</h1>\n{body}\n"
            "<p>Written by nobody.</p></body></html>\n"
        )

    def good_page(self, name: str = "another-endpoint") -> tuple[LinkedPage, Endpoint]:
        """Serve the plainest page that takes pings of the case's protocol, and its endpoint."""
        endpoint = self.endpoint(name)
        if self.case.protocol is Protocol.TRACKBACK:
            block = rdf(self.address(self._pages + 1), endpoint.url)
            return self.page(head=rel_trackback(endpoint.url), body=f"<!--\n{block}\n-->"), endpoint
        return self.page(headers=[("X-Pingback", endpoint.url)], head=link(endpoint.url)), endpoint

    # What the sender is told

    def send(self, *pages: LinkedPage, times: int = 1, query: str = "", prose: str = "") -> None:
        """Publish a page that links to these, and let the sender do its work.

        Each link is there so many ``times``; ``query`` belongs to the address of the page, and
        ``prose`` is markup that stands before the links.
        """
        links = [page.url for page in pages]
        self.source = ""
        if not self.sender.publishes:
            published = self._publish_source(links * times, prose)
            self.source = published + (f"?{query}" if query else "")
        self.runs += self.sender.tell(
            self.source, links, f"{self.case.id}: {self.case.title}", self.settings.timeout
        )

    def _publish_source(self, links: Sequence[str], prose: str) -> str:
        written = "\n".join(
            f'<p>Before that, there was <a href="{html.escape(url)}">a good post</a>, worth '
            "reading.</p>"
            for url in links
        )
        text = (
            f"<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>{self.case.id}"
            f"</title></head><body><h1>A post</h1>\n{prose}\n{written}\n</body></html>\n"
        )
        name = f"source-{len(self.runs) + 1}"
        return self.sources.publish(
            self.case.id, name, Page(headers=[("Content-Type", HTML)], body=text.encode())
        )

    @property
    def ended(self) -> bool:
        """Whether the sender came to its end each time."""
        return all(run.ended for run in self.runs)

    # What is looked at

    def speaks(self, endpoint: Endpoint) -> None:
        """End the case where a sender that need not speak the protocol sends nothing by it."""
        self.blog.wait(lambda: endpoint.requests, self.settings.settle)
        demanded = self.case.protocol in self.settings.demanded
        if not demanded and not endpoint.requests and self.ended:
            self.not_applicable(
                f"the sender sent no {self.case.protocol} even for the plainest page ({self.seen()}"
                f"); if it should have, give --protocol {self.case.protocol}"
            )

    def pinged(self, endpoint: Endpoint, what: str, *, traps: Sequence[Endpoint] = ()) -> None:
        """Check that an endpoint got a ping, and that no trap was reached."""
        self.blog.wait(
            lambda: endpoint.pings or any(trap.requests for trap in traps), self.settings.settle
        )
        fallen = [trap for trap in traps if trap.requests]
        if fallen:
            self.note(False, what, fallen[0].trap, fallen[0].requests[0])
        else:
            # What was stopped could still have been about to ping.
            came = bool(endpoint.pings) if endpoint.pings or self.ended else None
            self.note(came, what, self.seen(), *endpoint.pings[:1])

    def spared(self, page: LinkedPage, what: str, *traps: Endpoint, unread: bool = False) -> None:
        """Check that none of these endpoints was reached.

        That holds only where the sender came to its end and read the page, or with ``unread`` at
        least asked for it; otherwise nothing is known.
        """
        self.blog.wait(lambda: self._looked(page, unread=unread), self.settings.settle)
        self.blog.wait(lambda: any(trap.requests for trap in traps), self.quiet)
        fallen = [trap for trap in traps if trap.requests]
        if fallen:
            self.note(False, what, fallen[0].trap, fallen[0].requests[0])
            return
        looked = self._looked(page, unread=unread)
        self.note(True if looked and self.ended else None, what, self.seen())

    def unspoken(self, page: LinkedPage, what: str, endpoint: Endpoint) -> None:
        """Check that an endpoint of another protocol got no call of XML-RPC; a form it may get."""
        self.blog.wait(lambda: page.read, self.settings.settle)
        self.blog.wait(lambda: _calls(endpoint), self.quiet)
        if calls := _calls(endpoint):
            self.note(False, what, endpoint.trap, calls[0])
        else:
            self.note(True if page.read and self.ended else None, what, self.seen())

    @staticmethod
    def _looked(page: LinkedPage, *, unread: bool) -> bool:
        return bool(page.requests) if unread else page.read

    def nowhere_else(self, page: LinkedPage, what: str, *allowed: Endpoint) -> None:
        """Check that what was posted, if anything was, came to one of these endpoints.

        That nothing was holds only where the sender came to its end and read the page.
        """
        self.blog.wait(lambda: page.read, self.settings.settle)
        self.blog.wait(self._strays(allowed), self.quiet)
        strays = self._strays(allowed)()
        if strays:
            self.note(False, what, f"it was sent to {strays[0].target}", strays[0])
        else:
            self.note(True if page.read and self.ended else None, what, self.seen())

    def _strays(self, allowed: Sequence[Endpoint]) -> Callable[[], list[Request]]:
        def found() -> list[Request]:
            expected = [ping for each in allowed for ping in each.pings]
            came = self.blog.requests_of(self.case.id)
            return [each for each in came if each.method == "POST" and each not in expected]

        return found

    @property
    def quiet(self) -> float:
        """How long to wait for what must not come."""
        return self.settings.settle if self.sender.patient else self.settings.grace

    def carried_on(self, endpoint: Endpoint, what: str) -> None:
        """Check that the sender ended in time, and that what came next got its ping."""
        self.note(
            self.ended,
            f"{what}: the sender comes to its end",
            "; ".join(run.outcome for run in self.runs),
        )
        self.pinged(endpoint, f"{what}: the next link gets its ping")

    def ping(self, endpoint: Endpoint) -> Request:
        """Return the first ping that came to an endpoint, or end the case without one."""
        self.blog.wait(lambda: endpoint.pings, self.settings.settle)
        if not endpoint.pings:
            self.inconclusive(f"no ping came that could be looked at: {self.seen()}")
        return endpoint.pings[0]

    def call(self, endpoint: Endpoint) -> Call:
        """Return the first ping as a call of XML-RPC, or end the case without one."""
        return read_call(self.ping(endpoint))

    def met(self, page: LinkedPage, what: str) -> None:
        """End the case where a page that is to be survived was never asked for."""
        if not page.requests:
            self.inconclusive(f"{what} was not asked for, so nothing was survived: {self.seen()}")

    def note(
        self,
        holds: bool | None,
        expected: str,
        observed: str,
        request: Request | None = None,
        *,
        level: Level | None = None,
    ) -> None:
        """Record one thing that was looked at, and the request that shows it."""
        came = self._requests()
        number = came.index(request) + 1 if request is not None and request in came else 0
        state = Holds.UNKNOWN if holds is None else Holds.YES if holds else Holds.NO
        self.observations.append(
            Observation(expected, observed, state, level or self.case.level, number)
        )

    def seen(self) -> str:
        """Return what came for the case, as a phrase."""
        paths = [
            f"{each.method} {_last(each.target)}" for each in self.blog.requests_of(self.case.id)
        ]
        came = ", ".join(paths[:8]) + (" ..." if len(paths) > 8 else "")
        ends = "; ".join(run.outcome for run in self.runs)
        return f"{came or 'nothing was asked for'}, and the sender's end was: {ends}"

    def close(self) -> None:
        """Keep what came in, and end whatever is still being sent."""
        self.exchanges[:] = [
            each.as_exchange(self._base(each), self._again) for each in self._requests()
        ]
        self.blog.finish(self.case.id)
        self.sources.finish(self.case.id)

    def _requests(self) -> list[Request]:
        found = [*self.blog.requests_of(self.case.id), *self.sources.requests_of(self.case.id)]
        return sorted(found, key=lambda each: each.started)

    def _base(self, request: Request) -> str:
        return self.sources.url if request in self._asked_of_sources() else self.blog.url

    def _asked_of_sources(self) -> tuple[Request, ...]:
        return self.sources.requests_of(self.case.id)

    # Addresses that nobody has any business to connect to

    def require_local(self, url: str) -> None:
        """End the case where the sender is not on this machine, and cannot be watched from here."""
        if not is_loopback(self.blog.url):
            self.not_applicable(f"the sender may be on another machine, where {url} is not ours")

    def wait(self, seen: Callable[[], object]) -> bool:
        """Wait until something is seen, as long as the sender may take to settle."""
        return self.blog.wait(seen, self.settings.settle)


def link(url: str) -> str:
    """Return the link element of the specification, in its HTML form."""
    # PB-2.2-6: no entities but four, so that an apostrophe stays as it is.
    address = escape(url, {'"': "&quot;"})
    return f'<link rel="pingback" href="{address}">'


def rdf(identifier: str, ping: str, *, title: str = "A page to link to") -> str:
    """Return the RDF of the specification for a page, without a comment round it."""
    about, address = html.escape(identifier), html.escape(ping)
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
        '         xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
        '         xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/">\n'
        f'<rdf:Description rdf:about="{about}" dc:identifier="{about}"\n'
        f'    dc:title="{title}" trackback:ping="{address}" />\n</rdf:RDF>'
    )


def rel_trackback(url: str) -> str:
    """Return the link that some pages have beside the RDF, or instead of it."""
    return f'<link rel="trackback" href="{html.escape(url)}">'


def _calls(endpoint: Endpoint) -> list[Request]:
    return [each for each in endpoint.requests if b"<methodCall" in each.body]


def _last(target: str) -> str:
    path, mark, query = target.partition("?")
    return path.rsplit("/", 1)[-1][:80] + (f"?{query[:80]}" if mark else "")
