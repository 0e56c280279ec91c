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

_ASCII = bytes(range(128))
_SIGN = re.compile(r"[^\w\x00-\x7f]")
_FEW_SIGNS = 8
_LETTERS = bytes(
    byte if byte > 127 or chr(byte).isalnum() or byte == ord("_") else ord(" ")
    for byte in range(256)
)
_MARKS = '"\u201c\u201d\u201e\u00ab'
# One class of signs in front, which is what makes it quick on texts that have few of them.
_QUOTATION = re.compile(
    r"[\u201c\u201e\u00ab\"](?:(?<=\u201c)[^\u201c\u201d]{1,400}\u201d|"
    r"(?<=\u201e)[^\u201c-\u201e]{1,400}[\u201c\u201d]|(?<=\u00ab)[^\u00ab\u00bb]{1,400}\u00bb|"
    r"(?<=\")(?<!\w\")[^\"]{1,400}\"(?!\w))"
)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation; the list is not to be changed.

    Where a script does not part its words, what stands between two signs counts as one.
    """
    return _words(text[:MAX_TEXT]) if len(text) > SMALL else _split(text)


# The validators of a chain ask for those of the same page one after the other, and for its head.
@lru_cache(maxsize=16)
def _words(text: str) -> list[str]:
    head = _head(text)
    return _words(text[:head]) + _split(text[head:]) if head else _split(text)


def _head(text: str) -> int:
    """Return where the head of a long text ends, between two words; 0 where there is no place."""
    return max(0, text.rfind(" ", 0, HEAD)) if len(text) > HEAD + FOOT else 0


def _split(text: str) -> list[str]:
    # The same as to find all of \w+, which takes up to five times as long.
    text = text.lower()
    if not text.isascii():
        text = _without_signs(text)
    encoded = text.encode("utf-8", "surrogatepass").translate(_LETTERS)
    return encoded.decode("utf-8", "surrogatepass").split()


def _without_signs(text: str) -> str:
    """Replace what is neither ASCII nor part of a word."""
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    # Where most of it is ASCII it is one sign or two all over, as apostrophes and dashes.
    if len(beyond) < len(text) / 2:
        signs = {sign for sign in beyond.decode("utf-8", "surrogatepass") if not sign.isalnum()}
        if len(signs) <= _FEW_SIGNS:
            for sign in signs:
                text = text.replace(sign, " ")
            return text
    return _SIGN.sub(" ", text)


def unquoted(text: str) -> list[str]:
    """Return the words of a text that do not stand in quotation marks, as `words` does."""
    return _unquoted(text[:MAX_TEXT])


@lru_cache(maxsize=16)
def _unquoted(text: str) -> list[str]:
    if not any(mark in text for mark in _MARKS):
        return _words(text)
    return _split(_QUOTATION.sub(" ", text))


def edges(text: str) -> list[str]:
    """Return the words where a page begins and ends, and its site speaks of itself, unquoted."""
    if len(text) <= HEAD + FOOT:
        return unquoted(text)
    return [*unquoted(text[: _head(text) or HEAD]), *unquoted(text[-FOOT:])]


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
