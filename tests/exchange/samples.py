"""Linkbacks of any kind, for the tests of what goes out and comes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from linkback_protocol import Linkback, Protocol, Status, Verdict
from linkback_protocol.linkback import Action, Move

PAGE = "http://blog.example/post/"
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

HOSTILE = (
    "<script>alert(1)</script>",
    "]]></title>&amp;&lt;",
    "\x00\x1b[31m\x9b\ufffe\u2028\u202e",
    '=HYPERLINK("http://x.example/")',
    "'quoted', \"twice\"\r\nand\rlines\t",
    "\ud800",
    "",
)

texts = st.one_of(st.text(max_size=40), st.sampled_from(HOSTILE))
moments = st.integers(1, 8 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
verdicts = st.builds(Verdict, st.sampled_from(Action), texts, texts)
moves = st.builds(
    Move, moments, st.sampled_from(Status), texts, st.lists(verdicts, max_size=3).map(tuple)
)
sources = st.from_regex(r"[a-z]{1,9}", fullmatch=True).map(
    lambda path: f"https://xn--bcher-kva.example/{path}?a=1&b=%22"
)


def linkbacks(**fixed: st.SearchStrategy[object]) -> st.SearchStrategy[Linkback]:
    """Return linkbacks with any texts; times are whole seconds, as files have them."""
    fields = {
        "id": st.just(0),
        "protocol": st.sampled_from(Protocol),
        "source": sources,
        "target": st.just(PAGE + "#c"),
        "page": st.just(PAGE),
        "status": st.sampled_from(Status),
        "title": texts,
        "excerpt": texts,
        "site_name": texts,
        "sender": texts,
        "browser": texts,
        "user_agent": texts,
        "received": moments,
        "updated": moments,
        "checked": st.one_of(st.none(), moments),
        "history": st.lists(moves, max_size=3).map(tuple),
        "notes": st.lists(texts, max_size=3).map(tuple),
    }
    return st.builds(Linkback, **(fields | fixed))


SAMPLE = Linkback(
    id=1,
    protocol=Protocol.PINGBACK,
    source="http://h1.example/",
    target=PAGE,
    page=PAGE,
    status=Status.APPROVED,
    received=MOMENT,
    updated=MOMENT,
)


def sample(number: int = 1, **changes: Any) -> Linkback:
    """Return an approved linkback, another for each number."""
    numbered = replace(
        SAMPLE,
        id=number,
        source=f"http://h{number}.example/",
        title=f"Title {number}",
        updated=MOMENT + timedelta(days=number),
    )
    return replace(numbered, **changes)


class Drops:
    """A file that gives a few bytes at a time, as a pipe may."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data = data
        self._size = size

    def read(self, size: int) -> bytes:
        size = min(size, self._size)
        piece, self._data = self._data[:size], self._data[size:]
        return piece
