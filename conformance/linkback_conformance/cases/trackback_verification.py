"""What a trackback receiver does with the page that is said to link; it need not look at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_conformance.case import (
    MAY,
    PRACTICE,
    ROBUSTNESS,
    SECURITY,
    SHOULD,
    case,
)
from linkback_conformance.cases.trackback_pings import NEEDS, fields_of, still_taken, turned_away
from linkback_conformance.markup import unescape
from linkback_conformance.page import text_of
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from linkback_conformance.trial import Source, Trial

_FETCHES = f"{NEEDS} trackback.server.fetches"


@case(
    "trackback.server.fetches",
    "The receiver looks at the page that is said to link",
    clauses="SEC-6 TB-13",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="The specification never mentions it. Those that do not look are full of spam, and have "
    "nothing to guard.",
)
def fetches(t: Trial) -> None:
    source = t.source()
    t.accepts(t.trackback(fields_of(source)), source, "a good ping")
    t.check(
        source.wait_fetched(t.settings.settle),
        "a request for the source",
        f"none within {t.settings.settle:g} s",
    )


@case(
    "trackback.server.no-link",
    "A ping from a page without the link is refused, or held",
    clauses="SEC-6 TB-13",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_FETCHES,
    writes=True,
    why="The text asks for no verification, and WordPress and Movable Type have none: most of "
    "what they get is spam.",
)
def no_link(t: Trial) -> None:
    good, bad = t.source(), t.source("<p>Nothing to see here.</p>")
    t.accepts(t.trackback(fields_of(good)), good, "a ping from a page that links")
    reply = t.trackback(fields_of(bad))
    outcome = t.outcome(reply, bad)
    # Where nobody sees what became of it the page still may.
    held = outcome is not Outcome.REFUSED and _on_page(t, good) and not _on_page(t, bad)
    t.check(
        outcome is Outcome.REFUSED or held,
        "a refusal, or nothing of it on the page that shows the good one",
        reply.describe(),
    )


def _on_page(t: Trial, source: Source) -> bool:
    return source.url in unescape(text_of(t.get(t.target.page)))


@case(
    "trackback.server.no-link-hidden",
    "What looks like the link and is none does not count",
    clauses="SEC-6",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=f"{_FETCHES} trackback.server.no-link",
    why="Dotclear's filter is content with the address anywhere in the text of the page.",
)
def no_link_hidden(t: Trial) -> None:
    page = t.target.page
    for what, body in (
        ("the link in a comment", f"<!-- {t.link()} -->"),
        ("the link in a script", f"<script>var a = '{t.link()}';</script>"),
        ("a link to an address that begins like the page's", t.link(f"{page}more-of-it")),
        ("a link that has the address in its query", t.link(f"http://blog.test/?u={page}")),
    ):
        source = t.source(body)
        t.refuses(t.trackback(fields_of(source)), source, what)


@case(
    "trackback.server.source-missing",
    "A source that is not there is no source, whatever its error page says",
    clauses="SEC-6",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=f"{_FETCHES} trackback.server.no-link",
    why="Error pages repeat the address that was asked for.",
)
def source_missing(t: Trial) -> None:
    for status in (404, 410, 500):
        source = t.source(status=status)
        t.refuses(t.trackback(fields_of(source)), source, f"a source that answers {status}")


@case(
    "trackback.server.unfetched",
    "The source of a ping that is not taken in any case is not fetched",
    clauses="SEC-2",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_FETCHES,
    writes=True,
    why="A fetch is what an attacker wants; to see that a page is closed costs nothing.",
)
def unfetched(t: Trial) -> None:
    closed = t.require("closed_trackback", "--closed-target")
    source = t.source(t.link() + t.link(t.target.closed))
    reply = t.trackback(fields_of(source), to=closed)
    still_taken(t)
    turned_away(t, reply, "a ping for a page that takes none", {403, 404, 410})
    t.untouched(source, "a closed page")


@case(
    "trackback.server.fetches-little",
    "One ping is at most three requests to the source",
    clauses="SEC-2",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_FETCHES,
    writes=True,
    why="What a receiver multiplies, it multiplies for attackers.",
)
def fetches_little(t: Trial) -> None:
    source = t.source()
    t.accepts(t.trackback(fields_of(source)), source, "a good ping")
    source.wait_fetched(t.settings.settle)
    fetched = len(source.fetches)
    t.check(1 <= fetched <= 3, "one to three requests", f"{fetched} requests")
