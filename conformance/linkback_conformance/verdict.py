"""What came of a case: observations are kept, and the verdict is derived from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from linkback_conformance.case import MAY, MUST, SHOULD, Area, Case, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linkback_conformance.source_site import Fetch
    from linkback_conformance.wire import Exchange


class Verdict(StrEnum):
    """The seven things that can come of a case. Only a pass is a pass."""

    PASS = "pass"
    FAIL = "fail"
    """A MUST is broken."""
    ADVISORY = "advisory"
    """A SHOULD is broken."""
    NOT_APPLICABLE = "not-applicable"
    """The target does not offer what is tried, and need not."""
    BLOCKED = "blocked"
    """A case that this one needs did not pass."""
    INCONCLUSIVE = "inconclusive"
    """The suite could not see what it had to see."""
    ERROR = "error"
    """The suite itself is at fault."""


class Holds(StrEnum):
    """Whether what was expected was seen."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was looked at: what was acceptable, what was seen, and whether that holds."""

    expected: str
    observed: str
    holds: Holds
    level: Level
    """How bad it is if it does not hold: the case's level, or less for a tolerated deviation."""
    exchange: int = 0
    """Which of the case's exchanges it is about, counted from 1; 0 where it is about none."""


_BROKEN = {MUST: Verdict.FAIL, SHOULD: Verdict.ADVISORY, MAY: Verdict.NOT_APPLICABLE}
_WORST_FIRST = (Verdict.FAIL, Verdict.ADVISORY, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE)


def derive(observations: Iterable[Observation]) -> Verdict:
    """Return the verdict that a case's observations earn; none at all is the suite's fault."""
    seen = list(observations)
    if not seen:
        return Verdict.ERROR
    earned = {
        Verdict.INCONCLUSIVE if each.holds is Holds.UNKNOWN else _BROKEN[each.level]
        for each in seen
        if each.holds is not Holds.YES
    }
    return next((verdict for verdict in _WORST_FIRST if verdict in earned), Verdict.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderRun:
    """One time that a sender was told to send."""

    told: str
    """What it was told, as a phrase: a command, a call, or what a person was asked to do."""
    ended: bool
    """Whether it came to its end by itself, within the time that it had."""
    outcome: str
    """How it ended, as a phrase: ``exit status 0``."""
    output: str = ""
    """What it said, the beginning of it."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A case, its verdict, and the evidence."""

    case: Case
    verdict: Verdict
    reason: str = ""
    """One sentence, for every verdict but a pass."""
    observations: tuple[Observation, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    fetches: tuple[Fetch, ...] = ()
    runs: tuple[SenderRun, ...] = ()
    """What a sender was told; empty for every other role."""
    seconds: float = 0.0


class Conclusion(StrEnum):
    """What a whole run says about the target."""

    CONFORMANT = "conformant"
    HOLDS = "holds"
    """Everything selected holds, but not everything was selected."""
    NOT_CONFORMANT = "not conformant"
    NOT_ESTABLISHED = "not established"
    SUITE_ERROR = "suite error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A whole run: who was tried, how, and what came of every selected case."""

    suite_version: str
    run_id: str
    target: str
    started: str
    """In UTC, as ISO 8601."""
    seconds: float
    options: Mapping[str, object]
    endpoints: Mapping[str, str]
    """What was found or given, by name: ``pingback``, ``trackback``, ``target`` ..."""
    results: tuple[Result, ...]
    selected_all: bool
    """Whether every case of the protocols that the target offers was selected."""
    withheld: int = 0
    """Cases that write, and were left out because nobody allowed it."""
    notes: tuple[str, ...] = ()
    """What a reader must know before trusting the figures: a control that failed, for instance."""
    tainted: bool = False
    """A control ping failed: nothing that was seen can be trusted to mean what it says."""
    strict: bool = False
    surprises: tuple[str, ...] | None = None
    """Where the run differs from the file of expectations; ``None`` where none was given."""

    def count(self, verdict: Verdict) -> int:
        """Return how many cases got a verdict."""
        return sum(result.verdict is verdict for result in self.results)

    @property
    def executed(self) -> int:
        """Return how many cases came to an end: passed, failed or advised against."""
        return sum(
            result.verdict in {Verdict.PASS, Verdict.FAIL, Verdict.ADVISORY}
            for result in self.results
        )

    def without_evidence(self, *, keep_broken: bool) -> Run:
        """Return the same run without transcripts, or with those of what did not pass."""
        return replace(
            self,
            results=tuple(
                each
                if keep_broken and each.verdict is not Verdict.PASS
                else replace(each, exchanges=(), fetches=(), runs=())
                for each in self.results
            ),
        )

    @property
    def conclusion(self) -> Conclusion:
        """Return what the area conformance says; the other areas have their own scores."""
        if self.count(Verdict.ERROR):
            return Conclusion.SUITE_ERROR
        judged = [result for result in self.results if result.case.area is Area.CONFORMANCE]
        if self.tainted or not self.results:
            return Conclusion.NOT_ESTABLISHED
        if any(result.verdict is Verdict.FAIL for result in judged):
            return Conclusion.NOT_CONFORMANT
        if self.strict and any(result.verdict is Verdict.ADVISORY for result in judged):
            return Conclusion.NOT_CONFORMANT
        unseen = {Verdict.BLOCKED, Verdict.INCONCLUSIVE}
        seen = self.executed or self.count(Verdict.NOT_APPLICABLE)
        if (
            self.withheld
            or not seen
            or any(result.verdict in unseen and result.case.level is MUST for result in judged)
        ):
            return Conclusion.NOT_ESTABLISHED
        return Conclusion.CONFORMANT if judged and self.selected_all else Conclusion.HOLDS

    @property
    def exit_code(self) -> int:
        """Return 0 conformant, 1 something is broken, 3 not established, 4 the suite is at fault.

        A broken MUST of any area is 1, and with ``strict`` a broken SHOULD of any area too. Where
        expectations were given, 1 is a run that differs from them, and 0 one that does not.
        """
        # What was not tried can be neither as expected nor a surprise.
        tried = self.executed and not self.tainted and not self.withheld
        if self.surprises is not None and tried and not self.count(Verdict.ERROR):
            return 1 if self.surprises else 0
        broken = self.count(Verdict.FAIL) or (self.strict and self.count(Verdict.ADVISORY))
        match self.conclusion:
            case Conclusion.SUITE_ERROR:
                return 4
            case Conclusion.NOT_ESTABLISHED if self.tainted or not broken:
                return 3
            case Conclusion.CONFORMANT | Conclusion.HOLDS if not broken:
                return 0
            case _:
                return 1
