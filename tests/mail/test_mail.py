"""Mails about what waits: over SMTP to a server on loopback, and the links in them."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import itertools
import re
import socket
import ssl
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from linkback_protocol import Status, Verdict
from linkback_protocol.mail import Mail, MailError, Smtp
from linkback_protocol.mail.links import DecisionLinks, LinkInvalid
from linkback_protocol.mail.message import compose, one_line
from linkback_protocol.moderation import Decision, Moderator
from linkback_protocol.receiver import Outcome
from linkback_protocol.wsgi.mail_links import MailLinks
from tests.peers import served
from tests.stores.test_contract import add
from tests.support import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from linkback_protocol import Linkback, Store

SECRET = "a secret of some length"
BASE = "https://blog.example/decide"
NOW = 2_000_000_000.0


class Inbox:
    """Keeps what a mail server gets, and may refuse it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False
        self.takes = 1000
        self.arrived = 0
        self.lets_through = threading.Event()
        self.lets_through.set()

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """Answer nothing in the meantime."""
        self.lets_through.clear()
        try:
            yield
        finally:
            self.lets_through.set()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        del server, session
        self.arrived += 1
        await asyncio.get_running_loop().run_in_executor(None, self.lets_through.wait, 15)
        if self.refuses or len(self.mails) >= self.takes:
            return "554 no, thank you"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(message)
        return "250 OK"


@contextlib.contextmanager
def smtp_server(inbox: Inbox, **settings: Any) -> Iterator[int]:
    """Serve a mail server on a free port."""
    # It connects to itself to see whether it runs, at the port that it was given.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **settings)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def smtp(inbox: Inbox) -> Iterator[Smtp]:
    with smtp_server(inbox) as port:
        yield Smtp(host="127.0.0.1", port=port)


@pytest.fixture
def make_mail(store: Store, smtp: Smtp) -> Iterator[Callable[..., Mail]]:
    made: list[Mail] = []

    def make(**settings: Any) -> Mail:
        defaults = {"sender": "blog@blog.example", "recipient": "me@blog.example"}
        made.append(Mail(store, smtp, **(defaults | settings)))
        return made[-1]

    yield make
    for mail in made:
        mail.close()


def held(store: Store, number: int = 1, **texts: Any) -> Linkback:
    kept = add(store, f"http://a.example/{number}", **texts)
    verdict = Verdict.hold("the excerpt has 3 words", by="too_short")
    return store.set_status(kept.id, Status.PENDING, [verdict], by="receiver", now=NOW + number)


def ask(url: str, method: str = "GET") -> tuple[int, Any, bytes]:
    request = urllib.request.Request(url, method=method, data=b"" if method == "POST" else None)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def body(message: EmailMessage) -> str:
    return message.get_content()


class TestDigest:
    def test_all_that_waits_is_told_once(
        self, store: Store, make_mail: Callable[..., Mail], inbox: Inbox
    ) -> None:
        held(store, 1, title="On bread")
        held(store, 2, title="On butter", excerpt="Some words")
        store.set_status(add(store, "http://a.example/9").id, Status.SPAM, now=NOW)
        mail = make_mail(moderation="https://blog.example/linkbacks/")
        assert mail.deliver() == 2
        (message,) = inbox.mails
        assert message["Subject"] == "2 linkbacks wait for you"
        assert message["To"] == "me@blog.example"
        assert message["Auto-Submitted"] == "auto-generated"
        for said in (
            "On bread", "http://a.example/2", "> Some words", "too_short: the excerpt has 3 words",
            "All of them: https://blog.example/linkbacks/",
        ):  # fmt: skip
            assert said in body(message)
        assert "a.example/9" not in body(message)
        assert mail.deliver() == 0
        held(store, 3)
        assert make_mail().deliver() == 1
        assert inbox.mails[-1]["Subject"].startswith("A trackback waits for you")

    def test_what_was_not_taken_is_told_the_next_time(
        self, store: Store, make_mail: Callable[..., Mail], inbox: Inbox
    ) -> None:
        held(store)
        inbox.refuses = True
        mail = make_mail()
        with pytest.raises(MailError, match="no, thank you"):
            mail.deliver()
        inbox.refuses = False
        assert mail.deliver() == 1

    def test_what_was_taken_before_a_refusal_is_not_told_again(
        self, store: Store, make_mail: Callable[..., Mail], inbox: Inbox
    ) -> None:
        for number in (1, 2, 3):
            held(store, number, title=f"Part {number}")
        inbox.takes = 1
        mail = make_mail(digest=0.0)
        with pytest.raises(MailError):
            mail.deliver()
        inbox.takes = 10
        assert mail.deliver() == 2
        assert [message["Subject"].split(": ")[1] for message in inbox.mails] == [
            "Part 1", "Part 2", "Part 3",
        ]  # fmt: skip

    def test_what_comes_late_to_the_store_is_told_too(
        self, store: Store, make_mail: Callable[..., Mail], inbox: Inbox
    ) -> None:
        late, early = held(store, 30), held(store, 20)
        store.set_status(early.id, Status.TRASH, now=NOW + 21)
        mail = make_mail()
        assert mail.deliver() == 1
        store.set_status(early.id, Status.PENDING, now=NOW + 22)
        assert mail.deliver() == 1
        assert late.source not in body(inbox.mails[-1])
        assert mail.deliver() == 0

    def test_two_at_once_tell_it_once(
        self, store: Store, make_mail: Callable[..., Mail], inbox: Inbox
    ) -> None:
        # Time flies, so that the second need not wait for its turn.
        hours = itertools.count(NOW, 3600.0)
        mail = make_mail(clock=lambda: next(hours))
        held(store)
        with inbox.busy(), ThreadPoolExecutor(2) as threads:
            told = [threads.submit(mail.deliver) for _ in range(2)]
            wait_until(lambda: inbox.arrived)
            with pytest.raises(AssertionError):
                wait_until(lambda: inbox.arrived > 1, timeout=0.5)
            inbox.lets_through.set()
            assert sorted(each.result(timeout=20) for each in told) == [0, 1]
        assert len(inbox.mails) == 1

    def test_a_flood_is_one_mail(
        self, store: Store, make_mail: Callable[..., Mail], inbox: Inbox
    ) -> None:
        for number in range(60):
            held(store, number)
        assert make_mail(digest=0.0).deliver() == 60
        (message,) = inbox.mails
        assert "And 10 more." in body(message)

    def test_each_may_be_told_by_itself(
        self, store: Store, make_mail: Callable[..., Mail], inbox: Inbox
    ) -> None:
        held(store, 1)
        held(store, 2)
        make_mail(digest=0.0).deliver()
        assert len(inbox.mails) == 2

    def test_two_processes_tell_it_once_however_slow_the_mail_server(
        self, store: Store, make_mail: Callable[..., Mail], inbox: Inbox
    ) -> None:
        held(store)
        asked: list[float] = []

        def later() -> float:
            asked.append(NOW + 60)
            return asked[-1]

        inbox.lets_through.clear()
        with ThreadPoolExecutor() as threads:
            first = threads.submit(make_mail(clock=lambda: NOW).deliver)
            wait_until(lambda: inbox.arrived)
            second = threads.submit(make_mail(clock=later).deliver)
            wait_until(lambda: len(asked) > 2 or inbox.arrived > 1)
            inbox.lets_through.set()
            assert (first.result(timeout=15), second.result(timeout=15)) == (1, 0)
        assert len(inbox.mails) == 1

    def test_what_was_written_late_is_told_too(
        self, store: Store, make_mail: Callable[..., Mail], inbox: Inbox
    ) -> None:
        """Between the time that a step has and its place in the store another may be told."""
        mail = make_mail()
        held(store, 5)
        assert mail.deliver() == 1
        held(store, 3, title="A late one")
        assert mail.deliver() == 1
        assert "A late one" in body(inbox.mails[-1])
        assert mail.deliver() == 0


@pytest.mark.parametrize("address", ["", " ", "a@b.example\nBcc: c@d.example", "a\x00@b.example"])
@pytest.mark.parametrize("which", ["sender", "recipient"])
def test_addresses_are_one_line(make_mail: Callable[..., Mail], which: str, address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        make_mail(**{which: address})


def test_as_a_listener_it_tells_what_is_held_and_nothing_else(
    store: Store, make_mail: Callable[..., Mail], inbox: Inbox
) -> None:
    mail = make_mail(digest=0.0)
    kept = held(store)
    approved = store.set_status(add(store, "http://b.example/").id, Status.APPROVED, now=NOW)
    mail(Outcome(approved.ping, approved, None))
    mail(Outcome(approved.ping, None, None))
    mail(Outcome(kept.ping, kept, None))
    wait_until(lambda: inbox.mails)
    assert [message["Subject"] for message in inbox.mails] == ["A trackback waits for you: Title"]


def test_what_an_earlier_process_did_not_tell_is_told_at_the_start(
    store: Store, make_mail: Callable[..., Mail], inbox: Inbox
) -> None:
    kept = held(store)
    mail = make_mail()
    mail(Outcome(kept.ping, kept, None))
    mail.close()
    assert inbox.mails == []
    make_mail().start()
    wait_until(lambda: inbox.mails)


def test_what_failed_is_tried_again(
    store: Store,
    make_mail: Callable[..., Mail],
    inbox: Inbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept = held(store)
    inbox.refuses = True
    mail = make_mail(digest=0.0, retry=0.0)
    mail(Outcome(kept.ping, kept, None))
    wait_until(lambda: inbox.arrived > 1)
    inbox.refuses = False
    wait_until(lambda: inbox.mails)
    said = caplog.records[0]
    assert "no, thank you" in said.message
    assert "tried again" in said.message
    assert said.exc_info is None


def test_an_end_waits_for_the_mail_on_its_way(
    store: Store, make_mail: Callable[..., Mail], inbox: Inbox
) -> None:
    held(store)
    mail = make_mail()
    with inbox.busy(), ThreadPoolExecutor(1) as threads:
        mail.start()
        wait_until(lambda: inbox.arrived)
        closing = threads.submit(mail.close)
        with pytest.raises(TimeoutError):
            closing.result(timeout=0.5)
        inbox.lets_through.set()
        closing.result(timeout=20)
        assert len(inbox.mails) == 1
    assert make_mail().deliver() == 0


class TestServer:
    def test_one_that_is_not_there_is_one_sentence(self, store: Store) -> None:
        held(store)
        mail = Mail(
            store, Smtp(host="127.0.0.1", port=1), sender="a@b.example", recipient="c@d.example"
        )
        with pytest.raises(MailError, match=r"127\.0\.0\.1:1 does not take the mail"):
            mail.deliver()

    def test_a_password_goes_over_verified_tls_only(self, tmp_path: Path, inbox: Inbox) -> None:
        ca = trustme.CA()
        trusted = tmp_path / "ca.pem"
        ca.cert_pem.write_to_path(str(trusted))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        ca.issue_cert("127.0.0.1").configure_cert(context)
        said: list[Any] = []

        def check(*arguments: Any) -> AuthResult:
            said.append(arguments[-1])
            return AuthResult(success=True)

        server = {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": check,
            "auth_required": True,
        }
        with smtp_server(inbox, **server) as port:
            settings = {"host": "127.0.0.1", "port": port, "username": "me", "password": "pw"}
            message = compose([], sender="a@b.example", recipient="c@d.example")
            with pytest.raises(MailError, match="certificate"):
                Smtp(security="starttls", **settings).send(message)
            Smtp(security="starttls", ca_certs=str(trusted), **settings).send(message)
        assert len(inbox.mails) == len(said) == 1
        with pytest.raises(ValueError, match="needs security"):
            Smtp(**settings)

    def test_settings_are_checked(self) -> None:
        with pytest.raises(ValueError, match="starttls"):
            Smtp(security="ssl")
        assert "hidden" not in repr(Smtp(password="hidden"))


@pytest.mark.parametrize(
    "hostile",
    ["Hello\r\nBcc: all@example.org", "\x1b[2J\u202ebidi\x00", "=?utf-8?q?x?=", "\u2028" * 500],
)
def test_hostile_texts_stay_on_their_lines(store: Store, hostile: str) -> None:
    kept = held(store, title=hostile, excerpt=hostile, sender=hostile)
    message = compose([kept], sender="a@b.example", recipient="c@d.example")
    read = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert read["Bcc"] is None
    assert read["Subject"].startswith("A trackback waits for you: ")
    for line in body(read).splitlines():
        assert line.isprintable()
        assert not line.startswith("Bcc:")
    assert len(one_line(hostile)) <= 200


def test_a_title_cannot_pass_for_a_link_to_decide_by(store: Store) -> None:
    fake = "approve: https://evil.example/decide"
    kept = held(store, title=fake, excerpt=fake)
    links = DecisionLinks(secret=SECRET, base=BASE)
    message = compose([kept], sender="a@b.example", recipient="c@d.example", links=links)
    lines = body(message).splitlines()
    assert [line for line in lines if "evil.example" in line] == [f"> {fake}"] * 2
    assert [line for line in lines if line.startswith("approve: ")] == [
        f"approve: {links.url(kept.id, Decision.APPROVE)}"
    ]


class TestLinks:
    def test_they_say_what_to_do_and_cannot_be_changed(self) -> None:
        links = DecisionLinks(secret=SECRET, base=BASE)
        token = links.url(7, Decision.SPAM).removeprefix(f"{BASE}/")
        assert links.read(token) == (7, Decision.SPAM)
        for other in (token[:-1], token + "x", "", "\u00fc", "a.b.c"):
            with pytest.raises(LinkInvalid, match="no link of ours"):
                links.read(other)
        with pytest.raises(LinkInvalid):
            DecisionLinks(secret=SECRET + "!", base=BASE).read(token)
        with pytest.raises(LinkInvalid, match="days"):
            DecisionLinks(secret=SECRET, base=BASE, max_age=-1).read(token)

    @pytest.mark.parametrize(
        "settings", [{"secret": "short", "base": BASE}, {"secret": SECRET, "base": "/decide"}]
    )
    def test_settings_are_checked(self, settings: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="mail links"):
            DecisionLinks(**settings)

    def test_opening_one_changes_nothing_and_the_button_decides(self, store: Store) -> None:
        links = DecisionLinks(secret=SECRET, base=BASE)
        kept = held(store, title="<b>&")
        with served(MailLinks(Moderator(store), links)) as base:
            url = base + links.url(kept.id, Decision.APPROVE).removeprefix(f"{BASE}/")
            for method in ("GET", "HEAD", "GET"):
                status, headers, page = ask(url, method=method)
                assert status == 200
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert b"&lt;b&gt;&amp;" in page
            assert b"<b>" not in page
            assert re.search(rb'<form method="post"><button>Show this linkback</button>', page)
            assert store.get(kept.id) == kept
            assert ask(url, method="POST")[0] == 200
            approved = store.get(kept.id)
            assert approved is not None
            assert (approved.status, approved.history[-1].by) == (Status.APPROVED, "mail")
            assert ask(base + "nonsense")[0] == 404
            assert ask(url, method="PUT")[0] == 405
            store.set_status(kept.id, Status.TRASH, now=NOW)
            store.expire(Status.TRASH, before=NOW + 1)
            assert ask(url, method="POST")[0] == 404

    @pytest.mark.parametrize("title", ["\u202egnp.exe", "\ud800", "a\u2028\x07b", "\u3164"])
    def test_the_page_of_one_shows_what_acts_unseen(self, store: Store, title: str) -> None:
        links = DecisionLinks(secret=SECRET, base=BASE)
        kept = held(store, title=title)
        with served(MailLinks(Moderator(store), links)) as base:
            url = base + links.url(kept.id, Decision.APPROVE).removeprefix(f"{BASE}/")
            status, _, page = ask(url)
        assert status == 200
        assert not {"\u202e", "\ud800", "\u2028", "\x07", "\u3164"} & set(page.decode())
