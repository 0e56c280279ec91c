"""Trackbacks as we write them, read back by our own server and by the standard library."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.wire.trackback import Form, parse_form
from linkback_protocol.wire.trackback_client import (
    MAX_BLOG_NAME,
    MAX_EXCERPT,
    MAX_TITLE,
    cut_excerpt,
    dump_form,
)

ELLIPSIS = "\u2026"
URL = "http://a.example/?p=1&x=%C3%A9#c"


def test_a_form_is_in_utf_8_and_says_so() -> None:
    content_type, body = dump_form(
        URL, title="Caf\u00e9 & 50%", excerpt="a=b; c+d\n\te", blog_name="\U0001f600"
    )
    assert content_type == "application/x-www-form-urlencoded; charset=utf-8"
    assert body == (
        b"url=http%3A%2F%2Fa.example%2F%3Fp%3D1%26x%3D%25C3%25A9%23c"
        b"&title=Caf%C3%A9+%26+50%25&blog_name=%F0%9F%98%80&excerpt=a%3Db%3B+c%2Bd+e"
    )


def test_empty_fields_are_left_out() -> None:
    assert dump_form("http://a.example/", title=" ", blog_name="\0")[1] == (
        b"url=http%3A%2F%2Fa.example%2F"
    )


@pytest.mark.parametrize("url", ["", " \n", "\0"])
def test_a_trackback_without_an_address_is_a_mistake_of_ours(url: str) -> None:
    with pytest.raises(ValueError, match="names the page"):
        dump_form(url, title="A title")


def test_long_texts_are_cut_to_what_servers_store() -> None:
    _, body = dump_form(
        URL, title="title " * 100, excerpt="excerpt " * 100, blog_name="\u4e2d" * 100
    )
    sent = dict(parse_qsl(body.decode(), strict_parsing=True))
    assert sent["title"] == "title " * 32 + "title" + ELLIPSIS
    assert len(sent["title"].encode()) <= MAX_TITLE
    assert len(sent["blog_name"].encode()) == MAX_BLOG_NAME
    assert len(sent["excerpt"].encode()) <= MAX_EXCERPT + len(ELLIPSIS.encode())
    assert sent["url"] == URL


def test_a_title_that_just_fits_is_sent_whole() -> None:
    for title, name in (("a" * MAX_TITLE, "b" * MAX_BLOG_NAME), ("\u00e9" * 100, "\u4e2d" * 50)):
        _, body = dump_form(URL, title=title, blog_name=name)
        assert dict(parse_qsl(body.decode())) == {"url": URL, "title": title, "blog_name": name}


TEXT = st.text(st.characters(codec=None))
WORDS = st.text(st.sampled_from("a b\u00e9\u4e2d\U0001f600 \n"), max_size=600)


@given(st.text(st.characters(codec="utf-8"), min_size=1), TEXT, TEXT | WORDS, TEXT)
def test_servers_read_what_was_written(url: str, title: str, excerpt: str, name: str) -> None:
    try:
        content_type, body = dump_form(url, title=title, excerpt=excerpt, blog_name=name)
    except ValueError:
        return
    form = parse_form(body, content_type)
    fields = dict(parse_qsl(body.decode("ascii"), strict_parsing=True, errors="strict"))
    assert form == Form(**({"title": "", "excerpt": "", "blog_name": ""} | fields))
    assert form.url == "".join(c for c in url if c in form.url).strip()
    assert form.excerpt == cut_excerpt(excerpt)


@given(TEXT | WORDS)
def test_an_excerpt_is_one_line_of_whole_characters_within_the_bound(text: str) -> None:
    cut = cut_excerpt(text)
    assert len(cut.removesuffix(ELLIPSIS).encode()) <= MAX_EXCERPT
    assert "\n" not in cut
    assert "\ufffd" not in cut or "\ufffd" in text
    # Nothing is cut that need not be.
    whole = " ".join(text.split())
    if text.replace("\n", "").isprintable() and len(whole.encode()) <= MAX_EXCERPT:
        assert cut == whole


def test_what_fits_is_not_cut() -> None:
    for text in ("a" * 252, "\u4e2d" * 84, "ab " * 83 + "abc"):
        assert len(text.encode()) == MAX_EXCERPT
        assert cut_excerpt(text) == text


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("a" * 253, "a" * 252),
        ("\u4e2d" * 85, "\u4e2d" * 84),
        # 250 bytes and a character of three: never half of it.
        ("a" * 250 + "\u4e2d" * 2, "a" * 250),
        ("\U0001f600" * 64, "\U0001f600" * 63),
        # Behind a word, also where the bound is just there.
        ("word " * 60, "word " * 49 + "word"),
        ("a" * 252 + " b", "a" * 252),
        ("a" * 251 + " bc", "a" * 251),
        ("a" * 200 + " " + "b" * 100, "a" * 200),
        # But for words so long that too little would be left.
        ("a " + "b" * 300, "a " + "b" * 250),
    ],
)
def test_the_bound_is_in_bytes_and_cuts_behind_a_word(text: str, cut: str) -> None:
    assert cut_excerpt(text) == cut + ELLIPSIS
