"""Every case about senders passes on a good one, and fails on one that breaks what it looks at."""

import fnmatch
import importlib
from pathlib import Path

import pytest

from linkback_conformance.case import MAY
from linkback_conformance.verdict import Verdict
from tests.conformance.broken_senders import SENDER_FAULTS
from tests.conformance.reference_sender import ReferenceSender
from tests.conformance.sending import every_sender_case, run_sender
from tests.conformance.side_by_side import to_compare, tried

for module in sorted((Path(__file__).parent / "sender_faults").glob("*.py")):
    importlib.import_module(f"tests.conformance.sender_faults.{module.stem}")

BROKEN = {Verdict.FAIL, Verdict.ADVISORY}
NOT_PINGED = {Verdict.NOT_APPLICABLE}
"""What comes of the first control where a sender need not speak the protocol."""


def run_faulty_sender(case_id):
    """Return the verdict and the reason of every case on the sender that breaks one."""
    cases = to_compare(every_sender_case(), case_id)
    results = run_sender(SENDER_FAULTS[case_id].sender(), cases)
    return {name: (each.verdict, each.reason) for name, each in results.items()}


@pytest.fixture(scope="module")
def outcomes(request):
    test = test_a_faulty_sender_fails_just_this_case
    with tried(request, test, run_faulty_sender) as futures:
        yield futures


def test_the_reference_passes_everything():
    results = run_sender(ReferenceSender())
    missed = {
        name: f"{each.verdict}: {each.reason}"
        for name, each in results.items()
        if each.verdict is not Verdict.PASS
    }
    assert missed == {}


def test_every_case_has_a_fault():
    assert set(every_sender_case()) == set(SENDER_FAULTS)


@pytest.mark.exhaustive
@pytest.mark.parametrize("case_id", every_sender_case())
def test_a_faulty_sender_fails_just_this_case(case_id, outcomes):
    verdicts = outcomes[case_id].result()

    verdict, reason = verdicts.pop(case_id)
    silent = every_sender_case()[case_id].level is MAY or case_id.endswith(".sender.pings")
    assert verdict in (NOT_PINGED if silent else BROKEN), reason
    stray = {
        name: f"{other}: {why}"
        for name, (other, why) in verdicts.items()
        if other is not Verdict.PASS
        and not any(fnmatch.fnmatchcase(name, pattern) for pattern in SENDER_FAULTS[case_id].also)
        and not depends(name, case_id)
    }
    assert stray == {}


def depends(case_id, on):
    needs = every_sender_case()[case_id].needs
    return on in needs or any(depends(needed, on) for needed in needs)
