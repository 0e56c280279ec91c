"""A store in one SQLite file, for any number of threads and processes on one machine."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from linkback_protocol import url
from linkback_protocol.errors import AlreadyRegistered, RateLimited, SourceUnreachable
from linkback_protocol.limits import UNLIMITED
from linkback_protocol.linkback import Action, Linkback, Protocol, Status, Verdict
from linkback_protocol.stores.connections import Connections
from linkback_protocol.stores.counting import BUSY_WAIT, DAY, closed_until, exceeded, scopes
from linkback_protocol.stores.schema import MIGRATIONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from linkback_protocol.limits import Limits
    from linkback_protocol.linkback import Ping

_COLUMNS = (
    "id, protocol, source, target, page, status, title, excerpt, site_name, sender, received,"
    " updated, reasons"
)
_SWEEP_EVERY = 1000
"""Pings after which hits and hosts that count no longer are deleted."""
_EXPIRED_AT_ONCE = 1000
_LARGEST = 2**63 - 1


class SQLiteStore:
    """Keeps linkbacks in one file, in WAL mode.

    A ping that was added survives the end of the process, and a power cut after `sync`; every other
    change of a linkback is on the disk when the call returns.

    :param path: the file; made where it is missing.
    :param busy_timeout: seconds to wait for another process that writes.
    :raises StoreError: the file cannot be used; the text says what to do.
    """

    def __init__(self, path: str | os.PathLike[str], *, busy_timeout: float = 5.0) -> None:
        if os.fspath(path) in ("", ":memory:"):
            raise ValueError("a SQLiteStore needs a file; use MemoryStore() to keep nothing")
        self._until_sweep = 0
        # Connections are opened later too, when a daemon has changed its folder.
        self._db = Connections(os.path.abspath(path), MIGRATIONS, busy_timeout=busy_timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, ping: Ping, *, page: str, limits: Limits, now: float, due: float) -> Linkback:
        """Accept a ping as ``received``; see `Store.add`."""
        source, target_page = url.parse(ping.source), url.parse(page)
        with self._db.writing(durable=False) as db:
            known = db.execute(
                "SELECT id, status FROM linkback WHERE source_key = ? AND page_key = ?",
                (source.key, target_page.key),
            ).fetchone()
            if known is not None and known[1] not in (Status.REFUSED, Status.GONE):
                raise AlreadyRegistered(f"linkback {known[0]} is {known[1]}")
            self._count(db, ping, source=source, page=target_page, limits=limits, now=now)
            values = {
                "id": None if known is None else known[0],
                "protocol": ping.protocol,
                "source": ping.source,
                "target": _storable(ping.target),
                "page": page,
                "status": Status.RECEIVED,
                "title": _storable(ping.title),
                "excerpt": _storable(ping.excerpt),
                "site_name": _storable(ping.blog_name),
                "sender": _storable(ping.sender),
                "received": ping.received.timestamp(),
                "updated": now,
                "reasons": "[]",
                "source_key": source.key,
                "page_key": target_page.key,
                "source_host": source.host,
                "due": due,
            }
            if known is None:
                values["id"] = db.execute(_insert(values), values).lastrowid
            else:
                db.execute(_update(values), values)
            return _linkback([values[name] for name in _COLUMNS.split(", ")])

    def _count(
        self,
        db: sqlite3.Connection,
        ping: Ping,
        *,
        source: url.URL,
        page: url.URL,
        limits: Limits,
        now: float,
    ) -> None:
        if limits.pending < UNLIMITED:
            waiting = db.execute(
                "SELECT sum(number) FROM tally WHERE status IN (?, ?)",
                (Status.RECEIVED, Status.PENDING),
            ).fetchone()[0]
            if waiting >= limits.pending:
                raise RateLimited(
                    f"pending: {waiting} linkbacks wait for verification or the owner"
                )
        begins = now - limits.window
        hits = []
        for name, key, bound in scopes(ping, source, page, limits):
            number = db.execute(
                "SELECT total(number) FROM hit WHERE scope = ? AND key = ? AND at > ?",
                (name, key, begins),
            ).fetchone()[0]
            if number >= bound:
                raise RateLimited(exceeded(name, key, bound, limits))
            hits.append((name, key, now))
        if hits:
            db.executemany(
                "INSERT INTO hit VALUES (?, ?, ?, 1)"
                " ON CONFLICT (scope, key, at) DO UPDATE SET number = number + 1",
                hits,
            )
            self._sweep(db, now=now, hits_before=begins)

    def _sweep(self, db: sqlite3.Connection, *, now: float, hits_before: float) -> None:
        """Delete what no longer counts, now and then."""
        self._until_sweep -= 1
        if self._until_sweep <= 0:
            self._until_sweep = _SWEEP_EVERY
            db.execute("DELETE FROM hit WHERE at <= ?", (hits_before,))
            db.execute(
                "DELETE FROM fetch WHERE started < ? AND closed_until <= ?", (now - DAY, now)
            )

    def sync(self) -> None:
        """Return when everything added so far would survive a power cut."""
        if self._db.unsynced:
            with self._db.writing(durable=True) as db:
                # One commit that waits for the disk brings all earlier ones there with it.
                db.execute("UPDATE barrier SET number = number + 1")

    def get(self, linkback_id: int) -> Linkback | None:
        """Return one linkback."""
        with self._db.reading() as db:
            return _get(db, linkback_id)

    def find(
        self,
        *,
        page: str | None = None,
        status: Sequence[Status] = (),
        protocol: Protocol | None = None,
        source_host: str | None = None,
        start: int | None = None,
        newest: bool = False,
        limit: int = 1000,
    ) -> list[Linkback]:
        """Return linkbacks that fit; see `Store.find`."""
        conditions: list[str] = []
        values: list[object] = []

        def require(condition: str, *wanted: object) -> None:
            conditions.append(condition)
            values.extend(wanted)

        if page is not None:
            require("page_key = ?", url.parse(page).key)
        if protocol is not None:
            require("protocol = ?", protocol)
        if source_host is not None:
            require("source_host = ?", _storable(source_host))
        if start is not None:
            require("id < ?" if newest else "id > ?", max(-_LARGEST, min(start, _LARGEST)))
        order = f"ORDER BY id {'DESC' if newest else 'ASC'} LIMIT ?"
        # An index has one status in the order of ids; of several, SQLite would sort every row.
        parts: list[str] = []
        bound: list[object] = []
        for wanted in dict.fromkeys(status) or (None,):
            chosen = conditions if wanted is None else [*conditions, "status = ?"]
            where = f" WHERE {' AND '.join(chosen)}" if chosen else ""
            parts.append(f"SELECT * FROM (SELECT {_COLUMNS} FROM linkback{where} {order})")
            bound += [*values, *(() if wanted is None else (wanted,)), limit]
        statement = f"{' UNION ALL '.join(parts)} {order}"
        with self._db.reading() as db:
            return [_linkback(row) for row in db.execute(statement, (*bound, limit))]

    def count(self) -> dict[Status, int]:
        """Return how many linkbacks there are in each status."""
        with self._db.reading() as db:
            return {Status(name): number for name, number in db.execute("SELECT * FROM tally")}

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
        with self._db.writing(durable=True) as db:
            kept = _existing(db, linkback_id)
            if kept.status is not Status.RECEIVED:
                return kept
            told = replace(
                kept,
                title=_storable(title),
                excerpt=_storable(excerpt),
                site_name=_storable(site_name),
            )
            return _move(db, told, status, reasons, now)

    def set_status(
        self, linkback_id: int, status: Status, reasons: Sequence[Verdict] = (), *, now: float
    ) -> Linkback:
        """Move a linkback and add `reasons`; see `Store.set_status`."""
        with self._db.writing(durable=True) as db:
            return _move(db, _existing(db, linkback_id), status, reasons, now)

    def expire(self, status: Status, *, before: float) -> int:
        """Delete the linkbacks in `status` last updated before a time; return how many."""
        expired = 0
        while True:
            # In steps, or a large one would keep pings waiting for longer than they do.
            with self._db.writing(durable=True) as db:
                deleted = db.execute(
                    "DELETE FROM linkback WHERE id IN"
                    " (SELECT id FROM linkback WHERE status = ? AND updated < ? LIMIT ?)",
                    (status, before, _EXPIRED_AT_ONCE),
                ).rowcount
            expired += deleted
            if deleted < _EXPIRED_AT_ONCE:
                return expired

    def claim(self, *, now: float, until: float) -> Linkback | None:
        """Hand out one due linkback; see `Store.claim`."""
        due = self.next_due()
        if due is None or due > now:
            return None
        with self._db.writing(durable=False) as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM linkback INDEXED BY linkback_by_due"
                " WHERE status = 'received' AND due <= ?"
                " ORDER BY due LIMIT 1",
                (now,),
            ).fetchone()
            if row is None:
                return None
            db.execute("UPDATE linkback SET due = ? WHERE id = ?", (until, row[0]))
            return _linkback(row)

    def postpone(self, linkback_id: int, *, due: float) -> None:
        """Let `claim` hand out a ``received`` linkback from `due` on."""
        with self._db.writing(durable=False) as db:
            db.execute(
                "UPDATE linkback SET due = ? WHERE id = ? AND status = 'received'",
                (due, linkback_id),
            )

    def next_due(self) -> float | None:
        """Return when the next ``received`` linkback is due."""
        with self._db.reading() as db:
            due: float | None = db.execute(
                "SELECT min(due) FROM linkback WHERE status = 'received'"
            ).fetchone()[0]
            return due

    def lease_fetch(
        self, host: str, domain: str, *, limits: Limits, now: float, until: float
    ) -> float:
        """Ask for leave to fetch; see `Store.lease_fetch`."""
        if limits.fetches >= UNLIMITED:
            return 0.0
        with self._db.writing(durable=False) as db:
            failures, closed = db.execute(
                "SELECT failures, closed_until FROM fetch WHERE host = ?", (host,)
            ).fetchone() or (0, 0.0)
            if closed > now:
                raise SourceUnreachable(f"{host} failed {failures} times and is left alone")
            leases = dict(db.execute("SELECT host, until FROM lease WHERE until > ?", (now,)))
            if host in leases or len(leases) >= limits.fetches:
                return BUSY_WAIT
            # The host itself is one of the domain's.
            (last,) = db.execute(
                "SELECT max(started) FROM fetch WHERE domain = ?", (domain,)
            ).fetchone()
            wait: float = 0.0 if last is None else last + limits.fetch_interval - now
            if wait > 0:
                return wait
            db.execute(
                "INSERT INTO fetch VALUES (?, ?, ?, 0, 0)"
                " ON CONFLICT (host) DO UPDATE SET started = excluded.started",
                (host, domain, now),
            )
            db.execute("INSERT OR REPLACE INTO lease VALUES (?, ?)", (host, until))
            return 0.0

    def release_fetch(self, host: str, *, reached: bool, limits: Limits, now: float) -> None:
        """End a lease; see `Store.release_fetch`."""
        if limits.fetches >= UNLIMITED:
            return
        with self._db.writing(durable=False) as db:
            db.execute("DELETE FROM lease WHERE host = ? OR until <= ?", (host, now))
            known = db.execute("SELECT failures FROM fetch WHERE host = ?", (host,)).fetchone()
            if known is not None and (known[0] or not reached):
                failures = 0 if reached else known[0] + 1
                db.execute(
                    "UPDATE fetch SET failures = ?, closed_until = ? WHERE host = ?",
                    (failures, closed_until(failures, limits, now), host),
                )

    def close(self) -> None:
        """Close the file; further use raises `StoreError`."""
        self._db.close()


def _insert(values: dict[str, Any]) -> str:
    return (
        f"INSERT INTO linkback ({', '.join(values)})"
        f" VALUES ({', '.join(f':{name}' for name in values)})"
    )


def _update(values: dict[str, Any]) -> str:
    assignments = ", ".join(f"{name} = :{name}" for name in values if name != "id")
    return f"UPDATE linkback SET {assignments} WHERE id = :id"


def _get(db: sqlite3.Connection, linkback_id: int) -> Linkback | None:
    # A larger number is no id; SQLite has no such integers.
    if abs(linkback_id) > _LARGEST:
        return None
    row = db.execute(f"SELECT {_COLUMNS} FROM linkback WHERE id = ?", (linkback_id,)).fetchone()
    return None if row is None else _linkback(row)


def _existing(db: sqlite3.Connection, linkback_id: int) -> Linkback:
    kept = _get(db, linkback_id)
    if kept is None:
        raise LookupError(f"no linkback {linkback_id}")
    return kept


def _move(
    db: sqlite3.Connection, kept: Linkback, status: Status, reasons: Sequence[Verdict], now: float
) -> Linkback:
    storable = [
        replace(verdict, reason=_storable(verdict.reason), by=_storable(verdict.by))
        for verdict in reasons
    ]
    moved = kept.with_status(status, *storable, at=_datetime(now))
    said = [(verdict.action, verdict.reason, verdict.by) for verdict in moved.reasons]
    db.execute(
        "UPDATE linkback SET status = ?, reasons = ?, updated = ?, due = ?,"
        " title = ?, excerpt = ?, site_name = ? WHERE id = ?",
        (status, json.dumps(said), now, now, kept.title, kept.excerpt, kept.site_name, kept.id),
    )
    return moved


def _linkback(row: Sequence[Any]) -> Linkback:
    return Linkback(
        id=row[0],
        protocol=Protocol(row[1]),
        source=row[2],
        target=row[3],
        page=row[4],
        status=Status(row[5]),
        title=row[6],
        excerpt=row[7],
        site_name=row[8],
        sender=row[9],
        received=_datetime(row[10]),
        updated=_datetime(row[11]),
        reasons=tuple(Verdict(Action(action), *rest) for action, *rest in json.loads(row[12])),
    )


def _datetime(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _storable(text: str) -> str:
    """Replace lone surrogates, which UTF-8 does not have."""
    return text.encode("utf-8", "replace").decode()
