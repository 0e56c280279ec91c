"""Sources that say nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from linkback_protocol.linkback import Protocol
from linkback_protocol.validators.actions import check_action, verdict

if TYPE_CHECKING:
    from linkback_protocol.linkback import Verdict
    from linkback_protocol.validators.candidate import Candidate

# Scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, kana, Chinese characters.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]+"
)
MAX_WORDS = 10_000
"""The most that can be asked for."""


def count_words(text: str) -> int:
    """Return about how many words a text has; two characters are one where nothing parts them.

    They are parted by single spaces, as in everything that a `Page` has.
    """
    if not text:
        return 0
    spaced = text.count(" ") + 1
    if text.isascii():
        return spaced
    return spaced + sum((len(run) - 1) // 2 for run in UNSPACED.findall(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class TooShort:
    """Catches sources with hardly a word: a page with a link and nothing else, a spent excerpt.

    The page counts as a whole, with its menu and its footer. A trackback's excerpt counts where
    there is one; that it may be missing is its protocol's rule.

    What it gets wrong: a picture with a title and no more, a single word that says it all. So the
    defaults are low, and the owner is asked. It says nothing about a page that was not read to its
    end. It costs the fetch, unless the excerpt is enough, and some microseconds.

    :param words: of the page, from which on it is long enough; 0 lets any page pass.
    :param excerpt_words: the same for the excerpt of a trackback.
    :param action: ``hold``, ``spam`` or ``refuse``.
    :raises ValueError: a number is negative or beyond `MAX_WORDS`, or another action.
    """

    name: ClassVar[str] = "too_short"
    words: int = 5
    excerpt_words: int = 2
    action: Literal["hold", "spam", "refuse"] = "hold"

    def __post_init__(self) -> None:
        check_action("TooShort", self.action, "hold", "spam", "refuse")
        for setting in ("words", "excerpt_words"):
            if not 0 <= getattr(self, setting) <= MAX_WORDS:
                raise ValueError(f"TooShort: {setting} is a number from 0 to {MAX_WORDS}")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Count the words of the excerpt, then those of the page."""
        ping = candidate.ping
        excerpt = " ".join(ping.excerpt.split())
        if excerpt and ping.protocol is Protocol.TRACKBACK:
            finding = self._judge("excerpt", excerpt, self.excerpt_words)
            if finding is not None:
                return finding
        page = candidate.page if self.words else None
        if page is None or page.truncated:
            return None
        return self._judge("page", page.text, self.words)

    def _judge(self, what: str, text: str, words: int) -> Verdict | None:
        # Looking for scripts without spaces takes longer, and few texts need it.
        if text.count(" ") + 1 >= words:
            return None
        found = count_words(text)
        if found >= words:
            return None
        return verdict(self.action, f"the {what} has {found or 'no'} word{'s' * (found != 1)}")
