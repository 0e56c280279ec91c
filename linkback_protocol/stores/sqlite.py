"""A store in one SQLite file, for any number of threads and processes on one machine."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from linkback_protocol import url
from linkback_protocol.errors import AlreadyRegistered, RateLimited, SourceUnreachable
from linkback_protocol.limits import UNLIMITED
from linkback_protocol.linkback import MAX_MOVES, Linkback, Move, Status, Verdict
from linkback_protocol.stores import rows
from linkback_protocol.stores.bringing import new_row
from linkback_protocol.stores.connections import Connections
from linkback_protocol.stores.counting import BUSY_WAIT, DAY, closed_until, exceeded, scopes
from linkback_protocol.stores.queries import SQLiteQueries, get
from linkback_protocol.stores.rows import COLUMNS, storable
from linkback_protocol.stores.schema import MIGRATIONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from linkback_protocol.limits import Limits
    from linkback_protocol.linkback import Evidence, Ping

_SWEEP_EVERY = 1000
"""Pings after which hits and hosts that count no longer are deleted."""
_EXPIRED_AT_ONCE = 1000
_COUNT_HIT = (
    "INSERT INTO hit VALUES (?, ?, ?, 1)"
    " ON CONFLICT (scope, key, at) DO UPDATE SET number = number + 1"
)
_IF_NEW = " ON CONFLICT (source_key, page_key) DO NOTHING"


class SQLiteStore(SQLiteQueries):
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
        self.path = os.path.abspath(path)
        self._db = Connections(self.path, MIGRATIONS, busy_timeout=busy_timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, ping: Ping, *, page: str, limits: Limits, now: float, due: float) -> Linkback:
        """Accept a ping as ``received``; see `Store.add`."""
        source, target_page = url.parse(ping.source), url.parse(page)
        with self._db.writing(durable=False) as db:
            known = db.execute(
                f"SELECT {COLUMNS} FROM linkback WHERE source_key = ? AND page_key = ?",
                (source.key, target_page.key),
            ).fetchone()
            kept = None if known is None else rows.read(known)
            if kept is not None and kept.status not in (Status.REFUSED, Status.GONE):
                raise AlreadyRegistered(f"linkback {kept.id} is {kept.status}")
            self._count(db, ping, source=source, page=target_page, limits=limits, now=now)
            again = Move(rows.moment(now), Status.RECEIVED, "sender")
            history = () if kept is None else (*kept.history, again)[-MAX_MOVES:]
            values = {
                "id": None if kept is None else kept.id,
                "protocol": ping.protocol,
                "source": ping.source,
                "target": storable(ping.target),
                "page": page,
                "status": Status.RECEIVED,
                "title": storable(ping.title),
                "excerpt": storable(ping.excerpt),
                "site_name": storable(ping.blog_name),
                "sender": storable(ping.sender),
                "received": ping.received.timestamp(),
                "updated": now,
                "history": rows.write_history(history),
                "browser": storable(ping.browser),
                "user_agent": storable(ping.user_agent),
                "notes": "[]" if kept is None else json.dumps(kept.notes, ensure_ascii=False),
                "checked": 0.0,
                "decided_by": "",
                "source_key": source.key,
                "page_key": target_page.key,
                "source_host": source.host,
                "due": due,
            }
            if kept is None:
                values["id"] = db.execute(_insert(values), values).lastrowid
            else:
                db.execute(_update(values), values)
            return rows.read([values[name] for name in COLUMNS.split(", ")])

    def bring_in(self, linkbacks: Iterable[Linkback], *, now: float) -> tuple[int, int]:
        """Add linkbacks from elsewhere; see `Store.bring_in`."""
        read = 0
        added = 0
        with self._db.writing(durable=True) as db:
            for each in linkbacks:
                values = new_row(each, due=now)
                read += 1
                added += db.execute(_insert(values) + _IF_NEW, values).rowcount
        return added, read - added

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
            db.executemany(_COUNT_HIT, hits)
            self._sweep(db, now=now, hits_before=begins)

    def _sweep(self, db: sqlite3.Connection, *, now: float, hits_before: float) -> None:
        """Delete what no longer counts, now and then."""
        self._until_sweep -= 1
        if self._until_sweep <= 0:
            self._until_sweep = _SWEEP_EVERY
            db.execute("DELETE FROM hit WHERE scope LIKE 'per_%' AND at <= ?", (hits_before,))
            db.execute(
                "DELETE FROM fetch WHERE started < ? AND closed_until <= ?", (now - DAY, now)
            )

    def sync(self) -> None:
        """Return when everything added so far would survive a power cut."""
        if self._db.unsynced:
            with self._db.writing(durable=True) as db:
                # One commit that waits for the disk brings all earlier ones there with it.
                db.execute("UPDATE barrier SET number = number + 1")

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
        with self._db.writing(durable=True) as db:
            kept = _existing(db, linkback_id)
            if kept.status is not Status.RECEIVED:
                return kept
            told = replace(
                kept,
                title=storable(title),
                excerpt=storable(excerpt),
                site_name=storable(site_name),
            )
            _keep(db, linkback_id, evidence)
            told = replace(told, checked=rows.moment(now))
            return _move(db, told, status, reasons, by="receiver", now=now)

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
        with self._db.writing(durable=True) as db:
            return _move(db, _existing(db, linkback_id), status, reasons, by=by, now=now)

    def annotate(self, linkback_id: int, notes: Sequence[str]) -> Linkback:
        """Replace the owner's notes; see `Store.annotate`."""
        with self._db.writing(durable=True) as db:
            kept = replace(
                _existing(db, linkback_id), notes=tuple(storable(note) for note in notes)
            )
            db.execute(
                "UPDATE linkback SET notes = ? WHERE id = ?",
                (json.dumps(kept.notes, ensure_ascii=False), kept.id),
            )
            return kept

    def record_check(
        self, linkback_id: int, *, evidence: Evidence | None = None, now: float
    ) -> None:
        """Keep when a source was last tried; see `Store.record_check`."""
        with self._db.writing(durable=False) as db:
            changed = db.execute(
                "UPDATE linkback SET checked = ? WHERE id = ?", (now, linkback_id)
            ).rowcount
            if changed:
                _keep(db, linkback_id, evidence)

    def hit(self, scope: str, key: str, *, bound: int, window: float, now: float) -> bool:
        """Count something within a bound; see `Store.hit`."""
        scope, key = f"by {storable(scope)}", storable(key)
        with self._db.writing(durable=False) as db:
            number = db.execute(
                "SELECT total(number) FROM hit WHERE scope = ? AND key = ? AND at > ?",
                (scope, key, now - window),
            ).fetchone()[0]
            if number >= bound:
                return False
            db.execute(_COUNT_HIT, (scope, key, now))
            self._until_sweep -= 1
            if self._until_sweep <= 0:
                self._until_sweep = _SWEEP_EVERY
                db.execute("DELETE FROM hit WHERE scope = ? AND at <= ?", (scope, now - window))
            return True

    def change_setting(self, name: str, value: Any) -> None:
        """Keep a setting; see `Store.change_setting`."""
        with self._db.writing(durable=True) as db:
            if value is None:
                db.execute("DELETE FROM setting WHERE name = ?", (name,))
            else:
                db.execute(
                    "INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value))
                )

    def expire(self, status: Status, *, before: float) -> int:
        """Delete the linkbacks in `status` last updated before a time; return how many."""
        return self._delete_in_steps(
            "DELETE FROM linkback WHERE id IN"
            " (SELECT id FROM linkback WHERE status = ? AND updated < ? LIMIT ?)",
            status,
            before,
        )

    def expire_evidence(self, *, before: float) -> int:
        """Drop the source pages read before a time; return how many."""
        return self._delete_in_steps(
            "DELETE FROM evidence WHERE linkback IN"
            " (SELECT linkback FROM evidence WHERE fetched < ? LIMIT ?)",
            before,
        )

    def _delete_in_steps(self, statement: str, *values: object) -> int:
        # In one step, a large one would keep pings waiting for longer than they do.
        deleted = 0
        while True:
            with self._db.writing(durable=True) as db:
                step = db.execute(statement, (*values, _EXPIRED_AT_ONCE)).rowcount
            deleted += step
            if step < _EXPIRED_AT_ONCE:
                return deleted

    def claim(self, *, now: float, until: float) -> Linkback | None:
        """Hand out one due linkback; see `Store.claim`."""
        due = self.next_due()
        if due is None or due > now:
            return None
        with self._db.writing(durable=False) as db:
            row = db.execute(
                f"SELECT {COLUMNS} FROM linkback INDEXED BY linkback_by_due"
                " WHERE status = 'received' AND due <= ?"
                " ORDER BY due LIMIT 1",
                (now,),
            ).fetchone()
            if row is None:
                return None
            db.execute("UPDATE linkback SET due = ? WHERE id = ?", (until, row[0]))
            return rows.read(row)

    def postpone(self, linkback_id: int, *, due: float) -> None:
        """Let `claim` hand out a ``received`` linkback from `due` on."""
        with self._db.writing(durable=False) as db:
            db.execute(
                "UPDATE linkback SET due = ? WHERE id = ? AND status = 'received'",
                (due, linkback_id),
            )

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


def _existing(db: sqlite3.Connection, linkback_id: int) -> Linkback:
    kept = get(db, linkback_id)
    if kept is None:
        raise LookupError(f"no linkback {linkback_id}")
    return kept


def _move(
    db: sqlite3.Connection,
    kept: Linkback,
    status: Status,
    reasons: Sequence[Verdict],
    *,
    by: str,
    now: float,
) -> Linkback:
    said = (
        replace(verdict, reason=storable(verdict.reason), by=storable(verdict.by))
        for verdict in reasons
    )
    moved = kept.with_status(status, *said, by=storable(by), at=rows.moment(now))
    db.execute(
        "UPDATE linkback SET status = ?, history = ?, decided_by = ?, updated = ?, due = ?,"
        " checked = ?, title = ?, excerpt = ?, site_name = ? WHERE id = ?",
        (
            status,
            rows.write_history(moved.history),
            moved.decided_by,
            now,
            now,
            moved.checked.timestamp() if moved.checked else 0.0,
            kept.title,
            kept.excerpt,
            kept.site_name,
            kept.id,
        ),
    )
    return moved


def _keep(db: sqlite3.Connection, linkback_id: int, evidence: Evidence | None) -> None:
    if evidence is not None:
        db.execute(
            "INSERT OR REPLACE INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?)",
            (linkback_id, *rows.pack(evidence)),
        )
