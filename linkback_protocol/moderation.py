"""What owners do with linkbacks, wherever from: the command line, a page, a link in a mail."""

from __future__ import annotations

import enum
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkback_protocol.linkback import Linkback, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linkback_protocol.stores import Store

logger = logging.getLogger(__name__)

MAX_NOTES = 20
MAX_NOTE = 500
"""Characters of a note."""


class Decision(enum.StrEnum):
    """What can be decided about a linkback."""

    APPROVE = "approve"
    HOLD = "hold"
    """Let it wait for a decision again."""
    SPAM = "spam"
    TRASH = "trash"
    RESTORE = "restore"
    """Take it back from spam, trash or the gone: as it was before, approved or pending."""
    UNDO = "undo"
    """Take the last step back, whatever it was."""


_VERDICTS = {
    Decision.APPROVE: (Status.APPROVED, Verdict.approve, "approved"),
    Decision.HOLD: (Status.PENDING, Verdict.hold, "held"),
    Decision.SPAM: (Status.SPAM, Verdict.spam, "marked as spam"),
    Decision.TRASH: (Status.TRASH, Verdict.refuse, "thrown away"),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was carried out, for listeners: what the linkback was, and what it is."""

    decision: Decision
    before: Linkback
    after: Linkback


Listener = Callable[[Decided], object]


class NoSuchLinkback(LookupError):
    """There is no linkback with this id, or not any more."""

    def __init__(self, linkback_id: int) -> None:
        self.linkback_id = linkback_id
        super().__init__(f"there is no linkback {linkback_id}")


class Moderator:
    """Carries decisions out, and tells others of them.

    :param listeners: called after each decision, such as one that teaches a spam service; one that
        fails changes nothing.
    :param clock: seconds since the epoch.
    """

    def __init__(
        self,
        store: Store,
        *,
        listeners: Sequence[Listener] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self._listeners = tuple(listeners)
        self._clock = clock

    def get(self, linkback_id: int) -> Linkback:
        """Return a linkback.

        :raises NoSuchLinkback: there is none.
        """
        linkback = self.store.get(linkback_id)
        if linkback is None:
            raise NoSuchLinkback(linkback_id)
        return linkback

    def decide(
        self, linkback_ids: Iterable[int], decision: Decision, *, by: str = "owner"
    ) -> list[Linkback]:
        """Decide about some linkbacks; return them as they are then.

        Where one is missing from the start, none is changed. One that is already what it would
        become is left alone.

        :param by: who decides, for the history.
        :raises NoSuchLinkback: one is missing, or was deleted meanwhile.
        """
        known = [self.get(linkback_id) for linkback_id in dict.fromkeys(linkback_ids)]
        return [self._move(linkback, decision, by) for linkback in known]

    def _move(self, linkback: Linkback, decision: Decision, by: str) -> Linkback:
        status, verdict = _outcome(linkback, decision, by)
        if status is linkback.status:
            return linkback
        try:
            after = self.store.set_status(linkback.id, status, [verdict], by=by, now=self._clock())
        except LookupError as error:
            raise NoSuchLinkback(linkback.id) from error
        for listener in self._listeners:
            try:
                listener(Decided(decision, linkback, after))
            except Exception:
                # Somebody's code failed; what the owner decided stands.
                logger.exception("listener %r failed", listener)
        return after

    def annotate(self, linkback_id: int, notes: Iterable[str]) -> Linkback:
        """Replace the notes on a linkback; white space is folded, empty ones are left out.

        :raises NoSuchLinkback: there is none.
        :raises ValueError: more than `MAX_NOTES`, or one longer than `MAX_NOTE`.
        """
        kept = tuple(filter(None, (" ".join(note.split()) for note in notes)))
        if len(kept) > MAX_NOTES or any(len(note) > MAX_NOTE for note in kept):
            raise ValueError(
                f"at most {MAX_NOTES} notes of {MAX_NOTE} characters are kept; shorten them"
            )
        try:
            return self.store.annotate(linkback_id, kept)
        except LookupError as error:
            raise NoSuchLinkback(linkback_id) from error


def _outcome(linkback: Linkback, decision: Decision, by: str) -> tuple[Status, Verdict]:
    if decision in _VERDICTS:
        status, verdict, done = _VERDICTS[decision]
        return status, verdict(f"{done} by {by}", by=by)
    if decision is Decision.UNDO:
        return linkback.previous, Verdict.hold(f"the last step was taken back by {by}", by=by)
    return linkback.restored, Verdict.hold(f"restored by {by}", by=by)
