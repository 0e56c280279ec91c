"""Export files of WordPress: its pingbacks and trackbacks, and a line for whatever is broken."""

from __future__ import annotations

import contextlib
import io
import tracemalloc
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback_protocol import Linkback, Protocol, Status
from linkback_protocol.exchange import BrokenFile, read_wxr
from linkback_protocol.linkback import Move
from tests.exchange.samples import Drops

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- This is a WordPress eXtended RSS file. -->
<!-- generator="WordPress/6.8.1" created="2026-01-10 09:00" -->
<rss version="2.0"
\txmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:wfw="http://wellformedweb.org/CommentAPI/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:wp="http://wordpress.org/export/1.2/"
>

<channel>
\t<title>The late house</title>
\t<link>https://blog.example</link>
\t<description></description>
\t<pubDate>Sat, 10 Jan 2026 09:00:00 +0000</pubDate>
\t<language>en-US</language>
\t<wp:wxr_version>1.2</wp:wxr_version>
\t<wp:base_site_url>https://blog.example</wp:base_site_url>
\t<wp:base_blog_url>https://blog.example</wp:base_blog_url>
\t<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[ann]]></wp:author_login></wp:author>
"""
ITEM = """
\t\t<item>
\t\t<title><![CDATA[A story]]></title>
\t\t<link>https://blog.example/2026/01/a-story/</link>
\t\t<pubDate>Thu, 01 Jan 2026 10:00:00 +0000</pubDate>
\t\t<dc:creator><![CDATA[ann]]></dc:creator>
\t\t<guid isPermaLink="false">https://blog.example/?p=7</guid>
\t\t<description></description>
\t\t<content:encoded><![CDATA[<!-- wp:paragraph --><p>It was late. <a href="http://x.example/">x</a></p>]]></content:encoded>
\t\t<excerpt:encoded><![CDATA[]]></excerpt:encoded>
\t\t<wp:post_id>7</wp:post_id>
\t\t<wp:ping_status><![CDATA[open]]></wp:ping_status>
\t\t<wp:post_type><![CDATA[post]]></wp:post_type>
\t\t<category domain="category" nicename="tales"><![CDATA[Tales]]></category>
\t\t<wp:postmeta>
\t\t<wp:meta_key><![CDATA[_pingme]]></wp:meta_key>
\t\t<wp:meta_value><![CDATA[1]]></wp:meta_value>
\t\t</wp:postmeta>
"""
ITEM_END = "\t\t</item>\n"
TAIL = "\t\t</channel>\n</rss>\n"


def comment(
    kind: str = "pingback",
    *,
    author: str = "Tom &amp; Jerry &#8211; all about cats",
    url: str = "https://cats.example/late/",
    ip: str = "192.0.2.7",
    date: str = "2026-01-03 05:06:07",
    date_gmt: str = "2026-01-03 04:06:07",
    content: str = "[&#8230;] as <em>somebody</em> said &#8220;late&#8221; [&#8230;]",
    approved: str = "1",
) -> str:
    return f"""\t\t<wp:comment>
\t\t\t<wp:comment_id>12</wp:comment_id>
\t\t\t<wp:comment_author><![CDATA[{author}]]></wp:comment_author>
\t\t\t<wp:comment_author_email><![CDATA[]]></wp:comment_author_email>
\t\t\t<wp:comment_author_url>{url}</wp:comment_author_url>
\t\t\t<wp:comment_author_IP><![CDATA[{ip}]]></wp:comment_author_IP>
\t\t\t<wp:comment_date><![CDATA[{date}]]></wp:comment_date>
\t\t\t<wp:comment_date_gmt><![CDATA[{date_gmt}]]></wp:comment_date_gmt>
\t\t\t<wp:comment_content><![CDATA[{content}]]></wp:comment_content>
\t\t\t<wp:comment_approved><![CDATA[{approved}]]></wp:comment_approved>
\t\t\t<wp:comment_type><![CDATA[{kind}]]></wp:comment_type>
\t\t\t<wp:comment_parent>0</wp:comment_parent>
\t\t\t<wp:comment_user_id>0</wp:comment_user_id>
\t\t\t<wp:commentmeta>
\t\t\t<wp:meta_key><![CDATA[akismet_result]]></wp:meta_key>
\t\t\t<wp:meta_value><![CDATA[false]]></wp:meta_value>
\t\t\t</wp:commentmeta>
\t\t</wp:comment>
"""


def export(*comments: str, item: str = ITEM) -> str:
    return f"{HEAD}{item}{''.join(comments)}{ITEM_END}{TAIL}"


def read(text: str | bytes) -> list[Linkback]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_wxr(io.BytesIO(data)))


def test_a_pingback() -> None:
    received = datetime(2026, 1, 3, 4, 6, 7, tzinfo=UTC)
    assert read(export(comment())) == [
        Linkback(
            id=0,
            protocol=Protocol.PINGBACK,
            source="https://cats.example/late/",
            target="https://blog.example/2026/01/a-story/",
            page="https://blog.example/2026/01/a-story/",
            status=Status.APPROVED,
            title="Tom & Jerry \u2013 all about cats",
            excerpt="[\u2026] as somebody said \u201clate\u201d [\u2026]",
            sender="192.0.2.7",
            received=received,
            updated=received,
            history=(Move(received, Status.APPROVED, "import"),),
        )
    ]


def test_a_trackback_names_its_blog_and_its_title() -> None:
    content = "<strong>About &lt;lateness&gt;</strong>\n\nIn short: <b>late</b>."
    (found,) = read(export(comment("trackback", author="Cats", content=content)))
    assert found.protocol is Protocol.TRACKBACK
    assert (found.site_name, found.title) == ("Cats", "About <lateness>")
    assert found.excerpt == "In short: late."
    (found,) = read(export(comment("trackback", author="Cats", content="No title")))
    assert (found.site_name, found.title, found.excerpt) == ("Cats", "", "No title")


@pytest.mark.parametrize(
    ("approved", "status"),
    [
        ("1", Status.APPROVED),
        ("0", Status.PENDING),
        ("spam", Status.SPAM),
        ("trash", Status.TRASH),
        ("post-trashed", Status.TRASH),
    ],
)
def test_each_status(approved: str, status: Status) -> None:
    (found,) = read(export(comment(approved=approved)))
    assert (found.status, found.history[-1].status) == (status, status)


def test_what_readers_wrote_is_passed_over() -> None:
    said = [comment("comment", url="nonsense"), comment("", approved="maybe"), comment()]
    assert len(read(export(*said))) == 1


def test_each_item_has_its_own_link() -> None:
    other = ITEM.replace("a-story", "another#more").replace("<![CDATA[A story]]>", "B &amp; C")
    text = HEAD + ITEM + comment() + ITEM_END + other + comment() + ITEM_END + TAIL
    assert [found.target.rpartition("/01/")[2] for found in read(text)] == [
        "a-story/",
        "another#more/",
    ]
    assert [found.page.rpartition("/01/")[2] for found in read(text)] == ["a-story/", "another"]


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_each_version_and_any_prefix(version: str) -> None:
    text = export(comment()).replace("export/1.2/", f"export/{version}/")
    assert len(read(text.replace("wp:", "w:").replace("xmlns:wp", "xmlns:w"))) == 1


def test_a_time_that_is_missing_is_taken_from_the_other() -> None:
    (found,) = read(export(comment(date_gmt="0000-00-00 00:00:00")))
    assert found.received == datetime(2026, 1, 3, 5, 6, 7, tzinfo=UTC)


def test_an_address_that_is_none_is_left_out() -> None:
    (found,) = read(export(comment(ip="192.0.2.7, 10.0.0.1")))
    assert found.sender == ""


@settings(deadline=None)
@given(st.integers(1, 50))
def test_pieces_do_not_matter(size: int) -> None:
    text = export(comment(), comment("trackback", content="x" * 100)).encode()
    assert list(read_wxr(Drops(text, size))) == read(text)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60))
def test_any_text_is_plain_text_or_refused(text: str) -> None:
    found = []
    with contextlib.suppress(BrokenFile):
        found = read(export(comment("trackback", author=text, content=text)))
    for each in found:
        for kept in (each.title, each.excerpt, each.site_name):
            assert len(kept) <= 255
            assert not any(unicodedata.category(letter) == "Cc" for letter in kept)


@pytest.mark.parametrize(
    ("broken", "part", "said"),
    [
        (comment(url="nonsense"), ">nonsense<", "wp:comment_author_url is not the URL"),
        (comment(url=""), "<wp:comment_author_url><", "wp:comment_author_url is not the URL"),
        (comment(approved="maybe"), "<![CDATA[maybe", "not 1, 0, spam or trash"),
        (comment(date_gmt="last week"), "<![CDATA[last week", "no time as"),
        (comment(date_gmt="1969-01-01 00:00:00"), "<![CDATA[1969", "before 1970"),
        (comment().replace("comment_author_url", "other"), "<wp:comment>", "comment_author_url"),
        ("<wp:comment></wp:post>", "</wp:post>", "mismatched tag"),
        ("<a>&nbsp;</a>", "&nbsp;", "undefined entity"),
        ("\x01", "\x01", "not well-formed"),
        ("<a>" * 200, "<a>", "within each other"),
    ],
)
def test_what_is_broken_is_refused_with_the_line(broken: str, part: str, said: str) -> None:
    text = export(comment("comment", url="fine"), broken)
    with pytest.raises(BrokenFile, match=said) as caught:
        read(text)
    first = text.index("</wp:comment>")
    assert caught.value.line == text[: text.index(part, first)].count("\n") + 1
    assert "\n" not in str(caught.value)


def test_an_item_without_a_link() -> None:
    item = ITEM.replace("<link>https://blog.example/2026/01/a-story/</link>", "")
    with pytest.raises(BrokenFile, match="before the link of its item"):
        read(export(comment(), item=item))
    other = ITEM + ITEM_END + item
    with pytest.raises(BrokenFile, match="before the link of its item"):
        read(export(comment(), item=other))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no element found"),
        ("<html><body>hello</body></html>", "no export file of WordPress"),
        ('<rss version="2.0"><channel><item/></channel></rss>', "no export file of WordPress"),
        ("nonsense", "syntax error"),
        (export(comment())[:-20], "no element found"),
        (export().replace("UTF-8", "no-such"), "encoding"),
        (export().replace("UTF-8", "utf-7"), "encoding"),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_no_export_file_is_refused(text: str, said: str) -> None:
    with pytest.raises(BrokenFile, match=said):
        read(text)


@pytest.mark.parametrize(
    "dtd",
    [
        "<!DOCTYPE rss>",
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
    ],
)
def test_a_dtd_is_never_read(dtd: str) -> None:
    text = export(comment()).replace("<!-- This", f"{dtd}\n<!-- This")
    with pytest.raises(BrokenFile, match="DTD") as caught:
        read(text)
    assert caught.value.line == 2


class Flood:
    """A file of many megabytes, made while it is read."""

    def __init__(self, begin: str, piece: str, end: str, times: int) -> None:
        self._pieces = self._made(begin, piece, end, times)
        self.given = 0

    def _made(self, begin: str, piece: str, end: str, times: int) -> Iterator[bytes]:
        yield begin.encode()
        for _ in range(times):
            yield piece.encode()
        yield end.encode()

    def read(self, size: int) -> bytes:
        data = next(self._pieces, b"")
        assert len(data) <= size
        self.given += len(data)
        return data


def peak(file: Flood) -> int:
    tracemalloc.start()
    try:
        for _ in read_wxr(file):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_large_file_takes_no_memory() -> None:
    piece = ITEM + comment() * 20 + ITEM_END
    assert peak(Flood(HEAD, piece, TAIL, 50)) < 3_000_000
    long = "<p>" + "late " * 10_000
    begin, end = export(comment(content="CONTENT")).split("CONTENT")
    assert peak(Flood(begin, long, end, 100)) < 3_000_000


def test_a_tag_without_end_is_refused() -> None:
    file = Flood(HEAD + "<item ", "x" * 60_000, "", 1000)
    with pytest.raises(BrokenFile, match="longer than 1 MiB"):
        peak(file)
    assert file.given < 2_000_000
