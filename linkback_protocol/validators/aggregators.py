"""Services that pinged for what others wrote, and are gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from linkback_protocol import url as urls
from linkback_protocol.validators.actions import check_action, verdict
from linkback_protocol.validators.host_rules import HostRules

if TYPE_CHECKING:
    from linkback_protocol.linkback import Verdict
    from linkback_protocol.validators.candidate import Candidate

AGGREGATORS: Final = {
    "netcrema.com": (
        "pinged in 2010 for whatever digg, Delicious, StumbleUpon and reddit linked to"
    ),
    "topsy.com": "pinged for every tweet from 2009 on; Apple closed it in December 2015",
    "ubervu.com": (
        "sent 'Social comments and analytics for this post' for every tweet in 2009 and 2010"
    ),
    "universityupdate.com": (
        "collected headlines by keyword beside advertisements and pinged each of them in 2007"
    ),
}
"""Hosts, with those below them, and what each of them was."""

_RULES = HostRules(AGGREGATORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregator:
    """Catches pings in the name of aggregators that stopped long ago (`AGGREGATORS`).

    None of them ever wrote a word about a page. What still pings under their names is forged, or
    belongs to whoever bought the domain.

    What it gets wrong: a new owner with a real blog. It is a short list of what was notorious and
    no help against what came later; that is for `Block`. It costs a look-up in memory.

    :param action: ``spam``, ``hold`` or ``refuse``.
    :raises ValueError: another action.
    """

    name: ClassVar[str] = "aggregator"
    action: Literal["spam", "hold", "refuse"] = "spam"

    def __post_init__(self) -> None:
        check_action("Aggregator", self.action, "spam", "hold", "refuse")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Look the source's host up."""
        host = _RULES.match(urls.parse(candidate.ping.source))
        return verdict(self.action, f"{host} {AGGREGATORS[host]}") if host else None
