"""Reads an HTML document in one pass: its text as a reader sees it, its links, its title.

turbohtml builds the tree that a browser would build and walks it; here only its events are seen.
Depth is a number and no recursion, so nesting costs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from turbohtml.saxparse import SaxHandler

from linkback_protocol.page.visibility import style_hides

MAX_ANCHORS = 20_000
"""Links of a page that are kept; the rest is not looked at."""

Attributes = tuple[tuple[str, str | None], ...]

# What a browser does not show, or shows without links in it.
_MUTED = frozenset(
    ("script", "style", "template", "textarea", "iframe", "noembed", "noframes", "xmp", "plaintext")
    + ("canvas", "audio", "video", "object", "datalist", "select")
)
# Elements that do not separate the words before them from those behind.
_INLINE = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i")
    + ("ins", "kbd", "label", "mark", "noscript", "picture", "q", "ruby", "s", "samp", "small")
    + ("span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr")
)
_LINKING = {"a": "href", "area": "href", "img": "src", "video": "src", "audio": "src"}
_CONTENT = frozenset(("img", "svg", "picture", "video", "canvas", "object", "iframe"))
_REGIONS = {"nav": "nav", "aside": "aside", "footer": "footer"}
_ROLES = {"navigation": "nav", "complementary": "aside", "contentinfo": "footer"}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FOREIGN = frozenset(("svg", "math"))
_META = frozenset(("og:title", "og:site_name", "application-name"))
# Controls, and characters that turn the direction of the text round them.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


@dataclass(slots=True)
class Anchor:
    """An element that links; `start` and `end` are offsets in the text of the page."""

    element: str
    reference: str
    rel: str
    region: str
    hidden: str
    start: int
    end: int = -1
    alt: str = ""
    has_content: bool = False


class _Context(NamedTuple):
    """What holds within an element, to go back to at its end."""

    depth: int
    muted: bool
    hidden: str
    region: str
    foreign: bool


def visible(text: str) -> str:
    """Return words separated by single spaces, without what cannot be seen."""
    folded = " ".join(text.split())
    return folded if folded.isprintable() else _UNSEEN.sub("", folded)


class HTMLReader(SaxHandler):
    """Takes the events of a document, and has what was read in its attributes."""

    def __init__(self) -> None:
        self.anchors: list[Anchor] = []
        self.base = ""
        self.language = ""
        self.meta: dict[str, str] = {}
        self.title: str | None = None
        self.heading = ""
        self._pieces: list[str] = []
        self._length = 0
        self._space = False
        self._depth = 0
        self._muted = False
        self._hidden = ""
        self._region = ""
        self._foreign = False
        self._contexts: list[_Context] = []
        self._open: list[Anchor] = []
        self._title: list[str] | None = None
        self._heading_at: int | None = None

    @property
    def text(self) -> str:
        """The text of the page, words separated by single spaces."""
        return "".join(self._pieces)

    def start_element(self, tag: str, attrs: Attributes) -> None:
        """Take a start tag."""
        self._depth += 1
        if self._muted:
            return
        if tag not in _INLINE:
            self._space = True
        region, hidden = self._region, self._hidden
        if attrs:
            hidden = hidden or _hides(tag, attrs)
            if tag in _LINKING or tag == "img":
                self._link(tag, dict(attrs), hidden)
            elif tag in ("meta", "base", "html"):
                self._head(tag, dict(attrs))
            for name, value in attrs:
                if name == "role" and value:
                    region = _ROLES.get(value.lower(), region)
        if tag in _CONTENT and self._open:
            self._open[-1].has_content = True
        region = _REGIONS.get(tag, region)
        if tag == "title" and not self._foreign and self.title is None:
            self._title = []
        elif tag in _HEADINGS and not self.heading:
            self._heading_at = self._length
        muted = tag in _MUTED or (tag in ("title", "desc") and self._foreign)
        foreign = self._foreign or tag in _FOREIGN
        if muted or (hidden, region, foreign) != (self._hidden, self._region, self._foreign):
            self._contexts.append(
                _Context(self._depth, self._muted, self._hidden, self._region, self._foreign)
            )
            self._muted, self._hidden, self._region, self._foreign = muted, hidden, region, foreign

    def end_element(self, tag: str) -> None:
        """Take an end tag; every element has one."""
        depth, self._depth = self._depth, self._depth - 1
        if self._contexts and self._contexts[-1].depth == depth:
            _, self._muted, self._hidden, self._region, self._foreign = self._contexts.pop()
        elif self._muted:
            return
        if tag not in _INLINE:
            self._space = True
        if tag == "a" and self._open:
            anchor = self._open.pop()
            anchor.end = self._length
            anchor.start = min(anchor.start, anchor.end)
            if anchor.end <= anchor.start and not anchor.has_content and not anchor.hidden:
                anchor.hidden = "empty anchor"
        elif tag == "title" and self._title is not None:
            self.title, self._title = visible("".join(self._title)), None
        elif tag in _HEADINGS and self._heading_at is not None:
            self.heading, self._heading_at = self.text[self._heading_at :].strip(), None

    def characters(self, data: str) -> None:
        """Take a run of text."""
        if self._muted:
            return
        if self._title is not None:
            self._title.append(data)
            return
        words = visible(data)
        if not words:
            self._space = True
            return
        if (self._space or data[0].isspace()) and self._length:
            self._pieces.append(" ")
            self._length += 1
        for anchor in self._open:
            if anchor.end < 0:
                # The space before its first word is not the anchor's.
                anchor.start = anchor.end = self._length
        self._pieces.append(words)
        self._length += len(words)
        self._space = data[-1].isspace()

    def _link(self, tag: str, attrs: dict[str, str | None], hidden: str) -> None:
        if tag == "img" and self._open:
            self._open[-1].alt += f" {attrs.get('alt') or ''}"
        reference = attrs.get(_LINKING[tag])
        if reference is None and self._foreign:
            reference = attrs.get("xlink:href")
        if reference is None and tag != "a":
            return
        anchor = Anchor(
            element=tag,
            reference=reference or "",
            rel=attrs.get("rel") or "",
            region=self._region,
            hidden=hidden,
            start=self._length,
        )
        if tag == "a":
            self._open.append(anchor)
        else:
            anchor.end = anchor.start
            anchor.alt = attrs.get("alt") or ""
        if reference is not None and len(self.anchors) < MAX_ANCHORS:
            self.anchors.append(anchor)

    def _head(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag == "html":
            self.language = self.language or visible(attrs.get("lang") or "")[:35]
        elif tag == "base":
            self.base = self.base or attrs.get("href") or ""
        else:
            name = (attrs.get("property") or attrs.get("name") or "").strip().lower()
            if name in _META:
                self.meta.setdefault(name, visible(attrs.get("content") or ""))


def _hides(tag: str, attrs: Attributes) -> str:
    if tag == "dialog" and not any(name == "open" for name, _ in attrs):
        return "closed dialog"
    for name, value in attrs:
        if name == "style" and value:
            why = style_hides(value)
            if why:
                return why
        elif name == "hidden":
            return "hidden attribute"
    return ""
