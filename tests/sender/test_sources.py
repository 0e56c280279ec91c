from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Fetcher
from linkback_protocol import url as urls
from linkback_protocol.sender import Outbox, Sender
from linkback_protocol.sender.publishing import Publisher
from linkback_protocol.sender.sources import (
    MAX_FILE,
    UnreadableSource,
    feed_entries,
    html_files,
    sitemap_pages,
)
from tests.sender.blogs import LOOPBACK, Blog, article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SITE = urls.parse("http://me.example/blog/")


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allow=LOOPBACK, deadline=5.0, max_bytes=100_000)


@pytest.fixture
def outbox(tmp_path: Path, sender: Sender) -> Iterator[Outbox]:
    with Outbox(tmp_path / "linkbacks.db", sender) as opened:
        yield opened


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    folder.mkdir()
    return folder


def write(folder: Path, place: str, text: str) -> None:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_files_of_a_folder(public: Path) -> None:
    for place in (
        "index.html", "2026/post/index.html", "about.html", "a b/ü.HTM", "style.css", ".git/x.html",
        "feed.xml", ".hidden.html",
    ):  # fmt: skip
        write(public, place, place)
    write(public, "huge.html", "x" * (MAX_FILE + 1))
    (public / "dangling.html").symlink_to(public / "nowhere")
    found = {str(page.name): page.html for page in html_files(public, SITE)}
    assert found == {
        "http://me.example/blog/": b"index.html",
        "http://me.example/blog/2026/post/": b"2026/post/index.html",
        "http://me.example/blog/about.html": b"about.html",
        "http://me.example/blog/a%20b/%C3%BC.HTM": "a b/ü.HTM".encode(),
    }
    with pytest.raises(UnreadableSource, match="no folder"):
        list(html_files(public / "missing", SITE))


def sitemap(*entries: str, root: str = "urlset") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(entries)}</{root}>'
    )


def entry(address: str, changed: str = "", kind: str = "url") -> str:
    date = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<{kind}><loc>{address}</loc>{date}</{kind}>"


def test_a_sitemap_and_those_that_it_leads_to(me: Blog, fetcher: Fetcher) -> None:
    me.serve("/one.xml", sitemap(entry(me.url + "/a", "2026-01-01"), entry("http://x.example/")))
    me.serve("/two.xml.gz", gzip.compress(sitemap(entry(me.url + "/b")).encode()))
    index = me.serve(
        "/sitemap.xml",
        sitemap(
            *(entry(f"{me.url}/{name}", kind="sitemap") for name in ("one.xml", "two.xml.gz")),
            entry(me.url + "/sitemap.xml", kind="sitemap"),
            root="sitemapindex",
        ),
    )
    found = [(str(page.name), page.mark) for page in sitemap_pages(index, fetcher)]
    assert found == [(me.url + "/a", "2026-01-01"), (me.url + "/b", "")]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<html></html>", b"<urlset>", b"\x1f\x8bbroken", b"not xml",
        b'<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>',
        gzip.compress(bytes(60 << 20)),
    ],
)  # fmt: skip
def test_what_is_no_sitemap(content: bytes, tmp_path: Path, fetcher: Fetcher) -> None:
    path = tmp_path / "sitemap.xml"
    path.write_bytes(content)
    with pytest.raises(UnreadableSource):
        list(sitemap_pages(str(path), fetcher))
    with pytest.raises(UnreadableSource, match="cannot read"):
        list(sitemap_pages(str(tmp_path / "missing"), fetcher))


def feed(*items: str) -> str:
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Me</title>'
        f"{''.join(items)}</channel></rss>"
    )


def item(link: str, guid: str = "", text: str = "text") -> str:
    return f"<item><link>{link}</link><guid>{guid}</guid><description>{text}</description></item>"


def test_the_entries_of_a_feed(me: Blog, fetcher: Fetcher) -> None:
    address = me.serve(
        "/feed",
        feed(
            item(me.url + "/a"),
            item("http://linked.example/", guid=me.url + "/b"),
            item("http://linked.example/"),
            item("javascript:x"),
        ),
    )
    found = list(feed_entries(address, fetcher))
    assert [str(page.name) for page in found] == [me.url + "/a", me.url + "/b"]
    me.serve("/feed", feed(item(me.url + "/a"), item(me.url + "/b", text="changed")))
    again = list(feed_entries(address, fetcher))
    assert [page.mark == old.mark for page, old in zip(again, found, strict=True)] == [True, False]
    me.serve(
        "/atom",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry>'
        f'<link rel="alternate" href="{me.url}/c"/><id>tag:x</id></entry></feed>',
    )
    assert [str(page.name) for page in feed_entries(me.url + "/atom", fetcher)] == [me.url + "/c"]


@pytest.mark.parametrize("content", ["", "<html><body>Hello</body></html>", "{}"])
def test_what_is_no_feed(content: str, me: Blog, fetcher: Fetcher) -> None:
    with pytest.raises(UnreadableSource, match="neither"):
        list(feed_entries(me.serve("/feed", content), fetcher))
    with pytest.raises(UnreadableSource, match="404"):
        list(feed_entries(me.url + "/missing", fetcher))
    with pytest.raises(UnreadableSource, match="longer"):
        list(feed_entries(me.serve("/long", "x" * 200_000), fetcher))


def publish(publisher: Publisher, public: Path, **settings: bool) -> list[str]:
    """Publish a folder; return the pages that something was sent for, and the reasons of others."""
    return [
        f"{turn.page.path}: {turn.why or len(turn.published.deliveries)}"
        if turn.published is not None or turn.why
        else "?"
        for turn in publisher.publish(html_files(public, SITE), **settings)
        if turn.published is None or turn.published.deliveries or turn.why
    ]


def test_a_site_is_sent_for_once(
    public: Path, other: Blog, outbox: Outbox, fetcher: Fetcher
) -> None:
    publisher = Publisher(outbox, fetcher=fetcher, site=[SITE])
    write(public, "a/index.html", article(other.post("/a")))
    write(public, "index.html", f"<article>{article()}</article><article>x</article>")
    assert publish(publisher, public) == [
        "/blog/: it lists several articles", "/blog/a/: 1",
    ]  # fmt: skip
    assert publish(publisher, public) == [
        "/blog/: it has not changed", "/blog/a/: it has not changed",
    ]  # fmt: skip
    write(public, "a/index.html", article(other.url + "/a", other.post("/b"), title="New"))
    assert publish(publisher, public) == ["/blog/: it has not changed", "/blog/a/: 1"]
    assert len(other.pings) == 2
    publish(publisher, public, force=True)
    assert len(other.pings) == 4


def test_catching_up_sends_nothing(
    public: Path, other: Blog, outbox: Outbox, fetcher: Fetcher
) -> None:
    publisher = Publisher(outbox, fetcher=fetcher, site=[SITE])
    write(public, "a.html", article(other.post("/a")))
    assert publish(publisher, public, catch_up=True) == ["/blog/a.html: its links count as sent"]
    write(public, "a.html", article(other.url + "/a", other.post("/b")))
    assert publish(publisher, public) == ["/blog/a.html: 1"]
    assert [ping.path for ping in other.pings] == ["/pingback"]


def test_the_canonical_address_is_the_source(
    public: Path, other: Blog, outbox: Outbox, fetcher: Fetcher
) -> None:
    publisher = Publisher(outbox, fetcher=fetcher, site=[SITE])
    page = article(other.post("/a"))
    ours = page.replace("<head>", '<head><link rel="canonical" href="/blog/pretty">')
    write(public, "a.html", ours)
    write(
        public, "b.html", page.replace("<head>", '<head><link rel="canonical" href="//x.example">')
    )
    publish(publisher, public)
    assert [entry.delivery.source for entry in outbox.file.find()] == [
        "http://me.example/blog/pretty", "http://me.example/blog/b.html",
    ]  # fmt: skip


def test_pages_without_a_date_are_read_to_see_whether_they_changed(
    me: Blog, other: Blog, outbox: Outbox, fetcher: Fetcher
) -> None:
    publisher = Publisher(outbox, fetcher=fetcher)
    me.serve("/a", article(other.post("/a")))
    place = me.serve("/sitemap.xml", sitemap(entry(me.url + "/a"), entry(me.url + "/missing")))
    turns = list(publisher.publish(sitemap_pages(place, fetcher)))
    assert [turn.failed for turn in turns] == [False, True]
    turns = list(publisher.publish(sitemap_pages(place, fetcher)))
    assert [turn.why.partition(":")[0] for turn in turns] == [
        "it has not changed", "it cannot be read",
    ]  # fmt: skip
    assert len(other.pings) == 1
