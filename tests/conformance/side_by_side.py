"""Tries what is tried once for each case, on all processors."""

import concurrent.futures
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from linkback_conformance.case import Case

T = TypeVar("T")


def to_compare(cases: Mapping[str, Case], case_id: str) -> list[Case]:
    """Return the cases to run against the fault of one of them.

    What waits on purpose is only run where it is what the fault is about; and what is wrong with
    one protocol is of no interest to the other.
    """
    protocol = cases[case_id].protocol
    return [
        each
        for each in cases.values()
        if each.protocol is protocol and (not each.slow or each.id == case_id)
    ]


@contextmanager
def tried(
    request: pytest.FixtureRequest, test: Callable[..., None], run: Callable[[str], T]
) -> Iterator[dict[str, Future[T]]]:
    """Run a function in other processes for every ``case_id`` that a test is asked to look at.

    One process more than the share of the processors that these tests have: each of them waits for
    the network now and then.
    """
    chosen = [
        item.callspec.params["case_id"]
        for item in request.session.items
        if getattr(item, "function", None) is test
    ]
    context = multiprocessing.get_context("spawn")
    share = (os.cpu_count() or 1) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    workers = min(len(chosen), 1 + share)
    with (
        pytest.MonkeyPatch.context() as patch,
        concurrent.futures.ProcessPoolExecutor(workers, mp_context=context) as pool,
    ):
        # The workers find the tests as pytest does, and after what is installed.
        patch.setattr(sys, "path", [*sys.path, str(Path(__file__).parents[2])])
        yield {case_id: pool.submit(run, case_id) for case_id in chosen}
        pool.shutdown(cancel_futures=True)
