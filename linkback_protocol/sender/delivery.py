"""`Delivery`: what became of one link, and what was said on the way."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkback_protocol.linkback import Protocol

MAX_SHOWN = 4096
"""Bytes of a body that a transcript keeps."""


class Outcome(enum.StrEnum):
    """What became of a notification."""

    SENT = "sent"
    """It was accepted."""
    KNOWN = "known"
    """The receiver has it already (PB fault 48): as good as sent."""
    REFUSED = "refused"
    """The receiver will not have it; `Delivery.detail` says why."""
    NO_ENDPOINT = "no endpoint"
    """The page takes no pings."""
    UNREACHABLE = "unreachable"
    """The page or its endpoint did not answer, or may not be asked."""
    MALFORMED = "malformed"
    """The endpoint's answer says neither yes nor no."""
    SKIPPED = "skipped"
    """Nothing is sent for such a link; `Delivery.detail` says why."""
    PLANNED = "planned"
    """An endpoint was found, and nothing was sent, as the caller wanted it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; bodies are cut to `MAX_SHOWN` bytes.

    `failure` says why there is no answer of use; `status` is 0 where there was none at all.
    """

    method: str
    url: str
    request_headers: Mapping[str, str]
    request: bytes
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    answer: bytes = b""
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of one link.

    `source` and `target` are what the receiver was told. `protocol` and `endpoint` are None and
    empty where none was found, or none looked for. `found` says how the endpoint was found. `code`
    is the fault code, or the number in a trackback's ``<error>``, where there was one. `detail` is
    a sentence for the author. `oddities` are what the endpoint does against the specifications
    although it could be understood. `temporary` tells whether it may work later: then it is worth
    another try, and otherwise it is not. `transcript` has the requests and their answers.
    """

    source: str
    target: str
    outcome: Outcome
    detail: str = ""
    protocol: Protocol | None = None
    endpoint: str = ""
    found: str = ""
    code: int | None = None
    oddities: tuple[str, ...] = ()
    temporary: bool = False
    transcript: tuple[Exchange, ...] = field(default=(), repr=False, compare=False)

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do: delivered, or nothing to deliver."""
        return self.outcome in _DONE

    @property
    def failed(self) -> bool:
        """Whether it was to be delivered and was not, for now or for good."""
        return self.outcome in _FAILED


_DONE = frozenset((Outcome.SENT, Outcome.KNOWN, Outcome.NO_ENDPOINT, Outcome.SKIPPED))
_FAILED = frozenset((Outcome.REFUSED, Outcome.UNREACHABLE, Outcome.MALFORMED))
