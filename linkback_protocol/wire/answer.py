"""What an endpoint said to a ping, whichever protocol it speaks and however badly.

``oddities`` are what an answer does against the specifications although it could be understood, a
sentence each, with the clause.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_MESSAGE = 500
"""Characters of an endpoint's words that are kept."""


@dataclass(frozen=True, slots=True)
class Success:
    """The ping was taken; `message` is for debugging and not for the author (PB-3-7)."""

    message: str
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The ping was not taken.

    `code` is the fault code, or the number of a trackback's ``<error>``; None where there was none.
    `message` is what the endpoint said, and `detail` a sentence for the author.
    """

    code: int | None
    message: str
    detail: str
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Malformed:
    """The answer says neither yes nor no; `reason` tells what it is instead."""

    reason: str
    oddities: tuple[str, ...] = ()


_MEANINGS = {
    0: "the receiver refused it and does not say why",
    16: "the receiver could not read your page: is it published, and open to everybody?",
    17: "the receiver found no link to its page in yours",
    18: "the receiver takes it for spam (a code that no specification has)",
    32: "the receiver has no such page",
    33: "the page takes no pings",
    48: "the receiver has it already",
    49: "the receiver refused it: access denied",
    50: "the receiver could not reach a server that it depends on",
    201: "the receiver finds an address invalid (a code that no specification has)",
    400: "the receiver had a problem of its own (a code that no specification has)",
    429: "the receiver gets too many pings at the moment (a code that no specification has)",
    -32700: "the receiver could not read the request as XML",
    -32701: "the receiver does not know the encoding of the request",
    -32702: "the receiver found a character in the request that its encoding does not have",
    -32600: "the receiver does not take the request for XML-RPC",
    -32601: "the endpoint has no method pingback.ping",
    -32602: "the endpoint wants other parameters than pingback has",
    -32603: "the receiver had a problem of its own with XML-RPC",
    -32500: "the receiver's application failed",
    -32400: "the receiver's system failed",
    -32300: "the receiver's connection failed",
}


def meaning(code: int | None) -> str:
    """Return what a fault code tells the author of a page (PB-3-5, FC-2)."""
    if code is None:
        return "the receiver refused it without a code"
    if code in _MEANINGS:
        return _MEANINGS[code]
    if -32768 <= code <= -32000:
        return f"the receiver's server failed in a way of its own (code {code})"
    return f"the receiver refused it with code {code}, which no specification has"


def told(said: str, message: str) -> str:
    """Return a sentence with the endpoint's own words behind it, if it had any."""
    return f"{said}; it says: {message}" if message else said
