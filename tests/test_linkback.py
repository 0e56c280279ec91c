"""The nouns: pings, verdicts, linkbacks."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linkback_protocol import Action, Linkback, Ping, Protocol, Status, Verdict
from linkback_protocol.linkback import utcnow

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
        assert [*Action] == ["approve", "hold", "spam", "refuse"]


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
        before = linkback(status=Status.PENDING, reasons=(first,))
        later = THEN + timedelta(days=1)
        after = before.with_status(Status.APPROVED, second, at=later)
        assert after == linkback(status=Status.APPROVED, reasons=(first, second), updated=later)
        assert (before.status, before.reasons, before.updated) == (Status.PENDING, (first,), THEN)

    def test_with_status_needs_no_reason(self) -> None:
        assert linkback().with_status(Status.TRASH, at=THEN).reasons == ()

    def test_compares_and_hashes_by_value(self) -> None:
        assert {linkback(), linkback()} == {linkback()}
        assert linkback(id=2) != linkback()
