"""The bytes of a page as text, in the encoding that a browser would choose."""

from __future__ import annotations

import codecs
import re

import turbohtml

# Importing it registers the whatwg-* codecs: browsers' decoders, which differ from Python's of the
# same names (Shift_JIS, Big5, GBK), and never raise.
import turbohtml.detect

from linkback_protocol.wire.text import encoding_name

PRESCAN = 1024
"""Bytes in which a page must declare its encoding, for browsers too."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_XML_DECLARATION = re.compile(
    rb"""\s{0,100}<\?xml\s[^>]{0,200}?encoding\s{0,20}=\s{0,20}["']([A-Za-z0-9._:-]{1,40})["']"""
)
_DEFAULT = "windows-1252"
XHTML = "application/xhtml+xml"
PLAIN = "text/plain"


def decode(body: bytes, *, media_type: str, label: str, truncated: bool) -> tuple[str, str]:
    """Return the text and the name of its encoding.

    In order: a byte order mark, the `label` of the Content-Type, what the page says of itself,
    UTF-8 where it fits, windows-1252. There is no guessing beyond that.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _decode(body[len(bom) :], name), name
    name = encoding_name(label) or _declared(body[:PRESCAN], media_type)
    if name:
        return _decode(body, name), name
    try:
        # What is truncated may stop in the middle of a character.
        return codecs.getincrementaldecoder("utf-8")().decode(body, not truncated), "utf-8"
    except UnicodeDecodeError:
        return _decode(body, _DEFAULT), _DEFAULT


def _declared(head: bytes, media_type: str) -> str:
    """Return the encoding that a page declares: XHTML by XML's rules, HTML by those of browsers."""
    if media_type == PLAIN:
        return ""
    if media_type == XHTML:
        return _xml_declared(head) or "utf-8"
    document = turbohtml.parse(head, positions=False)
    name = encoding_name(document.encoding or "")
    # These two are also what it answers for a page that declares nothing.
    if document.encoding_confidence == "certain" or name not in ("", "utf-8", _DEFAULT):
        return name
    return _xml_declared(head)


def _xml_declared(head: bytes) -> str:
    declaration = _XML_DECLARATION.match(head)
    name = encoding_name(declaration[1].decode("ascii")) if declaration else ""
    # What is read up to here as ASCII cannot be UTF-16, whatever it says.
    return "utf-8" if name.startswith("utf-16") else name


def _decode(body: bytes, name: str) -> str:
    # `name` is one of some forty, so the codecs that Python remembers by it are few.
    text, _ = codecs.lookup(f"whatwg-{name}").decode(body, "replace")
    return text
