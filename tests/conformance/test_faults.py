"""Every case passes on a good endpoint, and fails on one that breaks just what it looks at."""

import concurrent.futures
import fnmatch
import importlib
import multiprocessing
import os
import sys
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


def run_against_fault(case_id):
    """Return the verdict and the reason of every case on the endpoint that breaks one."""
    # What waits on purpose is only run where it is what the fault is about.
    cases = [each for each in every_case().values() if not each.slow or each.id == case_id]
    results = run_cases(FAULTS[case_id].blog(), cases)
    return {name: (each.verdict, each.reason) for name, each in results.items()}


@pytest.fixture(scope="module")
def outcomes(request):
    """Run the suite against the faults that are asked for, a few at a time: it mostly waits."""
    chosen = [
        item.callspec.params["case_id"]
        for item in request.session.items
        if getattr(item, "originalname", "") == test_a_faulty_endpoint_fails_just_this_case.__name__
    ]
    context = multiprocessing.get_context("spawn")
    workers = min(len(chosen), 1 + (os.cpu_count() or 1))
    with (
        pytest.MonkeyPatch.context() as patch,
        concurrent.futures.ProcessPoolExecutor(workers, mp_context=context) as pool,
    ):
        # The workers find this module as pytest does, and after what is installed.
        patch.setattr(sys, "path", [*sys.path, str(Path(__file__).parents[2])])
        yield {case_id: pool.submit(run_against_fault, case_id) for case_id in chosen}
        pool.shutdown(cancel_futures=True)


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
