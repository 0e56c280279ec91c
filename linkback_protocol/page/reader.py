"""Reads an HTML document in one pass: its text as a reader sees it, its links, its title.

turbohtml builds the tree that a browser would build and walks it; here only its events are seen.
Each start has its end. Depth is a number and no recursion, and what is kept of an event is never
more than the event itself, so time and memory are linear in the size of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, cast

from turbohtml.saxparse import sax_parse

from linkback_protocol.page.markup import FORMATTING, MARK, tamed, unmarked
from linkback_protocol.page.visibility import hidden_by_size, hidden_by_style
from linkback_protocol.wire.text import plain

if TYPE_CHECKING:
    from turbohtml.saxparse import SaxHandler

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
    + (*FORMATTING, *(name + MARK for name in FORMATTING))
)
_ANCHOR_TAGS = frozenset(("a", "a" + MARK))
_LINKING = {
    **dict.fromkeys((*_ANCHOR_TAGS, "area", "link"), "href"),
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
    """An element that links; `start` and `end` count the pieces of text before and within it.

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
    has_picture: bool = False


class _Scope(NamedTuple):
    """What held before an element that changes it began, to go back to at its end."""

    depth: int
    muted: bool
    hidden: str
    region: str
    section: int
    foreign: bool


def visible(text: str) -> str:
    """Return words separated by single spaces, without what cannot be seen."""
    folded = " ".join(text.split())
    return folded if folded.isprintable() else plain(unmarked(folded), limit=len(folded))


class HTMLReader:
    """Takes the events of a document, and has what was read in its attributes.

    A page has thousands of events, so each does as little as it can. Text is collected by no code
    of ours, and what turns out not to be seen is cut off again.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        """The text of the page as it came; white space stands where a block begins or ends."""
        self.anchors: list[Anchor] = []
        self.passages = [0]
        """Numbers of the pieces at which another part of the page begins."""
        self.full = False
        """Whether the page has more links than are kept."""
        self.base: str | None = None
        self.language = ""
        self.meta: dict[str, str] = {}
        self.title = ""
        self.heading = ""
        self.characters = self.pieces.append
        self._depth = 0
        # What holds at this place, and where the text began that is not seen, while it is not.
        self._muted = False
        self._muted_from = 0
        self._hidden = ""
        self._hidden_from = 0
        self._region = ""
        # How deep the section is that holds, if one does.
        self._section = 0
        self._foreign = False
        self._scopes: list[_Scope] = []
        self._scope_depth = 0
        self._anchor: Anchor | None = None
        self._anchor_depth = 0
        self._words_from = 0
        self._in_title = False
        self._heading_depth = 0
        self._heading_from = 0

    @classmethod
    def read(cls, markup: str, *, xhtml: bool = False) -> HTMLReader:
        """Read a document."""
        reader = cls()
        # It has all that a handler has, one method of them as an attribute.
        sax_parse(tamed(markup, xhtml=xhtml), cast("SaxHandler", reader))
        return reader

    def comment(self, data: str) -> None:
        """Pass over what nobody sees."""

    def doctype(self, name: str, public_id: str | None, system_id: str | None) -> None:
        """Pass over what nobody sees."""

    def processing_instruction(self, target: str, data: str) -> None:
        """Pass over what nobody sees."""

    def start_element(self, tag: str, attrs: Attributes) -> None:
        """Take a start tag."""
        self._depth += 1
        if self._muted:
            return
        if tag not in _INLINE:
            self.pieces.append("\n")
        elif tag in _ANCHOR_TAGS:
            self._start_anchor(tag, attrs)
            return
        if tag in _NOTED:
            self._enter(tag, attrs)
            return
        for name, _ in attrs:
            if name in _TELLING:
                self._enter(tag, attrs)
                return

    def end_element(self, tag: str) -> None:
        """Take an end tag; every element has one."""
        depth = self._depth
        self._depth = depth - 1
        if depth == self._anchor_depth:
            self._close_anchor()
        if depth == self._scope_depth:
            self._leave()
        if tag not in _INLINE:
            self.pieces.append("\n")

    def _start_anchor(self, tag: str, attrs: Attributes) -> None:
        reference: str | None = None
        rel = ""
        for name, value in attrs:
            if name == "href":
                reference = value or ""
            elif name == "rel":
                rel = value or ""
            elif name in _TELLING or name == "xlink:href":
                self._enter(tag, attrs)
                return
        self._link(tag, reference, rel)

    def _enter(self, tag: str, attrs: Attributes) -> None:
        """Take the start of an element that links, or changes what holds within it."""
        values = {name: value or "" for name, value in attrs}
        before = _Scope(
            self._depth, self._muted, self._hidden, self._region, self._section, self._foreign
        )
        hidden = self._hidden_within(tag, values)
        if tag in _LANDMARKS or "role" in values:
            self._move_to(*self._region_within(tag, values))
        self._hide(hidden)
        if tag in _PICTURES and not hidden and self._anchor is not None:
            self._anchor.has_picture = True
        if tag in _LINKING:
            self._embed(tag, values)
        elif tag in _ABOUT_PAGE:
            self._about_page(tag, values)
        elif tag in _HEADINGS and not self.heading and self._heading_depth == 0:
            self._heading_depth, self._heading_from = self._depth, len(self.pieces)
        self._in_title = tag == "title" and not self._foreign
        self._muted = self._in_title or tag in _MUTED
        self._muted_from = len(self.pieces)
        if tag in _UNSHOWN:
            self._hide(hidden or _UNSHOWN[tag])
        self._foreign = tag in _FOREIGN or (self._foreign and tag != "foreignObject")
        changed = (self._muted, self._hidden, self._region, self._section, self._foreign)
        if changed != before[1:] or self._depth == self._heading_depth:
            self._scopes.append(before)
            self._scope_depth = self._depth

    def _leave(self) -> None:
        """Take the end of such an element."""
        scope = self._scopes.pop()
        if self._muted:
            if self._in_title and not self.title:
                title = unmarked("".join(self.pieces[self._muted_from :]))
                self.title = plain(title, limit=MAX_TITLE)
            del self.pieces[self._muted_from :]
        self._muted, self._foreign = scope.muted, scope.foreign
        self._hide(scope.hidden)
        if scope.depth == self._heading_depth:
            if not self._hidden:
                heading = visible("".join(self.pieces[self._heading_from :]))
                self.heading = plain(heading, limit=MAX_TITLE)
            self._heading_depth = 0
        self._move_to(scope.region, scope.section)
        self._scope_depth = self._scopes[-1].depth if self._scopes else 0

    def _hide(self, why: str) -> None:
        """Let what follows be hidden, or seen again; cut off what was hidden up to here."""
        if self._hidden and not why:
            words = visible("".join(self.pieces[self._hidden_from :]))
            del self.pieces[self._hidden_from :]
            if words and self._anchor is not None:
                self._anchor.words.append(words)
        elif why and not self._hidden:
            self._hidden_from = len(self.pieces)
        self._hidden = why

    def _move_to(self, region: str, section: int) -> None:
        if (region, section) != (self._region, self._section):
            self._region, self._section = region, section
            self.pieces.append("\n")
            self.passages.append(len(self.pieces))

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

    def _embed(self, tag: str, values: dict[str, str]) -> None:
        alt = values.get("alt", "")
        if alt and self._anchor is not None and tag not in _ANCHOR_TAGS:
            self._anchor.words.append(alt)
        reference = values.get(_LINKING[tag])
        if reference is None and self._foreign:
            reference = values.get("xlink:href")
        self._link(tag, reference, values.get("rel", ""), alt)

    def _link(self, tag: str, reference: str | None, rel: str, alt: str = "") -> None:
        is_anchor = tag in _ANCHOR_TAGS
        if is_anchor and self._anchor is not None:
            self._close_anchor()
        if reference is None:
            return
        if len(self.anchors) >= MAX_ANCHORS:
            self.full = True
            return
        here = self._hidden_from if self._hidden else len(self.pieces)
        anchor = Anchor(
            tag.removesuffix(MARK), unmarked(reference), rel, self._region, self._hidden, here, here
        )
        self.anchors.append(anchor)
        if is_anchor:
            self._anchor, self._anchor_depth = anchor, self._depth
            # Its words, while it is hidden, are those from here on.
            self._words_from = len(self.pieces)
        elif alt:
            anchor.words.append(alt)

    def _close_anchor(self) -> None:
        anchor = self._anchor
        if anchor is None:
            return
        if self._hidden:
            anchor.words.append(visible("".join(self.pieces[self._words_from :])))
        else:
            anchor.end = max(anchor.start, len(self.pieces))
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
