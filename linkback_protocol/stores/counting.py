"""What the limits count, the same for every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.limits import UNLIMITED, sender_network
from linkback_protocol.url import registrable_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkback_protocol.limits import Limits
    from linkback_protocol.linkback import Ping
    from linkback_protocol.url import URL

DAY = 86400.0
BUSY_WAIT = 0.25
"""Seconds after which to ask again for a lease that only others in use stand in the way of."""


def scopes(ping: Ping, source: URL, page: URL, limits: Limits) -> Iterator[tuple[str, str, int]]:
    """Yield the name, key and bound of each count that a ping raises; unlimited ones are none."""
    for name, key in (
        ("per_sender", sender_network(ping.sender)),
        ("per_source_host", source.host),
        ("per_source_domain", registrable_domain(source.host)),
        ("per_target", page.key),
    ):
        bound: int = getattr(limits, name)
        if bound < UNLIMITED:
            yield name, key, bound


def exceeded(name: str, key: str, bound: int, limits: Limits) -> str:
    """Return what the owner is told about a used-up count."""
    return f"{name}: {bound} pings in {limits.window:g} s, {key}"


def closed_until(failures: int, limits: Limits, now: float) -> float:
    """Return until when a host is left alone after so many failures in a row; 0.0 if it is not."""
    beyond = failures - limits.fetch_failures
    if beyond < 0:
        return 0.0
    return now + min(DAY, limits.fetch_pause * 2.0 ** min(beyond, 20))
