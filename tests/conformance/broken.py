"""The register of faulty endpoints: for every case, a blog that breaks what the case looks at."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.reference import ReferenceBlog


@dataclass(frozen=True)
class Fault:
    """A faulty blog, the case it is for, and the cases that cannot hold either."""

    case_id: str
    blog: Callable[[], ReferenceBlog]
    also: frozenset[str]


class Meeting:
    """A point that two pings of a case pass together, so that what races does so every time."""

    def __init__(self, case_id: str) -> None:
        self.mark = f"/{case_id}/"
        self.barrier = threading.Barrier(2)

    def pass_with(self, source: str) -> None:
        """Wait for another ping of the case, for a second at the most."""
        if self.mark in source:
            try:
                self.barrier.wait(1)
            except threading.BrokenBarrierError:
                self.barrier.reset()


FAULTS: dict[str, Fault] = {}


def breaks(case_id: str, *also: str) -> Callable[[type[ReferenceBlog]], type[ReferenceBlog]]:
    """Register a blog as the one that fails a case, and besides it no other than those named.

    A name may end in a dot and a star for a whole family.
    """

    def register(blog: type[ReferenceBlog]) -> type[ReferenceBlog]:
        assert case_id not in FAULTS, f"two faults for {case_id}"
        FAULTS[case_id] = Fault(case_id, blog, frozenset(also))
        return blog

    return register
