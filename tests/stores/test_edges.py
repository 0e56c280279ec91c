"""What callers and strangers may hand a store that is no fine day's value."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import MemoryStore, SQLiteStore, Status, StoreError, Verdict
from linkback_protocol.stores.connections import Connections
from tests.stores.test_contract import NOW, PAGE, add, finish

if TYPE_CHECKING:
    from pathlib import Path

    from linkback_protocol import Store


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**30])
def test_a_number_of_any_size_is_no_id(store: Store, number: int) -> None:
    kept = add(store)
    assert store.get(number) is None
    with pytest.raises(LookupError):
        store.set_status(number, Status.SPAM, now=NOW)
    assert store.find(start=number) == ([] if number > 0 else [kept])
    assert store.find(start=number, newest=True) == ([kept] if number > 0 else [])


def test_lone_surrogates_break_nothing(store: Store) -> None:
    kept = add(store, target=PAGE + "\udcff", sender="\udcff")
    assert store.get(kept.id) == kept
    reasons = [Verdict.spam("a\udcff", by="\udcff")]
    moved = store.set_status(kept.id, Status.SPAM, reasons, now=NOW)
    assert store.get(kept.id) == moved
    assert store.find(source_host="\udcff") == []


def test_a_closed_store_does_not_say_that_all_is_safe(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "linkbacks.db")
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.sync()


def test_a_folder_may_change_under_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    with SQLiteStore("linkbacks.db") as store:
        monkeypatch.chdir(tmp_path / "elsewhere")
        add(store)
        assert len(store.find()) == 1
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_commit_of_nothing_makes_nothing_safe(tmp_path: Path) -> None:
    connections = Connections(
        str(tmp_path / "some.db"), [["CREATE TABLE some (number INTEGER)"]], busy_timeout=1.0
    )
    with connections.writing(durable=False) as db:
        db.execute("INSERT INTO some VALUES (1)")
    with connections.writing(durable=True):
        pass
    assert connections.unsynced
    with connections.writing(durable=True) as db:
        db.execute("INSERT INTO some VALUES (2)")
    assert not connections.unsynced
    connections.close()


def test_outcomes_and_sync_wait_for_the_disk_and_arrivals_do_not(tmp_path: Path) -> None:
    with SQLiteStore(tmp_path / "linkbacks.db") as store:
        kept = add(store)
        assert store._db.unsynced
        store.sync()
        assert not store._db.unsynced
        store.postpone(kept.id, due=NOW)
        assert store._db.unsynced
        finish(store, kept.id)
        assert not store._db.unsynced
        add(store, "http://a.example/2")
        store.set_status(kept.id, Status.APPROVED, now=NOW)
        assert not store._db.unsynced


@pytest.mark.parametrize("newest", [False, True])
def test_both_stores_page_through_several_statuses_alike(tmp_path: Path, newest: bool) -> None:
    chance = random.Random(7)
    with MemoryStore() as memory, SQLiteStore(tmp_path / "linkbacks.db") as sqlite:
        for number in range(60):
            status = chance.choice(list(Status))
            for store in (memory, sqlite):
                store.set_status(add(store, f"http://a.example/{number}").id, status, now=NOW)
        wanted = [Status.SPAM, Status.APPROVED, Status.SPAM, Status.GONE]
        seen: list[int] = []
        start = None
        while True:
            pages = [
                [kept.id for kept in store.find(status=wanted, start=start, newest=newest, limit=4)]
                for store in (memory, sqlite)
            ]
            assert pages[0] == pages[1]
            if not pages[0]:
                break
            seen += pages[0]
            start = seen[-1]
        assert seen == sorted(set(seen), reverse=newest)
        assert len(seen) > 8


def test_several_statuses_are_looked_up_without_sorting_them_all(tmp_path: Path) -> None:
    statements: list[str] = []
    with SQLiteStore(tmp_path / "linkbacks.db") as store:
        finish(store, add(store).id)
        store.find()
        with store._db.reading() as db:
            db.set_trace_callback(statements.append)
        store.find(status=[Status.PENDING, Status.APPROVED], newest=True, limit=5)
        with store._db.reading() as db:
            db.set_trace_callback(None)
            (statement,) = (said for said in statements if said.startswith("SELECT"))
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
    searches = [step for step in plan if step.startswith("SEARCH")]
    assert len(searches) == 2
    assert all("linkback_by_status (status=?)" in step for step in searches)
