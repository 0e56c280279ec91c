"""Limits, budgets, patience: what does not get its answer at once, and is not lost."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol import (
    AlreadyRegistered,
    Limits,
    MemoryStore,
    RateLimited,
    SourceUnreachable,
    Status,
)
from tests.receiver.test_receive import POST, pingback, targets
from tests.support import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_protocol import Receiver, Store
    from tests.peers import SourceSite


class TestLimits:
    def test_pings_over_a_count_are_refused_without_a_fetch(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        receiver = make_receiver(
            targets=targets, limits=Limits(per_sender=2, fetch_interval=0.0, fetches=8)
        )
        for path in ("/a", "/b"):
            receiver.receive(pingback(source.link(path, POST)))
        with pytest.raises(RateLimited):
            receiver.receive(pingback(source.link("/c", POST)))
        receiver.receive(pingback(source.link("/d", POST), sender="192.0.2.8"))
        assert source.hits == ["/a", "/b", "/d"]

    def test_a_victim_sees_no_more_than_the_budget(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        receiver = make_receiver(
            targets=targets, limits=Limits(per_source_host=5, fetch_interval=0.01)
        )
        refused = 0
        for number in range(200):
            try:
                receiver.receive(
                    pingback(source.link(f"/{number}", POST), sender=f"192.0.2.{number}")
                )
            except RateLimited:
                refused += 1
        assert refused == 195
        wait_until(lambda: not receiver.store.count()[Status.RECEIVED])
        assert len(source.hits) == 5


class TestPatience:
    def test_a_slow_source_is_queued_and_finished(
        self, make_receiver: Callable[..., Receiver], source: SourceSite, store: Store
    ) -> None:
        receiver = make_receiver(targets=targets, patience=0.05)
        released = threading.Event()
        queued = receiver.receive(pingback(source.link("/a", POST, released=released)))
        assert queued.status is Status.RECEIVED
        released.set()
        wait_until(lambda: store.count()[Status.PENDING] == 1)

    def test_later_answers_at_once(
        self, make_receiver: Callable[..., Receiver], source: SourceSite, store: Store
    ) -> None:
        receiver = make_receiver(targets=targets, verify="later")
        released = threading.Event()
        queued = receiver.receive(pingback(source.link("/a", POST, released=released)))
        assert queued.status is Status.RECEIVED
        released.set()
        wait_until(lambda: store.count()[Status.PENDING] == 1)

    def test_slow_sources_do_not_hold_up_an_honest_ping(
        self, make_receiver: Callable[..., Receiver], source: SourceSite, store: Store
    ) -> None:
        receiver = make_receiver(targets=targets, patience=60.0)
        released = threading.Event()
        addresses = [source.link(f"/slow{number}", POST, released=released) for number in range(50)]
        slow = [
            threading.Thread(target=receiver.receive, args=(pingback(address),))
            for address in addresses
        ]
        for thread in slow:
            thread.start()
        wait_until(lambda: store.count()[Status.RECEIVED] == 50 and len(source.hits) == 8)
        assert receiver.receive(pingback(source.link("/a", POST))).status is Status.RECEIVED
        # What found no worker is due at once, not when its claim would end.
        due = store.next_due()
        assert due is not None
        assert due <= time.time()
        released.set()
        for thread in slow:
            thread.join()
        wait_until(lambda: not store.count()[Status.RECEIVED])
        assert store.count()[Status.PENDING] == 51

    @pytest.mark.parametrize("settings", [{"patience": 0.05}, {"verify": "later"}])
    def test_what_is_promised_is_on_the_disk_first(
        self, make_receiver: Callable[..., Receiver], source: SourceSite, settings: dict[str, Any]
    ) -> None:
        class Watched(MemoryStore):
            synced = 0

            def sync(self) -> None:
                self.synced += 1

        store = Watched()
        receiver = make_receiver(store=store, targets=targets, **settings)
        released = threading.Event()
        receiver.receive(pingback(source.link("/a", POST, released=released)))
        assert store.synced == 1
        released.set()
        wait_until(lambda: store.count()[Status.PENDING] == 1)

    def test_a_failed_fetch_is_not_answered_before_its_time(
        self, make_receiver: Callable[..., Receiver], source: SourceSite, store: Store
    ) -> None:
        receiver = make_receiver(targets=targets, failure_time=600.0)
        refused: list[SourceUnreachable] = []

        def ping() -> None:
            try:
                receiver.receive(pingback(source.url + "missing"))
            except SourceUnreachable as error:
                refused.append(error)

        thread = threading.Thread(target=ping)
        thread.start()
        wait_until(lambda: store.count()[Status.REFUSED] == 1)
        assert refused == []
        # Closing ends the wait; ten minutes are for nobody to be waited for.
        receiver.close()
        thread.join()
        assert len(refused) == 1

    def test_what_was_left_is_finished_after_a_restart(
        self, make_receiver: Callable[..., Receiver], source: SourceSite, store: Store
    ) -> None:
        store.add(
            pingback(source.link("/a", POST)), page=POST, limits=Limits.off(), now=1.0, due=2.0
        )
        make_receiver(targets=targets).start()
        wait_until(lambda: store.count()[Status.PENDING] == 1)


def test_identical_pings_at_once_register_once(
    make_receiver: Callable[..., Receiver], source: SourceSite, store: Store
) -> None:
    receiver = make_receiver(targets=targets)
    address = source.link("/a", POST)
    outcomes: list[str] = []
    together = threading.Barrier(16)

    def ping() -> None:
        together.wait()
        try:
            receiver.receive(pingback(address))
        except AlreadyRegistered:
            outcomes.append("already")
        else:
            outcomes.append("registered")

    threads = [threading.Thread(target=ping) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already"] * 15 + ["registered"]
    assert len(store.find()) == 1
