"""What a case is: a sentence of a specification, or of experience, and a function to try it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable


class Protocol(StrEnum):
    """The protocol a case belongs to: the first word of its id."""

    PINGBACK = "pingback"
    TRACKBACK = "trackback"


class Role(StrEnum):
    """Who is tried: the second word of a case's id."""

    SERVER = "server"
    """The endpoint that takes pings."""
    PAGE = "page"
    """The page that can be linked to, and what it says about its endpoint."""
    SENDER = "sender"
    """What finds the endpoint of a page that it links to, and pings it."""


class Level(StrEnum):
    """How much the text asks for it; what a broken one is called follows from this."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Basis(StrEnum):
    """Where the requirement comes from."""

    STATED = "stated"
    """A sentence of the specification."""
    IMPLIED = "implied"
    """An example in the specification, or what follows from several sentences."""
    PRACTICE = "practice"
    """No text asks for it; implementations that lack it have hurt somebody."""


class Area(StrEnum):
    """What a broken case means. The areas are scored apart."""

    CONFORMANCE = "conformance"
    """The specification is broken: only this area decides whether a target is conformant."""
    ROBUSTNESS = "robustness"
    """Honest pings get lost, or dishonest ones get in, although no text is broken."""
    SECURITY = "security"
    """The target can be turned against its owner or against others."""


MUST, SHOULD, MAY = Level
STATED, IMPLIED, PRACTICE = Basis
CONFORMANCE, ROBUSTNESS, SECURITY = Area

Controls = Mapping[Protocol, tuple[str, str]]
"""For each protocol, the good ping that is sent first, and the one that is sent last."""

CONTROLS: Final[Controls] = {
    protocol: (f"{protocol}.server.accepts", f"{protocol}.server.still-accepts")
    for protocol in Protocol
}
"""Those that a receiver has to accept."""
SENDER_CONTROLS: Final[Controls] = {
    protocol: (f"{protocol}.sender.pings", f"{protocol}.sender.still-pings")
    for protocol in Protocol
}
"""Those that a sender has to send."""

_Trial = TypeVar("_Trial")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One requirement and the function that tries it.

    ``id`` is stable and never reused: ``PROTOCOL.ROLE.NAME``, or with the name of a family before
    the last word. ``needs`` names cases that must have passed for this one to mean anything.
    """

    id: str
    title: str
    clauses: tuple[str, ...]
    level: Level
    basis: Basis
    area: Area
    why: str
    """Which implementation failed it, or what happens to users when it does not hold."""
    run: Callable[[Any], None]
    """Takes a `Trial`, or for the role of the sender a `SenderTrial`."""
    needs: tuple[str, ...] = ()
    writes: bool = False
    """A well-behaved target keeps something: not run on a stranger's site unless allowed."""
    alone: bool = False
    """Runs by itself, or with others that are slow: it measures, floods, or looks for leaks."""
    slow: bool = False
    """Waits on purpose, or moves megabytes: the self-test runs it where it is what is tested."""

    @property
    def protocol(self) -> Protocol:
        """The protocol, read from the id."""
        return Protocol(self.id.split(".")[0])

    @property
    def role(self) -> Role:
        """The role, read from the id."""
        return Role(self.id.split(".")[1])


REGISTRY: dict[str, Case] = {}
"""Every case by id, in the order of the files and of the functions in them."""


def case(
    case_id: str,
    title: str,
    *,
    clauses: str,
    level: Level,
    why: str,
    basis: Basis = STATED,
    area: Area = CONFORMANCE,
    needs: str = "",
    writes: bool = False,
    alone: bool = False,
    slow: bool = False,
) -> Callable[[Callable[[_Trial], None]], Callable[[_Trial], None]]:
    """Enter a function into the catalogue; ``clauses`` and ``needs`` are separated by spaces."""

    def enter(function: Callable[[_Trial], None]) -> Callable[[_Trial], None]:
        entry = Case(
            id=case_id,
            title=title,
            clauses=tuple(clauses.split()),
            level=level,
            basis=basis,
            area=area,
            why=why,
            run=function,
            needs=tuple(needs.split()),
            writes=writes,
            alone=alone,
            slow=slow,
        )
        if case_id in REGISTRY:
            message = f"two cases have the id {case_id}"
            raise ValueError(message)
        if area is not CONFORMANCE and basis is not PRACTICE and level is MUST:
            message = f"{case_id}: what a text demands belongs to the area conformance"
            raise ValueError(message)
        REGISTRY[case_id] = entry
        return function

    return enter
