"""Files of passwords: who is let in, which files are refused, and what happens when they change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import MemoryStore
from linkback_protocol.wsgi.moderation import BasicAuth, password_file, password_line

if TYPE_CHECKING:
    from pathlib import Path

ANN = password_line("ann", "correct horse")
BOB = password_line("bob", "battery: staple ü")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "moderators.txt"
    write(path, f"# those who moderate\n\n{ANN}\n{BOB}\r\n")
    return path


def write(path: Path, content: str | bytes, mode: int = 0o600) -> None:
    new = path.with_suffix(".new")
    new.write_bytes(content if isinstance(content, bytes) else content.encode())
    new.chmod(mode)
    new.replace(path)


def test_who_is_let_in(file: Path) -> None:
    check = password_file(file)
    assert check("ann", "correct horse")
    assert check("bob", "battery: staple ü")
    for name, password in [
        ("ann", "battery: staple ü"),
        ("ann", ""),
        ("", ""),
        ("eve", "correct horse"),
        ("ann", ANN.partition(":")[2]),
        ("ann", "correct horse" + "x" * 500),
    ]:
        assert not check(name, password)


def test_two_lines_of_one_password_differ() -> None:
    assert password_line("ann", "correct horse") != ANN


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "names nobody"),
        ("# only this\n\n", "names nobody"),
        ("ann:plain text\n", "line 1"),
        ("ann:\n", "line 1"),
        ("ann\n", "line 1"),
        (f"{ANN}\neve:md5$x$y\n", "line 2"),
        (f"{ANN}\n{ANN}\n", "line 2"),
        (f":{ANN}\n", "line 1"),
        (f"receiver:{ANN.partition(':')[2]}\n", "line 1"),
        (b"\xff\xfe", "UTF-8"),
        ("x" * (1 << 20) + "\n", "too long"),
    ],
)
def test_what_is_no_file_of_passwords(file: Path, content: str | bytes, said: str) -> None:
    write(file, content)
    with pytest.raises(ValueError, match=said) as caught:
        password_file(file)
    assert "plain text" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        password_file(tmp_path / "missing")


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes here")
@pytest.mark.parametrize("mode", [0o604, 0o602, 0o666])
def test_one_that_is_open_to_everybody(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(ValueError, match="chmod 600"):
        password_file(file)


def test_it_is_read_again_when_it_changes(file: Path) -> None:
    check = password_file(file)
    write(file, password_line("ann", "another one"))
    assert check("ann", "another one")
    assert not check("ann", "correct horse")
    assert not check("bob", "battery: staple ü")


@pytest.mark.parametrize("content", ["", "broken\n", None])
def test_one_that_breaks_lets_nobody_in(file: Path, content: str | None) -> None:
    check = password_file(file)
    if content is None:
        file.unlink()
    else:
        write(file, content)
    assert not check("ann", "correct horse")
    write(file, ANN)
    assert check("ann", "correct horse")


def test_who_was_let_in_is_out_when_the_file_says_so(file: Path) -> None:
    authenticate = BasicAuth(password_file(file), store=MemoryStore())
    environ = {"HTTP_AUTHORIZATION": "Basic YW5uOmNvcnJlY3QgaG9yc2U=", "REMOTE_ADDR": "192.0.2.1"}
    assert authenticate(environ) == "ann"
    assert authenticate(environ) == "ann"
    write(file, BOB)
    assert authenticate(environ) is None


@pytest.mark.parametrize(
    "name", ["", "a:b", " ann", "a\nb", "recheck", "x" * 65, "#ann", "a\u202eb"]
)
def test_names_that_will_not_do(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        password_line(name, "correct horse")


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_passwords_that_will_not_do(password: str) -> None:
    with pytest.raises(ValueError, match="8 to 256"):
        password_line("ann", password)
