"""Results as JSON Lines, for programs: a line for the run, one for each case, one for the summary.

``result.schema.json`` beside this module describes every line. Only ASCII is written.
"""

from __future__ import annotations

import json
import math
from typing import IO, TYPE_CHECKING, Final, NoReturn

from linkback_conformance.errors import UsageError
from linkback_conformance.reports.evidence import SHOWN_BYTES, moment, shown
from linkback_conformance.reports.recorded import SCHEMA, NotAResult, Recorded, from_records
from linkback_conformance.reports.redaction import redact
from linkback_conformance.reports.summary import conclude, tallies
from linkback_conformance.reports.text import decoded
from linkback_conformance.verdict import Verdict

__all__ = ["Recorded", "read", "render"]

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkback_conformance.source_site import Fetch
    from linkback_conformance.verdict import Result, Run, SenderRun
    from linkback_conformance.wire import Exchange

_LONGEST_LINE: Final = 64 * 1024 * 1024
"""Characters; the evidence of a case is far below it."""


def render(run: Run) -> str:
    """Return a whole run, ending in a line break."""
    run = redact(run)
    records = (_head(run), *map(_result, run.results), _summary(run))
    return "".join(json.dumps(_plain(each), allow_nan=False) + "\n" for each in records)


def read(stream: IO[str] | IO[bytes]) -> Recorded:
    """Read what `render` has made.

    Raises `UsageError` for anything else: another format or version, a file that was cut, or one
    whose summary is not that of its cases.
    """
    name = getattr(stream, "name", None)
    try:
        return _assemble(_lines(stream))
    except NotAResult as error:
        message = (
            f"{name if isinstance(name, str) else 'the file'} is no result of "
            f"linkback-conformance: {error}"
        )
        raise UsageError(message) from None


def _assemble(records: Iterator[dict[str, object]]) -> Recorded:
    head = next(records, None)
    if head is None:
        message = "it is empty"
        raise NotAResult(message)
    if head.get("type") != "run":
        message = "its first line describes no run"
        raise NotAResult(message)
    version = head.get("schema")
    if version != SCHEMA or isinstance(version, bool):
        message = f"its format is version {version!r:.20}, and version {SCHEMA} is understood"
        raise NotAResult(message)
    results: list[dict[str, object]] = []
    for record in records:
        match record.get("type"):
            case "result":
                results.append(record)
            case "summary":
                if next(records, None) is not None:
                    message = "something follows the summary"
                    raise NotAResult(message)
                return from_records(head, results, record)
            case _:
                message = f"line {len(results) + 2} is neither a case nor the summary"
                raise NotAResult(message)
    message = "it is cut: the summary is missing"
    raise NotAResult(message)


def _lines(stream: IO[str] | IO[bytes]) -> Iterator[dict[str, object]]:
    number = 0
    while True:
        number += 1
        try:
            line = stream.readline(_LONGEST_LINE)
            text = line.decode() if isinstance(line, bytes) else line
            # Refuses what a lenient stream has let through of bytes that are no text.
            text.encode()
            if not text:
                return
            if not text.strip():
                continue
            # Some shells put a byte order mark before what they redirect.
            record = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            message = f"line {number} is no JSON"
            raise NotAResult(message) from None
        if not isinstance(record, dict):
            message = f"line {number} is no JSON object"
            raise NotAResult(message)
        yield record


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _head(run: Run) -> dict[str, object]:
    return {
        "type": "run",
        "schema": SCHEMA,
        "suite_version": run.suite_version,
        "run_id": run.run_id,
        "target": run.target,
        "started": run.started,
        "seconds": round(run.seconds, 3),
        "endpoints": dict(run.endpoints),
        "options": dict(run.options),
        "strict": run.strict,
        "selected_all": run.selected_all,
        "withheld": run.withheld,
        "tainted": run.tainted,
        "notes": run.notes,
        "surprises": run.surprises,
        "shown_bytes": SHOWN_BYTES,
    }


def _result(result: Result) -> dict[str, object]:
    case = result.case
    exchanges, exchanges_left_out = shown(result.exchanges)
    fetches, fetches_left_out = shown(result.fetches)
    start = result.exchanges[0].started if result.exchanges else 0.0
    return {
        "type": "result",
        "id": case.id,
        "title": case.title,
        "protocol": case.protocol,
        "role": case.role,
        "level": case.level,
        "basis": case.basis,
        "area": case.area,
        "clauses": case.clauses,
        "verdict": result.verdict,
        "reason": result.reason,
        "seconds": round(result.seconds, 3),
        "observations": [
            {
                "expected": each.expected,
                "observed": each.observed,
                "holds": each.holds,
                "level": each.level,
            }
            for each in result.observations
        ],
        "exchanges": [_exchange(number, each, start) for number, each in exchanges],
        "exchanges_left_out": exchanges_left_out,
        "fetches": [_fetch(each, result) for _, each in fetches],
        "fetches_left_out": fetches_left_out,
        "runs": [_run(each) for each in result.runs],
    }


def _run(run: SenderRun) -> dict[str, object]:
    return {
        "told": run.told,
        "ended": run.ended,
        "outcome": run.outcome,
        "output": run.output,
        "seconds": round(run.seconds, 6),
    }


def _exchange(number: int, exchange: Exchange, start: float) -> dict[str, object]:
    return {
        "number": number,
        "method": exchange.method,
        "url": exchange.url,
        "started": round(exchange.started - start, 6),
        "seconds": round(exchange.seconds, 6),
        "status": exchange.response.status if exchange.response else None,
        "problem": exchange.problem,
        "request": _message(exchange.sent),
        "response": _message(exchange.received) if exchange.received else None,
        "curl": exchange.curl,
    }


def _message(data: bytes) -> dict[str, object]:
    return {
        "text": decoded(data[:SHOWN_BYTES]),
        "bytes": len(data),
        "truncated": len(data) > SHOWN_BYTES,
    }


def _fetch(fetch: Fetch, result: Result) -> dict[str, object]:
    when = moment(fetch, result.exchanges)
    return {
        "method": fetch.method,
        "path": fetch.url_path,
        "query": fetch.query,
        "headers": [list(pair) for pair in fetch.headers],
        "request": when.request if when else None,
        "after": round(when.after, 6) if when else None,
        "answered": when.answered if when else False,
        "seconds": round(fetch.ended - fetch.started, 6) if fetch.ended is not None else None,
        "bytes_sent": fetch.sent,
        "whole": fetch.whole,
    }


def _summary(run: Run) -> dict[str, object]:
    return {
        "type": "summary",
        "total": len(run.results),
        "executed": run.executed,
        "counts": {verdict.value: run.count(verdict) for verdict in Verdict},
        "tallies": [
            {
                "protocol": each.protocol,
                "area": each.area,
                "total": each.total,
                "executed": each.executed,
                "counts": {verdict.value: count for verdict, count in each.counts.items()},
            }
            for each in tallies(run)
        ],
        "conclusion": run.conclusion,
        "exit_code": run.exit_code,
        "sentence": conclude(run),
    }


def _plain(value: object) -> object:
    """Return what JSON has a notation for; halves of surrogate pairs become escapes."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {str(_plain(str(key))): _plain(each) for key, each in value.items()}
        case _:
            return _plain(str(value))
