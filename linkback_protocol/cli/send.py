"""``linkback send``: notifies the pages that an article, or a whole site, links to."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linkback_protocol import url as urls
from linkback_protocol.cli.output import bar
from linkback_protocol.cli.owner import shown
from linkback_protocol.cli.usage import UsageError, add_networks, open_store
from linkback_protocol.errors import FetchError
from linkback_protocol.fetch import Fetcher
from linkback_protocol.linkback import Protocol
from linkback_protocol.sender import (
    Delivery,
    DeliveryOutcome,
    Outbox,
    Published,
    Sender,
    State,
)
from linkback_protocol.sender.publishing import Publisher, Turn
from linkback_protocol.sender.sources import (
    MAX_FEED,
    MAX_SITEMAP,
    UnreadableSource,
    feed_entries,
    html_files,
    sitemap_pages,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linkback_protocol.cli.output import Bar
    from linkback_protocol.sender.sources import PublishedPage

_EXAMPLES = """\
examples:
  linkback send https://me.example/2026/post/             once, after publishing it
  linkback send --dir public --site https://me.example/   whatever is new in a static site
  linkback send --feed https://me.example/feed.xml        whatever is new in a feed
  linkback outbox                                         what became of it all

exit status: 0 all was delivered, or nothing had to be, or it will be tried again; 1 something
failed for good; 2 something is wrong with the call
"""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's command."""
    send = commands.add_parser(
        "send",
        help="notify the pages that an article links to",
        description="Notify the pages that an article links to, each once: by pingback where they"
        " take it, else by trackback. What was sent is remembered; what failed for now is tried"
        " again by 'linkback outbox retry'.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    send.add_argument("source", metavar="SOURCE_URL", nargs="?", help="public address of the page")
    many = send.add_argument_group("many pages at once")
    many.add_argument("--feed", metavar="URL", help="the new entries of an RSS or Atom feed")
    many.add_argument("--sitemap", metavar="URL", help="the changed pages of a sitemap, or a file")
    many.add_argument("--dir", metavar="FOLDER", help="the changed HTML files of a folder")
    many.add_argument(
        "--catch-up", action="store_true",
        help="send nothing, and count all that is there now as sent",
    )  # fmt: skip
    one = send.add_argument_group("one page")
    one.add_argument("--html", metavar="FILE", help="the page, instead of fetching it; - reads it")
    one.add_argument("--to", metavar="URL", action="append", default=[], help="only this link")
    one.add_argument(
        "--trackback-url", metavar="URL", action="append", default=[],
        help="send a trackback to this address, instead of looking for any (repeatable)",
    )  # fmt: skip
    send.add_argument("--site", metavar="URL", action="append", default=[], help="what is ours")
    send.add_argument("--blog-name", metavar="NAME", default="", help="name told by trackbacks")
    send.add_argument(
        "--protocol", action="append", choices=[protocol.value for protocol in Protocol],
        help="only this one, or in this order (repeatable; default: pingback, trackback)",
    )  # fmt: skip
    send.add_argument(
        "--lenient", action="store_true",
        help="find endpoints that only readers of HTML see too",
    )  # fmt: skip
    send.add_argument("--home-pages", action="store_true", help="notify bare home pages too")
    send.add_argument("--dry-run", action="store_true", help="find the endpoints, send nothing")
    send.add_argument("--force", action="store_true", help="send again what was sent before")
    add_networks(send)
    remembered = send.add_mutually_exclusive_group()
    remembered.add_argument(
        "--db", metavar="FILE", default=os.environ.get("LINKBACK_DB", "linkbacks.db"),
        help="the SQLite file that remembers (default: $LINKBACK_DB, or linkbacks.db)",
    )  # fmt: skip
    remembered.add_argument("--no-db", action="store_true", help="remember nothing")
    send.add_argument("--json", action="store_true", help="write a line of JSON for each link")
    send.add_argument(
        "--verbose", "-v", action="store_true",
        help="show what is skipped too, and what was said to each endpoint",
    )  # fmt: skip
    send.set_defaults(run=_send)


def _send(arguments: argparse.Namespace) -> int:
    _check(arguments)
    sender = _sender(arguments)
    writer = Writer(
        as_json=arguments.json, verbose=arguments.verbose, remembers=not arguments.no_db
    )
    with contextlib.ExitStack() as stack:
        outbox = None
        if not arguments.no_db and not arguments.dry_run:
            # It says better than the outbox what is wrong with the file.
            open_store(arguments.db).close()
            outbox = stack.enter_context(Outbox(arguments.db, sender))
        try:
            if outbox is not None and arguments.source is None:
                _send_many(arguments, outbox, writer)
            else:
                _send_one(arguments, sender, outbox, writer)
        except (ValueError, UnreadableSource) as error:
            raise UsageError(str(error)) from error
        except FetchError as error:
            writer.unread(arguments.source or arguments.sitemap or arguments.feed, error)
    return writer.finish()


def _check(arguments: argparse.Namespace) -> None:
    """Refuse combinations that make no sense.

    :raises UsageError: it is one.
    """
    given = [
        name
        for name in ("source", "feed", "sitemap", "dir")
        if getattr(arguments, name) is not None
    ]
    if len(given) != 1:
        raise UsageError("give one of SOURCE_URL, --feed, --sitemap and --dir")
    if given != ["source"]:
        for name in ("html", "to", "trackback_url", "no_db", "dry_run"):
            if getattr(arguments, name):
                raise UsageError(f"--{name.replace('_', '-')} is for a single SOURCE_URL")
    elif arguments.catch_up:
        raise UsageError("--catch-up is for --feed, --sitemap and --dir")
    if arguments.dir is not None and len(arguments.site) != 1:
        raise UsageError(
            "--dir needs --site URL, once: the address that the folder is published as"
        )
    if arguments.to and arguments.trackback_url:
        raise UsageError("--to and --trackback-url exclude each other")


def _sender(arguments: argparse.Namespace) -> Sender:
    try:
        site = arguments.site[0] if arguments.site else arguments.source or arguments.feed or ""
        return Sender(
            site=arguments.site,
            fetcher=Fetcher(site=site, allow=arguments.allow_network),
            lenient=arguments.lenient,
            home_pages=arguments.home_pages,
            blog_name=arguments.blog_name,
            **({"order": arguments.protocol} if arguments.protocol else {}),
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def _send_one(
    arguments: argparse.Namespace, sender: Sender, outbox: Outbox | None, writer: Writer
) -> None:
    source, html = arguments.source, _html(arguments.html)
    if arguments.trackback_url:
        for address in arguments.trackback_url:
            if outbox is None:
                writer.write(
                    [sender.send_trackback(source, address, html, dry_run=arguments.dry_run)]
                )
            else:
                writer.published(
                    outbox.send_trackback(source, address, html, force=arguments.force)
                )
        return
    article = sender.read(source, html)
    with bar("sending", len(article.links)) as shown_bar:

        def listener(_delivery: Delivery) -> None:
            shown_bar.step()

        if outbox is None:
            deliveries = sender.send_article(
                article, to=arguments.to, dry_run=arguments.dry_run, listener=listener
            )
        else:
            published = outbox.send_article(
                article, to=arguments.to, force=arguments.force, listener=listener
            )
    if outbox is None:
        writer.write(deliveries)
    else:
        writer.published(published)


def _send_many(arguments: argparse.Namespace, outbox: Outbox, writer: Writer) -> None:
    site = [urls.parse(each) for each in arguments.site]
    fetcher = Fetcher(site=arguments.site[0] if site else "", allow=arguments.allow_network)
    pages: Iterable[PublishedPage]
    if arguments.dir is not None:
        pages = html_files(arguments.dir, site[0])
    elif arguments.sitemap is not None:
        large = Fetcher(allow=arguments.allow_network, max_bytes=MAX_SITEMAP, deadline=60.0)
        pages = sitemap_pages(arguments.sitemap, large, site=site)
    else:
        large = Fetcher(allow=arguments.allow_network, max_bytes=MAX_FEED, deadline=60.0)
        pages = feed_entries(arguments.feed, large, site=site)
    publisher = Publisher(outbox, fetcher=fetcher, site=site)
    with bar("pages", 0) as shown_bar:
        for turn in publisher.publish(pages, force=arguments.force, catch_up=arguments.catch_up):
            shown_bar.step()
            writer.turn(turn, shown_bar)


def _html(path: str | None) -> bytes | None:
    if path is None:
        return None
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read --html {path!r}: {error.strerror}") from error


class Writer:
    """Writes deliveries as they come, and counts them.

    :param remembers: whether what failed for now is tried again.
    """

    def __init__(self, *, as_json: bool, verbose: bool, remembers: bool = True) -> None:
        self._remembers = remembers
        self._as_json = as_json
        self._verbose = verbose
        self._counts: Counter[str] = Counter()
        self._for_good = False
        self._pages = 0

    def write(self, deliveries: Iterable[Delivery]) -> None:
        """Write what became of each link."""
        for delivery in deliveries:
            self._counts[str(delivery.outcome)] += 1
            if delivery.failed:
                if delivery.temporary and self._remembers:
                    self._counts["to be tried again"] += 1
                else:
                    self._for_good = True
            if self._as_json:
                print(json.dumps(as_dict(delivery, transcript=self._verbose)))
            elif self._verbose or delivery.outcome is not DeliveryOutcome.SKIPPED:
                self._line(delivery)

    def published(self, published: Published) -> None:
        """Write what became of a page."""
        self.write(published.deliveries)
        before = published.before
        for name, entries in (
            ("done before", [each for each in before if each.state is State.DONE]),
            ("failed before", [each for each in before if each.state is State.FAILED]),
            ("in another process", published.elsewhere),
            ("removed", published.removed),
        ):
            self._counts[name] += len(entries)
            for entry in entries:
                if self._as_json:
                    print(json.dumps({**as_dict(entry.delivery), "known": name}))
                elif self._verbose or name in ("removed", "failed before"):
                    print(f"{name:<13} {shown(entry.delivery.target)}")

    def turn(self, turn: Turn, shown_bar: Bar) -> None:
        """Write what became of one page of many."""
        self._pages += 1
        if turn.published is not None and any(
            (turn.published.deliveries, turn.published.removed, turn.published.elsewhere)
        ):
            shown_bar.clear()
            if not self._as_json:
                print(turn.page)
            self.published(turn.published)
        elif turn.failed:
            self._for_good = True
            shown_bar.clear()
            print(f"{turn.page}: {shown(turn.why)}", file=sys.stderr)
        elif self._verbose and not self._as_json:
            print(f"{turn.page}: {shown(turn.why)}" if turn.why else str(turn.page))

    def unread(self, address: str, error: FetchError) -> None:
        """Write that what was to be sent for cannot be read."""
        self._for_good = True
        print(f"linkback: {address} cannot be read: {shown(error.detail)}", file=sys.stderr)

    def finish(self) -> int:
        """Write the sum to standard error; return the exit status."""
        if not self._as_json:
            pages = f"{self._pages:,} pages: " if self._pages else ""
            counted = ", ".join(f"{n:,} {name}" for name, n in self._counts.items() if n)
            print(f"{pages}{counted or 'nothing to send'}", file=sys.stderr)
        return 1 if self._for_good else 0

    def _line(self, delivery: Delivery) -> None:
        by = f" ({delivery.protocol})" if delivery.protocol else ""
        detail = f": {shown(delivery.detail)}" if delivery.detail else ""
        again = "; may work later" if delivery.failed and delivery.temporary else ""
        print(f"{delivery.outcome:<13} {shown(delivery.target)}{by}{detail}{again}")
        if self._verbose:
            for oddity in delivery.oddities:
                print(f"    odd: {shown(oddity)}")
            for exchange in delivery.transcript:
                print(f"    {exchange.method} {shown(exchange.url)}")
                answered = exchange.status or exchange.failure
                print(f"    -> {shown(str(answered))} {shown(repr(exchange.answer[:300])[2:-1])}")


def as_dict(delivery: Delivery, *, transcript: bool = False) -> dict[str, Any]:
    """Return a delivery as JSON has it."""
    made: dict[str, Any] = {
        "source": delivery.source,
        "target": delivery.target,
        "outcome": str(delivery.outcome),
        "detail": delivery.detail,
        "protocol": str(delivery.protocol) if delivery.protocol else None,
        "endpoint": delivery.endpoint,
        "found": delivery.found,
        "code": delivery.code,
        "oddities": list(delivery.oddities),
        "temporary": delivery.temporary,
    }
    if transcript:
        made["transcript"] = [
            {
                "method": each.method,
                "url": each.url,
                "request_headers": dict(each.request_headers),
                "request": each.request.decode("utf-8", "replace"),
                "status": each.status,
                "headers": [list(header) for header in each.headers],
                "answer": each.answer.decode("utf-8", "replace"),
                "failure": each.failure,
            }
            for each in delivery.transcript
        ]
    return made
