"""Approved linkbacks as an RSS 2.0 or Atom 1.0 feed, for readers and for static sites.

Everything in a linkback is plain text by strangers, and what a feed carries is plain text too. RSS
leaves open whether a title is HTML, and means a description to be: what could be taken for a tag is
escaped once more there.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape as as_html
from typing import TYPE_CHECKING, Literal

from linkback_protocol.linkback import Status
from linkback_protocol.url import parse
from linkback_protocol.wire.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linkback_protocol.linkback import Linkback

    Kind = Literal["rss", "atom"]

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_ATOM = "http://www.w3.org/2005/Atom"


def to_feed(
    linkbacks: Iterable[Linkback],
    *,
    kind: Kind = "atom",
    link: str,
    title: str = "Linkbacks",
    feed_url: str = "",
) -> str:
    """Return a feed of those that are approved, in their order; the rest is left out.

    The same linkbacks give the same feed, byte for byte. The id of an entry is made of its source
    and its page, and stays when the linkback is exported and brought in again.

    :param link: URL of the page or the site that is linked to.
    :param feed_url: where the feed will be found, if that is known.
    :raises InvalidURL: `link` or `feed_url` is none.
    """
    approved = [each for each in linkbacks if each.status is Status.APPROVED]
    updated = max((each.updated for each in approved), default=None)
    pieces = feed_pieces(
        approved, kind=kind, link=link, title=title, feed_url=feed_url, updated=updated
    )
    return "".join(pieces)


def feed_pieces(
    linkbacks: Iterable[Linkback],
    *,
    kind: Kind,
    link: str,
    title: str = "Linkbacks",
    feed_url: str = "",
    updated: datetime | None = None,
) -> Iterator[str]:
    """Return the same feed piece by piece, in the memory of one linkback.

    :param updated: when one of them last changed; None where there are none.
    """
    page = parse(link)
    own = str(parse(feed_url)) if feed_url else ""
    head, entry, tail = _FORMS[kind]
    # Made before the first linkback is read, so that a wrong address is told at once.
    begin = head(title=title, link=str(page), key=page.key, own=own, updated=updated or _NEVER)
    return _pieces(begin, (entry(each) for each in linkbacks if _is_shown(each)), tail)


def _pieces(begin: str, entries: Iterable[str], tail: str) -> Iterator[str]:
    yield begin
    yield from entries
    yield tail


def _is_shown(linkback: Linkback) -> bool:
    return linkback.status is Status.APPROVED


def _id(*keys: str) -> str:
    """Return what names a thing for ever, wherever the feed moves."""
    return uuid.uuid5(uuid.NAMESPACE_URL, " ".join(keys)).urn


def _entry_id(linkback: Linkback) -> str:
    return _id(parse(linkback.source).key, parse(linkback.page).key)


def _rss_head(*, title: str, link: str, key: str, own: str, updated: datetime) -> str:
    del key
    self_link = (
        f'<atom:link rel="self" type="application/rss+xml" href="{escape(own)}"/>\n' if own else ""
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<rss version="2.0" xmlns:atom="{_ATOM}">\n<channel>\n'
        f"<title>{_rss_title(title)}</title>\n<link>{escape(link)}</link>\n"
        f"<description>Pages that link to {escape(as_html(link))}</description>\n"
        f"<lastBuildDate>{_rfc_822(updated)}</lastBuildDate>\n{self_link}"
    )


def _rss_item(linkback: Linkback) -> str:
    title = linkback.title or linkback.source
    description = as_html(linkback.excerpt, quote=False)
    return (
        f"<item>\n<title>{_rss_title(title)}</title>\n<link>{escape(linkback.source)}</link>\n"
        f'<guid isPermaLink="false">{_entry_id(linkback)}</guid>\n'
        f"<pubDate>{_rfc_822(linkback.received)}</pubDate>\n"
        f"<description>{escape(description)}</description>\n</item>\n"
    )


def _rss_title(text: str) -> str:
    return escape(text.replace("<", "&lt;"))


def _rfc_822(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _atom_head(*, title: str, link: str, key: str, own: str, updated: datetime) -> str:
    self_link = f'<link rel="self" type="application/atom+xml" href="{escape(own)}"/>\n'
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="{_ATOM}">\n'
        f"<id>{_id('linkbacks', key)}</id>\n<title>{escape(title)}</title>\n"
        f"<updated>{_rfc_3339(updated)}</updated>\n"
        f'<link rel="alternate" href="{escape(link)}"/>\n{self_link if own else ""}'
    )


def _atom_entry(linkback: Linkback) -> str:
    author = linkback.site_name or parse(linkback.source).authority
    return (
        f"<entry>\n<id>{_entry_id(linkback)}</id>\n"
        f"<title>{escape(linkback.title or linkback.source)}</title>\n"
        f"<author><name>{escape(author)}</name></author>\n"
        f'<link rel="alternate" href="{escape(linkback.source)}"/>\n'
        f'<link rel="related" href="{escape(linkback.page)}"/>\n'
        f"<published>{_rfc_3339(linkback.received)}</published>\n"
        f"<updated>{_rfc_3339(linkback.updated)}</updated>\n"
        f"<summary>{escape(linkback.excerpt)}</summary>\n</entry>\n"
    )


def _rfc_3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


_FORMS = {
    "rss": (_rss_head, _rss_item, "</channel>\n</rss>\n"),
    "atom": (_atom_head, _atom_entry, "</feed>\n"),
}
