"""What a page says: its text, title, site name and language, all of it plain."""

from __future__ import annotations

import pytest

from tests.page.support import html, only_link, read


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>a</p><p>b</p>", "a b"),
        ("a<br>b<hr>c", "a b c"),
        ("<ul><li>a<li>b</ul><dl><dt>c<dd>d</dl>", "a b c d"),
        ("<table><tr><td>a<td>b<tr><th>c</table>", "a b c"),
        ("in<b>ter</b>est<em>i</em><span>n</span>g", "interesting"),
        ("a <i> b</i> <u>c </u>d", "a b c d"),
        (" \n a\t\n b\xa0\u2003c &nbsp; d\r\n", "a b c d"),
        ("<pre>a\n   b</pre>", "a b"),
        ("x<script>var a;</script>y<style>p{}</style>z", "x y z"),
        ("a<!-- no -->b", "ab"),
        ("<textarea>no</textarea>a<template>no</template>b<iframe>no</iframe>c", "a b c"),
        ("<noscript>a</noscript> <object>b</object>", "b"),
        ("<xmp>a <b> c</xmp>d", "a <b> c d"),
        ("<title>no</title>a<svg><title>no</title><text>b</text></svg>", "a b"),
        ("<select><option>no</select><datalist><option>no</datalist>a", "a"),
        ("<video>no</video><canvas>no</canvas><audio>no</audio>a", "a"),
        ("<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>", "a b"),
        ("<math><mi>x</mi><annotation>no</annotation></math>", "x"),
        ("<details><summary>a</summary>b</details>", "a b"),
        ("a<span hidden>no</span>b <span hidden>no</span>c", "ab c"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("a\u202eb\u2066c\u0007d\x85e&#x202e;f", "abcd ef"),
        ("\U0001f469\u200d\U0001f4bb \u0645\u06cc\u200c\u062e", None),
        ("<p></p>", ""),
    ],
)
def test_text_is_what_a_reader_sees(markup: str, expected: str | None) -> None:
    assert html(markup).text == (markup if expected is None else expected)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<title>A page</title>", "A page"),
        ("<TITLE lang=en>\n A \t page\n</TITLE>", "A page"),
        ("<title>A &lt;page&gt; &amp;amp; more</title>", "A <page> &amp; more"),
        ("<title>How to use <b> and <i class=x></title>", "How to use <b> and <i class=x>"),
        ("<title></title><title> </title><title>Third</title>", "Third"),
        ("<title>One</title><title>Two</title>", "One"),
        ("<meta property=og:title content='Card'><title>Title</title>", "Title"),
        ("<meta property=og:title content=' Social \n card '>", "Social card"),
        ("<meta name=OG:Title content='Named'>", "Named"),
        ("<meta property=og:title content=''><meta property=og:title content=2>", "2"),
        ("<title> </title><meta property=og:title content='a <b> c'>", "a <b> c"),
        ("<h2> </h2><h3>The <b>first</b><br>heading</h3><h1>x</h1>", "The first heading"),
        ("<h1 hidden>x</h1><h2>Shown</h2>", "Shown"),
        ("<svg><title>Drawing</title></svg><h1>Heading</h1>", "Heading"),
        ("<svg><desc>x</desc></svg><title>After</title>", "After"),
        ("<svg><foreignObject><title>Within</title></foreignObject></svg>", "Within"),
        ("<template><title>x</title></template><h1>Heading</h1>", "Heading"),
        ("<!-- <title>x</title> -->", ""),
        ("<title>a\u202eb\x07c&#8238;</title>", "abc"),
        ("<title>Not closed", "Not closed"),
        ("<p>x", ""),
        ("", ""),
    ],
)
def test_title(markup: str, expected: str) -> None:
    assert read(markup).title == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<meta property=og:site_name content='A blog'>", "A blog"),
        ("<meta name=application-name content='An app'>", "An app"),
        (
            "<meta name=application-name content=x><meta property=og:site_name content=y>",
            "y",
        ),
        ("<meta property=og:site_name>", ""),
        ("<meta name=author content=x>", ""),
        ("", ""),
    ],
)
def test_site_name(markup: str, expected: str) -> None:
    assert read(markup).site_name == expected


@pytest.mark.parametrize(
    "markup",
    [
        "<title>{}</title>",
        "<meta property=og:title content='{}'><meta property=og:site_name content='{}'>",
        "<h1>{}</h1>",
    ],
)
@pytest.mark.parametrize("text", ["word " * 1000, "x" * 5000])
def test_long_titles_are_cut(markup: str, text: str) -> None:
    page = read(markup.format(text, text))
    assert 200 <= len(page.title) <= 250
    assert page.title.endswith("\u2026")
    assert len(page.site_name) <= 250


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<html lang=en-GB>", "en-GB"),
        ("<html lang=' de '>", "de"),
        ("<html xml:lang=fr>", "fr"),
        ("<html lang='\"><script>'>", ""),
        (f"<html lang={'x' * 36}>", ""),
        ("<html><body lang=en>", ""),
        ("", ""),
    ],
)
def test_language(markup: str, expected: str) -> None:
    assert read(markup).language == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<a href=/>a <b>b</b>\n c</a>", "a b c"),
        ("x <a href=/> a </a> y", "a"),
        ("x<a href=/>a</a>y", "a"),
        ("<a href=/><p>a</p><p>b</p></a>", "a b"),
        ("<a href=/><img src=data: alt='A picture'></a>", "A picture"),
        ("<a href=/><img src=data: alt='icon'> Words</a>", "Words"),
        ("<a href=/><img src=data:></a>", ""),
        ("<a href=/ hidden>a b</a>", "a b"),
        ("<p style='display:none'>x <a href=/>a <b>b</b></a> y</p>", "a b"),
        ("<a href=/><span hidden>a</span></a>", "a"),
        ("<a href=/><script>a</script>b</a>", "b"),
        ("<map><area href=/ alt='An area'></map>", "An area"),
        ("<a href=/>not closed", "not closed"),
        ("<td><a href=/>a</td>b", "ab"),
        ("<div><a href=/>a</div>b", "a"),
    ],
)
def test_text_of_a_link(markup: str, expected: str) -> None:
    link = only_link(markup)
    assert link.text == expected
    text = html(markup).text
    assert text[link.start : link.end] in (expected, "")


def test_a_link_ends_where_the_next_begins() -> None:
    page = html("<a href=a>one <a href=b>two</a> three")
    assert [link.text for link in page.links] == ["one", "two"]
    assert page.text == "one two three"


def test_an_image_has_its_description() -> None:
    page = html("x <img src=a alt='seen'> y <img src=b alt='not seen' hidden>")
    assert [(link.text, link.hidden) for link in page.links] == [
        ("seen", ""),
        ("not seen", "hidden attribute"),
    ]
    assert page.text == "x y"


def test_tags_in_attributes_are_left_as_they_are() -> None:
    page = html(
        "<a href='http://target.example/?q=<b>&r=</i>'><img src=data: alt='a <b> c'></a>"
        "<title>x</title>",
    )
    (link,) = page.links
    assert str(link.url) == "http://target.example/?q=%3Cb%3E&r=%3C/i%3E"
    assert link.text == "a <b> c"
