"""What the owner does: ``linkback list``, ``show``, ``approve`` and the like."""

from __future__ import annotations

import json
import shutil
import sys
import time
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.cli.usage import UsageError, add_database, open_existing
from linkback_protocol.linkback import Linkback, Protocol, Status, Verdict
from linkback_protocol.render import to_dict

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from linkback_protocol.stores import Store

_PAGE = 500
"""Linkbacks read at once, so that a list of a million takes no memory."""

_MOVES = {
    "approve": (Status.APPROVED, Verdict.approve("approved by the owner", by="owner")),
    "spam": (Status.SPAM, Verdict.spam("marked as spam by the owner", by="owner")),
    "trash": (Status.TRASH, Verdict.refuse("thrown away by the owner", by="owner")),
    "restore": (Status.PENDING, Verdict.hold("restored by the owner", by="owner")),
}
_HELP = {
    "approve": "show linkbacks",
    "spam": "file linkbacks as spam",
    "trash": "throw linkbacks away",
    "restore": "let linkbacks wait for a decision again",
}


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
    listing.add_argument("--limit", type=int, metavar="N", help="no more than N")
    listing.add_argument("--newest", action="store_true", help="newest first")
    _finish_parser(listing, _list)
    show = commands.add_parser("show", help="show all that is known of a linkback")
    show.add_argument("id", type=int, metavar="ID")
    _finish_parser(show, _show)
    for name in _MOVES:
        move = commands.add_parser(name, help=_HELP[name])
        move.add_argument("ids", type=int, nargs="+", metavar="ID")
        move.set_defaults(move=name)
        _finish_parser(move, _move)


def _finish_parser(parser: argparse.ArgumentParser, run: object) -> None:
    parser.add_argument("--json", action="store_true", help="write JSON")
    add_database(parser)
    parser.set_defaults(run=run)


def _list(arguments: argparse.Namespace) -> int:
    if arguments.limit is not None and arguments.limit < 1:
        raise UsageError("--limit must be at least 1")
    with open_existing(arguments.db) as store:
        found = _found(store, arguments)
        if arguments.json:
            _write_json(found)
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
            start=start,
            newest=arguments.newest,
            limit=_PAGE if left is None else min(_PAGE, left),
        )
        if not rows:
            return
        yield from rows
        start = rows[-1].id
        left = None if left is None else left - len(rows)


def _write_json(found: Iterable[Linkback]) -> None:
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
            f"  {_shown(linkback.title)}"
        )
        print(line[:width] if width else line)
    if none:
        print("no linkbacks", file=sys.stderr)


def _show(arguments: argparse.Namespace) -> int:
    with open_existing(arguments.db) as store:
        linkback = _existing(store, arguments.id)
    if arguments.json:
        print(json.dumps(to_dict(linkback), indent=2))
        return 0
    for name, value in to_dict(linkback).items():
        if name != "reasons":
            print(f"{name + ':':<11} {_shown(str(value))}")
    for verdict in linkback.reasons:
        print(f"{'reason:':<11} {verdict.action}, {_shown(verdict.by)}: {_shown(verdict.reason)}")
    return 0


def _move(arguments: argparse.Namespace) -> int:
    ids = list(dict.fromkeys(arguments.ids))
    with open_existing(arguments.db) as store:
        # All or none: half a change is hard to see.
        for linkback_id in ids:
            _existing(store, linkback_id)
        moved = _moved(store, ids, *_MOVES[arguments.move])
        if arguments.json:
            _write_json(moved)
        else:
            for linkback in moved:
                print(f"{linkback.id} {linkback.status} {linkback.source} -> {linkback.page}")
    return 0


def _moved(store: Store, ids: list[int], status: Status, verdict: Verdict) -> Iterator[Linkback]:
    for linkback_id in ids:
        try:
            yield store.set_status(linkback_id, status, [verdict], now=time.time())
        except LookupError as error:
            raise UsageError(f"linkback {linkback_id} was deleted meanwhile") from error


def _existing(store: Store, linkback_id: int) -> Linkback:
    linkback = store.get(linkback_id)
    if linkback is None:
        raise UsageError(f"there is no linkback {linkback_id}; 'linkback list' shows which are")
    return linkback


def _shown(text: str) -> str:
    """Keep a stranger's control characters from the terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
