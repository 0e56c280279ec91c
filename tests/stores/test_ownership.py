"""What every store keeps for the owner: lives, notes, evidence, records, counts, settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol import Limits, Status, Verdict
from linkback_protocol.linkback import Evidence, Passage
from linkback_protocol.stores.contract import HostRecord
from tests.stores.test_contract import NOW, PAGE, add, finish

if TYPE_CHECKING:
    from linkback_protocol import Store

BROWSER = "Sec-Fetch-Site: cross-site"


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def evidence(seconds: float = NOW, body: bytes = b"<p>\xff") -> Evidence:
    return Evidence(
        fetched=at(seconds),
        url="http://a.example/1",
        content_type="text/html; charset=x",
        body=body,
        truncated=True,
        passage=Passage("as \U0001f642 says, ", "\u05d0", " and so on", ("It is odd.",)),
    )


class TestLife:
    def test_every_step_is_kept_with_who_and_when_and_why(self, store: Store) -> None:
        kept = finish(store, add(store).id)
        store.set_status(kept.id, Status.SPAM, [Verdict.spam("junk", by="me")], by="ann", now=NOW)
        store.set_status(kept.id, Status.TRASH, now=NOW + 9)
        life = store.get(kept.id)
        assert life is not None
        assert [(move.at, move.status, move.by) for move in life.history] == [
            (at(NOW + 1), Status.PENDING, "receiver"),
            (at(NOW), Status.SPAM, "ann"),
            (at(NOW + 9), Status.TRASH, "owner"),
        ]
        assert [len(move.reasons) for move in life.history] == [1, 1, 0]
        assert life.reasons[-1].reason == "junk"

    def test_it_is_one_life_when_a_ping_comes_again(self, store: Store) -> None:
        kept = finish(store, add(store).id, Status.REFUSED)
        store.annotate(kept.id, ["odd"])
        again = add(store, now=NOW + 5)
        assert again == store.get(kept.id)
        assert [move.status for move in again.history] == [Status.REFUSED, Status.RECEIVED]
        assert (again.reasons, again.notes) == ((), ("odd",))

    def test_what_a_browser_showed_is_kept(self, store: Store) -> None:
        kept = add(store, browser=BROWSER, user_agent="Firefox")
        assert (kept.browser, kept.user_agent) == (BROWSER, "Firefox")
        assert (kept.ping.browser, kept.ping.user_agent) == (BROWSER, "Firefox")
        assert store.get(kept.id) == kept

    def test_notes_are_replaced(self, store: Store) -> None:
        kept = add(store)
        assert store.annotate(kept.id, ["thanked", 'a "quote", \u00fc']).notes[0] == "thanked"
        assert store.annotate(kept.id, ["low quality"]) == store.get(kept.id)
        with pytest.raises(LookupError):
            store.annotate(kept.id + 1, [])


class TestEvidence:
    def test_it_comes_with_the_outcome(self, store: Store) -> None:
        kept = add(store)
        assert store.evidence(kept.id) is None
        store.finish(
            kept.id, Status.SPAM, [], title="", excerpt="", site_name="", evidence=evidence(),
            now=NOW,
        )  # fmt: skip
        assert store.evidence(kept.id) == evidence()

    def test_it_outlives_an_outcome_without_any(self, store: Store) -> None:
        kept = finish(store, add(store).id)
        store.record_check(kept.id, evidence=evidence(), now=NOW)
        store.record_check(kept.id, now=NOW + 9)
        store.record_check(kept.id + 1, evidence=evidence(), now=NOW)
        assert store.evidence(kept.id) == evidence()
        assert store.evidence(kept.id + 1) is None
        assert [each.checked for each in store.find()] == [at(NOW + 9)]

    def test_the_old_is_dropped(self, store: Store) -> None:
        old, young = add(store, "http://a.example/1"), add(store, "http://a.example/2")
        store.record_check(old.id, evidence=evidence(NOW - 9), now=NOW)
        store.record_check(young.id, evidence=evidence(NOW), now=NOW)
        assert store.expire_evidence(before=NOW - 1) == 1
        assert (store.evidence(old.id), store.evidence(young.id)) == (None, evidence())

    def test_it_goes_with_its_linkback(self, store: Store) -> None:
        kept = add(store)
        store.record_check(kept.id, evidence=evidence(), now=NOW)
        store.set_status(kept.id, Status.TRASH, now=NOW)
        store.expire(Status.TRASH, before=NOW + 1)
        assert store.evidence(kept.id) is None


class TestChecks:
    def test_what_was_checked_longest_ago_comes_first(self, store: Store) -> None:
        kept = [finish(store, add(store, f"http://a.example/{n}").id) for n in range(4)]
        for number, linkback in enumerate(kept):
            store.record_check(linkback.id, now=NOW - number)
        store.set_status(kept[2].id, Status.SPAM, now=NOW)

        def due(**more: Any) -> list[int]:
            found = store.unchecked([Status.PENDING, Status.APPROVED], before=NOW, **more)
            return [kept.index(replace(each, checked=at(NOW + 1))) for each in found]

        assert due() == [3, 1]
        assert due(limit=1) == [3]

    def test_what_was_never_checked_comes_before_all(self, store: Store) -> None:
        checked, never = add(store, "http://a.example/1"), add(store, "http://a.example/2")
        finish(store, checked.id)
        store.set_status(never.id, Status.GONE, now=NOW)
        found = store.unchecked([Status.PENDING, Status.GONE], before=NOW + 9)
        assert [each.id for each in found] == [never.id, checked.id]


class TestSearching:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("casino", {1}),
            ("CASINO Poker", {1}),
            ("casino bakery", set()),
            ("a.example/2", {2}),
            ("bakery", {2}),
            ("\u00dcber", {2}),
            ("\u00fcber", set()),
            ("100%", {2}),
            ("1_0", set()),
            ("\\", set()),
            ("thanked", {2}),
            ("  ", {1, 2}),
        ],
    )
    def test_every_word_has_to_occur(self, store: Store, text: str, found: set[int]) -> None:
        first = add(store, "http://a.example/1", title="Casino", excerpt="poker and more")
        second = add(store, "http://a.example/2", title="\u00dcber Brot", blog_name="Bakery 100%")
        store.annotate(second.id, ["Thanked"])
        numbers = {first.id: 1, second.id: 2}
        assert {numbers[each.id] for each in store.find(text=text)} == found


class TestRecords:
    def test_a_host_has_a_record(self, store: Store) -> None:
        for number, status in enumerate([Status.APPROVED, Status.APPROVED, Status.SPAM]):
            kept = add(store, f"http://a.example/{number}", received=at(NOW + number))
            store.set_status(kept.id, status, now=NOW)
        store.set_status(add(store, "http://b.example/").id, Status.APPROVED, now=NOW)
        assert store.host_record("a.example") == HostRecord(approved=2, spam=1, since=NOW)
        assert store.host_record("c.example") == HostRecord()

    def test_tallies_by_any_fields(self, store: Store) -> None:
        for number in range(5):
            kept = add(
                store,
                f"http://h{number % 2}.example/{number}",
                page=f"{PAGE}{number % 2}/",
                received=datetime(2026, 1 + number // 3, 2, tzinfo=UTC),
            )
            verdict = Verdict.spam("junk", by="words")
            if number % 2:
                store.set_status(kept.id, Status.SPAM, [verdict], now=NOW)
        assert store.tally(["status"]) == [(("received",), 3), (("spam",), 2)]
        assert store.tally(["month", "source_host"]) == [
            (("2026-01", "h0.example"), 2),
            (("2026-01", "h1.example"), 1),
            (("2026-02", "h0.example"), 1),
            (("2026-02", "h1.example"), 1),
        ]
        assert store.tally(["decided_by"], status=[Status.SPAM]) == [(("words",), 2)]
        assert store.tally(["page"], limit=1) == [((f"{PAGE}0/",), 3)]
        begin = datetime(2026, 2, 1, tzinfo=UTC).timestamp()
        assert store.tally(["protocol"], since=begin) == [(("trackback",), 2)]
        assert store.tally(["protocol"], until=begin) == [(("trackback",), 3)]

    def test_the_last_moment_of_a_month_is_in_it(self, store: Store) -> None:
        midnight = datetime(2026, 1, 1, tzinfo=UTC)
        for number, received in enumerate((midnight - timedelta(microseconds=1), midnight)):
            add(store, f"http://a.example/{number}", received=received)
        assert store.tally(["month"]) == [(("2025-12",), 1), (("2026-01",), 1)]
        assert store.tally(["month"], until=midnight.timestamp()) == [(("2025-12",), 1)]


class TestHits:
    def test_they_are_counted_up_to_a_bound_and_for_a_while(self, store: Store) -> None:
        def hit(key: str = "k", scope: str = "mine", now: float = NOW) -> bool:
            return store.hit(scope, key, bound=2, window=10, now=now)

        assert [hit(), hit(), hit()] == [True, True, False]
        assert hit("other")
        assert hit(scope="yours")
        assert not hit(now=NOW + 9.9)
        assert hit(now=NOW + 10)

    def test_they_stay_when_pings_are_counted(self, store: Store) -> None:
        assert store.hit("mine", "k", bound=1, window=1000, now=NOW)
        limits = replace(Limits.off(), per_sender=10**6, window=50)
        for number in range(1100):
            add(store, f"http://a.example/{number}", limits=limits, now=NOW + 100)
        assert not store.hit("mine", "k", bound=1, window=1000, now=NOW + 100)


class TestSettings:
    def test_they_are_kept_changed_and_deleted(self, store: Store) -> None:
        assert store.setting("site") is None
        store.change_setting("site", {"moderate": True, "close_after": None})
        store.change_setting("page:a", [1, "\u00fc"])
        store.change_setting("page:b", 2)
        store.change_setting("page:b", None)
        assert store.setting("site") == {"moderate": True, "close_after": None}
        assert store.settings("page:") == {"page:a": [1, "\u00fc"]}
        assert list(store.settings()) == ["page:a", "site"]

    def test_they_are_copies(self, store: Store) -> None:
        given = {"a": [1]}
        store.change_setting("x", given)
        given["a"].append(2)
        store.setting("x")["a"].append(3)
        assert store.setting("x") == {"a": [1]}
