"""SQLite connections that threads share safely, and that bring a file up to date."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

from linkback_protocol.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Connections:
    """One connection that writes, a few that read, for one file and one process.

    :param path: the file.
    :param migrations: for each version of the schema the statements that lead to it.
    :param busy_timeout: seconds to wait for another process that writes.
    :raises StoreError: the file cannot be opened, is no database, or is of a newer version.
    """

    def __init__(
        self, path: str, migrations: Sequence[Sequence[str]], *, busy_timeout: float
    ) -> None:
        self._path = path
        self._busy_timeout = busy_timeout
        self._write_lock = threading.Lock()
        self._idle_lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._durable = True
        self._unsynced = False
        self.pid = os.getpid()
        with told(path):
            self._writer = self._connect()
            try:
                self._migrate(migrations)
            except BaseException:
                self._writer.close()
                raise

    @contextlib.contextmanager
    def writing(self, *, durable: bool) -> Iterator[sqlite3.Connection]:
        """Run a transaction, alone; it is rolled back where an error leaves the block.

        :param durable: whether the commit waits for the disk, and with it all earlier ones.
        """
        with self._write_lock, told(self._path):
            self._check_open()
            if durable is not self._durable:
                self._writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._durable = durable
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._writer.execute("ROLLBACK")
                raise
            self._unsynced = not durable

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for one statement."""
        with told(self._path):
            with self._idle_lock:
                self._check_open()
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = self._connect()
            try:
                yield connection
            finally:
                with self._idle_lock:
                    if self._closed:
                        connection.close()
                    else:
                        self._idle.append(connection)

    @property
    def unsynced(self) -> bool:
        """Whether this process committed something since it last waited for the disk."""
        return self._unsynced

    def close(self) -> None:
        """Close what is not in use; what is, is closed when it comes back."""
        with self._write_lock, self._idle_lock:
            if self._closed:
                return
            self._closed = True
            for connection in (*self._idle, self._writer):
                connection.close()
            self._idle.clear()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError(f"the store {self._path} is closed")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._busy_timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _migrate(self, migrations: Sequence[Sequence[str]]) -> None:
        # Reading first tells a file that is no database from one that is busy.
        version = self._version()
        if version < len(migrations):
            self._use_wal()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                # Another process may have been faster.
                version = self._version()
                for statements in migrations[version:]:
                    for statement in statements:
                        self._writer.execute(statement)
                if version < len(migrations):
                    self._writer.execute(f"PRAGMA user_version = {len(migrations)}")
                self._writer.execute("COMMIT")
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
        if version > len(migrations):
            raise StoreError(
                f"{self._path} was written by a newer linkback-protocol (schema {version}, this one"
                f" knows {len(migrations)}): upgrade the package"
            )

    def _version(self) -> int:
        version: int = self._writer.execute("PRAGMA user_version").fetchone()[0]
        return version

    def _use_wal(self) -> None:
        # Changing the mode needs the file alone, and does not wait for it by itself.
        give_up = time.monotonic() + self._busy_timeout
        while True:
            try:
                self._writer.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > give_up:
                    raise
                time.sleep(0.01)
            else:
                return


@contextlib.contextmanager
def told(path: str) -> Iterator[None]:
    """Turn what SQLite raises into our own error, with what to do where that is known."""
    try:
        yield
    except sqlite3.Error as error:
        reason = str(error)
        advice = {
            "unable to open database file": "does its folder exist, and may this user write there?",
            "file is not a database": "give the path of another file",
            "attempt to write a readonly database": "may this user write it, and its folder?",
            "database or disk is full": "make room on the disk",
        }.get(reason)
        raise StoreError(f"{path}: {reason}{f'; {advice}' if advice else ''}") from error
