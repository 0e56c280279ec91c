"""How much we take in, how much traffic strangers can make us cause, how long we keep what."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, fields
from typing import ClassVar, Self

UNLIMITED = 2**62
"""A bound that nothing reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on pings and on fetches; the store counts, so they hold across threads and processes.

    A ping over one of the counts is refused with fault 49 (trackback: error 1 and HTTP 429). Pings
    are counted once they name an open page of ours, for `window` seconds. A fetch over the budget
    is not refused but waits: the ping is answered "queued".

    The defaults let a popular post collect a hundred links an hour, and let nobody turn this site
    on another: whatever arrives, one host sees at most `per_source_host` requests an hour from us,
    `fetch_interval` seconds apart.
    """

    DEFAULT: ClassVar[Limits]

    window: float = 3600.0
    """Seconds that a ping counts for."""
    per_sender: int = 60
    """Pings per client address (IPv4 /32, IPv6 /64) in a window."""
    per_source_host: int = 30
    """Pings whose source is on one host in a window."""
    per_source_domain: int = 90
    """Pings whose source is on one registrable domain in a window, since hosts cost nothing."""
    per_target: int = 100
    """Pings to one page in a window."""
    pending: int = 5000
    """Linkbacks that wait for verification or for the owner, in all."""
    fetches: int = 8
    """Source pages being fetched at once, over all processes that share the store."""
    fetch_interval: float = 1.0
    """Seconds between the starts of two fetches from one host, and from one registrable domain."""
    fetch_failures: int = 3
    """Fetches in a row that may fail to reach a host before it is left alone."""
    fetch_pause: float = 300.0
    """Seconds that such a host is left alone; pings naming it fail as unreachable, unfetched."""

    def __post_init__(self) -> None:
        for bound in fields(self):
            value = getattr(self, bound.name)
            least = 0 if isinstance(bound.default, float) else 1
            if not value >= least:
                raise ValueError(f"Limits.{bound.name} must be at least {least}, not {value!r}")

    @classmethod
    def off(cls) -> Self:
        """Return limits that never refuse, for testing. The guard on addresses stays on."""
        return cls(
            per_sender=UNLIMITED,
            per_source_host=UNLIMITED,
            per_source_domain=UNLIMITED,
            per_target=UNLIMITED,
            pending=UNLIMITED,
            fetches=UNLIMITED,
            fetch_interval=0.0,
            fetch_failures=UNLIMITED,
        )


Limits.DEFAULT = Limits()

_DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long is kept what nobody is shown, in seconds since it last changed.

    What is pending, approved or gone stays until the owner decides otherwise.
    """

    DEFAULT: ClassVar[Retention]

    refused: float = 30 * _DAY
    """Pings that were refused, for the owner to look at."""
    spam: float = 90 * _DAY
    trash: float = 30 * _DAY
    evidence: float = 30 * _DAY
    """The source pages as they were read, by which a ping can be judged again."""

    def __post_init__(self) -> None:
        for kept in fields(self):
            value = getattr(self, kept.name)
            if not value >= 0:
                raise ValueError(f"Retention.{kept.name} must be at least 0, not {value!r}")


Retention.DEFAULT = Retention()


def sender_network(address: str) -> str:
    """Return the network that counts as one sender: IPv4 /32, IPv6 /64.

    Anybody with IPv6 has at least 2**64 addresses, so a single one identifies nobody. What is no
    address (a Unix socket, a test) is its own key.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if ip.version == 6:
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)))
    return str(ip)
