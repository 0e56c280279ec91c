"""The text round a link is the same, however much of the page had to be read for it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkback_protocol import MemoryStore
from linkback_protocol.linkback import Evidence
from linkback_protocol.wsgi.moderation.passages import Passage, read
from tests.wsgi.moderation.desks import SITE, add

WORDS = "bridges are counted at night and not by day, said the man at the ferry. "
LINK = f'<a href="{SITE}bridges/">the <b>count</b></a> '
PIECES = (
    WORDS, WORDS * 40, LINK, LINK.upper(), f"<p>{WORDS}", f"<p>{WORDS * 9}</p>", "<div>", "</div>",
    f'<a href="{SITE}other/">another</a>', f'<a href="{SITE}bridges/">without an end {WORDS * 40}',
    f'<div style="display:none">{LINK}</div>', f"<nav>{LINK}</nav>", f"<footer>{WORDS}",
    "<!-- " + WORDS * 30, "-->", "<textarea>", "</textarea>", "<script>x", "</script>", "é" * 1500,
    f'<img src="{SITE}x.png">', "<i>" * 20, "x" * 900, "<table><tr><td>", f"<!-- {SITE} -->",
    '<a href="/elsewhere/">' * 100,
)  # fmt: skip
LINKBACK = add(MemoryStore(), 1)


def passage(body: str, *, url: str = "http://source.example/") -> Passage:
    evidence = Evidence(
        fetched=LINKBACK.received, url=url, content_type="text/html", body=body.encode()
    )
    return read(LINKBACK, evidence)


def of_all(body: str) -> Passage:
    """Return the passage of a page that has to be read to its end, for the base there."""
    return passage(f'{body}<base href="http://source.example/">')


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
@example([WORDS, LINK, WORDS * 40])
@example([LINK, "é" * 1500])
@example([LINK, WORDS, '<a href="/elsewhere/">' * 100, WORDS * 9])
@example([LINK, f"<p>{WORDS}" + '<a href="/elsewhere/">' * 100, WORDS * 9])
def test_it_is_that_of_the_whole_page(pieces: list[str]) -> None:
    body = "".join(pieces) + "</script></textarea>--><p>The end."
    assert passage(body) == of_all(body)


def test_pages_of_our_own_link_without_a_name() -> None:
    body = f'{LINK}{WORDS * 90}<a href="/bridges/">again</a>'
    assert passage(body).remarks == ()
    assert passage(body, url=f"{SITE}x/").remarks == ("The page links here 2 times.",)
    based = f'<base href="{SITE}">{body}'
    assert passage(based).remarks == ("The page links here 2 times.",)


def test_a_link_that_is_not_ours_is_told_of_on_a_long_page() -> None:
    body = f'<a href="{SITE}other/">x</a>{WORDS * 90}'
    (remark,) = passage(body).remarks
    assert "does not link here" in remark
    assert replace(passage(body), remarks=()) == Passage(LINKBACK.excerpt)
