"""Measures a report on a million linkbacks: ``python -m tests.benchmarks.report [NUMBER]``."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from linkback_protocol import SQLiteStore
from linkback_protocol.report_page import to_html
from linkback_protocol.reports import make_report
from tests.benchmarks.timing import row

# By SQL, since pings would take minutes: 50,000 hosts, 2,000 pages, six years, each status that
# a store is full of. The texts are as long as they come, for they are read past.
_FILL = """
    WITH RECURSIVE count (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM count WHERE i + 1 < ?)
    INSERT INTO linkback (
        protocol, source, target, page, status, title, excerpt, site_name, sender, received,
        updated, history, source_key, page_key, source_host, due, decided_by
    )
    SELECT
        CASE i % 3 WHEN 0 THEN 'trackback' ELSE 'pingback' END,
        'http://h' || (i * 7919 % 50000) || '.example/' || i,
        'http://blog.example/' || (i * 31 % 2000) || '/',
        'http://blog.example/' || (i * 31 % 2000) || '/',
        CASE
            WHEN i % 10 < 4 THEN 'approved'
            WHEN i % 10 < 5 THEN 'pending'
            WHEN i % 10 < 8 THEN 'spam'
            WHEN i % 10 < 9 THEN 'refused'
            ELSE 'gone'
        END,
        'A title that says something of the page',
        printf('%.200c', 'x'),
        'The late house',
        '192.0.2.1',
        1600000000 + i * 180.0,
        1600000000 + i * 180.0,
        '[]',
        '//h' || (i * 7919 % 50000) || '.example/' || i,
        '//blog.example/' || (i * 31 % 2000),
        'h' || (i * 7919 % 50000) || '.example',
        0,
        'validator_' || (i % 12)
    FROM count
"""


def main(number: int) -> None:
    """Fill a file, and report on it three times."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "linkbacks.db"
        SQLiteStore(path).close()
        db = sqlite3.connect(path)
        with db:
            db.execute(_FILL, (number,))
        db.close()
        with SQLiteStore(path) as store:
            for turn in ("first", "second", "third"):
                began = time.perf_counter()
                page = to_html(make_report(store))
                taken = time.perf_counter() - began
                row(f"{turn} report on {number:,} linkbacks", f"{taken:.2f} s", "bound 5 s")
        row("size of the page", f"{len(page) / 1024:.0f} KiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
