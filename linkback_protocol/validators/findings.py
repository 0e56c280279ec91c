"""Signs that count for little alone, with points to add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Finding(NamedTuple):
    """A sign, the points for it, and how it is told to the owner.

    Of findings of the same `sign` the strongest counts: the ping and the page may both show it.
    """

    sign: str
    points: int
    what: str


def strongest(findings: Iterable[Finding]) -> list[Finding]:
    """Return the strongest finding of each sign."""
    best: dict[str, Finding] = {}
    for finding in findings:
        if finding.sign not in best or finding.points > best[finding.sign].points:
            best[finding.sign] = finding
    return list(best.values())


def total(findings: Iterable[Finding]) -> int:
    """Return the points of all signs."""
    return sum(finding.points for finding in strongest(findings))
