"""The nouns: a `Ping` comes in, is judged by `Verdict`s, and is kept as a `Linkback`."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self


class Protocol(enum.StrEnum):
    """The wire a ping came in by."""

    PINGBACK = "pingback"
    TRACKBACK = "trackback"


class Status(enum.StrEnum):
    """Where a linkback stands.

    ``received`` is accepted and not verified yet, ``pending`` waits for the owner, ``approved`` is
    shown, ``spam`` and ``trash`` are kept out of sight, ``refused`` failed verification, ``gone``
    was fine once and no longer links.
    """

    RECEIVED = "received"
    PENDING = "pending"
    APPROVED = "approved"
    SPAM = "spam"
    TRASH = "trash"
    REFUSED = "refused"
    GONE = "gone"


class Action(enum.StrEnum):
    """What a verdict asks for: ``approve`` and ``spam`` decide, ``hold`` asks for moderation.

    ``abstain`` asks for nothing and is kept for its reason; ``refuse`` is recorded by the receiver.
    """

    APPROVE = "approve"
    HOLD = "hold"
    SPAM = "spam"
    REFUSE = "refuse"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An opinion about a ping and the reason for it, kept with the linkback for the owner to read.

    `by` names who holds the opinion; the receiver fills in the validator's name when it is empty.
    """

    action: Action
    reason: str
    by: str = ""

    @classmethod
    def approve(cls, reason: str, *, by: str = "") -> Self:
        """Publish it; later validators are not asked."""
        return cls(Action.APPROVE, reason, by)

    @classmethod
    def hold(cls, reason: str, *, by: str = "") -> Self:
        """Let the owner look first, unless a later validator decides."""
        return cls(Action.HOLD, reason, by)

    @classmethod
    def spam(cls, reason: str, *, by: str = "") -> Self:
        """File it as spam; later validators are not asked."""
        return cls(Action.SPAM, reason, by)

    @classmethod
    def refuse(cls, reason: str, *, by: str = "") -> Self:
        """Record why a ping was refused; validators refuse by raising an error instead."""
        return cls(Action.REFUSE, reason, by)

    @classmethod
    def abstain(cls, reason: str, *, by: str = "") -> Self:
        """Say something that the owner may like to know, and leave the decision to others."""
        return cls(Action.ABSTAIN, reason, by)

    @property
    def decisive(self) -> bool:
        """Whether this verdict ends the chain."""
        return self.action not in (Action.HOLD, Action.ABSTAIN)


def utcnow() -> datetime:
    """Return the current time, aware and in UTC, as everything here keeps it."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """One request to register a link, as decoded from the wire.

    `source` and `target` are the URLs as the sender wrote them, without surrounding white space.
    `sender` is the IP address of the client. `browser` is the header that shows that a browser sent
    it for a page of another site, as ``Sec-Fetch-Site: cross-site``, or empty; `user_agent` is what
    it calls itself. The texts are what a trackback claims about itself: plain, unverified, empty
    for a pingback.
    """

    protocol: Protocol
    source: str
    target: str
    sender: str = ""
    browser: str = ""
    user_agent: str = ""
    received: datetime = field(default_factory=utcnow)
    title: str = ""
    excerpt: str = ""
    blog_name: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A step in the life of a linkback: when it came to a status, who moved it, and why.

    `by` is ``receiver``, ``owner``, ``recheck``, or the name of somebody who moderates.
    """

    at: datetime
    status: Status
    by: str
    reasons: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with a link in it; `linked` is empty where the place of the link is not known.

    `remarks` say what a reader of the source cannot see, as that the link is hidden.
    """

    before: str
    linked: str = ""
    after: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The source page as it was read for verification: what it takes to judge the ping again.

    `url` is where redirects led. `body` is the page, decompressed, at most `EVIDENCE_BYTES` of it;
    `truncated` tells that there was more. `passage` is the text round the link; None where the page
    has no link to us, and where it was kept before there were passages.
    """

    fetched: datetime
    url: str
    content_type: str
    body: bytes = field(repr=False)
    truncated: bool = False
    passage: Passage | None = None


EVIDENCE_BYTES = 256 * 1024
"""Bytes of a source page that are kept."""
MAX_MOVES = 50
"""Steps of a life that are kept; of more, the oldest go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkback:
    """A ping that a store keeps.

    `source` and `target` are the URLs as sent, normalised. `page` is the page of ours that the
    target leads to; it differs from the target where that redirects or carries a fragment.

    `title`, `excerpt` and `site_name` are plain text (never HTML): what a trackback says of itself,
    else what the source page says. `received` and `updated` are aware UTC times; `checked` is when
    the source was last read or tried, if it was. `history` is what became of it, oldest first,
    and `notes` are the owner's own words on it.
    """

    id: int
    protocol: Protocol
    source: str
    target: str
    page: str
    status: Status
    title: str = ""
    excerpt: str = ""
    site_name: str = ""
    sender: str = ""
    browser: str = ""
    user_agent: str = ""
    received: datetime
    updated: datetime
    checked: datetime | None = None
    history: tuple[Move, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[Verdict, ...]:
        """Every verdict since the ping was last received, oldest first."""
        reasons: tuple[Verdict, ...] = ()
        for move in self.history:
            reasons = () if move.status is Status.RECEIVED else reasons + move.reasons
        return reasons

    @property
    def decided_by(self) -> str:
        """Who had the last word on the status; empty where nobody gave a reason.

        Of the last step with a reason it is the first decisive verdict, else the first that held.
        """
        for move in reversed(self.history):
            said = [each for each in move.reasons if each.action is not Action.ABSTAIN]
            decisive = [each for each in said if each.decisive]
            if said:
                return (decisive or said)[0].by
        return ""

    @property
    def restored(self) -> Status:
        """What it is when it is taken back from trash, spam or ``gone``: what it was before."""
        for move in reversed(self.history):
            if move.status in (Status.PENDING, Status.APPROVED):
                return move.status
        return Status.PENDING

    @property
    def previous(self) -> Status:
        """What it was before the last step; ``pending`` where nothing is known of that."""
        before = self.history[-2].status if len(self.history) > 1 else Status.PENDING
        return Status.PENDING if before is Status.RECEIVED else before

    @property
    def ping(self) -> Ping:
        """The ping that this was made of; its texts are the sender's until it is verified."""
        return Ping(
            protocol=self.protocol,
            source=self.source,
            target=self.target,
            sender=self.sender,
            browser=self.browser,
            user_agent=self.user_agent,
            received=self.received,
            title=self.title,
            excerpt=self.excerpt,
            blog_name=self.site_name,
        )

    def with_status(
        self, status: Status, *reasons: Verdict, by: str = "receiver", at: datetime
    ) -> Linkback:
        """Return a copy that somebody moved to `status` for these `reasons`."""
        history = (*self.history, Move(at, status, by, reasons))[-MAX_MOVES:]
        return replace(self, status=status, history=history, updated=at)
