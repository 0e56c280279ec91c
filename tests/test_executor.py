"""The worker pool: bounded, without a queue, and hard to kill."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from linkback_protocol.executor import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sized

PATIENCE = 10.0
"""Seconds before a test gives up; none takes long."""


def eventually(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < give_up
        pause.wait(0.001)


def reached(items: Sized, count: int) -> bool:
    return len(items) == count


class Gate:
    """A job that says when it runs, and stays until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.released = threading.Event()

    def __call__(self) -> None:
        self.entered.set()
        self.released.wait(PATIENCE)


def run(script: str) -> str:
    """Run a script in a process of its own; return what it prints."""
    told = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return told.stdout


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(2)
    yield made
    made.close()


@pytest.fixture
def gates(pool: WorkerPool) -> Iterator[list[Gate]]:
    """Keep every thread of the pool busy."""
    made = [Gate() for _ in range(pool.threads)]
    for gate in made:
        assert pool.submit(gate)
    for gate in made:
        assert gate.entered.wait(PATIENCE)
    yield made
    for gate in made:
        gate.released.set()


def test_needs_a_thread() -> None:
    with pytest.raises(ValueError, match="at least one thread, not 0"):
        WorkerPool(0)


def test_runs_a_job_with_its_arguments_elsewhere(pool: WorkerPool) -> None:
    seen: list[object] = []
    done = threading.Event()

    def job(*arguments: object) -> None:
        seen.extend((*arguments, threading.current_thread()))
        done.set()

    assert pool.submit(job, 1, "two") is True
    assert done.wait(PATIENCE)
    assert seen[:2] == [1, "two"]
    thread = seen[2]
    assert isinstance(thread, threading.Thread)
    assert thread is not threading.current_thread()
    assert thread.daemon
    assert thread.name.startswith("linkback-")


def test_starts_no_thread_before_it_is_needed(pool: WorkerPool) -> None:
    before = set(threading.enumerate())
    unused = WorkerPool(8)
    gate = Gate()
    assert pool.submit(gate)
    assert gate.entered.wait(PATIENCE)
    assert len(set(threading.enumerate()) - before) == 1
    gate.released.set()
    unused.close()


def test_one_thread_serves_one_job_after_the_other(pool: WorkerPool) -> None:
    threads: list[threading.Thread] = []
    single = WorkerPool(1)
    for count in range(1, 6):
        eventually(lambda: single.submit(lambda: threads.append(threading.current_thread())))
        eventually(partial(reached, threads, count))
    assert len(set(threads)) == 1
    single.close()


@pytest.mark.usefixtures("gates")
def test_refuses_when_every_thread_is_busy(pool: WorkerPool) -> None:
    ran = threading.Event()
    assert pool.submit(ran.set) is False
    assert not ran.is_set()


def test_takes_jobs_again_once_a_thread_is_free(pool: WorkerPool, gates: list[Gate]) -> None:
    gates[0].released.set()
    ran = threading.Event()
    eventually(lambda: pool.submit(ran.set))
    assert ran.wait(PATIENCE)


def test_counts_jobs_that_wait_for_a_thread_to_wake(pool: WorkerPool) -> None:
    # Submitted in one go, most meet threads that have not woken yet; still only two may be taken.
    pause = threading.Event()
    for _ in range(20):
        # Lets the threads go idle; where they are slow, fewer jobs are taken.
        pause.wait(0.002)
        taken = [gate for gate in (Gate() for _ in range(50)) if pool.submit(gate)]
        assert len(taken) <= pool.threads
        for gate in taken:
            assert gate.entered.wait(PATIENCE)
            gate.released.set()


def test_never_runs_more_at_once_than_it_has_threads() -> None:
    pool = WorkerPool(3)
    lock = threading.Lock()
    running = most = done = 0

    def job() -> None:
        nonlocal running, most, done
        with lock:
            running += 1
            most = max(most, running)
        with lock:
            running -= 1
            done += 1

    def client() -> None:
        for _ in range(50):
            eventually(lambda: pool.submit(job))

    clients = [threading.Thread(target=client) for _ in range(4)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    eventually(lambda: done == 200)
    assert 1 <= most <= 3
    pool.close()


def test_a_failing_job_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    pool = WorkerPool(1)
    threads: list[threading.Thread] = []

    def fail() -> None:
        threads.append(threading.current_thread())
        raise RuntimeError("the job's own")

    for count in (1, 2, 3):
        eventually(lambda: pool.submit(fail))
        eventually(partial(reached, threads, count))
    eventually(lambda: len(caplog.records) == 3)
    assert len(set(threads)) == 1
    assert {record.levelno for record in caplog.records} == {logging.ERROR}
    assert "the job's own" in caplog.text
    pool.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_job_that_ends_its_thread_leaves_room_for_another() -> None:
    pool = WorkerPool(1)
    threads: list[threading.Thread] = []

    def leave() -> None:
        threads.append(threading.current_thread())
        sys.exit()

    for count in (1, 2, 3):
        eventually(lambda: pool.submit(leave))
        eventually(partial(reached, threads, count))
    for thread in threads:
        thread.join(PATIENCE)
    assert len(set(threads)) == 3
    pool.close()


class TestClose:
    def test_takes_no_more(self, pool: WorkerPool) -> None:
        pool.close()
        assert pool.submit(threading.Event().set) is False
        pool.close()

    def test_ends_idle_threads_and_finishes_what_runs(
        self, pool: WorkerPool, gates: list[Gate]
    ) -> None:
        threads = [
            thread for thread in threading.enumerate() if thread.name.startswith("linkback-")
        ]
        assert len(threads) >= 2
        gates[0].released.set()
        pool.close()
        assert not gates[1].released.is_set()
        gates[1].released.set()
        eventually(lambda: not any(thread.is_alive() for thread in threads))

    def test_runs_what_it_had_taken(self) -> None:
        for _ in range(20):
            pool = WorkerPool(1)
            ran = threading.Event()
            assert pool.submit(ran.set)
            pool.close()
            assert ran.wait(PATIENCE)


FORK = """
import os, threading
from linkback_protocol.executor import WorkerPool

pool = WorkerPool(1)
entered, released = threading.Event(), threading.Event()
assert pool.submit(lambda: (entered.set(), released.wait(10)))
assert entered.wait(10)
assert not pool.submit(entered.set)
pid = os.fork()
if pid == 0:
    ran = threading.Event()
    taken = pool.submit(ran.set)
    print("child", taken, ran.wait(10), flush=True)
    pool.close()
    print("closed", pool.submit(ran.set), flush=True)
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
released.set()
pool.close()
"""

NO_THREADS = """
import threading
from linkback_protocol.executor import WorkerPool

pool = WorkerPool(1)
threading.stack_size(1 << 46)
print(pool.submit(print, "ran"))
threading.stack_size(0)
ran = threading.Event()
print(pool.submit(ran.set), ran.wait(10))
"""

EXIT = """
import threading
from linkback_protocol.executor import WorkerPool

pool = WorkerPool(1)
entered = threading.Event()
assert pool.submit(lambda: (entered.set(), threading.Event().wait()))
assert entered.wait(10)
print("leaving")
"""


class TestProcess:
    @pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
    def test_works_after_a_fork(self) -> None:
        assert run(FORK) == "child True True\nclosed False\n"

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="stacks differ")
    def test_refuses_where_the_system_grants_no_thread(self) -> None:
        assert run(NO_THREADS) == "False\nTrue True\n"

    def test_a_job_that_hangs_does_not_keep_the_process(self) -> None:
        assert run(EXIT) == "leaving\n"
