from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import url
from linkback_protocol.errors import NoLink, Refused
from linkback_protocol.linkback import Action, Ping, Protocol
from linkback_protocol.page import Page
from linkback_protocol.validators import Candidate
from linkback_protocol.validators.host_lists import Allow, Block, add_entry, remove_entry
from tests.validators.support import TARGET, candidate

if TYPE_CHECKING:
    from pathlib import Path

LINKED = f"<title>A post</title><p>See <a href='{TARGET}'>this post</a>."


def blocks(entry: str, source: str, *, sender: str = "198.51.100.9") -> bool:
    verdict = Block(hosts=[entry])(candidate(None, source=source, sender=sender))
    assert verdict is None or verdict.action is Action.SPAM
    return verdict is not None


def is_listed(block: Block, host: str) -> bool:
    return block(candidate(None, source=f"http://{host}/")) is not None


def refusing() -> Candidate:
    """Return a candidate whose source turns out not to link here."""

    def read_source(_candidate: Candidate):
        raise NoLink

    ours = url.parse(TARGET)
    ping = Ping(protocol=Protocol.PINGBACK, source="http://friend.example/post", target=TARGET)
    return Candidate(ping, target=ours, page_url=ours, read_source=read_source)


def redirected(*, to: str) -> Candidate:
    """Return a candidate whose source is found elsewhere, where it does link here."""
    ours = url.parse(TARGET)
    ping = Ping(
        protocol=Protocol.PINGBACK,
        source="http://friend.example/go?url=" + to,
        target=TARGET,
        sender="198.51.100.9",
    )

    def read_source(asked: Candidate):
        page = Page.parse(LINKED.encode(), url=url.parse(to))
        return page, page.links_to(asked.target)

    return Candidate(ping, target=ours, page_url=ours, read_source=read_source)


class TestEntries:
    @pytest.mark.parametrize(
        ("entry", "source"),
        [
            ("bad.example", "http://bad.example/post"),
            ("bad.example", "https://www.deep.bad.example:8080/post"),
            ("BAD.Example.", "http://bad.example/"),
            (".bad.example", "http://www.bad.example/"),
            ("example", "http://any.example/"),
            ("=bad.example", "http://bad.example/post"),
            ("*.blogspot.com", "http://spam.blogspot.com/2024/"),
            ("*.blogspot.com", "http://www.spam.blogspot.com/"),
            ("casino*.example", "http://casino-777.example/"),
            ("casino*.example", "http://casino.example/"),
            ("casino*.example", "http://www.casino-777.example/"),
            ("*casino.example", "http://bestcasino.example/"),
            ("*casino*.example", "http://www.best-casino-777.example/"),
            ("www.*.example", "http://www.bad.example/"),
            ("hosting.example/~bob/", "http://hosting.example/~bob/post"),
            ("hosting.example/~bob/", "http://www.hosting.example/%7Ebob"),
            ("hosting.example/~bob", "http://hosting.example/~bob/"),
            ("hosting.example/?p=7", "http://hosting.example/?p=7"),
            ("http://bad.example/a.html", "https://bad.example/a.html?utm=1"),
            ("http://bad.example/", "http://bad.example/any"),
            ("domain:bad.example", "http://www.bad.example/"),
            ("0.0.0.0 bad.example", "http://bad.example/"),
            ("127.0.0.1\tone.example bad.example # both", "http://bad.example/"),
            ("bad.example  # sold pills in 2011", "http://bad.example/"),
            ("bücher.example", "http://xn--bcher-kva.example/"),
            ("xn--bcher-kva.example", "http://www.bücher.example/"),
            ("*.bücher.example", "http://spam.bücher.example/"),
            ("203.0.113.7", "http://203.0.113.7/"),
            ("2001:db8::/32", "http://[2001:db8::5]/"),
        ],
    )
    def test_match(self, entry: str, source: str) -> None:
        assert blocks(entry, source)

    @pytest.mark.parametrize(
        ("entry", "source"),
        [
            ("bad.example", "http://notbad.example/"),
            ("bad.example", "http://bad.example.org/"),
            ("bad.example", "http://good.example/bad.example"),
            ("=bad.example", "http://www.bad.example/"),
            ("*.blogspot.com", "http://blogspot.com/"),
            ("*.blogspot.com", "http://notblogspot.com/"),
            ("casino*.example", "http://mycasino.example/"),
            ("casino*.example", "http://casino.example.org/"),
            ("aa*aa.example", "http://aaa.example/"),
            ("*casino*.example", "http://casin.o.example/"),
            ("hosting.example/~bob/", "http://hosting.example/~bobby/"),
            ("hosting.example/~bob/", "http://hosting.example/"),
            ("hosting.example/~bob/", "http://hosting.example/~BOB/"),
            ("hosting.example/?p=7", "http://hosting.example/?p=77"),
            ("http://bad.example/a.html", "http://www.bad.example/a.html"),
            ("0.0.0.0 localhost", "http://localhost/"),
            ("::1 ip6-localhost bad.example", "http://ip6-localhost/"),
            ("# bad.example", "http://bad.example/"),
            ("203.0.113.7", "http://203.0.113.70/"),
            ("7.example", "http://203.0.113.7/"),
        ],
    )
    def test_do_not_match(self, entry: str, source: str) -> None:
        assert not blocks(entry, source)

    @pytest.mark.parametrize(
        ("entry", "sender"),
        [
            ("203.0.113.0/24", "203.0.113.200"),
            ("203.0.113.5", "203.0.113.5"),
            ("203.0.113.5", "::ffff:203.0.113.5"),
            ("::ffff:203.0.113.0/120", "203.0.113.5"),
            ("2001:db8:1::/48", "2001:db8:1:2::3"),
            ("[2001:db8::1]", "2001:db8::1"),
        ],
    )
    def test_match_senders(self, entry: str, sender: str) -> None:
        assert blocks(entry, "http://blog.example/", sender=sender)

    @pytest.mark.parametrize(
        ("entry", "sender"),
        [
            ("203.0.113.0/24", "203.0.112.255"),
            ("203.0.113.0/24", ""),
            ("203.0.113.0/24", "not an address"),
            ("2001:db8:1::/48", "2001:db8:2::3"),
            ("2001:db8:1::/48", "203.0.113.5"),
            ("0.0.0.5", "::5"),
        ],
    )
    def test_do_not_match_senders(self, entry: str, sender: str) -> None:
        assert not blocks(entry, "http://blog.example/", sender=sender)

    @pytest.mark.parametrize(
        "entry",
        [
            "bad.example good.example",
            "<html>",
            "*",
            "*.*",
            "0.0.0.0/0",
            "::/0",
            "203.0.113.5/24",
            "203.0.113.5/33",
            "bad.example:8080",
            "user@bad.example",
            "ftp://bad.example/",
            "casino*.example/path",
            "=*.example",
            "127.1",
            "a..example",
            "x" * 64 + ".example",
            "x" * 3000,
        ],
    )
    def test_are_refused_when_broken(self, entry: str) -> None:
        with pytest.raises(ValueError, match="Block: "):
            Block(hosts=[entry])

    def test_need_the_same_steps_however_many_there_are(self) -> None:
        hosts = [f"spam{number}.host.example" for number in range(100_000)]
        few, many = Block(hosts=hosts[:1]), Block(hosts=hosts)
        asked = candidate(None, source="http://www.blog.example/2024/a/post?x=1")

        def steps(block: Block) -> int:
            count = 0

            def trace(*_event: object):
                nonlocal count
                count += 1
                return trace

            before = sys.gettrace()
            sys.settrace(trace)
            try:
                assert block(asked) is None
            finally:
                sys.settrace(before)
            return count

        # What was parsed before is remembered, so the first time is another.
        steps(few)
        assert steps(many) == steps(few)
        assert is_listed(many, "www.spam99999.host.example")

    def test_bound_the_patterns_that_are_tried_one_by_one(self) -> None:
        with pytest.raises(ValueError, match="patterns"):
            Block(hosts=[f"*casino{number}*.example" for number in range(1001)])


class TestBlock:
    def test_names_host_and_entry(self) -> None:
        block = Block(hosts=["bad.example"], action="hold")
        verdict = block(candidate(None, source="http://www.bad.example/post"))
        assert verdict is not None
        assert verdict.action is Action.HOLD
        assert verdict.reason == "www.bad.example is blocked (bad.example)"

    def test_refuses(self) -> None:
        block = Block(hosts=["203.0.113.0/24"], action="refuse")
        with pytest.raises(Refused) as caught:
            block(candidate(None, sender="203.0.113.5"))
        assert "203.0.113.0/24" in caught.value.detail

    def test_reads_no_page(self) -> None:
        assert Block(hosts=["friend.example"])(refusing()) is not None

    def test_needs_something_to_go_by(self) -> None:
        with pytest.raises(ValueError, match="hosts=, file="):
            Block()
        with pytest.raises(ValueError, match="is a list"):
            Block(hosts="bad.example")
        with pytest.raises(ValueError, match="spam, hold, refuse"):
            Block(hosts=["bad.example"], action="approve")


class TestAllow:
    def test_approves_a_linking_source(self) -> None:
        verdict = Allow(hosts=["friend.example"])(
            candidate(LINKED, source="http://www.friend.example/post")
        )
        assert verdict is not None
        assert verdict.action is Action.APPROVE
        assert verdict.reason == "www.friend.example is allowed (friend.example)"

    def test_approves_a_sender(self) -> None:
        verdict = Allow(hosts=["203.0.113.0/24"])(candidate(LINKED, sender="203.0.113.5"))
        assert verdict is not None
        assert verdict.action is Action.APPROVE

    @pytest.mark.parametrize("html", [None, "<p>No link here."])
    def test_approves_nothing_unverified(self, html: str | None) -> None:
        verdict = Allow(hosts=["friend.example"])(
            candidate(html, source="http://friend.example/", protocol=Protocol.TRACKBACK)
        )
        assert verdict is not None
        assert verdict.action is Action.ABSTAIN
        assert "unverified" in verdict.reason

    def test_lets_the_refusal_of_the_page_through(self) -> None:
        with pytest.raises(NoLink):
            Allow(hosts=["friend.example"])(refusing())

    def test_reads_nothing_for_strangers(self) -> None:
        assert Allow(hosts=["other.example"])(refusing()) is None

    def test_is_not_fooled_by_an_open_redirect(self) -> None:
        allow = Allow(hosts=["friend.example"])
        verdict = allow(redirected(to="http://evil.example/spam"))
        assert verdict is not None
        assert verdict.action is Action.ABSTAIN
        assert "evil.example" in verdict.reason
        verdict = allow(redirected(to="http://www.friend.example/post"))
        assert verdict is not None
        assert verdict.action is Action.APPROVE


class TestFile:
    def test_reads_the_lines_of_shared_lists(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        path.write_bytes(
            b"\xef\xbb\xbf# Title: everything bad\r\n\r\n"
            b"127.0.0.1 localhost\r\n::1 ip6-localhost ip6-loopback\r\n0.0.0.0 0.0.0.0\r\n"
            b"0.0.0.0 hosts.example\r\ndomain:disavowed.example\r\n"
            b"http://page.example/spam.html\r\n  plain.example   # why\r\n"
            + "bücher.example\r\n".encode()
        )
        block = Block(file=path)
        for host in (
            "hosts.example",
            "disavowed.example",
            "page.example/spam.html",
            "plain.example",
            "xn--bcher-kva.example",
        ):
            assert is_listed(block, host), host
        assert not is_listed(block, "localhost")
        assert not is_listed(block, "page.example")

    @pytest.mark.parametrize("line", ["what is this", "<html>", "\udcff.example"])
    def test_names_file_and_line_of_what_is_broken(self, tmp_path: Path, line: str) -> None:
        path = tmp_path / "list.txt"
        path.write_bytes(b"good.example\n\n" + line.encode("utf-8", "surrogateescape") + b"\n")
        with pytest.raises(ValueError, match=r"list\.txt, line 3: "):
            Block(file=path)

    def test_must_be_there_at_first(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"nothing\.txt cannot be read"):
            Block(file=tmp_path / "nothing.txt")
        with pytest.raises(ValueError, match="cannot be read"):
            Allow(file=tmp_path)

    def test_is_read_again_when_it_changes(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        path.write_text("one.example\n")
        block = Block(hosts=["fixed.example"], file=path, check_every=0)
        assert is_listed(block, "one.example")
        path.write_text("another.example\n")
        assert is_listed(block, "another.example")
        assert not is_listed(block, "one.example")
        assert is_listed(block, "fixed.example")

    def test_is_not_looked_at_all_the_time(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        path.write_text("one.example\n")
        block = Block(file=path, check_every=3600)
        path.unlink()
        assert is_listed(block, "one.example")
        path.write_text("another.example\n")
        assert not is_listed(block, "another.example")

    def test_is_looked_at_once_a_second(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1000.0
        monkeypatch.setattr("time.monotonic", lambda: now)
        path = tmp_path / "list.txt"
        path.write_text("first.example\n")
        block = Block(file=path)
        for entry in ("second.example", "and.third.example"):
            path.write_text(f"{entry}\n")
            now += 0.9
            assert not is_listed(block, entry)
            now += 0.2
            assert is_listed(block, entry)

    def test_keeps_the_last_good_list_and_says_so_once(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        path = tmp_path / "list.txt"
        path.write_text("one.example\n")
        block = Block(file=path, check_every=0)
        with caplog.at_level(logging.WARNING):
            path.write_text("two.example\nthis is broken\n")
            for _ in range(3):
                assert is_listed(block, "one.example")
                assert not is_listed(block, "two.example")
            assert len(caplog.records) == 1
            assert "line 2" in caplog.text
            path.unlink()
            for _ in range(3):
                assert is_listed(block, "one.example")
            assert len(caplog.records) == 2
            path.write_text("two.example\n")
            assert is_listed(block, "two.example")
            assert len(caplog.records) == 2

    def test_settings(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        path.touch()
        assert not is_listed(Block(file=path), "any.example")
        with pytest.raises(ValueError, match="check_every"):
            Block(file=path, check_every=-1)


ADD = """
import sys
from linkback_protocol.validators.host_lists import add_entry
for number in range(40):
    add_entry(sys.argv[1], f"host{number}.{sys.argv[2]}.example")
"""


class TestChanges:
    def test_add_and_remove(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        assert add_entry(path, "Bad.Example", "sold pills\nevil.example")
        assert path.read_text() == "bad.example  # sold pills evil.example\n"
        block = Block(file=path, check_every=0)
        assert is_listed(block, "bad.example")
        assert not is_listed(block, "evil.example")
        assert remove_entry(path, "bad.example")
        assert path.read_text() == ""
        assert not is_listed(block, "bad.example")

    def test_know_an_entry_in_every_spelling(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        path.write_text(
            "# mine\nBÜCHER.example # why\ndomain:b.example\n0.0.0.0 c.example d.example"
        )
        assert not add_entry(path, "xn--bcher-kva.example")
        assert not add_entry(path, "b.example")
        assert not add_entry(path, "D.example.")
        assert add_entry(path, "e.example")
        assert remove_entry(path, "bücher.example")
        assert remove_entry(path, "c.example")
        assert not remove_entry(path, "c.example")
        assert path.read_text() == "# mine\ndomain:b.example\nd.example\ne.example\n"

    def test_leave_broken_lines_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        path.write_bytes(b"what is this\n\xff\xfe\nbad.example\n")
        assert add_entry(path, "203.0.113.0/24")
        assert remove_entry(path, "bad.example")
        assert path.read_bytes() == b"what is this\n\xff\xfe\n203.0.113.0/24\n"

    def test_an_entry_can_be_taken_from_another_list(self, tmp_path: Path) -> None:
        blocked, allowed = tmp_path / "blocked.txt", tmp_path / "allowed.txt"
        allowed.write_text("0.0.0.0 a.example b.example\n")
        assert add_entry(blocked, "B.example", out_of=allowed)
        assert blocked.read_text() == "b.example\n"
        assert allowed.read_text() == "a.example\n"
        assert not add_entry(blocked, "b.example", out_of=tmp_path / "none.txt")
        allowed.write_text("b.example\n")
        assert not add_entry(blocked, "b.example", out_of=allowed)
        assert allowed.read_text() == ""

    @pytest.mark.parametrize("entry", ["a.example\nb.example", "*", "", "a.example b.example"])
    def test_take_one_entry(self, tmp_path: Path, entry: str) -> None:
        path = tmp_path / "list.txt"
        with pytest.raises(ValueError, match=r"."):
            add_entry(path, entry)
        with pytest.raises(ValueError, match=r"."):
            remove_entry(path, entry)
        assert not path.exists()

    def test_keep_mode_and_link(self, tmp_path: Path) -> None:
        real, link = tmp_path / "real.txt", tmp_path / "link.txt"
        real.touch()
        real.chmod(0o640)
        link.symlink_to(real)
        assert add_entry(link, "bad.example")
        assert link.is_symlink()
        assert real.read_text() == "bad.example\n"
        assert stat.S_IMODE(real.stat().st_mode) == 0o640

    def test_leave_nothing_behind(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        add_entry(path, "bad.example")
        assert sorted(os.listdir(tmp_path)) == ["list.txt", "list.txt.lock"]

    def test_lose_no_line_of_two_processes(self, tmp_path: Path) -> None:
        path = tmp_path / "list.txt"
        writers = [
            subprocess.Popen([sys.executable, "-c", ADD, path, name]) for name in ("one", "two")
        ]
        assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
        wanted = {f"host{number}.{name}.example" for number in range(40) for name in ("one", "two")}
        lines = path.read_text().splitlines()
        assert len(lines) == 80
        assert set(lines) == wanted
