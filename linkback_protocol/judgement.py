"""Judges a candidate: asks the validators in order and requires the link.

The same for a ping that has just come in, for one that is judged again on stored evidence, and for
a corpus of examples.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.errors import LinkbackError, NoLink, SourceError, SourceUnreachable
from linkback_protocol.linkback import Action, Evidence, Linkback, Protocol, Status, Verdict
from linkback_protocol.page import Page
from linkback_protocol.validators import Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.page import Link
    from linkback_protocol.stores import Store
    from linkback_protocol.validators import Validator

logger = logging.getLogger(__name__)

Failed = Callable[[str], object]
"""Told the name of a validator that failed."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a candidate: its status, every verdict on the way, the error that refused it.

    `refusal` is None unless `status` is ``refused``.
    """

    status: Status
    verdicts: tuple[Verdict, ...]
    refusal: LinkbackError | None = None


def judge(
    candidate: Candidate,
    validators: Sequence[Validator],
    *,
    moderate: bool,
    accept_unlinked: bool = False,
    failed: Failed | None = None,
) -> Judgement:
    """Ask the validators in order; the first decisive verdict wins, and ``hold`` makes it pending.

    A verdict never makes up for a missing link: what is not verified to link waits for the owner
    at best.

    :param moderate: whether what nobody decided about waits for the owner.
    :param accept_unlinked: whether a trackback may be shown without a link (TB-13).
    :param failed: told of each validator that raised something else than an error of ours; it
        abstains, and the log has the traceback.
    """
    verdicts: list[Verdict] = []
    try:
        decision = _decide(candidate, validators, verdicts, failed)
        if decision is Action.SPAM:
            status = Status.SPAM
        elif not accept_unlinked and not candidate.links:
            verdicts.append(Verdict.hold("the source is not verified to link here", by="receiver"))
            status = Status.PENDING
        elif decision is Action.APPROVE:
            status = Status.APPROVED
        else:
            held = moderate or any(verdict.action is Action.HOLD for verdict in verdicts)
            status = Status.PENDING if held else Status.APPROVED
    except LinkbackError as error:
        verdicts.append(Verdict.refuse(reason_of(error), by="receiver"))
        return Judgement(Status.REFUSED, tuple(verdicts), error)
    except Exception as error:
        # A fault of ours must not hand the same ping out for ever: the owner decides.
        logger.exception("the verification of %s failed", ascii(candidate.ping.source[:200]))
        verdicts.append(Verdict.hold(f"verification failed: {error!r}"[:200], by="receiver"))
        return Judgement(Status.PENDING, tuple(verdicts))
    return Judgement(status, tuple(verdicts))


def _decide(
    candidate: Candidate,
    validators: Sequence[Validator],
    verdicts: list[Verdict],
    failed: Failed | None,
) -> Action | None:
    """Ask the validators, up to the first that decides; what they say is left in `verdicts`."""
    for validator in validators:
        verdict = _ask(validator, candidate, failed)
        if verdict is not None:
            verdicts.append(verdict)
            if verdict.decisive:
                return verdict.action
    return None


def opinions(
    candidate: Candidate, validators: Sequence[Validator]
) -> list[tuple[str, Verdict | None]]:
    """Return what each validator says by itself, by name, whatever those before it said.

    One that asks for a page which was not kept abstains.
    """
    said: list[tuple[str, Verdict | None]] = []
    for validator in validators:
        try:
            verdict = _ask(validator, candidate, None)
        except SourceUnreachable as error:
            verdict = Verdict.abstain(error.detail)
        except LinkbackError as error:
            verdict = Verdict.refuse(reason_of(error))
        said.append((name_of(validator), verdict))
    return said


def candidate_again(
    linkback: Linkback,
    evidence: Evidence | None,
    *,
    site: tuple[url.URL, ...],
    unlinked_trackbacks: bool = False,
    store: Store | None = None,
    read_target: Callable[[], str] | None = None,
) -> Candidate:
    """Return a candidate to be judged again, on the page as it was read then.

    Without evidence whatever needs the page raises `SourceUnreachable`.

    :param unlinked_trackbacks: whether the receiver lets trackbacks in that are not verified.
    """

    def read_source(candidate: Candidate) -> tuple[Page | None, list[Link]]:
        try:
            if evidence is None:
                raise SourceUnreachable("the page was not read, or is not kept any more")
            candidate.fetched = page_of(evidence)
            return candidate.fetched, require_link(candidate, candidate.fetched)
        except SourceError:
            if unlinked_trackbacks and linkback.protocol is Protocol.TRACKBACK:
                return None, []
            raise

    return Candidate(
        linkback.ping,
        target=url.parse(linkback.target),
        page_url=url.parse(linkback.page),
        site=site,
        read_source=read_source,
        read_target=read_target,
        store=store,
        again=True,
    )


def _ask(validator: Validator, candidate: Candidate, failed: Failed | None) -> Verdict | None:
    name = name_of(validator)
    try:
        verdict = validator(candidate)
    except LinkbackError:
        raise
    except Exception as error:
        # Somebody's code or service failed, which says nothing about the ping.
        logger.exception("validator %s failed", name)
        if failed is not None:
            failed(name)
        return Verdict.abstain(f"the validator failed: {type(error).__name__}", by=name)
    if verdict is None or verdict.by:
        return verdict
    return Verdict(verdict.action, verdict.reason, name)


def name_of(validator: Validator) -> str:
    """Return what a validator calls itself: its ``name``, else that of the function or class."""
    name = getattr(validator, "name", None) or getattr(validator, "__name__", None)
    return name if isinstance(name, str) else type(validator).__name__


def require_link(candidate: Candidate, page: Page) -> list[Link]:
    """Return the links from a page to the target (PB-3-9, PB-5-1).

    :raises NoLink: there is none, or the page is one of ours that somebody redirected us to.
    """
    source_is_ours = _is_ours(url.parse(candidate.ping.source), candidate)
    # A source that redirects to one of our pages would prove anything with our own links.
    if _is_ours(page.url, candidate) and not source_is_ours:
        raise NoLink(f"{candidate.ping.source} redirects to this site")
    links = page.links_to(candidate.target, candidate.page_url)
    if not links:
        raise NoLink(f"{page.url} does not link to {candidate.target}")
    return links


def _is_ours(address: url.URL, candidate: Candidate) -> bool:
    return any(url.is_below(address, base) for base in candidate.site)


def page_of(evidence: Evidence) -> Page:
    """Return the page that was read."""
    return Page.parse(
        evidence.body,
        url=url.parse(evidence.url),
        content_type=evidence.content_type,
        truncated=evidence.truncated,
    )


def reason_of(error: LinkbackError) -> str:
    """Return what the owner and the log are told about a refusal."""
    reason = error.detail or error.public
    return f"{reason} (reference {error.reference})" if error.reference else reason
