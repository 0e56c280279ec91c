"""``linkback report``: who links here, to what, and what was kept out."""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from linkback_protocol.cli.output import write
from linkback_protocol.cli.owner import shown
from linkback_protocol.cli.usage import UsageError, add_database, open_existing
from linkback_protocol.report_page import SHOWN_MONTHS, percent, summary, to_html, to_svg
from linkback_protocol.reports import make_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkback_protocol.reports import Counted, Report

MAX_TOP = 1000
_NUMBER = 10


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's command."""
    report = commands.add_parser(
        "report",
        help="count who links, to what, and what was kept out",
        description="A link is a linkback that is approved, or waits for you. Days are those of"
        " UTC.",
    )
    report.add_argument("--since", type=_day, metavar="DATE", help="from this day on: YYYY-MM-DD")
    report.add_argument("--until", type=_day, metavar="DATE", help="up to the end of this day")
    report.add_argument(
        "--top", type=_top, default=10, metavar="N", help="list N of each kind (default: 10)"
    )
    forms = report.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="write JSON")
    forms.add_argument("--html", metavar="FILE", help="write a page with charts")
    forms.add_argument("--svg", metavar="FILE", help="write the chart of the months")
    add_database(report)
    report.set_defaults(run=_report)


def _day(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day as 2026-01-31") from error
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _top(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_TOP):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MAX_TOP}")
    return int(text)


def _report(arguments: argparse.Namespace) -> int:
    since, until = arguments.since, arguments.until
    if until is not None:
        if since is not None and until < since:
            raise UsageError("--until is before --since")
        try:
            until += timedelta(days=1)
        except OverflowError as error:
            raise UsageError("--until is too late") from error
    with open_existing(arguments.db) as store:
        report = make_report(store, since=since, until=until, top=arguments.top)
    if arguments.json:
        print(json.dumps(report.to_dict(), indent=2))
    elif arguments.html is not None:
        write([to_html(report)], arguments.html, db=arguments.db)
    elif arguments.svg is not None:
        write([to_svg(report)], arguments.svg, db=arguments.db)
    else:
        for line in _lines(report):
            print(line)
    return 0


def _lines(report: Report) -> Iterator[str]:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else math.inf
    for line in _unbounded(report):
        yield line if len(line) <= width else line[: int(width) - 1] + "\u2026"


def _unbounded(report: Report) -> Iterator[str]:
    yield summary(report)
    if report.months:
        yield ""
        heads = ("links", "growth", "spam", "refused", "received")
        yield _row("month", heads)
        for each in report.months[-SHOWN_MONTHS:]:
            numbers = (f"{each.spam:,}", f"{each.refused:,}", f"{each.received:,}")
            yield _row(each.month, (f"{each.links:,}", percent(each.growth, sign=True), *numbers))
    yield from _table("status", report.statuses)
    yield from _table("links by protocol", report.protocols)
    yield from _table("links by host", report.hosts)
    yield from _table("links by page", report.pages)
    yield from _table("spam by who decided", report.spam_by)
    yield from _table("refused by who decided", report.refused_by)


def _row(name: str, cells: Sequence[str]) -> str:
    return f"{name:<9}" + "".join(f"{cell:>{_NUMBER}}" for cell in cells)


def _table(heading: str, counts: Sequence[Counted]) -> Iterator[str]:
    if any(each.number for each in counts):
        yield ""
        yield f"{'number':>{_NUMBER}}{'share':>8}  {heading}"
        for each in counts:
            yield f"{each.number:>{_NUMBER},}{percent(each.share):>8}  {shown(each.name)}"
