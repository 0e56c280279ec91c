"""What a case gets: a target to try, a site to link from, and a record of all that is seen."""

from __future__ import annotations

import html
import itertools
import subprocess
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linkback_conformance import trackback, xmlrpc
from linkback_conformance.case import CONTROLS, MUST, SHOULD, Case, Level
from linkback_conformance.owner_view import output_of, unescaped
from linkback_conformance.source_site import Fetch, Page, SourceSite
from linkback_conformance.target import is_loopback
from linkback_conformance.witness import Stop, Witness
from linkback_conformance.xmlrpc import Outcome, Reply

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterable, Sequence

    from linkback_conformance.target import Target
    from linkback_conformance.trackback import TrackbackReply
    from linkback_conformance.wire import Client, Exchange, Headers, Response

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a run behaves; times are in seconds."""

    timeout: float = 15.0
    """For one exchange."""
    settle: float = 5.0
    """How long a target that answers first and verifies later is given to do so."""
    grace: float = 0.3
    """How long after an answer a fetch that must not happen is waited for."""
    canary: str = "127.0.0.2"
    """An address that the target has no business to connect to."""
    reachable: bool = True
    """Whether the target can reach the source site."""
    pings: bool = True
    """Whether pings may be sent to other machines: some keep even what should be refused."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page of the source site that links, or pretends to."""

    url: str
    token: str
    """A word that occurs in the page's title and in no other page."""
    site: SourceSite

    @property
    def fetches(self) -> tuple[Fetch, ...]:
        """Return the requests for the page so far."""
        return self.site.fetches(self.url)

    def wait_fetched(self, seconds: float, *, ended: bool = False) -> bool:
        """Wait until the page was asked for, or also sent; return whether it was."""
        return self.site.wait_fetched(self.url, seconds, ended=ended)


class Trial(Witness):
    """One attempt at one case."""

    def __init__(
        self,
        case: Case,
        target: Target,
        site: SourceSite,
        *,
        client: Client,
        settings: Settings,
        pace: Callable[[], None],
    ) -> None:
        super().__init__(case)
        self.target = target
        self.site = site
        self.settings = settings
        self._client = replace(client, case_id=case.id)
        self._pace = pace
        self._names = itertools.count(1)

    def require(self, name: str, option: str) -> str:
        """Return an address of the target, or end the case naming the option that gives it."""
        address: str = getattr(self.target, name)
        return address or self.not_applicable(f"needs an address that was not given: {option}")

    # Requests

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Headers = (),
        body: bytes = b"",
        user_agent: bool = True,
        timeout: float | None = None,
    ) -> Exchange:
        """Send a request and keep the exchange.

        Where nobody listens the case ends: the target has gone, and nothing is known about it.
        """
        forbidden = not self.settings.pings and not is_loopback(url)
        if forbidden and self._could_ping(method, url, body):
            self.inconclusive("it sends pings, which nobody allowed: give --allow-writes")
        self._pace()
        client = replace(self._client, timeout=timeout) if timeout else self._client
        exchange = client.send(method, url, headers=headers, body=body, user_agent=user_agent)
        self.exchanges.append(exchange)
        if exchange.unreachable:
            self.inconclusive(f"{url} cannot be reached: {exchange.problem}")
        return exchange

    def _could_ping(self, method: str, url: str, body: bytes) -> bool:
        if url == self.target.pingback:
            # UTF-16 puts a NUL beside every letter.
            return xmlrpc.PING.encode() in body.replace(b"\0", b"").lower()
        # Some take a ping by any method.
        pings = tuple(filter(None, (self.target.trackback, self.target.closed_trackback)))
        return method not in {"GET", "HEAD"} or url.startswith(pings)

    def get(self, url: str, *, headers: Headers = ()) -> Response:
        """Fetch a page of the target; the case ends where it is not served."""
        exchange = self.request("GET", url, headers=headers)
        if exchange.response is None or not 200 <= exchange.response.status < 300:
            self.inconclusive(f"{url} gives {exchange.describe()}")
        return exchange.response

    @property
    def endpoint(self) -> str:
        """The pingback endpoint, or the end of the case."""
        return self.target.pingback or self.not_applicable("the target offers no pingback")

    @property
    def ping_url(self) -> str:
        """The trackback ping URL of the page, or the end of the case."""
        return self.target.trackback or self.not_applicable("the target offers no trackback")

    def post_xml(
        self,
        body: bytes,
        *,
        content_type: str = "text/xml",
        headers: Headers = (),
        user_agent: bool = True,
        to: str = "",
    ) -> Reply:
        """Post a body to the pingback endpoint, or to another one."""
        typed = [("Content-Type", content_type)] if content_type else []
        url = to or self.endpoint
        return xmlrpc.read_reply(
            self.request("POST", url, headers=[*typed, *headers], body=body, user_agent=user_agent)
        )

    def call(self, method: str, *params: str, to: str = "") -> Reply:
        """Call a method with strings as parameters."""
        return self.post_xml(xmlrpc.call(method, *params), to=to)

    def ping(self, source: Source | str, target: str = "") -> Reply:
        """Send a pingback from a page of the suite, to the target page unless told."""
        url = source if isinstance(source, str) else source.url
        return self.call(xmlrpc.PING, url, target or self.target.page)

    def trackback(
        self,
        fields: Sequence[tuple[str, str | bytes]],
        *,
        to: str = "",
        encoding: str = "utf-8",
        content_type: str = f"{trackback.FORM}; charset=utf-8",
        headers: Headers = (),
    ) -> TrackbackReply:
        """Send a trackback ping with these fields."""
        typed = [("Content-Type", content_type)] if content_type else []
        return self.post_form(trackback.form(fields, encoding), to=to, headers=[*typed, *headers])

    def post_form(self, body: bytes, *, to: str = "", headers: Headers = ()) -> TrackbackReply:
        """Post a body to the ping URL."""
        return trackback.read_reply(
            self.request("POST", to or self.ping_url, headers=headers, body=body)
        )

    # The source site

    def token(self) -> str:
        """Return a word that occurs nowhere else."""
        name = self.case.id.replace(".", "-")
        return f"lb{self.site.run_id}-{name}-{next(self._names)}"

    def document(self, body: str, token: str, *, head: str = "") -> str:
        """Return an HTML page with this in its body."""
        return (
            f"<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>{token}</title>{head}"
            f"</head><body><h1>{token}</h1>\n{body}\n<p>Written by nobody.</p></body></html>\n"
        )

    def link(self, target: str = "", text: str = "a good post") -> str:
        """Return a paragraph that links, by default to the target page."""
        href = html.escape(target or self.target.page)
        return f'<p>Before that, there was <a href="{href}">{text}</a>, worth reading.</p>'

    def source(
        self,
        body: str | None = None,
        *,
        head: str = "",
        content_type: str = HTML,
        status: int = 200,
        headers: Headers = (),
    ) -> Source:
        """Publish a page with this in its body; without one, it links to the target page."""
        token = self.token()
        text = self.document(self.link() if body is None else body, token, head=head)
        return self.publish(
            text.encode(), token, content_type=content_type, status=status, headers=headers
        )

    def publish(
        self,
        content: bytes | Callable[[threading.Event], Iterable[bytes]],
        token: str = "",
        *,
        content_type: str = HTML,
        status: int = 200,
        headers: Headers = (),
        raw: bool = False,
    ) -> Source:
        """Publish bytes, or a stream of them, at an address of its own.

        Ends the case where the target cannot reach the source site. See `Page` for streams.
        """
        if not self.settings.reachable:
            self.inconclusive(
                "the target cannot reach the suite's source site: give --listen and --public-url"
            )
        typed = [("Content-Type", content_type)] if content_type else []
        page = Page(
            status=status,
            headers=[*typed, *headers],
            body=content if isinstance(content, bytes) else b"",
            stream=None if isinstance(content, bytes) else content,
            raw=raw,
        )
        token = token or self.token()
        return Source(self.site.publish(self.case.id, token, page), token, self.site)

    # What an answer means

    def outcome(self, reply: Reply | TrackbackReply, source: Source) -> Outcome | None:
        """Return what became of a ping, or ``None`` where it cannot be seen from outside.

        A refusal is final. A success is final too if the source was read before the answer. A
        target that answers first gets `Settings.settle` seconds to begin reading, and as long as
        an answer may take to end; only the owner's view says what it made of it then.
        """
        if reply.outcome is not Outcome.ACCEPTED or self._read_before(reply.exchange, source):
            return reply.outcome
        if not source.wait_fetched(self.settings.settle):
            # It never looked, so its word stands.
            return Outcome.ACCEPTED
        source.wait_fetched(self.settings.timeout, ended=True)
        if not self.target.observe:
            return None
        return Outcome.ACCEPTED if self.shown(source) else Outcome.REFUSED

    def _read_before(self, exchange: Exchange, source: Source) -> bool:
        # The end of a page that was not read to its end is noticed a little later here than there.
        soon = exchange.ended + self.settings.grace - time.monotonic()
        return source.wait_fetched(max(0.0, soon), ended=True) and any(
            fetch.ended is not None and fetch.ended <= exchange.ended + self.settings.grace
            for fetch in source.fetches
        )

    def shown(self, source: Source, *, wait: bool = True) -> bool:
        """Return whether the owner's view shows a source, waiting for it to appear."""
        return self.owner_sees(source.url, wait=wait)

    def owner_sees(self, text: str, *, wait: bool = True) -> bool:
        """Return whether the owner's view holds a text; needs ``--observe``.

        What is missing counts only where the view shows the control ping of this run: another
        blog's view, or one that was cut short, shows neither.
        """
        until = time.monotonic() + (self.settings.settle if wait else 0)
        while text not in (view := self.owner_view()):
            if time.monotonic() >= until:
                sent = self.site.published_for(*(first for first, _ in CONTROLS.values()))
                if any(url in view for url in sent):
                    return False
                self.inconclusive(
                    "the view of --observe does not show the control ping either, so what it "
                    "leaves out means nothing: give a view of everything that is registered"
                )
            time.sleep(0.1)
        return True

    def owner_view(self) -> str:
        """Return everything that is registered, as the owner reads it: without escapes."""
        return unescaped(self.owner_view_raw())

    def owner_view_raw(self) -> str:
        """Return everything that is registered, as the owner's view writes it."""
        observe = self.target.observe or self.inconclusive(
            "only the owner can see this: give --observe"
        )
        if not observe.startswith("!"):
            view = self.get(observe)
            if not view.complete:
                self.inconclusive("the view of --observe is too long, or has no end")
            return view.text
        try:
            return output_of(observe[1:], self.settings.timeout)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            # A view that cannot be had shows nothing, which is not the same as an empty one.
            self.inconclusive(f"the command of --observe failed: {error}")

    def accepts(self, reply: Reply | TrackbackReply, source: Source, what: str) -> None:
        """Check that a ping was taken."""
        outcome = self.outcome(reply, source)
        self.check(
            None if outcome is None else outcome is Outcome.ACCEPTED,
            f"{what} is accepted",
            self._describe(reply, outcome),
            about=reply.exchange,
        )

    def refuses(self, reply: Reply | TrackbackReply, source: Source, what: str) -> None:
        """Check that a ping was refused, by an answer that says so."""
        outcome = self.outcome(reply, source)
        self.check(
            None if outcome is None else outcome is Outcome.REFUSED,
            f"{what} is refused",
            self._describe(reply, outcome),
            about=reply.exchange,
        )

    @staticmethod
    def _describe(reply: Reply | TrackbackReply, outcome: Outcome | None) -> str:
        text = reply.describe()
        if outcome is None:
            return f"{text}, before the source was read; --observe would show what came of it"
        return text if outcome is reply.outcome else f"{text}, and then {outcome}"

    def fault(
        self,
        reply: Reply,
        expected: str,
        *codes: int,
        tolerated: Collection[int] = (),
        level: Level | None = None,
    ) -> None:
        """Check that the answer is a fault with one of these codes.

        A tolerated code breaks no more than a SHOULD, and is reported as such.
        """
        refused = reply.outcome is Outcome.REFUSED
        if refused and reply.code is not None and reply.code in tolerated:
            level = SHOULD if (level or self.case.level) is MUST else level
        names = " or ".join(str(code) for code in codes)
        self.check(
            refused and reply.code in codes,
            f"{expected}: fault {names}",
            reply.describe(),
            level=level,
            about=reply.exchange,
        )

    def readable(self, reply: Reply | TrackbackReply, what: str = "", *statuses: int) -> None:
        """Check that an answer is one of the protocol, whatever it says, or has such a status."""
        expected = "a string or a fault" if isinstance(reply, Reply) else "error 0 or error 1"
        if statuses:
            expected += f", or HTTP {' or '.join(map(str, statuses))}"
        response = reply.exchange.response
        self.check(
            reply.understood or (response is not None and response.status in statuses),
            f"{what}: {expected}" if what else expected,
            reply.describe(),
            about=reply.exchange,
        )

    def untouched(self, source: Source, what: str) -> None:
        """Check that a page was not asked for, and is not a moment later."""
        fetched = source.wait_fetched(self.settings.grace)
        self.check(
            not fetched,
            f"{what}: the source is not fetched",
            f"the source was fetched {len(source.fetches)} times",
        )

    def answered(self, exchange: Exchange) -> Response:
        """Return the response; without one, a broken case."""
        if exchange.response is None:
            self.check(False, "an answer", exchange.describe())
            raise Stop
        return exchange.response
