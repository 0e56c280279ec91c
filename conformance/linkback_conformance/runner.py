"""Tries a receiver: the engine with a target, and with a site that links to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from linkback_conformance.case import CONTROLS
from linkback_conformance.engine import Engine, Pace, Subject, summarise
from linkback_conformance.trial import Settings, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linkback_conformance.case import Case, Controls, Protocol
    from linkback_conformance.source_site import Fetch, SourceSite
    from linkback_conformance.target import Target
    from linkback_conformance.verdict import Result
    from linkback_conformance.wire import Client

__all__ = ["CONTROLS", "Pace", "Runner", "summarise"]


@dataclass(frozen=True, kw_only=True)
class Runner(Engine):
    """Runs a selection of cases against one target."""

    target: Target
    site: SourceSite
    client: Client
    settings: Settings = field(default_factory=Settings)
    jobs: int = 8
    """Cases at a time."""
    pace: Callable[[], None] = field(default_factory=Pace)

    controls: ClassVar[Controls] = CONTROLS

    def begin(self, case: Case) -> Trial:
        """Return a trial of the target."""
        return Trial(
            case,
            self.target,
            self.site,
            client=self.client,
            settings=self.settings,
            pace=self.pace,
        )

    def describe(self, results: Sequence[Result]) -> Subject:
        """Return the target and its endpoints."""
        del results
        return Subject(
            name=self.target.name,
            run_id=self.site.run_id,
            endpoints=self.target.endpoints(),
            notes=self.target.notes,
        )

    def absent(self, protocol: Protocol) -> str:
        """Return that there is no endpoint, where there is none."""
        offered = self.target.offers(protocol)
        return "" if offered else f"no {protocol} endpoint was found or given"

    def fetches(self, case: Case) -> tuple[Fetch, ...]:
        """Return what was fetched from the source site."""
        return self.site.fetches_of(case.id)
