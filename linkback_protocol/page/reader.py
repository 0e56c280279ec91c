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

from linkback_protocol.page.elements import (
    ABOUT_PAGE,
    ANCHOR_TAGS,
    BY_RULES,
    FONT,
    FOREIGN,
    HEADINGS,
    INLINE,
    LANDMARKS,
    LINKING,
    META,
    MUTED,
    NOTED,
    PAGE_REGIONS,
    PICTURES,
    REGIONS,
    ROLES,
    ROOTS,
    SECTIONS,
    SHEETS,
    TELLING,
    UNDRAWN,
    UNSHOWN,
)
from linkback_protocol.page.markup import MARK, tamed, unmarked
from linkback_protocol.page.styles import StyleRules
from linkback_protocol.page.visibility import (
    Look,
    background,
    declarations,
    hidden_by_size,
    looks,
)
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

_LANGUAGE = re.compile(rf"[A-Za-z0-9-]{{1,{MAX_LANGUAGE}}}\Z")


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
    paper: str
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

    # So many attributes are found faster so.
    __slots__ = (
        *("anchors", "base", "characters", "full", "heading"),
        *("language", "meta", "passages", "pieces", "title"),
        *("_anchor", "_anchor_depth", "_depth", "_foreign", "_heading_depth"),
        *("_heading_from", "_hidden", "_hidden_from", "_kept", "_muted"),
        *("_muted_from", "_noted", "_paper", "_region", "_rules"),
        *("_scope_depth", "_scopes", "_section", "_telling", "_words_from"),
    )

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
        # The colour behind the text, where the page tells.
        self._paper = ""
        self._rules = StyleRules()
        self._noted = NOTED
        self._telling = TELLING
        self._region = ""
        # How deep the section is that holds, if one does.
        self._section = 0
        self._foreign = False
        self._scopes: list[_Scope] = []
        self._scope_depth = 0
        self._anchor: Anchor | None = None
        self._anchor_depth = 0
        self._words_from = 0
        # The element whose text is kept although it is no text of the page.
        self._kept = ""
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
        if tag not in INLINE:
            self.pieces.append("\n")
        elif tag in ANCHOR_TAGS:
            self._start_anchor(tag, attrs)
            return
        if tag in self._noted:
            self._enter(tag, attrs)
            return
        telling = self._telling
        for name, value in attrs:
            if name in telling and (name in TELLING or self._rules.has(name, value or "")):
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
        if tag not in INLINE:
            self.pieces.append("\n")

    def _start_anchor(self, tag: str, attrs: Attributes) -> None:
        reference: str | None = None
        rel = ""
        for name, value in attrs:
            if name == "href":
                reference = value or ""
            elif name == "rel":
                rel = value or ""
            elif (
                name in TELLING
                or name == "xlink:href"
                or (name in self._telling and self._rules.has(name, value or ""))
            ):
                self._enter(tag, attrs)
                return
        self._link(tag, reference, rel)

    def _enter(self, tag: str, attrs: Attributes) -> None:
        """Take the start of an element that links, or changes what holds within it."""
        values = {name: value or "" for name, value in attrs}
        before = _Scope(
            self._depth,
            self._muted,
            self._hidden,
            self._paper,
            self._region,
            self._section,
            self._foreign,
        )
        hidden, self._paper = self._look_within(tag, values)
        if tag in LANDMARKS or "role" in values:
            self._move_to(*self._region_within(tag, values))
        self._hide(hidden)
        if tag in PICTURES and not hidden and self._anchor is not None:
            self._anchor.has_picture = True
        if tag in LINKING:
            self._embed(tag, values)
        elif tag in ABOUT_PAGE:
            self._about_page(tag, values)
        elif tag in HEADINGS and not self.heading and self._heading_depth == 0:
            self._heading_depth, self._heading_from = self._depth, len(self.pieces)
        if tag == "title" and not self._foreign:
            self._muted, self._kept = True, tag
        elif tag in MUTED:
            is_sheet = tag == "style" and values.get("media", "").strip().lower() in SHEETS
            self._muted, self._kept = True, tag if is_sheet and not hidden else ""
        self._muted_from = len(self.pieces)
        if tag in UNSHOWN:
            self._hide(hidden or UNSHOWN[tag])
        self._foreign = tag in FOREIGN or (self._foreign and tag != "foreignObject")
        changed = (
            self._muted,
            self._hidden,
            self._paper,
            self._region,
            self._section,
            self._foreign,
        )
        if changed != before[1:] or self._depth == self._heading_depth:
            self._scopes.append(before)
            self._scope_depth = self._depth

    def _leave(self) -> None:
        """Take the end of such an element."""
        scope = self._scopes.pop()
        if self._muted:
            if self._kept == "title" and not self.title:
                title = unmarked("".join(self.pieces[self._muted_from :]))
                self.title = plain(title, limit=MAX_TITLE)
            elif self._kept == "style":
                self._read_styles("".join(self.pieces[self._muted_from :]))
            del self.pieces[self._muted_from :]
        self._muted, self._foreign, self._paper = scope.muted, scope.foreign, scope.paper
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
        if tag in SECTIONS:
            section = self._depth
        elif tag in REGIONS or (tag in PAGE_REGIONS and not section and not region):
            region = tag
        for role in values.get("role", "").lower().split():
            if role in ROLES:
                region = ROLES[role]
                break
        return region, section

    def _look_within(self, tag: str, values: dict[str, str]) -> tuple[str, str]:
        """Return why what the element has in it cannot be seen, and the colour behind it."""
        style = values.get("style")
        if tag in ROOTS:
            # Whole pages are hidden until a script has run, and shown by it.
            declared = declarations(style) if style else {}
            colour = values.get("bgcolor", "").lower() or self._rules.paper
            paper = background(declared, colour)
            return self._hidden, "" if self._rules.are_elsewhere else paper
        paper = values["bgcolor"].lower() if "bgcolor" in values else self._paper
        why = self._hidden_by_element(tag, values)
        if why or (not style and tag != FONT and not self._rules):
            return why or self._hidden, paper
        declared = self._rules.of(tag, values)
        if style:
            declared.update(declarations(style))
        if tag == FONT and "color" in values:
            declared.setdefault("color", values["color"].lower())
        return looks(declared, Look(self._hidden, paper))

    def _hidden_by_element(self, tag: str, values: dict[str, str]) -> str:
        if "hidden" in values:
            return "hidden attribute"
        if tag == "dialog" and "open" not in values:
            return "closed dialog"
        if tag in UNDRAWN and self._foreign:
            return "not drawn"
        if tag in PICTURES and hidden_by_size(values.get("width", ""), values.get("height", "")):
            return "zero size"
        return ""

    def _read_styles(self, sheet: str) -> None:
        self._rules.read(sheet)
        self._noted = NOTED | self._rules.tags
        self._telling = TELLING | BY_RULES if self._rules else TELLING

    def _embed(self, tag: str, values: dict[str, str]) -> None:
        alt = values.get("alt", "")
        if alt and self._anchor is not None and tag not in ANCHOR_TAGS:
            self._anchor.words.append(alt)
        reference = values.get(LINKING[tag])
        if reference is None and self._foreign:
            reference = values.get("xlink:href")
        rel = values.get("rel", "")
        if tag == "link" and "stylesheet" in rel.lower():
            self._rules.are_elsewhere = True
        self._link(tag, reference, rel, alt)

    def _link(self, tag: str, reference: str | None, rel: str, alt: str = "") -> None:
        is_anchor = tag in ANCHOR_TAGS
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
            if name in META and name not in self.meta:
                content = plain(unmarked(values.get("content", "")), limit=MAX_TITLE)
                if content:
                    self.meta[name] = content
