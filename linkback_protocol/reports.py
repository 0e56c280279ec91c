"""What the linkbacks in a store amount to: who links, to what, when, and what was kept out.

A *link* is a linkback that is approved, or waits for the owner. What expired is no longer counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from linkback_protocol.linkback import Protocol, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from linkback_protocol.stores import Store

LINKS: Final = (Status.APPROVED, Status.PENDING)
"""What counts as a link."""
_ALL: Final = 2**62
"""More than there are."""
_NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something occurs, and its share of its kind, from 0 to 1."""

    name: str
    number: int
    share: float


@dataclass(frozen=True, slots=True)
class Month:
    """What was received in a month, as ``2026-01``, in UTC.

    `growth` is that of the links against the month before: 0.5 is half as many again, and None
    stands where the month before had none.
    """

    month: str
    links: int
    spam: int
    refused: int
    received: int
    growth: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Counts of what was received from `since` on and before `until`.

    `statuses` and `received` count everything; `links`, `hosts`, `pages` and `protocols` count
    links; `spam_by` and `refused_by` say who decided so.
    """

    since: datetime | None
    until: datetime | None
    received: int
    links: int
    statuses: tuple[Counted, ...]
    protocols: tuple[Counted, ...]
    hosts: tuple[Counted, ...]
    pages: tuple[Counted, ...]
    months: tuple[Month, ...]
    spam_by: tuple[Counted, ...]
    refused_by: tuple[Counted, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON has it; times in ISO 8601."""
        found = asdict(self)
        for name in ("since", "until"):
            found[name] = found[name] and found[name].isoformat(timespec="seconds")
        return found


def make_report(
    store: Store,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    top: int = 10,
) -> Report:
    """Count what a store holds.

    :param top: how many hosts, pages, and names of who decided are listed, the most frequent first.
    """
    begin = None if since is None else since.timestamp()
    end = None if until is None else until.timestamp()
    # One look at every row for all that has few values; that is what takes the time.
    counted = store.tally(
        ["month", "status", "protocol", "decided_by"], since=begin, until=end, limit=_ALL
    )
    hosts = store.tally(["source_host"], status=LINKS, since=begin, until=end, limit=top)
    pages = store.tally(["page"], status=LINKS, since=begin, until=end, limit=top)
    statuses = Counter({str(each): 0 for each in Status})
    protocols = Counter({str(each): 0 for each in Protocol})
    decided: dict[str, Counter[str]] = {Status.SPAM: Counter(), Status.REFUSED: Counter()}
    months: dict[str, Counter[str]] = {}
    for (month, status, protocol, by), number in counted:
        statuses[status] += number
        months.setdefault(month, Counter())[status] += number
        if status in LINKS:
            protocols[protocol] += number
        if status in decided:
            decided[status][by or _NOBODY] += number
    links = sum(statuses[each] for each in LINKS)
    return Report(
        since=since,
        until=until,
        received=statuses.total(),
        links=links,
        statuses=_shares(statuses.items(), statuses.total()),
        protocols=_shares(protocols.items(), links),
        hosts=_shares(((name, number) for (name,), number in hosts), links),
        pages=_shares(((name, number) for (name,), number in pages), links),
        months=tuple(_months(months)),
        spam_by=_shares(_most(decided[Status.SPAM], top), statuses[Status.SPAM]),
        refused_by=_shares(_most(decided[Status.REFUSED], top), statuses[Status.REFUSED]),
    )


def _shares(counts: Iterable[tuple[str, int]], total: int) -> tuple[Counted, ...]:
    return tuple(Counted(name, number, number / total if total else 0.0) for name, number in counts)


def _most(counts: Counter[str], top: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:top]


def _months(counts: dict[str, Counter[str]]) -> Iterator[Month]:
    """Return every month from the first to the last, also those without any."""
    if not counts:
        return
    before = 0
    month, last = min(counts), max(counts)
    while month <= last:
        found = counts.get(month, Counter())
        links = sum(found[each] for each in LINKS)
        yield Month(
            month=month,
            links=links,
            spam=found[Status.SPAM],
            refused=found[Status.REFUSED],
            received=found.total(),
            growth=links / before - 1 if before else None,
        )
        before = links
        year, number = int(month[:4]), int(month[5:])
        month = f"{year + number // 12:04}-{number % 12 + 1:02}"
