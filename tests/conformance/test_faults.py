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

for module in sorted((Path(__file__).parent / "faults").glob("*.py")):
    importlib.import_module(f"tests.conformance.faults.{module.stem}")

BROKEN = {Verdict.FAIL, Verdict.ADVISORY}


def test_the_reference_passes_everything():
    results = run_cases(ReferenceBlog())
    missed = {
        name: r.verdict + ": " + r.reason for name, r in results.items() if r.verdict != "pass"
    }
    assert missed == {}


def test_every_case_has_a_fault():
    assert set(every_case()) == set(FAULTS)


@pytest.mark.parametrize("case_id", every_case())
def test_a_faulty_endpoint_fails_just_this_case(case_id):
    fault = FAULTS[case_id]
    cases = every_case()
    # What waits on purpose is only run where it is what the fault is about.
    others = [each for each in cases.values() if not each.slow or each.id == case_id]
    results = run_cases(fault.blog(), others)

    judged = results[case_id]
    expected = {Verdict.NOT_APPLICABLE} if judged.case.level is MAY else BROKEN
    assert judged.verdict in expected, judged.reason
    stray = {
        name: f"{result.verdict}: {result.reason}"
        for name, result in results.items()
        if name != case_id
        and result.verdict is not Verdict.PASS
        and not any(fnmatch.fnmatchcase(name, pattern) for pattern in fault.also)
        and not _depends(name, case_id)
    }
    assert stray == {}


def _depends(case_id: str, on: str) -> bool:
    needs = every_case()[case_id].needs
    return on in needs or any(_depends(needed, on) for needed in needs)
