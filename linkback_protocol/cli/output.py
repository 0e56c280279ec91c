"""Files that commands write, whole or not at all, and a bar that shows how far they are."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from linkback_protocol.cli.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linkback_protocol.exchange.broken import Readable

_WIDTH = 30
_EVERY = 0.1
"""Seconds between two pictures of the bar."""


def write(pieces: Iterable[str], path: str | None, *, db: str) -> None:
    """Write text in UTF-8 to a file, or to standard output without a path.

    The file has its old content until all of the new is there.

    :param db: the file that must not be written over.
    :raises UsageError: there can be no such file.
    """
    if path is None:
        _print(pieces)
        return
    file = Path(os.path.realpath(path))
    if file == Path(os.path.realpath(db)):
        raise UsageError(f"{path!r} is the file with the linkbacks; choose another")
    # A device or a pipe is written to as it comes.
    aside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    target = file if file.exists() and not file.is_file() else aside
    try:
        mode = "w" if target is file else "x"
        opened = target.open(mode, encoding="utf-8", errors="replace", newline="")
    except OSError as error:
        raise UsageError(f"cannot write {path!r}: {error.strerror}") from error
    try:
        with opened:
            opened.writelines(pieces)
        if target is aside:
            aside.replace(file)
    finally:
        if target is aside:
            aside.unlink(missing_ok=True)


def _print(pieces: Iterable[str]) -> None:
    if sys.stdout.isatty() or not isinstance(sys.stdout, io.TextIOWrapper):
        for piece in pieces:
            # A stranger's control characters are kept from the terminal.
            print("".join(map(_seen, piece.replace("\r\n", "\n"))), end="")
        return
    sys.stdout.flush()
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode("utf-8", "replace"))


def _seen(character: str) -> str:
    return character if character.isprintable() or character == "\n" else "\ufffd"


class Bar:
    """How far a command is, on a terminal; nothing at all where standard error is none.

    :param total: how much there is to do; 0 where that is not known.
    """

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._shown = 0.0
        self._on = sys.stderr.isatty()

    def step(self, number: int = 1) -> None:
        """Add what was done."""
        self._done += number
        if self._on and time.monotonic() >= self._shown + _EVERY:
            self._shown = time.monotonic()
            print(f"\r{self._what} {self._drawn()}", end="", file=sys.stderr, flush=True)

    def _drawn(self) -> str:
        if not self._total:
            return f"{self._done:,}"
        share = min(1.0, self._done / self._total)
        return f"[{'#' * round(share * _WIDTH):<{_WIDTH}}] {share:4.0%}"

    def clear(self) -> None:
        """Take the bar off the terminal."""
        if self._on and self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@contextlib.contextmanager
def bar(what: str, total: int) -> Iterator[Bar]:
    """Show a bar while the block runs."""
    shown = Bar(what, total)
    try:
        yield shown
    finally:
        shown.clear()


class Watched:
    """A file that moves a bar when it is read."""

    def __init__(self, file: Readable, shown: Bar) -> None:
        self._file = file
        self._bar = shown

    def read(self, size: int) -> bytes:
        """Read some bytes."""
        data = self._file.read(size)
        self._bar.step(len(data))
        return data
