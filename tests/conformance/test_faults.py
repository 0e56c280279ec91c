"""Every case passes on a good endpoint, and fails on one that breaks just what it looks at."""

import fnmatch
import importlib
from pathlib import Path

import pytest

from linkback_conformance.case import MAY
from linkback_conformance.verdict import Verdict
from tests.conformance.broken import FAULTS
from tests.conformance.reference import ReferenceBlog
from tests.conformance.running import every_case, run_cases
from tests.conformance.side_by_side import to_compare, tried

for module in sorted((Path(__file__).parent / "faults").glob("*.py")):
    importlib.import_module(f"tests.conformance.faults.{module.stem}")

BROKEN = {Verdict.FAIL, Verdict.ADVISORY}


def run_against_fault(case_id):
    """Return the verdict and the reason of every case on the endpoint that breaks one."""
    cases = to_compare(every_case(), case_id)
    results = run_cases(FAULTS[case_id].blog(), cases)
    return {name: (each.verdict, each.reason) for name, each in results.items()}


@pytest.fixture(scope="module")
def outcomes(request):
    test = test_a_faulty_endpoint_fails_just_this_case
    with tried(request, test, run_against_fault) as futures:
        yield futures


def test_the_reference_passes_everything():
    results = run_cases(ReferenceBlog())
    missed = {
        name: f"{each.verdict}: {each.reason}"
        for name, each in results.items()
        if each.verdict is not Verdict.PASS
    }
    assert missed == {}


def test_every_case_has_a_fault():
    assert set(every_case()) == set(FAULTS)


@pytest.mark.exhaustive
@pytest.mark.parametrize("case_id", every_case())
def test_a_faulty_endpoint_fails_just_this_case(case_id, outcomes):
    verdicts = outcomes[case_id].result()

    verdict, reason = verdicts.pop(case_id)
    level = every_case()[case_id].level
    assert verdict in ({Verdict.NOT_APPLICABLE} if level is MAY else BROKEN), reason

    stray = {
        name: f"{other}: {why}"
        for name, (other, why) in verdicts.items()
        if other is not Verdict.PASS
        and not any(fnmatch.fnmatchcase(name, pattern) for pattern in FAULTS[case_id].also)
        and not depends(name, case_id)
    }
    assert stray == {}


def depends(case_id, on):
    needs = every_case()[case_id].needs
    return on in needs or any(depends(needed, on) for needed in needs)
