"""Advertisements in which our link stands: prices, offers, calls to buy."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from linkback_protocol.validators.actions import shown
from linkback_protocol.validators.findings import Finding
from linkback_protocol.validators.pitches import (
    AMOUNT,
    BAIT,
    BY_US,
    CALLS,
    DENIED,
    GIVING,
    PITCHES,
    PRICE,
    TELEPHONE,
    TO_YOU,
)
from linkback_protocol.validators.shingles import edges, unquoted, words
from linkback_protocol.validators.splog_words import OFFERS
from linkback_protocol.validators.stock_phrases import longest
from linkback_protocol.validators.trades import GROUPS, OFFERED, TRADES, of_host
from linkback_protocol.validators.voice import names, speaks

if TYPE_CHECKING:
    from linkback_protocol.page import Link, Neighbour, Page

NEAR: Final = 1600
"""Characters of the passage round our link that are its own."""

_LEVELS: Final = ((4.5, 4), (3.4, 3), (2.6, 2), (2.0, 1))
"""Scores from which on there are so many points."""


def sales_pitch(
    page: Page, links: list[Link], beside: list[Neighbour], target_text: str
) -> list[Finding]:
    """Return whether the text round our link is an advertisement, and what host and title sell.

    Everything counts a little: trades that are not our own topic, words of offers, what is said to
    customers (`PITCHES`), prices and numbers to call, links that begin like a command, a title
    written for those who search, a text that says you and we throughout. What speaks against it is
    who says I, who says not and never, who knows people and places by name, and who marks a link as
    paid for. What stands in quotation marks does not count: whoever complains of advertisements
    repeats them. It catches firms and shops that link to us for no reason but to ping, comparisons
    and promises, whatever the trade, since no word decides.

    What it gets wrong: the news of a firm that writes them as it advertises, and a charity that
    addresses its readers about money without saying what it is. It misses what sells in the voice
    of somebody who tells of himself. It costs two tenths of a millisecond.

    :param beside: the links near ours.
    """
    findings = []
    sold = of_host(page.url.host)
    if len(sold) >= 2:
        named = " and ".join(repr(word.strip("-")) for word in sorted(sold)[:2])
        findings.append(Finding("host", 2, f"the host is named after {named}"))
    title = words(page.title)
    offered = _not_ours(TRADES.within(title), target_text)
    if offered and OFFERED.intersection(title):
        findings.append(Finding("title", 2, f"the title offers {min(offered)!r}"))
    link = next((link for link in links if not link.hidden), None)
    if link is None:
        return findings
    bait = BAIT.search(page.title)
    if bait is not None:
        what = f"the title is for those who search: {shown(bait[0], 30)!r}"
        findings.append(Finding("bait", 2, what))
    text = page.excerpt(link, length=NEAR)
    around = unquoted(text)
    pitches = PITCHES.within(around)
    trades = _not_ours(TRADES.within(around), target_text)
    prices = _prices(text)
    calls = [words(other.text) for other in beside if _is_call(other, link)]
    if not (pitches or trades or prices or calls):
        return findings
    # A button says "check my price" in the reader's name.
    personal = max(0, speaks(around) - sum(map(speaks, calls)))
    share = 100 / max(40, len(around))
    score = (
        0.7 * min(3, len(trades))
        + 0.5 * min(4, len(OFFERS.intersection(around)))
        + 0.7 * min(4, len(pitches))
        + 0.5 * min(3, prices)
        + 0.6 * min(2, len(calls))
        + 0.7 * min(2, len(offered))
        + min(2.0, share * sum(word in TO_YOU for word in around) / 2)
        + min(0.5, share * sum(word in BY_US for word in around) / 6)
        - min(3.0, share * personal * 1.2)
        - 3.0 * (not GIVING.isdisjoint(around))
        - 0.5 * min(4, sum(word in DENIED for word in around))
        # Whoever marks what is paid for hides nothing.
        - 1.0 * any("sponsored" in other.rel for other in beside)
    )
    if score >= _LEVELS[-1][0] - 1:
        score += 0.2 * min(6, len(PITCHES.within(edges(page.text)) - pitches))
    if score >= _LEVELS[-1][0] and names(text, target_text) * 20 >= max(40, len(around)):
        score -= 0.5
    points = next((points for least, points in _LEVELS if score >= least), 0)
    if points:
        told = " and ".join(map(repr, longest(pitches | trades))) or "prices, and calls to buy"
        findings.append(Finding("trade", points, f"an advertisement round the link: {told}"))
    return findings


def _prices(text: str) -> int:
    """Return how many prices, percentages and numbers to call a text has."""
    calls = [number for number in TELEPHONE.findall(text) if sum(map(str.isdigit, number)) >= 9]
    return len(PRICE.findall(text)) + len(AMOUNT.findall(text)) + len(calls)


def _not_ours(trades: set[str], target_text: str) -> set[str]:
    """Return the trades that are of no kind that our own page speaks of."""
    ours = _our_groups(target_text)
    return {trade for trade in trades if GROUPS[trade] not in ours}


@lru_cache(maxsize=64)
def _our_groups(target_text: str) -> frozenset[str]:
    return frozenset(GROUPS[trade] for trade in TRADES.within(words(target_text)))


def _is_call(link: Neighbour, ours: Link) -> bool:
    first, _, others = link.text[:60].lower().partition(" ")
    return first.rstrip("!:") in CALLS and link.region == ours.region and others.count(" ") < 6
