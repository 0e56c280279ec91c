"""``python -m tests.interop.wordpress``: a WordPress that stays until it is told to go."""

from __future__ import annotations

import contextlib
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.interop import database, web_server
from tests.interop import wordpress as command

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.interop.wordpress import WordPress


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "linkback-protocol" / "wordpress.json"


@pytest.fixture
def run(state: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(*words: str) -> tuple[int, str]:
        code = command.main(words)
        return code, capsys.readouterr().out

    return run


def processes_of(folder: str) -> list[Path]:
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if folder.encode() in each.read_bytes():
                found.append(each)
    return found


@pytest.mark.parametrize("word", ["status", "down", "publish"])
def test_nothing_runs(run: Callable[..., tuple[int, str]], word: str) -> None:
    words = [word, "<p>Hi.</p>"] if word == "publish" else [word]
    assert run(*words) == (3, "No WordPress runs.\n")


def test_nothing_runs_in_json(run: Callable[..., tuple[int, str]]) -> None:
    code, said = run("status", "--json")
    assert (code, json.loads(said)) == (3, None)


def test_up_and_down(
    run: Callable[..., tuple[int, str]], state: Path, wordpress: WordPress
) -> None:
    code, said = run("up", "--json", "--show-faults")
    addresses: dict[str, Any] = json.loads(said)
    folder = json.loads(state.read_text())["folder"]
    try:
        assert (code, addresses.keys()) == (0, wordpress.addresses().keys())
        assert addresses["url"] != wordpress.url
        assert state.stat().st_mode & 0o077 == 0
        assert run("up", "--json") == (0, said)
        assert run("status", "--json") == (0, said)
        code, permalink = run("publish", "<p>Hi.</p>")
        with urllib.request.urlopen(permalink.strip(), timeout=30) as answer:
            assert b"<p>Hi.</p>" in answer.read()
        assert processes_of(folder) != []
    finally:
        code, _ = run("down")
    assert code == 0
    assert processes_of(folder) == []
    assert not Path(folder).exists()
    assert not state.exists()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(addresses["url"], timeout=30)
    assert wordpress.linkbacks() is not None
    assert run("down")[0] == 3


def test_what_has_died_is_replaced(
    run: Callable[..., tuple[int, str]], state: Path, wordpress: WordPress
) -> None:
    run("up")
    before = json.loads(state.read_text())
    web_server.stop(Path(before["folder"]))
    assert run("status")[0] == 3
    try:
        assert run("up", "--json")[0] == 0
        after = json.loads(state.read_text())
        assert after["folder"] != before["folder"]
        assert not Path(before["folder"]).exists()
        with pytest.raises(command.Unavailable, match=before["database"]["name"]):
            database._ask(tuple(after["database"]["reached"]), f"USE {before['database']['name']}")
    finally:
        run("down")
