"""What every store must do, whatever it keeps linkbacks in; run these over a store of your own."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol import (
    AlreadyRegistered,
    Limits,
    Ping,
    Protocol,
    RateLimited,
    Status,
    StoreError,
    Verdict,
)

if TYPE_CHECKING:
    from linkback_protocol import Linkback, Store

PAGE = "https://blog.example/post/"
NOW = 1_000_000.0
RECEIVED = datetime(2026, 11, 22, 12, 0, 0, 123456, UTC)


def ping(source: str = "http://a.example/1", **settings: Any) -> Ping:
    made = Ping(
        protocol=Protocol.TRACKBACK,
        source=source,
        target=PAGE,
        sender="192.0.2.1",
        received=RECEIVED,
        title="Title",
        excerpt="Excerpt",
        blog_name="Blog",
    )
    return replace(made, **settings)


def add(
    store: Store,
    source: str = "http://a.example/1",
    *,
    page: str = PAGE,
    limits: Limits | None = None,
    now: float = NOW,
    due: float = NOW + 10,
    **settings: Any,
) -> Linkback:
    made = ping(source, **settings)
    return store.add(made, page=page, limits=limits or Limits.off(), now=now, due=due)


def finish(store: Store, linkback_id: int, status: Status = Status.PENDING) -> Linkback:
    reasons = [Verdict.hold("odd", by="me")]
    return store.finish(
        linkback_id, status, reasons, title="T", excerpt="E", site_name="S", now=NOW + 1
    )


class TestAdding:
    def test_it_is_received_with_all_that_the_ping_says(self, store: Store) -> None:
        kept = add(store)
        assert store.get(kept.id) == kept
        assert kept.status is Status.RECEIVED
        assert (kept.protocol, kept.source, kept.target, kept.page) == (
            Protocol.TRACKBACK,
            "http://a.example/1",
            PAGE,
            PAGE,
        )
        assert (kept.title, kept.excerpt, kept.site_name, kept.sender) == (
            "Title",
            "Excerpt",
            "Blog",
            "192.0.2.1",
        )
        assert kept.received == RECEIVED
        assert kept.reasons == ()

    @pytest.mark.parametrize(
        ("source", "page"),
        [
            ("http://a.example/1", PAGE),
            ("https://a.example/1", PAGE),
            ("http://A.example:80/%31/#x", PAGE),
            ("http://a.example/1", "http://blog.example/post"),
        ],
    )
    def test_a_pair_is_registered_once_in_any_spelling(
        self, store: Store, source: str, page: str
    ) -> None:
        add(store)
        with pytest.raises(AlreadyRegistered):
            add(store, source, page=page, protocol=Protocol.PINGBACK)

    def test_other_pairs_are_their_own(self, store: Store) -> None:
        ids = {
            add(store).id,
            add(store, "http://a.example/1?x").id,
            add(store, page="https://blog.example/other/").id,
        }
        assert len(ids) == 3

    @pytest.mark.parametrize("status", [Status.REFUSED, Status.GONE])
    def test_what_was_refused_or_gone_is_opened_again(self, store: Store, status: Status) -> None:
        first = add(store)
        store.set_status(first.id, status, [Verdict.refuse("no")], now=NOW)
        again = add(store, title="New", now=NOW + 5)
        assert again.id == first.id
        assert (again.status, again.title, again.reasons) == (Status.RECEIVED, "New", ())
        assert store.get(first.id) == again
        assert store.count()[Status.RECEIVED] == 1

    @pytest.mark.parametrize(
        "status", [Status.PENDING, Status.APPROVED, Status.SPAM, Status.TRASH, Status.RECEIVED]
    )
    def test_in_any_other_status_it_stays(self, store: Store, status: Status) -> None:
        store.set_status(add(store).id, status, now=NOW)
        with pytest.raises(AlreadyRegistered):
            add(store)

    def test_any_text_is_kept_or_replaced(self, store: Store) -> None:
        kept = add(store, title="a\0b\ud800c\U0001f600")
        found = store.get(kept.id)
        assert found is not None
        assert found.title.startswith("a\0b")
        assert found.title.endswith("c\U0001f600")

    def test_at_once_it_is_registered_once(self, store: Store) -> None:
        outcomes: list[str] = []
        together = threading.Barrier(32)

        def race() -> None:
            together.wait()
            try:
                add(store)
            except AlreadyRegistered:
                outcomes.append("already")
            else:
                outcomes.append("added")

        threads = [threading.Thread(target=race) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["added"] + ["already"] * 31


class TestCounts:
    @pytest.mark.parametrize(
        ("limits", "sources", "senders"),
        [
            (Limits(per_sender=3), "http://h{}.example/", "192.0.2.1"),
            (Limits(per_sender=3), "http://h{}.example/", "2001:db8::{}"),
            (Limits(per_source_host=3), "http://a.example/{}", "192.0.2.{}"),
            (Limits(per_source_domain=3), "http://h{}.a.example/", "192.0.2.{}"),
            (Limits(per_target=3), "http://h{}.example/", "192.0.2.{}"),
            (Limits(pending=3), "http://h{}.example/", "192.0.2.{}"),
        ],
        ids=["sender", "sender /64", "host", "domain", "target", "pending"],
    )
    def test_over_the_bound_a_ping_is_refused(
        self, store: Store, limits: Limits, sources: str, senders: str
    ) -> None:
        for number in range(3):
            add(store, sources.format(number), sender=senders.format(number), limits=limits)
        with pytest.raises(RateLimited):
            add(store, sources.format(9), sender=senders.format(9), limits=limits)
        assert len(store.find()) == 3

    @pytest.mark.parametrize(
        ("source", "settings"),
        [
            ("http://other.example.org/", {"sender": "192.0.2.9"}),
            ("http://other.example.org/", {"sender": "2001:db8:1::1"}),
        ],
    )
    def test_others_are_not(self, store: Store, source: str, settings: dict[str, str]) -> None:
        limits = Limits(per_sender=1, per_source_host=1, per_source_domain=1)
        add(store, sender="2001:db8::1", limits=limits)
        add(store, source, limits=limits, **settings)

    def test_the_window_slides(self, store: Store) -> None:
        limits = Limits(per_sender=2, window=100.0)
        for number, now in enumerate((0.0, 60.0, 101.0)):
            add(store, f"http://a.example/{number}", limits=limits, now=NOW + now)
        with pytest.raises(RateLimited):
            add(store, "http://a.example/9", limits=limits, now=NOW + 102)
        add(store, "http://a.example/9", limits=limits, now=NOW + 161)

    def test_opening_again_counts(self, store: Store) -> None:
        limits = Limits(per_source_host=2)
        for _ in range(2):
            store.set_status(add(store, limits=limits).id, Status.REFUSED, now=NOW)
        with pytest.raises(RateLimited):
            add(store, limits=limits)

    def test_what_is_registered_already_does_not_count(self, store: Store) -> None:
        limits = Limits(per_source_host=2)
        add(store, limits=limits)
        for _ in range(5):
            with pytest.raises(AlreadyRegistered):
                add(store, limits=limits)
        add(store, "http://a.example/2", limits=limits)

    def test_the_owner_makes_room_among_what_waits(self, store: Store) -> None:
        limits = Limits(pending=1)
        first = add(store, limits=limits)
        store.set_status(first.id, Status.APPROVED, now=NOW)
        add(store, "http://a.example/2", limits=limits)

    def test_they_hold_for_threads(self, store: Store) -> None:
        limits = Limits(per_source_host=10)
        accepted: list[int] = []

        def work(number: int) -> None:
            with contextlib.suppress(RateLimited):
                accepted.append(add(store, f"http://a.example/{number}", limits=limits).id)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(accepted) == 10


class TestMoving:
    def test_finishing_records_the_outcome(self, store: Store) -> None:
        kept = finish(store, add(store).id)
        assert store.get(kept.id) == kept
        assert (kept.status, kept.title, kept.excerpt, kept.site_name) == (
            Status.PENDING,
            "T",
            "E",
            "S",
        )
        assert kept.reasons == (Verdict.hold("odd", by="me"),)
        assert kept.updated == datetime.fromtimestamp(NOW + 1, UTC)

    def test_the_owner_may_be_faster(self, store: Store) -> None:
        first = store.set_status(add(store).id, Status.TRASH, now=NOW)
        assert finish(store, first.id) == first
        assert store.get(first.id) == first

    def test_reasons_add_up(self, store: Store) -> None:
        kept = finish(store, add(store).id)
        moved = store.set_status(
            kept.id, Status.APPROVED, [Verdict.approve("nice", by="owner")], now=NOW + 2
        )
        assert [reason.reason for reason in moved.reasons] == ["odd", "nice"]
        assert store.get(kept.id) == moved

    @pytest.mark.parametrize("number", [0, 99, -1, 2**62])
    def test_what_is_not_there_is_said_so(self, store: Store, number: int) -> None:
        assert store.get(number) is None
        with pytest.raises(LookupError):
            finish(store, number)
        with pytest.raises(LookupError):
            store.set_status(number, Status.SPAM, now=NOW)

    def test_expiring_deletes_the_old_in_a_status(self, store: Store) -> None:
        old, young, other = (add(store, f"http://a.example/{n}").id for n in range(3))
        store.set_status(old, Status.REFUSED, now=NOW - 100)
        store.set_status(young, Status.REFUSED, now=NOW)
        store.set_status(other, Status.SPAM, now=NOW - 100)
        assert store.expire(Status.REFUSED, before=NOW - 50) == 1
        assert [kept.id for kept in store.find()] == [young, other]
        assert store.count()[Status.REFUSED] == 1
        assert add(store, "http://a.example/0").id not in (old, young, other)


class TestFinding:
    @pytest.fixture(autouse=True)
    def fill(self, store: Store) -> None:
        for number in range(6):
            kept = add(
                store,
                f"http://h{number % 2}.example/{number}",
                page=f"{PAGE}{number // 3}/",
                protocol=Protocol.PINGBACK if number < 2 else Protocol.TRACKBACK,
            )
            status = Status.APPROVED if number % 2 else Status.SPAM
            store.set_status(kept.id, status, now=NOW)

    @pytest.mark.parametrize(
        ("conditions", "found"),
        [
            ({}, [1, 2, 3, 4, 5, 6]),
            ({"newest": True}, [6, 5, 4, 3, 2, 1]),
            ({"page": f"{PAGE}0/"}, [1, 2, 3]),
            ({"page": "http://blog.example/post/1#x"}, [4, 5, 6]),
            ({"page": "http://blog.example/none"}, []),
            ({"status": [Status.SPAM]}, [1, 3, 5]),
            ({"status": [Status.SPAM, Status.APPROVED]}, [1, 2, 3, 4, 5, 6]),
            ({"status": [Status.GONE]}, []),
            ({"protocol": Protocol.PINGBACK}, [1, 2]),
            ({"source_host": "h1.example"}, [2, 4, 6]),
            (
                {"source_host": "h1.example", "page": f"{PAGE}1/", "status": [Status.APPROVED]},
                [4, 6],
            ),
            ({"limit": 2}, [1, 2]),
            ({"limit": 2, "start": 2}, [3, 4]),
            ({"limit": 2, "start": 5, "newest": True}, [4, 3]),
            ({"start": 3, "status": [Status.SPAM]}, [5]),
        ],
    )
    def test_by_any_condition(
        self, store: Store, conditions: dict[str, Any], found: list[int]
    ) -> None:
        ids = {kept.id: place for place, kept in enumerate(store.find(), 1)}
        if "start" in conditions:
            conditions = conditions | {"start": {v: k for k, v in ids.items()}[conditions["start"]]}
        assert [ids[kept.id] for kept in store.find(**conditions)] == found

    def test_counts_name_every_status(self, store: Store) -> None:
        counts = store.count()
        assert counts.keys() == set(Status)
        assert (counts[Status.SPAM], counts[Status.APPROVED], counts[Status.GONE]) == (3, 3, 0)


def test_closed_it_says_so(store: Store) -> None:
    add(store)
    store.close()
    store.close()
    for use in (store.find, store.count, store.next_due, lambda: store.get(1), lambda: add(store)):
        with pytest.raises(StoreError):
            use()


def test_synced_or_not_it_is_there(store: Store) -> None:
    add(store)
    store.sync()
    store.sync()
    assert len(store.find()) == 1
