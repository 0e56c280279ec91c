"""What the owner looks at: ``linkback list`` and ``show``."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.cli.usage import UsageError, add_database, open_existing
from linkback_protocol.linkback import Linkback, Protocol, Status
from linkback_protocol.render import to_dict

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from linkback_protocol.stores import Store

_PAGE = 500
"""Linkbacks read at once, so that a list of a million takes no memory."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's commands."""
    listing = commands.add_parser("list", help="list linkbacks")
    listing.add_argument(
        "--status",
        action="append",
        choices=[status.value for status in Status],
        metavar="STATUS",
        help=f"only these: {', '.join(Status)} (repeatable)",
    )
    listing.add_argument("--target", metavar="URL", help="only linkbacks of this page")
    listing.add_argument("--protocol", choices=[protocol.value for protocol in Protocol])
    listing.add_argument("--source-host", metavar="HOST", help="only from this host")
    listing.add_argument("--text", metavar="WORDS", default="", help="only with all these words")
    listing.add_argument("--limit", type=int, metavar="N", help="no more than N")
    listing.add_argument("--newest", action="store_true", help="newest first")
    finish_parser(listing, _list)
    show = commands.add_parser("show", help="show all that is known of a linkback")
    show.add_argument("id", type=int, metavar="ID")
    finish_parser(show, _show)


def finish_parser(parser: argparse.ArgumentParser, run: object) -> None:
    """Add what every command on a database has, and name the function that runs it."""
    parser.add_argument("--json", action="store_true", help="write JSON")
    add_database(parser)
    parser.set_defaults(run=run)


def _list(arguments: argparse.Namespace) -> int:
    if arguments.limit is not None and arguments.limit < 1:
        raise UsageError("--limit must be at least 1")
    with open_existing(arguments.db) as store:
        found = _found(store, arguments)
        if arguments.json:
            write_json(found)
        else:
            _write_table(found)
    return 0


def _found(store: Store, arguments: argparse.Namespace) -> Iterator[Linkback]:
    page = arguments.target
    if page is not None:
        try:
            page = str(url.parse(page))
        except url.InvalidURL as error:
            raise UsageError(f"--target {page!r} is not the URL of a page: {error}") from error
    host = arguments.source_host
    if host is not None:
        try:
            host = url.parse(f"http://{host}/").host
        except url.InvalidURL as error:
            raise UsageError(f"--source-host {host!r} is no host: {error}") from error
    status = [Status(name) for name in arguments.status or ()]
    protocol = Protocol(arguments.protocol) if arguments.protocol else None
    left: int | None = arguments.limit
    start: int | None = None
    while left is None or left > 0:
        rows = store.find(
            page=page,
            status=status,
            protocol=protocol,
            source_host=host,
            text=arguments.text,
            start=start,
            newest=arguments.newest,
            limit=_PAGE if left is None else min(_PAGE, left),
        )
        if not rows:
            return
        yield from rows
        start = rows[-1].id
        left = None if left is None else left - len(rows)


def write_json(found: Iterable[Linkback]) -> None:
    """Write linkbacks as an array, as they come."""
    # In ASCII: JSON leaves DEL and the controls from 0x80 on as they are, and terminals obey them.
    separator = "["
    for linkback in found:
        print(separator, json.dumps(to_dict(linkback)), sep="\n", end="")
        separator = ","
    print("[]" if separator == "[" else "\n]")


def _write_table(found: Iterator[Linkback]) -> None:
    width = shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else 0
    none = True
    for linkback in found:
        if none:
            head = f"{'id':>7}  {'status':<8}  {'protocol':<9}  {'received':<16}"
            print(f"{head}  source -> page, title")
            none = False
        line = (
            f"{linkback.id:>7}  {linkback.status:<8}  {linkback.protocol:<9}"
            f"  {linkback.received:%Y-%m-%d %H:%M}  {linkback.source} -> {linkback.page}"
            f"  {shown(linkback.title)}"
        )
        print(line[:width] if width else line)
    if none:
        print("no linkbacks", file=sys.stderr)


def _show(arguments: argparse.Namespace) -> int:
    with open_existing(arguments.db) as store:
        linkback = existing(store, arguments.id)
    if arguments.json:
        print(json.dumps(to_dict(linkback), indent=2))
        return 0
    for name, value in to_dict(linkback).items():
        if isinstance(value, str):
            print(f"{name + ':':<11} {shown(value)}")
    for note in linkback.notes:
        print(f"{'note:':<11} {shown(note)}")
    write_history(linkback)
    return 0


def write_history(linkback: Linkback) -> None:
    """Write what became of a linkback, a line for each step and for each reason."""
    for move in linkback.history:
        print(f"{move.at:%Y-%m-%d %H:%M:%S}  {move.status} by {shown(move.by)}")
        for verdict in move.reasons:
            print(f"    {verdict.action}, {shown(verdict.by)}: {shown(verdict.reason)}")


def existing(store: Store, linkback_id: int) -> Linkback:
    """Return a linkback.

    :raises UsageError: there is none.
    """
    linkback = store.get(linkback_id)
    if linkback is None:
        raise UsageError(f"there is no linkback {linkback_id}; 'linkback list' shows which are")
    return linkback


def shown(text: str) -> str:
    """Keep a stranger's control characters from the terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
