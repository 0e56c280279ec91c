"""Hosts that were let in before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Action, Status
from linkback_protocol.validators import KnownSender
from tests.stores.test_contract import add
from tests.validators.support import candidate

if TYPE_CHECKING:
    from linkback_protocol import Store

DAY = 86400.0
NOW = 1_800_000_000.0


def known(store: Store, *statuses: Status, host: str = "blog.example", age: float = 30) -> None:
    for number, status in enumerate(statuses):
        received = datetime.fromtimestamp(NOW - age * DAY + number, UTC)
        kept = add(store, f"http://{host}/{number}", received=received)
        store.set_status(kept.id, status, now=NOW)


def judge(store: Store | None, source: str = "http://blog.example/new", **settings):
    validator = replace(KnownSender(clock=lambda: NOW), **settings)
    return validator(candidate("", source=source, store=store))


def test_a_host_with_a_good_record_is_approved(store: Store) -> None:
    known(store, Status.APPROVED, Status.APPROVED, Status.TRASH)
    verdict = judge(store)
    assert verdict.action is Action.APPROVE
    assert "2 from blog.example" in verdict.reason


@pytest.mark.parametrize(
    ("statuses", "age"),
    [
        ((), 30),
        ((Status.APPROVED,), 30),
        ((Status.PENDING, Status.PENDING), 30),
        ((Status.APPROVED, Status.APPROVED), 3),
        ((Status.APPROVED, Status.APPROVED, Status.SPAM), 30),
    ],
)
def test_any_other_is_left_to_others(store: Store, statuses, age) -> None:
    known(store, *statuses, age=age)
    assert judge(store) is None


def test_the_first_can_be_held(store: Store) -> None:
    assert judge(store, hold_first=True).action is Action.HOLD
    known(store, Status.APPROVED)
    assert judge(store, hold_first=True) is None


@pytest.mark.parametrize(("host", "settings"), [
    ("medium.com", {}), ("www.medium.com", {}), ("blog.example", {"shared": ("blog.example",)}),
])  # fmt: skip
def test_hosts_that_many_share_are_never_known(store: Store, host, settings) -> None:
    known(store, Status.APPROVED, Status.APPROVED, host=host)
    assert judge(store, f"http://{host}/new", **settings) is None
    assert judge(store, f"http://{host}/new", hold_first=True, **settings).action is Action.HOLD


def test_without_a_store_nobody_is_known() -> None:
    assert judge(None) is None


@pytest.mark.parametrize("settings", [{"approved": 0}, {"days": -1}])
def test_settings_have_bounds(settings) -> None:
    with pytest.raises(ValueError, match="KnownSender"):
        KnownSender(**settings)
