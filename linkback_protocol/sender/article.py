"""The article of a page: which of its links are the author's, and what a trackback says of it.

A page links to much that its author does not write about: menus, footers, other people's comments,
related posts. So only the part that holds the article counts. It is, the first of these that the
page has: a microformats2 ``e-content`` or an ``articleBody``; the class that blog engines give the
text of an entry; ``article`` or an ``h-entry``; ``main``; the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, cast

from turbohtml.saxparse import sax_parse

from linkback_protocol import url as urls
from linkback_protocol.page.decoding import XHTML, decode
from linkback_protocol.page.markup import MARK, tamed, unmarked
from linkback_protocol.page.reader import MAX_ANCHORS, visible

if TYPE_CHECKING:
    from turbohtml.saxparse import SaxHandler

    from linkback_protocol.page import Page
    from linkback_protocol.url import URL

MAX_EXCERPT = 1000
"""Characters of the article's beginning that are kept for an excerpt."""

_SPACES = re.compile(r"[\t\n\f\r ]+")
_CONTROLS = "\x00\t\n\x0b\x0c\r "
_CONTENT = frozenset(("e-content",))
_ENGINES = frozenset(
    ("entry-content", "post-content", "post-body", "article-body", "entry-body", "entrybody")
)
_ENTRY = frozenset(("h-entry", "hentry"))
_OTHERS = frozenset(
    (
        *("comments", "comment", "commentlist", "comment-list", "comments-area", "comment-respond"),
        *("h-cite", "u-comment", "p-comment", "pingback", "trackback", "webmention"),
        *("related-posts", "jp-relatedposts", "yarpp-related", "sharedaddy", "sidebar", "widget"),
        *("post-navigation", "nav-links", "navigation", "breadcrumb", "breadcrumbs", "pagination"),
    )
)
_OTHER_IDS = frozenset(("comments", "respond", "disqus_thread", "sidebar", "secondary"))
_OTHER_ROLES = frozenset(("navigation", "contentinfo", "search"))
_MUTED = frozenset(("script", "style", "template", "textarea", "title", "noscript", "select"))
_ANCHORS = frozenset(("a", "area"))
_BLOCKS = frozenset(
    (
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "h1"),
        *("h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "p", "pre", "section", "table"),
        *("td", "th", "tr", "ul"),
    )
)

# How good a part is as the article; the page as a whole is the last resort.
_BEST, _BY_ENGINE, _ARTICLE, _MAIN, _PAGE = range(5)


@dataclass(frozen=True, slots=True)
class ArticleLink:
    """A link of the article's author.

    `given` is the absolute URI as the page has it, fragment included, which is what a pingback
    tells (PB-3-2); `url` is the same as it is fetched and compared.
    """

    given: str
    url: URL


@dataclass(frozen=True, slots=True)
class Article:
    """What the author of a page wrote: links, and how the page presents itself (TB-5).

    `links` has each page once, in the order of the text; `others` are references that lead to no
    page of the web, such as ``mailto:``. `excerpt` is the page's own description, else how the text
    begins.
    """

    url: URL
    title: str
    excerpt: str
    site_name: str
    links: tuple[ArticleLink, ...]
    others: tuple[str, ...]
    canonical: URL | None = None
    is_listing: bool = False

    def named(self, url: URL) -> Article:
        """Return the same article under another address of its page."""
        return replace(self, url=url)

    @classmethod
    def read(cls, page: Page) -> Article:
        """Read the article of a page, in time linear in its size."""
        text, _ = decode(
            page.body, media_type=page.media_type, label=page.charset, truncated=page.truncated
        )
        if page.media_type == "text/plain":
            references = [str(link.url) for link in page.links]
            base: URL | None = None
            description, begins = "", page.text[:MAX_EXCERPT]
            canonical, is_listing = "", False
        else:
            reader = _Reader()
            sax_parse(tamed(text, xhtml=page.media_type == XHTML), cast("SaxHandler", reader))
            best = reader.best()
            references = [unmarked(each.reference) for each in reader.anchors if best in each.parts]
            base = urls.resolve(page.url, reader.base) if reader.base else None
            description = reader.description
            canonical, is_listing = reader.canonical, reader.is_listing()
            begins = visible("".join(text for part, text in reader.texts if best in part))
        links: dict[str, ArticleLink] = {}
        others: dict[str, None] = {}
        for reference in references:
            given = _given(base or page.url, reference)
            url = urls.resolve(base or page.url, reference)
            if url is None:
                others.setdefault(reference[: urls.MAX_LENGTH].strip(_CONTROLS))
            else:
                # Several fragments of one page are one target.
                links.setdefault(url.key, ArticleLink(given or str(url), url))
        return cls(
            url=page.url,
            title=page.title,
            excerpt=description or begins[:MAX_EXCERPT],
            site_name=page.site_name,
            links=tuple(links.values()),
            others=tuple(filter(None, others)),
            canonical=urls.resolve(base or page.url, canonical) if canonical else None,
            is_listing=is_listing,
        )


def _given(base: URL, reference: str) -> str:
    """Return an absolute URI as the page has it; empty where it has a relative one.

    Receivers look for it on the page letter by letter, so nothing is normalised.
    """
    stripped = reference.strip(_CONTROLS)
    if stripped.isascii() and not _SPACES.search(stripped) and len(stripped) <= urls.MAX_LENGTH:
        if stripped.startswith("//"):
            return f"{base.scheme}:{stripped}"
        if stripped[:8].lower().startswith(("http://", "https://")):
            return stripped
    return ""


class _Anchor(NamedTuple):
    reference: str
    parts: tuple[int, ...]


class _Scope(NamedTuple):
    depth: int
    parts: tuple[int, ...]
    muted: bool


class _Reader:
    """Takes the events of a document; knows which parts of it are open at each link."""

    def __init__(self) -> None:
        self.anchors: list[_Anchor] = []
        self.texts: list[tuple[tuple[int, ...], str]] = []
        self.base = ""
        self.description = ""
        self.canonical = ""
        self._ranks = [_PAGE]
        self._parts: tuple[int, ...] = (0,)
        self._muted = False
        self._depth = 0
        self._scopes: list[_Scope] = []

    def best(self) -> int:
        """Return the part that is the article."""
        return min(range(len(self._ranks)), key=self._ranks.__getitem__)

    def is_listing(self) -> bool:
        """Return whether there are several parts like the one that is the article."""
        best = self._ranks[self.best()]
        return best != _PAGE and self._ranks.count(best) > 1

    def comment(self, data: str) -> None:
        """Pass over what nobody sees."""

    def doctype(self, name: str, public_id: str | None, system_id: str | None) -> None:
        """Pass over what nobody sees."""

    def processing_instruction(self, target: str, data: str) -> None:
        """Pass over what nobody sees."""

    def characters(self, text: str) -> None:
        """Keep the text that an excerpt could begin with."""
        if not self._muted and self._parts:
            self.texts.append((self._parts, text))

    def start_element(self, tag: str, attrs: tuple[tuple[str, str | None], ...]) -> None:
        """Take a start tag."""
        self._depth += 1
        tag = tag.removesuffix(MARK)
        if tag in _BLOCKS:
            self.characters("\n")
        if self._muted or (not attrs and tag not in _MUTED and tag not in _PLAIN):
            return
        values = {name: value or "" for name, value in attrs}
        if tag in _ANCHORS:
            if "href" in values and self._parts and len(self.anchors) < MAX_ANCHORS:
                self.anchors.append(_Anchor(values["href"], self._parts))
            return
        if tag == "base":
            self.base = self.base or values.get("href", "")
        elif tag == "meta":
            self._describe(values)
        elif tag == "link":
            if "canonical" in values.get("rel", "").lower().split():
                self.canonical = self.canonical or values.get("href", "")
        else:
            self._enter(tag, values)

    def end_element(self, tag: str) -> None:
        """Take an end tag; every element has one."""
        if self._scopes and self._scopes[-1].depth == self._depth:
            _, self._parts, self._muted = self._scopes.pop()
        self._depth -= 1
        if tag in _BLOCKS:
            self.characters("\n")

    def _describe(self, values: dict[str, str]) -> None:
        name = (values.get("name") or values.get("property") or "").lower()
        if name in ("description", "og:description") and not self.description:
            self.description = visible(unmarked(values.get("content", ""))[: 4 * MAX_EXCERPT])

    def _enter(self, tag: str, values: dict[str, str]) -> None:
        classes = frozenset(values.get("class", "").lower().split())
        role = values.get("role", "").strip().lower()
        parts, muted = self._parts, tag in _MUTED
        if tag in ("html", "body"):
            # Their classes are about the page and not about a part of it.
            classes = classes & (_CONTENT | _ENTRY)
        if (
            tag in ("nav", "footer")
            or role in _OTHER_ROLES
            or classes & _OTHERS
            or values.get("id", "").lower() in _OTHER_IDS
        ):
            parts = ()
        elif (
            tag == "aside"
            or role == "complementary"
            or (tag == "article" and any(self._ranks[part] <= _ARTICLE for part in parts))
        ):
            # An article within another one is most often a comment on it (HTML 4.3.2).
            parts = tuple(part for part in parts if self._ranks[part] == _BEST)
        elif tag == "header":
            parts = tuple(part for part in parts if self._ranks[part] <= _ARTICLE)
        elif parts:
            rank = _rank(tag, role, classes, values)
            if rank is not None and all(self._ranks[part] > rank for part in parts):
                self._ranks.append(rank)
                parts = (*parts, len(self._ranks) - 1)
        if parts != self._parts or muted:
            self._scopes.append(_Scope(self._depth, self._parts, self._muted))
            self._parts, self._muted = parts, muted


_PLAIN = frozenset(("article", "aside", "footer", "header", "main", "nav"))


def _rank(tag: str, role: str, classes: frozenset[str], values: dict[str, str]) -> int | None:
    if classes & _CONTENT or values.get("itemprop") == "articleBody":
        return _BEST
    if classes & _ENGINES:
        return _BY_ENGINE
    if tag == "article" or role == "article" or classes & _ENTRY:
        return _ARTICLE
    if tag == "main" or role == "main":
        return _MAIN
    return None
