"""A store that forgets with the process: for tests, demonstrations, and trying things out."""

from __future__ import annotations

import heapq
import threading
from collections import Counter, deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from linkback_protocol import url
from linkback_protocol.errors import AlreadyRegistered, RateLimited, SourceUnreachable, StoreError
from linkback_protocol.limits import UNLIMITED
from linkback_protocol.linkback import Linkback, Status
from linkback_protocol.stores.counting import BUSY_WAIT, DAY, closed_until, exceeded, scopes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol import linkback
    from linkback_protocol.limits import Limits
    from linkback_protocol.linkback import Ping, Verdict


_FORGET_EVERY = 3600.0
"""Seconds after which hosts that were not fetched from for a day are dropped."""


@dataclass(slots=True)
class _Row:
    linkback: Linkback
    pair: tuple[str, str]
    source_host: str
    due: float


@dataclass(slots=True)
class _Fetches:
    """What is known of fetches from one host."""

    domain: str
    started: float = -DAY
    until: float = 0.0
    failures: int = 0
    closed_until: float = 0.0


class MemoryStore:
    """Keeps linkbacks in memory, for the threads of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._next_id = 1
        self._rows: dict[int, _Row] = {}
        self._pairs: dict[tuple[str, str], int] = {}
        # Ids are given out in order, and dicts keep it.
        self._pages: dict[str, dict[int, None]] = {}
        self._counts: Counter[Status] = Counter()
        self._due: list[tuple[float, int]] = []
        self._hits: dict[tuple[str, str], deque[float]] = {}
        self._hit_order: deque[tuple[float, tuple[str, str]]] = deque()
        self._fetches: dict[str, _Fetches] = {}
        self._domains: dict[str, float] = {}
        self._forget_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, ping: Ping, *, page: str, limits: Limits, now: float, due: float) -> Linkback:
        """Accept a ping as ``received``; see `Store.add`."""
        source, target_page = url.parse(ping.source), url.parse(page)
        pair = (source.key, target_page.key)
        with self._lock:
            self._check_open()
            known = self._pairs.get(pair)
            if known is not None:
                status = self._rows[known].linkback.status
                if status not in (Status.REFUSED, Status.GONE):
                    raise AlreadyRegistered(f"linkback {known} is {status}")
            self._count(ping, source, target_page, limits, now)
            if known is None:
                linkback_id, self._next_id = self._next_id, self._next_id + 1
                self._pairs[pair] = linkback_id
                self._pages.setdefault(target_page.key, {})[linkback_id] = None
            else:
                linkback_id = known
                self._counts[self._rows[known].linkback.status] -= 1
            kept = Linkback(
                id=linkback_id,
                protocol=ping.protocol,
                source=ping.source,
                target=ping.target,
                page=page,
                status=Status.RECEIVED,
                title=ping.title,
                excerpt=ping.excerpt,
                site_name=ping.blog_name,
                sender=ping.sender,
                received=ping.received,
                updated=_datetime(now),
            )
            self._rows[linkback_id] = _Row(kept, pair, source.host, due)
            self._counts[Status.RECEIVED] += 1
            heapq.heappush(self._due, (due, linkback_id))
            return kept

    def _count(
        self, ping: Ping, source: url.URL, page: url.URL, limits: Limits, now: float
    ) -> None:
        waiting = self._counts[Status.RECEIVED] + self._counts[Status.PENDING]
        if waiting >= limits.pending:
            raise RateLimited(f"pending: {waiting} linkbacks wait for verification or the owner")
        begins = now - limits.window
        counted = []
        for name, key, bound in scopes(ping, source, page, limits):
            hits = self._hits.get((name, key), ())
            if sum(at > begins for at in hits) >= bound:
                raise RateLimited(exceeded(name, key, bound, limits))
            counted.append((name, key))
        for scope in counted:
            self._hits.setdefault(scope, deque()).append(now)
            self._hit_order.append((now, scope))
        while self._hit_order and self._hit_order[0][0] <= begins:
            _, scope = self._hit_order.popleft()
            hits = self._hits[scope]
            hits.popleft()
            if not hits:
                del self._hits[scope]

    def sync(self) -> None:
        """Do nothing: a power cut takes it all."""

    def get(self, linkback_id: int) -> Linkback | None:
        """Return one linkback."""
        with self._lock:
            self._check_open()
            row = self._rows.get(linkback_id)
        return None if row is None else row.linkback

    def find(
        self,
        *,
        page: str | None = None,
        status: Sequence[Status] = (),
        protocol: linkback.Protocol | None = None,
        source_host: str | None = None,
        start: int | None = None,
        newest: bool = False,
        limit: int = 1000,
    ) -> list[Linkback]:
        """Return linkbacks that fit; see `Store.find`."""
        with self._lock:
            self._check_open()
            ids: dict[int, Any] = (
                self._rows if page is None else self._pages.get(url.parse(page).key, {})
            )
            found: list[Linkback] = []
            for linkback_id in reversed(ids) if newest else ids:
                if len(found) >= limit:
                    break
                row = self._rows[linkback_id]
                if (
                    (start is None or (linkback_id < start if newest else linkback_id > start))
                    and (not status or row.linkback.status in status)
                    and (protocol is None or row.linkback.protocol is protocol)
                    and (source_host is None or row.source_host == source_host)
                ):
                    found.append(row.linkback)
            return found

    def count(self) -> dict[Status, int]:
        """Return how many linkbacks there are in each status."""
        with self._lock:
            self._check_open()
            return {status: self._counts[status] for status in Status}

    def finish(
        self,
        linkback_id: int,
        status: Status,
        reasons: Sequence[Verdict],
        *,
        title: str,
        excerpt: str,
        site_name: str,
        now: float,
    ) -> Linkback:
        """Record the outcome of a verification; see `Store.finish`."""
        with self._lock:
            row = self._row(linkback_id)
            if row.linkback.status is Status.RECEIVED:
                kept = replace(row.linkback, title=title, excerpt=excerpt, site_name=site_name)
                self._move(row, kept, status, reasons, now)
            return row.linkback

    def set_status(
        self, linkback_id: int, status: Status, reasons: Sequence[Verdict] = (), *, now: float
    ) -> Linkback:
        """Move a linkback and add `reasons`."""
        with self._lock:
            row = self._row(linkback_id)
            self._move(row, row.linkback, status, reasons, now)
            return row.linkback

    def _move(
        self, row: _Row, kept: Linkback, status: Status, reasons: Sequence[Verdict], now: float
    ) -> None:
        self._counts[kept.status] -= 1
        self._counts[status] += 1
        row.linkback = kept.with_status(status, *reasons, at=_datetime(now))
        if status is Status.RECEIVED:
            row.due = now
            heapq.heappush(self._due, (now, kept.id))

    def expire(self, status: Status, *, before: float) -> int:
        """Delete the linkbacks in `status` last updated before a time; return how many."""
        limit = _datetime(before)
        with self._lock:
            self._check_open()
            expired = [
                row.linkback.id
                for row in self._rows.values()
                if row.linkback.status is status and row.linkback.updated < limit
            ]
            for linkback_id in expired:
                row = self._rows.pop(linkback_id)
                del self._pairs[row.pair]
                siblings = self._pages[row.pair[1]]
                del siblings[linkback_id]
                if not siblings:
                    del self._pages[row.pair[1]]
            self._counts[status] -= len(expired)
            return len(expired)

    def claim(self, *, now: float, until: float) -> Linkback | None:
        """Hand out one due linkback; see `Store.claim`."""
        with self._lock:
            self._check_open()
            row = self._first_due()
            if row is None or row.due > now:
                return None
            row.due = until
            heapq.heapreplace(self._due, (until, row.linkback.id))
            return row.linkback

    def postpone(self, linkback_id: int, *, due: float) -> None:
        """Let `claim` hand out a ``received`` linkback from `due` on."""
        with self._lock:
            self._check_open()
            row = self._rows.get(linkback_id)
            if row is not None and row.linkback.status is Status.RECEIVED:
                row.due = due
                heapq.heappush(self._due, (due, linkback_id))

    def next_due(self) -> float | None:
        """Return when the next ``received`` linkback is due."""
        with self._lock:
            self._check_open()
            row = self._first_due()
            return None if row is None else row.due

    def _first_due(self) -> _Row | None:
        """Return the row at the top of the heap, dropping entries that no longer hold."""
        while self._due:
            due, linkback_id = self._due[0]
            row = self._rows.get(linkback_id)
            if row is not None and row.due == due and row.linkback.status is Status.RECEIVED:
                return row
            heapq.heappop(self._due)
        return None

    def lease_fetch(
        self, host: str, domain: str, *, limits: Limits, now: float, until: float
    ) -> float:
        """Ask for leave to fetch; see `Store.lease_fetch`."""
        with self._lock:
            self._check_open()
            if limits.fetches >= UNLIMITED:
                return 0.0
            known = self._fetches.setdefault(host, _Fetches(domain))
            if known.closed_until > now:
                raise SourceUnreachable(f"{host} failed {known.failures} times and is left alone")
            running = sum(fetches.until > now for fetches in self._fetches.values())
            if known.until > now or running >= limits.fetches:
                return BUSY_WAIT
            last = max(known.started, self._domains.get(domain, -DAY))
            wait = last + limits.fetch_interval - now
            if wait > 0:
                return wait
            known.started, known.until = now, until
            self._domains[domain] = now
            self._forget_hosts(now)
            return 0.0

    def _forget_hosts(self, now: float) -> None:
        if now >= self._forget_at:
            self._forget_at = now + _FORGET_EVERY
            self._fetches = {
                host: fetches
                for host, fetches in self._fetches.items()
                if max(fetches.until, fetches.closed_until, fetches.started + DAY) > now
            }
            known_domains = {fetches.domain for fetches in self._fetches.values()}
            self._domains = {
                domain: started
                for domain, started in self._domains.items()
                if domain in known_domains
            }

    def release_fetch(self, host: str, *, reached: bool, limits: Limits, now: float) -> None:
        """End a lease; see `Store.release_fetch`."""
        with self._lock:
            self._check_open()
            known = self._fetches.get(host)
            if known is not None:
                known.until = 0.0
                known.failures = 0 if reached else known.failures + 1
                known.closed_until = closed_until(known.failures, limits, now)

    def close(self) -> None:
        """Refuse further use."""
        self._closed = True

    def _row(self, linkback_id: int) -> _Row:
        self._check_open()
        row = self._rows.get(linkback_id)
        if row is None:
            raise LookupError(f"no linkback {linkback_id}")
        return row

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("the store is closed")


def _datetime(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
