"""Feeds: XML whatever strangers wrote, with ids that stay."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback_protocol import Linkback, Status
from linkback_protocol.exchange import feed_pieces, to_feed
from linkback_protocol.url import InvalidURL
from linkback_protocol.wire.text import carriable
from tests.exchange.samples import HOSTILE, MOMENT, PAGE, linkbacks, sample, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

ATOM = "{http://www.w3.org/2005/Atom}"
XML_SPACE = re.compile("\r\n|\r")
Kind = Literal["rss", "atom"]
KINDS: list[Kind] = ["rss", "atom"]


def atom(kept: Iterable[Linkback], **settings: str) -> Element:
    return fromstring(to_feed(kept, kind="atom", link=PAGE, **settings))


def rss(kept: Iterable[Linkback], **settings: str) -> Element:
    root = fromstring(to_feed(kept, kind="rss", link=PAGE, **settings))
    (channel,) = root
    assert (root.tag, root.get("version"), channel.tag) == ("rss", "2.0", "channel")
    return channel


def text(element: Element, path: str) -> str:
    found = element.find(path)
    assert found is not None, path
    return found.text or ""


@settings(deadline=None)
@given(st.lists(linkbacks(status=st.just(Status.APPROVED)), max_size=3), texts)
def test_any_text_is_carried(kept: list[Linkback], title: str) -> None:
    found = atom(kept, title=title)
    assert text(found, f"{ATOM}title") == carriable(title)
    for entry, linkback in zip(found.findall(f"{ATOM}entry"), kept, strict=True):
        assert text(entry, f"{ATOM}title") == carriable(linkback.title or linkback.source)
        assert text(entry, f"{ATOM}summary") == carriable(linkback.excerpt)
    items = rss(kept, title=title).findall("item")
    assert len(items) == len(kept)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_rss_has_no_tag_even_for_those_who_look_for_one(hostile: str) -> None:
    (item,) = rss([sample(title=hostile, excerpt=hostile)]).findall("item")
    assert "<" not in text(item, "title")
    assert "<" not in text(item, "description")


def test_rss_means_its_descriptions_to_be_html() -> None:
    (item,) = rss([sample(title="Tom & Jerry", excerpt="1 < 2 & 3")]).findall("item")
    assert text(item, "title") == "Tom & Jerry"
    assert text(item, "description") == "1 &lt; 2 &amp; 3"


def test_atom_has_what_it_requires() -> None:
    kept = sample(site_name="Their blog", excerpt="In short")
    found = atom([kept, sample(2)], title="What links here", feed_url=PAGE + "feed.xml")
    assert [child.tag.removeprefix(ATOM) for child in found][:5] == [
        *("id", "title", "updated", "link", "link")
    ]
    assert text(found, f"{ATOM}id").startswith("urn:uuid:")
    assert datetime.fromisoformat(text(found, f"{ATOM}updated")) == sample(2).updated
    links = {link.get("rel"): link.get("href") for link in found.findall(f"{ATOM}link")}
    assert links == {"alternate": PAGE, "self": PAGE + "feed.xml"}
    first, second = found.findall(f"{ATOM}entry")
    assert text(first, f"{ATOM}author/{ATOM}name") == "Their blog"
    assert text(second, f"{ATOM}author/{ATOM}name") == "h2.example"
    assert datetime.fromisoformat(text(first, f"{ATOM}published")) == kept.received
    assert datetime.fromisoformat(text(first, f"{ATOM}updated")) == kept.updated
    links = {link.get("rel"): link.get("href") for link in first.findall(f"{ATOM}link")}
    assert links == {"alternate": kept.source, "related": PAGE}


def test_rss_has_what_it_requires() -> None:
    kept = sample(excerpt="In short")
    found = rss([kept], title="What links here", feed_url=PAGE + "feed.xml")
    assert [text(found, name) for name in ("title", "link")] == ["What links here", PAGE]
    assert PAGE in text(found, "description")
    assert parsedate_to_datetime(text(found, "lastBuildDate")) == kept.updated
    own = found.find(f"{ATOM}link")
    assert own is not None
    assert (own.get("rel"), own.get("href")) == ("self", PAGE + "feed.xml")
    (item,) = found.findall("item")
    assert text(item, "link") == kept.source
    assert parsedate_to_datetime(text(item, "pubDate")) == MOMENT
    guid = item.find("guid")
    assert guid is not None
    assert guid.get("isPermaLink") == "false"


def ids(kept: Iterable[Linkback]) -> list[str]:
    kept = list(kept)
    found = [text(entry, f"{ATOM}id") for entry in atom(kept).findall(f"{ATOM}entry")]
    assert found == [text(item, "guid") for item in rss(kept).findall("item")]
    return found


def test_ids_stay_when_all_else_changes() -> None:
    before = [sample(1), sample(2), sample(1, page=PAGE + "2/")]
    assert len(set(ids(before))) == 3
    after = [
        replace(each, id=each.id + 7, title="new", source=each.source.replace("http:", "https:"))
        for each in before
    ]
    assert ids(after) == ids(before)


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_is_approved_is_published(kind: Kind) -> None:
    kept = [sample(number, status=status) for number, status in enumerate(Status)]
    kept[0] = replace(kept[0], updated=sample(99).updated)
    found = to_feed(kept, kind=kind, link=PAGE)
    assert found.count("http://h") == 1
    assert found == to_feed([kept[2]], kind=kind, link=PAGE)


@pytest.mark.parametrize("kind", KINDS)
def test_none_at_all_is_a_feed_too(kind: Kind) -> None:
    found = to_feed([], kind=kind, link=PAGE)
    assert "1970" in found
    assert fromstring(found) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_addresses_are_told_at_once(kind: Kind) -> None:
    with pytest.raises(InvalidURL):
        feed_pieces([], kind=kind, link="nonsense")
    with pytest.raises(InvalidURL):
        feed_pieces([], kind=kind, link=PAGE, feed_url="nonsense")
