"""Lists of hosts in files: read again when they change, and written to by several processes."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from linkback_protocol.validators.actions import shown
from linkback_protocol.validators.host_rules import HostRules, parse_entry, parse_line

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

logger = logging.getLogger(__name__)

MAX_BYTES = 32 << 20
"""Bytes of a list; a longer file is some other file."""
MAX_NOTE = 200
"""Characters of a note beside an entry."""

_Stamp = tuple[int, int, int]


class HostFile:
    """The rules in a file, as it is now.

    While the program runs, a file that breaks or goes away leaves the last good rules in place and
    is logged once.

    :param path: a text file in UTF-8; see `linkback_protocol.validators.host_rules` for its lines.
    :param check_every: seconds between two looks at the file.
    :raises ValueError: it cannot be read, or a line is broken; the text names file and line.
    """

    def __init__(self, path: str | os.PathLike[str], *, check_every: float) -> None:
        self._path = Path(path)
        self._check_every = check_every
        self._check_at = time.monotonic() + check_every
        self._seen: _Stamp | None
        self._rules, self._seen = _load(self._path)

    def rules(self) -> HostRules:
        """Return the rules, of the file as it was at the last look."""
        now = time.monotonic()
        if now >= self._check_at:
            # Set first: others go on with what there is while this thread reads.
            self._check_at = now + self._check_every
            self._look()
        return self._rules

    def _look(self) -> None:
        stamp = None
        with contextlib.suppress(OSError):
            stamp = _stamp(os.stat(self._path))
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._rules, self._seen = _load(self._path)
        except ValueError as error:
            # Once: the next look finds the stamp of what is broken.
            logger.warning("the list of hosts stays as it was: %s", error)
        else:
            logger.info("%s was read again", self._path)


def _stamp(status: os.stat_result) -> _Stamp:
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _load(path: Path) -> tuple[HostRules, _Stamp]:
    try:
        with path.open("rb") as file:
            # What is written while we read makes another stamp, and is seen at the next look.
            stamp = _stamp(os.fstat(file.fileno()))
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"the list {path} cannot be read: {error.strerror or error}") from error
    if len(content) > MAX_BYTES:
        raise ValueError(f"{path} is longer than {MAX_BYTES >> 20} MiB; is it a list of hosts?")
    entries: list[str] = []
    for number, line in enumerate(_lines(content), 1):
        try:
            entries += parse_line(line.decode())
        except ValueError as error:
            what = shown(line.decode(errors="replace").strip())
            raise ValueError(f"{path}, line {number}: {what!r}: {error}") from error
    try:
        return HostRules(entries), stamp
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _lines(content: bytes) -> list[bytes]:
    return content.removeprefix(b"\xef\xbb\xbf").splitlines()


def add_entry(
    path: str | os.PathLike[str],
    entry: str,
    note: str = "",
    *,
    out_of: str | os.PathLike[str] | None = None,
) -> bool:
    """Write an entry at the end of a list, and return whether it was not there yet.

    The file is made where there is none. It is replaced as a whole, under a lock (the file of that
    name with ``.lock`` behind), so that no reader sees half of it and no writer loses a line.

    :param note: why, as a comment behind the entry.
    :param out_of: another list that it is taken from, where it is there: of a host that is both
        blocked and allowed, only one is true.
    :raises ValueError: it is no entry.
    :raises OSError: a file cannot be written.
    """
    added = _add(path, parse_entry(entry.strip()), note)
    if out_of is not None:
        remove_entry(out_of, entry)
    return added


def _add(path: str | os.PathLike[str], wanted: str, note: str) -> bool:
    comment = f"  # {shown(note, MAX_NOTE)}" if note else ""
    with _locked(path) as file:
        content = _read(file)
        if any(wanted in _entries(line) for line in _lines(content)):
            return False
        if content and not content.endswith((b"\n", b"\r")):
            content += b"\n"
        _replace(file, content + f"{wanted}{comment}\n".encode())
        return True


def remove_entry(path: str | os.PathLike[str], entry: str) -> bool:
    """Take an entry out of a list, however it is spelt there; return whether it was there.

    A line that names other hosts too keeps those.

    :raises ValueError: it is no entry.
    :raises OSError: the file cannot be written.
    """
    unwanted = parse_entry(entry.strip())
    with _locked(path) as file:
        content = _read(file)
        kept = []
        for line in content.splitlines(keepends=True):
            entries = _entries(line.removeprefix(b"\xef\xbb\xbf"))
            if unwanted not in entries:
                kept.append(line)
            else:
                kept += [f"{other}\n".encode() for other in entries if other != unwanted]
        changed = b"".join(kept)
        if changed == content:
            return False
        _replace(file, changed)
        return True


def _entries(line: bytes) -> list[str]:
    """Return the entries of a line, none of a broken one: it is the owner's to mend."""
    try:
        return parse_line(line.decode())
    except ValueError:
        return []


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def _replace(file: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        if file.exists():
            shutil.copymode(file, name)
        else:
            # As for any new file; mkstemp lets nobody else read it.
            Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _locked(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Let one writer at a time, of all processes, have the file that a path leads to."""
    # Behind a symbolic link it is the file that is replaced, not the link.
    file = Path(path).resolve()
    # The lock is a file of its own, since the list itself is another one after each change.
    with file.with_name(f"{file.name}.lock").open("ab") as lock:
        if sys.platform == "win32":
            msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX)
        # Closing the file lets go.
        yield file
