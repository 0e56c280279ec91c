"""The texts round the links of a screen: as they were kept, or from the pages that were."""

from __future__ import annotations

from dataclasses import replace

from linkback_protocol import Linkback, MemoryStore
from linkback_protocol.linkback import EVIDENCE_BYTES, Passage
from linkback_protocol.wsgi.moderation.passages import Passages
from tests.wsgi.moderation.desks import NOW, SITE, add

KEPT = Passage("It was said that ", "bridges", " are counted.", ("It is a test.",))
BODY = f'<p>One may <a href="{SITE}bridges/">cross</a> them.'


def keep(store: MemoryStore, linkback: Linkback, passage: Passage | None) -> Linkback:
    """Have a page kept with another passage, or without one as an earlier version did."""
    evidence = store.evidence(linkback.id)
    assert evidence is not None
    store.record_check(linkback.id, evidence=replace(evidence, passage=passage), now=NOW + 2)
    kept = store.get(linkback.id)
    assert kept is not None
    return kept


def test_what_was_kept_is_shown_and_the_page_not_read_again() -> None:
    store = MemoryStore()
    linkback = keep(store, add(store, 1, body=BODY), KEPT)
    assert Passages(store).of([linkback]) == [KEPT]


def test_the_page_is_read_where_no_passage_was_kept() -> None:
    store = MemoryStore()
    linkback = keep(store, add(store, 1, body=BODY), None)
    assert Passages(store).of([linkback]) == [Passage("One may ", "cross", " them.")]


def test_pages_are_read_for_a_screen_up_to_a_bound() -> None:
    store = MemoryStore()
    long = BODY + "<!-- -->" * (EVIDENCE_BYTES // 8)
    unread = [keep(store, add(store, number, body=long), None) for number in range(1, 7)]
    kept = keep(store, add(store, 7, body=long), KEPT)
    *found, last = Passages(store).of([*unread, kept])
    assert [passage.linked for passage in found] == ["cross"] * 4 + [""] * 2
    assert found[-1] == Passage(unread[-1].excerpt)
    assert last == KEPT


def test_what_was_found_is_remembered_until_the_page_is_read_again() -> None:
    store = MemoryStore()
    linkback = keep(store, add(store, 1, body=BODY), KEPT)
    found = Passages(store)
    assert found.of([linkback]) == [KEPT]
    store.expire_evidence(before=NOW * 2)
    assert found.of([linkback]) == [KEPT]
    assert found.of([replace(linkback, checked=linkback.received)]) == [Passage(linkback.excerpt)]


def test_a_page_that_does_not_link_is_said_not_to() -> None:
    store = MemoryStore()
    linkback = add(store, 1, body=f'<a href="{SITE}other/">x</a>')
    (found,) = Passages(store).of([linkback])
    assert found.before == linkback.excerpt
    assert "does not link here" in found.remarks[0]
