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


def open_existing(path: str) -> SQLiteStore:
    """Open a store that must be there already.

    :raises UsageError: it is not.
    """
    if not Path(path).exists():
        raise UsageError(
            f"there is no {path}; name the file with --db, or let 'linkback serve --db {path}'"
            " make it"
        )
    return SQLiteStore(path)


def address(text: str) -> tuple[str, int]:
    """Read HOST:PORT, for argparse."""
    host, separator, port = text.rpartition(":")
    if not separator or not port.isdigit() or int(port) > 65535:
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
