"""What a search asks of a linkback in memory; `searching` says the same in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.linkback import Linkback
    from linkback_protocol.stores.contract import Field


def folded(text: str) -> str:
    """Return a text in lower case as SQLite compares it: only the letters of ASCII have cases."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def holds(linkback: Linkback, words: Sequence[str]) -> bool:
    """Return whether every one of these folded words occurs somewhere."""
    texts = [linkback.source, linkback.target, linkback.title, linkback.excerpt, linkback.site_name]
    texts = [folded(text) for text in (*texts, *linkback.notes)]
    return all(any(word in text for text in texts) for word in words)


def field(linkback: Linkback, source_host: str, name: Field) -> str:
    """Return what a linkback is counted by."""
    if name == "month":
        return f"{linkback.received:%Y-%m}"
    if name == "source_host":
        return source_host
    return str(getattr(linkback, name))
