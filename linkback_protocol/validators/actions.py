"""What a validator does about what it finds: the owner's choice among what makes sense for it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Literal

from linkback_protocol.errors import LinkbackError, Refused
from linkback_protocol.linkback import Action, Verdict

if TYPE_CHECKING:
    import logging
    from collections.abc import Sequence

Finding = Literal["abstain", "hold", "spam", "refuse"]

REASON = 200
"""Characters of a reason."""


def check_action(validator: str, action: Finding, *allowed: Finding) -> None:
    """Make sure that a setting names one of the actions that a validator offers.

    :raises ValueError: it does not.
    """
    if action not in allowed:
        raise ValueError(f"{validator}: action is one of {', '.join(allowed)}, not {action!r}")


def check_list(validator: str, setting: str, value: Sequence[str]) -> None:
    """Make sure that a setting is a list of texts, and not one text, which is one of letters.

    :raises ValueError: it is one text.
    """
    match value:
        case str():
            raise ValueError(f"{validator}: {setting} is a list; write [{value!r}]")


def verdict(action: Finding, reason: str, *, refusal: type[LinkbackError] = Refused) -> Verdict:
    """Return the verdict that a setting asks for.

    :raises LinkbackError: a `refusal`, where it asks for that.
    """
    if action == "refuse":
        raise refusal(reason[:REASON])
    return Verdict(Action(action), reason[:REASON])


def shown(text: str, length: int = 80) -> str:
    """Return a stranger's text for a reason: one line, nothing invisible, at most `length`."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text[: length + 1])
    return seen if len(seen) <= length else f"{seen[: length - 1]}…"


class QuietLog:
    """Warns at most once in a while, since what fails for one ping fails for the next hundred.

    :param seconds: between two warnings.
    """

    def __init__(self, logger: logging.Logger, *, seconds: float = 600.0) -> None:
        self._logger = logger
        self._seconds = seconds
        self._lock = threading.Lock()
        self._silent_until = float("-inf")
        self._kept_quiet = 0

    def warn(self, message: str) -> None:
        """Log a message, or count it for the next time."""
        now = time.monotonic()
        with self._lock:
            if now < self._silent_until:
                self._kept_quiet += 1
                return
            self._silent_until = now + self._seconds
            kept_quiet, self._kept_quiet = self._kept_quiet, 0
        again = f" ({kept_quiet} more since the last warning)" if kept_quiet else ""
        self._logger.warning("%s%s", message, again)
