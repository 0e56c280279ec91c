"""Texts as runs of words, by which copies are known whatever stands round them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TEXT = 12_000
"""Characters of a text that are looked at, some 2000 words: most of the time goes to these."""

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation; the list is not to be changed.

    Where a script does not part its words, what stands between two signs counts as one.
    """
    return _words(text[:MAX_TEXT])


# The validators of a chain ask for those of the same page one after the other.
@lru_cache(maxsize=16)
def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


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
