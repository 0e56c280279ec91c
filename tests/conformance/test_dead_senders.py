"""A sender that is dead, in whatever way, earns no pass, and is never called conformant."""

import contextlib
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from linkback_conformance.case import SENDER_CONTROLS, Protocol
from linkback_conformance.engine import summarise
from linkback_conformance.recording_site import RecordingSite
from linkback_conformance.sender_runner import SenderRunner
from linkback_conformance.sender_trial import SenderSettings
from linkback_conformance.verdict import Conclusion, Verdict
from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_sender import ReferenceSender
from tests.conformance.sending import Called, every_sender_case

QUICK = SenderSettings(timeout=0.3, settle=0.05, grace=0.02)


def does_nothing(source):
    del source


def raises(source):
    raise RuntimeError(source)


def ends_the_process(source):
    raise SystemExit(source)


def never_returns(source):
    threading.Event().wait(5)


class ReadsTheSourceOnly(ReferenceSender):
    def deliver(self, source, target):
        pass


class ReadsPagesOnly(ReferenceSender):
    def post(self, url, headers, body):
        pass


class StopsAfterReading(ReferenceSender):
    def post(self, url, headers, body):
        raise RuntimeError(url)


class ConnectsOnly(ReferenceSender):
    def ask(self, *arguments):
        raise FetchError("nothing can be reached")


DEAD = {
    "does nothing": lambda: does_nothing,
    "raises": lambda: raises,
    "ends the process": lambda: ends_the_process,
    "never returns": lambda: never_returns,
    "reads the source only": ReadsTheSourceOnly,
    "connects only": ConnectsOnly,
}
BLIND = {
    "reads pages only": ReadsPagesOnly,
    "stops after reading": StopsAfterReading,
}
"""What these see they keep to themselves: that they send nothing is no virtue, and is seen."""


def run_at(function, cases=None, **settings):
    with RecordingSite("selftest") as blog, RecordingSite("selftest") as sources:
        runner = SenderRunner(
            sender=Called(function),
            blog=blog,
            sources=sources,
            settings=replace(QUICK, **settings),
            jobs=16,
        )
        results = runner.run(cases or list(every_sender_case().values()))
        return summarise(
            runner,
            results,
            suite_version="test",
            started=datetime.now(UTC),
            options={},
            selected_all=True,
        )


def passes(run):
    return [result.case.id for result in run.results if result.verdict is Verdict.PASS]


def assert_dead(run):
    assert passes(run) == []
    assert run.count(Verdict.ERROR) == 0
    assert run.conclusion is Conclusion.NOT_ESTABLISHED
    assert run.exit_code == 3


@pytest.mark.parametrize("kind", [*DEAD, *BLIND])
@pytest.mark.parametrize("demanded", [(), (Protocol.PINGBACK,)])
def test_a_sender_that_pings_nobody_earns_nothing(kind, demanded):
    assert_dead(run_at((DEAD | BLIND)[kind](), demanded=frozenset(demanded)))


def alive_for_controls(dead):
    """Return a sender that sends the first control pings, and is dead to whatever comes after."""
    good = ReferenceSender()
    controls = {first for first, _ in SENDER_CONTROLS.values()}

    def send(source):
        alive = any(f"/{control}/" in source for control in controls)
        with contextlib.suppress(FetchError):
            (good if alive else dead)(source)

    return send, controls


@pytest.mark.parametrize("kind", DEAD)
def test_no_case_passes_without_a_sender_that_looks(kind):
    send, controls = alive_for_controls(DEAD[kind]())
    # Each case by itself: those that need another would only be blocked.
    cases = [
        replace(each, needs=(), alone=False)
        for each in every_sender_case().values()
        if each.id not in controls
    ]
    assert passes(run_at(send, cases)) == []


def test_a_sender_that_dies_on_the_way_is_not_conformant():
    send, controls = alive_for_controls(does_nothing)
    run = run_at(send)
    assert run.tainted
    assert set(passes(run)) <= controls
    assert run.conclusion is Conclusion.NOT_ESTABLISHED
    assert run.exit_code == 3


def test_a_sender_that_goes_on_after_its_end_is_not_trusted():
    """Its pings come when their cases have been judged, so what they did not see means nothing."""
    good = ReferenceSender()
    judged = threading.Event()
    late = []

    def send(source):
        if "/pingback.sender.pings/" in source:
            good(source)
        elif "/pingback.sender.still-pings/" in source:
            judged.set()
            for thread in late:
                thread.join()
            good(source)
        else:
            late.append(threading.Thread(target=lambda: judged.wait(5) and good(source)))
            late[-1].start()

    chosen = ("pings", "http-link", "header", "still-pings")
    run = run_at(send, [every_sender_case()[f"pingback.sender.{each}"] for each in chosen])
    assert run.tainted
    assert any("--settle" in note for note in run.notes)
    assert run.exit_code == 3
