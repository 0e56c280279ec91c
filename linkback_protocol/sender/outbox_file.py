"""The outbox on the disk: one row for each pair of source and target, in the store's own file."""

from __future__ import annotations

import enum
import json
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linkback_protocol import url as urls
from linkback_protocol.linkback import Protocol
from linkback_protocol.sender.article import ArticleLink
from linkback_protocol.sender.client import Form
from linkback_protocol.sender.delivery import Delivery, Outcome
from linkback_protocol.stores.connections import Connections
from linkback_protocol.stores.rows import LARGEST_ID, storable
from linkback_protocol.stores.schema import MIGRATIONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from linkback_protocol.url import URL

INTERRUPTIONS = 1
"""Times that a ping is sent again of which it is not known whether it had been sent."""


class State(enum.StrEnum):
    """Where a delivery stands: to be sent, being sent, delivered (or nothing to do), given up."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A delivery as the outbox keeps it.

    `delivery` is what the last try came to; its outcome is ``planned`` before the first. `address`
    is where a trackback goes that the author has the address for, else empty. `linked` tells
    whether the article had the link when it was last read. Times are seconds since the epoch.
    """

    id: int
    delivery: Delivery
    address: str
    form: Form
    state: State
    linked: bool
    queued: float
    updated: float
    due: float
    attempts: int
    interrupted: int

    @property
    def link(self) -> ArticleLink:
        """The link to deliver."""
        return ArticleLink(self.delivery.target, urls.parse(self.delivery.target))


_COLUMNS = (
    "id, source, target, address, title, excerpt, blog_name, state, linked, queued, updated, due,"
    " attempts, interrupted, outcome, detail, protocol, endpoint, found, code, oddities"
)


class OutboxFile:
    """What an `Outbox` reads and writes; safe to share between threads, and to fork with.

    :param path: the file of a `SQLiteStore`, or of none yet.
    :raises StoreError: the file cannot be used.
    """

    def __init__(self, path: str | os.PathLike[str], *, busy_timeout: float = 5.0) -> None:
        self._db = Connections(os.path.abspath(path), MIGRATIONS, busy_timeout=busy_timeout)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def queue(
        self,
        source: URL,
        links: Iterable[tuple[ArticleLink, str]],
        form: Form,
        *,
        force: bool,
        now: float,
        settled: bool = False,
    ) -> list[Entry]:
        """Keep links of a source, and return all of them: new ones wait, known ones are as before.

        What waits for another try becomes due. On the disk when the call returns.

        :param links: each with the address of its trackback, or nothing.
        :param force: let those that were delivered or given up wait again.
        :param settled: let new ones count as delivered.
        """
        entries = []
        state, outcome = (
            (State.DONE, Outcome.SKIPPED) if settled else (State.WAITING, Outcome.PLANNED)
        )
        with self._db.writing(durable=True) as db:
            for link, address in links:
                key = (source.key, target_key(link.url, address))
                db.execute(
                    "INSERT INTO delivery (source, target, address, title, excerpt, blog_name,"
                    " state, linked, queued, updated, due, owner, until, posted, interrupted,"
                    " attempts, outcome, detail, protocol, endpoint, found, oddities, source_key,"
                    " target_key) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, '', 0, 0, 0, 0,"
                    " ?, '', '', '', '', '[]', ?, ?)"
                    " ON CONFLICT (source_key, target_key) DO UPDATE SET linked = 1,"
                    " title = excluded.title, excerpt = excluded.excerpt,"
                    " blog_name = excluded.blog_name",
                    (
                        str(source), link.given, address, *map(storable, _texts(form)),
                        state, now, now, now, outcome, *key,
                    ),
                )  # fmt: skip
                db.execute(
                    "UPDATE delivery SET state = 'waiting', due = ?, queued = ?, attempts = 0,"
                    " interrupted = 0, target = ?"
                    " WHERE source_key = ? AND target_key = ? AND state != 'sending'"
                    " AND (? OR state = 'waiting' OR (state = 'failed' AND outcome = 'planned'))",
                    (now, now, link.given, *key, force),
                )
                row = db.execute(
                    f"SELECT {_COLUMNS} FROM delivery WHERE source_key = ? AND target_key = ?", key
                ).fetchone()
                entries.append(_entry(row))
        return entries

    def unlink(self, source: URL, linked: Iterable[URL], *, now: float) -> list[Entry]:
        """Note which links a source has no more, and return those that it had until now.

        What of these still waits is given up: nobody is told of a link that is not there. Nothing
        happens to trackbacks whose address the author gave.
        """
        keys = {url.key for url in linked}
        with self._db.writing(durable=False) as db:
            rows = db.execute(
                f"SELECT {_COLUMNS}, target_key FROM delivery"
                " WHERE source_key = ? AND linked = 1 AND address = '' AND state != 'sending'",
                (source.key,),
            ).fetchall()
            removed = [_entry(row[:-1]) for row in rows if row[-1] not in keys]
            db.executemany(
                "UPDATE delivery SET linked = 0, updated = ?,"
                " detail = CASE state WHEN 'waiting' THEN 'the link was removed' ELSE detail END,"
                " state = CASE state WHEN 'waiting' THEN 'failed' ELSE state END WHERE id = ?",
                [(now, entry.id) for entry in removed],
            )
        return removed

    def claim(self, entry_id: int, *, now: float, seconds: float) -> Entry | None:
        """Take a delivery to work on; None where it is done, or another process has it.

        What a process that died had begun is taken over, and given up where its ping may have been
        sent twice already.

        :param seconds: for how long it is this process's.
        """
        with self._db.writing(durable=False) as db:
            row = db.execute(
                f"SELECT {_COLUMNS}, owner, until, posted FROM delivery WHERE id = ?", (entry_id,)
            ).fetchone()
            if row is None:
                return None
            entry = _entry(row[:-3])
            owner, until, posted = row[-3:]
            if entry.state is State.SENDING:
                if until > now and _is_alive(owner):
                    return None
            elif entry.state is not State.WAITING:
                return None
            interrupted = entry.interrupted + (entry.state is State.SENDING and posted)
            if interrupted > INTERRUPTIONS:
                db.execute(
                    "UPDATE delivery SET state = 'failed', posted = 0, updated = ?, outcome = ?,"
                    " detail = 'it was interrupted twice while it was sent, and may have arrived'"
                    " WHERE id = ?",
                    (now, Outcome.UNREACHABLE, entry_id),
                )
                return None
            db.execute(
                "UPDATE delivery SET state = 'sending', owner = ?, until = ?, posted = 0,"
                " interrupted = ?, attempts = attempts + 1, updated = ? WHERE id = ?",
                (_me(), now + seconds, interrupted, now, entry_id),
            )
            return get(db, entry_id)

    def posting(self, entry_id: int) -> bool:
        """Note that the ping is sent from here on; return whether it is still ours to send."""
        with self._db.writing(durable=False) as db:
            done = db.execute(
                "UPDATE delivery SET posted = 1 WHERE id = ? AND state = 'sending' AND owner = ?",
                (entry_id, _me()),
            )
            return done.rowcount == 1

    def settle(
        self, entry_id: int, delivery: Delivery, state: State, *, due: float, now: float
    ) -> None:
        """Keep what a try came to, if the delivery is still ours."""
        with self._db.writing(durable=False) as db:
            db.execute(
                "UPDATE delivery SET state = ?, due = ?, updated = ?, posted = 0, interrupted = 0,"
                " owner = '', outcome = ?, detail = ?, protocol = ?, endpoint = ?, found = ?,"
                " code = ?, oddities = ? WHERE id = ? AND state = 'sending' AND owner = ?",
                (
                    state, due, now, delivery.outcome, storable(delivery.detail),
                    delivery.protocol or "", delivery.endpoint, delivery.found, delivery.code,
                    json.dumps(delivery.oddities), entry_id, _me(),
                ),
            )  # fmt: skip

    def due(self, *, now: float, start: int = 0, limit: int = 500) -> list[int]:
        """Return the ids, above `start`, of what is to be tried now, in their order."""
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT id FROM delivery"
                " WHERE state IN ('waiting', 'sending') AND due <= ? AND id > ?"
                " ORDER BY id LIMIT ?",
                (now, start, limit),
            ).fetchall()
        return [row[0] for row in rows]

    def find(
        self,
        *,
        source: URL | None = None,
        state: Sequence[State] = (),
        start: int = 0,
        limit: int = 500,
    ) -> list[Entry]:
        """Return entries with ids above `start`, in their order."""
        where = ["id > ?"]
        bound: list[object] = [min(start, LARGEST_ID)]
        if source is not None:
            where.append("source_key = ?")
            bound.append(source.key)
        if state:
            where.append(f"state IN ({', '.join('?' * len(state))})")
            bound += state
        with self._db.reading() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM delivery WHERE {' AND '.join(where)} ORDER BY id LIMIT ?",
                (*bound, limit),
            ).fetchall()
        return [_entry(row) for row in rows]

    def get(self, entry_id: int) -> Entry | None:
        """Return one entry."""
        if entry_id > LARGEST_ID:
            return None
        with self._db.reading() as db:
            return get(db, entry_id)

    def wait_again(self, entry_ids: Iterable[int], *, now: float) -> int:
        """Let entries be sent again, whatever became of them; return how many there were."""
        changed = 0
        with self._db.writing(durable=True) as db:
            for entry_id in entry_ids:
                changed += db.execute(
                    "UPDATE delivery SET state = 'waiting', due = ?, queued = ?, attempts = 0,"
                    " interrupted = 0 WHERE id = ? AND state != 'sending'",
                    (now, now, min(entry_id, LARGEST_ID)),
                ).rowcount
        return changed

    def forget(self, *, source: URL | None = None, entry_ids: Iterable[int] = ()) -> int:
        """Delete entries of a source, or some of them; return how many there were."""
        with self._db.writing(durable=True) as db:
            if source is not None:
                db.execute("DELETE FROM published WHERE source_key = ?", (source.key,))
                return db.execute(
                    "DELETE FROM delivery WHERE source_key = ?", (source.key,)
                ).rowcount
            return sum(
                db.execute(
                    "DELETE FROM delivery WHERE id = ?", (min(entry_id, LARGEST_ID),)
                ).rowcount
                for entry_id in entry_ids
            )

    def mark(self, source: URL) -> str:
        """Return the mark that a source was published with; empty where it was not."""
        with self._db.reading() as db:
            row = db.execute(
                "SELECT mark FROM published WHERE source_key = ?", (source.key,)
            ).fetchone()
        return row[0] if row else ""

    def set_mark(self, source: URL, mark: str) -> None:
        """Keep the mark of a source whose links are in the outbox."""
        with self._db.writing(durable=False) as db:
            db.execute(
                "INSERT INTO published VALUES (?, ?, ?, 0, NULL)"
                " ON CONFLICT (source_key) DO UPDATE SET mark = excluded.mark, due = NULL",
                (source.key, str(source), mark),
            )

    def read_later(self, source: URL, *, now: float) -> None:
        """Keep a source whose links are not known yet; on the disk when the call returns."""
        with self._db.writing(durable=True) as db:
            db.execute(
                "INSERT INTO published VALUES (?, ?, '', ?, ?)"
                " ON CONFLICT (source_key)"
                " DO UPDATE SET due = excluded.due, asked = excluded.asked",
                (source.key, str(source), now, now),
            )

    def to_read(self, *, now: float) -> list[tuple[str, float]]:
        """Return the sources that are to be read, and since when they are."""
        with self._db.reading() as db:
            return db.execute(
                "SELECT source, asked FROM published WHERE due <= ?", (now,)
            ).fetchall()

    def has_read(self, source: URL, *, again: float | None = None) -> None:
        """Note that a source was read, or when to try again."""
        with self._db.writing(durable=False) as db:
            db.execute("UPDATE published SET due = ? WHERE source_key = ?", (again, source.key))


def target_key(url: URL, address: str) -> str:
    """Return what a delivery has in common with every other one to the same page or address."""
    return f"trackback:{url.key}" if address else url.key


def get(db: sqlite3.Connection, entry_id: int) -> Entry | None:
    """Return one entry."""
    row = db.execute(f"SELECT {_COLUMNS} FROM delivery WHERE id = ?", (entry_id,)).fetchone()
    return None if row is None else _entry(row)


def _entry(row: Sequence[Any]) -> Entry:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Entry(
        id=values["id"],
        delivery=Delivery(
            source=values["source"],
            target=values["target"],
            outcome=Outcome(values["outcome"]),
            detail=values["detail"],
            protocol=Protocol(values["protocol"]) if values["protocol"] else None,
            endpoint=values["endpoint"],
            found=values["found"],
            code=values["code"],
            oddities=tuple(json.loads(values["oddities"])),
        ),
        address=values["address"],
        form=Form(values["title"], values["excerpt"], values["blog_name"]),
        state=State(values["state"]),
        linked=bool(values["linked"]),
        queued=values["queued"],
        updated=values["updated"],
        due=values["due"],
        attempts=values["attempts"],
        interrupted=values["interrupted"],
    )


def _texts(form: Form) -> tuple[str, str, str]:
    return form.title, form.excerpt, form.blog_name


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_alive(owner: str) -> bool:
    """Return whether a process may still be there; one on another machine always may."""
    host, _, process = owner.rpartition(":")
    if os.name != "posix" or host != socket.gethostname() or not process.isdigit():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
