"""``linkback report``."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest

from linkback_protocol import Linkback, Protocol, SQLiteStore, Status, Verdict
from linkback_protocol.cli import main
from linkback_protocol.linkback import Move

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "http://blog.example/post/"


@pytest.fixture
def db(tmp_path: Path) -> str:
    path = str(tmp_path / "linkbacks.db")
    with SQLiteStore(path) as store:
        store.bring_in(
            [
                kept(1, datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)),
                kept(2, datetime(2026, 2, 1, tzinfo=UTC)),
                kept(3, datetime(2026, 2, 28, tzinfo=UTC), Status.SPAM),
            ],
            now=0.0,
        )
    return path


def kept(number: int, received: datetime, status: Status = Status.APPROVED) -> Linkback:
    verdicts = (Verdict.spam("junk", by="ann\x1b[31m"),)
    return Linkback(
        id=0,
        protocol=Protocol.PINGBACK,
        source=f"http://h{number}.example/",
        target=PAGE,
        page=PAGE,
        status=status,
        received=received,
        updated=received,
        history=(Move(received, status, "receiver", verdicts),),
    )


def counted(db: str, capsys: pytest.CaptureFixture[str], *options: str) -> int:
    assert main(["report", "--json", "--db", db, *options]) == 0
    return int(json.loads(capsys.readouterr().out)["received"])


@pytest.mark.parametrize(
    ("options", "number"),
    [
        ([], 3),
        (["--since", "2026-02-01"], 2),
        (["--until", "2026-01-31"], 1),
        (["--until", "2026-01-30"], 0),
        (["--since", "2026-02-01", "--until", "2026-02-01"], 1),
    ],
)
def test_days_are_whole(
    db: str, capsys: pytest.CaptureFixture[str], options: list[str], number: int
) -> None:
    assert counted(db, capsys, *options) == number


def test_the_table(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--db", db]) == 0
    said = capsys.readouterr().out
    lines = [line.split() for line in said.splitlines()]
    assert said.startswith("Received: 3. Links, approved or waiting: 2. Spam: 1, 33.3%.")
    assert ["2026-02", "1", "+0%", "1", "0", "2"] in lines
    assert ["1", "50.0%", "h1.example"] in lines
    assert ["2", "100.0%", PAGE] in lines
    assert "ann\ufffd[31m" in said
    assert "\x1b" not in said


def test_no_more_than_asked_for(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--db", db, "--top", "1"]) == 0
    said = capsys.readouterr().out
    assert "h1.example" in said
    assert "h2.example" not in said


def test_an_empty_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    SQLiteStore(tmp_path / "empty.db").close()
    assert main(["report", "--db", str(tmp_path / "empty.db")]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_a_page_and_a_chart(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, chart = tmp_path / "report.html", tmp_path / "report.svg"
    assert main(["report", "--db", db, "--html", str(page)]) == 0
    assert main(["report", "--db", db, "--svg", str(chart)]) == 0
    assert capsys.readouterr().out == ""
    assert "h1.example" in page.read_text(encoding="utf-8")
    assert fromstring(chart.read_text(encoding="utf-8")).tag.endswith("svg")
    assert sorted(os.listdir(tmp_path)) == ["linkbacks.db", "report.html", "report.svg"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "2026-02-02", "--until", "2026-02-01"], "--until is before --since"),
        (["--until", "9999-12-31"], "--until is too late"),
        (["--html", "missing/report.html"], "cannot write 'missing/report.html'"),
        (["--html", "."], "cannot write '.'"),
        (["--svg", "linkbacks.db"], "is the file with the linkbacks"),
    ],
)
def test_one_sentence_and_2(
    db: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["report", "--db", db, *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert counted(db, capsys) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "yesterday"], "'yesterday' is no day"),
        (["--top", "0"], "from 1 to 1000"),
        (["--top", "1001"], "from 1 to 1000"),
        (["--top", "x"], "from 1 to 1000"),
        (["--json", "--html", "x"], "not allowed with"),
    ],
)
def test_usage(db: str, capsys: pytest.CaptureFixture[str], options: list[str], said: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["report", "--db", db, *options])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err
