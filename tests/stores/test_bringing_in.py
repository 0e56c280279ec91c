"""What comes from elsewhere: all of it or nothing, each pair once, and nothing of it lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol import Linkback, MemoryStore, Protocol, SQLiteStore, Status, Verdict
from linkback_protocol.errors import StoreError
from linkback_protocol.linkback import MAX_MOVES, Move
from linkback_protocol.stores.contract import HostRecord
from linkback_protocol.url import InvalidURL
from tests.stores.test_contract import NOW, PAGE, add

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linkback_protocol import Store


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


FOREIGN = Linkback(
    id=77,
    protocol=Protocol.TRACKBACK,
    source="http://other.example/1",
    target=PAGE + "#comments",
    page=PAGE,
    status=Status.APPROVED,
    title="A title, \u00fc",
    excerpt="In short",
    site_name="A blog",
    sender="192.0.2.7",
    browser="Sec-Fetch-Site: cross-site",
    user_agent="Firefox",
    received=at(NOW - 900),
    updated=at(NOW - 800),
    checked=at(NOW - 700),
    history=(
        Move(at(NOW - 850), Status.PENDING, "receiver", (Verdict.hold("new", by="first"),)),
        Move(at(NOW - 800), Status.APPROVED, "owner", (Verdict.approve("fine", by="owner"),)),
    ),
    notes=("thanked", "\u00fc"),
)


def foreign(number: int = 1, **changes: Any) -> Linkback:
    return replace(FOREIGN, source=f"http://other.example/{number}", **changes)


def test_nothing_is_lost_but_the_id(store: Store) -> None:
    own = add(store)
    assert store.bring_in([FOREIGN], now=NOW) == (1, 0)
    kept = store.find(source_host="other.example")
    assert kept == [replace(FOREIGN, id=kept[0].id)]
    assert kept[0].id > own.id
    assert store.get(kept[0].id) == kept[0]
    assert add(store, "http://a.example/2").id > kept[0].id


def test_it_is_found_and_counted_like_any_other(store: Store) -> None:
    brought = [foreign(1), foreign(2, page=PAGE + "2/"), foreign(3, status=Status.SPAM)]
    assert store.bring_in(brought, now=NOW) == (3, 0)
    assert [each.source for each in store.find(page=PAGE)] == [brought[0].source, brought[2].source]
    assert [each.source for each in store.find(status=[Status.SPAM])] == [brought[2].source]
    assert (store.count()[Status.APPROVED], store.count()[Status.SPAM]) == (2, 1)
    assert store.tally(["decided_by"]) == [(("owner",), 3)]
    since = FOREIGN.received.timestamp()
    assert store.host_record("other.example") == HostRecord(approved=2, spam=1, since=since)


def test_a_pair_that_is_there_is_left_alone(store: Store) -> None:
    own = add(store, "http://other.example/1/", title="Mine")
    assert store.bring_in([FOREIGN, foreign(2), foreign(2, title="again")], now=NOW) == (1, 2)
    assert store.get(own.id) == own
    assert [each.title for each in store.find()] == ["Mine", FOREIGN.title]
    assert store.bring_in(iter([FOREIGN, foreign(2)]), now=NOW) == (0, 2)


def test_nothing_at_all_is_fine(store: Store) -> None:
    assert store.bring_in([], now=NOW) == (0, 0)


def test_a_file_that_breaks_off_changes_nothing(store: Store) -> None:
    def broken() -> Iterator[Linkback]:
        yield foreign(1)
        yield foreign(2)
        raise EOFError

    with pytest.raises(EOFError):
        store.bring_in(broken(), now=NOW)
    assert store.find() == []
    assert sum(store.count().values()) == 0
    assert store.bring_in([foreign(1)], now=NOW) == (1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(FOREIGN, source="ftp://other.example/"),
        foreign(2, page="ftp://other.example/"),
        foreign(3, target="javascript:alert(1)"),
    ],
)
def test_an_address_that_is_none_changes_nothing(store: Store, wrong: Linkback) -> None:
    with pytest.raises(InvalidURL):
        store.bring_in([foreign(1), wrong], now=NOW)
    assert store.find() == []


def test_what_was_not_verified_is_handed_out(store: Store) -> None:
    store.bring_in([foreign(1), foreign(2, status=Status.RECEIVED)], now=NOW)
    assert store.next_due() == NOW
    assert store.claim(now=NOW - 1, until=NOW + 60) is None
    claimed = store.claim(now=NOW, until=NOW + 60)
    assert claimed is not None
    assert claimed.source == "http://other.example/2"
    assert store.claim(now=NOW, until=NOW + 60) is None


def test_what_was_never_checked_is_due_for_a_check(store: Store) -> None:
    store.bring_in([foreign(1, checked=None), foreign(2)], now=NOW)
    found = store.unchecked([Status.APPROVED], before=NOW)
    assert [each.checked for each in found] == [None, FOREIGN.checked]


def test_a_life_too_long_loses_its_beginning(store: Store) -> None:
    moves = tuple(Move(at(NOW + n), Status.PENDING, f"m{n}") for n in range(MAX_MOVES + 3))
    store.bring_in([foreign(history=moves)], now=NOW)
    (kept,) = store.find()
    assert kept.history == moves[3:]


def test_lone_surrogates_break_nothing(store: Store) -> None:
    store.bring_in([foreign(title="\udcff", notes=("\udcff",), sender="\udcff")], now=NOW)
    (kept,) = store.find()
    assert store.get(kept.id) == kept


def test_it_may_come_from_the_store_itself(store: Store) -> None:
    store.bring_in([foreign(1), foreign(2)], now=NOW)

    def copies() -> Iterator[Linkback]:
        for each in store.find():
            yield replace(each, page=PAGE + "copy/")

    assert store.bring_in(copies(), now=NOW) == (2, 0)


def test_it_stays_when_the_file_is_opened_again(tmp_path: Path) -> None:
    with SQLiteStore(tmp_path / "linkbacks.db") as store:
        store.bring_in([FOREIGN], now=NOW)
        assert not store._db.unsynced
    with SQLiteStore(tmp_path / "linkbacks.db") as store:
        assert store.find() == [replace(FOREIGN, id=1)]


def test_others_see_all_or_nothing(tmp_path: Path) -> None:
    seen = []
    with SQLiteStore(tmp_path / "linkbacks.db") as store:

        def watched() -> Iterator[Linkback]:
            for number in range(3):
                seen.append(sum(other.count().values()))
                yield foreign(number)

        with SQLiteStore(tmp_path / "linkbacks.db") as other:
            store.bring_in(watched(), now=NOW)
            seen.append(sum(other.count().values()))
    assert seen == [0, 0, 0, 3]


def test_both_stores_keep_the_same(tmp_path: Path) -> None:
    brought = [foreign(n, status=status) for n, status in enumerate(Status)]
    with MemoryStore() as memory, SQLiteStore(tmp_path / "linkbacks.db") as sqlite:
        for store in (memory, sqlite):
            store.bring_in(brought, now=NOW)
        assert memory.find() == sqlite.find()


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.bring_in([FOREIGN], now=NOW)
