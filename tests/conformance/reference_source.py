"""How the reference blog reads a source page: its characters, its links, its title."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

if TYPE_CHECKING:
    from tests.conformance.reference_fetch import Page

WEB = ("http", "https")
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Link:
    """A link as it is written, and how much of the page's text stands before it."""

    href: str
    offset: int = 0


@dataclass
class Document:
    """What a source page says."""

    url: str
    links: list[Link] = field(default_factory=list)
    text: str = ""
    title: str = ""
    base: str = ""


@dataclass(frozen=True)
class Found:
    """What is kept of a source page that links."""

    title: str
    excerpt: str


class SourceRoom:
    """Finds the link to a target in a page."""

    schemes = WEB
    link_attributes = MappingProxyType({"a": "href", "area": "href"})
    inert_elements = frozenset(
        {
            "script",
            "style",
            "textarea",
            "title",
            "template",
            "noscript",
            "iframe",
            "noembed",
            "noframes",
            "xmp",
        }
    )
    fallback_charset = "windows-1252"
    context = 100  # characters of text on either side of the link

    def fit_url(self, url: str) -> bool:
        """SEC-1: whether a URL of a ping is absolute, of the web, and without credentials."""
        return usable_url(url, self.schemes)

    def find_link(self, page: Page, target: str) -> Found | None:
        """Return the title and the excerpt of a page that links to the target."""
        document = self.read_document(page)
        for link in self.links_of(document):
            if self.same_link(self.resolve_link(link.href, document), target):
                return Found(self.title_of(document), self.excerpt_of(document, link))
        return None

    def read_document(self, page: Page) -> Document:
        text = self.decode_page(page.body, page.content_type)
        if page.content_type.partition(";")[0].strip().lower() == "text/plain":
            return self.read_plain(page.url, text)
        return self.read_html(page.url, text, xml=xml_type(page.content_type))

    # Characters

    def decode_page(self, body: bytes, content_type: str) -> str:
        """Return the text: by byte order mark, header, meta element, or as most old pages are."""
        for mark, name in MARKS:
            if body.startswith(mark):
                return body.removeprefix(mark).decode(name, "replace")
        charset = self.header_charset(content_type) or self.meta_charset(body)
        return body.decode(charset or self.fallback_charset, "replace")

    def header_charset(self, content_type: str) -> str | None:
        return self.known_charset(charset_parameter(content_type))

    def meta_charset(self, body: bytes) -> str | None:
        found = re.search(
            rb"""(?:<meta\s[^>]*?charset|^<\?xml[^>]*?\sencoding)\s*=\s*["']?\s*([\w.:-]+)""",
            body[:4096],
            re.IGNORECASE,
        )
        charset = self.known_charset(found[1].decode("ascii", "replace")) if found else None
        # Whoever could read this in ASCII has no UTF-16 before him.
        return "utf-8" if charset and charset.startswith("utf-16") else charset

    def known_charset(self, label: str) -> str | None:
        return known_charset(label)

    # Links

    def read_plain(self, url: str, text: str) -> Document:
        """Read plain text: its links are the addresses in it."""
        found = re.finditer(r"https?://[^\s<>\"']+", text)
        links = [Link(match[0].rstrip(".,;:!?)"), match.start()) for match in found]
        return Document(url, links, text)

    def read_html(self, url: str, text: str, *, xml: bool = False) -> Document:
        parser = PageParser(self.link_attributes, self.inert_elements, xml=xml)
        # It is never closed: what an unfinished tag at the end would mean is not worth its time,
        # which is quadratic.
        text = BARE_AMPERSAND.sub("&amp;", text)
        for start in range(0, len(text), 1 << 16):
            parser.feed(text[start : start + (1 << 16)])
        return Document(url, parser.links, "".join(parser.text), parser.title, parser.base)

    def links_of(self, document: Document) -> list[Link]:
        """Return the links that a reader of the page can follow."""
        return document.links

    def resolve_link(self, href: str, document: Document) -> str:
        """Resolve against the base element, and that against where the page was found."""
        try:
            return urljoin(self.base_of(document), re.sub(r"[\t\r\n]", "", href.strip(SPACE)))
        except ValueError:
            return ""

    def base_of(self, document: Document) -> str:
        if not document.base:
            return document.url
        try:
            return urljoin(document.url, document.base.strip(SPACE))
        except ValueError:
            return document.url

    def same_link(self, href: str, target: str) -> bool:
        """PB-A4: compare without fragments, and however host, port and escapes are written."""
        return canonical(href) == canonical(target)

    # What is kept

    def title_of(self, document: Document) -> str:
        return " ".join(document.title.split())

    def excerpt_of(self, document: Document, link: Link) -> str:
        start = max(0, link.offset - self.context)
        words = document.text[start : link.offset + self.context].split()
        return " ".join(words)


class PageParser(HTMLParser):
    """Collects links, text and the title, leaving out what no reader sees."""

    def __init__(self, link_attributes, inert_elements, *, xml: bool) -> None:
        super().__init__()
        self.xml = xml
        self.link_attributes = link_attributes
        self.inert_elements = inert_elements
        self.links: list[Link] = []
        self.text: list[str] = []
        self.length = 0
        self.title = ""
        self.base = ""
        self.inside: list[str] = []
        self.foreign = 0
        self.titled = False

    def handle_starttag(self, tag, attrs) -> None:
        # A title inside a drawing is a label of the drawing.
        inert = tag in self.inert_elements and not (tag == "title" and self.foreign)
        if inert and (not self.inside or tag == self.inside[0] == "template"):
            self.inside.append(tag)
            return
        if self.inside:
            self.add_to_title(self.get_starttag_text() or "")
            return
        if tag in {"svg", "math"}:
            self.foreign += 1
        values: dict[str, str] = {}
        for name, value in attrs:
            values.setdefault(name, value or "")
        if tag == "base" and not self.base:
            self.base = values.get("href", "")
        attribute = self.link_attributes.get(tag)
        if attribute in values:
            self.links.append(Link(values[attribute], self.length))

    def handle_startendtag(self, tag, attrs) -> None:
        self.handle_starttag(tag, attrs)
        # In HTML the slash means nothing.
        if self.foreign or self.xml:
            self.handle_endtag(tag)

    def handle_endtag(self, tag) -> None:
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()
            self.titled = self.titled or (tag == "title")
        elif self.inside:
            self.add_to_title(f"</{tag}>")
        elif tag in {"svg", "math"}:
            self.foreign = max(0, self.foreign - 1)

    def parse_marked_section(self, i, report=1) -> int:
        # Taken for a comment up to the next bracket, as browsers do; the parser would raise.
        return self.rawdata.find(">", i + 3) + 1 or -1

    def handle_data(self, data) -> None:
        if not self.inside:
            self.text.append(data)
            self.length += len(data)
        else:
            self.add_to_title(data)

    def add_to_title(self, text: str) -> None:
        if self.inside == ["title"] and not self.titled:
            self.title += text

    def set_cdata_mode(self, elem, **kwargs) -> None:
        # In a title and in a text area tags are text, so that no script begins there.
        if not {"title", "textarea"}.intersection(self.inside):
            super().set_cdata_mode(elem, **kwargs)


# In an attribute "&copy=1" is no character reference, and the parser takes it for one.
BARE_AMPERSAND = re.compile(r"&(?=[A-Za-z][A-Za-z0-9]*=)")
SPACE = "".join(map(chr, range(33)))
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What browsers take these names for.
ALIASES = {
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "utf-16": "utf-16-le",
}
# Escapes that can hide markup, and what is no encoding of text on the web.
REFUSED = frozenset(
    {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-32"}
)


def known_charset(label: str) -> str | None:
    """Return the name of a codec for a label, or ``None``."""
    label = ALIASES.get(label.strip().lower(), label.strip().lower())
    if not re.fullmatch(r"[\w.:-]{1,40}", label, re.ASCII):
        return None
    try:
        name = codecs.lookup(label).name
        # Nothing but text: there are codecs for archives too.
        b"text".decode(name, "replace")
    except (LookupError, UnicodeError):
        return None
    return None if name in REFUSED or name.replace("-", "_") in REFUSED else name


def xml_type(content_type: str) -> bool:
    """Return whether a media type is one of XML."""
    return content_type.partition(";")[0].strip().lower().endswith(("/xml", "+xml"))


def charset_parameter(content_type: str) -> str:
    """Return the charset of a Content-Type, or nothing."""
    found = re.search(r""";\s*charset\s*=\s*["']?([^\s"';]+)""", content_type, re.IGNORECASE)
    return found[1] if found else ""


def usable_url(url: str, schemes: tuple[str, ...]) -> bool:
    """Return whether a URL is absolute, of such a scheme, and has a host and no credentials."""
    if not 0 < len(url) <= 4096 or re.search(r"[\s\x00-\x20\x7f-\x9f\\<>\"]", url):
        return False
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in schemes
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


def canonical_origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of a URL, however they are written."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme,
            (parts.hostname or "").lower(),
            parts.port or DEFAULT_PORTS.get(parts.scheme),
        )
    except ValueError:
        return ("", "", None)


def canonical(url: str) -> str:
    """Return one spelling of a URL without its fragment; the path and the query keep their case."""
    scheme, host, port = canonical_origin(url)
    if not host:
        return url
    parts = urlsplit(url)
    credentials = parts.netloc.rpartition("@")[0]
    path = canonical_escapes(parts.path or "/")
    query = f"?{canonical_escapes(parts.query)}" if parts.query else ""
    return f"{scheme}://{credentials}@{host}:{port}{path}{query}"


def canonical_escapes(text: str) -> str:
    """Return text in which each character is escaped exactly if it has to be."""

    def rewrite(escape: re.Match[str]) -> str:
        character = chr(int(escape[1], 16))
        if re.fullmatch(r"[A-Za-z0-9._~-]", character):
            return character
        return escape[0].upper()

    quoted = quote(text, safe="%:/?#[]@!$&'()*+,;=~")
    return re.sub(r"%([0-9A-Fa-f]{2})", rewrite, quoted)
