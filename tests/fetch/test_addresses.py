from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.fetch import address_allowed
from linkback_protocol.fetch.addresses import ALLOWED_IPV6, DENIED_IPV4, DENIED_IPV6, NAT64, refusal

# Written by hand from the registries, so that a slip in the tables shows.
DENIED = {
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("168.63.129.16", "168.63.129.16"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.31.196.0", "192.31.196.255"),
    ("192.52.193.0", "192.52.193.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("192.175.48.0", "192.175.48.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("224.0.0.0", "255.255.255.255"),
    ("::", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("64:ff9b::1:0:0", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
}


@pytest.mark.parametrize(("first", "last"), sorted(DENIED))
def test_range_is_denied_to_its_edges_and_no_further(first: str, last: str) -> None:
    low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
    for address in (low, high, type(low)((int(low) + int(high)) // 2)):
        assert not address_allowed(address)
    # 64:ff9b::/96 lies between two ranges; its edges lead to denied addresses, as they should.
    if first.startswith("64:") or last.startswith("64:"):
        return
    if int(low) > 0:
        assert address_allowed(low - 1)
    if last not in ("255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"):
        assert address_allowed(high + 1)


def test_tables_name_nothing_else() -> None:
    ranges = [(ipaddress.ip_address(a), ipaddress.ip_address(b)) for a, b in DENIED]
    for text in (*DENIED_IPV4, *DENIED_IPV6):
        network = ipaddress.ip_network(text)
        assert any(
            low.version == network.version
            and int(low) <= int(network[0]) <= int(network[-1]) <= int(high)
            for low, high in ranges
        ), text


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
        assert address in ipaddress.ip_network(ALLOWED_IPV6) or address in ipaddress.ip_network(
            NAT64
        )


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
