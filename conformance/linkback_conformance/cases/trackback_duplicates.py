"""What a trackback receiver does with a ping that it has had, and keeps apart."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from linkback_conformance.case import PRACTICE, ROBUSTNESS, SHOULD, case
from linkback_conformance.cases.trackback_pings import (
    NEEDS,
    fields_of,
    kept,
    word,
)

if TYPE_CHECKING:
    from linkback_conformance.trackback import TrackbackReply
    from linkback_conformance.trial import Source, Trial


@case(
    "trackback.server.duplicate",
    "A ping that comes again is answered, and always in the same way",
    clauses="TB-13 TB-9 TB-10",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="The text has no rule: Movable Type says yes, WordPress, Serendipity and Dotclear say no, "
    "and Typecho sends a page for people.",
)
def duplicate(t: Trial) -> None:
    source = t.source()
    t.accepts(t.trackback(fields_of(source)), source, "the first ping")
    second, third = (t.trackback(fields_of(source)) for _ in range(2))
    t.readable(second, "the second ping")
    t.check(
        second.outcome is third.outcome,
        "the third ping is answered as the second",
        f"{second.describe()}, and then {third.describe()}",
    )


def _copies(t: Trial, source: Source) -> int | None:
    """Return how many times a source is kept or shown; ``None`` where nobody sees."""
    view = kept(t, source)
    return None if view is None else view.count(source.url)


@case(
    "trackback.server.duplicate-once",
    "A ping that comes again is kept once, whatever its title",
    clauses="TB-13",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=f"{NEEDS} trackback.server.duplicate",
    writes=True,
    why="Senders ping again when an entry is edited, and when an answer was lost.",
)
def duplicate_once(t: Trial) -> None:
    source = t.source()
    t.accepts(t.trackback(fields_of(source)), source, "the first ping")
    before = _copies(t, source)
    for title in (source.token, "Another title"):
        t.trackback(fields_of(source, title=title))
    after = _copies(t, source)
    t.check(
        None if before is None or after is None else 0 < after <= before,
        "the source is kept once",
        "neither --observe nor the page shows it"
        if before is None
        else f"its address is there {before} times after one ping, {after} after three",
    )


@case(
    "trackback.server.duplicate-second-page",
    "One source may ping two pages",
    clauses="TB-13",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="A post can answer two others; looking at the source alone loses the second.",
)
def duplicate_second_page(t: Trial) -> None:
    second = t.require("second_trackback", "--second-target")
    source = t.source(t.link() + t.link(t.target.second, "another one"))
    mark = word(t)
    t.accepts(t.trackback(fields_of(source)), source, "the ping for the first page")
    reply = t.trackback(fields_of(source, title=mark), to=second)
    t.accepts(reply, source, "the ping for the second page")
    if t.target.observe:
        t.check(t.owner_sees(mark), "the second ping is kept too", "it is not")


@case(
    "trackback.server.duplicate-concurrent",
    "Of many equal pings at once only one is kept",
    clauses="TB-13",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=f"{NEEDS} trackback.server.duplicate-once",
    writes=True,
    alone=True,
    why="Looking first and storing afterwards leaves a gap; every implementation that was read "
    "has it.",
)
def duplicate_concurrent(t: Trial) -> None:
    alone, source = t.source(), t.source()
    t.accepts(t.trackback(fields_of(alone)), alone, "a ping alone")
    replies: list[TrackbackReply] = []
    threads = [
        threading.Thread(target=lambda: replies.append(t.trackback(fields_of(source))))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answered = sum(reply.understood for reply in replies)
    t.check(answered == 6, "six answer documents", f"{answered} of them")
    usual, copies = _copies(t, alone), _copies(t, source)
    t.check(
        None if usual is None or copies is None else 0 < copies == usual,
        "the source is kept as often as one that pinged once",
        "neither --observe nor the page shows it"
        if copies is None
        else f"its address is there {copies} times, the other's {usual} times",
    )


@case(
    "trackback.server.state",
    "Nothing of one ping shows up in the next",
    clauses="TB-5",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=f"{NEEDS} trackback.server.url-only",
    writes=True,
    alone=True,
    why="PyBlosxom and django-trackback keep what belongs to one request in a global.",
)
def state(t: Trial) -> None:
    first, second = t.source(), t.source()
    mark = word(t)
    reply = t.trackback(fields_of(first, title=mark, excerpt=mark, blog_name=mark))
    t.accepts(reply, first, "a ping with all fields")
    before = (kept(t, first) or "").count(mark)
    t.accepts(t.trackback([("url", second.url)]), second, "a ping with nothing but url")
    after = (kept(t, second) or "").count(mark)
    t.check(
        None if not before or not after else after == before,
        "the first ping's title stays with the first ping",
        f"it is there {before} times, and then {after} times"
        if before and after
        else "neither --observe nor the page shows it",
    )
