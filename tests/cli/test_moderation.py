"""``linkback serve --moderation-password-file`` and ``linkback password``, as processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import xmlrpc.client
from typing import TYPE_CHECKING

import pytest
import requests

from linkback_protocol.cli import main
from linkback_protocol.wsgi.moderation import PasswordFile, password_line
from tests.cli.processes import COMMAND, ENVIRONMENT, LOOPBACK, listed, ping, run, serving
from tests.wsgi.moderation.pages import Browser

if TYPE_CHECKING:
    from pathlib import Path

    from tests.peers import SourceSite

PASSWORD = "correct horse"
ANN = ("ann", PASSWORD)


@pytest.fixture
def passwords(folder: Path) -> Path:
    path = folder / "moderators.txt"
    path.touch(mode=0o600)
    path.write_text(password_line(*ANN) + "\n")
    return path


def make(name: str, said: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "password", name],
        input=said,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
        timeout=60,
    )


class TestServe:
    def test_a_ping_is_approved_on_the_page(
        self, folder: Path, passwords: Path, source: SourceSite
    ) -> None:
        options = ("--moderation-password-file", str(passwords))
        with serving(folder, "blog:app", *options, *LOOPBACK) as (url, _):
            ping(url + "pingback", source.link("/a", url + "post/", title="One"), url + "post/")
            page = requests.get(url + "linkbacks/", auth=ANN, timeout=10)
            assert "One" in page.text
            assert "X-Pingback" not in page.headers
            token = re.search(r'name="token" value="(\w+)"', page.text)
            assert token is not None
            fields = {"token": token[1], "one": "approve 1"}
            requests.post(url + "linkbacks/decide", data=fields, auth=ANN, timeout=10)
            assert listed(folder)[0]["status"] == "approved"
            assert requests.get(url + "linkbacks/", timeout=10).status_code == 401
            assert requests.get(url + "post/", timeout=10).status_code == 200
        # What was open before a restart can be sent after it.
        with serving(folder, "blog:app", *options, *LOOPBACK) as (url, _):
            fields = {"token": token[1], "one": "spam 1"}
            requests.post(url + "linkbacks/decide", data=fields, auth=ANN, timeout=10)
            assert listed(folder)[0]["status"] == "spam"

    def test_what_is_set_on_the_page_holds_for_the_next_ping(
        self, folder: Path, passwords: Path, source: SourceSite
    ) -> None:
        options = ("--moderation-password-file", str(passwords), "--no-moderate")
        options += ("--validators", "none")
        with serving(folder, "blog:app", *options, *LOOPBACK) as (url, _):
            post = url + "post/"
            ping(url + "pingback", source.link("/a", post), post)
            assert listed(folder)[0]["status"] == "approved"
            desk = Browser(url + "linkbacks/")
            desk.session.auth = ANN
            page = desk.get(desk.get().links()["Settings"])
            assert "As the server says (is shown)" in page.text("option")
            choice = page.values() | {"moderate": "yes"}
            desk.press(page, "keep", "yes", fields=choice.items())
            ping(url + "pingback", source.link("/b", post), post)
            assert listed(folder)[1]["status"] == "pending"

            page = desk.get("settings/page?url=" + post)
            choice = page.values() | {"pingbacks": "no"}
            desk.press(page, "keep", "yes", fields=choice.items())
            with pytest.raises(xmlrpc.client.Fault) as refused:
                ping(url + "pingback", source.link("/c", post), post)
            assert refused.value.faultCode == 33
            assert "X-Pingback" not in requests.get(post, timeout=10).headers
            said = json.loads(run(folder, "settings", "--json", "--db", "linkbacks.db").stdout)
            assert said == {"site": {"moderate": True}, "pages": {post: {"pingbacks": False}}}

    def test_where_it_is_told(self, folder: Path, passwords: Path) -> None:
        options = ("--moderation-password-file", str(passwords), "--moderation-path", "/a/desk")
        with serving(folder, "--site", "https://static.example/", *options) as (url, _):
            for path in ("a/desk", "a/desk/", "a/desk/static/moderation.css"):
                assert requests.get(url + path, auth=ANN, timeout=10).status_code == 200
            assert requests.get(url + "linkbacks/", auth=ANN, timeout=10).status_code == 404

    def test_without_a_file_there_is_no_page(self, folder: Path) -> None:
        with serving(folder, "blog:app") as (url, _):
            assert requests.get(url + "linkbacks/", auth=ANN, timeout=10).status_code == 404

    def test_a_file_that_goes_away_lets_nobody_in(self, folder: Path, passwords: Path) -> None:
        options = ("--moderation-password-file", str(passwords))
        with serving(folder, "blog:app", *options) as (url, _):
            assert requests.get(url + "linkbacks/", auth=ANN, timeout=10).status_code == 200
            passwords.unlink()
            assert requests.get(url + "linkbacks/", auth=ANN, timeout=10).status_code == 401

    @pytest.mark.parametrize(
        ("content", "mode", "said"),
        [
            (None, 0o600, "cannot be read"),
            ("", 0o600, "names nobody"),
            ("ann:correct horse\n", 0o600, "line 1"),
            (password_line(*ANN), 0o644, "chmod 600"),
        ],
    )
    def test_it_does_not_start_without_passwords(
        self,
        folder: Path,
        passwords: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        content: str | None,
        mode: int,
        said: str,
    ) -> None:
        if content is None:
            passwords.unlink()
        else:
            passwords.write_text(content)
            passwords.chmod(mode)
        monkeypatch.chdir(folder)
        options = ["--bind", "127.0.0.1:0", "--db", "x.db"]
        assert main(["serve", "x:y", *options, "--moderation-password-file", str(passwords)]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1
        assert "correct horse" not in error

    @pytest.mark.parametrize(
        "path",
        ["linkbacks/", "/", "", "//x", "/a?b", "/a%20b", "/pingback", "/é/", "/a/../b", "/a\tb"],
    )
    def test_paths_that_will_not_do(
        self, passwords: Path, capsys: pytest.CaptureFixture[str], path: str
    ) -> None:
        options = ["--moderation-password-file", str(passwords), "--moderation-path", path]
        assert main(["serve", "x:y", "--db", str(passwords) + ".db", *options]) == 2
        assert "--moderation-path" in capsys.readouterr().err

    def test_pings_do_not_need_a_password(
        self, passwords: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        options = ["--moderation-password-file", str(passwords), "--moderation-path", "/a"]
        paths = ["--db", str(passwords) + ".db", "--pingback-path", "/a/pingback"]
        assert main(["serve", "x:y", *paths, *options]) == 2
        assert "--pingback-path" in capsys.readouterr().err

    def test_without_the_page_its_path_is_free(self, folder: Path, source: SourceSite) -> None:
        with serving(folder, "blog:app", "--pingback-path", "/linkbacks", *LOOPBACK) as (url, _):
            said = ping(url + "linkbacks", source.link("/a", url + "post/"), url + "post/")
            assert "moderation" in said


class TestPassword:
    def test_a_line_from_a_pipe_is_one_that_serve_takes(self, tmp_path: Path) -> None:
        made = make("ann", f"{PASSWORD}\n")
        assert made.stderr == ""
        path = tmp_path / "moderators.txt"
        path.touch(mode=0o600)
        path.write_text(made.stdout)
        assert PasswordFile(path)(*ANN)

    @pytest.mark.parametrize(
        ("name", "said", "why"),
        [
            ("ann", "", "8 to 256"),
            ("ann", "short\n", "8 to 256"),
            ("ann", "x" * 300, "8 to 256"),
            ("a:b", "correct horse\n", "colon"),
            ("receiver", "correct horse\n", "another name"),
            ("ann", "correct\x00horse\n", "control characters"),
            ("ann", "caf\udce9 correct horse\n", "UTF-8"),
        ],
    )
    def test_what_will_not_do(self, name: str, said: str, why: str) -> None:
        made = make(name, said)
        assert (made.returncode, made.stdout) == (2, "")
        assert why in made.stderr
        assert made.stderr.count("\n") == 1

    @pytest.mark.parametrize(("again", "status"), [(PASSWORD, 0), ("another one", 2)])
    def test_at_a_terminal_it_is_asked_for_twice_and_not_shown(
        self, again: str, status: int
    ) -> None:
        ours, theirs = pytest.importorskip("pty").openpty()
        try:
            with subprocess.Popen(
                [*COMMAND, "password", "ann"],
                stdin=theirs,
                stdout=subprocess.PIPE,
                stderr=theirs,
                env=ENVIRONMENT,
                start_new_session=True,
            ) as process:
                os.close(theirs)
                shown = b""
                for question, answer in ((b"Password: ", PASSWORD), (b"again: ", again)):
                    while not shown.endswith(question):
                        shown += os.read(ours, 1)
                    os.write(ours, answer.encode() + b"\n")
                assert process.stdout is not None
                line = process.stdout.read()
                assert process.wait(timeout=30) == status
        finally:
            os.close(ours)
        assert PASSWORD.encode() not in shown + line
        assert line.startswith(b"ann:scrypt:") is (status == 0)


class TestLists:
    def test_a_host_that_is_blocked_on_the_page_stays_blocked(
        self, folder: Path, passwords: Path, source: SourceSite
    ) -> None:
        options = ("--moderation-password-file", str(passwords), "--block-file", "blocked.txt")
        with serving(folder, "blog:app", *options, *LOOPBACK) as (url, _):
            ping(url + "pingback", source.link("/a", url + "post/"), url + "post/")
            page = requests.get(url + "linkbacks/", auth=ANN, timeout=10).text
            token = re.search(r'name="token" value="(\w+)"', page)
            assert token is not None
            assert 'name="block"' in page
            assert 'name="allow"' not in page
            fields = {"token": token[1], "block": "1"}
            requests.post(url + "linkbacks/hosts", data=fields, auth=ANN, timeout=10)
            assert (folder / "blocked.txt").read_text() == "127.0.0.1/32\n"
        with serving(folder, "blog:app", *options, *LOOPBACK) as (url, _):
            ping(url + "pingback", source.link("/b", url + "post/"), url + "post/")
            assert listed(folder)[-1]["status"] == "spam"
            assert listed(folder)[-1]["reasons"][0]["by"] == "block"

    def test_a_host_is_in_one_list_at_a_time(
        self, folder: Path, passwords: Path, source: SourceSite
    ) -> None:
        options = (
            "--moderation-password-file", str(passwords),
            "--block-file", "blocked.txt", "--allow-file", "allowed.txt",
        )  # fmt: skip
        lists = {name: folder / f"{name}ed.txt" for name in ("block", "allow")}
        lists["allow"].write_text("# friends\nfriend.example\n")
        with serving(folder, "blog:app", *options, *LOOPBACK) as (url, _):
            ping(url + "pingback", source.link("/a", url + "post/"), url + "post/")
            page = requests.get(url + "linkbacks/?status=all", auth=ANN, timeout=10).text
            token = re.search(r'name="token" value="(\w+)"', page)
            assert token is not None
            for name, other in (("block", "allow"), ("allow", "block"), ("block", "allow")):
                fields = {"token": token[1], name: "1"}
                told = requests.post(url + "linkbacks/hosts", data=fields, auth=ANN, timeout=10)
                assert f"{name}ed from now on" in told.text
                assert "127.0.0.1/32\n" in lists[name].read_text()
                assert "127.0.0.1" not in lists[other].read_text()
        assert lists["allow"].read_text() == "# friends\nfriend.example\n"

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--allow-file", "a", "--validators", "none"], "recommended chain"),
            (["--block-file", "/nowhere/a"], "--block-file"),
            (["--block-file", "broken"], "broken"),
            (["--validators", "nonsense"], "MODULE:LIST"),
        ],
    )
    def test_mistakes_are_one_sentence(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        options: list[str],
        said: str,
    ) -> None:
        monkeypatch.chdir(folder)
        (folder / "broken").write_text("a b c\n")
        assert main(["serve", "--site", "http://blog.example/", *options]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1
