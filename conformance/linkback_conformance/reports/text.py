"""Text from the wire, made safe to show: what a reader cannot see is written as an escape.

After `visible` a text holds nothing that a terminal obeys, that turns the direction of writing
round, or that XML and HTML forbid. Escaping markup is still up to each report.
"""

from __future__ import annotations

_BREAKS = "\n\t"


def visible(text: str) -> str:
    """Return the text with line breaks and tabs kept, and other invisible characters escaped."""
    return _escaped(text.replace("\r\n", "\n"), keep=_BREAKS)


def one_line(text: str, limit: int = 0) -> str:
    """Return the text on one line, line breaks escaped; cut to ``limit`` characters if given."""
    return shortened(_escaped(text, keep=""), limit)


def shortened(text: str, limit: int) -> str:
    """Return at most ``limit`` characters, with dots where some are missing; 0 is no limit."""
    return text if not limit or len(text) <= limit else text[: max(0, limit - 3)] + "..."


def decoded(data: bytes) -> str:
    """Return bytes as text; those that are no UTF-8 become escapes, as Python writes them."""
    return data.decode("utf-8", "backslashreplace")


def _escaped(text: str, *, keep: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        char
        if char.isprintable() or char in keep
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
