"""Carrying a decision of the page out, and saying what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.moderation import Decision
from linkback_protocol.wsgi.moderation.signing import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.linkback import Linkback
    from linkback_protocol.moderation import Moderator

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
    :param until: leave those alone that somebody moved after this time.
    :raises NoSuchLinkback: one is missing.
    """
    if decision is None:
        return Notice("Nothing was decided: press a button for what is selected.", now)
    if not ids:
        return Notice("Nothing was selected.", now)
    before = {each: moderator.get(each) for each in ids}
    late = [each for each, linkback in before.items() if _moved_after(linkback, until)]
    wanted = [each for each in before if each not in late]
    after = moderator.decide(wanted, decision, by=by)
    changed = [each for each in after if each.status is not before[each.id].status]
    at = max((each.history[-1].at.timestamp() for each in changed), default=now)
    return Notice(
        _sentences(decision, len(ids), [each.id for each in changed], len(late)),
        at,
        tuple(each.id for each in changed),
    )


def _moved_after(linkback: Linkback, until: float | None) -> bool:
    if until is None or not linkback.history:
        return False
    return linkback.history[-1].at.timestamp() > until


def _sentences(decision: Decision, asked: int, changed: list[int], late: int) -> str:
    done = _DONE[decision]
    if len(changed) == 1:
        said = [f"Linkback {changed[0]} was {done}."]
    else:
        said = [f"{len(changed)} linkbacks were {done}." if changed else "Nothing was changed."]
    if late:
        said.append(f"{late} {_were(late)} left alone: somebody decided about {_them(late)} since.")
    same = asked - len(changed) - late
    if same:
        said.append(f"{same} {_were(same)} so already.")
    return " ".join(said)


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"
