"""Limits: bounds that make sense, and who counts as one sender."""

from __future__ import annotations

import ipaddress
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol import Limits
from linkback_protocol.limits import UNLIMITED, sender_network

COUNTS = (
    "per_sender",
    "per_source_host",
    "per_source_domain",
    "per_target",
    "pending",
    "fetches",
    "fetch_failures",
)
SECONDS = ("window", "fetch_interval", "fetch_pause")


def limits(name: str, value: Any) -> Limits:
    return Limits(**{name: value})


def test_every_bound_is_tested() -> None:
    assert {bound.name for bound in fields(Limits)} == {*COUNTS, *SECONDS}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_are_at_least_one(name: str) -> None:
    assert getattr(limits(name, 1), name) == 1
    for value in (0, -1):
        with pytest.raises(ValueError, match=rf"^Limits\.{name} must be at least 1, not {value}$"):
            limits(name, value)


@pytest.mark.parametrize("name", SECONDS)
def test_seconds_may_be_none_at_all(name: str) -> None:
    assert getattr(limits(name, 0.0), name) == 0
    assert getattr(limits(name, 0), name) == 0
    for value in (-0.1, -1, float("nan")):
        with pytest.raises(ValueError, match=rf"^Limits\.{name} must be at least 0, not "):
            limits(name, value)


def test_default_is_one_object_that_nobody_changes() -> None:
    assert Limits() == Limits.DEFAULT
    default: Any = Limits.DEFAULT
    with pytest.raises(FrozenInstanceError):
        default.per_sender = 1
    make: Any = Limits
    with pytest.raises(TypeError):
        make(60.0)


def test_default_lets_one_host_see_less_than_one_domain() -> None:
    default = Limits.DEFAULT
    assert default.per_source_host < default.per_source_domain < default.pending


def test_off_refuses_nothing() -> None:
    off = Limits.off()
    for name in COUNTS:
        assert getattr(off, name) == UNLIMITED
    assert off.fetch_interval == 0


class TestSenderNetwork:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.2", "192.0.2.2"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("::1", "::/64"),
            ("::", "::/64"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::ffff:c000:201", "192.0.2.1"),
            ("", ""),
            ("unix:", "unix:"),
            ("192.0.2.1:8080", "192.0.2.1:8080"),
            ("192.0.2.1, 192.0.2.2", "192.0.2.1, 192.0.2.2"),
        ],
    )
    def test_table(self, address: str, network: str) -> None:
        assert sender_network(address) == network

    @given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
    def test_one_ipv6_network_is_one_sender(
        self, address: ipaddress.IPv6Address, interface: int
    ) -> None:
        neighbour = ipaddress.IPv6Address((int(address) >> 64 << 64) | interface)
        if address.ipv4_mapped is None and neighbour.ipv4_mapped is None:
            assert sender_network(str(address)) == sender_network(str(neighbour))

    @given(st.text())
    def test_any_text_is_some_key(self, address: str) -> None:
        assert isinstance(sender_network(address), str)
