"""What is wrong with a call, and options that several commands have."""

from __future__ import annotations

import argparse
import os
import socket
from pathlib import Path

from linkback_protocol.stores import SQLiteStore


class UsageError(Exception):
    """One sentence for whoever typed the command: what is wrong, and what to do."""


def add_database(parser: argparse.ArgumentParser) -> None:
    """Add ``--db``."""
    parser.add_argument(
        "--db",
        metavar="FILE",
        default=os.environ.get("LINKBACK_DB", "linkbacks.db"),
        help="the SQLite file with the linkbacks (default: $LINKBACK_DB, or linkbacks.db)",
    )


def add_networks(parser: argparse.ArgumentParser) -> None:
    """Add ``--allow-network``."""
    parser.add_argument(
        "--allow-network",
        action="append",
        default=[],
        metavar="CIDR",
        help="connect to this private network too (repeatable)",
    )


def open_existing(path: str) -> SQLiteStore:
    """Open a store that must be there already.

    :raises UsageError: it is not.
    """
    if not Path(path).is_file():
        raise UsageError(
            f"there is no file {path!r}; name it with --db, or let 'linkback serve --db FILE' make"
            " one"
        )
    return open_store(path)


def open_store(path: str) -> SQLiteStore:
    """Open a store; made where it is missing.

    :raises UsageError: that is no name of a file.
    :raises StoreError: the file cannot be used.
    """
    try:
        return SQLiteStore(path)
    except ValueError as error:
        raise UsageError(f"--db must name a file, not {path!r}") from error


def address(text: str) -> tuple[str, int]:
    """Read HOST:PORT, for argparse."""
    host, separator, port = text.rpartition(":")
    if not separator or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:8000")
    return host.strip("[]") or "127.0.0.1", int(port)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    :raises UsageError: something else does, or there is no such address here.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(
            f"cannot listen at {authority(host, port)}: {error}; choose another --bind"
        ) from error


def authority(host: str, port: int) -> str:
    """Return host and port as a URL has them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
