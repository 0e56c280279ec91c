"""The conditions of a search as SQL; only values that are bound come from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linkback_protocol import url
from linkback_protocol.stores.rows import LARGEST_ID, storable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.linkback import Protocol, Status
    from linkback_protocol.stores.contract import Field

FIELDS: Final[dict[Field, str]] = {
    "status": "status",
    "protocol": "protocol",
    "source_host": "source_host",
    "page": "page",
    # Whole seconds: SQLite rounds, and would move the last half millisecond to the next month.
    "month": "strftime('%Y-%m', CAST(received AS INTEGER), 'unixepoch')",
    "decided_by": "decided_by",
}
"""What linkbacks can be counted by."""
_SEARCHED: Final = ("source", "target", "title", "excerpt", "site_name", "notes")


class Conditions:
    """The conditions of one statement, and the values bound in them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.values: list[object] = []

    def require(self, text: str, *values: object) -> None:
        """Add one."""
        self.texts.append(text)
        self.values.extend(values)

    def where(self, *more: str) -> str:
        """Return the clause, empty where nothing is asked for."""
        texts = [*self.texts, *more]
        return f" WHERE {' AND '.join(texts)}" if texts else ""


def conditions(
    *,
    page: str | None,
    protocol: Protocol | None,
    source_host: str | None,
    text: str,
    start: int | None,
    newest: bool,
) -> Conditions:
    """Return what `Store.find` asks for, but for the statuses."""
    found = Conditions()
    if page is not None:
        found.require("page_key = ?", url.parse(page).key)
    if protocol is not None:
        found.require("protocol = ?", protocol)
    if source_host is not None:
        found.require("source_host = ?", storable(source_host))
    for word in text.split():
        escaped = storable(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        either = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in _SEARCHED)
        found.require(f"({either})", *[f"%{escaped}%"] * len(_SEARCHED))
    if start is not None:
        bound = max(-LARGEST_ID, min(start, LARGEST_ID))
        found.require("id < ?" if newest else "id > ?", bound)
    return found


def period(status: Sequence[Status], since: float | None, until: float | None) -> Conditions:
    """Return what `Store.tally` asks for."""
    found = Conditions()
    if status:
        found.require(f"status IN ({', '.join('?' * len(status))})", *status)
    if since is not None:
        found.require("received >= ?", since)
    if until is not None:
        found.require("received < ?", until)
    return found
