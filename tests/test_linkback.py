"""The nouns: pings, verdicts, linkbacks."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linkback_protocol import Action, Linkback, Ping, Protocol, Status, Verdict
from linkback_protocol.linkback import MAX_MOVES, Move, utcnow

THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


KEPT = Linkback(
    id=1,
    protocol=Protocol.TRACKBACK,
    source="http://source.example/",
    target="http://blog.example/p#c",
    page="http://blog.example/p",
    status=Status.RECEIVED,
    title="A title",
    excerpt="In short",
    site_name="A blog",
    sender="192.0.2.7",
    received=THEN,
    updated=THEN,
)


def linkback(**changes: Any) -> Linkback:
    return replace(KEPT, **changes)


class TestNames:
    """Stores and JSON keep these words; they must not change."""

    def test_protocols(self) -> None:
        assert [*Protocol] == ["pingback", "trackback"]

    def test_statuses(self) -> None:
        assert [*Status] == ["received", "pending", "approved", "spam", "trash", "refused", "gone"]

    def test_actions(self) -> None:
        assert [*Action] == ["approve", "hold", "spam", "refuse", "abstain"]


class TestVerdict:
    @pytest.mark.parametrize(
        ("verdict", "action", "decisive"),
        [
            (Verdict.approve("known", by="allow-list"), Action.APPROVE, True),
            (Verdict.hold("new", by="allow-list"), Action.HOLD, False),
            (Verdict.spam("pills", by="allow-list"), Action.SPAM, True),
            (Verdict.refuse("no link", by="allow-list"), Action.REFUSE, True),
        ],
    )
    def test_kinds(self, verdict: Verdict, action: Action, decisive: bool) -> None:
        assert verdict.action is action
        assert verdict.decisive is decisive
        assert verdict.by == "allow-list"
        assert verdict == Verdict(action, verdict.reason, "allow-list")

    def test_nobody_holds_it_unless_named(self) -> None:
        assert Verdict.hold("why not").by == ""


class TestPing:
    def test_received_now_in_utc(self) -> None:
        before = utcnow()
        ping = Ping(protocol=Protocol.PINGBACK, source="s", target="t")
        assert before <= ping.received <= utcnow()
        assert ping.received.utcoffset() == timedelta(0)

    def test_a_pingback_says_nothing_about_itself(self) -> None:
        ping = Ping(protocol=Protocol.PINGBACK, source="s", target="t")
        assert (ping.sender, ping.title, ping.excerpt, ping.blog_name) == ("", "", "", "")

    def test_fields_have_names_and_stay(self) -> None:
        make: Any = Ping
        with pytest.raises(TypeError):
            make(Protocol.PINGBACK, "s", "t")
        ping: Any = Ping(protocol=Protocol.PINGBACK, source="s", target="t")
        with pytest.raises(FrozenInstanceError):
            ping.source = "other"


class TestLinkback:
    def test_gives_its_ping_back(self) -> None:
        assert linkback().ping == Ping(
            protocol=Protocol.TRACKBACK,
            source="http://source.example/",
            target="http://blog.example/p#c",
            sender="192.0.2.7",
            received=THEN,
            title="A title",
            excerpt="In short",
            blog_name="A blog",
        )

    def test_with_status_adds_reasons_to_a_copy(self) -> None:
        first, second = Verdict.hold("new"), Verdict.approve("by hand")
        held = Move(THEN, Status.PENDING, "receiver", (first,))
        before = linkback(status=Status.PENDING, history=(held,))
        later = THEN + timedelta(days=1)
        after = before.with_status(Status.APPROVED, second, by="owner", at=later)
        shown = Move(later, Status.APPROVED, "owner", (second,))
        assert after == linkback(status=Status.APPROVED, history=(held, shown), updated=later)
        assert after.reasons == (first, second)
        assert (before.status, before.reasons, before.updated) == (Status.PENDING, (first,), THEN)

    def test_with_status_needs_no_reason(self) -> None:
        assert linkback().with_status(Status.TRASH, at=THEN).reasons == ()

    def test_reasons_are_those_since_it_was_last_received(self) -> None:
        life = linkback().with_status(Status.REFUSED, Verdict.refuse("no link"), at=THEN)
        again = life.with_status(Status.RECEIVED, by="sender", at=THEN)
        held = again.with_status(Status.PENDING, Verdict.hold("new"), at=THEN)
        assert again.reasons == ()
        assert [verdict.reason for verdict in held.reasons] == ["new"]
        assert len(held.history) == 3

    def test_a_life_is_kept_within_a_bound(self) -> None:
        life = linkback()
        for number in range(MAX_MOVES + 5):
            life = life.with_status(Status.TRASH, Verdict.hold(str(number)), at=THEN)
        assert len(life.history) == MAX_MOVES
        assert life.reasons[-1].reason == str(MAX_MOVES + 4)

    @pytest.mark.parametrize(
        ("moves", "restored"),
        [
            ((), Status.PENDING),
            ((Status.SPAM,), Status.PENDING),
            ((Status.APPROVED, Status.TRASH), Status.APPROVED),
            ((Status.PENDING, Status.SPAM, Status.TRASH), Status.PENDING),
            ((Status.PENDING, Status.APPROVED, Status.GONE), Status.APPROVED),
        ],
    )
    def test_it_is_restored_to_what_it_was(self, moves: list[Status], restored: Status) -> None:
        life = linkback()
        for status in moves:
            life = life.with_status(status, at=THEN)
        assert life.restored is restored

    def test_the_first_decisive_verdict_of_the_last_reason_decides(self) -> None:
        said = (
            Verdict.abstain("no idea", by="akismet"),
            Verdict.hold("short", by="too_short"),
            Verdict.spam("hidden", by="hidden_link"),
        )
        life = linkback().with_status(Status.SPAM, *said, at=THEN)
        assert life.decided_by == "hidden_link"
        assert life.with_status(Status.TRASH, at=THEN).decided_by == "hidden_link"
        held = linkback().with_status(Status.PENDING, *said[:2], at=THEN)
        assert held.decided_by == "too_short"
        assert linkback().decided_by == ""

    def test_compares_and_hashes_by_value(self) -> None:
        assert {linkback(), linkback()} == {linkback()}
        assert linkback(id=2) != linkback()
