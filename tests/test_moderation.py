"""What owners decide, wherever from, and how long what nobody is shown is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Status, Verdict
from linkback_protocol.dispatcher import expire
from linkback_protocol.limits import Retention
from linkback_protocol.moderation import Decided, Decision, Moderator, NoSuchLinkback
from tests.stores.test_contract import NOW, add
from tests.stores.test_ownership import evidence

if TYPE_CHECKING:
    from linkback_protocol import Linkback, Store


def pending(store: Store, number: int = 1) -> Linkback:
    kept = add(store, f"http://a.example/{number}")
    return store.set_status(kept.id, Status.PENDING, [Verdict.hold("new")], by="receiver", now=NOW)


class TestDeciding:
    def test_listeners_hear_what_was_and_what_is_and_cannot_undo_it(self, store: Store) -> None:
        heard: list[Decided] = []

        def broken(_: Decided) -> None:
            raise RuntimeError("listener")

        moderator = Moderator(store, listeners=[broken, heard.append], clock=lambda: NOW + 5)
        kept = pending(store)
        (spam,) = moderator.decide([kept.id], Decision.SPAM, by="ann")
        assert heard == [Decided(Decision.SPAM, kept, spam)]
        assert store.get(kept.id) == spam
        assert spam.updated.timestamp() == NOW + 5
        assert (spam.history[-1].by, spam.reasons[-1].reason) == ("ann", "marked as spam by ann")
        moderator.decide([kept.id], Decision.SPAM)
        assert len(heard) == 1

    def test_where_one_is_missing_none_is_changed(self, store: Store) -> None:
        kept = pending(store)
        with pytest.raises(NoSuchLinkback, match="99"):
            Moderator(store).decide([kept.id, 99], Decision.APPROVE)
        assert store.get(kept.id) == kept

    @pytest.mark.parametrize(
        ("decisions", "status"),
        [
            ((Decision.SPAM, Decision.RESTORE), Status.PENDING),
            ((Decision.APPROVE, Decision.SPAM, Decision.TRASH, Decision.RESTORE), Status.APPROVED),
            ((Decision.APPROVE, Decision.SPAM, Decision.TRASH, Decision.UNDO), Status.SPAM),
            ((Decision.TRASH, Decision.UNDO, Decision.UNDO), Status.TRASH),
        ],
    )
    def test_steps_can_be_taken_back(
        self, store: Store, decisions: tuple[Decision, ...], status: Status
    ) -> None:
        kept = pending(store)
        for decision in decisions:
            (kept,) = Moderator(store).decide([kept.id], decision)
        assert kept.status is status

    def test_notes_are_folded_and_bounded(self, store: Store) -> None:
        kept = pending(store)
        moderator = Moderator(store)
        assert moderator.annotate(kept.id, [" thanked \n them", "  "]).notes == ("thanked them",)
        for notes in (["x" * 501], ["x"] * 21):
            with pytest.raises(ValueError, match="20 notes of 500"):
                moderator.annotate(kept.id, notes)
        with pytest.raises(NoSuchLinkback):
            moderator.annotate(99, ["x"])


class TestRetention:
    def test_each_is_kept_for_its_own_time(self, store: Store) -> None:
        for number, status in enumerate(Status):
            kept = add(store, f"http://a.example/{number}")
            store.set_status(kept.id, status, now=NOW)
            store.record_check(kept.id, evidence=evidence(NOW), now=NOW)
        retention = Retention(refused=10, spam=20, trash=30, evidence=5)

        def expired(after: float) -> dict[str, int]:
            return {name: n for name, n in expire(store, retention, now=NOW + after).items() if n}

        assert expired(4) == {}
        assert expired(6) == {"evidence": len(Status)}
        assert expired(11) == {"refused": 1}
        assert expired(21) == {"spam": 1}
        assert expired(31) == {"trash": 1}
        assert {kept.status for kept in store.find()} == {
            Status.RECEIVED, Status.PENDING, Status.APPROVED, Status.GONE,
        }  # fmt: skip

    def test_times_are_not_negative(self) -> None:
        with pytest.raises(ValueError, match=r"Retention\.spam"):
            Retention(spam=-1)
