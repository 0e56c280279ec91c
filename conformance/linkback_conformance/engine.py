"""Runs cases: controls first and last, the others side by side unless they need each other."""

from __future__ import annotations

import concurrent.futures
import threading
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from linkback_conformance.case import MUST, Case, Controls, Role
from linkback_conformance.errors import UsageError
from linkback_conformance.verdict import Result, Run, Verdict, derive
from linkback_conformance.witness import Inconclusive, NotApplicable, Stop

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkback_conformance.case import Protocol
    from linkback_conformance.source_site import Fetch
    from linkback_conformance.witness import Witness

Listener = Callable[[Result], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is tried, as far as a report tells of it."""

    name: str
    """As the tester wrote it."""
    run_id: str
    endpoints: Mapping[str, str]
    """Its addresses, or those of the suite, by name."""
    notes: tuple[str, ...] = ()
    tainted: bool = False
    """Whether something was seen because of which no verdict can be trusted; a note says what."""
    untried: str = "no {protocol} endpoint was found or given: nothing of it was tried"


@dataclass(slots=True)
class Pace:
    """Spaces the requests of a run: at most so many in a second, whoever sends them."""

    rate: float = 0.0
    """Requests in a second; 0 for no limit."""
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> None:
        """Wait for the next free place."""
        if not self.rate:
            return
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + 1 / self.rate
        time.sleep(max(0.0, start - now))


class Engine(ABC):
    """Runs a selection of cases against something, which its subclasses know.

    What they have to say about it is in the abstract methods; ``jobs`` is how many cases run at a
    time.
    """

    controls: ClassVar[Controls]
    """The cases that come first and last, by protocol."""
    jobs: int

    @property
    def waiting_jobs(self) -> int:
        """How many cases that mostly wait run at a time."""
        return self.jobs

    @property
    def at_once(self) -> bool:
        """Whether all cases but the controls begin together, those that need others too.

        Their verdicts wait for what they need; they themselves do not.
        """
        return False

    @abstractmethod
    def begin(self, case: Case) -> Witness:
        """Return what the function of a case is called with."""

    @abstractmethod
    def describe(self, results: Sequence[Result]) -> Subject:
        """Return what is known about what is tried, and what its results say as a whole."""

    @abstractmethod
    def absent(self, protocol: Protocol) -> str:
        """Return why no case of a protocol can be tried; empty where they can."""

    def fetches(self, case: Case) -> tuple[Fetch, ...]:
        """Return what was fetched from the source site for a case."""
        del case
        return ()

    def starting(self, cases: Sequence[Case]) -> None:
        """Take note of cases that are about to begin, each of which will end by `finished`."""
        del cases

    def finished(self, case: Case) -> None:
        """Take note of a case that has come to its end."""
        del case

    def run(self, cases: Sequence[Case], listener: Listener | None = None) -> list[Result]:
        """Run the cases and return their results in the order of the cases.

        ``listener`` is told each result as it comes, from the calling thread.
        """
        results: dict[str, Result] = {}
        for stage, jobs in self._stages(cases):
            for result in self._stage(stage, results, jobs):
                results[result.case.id] = result
                if listener is not None:
                    listener(result)
            if self.at_once:
                self._block_late(stage, results)
        return [results[each.id] for each in cases]

    def _stages(self, cases: Sequence[Case]) -> Iterator[tuple[list[Case], int]]:
        first, last = ({ids[i] for ids in self.controls.values()} for i in (0, 1))
        middle = [each for each in cases if each.id not in first | last]
        yield [each for each in cases if each.id in first], self.jobs
        if self.at_once:
            yield middle, self.jobs
        else:
            yield [each for each in middle if not each.alone], self.jobs
            # What waits can wait together, with nobody else kept waiting by it.
            yield [each for each in middle if each.alone and each.slow], self.waiting_jobs
            yield [each for each in middle if each.alone and not each.slow], 1
        yield [each for each in cases if each.id in last], self.jobs

    def _block_late(self, cases: Sequence[Case], results: dict[str, Result]) -> None:
        """Block what did not wait for the cases that it needs, and what needs those in turn."""
        blocked: dict[str, Result] | None = None
        while blocked != {}:
            blocked = {
                each.id: found
                for each in cases
                if (found := self._blocked(each, results)) is not None
                and found.reason != results[each.id].reason
            }
            results |= blocked

    def _stage(self, cases: Sequence[Case], done: dict[str, Result], jobs: int) -> Iterable[Result]:
        """Run cases as soon as what they need is done; yields results as they come."""
        waiting = list(cases)
        running: dict[concurrent.futures.Future[Result], Case] = {}
        with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
            while waiting or running:
                held = {each.id for each in [*waiting, *running.values()]}
                ready = [
                    each for each in waiting if self.at_once or not held.intersection(each.needs)
                ]
                waiting = [each for each in waiting if each not in ready]
                blocked = [found for each in ready if (found := self._blocked(each, done))]
                stopped = {found.case.id for found in blocked}
                ready = [each for each in ready if each.id not in stopped]
                self.starting(ready)
                running |= {pool.submit(self.attempt, each): each for each in ready}
                yield from blocked
                if running:
                    finished, _ = concurrent.futures.wait(
                        running, return_when=concurrent.futures.FIRST_COMPLETED
                    )
                    for future in finished:
                        del running[future]
                        yield future.result()

    def _blocked(self, case: Case, done: dict[str, Result]) -> Result | None:
        if absent := self.absent(case.protocol):
            return Result(case=case, verdict=Verdict.NOT_APPLICABLE, reason=absent)
        for needed in case.needs:
            result = done.get(needed)
            if result is None or result.verdict is Verdict.PASS:
                continue
            if result.verdict is Verdict.ADVISORY and result.case.level is MUST:
                # It deviates in a way that is tolerated, and does what was needed.
                continue
            if result.verdict in {Verdict.NOT_APPLICABLE, Verdict.ADVISORY}:
                # What nobody has to do, and is not done, cannot be done wrong either.
                how = "is not done" if result.verdict is Verdict.ADVISORY else "does not apply"
                reason = f"needs {needed}, which {how}: {result.reason}"
                return Result(case=case, verdict=Verdict.NOT_APPLICABLE, reason=reason)
            reason = f"needs {needed}, whose verdict is {result.verdict}"
            return Result(case=case, verdict=Verdict.BLOCKED, reason=reason)
        return None

    def attempt(self, case: Case) -> Result:
        """Run one case, whatever it does."""
        trial = self.begin(case)
        started = time.monotonic()
        verdict: Verdict | None = None
        reason = ""
        try:
            case.run(trial)
        except NotApplicable as stop:
            verdict, reason = Verdict.NOT_APPLICABLE, str(stop)
        except Inconclusive as stop:
            verdict, reason = Verdict.INCONCLUSIVE, str(stop)
        except Stop:
            pass
        except UsageError:
            # What the tester gave cannot be followed: no case can be tried.
            raise
        except Exception:
            # A mistake in a case must not stop the others, nor be blamed on the target.
            verdict, reason = Verdict.ERROR, traceback.format_exc(limit=-3)
        finally:
            self.finished(case)
        trial.close()
        derived = derive(trial.observations)
        if verdict is None or derived in {Verdict.FAIL, Verdict.ADVISORY}:
            verdict = derived if verdict is not Verdict.ERROR else verdict
        if not reason and verdict is not Verdict.PASS:
            reason = trial.explain()
        return Result(
            case=case,
            verdict=verdict,
            reason=reason,
            observations=tuple(trial.observations),
            exchanges=tuple(trial.exchanges),
            fetches=self.fetches(case),
            runs=tuple(trial.runs),
            seconds=time.monotonic() - started,
        )


def summarise(
    engine: Engine,
    results: Sequence[Result],
    *,
    suite_version: str,
    started: datetime,
    options: dict[str, object],
    selected_all: bool,
    withheld: int = 0,
    strict: bool = False,
    untried: Sequence[str] = (),
    surprises: tuple[str, ...] | None = None,
) -> Run:
    """Return the whole run, with what a reader must know before trusting it."""
    subject = engine.describe(results)
    notes = list(subject.notes)
    broken = list(_failed_controls(engine.controls, results))
    notes += broken
    notes += [subject.untried.format(protocol=each) for each in untried]
    if withheld:
        notes.append(f"{withheld} cases that write were left out; --allow-writes runs them")
    return Run(
        suite_version=suite_version,
        run_id=subject.run_id,
        target=subject.name,
        started=started.astimezone(UTC).isoformat(timespec="seconds"),
        seconds=(datetime.now(UTC) - started).total_seconds(),
        options=options,
        endpoints=subject.endpoints,
        results=tuple(results),
        selected_all=selected_all,
        withheld=withheld,
        notes=tuple(notes),
        tainted=bool(broken) or subject.tainted,
        strict=strict,
        surprises=surprises,
    )


def _failed_controls(controls: Controls, results: Sequence[Result]) -> Iterator[str]:
    by_id = {result.case.id: result for result in results}
    for protocol, (first, last) in controls.items():
        for control, when in ((first, "first"), (last, "last")):
            result = by_id.get(control)
            if result is None or result.verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE}:
                continue
            what = "sent" if result.case.role is Role.SENDER else "accepted"
            yield (
                f"the {when} control ping by {protocol} was not {what}, so the other verdicts "
                f"may have that cause: {result.reason}"
            )
