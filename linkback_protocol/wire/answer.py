"""What a server answered to a ping, on either wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from linkback_protocol.wire.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_MESSAGE = 500
"""Characters of a server's message that are kept."""
MAX_ODDITIES = 12
"""Departures from the protocol that are named; an answer that is all wrong has more."""

_NUMBER = re.compile(r"[+-]?0{0,200}[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Success:
    """The ping is taken: registered, held, or queued; which, only `message` can tell.

    Here and below, `oddities` names what departs from the protocol, a sentence each with the
    clause that has it otherwise. An answer as the protocol has it has none.
    """

    message: str
    """The server's words: plain text, one line of at most `MAX_MESSAGE` characters, or empty. For
    debugging; a pingback's is better not shown to the author (PB-3-7)."""
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The ping is not taken, or, for the fault 48, was before."""

    code: int | None
    """Of the fault (`linkback_protocol.wire.faults` knows its meaning), or of ``<error>``, which
    means nothing beyond "not 0". None where there is no number of 32 bits."""
    message: str
    """The server's words, as for a success; empty at WordPress, which hides its reasons."""
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Malformed:
    """The answer says neither yes nor no; nobody knows whether the ping was taken."""

    reason: str
    """What came instead, a sentence for the author."""
    oddities: tuple[str, ...] = ()


Answer: TypeAlias = Success | Refusal | Malformed


def told(text: str) -> str:
    """Return a server's words as they are kept."""
    return plain(text, limit=MAX_MESSAGE)


def named(oddities: Iterable[str]) -> tuple[str, ...]:
    """Return oddities as they are kept: each once, and not too many."""
    return tuple(dict.fromkeys(oddities))[:MAX_ODDITIES]


def integer(text: str) -> int | None:
    """Return the integer of 32 bits that a text is, with white space round it or not."""
    text = text.strip()
    number = int(text) if _NUMBER.fullmatch(text) else None
    return number if number is not None and -(2**31) <= number < 2**31 else None


def unreadable(reason: str, status: int) -> Malformed:
    """Return the result for an answer without a document.

    :param reason: what there is instead, as a clause.
    """
    if 200 <= status < 300:
        return Malformed(f"{reason[0].upper()}{reason[1:]}.")
    what = "HTTP status {}, a redirect" if 300 <= status < 400 else "HTTP status {}"
    return Malformed(f"{what.format(status)}; {reason}.")
