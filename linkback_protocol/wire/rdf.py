"""The RDF by which a page tells where to send a trackback for it (TB-20), in every form it has.

Pages have it in a comment or bare, with the prefixes and quotes of their choice, as attributes or
as elements, and often not well-formed: a title with a raw ampersand is enough for that. So a block
is read as XML where it is some, and by its attributes otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from itertools import islice, pairwise
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from linkback_protocol.wire.text import carriable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

MAX_BLOCKS = 200
"""Blocks of one page that are read; a page with a block for each of its entries has some dozens."""
MAX_BLOCK = 16 * 1024
"""Characters of a block; longer ones are passed over."""

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TRACKBACK = "{http://madskills.com/public/xml/rss/module/trackback/}"

_START = re.compile(r"<((?:[A-Za-z_][\w.-]{0,30}:)?RDF)(?=[\s>])")
_ATTRIBUTE = re.compile(
    r"""\b(dc:identifier|trackback:ping|rdf:about)\s{0,20}=\s{0,20}(?:"([^"<>]*)"|'([^'<>]*)')"""
)


@dataclass(frozen=True, slots=True)
class Description:
    """What a block says of one page: its `identifier`, and the address to `ping` for it.

    `well_formed` tells whether it was XML; a text that is missing is empty.
    """

    identifier: str
    ping: str
    well_formed: bool


def descriptions(text: str) -> Iterator[Description]:
    """Yield the descriptions in a page, in their order; in time linear in its length.

    What stands in a comment counts as what does not (TB-21).
    """
    for block in islice(_blocks(text), MAX_BLOCKS):
        try:
            # In an HTML comment two hyphens are written as a reference, which XML reads as well.
            root = fromstring(carriable(block), forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            yield _by_attributes(block)
        else:
            for element in root.iter(f"{_RDF}Description"):
                yield _described(element)


def _blocks(text: str) -> Iterator[str]:
    """Yield what stands between a start and its end, with no other start within."""
    starts = [*_START.finditer(text), None]
    for start, following in pairwise(starts):
        if start is None:
            return
        limit = len(text) if following is None else following.start()
        closing = text.find(f"</{start[1]}", start.end(), limit)
        end = text.find(">", closing, limit) + 1 if closing >= 0 else 0
        if 0 < end - start.start() <= MAX_BLOCK:
            yield text[start.start() : end]


def _described(element: Element) -> Description:
    identifier = _value(element, f"{_DC}identifier") or element.get(f"{_RDF}about", "")
    ping = _value(element, f"{_TRACKBACK}ping")
    return Description(identifier.strip(), ping.strip(), well_formed=True)


def _value(element: Element, name: str) -> str:
    """Return a property: an attribute, an element with text, or one with ``rdf:resource``."""
    value = element.get(name)
    if value is not None:
        return value
    child = element.find(name)
    if child is None:
        return ""
    return child.get(f"{_RDF}resource") or child.text or ""


def _by_attributes(block: str) -> Description:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(block):
        found.setdefault(match[1], unescape(match[2] or match[3] or "").strip())
    identifier = found.get("dc:identifier") or found.get("rdf:about", "")
    return Description(identifier, found.get("trackback:ping", ""), well_formed=False)
