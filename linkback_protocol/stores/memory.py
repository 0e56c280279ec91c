"""A store that forgets with the process: for tests, demonstrations, and trying things out."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from linkback_protocol import url
from linkback_protocol.errors import AlreadyRegistered, RateLimited
from linkback_protocol.linkback import MAX_MOVES, Linkback, Move, Status
from linkback_protocol.stores.beside import Beside
from linkback_protocol.stores.contract import HostRecord
from linkback_protocol.stores.counting import exceeded, scopes
from linkback_protocol.stores.matching import field, folded, holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linkback_protocol import linkback
    from linkback_protocol.limits import Limits
    from linkback_protocol.linkback import Evidence, Ping, Verdict
    from linkback_protocol.stores.contract import Field

_HOST_COUNTED = 1000
"""Linkbacks of a host that are looked at for its record."""


@dataclass(slots=True)
class _Row:
    linkback: Linkback
    pair: tuple[str, str]
    source_host: str
    due: float
    evidence: Evidence | None = None


class MemoryStore(Beside):
    """Keeps linkbacks in memory, for the threads of one process."""

    def __init__(self) -> None:
        super().__init__()
        self._next_id = 1
        self._rows: dict[int, _Row] = {}
        self._pairs: dict[tuple[str, str], int] = {}
        # Ids are given out in order, and dicts keep it.
        self._pages: dict[str, dict[int, None]] = {}
        self._counts: Counter[Status] = Counter()
        self._due: list[tuple[float, int]] = []

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
            history: tuple[Move, ...] = ()
            notes: tuple[str, ...] = ()
            if known is None:
                linkback_id, self._next_id = self._next_id, self._next_id + 1
                self._pairs[pair] = linkback_id
                self._pages.setdefault(target_page.key, {})[linkback_id] = None
            else:
                linkback_id = known
                before = self._rows[known].linkback
                again = Move(_datetime(now), Status.RECEIVED, "sender")
                history, notes = (*before.history, again)[-MAX_MOVES:], before.notes
                self._counts[before.status] -= 1
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
                browser=ping.browser,
                user_agent=ping.user_agent,
                received=ping.received,
                updated=_datetime(now),
                history=history,
                notes=notes,
            )
            evidence = None if known is None else self._rows[known].evidence
            self._rows[linkback_id] = _Row(kept, pair, source.host, due, evidence)
            self._counts[Status.RECEIVED] += 1
            heapq.heappush(self._due, (due, linkback_id))
            return kept

    def bring_in(self, linkbacks: Iterable[Linkback], *, now: float) -> tuple[int, int]:
        """Add linkbacks from elsewhere; see `Store.bring_in`."""
        # Read to the end first: a broken file changes nothing, and may come from this very store.
        read = [
            (each, url.parse(each.source), url.parse(each.target), url.parse(each.page))
            for each in linkbacks
        ]
        with self._lock:
            self._check_open()
            before = len(self._rows)
            for each, source, _, page in read:
                pair = (source.key, page.key)
                if pair in self._pairs:
                    continue
                linkback_id, self._next_id = self._next_id, self._next_id + 1
                kept = replace(each, id=linkback_id, history=each.history[-MAX_MOVES:])
                self._pairs[pair] = linkback_id
                self._pages.setdefault(page.key, {})[linkback_id] = None
                self._rows[linkback_id] = _Row(kept, pair, source.host, now)
                self._counts[kept.status] += 1
                if kept.status is Status.RECEIVED:
                    heapq.heappush(self._due, (now, linkback_id))
            added = len(self._rows) - before
            return added, len(read) - added

    def _count(
        self, ping: Ping, source: url.URL, page: url.URL, limits: Limits, now: float
    ) -> None:
        waiting = self._counts[Status.RECEIVED] + self._counts[Status.PENDING]
        if waiting >= limits.pending:
            raise RateLimited(f"pending: {waiting} linkbacks wait for verification or the owner")
        counted = []
        for name, key, bound in scopes(ping, source, page, limits):
            if self._hits.number((name, key), now - limits.window) >= bound:
                raise RateLimited(exceeded(name, key, bound, limits))
            counted.append((name, key))
        for scope in counted:
            self._hits.add(scope, now, keep=limits.window)

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
        text: str = "",
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
            words = [folded(word) for word in text.split()]
            for linkback_id in reversed(ids) if newest else ids:
                if len(found) >= limit:
                    break
                row = self._rows[linkback_id]
                if (
                    (start is None or (linkback_id < start if newest else linkback_id > start))
                    and (not status or row.linkback.status in status)
                    and (protocol is None or row.linkback.protocol is protocol)
                    and (source_host is None or row.source_host == source_host)
                    and (not words or holds(row.linkback, words))
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
        evidence: Evidence | None = None,
        now: float,
    ) -> Linkback:
        """Record the outcome of a verification; see `Store.finish`."""
        with self._lock:
            row = self._row(linkback_id)
            if row.linkback.status is Status.RECEIVED:
                kept = replace(
                    row.linkback,
                    title=title,
                    excerpt=excerpt,
                    site_name=site_name,
                    checked=_datetime(now),
                )
                row.evidence = evidence or row.evidence
                self._move(row, kept, status, reasons, by="receiver", now=now)
            return row.linkback

    def set_status(
        self,
        linkback_id: int,
        status: Status,
        reasons: Sequence[Verdict] = (),
        *,
        by: str = "owner",
        now: float,
    ) -> Linkback:
        """Move a linkback; see `Store.set_status`."""
        with self._lock:
            row = self._row(linkback_id)
            self._move(row, row.linkback, status, reasons, by=by, now=now)
            return row.linkback

    def annotate(self, linkback_id: int, notes: Sequence[str]) -> Linkback:
        """Replace the owner's notes."""
        with self._lock:
            row = self._row(linkback_id)
            row.linkback = replace(row.linkback, notes=tuple(notes))
            return row.linkback

    def evidence(self, linkback_id: int) -> Evidence | None:
        """Return the source page as it was last read; see `Store.evidence`."""
        with self._lock:
            self._check_open()
            row = self._rows.get(linkback_id)
            return None if row is None else row.evidence

    def record_check(
        self, linkback_id: int, *, evidence: Evidence | None = None, now: float
    ) -> None:
        """Keep when a source was last tried; see `Store.record_check`."""
        with self._lock:
            self._check_open()
            row = self._rows.get(linkback_id)
            if row is not None:
                row.linkback = replace(row.linkback, checked=_datetime(now))
                row.evidence = evidence or row.evidence

    def unchecked(
        self, status: Sequence[Status], *, before: float, limit: int = 100
    ) -> list[Linkback]:
        """Return linkbacks not checked since a time; see `Store.unchecked`."""
        bound = _datetime(before)
        never = _datetime(0)
        with self._lock:
            self._check_open()
            found = [
                row.linkback
                for row in self._rows.values()
                if row.linkback.status in status and (row.linkback.checked or never) < bound
            ]
        return sorted(found, key=lambda each: (each.checked or never, each.id))[:limit]

    def host_record(self, source_host: str) -> HostRecord:
        """Return what came from a host before."""
        with self._lock:
            self._check_open()
            known = [row.linkback for row in self._rows.values() if row.source_host == source_host][
                :_HOST_COUNTED
            ]
        approved = [each for each in known if each.status is Status.APPROVED]
        return HostRecord(
            approved=len(approved),
            spam=sum(each.status is Status.SPAM for each in known),
            since=min((each.received.timestamp() for each in approved), default=0.0),
        )

    def tally(
        self,
        by: Sequence[Field],
        *,
        status: Sequence[Status] = (),
        since: float | None = None,
        until: float | None = None,
        limit: int = 1000,
    ) -> list[tuple[tuple[str, ...], int]]:
        """Count linkbacks by some fields; see `Store.tally`."""
        counted: Counter[tuple[str, ...]] = Counter()
        with self._lock:
            self._check_open()
            for row in self._rows.values():
                received = row.linkback.received.timestamp()
                if (
                    (not status or row.linkback.status in status)
                    and (since is None or received >= since)
                    and (until is None or received < until)
                ):
                    counted[tuple(field(row.linkback, row.source_host, name) for name in by)] += 1
        return sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:limit]

    def _move(
        self,
        row: _Row,
        kept: Linkback,
        status: Status,
        reasons: Sequence[Verdict],
        *,
        by: str,
        now: float,
    ) -> None:
        self._counts[kept.status] -= 1
        self._counts[status] += 1
        row.linkback = kept.with_status(status, *reasons, by=by, at=_datetime(now))
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

    def expire_evidence(self, *, before: float) -> int:
        """Drop the source pages read before a time; return how many."""
        bound = _datetime(before)
        with self._lock:
            self._check_open()
            old = [
                row
                for row in self._rows.values()
                if row.evidence is not None and row.evidence.fetched < bound
            ]
            for row in old:
                row.evidence = None
            return len(old)

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

    def _row(self, linkback_id: int) -> _Row:
        self._check_open()
        row = self._rows.get(linkback_id)
        if row is None:
            raise LookupError(f"no linkback {linkback_id}")
        return row


def _datetime(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
