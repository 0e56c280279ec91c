"""Sketches of texts: small numbers that are nearly the same where the texts are.

A sketch is a MinHash with one permutation: the hash of each run of words goes to one of `SLOTS`
slots, each slot keeps a byte of the least hash that came to it, and an empty one borrows its
neighbour's. Two texts agree in about as many of the slots as their runs overlap.
"""

from __future__ import annotations

import threading
import zlib
from collections import deque
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

SLOTS = 16
"""Bytes in a sketch; two that share nothing differ in nearly all of them."""
RUN = 3
"""Words in a row that count as one piece of a text."""
MAX_WORDS = 800
"""Words of a text that are sketched."""

MAX_BAND = 64
"""Sketches that one band leads to."""


def sketch(found: Sequence[str], *, without: Collection[str] = (), at_least: int) -> int | None:
    """Return the sketch of a text; None where fewer than `at_least` runs of words are its own.

    :param without: runs of `RUN` words that do not count, as those quoted from elsewhere.
    """
    found = found[:MAX_WORDS]
    runs = set(map(" ".join, zip(found, found[1:], found[2:], strict=False)))
    runs.difference_update(without)
    if not runs or len(runs) < at_least:
        return None
    # One encoding for all of them; no word has a line break in it.
    encoded = "\n".join(runs).encode("utf-8", "surrogatepass").split(b"\n")
    least = [1 << 32] * SLOTS
    for value in map(zlib.crc32, encoded):
        slot = value % SLOTS
        if least[slot] <= value:
            continue
        least[slot] = value
    slots = bytearray(SLOTS)
    filled = next(value for value in least if value < 1 << 32)
    for slot in reversed(range(SLOTS)):
        if least[slot] < 1 << 32:
            filled = least[slot]
        slots[slot] = filled // SLOTS % 251
    return int.from_bytes(slots, "big")


def distance(one: int, other: int) -> int:
    """Return in how many slots two sketches differ, 0 to `SLOTS`."""
    return SLOTS - _slots(one ^ other).count(0)


def _slots(value: int) -> bytes:
    return value.to_bytes(SLOTS, "big")


class Memory(Protocol):
    """Remembers the sketches of earlier pings; a shared one may stand in a database."""

    def seen(self, sketch: int, source_host: str, now: float) -> list[tuple[str, int]]:
        """Remember a sketch, and return the hosts and distances of those before that are near.

        :param source_host: whose text it is.
        :param now: seconds since the epoch.
        """


class _Entry(NamedTuple):
    sketch: int
    host: str
    at: float


class RecentSketches:
    """Remembers the latest sketches in this process; safe to share between threads.

    Entries are found by bands, pairs of slots that are equal, and a band leads to the latest
    `MAX_BAND` of its entries, so looking one up does not become slower as more are remembered. Of
    those that differ in fewer than half of the slots none is overlooked. An entry takes about 2 KB.

    :param size: sketches that are kept; the oldest goes first.
    :param days: after which a sketch is forgotten.
    :raises ValueError: one of them is not positive.
    """

    def __init__(self, *, size: int = 5000, days: float = 60.0) -> None:
        if size < 1 or days <= 0:
            raise ValueError("RecentSketches: size is at least 1 and days more than 0")
        self._size = size
        self._seconds = days * 86_400
        self._entries: deque[_Entry] = deque()
        self._bands: dict[int, list[_Entry]] = {}
        self._lock = threading.Lock()

    def seen(self, sketch: int, source_host: str, now: float) -> list[tuple[str, int]]:
        """Remember a sketch, and return the hosts and distances of those that share a band."""
        with self._lock:
            while self._entries and (
                len(self._entries) >= self._size or self._entries[0].at < now - self._seconds
            ):
                self._forget()
            near: dict[int, _Entry] = {}
            entry = _Entry(sketch, source_host, now)
            for band in _bands(sketch):
                members = self._bands.setdefault(band, [])
                near.update((id(member), member) for member in members)
                members.append(entry)
                if len(members) > MAX_BAND:
                    del members[0]
            self._entries.append(entry)
        return [(found.host, distance(sketch, found.sketch)) for found in near.values()]

    def _forget(self) -> None:
        oldest = self._entries.popleft()
        for band in _bands(oldest.sketch):
            members = self._bands.get(band, [])
            # It stands first, unless the band had to drop it before.
            if members and members[0] is oldest:
                del members[0]
                if not members:
                    del self._bands[band]


def _bands(sketch: int) -> list[int]:
    """Return the pairs of neighbouring slots by which sketches are found, each with its place."""
    slots = _slots(sketch)
    return [place << 16 | slots[place] << 8 | slots[place + 1] for place in range(0, SLOTS, 2)]
