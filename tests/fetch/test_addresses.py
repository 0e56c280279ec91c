from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.fetch import address_allowed
from linkback_protocol.fetch.addresses import ALLOWED_IPV6, DENIED_IPV4, DENIED_IPV6, NAT64, refusal

DENIED = {**DENIED_IPV4, **DENIED_IPV6}

# Networks of the tables that touch: beyond the edge of one lies another.
TOUCHING = {
    "192.0.1.255": True,
    "223.255.255.255": True,
    "239.255.255.255": False,
    "240.0.0.0": False,
}


def edges(network: str) -> tuple[list[str], list[str]]:
    """Return the first and last address of a network, and those just outside it."""
    net = ipaddress.ip_network(network)
    kind = type(net.network_address)
    first, last = int(net.network_address), int(net.broadcast_address)
    outside = [n for n in (first - 1, last + 1) if 0 <= n < 1 << net.max_prefixlen]
    return [str(kind(first)), str(kind(last))], [str(kind(n)) for n in outside]


@pytest.mark.parametrize("network", DENIED)
def test_network_is_denied_to_its_edges(network: str) -> None:
    inside, _ = edges(network)
    assert not any(address_allowed(address) for address in inside)


@pytest.mark.parametrize("network", DENIED)
def test_neighbours_of_a_network_are_allowed_unless_another_holds_them(network: str) -> None:
    _, outside = edges(network)
    for text in outside:
        address = ipaddress.ip_address(text)
        held = any(address in ipaddress.ip_network(other) for other in DENIED)
        in_scope = address.version == 4 or address in ipaddress.ip_network(ALLOWED_IPV6)
        assert address_allowed(address) is (in_scope and not held), text


@pytest.mark.parametrize(("address", "allowed"), TOUCHING.items())
def test_known_borders(address: str, allowed: bool) -> None:
    assert address_allowed(address) is allowed


@pytest.mark.parametrize(
    "address",
    [
        *("::", "::1", "::127.0.0.1", "::8.8.8.8", "100::1", "100:0:0:1::1", "1fff::1"),
        *("4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1"),
        *("64:ff9b:1::7f00:1", "64:ff9b:1::808:808", "64:ff9a::808:808", "64:ff9b::1:808:808"),
        *("2001:0:7f00:1::", "2001:2::1", "2001:20::1", "2002:7f00:1::", "2002:808:808::1"),
        *("fe80::1%lo", "2606:4700::1%eth0", "::ffff:8.8.8.8%1"),
        *("169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "255.255.255.255"),
    ],
)
def test_denied_address(address: str) -> None:
    assert not address_allowed(address)
    assert refusal(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "168.63.129.15", "2606:4700::1111", "2a00::1", "2001:200::1", "3ffe::1"],
)
def test_public_address(address: str) -> None:
    assert address_allowed(address)


@given(st.ip_addresses(v=4))
def test_mapped_and_nat64_are_judged_by_the_address_inside(inner: ipaddress.IPv4Address) -> None:
    judged = address_allowed(inner)
    assert address_allowed(f"::ffff:{inner}") is judged
    nat64 = ipaddress.IPv6Address(int(ipaddress.ip_network(NAT64).network_address) + int(inner))
    assert address_allowed(nat64) is judged


@given(st.ip_addresses(v=6))
def test_ipv6_is_closed_but_for_global_unicast(address: ipaddress.IPv6Address) -> None:
    if address_allowed(address) and address.ipv4_mapped is None:
        assert address in ipaddress.ip_network(ALLOWED_IPV6) or address in ipaddress.ip_network(NAT64)


@given(st.ip_addresses(v=4))
def test_nothing_private_is_public(address: ipaddress.IPv4Address) -> None:
    # The standard library forgets some networks, and is right where it says "private".
    if address.is_private or address.is_multicast or address.is_reserved:
        assert not address_allowed(address)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("127.0.0.1", "127.0.0.0/8"),
        ("10.1.2.3", "10.1.2.3"),
        ("::1", "::1/128"),
        ("fd00::5", "fd00::/8"),
        ("::ffff:127.0.0.1", "127.0.0.0/8"),
        ("64:ff9b::10.0.0.1", "10.0.0.0/8"),
        ("64:ff9b::10.0.0.1", "64:ff9b::/96"),
    ],
)
def test_network_is_permitted_in_spite_of_the_tables(address: str, network: str) -> None:
    assert not address_allowed(address)
    assert address_allowed(address, allow=["192.168.7.0/24", network])


def test_permitting_one_network_permits_no_other() -> None:
    assert not address_allowed("10.0.0.1", allow=["127.0.0.0/8", "::/128"])


def test_zone_is_never_permitted() -> None:
    assert not address_allowed("fe80::1%lo", allow=["fe80::/10"])


@pytest.mark.parametrize("address", ["", "localhost", "127.1", "0177.0.0.1", "1.2.3.4:80"])
def test_what_is_no_address_is_the_callers_mistake(address: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        address_allowed(address)
