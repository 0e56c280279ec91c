"""Linkbacks as rows of a table, and back."""

from __future__ import annotations

import json
import zlib
from dataclasses import astuple
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from linkback_protocol.linkback import (
    Action,
    Evidence,
    Linkback,
    Move,
    Passage,
    Protocol,
    Status,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS: Final = (
    "id, protocol, source, target, page, status, title, excerpt, site_name, sender, received,"
    " updated, history, browser, notes, checked, user_agent"
)
LARGEST_ID: Final = 2**63 - 1
"""A larger number is no id: SQLite has no such integers."""


def read(row: Sequence[Any]) -> Linkback:
    """Return what a row of `COLUMNS` holds."""
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
        received=moment(row[10]),
        updated=moment(row[11]),
        history=_read_history(row[12]),
        browser=row[13],
        notes=tuple(json.loads(row[14])),
        checked=moment(row[15]) if row[15] else None,
        user_agent=row[16],
    )


def _read_history(text: str) -> tuple[Move, ...]:
    return tuple(
        Move(
            moment(at),
            Status(status),
            by,
            tuple(Verdict(Action(action), reason, who) for action, reason, who in reasons),
        )
        for at, status, by, reasons in json.loads(text)
    )


def write_history(history: Sequence[Move]) -> str:
    """Return a history as a column holds it."""
    return json.dumps(
        [
            (
                move.at.timestamp(),
                move.status,
                storable(move.by),
                [
                    (verdict.action, storable(verdict.reason), storable(verdict.by))
                    for verdict in move.reasons
                ],
            )
            for move in history
        ]
    )


def pack(evidence: Evidence) -> tuple[float, str, str, bytes, bool, str | None]:
    """Return evidence as a table holds it: compressed, quickly rather than well."""
    return (
        evidence.fetched.timestamp(),
        evidence.url,
        storable(evidence.content_type),
        zlib.compress(evidence.body, 1),
        evidence.truncated,
        None if evidence.passage is None else _pack_passage(evidence.passage),
    )


def _pack_passage(passage: Passage) -> str:
    return storable(json.dumps(astuple(passage), ensure_ascii=False))


def unpack(row: Sequence[Any]) -> Evidence:
    """Return the evidence of such a row."""
    return Evidence(
        fetched=moment(row[0]),
        url=row[1],
        content_type=row[2],
        body=zlib.decompress(row[3]),
        truncated=bool(row[4]),
        passage=None if row[5] is None else _read_passage(*json.loads(row[5])),
    )


def _read_passage(before: str, linked: str, after: str, remarks: list[str]) -> Passage:
    return Passage(before, linked, after, tuple(remarks))


def moment(seconds: float) -> datetime:
    """Return an aware time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def storable(text: str) -> str:
    """Replace lone surrogates, which UTF-8 does not have."""
    return text.encode("utf-8", "replace").decode()
