"""The control pings of a sender: the plainest page first, so that silence means something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_conformance.case import MUST, case

if TYPE_CHECKING:
    from linkback_conformance.sender_trial import SenderTrial

_EVERY_WAY = "a page with the RDF and a link of the relation trackback is pinged"
_BOTH = "a page with both the header and the link is pinged"


@case(
    "pingback.sender.pings",
    "A page that names its server in every way is pinged",
    clauses="PB-4-1 PB-2.3-1",
    level=MUST,
    why="Without one ping no silence means anything: a guard against private addresses, or a "
    "sender that speaks another protocol, would look like conformance.",
)
def pings(t: SenderTrial) -> None:
    page, endpoint = t.good_page("endpoint")
    t.send(page)
    t.speaks(endpoint)
    t.pinged(endpoint, _BOTH)


@case(
    "pingback.sender.still-pings",
    "The same page is pinged after everything else",
    clauses="PB-4-1 PB-2.3-1",
    level=MUST,
    needs="pingback.sender.pings",
    alone=True,
    why="A sender that fell over on the way would be silent whatever came later.",
)
def still_pings(t: SenderTrial) -> None:
    page, endpoint = t.good_page("endpoint")
    t.send(page)
    t.pinged(endpoint, _BOTH)


@case(
    "trackback.sender.pings",
    "A page that names its ping URL in every way is pinged",
    clauses="TB-2 TB-22",
    level=MUST,
    why="Without one ping no silence means anything.",
)
def tracks_back(t: SenderTrial) -> None:
    page, endpoint = t.good_page("endpoint")
    t.send(page)
    t.speaks(endpoint)
    t.pinged(endpoint, _EVERY_WAY)


@case(
    "trackback.sender.still-pings",
    "The same page is pinged after everything else",
    clauses="TB-2 TB-22",
    level=MUST,
    needs="trackback.sender.pings",
    alone=True,
    why="A sender that fell over on the way would be silent whatever came later.",
)
def still_tracks_back(t: SenderTrial) -> None:
    page, endpoint = t.good_page("endpoint")
    t.send(page)
    t.pinged(endpoint, _EVERY_WAY)
