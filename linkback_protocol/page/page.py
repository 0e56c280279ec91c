"""`Page` and `Link`: what is known of a page that was fetched."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple, Self

from linkback_protocol import url as urls
from linkback_protocol.page.decoding import PLAIN, XHTML, decode
from linkback_protocol.page.reader import MAX_ANCHORS, Anchor, HTMLReader, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linkback_protocol.url import URL

EXCERPT = 255
"""Characters of an excerpt."""
LONG_WORD = 40
"""Characters of a word from which on it may be cut, as text that is not spaced has to be."""
FAR = 1000
"""Pieces of a text between a link and its neighbour that are looked at."""

_HTML = "text/html"
_READABLE = frozenset(("", _HTML, XHTML, PLAIN))
_PROVING = frozenset(("a", "area", "text"))
# White space, quotation marks and brackets that no address has bare, and CJK punctuation, since
# nothing else stands between an address and a sentence there.
_ADDRESS = re.compile(
    r"https?://[^\s<>\"\u201c\u201d\u00ab\u00bb\u3001\u3002\u3008-\u3011\uff01\uff08\uff09\uff0c"
    r"\uff1a\uff1b\uff1f]+",
    re.IGNORECASE,
)
# An address whose host is what it looks like: lower case, no escapes, port, credentials or IDNA.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN_ADDRESS = re.compile(
    rf"https?://(?!xn--|[^/?#]*\.xn--)((?:{_LABEL}\.){{1,3}}[a-z]{{2,20}})"
    r"(?:[/?#][!#-;=?-\[\]_a-z~]{0,500})?\Z"
)
# What ends a sentence or a parenthesis, not an address.
_TRAILING = frozenset(".,;:!?'*\u2019\u2026")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def readable(content_type: str) -> bool:
    """Return whether a page of this Content-Type can be read: HTML, XHTML, plain text (PB-5-1).

    Without one it is taken for HTML, as browsers do (PB-A10).
    """
    return _split(content_type)[0] in _READABLE


def _split(content_type: str) -> tuple[str, str]:
    """Return the media type and the charset, as far as there are any."""
    media_type, *parameters = content_type[:1000].split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return _lone(media_type), value.strip(" \t\"'")
    return _lone(media_type), ""


def _lone(media_type: str) -> str:
    # A header sent twice arrives with a comma between.
    return media_type.partition(",")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Link:
    """A link from a page.

    `url` is where it leads, with the page's ``<base>`` applied. `element` is the name of what
    links: ``a``, ``area``, ``img``, ``iframe``, ``link`` and the like; ``text`` in plain text.
    `rel` are its tokens in lower case. `text` is what a reader sees of it, else the descriptions of
    the pictures in it, or what is hidden in it. `region` is ``nav``, ``aside``, ``header`` or
    ``footer`` where it stands in such a part of the page; those of an article are the article's.
    `hidden` says why a reader cannot see the link, as far as the element and those round it tell;
    it is empty where nothing does. `start` and `end` are its place in the page's text.
    """

    url: URL
    element: str
    rel: frozenset[str]
    text: str
    region: str
    hidden: str
    start: int
    end: int


class Neighbour(NamedTuple):
    """A link that stands beside another; what it has in common with `Link` means the same.

    `distance` are the characters of the page between the two, with all white space.
    """

    url: URL
    rel: frozenset[str]
    text: str
    region: str
    hidden: str
    distance: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that was fetched; everything in it is plain text by a stranger.

    `url` is where it was found, after redirects. `media_type` and `charset` are those it was read
    by. `title` is that of the page, else of its social card, else its first heading; `site_name`
    and `language` are what it says, or empty. `truncated` tells that not all of it was read.
    `content_type` and `body` are what it was read from.
    """

    url: URL
    media_type: str
    charset: str
    title: str
    site_name: str
    language: str
    truncated: bool
    content_type: str = field(repr=False, compare=False)
    body: bytes = field(repr=False, compare=False)
    _pieces: tuple[str, ...] = field(repr=False)
    _base: URL = field(repr=False, compare=False)
    _anchors: list[Anchor] = field(repr=False, compare=False)
    _passages: list[int] = field(repr=False, compare=False)

    @classmethod
    def parse(
        cls, body: bytes, *, url: URL, content_type: str = "", truncated: bool = False
    ) -> Self:
        """Read a page; any bytes give one, in time and memory linear in their number.

        :param url: where it was found.
        :param truncated: whether `body` is the beginning of something longer.
        """
        media_type, label = _split(content_type)
        text, charset = decode(body, media_type=media_type, label=label, truncated=truncated)
        if media_type == PLAIN:
            reader = _read_plain(visible(text))
        else:
            reader = HTMLReader.read(text, xhtml=media_type == XHTML)
        base = urls.resolve(url, reader.base) if reader.base else None
        return cls(
            url=url,
            media_type=media_type or _HTML,
            charset=charset,
            title=reader.title or reader.meta.get("og:title") or reader.heading,
            site_name=reader.meta.get("og:site_name") or reader.meta.get("application-name", ""),
            language=reader.language,
            truncated=truncated or reader.full,
            content_type=content_type,
            body=body,
            _pieces=tuple(reader.pieces),
            _base=base or url,
            _anchors=reader.anchors,
            _passages=reader.passages,
        )

    @property
    def text(self) -> str:
        """What a reader sees, words separated by single spaces."""
        return self._folded.text

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All links to web pages, in the order of the document, at most `MAX_ANCHORS`."""
        return tuple(self._links((anchor, self._leads_to(anchor)) for anchor in self._anchors))

    def links_to(self, *pages: URL) -> list[Link]:
        """Return the links to any of these pages, compared by key.

        Only what a reader can follow counts: ``a`` and ``area``, or an address in plain text. A
        page that shows a picture of ours does not link to it, nor does one that names us in a
        ``<link>``. Whether a link is hidden is for validators to judge.
        """
        keys = {page.key for page in pages}
        hosts = {page.host for page in pages}
        # An IPv6 address has many spellings, and what stands on the same host may leave it out.
        all_may = self._base.host in hosts or any(":" in host for host in hosts)
        found = []
        for anchor in self._anchors:
            # Ruling links out unresolved saves most of what a page costs.
            if not all_may:
                reference = anchor.reference.lower()
                if reference.isascii() and "\t" not in reference and "\n" not in reference:
                    for host in hosts:
                        if host in reference:
                            break
                    else:
                        continue
            if anchor.element in _PROVING:
                leads_to = self._leads_to(anchor)
                if leads_to is not None and leads_to.key in keys:
                    found.append((anchor, leads_to))
        return self._links(found)

    def neighbours(self, links: Sequence[Link], *, each_side: int) -> list[Neighbour]:
        """Return what stands beside links of this page, and these, in the order of the document.

        It costs what it returns, and not what the page has: `links` resolves all of them, and finds
        their places. Only links of the same host as the first are looked for, by the name of that
        in their reference.

        :param links: some links of this page; the first three places with one of them count.
        :param each_side: links before and behind each.
        """
        if not links:
            return []
        host = links[0].url.host
        wanted = {link.url for link in links}
        places = (
            index
            for index, anchor in enumerate(self._anchors)
            if host in anchor.reference.lower() and self._leads_to(anchor) in wanted
        )
        found: dict[int, Neighbour] = {}
        for place in islice(places, 3):
            around = range(
                max(0, place - each_side), min(len(self._anchors), place + each_side + 1)
            )
            for index in around:
                neighbour = self._neighbour(index, place)
                if neighbour is not None and (
                    index not in found or neighbour.distance < found[index].distance
                ):
                    found[index] = neighbour
        return [found[index] for index in sorted(found)]

    def _neighbour(self, index: int, place: int) -> Neighbour | None:
        anchor, other = self._anchors[index], self._anchors[place]
        leads_to = self._leads_to(anchor)
        if leads_to is None:
            return None
        text = visible("".join(self._pieces[anchor.start : min(anchor.end, anchor.start + FAR)]))
        if index < place:
            between = self._pieces[max(anchor.end, other.start - FAR) : other.start]
        else:
            between = self._pieces[other.end : min(anchor.start, other.end + FAR)]
        return Neighbour(
            url=leads_to,
            rel=frozenset(anchor.rel.lower().split()),
            text=text or visible(" ".join(anchor.words)),
            region=anchor.region,
            hidden=anchor.hidden,
            distance=sum(map(len, between)),
        )

    def linked_hosts(self) -> set[str]:
        """Return the hosts that a reader can follow a link to, but for links in menus and the like.

        The same as those of `links`, at a tenth of the price: most addresses show their host
        without being taken apart.
        """
        hosts = set()
        for anchor in self._anchors:
            if anchor.element not in _PROVING or anchor.region:
                continue
            plain = _PLAIN_ADDRESS.match(anchor.reference)
            if plain is not None:
                hosts.add(plain[1])
            elif (leads_to := self._leads_to(anchor)) is not None:
                hosts.add(leads_to.host)
        return hosts

    def _leads_to(self, anchor: Anchor) -> URL | None:
        return urls.resolve(self._base, anchor.reference)

    def _links(self, anchors: Iterable[tuple[Anchor, URL | None]]) -> list[Link]:
        links = []
        place = _Place(self._folded)
        for anchor, leads_to in anchors:
            if leads_to is None:
                continue
            raw = "".join(self._pieces[anchor.start : anchor.end])
            text = visible(raw)
            start = place.of(anchor.start, raw if text else "")
            empty = not text and not anchor.has_picture and anchor.element == "a"
            links.append(
                Link(
                    url=leads_to,
                    element=anchor.element,
                    rel=frozenset(anchor.rel.lower().split()),
                    text=text or visible(" ".join(anchor.words)),
                    region=anchor.region,
                    hidden=anchor.hidden or ("empty anchor" if empty else ""),
                    start=start,
                    end=start + len(text),
                )
            )
        return links

    @cached_property
    def _folded(self) -> _Folded:
        return _Folded(self._pieces, self._passages)

    def excerpt(self, link: Link, *, length: int = EXCERPT) -> str:
        """Return the text round a link: whole words, with an ellipsis where it is cut.

        It does not reach beyond the part of the page that the link stands in, so that an article is
        not quoted with the menu beside it. The link's own text is in it, if there is room.

        :param length: characters at most, ellipses included.
        """
        starts = self._folded.starts
        following = bisect_right(starts, link.start)
        low = starts[following - 1]
        following = max(following, bisect_left(starts, link.end))
        high = starts[following] if following < len(starts) else len(self.text)
        if self.text[low:high].startswith(" "):
            low += 1
        return _around(self.text[low:high], link.start - low, link.end - low, length)


def _around(text: str, start: int, end: int, length: int) -> str:
    """Return at most `length` characters, with those from `start` to `end` in the middle."""
    if len(text) <= length:
        return text
    room = length - 2
    if room <= 0:
        return "…"[: max(0, length)]
    if end - start > room:
        # It is quoted from its beginning, and cut like the rest.
        end = start
    left = max(0, start - (room - (end - start)) // 2)
    right = left + room
    # One ellipsis is enough for a text that is cut on one side.
    if left == 0:
        right = length - 1
    elif right >= len(text):
        left, right = len(text) - (length - 1), len(text)
    # A word that does not fit is left out, unless it is a long one.
    if left > 0 and text[left - 1] != " ":
        gap = text.find(" ", left, min(start, left + LONG_WORD))
        if gap >= 0:
            left = gap + 1
        elif start - text.rfind(" ", 0, left) <= LONG_WORD:
            left = start
    if right < len(text) and text[right] != " ":
        gap = text.rfind(" ", max(end, right - LONG_WORD), right)
        if gap >= 0:
            right = gap
        elif f"{text} ".index(" ", right) - end <= LONG_WORD:
            right = end
    return f"{'…' if left > 0 else ''}{text[left:right].strip()}{'…' if right < len(text) else ''}"


class _Folded:
    """The text of a page in words, and where its passages begin in that.

    :param passages: numbers of the pieces that they begin with, ascending; the first is 0.
    """

    def __init__(self, pieces: tuple[str, ...], passages: list[int]) -> None:
        self.pieces = pieces
        self.passages = passages
        self.starts: list[int] = []
        self.ends_in_space: list[bool] = []
        """Whether white space stands before a passage."""
        words: list[str] = []
        length, space = 0, False
        for begin, end in pairwise((*passages, len(pieces))):
            self.starts.append(length)
            self.ends_in_space.append(space)
            raw = "".join(pieces[begin:end])
            folded = visible(raw)
            if folded:
                words.append(f" {folded}" if length and (space or raw[0].isspace()) else folded)
                length += len(words[-1])
                space = raw[-1].isspace()
            elif raw:
                space = True
        self.text = "".join(words)


class _Place:
    """Finds where pieces begin in a folded text; asked in the order of the document."""

    def __init__(self, folded: _Folded) -> None:
        self._folded = folded
        self._done = 0
        self._length = 0
        self._space = False

    def of(self, index: int, text: str) -> int:
        """Return the offset of `text`, which begins with the piece at `index`."""
        folded = self._folded
        passage = bisect_right(folded.passages, index) - 1
        if folded.passages[passage] > self._done:
            self._done = folded.passages[passage]
            self._length, self._space = folded.starts[passage], folded.ends_in_space[passage]
        if index > self._done:
            passed = "".join(folded.pieces[self._done : index])
            self._done = index
            words = visible(passed)
            if words:
                self._length += len(words) + self._gap(passed)
                self._space = passed[-1].isspace()
            elif passed:
                self._space = True
        return self._length + self._gap(text)

    def _gap(self, text: str) -> int:
        return int(bool(self._length and text) and (self._space or text[0].isspace()))


def _read_plain(text: str) -> HTMLReader:
    """Read a text, in pieces that are addresses or stand between them."""
    reader = HTMLReader()
    done = 0
    for anchor in islice(_addresses(text), MAX_ANCHORS):
        start, end = anchor.start, anchor.end
        reader.pieces += (text[done:start], text[start:end])
        done = end
        anchor.start, anchor.end = len(reader.pieces) - 1, len(reader.pieces)
        reader.anchors.append(anchor)
    reader.pieces.append(text[done:])
    reader.full = len(reader.anchors) == MAX_ANCHORS
    return reader


def _addresses(text: str) -> Iterator[Anchor]:
    """Find the web addresses in plain text, without the punctuation of the sentence round them."""
    for match in _ADDRESS.finditer(text):
        start, end = match.span()
        if end - start > urls.MAX_LENGTH:
            continue
        address = match[0]
        surplus = {
            closing: address.count(closing) - address.count(opening)
            for closing, opening in _PAIRS.items()
        }
        while address:
            last = address[-1]
            if surplus.get(last, 0) > 0:
                surplus[last] -= 1
            elif last not in _TRAILING:
                break
            address = address[:-1]
        yield Anchor(
            element="text",
            reference=address,
            rel="",
            region="",
            hidden="",
            start=start,
            end=start + len(address),
        )
