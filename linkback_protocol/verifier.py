"""Verifies an accepted ping: fetches its source, requires the link, asks the validators."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from linkback_protocol import url
from linkback_protocol.errors import (
    FetchError,
    FetchFailure,
    LinkbackError,
    SourceError,
    SourceUnreachable,
)
from linkback_protocol.judgement import Judgement, judge, reason_of, require_link
from linkback_protocol.linkback import EVIDENCE_BYTES, Evidence, Linkback, Protocol, utcnow
from linkback_protocol.page.passage import passage_of
from linkback_protocol.validators import Candidate, Validator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.fetch import Fetcher
    from linkback_protocol.limits import Limits
    from linkback_protocol.page import Link, Page
    from linkback_protocol.stores import Store

logger = logging.getLogger(__name__)

Unlinked = Literal["refuse", "hold", "accept"]
Tell = Callable[[Linkback, LinkbackError | None], None]

CLAIM_MARGIN = 20.0
"""Seconds beyond a fetch's deadline after which a claimed ping counts as abandoned."""
EXCERPT_AFTER = 300
"""Characters after the link that are worth reading on for."""
_UNREACHED = frozenset(
    (FetchFailure.DNS, FetchFailure.CONNECT, FetchFailure.TLS, FetchFailure.DEADLINE)
)


class Verifier:
    """Turns a ``received`` linkback into one with a verdict; the settings are the receiver's."""

    def __init__(
        self,
        *,
        store: Store,
        site: tuple[url.URL, ...],
        validators: Sequence[Validator],
        fetcher: Fetcher,
        moderate: Callable[[str], bool],
        limits: Limits,
        unlinked_trackbacks: Unlinked,
        target_text: Callable[[str], str],
    ) -> None:
        self._store = store
        self._site = site
        self._validators = tuple(validators)
        self._fetcher = fetcher
        self._moderate = moderate
        self._limits = limits
        self._unlinked_trackbacks = unlinked_trackbacks
        self._target_text = target_text
        self._lock = threading.Lock()
        self.failures: Counter[str] = Counter()
        """How often each validator failed, by its name, since the process began."""
        self.claim = fetcher.deadline + CLAIM_MARGIN

    def verify(self, linkback: Linkback, tell: Tell) -> bool:
        """Verify a received linkback, record the outcome and tell it; return whether there is one.

        Where the fetch budget says wait there is none, and the linkback goes back to the store as
        it was, to be handed out again.

        :param tell: gets what the store keeps now, and the error that refused it, if one did.
        :raises StoreError: it is still received, and is handed out again.
        """
        host = url.parse(linkback.source).host
        domain = url.registrable_domain(host)
        now = time.time()
        left_alone: SourceUnreachable | None = None
        try:
            wait = self._store.lease_fetch(
                host, domain, limits=self._limits, now=now, until=now + self.claim
            )
        except SourceUnreachable as error:
            left_alone = error
        else:
            if wait > 0:
                self._store.postpone(linkback.id, due=now + wait)
                return False

        def release(*, reached: bool) -> None:
            if left_alone is None:
                self._store.release_fetch(
                    host, reached=reached, limits=self._limits, now=time.time()
                )

        # Validators may take their time after the transfer, longer than a lease lasts. Without any
        # the outcome is there at once, and whoever waits for it comes first.
        reading = _Reading(
            self._fetcher,
            left_alone,
            release,
            ends_with_transfer=bool(self._validators),
        )
        try:
            tell(*self._judge(linkback, reading))
        finally:
            reading.end()
        return True

    def _judge(
        self, linkback: Linkback, reading: _Reading
    ) -> tuple[Linkback, LinkbackError | None]:
        policy = self._unlinked_trackbacks if linkback.protocol is Protocol.TRACKBACK else "refuse"
        candidate = Candidate(
            linkback.ping,
            target=url.parse(linkback.target),
            page_url=url.parse(linkback.page),
            site=self._site,
            store=self._store,
            read_source=reading.required if policy == "refuse" else reading.if_linked,
            read_target=lambda: self._target_text(linkback.page),
        )
        judgement = judge(
            candidate,
            self._validators,
            moderate=self._moderate(linkback.page),
            accept_unlinked=policy == "accept",
            failed=self._count_failure,
        )
        return self._finish(linkback, judgement, candidate), judgement.refusal

    def _count_failure(self, name: str) -> None:
        with self._lock:
            self.failures[name] += 1

    def _finish(self, linkback: Linkback, judgement: Judgement, candidate: Candidate) -> Linkback:
        """Record the outcome with the texts: what a trackback says of itself, else the page's."""
        title, excerpt, site_name = linkback.title, linkback.excerpt, linkback.site_name
        page = candidate.page if candidate.is_read else None
        if page is not None:
            title = title or page.title
            site_name = site_name or page.site_name
            links = candidate.links
            readable = [link for link in links if not link.hidden and not link.region]
            excerpt = excerpt or page.excerpt((readable or links)[0])
        return self._store.finish(
            linkback.id,
            judgement.status,
            judgement.verdicts,
            title=title,
            excerpt=excerpt,
            site_name=site_name,
            evidence=_evidence(candidate),
            now=time.time(),
        )


class _Reading:
    """Reads the source of one candidate, under a lease."""

    def __init__(
        self,
        fetcher: Fetcher,
        left_alone: SourceUnreachable | None,
        release: Callable[..., None],
        *,
        ends_with_transfer: bool,
    ) -> None:
        self._fetcher = fetcher
        self._left_alone = left_alone
        self._release: Callable[..., None] | None = release
        self._ends_with_transfer = ends_with_transfer

    def end(self, *, reached: bool = True) -> None:
        """End the lease, once."""
        release, self._release = self._release, None
        if release is not None:
            release(reached=reached)

    def required(self, candidate: Candidate) -> tuple[Page, list[Link]]:
        """Fetch the source and require its link (PB-3-9, PB-5-1).

        :raises SourceError: it cannot be read, leads back to us, or does not link.
        """
        if self._left_alone is not None:
            raise self._left_alone
        ours = (candidate.target, candidate.page_url)

        def enough(page: Page) -> bool:
            return any(link.end + EXCERPT_AFTER <= len(page.text) for link in page.links_to(*ours))

        ping = candidate.ping
        try:
            page = self._fetcher.get(ping.source, sender=ping.sender, enough=enough)
        except FetchError as error:
            self.end(reached=error.failure not in _UNREACHED)
            raise SourceUnreachable(str(error)) from error
        if self._ends_with_transfer:
            self.end()
        candidate.fetched = page
        return page, require_link(candidate, page)

    def if_linked(self, candidate: Candidate) -> tuple[Page | None, list[Link]]:
        """Do the same for an unverified trackback, which may be let in without (TB-13)."""
        try:
            return self.required(candidate)
        except SourceError as error:
            logger.info("unverified trackback: %s", reason_of(error))
            return None, []


def _evidence(candidate: Candidate) -> Evidence | None:
    if candidate.fetched is None:
        return None
    return evidence_of(candidate.fetched, candidate.links if candidate.is_read else [])


def evidence_of(page: Page, links: Sequence[Link]) -> Evidence:
    """Return what is kept of a page that was read, and of its links to us."""
    return Evidence(
        fetched=utcnow(),
        url=str(page.url),
        content_type=page.content_type,
        body=page.body[:EVIDENCE_BYTES],
        truncated=page.truncated or len(page.body) > EVIDENCE_BYTES,
        passage=passage_of(page, links),
    )
