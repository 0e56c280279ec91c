"""A run as it was written down: read back from a file that anybody may have made or changed."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linkback_conformance.reports.summary import EXECUTED
from linkback_conformance.verdict import Conclusion, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMA: Final = 1
"""The version of the format: a reader refuses any other."""


class NotAResult(ValueError):
    """A line is not what the format says; the message is the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedResult:
    """What came of a case, without the evidence, which stays in the file."""

    id: str
    title: str
    protocol: str
    role: str
    level: str
    area: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A whole run, as far as a comparison needs it."""

    suite_version: str
    run_id: str
    target: str
    started: str
    """In UTC, as ISO 8601."""
    seconds: float
    strict: bool
    tainted: bool
    selected_all: bool
    withheld: int
    notes: tuple[str, ...]
    surprises: tuple[str, ...] | None
    """``None`` where no file of expectations was given."""
    results: tuple[RecordedResult, ...]
    conclusion: Conclusion
    exit_code: int

    def count(self, verdict: Verdict) -> int:
        """Return how many cases got a verdict."""
        return sum(result.verdict is verdict for result in self.results)

    @property
    def executed(self) -> int:
        """Return how many cases came to an end."""
        return sum(map(self.count, EXECUTED))


def from_records(
    head: Mapping[str, object],
    results: Sequence[Mapping[str, object]],
    summary: Mapping[str, object],
) -> Recorded:
    """Build a run from the lines of a file, in which the version has been looked at.

    Raises `NotAResult` for what is missing, of another type, or at odds with the rest.
    """
    read = tuple(map(_result, results))
    repeated = [name for name, count in Counter(each.id for each in read).items() if count > 1]
    if repeated:
        message = f"the case {repeated[0]} is there twice"
        raise NotAResult(message)
    recorded = Recorded(
        suite_version=_text(head, "suite_version"),
        run_id=_text(head, "run_id"),
        target=_text(head, "target"),
        started=_text(head, "started"),
        seconds=_number(head, "seconds"),
        strict=_flag(head, "strict"),
        tainted=_flag(head, "tainted"),
        selected_all=_flag(head, "selected_all"),
        withheld=_count(head, "withheld"),
        notes=_texts(head, "notes"),
        surprises=None if head.get("surprises") is None else _texts(head, "surprises"),
        results=read,
        conclusion=_conclusion(summary),
        exit_code=_count(summary, "exit_code"),
    )
    _agree(recorded, summary)
    return recorded


def _agree(recorded: Recorded, summary: Mapping[str, object]) -> None:
    """Raise where lines have been lost, added or changed since the summary was written."""
    total, found = _count(summary, "total"), len(recorded.results)
    if total != found:
        message = f"the summary speaks of {total} cases, and there are {found}"
        raise NotAResult(message)
    counts = summary.get("counts")
    if counts != {verdict.value: recorded.count(verdict) for verdict in Verdict}:
        message = "the counts of the summary are not those of the cases"
        raise NotAResult(message)


def _result(record: Mapping[str, object]) -> RecordedResult:
    name = _text(record, "id")
    try:
        verdict = Verdict(_text(record, "verdict"))
    except ValueError:
        message = f"the verdict of {name} is none of the seven"
        raise NotAResult(message) from None
    return RecordedResult(
        id=name,
        title=_text(record, "title"),
        protocol=_text(record, "protocol"),
        role=_text(record, "role"),
        level=_text(record, "level"),
        area=_text(record, "area"),
        verdict=verdict,
        reason=_text(record, "reason"),
    )


def _conclusion(summary: Mapping[str, object]) -> Conclusion:
    try:
        return Conclusion(_text(summary, "conclusion"))
    except ValueError:
        message = "its conclusion is unknown"
        raise NotAResult(message) from None


def _text(record: Mapping[str, object], name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str):
        raise _wrong(name, "a text")
    return value


def _texts(record: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = record.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong(name, "a list of texts")
    return tuple(value)


def _flag(record: Mapping[str, object], name: str) -> bool:
    value = record.get(name)
    if not isinstance(value, bool):
        raise _wrong(name, "true or false")
    return value


def _count(record: Mapping[str, object], name: str) -> int:
    value = record.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(name, "a whole number")
    return value


def _number(record: Mapping[str, object], name: str) -> float:
    value = record.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise _wrong(name, "a number")
    return float(value)


def _wrong(name: str, kind: str) -> NotAResult:
    return NotAResult(f"{name!r} is missing or not {kind}")
