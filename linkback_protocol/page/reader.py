"""Reads an HTML document in one pass: its text as a reader sees it, its links, its title.

turbohtml builds the tree that a browser would build and walks it; here only its events are seen.
Each start has its end. Depth is a number and no recursion, and what is kept of an event is never
more than the event itself, so time and memory are linear in the size of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from turbohtml.saxparse import SaxHandler, sax_parse

from linkback_protocol.page.markup import FORMATTING, MARK, tamed, unmarked
from linkback_protocol.page.visibility import hidden_by_size, hidden_by_style
from linkback_protocol.wire.text import plain

MAX_ANCHORS = 10_000
"""Links of a page that are kept; the page counts as truncated where it has more."""
MAX_TITLE = 250
"""Characters of a title or site name that are kept."""
MAX_LANGUAGE = 35
"""Characters in a language tag (RFC 5646 4.4.1)."""

Attributes = tuple[tuple[str, str | None], ...]

# What a browser keeps out of the document, or does not read as one.
_MUTED = frozenset(
    ("script", "style", "template", "textarea", "iframe", "noembed", "noframes", "rp")
)
# What stands in the document and is not shown.
_UNSHOWN = {
    **dict.fromkeys(("select", "datalist"), "form control"),
    **dict.fromkeys(("audio", "video", "canvas"), "fallback content"),
}
_UNDRAWN = frozenset(
    ("title", "desc", "metadata", "defs", "symbol", "clipPath", "mask", "pattern")
    + ("annotation", "annotation-xml")
)
# Elements that do not separate the words before them from those behind.
_INLINE = frozenset(
    ("abbr", "bdi", "bdo", "cite", "data", "del", "dfn", "ins", "kbd", "label", "mark", "noscript")
    + ("picture", "q", "ruby", "samp", "span", "sub", "sup", "time", "var", "wbr")
    + tuple(name + MARK for name in FORMATTING)
)
_ANCHOR = "a" + MARK
_LINKING = {
    **dict.fromkeys((_ANCHOR, "area", "link"), "href"),
    **dict.fromkeys(("img", "video", "audio", "source", "track"), "src"),
    **dict.fromkeys(("iframe", "frame", "embed"), "src"),
    "object": "data",
}
_PICTURES = frozenset(("img", "svg", "video", "canvas", "object", "embed", "iframe"))
# Landmarks. A header or footer is one of the page unless it belongs to an article (HTML-AAM 3.5).
_REGIONS = frozenset(("nav", "aside"))
_PAGE_REGIONS = frozenset(("header", "footer"))
_SECTIONS = frozenset(("article", "main", "section"))
_LANDMARKS = _REGIONS | _PAGE_REGIONS | _SECTIONS
_ROLES = {
    "navigation": "nav",
    "complementary": "aside",
    "contentinfo": "footer",
    "banner": "header",
}
_FOREIGN = frozenset(("svg", "math"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_META = frozenset(("og:title", "og:site_name", "application-name"))
_ROOTS = frozenset(("html", "body"))
_ABOUT_PAGE = frozenset(("html", "base", "meta"))
_LANGUAGE = re.compile(rf"[A-Za-z0-9-]{{1,{MAX_LANGUAGE}}}\Z")
_TELLING = frozenset(("hidden", "style", "role"))
_NOTED = frozenset(
    (*_MUTED, *_UNSHOWN, *_UNDRAWN, *_LINKING, *_PICTURES, *_LANDMARKS)
    + (*_FOREIGN, *_HEADINGS, *_ABOUT_PAGE, "dialog", "foreignObject")
)


@dataclass(slots=True)
class Anchor:
    """An element that links; `start` and `end` are offsets in the text of the page.

    `words` are those that are not in that text: hidden ones, and descriptions of pictures.
    """

    element: str
    reference: str
    rel: str
    region: str
    hidden: str
    start: int
    end: int
    words: list[str] = field(default_factory=list)


class _Scope(NamedTuple):
    """What held before an element that changes it began, to go back to at its end."""

    depth: int
    tag: str
    muted: bool
    hidden: str
    region: str
    section: int
    foreign: bool


def visible(text: str) -> str:
    """Return words separated by single spaces, without what cannot be seen."""
    folded = " ".join(text.split())
    return folded if folded.isprintable() else plain(unmarked(folded), limit=len(folded))


class HTMLReader(SaxHandler):
    """Takes the events of a document, and has what was read in its attributes."""

    def __init__(self) -> None:
        self.anchors: list[Anchor] = []
        self.passages = [0]
        """Offsets in the text at which another part of the page begins."""
        self.full = False
        """Whether the page has more links than are kept."""
        self.base: str | None = None
        self.language = ""
        self.meta: dict[str, str] = {}
        self.title = ""
        self.heading = ""
        self._pieces: list[str] = []
        self._length = 0
        self._space = False
        self._depth = 0
        # What holds at this place; of the section round it, how deep it is.
        self._muted = False
        self._hidden = ""
        self._region = ""
        self._section = 0
        self._foreign = False
        self._scopes: list[_Scope] = []
        self._scope_depth = 0
        # The anchor that is open, how deep, and how many pictures had come before it.
        self._anchor: Anchor | None = None
        self._anchor_depth = 0
        self._pictures_before = 0
        self._pictures = 0
        self._title: list[str] | None = None
        self._heading_depth = 0
        self._heading_piece = 0

    @classmethod
    def read(cls, markup: str, *, xhtml: bool = False) -> HTMLReader:
        """Read a document."""
        reader = cls()
        sax_parse(tamed(markup, xhtml=xhtml), reader)
        return reader

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
        if tag in _NOTED:
            self._enter(tag, attrs)
            return
        for name, _ in attrs:
            if name in _TELLING:
                self._enter(tag, attrs)
                return

    def end_element(self, tag: str) -> None:
        """Take an end tag; every element has one."""
        if self._depth == self._scope_depth:
            self._leave()
        self._depth -= 1
        if tag not in _INLINE:
            self._space = True

    def characters(self, data: str) -> None:
        """Take a run of text."""
        if self._muted:
            if self._title is not None:
                self._title.append(data)
            return
        words = " ".join(data.split())
        if not words.isprintable():
            words = visible(words)
        if self._hidden:
            if words and self._anchor is not None:
                self._anchor.words.append(words)
            return
        if not words:
            self._space = True
            return
        if (self._space or data[0].isspace()) and self._length:
            self._pieces.append(" ")
            self._length += 1
        self._pieces.append(words)
        self._length += len(words)
        self._space = data[-1].isspace()

    def _enter(self, tag: str, attrs: Attributes) -> None:
        """Take the start of an element that links, or changes what holds within it."""
        values = {name: value or "" for name, value in attrs}
        before = _Scope(
            self._depth,
            tag,
            self._muted,
            self._hidden,
            self._region,
            self._section,
            self._foreign,
        )
        hidden = self._hidden_within(tag, values)
        if tag in _LANDMARKS or "role" in values:
            self._move_to(*self._region_within(tag, values))
        self._hidden = hidden
        if tag in _PICTURES and not hidden:
            self._pictures += 1
        if tag in _LINKING:
            self._link(tag, values)
        elif tag in _ABOUT_PAGE:
            self._about_page(tag, values)
        elif tag in _HEADINGS and not self.heading and self._heading_depth == 0:
            self._heading_depth, self._heading_piece = self._depth, len(self._pieces)
        self._muted = tag in _MUTED
        if tag == "title" and not self._foreign:
            self._muted = True
            self._title = None if self.title else []
        if tag in _UNSHOWN:
            self._hidden = hidden or _UNSHOWN[tag]
        self._foreign = tag in _FOREIGN or (self._foreign and tag != "foreignObject")
        changed = (self._muted, self._hidden, self._region, self._section, self._foreign)
        if changed != before[2:] or self._depth in (self._anchor_depth, self._heading_depth):
            self._scopes.append(before)
            self._scope_depth = self._depth

    def _leave(self) -> None:
        """Take the end of such an element."""
        scope = self._scopes.pop()
        if scope.depth == self._anchor_depth:
            self._close_anchor()
        if scope.depth == self._heading_depth:
            heading = "".join(self._pieces[self._heading_piece :])
            self.heading = plain(heading, limit=MAX_TITLE)
            self._heading_depth = 0
        if self._title is not None:
            self.title = plain(unmarked("".join(self._title)), limit=MAX_TITLE)
            self._title = None
        self._muted, self._hidden, self._foreign = scope.muted, scope.hidden, scope.foreign
        self._move_to(scope.region, scope.section)
        self._scope_depth = self._scopes[-1].depth if self._scopes else 0

    def _move_to(self, region: str, section: int) -> None:
        if (region, section) != (self._region, self._section):
            self._region, self._section = region, section
            self._space = True
            if self.passages[-1] != self._length:
                self.passages.append(self._length)

    def _region_within(self, tag: str, values: dict[str, str]) -> tuple[str, int]:
        region, section = self._region, self._section
        if tag in _SECTIONS:
            section = self._depth
        elif tag in _REGIONS or (tag in _PAGE_REGIONS and not section and not region):
            region = tag
        for role in values.get("role", "").lower().split():
            if role in _ROLES:
                region = _ROLES[role]
                break
        return region, section

    def _hidden_within(self, tag: str, values: dict[str, str]) -> str:
        if tag in _ROOTS:
            # Whole pages are hidden until a script has run, and shown by it.
            return self._hidden
        if "hidden" in values:
            return "hidden attribute"
        if tag == "dialog" and "open" not in values:
            return "closed dialog"
        if tag in _UNDRAWN and self._foreign:
            return "not drawn"
        if tag in _PICTURES and hidden_by_size(values.get("width", ""), values.get("height", "")):
            return "zero size"
        style = values.get("style")
        return hidden_by_style(style, self._hidden) if style else self._hidden

    def _link(self, tag: str, values: dict[str, str]) -> None:
        alt = values.get("alt", "")
        if tag == _ANCHOR:
            self._close_anchor()
        elif alt and self._anchor is not None:
            self._anchor.words.append(alt)
        reference = values.get(_LINKING[tag])
        if reference is None and self._foreign:
            reference = values.get("xlink:href")
        if reference is None:
            return
        if len(self.anchors) >= MAX_ANCHORS:
            self.full = True
            return
        anchor = Anchor(
            element=tag.removesuffix(MARK),
            reference=unmarked(reference),
            rel=values.get("rel", ""),
            region=self._region,
            hidden=self._hidden,
            start=self._length,
            end=self._length,
        )
        self.anchors.append(anchor)
        if tag == _ANCHOR:
            self._anchor, self._anchor_depth = anchor, self._depth
            self._pictures_before = self._pictures
        elif alt:
            anchor.words.append(alt)

    def _close_anchor(self) -> None:
        anchor = self._anchor
        if anchor is None:
            return
        anchor.end = self._length
        if anchor.end == anchor.start and self._pictures == self._pictures_before:
            anchor.hidden = anchor.hidden or "empty anchor"
        self._anchor, self._anchor_depth = None, 0

    def _about_page(self, tag: str, values: dict[str, str]) -> None:
        if tag == "html":
            language = (values.get("lang") or values.get("xml:lang") or "").strip()
            self.language = language if _LANGUAGE.match(language) else ""
        elif tag == "base":
            if self.base is None:
                self.base = values.get("href")
        else:
            name = (values.get("property") or values.get("name") or "").strip().lower()
            if name in _META and name not in self.meta:
                content = plain(unmarked(values.get("content", "")), limit=MAX_TITLE)
                if content:
                    self.meta[name] = content
