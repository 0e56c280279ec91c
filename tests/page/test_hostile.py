"""Markup made to exhaust whoever reads it: every page is read, and is no larger than its source."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol import url
from linkback_protocol.page import Page
from linkback_protocol.page.markup import tamed, unmarked
from tests.page.support import HERE, TARGET, html, read

SIZE = 256 * 1024
UNITS = (
    *("<", "</", "<!", "<![", "<!--", "<?", "<!DOCTYPE ", "<![CDATA[", "<a ", "<a x='", "</a "),
    *("<a/", "<a\n", "&", "&#", "&a", "&#x1;", "&ampx", "&nGt;", "<div>", "<a>", "<b><i>"),
    *("<p><font>", "<table>", "<table><a>", "<svg>", "<template>", "</p>", "<b>x</p>", "\0"),
    *("<a><p></a>", "<select><option>", "<frameset>", "--!", "<!--x-->", "x=1 ", "<a =", "<a '"),
    *(
        '<a "',
        "<script>",
        "<title>x",
        "<textarea>",
        "<h1>",
        "<nav>",
        "<a href=x>y</a>",
        "<p hidden>",
    ),
    *("<a href=x><table><td>", "<li>", "<dd><dt>", "<object><a href=x>", "<math><mi>", "<meta>"),
)
PREFIXED = {
    "end tags in a script": ("<script>", "</script "),
    "tags in a script": ("<script>", "<"),
    "comments in a style": ("<style>", "<!--"),
    "dashes in a comment": ("<!--", "-"),
    "attributes without end": ("<a ", "x=1 "),
    "a long attribute": ("<a href='", "x"),
    "a long address": ("<a href=http://", "x."),
    "spaces before an address": ("<a href='", " "),
    "comments in a style attribute": ("<p style='", "/*"),
    "declarations": ("<p style='", "a:b;"),
    "roles": ("<p role='", "x "),
    "formatting opened again, one": ("<p><b x=1>", "</p><p>x"),
    "texts in a table": ("<table>", "x<tr>"),
    "anchors in a table": ("<table>", "<a href=x>y"),
    "deep": ("<div>" * 600, "<p>x"),
}
# Small sources of huge trees.
AMPLIFIED = {
    "formatting opened again in each block": (
        "<p>" + "".join(f"<b x={i}>" for i in range(2000)) + "</p>",
        "<p>x",
    ),
    "anchor with attributes opened again": (
        "<p><a " + " ".join(f"x{i}" for i in range(5000)) + "></p>",
        "<p>x",
    ),
    "long attribute copied": (f"<p><a href={'x' * 30_000}></p>", "<p>x"),
    "formatting left open in each block": (
        "".join(f"<p><i x={i}></p>" for i in range(6000)),
        "",
    ),
    "upper case": (
        "<p>" + "".join(f"<EM\tx={i}>" for i in range(2000)) + "</p>",
        "<p>x",
    ),
    "attributes of html": ("".join(f"<html x{i}>" for i in range(8000)), ""),
    "attributes of body": ("".join(f"<BODY/x{i}>" for i in range(8000)), ""),
}


def check(page: Page, body: bytes) -> None:
    assert len(page.text) <= len(body)
    assert len(page.links) <= 10_000
    for link in page.links[:3]:
        assert len(page.excerpt(link)) <= 255
    page.links_to(url.parse(TARGET))
    for text in (page.title, page.text, page.site_name, *(link.text for link in page.links[:9])):
        assert text == " ".join(text.split())
        assert "\ufdd0" not in text


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_one_piece_over_and_over(unit: str) -> None:
    body = (unit * (SIZE // len(unit))).encode()
    check(read(body), body)


@pytest.mark.parametrize(("prefix", "unit"), PREFIXED.values(), ids=PREFIXED)
def test_one_piece_over_and_over_after_another(prefix: str, unit: str) -> None:
    body = (prefix + unit * (SIZE // len(unit))).encode()
    check(read(body), body)
    check(read(body + b"'>x</a>"), body)


@pytest.mark.parametrize(("prefix", "unit"), AMPLIFIED.values(), ids=AMPLIFIED)
def test_the_tree_is_no_larger_than_its_source(prefix: str, unit: str) -> None:
    body = f"{prefix}{unit * 8000}<a href={TARGET}>x</a>".encode()
    tracemalloc.start()
    try:
        page = read(body)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 200 * len(body)
    check(page, body)
    assert page.links_to(url.parse(TARGET))


@pytest.mark.parametrize(
    "unit", [")", "http://", "http://a.example/) ", "(http://a", "\u202e", "."]
)
def test_plain_text_over_and_over(unit: str) -> None:
    body = ("http://target.example/" + unit * (SIZE // len(unit))).encode()
    check(read(body, "text/plain"), body)


@pytest.mark.parametrize("unit", ["<script ", "<script/>", "<script /", "<title/><a href=x>"])
def test_xhtml_over_and_over(unit: str) -> None:
    body = (unit * (SIZE // len(unit))).encode()
    check(read(body, "application/xhtml+xml"), body)


@pytest.mark.parametrize("character", [";", "=", '"', "charset=", ",", "\xff"])
def test_a_content_type_over_and_over(character: str) -> None:
    assert read("<title>x</title>", "text/html;" + character * SIZE).title == "x"


def test_a_page_with_the_mark_of_renamed_tags() -> None:
    page = html(f"<a\ufdd0 href={TARGET}>x</a><title>a \ufdd0 b</title>")
    assert page.links == ()
    assert page.title == "a \ufffd b"


PIECES = st.sampled_from(
    (
        *("<a href=", "<a href='http://target.example/'>", "</a>", "<p>", "</p>", "<b>", "</b>"),
        *("<table>", "<td>", "</table>", "<svg>", "</svg>", "<title>", "</title>", "<template>"),
        *(
            "</template>",
            "<nav>",
            "</nav>",
            "<article>",
            "</article>",
            "<p hidden>",
            "<base href=/>",
        ),
        *("<img alt=x src=y>", "<select>", "<style>", "</style>", "<!--", "-->", "<h1>", "</h1>"),
        *(
            "<p style='",
            "'",
            '"',
            ">",
            "<",
            "&",
            "&lt;",
            " ",
            "x",
            "\0",
            "\ufdd0",
            "\u202e",
            "\xe9",
        ),
        *("<math>", "<foreignObject>", "<desc>", "<body hidden>", "<html lang=x>", "<frameset>"),
    )
)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_markup_is_read(markup: str) -> None:
    for content_type in ("text/html", "application/xhtml+xml", "text/plain"):
        check(read(markup, content_type), markup.encode())


@given(st.binary(max_size=400), st.text(max_size=40), st.booleans())
def test_any_bytes_are_read(body: bytes, content_type: str, truncated: bool) -> None:
    page = Page.parse(body, url=HERE, content_type=content_type, truncated=truncated)
    check(page, body)
    assert page.truncated is truncated


@given(st.lists(PIECES, max_size=60).map("".join))
def test_taming_can_be_undone(markup: str) -> None:
    assert unmarked(tamed(markup)) == markup.replace("\ufdd0", "\ufffd")
