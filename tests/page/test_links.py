"""Which links a page has: those that a browser would find, and no others."""

from __future__ import annotations

import pytest

from linkback_protocol import url
from tests.page.support import HERE, TARGET, hrefs, html, only_link, read

T = TARGET

AS_BROWSERS_DO = {
    "plain": (f"<a href={T}>x</a>", [T]),
    "upper case, single quotes": (f"<A HREF = '{T}' >x</A>", [T]),
    "attributes before": (f'<a class="x" title=">" href="{T}">x</a>', [T]),
    "first of two href": (f"<a href={T} href=http://u/>x</a>", [T]),
    "character references": (
        f"<a href='{T}?a=1&amp;b=2&copy=3&#61;'>x</a>",
        [f"{T}?a=1&b=2&copy=3="],
    ),
    "comment": (f"<!-- <a href={T}>x</a> -->", []),
    "comment --!>": (f"<!-- x --!><a href={T}>x</a>", [T]),
    "comment <!-->": (f"<!--><a href={T}>x</a>", [T]),
    "comment <!--->": (f"<!---><a href={T}>x</a> -->", [T]),
    "comment within its end": (f"<!-- <!-- --><a href={T}>x</a>", [T]),
    "bogus comment <!x": (f"<!x <a href={T}>x</a>", []),
    "bogus comment </": (f"</ <a href={T}>x</a>", []),
    "processing instruction": (f"<?php echo '<a href={T}>' ?>x", []),
    "CDATA in HTML": (f"<![CDATA[<a href={T}>x</a>]]>", []),
    "script": (f"<script>'<a href={T}>x</a>'</script>", []),
    "script, another end tag": (f"<script></scriptx><a href={T}></script>", []),
    "script within a comment": (
        f"<script><!--<script></script><a href={T}></script>-->",
        [],
    ),
    "style": (f"<style><a href={T}></style>", []),
    "textarea": (f"<textarea><a href={T}></textarea>", []),
    "title": (f"<title><a href={T}></title>", []),
    "template": (f"<template><a href={T}></template>", []),
    "template, nested": (f"<template><template></template><a href={T}></template>", []),
    "after a template": (f"<template><p></template><a href={T}>x</a>", [T]),
    "noscript": (f"<noscript><a href={T}>x</a></noscript>", [T]),
    "xmp": (f"<xmp><a href={T}></xmp>", []),
    "iframe": (f"<iframe><a href={T}></iframe>", []),
    "noembed": (f"<noembed><a href={T}></noembed>", []),
    "noframes": (f"<noframes><a href={T}></noframes>", []),
    "plaintext": (f"<plaintext><a href={T}>", []),
    "svg a": (f"<svg><a href={T}>x</a></svg>", [T]),
    "svg a, xlink": (f"<svg><a xlink:href={T}>x</a></svg>", [T]),
    "svg title": (f"<svg><title><a href={T}>x</a></title></svg>", [T]),
    "svg CDATA": (f"<svg><![CDATA[<a href={T}>]]></svg>", []),
    "svg script": (f"<svg><script><a href={T}>x</a></script></svg>", []),
    "foreignObject": (f"<svg><foreignObject><a href={T}>x</a></svg>", [T]),
    "math": (f"<math><mi><a href={T}>x</a></mi></math>", [T]),
    "> in an attribute": (
        f"<img alt='>' x='<a href=http://n/>'><a href={T}>x</a>",
        [T],
    ),
    "not closed": (f"<a href={T}", []),
    "quote not closed": (f"<a href='{T}>x</a>", []),
    "slash for space": (f"<a/href={T}>x</a>", [T]),
    "form feed for space": (f"<a\fhref={T}>x</a>", [T]),
    "white space in href": (f"<a href=' {T}\n '>x</a>", [T]),
    "line break in href": ("<a href='http://tar\nget.exa\tmple/'>x</a>", [T]),
    "NUL in the name": (f"<a hr\0ef={T}>x</a>", []),
    "area": (f"<map><area href={T}></map>", [T]),
    "one within the other": (
        f"<a href={T}><a href=http://u.example/>",
        [T, "http://u.example/"],
    ),
    "textarea not closed": (f"<textarea><a href={T}>", []),
    "comment not closed": (f"<!-- <a href={T}>x</a>", []),
    "script not closed": (f"<script> <a href={T}>x</a>", []),
    "in a table": (f"<table><a href={T}>x</a><tr><td>y", [T]),
    "across blocks": (f"<p><b><a href={T}>x<p>y</b>z</a>", [T]),
    "without href": ("<a name=x>y</a>", []),
    "not the web": (
        "<a href=mailto:a@b.example>x</a><a href='javascript:1'>x</a><a href=ftp://a/>x</a>",
        [],
    ),
    "no URL": ("<a href='http://[/'>x</a><a href='http://u:p@a.example/'>x</a>", []),
    "another name": (f"<abbr href={T}>x</abbr><aa href={T}>x</aa>", []),
}


@pytest.mark.parametrize(("markup", "expected"), AS_BROWSERS_DO.values(), ids=AS_BROWSERS_DO)
def test_links_as_browsers_find_them(markup: str, expected: list[str]) -> None:
    page = html(markup)
    assert hrefs(page) == expected
    assert len(page.links_to(url.parse(T))) == (T in expected)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("", "http://source.example/blog/post.html"),
        ("other", "http://source.example/blog/other"),
        ("/", "http://source.example/"),
        ("//target.example/p", "http://target.example/p"),
        ("../a/./b", "http://source.example/a/b"),
        ("?q", "http://source.example/blog/post.html?q"),
        ("#part", "http://source.example/blog/post.html#part"),
        ("a b", "http://source.example/blog/a%20b"),
    ],
)
def test_relative_links(href: str, expected: str) -> None:
    assert str(only_link(f'<a href="{href}">x</a>').url) == expected


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        ("<base href=http://base.example/d/>", "http://base.example/d/x"),
        ("<base href=/d/>", "http://source.example/d/x"),
        ("<base target=_top><base href=/d/><base href=/e/>", "http://source.example/d/x"),
        ("<base href=javascript:1><base href=/d/>", "http://source.example/blog/x"),
        ("<template><base href=/d/></template>", "http://source.example/blog/x"),
        ("<!-- <base href=/d/> -->", "http://source.example/blog/x"),
    ],
)
def test_base(bases: str, expected: str) -> None:
    assert [str(link.url) for link in html("<a href=x>y</a>", bases).links] == [expected]


def test_base_applies_to_links_before_it() -> None:
    assert str(only_link("<a href=x>y</a><base href=/d/>").url) == "http://source.example/d/x"


def test_base_may_name_the_host() -> None:
    page = html("<a href=post>y</a>", "<base href=http://target.example/>")
    assert len(page.links_to(url.parse("http://target.example/post"))) == 1


def test_every_element_that_links_is_listed_and_readers_links_prove() -> None:
    page = html(
        f"<link rel=canonical href={T}><img src={T}><video src={T}><source src={T}></video>"
        f"<iframe src={T}></iframe><embed src={T}><object data={T}></object><audio src={T}></audio>"
        f"<map><area href={T}></map><a href={T}>x</a>"
    )
    assert [link.element for link in page.links] == [
        *("link", "img", "video", "source", "iframe", "embed", "object", "audio", "area", "a"),
    ]
    assert {str(link.url) for link in page.links} == {T}
    assert [link.element for link in page.links_to(url.parse(T))] == ["area", "a"]


def test_attributes_that_lead_nowhere_are_no_links() -> None:
    page = html(
        f"<blockquote cite={T}>x</blockquote><form action={T}></form><p title='{T}'>{T}</p>"
        f"<script src={T}></script><a ping={T} data-href={T}>x</a><img alt={T} srcset={T}>"
    )
    assert page.links == ()
    assert page.links_to(url.parse(T)) == []


@pytest.mark.parametrize(
    "target",
    [
        "http://target.example/post",
        "https://target.example/post/",
        "http://TARGET.example:80/post#comments",
        "http://target.example./p%6Fst",
    ],
)
@pytest.mark.parametrize(
    "href",
    [
        "http://target.example/post",
        "https://target.example/post/#x",
        "HTTP://Target.Example/po&#115;t",
        "http://tar\nget.example/p%6fst",
        "http://target.example:80/a/../post",
        "http://\uff54arget.example/post",
    ],
)
def test_links_are_compared_by_resource(href: str, target: str) -> None:
    page = html(f'<a href="{href}">x</a>')
    assert len(page.links_to(url.parse(target))) == 1


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("http://[::1]/post", "http://[0:0:0:0:0:0:0:1]/post"),
        ("http://[0:0:0:0:0:0:0:1]/post", "http://[::1]/post"),
        ("http://b\xfccher.example/", "http://xn--bcher-kva.example/"),
        ("http://xn--bcher-kva.example/", "http://b\xfccher.example/"),
        ("post2", "http://source.example/blog/post2"),
    ],
)
def test_hosts_with_several_spellings(href: str, target: str) -> None:
    assert len(html(f"<a href={href}>x</a>").links_to(url.parse(target))) == 1


@pytest.mark.parametrize(
    "href",
    [
        "http://target.example/Post",
        "http://target.example/post?x",
        "http://target.example.evil.example/post",
        "http://evil.example/?http://target.example/post",
        "http://evil.example/#http://target.example/post",
        "http://target.example@evil.example/post",
        "http://nottarget.example/post",
    ],
)
def test_other_resources_do_not_prove(href: str) -> None:
    page = html(f"<a href={href}>http://target.example/post</a>")
    assert page.links_to(url.parse("http://target.example/post")) == []


def test_any_of_several_pages() -> None:
    page = html("<a href=http://a.example/>a</a><a href=http://b.example/>b</a><a href=c>c</a>")
    wanted = (url.parse("http://b.example/"), url.parse("http://source.example/blog/c"))
    assert [link.text for link in page.links_to(*wanted)] == ["b", "c"]
    assert page.links_to() == []


def test_rel_tokens() -> None:
    assert only_link("<a rel=' UGC nofollow\tugc' href=/>x</a>").rel == {"ugc", "nofollow"}
    assert only_link("<a href=/>x</a>").rel == frozenset()


def test_as_many_links_as_are_kept() -> None:
    page = html("<a href=x>y</a>" * 12_000 + f"<a href={T}>last</a>")
    assert len(page.links) == 10_000
    assert page.truncated
    assert page.links_to(url.parse(T)) == []
    assert page.text.endswith("last")


def test_xhtml_elements_that_are_closed_at_once() -> None:
    markup = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>'
        f'<script src="a.js"/><script\nsrc="b.js" /></head><body><a href="{T}">x</a></body></html>'
    )
    assert hrefs(read(markup, "application/xhtml+xml")) == [T]
    assert hrefs(read(markup, "text/html")) == []


def test_a_page_is_a_value() -> None:
    page = html(f"<a href={T}>x</a>")
    assert page == html(f"<a href={T}>x</a>")
    assert hash(page) == hash(html(f"<a href={T}>x</a>"))
    assert page.url is HERE
    assert page.media_type == "text/html"
    assert not page.truncated
