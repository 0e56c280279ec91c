"""Honest pages that have much of what spam has: trade, lists of links, praise, hardly a word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.corpus.whole_pages import whole_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.corpus.case import Case

_FOLDER = Path(__file__).with_name("lookalike_texts")


def cases() -> Iterator[Case]:
    """Yield the pages in `lookalike_texts`."""
    return whole_pages(_FOLDER)
