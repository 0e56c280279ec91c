"""``linkback outbox``: what became of what was sent, another try, and forgetting."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linkback_protocol import url as urls
from linkback_protocol.cli.output import bar
from linkback_protocol.cli.owner import shown
from linkback_protocol.cli.send import Writer, as_dict
from linkback_protocol.cli.usage import UsageError, add_database, add_networks, open_existing
from linkback_protocol.fetch import Fetcher
from linkback_protocol.sender import Outbox, Sender, State
from linkback_protocol.sender.outbox_file import OutboxFile

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from linkback_protocol.sender import Entry
    from linkback_protocol.url import URL

_AT_ONCE = 500


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's command."""
    outbox = commands.add_parser(
        "outbox",
        help="show what was sent, try again, forget",
        description="Without a further command: list what was sent and what became of it.",
    )
    actions = outbox.add_subparsers(metavar="ACTION")
    listing = actions.add_parser("list", help="list what was sent (the default)")
    for each in (outbox, listing):
        each.add_argument("--source", metavar="URL", help="only what was sent for this page")
        each.add_argument(
            "--state", action="append", choices=[state.value for state in State],
            help="only these (repeatable)",
        )  # fmt: skip
        each.add_argument("--json", action="store_true", help="write a line of JSON for each")
        add_database(each)
        each.set_defaults(run=_list)
    retry = actions.add_parser(
        "retry",
        help="send what is due, or some deliveries now",
        description="Send what failed for now and is due again, as a scheduler does every few"
        " minutes; with IDs, those at once, whatever became of them.",
    )
    retry.add_argument("ids", type=int, nargs="*", metavar="ID")
    retry.add_argument("--site", metavar="URL", default="", help="who asks, for the User-Agent")
    retry.add_argument("--lenient", action="store_true", help="as for 'linkback send'")
    retry.add_argument("--json", action="store_true", help="write a line of JSON for each")
    retry.add_argument("--verbose", "-v", action="store_true", help="show what was said")
    add_networks(retry)
    add_database(retry)
    retry.set_defaults(run=_retry)
    forget = actions.add_parser(
        "forget",
        help="forget what was sent, so that it would be sent again",
    )
    forget.add_argument("ids", type=int, nargs="*", metavar="ID")
    forget.add_argument("--source", metavar="URL", help="all that was sent for this page")
    add_database(forget)
    forget.set_defaults(run=_forget)


def _list(arguments: argparse.Namespace) -> int:
    source = None if arguments.source is None else _page(arguments.source)
    states = [State(name) for name in arguments.state or ()]
    open_existing(arguments.db).close()
    with closing(OutboxFile(arguments.db)) as file:
        for entry in _entries(file, source, states):
            if arguments.json:
                print(json.dumps(_as_dict(entry)))
            else:
                _write(entry)
    return 0


def _retry(arguments: argparse.Namespace) -> int:
    open_existing(arguments.db).close()
    try:
        sender = Sender(
            fetcher=Fetcher(site=arguments.site, allow=arguments.allow_network),
            lenient=arguments.lenient,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    writer = Writer(as_json=arguments.json, verbose=arguments.verbose)
    with Outbox(arguments.db, sender) as outbox, bar("sending", 0) as shown_bar:
        for each in arguments.ids:
            _existing(outbox.file, each)
        if arguments.ids:
            sent = outbox.retry(arguments.ids, listener=lambda _delivery: shown_bar.step())
        else:
            sent = outbox.retry_due(listener=lambda _delivery: shown_bar.step())
    writer.write(sent)
    return writer.finish()


def _forget(arguments: argparse.Namespace) -> int:
    if bool(arguments.ids) == (arguments.source is not None):
        raise UsageError("give either IDs or --source URL")
    source = None if arguments.source is None else _page(arguments.source)
    open_existing(arguments.db).close()
    with closing(OutboxFile(arguments.db)) as file:
        for each in arguments.ids:
            _existing(file, each)
        number = file.forget(source=source, entry_ids=arguments.ids)
    print(f"{number} forgotten")
    return 0


def _entries(file: OutboxFile, source: URL | None, states: list[State]) -> Iterator[Entry]:
    start = 0
    while found := file.find(source=source, state=states, start=start, limit=_AT_ONCE):
        yield from found
        start = found[-1].id


def _existing(file: OutboxFile, entry_id: int) -> None:
    if file.get(entry_id) is None:
        raise UsageError(f"there is no delivery {entry_id}; 'linkback outbox' shows which are")


def _page(text: str) -> URL:
    try:
        return urls.parse(text)
    except urls.InvalidURL as error:
        raise UsageError(f"--source {text!r} is not the URL of a page: {error}") from error


def _write(entry: Entry) -> None:
    delivery = entry.delivery
    by = f" ({delivery.protocol})" if delivery.protocol else ""
    detail = f": {shown(delivery.detail)}" if delivery.detail else ""
    print(
        f"{entry.id:>7}  {entry.state:<8} {delivery.outcome:<12} {_moment(entry.updated)}"
        f"  {delivery.source} -> {shown(delivery.target)}{by}{detail}"
    )
    if entry.state is State.WAITING and entry.attempts:
        print(f"         {entry.attempts} tries; next {_moment(entry.due)}")
    if not entry.linked:
        print("         the page links to it no more")


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


def _as_dict(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        **as_dict(entry.delivery),
        "state": str(entry.state),
        "linked": entry.linked,
        "queued": datetime.fromtimestamp(entry.queued, UTC).isoformat(),
        "updated": datetime.fromtimestamp(entry.updated, UTC).isoformat(),
        "due": datetime.fromtimestamp(entry.due, UTC).isoformat()
        if entry.state is State.WAITING
        else None,
        "attempts": entry.attempts,
    }
