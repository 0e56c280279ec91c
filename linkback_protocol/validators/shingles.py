"""Texts as runs of words, by which copies are known whatever stands round them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TEXT = 12_000
"""Characters of a text that are looked at, some 2000 words: most of the time goes to these."""
SMALL = 500
"""Characters up to which a text is not worth remembering its words, as that of a link."""
HEAD = 2400
"""Characters in which a page says what kind of site it is on."""
FOOT = 800
"""The same at its end."""

_WORD = re.compile(r"\w+")
_MARKS = frozenset('"\u201c\u201d\u201e\u00ab')
_QUOTATION = re.compile(
    r"\u201c[^\u201c\u201d]{1,400}\u201d|\u201e[^\u201c-\u201e]{1,400}[\u201c\u201d]|"
    r"\u00ab[^\u00ab\u00bb]{1,400}\u00bb|(?<!\w)\"[^\"]{1,400}\"(?!\w)"
)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation; the list is not to be changed.

    Where a script does not part its words, what stands between two signs counts as one.
    """
    return _words(text[:MAX_TEXT]) if len(text) > SMALL else _WORD.findall(text.lower())


# The validators of a chain ask for those of the same page one after the other.
@lru_cache(maxsize=16)
def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def unquoted(text: str) -> list[str]:
    """Return the words of a text that do not stand in quotation marks, as `words` does."""
    return _unquoted(text[:MAX_TEXT])


@lru_cache(maxsize=16)
def _unquoted(text: str) -> list[str]:
    if _MARKS.isdisjoint(text):
        return _words(text)
    return _WORD.findall(_QUOTATION.sub(" ", text).lower())


def edges(text: str) -> list[str]:
    """Return the words where a page begins and ends, and its site speaks of itself, unquoted."""
    if len(text) <= HEAD + FOOT:
        return unquoted(text)
    return [*unquoted(text[:HEAD]), *unquoted(text[-FOOT:])]


def shingle(sequence: Sequence[str], start: int, length: int) -> str:
    """Return the run of `length` words that begins at `start`."""
    return " ".join(sequence[start : start + length])


@lru_cache(maxsize=64)
def shingles(text: str, length: int) -> frozenset[str]:
    """Return all runs of `length` words; kept for the next ping, as our own pages are few."""
    found = words(text)
    return frozenset(shingle(found, start, length) for start in range(len(found) - length + 1))


@lru_cache(maxsize=64)
def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a page of ours."""
    return frozenset(words(text))
