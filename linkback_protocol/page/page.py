"""`Page` and `Link`: what is known of a page that was fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from turbohtml.saxparse import sax_parse
from werkzeug.http import parse_options_header

from linkback_protocol import url as urls
from linkback_protocol.page.decoding import decode
from linkback_protocol.page.reader import MAX_ANCHORS, Anchor, HTMLReader, visible

if TYPE_CHECKING:
    from linkback_protocol.url import URL

MAX_TITLE = 250
"""Characters of a title or site name that are kept."""
EXCERPT = 255
"""Characters of an excerpt."""

_HTML = frozenset(("text/html", "application/xhtml+xml", ""))
_PLAIN = frozenset(("text/plain",))
_PROVING = frozenset(("a", "area", "text"))
_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_TRAILING = ".,;:!?*_~)]}"
_DROPPED = frozenset("\t\n\r")


def readable(content_type: str) -> bool:
    """Return whether a page of this Content-Type can be read: HTML, XHTML, plain text (PB-5-1).

    Without one it is taken for HTML, as browsers do.
    """
    media_type, _ = parse_options_header(content_type)
    return media_type.lower() in _HTML | _PLAIN


@dataclass(frozen=True, slots=True)
class Link:
    """A link from a page.

    `url` is where it leads, with the page's ``<base>`` applied. `element` is ``a``, ``area``,
    ``img``, ``video`` or ``audio``, or ``text`` in plain text. `rel` are its tokens in lower case.
    `text` is what a reader sees of it; of an image, its description. `region` is ``nav``, ``aside``
    or ``footer`` where it stands in one. `hidden` says why a reader cannot see it, and is empty
    where nothing does. `start` and `end` are its place in the page's text.
    """

    url: URL
    element: str
    rel: frozenset[str]
    text: str
    region: str
    hidden: str
    start: int
    end: int


@dataclass(frozen=True)
class Page:
    """A page that was fetched; everything in it is plain text by a stranger.

    `url` is where it was found, after redirects. `title` is that of the page, else of its social
    card, else its first heading; `site_name` and `language` are what it says, or empty. `text` is
    what a reader sees, words separated by single spaces. `truncated` tells that not all of it was
    read.
    """

    url: URL
    media_type: str
    charset: str
    title: str
    site_name: str
    language: str
    text: str = field(repr=False)
    truncated: bool
    _base: URL = field(repr=False)
    _anchors: tuple[Anchor, ...] = field(repr=False)

    @classmethod
    def parse(
        cls, body: bytes, *, url: URL, content_type: str = "", truncated: bool = False
    ) -> Self:
        """Read a page; any bytes give one, in a time linear in their number."""
        media_type, options = parse_options_header(content_type)
        media_type = media_type.lower() or "text/html"
        text, charset = decode(body, options.get("charset", ""))
        reader = HTMLReader()
        if media_type in _PLAIN:
            plain = visible(text)
            anchors = list(_addresses(plain))
        else:
            sax_parse(text, reader)
            plain, anchors = reader.text, reader.anchors
        title = reader.title or reader.meta.get("og:title") or reader.heading
        site_name = reader.meta.get("og:site_name") or reader.meta.get("application-name", "")
        return cls(
            url=url,
            media_type=media_type,
            charset=charset,
            title=_cut(title, MAX_TITLE),
            site_name=_cut(site_name, MAX_TITLE),
            language=reader.language,
            text=plain,
            truncated=truncated,
            _base=urls.resolve(url, reader.base) or url if reader.base else url,
            _anchors=tuple(anchors),
        )

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All links to web pages, in the order of the document, at most `MAX_ANCHORS`."""
        return tuple(filter(None, map(self._resolve, self._anchors)))

    def links_to(self, *pages: URL) -> list[Link]:
        """Return the links to any of these pages, compared by key.

        Only what a reader can follow counts: ``a`` and ``area``, or an address in plain text. A
        page that shows a picture of ours does not link to it.
        """
        keys = {page.key for page in pages}
        hosts = {page.host for page in pages}
        found = []
        for anchor in self._anchors:
            if anchor.element in _PROVING and self._may_lead_to(anchor.reference, hosts):
                link = self._resolve(anchor)
                if link is not None and link.url.key in keys:
                    found.append(link)
        return found

    def _may_lead_to(self, reference: str, hosts: set[str]) -> bool:
        """Rule most links out without resolving them, which is most of what a page costs."""
        lowered = reference.lower()
        if not lowered.isascii() or not _DROPPED.isdisjoint(lowered) or self._base.host in hosts:
            return True
        return any(host in lowered for host in hosts)

    def _resolve(self, anchor: Anchor) -> Link | None:
        leads_to = urls.resolve(self._base, anchor.reference)
        if leads_to is None:
            return None
        text = self.text[anchor.start : anchor.end] if anchor.end > anchor.start else ""
        return Link(
            url=leads_to,
            element=anchor.element,
            rel=frozenset(anchor.rel.lower().split()),
            text=text or visible(anchor.alt),
            region=anchor.region,
            hidden=anchor.hidden,
            start=anchor.start,
            end=max(anchor.start, anchor.end),
        )

    def excerpt(self, link: Link, *, length: int = EXCERPT) -> str:
        """Return the text round a link: whole words, with an ellipsis where it is cut.

        :param length: characters at most, ellipses included.
        """
        text = self.text
        if len(text) <= length:
            return text
        room = max(0, length - 2)
        start, end = link.start, min(link.end, link.start + room)
        left = max(0, start - (room - (end - start)) // 2)
        right = min(len(text), left + room)
        left = max(0, right - room)
        if left > 0 and text[left - 1] != " ":
            # Words that are cut are left out, unless there is but one.
            left = max(left, text.find(" ", left, right) + 1)
        if right < len(text) and text[right] != " ":
            cut = text.rfind(" ", left, right)
            right = cut if cut >= 0 else right
        middle = text[left:right].strip()
        return f"{'…' if left > 0 else ''}{middle}{'…' if right < len(text) else ''}"


def _addresses(text: str) -> list[Anchor]:
    """Find the web addresses in plain text, without the punctuation of the sentence round them."""
    found = []
    for match in _ADDRESS.finditer(text):
        address = match[0]
        while address[-1] in _TRAILING and not (
            address[-1] == ")" and address.count("(") >= address.count(")")
        ):
            address = address[:-1]
        anchor = Anchor(
            element="text",
            reference=address,
            rel="",
            region="",
            hidden="",
            start=match.start(),
            end=match.start() + len(address),
        )
        found.append(anchor)
        if len(found) >= MAX_ANCHORS:
            break
    return found


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    return (kept.rpartition(" ")[0] or kept).rstrip() + "…"
