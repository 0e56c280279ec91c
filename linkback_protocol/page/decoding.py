"""The bytes of a page as text, in the encoding that a browser would choose."""

from __future__ import annotations

import codecs
import re

import turbohtml

# Importing it registers the whatwg-* codecs: browsers' decoders, which differ from Python's of the
# same names (Shift_JIS, Big5, GBK), and never raise.
import turbohtml.detect

from linkback_protocol.wire.text import encoding_name

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_XML_DECLARATION = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]+)""")
PRESCAN = 1024
"""Bytes in which a page must declare its encoding, for browsers too."""


def decode(body: bytes, declared: str) -> tuple[str, str]:
    """Return the text and the name of its encoding.

    In order: a byte order mark, the encoding `declared` by the Content-Type, that of the page
    itself, UTF-8 where it fits, windows-1252. There is no guessing beyond that.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _decode(body[len(bom) :], name), name
    name = encoding_name(declared) or _declared_within(body[:PRESCAN])
    if not name:
        # The end may be cut in the middle of a character.
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            return decoder.decode(body), "utf-8"
        except UnicodeDecodeError:
            name = "windows-1252"
    return _decode(body, name), name


def _declared_within(head: bytes) -> str:
    document = turbohtml.parse(head)
    if document.encoding_confidence == "certain" and document.encoding:
        return encoding_name(document.encoding)
    declaration = _XML_DECLARATION.match(head)
    name = encoding_name(declaration[1].decode("ascii")) if declaration else ""
    # What is read up to here as ASCII cannot be UTF-16, whatever it says.
    return "utf-8" if name.startswith("utf-16") else name


def _decode(body: bytes, name: str) -> str:
    text, _ = codecs.lookup(f"whatwg-{name}").decode(body, "replace")
    return text
