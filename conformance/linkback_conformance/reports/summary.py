"""The figures of a run, and the sentence that they come to: the same in every report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linkback_conformance.case import MUST, Area, Protocol
from linkback_conformance.verdict import Conclusion, Result, Run, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

EXECUTED: Final = (Verdict.PASS, Verdict.FAIL, Verdict.ADVISORY)

MEANINGS: Final = {
    Verdict.PASS: "what was expected was seen",
    Verdict.FAIL: "a MUST is broken",
    Verdict.ADVISORY: "a SHOULD is broken",
    Verdict.NOT_APPLICABLE: "the target does not offer what is tried, and need not",
    Verdict.BLOCKED: "a case that this one needs did not pass",
    Verdict.INCONCLUSIVE: "the suite could not see what it had to see",
    Verdict.ERROR: "the suite itself is at fault",
}

_EXITS: Final = {
    0: "nothing that was tried is broken",
    1: "something is broken",
    3: "not established",
    4: "the suite is at fault",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many cases of one area of a protocol got which verdict."""

    protocol: Protocol
    area: Area
    counts: Mapping[Verdict, int]
    """Every verdict, in the order of the enumeration."""

    @property
    def total(self) -> int:
        """Return how many cases were selected."""
        return sum(self.counts.values())

    @property
    def executed(self) -> int:
        """Return how many cases came to an end."""
        return sum(self.counts[verdict] for verdict in EXECUTED)

    def words(self) -> str:
        """Return the verdicts that occur, with their counts."""
        return ", ".join(f"{count} {verdict}" for verdict, count in self.counts.items() if count)


def tallies(run: Run) -> list[Tally]:
    """Return the figures by protocol and area, without the areas that have no case."""
    counted = Counter((each.case.protocol, each.case.area, each.verdict) for each in run.results)
    found = [
        Tally(
            protocol=protocol,
            area=area,
            counts={verdict: counted[protocol, area, verdict] for verdict in Verdict},
        )
        for protocol in Protocol
        for area in Area
    ]
    return [each for each in found if each.total]


def by_reason(run: Run, verdict: Verdict) -> dict[str, list[Result]]:
    """Return the results with a verdict, grouped by their reason, in the order of the run."""
    groups: dict[str, list[Result]] = {}
    for result in run.results:
        if result.verdict is verdict:
            groups.setdefault(result.reason, []).append(result)
    return groups


def conclude(run: Run) -> str:
    """Return one sentence: what the run says about the target, and what its exit code means."""
    code = run.exit_code
    meaning = _EXITS[code]
    if run.surprises is not None and code in {0, 1}:
        as_expected = "differs from" if code else "is as in"
        meaning = f"the run {as_expected} the file of expectations"
    return f"{_finding(run)}; exit code {code}: {meaning}."


def unexpected(run: Run) -> frozenset[str] | None:
    """Return the cases that differ from the file of expectations; ``None`` without such a file."""
    if run.surprises is None:
        return None
    return frozenset(surprise.partition(":")[0] for surprise in run.surprises)


def plural(count: int, noun: str) -> str:
    """Return a count and its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _finding(run: Run) -> str:
    text = Area.CONFORMANCE
    fails, advice = _count(run, text, Verdict.FAIL), _count(run, text, Verdict.ADVISORY)
    match run.conclusion:
        case Conclusion.SUITE_ERROR:
            errors = plural(run.count(Verdict.ERROR), "case")
            return f"Suite error: {errors} ended in a mistake of the suite itself"
        case Conclusion.NOT_ESTABLISHED:
            return f"Not established: {_obstacle(run)}{_elsewhere(run)}"
        case Conclusion.NOT_CONFORMANT:
            broken = plural(fails, "MUST") if fails else plural(advice, "SHOULD")
            verb = "is" if (fails or advice) == 1 else "are"
            strict = "" if fails else ", which --strict does not allow"
            return f"Not conformant: {broken} of the specification {verb} broken{strict}"
        case Conclusion.HOLDS:
            start = "Everything selected holds, but not every case was selected"
        case _:
            start = "Conformant: every MUST of the specification that applies was seen to hold"
    if advice:
        start += f", and {plural(advice, 'SHOULD')} {'does' if advice == 1 else 'do'} not"
    return start + _elsewhere(run)


def _obstacle(run: Run) -> str:
    judged = [each for each in run.results if each.case.area is Area.CONFORMANCE]
    if run.tainted:
        return "a control ping did not get through, so no verdict can be trusted"
    if not judged:
        return "no case of the specification was selected"
    unseen = sum(
        each.verdict in {Verdict.BLOCKED, Verdict.INCONCLUSIVE} and each.case.level is MUST
        for each in judged
    )
    parts = []
    if unseen:
        parts.append(f"{plural(unseen, 'MUST')} of the specification could not be seen")
    if run.withheld:
        verb = "was" if run.withheld == 1 else "were"
        parts.append(f"{plural(run.withheld, 'case')} that would write {verb} left out")
    return " and ".join(parts)


def _elsewhere(run: Run) -> str:
    """Return what is broken outside the area that decides about conformance."""
    verdicts = [Verdict.FAIL, Verdict.ADVISORY] if run.strict else [Verdict.FAIL]
    parts = [
        f"{count} of {area}"
        for area in Area
        if (count := sum(_count(run, area, verdict) for verdict in verdicts))
        and (area is not Area.CONFORMANCE or run.conclusion is Conclusion.NOT_ESTABLISHED)
    ]
    return f"; broken are {' and '.join(parts)}" if parts else ""


def _count(run: Run, area: Area, verdict: Verdict) -> int:
    return sum(each.case.area is area and each.verdict is verdict for each in run.results)
