"""What the receiver asks of a store; any class with these methods is one.

A store keeps linkbacks, counts pings and fetches, and hands out the work that is left. Its answers
must hold for every thread and process that shares it: each method is one atomic step. Times are
seconds since the epoch, given by the caller, so that a store needs no clock.

Every method may raise `linkback_protocol.errors.StoreError`, and nothing else but what it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linkback_protocol import linkback
    from linkback_protocol.limits import Limits
    from linkback_protocol.linkback import Evidence, Linkback, Ping, Status, Verdict

Field = Literal["status", "protocol", "source_host", "page", "month", "decided_by"]
"""What `Store.tally` counts by; ``month`` is that of the ping, as ``2026-01``, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRecord:
    """What came from a host before: how many were approved, since when, how many were spam.

    Counted up to a thousand; `since` is when the oldest of those approved was received, in seconds
    since the epoch.
    """

    approved: int = 0
    spam: int = 0
    since: float = 0.0


class Store(Protocol):
    """Keeps linkbacks, one for each pair of source and page."""

    def add(self, ping: Ping, *, page: str, limits: Limits, now: float, due: float) -> Linkback:
        """Accept a ping as ``received``, to be verified.

        Source and page are compared by `linkback_protocol.url.URL.key`, across protocols. A pair
        that is ``refused`` or ``gone`` is opened again under its old id, with its history. In
        order: the pair is looked up, the counts of `limits` are checked and raised, the linkback is
        stored. The texts of the ping become title, excerpt and site name.

        What was added survives the end of the process at once, and a power cut after `sync`.

        :param page: URL of the page of ours that the target leads to.
        :param due: before this time `claim` leaves the linkback to the caller.
        :raises AlreadyRegistered: the pair is there, in any other status; nothing is counted.
        :raises RateLimited: one count is used up, as its detail says; nothing is counted.
        """
        ...

    def bring_in(self, linkbacks: Iterable[Linkback], *, now: float) -> tuple[int, int]:
        """Add linkbacks from elsewhere, durably; return how many were added and how many not.

        All of them or, where anything is raised, none; a pair that is there already is left alone.
        Each has a new id and, but for a history that is too long, all else as it was. The
        ``received`` are due at `now`. Others may have to wait until it is done.

        :param linkbacks: read once; reading them must not change this store, and what it raises
            comes through.
        :raises InvalidURL: a source, a target or a page is not accepted by
            `linkback_protocol.url.parse`.
        """
        ...

    def sync(self) -> None:
        """Return when everything added so far would survive a power cut."""
        ...

    def get(self, linkback_id: int) -> Linkback | None:
        """Return one linkback."""
        ...

    def find(
        self,
        *,
        page: str | None = None,
        status: Sequence[Status] = (),
        protocol: linkback.Protocol | None = None,
        source_host: str | None = None,
        text: str = "",
        start: int | None = None,
        newest: bool = False,
        limit: int = 1000,
    ) -> list[Linkback]:
        """Return linkbacks that fit every condition given, ordered by id.

        :param page: URL of a page of ours, compared by key; a target as sent finds it as well
            where the two are one resource.
        :param status: any of these; none given means all.
        :param text: words that all occur in the addresses, the texts or the notes, in any case of
            ASCII letters.
        :param start: only ids after this one (before it, with `newest`): the next page of a list.
        :param newest: highest id first.
        """
        ...

    def count(self) -> dict[Status, int]:
        """Return how many linkbacks there are in each status; every status is a key."""
        ...

    def finish(
        self,
        linkback_id: int,
        status: Status,
        reasons: Sequence[Verdict],
        *,
        title: str,
        excerpt: str,
        site_name: str,
        evidence: Evidence | None = None,
        now: float,
    ) -> Linkback:
        """Record the outcome of a verification, durably.

        The texts and the evidence replace what was kept before. A linkback that is no longer
        ``received`` (the owner was faster) is returned as it is.

        :raises LookupError: no such linkback.
        """
        ...

    def set_status(
        self,
        linkback_id: int,
        status: Status,
        reasons: Sequence[Verdict] = (),
        *,
        by: str = "owner",
        now: float,
    ) -> Linkback:
        """Move a linkback, durably, and add the step to its history.

        :param by: who moves it.
        :raises LookupError: no such linkback.
        """
        ...

    def annotate(self, linkback_id: int, notes: Sequence[str]) -> Linkback:
        """Replace the owner's notes, durably.

        :raises LookupError: no such linkback.
        """
        ...

    def evidence(self, linkback_id: int) -> Evidence | None:
        """Return the source page as it was last read; None where it was not, or was dropped."""
        ...

    def record_check(
        self, linkback_id: int, *, evidence: Evidence | None = None, now: float
    ) -> None:
        """Keep when a source was last tried, and what was read there, if anything.

        A linkback that is not there is left alone.
        """
        ...

    def unchecked(
        self, status: Sequence[Status], *, before: float, limit: int = 100
    ) -> list[Linkback]:
        """Return linkbacks in any of these statuses not checked since a time, longest ago first."""
        ...

    def host_record(self, source_host: str) -> HostRecord:
        """Return what came from a host before."""
        ...

    def tally(
        self,
        by: Sequence[Field],
        *,
        status: Sequence[Status] = (),
        since: float | None = None,
        until: float | None = None,
        limit: int = 1000,
    ) -> list[tuple[tuple[str, ...], int]]:
        """Count linkbacks for every combination of these fields, the most frequent first.

        Equal counts are in the order of the fields.

        :param since: only pings received from then on, and `until` before then.
        """
        ...

    def hit(self, scope: str, key: str, *, bound: int, window: float, now: float) -> bool:
        """Count something; return false, and do not count it, where `bound` is used up.

        :param scope: whose count it is, such as the name of a validator.
        :param window: seconds that a hit counts for; for one scope always the same.
        """
        ...

    def setting(self, name: str) -> Any:
        """Return a setting as it was kept, a value of JSON; None where there is none."""
        ...

    def settings(self, prefix: str = "") -> dict[str, Any]:
        """Return every setting whose name begins so."""
        ...

    def change_setting(self, name: str, value: Any) -> None:
        """Keep a setting, durably; None deletes it."""
        ...

    def expire(self, status: Status, *, before: float) -> int:
        """Delete the linkbacks in `status` last updated before a time; return how many.

        Not one atomic step: others may write meanwhile.
        """
        ...

    def expire_evidence(self, *, before: float) -> int:
        """Drop the source pages read before a time; return how many. Not one step, either."""
        ...

    def claim(self, *, now: float, until: float) -> Linkback | None:
        """Hand out one ``received`` linkback that is due, the longest due first.

        It is due again at `until`, in case whoever claimed it dies.
        """
        ...

    def postpone(self, linkback_id: int, *, due: float) -> None:
        """Let `claim` hand out a ``received`` linkback from `due` on."""
        ...

    def next_due(self) -> float | None:
        """Return when the next ``received`` linkback is due; None where none is left."""
        ...

    def lease_fetch(
        self, host: str, domain: str, *, limits: Limits, now: float, until: float
    ) -> float:
        """Ask for leave to fetch a page from `host`; return 0.0 or the seconds to wait first.

        Granted where fewer than ``limits.fetches`` leases run, none runs for the host, and the last
        one for the host and for its registrable `domain` began ``limits.fetch_interval`` ago. A
        lease ends with `release_fetch`, or at `until` in case its holder dies. Where only leases in
        use are in the way, the wait is the time to ask again, at most a second.
        With unlimited ``limits.fetches`` leave is always given and nothing is kept.

        :raises SourceUnreachable: the host failed too often of late and is left alone.
        """
        ...

    def release_fetch(self, host: str, *, reached: bool, limits: Limits, now: float) -> None:
        """End a lease; `reached` tells whether the host answered at all.

        ``limits.fetch_failures`` failures in a row close the host for ``limits.fetch_pause``; each
        further failure after that doubles the pause, up to a day. An answer forgets them.
        """
        ...

    def close(self) -> None:
        """Free what the store holds open; calling it again does nothing."""
        ...
