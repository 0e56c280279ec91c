"""Blogs that no person writes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from linkback_protocol import url as urls
from linkback_protocol.linkback import Verdict
from linkback_protocol.validators.actions import REASON
from linkback_protocol.validators.findings import Finding, strongest, total
from linkback_protocol.validators.link_sites import link_sites
from linkback_protocol.validators.machine_written import machine_written
from linkback_protocol.validators.money_links import money_links
from linkback_protocol.validators.sales_pitch import sales_pitch
from linkback_protocol.validators.shingles import shingle, shingles, vocabulary, words
from linkback_protocol.validators.splog_words import (
    AGGREGATED,
    GOODS,
    GOODS_UNSPACED,
    OFFERS,
    OFFERS_UNSPACED,
    PHRASES,
)
from linkback_protocol.validators.vague import vague
from linkback_protocol.validators.voice import speaks

if TYPE_CHECKING:
    from linkback_protocol.page import Link, Page
    from linkback_protocol.validators.candidate import Candidate

AROUND = 800
"""Characters of the passage round a link that are looked at."""
MAX_LINKS = 5
"""Links to us that are looked at."""
BESIDE = 8
"""Links before and behind ours that are looked at."""
MAX_BODY = 100_000
"""Bytes of a page in which links are counted."""
MANY_LINKS = 50
"""Links to other sites from which on a page may be one of links."""
RUN = 5
"""Words in a row by which a copy is known."""
SAMPLES = 250
"""Places of a page at which it is compared with ours."""

_COMMERCE = frozenset(("bait", "host", "kind", "money", "title", "trade"))
_ALNUM = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"[|«»:\u2013\u2014]| --? ")
_TITLE_NUMBER = re.compile(r"\d{5,}")
_URL_NUMBER = re.compile(r"(?:[?&]\w{1,20}=|[/_-]|/[a-z]{1,8})(\d{6,20})(?=[/.&]|\Z)")
_FOREIGN = re.compile(rb"""href=["']?https?://([^/"'\s>]{1,100})""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Splog:
    """Catches splogs: scraped texts, shops that pose as blogs, pages that a template wrote.

    It gives points for each sign and adds them up: a trackback whose title is the name of its site
    (3), a page's that is that of its host (2), our own title (2), what scrapers write round a link
    (3, or 5 for two phrases), and what services write that ping for what others said (the same), a
    copy of most of our text (5) or of much (2), a page that is mostly ours (3 or 1), a page of
    links (3), a word that is repeated on and on (2 or 3; in the title 2), long numbers in the
    address (1 or 2) and in the title or the name of the site (2), goods that are known from spam in
    the title (1 or 3), round the link (2 or 3), and in the host (1 or 2). Goods that our own page
    speaks of are its topic and do not count, unless three words offer them.

    Praise that fits any page, and what texts are padded with that search engines or language models
    write, count by how many such phrases there are in how many words round the link (1 to 4).
    Where there are some, hardly any text, a link that says ``here``, no word of what our page is
    about, and no name, number or person round it count as well (1 each); without them they mean
    nothing.

    What sells is looked at in four ways: an advertisement round the link, a host or a title that
    offers a trade (`sales_pitch`); links for money beside ours (`money_links`); sites that take
    links from anybody (`link_sites`); and what a chatbot left in the text (`machine_written`). Two
    of the first three where nobody says I are a sign more (1).

    By default nothing holds a ping by itself but a copy, two phrases of a scraper or a service,
    padding throughout, a page that is an advertisement, three links for money, five phrases of a
    site for links, and a chatbot's excuse. A number in the title and the address is its own where
    somebody says I.

    What it gets wrong: a page that quotes us at length and says little; the news of a firm that are
    written like its advertisements; a round-up with hardly any words. It misses splogs with a text
    of their own, what sells in the voice of a person, and languages that it has no words for. It
    costs a fetch, and about a millisecond for a page of any size.

    :param hold_from: points from which the owner is asked.
    :param spam_from: points from which it is filed as spam.
    :raises ValueError: the two do not make sense.
    """

    name: ClassVar[str] = "splog"
    hold_from: int = 4
    spam_from: int = 10

    def __post_init__(self) -> None:
        if not 1 <= self.hold_from <= self.spam_from:
            raise ValueError(
                "Splog: hold_from is at least 1 and spam_from no less than it, "
                f"not {self.hold_from} and {self.spam_from}"
            )

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Add up what tells; the page is not fetched where the ping says enough."""
        findings = _of_ping(candidate)
        if total(findings) < self.spam_from:
            page = candidate.page
            findings += [] if page is None else _of_page(candidate, page)
        points = total(findings)
        if points < self.hold_from:
            return None
        told = sorted(strongest(findings), key=lambda finding: -finding.points)
        listed = ", ".join(f"{finding.what} ({finding.points})" for finding in told)
        reason = f"{points} points: {listed}"
        reason = reason if len(reason) <= REASON else f"{reason[: REASON - 1]}…"
        return Verdict.spam(reason) if points >= self.spam_from else Verdict.hold(reason)


def _of_ping(candidate: Candidate) -> list[Finding]:
    """Return what the ping alone tells."""
    ping = candidate.ping
    source = urls.parse(ping.source)
    findings = []
    if ping.title and _plain(ping.title) == _plain(ping.blog_name):
        findings.append(Finding("name", 3, "the title is the name of the site"))
    numbers = _URL_NUMBER.findall(f"{source.path}?{source.query}")
    if numbers:
        long = max(map(len, numbers)) >= 8
        findings.append(Finding("address", 2 if long else 1, "a long number in the address"))
    sold = GOODS.intersection(_ALNUM.findall(source.host)) - vocabulary(candidate.target_text)
    if sold:
        findings.append(Finding("host", min(2, len(sold)), f"the host speaks of {_list(sold)}"))
    if ping.title:
        findings += _of_title(ping.title, candidate.target_text)
    if _TITLE_NUMBER.search(ping.blog_name):
        findings.append(Finding("number", 2, "a long number in the name of the site"))
    if ping.excerpt:
        findings += _of_surroundings(ping.excerpt, candidate.target_text)
    return findings


def _of_page(candidate: Candidate, page: Page) -> list[Finding]:
    """Return what the page tells."""
    target_text = candidate.target_text
    findings = _of_title(page.title, target_text)
    if page.title and _plain(page.title) == _plain(page.url.host.removeprefix("www.")):
        findings.append(Finding("name", 2, "the title is the name of the host"))
    surroundings = _round_links(page, candidate.links)
    findings += _of_surroundings(surroundings, target_text)
    stock = vague(page, candidate.links, target_text)
    found = words(page.text)
    numbers = set(_TITLE_NUMBER.findall(page.title))
    if numbers.intersection(_URL_NUMBER.findall(f"{page.url.path}?{page.url.query}")) and (
        not stock and speaks(words(surroundings)) >= 2
    ):
        # Somebody who counts what he writes, and has the number for a title.
        findings = [finding for finding in findings if finding.sign != "number"]
    findings += stock
    beside = page.neighbours(_seen(candidate.links), each_side=BESIDE)
    findings += money_links(candidate, page, beside)
    findings += sales_pitch(page, candidate.links, beside, target_text)
    findings += link_sites(page)
    findings += machine_written(page)
    findings += _copied(found, target_text)
    findings += _stuffed(found) or _repeated(found)
    findings += _links_only(page, len(found))
    sold = [finding for finding in strongest(findings) if finding.sign in _COMMERCE]
    if sum(finding.points >= 2 for finding in sold) >= 2 and not speaks(found):
        findings.append(Finding("nobody", 1, "nobody in it says I"))
    return findings


def _of_title(title: str, target_text: str) -> list[Finding]:
    findings = []
    ours = _plain(target_text[:400])
    if any(own.count(" ") >= 2 and own in ours for own in map(_plain, _PARTS.split(title))):
        findings.append(Finding("ours", 2, "the title is ours"))
    if _TITLE_NUMBER.search(title):
        findings.append(Finding("number", 2, "a long number in the title"))
    repeated = Counter(word for word in words(title) if len(word) > 3)
    if repeated and max(repeated.values()) >= 3:
        findings.append(Finding("repeats", 2, "the title repeats itself"))
    goods, offers = _trade(title, target_text)
    if goods:
        points = 3 if offers or len(goods) > 1 else 1
        findings.append(Finding("title", points, f"the title speaks of {_list(goods)}"))
    return findings


def _of_surroundings(text: str, target_text: str) -> list[Finding]:
    findings = []
    lowered = text.lower().replace("\u2019", "'")
    phrases = [phrase for phrase in PHRASES if phrase in lowered]
    if phrases:
        points = 3 if len(phrases) == 1 else 5
        findings.append(Finding("phrase", points, f"a scraper's phrase: {phrases[0]!r}"))
    services = [phrase for phrase in AGGREGATED if phrase in lowered]
    if services:
        points = 3 if len(services) == 1 else 5
        findings.append(Finding("service", points, f"a service's phrase: {services[0]!r}"))
    goods, offers = _trade(text, target_text)
    if len(offers) >= 2 and goods:
        points = 2 if len(goods) == 1 else 3
        findings.append(Finding("trade", points, f"offers of {_list(goods)} round the link"))
    elif len(goods) >= 4:
        findings.append(Finding("trade", 2, f"{_list(goods)} round the link"))
    return findings


def _trade(text: str, target_text: str) -> tuple[set[str], set[str]]:
    """Return the goods, but for those that are our own topic, and the words that offer them."""
    found = set(words(text))
    offers = found.intersection(OFFERS)
    offers.update(word for word in OFFERS_UNSPACED if word in text)
    goods = found.intersection(GOODS)
    goods.update(word for word in GOODS_UNSPACED if word in text)
    # Who offers that much sells it, topic or not.
    return (goods if len(offers) >= 3 else goods - vocabulary(target_text)), offers


def _copied(found: list[str], target_text: str) -> list[Finding]:
    """Compare samples of the page with ours: how much of it is ours, how much of ours it has."""
    ours = shingles(target_text, RUN)
    places = len(found) - RUN + 1
    if len(ours) < RUN or places < RUN:
        return []
    step = max(1, places // SAMPLES)
    samples = range(0, places, step)
    known = vocabulary(target_text)
    hits = [
        sample
        for place in samples
        # Most of what is not ours ends here.
        if found[place] in known and found[place + RUN - 1] in known
        if (sample := shingle(found, place, RUN)) in ours
    ]
    share = len(hits) / len(samples)
    taken = min(1.0, len(set(hits)) * step / len(ours))
    findings = []
    if taken >= 0.4:
        findings.append(
            Finding("copy", 5 if taken >= 0.7 else 2, f"it has {taken:.0%} of our text")
        )
    if share >= 0.4 and len(hits) * step >= 20:
        findings.append(
            Finding("share", 3 if share >= 0.6 else 1, f"{share:.0%} of its text is ours")
        )
    return findings


def _stuffed(found: list[str]) -> list[Finding]:
    long = [word for word in found[:700] if len(word) > 3]
    if len(long) < 40:
        return []
    word, count = Counter(long).most_common(1)[0]
    share = count / len(long)
    if count < 8 or share < 0.08:
        return []
    points = 3 if share >= 0.12 else 2
    return [Finding("stuffed", points, f"{share:.0%} of its longer words are {word[:20]!r}")]


def _repeated(found: list[str]) -> list[Finding]:
    """Find a pair of words that comes back like no pair in what somebody tells."""
    found = found[:300]
    least = max(5, len(found) // 20)
    pairs = [pair for pair in pairwise(found) if len(pair[0]) > 3 and len(pair[1]) > 3]
    if len(pairs) < least:
        return []
    (one, other), count = Counter(pairs).most_common(1)[0]
    if count < least:
        return []
    points = 3 if count * 2 >= 0.15 * len(found) else 2
    what = f"{one[:20]} {other[:20]}"
    return [Finding("stuffed", points, f"{count} times {what!r} in {len(found)} words")]


def _links_only(page: Page, length: int) -> list[Finding]:
    # Counted in the markup: resolving each of them would cost more than all the rest.
    if page.body.count(b"://", 0, MAX_BODY) < MANY_LINKS:
        return []
    body = page.body[:MAX_BODY].lower()
    own = page.url.host.encode()
    count = sum(host != own for host in _FOREIGN.findall(body))
    if count < MANY_LINKS or length >= 6 * count:
        return []
    return [Finding("links", 3, f"{count} links to other sites among {length} words")]


def _round_links(page: Page, links: list[Link]) -> str:
    # Within the part of the page that the link stands in: advertisements beside it are not its own.
    return " … ".join(page.excerpt(link, length=AROUND) for link in links[:MAX_LINKS])


def _seen(links: list[Link]) -> list[Link]:
    return [link for link in links if not link.hidden] or links


def _plain(text: str) -> str:
    return " ".join(_ALNUM.findall(text.lower()))


def _list(terms: set[str] | frozenset[str]) -> str:
    return " and ".join(sorted(terms)[:2])
