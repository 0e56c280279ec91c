"""Sources that link to everybody."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from linkback_protocol import url as urls
from linkback_protocol.validators.actions import check_action, verdict
from linkback_protocol.validators.too_short import count_words

if TYPE_CHECKING:
    from linkback_protocol.linkback import Verdict
    from linkback_protocol.page import Page
    from linkback_protocol.url import URL
    from linkback_protocol.validators.candidate import Candidate

MAX_TEXT = 50_000
"""Characters of a page whose words are counted; where it has more, they are taken to go on so."""

# A link to elsewhere has two slashes, whatever else is around; those written as entities count by
# the entity. It may find too many, which costs time, and is no verdict.
_HOST = re.compile(rb"//([^/\"'\s<>?#\\]{1,253})")
_ENTITIES = (b"&#", b"&sol;")
_ADDRESS = re.compile(r"https?://|\[(?:url|link)\s{0,3}=|<\s{0,3}a\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyLinks:
    """Catches farms and directories of links, and trackbacks that consist of addresses.

    Different hosts count, not links, and none of the site's own domain; nor those in a menu, in an
    aside, or in the header or footer of the page, which is where blogrolls stand. A page is caught
    where both their number and their share of the text are beyond the limit: the round-up of
    somebody's week has forty links and some words on each, a farm has two or three words a link.

    What it gets wrong: a page of nothing but a long blogroll or list of resources, as honest as
    it may be. Farms that link to few hosts, or hide the text of a book among their links, it
    misses. It costs the fetch; about a tenth of a millisecond for a page of 50 KB, and one in all
    where the markup names too many hosts, and each link is looked at.

    :param hosts: different ones that the page may link to in any case.
    :param per_1000_words: hosts for each thousand words of the page that it may link to beyond
        that. Two characters count as a word where a script parts none.
    :param in_texts: addresses that a trackback's title, excerpt and name of the blog may have.
    :param action: ``hold``, ``spam`` or ``refuse``.
    :raises ValueError: a number is negative, or another action.
    """

    name: ClassVar[str] = "too_many_links"
    hosts: int = 50
    per_1000_words: float = 150.0
    in_texts: int = 3
    action: Literal["hold", "spam", "refuse"] = "hold"

    def __post_init__(self) -> None:
        check_action("TooManyLinks", self.action, "hold", "spam", "refuse")
        if min(self.hosts, self.per_1000_words, self.in_texts) < 0:
            raise ValueError("TooManyLinks: hosts, per_1000_words and in_texts are 0 or more")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Count in the trackback's texts, then on the page."""
        ping = candidate.ping
        texts = f"{ping.title}\n{ping.excerpt}\n{ping.blog_name}"
        addresses = len(_ADDRESS.findall(texts))
        if addresses > self.in_texts:
            return verdict(self.action, f"the trackback's texts have {addresses} addresses")
        page = candidate.page
        named = 0 if page is None else _named(page, self.hosts)
        if page is None or named <= self.hosts:
            return None
        text = page.text
        words = count_words(text[:MAX_TEXT]) * max(1.0, len(text) / MAX_TEXT)
        # With what they may be, before it is looked at what they are.
        if named * 1000 <= self.per_1000_words * words:
            return None
        hosts = _foreign_hosts(page, candidate.page_url)
        if len(hosts) <= self.hosts or len(hosts) * 1000 <= self.per_1000_words * words:
            return None
        return verdict(self.action, f"links to {len(hosts)} other hosts among {words:.0f} words")


def _named(page: Page, hosts: int) -> float:
    """Return how many hosts a page may name at the most, as far as its markup alone tells.

    It is a number of no more than `hosts` where it is certain that there are no more.
    """
    if page.charset.startswith("utf-16"):
        return math.inf
    named = len(set(_HOST.findall(page.body)))
    at_most = named + page.body.count(b"&")
    return at_most if at_most <= hosts else named + sum(map(page.body.count, _ENTITIES))


def _foreign_hosts(page: Page, ours: URL) -> set[str]:
    own = {urls.registrable_domain(page.url.host), urls.registrable_domain(ours.host)}
    return {host for host in page.linked_hosts() if urls.registrable_domain(host) not in own}
