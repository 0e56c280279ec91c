"""Looks at sources again: what no longer links is ``gone``, and what came back is restored.

A plain function for whatever runs things at night::

    for checked in Rechecker(store, site="https://blog.example/").run(older_than=30 * DAY):
        ...
"""

from __future__ import annotations

import concurrent.futures
import enum
import heapq
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.errors import FetchError, FetchFailure, NoLink, SourceUnreachable
from linkback_protocol.fetch import Fetcher
from linkback_protocol.judgement import candidate_again, page_of, require_link
from linkback_protocol.limits import Limits
from linkback_protocol.linkback import Protocol, Status, Verdict
from linkback_protocol.targets import read_site
from linkback_protocol.verifier import CLAIM_MARGIN, EXCERPT_AFTER, evidence_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linkback_protocol.linkback import Evidence, Linkback
    from linkback_protocol.page import Page
    from linkback_protocol.stores import Store
    from linkback_protocol.targets import Site

DAY = 86400.0
CHECKED = (Status.APPROVED, Status.PENDING, Status.GONE)
"""What is worth looking at again; the rest was never shown, or is not wanted."""
_BATCH = 200
_COMPARED_WORDS = 50
"""Words that a page must have for its text to be compared with what it was."""
_SAME_WORDS = 0.1
"""Share of pairs of words in common below which a page is another one."""


class Finding(enum.StrEnum):
    """What there is at the source now."""

    LINKS = "links"
    NO_LINK = "no link"
    GONE = "gone"
    """It answers 404 or 410, or something that is no page."""
    CHANGED = "changed"
    """It links, and has another title and quite another text."""
    UNREACHABLE = "unreachable"
    """It may be back tomorrow; not moved before that was so for a while."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A linkback that was looked at: what was found, why, and what it is now."""

    before: Linkback
    after: Linkback
    finding: Finding
    reason: str = ""

    @property
    def moved(self) -> bool:
        """Whether its status changed."""
        return self.before.status is not self.after.status


class Rechecker:
    """Looks at sources again, politely: the store's fetch budget is that of arriving pings.

    :param store: holds the linkbacks, and when each was last checked: a run that ends in the
        middle goes on where it was.
    :param site: base URL of the site, or several.
    :param limits: the bounds on fetches.
    :param unlinked_trackbacks: true where trackbacks are let in without a link; those are then
        moved only where their source is gone.
    :param patience: seconds that a source has to be unreachable for, in at least `tries` checks,
        before it counts as gone.
    :param clock: seconds since the epoch.
    """

    def __init__(
        self,
        store: Store,
        *,
        site: Site,
        fetcher: Fetcher | None = None,
        limits: Limits = Limits.DEFAULT,
        unlinked_trackbacks: bool = False,
        patience: float = 14 * DAY,
        tries: int = 3,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._site = read_site(site)
        self._fetcher = fetcher or Fetcher(site=str(self._site[0]) if self._site else "")
        self._limits = limits
        self._unlinked_trackbacks = unlinked_trackbacks
        self._patience = patience
        self._tries = tries
        self._clock = clock

    def run(
        self, *, older_than: float = 30 * DAY, limit: int | None = None, threads: int = 4
    ) -> Iterator[Checked]:
        """Check what was not checked for a while, the longest ago first; yield as it is done.

        :param older_than: seconds since the last check.
        :param limit: how many at the most.
        :param threads: sources looked at at once, each on another host.
        """
        before = self._clock() - older_than
        left = limit
        with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
            while left is None or left > 0:
                size = _BATCH if left is None else min(_BATCH, left)
                batch = self._store.unchecked(CHECKED, before=before, limit=size)
                if not batch:
                    return
                left = None if left is None else left - len(batch)
                yield from self._batch(pool, batch, max(1, threads))

    def _batch(
        self, pool: concurrent.futures.Executor, batch: list[Linkback], threads: int
    ) -> Iterator[Checked]:
        # What has to wait for its host lets the others go first.
        waiting = [(0.0, number) for number in range(len(batch))]
        running: set[concurrent.futures.Future[Checked | float]] = set()
        numbers: dict[concurrent.futures.Future[Checked | float], int] = {}
        try:
            while waiting or running:
                while waiting and len(running) < threads and waiting[0][0] <= time.monotonic():
                    _, number = heapq.heappop(waiting)
                    future = pool.submit(self._attempt, batch[number])
                    running.add(future)
                    numbers[future] = number
                pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
                if len(running) >= threads:
                    pause = None
                if not running:
                    time.sleep(pause or 0.0)
                    continue
                done, running = concurrent.futures.wait(
                    running, timeout=pause, return_when=concurrent.futures.FIRST_COMPLETED
                )
                for future in done:
                    outcome, number = future.result(), numbers.pop(future)
                    if isinstance(outcome, Checked):
                        yield outcome
                    else:
                        heapq.heappush(waiting, (time.monotonic() + outcome, number))
        finally:
            for future in running:
                future.cancel()

    def _attempt(self, linkback: Linkback) -> Checked | float:
        """Check one, or return the seconds to wait for its host."""
        host = url.parse(linkback.source).host
        now = self._clock()
        try:
            wait = self._store.lease_fetch(
                host,
                url.registrable_domain(host),
                limits=self._limits,
                now=now,
                until=now + self._fetcher.deadline + CLAIM_MARGIN,
            )
        except SourceUnreachable as error:
            return self._settle(linkback, Finding.UNREACHABLE, error.detail, None)
        if wait > 0:
            return wait
        reached = True
        try:
            checked = self.check(linkback)
            reached = checked.finding is not Finding.UNREACHABLE
        finally:
            self._store.release_fetch(host, reached=reached, limits=self._limits, now=self._clock())
        return checked

    def check(self, linkback: Linkback) -> Checked:
        """Look at one source now, whatever the fetch budget says, and move it if it has to be."""
        return self._settle(linkback, *self._look(linkback))

    def _look(self, linkback: Linkback) -> tuple[Finding, str, Evidence | None]:
        old = self._store.evidence(linkback.id)
        candidate = candidate_again(linkback, old, site=self._site)
        ours = (candidate.target, candidate.page_url)

        def enough(page: Page) -> bool:
            return any(link.end + EXCERPT_AFTER <= len(page.text) for link in page.links_to(*ours))

        try:
            page = self._fetcher.get(linkback.source, enough=enough)
        except FetchError as error:
            return _finding_of(error), str(error), None
        try:
            links = require_link(candidate, page)
        except NoLink as error:
            return Finding.NO_LINK, error.detail, None
        if old is not None and is_another(old, page):
            return Finding.CHANGED, f"the page is another one now: {page.title[:80]}", None
        return Finding.LINKS, "", evidence_of(page, links)

    def _settle(
        self, linkback: Linkback, finding: Finding, reason: str, evidence: Evidence | None
    ) -> Checked:
        """Keep when it was checked, and what it is like if it links, and move it if need be."""
        now = self._clock()
        if finding is not Finding.UNREACHABLE:
            self._store.change_setting(_failures_of(linkback), None)
        status = self._status(linkback, finding, now)
        self._store.record_check(linkback.id, evidence=evidence, now=now)
        current = self._store.get(linkback.id)
        # The owner may have been faster, or it is there already.
        if current is None or current.status is not linkback.status or status is current.status:
            return Checked(linkback, current or linkback, finding, reason)
        if finding is Finding.LINKS:
            verdict = Verdict.approve("the source links here again", by="recheck")
        else:
            verdict = Verdict.hold(f"{finding}: {reason}"[:200], by="recheck")
        after = self._store.set_status(linkback.id, status, [verdict], by="recheck", now=now)
        return Checked(linkback, after, finding, reason)

    def _status(self, linkback: Linkback, finding: Finding, now: float) -> Status:
        """Return what a linkback is after a finding."""
        if finding is Finding.LINKS:
            return linkback.restored if linkback.status is Status.GONE else linkback.status
        if finding is Finding.UNREACHABLE:
            return Status.GONE if self._count_failure(linkback, now) else linkback.status
        unlinked = self._unlinked_trackbacks and linkback.protocol is Protocol.TRACKBACK
        if unlinked and finding is Finding.NO_LINK:
            return linkback.status
        return Status.GONE

    def _count_failure(self, linkback: Linkback, now: float) -> bool:
        """Count that a source was unreachable; return whether it has been for long enough."""
        name = _failures_of(linkback)
        known = self._store.setting(name) or {"since": now, "tries": 0}
        known["tries"] += 1
        self._store.change_setting(name, known)
        return bool(known["tries"] >= self._tries and now - known["since"] >= self._patience)


def _failures_of(linkback: Linkback) -> str:
    return f"recheck/unreachable/{linkback.id}"


def _finding_of(error: FetchError) -> Finding:
    # 401, 403: somebody who keeps programs out has not taken the page away.
    if error.status in (404, 410) or error.failure is FetchFailure.MEDIA_TYPE:
        return Finding.GONE
    return Finding.UNREACHABLE


def is_another(old: Evidence, page: Page) -> bool:
    """Return whether a page has become another: its title changed, and nearly all of its text.

    The text alone changes on every front page, and a title alone is changed by a new template.
    """
    before = page_of(old)
    if not before.title or before.title == page.title:
        return False
    words, now = before.text.lower().split(), page.text.lower().split()
    if min(len(words), len(now)) < _COMPARED_WORDS:
        return False
    pairs, pairs_now = set(pairwise(words)), set(pairwise(now))
    return len(pairs & pairs_now) / min(len(pairs), len(pairs_now)) < _SAME_WORDS
