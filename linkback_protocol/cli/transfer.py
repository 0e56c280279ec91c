"""``linkback export`` and ``import``."""

from __future__ import annotations

import codecs
import json
import os
import stat
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.cli.output import Watched, bar, write
from linkback_protocol.cli.usage import UsageError, add_database, open_existing, open_store
from linkback_protocol.exchange import (
    BrokenFile,
    everything,
    feed_pieces,
    read_json,
    read_wxr,
    to_csv,
    to_disavow,
    to_json,
    tried,
)
from linkback_protocol.linkback import Status
from linkback_protocol.stores import MemoryStore

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator
    from io import BufferedReader

    from linkback_protocol.cli.output import Bar
    from linkback_protocol.linkback import Linkback
    from linkback_protocol.stores import Store

_FORMATS = ("json", "csv", "rss", "atom", "disavow")
_FEEDS = ("rss", "atom")
_READERS = {"json": read_json, "wxr": read_wxr}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's commands."""
    export = commands.add_parser(
        "export",
        help="write linkbacks to a file",
        description="json has all there is and can be imported again, csv is for spreadsheets; rss"
        " and atom are feeds of what is approved, the newest first; disavow lists the hosts that"
        " sent nothing but spam, as Google's tool takes it.",
    )
    export.add_argument("--format", choices=_FORMATS, default="json", help="default: json")
    export.add_argument(
        "--status",
        action="append",
        choices=[status.value for status in Status],
        metavar="STATUS",
        help=f"json and csv: only these: {', '.join(Status)} (repeatable)",
    )
    export.add_argument("--target", metavar="URL", help="only linkbacks of this page")
    export.add_argument("--limit", type=int, metavar="N", help="no more than N")
    export.add_argument(
        "--public", action="store_true",
        help="json: only what is approved, without what is for you alone",
    )  # fmt: skip
    export.add_argument("--site", metavar="URL", help="feeds: the address of the site")
    export.add_argument("--title", metavar="TEXT", default="Linkbacks", help="feeds: their title")
    export.add_argument(
        "--feed-url", metavar="URL", default="", help="feeds: where the feed will be found"
    )
    export.add_argument("--output", metavar="FILE", help="default: standard output")
    add_database(export)
    export.set_defaults(run=_export)
    bringing = commands.add_parser(
        "import",
        help="bring linkbacks in from a file",
        description="FILE is what 'linkback export' wrote as json, or an export file of WordPress"
        " (wxr). Either all of it comes in or, where something in it is broken, nothing.",
    )
    bringing.add_argument("file", metavar="FILE")
    bringing.add_argument(
        "--format", choices=list(_READERS), help="default: wxr where the file begins with <"
    )
    bringing.add_argument("--dry-run", action="store_true", help="change nothing, say what would")
    bringing.add_argument("--json", action="store_true", help="write JSON")
    add_database(bringing)
    bringing.set_defaults(run=_import)


def _export(arguments: argparse.Namespace) -> int:
    _check(arguments)
    page = _address("--target", arguments.target)
    link = _address("--site", arguments.site) if page is None else page
    feed_url = _address("--feed-url", arguments.feed_url) or ""
    with open_existing(arguments.db) as store, bar("exporting", _number(store, arguments)) as shown:
        if arguments.format == "disavow":
            write(to_disavow(store), arguments.output, db=arguments.db)
            return 0

        def found() -> Iterator[Linkback]:
            linkbacks = everything(
                store, status=_wanted(arguments), page=page, newest=arguments.format in _FEEDS
            )
            return islice(linkbacks, arguments.limit)

        if arguments.format == "json":
            pieces = to_json(_watched(found(), shown), public=arguments.public)
        elif arguments.format == "csv":
            pieces = to_csv(_watched(found(), shown))
        else:
            pieces = feed_pieces(
                _watched(found(), shown),
                kind=arguments.format,
                link=link or "",
                title=arguments.title,
                feed_url=feed_url,
                # It stands at the top of a feed, so everything is looked at beforehand.
                updated=max((each.updated for each in found()), default=None),
            )
        write(pieces, arguments.output, db=arguments.db)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """Refuse options that go with another format.

    :raises UsageError: there is one.
    """
    kind = arguments.format
    if arguments.limit is not None and arguments.limit < 1:
        raise UsageError("--limit must be at least 1")
    if arguments.public and kind != "json":
        raise UsageError("--public goes with --format json alone")
    if arguments.status and (kind in _FEEDS or arguments.public):
        raise UsageError("what is published is what is approved; leave --status out")
    if kind == "disavow" and (arguments.status or arguments.target or arguments.limit):
        raise UsageError(
            "--format disavow looks at everything; leave --status, --target and --limit out"
        )
    if kind in _FEEDS and not (arguments.site or arguments.target):
        raise UsageError("a feed is that of a site or a page; name it with --site or --target")
    if kind not in _FEEDS and (arguments.site or arguments.feed_url):
        raise UsageError("--site and --feed-url go with --format rss and atom")


def _address(option: str, given: str | None) -> str | None:
    try:
        return str(url.parse(given)) if given else None
    except url.InvalidURL as error:
        raise UsageError(f"{option} {given!r} is not the URL of a page: {error}") from error


def _wanted(arguments: argparse.Namespace) -> list[Status]:
    if arguments.public or arguments.format in _FEEDS:
        return [Status.APPROVED]
    return [Status(name) for name in arguments.status or ()]


def _number(store: Store, arguments: argparse.Namespace) -> int:
    """Return how many will be written; 0 where nobody knows without looking at them."""
    if arguments.target or arguments.format == "disavow":
        return 0
    counts = store.count()
    found = sum(counts[each] for each in _wanted(arguments) or Status)
    return min(found, arguments.limit or found)


def _watched(linkbacks: Iterable[Linkback], shown: Bar) -> Iterator[Linkback]:
    for linkback in linkbacks:
        yield linkback
        shown.step()


def _import(arguments: argparse.Namespace) -> int:
    path = arguments.file
    try:
        with Path(path).open("rb") as file:
            added, there = _bring_in(file, arguments)
    except OSError as error:
        raise UsageError(f"cannot read {path!r}: {error.strerror}") from error
    except BrokenFile as error:
        raise UsageError(f"nothing is imported, since {path!r} is broken, {error}") from error
    if arguments.json:
        said = {"added": added, "already_there": there, "dry_run": arguments.dry_run}
        print(json.dumps(said))
    else:
        print(f"{'would add' if arguments.dry_run else 'added'} {added}, already there {there}")
    return 0


def _bring_in(file: BufferedReader, arguments: argparse.Namespace) -> tuple[int, int]:
    kind = arguments.format or ("wxr" if _is_markup(file.peek()) else "json")
    status = os.fstat(file.fileno())
    again = stat.S_ISREG(status.st_mode)

    def linkbacks(what: str) -> Iterator[Linkback]:
        with bar(what, status.st_size if again else 0) as shown:
            yield from _READERS[kind](Watched(file, shown))

    if arguments.dry_run:
        missing = not Path(arguments.db).exists()
        with MemoryStore() if missing else open_existing(arguments.db) as store:
            return tried(store, linkbacks("looking"))
    if again:
        # A broken file is known before anything is made, and keeps nobody waiting.
        for _ in linkbacks("checking"):
            pass
        file.seek(0)
    with open_store(arguments.db) as store:
        return store.bring_in(linkbacks("importing"), now=time.time())


def _is_markup(begin: bytes) -> bool:
    return begin.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<")
