"""``linkback serve --mail-to``, as a process that mails by a server on loopback."""

from __future__ import annotations

import re
import signal
import ssl
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests
import trustme
from aiosmtpd.smtp import AuthResult

from linkback_protocol import SQLiteStore
from linkback_protocol.cli import main
from linkback_protocol.wsgi.moderation import password_line
from tests.cli.processes import LOOPBACK, listed, ping, serving
from tests.mail.test_mail import Inbox, held, smtp_server
from tests.support import wait_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from tests.peers import SourceSite

ADDRESSES = ("--mail-to", "me@blog.example", "--mail-from", "The blog <blog@blog.example>")
EACH = ("--mail-digest", "0")
LONG = ("--mail-digest", "600")
ANN = ("ann", "correct horse")
LINK = re.compile(r"(?m)^(approve|spam|trash): (\S+)$")


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def smtp(inbox: Inbox) -> Iterator[tuple[str, str]]:
    with smtp_server(inbox) as port:
        yield ("--smtp", f"127.0.0.1:{port}")


@pytest.fixture
def passwords(folder: Path) -> str:
    path = folder / "moderators.txt"
    path.touch(mode=0o600)
    path.write_text(password_line(*ANN) + "\n")
    return str(path)


def text_of(message: EmailMessage) -> str:
    """Return what a mail says; on the way its lines ended as those of the wire do."""
    text: str = message.get_content()
    return text.replace("\r\n", "\n")


def links_of(message: EmailMessage) -> dict[str, str]:
    return dict(LINK.findall(text_of(message)))


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def is_down(url: str) -> bool:
    try:
        requests.get(url, timeout=10)
    except requests.ConnectionError:
        return True
    return False


def hold(folder: Path, **texts: Any) -> None:
    """Let something wait before a server starts."""
    with SQLiteStore(folder / "linkbacks.db") as store:
        held(store, **texts)


class TestMails:
    def test_each_comes_by_itself_with_links_that_decide(
        self, folder: Path, inbox: Inbox, smtp: tuple[str, str], passwords: str, source: SourceSite
    ) -> None:
        options = (*ADDRESSES, *EACH, *smtp, "--mail-secret-file", "secret", *LOOPBACK)
        options += ("--moderation-password-file", passwords)
        with serving(folder, "blog:app", *options) as (url, _):
            post = url + "post/"
            ping(url + "pingback", source.link("/1", post, title="On bread"), post)
            wait_until(lambda: inbox.mails)
            ping(url + "pingback", source.link("/2", post, title="On butter"), post)
            wait_until(lambda: len(inbox.mails) == 2)
            first, second = inbox.mails
            assert (first["To"], first["From"]) == (
                "me@blog.example", "The blog <blog@blog.example>",
            )  # fmt: skip
            assert first["Subject"] == "A pingback waits for you: On bread"
            assert "On bread" not in text_of(second)
            assert f"All of them: {url}linkbacks/\n" in text_of(second)

            links = links_of(second)
            assert list(links) == ["approve", "spam", "trash"]
            assert links["spam"].startswith(f"{url}linkbacks/mail/")
            # Programs that look through mails open all of them, which decides nothing.
            for link in links.values():
                asked = requests.get(link, timeout=10)
                assert asked.status_code == 200
                assert "On butter" in asked.text
                assert "default-src 'none'" in asked.headers["Content-Security-Policy"]
                assert "X-Pingback" not in asked.headers
            assert [each["status"] for each in listed(folder)] == ["pending", "pending"]
            assert requests.post(links["approve"], timeout=10).status_code == 200
            assert [each["status"] for each in listed(folder)] == ["pending", "approved"]
            assert requests.post(links["spam"] + "x", timeout=10).status_code == 404
            # What is beside it needs the password still.
            assert requests.get(url + "linkbacks/", timeout=10).status_code == 401
        secret = folder / "secret"
        assert secret.stat().st_mode & 0o777 == 0o600
        assert len(secret.read_text().strip()) >= 32

    def test_a_digest_outlives_a_restart_and_its_links_too(
        self, folder: Path, inbox: Inbox, smtp: tuple[str, str], source: SourceSite
    ) -> None:
        options = (*ADDRESSES, *LONG, *smtp, "--mail-secret-file", "secret", *LOOPBACK)
        with serving(folder, "blog:app", *options) as (url, process):
            for path in ("/a", "/b"):
                ping(url + "pingback", source.link(path, url + "post/"), url + "post/")
            end(process)
        assert inbox.mails == []
        for _ in range(2):
            with serving(folder, "blog:app", *options) as (url, process):
                wait_until(lambda: inbox.mails)
                (only,) = inbox.mails
                end(process)
        assert only["Subject"] == "2 linkbacks wait for you"
        assert "All of them" not in text_of(only)
        with serving(folder, "blog:app", *options) as (url, _):
            link = urlsplit(links_of(only)["spam"]).path
            assert requests.post(url + link.lstrip("/"), timeout=10).status_code == 200
        assert len(inbox.mails) == 1
        assert "spam" in {each["status"] for each in listed(folder)}

    def test_an_end_waits_for_the_mail_on_its_way(
        self,
        folder: Path,
        inbox: Inbox,
        smtp: tuple[str, str],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        hold(folder)
        with inbox.busy(), serving(folder, "blog:app", *ADDRESSES, *smtp) as (url, process):
            wait_until(lambda: inbox.arrived)
            process.send_signal(signal.SIGTERM)
            wait_until(lambda: is_down(url))
            inbox.lets_through.set()
            assert process.wait(timeout=30) == 0
        # It was noted, so that nobody tells it again.
        command = ["mail", "--to", "me@blog.example", "--from", "blog@blog.example", *smtp]
        assert main([*command, "--db", str(folder / "linkbacks.db")]) == 0
        assert capsys.readouterr().out == "nothing new waits\n"

    def test_a_digest_comes_when_its_time_is_there(
        self, folder: Path, inbox: Inbox, smtp: tuple[str, str], source: SourceSite
    ) -> None:
        options = (*ADDRESSES, "--mail-digest", "0.005", *smtp, *LOOPBACK)
        with serving(folder, "blog:app", *options) as (url, _):
            ping(url + "pingback", source.link("/a", url + "post/"), url + "post/")
            wait_until(lambda: inbox.mails)
        # Without a secret there are no links, and without a page none to it.
        assert "linkbacks/" not in text_of(inbox.mails[0])

    @pytest.mark.parametrize(
        ("options", "desk"),
        [
            (("blog:app", "--site", "https://blog.example/a/"), "https://blog.example/linkbacks"),
            (
                ("blog:app", "--site", "https://blog.example/", "--moderation-path", "/a/desk"),
                "https://blog.example/a/desk",
            ),
            (
                ("--site", "https://x.example/", "--endpoint", "https://pings.example/in/pingback"),
                "https://pings.example/in/linkbacks",
            ),
            (
                ("--site", "https://x.example/", "--endpoint", "https://pings.example/other"),
                "https://pings.example/linkbacks",
            ),
            (
                ("--site", "https://x.example/", "--moderation-url", "https://desk.example/a/"),
                "https://desk.example/a",
            ),
        ],
    )
    def test_links_have_the_public_address(
        self,
        folder: Path,
        inbox: Inbox,
        smtp: tuple[str, str],
        passwords: str,
        options: tuple[str, ...],
        desk: str,
    ) -> None:
        hold(folder)
        options += (*ADDRESSES, *smtp, "--mail-secret-file", "secret")
        with serving(folder, *options, "--moderation-password-file", passwords):
            wait_until(lambda: inbox.mails)
        (message,) = inbox.mails
        assert f"All of them: {desk}/\n" in text_of(message)
        for link in links_of(message).values():
            assert link.startswith(f"{desk}/mail/")


@pytest.mark.parametrize("by", ["file", "environment"])
def test_a_password_is_of_a_file_or_the_environment(folder: Path, inbox: Inbox, by: str) -> None:
    ca = trustme.CA()
    trusted = folder / "ca.pem"
    ca.cert_pem.write_to_path(str(trusted))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert("localhost").configure_cert(context)
    said: list[Any] = []

    def check(*arguments: Any) -> AuthResult:
        said.append((arguments[-1].login, arguments[-1].password))
        return AuthResult(success=True)

    hold(folder)
    environment = {"SSL_CERT_FILE": str(trusted)}
    options: tuple[str, ...] = (*ADDRESSES, "--smtp-security", "starttls", "--smtp-username", "me")
    if by == "file":
        (folder / "password").write_text("a password\n")
        options += ("--smtp-password-file", "password")
    else:
        environment["LINKBACK_SMTP_PASSWORD"] = "a password"
    server = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": check,
        "auth_required": True,
    }
    with smtp_server(inbox, **server) as port:
        options += ("--smtp", f"localhost:{port}")
        with serving(folder, "blog:app", *options, environment=environment):
            wait_until(lambda: inbox.mails)
    assert said == [(b"me", b"a password")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--mail-from", "a@b.example"], "--mail-to"),
        (["--smtp", "localhost:25"], "--mail-to"),
        (["--smtp-security", "tls"], "--mail-to"),
        (["--mail-digest", "0"], "--mail-to"),
        (["--mail-secret-file", "x"], "--mail-to"),
        (["--moderation-url", "https://x.example/"], "--mail-to"),
        (["--mail-to", "a@b.example"], "--mail-from"),
        ([*ADDRESSES, "--smtp-password-file", "missing"], "--smtp-password-file"),
        ([*ADDRESSES, "--smtp-password-file", "short"], "needs --smtp-username"),
        ([*ADDRESSES, "--smtp-username", "me"], "LINKBACK_SMTP_PASSWORD"),
        (
            [*ADDRESSES, "--smtp-username", "me", "--smtp", "mail.example:25"],
            "--smtp-security",
        ),
        ([*ADDRESSES, "--mail-secret-file", "missing/x"], "--mail-secret-file"),
        ([*ADDRESSES, "--mail-secret-file", "short"], "16 characters"),
        ([*ADDRESSES, "--mail-secret-file", "open"], "chmod 600"),
        ([*ADDRESSES, "--mail-secret-file", "empty"], "is empty"),
        ([*ADDRESSES, "--mail-secret-file", "x", "--moderation-url", "/a"], "--moderation-url"),
        (
            [*ADDRESSES, "--mail-secret-file", "x", "--moderation-url", "http://a.example/?b"],
            "--moderation-url",
        ),
    ],
)
def test_mistakes_are_one_sentence(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(folder)
    files = (
        ("short", "short", 0o600),
        ("open", "a long enough secret", 0o644),
        ("empty", "", 0o600),
    )
    for name, content, mode in files:
        (folder / name).write_text(content)
        (folder / name).chmod(mode)
    assert main(["serve", "blog:app", "--bind", "127.0.0.1:0", "--db", "x.db", *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_gateway_must_say_where_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    options = ["--site", "https://x.example/", *ADDRESSES, "--mail-secret-file", "secret"]
    assert main(["serve", *options]) == 2
    assert "--moderation-url" in capsys.readouterr().err


def test_a_missing_package_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "linkback_protocol.mail.links", None)
    options = ["--bind", "127.0.0.1:0", *ADDRESSES, "--mail-secret-file", "secret"]
    assert main(["serve", "blog:app", *options]) == 2
    assert "pip install linkback-protocol[mail]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "wrong"),
    [
        ("--mail-to", "me"),
        ("--mail-from", "a@b.example, c@d.example"),
        ("--mail-digest", "-1"),
        ("--mail-digest", "nan"),
        ("--mail-digest", "hourly"),
        ("--smtp", "mail.example"),
        ("--smtp-security", "ssl"),
    ],
)
def test_options_are_checked(capsys: pytest.CaptureFixture[str], option: str, wrong: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["serve", "blog:app", *ADDRESSES, option, wrong])
    assert stopped.value.code == 2
    assert option in capsys.readouterr().err
