"""Measures the moderation page with many linkbacks: ``python -m tests.benchmarks.moderation``.

The file is filled once, with SQL, and used again the next time; ``--rows`` and ``--file`` choose
another. Each figure is the best and the median of some calls of the WSGI app, after a first one in
a process that has read nothing yet.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.test import Client

from linkback_protocol import SQLiteStore, url
from linkback_protocol.page import Page
from linkback_protocol.stores.rows import pack
from linkback_protocol.verifier import evidence_of
from linkback_protocol.wsgi.moderation import Moderation
from tests.benchmarks.blog_page import blog_page
from tests.benchmarks.timing import SITE, row

if TYPE_CHECKING:
    from collections.abc import Iterator

_STATUSES = ("approved", "spam", "spam", "spam", "refused", "trash", "gone", "pending")
_WITH_PAGE = 2000
"""Linkbacks, the newest, whose pages are kept."""
_BATCH = 20_000
_INSERT = (
    "INSERT INTO linkback (id, protocol, source, target, page, status, title, excerpt, site_name,"
    " sender, received, updated, history, browser, user_agent, notes, checked, decided_by,"
    " source_key, page_key, source_host, due)"
    " VALUES (?, 'pingback', ?, ?, ?, ?, ?, ?, 'A site', '192.0.2.1', ?, ?, ?, '', '', '[]', ?,"
    " 'known_sender', ?, ?, ?, 0)"
)


def _rows(first: int, last: int) -> Iterator[tuple[object, ...]]:
    for number in range(first, last):
        at = 1.6e9 + number * 100.0
        status = _STATUSES[number % len(_STATUSES)]
        reasons = [["hold", "nothing from this host was approved before", "known_sender"]]
        host, page = f"h{number % 5000}.example", f"{SITE}{number // 20}/"
        source = f"http://{host}/{number}"
        yield (
            number, source, page, page, status, f"What was said on day {number}", "E " * 120, at,
            at, json.dumps([[at, status, "receiver", reasons]]), at, source, page, host,
        )  # fmt: skip


def fill(path: Path, rows: int) -> None:
    """Make a store with so many linkbacks, an eighth of them pending."""
    SQLiteStore(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        for first in range(1, rows + 1, _BATCH):
            database.execute("BEGIN")
            database.executemany(_INSERT, _rows(first, min(first + _BATCH, rows + 1)))
            database.execute("COMMIT")
        database.execute("BEGIN")
        for number in range(max(1, rows - _WITH_PAGE), rows + 1):
            source, target = f"http://h{number % 5000}.example/{number}", f"{SITE}{number // 20}/"
            page = Page.parse(blog_page(target).encode(), url=url.parse(source))
            evidence = evidence_of(page, page.links_to(url.parse(target)))
            database.execute(
                "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?)", (number, *pack(evidence))
            )
        database.execute("COMMIT")


def measure(path: Path, *, calls: int = 20) -> None:
    """Print what the screens take."""
    queries = {
        "first screen": "/",
        "first screen, 50 at once": "/?size=50",
        "the screen in the middle": f"/?start={_middle(path)}",
        "spam": "/?status=spam",
        "of one host": "/?status=all&host=h7.example",
        "of one page": f"/?status=all&page={SITE}25000/",
        "words that are there": "/?text=day",
        "words that are nowhere (reads everything pending)": "/?text=nowhere",
    }
    for what, query in queries.items():
        with SQLiteStore(path) as store:
            app = Moderation(store, authenticate=lambda _: "ann", secret="x" * 16)
            client = Client(app)
            times = []
            for _ in range(calls):
                began = time.perf_counter()
                answer = client.get(query)
                times.append((time.perf_counter() - began) * 1e3)
                assert answer.status_code == 200
        first, *others = times
        row(
            what,
            f"{first:.1f} ms",
            f"again: best {min(others):.1f} ms, median {statistics.median(others):.1f} ms",
        )


def _middle(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        largest: int = database.execute("SELECT max(id) FROM linkback").fetchone()[0]
        return largest // 2


def main() -> None:
    """Fill the file where it is missing, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--file", type=Path)
    arguments = parser.parse_args()
    folder = Path(tempfile.gettempdir())
    path = arguments.file or folder / f"linkback-benchmark-{arguments.rows}.db"
    if not path.exists():
        aside = path.with_suffix(".filling")
        for left in folder.glob(f"{aside.name}*"):
            left.unlink()
        began = time.perf_counter()
        fill(aside, arguments.rows)
        aside.rename(path)
        row(f"filling a file with {arguments.rows:,}", f"{time.perf_counter() - began:.0f} s")
    row("the file", f"{os.stat(path).st_size / 1e6:.0f} MB", str(path))
    measure(path)


if __name__ == "__main__":
    main()
