"""Carrying a decision of the page out, and saying what came of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from linkback_protocol.errors import StoreError
from linkback_protocol.moderation import Decision, NoSuchLinkback
from linkback_protocol.wsgi.moderation.signing import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.linkback import Linkback
    from linkback_protocol.moderation import Moderator

logger = logging.getLogger(__name__)

_DONE = {
    Decision.APPROVE: "approved",
    Decision.HOLD: "held",
    Decision.SPAM: "marked as spam",
    Decision.TRASH: "thrown away",
    Decision.RESTORE: "restored",
    Decision.UNDO: "put back",
}


def decide(
    moderator: Moderator,
    ids: Sequence[int],
    decision: Decision | None,
    until: float | None,
    *,
    by: str,
    now: float,
) -> Notice:
    """Decide about some linkbacks; return what to tell, with what can be undone.

    :param decision: None where no button that decides was pressed.
    :param until: when the form was made: those are left alone that somebody else moved after it,
        and of an undo also those that the same user moved, whose last step is another one now.
    :raises NoSuchLinkback: one is missing.
    :raises StoreError: nothing could be changed.
    """
    if decision is None:
        return Notice("Nothing was decided: press a button for what is selected.", now)
    if not ids:
        return Notice("Nothing was selected.", now)
    before = {each: moderator.get(each) for each in ids}
    since = [each for each in before.values() if _is_since(each, until)]
    others = {each.id for each in since if each.history[-1].by != by}
    own = {each.id for each in since if decision is Decision.UNDO} - others
    wanted = [each for each in before if each not in others | own]
    done: list[Linkback] = []
    for each in wanted:
        try:
            done += moderator.decide([each], decision, by=by)
        except (StoreError, NoSuchLinkback):
            if not done:
                raise
            # What was done before is told, so that it can be undone.
            logger.exception(
                "the last %d of %d were not reached", len(wanted) - len(done), len(ids)
            )
            break
    changed = [
        each
        for each in done
        # What a form that is sent twice did the first time, it did.
        if each.status is not before[each.id].status or _is_since(each, until)
    ]
    at = max((each.history[-1].at.timestamp() for each in changed), default=now)
    said = [
        _changed(decision, changed),
        _left(len(others), "left alone: somebody decided about {} since"),
        _left(len(own), "left alone: you decided about {} since"),
        _left(len(done) - len(changed), "so already"),
        _left(len(wanted) - len(done), "not reached: it did not work out; the log says why"),
    ]
    return Notice(" ".join(filter(None, said)), at, tuple(each.id for each in changed))


def _is_since(linkback: Linkback, until: float | None) -> bool:
    if until is None or not linkback.history:
        return False
    return linkback.history[-1].at.timestamp() > until


def _changed(decision: Decision, changed: Sequence[Linkback]) -> str:
    done = _DONE[decision]
    if len(changed) == 1:
        return f"Linkback {changed[0].id} was {done}."
    return f"{len(changed)} linkbacks were {done}." if changed else "Nothing was changed."


def _left(number: int, how: str) -> str:
    if not number:
        return ""
    were, them = ("was", "it") if number == 1 else ("were", "them")
    return f"{number} {were} {how.format(them)}."
