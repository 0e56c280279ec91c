"""The register of faulty senders: for every case about them, one that breaks what it looks at."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.reference_sender import ReferenceSender


@dataclass(frozen=True)
class SenderFault:
    """A faulty sender, the case it is for, and the cases that cannot hold either."""

    case_id: str
    sender: Callable[[], ReferenceSender]
    also: frozenset[str]


SENDER_FAULTS: dict[str, SenderFault] = {}


def sender_breaks(
    case_id: str, *also: str
) -> Callable[[type[ReferenceSender]], type[ReferenceSender]]:
    """Register a sender as the one that fails a case, and besides it no other than those named.

    A name may end in a star for a whole family.
    """

    def register(sender: type[ReferenceSender]) -> type[ReferenceSender]:
        assert case_id not in SENDER_FAULTS, f"two faults for {case_id}"
        SENDER_FAULTS[case_id] = SenderFault(case_id, sender, frozenset(also))
        return sender

    return register
