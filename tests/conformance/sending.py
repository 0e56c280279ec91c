"""Runs the cases about senders in-process, against a function that sends."""

from collections.abc import Callable, Sequence
from functools import cache

from linkback_conformance.case import Case
from linkback_conformance.catalogue import sender_cases, with_needs
from linkback_conformance.recording_site import RecordingSite
from linkback_conformance.sender import FunctionSender
from linkback_conformance.sender_runner import SenderRunner
from linkback_conformance.sender_trial import SenderSettings
from linkback_conformance.verdict import Result

QUICK = SenderSettings(timeout=8, settle=0.5, grace=0.05)


@cache
def every_sender_case() -> dict[str, Case]:
    return {each.id: each for each in sender_cases()}


class Called(FunctionSender):
    """A function that is there already, instead of one that is found by name."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function
        self._per_link = False
        self.reads = True
        self.name = self.options = "py:a:test"


def run_sender(
    function: Callable[[str], object],
    cases: Sequence[Case] | None = None,
    settings: SenderSettings = QUICK,
) -> dict[str, Result]:
    """Run cases, all by default, and those that they need; return the results by id."""
    chosen = tuple(every_sender_case().values())
    if cases is not None:
        chosen = with_needs(chosen, {each.id for each in cases})
    with RecordingSite("selftest") as blog, RecordingSite("selftest") as sources:
        runner = SenderRunner(
            sender=Called(function), blog=blog, sources=sources, settings=settings, jobs=16
        )
        return {result.case.id: result for result in runner.run(chosen)}
