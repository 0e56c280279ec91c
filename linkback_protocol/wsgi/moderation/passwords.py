"""Names and passwords in a file, a line for each, as ``linkback password`` writes them."""

from __future__ import annotations

import logging
import os
import re
import stat
import threading
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.security import check_password_hash, generate_password_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

MAX_PASSWORD = 256
"""Characters of a password; a longer one is not looked at."""
MIN_PASSWORD = 8
_METHOD = "scrypt"
_HASH = re.compile(r"scrypt:[0-9]{1,7}:[0-9]{1,3}:[0-9]{1,3}\$[^$:\s]{8,64}\$[0-9a-f]{128}\Z")
_MAX_NAME = 64
# What acts by itself, so that a history tells people from programs.
_RESERVED = frozenset(("receiver", "recheck", "sender", "mail"))
_MAX_FILE = 1 << 20
_AT_ONCE = 2
"""Hashes computed at a time: each takes 32 MiB."""


def check_name(name: str) -> str:
    """Return a name that may moderate.

    :raises ValueError: it may not; the text says why.
    """
    if not name or len(name) > _MAX_NAME or not name.isprintable() or name != name.strip():
        raise ValueError(f"a name has 1 to {_MAX_NAME} letters, and no space at its ends")
    if ":" in name or name.startswith("#"):
        raise ValueError("a name has no colon in it, and no # in front")
    if name in _RESERVED:
        raise ValueError(f"{name} is what the history calls a program; take another name")
    return name


def password_line(name: str, password: str) -> str:
    """Return the line for a name and a password, without its end.

    :raises ValueError: either will not do.
    """
    check_name(name)
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise ValueError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    try:
        password.encode()
    except UnicodeEncodeError as error:
        raise ValueError("a password is text in UTF-8") from error
    if any(unicodedata.category(each) == "Cc" for each in password):
        raise ValueError("a password has no control characters, for browsers send none")
    return f"{name}:{generate_password_hash(password, method=_METHOD)}"


class PasswordFile:
    """Checks names and passwords against a file, which is read again when it changes.

    While the program runs, a file that breaks or goes away lets nobody in.

    :param path: a text file; empty lines and those that begin with ``#`` are left out.
    :raises ValueError: it cannot be read, is readable by everybody, names nobody, or has a broken
        line; the text is one sentence.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._hashing = threading.BoundedSemaphore(_AT_ONCE)
        self._seen = self._stamp()
        self._hashes = _read(self.path)

    def __call__(self, name: str, password: str) -> bool:
        """Return whether this is the password of that name, in the same time for every name."""
        if len(password) > MAX_PASSWORD:
            return False
        hashes = self._current()
        if not hashes:
            return False
        known = hashes.get(name)
        # For a name that is not there, somebody's hash is computed and does not count.
        compared = known or next(iter(hashes.values()))
        with self._hashing:
            right = check_password_hash(compared, password)
        return right and known is not None

    @property
    def version(self) -> object:
        """What changes when the file does."""
        return self._stamp()

    def _current(self) -> Mapping[str, str]:
        stamp = self._stamp()
        with self._lock:
            if stamp != self._seen:
                self._seen = stamp
                try:
                    self._hashes = _read(self.path)
                except ValueError as error:
                    logger.warning("nobody can moderate: %s", error)
                    self._hashes = {}
            return self._hashes

    def _stamp(self) -> tuple[int, ...] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_mode)


password_file = PasswordFile


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_MAX_FILE + 1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from error
    if os.name == "posix" and mode & stat.S_IRWXO:
        raise ValueError(f"{path} is open to everybody on this machine; chmod 600 {path}")
    if len(content) > _MAX_FILE:
        raise ValueError(f"{path} is too long for a file of passwords")
    hashes: dict[str, str] = {}
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no text in UTF-8") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        try:
            check_name(name)
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from error
        if not _HASH.match(hashed):
            # What stands there may be a password, and is not repeated.
            raise ValueError(f"{path}, line {number}: 'linkback password NAME' writes such lines")
        if name in hashes:
            raise ValueError(f"{path}, line {number}: {name} was there before")
        hashes[name] = hashed
    if not hashes:
        raise ValueError(f"{path} names nobody; add what 'linkback password NAME' writes")
    return hashes
