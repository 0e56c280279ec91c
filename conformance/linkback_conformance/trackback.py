"""Trackback pings as the suite sends them, and answers as it reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from linkback_conformance.xmlrpc import Outcome, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_conformance.wire import Exchange

FORM = "application/x-www-form-urlencoded"


def form(fields: Sequence[tuple[str, str | bytes]], encoding: str = "utf-8") -> bytes:
    """Return an encoded form; text is written in the encoding, bytes are taken as they are."""
    return b"&".join(
        f"{name}={quote_from_bytes(_bytes(value, encoding), safe='')}".encode()
        for name, value in fields
    )


def _bytes(value: str | bytes, encoding: str) -> bytes:
    return value.encode(encoding) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackbackReply:
    """An answer to a trackback ping, read leniently; departures are listed by clause."""

    exchange: Exchange
    outcome: Outcome
    error: str | None = None
    """The text of ``<error>``."""
    message: str | None = None
    problems: tuple[Problem, ...] = ()

    def describe(self) -> str:
        """Return what came back, as a phrase."""
        if self.error is None:
            return self.exchange.describe()
        response = self.exchange.response
        status = f"HTTP {response.status}, " if response is not None else ""
        note = f", {self.message[:160]!r}" if self.message else ""
        return f"{status}error {self.error}{note}"

    @property
    def understood(self) -> bool:
        """Whether it says yes or no."""
        return self.outcome in {Outcome.ACCEPTED, Outcome.REFUSED}

    def departures(self, *clauses: str) -> list[str]:
        """Return what departs from these clauses."""
        return [problem.text for problem in self.problems if problem.clause in clauses]


def read_reply(exchange: Exchange) -> TrackbackReply:
    """Read an answer; never raises, whatever it is."""
    response = exchange.response
    if response is None:
        return TrackbackReply(exchange=exchange, outcome=Outcome.NONE)
    problems: list[Problem] = []
    try:
        root = fromstring(response.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as reason:
        broken = f"the body is not well-formed XML: {reason}"
        problems += [Problem("TB-9", broken), Problem("TB-10", broken)]
        return TrackbackReply(
            exchange=exchange,
            outcome=_guess(response.text),
            problems=tuple(problems),
        )
    element = root.find("error")
    error = None if element is None else (element.text or "").strip()
    message = root.findtext("message")
    outcome = {"0": Outcome.ACCEPTED, None: Outcome.UNREADABLE, "": Outcome.UNREADABLE}.get(
        error, Outcome.REFUSED
    )
    clause = "TB-9" if outcome is Outcome.ACCEPTED else "TB-10"
    stray = "".join(filter(None, [root.text, *(child.tail for child in root)])).strip()
    if stray:
        problems.append(Problem(clause, f"<response> holds the text {stray[:80]!r}"))
    if root.tag != "response":
        problems.append(Problem(clause, f"the root element is <{root.tag}>"))
    if element is not None and len(element):
        problems.append(Problem(clause, "<error> holds elements"))
    if error not in {"0", "1"} or len(root.findall("error")) != 1:
        problems.append(Problem(clause, f"<error> holds {error!r} instead of 0 or 1"))
    if error not in {None, "0"} and not (message or "").strip():
        problems.append(Problem("TB-10", "there is no <message>"))
    return TrackbackReply(
        exchange=exchange,
        outcome=outcome,
        error=error,
        message=message,
        problems=tuple(problems),
    )


def _guess(text: str) -> Outcome:
    # A document that is broken elsewhere still says which of the two it means.
    found = re.search(r"<error>\s*([01])\s*</error>", text)
    if found is None:
        return Outcome.UNREADABLE
    return Outcome.ACCEPTED if found[1] == "0" else Outcome.REFUSED
