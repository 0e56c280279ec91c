"""Which IP addresses a fetch may connect to: our own tables, the same on every Python.

`ipaddress.is_global` is no guard: releases differ, and it lets through what a host or its router
turns inward (NAT64, multicast, 6to4). IPv4 is open but for the networks listed; IPv6 is closed but
for 2000::/3, less the networks listed. Sources: the IANA special-purpose registries (RFC 6890), the
RFCs named below, and one vendor's metadata address that no registry has.

What cannot be known from an address stays outside: a public address that the local router leads
inward, and a network's own NAT64 prefix.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

DENIED_IPV4: Final = {
    "0.0.0.0/8": "this network (RFC 791); Linux connects 0.0.0.0 to itself",
    "10.0.0.0/8": "private (RFC 1918)",
    "100.64.0.0/10": "shared by carriers (RFC 6598), metadata of some clouds",
    "127.0.0.0/8": "loopback (RFC 1122)",
    "168.63.129.16/32": "platform services of Azure",
    "169.254.0.0/16": "link-local (RFC 3927), metadata of most clouds",
    "172.16.0.0/12": "private (RFC 1918)",
    "192.0.0.0/24": "protocol assignments (RFC 6890)",
    "192.0.2.0/24": "documentation (RFC 5737)",
    "192.31.196.0/24": "AS112 (RFC 7535)",
    "192.52.193.0/24": "AMT relays (RFC 7450)",
    "192.88.99.0/24": "6to4 relays (RFC 7526)",
    "192.168.0.0/16": "private (RFC 1918)",
    "192.175.48.0/24": "AS112 (RFC 7534)",
    "198.18.0.0/15": "benchmarking (RFC 2544)",
    "198.51.100.0/24": "documentation (RFC 5737)",
    "203.0.113.0/24": "documentation (RFC 5737)",
    "224.0.0.0/4": "multicast (RFC 5771)",
    "240.0.0.0/4": "reserved (RFC 1112) and broadcast (RFC 919)",
}
"""IPv4 networks that are never connected to, and why."""

ALLOWED_IPV6: Final = "2000::/3"
"""Where IPv6 is global unicast (RFC 4291); everything else is denied. Outside lie loopback,
IPv4-compatible, local NAT64 (RFC 8215), unique local, link-local, site-local and multicast."""

DENIED_IPV6: Final = {
    "2001::/23": "protocol assignments (RFC 2928), with Teredo (RFC 4380) and ORCHID (RFC 7343)",
    "2001:db8::/32": "documentation (RFC 3849)",
    "2002::/16": "6to4 (RFC 3056), which carries any IPv4 address",
    "2620:4f:8000::/48": "AS112 (RFC 7534)",
    "3fff::/20": "documentation (RFC 9637)",
}
"""Networks within `ALLOWED_IPV6` that are never connected to, and why."""

NAT64: Final = "64:ff9b::/96"
"""The well-known prefix (RFC 6052); the IPv4 address inside is judged in its place."""

_DENIED: Final = tuple(
    (ipaddress.ip_network(network), why) for network, why in (DENIED_IPV4 | DENIED_IPV6).items()
)
_ALLOWED_IPV6: Final = ipaddress.IPv6Network(ALLOWED_IPV6)
_NAT64: Final = ipaddress.IPv6Network(NAT64)


def networks(allow: Iterable[str]) -> tuple[IPNetwork, ...]:
    """Return the networks written in CIDR notation.

    :raises ValueError: one of them is no network; the caller's mistake.
    """
    return tuple(ipaddress.ip_network(network) for network in allow)


def refusal(address: IPAddress, allow: Iterable[IPNetwork] = ()) -> str:
    """Return why `address` is never connected to; the empty text means that it may be.

    An address in one of the networks `allow` may be, whatever the tables say. No address with a
    zone (``fe80::1%eth0``) ever is.
    """
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None:
        return "zone of an interface"
    if is_within(address, allow):
        return ""
    inner = _embedded(address)
    for network, why in _DENIED:
        if inner in network:
            return why
    if inner.version == 6 and inner not in _ALLOWED_IPV6:
        return "not global unicast (RFC 4291)"
    return ""


def is_within(address: IPAddress, networks: Iterable[IPNetwork]) -> bool:
    """Return whether one of the networks holds the address, or the IPv4 one that it leads to."""
    inner = _embedded(address)
    return any(address in network or inner in network for network in networks)


def _embedded(address: IPAddress) -> IPAddress:
    """Return the IPv4 address that a mapped or NAT64 one leads to, else the address itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def address_allowed(address: str | IPAddress, *, allow: Iterable[str] = ()) -> bool:
    """Return whether a fetch may connect to an IP address.

    :param allow: networks in CIDR notation that are permitted in spite of the tables.
    :raises ValueError: `address` or `allow` cannot be read; the caller's mistake.
    """
    return not refusal(ipaddress.ip_address(address), networks(allow))
