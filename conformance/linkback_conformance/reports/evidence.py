"""What a case rests on, ready to be shown: its requirement, what was seen, what was on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from linkback_conformance.clauses import CLAUSES
from linkback_conformance.reports.text import decoded, one_line, visible
from linkback_conformance.verdict import Holds, Observation, Result, Run, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_conformance.case import Case
    from linkback_conformance.source_site import Fetch
    from linkback_conformance.wire import Exchange

SHOWN_BYTES: Final = 16 * 1024
"""Bytes of a request and of an answer that a report shows."""
SHOWN_FIRST: Final = 20
"""Exchanges, and fetches, that a report shows of a case; a flood has hundreds that are alike."""
SHOWN_LAST: Final = 5
"""Those at the end, which are shown besides."""

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A clause as a reader needs it; without text and address where it is not known."""

    id: str
    level: str
    text: str
    address: str


def requirements(case: Case) -> list[Requirement]:
    """Return the clauses of a case."""
    found = []
    for name in case.clauses:
        clause = CLAUSES.get(name)
        if clause is None:
            found.append(Requirement(name, "", "", ""))
        else:
            found.append(Requirement(name, clause.level, clause.text, clause.address))
    return found


def unmet(result: Result) -> list[Observation]:
    """Return what did not hold, or could not be seen."""
    return [each for each in result.observations if each.holds is not Holds.YES]


def mistake(result: Result) -> str:
    """Return the traceback of a case that ended in an error, or what is wrong without one."""
    return result.reason or "the case came to its end without looking at anything"


def headline(result: Result) -> str:
    """Return the reason; of a traceback, the line that names the mistake."""
    if result.verdict is not Verdict.ERROR:
        return result.reason
    return mistake(result).strip().rpartition("\n")[2]


def own_reason(result: Result) -> str:
    """Return the reason, unless it only repeats the observations."""
    said = any(each.observed and each.observed in result.reason for each in unmet(result))
    return "" if said else result.reason


def telling(run: Run, result: Result) -> Exchange | None:
    """Return the exchange to repeat: the one that the first failure is about.

    Without one it is the last that does not just look at the owner's view.
    """
    numbers = [each.exchange for each in unmet(result) if each.exchange]
    if numbers and numbers[0] <= len(result.exchanges):
        return result.exchanges[numbers[0] - 1]
    observe = run.endpoints.get("observe", "")
    pings = [each for each in result.exchanges if each.url != observe] or result.exchanges
    return pings[-1] if pings else None


def facts(run: Run, result: Result) -> list[tuple[str, str]]:
    """Return a failure as pairs of a label and a line: required, expected, observed, reproduce.

    A pair without label goes on with the one before it.
    """
    lines = []
    for each in requirements(result.case):
        text = f": {each.text}" if each.text else ""
        lines.append(("requires", f"{each.id}{f' ({each.level})' if each.level else ''}{text}"))
        if each.address:
            lines.append(("", each.address))
    for seen in unmet(result):
        lines.append(("expected", seen.expected))
        label = "unseen" if seen.holds is Holds.UNKNOWN else "observed"
        lines.append((label, seen.observed))
    if reason := own_reason(result):
        lines.append(("reason", reason))
    lines = [(label, one_line(line)) for label, line in lines]
    exchange = telling(run, result)
    if exchange is not None and exchange.curl:
        lines.append(("reproduce", visible(exchange.curl)))
    return lines


def message(data: bytes) -> str:
    """Return a request or an answer for a reader; what is too long ends with a remark."""
    text = visible(decoded(data[:SHOWN_BYTES]))
    if len(data) > SHOWN_BYTES:
        text += f"\n[{len(data) - SHOWN_BYTES} more bytes are not shown]"
    return text


def outcome(exchange: Exchange) -> str:
    """Return what came back, in a few words."""
    if exchange.response is None:
        return f"no answer: {exchange.problem}"
    status = f"HTTP {exchange.response.status}"
    return f"{status}, but {exchange.problem}" if exchange.problem else status


def shown(items: Sequence[_Item]) -> tuple[list[tuple[int, _Item]], int]:
    """Return what a report shows of many items, numbered from 1, and how many are left out."""
    numbered = list(enumerate(items, 1))
    if len(items) <= SHOWN_FIRST + SHOWN_LAST:
        return numbered, 0
    return numbered[:SHOWN_FIRST] + numbered[-SHOWN_LAST:], len(items) - SHOWN_FIRST - SHOWN_LAST


def asked(fetch: Fetch) -> str:
    """Return what a fetch asked for: the method, the path, and the query if there was one."""
    query = f"?{fetch.query}" if fetch.query else ""
    return f"{fetch.method} {fetch.url_path}{query}"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a page of the source site was asked for, as seen from the requests to the target."""

    request: int
    """The last request that had begun, counted from 1; the first one where none had."""
    after: float
    """Seconds since that request began; negative where it had not."""
    answered: bool
    """Whether that request had had its answer."""

    def words(self) -> str:
        """Return it as a phrase."""
        if self.after < 0:
            return f"{-self.after:.3f} s before request {self.request}"
        when = "after its answer" if self.answered else "before its answer"
        return f"{self.after:.3f} s after request {self.request} began, {when}"


def moment(fetch: Fetch, exchanges: Sequence[Exchange]) -> Moment | None:
    """Place a fetch among the requests of its case; ``None`` where there was no request."""
    if not exchanges:
        return None
    numbered = list(enumerate(exchanges, 1))
    begun = [pair for pair in numbered if pair[1].started <= fetch.started]
    number, last = max(begun or numbered[:1], key=lambda pair: pair[1].started)
    return Moment(number, fetch.started - last.started, answered=last.ended <= fetch.started)
