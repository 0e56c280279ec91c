"""The control pings: a good one first, so that a refusal means something, and one last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_conformance.case import MUST, PRACTICE, case

if TYPE_CHECKING:
    from linkback_conformance.trial import Trial


@case(
    "pingback.server.accepts",
    "A plain good ping is accepted",
    clauses="PB-3-4 PB-3-9",
    level=MUST,
    basis=PRACTICE,
    writes=True,
    why="Without one good ping no refusal means anything: a guard against private addresses, "
    "closed pings or a flood rule would look like conformance.",
)
def accepts_pingback(t: Trial) -> None:
    source = t.source()
    t.accepts(t.ping(source), source, "a page that links to the target")


@case(
    "pingback.server.still-accepts",
    "A plain good ping is accepted after everything else",
    clauses="PB-3-4 PB-3-9",
    level=MUST,
    basis=PRACTICE,
    needs="pingback.server.accepts",
    writes=True,
    alone=True,
    why="A target that fell over on the way would refuse whatever came later.",
)
def still_accepts_pingback(t: Trial) -> None:
    accepts_pingback(t)


@case(
    "trackback.server.accepts",
    "A plain good ping is accepted",
    clauses="TB-9 TB-13",
    level=MUST,
    basis=PRACTICE,
    writes=True,
    why="Without one good ping no refusal means anything.",
)
def accepts_trackback(t: Trial) -> None:
    source = t.source()
    reply = t.trackback(
        [
            ("url", source.url),
            ("title", source.token),
            ("excerpt", f"A few words about a good post, {source.token}."),
            ("blog_name", "The suite's blog"),
        ]
    )
    t.accepts(reply, source, "a ping with all four fields from a page that links to the target")


@case(
    "trackback.server.still-accepts",
    "A plain good ping is accepted after everything else",
    clauses="TB-9 TB-13",
    level=MUST,
    basis=PRACTICE,
    needs="trackback.server.accepts",
    writes=True,
    alone=True,
    why="A target that fell over on the way would refuse whatever came later.",
)
def still_accepts_trackback(t: Trial) -> None:
    accepts_trackback(t)
