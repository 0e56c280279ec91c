"""SQLite connections that threads share safely, survive a fork, and bring a file up to date.

SQLite keeps the locks of a file per process, in memory that a fork copies; the locks themselves
stay with the parent. A child then believes to hold what it does not: another process deletes the
log under it, and what it commits is lost. New connections in the child do not help, for SQLite
shares that memory among all connections to a file. So none is open while a process forks.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
import weakref
from typing import TYPE_CHECKING

from linkback_protocol.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


APPLICATION_ID = 0x4C6B6264
"""Stands in the header of a store's file, so that no other program's tables are touched."""


class Connections:
    """One connection that writes, a few that read, for one file; opened when they are needed.

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
        self._readers = threading.Condition()
        self._idle: list[sqlite3.Connection] = []
        self._lent = 0
        self._writer: sqlite3.Connection | None = None
        self._inherited: list[sqlite3.Connection] = []
        self._held = False
        self._closed = False
        self._durable = True
        self._unsynced = False
        _open.add(self)
        with self._write_lock, told(path):
            try:
                self._migrate(self._writing(), migrations)
            except BaseException:
                self._close_all()
                raise

    @contextlib.contextmanager
    def writing(self, *, durable: bool) -> Iterator[sqlite3.Connection]:
        """Run a transaction, alone; it is rolled back where an error leaves the block.

        :param durable: whether the commit waits for the disk, and with it all earlier ones.
        """
        with self._write_lock, told(self._path):
            self._check_open()
            writer = self._writing()
            if durable is not self._durable:
                writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._durable = durable
            before = writer.total_changes
            writer.execute("BEGIN IMMEDIATE")
            try:
                yield writer
                writer.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    writer.execute("ROLLBACK")
                raise
            # A commit of nothing writes nothing, and waits for nothing.
            if writer.total_changes != before:
                self._unsynced = not durable

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for one statement."""
        with told(self._path):
            with self._readers:
                self._check_open()
                connection = self._idle.pop() if self._idle else self._connect()
                self._lent += 1
            try:
                yield connection
            finally:
                with self._readers:
                    self._lent -= 1
                    self._readers.notify_all()
                    if self._closed:
                        connection.close()
                    else:
                        self._idle.append(connection)

    @property
    def unsynced(self) -> bool:
        """Whether this process committed something since it last waited for the disk.

        :raises StoreError: the store is closed.
        """
        self._check_open()
        return self._unsynced

    def close(self) -> None:
        """Close what is not in use; what is, is closed when it comes back."""
        with self._write_lock, self._readers:
            self._closed = True
            self._close_all()

    def hold(self) -> None:
        """Before a fork: wait until nothing is in use, close it all, and keep others out."""
        self._write_lock.acquire()
        self._readers.acquire()
        self._readers.wait_for(lambda: not self._lent)
        self._held = True
        self._close_all()

    def release(self) -> None:
        """After a fork, in the parent: let others in again."""
        if self._held:
            self._held = False
            self._readers.release()
            self._write_lock.release()

    def restart(self) -> None:
        """After a fork, in the child: begin with nothing open and nobody inside.

        Servers that fork in C may come here without `hold`. What they leave open is not touched:
        to close it could take the parent's locks away.
        """
        self._inherited += self._idle
        if self._writer is not None:
            self._inherited.append(self._writer)
        self._idle, self._writer = [], None
        self._lent = 0
        self._held = False
        self._write_lock = threading.Lock()
        self._readers = threading.Condition()

    def _close_all(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _writing(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = self._connect()
            self._durable = True
        return self._writer

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

    def _migrate(self, writer: sqlite3.Connection, migrations: Sequence[Sequence[str]]) -> None:
        # Reading first tells a file that is no database from one that is busy.
        version = _version(writer)
        if _is_foreign(writer):
            raise StoreError(
                f"{self._path} is the database of another program; give the path of another file"
            )
        if version < len(migrations):
            self._use_wal(writer)
            writer.execute("BEGIN IMMEDIATE")
            try:
                # Another process may have been faster.
                version = _version(writer)
                for statements in migrations[version:]:
                    for statement in statements:
                        writer.execute(statement)
                if version < len(migrations):
                    writer.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    writer.execute(f"PRAGMA user_version = {len(migrations)}")
                writer.execute("COMMIT")
            except BaseException:
                writer.execute("ROLLBACK")
                raise
        if version > len(migrations):
            raise StoreError(
                f"{self._path} was written by a newer linkback-protocol (schema {version}, this one"
                f" knows {len(migrations)}): upgrade the package"
            )

    def _use_wal(self, writer: sqlite3.Connection) -> None:
        # Changing the mode needs the file alone, and does not wait for it by itself.
        give_up = time.monotonic() + self._busy_timeout
        while True:
            try:
                writer.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > give_up:
                    raise
                time.sleep(0.01)
            else:
                return


def _is_foreign(db: sqlite3.Connection) -> bool:
    # In this order: another process may be making our tables right now, and the id with them.
    tables: int = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application: int = db.execute("PRAGMA application_id").fetchone()[0]
    return application != APPLICATION_ID and tables > 0


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


_open: weakref.WeakSet[Connections] = weakref.WeakSet()


def _ordered() -> list[Connections]:
    # One order for all threads, or two that fork at once wait for each other.
    return sorted(_open, key=id)


def _before_fork() -> None:
    for connections in _ordered():
        connections.hold()


def _after_fork_in_parent() -> None:
    for connections in _ordered():
        connections.release()


def _after_fork_in_child() -> None:
    for connections in _ordered():
        connections.restart()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )


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
