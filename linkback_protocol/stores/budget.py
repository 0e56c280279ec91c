"""Counts and leases in memory, for the threads of one process; whoever uses them holds a lock."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkback_protocol.errors import SourceUnreachable
from linkback_protocol.limits import UNLIMITED
from linkback_protocol.stores.counting import BUSY_WAIT, DAY, closed_until

if TYPE_CHECKING:
    from linkback_protocol.limits import Limits

    Counted = tuple[str, str]

_FORGET_EVERY = 3600.0
"""Seconds after which hosts that were not fetched from for a day are dropped."""


class Hits:
    """When something happened, by what is counted; what counts no longer is forgotten."""

    def __init__(self) -> None:
        self._times: dict[Counted, deque[float]] = {}
        self._ends: list[tuple[float, Counted]] = []

    def number(self, counted: Counted, begins: float) -> int:
        """Return how often it happened after a time."""
        return sum(at > begins for at in self._times.get(counted, ()))

    def add(self, counted: Counted, now: float, *, keep: float) -> None:
        """Count it once, for so many seconds."""
        self._times.setdefault(counted, deque()).append(now)
        heapq.heappush(self._ends, (now + keep, counted))
        while self._ends[0][0] <= now:
            _, ended = heapq.heappop(self._ends)
            times = self._times[ended]
            times.popleft()
            if not times:
                del self._times[ended]


@dataclass(slots=True)
class _Host:
    """What is known of fetches from one host."""

    domain: str
    started: float = -DAY
    until: float = 0.0
    failures: int = 0
    closed_until: float = 0.0


class Fetches:
    """Which hosts are being fetched from, when that began, and which failed."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}
        self._domains: dict[str, float] = {}
        self._forget_at = 0.0

    def lease(self, host: str, domain: str, *, limits: Limits, now: float, until: float) -> float:
        """Ask for leave to fetch; see `Store.lease_fetch`."""
        if limits.fetches >= UNLIMITED:
            return 0.0
        known = self._hosts.setdefault(host, _Host(domain))
        if known.closed_until > now:
            raise SourceUnreachable(f"{host} failed {known.failures} times and is left alone")
        running = sum(each.until > now for each in self._hosts.values())
        if known.until > now or running >= limits.fetches:
            return BUSY_WAIT
        last = max(known.started, self._domains.get(domain, -DAY))
        wait = last + limits.fetch_interval - now
        if wait > 0:
            return wait
        known.started, known.until = now, until
        self._domains[domain] = now
        self._forget(now)
        return 0.0

    def release(self, host: str, *, reached: bool, limits: Limits, now: float) -> None:
        """End a lease; see `Store.release_fetch`."""
        known = self._hosts.get(host)
        if known is not None:
            known.until = 0.0
            known.failures = 0 if reached else known.failures + 1
            known.closed_until = closed_until(known.failures, limits, now)

    def _forget(self, now: float) -> None:
        if now >= self._forget_at:
            self._forget_at = now + _FORGET_EVERY
            self._hosts = {
                host: known
                for host, known in self._hosts.items()
                if max(known.until, known.closed_until, known.started + DAY) > now
            }
            domains = {known.domain for known in self._hosts.values()}
            self._domains = {
                domain: started for domain, started in self._domains.items() if domain in domains
            }
