"""The text round a link: whole words, no more than asked for, from its own part of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.page.support import html, read

if TYPE_CHECKING:
    from linkback_protocol.page import Page

LINK = "<a href=/>the link</a>"
WORDS = st.lists(st.text(st.sampled_from("abcxyz\xe9\u0645"), min_size=1, max_size=12), max_size=80)


def excerpt(markup: str, length: int = 255) -> str:
    page = html(markup)
    return page.excerpt(page.links[0], length=length)


def test_a_short_page_is_quoted_whole() -> None:
    assert excerpt(f"<p>Before</p> {LINK}, <b>after</b>.") == "Before the link, after."


def test_a_long_page_is_cut_on_both_sides() -> None:
    text = excerpt(f"<p>{'before ' * 100}{LINK} {'after ' * 100}", 60)
    assert text == "\u2026before before before the link after after after after\u2026"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (f"{LINK} {'after ' * 9}", "the link after after after\u2026"),
        (f"{'before ' * 9} {LINK}", "\u2026before before before the link"),
        (f"{'before ' * 9} {LINK} end", "\u2026before before the link end"),
    ],
)
def test_the_room_of_a_short_side_is_given_to_the_other(markup: str, expected: str) -> None:
    assert excerpt(markup, 30) == expected


@pytest.mark.parametrize(
    "markup",
    [
        f"<nav>menu</nav><p>Text {LINK}.</p><footer>imprint</footer>",
        f"menu<article>Text {LINK}.</article>imprint",
        f"<main>head<section>Text {LINK}.</section>foot</main>",
        f"<main><article>one</article><article>Text {LINK}.</article><article>x</article></main>",
        f"<p>Text {LINK}.<aside>menu</aside>imprint",
        f"<div role=banner>menu</div>Text {LINK}.<div role=contentinfo>imprint</div>",
        f"<article>Text <span hidden>menu</span>{LINK}.</article><select><option>x</select>",
    ],
)
def test_only_the_part_that_the_link_stands_in(markup: str) -> None:
    assert excerpt(markup) == "Text the link."


def test_a_link_in_the_menu_is_quoted_with_the_menu() -> None:
    assert excerpt(f"<p>Text</p><nav>Menu: {LINK}</nav><p>Text</p>") == "Menu: the link"


def test_a_link_round_parts_is_quoted_with_them() -> None:
    markup = "a<a href=/><article>b</article><article>c</article></a>d"
    assert excerpt(markup) == "b c"


def test_a_picture_is_quoted_with_what_follows() -> None:
    markup = "<nav>menu</nav><article><a href=/><img src=data:></a> <p>Text</p></article>"
    assert excerpt(markup) == "Text"


def test_a_hidden_link_is_quoted_with_what_can_be_seen() -> None:
    assert excerpt("<p>Before <a hidden href=/>not seen</a> after") == "Before after"


def test_nothing_to_quote() -> None:
    assert excerpt("<a href=/></a>") == ""


@pytest.mark.parametrize("length", [-1, 0, 1, 2, 3, 5])
def test_hardly_any_room(length: int) -> None:
    text = excerpt(f"{'before ' * 9} {LINK} {'after ' * 9}", length)
    assert len(text) <= max(0, length)


def test_text_without_spaces_is_cut_anywhere() -> None:
    text = excerpt("\u3042" * 500 + "<a href=/>\u30ea\u30f3\u30af</a>" + "\u3044" * 500, 100)
    assert len(text) == 100
    assert "\u3042\u30ea\u30f3\u30af\u3044" in text


def test_a_long_link_is_quoted_from_its_beginning() -> None:
    text = excerpt(f"before it <a href=/>{'word ' * 200}</a> after", 50)
    assert text == "before it word word word word word word word word\u2026"
    text = excerpt(f"{'before ' * 9} <a href=/>{'word ' * 200}</a> after", 50)
    assert text == "\u2026before before before word word word word word\u2026"


@st.composite
def pages(draw: st.DrawFn) -> tuple[Page, list[str]]:
    """Return a page with one link, and the words that stand in it, as a reader sees them."""
    before, anchor, after = draw(WORDS), draw(WORDS), draw(WORDS)
    markup = f"{' '.join(before)} <a href=/>{' '.join(anchor)}</a> {' '.join(after)}"
    return html(markup), [*before, *anchor, *after]


@given(pages(), st.integers(0, 400))
def test_excerpt_has_whole_words_and_no_more_than_asked_for(
    page_and_words: tuple[Page, list[str]], length: int
) -> None:
    page, words = page_and_words
    (link,) = page.links
    text = page.excerpt(link, length=length)
    assert len(text) <= length
    assert text == " ".join(text.split())
    if len(page.text) <= length:
        assert text == page.text == " ".join(words)
    if len(link.text) <= length - 2:
        assert link.text in text
        assert set(text.strip("\u2026").split()) <= set(words)
    if length >= 40:
        assert text.startswith("\u2026") or page.text.startswith(text.strip("\u2026"))
        assert text.endswith("\u2026") or page.text.endswith(text.strip("\u2026"))


@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=300), st.integers(-1, 300))
def test_excerpt_of_any_text(before: str, anchor: str, after: str, length: int) -> None:
    page = html(f"{before}<a href=/>{anchor}</a>{after}")
    for link in page.links:
        text = page.excerpt(link, length=length)
        assert len(text) <= max(0, length)
        assert text.strip("\u2026").strip() in page.text


@given(st.text(st.sampled_from("ab http://c.example/d ()<>.,\n"), max_size=400))
def test_links_stand_where_they_say(text: str) -> None:
    for page in (read(text, "text/plain"), html(text)):
        for link in page.links:
            assert link.text == page.text[link.start : link.end] != ""
            assert link.text in page.excerpt(link)
