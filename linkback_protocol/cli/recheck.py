"""``linkback recheck``: looks at the sources again, and moves what no longer links."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING

from linkback_protocol.cli.owner import shown
from linkback_protocol.cli.usage import UsageError, add_database, open_existing
from linkback_protocol.fetch import Fetcher
from linkback_protocol.limits import Limits
from linkback_protocol.recheck import CHECKED, DAY, Checked, Rechecker

if TYPE_CHECKING:
    import argparse


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's command."""
    recheck = commands.add_parser(
        "recheck",
        help="look at the sources again",
        description="Look at the sources of approved, pending and gone linkbacks again, the"
        " longest ago first. What is not there or no longer links becomes gone, what came back is"
        " restored. A run that is stopped goes on where it was.",
    )
    recheck.add_argument(
        "--site", action="append", required=True, metavar="URL",
        help="public address of the pages (repeatable)",
    )  # fmt: skip
    recheck.add_argument(
        "--older-than", type=float, default=30.0, metavar="DAYS",
        help="only what was not looked at for so long (default: 30)",
    )  # fmt: skip
    recheck.add_argument("--limit", type=int, metavar="N", help="no more than N")
    recheck.add_argument("--threads", type=int, default=4, metavar="N", help="hosts at once")
    recheck.add_argument(
        "--allow-network", action="append", default=[], metavar="CIDR",
        help="fetch sources from this private network too (repeatable)",
    )  # fmt: skip
    recheck.add_argument(
        "--unlinked-trackbacks", action="store_true",
        help="trackbacks are let in without a link here: leave those that have none",
    )  # fmt: skip
    recheck.add_argument("--json", action="store_true", help="write a line of JSON for each")
    add_database(recheck)
    recheck.set_defaults(run=_recheck)


def _recheck(arguments: argparse.Namespace) -> int:
    for name, least in (("older_than", 0), ("limit", 1), ("threads", 1)):
        given = getattr(arguments, name)
        if given is not None and given < least:
            raise UsageError(f"--{name.replace('_', '-')} must be at least {least}")
    with open_existing(arguments.db) as store:
        try:
            rechecker = Rechecker(
                store,
                site=arguments.site,
                fetcher=Fetcher(site=arguments.site[0], allow=arguments.allow_network),
                limits=Limits.DEFAULT,
                unlinked_trackbacks=arguments.unlinked_trackbacks,
            )
        except ValueError as error:
            raise UsageError(str(error)) from error
        counts = store.count()
        progress = _Progress(sum(counts[status] for status in CHECKED))
        found: Counter[str] = Counter()
        for checked in rechecker.run(
            older_than=arguments.older_than * DAY,
            limit=arguments.limit,
            threads=arguments.threads,
        ):
            found[checked.finding] += 1
            progress.step()
            if arguments.json:
                print(json.dumps(_as_dict(checked)))
            elif checked.moved:
                progress.clear()
                print(_line(checked))
        progress.clear()
    if not arguments.json:
        counted = ", ".join(f"{number} {finding}" for finding, number in sorted(found.items()))
        print(f"{found.total()} checked: {counted or 'nothing was due'}", file=sys.stderr)
    return 0


def _line(checked: Checked) -> str:
    after = checked.after
    reason = f": {shown(checked.reason)}" if checked.reason else ""
    return f"{after.id} {checked.before.status} -> {after.status} {after.source}{reason}"


def _as_dict(checked: Checked) -> dict[str, object]:
    return {
        "id": checked.after.id,
        "source": checked.after.source,
        "finding": str(checked.finding),
        "reason": checked.reason,
        "before": str(checked.before.status),
        "after": str(checked.after.status),
    }


class _Progress:
    """A bar on the terminal, and nothing in a pipe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._done = 0
        self._shown = sys.stderr is not None and sys.stderr.isatty()

    def step(self) -> None:
        self._done += 1
        if self._shown:
            width = 30 * self._done // max(1, self._most, self._done)
            bar = "#" * width + "." * (30 - width)
            print(f"\r[{bar}] {self._done}, of at most {self._most}", end="", file=sys.stderr)

    def clear(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
