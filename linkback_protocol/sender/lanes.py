"""Works on many links at once, and on few of one host, so that nobody is flooded."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from linkback_protocol.errors import FetchError
from linkback_protocol.fetch import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")


class HostSlots:
    """Lets few requests at once go to one host and port; the others wait for their turn.

    :param number: how many.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._lock = threading.Lock()
        self._slots: dict[str, tuple[threading.BoundedSemaphore, int]] = {}

    @contextmanager
    def slot(self, authority: str, deadline: Deadline) -> Iterator[None]:
        """Hold one of the slots of a host for the length of the block.

        :raises FetchError: ``DEADLINE``, none became free in time.
        """
        with self._lock:
            semaphore, users = self._slots.get(
                authority, (threading.BoundedSemaphore(self._number), 0)
            )
            self._slots[authority] = semaphore, users + 1
        try:
            if not semaphore.acquire(timeout=deadline.remaining()):
                raise deadline.error()
            try:
                yield
            finally:
                semaphore.release()
        finally:
            with self._lock:
                semaphore, users = self._slots.pop(authority)
                if users > 1:
                    self._slots[authority] = semaphore, users - 1


def in_lanes(
    jobs: Iterable[T],
    work: Callable[[T, Deadline], R],
    late: Callable[[T], R],
    *,
    host: Callable[[T], str],
    threads: int,
    per_host: int,
    deadline: float,
    total: float,
) -> list[R]:
    """Return what `work` makes of each job, in any order.

    The jobs of one host form a lane, so that a slow host with many jobs keeps a few threads busy
    and not all of them.

    :param late: called instead of `work` for a job that `total` leaves no time for.
    :param host: names the host of a job.
    :param threads: jobs at once, and of these `per_host` of one host.
    :param deadline: seconds for one job.
    :param total: seconds for all of them.
    """
    ends = Deadline(total)
    lanes: dict[str, deque[T]] = {}
    for job in jobs:
        lanes.setdefault(host(job), deque()).append(job)

    def run(lane: deque[T]) -> list[R]:
        done: list[R] = []
        while True:
            try:
                job = lane.popleft()
            except IndexError:
                return done
            try:
                ends.remaining()
            except FetchError:
                done.append(late(job))
            else:
                done.append(work(job, ends.part(deadline)))

    runs = [lane for lane in lanes.values() for _ in range(min(per_host, len(lane)))]
    if not runs:
        return []
    with ThreadPoolExecutor(min(threads, len(runs)), "linkback-send") as pool:
        try:
            return [result for results in pool.map(run, runs) for result in results]
        except BaseException:
            # What has not begun does not begin when the caller wants to end.
            for lane in lanes.values():
                lane.clear()
            raise
