"""Counts of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Action, RateLimited
from linkback_protocol.validators import RateLimit
from tests.validators.support import candidate

if TYPE_CHECKING:
    from linkback_protocol import Store

NOW = 1_800_000_000.0
LINK = '<a href="http://ours.test/post/">a post</a>'


@pytest.mark.parametrize(
    ("per", "same", "other"),
    [
        ("sender", {"sender": "2001:db8::1"}, {"sender": "2001:db8:1::1"}),
        ("source_host", {"source": "http://a.example/1"}, {"source": "http://b.example/1"}),
        ("target", {"target": "http://ours.test/post/#a"}, {"target": "http://ours.test/2/"}),
        ("fetched_host", {"source": "http://a.example/1"}, {"source": "http://b.example/1"}),
    ],
)
def test_it_counts_what_it_is_told_to(store: Store, per, same, other) -> None:
    limit = RateLimit(per=per, bound=2, clock=lambda: NOW)
    judged = [limit(candidate(LINK, store=store, **same)) for _ in range(3)]
    assert [each and each.action for each in judged] == [None, None, Action.HOLD]
    assert per in judged[2].reason
    assert limit(candidate(LINK, store=store, **other)) is None


def test_a_window_ends(store: Store) -> None:
    now = [NOW]
    limit = RateLimit(per="sender", bound=1, window=60, clock=lambda: now[0])
    assert limit(candidate(LINK, store=store)) is None
    assert limit(candidate(LINK, store=store)) is not None
    now[0] += 60
    assert limit(candidate(LINK, store=store)) is None


@pytest.mark.parametrize(
    "other",
    [{"bound": 100, "window": 60}, {"bound": 100, "window": 3600.0}, {"bound": 4, "window": 60}],
)
def test_several_count_apart(store: Store, other) -> None:
    """A ping that two of them judge is one ping for each."""
    first = RateLimit(per="sender", clock=lambda: NOW, **other)
    limit = RateLimit(per="sender", bound=3, clock=lambda: NOW)
    judged = []
    for _ in range(4):
        first(candidate(LINK, store=store))
        judged.append(limit(candidate(LINK, store=store)))
    assert [each and each.action for each in judged] == [None, None, None, Action.HOLD]


def test_the_same_limit_of_two_processes_counts_together(store: Store) -> None:
    limits = [RateLimit(per="sender", bound=1, clock=lambda: NOW) for _ in range(2)]
    judged = [limit(candidate(LINK, store=store)) for limit in limits]
    assert [each and each.action for each in judged] == [None, Action.HOLD]


def test_judging_again_counts_nothing(store: Store) -> None:
    limit = RateLimit(per="sender", bound=1, clock=lambda: NOW)
    assert [limit(candidate(LINK, store=store, again=True)) for _ in range(3)] == [None] * 3
    assert limit(candidate(LINK, store=store)) is None


def test_the_sender_can_be_told(store: Store) -> None:
    limit = RateLimit(per="sender", bound=1, action="refuse")
    limit(candidate(LINK, store=store))
    with pytest.raises(RateLimited):
        limit(candidate(LINK, store=store))


def test_an_unread_page_has_no_host(store: Store) -> None:
    limit = RateLimit(per="fetched_host", bound=1)
    assert [limit(candidate(None, store=store)) for _ in range(3)] == [None] * 3
    assert RateLimit(per="sender", bound=1)(candidate(LINK)) is None


@pytest.mark.parametrize(
    "settings",
    [{"per": "moon", "bound": 1}, {"per": "sender", "bound": 0},
     {"per": "sender", "bound": 1, "window": 0}, {"per": "sender", "bound": 1, "action": "x"}],
)  # fmt: skip
def test_settings_are_checked(settings) -> None:
    with pytest.raises(ValueError, match="RateLimit"):
        RateLimit(**settings)
