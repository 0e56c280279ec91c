"""What every store must do: handing out the work that is left, and the fetch budget."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Limits, SourceUnreachable, Status
from tests.stores.test_contract import NOW, add, finish

if TYPE_CHECKING:
    from linkback_protocol import Store


class TestWork:
    def test_the_longest_due_comes_first_and_only_once(self, store: Store) -> None:
        late = add(store, "http://a.example/late", due=NOW + 2).id
        early = add(store, "http://a.example/early", due=NOW + 1).id
        add(store, "http://a.example/later", due=NOW + 90)
        assert store.next_due() == NOW + 1
        claimed = [store.claim(now=NOW + 5, until=NOW + 60) for _ in range(3)]
        assert [kept and kept.id for kept in claimed] == [early, late, None]
        assert store.next_due() == NOW + 60

    def test_what_was_claimed_and_not_finished_comes_again(self, store: Store) -> None:
        first = add(store).id
        assert store.claim(now=NOW + 11, until=NOW + 20) is not None
        assert store.claim(now=NOW + 19, until=NOW + 30) is None
        again = store.claim(now=NOW + 20, until=NOW + 30)
        assert again is not None
        assert again.id == first

    def test_what_is_finished_is_no_work(self, store: Store) -> None:
        finish(store, add(store).id)
        assert store.next_due() is None
        assert store.claim(now=NOW + 99, until=NOW + 100) is None
        store.postpone(store.find()[0].id, due=NOW)
        assert store.next_due() is None

    def test_postponing(self, store: Store) -> None:
        kept = add(store)
        store.postpone(kept.id, due=NOW + 50)
        assert store.next_due() == NOW + 50
        store.postpone(kept.id, due=NOW + 5)
        assert store.next_due() == NOW + 5

    def test_what_is_opened_again_is_work_again(self, store: Store) -> None:
        kept = add(store)
        store.set_status(kept.id, Status.REFUSED, now=NOW)
        add(store, due=NOW + 33)
        assert store.next_due() == NOW + 33

    def test_threads_never_get_the_same(self, store: Store) -> None:
        for number in range(40):
            add(store, f"http://a.example/{number}", due=NOW)
        claimed: list[int] = []

        def work() -> None:
            while (kept := store.claim(now=NOW, until=NOW + 60)) is not None:
                claimed.append(kept.id)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(claimed) == sorted(kept.id for kept in store.find())


class TestFetchBudget:
    @staticmethod
    def lease(
        store: Store, host: str, limits: Limits, *, now: float = NOW, domain: str = ""
    ) -> float:
        return store.lease_fetch(host, domain or host, limits=limits, now=now, until=now + 15)

    def test_a_few_at_once(self, store: Store) -> None:
        limits = Limits(fetches=2)
        assert self.lease(store, "a.example", limits) == 0.0
        assert self.lease(store, "b.example", limits) == 0.0
        assert 0 < self.lease(store, "c.example", limits) <= 1
        store.release_fetch("a.example", reached=True, limits=limits, now=NOW)
        assert self.lease(store, "c.example", limits) == 0.0

    def test_one_for_a_host(self, store: Store) -> None:
        limits = Limits(fetch_interval=0.0)
        assert self.lease(store, "a.example", limits) == 0.0
        assert 0 < self.lease(store, "a.example", limits) <= 1
        store.release_fetch("a.example", reached=True, limits=limits, now=NOW)
        assert self.lease(store, "a.example", limits) == 0.0

    def test_a_lease_ends_by_itself(self, store: Store) -> None:
        limits = Limits(fetches=1)
        self.lease(store, "a.example", limits)
        assert self.lease(store, "a.example", limits, now=NOW + 14) > 0
        assert self.lease(store, "a.example", limits, now=NOW + 15) == 0.0

    @pytest.mark.parametrize("host", ["a.example.org", "b.example.org"])
    def test_an_interval_for_host_and_domain(self, store: Store, host: str) -> None:
        limits = Limits(fetch_interval=5.0)
        self.lease(store, "a.example.org", limits, domain="example.org")
        store.release_fetch("a.example.org", reached=True, limits=limits, now=NOW + 1)
        wait = self.lease(store, host, limits, now=NOW + 2, domain="example.org")
        assert wait == pytest.approx(3.0)
        assert self.lease(store, host, limits, now=NOW + 5, domain="example.org") == 0.0

    def test_a_refused_lease_takes_nothing(self, store: Store) -> None:
        limits = Limits(fetch_interval=5.0)
        self.lease(store, "a.example", limits)
        for now in range(1, 5):
            self.lease(store, "a.example", limits, now=NOW + now)
        store.release_fetch("a.example", reached=True, limits=limits, now=NOW + 4)
        assert self.lease(store, "a.example", limits, now=NOW + 5) == 0.0

    def test_a_host_that_fails_is_left_alone_ever_longer(self, store: Store) -> None:
        limits = Limits(fetch_failures=2, fetch_pause=100.0, fetch_interval=0.0)
        now = NOW
        for pause in (0.0, 100.0, 200.0, 400.0):
            assert self.lease(store, "a.example", limits, now=now) == 0.0
            store.release_fetch("a.example", reached=False, limits=limits, now=now)
            if pause:
                with pytest.raises(SourceUnreachable):
                    self.lease(store, "a.example", limits, now=now + pause - 1)
            now += pause
        for _ in range(20):
            self.lease(store, "a.example", limits, now=now)
            store.release_fetch("a.example", reached=False, limits=limits, now=now)
            now += 86400.0
        assert self.lease(store, "a.example", limits, now=now) == 0.0
        store.release_fetch("a.example", reached=True, limits=limits, now=now)
        assert self.lease(store, "a.example", limits, now=now) == 0.0

    def test_a_release_closes_nothing_for_those_who_asked_before(self, store: Store) -> None:
        limits = Limits(fetch_interval=0.0)
        self.lease(store, "a.example", limits)
        store.release_fetch("a.example", reached=True, limits=limits, now=NOW + 1)
        assert self.lease(store, "a.example", limits, now=NOW + 0.5) == 0.0

    def test_unlimited_it_is_not_kept(self, store: Store) -> None:
        for _ in range(100):
            assert self.lease(store, "a.example", Limits.off()) == 0.0
        store.release_fetch("a.example", reached=False, limits=Limits.off(), now=NOW)
