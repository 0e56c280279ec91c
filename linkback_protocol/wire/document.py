"""XML documents of strangers: strictly where they ask us something, leniently where they answer.

A document type is never read, in either way: with it go external entities and entities that grow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, cast
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.xmlrpc import DefusedExpatParser

from linkback_protocol.errors import NotWellFormed, UnsupportedEncoding
from linkback_protocol.wire.text import carriable, codec, decode_field, escape, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xmlrpc.client import Unmarshaller

MAX_DEPTH = 64
"""Elements within each other; a ping has six, the answer to one eight."""
MAX_ELEMENTS = 1000
"""Elements in an answer; one to a ping has at most twelve."""

_BLANK = "\t\n\r "
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
_DECLARATION = re.compile(r"<\?xml\s[^>]*>")
# How a document in UTF-32 or UTF-16 begins: with a byte order mark, else with "<".
_UTF_32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<")
_UTF_16 = {
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
# Ampersands and "<" that are no markup, unless in a section of characters.
_AMPERSAND = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:(#?[0-9A-Za-z]{1,31});)?"
_ANGLE = r"<(?!/?(?:{tags})[\s/>]|/?\w*\Z|!--|\?)"
_OF_XML = ("amp", "lt", "gt", "quot", "apos")
_PAGE = re.compile(r"<(?:!doctype\s{1,9}html|html|head|body|title)(?=[\s>])", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]{0,39})")
_MENDED = 1000
"""Ampersands and "<" that are mended; an answer with more is read up to there."""
_LOOK = 20_000
"""Characters in which is looked for what a document is that we cannot read."""


def feed(target: object, document: bytes | str) -> None:
    """Run expat over a document, in one piece: many small ones are slow (CVE-2023-52425).

    :param target: takes the events as the standard library's ``Unmarshaller`` does.
    :raises NotWellFormed: no well-formed XML, with bytes that its encoding does not have, or with a
        document type.
    :raises UnsupportedEncoding: declared to be in an encoding that the web does not have.
    """
    parser = DefusedExpatParser(cast("Unmarshaller", target), forbid_dtd=True)
    try:
        parser.feed(document if isinstance(document, str) else readable(document))
        parser.close()
    except UnicodeDecodeError as error:
        raise NotWellFormed(f"bytes that are not {error.encoding}") from error
    except ExpatError as error:
        raise NotWellFormed(str(error)) from error
    except DefusedXmlException as error:
        raise NotWellFormed("a document type is declared") from error


def readable(body: bytes) -> bytes | str:
    """Return a document as expat reads it right: in UTF-8, else decoded.

    By itself expat asks Python for an encoding that it does not know. Python would remember the
    name for ever, and expat would take "utf8" for an encoding of one byte a character.

    :raises UnicodeDecodeError: with bytes that its encoding does not have; UTF-8 is not checked.
    :raises UnsupportedEncoding: declared to be in an encoding that the web does not have.
    """
    # WordPress takes blank lines before the declaration, so senders have never heard of them.
    body = body.lstrip(b"\t\n\r ").removeprefix(b"\xef\xbb\xbf").lstrip(b"\t\n\r ")
    if body.startswith(_UTF_32):
        raise UnsupportedEncoding("UTF-32")
    marked = _UTF_16.get(body[:2])
    if marked is not None:
        # As on the web, what the bytes show overrules what the declaration says.
        return body.decode(marked)
    declared = _DECLARED.match(body)
    if declared is None:
        return body
    label = declared[1].decode("latin-1")
    if label.lower() == "utf-8":
        return body
    info = codec(label)
    if info is None or info.name in ("replacement", "x-user-defined"):
        raise UnsupportedEncoding(f"declared as {label[:40]!r}")
    # .NET declares the encoding of its strings, UTF-16, for bytes that can only be UTF-8.
    return body.decode() if info.name.startswith("utf-16") else info.decode(body)[0]


@dataclass(slots=True)
class Element:
    """An element and what stands in it, in order; attributes, which no answer has, are dropped."""

    tag: str
    content: list[str | Element] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        """The elements directly within."""
        return [piece for piece in self.content if isinstance(piece, Element)]

    @property
    def text(self) -> str:
        """The text directly within."""
        return "".join(piece for piece in self.content if isinstance(piece, str))

    @property
    def words(self) -> str:
        """All the text within."""
        return "".join(each if isinstance(each, str) else each.words for each in self.content)

    def walk(self) -> Iterator[Element]:
        """Yield this element and all within it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, tag: str) -> Element | None:
        """Return the first such element, at any depth."""
        return next((each for each in self.walk() if each.tag == tag), None)


@dataclass(frozen=True, slots=True)
class Document:
    """An answer as far as it could be read."""

    root: Element | None
    """The element that was looked for; as much of it as there is, if it breaks off."""
    encoding: str = ""
    """The encoding that is declared."""
    problems: tuple[str, ...] = ()
    """Why it is no well-formed document of that kind, though it could be read."""
    reason: str = ""
    """What there is instead, where the element is missing."""


def read(
    body: bytes, *, roots: tuple[str, ...], tags: tuple[str, ...], charset: str = ""
) -> Document:
    """Read an answer; never raises, in linear time.

    One that is not well-formed is read as a patient human would: without what stands round it (the
    notices of PHP), with stray ampersands and foreign elements taken as text, and up to where it
    breaks off.

    :param roots: the elements that the document can be.
    :param tags: the elements that can stand within.
    :param charset: of the Content-Type, for bytes that are not what the document declares.
    """
    text, problem = _decode(body, charset)
    problems = [problem] if problem else []
    label = _DECLARED.match(text[:200].encode(errors="replace"))
    encoding = "" if label is None else label[1].decode(errors="replace")
    if body[:1].isspace() and text.startswith("<?xml"):
        problems.append("white space stands before the XML declaration")
    begin = re.search(rf"<(?:{'|'.join(roots)})(?=[\s/>])", text)
    before = text if begin is None else text[: begin.start()]
    if begin is None or "<!doctype" in before.lower():
        return Document(None, encoding, reason=_describe(text))
    tree, fault = _parse(text)
    if fault or tree.root is None or tree.root.tag not in roots:
        declaration = _DECLARATION.match(before)
        if before[declaration.end() if declaration else 0 :].strip(_BLANK):
            problems.append(f"something else stands before {begin[0]}>")
        within, end, behind = text[begin.start() :].partition(f"</{begin[0][1:]}>")
        if behind.strip(_BLANK):
            problems.append(f"something else stands behind {end}")
        mended, mends = _mend(within + end, (*roots, *tags))
        tree, unmended = _parse(mended)
        problems += mends
        if unmended or not problems:
            problems.append(_not_well_formed(unmended or fault))
    if tree.root is None:
        return Document(None, encoding, reason="the answer breaks off where it begins")
    return Document(tree.root, encoding, tuple(problems))


class _Tree:
    """The target of an expat parser; keeps what was read where the rest cannot be."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._elements = 0

    def xml(self, encoding: str | None, standalone: object) -> None:
        """Take the declaration, which is looked at elsewhere."""

    def start(self, tag: str, attributes: object) -> None:
        del attributes
        if len(self._open) >= MAX_DEPTH:
            raise NotWellFormed(f"more than {MAX_DEPTH} elements within each other")
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise NotWellFormed(f"more than {MAX_ELEMENTS} elements")
        element = Element(tag)
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = element
        self._open.append(element)

    def data(self, text: str) -> None:
        self._open[-1].content.append(text)

    def end(self, tag: str) -> None:
        del tag
        self._open.pop()


def _decode(body: bytes, charset: str) -> tuple[str, str]:
    """Return the text of a document, and what is wrong with its bytes."""
    problem = ""
    try:
        found = readable(body)
        text = found if isinstance(found, str) else found.decode()
    except (UnsupportedEncoding, UnicodeDecodeError):
        declared = _DECLARED.match(body.lstrip())
        label = "" if declared is None else declared[1].decode("latin-1")
        text = decode_field(body, label, charset)
        # A Content-Type may name the encoding of a document that does not (XR-R8).
        if label or codec(charset) is None:
            problem = f"the bytes are not {plain(label, limit=40) or 'utf-8'}, as they should be"
    return text.lstrip(_BLANK + "\ufeff"), problem


def _parse(text: str) -> tuple[_Tree, str]:
    """Return what could be read, and why no more."""
    tree = _Tree()
    try:
        feed(tree, text)
    except NotWellFormed as error:
        return tree, error.detail
    return tree, ""


def _mend(text: str, tags: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return a text with these elements and no other markup, and what had to be mended."""
    problems: list[str] = []
    kept = carriable(text)
    if kept != text:
        problems.append("there are characters that XML cannot carry")
    loose: list[str] = []

    def escaped(found: re.Match[str]) -> str:
        name = found[1] or ""
        if found[0].startswith("<![") or name in _OF_XML:
            return found[0]
        if not name.startswith("#"):
            loose.append(found[0])
        return escape(unescape(found[0]))

    angle = _ANGLE.format(tags="|".join(map(re.escape, tags)))
    mended = re.sub(f"{_AMPERSAND}|{angle}", escaped, kept, count=_MENDED, flags=re.DOTALL)
    if loose:
        problems.append(f"{loose[0]!r} stands unescaped")
    return mended, problems


def _not_well_formed(fault: str) -> str:
    # Without line and column, which are those of a mended text.
    what = fault.partition(":")[0]
    if what.startswith(("no element found", "unclosed")):
        return "the document breaks off before its end"
    return f"the XML is not well-formed ({what})"


def _describe(text: str) -> str:
    """Return what an answer is that holds no document to read, as a clause."""
    text = text[:_LOOK]
    if not text.strip():
        return "the answer is empty"
    if _PAGE.search(text):
        title = _TITLE.search(text)
        named = "" if title is None else plain(unescape(title[1]), limit=100)
        return f'the answer is a web page ("{named}")' if named else "the answer is a web page"
    if "<!doctype" in text.lower():
        return "the answer declares a document type, which is never read"
    element = _ELEMENT.search(text) if text.startswith("<") else None
    if element is not None:
        return f"the answer is another document, <{element[1]}>"
    return f'the answer is no XML: "{plain(text, limit=100)}"'
