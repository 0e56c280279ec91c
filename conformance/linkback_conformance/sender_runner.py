"""Tries a sender: the engine with pages to link to, and with endpoints that wait for its pings."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from linkback_conformance.case import SENDER_CONTROLS, Protocol
from linkback_conformance.engine import Engine, Subject
from linkback_conformance.sender_trial import SenderSettings, SenderTrial
from linkback_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_conformance.case import Case, Controls
    from linkback_conformance.recording_site import RecordingSite
    from linkback_conformance.sender import Sender
    from linkback_conformance.verdict import Result

_SILENT: Final = (
    "the sender did not ping even the plainest page, so nothing is known about it; if it refuses "
    "private addresses, permit it 127.0.0.1 and nothing else"
)
_LATE: Final = (
    "pings came after their case had been judged, the first for {case_id}: the sender goes on "
    "after its end, so give it more time with --settle"
)


@dataclass(frozen=True, kw_only=True)
class SenderRunner(Engine):
    """Runs a selection of cases against one sender."""

    sender: Sender
    blog: RecordingSite
    """Where the pages are that are linked to."""
    sources: RecordingSite
    """Where the pages are that link: another site, since senders do not ping their own."""
    settings: SenderSettings = field(default_factory=SenderSettings)
    protocols: frozenset[Protocol] = frozenset(Protocol)
    jobs: int = 4
    """Cases at a time."""
    _judged: dict[str, float] = field(default_factory=dict)
    """When each case was over."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    controls: ClassVar[Controls] = SENDER_CONTROLS

    @property
    def waiting_jobs(self) -> int:
        """One, where slow pages of some cases would use up what others need of the same sender."""
        return 1 if self.sender.shared else self.jobs

    @property
    def at_once(self) -> bool:
        """Whether a person does the work, who wants one list and not one after another."""
        return self.sender.publishes

    def begin(self, case: Case) -> SenderTrial:
        """Return a trial of the sender."""
        return SenderTrial(
            case,
            self.sender,
            blog=self.blog,
            sources=self.sources,
            settings=self.settings,
            again=f"linkback-conformance sender {self.sender.options} --only {case.id}",
        )

    def starting(self, cases: Sequence[Case]) -> None:
        """Let the sender know how many cases there will be something to do for."""
        self.sender.starting(len(cases))

    def finished(self, case: Case) -> None:
        """Remember when the case was over: what comes later was not seen by it."""
        with self._lock:
            self._judged[case.id] = time.monotonic()
        self.sender.finished()

    def absent(self, protocol: Protocol) -> str:
        """Return that a protocol was not asked for, where it was not."""
        return "" if protocol in self.protocols else f"{protocol} was not asked for: --protocol"

    def describe(self, results: Sequence[Result]) -> Subject:
        """Return the sender and where it was sent; tainted where nothing can be made of it."""
        notes = [*self._silent(results), *self._late(results)]
        return Subject(
            name=self.sender.name,
            run_id=self.blog.run_id,
            endpoints={"blog": self.blog.url, "sources": self.sources.url},
            notes=tuple(notes),
            tainted=bool(notes),
        )

    def _silent(self, results: Sequence[Result]) -> list[str]:
        by_id = {result.case.id: result for result in results}
        controls = [by_id.get(first) for first, _ in self.controls.values()]
        tried = [each for each in controls if each is not None]
        if not tried or any(each.verdict is not Verdict.NOT_APPLICABLE for each in tried):
            return []
        return [_SILENT]

    def _late(self, results: Sequence[Result]) -> list[str]:
        """Tell of pings that came after their case was judged, by a sender that had ended."""
        ended = {
            result.case.id
            for result in results
            if result.runs and all(run.ended for run in result.runs)
        }
        late = [
            case_id
            for case_id, judged in self._judged.items()
            if case_id in ended
            and any(
                each.method == "POST" and each.started > judged
                for each in self.blog.requests_of(case_id)
            )
        ]
        if not late:
            return []
        return [_LATE.format(case_id=late[0])]
