"""An XML document of a stranger as a small tree, also where it is not quite one.

Servers put the notices of their language before the declaration, leave ampersands raw, and end
early. What can be mended without guessing is, and named; a document type is never read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from linkback_protocol.wire.text import carriable, codec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

MAX_OPEN = 1000
"""Start tags that may lack their end; an answer has some seven elements within each other."""

_RAW_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,200}\?>")
_ENCODING = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# Bytes in which a declaration can be read at all are in none of these.
_NOT_DECLARED = ("replacement", "x-user-defined", "utf-8", "utf-16-le", "utf-16-be")
_TAG = re.compile(r"<(/?)[A-Za-z_]")


def read(body: bytes, root: str) -> tuple[Element | None, list[str]]:
    """Return the element `root` of a document and what was wrong round it; None if there is none.

    Linear in the size of `body`, which the caller bounds.
    """
    oddities: list[str] = []
    text = _decoded(body)
    begin = text.find(f"<{root}")
    end = text.rfind(f"</{root}>")
    if begin < 0 or end < begin:
        return None, oddities
    before, after = text[:begin], text[end + len(root) + 3 :]
    if "<!DOCTYPE" in before or "<!ENTITY" in before:
        return None, ["the answer declares a document type, which is never read"]
    if before != before.lstrip() and "<?xml" in before:
        oddities.append("white space stands before the XML declaration, which XML does not allow")
    if _DECLARATION.sub("", before, count=1).strip() or after.strip():
        oddities.append("something stands round the XML document")
    document = carriable(text[begin : end + len(root) + 3])
    if _too_deep(document):
        return None, [f"the answer has more than {MAX_OPEN} elements within each other"]
    for mended, oddity in (
        (document, ""),
        (_RAW_AMPERSAND.sub("&amp;", document), "an ampersand is not escaped (XR-T5)"),
    ):
        try:
            element = fromstring(mended, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            continue
        return element, [*oddities, oddity] if oddity else oddities
    return None, [*oddities, "the answer is not well-formed XML"]


def children(element: Element) -> Iterator[tuple[str, Element]]:
    """Yield the children, with their names free of namespaces."""
    for child in element:
        yield child.tag.rpartition("}")[2], child


def child(element: Element, name: str) -> Element | None:
    """Return the first child of a name."""
    return next((each for each_name, each in children(element) if each_name == name), None)


def text_of(element: Element) -> str:
    """Return all text in an element."""
    return "".join(element.itertext())


def _decoded(body: bytes) -> str:
    """Return a document as text: as a byte order mark or its declaration says, else UTF-8."""
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if body.startswith(mark):
            return body[2:].decode(name, "replace")
    declared = _ENCODING.search(body[:1000])
    info = codec(declared[1].decode("ascii")) if declared else None
    if info is not None and info.name not in _NOT_DECLARED:
        return info.decode(body, "replace")[0]
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("windows-1252", "replace")


def _too_deep(document: str) -> bool:
    depth = 0
    for tag in _TAG.finditer(document):
        depth += -1 if tag[1] else 1
        # One that ends with its own slash counts as open.
        if depth > MAX_OPEN:
            return True
    return False
