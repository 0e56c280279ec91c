"""What is known to be broken: a file that makes a run fail when it is better or worse than that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from linkback_conformance.errors import UsageError
from linkback_conformance.verdict import Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linkback_conformance.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """A case that is known not to pass, and why."""

    id: str
    verdict: Verdict
    comment: str
    contains: str = ""
    """What the reason of the result has to hold; another reason is another failure."""


def load(path: str, every: Sequence[Case]) -> tuple[Expectation, ...]:
    """Read a file: a JSON list of objects with ``id``, ``verdict``, ``comment``, ``contains``.

    Raises `UsageError` for whatever is wrong with it, a case that does not exist included.
    """
    try:
        entries = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        message = f"cannot read the expectations {path}: {error.strerror}"
        raise UsageError(message) from None
    except ValueError as error:
        message = f"the expectations {path} are no JSON: {error}"
        raise UsageError(message) from None
    if not isinstance(entries, list):
        message = f"the expectations {path} are no list"
        raise UsageError(message)
    known = {each.id for each in every}
    found = tuple(_read(path, number, entry, known) for number, entry in enumerate(entries, 1))
    ids = [each.id for each in found]
    if twice := next((each for each in ids if ids.count(each) > 1), None):
        message = f"the expectations {path} name {twice} twice"
        raise UsageError(message)
    return found


def _read(path: str, number: int, entry: object, known: set[str]) -> Expectation:
    where = f"entry {number} of the expectations {path}"
    if not isinstance(entry, dict) or not set(entry) <= {"id", "verdict", "comment", "contains"}:
        message = f"{where} must be an object of id, verdict, comment and contains"
        raise UsageError(message)
    if entry.get("id") not in known:
        message = f"{where} names the case {entry.get('id')!r}, which does not exist"
        raise UsageError(message)
    if entry.get("verdict") not in set(Verdict) - {Verdict.PASS, Verdict.ERROR}:
        message = f"{where} has the verdict {entry.get('verdict')!r}, which nobody can expect"
        raise UsageError(message)
    if not str(entry.get("comment", "")).strip():
        message = f"{where} needs a comment that says why it is expected"
        raise UsageError(message)
    return Expectation(
        id=entry["id"],
        verdict=Verdict(entry["verdict"]),
        comment=str(entry["comment"]),
        contains=str(entry.get("contains", "")),
    )


def surprises(expected: Iterable[Expectation], results: Iterable[Result]) -> tuple[str, ...]:
    """Return where results differ from what is expected of them, in both directions.

    A case that is not applicable need not be expected, and one that was not run is no surprise.
    """
    by_id = {each.id: each for each in expected}
    found = []
    for result in results:
        known = by_id.get(result.case.id)
        if known is None:
            if result.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE}:
                found.append(f"{result.case.id}: {result.verdict} was not expected")
        elif result.verdict is not known.verdict:
            found.append(f"{known.id}: expected {known.verdict}, and got {result.verdict}")
        elif known.contains not in result.reason:
            found.append(f"{known.id}: {known.verdict} as expected, but not for {known.contains!r}")
    return tuple(found)
