"""The owner's own words and patterns."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal, NamedTuple, Self
from urllib.parse import unquote

from linkback_protocol.validators.actions import check_action, check_list, shown, verdict
from linkback_protocol.validators.bounded_patterns import MAX_TEXT, bounded_pattern
from linkback_protocol.validators.too_short import UNSPACED

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from linkback_protocol.linkback import Verdict
    from linkback_protocol.page import Link, Page
    from linkback_protocol.validators.candidate import Candidate

MAX_ENTRIES: Final = 10_000
"""Words in a list."""
MAX_PATTERNS: Final = 100
"""Patterns in a list; each is tried on each text."""
MAX_BYTES: Final = 1 << 20
"""Bytes of a file of words."""
MAX_LENGTH: Final = 2000
"""Characters of a text that are looked at."""
OVERLAP: Final = 200
"""Characters that a longer text is taken back for each further piece that patterns are tried on."""
NEAR: Final = 250
"""Characters before and behind a link to us that are near it."""
MAX_LINKS: Final = 5
"""Links to us whose surroundings are looked at."""

_TOKEN = re.compile(r"[^\W_]+")


class _Lists(NamedTuple):
    """Words by how they are looked for, each with the entry it comes from."""

    whole: dict[str, str]
    within: dict[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    r"""Catches what the owner has had enough of, by word or by pattern.

    It looks at the title, the excerpt and the name of the blog that a trackback gives, at the
    source's address, and then at the title and the name of the site on the page and at the text
    near the links to us. The rest of the page is not looked at: what somebody else says in a
    comment there, or an advertisement, is no fault of the post.

    A word counts as a whole, whatever its case: ``press`` is not in "WordPress". A phrase is words
    in a row, with any signs between them. With a star it may go on: ``casino*`` is in
    "casinos", ``*casino*`` in "bestcasino24". Scripts that do not part their words are looked for
    anywhere. A pattern is a regular expression that takes a bounded time on any text: see
    `linkback_protocol.validators.bounded_patterns` for what it may have in it. It is tried on
    pieces of 600 characters where a text is longer.

    What it gets wrong: whoever writes about the words. A doctor's blog has "viagra" in it, and a
    novel the casino; so the owner is asked by default, and a phrase is better than a word. It
    misses words that are disguised. It costs nothing where the ping says enough, else the fetch;
    some thirty microseconds for any number of words, one for every four phrases or words with a
    star, and about three for each pattern. A text made to be slow takes a pattern some tens
    of milliseconds at worst, if it is one that barely passes.

    :param words: words and phrases.
    :param patterns: regular expressions, without slashes round them.
    :param action: ``hold``, ``spam`` or ``refuse``.
    :raises ValueError: there are neither; an entry is broken, or a pattern may take too long; there
        are too many; or another action.
    """

    name: ClassVar[str] = "words"
    words: Sequence[str] = ()
    patterns: Sequence[str] = ()
    action: Literal["hold", "spam", "refuse"] = "hold"
    _lists: _Lists = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_action("Words", self.action, "hold", "spam", "refuse")
        check_list("Words", "words", self.words)
        check_list("Words", "patterns", self.patterns)
        if not self.words and not self.patterns:
            raise ValueError("Words needs words=, patterns=, or both")
        if len(self.words) > MAX_ENTRIES or len(self.patterns) > MAX_PATTERNS:
            raise ValueError(f"Words takes at most {MAX_ENTRIES} words and {MAX_PATTERNS} patterns")
        lists = _Lists({}, {}, tuple((_compiled(each), each) for each in self.patterns))
        for entry in self.words:
            wanted, whole = _read(entry)
            (lists.whole if whole else lists.within)[wanted] = entry
        object.__setattr__(self, "_lists", lists)

    @classmethod
    def from_file(
        cls, path: str | os.PathLike[str], *, action: Literal["hold", "spam", "refuse"] = "hold"
    ) -> Self:
        """Read words and patterns from a text file in UTF-8, once.

        Each line has one. A pattern stands between slashes, and is all of its line. Behind a word
        a comment may follow, from a ``#`` with a space before it on; a line that begins with one
        is a comment.

        :raises ValueError: the file cannot be read, or a line is broken; the text names the line.
        """
        words, patterns = [], []
        for number, line in enumerate(_lines(Path(path)), 1):
            entry = line.strip()
            if not entry.startswith("/"):
                entry = re.split(r"\s#|\A#", entry, maxsplit=1)[0].strip()
            if not entry:
                continue
            try:
                if entry.startswith("/"):
                    patterns.append(_between_slashes(entry))
                else:
                    _read(entry)
                    words.append(entry)
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
        if not words and not patterns:
            raise ValueError(f"{path} has no words in it")
        return cls(words=words, patterns=patterns, action=action)

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Look at what the ping says, then at the page."""
        found = self._find(_of_ping(candidate))
        if not found:
            page = candidate.page
            found = "" if page is None else self._find(_of_page(page, candidate.links))
        return verdict(self.action, found) if found else None

    def _find(self, texts: Iterator[tuple[str, str]]) -> str:
        """Return the reason that the first text with something in it gives."""
        whole, within, patterns = self._lists
        for where, text in texts:
            folded = _fold(text[:MAX_LENGTH])
            tokens = _TOKEN.findall(folded)
            hits = whole.keys() & set(tokens)
            if hits:
                return f"{where} has {shown(whole[min(hits)])!r}"
            if within:
                # A phrase is found in the words, and a script without spaces as well.
                joined = f" {' '.join(tokens)} "
                for wanted, entry in within.items():
                    if wanted in joined:
                        return f"{where} has {shown(entry)!r}"
            for pattern, source in patterns:
                if _matches(pattern, text[:MAX_LENGTH]):
                    return f"{where} matches /{shown(source)}/"
        return ""


def _of_ping(candidate: Candidate) -> Iterator[tuple[str, str]]:
    ping = candidate.ping
    if ping.title:
        yield "the title", ping.title
    if ping.excerpt:
        yield "the excerpt", ping.excerpt
    if ping.blog_name:
        yield "the name of the blog", ping.blog_name
    yield "the address", unquote(ping.source, errors="replace")


def _of_page(page: Page, links: list[Link]) -> Iterator[tuple[str, str]]:
    if page.title:
        yield "the title of the page", page.title
    if page.site_name:
        yield "the name of the site", page.site_name
    behind = -1
    for link in links[:MAX_LINKS]:
        if link.start > behind:
            behind = min(link.end, link.start + 100) + NEAR
            yield "the text near the link", page.text[max(0, link.start - NEAR) : behind]
        if link.hidden and link.text:
            yield "the text of the link", link.text


def _matches(pattern: re.Pattern[str], text: str) -> bool:
    return any(
        pattern.search(text, start, start + MAX_TEXT)
        for start in range(0, max(1, len(text) - OVERLAP), MAX_TEXT - OVERLAP)
    )


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _read(entry: str) -> tuple[str, bool]:
    """Return what to look for, and whether it is a word as a whole.

    :raises ValueError: there is nothing to look for.
    """
    stripped = _fold(entry).strip()
    tokens = _TOKEN.findall(stripped)
    if not tokens:
        raise ValueError(f"{shown(entry)!r} has no letter or digit; write a pattern for signs")
    if "*" in stripped[1:-1]:
        raise ValueError(f"{shown(entry)!r}: a star stands at the beginning or the end")
    wanted = " ".join(tokens)
    if UNSPACED.search(wanted):
        return wanted, False
    before = "" if stripped.startswith("*") else " "
    behind = "" if stripped.endswith("*") else " "
    if before and behind and len(tokens) == 1:
        return wanted, True
    return f"{before}{wanted}{behind}", False


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return bounded_pattern(pattern)
    except ValueError as error:
        raise ValueError(f"the pattern {shown(pattern)!r}: {error}") from error


def _between_slashes(entry: str) -> str:
    if len(entry) < 3 or not entry.endswith("/"):
        raise ValueError(f"{shown(entry)!r}: a pattern is all of its line, and ends in /")
    pattern = entry[1:-1]
    _compiled(pattern)
    return pattern


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError(f"{path} is longer than {MAX_BYTES >> 20} MiB; is it a list of words?")
        return content.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}, line {line}: not in UTF-8") from error
