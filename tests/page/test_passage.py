"""The text round the link with the link in it, and what a reader of the page cannot see of that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol import url
from linkback_protocol.linkback import Passage
from linkback_protocol.page.passage import LENGTH, passage_of
from tests.page.support import TARGET, html

WORDS = "bridges are counted at night and not by day, said the man at the ferry. "
LINK = f'<a href="{TARGET}">the <b>count</b></a> '
PIECES = (
    WORDS, WORDS * 40, LINK, LINK.upper(), f"<p>{WORDS}", f"<p>{WORDS * 9}</p>", "<div>", "</div>",
    f'<a href="{TARGET}other/">another</a>', f'<a href="{TARGET}">without an end {WORDS * 40}',
    f'<div style="display:none">{LINK}</div>', f"<nav>{LINK}</nav>", f"<footer>{WORDS}",
    "<!-- " + WORDS * 30, "-->", "<textarea>", "</textarea>", "<script>x", "</script>", "é" * 1500,
    "x" * 900, "<table><tr><td>", "…", "the count",
)  # fmt: skip


def passage(body: str) -> Passage | None:
    page = html(body)
    return passage_of(page, page.links_to(url.parse(TARGET)))


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_it_is_the_excerpt_in_three_parts(pieces: list[str]) -> None:
    page = html("".join(pieces))
    links = page.links_to(url.parse(TARGET))
    found = passage_of(page, links)
    if not links:
        assert found is None
        return
    assert found is not None
    seen = next((link for link in links if not link.hidden), links[0])
    assert found.before + found.linked + found.after == page.excerpt(seen, length=LENGTH)
    assert found.linked in page.text[seen.start : seen.end]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>He saw {LINK}twice.", Passage("He saw ", "the count", " twice.")),
        (
            f'<div style="display:none">{LINK}</div><p>The count: {LINK}',
            Passage("The count: ", "the count", "", ("The page links here 2 times.",)),
        ),
        (
            f'<p>Words.<a href="{TARGET}"></a>',
            Passage(
                "Words.",
                remarks=("A reader cannot see the link: empty anchor.", "The link shows no text."),
            ),
        ),
        (
            f'<p>Words <a href="{TARGET}"><img src="a.png" alt="a bridge"></a>',
            Passage("Words", remarks=("The link shows no text. It says: a bridge",)),
        ),
        (
            f"<p>Words.</p><nav>Menu {LINK}</nav>",
            Passage("Menu ", "the count", "", ("The link stands in the page's nav.",)),
        ),
    ],
    ids=["plain", "first that is seen", "nothing to see", "picture", "menu"],
)
def test_the_link_is_marked_and_what_is_odd_is_told(body: str, expected: Passage) -> None:
    assert passage(body) == expected


def test_a_picture_that_says_much_is_not_quoted_whole() -> None:
    found = passage(f'<a href="{TARGET}"><img src="a.png" alt="{WORDS * 99}"></a>')
    assert found is not None
    assert len(found.remarks[0]) < LENGTH + 50


def test_there_is_none_without_a_link() -> None:
    assert passage(f'<p>{WORDS}<a href="{TARGET}other/">another</a>') is None
