"""Links near ours that somebody paid for, known by what they say and where they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linkback_protocol import url as urls
from linkback_protocol.validators.actions import shown
from linkback_protocol.validators.findings import Finding
from linkback_protocol.validators.shingles import vocabulary, words
from linkback_protocol.validators.splog_words import GOODS
from linkback_protocol.validators.trades import OFFERED, SOLD, of_host
from linkback_protocol.validators.voice import speaks

if TYPE_CHECKING:
    from linkback_protocol.page import Link, Neighbour, Page
    from linkback_protocol.validators.candidate import Candidate

NEAR: Final = 800
"""Characters of text from ours up to which a link is near it."""
MAX_WORDS: Final = 7
"""Words of a link from which on it is a headline or a sentence."""
OWN_SITE: Final = 2
"""Links within the page's own domain that count, by half: shops have menus."""
PER_HOST: Final = 2
"""Links to one host that count."""

_SPOKEN_WORDS = """
the a an of my his her its our their this that these those is are was were be been and or but how
why what who when where which i we he she they you your with from by about at as it der die das den
dem ein eine einen mein meine unser und oder wie warum was wer mit von über le les une mon ma mes
notre ce cette et ou comment pourquoi avec el una mi su nuestro este esta y o cómo con il lo gli uno
mio e het een mijn en hoe waarom met o um uma meu minha nosso jak dlaczego mój я мы мой моя наш как
почему это и не
"""
# Who buys a link buys the words that people search for, and nobody searches for these.
_SPOKEN: Final = frozenset(_SPOKEN_WORDS.split())


def money_links(candidate: Candidate, page: Page, beside: list[Neighbour]) -> list[Finding]:
    """Return what the links near ours tell: one is a sign of little, three hold a ping.

    A link is for money whose text is what people search for who want to buy (`SOLD`, `GOODS`),
    without the small words of speech, and which beside that has a word of an offer or a town, leads
    to a host that is named after it, or to nothing but a home page; and any to a host with two such
    words in its name. It catches farms of guest posts, directories, guest books and signatures of
    forums, wheels of sites, and hacked pages, whatever the language of the text round them.

    Links that say ``sponsored`` do not count, which is how honest blogs mark what they earn by, nor
    what nobody can see, nor what is in another part of the page; those of the page's own domain
    count little, and a trade that our own page speaks of only beside an offer.

    What it gets wrong: thanks to three firms in one paragraph, under the names of their trades. It
    misses trades that it has no word for. It costs a tenth of a millisecond.

    :param beside: the links near ours, and ours.
    """
    seen = [link for link in candidate.links if not link.hidden] or candidate.links
    if not seen:
        return []
    ours, regions = vocabulary(candidate.target_text), {link.region for link in seen}
    own = {urls.registrable_domain(page.url.host)}
    not_asked = own | {urls.registrable_domain(candidate.page_url.host)}
    per_host: dict[str, int] = {}
    said: dict[str, float] = {}
    linked = 0
    for link in beside:
        if link.hidden or link.region not in regions or link.distance > NEAR:
            continue
        linked += link.text.count(" ") + 1
        text = " ".join(words(link.text[:120]))
        domain = urls.registrable_domain(link.url.host)
        is_own = domain in own
        if text in said or "sponsored" in link.rel or (domain in not_asked and not is_own):
            continue
        value = _value(link, ours, is_own=is_own)
        host = "" if is_own else link.url.host
        per_host[host] = per_host.get(host, 0) + (value > 0)
        if value and per_host[host] <= (OWN_SITE if is_own else PER_HOST):
            said[text] = value / 2 if is_own else value
    return _findings(page, seen[0], said, linked)


def _findings(page: Page, link: Link, said: dict[str, float], linked: int) -> list[Finding]:
    total = sum(said.values())
    points = 4 if total >= 3 else 3 if total >= 2 else 1 if total >= 1 else 0
    around = words(page.excerpt(link, length=2 * NEAR)) if points else []
    if speaks(around) * 40 >= max(80, len(around)):
        # Who tells of himself may name his dentist.
        points -= 1
    if points <= 0:
        return []
    shown_first = sorted(said, key=lambda text: (-said[text], text))[:2]
    what = " and ".join(repr(shown(text, 30)) for text in shown_first)
    findings = [Finding("money", points, f"links for money beside ours, such as {what}")]
    if points >= 3 and linked * 3 >= len(around):
        findings.append(Finding("strung", 1, "a third of the text round it is links"))
    return findings


def _value(link: Neighbour, ours: frozenset[str], *, is_own: bool) -> float:
    """Return what a link counts for, up to 1."""
    named = set() if is_own else of_host(link.url.host)
    least = 1.0 if len(named) >= 2 else 0.0
    found = words(link.text[:120])
    goods = GOODS.intersection(found)
    trades = SOLD.within(found) | goods
    if not trades or len(found) > MAX_WORDS or not _SPOKEN.isdisjoint(found):
        return least
    if OFFERED.intersection(found).difference(*(trade.split() for trade in trades)):
        return 1.0
    if all(ours.issuperset(trade.split()) for trade in trades):
        return least
    stems = {word[:5] for trade in trades for word in trade.split() if len(word) > 3}
    if named or is_own or any(stem in link.url.host for stem in stems):
        return 1.0
    return 0.5 * (bool(goods) + (link.url.path in ("", "/")))
