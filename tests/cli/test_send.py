"""``linkback discover``, ``send`` and ``outbox``."""

from __future__ import annotations

import io
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol.cli import main
from tests.cli.processes import run
from tests.sender.blogs import ACCEPTED, WELCOME, Blog, article, blog, fault, rdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALLOW = ("--allow-network", "127.0.0.0/8")


@pytest.fixture
def me() -> Iterator[Blog]:
    with blog() as served:
        yield served


@pytest.fixture
def other() -> Iterator[Blog]:
    with blog() as served:
        yield served


@pytest.fixture
def db(tmp_path: Path) -> str:
    return str(tmp_path / "linkbacks.db")


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_what_a_page_offers(other: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    page = '<link href="/rpc" rel="pingback">' + rdf(other.url + "/p", other.url + "/tb")
    target = other.serve("/p", page)
    assert main(["discover", target, *ALLOW]) == 0
    out = capsys.readouterr().out
    assert "pingback:  none" in out
    assert f"trackback: {other.url}/tb  (RDF block)" in out
    assert "used:      trackback" in out
    assert "PB-2.2-2" in out
    assert main(["discover", target, *ALLOW, "--lenient", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pingback"]["endpoint"] == other.url + "/rpc"
    assert told["used"] == "pingback"
    assert len(told["violations"]) == 1
    assert other.pings == []


def test_what_offers_nothing(other: Blog, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", other.serve("/p", "<p>x"), *ALLOW]) == 1
    assert "nothing would be sent" in capsys.readouterr().out
    assert main(["discover", other.url + "/missing", *ALLOW]) == 1
    assert "404" in capsys.readouterr().out
    assert main(["discover", "http://127.0.0.1/", "--json"]) == 1
    assert "loopback" in json.loads(capsys.readouterr().out)["error"]


def test_sending_and_what_became_of_it(
    me: Blog, other: Blog, db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = me.serve("/my", article(other.post("/a"), other.old_post("/b"), "mailto:x@y.example"))
    call = ["send", source, "--db", db, *ALLOW]
    assert main(call) == 0
    told = capsys.readouterr()
    assert re.search(r"sent +http://\S+/a \(pingback\)", told.out)
    assert re.search(r"sent +http://\S+/b \(trackback\)", told.out)
    assert "mailto" not in told.out
    assert told.err == "2 sent, 1 skipped\n"
    assert main(call) == 0
    assert "2 done before" in capsys.readouterr().err
    assert main([*call, "--force", "--json", "-v"]) == 0
    sent = lines(capsys.readouterr().out)
    assert [each["outcome"] for each in sent] == ["sent", "sent", "skipped"]
    assert "pingback.ping" in sent[0]["transcript"][1]["request"]
    assert main(["outbox", "--db", db]) == 0
    assert capsys.readouterr().out.count("done     sent") == 2
    assert main(["outbox", "--db", db, "--source", source, "--state", "done", "--json"]) == 0
    assert [each["id"] for each in lines(capsys.readouterr().out)] == [1, 2]
    assert main(["outbox", "forget", "--source", source, "--db", db]) == 0
    assert main(["outbox", "list", "--db", db]) == 0
    assert capsys.readouterr().out == "2 forgotten\n"


def test_failure_for_good_and_for_now(
    me: Blog, other: Blog, db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = me.serve("/my", article(other.post("/a", answer=b"busy", status=503)))
    assert main(["send", source, "--db", db, *ALLOW]) == 0
    assert "may work later" in capsys.readouterr().out
    assert main(["outbox", "--db", db]) == 0
    assert "1 tries; next" in capsys.readouterr().out
    assert main(["outbox", "retry", "--db", db, *ALLOW]) == 0
    assert "nothing to send" in capsys.readouterr().err
    other.xml("/pingback", fault(17, "where \x1b[31mis it?"))
    assert main(["outbox", "retry", "1", "--db", db, *ALLOW]) == 1
    out = capsys.readouterr().out
    assert "found no link" in out
    assert "\x1b" not in out
    assert main(["send", source, "--db", db, *ALLOW]) == 0
    assert "failed before" in capsys.readouterr().out
    # Without a memory there is no later.
    other.xml("/pingback", b"busy", status=503)
    assert main(["send", source, "--no-db", *ALLOW]) == 1


def test_one_trackback_to_an_address(me: Blog, other: Blog, db: str) -> None:
    address = other.xml("/tb", WELCOME)
    source = me.serve("/my", article())
    call = ["send", source, "--trackback-url", address, "--blog-name", "Mein Blög", *ALLOW]
    assert main([*call, "--dry-run"]) == 0
    assert main([*call, "--db", db]) == 0
    assert main([*call, "--db", db]) == 0
    assert main([*call, "--no-db"]) == 0
    assert len(other.pings) == 2
    assert b"blog_name=Mein+Bl%C3%B6g" in other.pings[0].body


def test_the_page_from_a_file(
    me: Blog, other: Blog, db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = article(other.post("/a"), other.post("/b"))
    (tmp_path / "page.html").write_text(page)
    call = ["send", me.url + "/my", "--db", db, *ALLOW, "--html"]
    assert main([*call, str(tmp_path / "page.html"), "--to", other.url + "/b"]) == 0
    assert len(other.pings) == 1
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(page.encode())))
    assert main([*call, "-"]) == 0
    assert len(other.pings) == 2
    assert me.got == []


def test_a_dry_run_makes_no_file(
    me: Blog, other: Blog, db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = me.serve("/my", article(other.post("/a")))
    assert main(["send", source, "--dry-run", "--db", db, *ALLOW]) == 0
    assert "planned" in capsys.readouterr().out
    assert other.pings == []
    assert list(tmp_path.iterdir()) == []


def test_protocols_and_leniency(me: Blog, other: Blog, db: str) -> None:
    endpoint = other.xml("/rpc", ACCEPTED)
    other.xml("/tb", WELCOME)
    target = other.serve(
        "/p", f"<link href='{endpoint}' rel='pingback'><a rel=trackback href=/tb>t</a>"
    )
    source = me.serve("/my", article(target))
    for options in (["--protocol", "pingback"], ["--lenient"], []):
        assert main(["send", source, "--no-db", *ALLOW, *options]) == 0
    assert [ping.path for ping in other.pings] == ["/rpc", "/tb"]


def test_a_static_site(
    other: Blog, db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    public = tmp_path / "public"
    public.mkdir()
    (public / "a.html").write_text(article(other.post("/a")))
    call = ["send", "--dir", str(public), "--site", "http://me.example/", "--db", db, *ALLOW]
    assert main(call) == 0
    told = capsys.readouterr()
    assert told.out.startswith("http://me.example/a.html\nsent ")
    assert told.err == "1 pages: 1 sent\n"
    assert main(call) == 0
    assert capsys.readouterr() == ("", "1 pages: nothing to send\n")
    (public / "b.html").write_text(article(other.post("/b")))
    assert main([*call, "--catch-up"]) == 0
    assert main(call) == 0
    assert len(other.pings) == 1


def test_a_feed_and_a_sitemap(me: Blog, other: Blog, db: str) -> None:
    me.serve("/a", article(other.post("/a")))
    feed = f"<rss version='2.0'><channel><item><link>{me.url}/a</link></item></channel></rss>"
    call = ["send", "--feed", me.serve("/feed", feed), "--db", db, *ALLOW]
    assert main(call) == 0
    assert main(call) == 0
    me.serve("/b", article(other.post("/b")))
    sitemap = f"<urlset><url><loc>{me.url}/a</loc></url><url><loc>{me.url}/b</loc></url></urlset>"
    assert main(["send", "--sitemap", me.serve("/map", sitemap), "--db", db, *ALLOW]) == 0
    assert len(other.pings) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "give one of"),
        (["http://a.example/", "--feed", "http://a.example/"], "give one of"),
        (["--dir", "x"], "--dir needs --site"),
        (["--dir", "missing", "--site", "http://a.example/"], "no folder"),
        (["--feed", "http://a.example/", "--to", "http://b.example/"], "single SOURCE_URL"),
        (["http://a.example/", "--catch-up"], "--catch-up is for"),
        (["nonsense", "--no-db"], "no address"),
        (["http://a.example/", "--html", "missing"], "cannot read --html"),
        (["http://a.example/", "--allow-network", "x"], "x"),
        (["http://a.example/", "--site", "x"], "must be an absolute URL"),
        (["http://a.example/", "--db", ""], "--db must name a file"),
        (["--sitemap", "missing.xml"], "cannot read"),
        (["http://a.example/", "--to", "http://b/", "--trackback-url", "http://b/"], "exclude"),
    ],
)
def test_calls_that_make_no_sense(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["send", *arguments]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.startswith("linkback: ")
    assert err.count("\n") == 1


def test_calls_of_the_outbox_that_make_no_sense(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["outbox"], ["outbox", "retry"], ["outbox", "forget", "1"]):
        assert main([*arguments, "--db", db]) == 2
    with blog() as me:
        main(["send", me.serve("/my", article()), "--db", db, *ALLOW])
    capsys.readouterr()
    for arguments in (
        ["outbox", "retry", "7"], ["outbox", "forget", "7"], ["outbox", "forget"],
        ["outbox", "--source", "x"],
    ):  # fmt: skip
        assert main([*arguments, "--db", db]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_source_that_cannot_be_read(
    me: Blog, db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["send", me.url + "/missing", "--db", db, *ALLOW]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_the_command_is_quiet_in_a_pipe(me: Blog, other: Blog, tmp_path: Path) -> None:
    source = me.serve("/my", article(other.post("/a")))
    done = run(tmp_path, "send", source, *ALLOW, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert [each["outcome"] for each in lines(done.stdout)] == ["sent"]
    assert (tmp_path / "linkbacks.db").exists()
