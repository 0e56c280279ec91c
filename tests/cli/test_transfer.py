"""``linkback export`` and ``import``."""

from __future__ import annotations

import csv
import json
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest

from linkback_protocol import SQLiteStore, Status
from linkback_protocol.cli import main
from linkback_protocol.render import to_dict
from tests.cli.processes import run
from tests.exchange.samples import PAGE, sample
from tests.exchange.test_wxr import comment
from tests.exchange.test_wxr import export as wordpress

if TYPE_CHECKING:
    from pathlib import Path

    from linkback_protocol import Linkback

KEPT = (
    sample(1, title="=1+1", notes=("odd",)),
    sample(2, status=Status.SPAM, title="\u00fc \x9b31m"),
    sample(3, page=PAGE + "2/", title="The third"),
    sample(4, status=Status.PENDING),
)


@pytest.fixture
def db(tmp_path: Path) -> str:
    path = str(tmp_path / "linkbacks.db")
    with SQLiteStore(path) as store:
        store.bring_in(KEPT, now=0.0)
    return path


@pytest.fixture
def other(tmp_path: Path) -> str:
    return str(tmp_path / "other.db")


def kept(path: str) -> list[Linkback]:
    with SQLiteStore(path) as store:
        return store.find()


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    written = capsys.readouterr()
    assert written.err == ""
    return written.out


class TestExport:
    def test_json_has_everything(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        found = json.loads(said(capsys, "export", "--db", db))
        assert found == [to_dict(each) for each in KEPT]

    @pytest.mark.parametrize(
        ("options", "ids"),
        [
            (["--status", "spam", "--status", "pending"], [2, 4]),
            (["--target", PAGE + "2#x"], [3]),
            (["--limit", "2"], [1, 2]),
            (["--public"], [1, 3]),
            (["--public", "--target", PAGE], [1]),
        ],
    )
    def test_by_any_condition(
        self, db: str, capsys: pytest.CaptureFixture[str], options: list[str], ids: list[int]
    ) -> None:
        found = json.loads(said(capsys, "export", "--db", db, *options))
        assert [each["id"] for each in found] == ids
        assert all(("notes" in each) == ("--public" not in options) for each in found)

    def test_csv(self, db: str, tmp_path: Path) -> None:
        path = tmp_path / "linkbacks.csv"
        assert main(["export", "--format", "csv", "--db", db, "--output", str(path)]) == 0
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["title"] for row in rows] == ["'" + KEPT[0].title, *(k.title for k in KEPT[1:])]

    @pytest.mark.parametrize("kind", ["rss", "atom"])
    def test_feeds_have_what_is_approved_the_newest_first(
        self, db: str, capsys: pytest.CaptureFixture[str], kind: str
    ) -> None:
        options = ("--site", "http://blog.example/", "--title", "Linked", "--db", db)
        found = said(capsys, "export", "--format", kind, *options)
        assert fromstring(found) is not None
        assert found.index("h3.example") < found.index("h1.example")
        assert "h2.example" not in found
        assert "<title>Linked</title>" in found
        year = "2026-01-05" if kind == "atom" else "05 Jan 2026"
        assert year in found.partition("http://h3")[0]
        only = said(
            capsys, "export", "--format", kind, "--target", PAGE + "2/", "--db", db,
            "--feed-url", "http://blog.example/feed",
        )  # fmt: skip
        assert "h1.example" not in only
        assert 'rel="self"' in only

    def test_disavow(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        found = said(capsys, "export", "--format", "disavow", "--db", db)
        assert [line for line in found.splitlines() if line[0] != "#"] == ["domain:h2.example"]

    def test_in_utf_8_whatever_the_terminal(self, db: str, tmp_path: Path) -> None:
        ended = run(
            tmp_path,
            *("export", "--format", "csv", "--db", db),
            environment={"PYTHONIOENCODING": "ascii"},
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "\u00fc" in ended.stdout

    def test_a_terminal_is_safe(
        self, db: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        found = said(capsys, "export", "--format", "csv", "--db", db)
        assert "\u00fc \ufffd31m" in found
        assert found.replace("\n", "").isprintable()

    def test_the_old_file_stays_until_the_new_one_is_there(
        self, db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "feed.xml"
        path.write_text("old")
        arguments = ["export", "--output", str(path), "--db", db]

        def fail(*_: object, **__: object) -> list[Linkback]:
            assert path.read_text() == "old"
            raise OSError("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(SQLiteStore, "find", fail)
            assert main(arguments) == 1
        assert path.read_text() == "old"
        assert main(arguments) == 0
        assert json.loads(path.read_text())
        assert sorted(os.listdir(tmp_path)) == ["feed.xml", "linkbacks.db"]

    def test_a_link_is_followed_and_a_device_written_to(self, db: str, tmp_path: Path) -> None:
        (tmp_path / "real.json").write_text("old")
        (tmp_path / "link.json").symlink_to("real.json")
        assert main(["export", "--output", str(tmp_path / "link.json"), "--db", db]) == 0
        assert (tmp_path / "link.json").is_symlink()
        assert json.loads((tmp_path / "real.json").read_text())
        assert main(["export", "--output", os.devnull, "--db", db]) == 0
        assert not os.path.isfile(os.devnull)

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            (["--limit", "0"], "--limit"),
            (["--target", "nonsense"], "--target 'nonsense'"),
            (["--format", "rss"], "--site or --target"),
            (["--format", "atom", "--site", "nonsense"], "--site 'nonsense'"),
            (["--format", "atom", "--site", PAGE, "--feed-url", "x"], "--feed-url 'x'"),
            (["--format", "atom", "--site", PAGE, "--status", "spam"], "leave --status out"),
            (["--public", "--status", "spam"], "leave --status out"),
            (["--format", "csv", "--public"], "--public"),
            (["--format", "csv", "--site", PAGE], "--site"),
            (["--format", "disavow", "--status", "spam"], "disavow"),
            (["--format", "disavow", "--target", PAGE], "disavow"),
            (["--output", "missing/x"], "cannot write 'missing/x'"),
            (["--output", "linkbacks.db"], "the file with the linkbacks"),
        ],
    )
    def test_one_sentence_and_2(
        self,
        db: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        options: list[str],
        error: str,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert main(["export", "--db", db, *options]) == 2
        found = capsys.readouterr().err
        assert error in found
        assert found.count("\n") == 1
        assert kept(db) == list(KEPT)


class TestImport:
    def test_everything_comes_back(
        self, db: str, other: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = str(tmp_path / "linkbacks.json")
        said(capsys, "export", "--db", db, "--output", path)
        assert said(capsys, "import", path, "--db", other) == "added 4, already there 0\n"
        assert kept(other) == list(KEPT)
        assert said(capsys, "import", path, "--db", other) == "added 0, already there 4\n"
        assert kept(other) == list(KEPT)

    def test_wordpress(self, db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "export.xml"
        path.write_text("\ufeff" + wordpress(comment(), comment("comment")), encoding="utf-8")
        found = json.loads(said(capsys, "import", str(path), "--json", "--db", db))
        assert found == {"added": 1, "already_there": 0, "dry_run": False}
        assert kept(db)[-1].source == "https://cats.example/late/"

    @pytest.mark.parametrize("there", [True, False])
    def test_a_dry_run_changes_nothing(
        self, db: str, other: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], there: bool
    ) -> None:
        path = tmp_path / "linkbacks.json"
        path.write_text(json.dumps([to_dict(KEPT[0]), to_dict(sample(9))]))
        asked = said(capsys, "import", str(path), "--dry-run", "--db", db if there else other)
        assert asked == f"would add {1 if there else 2}, already there {1 if there else 0}\n"
        assert kept(db) == list(KEPT)
        assert not os.path.exists(other)

    def test_from_a_pipe(self, other: str, tmp_path: Path) -> None:
        if not hasattr(os, "mkfifo"):
            pytest.skip("no pipes with names")
        reading, writing = os.pipe()
        os.write(writing, json.dumps([to_dict(KEPT[0])]).encode())
        os.close(writing)
        try:
            assert main(["import", f"/dev/fd/{reading}", "--db", other]) == 0
        finally:
            os.close(reading)
        assert kept(other) == [KEPT[0]]

    @pytest.mark.parametrize("dry", [True, False])
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            (f"[\n{json.dumps(to_dict(sample(8)))},\n{{}}]", "line 3: protocol is missing"),
            ("[\n{\n", "line 3: this is no JSON"),
            (wordpress(comment(), comment(url="nonsense")), "line 62: wp:comment_author_url"),
            ("<rss>\n</channel>", "line 2: this is no XML: mismatched tag"),
            ("", "line 1: "),
        ],
        ids=["entry", "json", "address", "xml", "empty"],
    )
    def test_a_broken_file_changes_nothing(
        self,
        db: str,
        other: str,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        text: str,
        error: str,
        dry: bool,
    ) -> None:
        path = tmp_path / "broken"
        path.write_text(text)
        for store in (db, other):
            options = ["--dry-run"] if dry else []
            assert main(["import", str(path), "--db", store, *options]) == 2
            found = capsys.readouterr()
            assert error in found.err
            assert "nothing is imported" in found.err
            assert found.err.count("\n") == 1
            assert found.out == ""
        assert kept(db) == list(KEPT)
        assert not os.path.exists(other)

    def test_what_the_file_is_can_be_said(
        self, db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "export.xml"
        path.write_text(wordpress(comment()))
        assert main(["import", str(path), "--format", "json", "--db", db]) == 2
        assert "no list of linkbacks" in capsys.readouterr().err

    @pytest.mark.parametrize("name", ["missing", "."])
    def test_no_such_file(
        self,
        db: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        name: str,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert main(["import", name, "--db", db]) == 2
        assert f"cannot read '{name}'" in capsys.readouterr().err

    def test_ids_are_given_anew(
        self, db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "linkbacks.json"
        path.write_text(json.dumps([to_dict(sample(1, page=PAGE + "9/"))]))
        said(capsys, "import", str(path), "--db", db)
        assert kept(db) == [
            *KEPT,
            replace(KEPT[0], id=5, page=PAGE + "9/", notes=(), title="Title 1"),
        ]


class TestBar:
    def test_on_a_terminal(
        self,
        db: str,
        other: str,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        path = str(tmp_path / "linkbacks.json")
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        assert main(["export", "--db", db, "--output", path]) == 0
        shown = capsys.readouterr().err
        assert shown.startswith(f"\rexporting [{'#' * 8:<30}]  25%")
        assert shown.endswith("\r\x1b[K")
        assert main(["import", path, "--db", other]) == 0
        shown = capsys.readouterr().err
        assert f"\rchecking [{'#' * 30}] 100%\r\x1b[K" in shown
        assert f"\rimporting [{'#' * 30}] 100%\r\x1b[K" in shown
        assert main(["export", "--target", PAGE, "--db", db]) == 0
        assert capsys.readouterr().err.startswith("\rexporting 1")
