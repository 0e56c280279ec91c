"""``linkback mail``."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import SQLiteStore
from linkback_protocol.cli import main
from linkback_protocol.mail import Mail, Smtp
from linkback_protocol.mail.links import DecisionLinks
from tests.cli.processes import COMMAND, ENVIRONMENT
from tests.mail.test_mail import BASE, SECRET, Inbox, held, smtp_server
from tests.support import wait_until

if TYPE_CHECKING:
    from pathlib import Path

ADDRESSES = ("--to", "me@blog.example", "--from", "blog@blog.example")


@pytest.fixture
def db(tmp_path: Path) -> str:
    path = str(tmp_path / "linkbacks.db")
    with SQLiteStore(path) as store:
        held(store, title="On bread")
    return path


def test_what_waits_is_mailed_once_with_links_that_work(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    inbox = Inbox()
    with smtp_server(inbox) as port:
        command = ["mail", *ADDRESSES, "--smtp", f"127.0.0.1:{port}", "--db", db]
        assert main([*command, "--links-url", BASE, "--secret-file", str(secret)]) == 0
        assert main(command) == 0
    assert capsys.readouterr().out == "1 told\nnothing new waits\n"
    (message,) = inbox.mails
    (line,) = [each for each in message.get_content().splitlines() if each.startswith("spam:")]
    token = line.partition(f"{BASE}/")[2]
    assert DecisionLinks(secret=SECRET, base=BASE).read(token) == (1, "spam")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--smtp", "127.0.0.1:1"], "does not take the mail"),
        (["--links-url", BASE], "--secret-file"),
        (["--password-file", "/nowhere"], "--password-file"),
        (["--links-url", BASE, "--secret-file", "short"], "16 characters"),
        (["--username", "me", "--smtp", "mail.example:25"], "needs security"),
        (["--username", "me", "--security", "tls"], "LINKBACK_SMTP_PASSWORD"),
    ],
)
def test_mistakes_are_one_sentence(
    db: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short").write_text("short")
    assert main(["mail", *ADDRESSES, *options, "--db", db]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_what_a_process_began_and_never_ended_is_told_in_the_end(db: str) -> None:
    inbox = Inbox()
    inbox.lets_through.clear()
    with smtp_server(inbox) as port:
        command = [*COMMAND, "mail", *ADDRESSES, "--smtp", f"127.0.0.1:{port}", "--db", db]
        with subprocess.Popen(command, env=ENVIRONMENT) as process:
            wait_until(lambda: inbox.arrived)
            process.kill()
        inbox.lets_through.set()
        smtp = Smtp(host="127.0.0.1", port=port)
        with SQLiteStore(db) as store:
            mail = Mail(
                store,
                smtp,
                sender="blog@blog.example",
                recipient="me@blog.example",
                clock=lambda: time.time() + 601,
            )
            assert mail.deliver() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "me",
        "me@blog.example, you@blog.example",
        "me@a.example\nBcc: you@a.example",
        "<@>",
        "\u00fc@a",
    ],
)
@pytest.mark.parametrize("option", ["--to", "--from"])
def test_an_address_is_of_one_person(
    db: str, capsys: pytest.CaptureFixture[str], option: str, wrong: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["mail", *ADDRESSES, option, wrong, "--db", db])
    assert stopped.value.code == 2
    assert "is not an address" in capsys.readouterr().err
