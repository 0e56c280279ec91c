"""The owner's commands, on a store filled by pings."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Limits, Ping, Protocol, SQLiteStore, Status, Verdict
from linkback_protocol.cli import main
from tests.cli.processes import COMMAND, ENVIRONMENT, run

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "http://blog.example/post/"
FIELDS = [
    *("id", "protocol", "source", "target", "page", "status", "title", "excerpt", "site_name"),
    *(
        "sender",
        "browser",
        "user_agent",
        "received",
        "updated",
        "checked",
        "reasons",
        "history",
        "notes",
    ),
]


@pytest.fixture
def db(tmp_path: Path) -> str:
    path = str(tmp_path / "linkbacks.db")
    with SQLiteStore(path) as store:
        for number in range(3):
            kept = store.add(
                Ping(
                    protocol=Protocol.PINGBACK if number else Protocol.TRACKBACK,
                    source=f"http://h{number}.example/",
                    target=PAGE,
                    sender="192.0.2.1",
                ),
                page=PAGE if number < 2 else PAGE + "other/",
                limits=Limits.off(),
                now=1.0,
                due=2.0,
            )
            reasons = [Verdict.hold("odd", by="me")]
            store.finish(
                kept.id,
                Status.PENDING,
                reasons,
                title="A \x1b[31mtitle",
                excerpt="é",
                site_name="",
                now=2.0,
            )
    return path


def keep(folder: Path, *, title: str) -> None:
    ping = Ping(protocol=Protocol.TRACKBACK, source="http://a.example/", target=PAGE, title=title)
    with SQLiteStore(folder / "linkbacks.db") as store:
        store.add(ping, page=PAGE, limits=Limits.off(), now=1.0, due=2.0)


def listed(db: str, capsys: pytest.CaptureFixture[str], *options: str) -> list[int]:
    assert main(["list", "--json", "--db", db, *options]) == 0
    return [found["id"] for found in json.loads(capsys.readouterr().out)]


class TestList:
    def test_json_has_every_field(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["list", "--json", "--db", db]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [list(entry) for entry in found] == [FIELDS] * 3
        assert found[0]["reasons"] == [{"action": "hold", "reason": "odd", "by": "me"}]
        assert found[0]["status"] == "pending"

    @pytest.mark.parametrize(
        ("options", "ids"),
        [
            (["--status", "pending"], [1, 2, 3]),
            (["--status", "spam", "--status", "gone"], []),
            (["--protocol", "trackback"], [1]),
            (["--target", "https://blog.example/post#x"], [1, 2]),
            (["--source-host", "h2.example"], [3]),
            (["--source-host", "H2.Example:8080"], [3]),
            (["--limit", "2"], [1, 2]),
            (["--newest", "--limit", "1"], [3]),
        ],
    )
    def test_by_any_condition(
        self, db: str, capsys: pytest.CaptureFixture[str], options: list[str], ids: list[int]
    ) -> None:
        assert listed(db, capsys, *options) == ids

    def test_the_table_is_safe_for_a_terminal(
        self, db: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["list", "--db", db]) == 0
        table = capsys.readouterr().out
        assert "\x1b" not in table
        assert table.count("http://blog.example/post/") == 3

    def test_json_is_safe_for_a_terminal(self, tmp_path: Path) -> None:
        hostile = "\x7f\x9b31m\u202e\x1b]0;"
        keep(tmp_path, title=hostile)
        for command in (("list", "--json"), ("show", "1", "--json")):
            said = run(tmp_path, *command, "--db", "linkbacks.db").stdout
            assert said.isascii()
            assert said.replace("\n", "").isprintable()
            found = json.loads(said)
            assert (found[0] if isinstance(found, list) else found)["title"] == hostile

    def test_a_terminal_without_the_letters(self, tmp_path: Path) -> None:
        keep(tmp_path, title="caf\xe9")
        for command in (("list",), ("show", "1")):
            ended = run(
                tmp_path,
                *(*command, "--db", "linkbacks.db"),
                environment={"PYTHONIOENCODING": "ascii"},
            )
            assert (ended.returncode, ended.stderr) == (0, "")
            assert "caf\\xe9" in ended.stdout

    def test_a_full_disk_is_said(self, db: str) -> None:
        if not os.path.exists("/dev/full"):
            pytest.skip("no device that is always full")
        with open("/dev/full", "wb") as full:
            ended = subprocess.run(
                [*COMMAND, "list", "--db", db],
                env=ENVIRONMENT,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                timeout=60,
            )
        assert ended.returncode == 1
        assert ended.stderr.startswith("linkback: ")
        assert ended.stderr.count("\n") == 1

    def test_a_reader_that_had_enough_is_no_error(self, db: str) -> None:
        with SQLiteStore(db) as store:
            for number in range(3000):
                ping = Ping(
                    protocol=Protocol.PINGBACK, source=f"http://x.example/{number}", target=PAGE
                )
                store.add(ping, page=PAGE, limits=Limits.off(), now=1.0, due=2.0)
        with subprocess.Popen(
            [*COMMAND, "list", "--json", "--db", db],
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            assert process.wait(timeout=30) == 0
            assert process.stderr.read() == b""

    def test_pages_of_many(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        with SQLiteStore(db) as store:
            for number in range(1200):
                ping = Ping(
                    protocol=Protocol.PINGBACK, source=f"http://x.example/{number}", target=PAGE
                )
                store.add(ping, page=PAGE, limits=Limits.off(), now=1.0, due=2.0)
        assert listed(db, capsys) == list(range(1, 1204))
        assert listed(db, capsys, "--newest", "--limit", "1100")[-1] == 104


class TestDeciding:
    @pytest.mark.parametrize(
        ("command", "status"),
        [
            ("approve", Status.APPROVED),
            ("spam", Status.SPAM),
            ("trash", Status.TRASH),
        ],
    )
    def test_each_moves_and_says_who(
        self, db: str, capsys: pytest.CaptureFixture[str], command: str, status: Status
    ) -> None:
        assert main([command, "1", "3", "--db", db]) == 0
        assert len(capsys.readouterr().out.splitlines()) == 2
        with SQLiteStore(db) as store:
            moved = store.find(status=[status])
            assert {1, 3} <= {kept.id for kept in moved}
            assert moved[0].reasons[-1].by == "owner"

    @pytest.mark.parametrize(
        ("commands", "status"),
        [
            (["trash", "restore"], Status.PENDING),
            (["approve", "trash", "restore"], Status.APPROVED),
            (["approve", "spam", "hold"], Status.PENDING),
            (["approve", "spam", "undo"], Status.APPROVED),
            (["approve", "undo"], Status.PENDING),
            (["approve", "undo", "undo"], Status.APPROVED),
        ],
    )
    def test_steps_can_be_taken_back(self, db: str, commands: list[str], status: Status) -> None:
        for command in commands:
            assert main([command, "1", "--by", "ann", "--db", db]) == 0
        with SQLiteStore(db) as store:
            kept = store.get(1)
        assert kept is not None
        assert kept.status is status
        assert [move.by for move in kept.history] == ["receiver", *["ann"] * len(commands)]

    def test_what_is_so_already_is_left_alone(self, db: str) -> None:
        for _ in range(2):
            assert main(["approve", "1", "--db", db]) == 0
        with SQLiteStore(db) as store:
            kept = store.get(1)
        assert kept is not None
        assert len(kept.history) == 2

    def test_notes_add_up_and_are_found(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["note", "2", "thanked  them", "--db", db]) == 0
        assert main(["note", "2", "good", "--db", db]) == 0
        assert capsys.readouterr().out == "thanked them\nthanked them\ngood\n"
        assert listed(db, capsys, "--text", "thanked") == [2]
        assert main(["note", "2", "--clear", "--db", db]) == 0
        assert listed(db, capsys, "--text", "thanked") == []

    def test_json(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["approve", "2", "--db", db, "--json"]) == 0
        (moved,) = json.loads(capsys.readouterr().out)
        assert (moved["id"], moved["status"]) == (2, "approved")

    def test_one_that_is_named_twice(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["approve", "2", "2", "--db", db]) == 0
        assert capsys.readouterr().out == f"2 approved http://h1.example/ -> {PAGE}\n"
        with SQLiteStore(db) as store:
            kept = store.get(2)
        assert kept is not None
        assert [verdict.by for verdict in kept.reasons] == ["me", "owner"]

    def test_all_or_none(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["approve", "1", "99", "--db", db]) == 2
        assert "no linkback 99" in capsys.readouterr().err
        with SQLiteStore(db) as store:
            assert store.count()[Status.APPROVED] == 0


class TestShow:
    def test_all_that_is_known(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["show", "1", "--db", db]) == 0
        said = capsys.readouterr().out
        assert "http://h0.example/" in said
        assert "hold, me: odd" in said
        assert "pending by receiver" in said
        assert "\x1b" not in said

    def test_json(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["show", "1", "--db", db, "--json"]) == 0
        assert list(json.loads(capsys.readouterr().out)) == FIELDS


class TestErrors:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["show", "99"], "no linkback 99"),
            (["note", "99", "x"], "no linkback 99"),
            (["note", "1"], "--clear"),
            (["note", "1", "x" * 501], "500 characters"),
            (["list", "--target", "nonsense"], "--target"),
            (["list", "--limit", "0"], "--limit"),
            (["list", "--source-host", "b%"], "--source-host"),
        ],
    )
    def test_one_sentence_and_2(
        self, db: str, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
    ) -> None:
        assert main([*arguments, "--db", db]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["list", "--status", "nonsense"], "'pending'"),
            (["list", "--protocol", "nonsense"], "'trackback'"),
            (["approve"], "ID"),
            (["show", "x"], "ID"),
            (["nonsense"], "approve"),
            ([], "COMMAND"),
        ],
    )
    def test_usage(
        self, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
    ) -> None:
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
        assert said in capsys.readouterr().err.splitlines()[-1]

    def test_a_missing_file_is_not_made(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        missing = tmp_path / "missing.db"
        assert main(["list", "--db", str(missing)]) == 2
        assert "linkback serve" in capsys.readouterr().err
        assert not missing.exists()

    def test_a_folder(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["list", "--db", str(tmp_path)]) == 2
        assert "no file" in capsys.readouterr().err

    def test_the_file_that_the_environment_names(
        self, db: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LINKBACK_DB", db)
        assert main(["list"]) == 0
        assert capsys.readouterr().out.count(PAGE) == 3

    def test_a_file_that_is_no_database(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "text.db"
        path.write_text("text " * 1000)
        assert main(["list", "--db", str(path)]) == 2
        assert "not a database" in capsys.readouterr().err

    def test_the_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main(["--version"])
        assert caught.value.code == 0
        assert "linkback-protocol" in capsys.readouterr().out
