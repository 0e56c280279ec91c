"""`Response`: an answer as it came, whatever its status and type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkback_protocol.url import URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a server answered; all of it is by a stranger.

    `url` is where redirects led, and `redirects` are the addresses that led there. `headers` are
    those of the final answer, as often as they were given. `body` is decoded; it is empty where
    nobody wanted it, and `truncated` where it is not all of it.
    """

    url: URL
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(default=b"", repr=False)
    truncated: bool = False
    redirects: tuple[URL, ...] = ()

    def values(self, name: str) -> list[str]:
        """Return the values of a header, each as it was given."""
        name = name.lower()
        return [value for each, value in self.headers if each.lower() == name]

    def header(self, name: str) -> str:
        """Return the first value of a header; empty where it is missing."""
        return next(iter(self.values(name)), "")
