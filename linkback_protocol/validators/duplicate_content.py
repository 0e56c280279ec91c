"""One text that pings from many hosts."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from linkback_protocol import url as urls
from linkback_protocol.linkback import Verdict
from linkback_protocol.validators.actions import REASON, shown
from linkback_protocol.validators.shingles import shingles, words
from linkback_protocol.validators.sketches import RUN, SLOTS, Memory, RecentSketches, sketch
from linkback_protocol.validators.voice import speaks

if TYPE_CHECKING:
    from linkback_protocol.validators.candidate import Candidate

AROUND = 1000
"""Characters of the passage round the link that are compared beside the whole page."""
NAMED_IN = 300
"""Words of a page in which it repeats the name of its host, where that is a town or a trade."""
PERSONAL = 40
"""In how many words somebody who tells what happened to him says I."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateContent:
    """Catches farms: nearly the same text, round the link or on the page, on other hosts before.

    What a page quotes from ours does not count, nor do other pages of the same host, which share a
    template, nor a text that is short. Words that a page has from the name of its host, as branches
    have their towns, are left out of a third comparison.

    What it gets wrong: an author who publishes a text in several places, a planet that repeats what
    its members write, an agency's report in several papers. So one host before only holds, and not
    even that where somebody tells of himself round the link, as authors do. A stranger who sends
    copies of an honest page from `spam_hosts` hosts first can have it filed as spam. It misses the
    first of a farm, the second where it tells of somebody, and texts that a program has rewritten
    in most places.

    It costs a fetch and about half a millisecond, and about 4 KB of memory per ping, or 6.

    :param memory: what came before; the default keeps 5000 sketches, two or three per ping, in this
        process.
    :param words: runs of three words that a text must have of its own to be compared.
    :param slots: of 16 slots of a sketch, those that may differ; 4 is about three quarters alike.
    :param spam_hosts: other hosts with the text from which it is spam; below it is held.
    :raises ValueError: a setting makes no sense.
    """

    name: ClassVar[str] = "duplicate_content"
    memory: Memory = field(default_factory=RecentSketches)
    words: int = 40
    slots: int = 4
    spam_hosts: int = 3

    def __post_init__(self) -> None:
        if self.words < 1 or self.spam_hosts < 1 or not 0 <= self.slots < SLOTS:
            raise ValueError(
                "DuplicateContent: words and spam_hosts are at least 1 and slots is 0 to "
                f"{SLOTS - 1}, not {self.words}, {self.spam_hosts} and {self.slots}"
            )

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Compare the page with those before, and remember it for those to come."""
        page = candidate.page
        if page is None:
            return None
        texts = [page.text]
        texts += [page.excerpt(link, length=AROUND) for link in candidate.links[:1]]
        quoted = shingles(candidate.target_text, RUN)
        host = urls.parse(candidate.ping.source).host.removeprefix("www.")
        now = time.time()
        others: set[str] = set()
        found = [words(part) for part in texts]
        own = _own_words(found[0], host)
        if own:
            found.append([word for word in found[0] if word not in own])
        for part in found:
            sketched = sketch(part, without=quoted, at_least=self.words)
            if sketched is not None:
                others.update(
                    earlier
                    for earlier, differing in self.memory.seen(sketched, host, now)
                    if differing <= self.slots
                )
        others.discard(host)
        count = len(others)
        if not others or (count == 1 and _is_personal(texts[-1])):
            return None
        named = shown(min(others))
        reason = (
            f"the text pinged from {named} before"
            if count == 1
            else f"the text pinged from {count} other hosts before, one of them {named}"
        )[:REASON]
        return Verdict.spam(reason) if count >= self.spam_hosts else Verdict.hold(reason)


def _own_words(found: list[str], host: str) -> set[str]:
    """Return the words that a page repeats from the name of its host, as the town of a branch."""
    named = [word for word in found[:NAMED_IN] if len(word) > 3 and word in host]
    return {word for word, count in Counter(named).items() if count >= 3}


def _is_personal(text: str) -> bool:
    found = words(text)
    return speaks(found) * PERSONAL >= max(3 * PERSONAL, len(found))
