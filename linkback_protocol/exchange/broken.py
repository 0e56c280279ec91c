"""What is wrong with a file that is imported, and where."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Readable(Protocol):
    """A file of bytes, as far as it is needed here."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes or fewer; none at the end."""
        ...


class BrokenFile(Exception):
    """One sentence on a file that cannot be imported; `line` is where, counted from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line


class Unfit(ValueError):
    """What is wrong with a value; whoever reads the file knows the line."""


_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def utc(moment: datetime) -> datetime:
    """Return a time in UTC.

    :raises Unfit: it has no offset, or is one that no store keeps: before 1970.
    """
    if moment.tzinfo is None:
        raise Unfit("has no offset from UTC")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise Unfit("is beyond the year 9999") from error
    if moment < _FIRST:
        raise Unfit("is before 1970")
    return moment
