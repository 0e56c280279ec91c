"""Verifies an accepted ping: fetches its source, requires the link, asks the validators."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from linkback_protocol import url
from linkback_protocol.errors import (
    FetchError,
    FetchFailure,
    LinkbackError,
    NoLink,
    SourceError,
    SourceUnreachable,
)
from linkback_protocol.linkback import Action, Linkback, Protocol, Status, Verdict
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

CLAIM_MARGIN = 5.0
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
        moderate: bool,
        limits: Limits,
        unlinked_trackbacks: Unlinked,
    ) -> None:
        self._store = store
        self._site = site
        self._validators = tuple(validators)
        self._fetcher = fetcher
        self._moderate = moderate
        self._limits = limits
        self._unlinked_trackbacks = unlinked_trackbacks
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
            self._site,
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
            read_source=reading.required if policy == "refuse" else reading.if_linked,
        )
        verdicts: list[Verdict] = []
        refusal: LinkbackError | None = None
        try:
            status = self._status(candidate, verdicts, accept_unlinked=policy == "accept")
        except LinkbackError as error:
            refusal, status = error, Status.REFUSED
            verdicts.append(Verdict.refuse(reason_of(error), by="receiver"))
        except Exception as error:
            # A fault of ours must not hand the same ping out for ever: the owner decides.
            logger.exception("verification of linkback %d failed", linkback.id)
            status = Status.PENDING
            verdicts.append(Verdict.hold(f"verification failed: {error!r}"[:200], by="receiver"))
        return self._finish(linkback, status, verdicts, candidate), refusal

    def _status(
        self, candidate: Candidate, verdicts: list[Verdict], *, accept_unlinked: bool
    ) -> Status:
        """Ask the validators and require the link; what was said is left in `verdicts`."""
        decision: Action | None = None
        for validator in self._validators:
            verdict = _ask(validator, candidate)
            if verdict is not None:
                verdicts.append(verdict)
                if verdict.decisive:
                    decision = verdict.action
                    break
        if decision is Action.SPAM:
            return Status.SPAM
        if not accept_unlinked and not candidate.links:
            verdicts.append(Verdict.hold("the source is not verified to link here", by="receiver"))
            return Status.PENDING
        if decision is Action.APPROVE:
            return Status.APPROVED
        held = self._moderate or any(verdict.action is Action.HOLD for verdict in verdicts)
        return Status.PENDING if held else Status.APPROVED

    def _finish(
        self, linkback: Linkback, status: Status, verdicts: list[Verdict], candidate: Candidate
    ) -> Linkback:
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
            status,
            verdicts,
            title=title,
            excerpt=excerpt,
            site_name=site_name,
            now=time.time(),
        )


class _Reading:
    """Reads the source of one candidate, under a lease."""

    def __init__(
        self,
        fetcher: Fetcher,
        site: tuple[url.URL, ...],
        left_alone: SourceUnreachable | None,
        release: Callable[..., None],
        *,
        ends_with_transfer: bool,
    ) -> None:
        self._fetcher = fetcher
        self._site = site
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
        # A source that redirects to one of our pages would prove anything with our own links.
        if any(url.is_below(page.url, base) for base in self._site):
            raise NoLink(f"{ping.source} redirects to this site")
        links = page.links_to(*ours)
        if not links:
            raise NoLink(f"{page.url} does not link to {candidate.target}")
        return page, links

    def if_linked(self, candidate: Candidate) -> tuple[Page | None, list[Link]]:
        """Do the same for an unverified trackback, which may be let in without (TB-13)."""
        try:
            return self.required(candidate)
        except SourceError as error:
            logger.info("unverified trackback: %s", reason_of(error))
            return None, []


def _ask(validator: Validator, candidate: Candidate) -> Verdict | None:
    name = getattr(validator, "__name__", type(validator).__name__)
    try:
        verdict = validator(candidate)
    except LinkbackError:
        raise
    except Exception as error:
        # Somebody's code failed, which says nothing about the ping: the owner decides.
        logger.exception("validator %s failed", name)
        return Verdict.hold(f"the validator failed: {type(error).__name__}", by=name)
    if verdict is None or verdict.by:
        return verdict
    return Verdict(verdict.action, verdict.reason, name)


def reason_of(error: LinkbackError) -> str:
    """Return what the owner and the log are told about a refusal."""
    reason = error.detail or error.public
    return f"{reason} (reference {error.reference})" if error.reference else reason
