"""What is SQLite's own: processes, durability, versions of the file, and the use of indexes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Limits, SQLiteStore, Status, StoreError, Verdict
from linkback_protocol.stores.connections import APPLICATION_ID
from linkback_protocol.stores.schema import MIGRATIONS
from tests.stores.test_contract import NOW, PAGE, add, finish

if TYPE_CHECKING:
    from pathlib import Path

PRELUDE = f"""
import sys, time
from linkback_protocol import *
store = SQLiteStore(sys.argv[1], busy_timeout=30)
def add(source, limits=Limits.off()):
    ping = Ping(protocol=Protocol.PINGBACK, source=source, target={PAGE!r}, sender="192.0.2.1")
    return store.add(ping, page={PAGE!r}, limits=limits, now={NOW}, due={NOW})
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "linkbacks.db"


def start(path: Path, code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PRELUDE + code, str(path), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run(path: Path, code: str, *arguments: str, processes: int = 1) -> list[str]:
    """Run `code` in some processes at once; return what they print."""
    running = [start(path, code, *arguments) for _ in range(processes)]
    printed = []
    for process in running:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        printed += output.split()
    return printed


class TestProcesses:
    def test_identical_pings_register_once_and_none_is_lost(self, path: Path) -> None:
        printed = run(
            path,
            "for n in range(50):\n"
            "    try: add(f'http://a.example/{n}'); print('added')\n"
            "    except AlreadyRegistered: print('already')\n"
            "store.close()",
            processes=8,
        )
        assert sorted(printed) == ["added"] * 50 + ["already"] * 350
        with SQLiteStore(path) as store:
            assert len(store.find()) == 50
            assert store.count()[Status.RECEIVED] == 50

    def test_counts_hold(self, path: Path) -> None:
        printed = run(
            path,
            "import os\n"
            "for n in range(20):\n"
            "    try:\n"
            "        add(f'http://a.example/{os.getpid()}/{n}', Limits(per_source_host=25))\n"
            "        print('added')\n"
            "    except RateLimited: pass\n"
            "store.close()",
            processes=4,
        )
        assert printed == ["added"] * 25

    def test_work_is_handed_out_once(self, path: Path) -> None:
        with SQLiteStore(path) as store:
            for number in range(60):
                add(store, f"http://a.example/{number}", due=NOW)
            printed = run(
                path,
                f"while (kept := store.claim(now={NOW}, until={NOW} + 60)): print(kept.id)\n"
                "store.close()",
                processes=4,
            )
            assert sorted(map(int, printed)) == [kept.id for kept in store.find()]

    def test_an_accepted_ping_survives_a_kill(self, path: Path) -> None:
        process = start(path, "print(add('http://a.example/1').id, flush=True); sys.stdin.read()")
        assert process.stdout is not None
        linkback_id = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        with SQLiteStore(path) as store:
            kept = store.claim(now=NOW, until=NOW + 60)
            assert kept is not None
            assert kept.id == linkback_id

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
    def test_a_fork_opens_its_own_connections(self, path: Path) -> None:
        printed = run(
            path,
            "import os\n"
            "add('http://a.example/parent')\n"
            "child = os.fork()\n"
            "add(f'http://a.example/{child == 0}')\n"
            "if child == 0: print(len(store.find()) >= 2, flush=True); os._exit(0)\n"
            "assert os.waitpid(child, 0)[1] == 0\n"
            "print(len(store.find()))\n"
            "store.close()",
        )
        assert printed == ["True", "3"]

    def test_a_new_file_may_be_opened_by_many_at_once(self, path: Path) -> None:
        assert run(path, "print(len(store.find())); store.close()", processes=8) == ["0"] * 8


class TestFiles:
    def test_it_is_in_wal_mode(self, path: Path) -> None:
        SQLiteStore(path).close()
        with sqlite3.connect(path) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        db.close()

    def test_what_was_kept_is_there_the_next_time(self, path: Path) -> None:
        with SQLiteStore(path) as store:
            kept = finish(store, add(store).id)
        with SQLiteStore(path) as store:
            assert store.find() == [kept]

    def test_one_of_the_first_version_is_brought_up_to_date(self, path: Path) -> None:
        db = sqlite3.connect(path)
        for statement in MIGRATIONS[0]:
            db.execute(statement)
        said = '[["hold", "odd", "me"]]'
        row = "'pingback', 's', 't', 'p', 'pending', '', '', '', '', 1, 2"
        db.execute(f"INSERT INTO linkback VALUES (1, {row}, ?, 'a', 'p', 'h', 0)", (said,))
        db.execute(f"INSERT INTO linkback VALUES (2, {row}, '[]', 'b', 'p', 'h', 0)")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        db.commit()
        db.close()
        with SQLiteStore(path) as store:
            old, bare = store.find()
        assert old.reasons == (Verdict.hold("odd", by="me"),)
        assert [(move.at.timestamp(), move.status) for move in old.history] == [(2, "pending")]
        assert (bare.history, bare.notes, bare.checked) == ((), (), None)

    def test_pages_that_were_kept_without_a_passage_have_none(self, path: Path) -> None:
        db = sqlite3.connect(path)
        for statements in MIGRATIONS[:3]:
            for statement in statements:
                db.execute(statement)
        body = zlib.compress(b"<p>a page")
        db.execute("INSERT INTO evidence VALUES (1, 2, 'http://a.example/', '', ?, 0)", (body,))
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 3")
        db.commit()
        db.close()
        with SQLiteStore(path) as store:
            kept = store.evidence(1)
        assert kept is not None
        assert (kept.body, kept.passage) == (b"<p>a page", None)

    def test_one_of_a_newer_version_is_refused(self, path: Path) -> None:
        SQLiteStore(path).close()
        db = sqlite3.connect(path)
        db.execute("PRAGMA user_version = 99")
        db.close()
        with pytest.raises(StoreError, match="upgrade"):
            SQLiteStore(path)

    def test_the_database_of_another_program_is_left_alone(self, path: Path) -> None:
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE django_session (id)")
        db.close()
        before = path.read_bytes()
        with pytest.raises(StoreError, match="another program"):
            SQLiteStore(path)
        assert path.read_bytes() == before

    def test_one_that_is_no_database_is_refused(self, path: Path) -> None:
        path.write_bytes(b"not a database at all, but long enough to look like one" * 50)
        with pytest.raises(StoreError, match="not a database"):
            SQLiteStore(path)

    def test_a_missing_folder_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="folder exist"):
            SQLiteStore(tmp_path / "missing" / "linkbacks.db")

    @pytest.mark.parametrize("path", ["", ":memory:"])
    def test_nothing_to_keep_is_another_store(self, path: str) -> None:
        with pytest.raises(ValueError, match="MemoryStore"):
            SQLiteStore(path)

    def test_a_busy_file_is_a_clear_failure(self, path: Path) -> None:
        with SQLiteStore(path, busy_timeout=0.05) as store:
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked"):
                add(store)
            other.execute("ROLLBACK")
            other.close()
            add(store)

    def test_a_failed_step_leaves_nothing_behind(self, path: Path) -> None:
        limits = Limits(per_sender=5, per_target=1)
        with SQLiteStore(path) as store:
            add(store, "http://a.example/1", limits=limits)
            for _ in range(9):
                with pytest.raises(Exception, match="per_target"):
                    add(store, "http://a.example/2", limits=limits)
            add(store, "http://a.example/3", limits=limits, page=PAGE + "other/")


@pytest.mark.parametrize(
    "conditions",
    [
        "page_key = ? ",
        "page_key = ? AND status IN (?)",
        "status IN (?)",
        "status IN (?) AND id > ?",
        "source_host = ?",
        "source_host = ? AND id < ?",
    ],
)
def test_every_look_up_uses_an_index(path: Path, conditions: str) -> None:
    SQLiteStore(path).close()
    db = sqlite3.connect(path)
    statement = f"SELECT * FROM linkback WHERE {conditions} ORDER BY id LIMIT 10"
    values = ["x"] * conditions.count("?")
    plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", values))
    db.close()
    assert "SEARCH" in plan
    assert "SCAN" not in plan


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT min(due) FROM linkback WHERE status = 'received'",
        (
            "SELECT * FROM linkback INDEXED BY linkback_by_due"
            " WHERE status = 'received' AND due <= 1 ORDER BY due LIMIT 1"
        ),
        "SELECT total(number) FROM hit WHERE scope = 'a' AND key = 'b' AND at > 1",
        "SELECT max(started) FROM fetch WHERE domain = 'a'",
        "DELETE FROM linkback WHERE status = 'refused' AND updated < 1",
    ],
)
def test_every_count_uses_an_index(path: Path, statement: str) -> None:
    SQLiteStore(path).close()
    db = sqlite3.connect(path)
    plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}"))
    db.close()
    assert "SEARCH" in plan
    assert "TEMP B-TREE" not in plan
