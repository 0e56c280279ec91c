"""Markup by strangers, read without a stumble: what `html` raises on is passed over."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

# No character has a number of eight digits; `int` refuses those of some thousands.
_NO_CHARACTER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")


def unescape(text: str) -> str:
    """Return text with its references to characters replaced, whatever their numbers."""
    return html.unescape(_NO_CHARACTER.sub("\ufffd", text))


class Reader(HTMLParser):
    """Reads any text as HTML; what it takes for no markup at all is skipped."""

    def read(self, text: str) -> None:
        """Read a whole document."""
        self.feed(_NO_CHARACTER.sub("\ufffd", text))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Skip a section such as old word processors write, which browsers take for a comment."""
        del report
        return self.parse_bogus_comment(i)
