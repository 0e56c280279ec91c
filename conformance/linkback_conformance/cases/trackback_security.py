"""Whether a trackback receiver can be turned against its owner, its visitors or others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkback_conformance import page as pages
from linkback_conformance.canary import TRACES, listening
from linkback_conformance.canary import spellings as other_spellings
from linkback_conformance.case import MUST, PRACTICE, SECURITY, SHOULD, case
from linkback_conformance.cases.trackback_pings import (
    NEEDS,
    fields_of,
    turned_away,
    word,
)
from linkback_conformance.markup import Reader
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from linkback_conformance.source_site import Listener
    from linkback_conformance.trackback import TrackbackReply
    from linkback_conformance.trial import Trial

_FETCHES = f"{NEEDS} trackback.server.fetches"


def _left_alone(t: Trial, listener: Listener, source: str, what: str) -> None:
    reply = t.trackback(fields_of(source))
    t.readable(reply, what)
    # Who answers first and looks later needs time to do so.
    later = reply.outcome is Outcome.ACCEPTED
    t.check(
        not listener.touched(t.settings.settle if later else t.settings.grace),
        f"{what}: no connection",
        f"a connection to {listener.host}:{listener.port}",
    )


@case(
    "trackback.server.security-private-address",
    "A source at an address that is not permitted is not connected to",
    clauses="SEC-1",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_FETCHES,
    why="Pings make receivers fetch for strangers, from inside the owner's network.",
)
def private_address(t: Trial) -> None:
    with listening(t, t.settings.canary) as canary:
        _left_alone(t, canary, f"http://{canary.host}:{canary.port}/", "a private address")


@case(
    "trackback.server.security-spellings",
    "No spelling of such an address gets through",
    clauses="SEC-1",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_FETCHES,
    why="Decimal, octal and short forms, and names before an @, are read by some libraries and "
    "not by the guards before them.",
)
def spellings(t: Trial) -> None:
    permitted = urlsplit(t.site.url).netloc
    with listening(t, t.settings.canary) as canary:
        for host in (*other_spellings(canary.host), f"{permitted}@{canary.host}"):
            _left_alone(t, canary, f"http://{host}:{canary.port}/", host)


@case(
    "trackback.server.security-redirect",
    "A redirect to an address that is not permitted is not followed",
    clauses="SEC-1",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_FETCHES,
    why="A guard that only looks at the first address guards nothing.",
)
def redirect(t: Trial) -> None:
    with listening(t, t.settings.canary) as canary:
        location = f"http://{canary.host}:{canary.port}/"
        for status in (301, 302, 307):
            source = t.source("<p>moved</p>", status=status, headers=[("Location", location)])
            _left_alone(t, canary, source.url, f"a redirect {status}")


@case(
    "trackback.server.security-schemes",
    "Only http and https are fetched",
    clauses="SEC-1",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_FETCHES,
    why="Libraries that also speak gopher, ftp or file reach mail servers and passwords.",
)
def schemes(t: Trial) -> None:
    with listening(t, "127.0.0.1") as listener:
        for scheme in ("ftp", "gopher", "dict", "ldap"):
            source = f"{scheme}://127.0.0.1:{listener.port}/x"
            _left_alone(t, listener, source, scheme)
    reply = t.trackback(fields_of("file:///etc/passwd"))
    t.readable(reply, "file")


@case(
    "trackback.server.security-port-scan",
    "The answer does not tell an open port from a closed one",
    clauses="SEC-1",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_FETCHES,
    why="Strangers can map a network from the outside by it.",
)
def port_scan(t: Trial) -> None:
    with listening(t, t.settings.canary) as canary:
        source = f"http://{canary.host}:{canary.port}/"
        opened = t.trackback(fields_of(source))
    closed = t.trackback(fields_of(source))
    both = [_without_addresses(reply) for reply in (opened, closed)]
    t.check(
        opened.understood and closed.understood and both[0] == both[1],
        "the same answer for both",
        f"{both[0]} for the open one, {both[1]} for the closed one",
    )


def _without_addresses(reply: TrackbackReply) -> str:
    """Return an answer without what differs from ping to ping: addresses, and references."""
    return re.sub(r"https?://\S+|\b[0-9a-fA-F]{6,}\b", "...", reply.describe())


@case(
    "trackback.server.security-cross-site",
    "A form on another site cannot ping by a visitor's browser",
    clauses="TB-2 SEC-2",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=NEEDS,
    why="A ping is the one kind of POST that any page can make its readers send, each from an "
    "address of their own; browsers say so, and nobody listens.",
)
def cross_site(t: Trial) -> None:
    browser = [
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
        ("Origin", "https://evil.test"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Mode", "no-cors"),
        ("Sec-Fetch-Dest", "empty"),
    ]
    for what, headers in (
        ("a browser that says all there is to say", browser),
        ("a browser that says the origin", browser[:2]),
        ("a browser that says the kind of request", [browser[0], *browser[2:]]),
    ):
        source = t.source()
        reply = t.trackback(fields_of(source), headers=headers)
        turned_away(t, reply, what, {400, 403})
        if t.target.observe:
            t.check(not t.shown(source, wait=False), f"{what}: nothing is kept", "it is kept")


_ADDRESSES = frozenset(
    {"action", "background", "data", "formaction", "href", "poster", "src", "srcdoc", "xlink:href"}
)
"""Attributes whose address a browser follows."""


class _Alive(Reader):
    """Finds where a word would be run: in scripts, in handlers of events, in addresses."""

    def __init__(self, mark: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._mark = mark

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if self._mark not in (value or ""):
                continue
            scheme = re.sub(r"[\x00-\x20]", "", value or "").partition(":")[0].lower()
            followed = name in _ADDRESSES and scheme in {"javascript", "data", "vbscript"}
            if name.startswith("on") or followed:
                self.found.append(f'<{tag} {name}="{value}">')

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and self._mark in data:
            self.found.append(f"<script>{data[:80]}")


def _alive(markup: str, mark: str) -> list[str]:
    parser = _Alive(mark)
    parser.read(markup)
    return parser.found


@case(
    "trackback.server.security-inert",
    "What a page shows of title, excerpt and blog_name is text",
    clauses="SEC-5",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=NEEDS,
    writes=True,
    why="Serendipity and Movable Type keep markup as it comes, and what a theme forgets to escape "
    "runs in every visitor's browser.",
)
def inert(t: Trial) -> None:
    seen = False
    for name in ("title", "excerpt", "blog_name"):
        source, mark = t.source(), word(t)
        # Short, since titles are cropped at 60 characters.
        trap = f'{mark}<script>{mark}</script>" onfocus="{mark}'
        t.readable(t.trackback(fields_of(source, **{name: trap})), f"a script as {name}")
        shown = pages.text_of(t.get(t.target.page))
        seen = seen or mark in shown
        found = _alive(shown, mark)
        t.check(not found, f"nothing of {name} is run", f"{found}")
    if not seen:
        t.inconclusive("the page shows none of the pings, perhaps not yet")


@case(
    "trackback.server.security-script-address",
    "No address that is a script becomes a link",
    clauses="SEC-5",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=NEEDS,
    why="The sender's address is what visitors click on; escapes do not help against it.",
)
def script_address(t: Trial) -> None:
    mark = word(t)
    for url in (
        f"javascript:alert('{mark}')",
        f"JaVaScRiPt:{mark}",
        f" java\tscript:{mark}",
        f"data:text/html,<script>{mark}</script>",
        f"vbscript:{mark}",
        f'http://blog.test/"><script>{mark}</script>',
    ):
        t.readable(t.trackback(fields_of(url)), f"url={url!r}")
    found = _alive(pages.text_of(t.get(t.target.page)), mark)
    t.check(not found, "nothing of them is run", f"{found}")


@case(
    "trackback.server.security-hijack",
    "A ping cannot put another endpoint on the page",
    clauses="SEC-7 TB-22",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=NEEDS,
    writes=True,
    why="Clients scan the text of the page, comments included: a block in an excerpt would send "
    "everybody's pings somewhere else.",
)
def hijack(t: Trial) -> None:
    source, mark = t.source(), word(t)
    evil = f"http://evil.test/{mark}"
    link = f'<link rel="pingback" href="{evil}">'
    block = (
        f'--><rdf:RDF><rdf:Description dc:identifier="{t.target.page}" trackback:ping="{evil}"/>'
        "</rdf:RDF>"
    )
    reply = t.trackback(fields_of(source, title=link, excerpt=block))
    t.readable(reply, "a ping with a link element and an RDF block in it")
    page = t.get(t.target.page)
    found = [each.markup for each in pages.rdf_blocks(page) if mark in each.markup]
    found += [each[0] for each in pages.pingback_links(page) if mark in each[0]]
    t.check(not found, "neither is on the page as markup", f"{found}")
    if reply.outcome is Outcome.ACCEPTED and mark not in pages.text_of(page):
        t.inconclusive("the page does not show the ping, perhaps not yet")


@case(
    "trackback.server.security-no-traceback",
    "No answer shows the inside of the program",
    clauses="TB-10",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=NEEDS,
    why="Dotclear answers with its database's own words; file names and versions are where the "
    "next attack starts.",
)
def no_traceback(t: Trial) -> None:
    for what, url in (
        ("a broken address", "http://[::1"),
        ("a port that is none", "http://127.0.0.1:99999/"),
        ("a host that is too long", f"http://{'a' * 300}.test/"),
        ("a long address", f"http://blog.test/{'a' * 3_000}"),
        ("a quote in the address", "http://blog.test/'\"\\"),
    ):
        reply = t.trackback(fields_of(url))
        text = t.answered(reply.exchange).text
        shown = [trace for trace in TRACES if trace in text]
        unseen = True if reply.understood else None
        t.check(
            False if shown else unseen,
            f"{what}: an answer document, without a trace of the program",
            f"{shown} in the answer" if shown else reply.describe(),
        )


@case(
    "trackback.server.security-big-body",
    "A body of 8 MB gets an answer document, or HTTP 413",
    clauses="TB-8 SEC-3",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=NEEDS,
    slow=True,
    why="What is read whole before it is looked at stops a blog with a few requests.",
)
def big_body(t: Trial) -> None:
    reply = t.trackback(fields_of(t.source(), excerpt="x" * 8_000_000))
    t.readable(reply, "8 MB", 413)
