"""How a sender finds a server by the link of the page: by a pattern, and by no HTML parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_conformance.case import MUST, SHOULD, case
from linkback_conformance.sender_trial import link

if TYPE_CHECKING:
    from linkback_conformance.sender_trial import SenderTrial

_NEEDS = "pingback.sender.pings"


@case(
    "pingback.sender.link",
    "A page with nothing but the link is pinged",
    clauses="PB-2.3-3 PB-4-1",
    level=MUST,
    needs=_NEEDS,
    why="Hosts that let nobody set headers are what the link is for.",
)
def link_alone(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=link(endpoint.url)))
    t.pinged(endpoint, "the server of the link is pinged")


@case(
    "pingback.sender.strict-single-quotes",
    "A link in single quotes is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="What only some senders find is found by none that a page can count on.",
)
def single_quotes(t: SenderTrial) -> None:
    trap = t.trap("single-quotes", "a link in single quotes was taken")
    page = t.page(head=f"<link rel='pingback' href='{trap.url}'>")
    t.send(page)
    t.spared(page, "nothing is sent to the address of a link in single quotes", trap)
