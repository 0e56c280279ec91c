"""Counts of your own, besides the receiver's limits."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from linkback_protocol import url
from linkback_protocol.errors import RateLimited
from linkback_protocol.limits import sender_network
from linkback_protocol.validators.actions import check_action, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_protocol.linkback import Verdict
    from linkback_protocol.validators.candidate import Candidate

_KEYS: dict[str, Callable[[Candidate], str]] = {
    "sender": lambda candidate: sender_network(candidate.ping.sender),
    "source_host": lambda candidate: url.parse(candidate.ping.source).host,
    "target": lambda candidate: candidate.page_url.key,
    "fetched_host": lambda candidate: candidate.page.url.host if candidate.page else "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """Catches the flood: more than so many pings by one sender, host or target in a while.

    The receiver's own limits refuse before anything is fetched; this one comes after them, can
    hold instead, and can count the host at which redirects ended (``fetched_host``), behind which
    floods from many names turn out to be one. The store counts, so it holds for all processes.

    What it gets wrong: a post that becomes famous in an hour (``target``), senders behind one
    proxy. Each ping that it judges counts once, whatever the others say of it; when the owner asks
    again there is no opinion. Several in one chain, such as one for the minute and one for the
    day, count apart unless they are the same in all. It costs one step in the store.

    :param per: ``sender`` (IPv4 address, IPv6 /64), ``source_host``, ``target`` or
        ``fetched_host``.
    :param bound: pings that may come in a window.
    :param window: seconds.
    :param action: ``hold``, ``spam`` or ``refuse``.
    :raises ValueError: another count or action, or a bound or window that lets nothing in.
    """

    name: ClassVar[str] = "rate_limit"
    per: Literal["sender", "source_host", "target", "fetched_host"]
    bound: int
    window: float = 3600.0
    action: Literal["hold", "spam", "refuse"] = "hold"
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        check_action("RateLimit", self.action, "hold", "spam", "refuse")
        if self.per not in _KEYS:
            raise ValueError(f"RateLimit: per is one of {', '.join(_KEYS)}, not {self.per!r}")
        if self.bound < 1 or self.window <= 0:
            raise ValueError("RateLimit: bound must be at least 1, and window more than 0")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Count the ping."""
        key = _KEYS[self.per](candidate)
        if candidate.store is None or candidate.again or not key:
            return None
        # The window is part of it, since hits are dropped by their scope's; the bound, since two
        # that count in one place would count each ping twice.
        scope = f"rate_limit {self.per} {self.bound}/{float(self.window)}"
        if candidate.store.hit(scope, key, bound=self.bound, window=self.window, now=self.clock()):
            return None
        reason = f"more than {self.bound} in {self.window:g} s per {self.per}"
        return verdict(self.action, reason, refusal=RateLimited)
