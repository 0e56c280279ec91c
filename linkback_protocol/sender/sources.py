"""The pages of a site to send for: a folder of HTML files, a sitemap, or a feed.

Each comes with a mark that changes when the page does, so that what has not changed since the last
time costs next to nothing.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import iterparse

from linkback_protocol import url as urls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linkback_protocol.fetch import Fetcher
    from linkback_protocol.url import URL

MAX_SITEMAP = 50 << 20
"""Bytes of a sitemap, as its protocol has it."""
MAX_SITEMAPS = 500
"""Sitemaps that an index leads to."""
MAX_FEED = 10 << 20
"""Bytes of a feed."""
MAX_FILE = 5 << 20
"""Bytes of an HTML file; longer ones are passed over."""

_INDEX = ("index.html", "index.htm", "index.xhtml")
_HTML = (".html", ".htm", ".xhtml")
_GZIP = b"\x1f\x8b"


class UnreadableSource(Exception):
    """A folder, sitemap or feed that cannot be read; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A page to send for.

    `name` tells it from others, and `mark` its state; `html` is None where it has to be fetched.
    An empty mark is that of a page which has to be read to know whether it changed.
    """

    name: URL
    mark: str
    html: bytes | None = None


def html_files(folder: str | os.PathLike[str], site: URL) -> Iterator[PublishedPage]:
    """Yield the pages in a folder that a static site generator wrote, one file in memory at once.

    ``post/index.html`` is ``post/``, and ``post.html`` is what it is called. Files and folders
    whose name begins with a dot are passed over.

    :param site: what the folder is published as.
    :raises UnreadableSource: there is no such folder.
    """
    root = Path(folder)
    if not root.is_dir():
        raise UnreadableSource(f"there is no folder {str(folder)!r}")
    base = str(site) if site.path.endswith("/") else f"{site}/"
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            if name.startswith(".") or not name.lower().endswith(_HTML):
                continue
            path = Path(parent, name)
            place = path.relative_to(root).as_posix()
            if name in _INDEX:
                place = place.removesuffix(name)
            try:
                address = urls.parse(base + quote(place))
                with path.open("rb") as file:
                    content = file.read(MAX_FILE + 1)
            except (OSError, urls.InvalidURL):
                # A dangling link, or a file that is being written: the next time.
                continue
            if len(content) <= MAX_FILE:
                yield PublishedPage(address, digest(content), content)


def sitemap_pages(
    sitemap: str, fetcher: Fetcher, *, site: Iterable[URL] = ()
) -> Iterator[PublishedPage]:
    """Yield the pages that a sitemap lists; an index of sitemaps is followed.

    :param sitemap: URL or path.
    :param fetcher: fetches it, and lets `MAX_SITEMAP` bytes through.
    :param site: what the pages must be under; by default the host of the sitemap.
    :raises UnreadableSource: it cannot be read, or is no sitemap.
    """
    queue, seen = [sitemap], {sitemap}
    while queue:
        place = queue.pop(0)
        remote = place.startswith(("http://", "https://"))
        ours = list(site) or ([_root(place)] if remote else [])
        content = _fetched(place, fetcher) if remote else _file(place)
        try:
            for kind, location, changed in _entries(_unzipped(content, place)):
                if kind == "sitemap":
                    if location not in seen and len(seen) < MAX_SITEMAPS:
                        seen.add(location)
                        queue.append(location)
                    continue
                try:
                    address = urls.parse(location)
                except urls.InvalidURL:
                    continue
                if not ours or any(urls.is_below(address, base) for base in ours):
                    yield PublishedPage(address, changed)
        except (ParseError, ValueError, LookupError) as error:
            raise UnreadableSource(f"{place!r} is no sitemap: {error}") from error


def feed_entries(
    feed: str, fetcher: Fetcher, *, site: Iterable[URL] = ()
) -> Iterator[PublishedPage]:
    """Yield the pages of the entries of an RSS or Atom feed, as the feed orders them.

    Where the link of an entry leads to another site, as in a link blog, the entry's permanent
    identifier is its page if that is one of ours.

    :param fetcher: fetches it, and lets `MAX_FEED` bytes through.
    :param site: what the pages must be under; by default the host of the feed.
    :raises UnreadableSource: it cannot be read, is no feed, or feedparser is not there.
    """
    try:
        feedparser: Any = import_module("feedparser")
    except ImportError as error:
        raise UnreadableSource(
            "feeds are read by feedparser; install 'linkback-protocol[feed]'"
        ) from error
    # Bytes are never taken for an address or a path.
    parsed = feedparser.parse(io.BytesIO(_fetched(feed, fetcher)))
    if not parsed.entries and not parsed.get("version"):
        raise UnreadableSource(f"{feed!r} is neither an RSS nor an Atom feed")
    ours = list(site) or [_root(feed)]
    for entry in parsed.entries:
        changed = entry.get("updated") or entry.get("published") or ""
        contents = [each.get("value", "") for each in entry.get("content", ())]
        text = "\0".join([changed, entry.get("title", ""), entry.get("summary", ""), *contents])
        for reference in (entry.get("link", ""), entry.get("id", "")):
            try:
                address = urls.parse(reference)
            except urls.InvalidURL:
                continue
            if any(urls.is_below(address, base) for base in ours):
                yield PublishedPage(address, digest(text.encode("utf-8", "replace")))
                break


def digest(content: bytes) -> str:
    """Return the mark of a page with this content."""
    return hashlib.sha256(content).hexdigest()[:32]


def _root(address: str) -> URL:
    return urls.parse(urls.parse(address).origin + "/")


def _fetched(address: str, fetcher: Fetcher) -> bytes:
    try:
        response = fetcher.request("GET", address, headers={"Accept": "*/*"})
    except urls.InvalidURL as error:
        raise UnreadableSource(f"{address[:200]!r} is no address: {error}") from error
    if not 200 <= response.status < 300:
        raise UnreadableSource(f"{address!r} answers {response.status}")
    if response.truncated:
        raise UnreadableSource(f"{address!r} is longer than is read")
    return response.body


def _file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UnreadableSource(f"cannot read {path!r}: {error.strerror}") from error


def _unzipped(content: bytes, place: str) -> bytes:
    if not content.startswith(_GZIP):
        return content
    member = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = member.decompress(content, MAX_SITEMAP)
    except zlib.error as error:
        raise UnreadableSource(f"{place!r} is broken gzip data") from error
    if member.unconsumed_tail:
        raise UnreadableSource(f"{place!r} is longer than a sitemap may be")
    return plain


def _entries(content: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield kind ("url" or "sitemap"), location and date of change of each entry."""
    kinds = 0
    for _, element in iterparse(io.BytesIO(content), events=("end",), forbid_dtd=True):
        kind = element.tag.rpartition("}")[2]
        if kind in ("urlset", "sitemapindex"):
            kinds += 1
        if kind in ("url", "sitemap"):
            said = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element}
            if said.get("loc"):
                yield kind, said["loc"], said.get("lastmod", "")
            element.clear()
    if not kinds:
        raise ValueError("it has neither urlset nor sitemapindex")
