"""The register of faulty endpoints: for every case, a blog that breaks what the case looks at."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.reference import ReferenceBlog


@dataclass(frozen=True)
class Fault:
    """A faulty blog, the case it is for, and the cases that cannot hold either."""

    case_id: str
    blog: Callable[[], ReferenceBlog]
    also: frozenset[str]


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
