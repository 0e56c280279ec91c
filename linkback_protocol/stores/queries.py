"""What a `SQLiteStore` is asked, and answers without a change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from linkback_protocol.linkback import Status
from linkback_protocol.stores import rows
from linkback_protocol.stores.contract import HostRecord
from linkback_protocol.stores.rows import COLUMNS, LARGEST_ID, storable
from linkback_protocol.stores.searching import FIELDS, conditions, period

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from linkback_protocol.linkback import Evidence, Linkback, Protocol
    from linkback_protocol.stores.connections import Connections
    from linkback_protocol.stores.contract import Field

_HOST_COUNTED = 1000
"""Linkbacks of a host that are looked at for its record."""


class SQLiteQueries:
    """The questions of `linkback_protocol.stores.Store`, on connections that only read."""

    _db: Connections

    def get(self, linkback_id: int) -> Linkback | None:
        """Return one linkback."""
        with self._db.reading() as db:
            return get(db, linkback_id)

    def find(
        self,
        *,
        page: str | None = None,
        status: Sequence[Status] = (),
        protocol: Protocol | None = None,
        source_host: str | None = None,
        text: str = "",
        start: int | None = None,
        newest: bool = False,
        limit: int = 1000,
    ) -> list[Linkback]:
        """Return linkbacks that fit; see `Store.find`."""
        asked = conditions(
            page=page,
            protocol=protocol,
            source_host=source_host,
            text=text,
            start=start,
            newest=newest,
        )
        order = f"ORDER BY id {'DESC' if newest else 'ASC'} LIMIT ?"
        # An index has one status in the order of ids; of several, SQLite would sort every row.
        parts: list[str] = []
        bound: list[object] = []
        for wanted in dict.fromkeys(status) or (None,):
            where = asked.where() if wanted is None else asked.where("status = ?")
            parts.append(f"SELECT * FROM (SELECT {COLUMNS} FROM linkback{where} {order})")
            bound += [*asked.values, *(() if wanted is None else (wanted,)), limit]
        statement = f"{' UNION ALL '.join(parts)} {order}"
        with self._db.reading() as db:
            return [rows.read(row) for row in db.execute(statement, (*bound, limit))]

    def count(self) -> dict[Status, int]:
        """Return how many linkbacks there are in each status."""
        with self._db.reading() as db:
            return {Status(name): number for name, number in db.execute("SELECT * FROM tally")}

    def evidence(self, linkback_id: int) -> Evidence | None:
        """Return the source page as it was last read; see `Store.evidence`."""
        with self._db.reading() as db:
            row = db.execute(
                "SELECT fetched, url, content_type, body, truncated, passage FROM evidence"
                " WHERE linkback = ?",
                (linkback_id,),
            ).fetchone()
            return None if row is None else rows.unpack(row)

    def unchecked(
        self, status: Sequence[Status], *, before: float, limit: int = 100
    ) -> list[Linkback]:
        """Return linkbacks not checked since a time; see `Store.unchecked`."""
        places = ", ".join("?" * len(status))
        with self._db.reading() as db:
            found = db.execute(
                f"SELECT {COLUMNS} FROM linkback WHERE status IN ('approved', 'pending', 'gone')"
                f" AND status IN ({places}) AND checked < ? ORDER BY checked, id LIMIT ?",
                (*status, before, limit),
            )
            return [rows.read(row) for row in found]

    def host_record(self, source_host: str) -> HostRecord:
        """Return what came from a host before; see `Store.host_record`."""
        with self._db.reading() as db:
            approved, since, spam = db.execute(
                "SELECT total(status = 'approved'), min(received) FILTER (WHERE status ="
                " 'approved'), total(status = 'spam') FROM (SELECT status, received FROM linkback"
                " WHERE source_host = ? ORDER BY id LIMIT ?)",
                (storable(source_host), _HOST_COUNTED),
            ).fetchone()
            return HostRecord(approved=int(approved), spam=int(spam), since=since or 0.0)

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
        asked = period(status, since, until)
        fields = ", ".join(FIELDS[name] for name in by)
        places = ", ".join(str(number) for number, _ in enumerate(by, 1))
        with self._db.reading() as db:
            found = db.execute(
                f"SELECT {fields}, count(*) AS number FROM linkback{asked.where()}"
                f" GROUP BY {places} ORDER BY number DESC, {places} LIMIT ?",
                (*asked.values, limit),
            )
            return [(tuple(row[:-1]), row[-1]) for row in found]

    def next_due(self) -> float | None:
        """Return when the next ``received`` linkback is due."""
        with self._db.reading() as db:
            due: float | None = db.execute(
                "SELECT min(due) FROM linkback WHERE status = 'received'"
            ).fetchone()[0]
            return due

    def setting(self, name: str) -> Any:
        """Return a setting; see `Store.setting`."""
        with self._db.reading() as db:
            row = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
            return None if row is None else json.loads(row[0])

    def settings(self, prefix: str = "") -> dict[str, Any]:
        """Return every setting whose name begins so."""
        with self._db.reading() as db:
            found = db.execute(
                "SELECT name, value FROM setting WHERE substr(name, 1, ?) = ? ORDER BY name",
                (len(prefix), prefix),
            )
            return {name: json.loads(value) for name, value in found}


def get(db: sqlite3.Connection, linkback_id: int) -> Linkback | None:
    """Return one linkback, on a connection that is open already."""
    # A larger number is no id; SQLite has no such integers.
    if abs(linkback_id) > LARGEST_ID:
        return None
    row = db.execute(f"SELECT {COLUMNS} FROM linkback WHERE id = ?", (linkback_id,)).fetchone()
    return None if row is None else rows.read(row)
