"""Which linkbacks the queue shows, as an address says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from linkback_protocol import url
from linkback_protocol.linkback import Linkback, Protocol, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkback_protocol.stores import Store

TABS: Final = (
    Status.PENDING,
    Status.RECEIVED,
    Status.APPROVED,
    Status.SPAM,
    Status.TRASH,
    Status.REFUSED,
    Status.GONE,
)
SIZES: Final = (25, 50)
MAX_TEXT: Final = 200
"""Characters of a search."""
_ALL = "all"
_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is asked for; `status` None is any.

    `start` shows what is older than this id, `newer` what is newer, next to it. `problems` are
    sentences about what could not be understood.
    """

    status: Status | None = Status.PENDING
    text: str = ""
    protocol: Protocol | None = None
    host: str = ""
    page: str = ""
    size: int = SIZES[0]
    start: int | None = None
    newer: int | None = None
    problems: tuple[str, ...] = ()

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Self:
        """Read the parameters of an address; any values give filters, maybe with problems."""
        problems = []
        status: Status | None = Status.PENDING
        named = asked.get("status", "")
        if named == _ALL:
            status = None
        elif named:
            try:
                status = Status(named)
            except ValueError:
                problems.append("There is no such status.")
        protocol = None
        if named := asked.get("protocol", ""):
            try:
                protocol = Protocol(named)
            except ValueError:
                problems.append("There is no such protocol.")
        text = " ".join(asked.get("text", "").split())
        if len(text) > MAX_TEXT:
            problems.append(f"A search has at most {MAX_TEXT} characters.")
            text = text[:MAX_TEXT]
        host, page = asked.get("host", "").strip(), asked.get("page", "").strip()
        try:
            host = url.parse(f"http://{host}/").host if host else ""
        except url.InvalidURL:
            problems.append("The source host is a name such as blog.example.")
        try:
            page = str(url.parse(page)) if page else ""
        except url.InvalidURL:
            problems.append("The page is an address such as https://blog.example/post/.")
        size = _number(asked.get("size", ""))
        return cls(
            status=status,
            text=text,
            protocol=protocol,
            host=host[: url.MAX_HOST],
            page=page[: url.MAX_LENGTH],
            size=size if size in SIZES else SIZES[0],
            start=_number(asked.get("start", "")),
            newer=_number(asked.get("newer", "")),
            problems=tuple(problems),
        )

    def values(self) -> dict[str, str]:
        """Return the parameters that `read` makes these filters of."""
        default = Filters()
        said = {
            "status": _ALL if self.status is None else str(self.status),
            "text": self.text,
            "protocol": str(self.protocol or ""),
            "host": self.host,
            "page": self.page,
            "size": "" if self.size == default.size else str(self.size),
            "start": "" if self.start is None else str(self.start),
            "newer": "" if self.newer is None else str(self.newer),
        }
        if self.status is default.status:
            said["status"] = ""
        return {name: value for name, value in said.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether something beside the status is asked for."""
        return bool(self.text or self.protocol or self.host or self.page)

    def at(self, *, start: int | None = None, newer: int | None = None) -> Filters:
        """Return the same filters at another place."""
        return replace(self, start=start, newer=newer)


@dataclass(frozen=True, slots=True)
class Screen:
    """The linkbacks of one screen, newest first, and whether there are more either way."""

    linkbacks: list[Linkback]
    older: Filters | None
    newer: Filters | None


def look_up(store: Store, filters: Filters) -> Screen:
    """Return what a screen shows."""
    if filters.problems:
        return Screen([], None, None)
    backwards = filters.newer is not None
    found = store.find(
        status=() if filters.status is None else (filters.status,),
        text=filters.text,
        protocol=filters.protocol,
        source_host=filters.host or None,
        page=filters.page or None,
        start=filters.newer if backwards else filters.start,
        newest=not backwards,
        # One more tells whether there are more.
        limit=filters.size + 1,
    )
    more = len(found) > filters.size
    found = found[: filters.size]
    if backwards:
        found.reverse()
    if not found:
        return Screen([], None, None)
    # From where one came back, there was something.
    older = filters.at(start=found[-1].id) if more or backwards else None
    newer = filters.at(newer=found[0].id) if (more if backwards else filters.start) else None
    return Screen(found, older, newer)


def _number(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return int(text)
    return None
