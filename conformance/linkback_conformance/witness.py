"""What a case looked at: the record that every trial keeps, and what ends a case early."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from linkback_conformance.verdict import Holds, Observation

if TYPE_CHECKING:
    from linkback_conformance.case import Case, Level
    from linkback_conformance.verdict import SenderRun
    from linkback_conformance.wire import Exchange


class Stop(Exception):
    """Base of what ends a case before its function does."""


class NotApplicable(Stop):
    """What is tried does not offer it, and need not; says how that was learnt."""


class Inconclusive(Stop):
    """The suite cannot see what it would have to see; says what would help."""


class Witness:
    """Keeps the observations of one attempt at one case, and the exchanges that show them."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.observations: list[Observation] = []
        self.exchanges: list[Exchange] = []
        self.runs: list[SenderRun] = []

    def check(
        self,
        holds: bool | None,
        expected: str,
        observed: str,
        *,
        level: Level | None = None,
        about: Exchange | None = None,
    ) -> None:
        """Record one thing that was looked at; ``None`` where it could not be seen.

        ``about`` is the exchange that shows it, by default the last one.
        """
        state = Holds.UNKNOWN if holds is None else Holds.YES if holds else Holds.NO
        number = next(
            (n for n, each in enumerate(self.exchanges, 1) if each is about), len(self.exchanges)
        )
        self.observations.append(
            Observation(expected, observed, state, level or self.case.level, number)
        )

    def explain(self) -> str:
        """Return what did not hold, as a sentence."""
        return "; ".join(
            f"expected {each.expected}, but: {each.observed}"
            for each in self.observations
            if each.holds is not Holds.YES
        )

    def not_applicable(self, reason: str) -> NoReturn:
        """End the case: what it tries is not there, and need not be."""
        raise NotApplicable(reason)

    def inconclusive(self, reason: str) -> NoReturn:
        """End the case: it cannot be seen from here."""
        raise Inconclusive(reason)

    def close(self) -> None:
        """Take note of what came in until now: the case is over, whatever happens next."""
