"""Markup made harmless for a parser that builds the tree that a browser would build.

That tree can be far larger than its source. A formatting element left open is opened again in each
block behind it, and there may be hundreds of them: 64 KB of ``<b x=1><b x=2>...<p>x<p>x`` are eight
million elements and 1 GB. The attributes of each further ``<html>`` are copied to the first: 120 KB
take 1 GB as well. No limit on the parser's side stops either (turbohtml 1.15 bounds depth alone),
so the tags that do it are renamed, and are elements like any other from then on.
"""

from __future__ import annotations

import re
from itertools import islice

MARK = "\ufdd0"
"""Ends the name of a tag that was renamed; no character, so that no text has it (Unicode 23.7)."""
MAX_ROOTS = 8
"""Tags ``<html>`` and ``<body>`` whose attributes are kept, in markup with several of them."""

FORMATTING = (
    *("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong"),
    *("tt", "u"),
)
_NAME_ENDS = r"(?=[\t\n\f\r />])"
_FORMATTING_TAG = re.compile(
    rf"</?(?:{'|'.join(FORMATTING)}){_NAME_ENDS}", re.IGNORECASE | re.ASCII
)
_ROOT_TAG = re.compile(rf"<(?:html|body){_NAME_ENDS}", re.IGNORECASE | re.ASCII)
# These end with their end tag alone when HTML is read, and with their own slash in XHTML.
_EMPTY_RAW = re.compile(
    r"<(script|style|title|textarea|iframe|noframes|noembed|xmp)(\s[^<>]*)?/>", re.IGNORECASE
)


def tamed(text: str, *, xhtml: bool = False) -> str:
    """Return a document whose tree is not much larger than itself.

    `MARK` is left where such tags stand in text or in an attribute; `unmarked` takes it out.
    """
    # A tag that has the mark by itself is no formatting element for anybody.
    text = text.replace(MARK, "\ufffd")
    if xhtml:
        text = _EMPTY_RAW.sub(r"<\1\2></\1>", text)
    text = _FORMATTING_TAG.sub(_renamed, text)
    further = next(islice(_ROOT_TAG.finditer(text), MAX_ROOTS, None), None)
    if further is not None:
        at = further.start()
        text = text[:at] + _ROOT_TAG.sub(_renamed, text[at:])
    return text


def unmarked(text: str) -> str:
    """Return text or an attribute of a tamed document as its author wrote it."""
    return text.replace(MARK, "")


def _renamed(tag: re.Match[str]) -> str:
    return tag[0] + MARK
