"""A database for one WordPress: in the MariaDB that answers here, or in a server of its own."""

from __future__ import annotations

import secrets
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.interop.packages import Unavailable, program, require_database_server
from tests.interop.processes import end

if TYPE_CHECKING:
    from pathlib import Path

    from tests.interop.processes import Account

_ANSWER_SECONDS = 30.0
_START_SECONDS = 60.0
_SHARED: tuple[tuple[str, ...], ...] = (
    ("--protocol=socket",),
    ("--protocol=tcp", "--host=127.0.0.1"),
)
"""How a server that is here already may be reached, by root without a password."""
_USER_HOSTS = ("localhost", "127.0.0.1")
_NEVER = threading.Event()


@dataclass(frozen=True, slots=True)
class Database:
    """An empty database, and a user that may do everything in it and nothing elsewhere."""

    name: str
    """Of the database, and of its user."""
    password: str
    host: str
    """Where the server is, as WordPress writes it: ``HOST:PORT`` or ``localhost:SOCKET``."""
    reached: tuple[str, ...]
    """The client's options with which root reaches the server."""
    pid_file: Path | None = None
    """Of the server, where it runs for this database alone."""

    def drop(self) -> None:
        """Remove the database with its user, and end the server if it was there for it alone."""
        if self.pid_file is not None:
            end(self.pid_file)
            return
        users = ", ".join(f"'{self.name}'@'{host}'" for host in _USER_HOSTS)
        _ask(self.reached, f"DROP DATABASE IF EXISTS {self.name}; DROP USER IF EXISTS {users};")


def create(folder: Path, account: Account, *, install: bool) -> Database:
    """Make a database; what a server of its own needs is put into `folder`.

    Raises `Unavailable` where no server answers and none can be started.
    """
    for reached in _SHARED:
        try:
            return _create(reached)
        except Unavailable:
            continue
    return _create_alone(folder, account, install=install)


def _create(reached: tuple[str, ...], pid_file: Path | None = None) -> Database:
    name = f"linkback_wordpress_{secrets.token_hex(4)}"
    password = secrets.token_hex(16)
    host = (
        "CONCAT('127.0.0.1:', @@port)"
        if "--protocol=tcp" in reached
        else "CONCAT('localhost:', @@socket)"
    )
    statements = [f"CREATE DATABASE {name} CHARACTER SET utf8mb4"]
    for user_host in _USER_HOSTS:
        user = f"'{name}'@'{user_host}'"
        statements.append(f"CREATE USER {user} IDENTIFIED BY '{password}'")
        statements.append(f"GRANT ALL ON {name}.* TO {user}")
    statements.append(f"SELECT {host}")
    return Database(name, password, _ask(reached, "; ".join(statements)), reached, pid_file)


def _create_alone(folder: Path, account: Account, *, install: bool) -> Database:
    server = require_database_server(install=install)
    data, socket, pid_file = (folder / f"mariadb{suffix}" for suffix in ("", ".sock", ".pid"))
    account.run(
        [
            program("mariadb-install-db", "mysql_install_db"),
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ],
        folder=folder,
    )
    # Unlike the other servers, this one cannot go to the background by itself.
    background = '"$@" </dev/null >/dev/null 2>&1 & echo $! >"$0"'
    account.run(
        [
            program("sh"),
            "-c",
            background,
            str(pid_file),
            server,
            "--no-defaults",
            f"--datadir={data}",
            f"--socket={socket}",
            f"--pid-file={folder / 'mariadb-own.pid'}",
            f"--log-error={folder / 'mariadb.log'}",
            "--skip-networking",
            # Nobody needs these data after a loss of power.
            "--innodb-flush-log-at-trx-commit=0",
        ],
        folder=folder,
    )
    reached = ("--no-defaults", f"--socket={socket}")
    try:
        _wait_for(reached)
        return _create(reached, pid_file)
    except Unavailable:
        end(pid_file)
        raise


def _wait_for(reached: tuple[str, ...]) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while True:
        try:
            _ask(reached, "SELECT 1")
        except Unavailable:
            if time.monotonic() > give_up:
                raise
            _NEVER.wait(0.05)
        else:
            return


def _ask(reached: tuple[str, ...], statements: str) -> str:
    """Run statements as root and return what the last one selects; raises `Unavailable`."""
    options = ("--user=root", "--batch", "--skip-column-names", "--connect-timeout=5")
    try:
        asked = subprocess.run(
            [program("mariadb", "mysql"), *reached, *options],
            input=statements,
            capture_output=True,
            text=True,
            check=False,
            timeout=_ANSWER_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable("MariaDB is here, but does not answer.") from error
    if asked.returncode:
        said = asked.stderr.strip() or f"exit code {asked.returncode}"
        raise Unavailable(f"MariaDB does not do what it is asked to: {said.splitlines()[-1]}")
    return asked.stdout.strip()
