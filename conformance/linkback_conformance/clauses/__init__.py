"""The clauses of the specifications, in our own words, and where other implementations diverge."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPECIFICATIONS: Final = (
    "pingback.toml",
    "xmlrpc.toml",
    "fault_codes.toml",
    "introspection.toml",
    "getpingbacks.toml",
    "trackback.toml",
    "safety.toml",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One sentence of a specification, or one lesson that no specification holds."""

    id: str
    spec: str
    """The name of the specification."""
    section: str
    """Its number or its title; empty where the text has no sections, or no text says it."""
    address: str
    """Where to read it; empty where no text says it."""
    level: str
    """In capitals as the text has it; in small letters where the text does without such words."""
    who: str
    """``client``, ``server``, ``page`` or ``source``; empty where nobody in particular is meant."""
    text: str
    untestable: str = ""
    """Why no case tries it; empty where one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """Something that implementations are known to do differently, or wrong."""

    number: int
    """Stable, and never reused."""
    protocol: str
    text: str
    """What a good one does."""
    peers: str = ""
    """Those that are known to do something else; empty where many or none are."""
    cases: tuple[str, ...] = ()
    untried: str = ""
    """Why no case tries it; empty where one does."""


def _tables(name: str) -> dict[str, Any]:
    text = resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def _clauses(name: str) -> Iterator[Clause]:
    spec = _tables(name)
    for clause_id, found in spec["clauses"].items():
        section = found.get("section", "")
        address = found.get("address", spec["address"])
        anchor = found.get("anchor", spec.get("anchor", "")) if section else ""
        if anchor:
            address += "#" + anchor.format(section=section)
        yield Clause(
            id=clause_id,
            spec=found.get("spec", spec["name"]),
            section=section,
            address=address,
            level=found["level"],
            who=found.get("who", ""),
            text=found["text"],
            untestable=found.get("untestable", ""),
        )


def _divergences() -> Iterator[Divergence]:
    for protocol, rows in _tables("divergences.toml").items():
        for number, found in rows.items():
            yield Divergence(
                number=int(number),
                protocol=protocol,
                text=found["text"],
                peers=found.get("peers", ""),
                cases=tuple(found.get("cases", ())),
                untried=found.get("untried", ""),
            )


CLAUSES: Final = {each.id: each for name in _SPECIFICATIONS for each in _clauses(name)}
"""Every clause by id, in the order of the specifications."""

DIVERGENCES: Final = tuple(_divergences())
"""Every known divergence, in the order of their numbers."""
