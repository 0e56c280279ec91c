"""Hosts that the owner has let in before."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from linkback_protocol import url
from linkback_protocol.linkback import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_protocol.validators.candidate import Candidate

SHARED_HOSTS = (
    "facebook.com",
    "groups.google.com",
    "linkedin.com",
    "medium.com",
    "news.ycombinator.com",
    "old.reddit.com",
    "reddit.com",
    "sites.google.com",
    "t.me",
    "telegra.ph",
    "twitter.com",
    "vk.com",
    "x.com",
    "youtube.com",
)
"""Hosts where everybody can write, so that having let one in says nothing about the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSender:
    """Lets in what comes from a host that was let in before, and holds the first of every other.

    A spammer would have to write something worth approving first, and wait. One linkback of the
    host that was marked as spam ends its good name.

    What it gets wrong: a blog that was sold or broken into after it became known, and hosts that
    many share: those of `SHARED_HOSTS` are never known, others can be added. It costs one look
    into the store.

    :param approved: how many linkbacks of the host the owner has to have approved.
    :param days: how long ago the oldest of them has to have come.
    :param hold_first: whether what comes from a host of which none was approved yet waits.
    :param shared: hosts that never become known, besides `SHARED_HOSTS`; those below them are hosts
        of their own.
    :raises ValueError: `approved` or `days` is too small.
    """

    name: ClassVar[str] = "known_sender"
    approved: int = 2
    days: float = 7.0
    hold_first: bool = False
    shared: tuple[str, ...] = ()
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        if self.approved < 1 or self.days < 0:
            raise ValueError("KnownSender: approved must be at least 1, and days not negative")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Judge by the record of the source's host."""
        if candidate.store is None:
            return None
        host = url.parse(candidate.ping.source).host
        if host.removeprefix("www.") in {*SHARED_HOSTS, *self.shared}:
            return Verdict.hold(f"everybody can write on {host}") if self.hold_first else None
        record = candidate.store.host_record(host)
        if record.approved == 0 and self.hold_first:
            return Verdict.hold(f"the first from {host} that is not turned away")
        if record.spam or record.approved < self.approved:
            return None
        known = (self.clock() - record.since) / 86400
        if known < self.days:
            return None
        return Verdict.approve(f"{record.approved} from {host} approved, in {known:.0f} days")
