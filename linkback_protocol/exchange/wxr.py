"""Reading pingbacks and trackbacks from an export file of WordPress (WXR), one at a time.

WordPress keeps them as comments. What a pingback calls its page and what a trackback calls its blog
stand in the name of the author, the source in the author's address; a trackback's title is the bold
first line of its text. All of it is HTML there, and becomes plain text here.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from linkback_protocol.exchange.broken import BrokenFile, Readable, Unfit, utc
from linkback_protocol.linkback import Linkback, Move, Protocol, Status
from linkback_protocol.page import Page
from linkback_protocol.page.page import EXCERPT
from linkback_protocol.page.reader import MAX_TITLE
from linkback_protocol.url import InvalidURL, parse
from linkback_protocol.wire.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.parsers.expat import XMLParserType

    from linkback_protocol.url import URL

MAX_TAG = 1024 * 1024
"""Bytes of one tag or comment of the XML; a larger one is refused."""
MAX_DEPTH = 100
MAX_TEXT = 20_000
"""Characters that are looked at of what an element holds."""
_CHUNK = 64 * 1024

_WP = re.compile(r"http://wordpress\.org/export/1\.[0-9]/\Z")
_CHANNEL: Final = ["rss", "channel"]
_VERSION: Final = [*_CHANNEL, "wp:wxr_version"]
_ITEM: Final = [*_CHANNEL, "item"]
_LINK: Final = [*_ITEM, "link"]
_COMMENT: Final = [*_ITEM, "wp:comment"]
_STATUS: Final = {
    "1": Status.APPROVED,
    "0": Status.PENDING,
    "spam": Status.SPAM,
    "trash": Status.TRASH,
    "post-trashed": Status.TRASH,
}
_NO_DATE: Final = "0000-00-00 00:00:00"
_TITLE = re.compile(r"\s*<strong>(.*?)</strong>", re.DOTALL | re.IGNORECASE)
_ANYWHERE = parse("http://localhost/")


class _Field(NamedTuple):
    text: str
    line: int


class _Comment(NamedTuple):
    line: int
    link: _Field | None
    fields: dict[str, _Field]


def read_wxr(file: Readable) -> Iterator[Linkback]:
    """Read the linkbacks of an export file; its other comments are passed over.

    No DTD is read. Takes the memory of a few comments, whatever the size of the file.

    :raises BrokenFile: it is no XML, no export file, or a linkback in it lacks something or has an
        address or a date that is none; all before it was returned already.
    """
    target = _Target()
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    target.position = parser.parser
    size = 0
    while data := file.read(_CHUNK):
        size += len(data)
        _feed(parser, data)
        yield from target.taken()
        # The parser keeps a tag until it ends, however long that takes.
        if size - parser.parser.CurrentByteIndex > MAX_TAG:
            raise BrokenFile(parser.parser.CurrentLineNumber, "a tag is longer than 1 MiB")
    _feed(parser, None)
    yield from target.taken()
    if not target.is_export:
        raise BrokenFile(1, "this is no export file of WordPress: wp:wxr_version is missing")


def _feed(parser: DefusedXMLParser, data: bytes | None) -> None:
    try:
        if data is None:
            parser.close()
        else:
            parser.feed(data)
    except ParseError as error:
        line, _ = error.position
        raise BrokenFile(line, f"this is no XML: {str(error).partition(':')[0]}") from error
    except DefusedXmlException as error:
        line = parser.parser.CurrentLineNumber
        raise BrokenFile(line, "this has a DTD, which is never read") from error
    except (LookupError, ValueError) as error:
        raise BrokenFile(1, "this is in an encoding that cannot be read") from error


class _Target:
    """Collects comments while the parser runs."""

    def __init__(self) -> None:
        self.is_export = False
        self.position: XMLParserType
        self._path: list[str] = []
        self._comments: list[_Comment] = []
        self._comment = _Comment(0, None, {})
        self._link: _Field | None = None
        self._pieces: list[str] | None = None
        self._room = 0
        self._began = 0

    def taken(self) -> Iterator[Linkback]:
        """Return the linkbacks among the comments so far, and forget them."""
        comments, self._comments = self._comments, []
        for comment in comments:
            linkback = _linkback(comment)
            if linkback is not None:
                yield linkback

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Take a start tag."""
        del attrs
        line = self.position.CurrentLineNumber
        if len(self._path) >= MAX_DEPTH:
            raise BrokenFile(line, f"more than {MAX_DEPTH} elements within each other")
        inside = self._path
        self._path = [*inside, _short(tag)]
        if self._path == _ITEM:
            self._link = None
        elif self._path == _COMMENT:
            self._comment = _Comment(line, self._link, {})
        elif self._path == _VERSION:
            self.is_export = True
        elif inside == _COMMENT or self._path == _LINK:
            self._pieces, self._room, self._began = [], MAX_TEXT, line

    def data(self, text: str) -> None:
        """Take a piece of text."""
        if self._pieces is not None and self._room > 0:
            self._pieces.append(text[: self._room])
            self._room -= len(text)

    def end(self, tag: str) -> None:
        """Take an end tag."""
        del tag
        *inside, name = self._path
        if self._path == _COMMENT:
            self._comments.append(self._comment)
        elif self._pieces is not None and (inside == _COMMENT or self._path == _LINK):
            found = _Field("".join(self._pieces).strip(), self._began)
            self._pieces = None
            if inside == _COMMENT:
                self._comment.fields[name] = found
            else:
                self._link = found
        self._path = inside

    def close(self) -> None:
        """Take the end of the file."""


def _short(tag: str) -> str:
    """Return a name with WordPress' own prefix, whatever that of the file and its version."""
    space, _, name = tag.removeprefix("{").rpartition("}")
    if not space:
        return name
    return f"wp:{name}" if _WP.match(space) else tag


def _linkback(comment: _Comment) -> Linkback | None:
    """Return the linkback that a comment is; None for what readers wrote."""

    def told(name: str) -> _Field:
        return comment.fields.get(f"wp:comment_{name}", _Field("", comment.line))

    kind = told("type").text
    if kind not in tuple(Protocol):
        return None
    protocol = Protocol(kind)
    if comment.link is None:
        raise BrokenFile(comment.line, f"a {kind} stands before the link of its item")
    source = _address(told("author_url"), "wp:comment_author_url")
    target = _address(comment.link, "the link of the item")
    status = _STATUS.get(told("approved").text)
    if status is None:
        raise BrokenFile(told("approved").line, "wp:comment_approved is not 1, 0, spam or trash")
    received = _received(told("date_gmt"), told("date"))
    author = _plain(told("author").text, limit=MAX_TITLE)
    content = told("content").text
    title, site_name = author, ""
    if protocol is Protocol.TRACKBACK:
        bold = _TITLE.match(content)
        title, site_name = _plain(bold[1], limit=MAX_TITLE) if bold else "", author
        content = content[bold.end() :] if bold else content
    return Linkback(
        id=0,
        protocol=protocol,
        source=str(source),
        target=str(target),
        page=target.page,
        status=status,
        title=title,
        excerpt=_plain(content, limit=EXCERPT),
        site_name=site_name,
        sender=_sender(told("author_IP").text),
        received=received,
        updated=received,
        history=(Move(received, status, "import"),),
    )


def _address(field: _Field, name: str) -> URL:
    try:
        return parse(field.text)
    except InvalidURL as error:
        raise BrokenFile(field.line, f"{name} is not the URL of a page: {error}") from error


def _received(in_utc: _Field, local: _Field) -> datetime:
    # What WordPress itself took from elsewhere may lack the time in UTC.
    field = local if in_utc.text in ("", _NO_DATE) else in_utc
    try:
        return utc(datetime.strptime(field.text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC))
    except Unfit as error:
        raise BrokenFile(field.line, f"wp:comment_date_gmt {error}") from error
    except ValueError as error:
        problem = "wp:comment_date_gmt is no time as 2026-01-02 03:04:05"
        raise BrokenFile(field.line, problem) from error


def _plain(markup: str, *, limit: int) -> str:
    page = Page.parse(markup.encode(), url=_ANYWHERE, content_type="text/html; charset=utf-8")
    return plain(page.text, limit=limit)


def _sender(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
