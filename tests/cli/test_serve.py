"""``linkback serve`` with an app, as a process, pinged by clients that are not ours."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import xmlrpc.client
from typing import TYPE_CHECKING

import pytest
import requests

from linkback_protocol import SQLiteStore, Status
from linkback_protocol.cli import main
from tests.cli.processes import LOOPBACK, listed, ping, run, serving
from tests.support import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.peers import SourceSite


def test_an_app_takes_both_and_the_owner_sees_them(folder: Path, source: SourceSite) -> None:
    with serving(folder, "blog:app", *LOOPBACK) as (url, process):
        post = url + "post/"
        endpoint = requests.get(post, timeout=10).headers["X-Pingback"]
        assert "moderation" in ping(endpoint, source.link("/a", post, title="One"), post)
        form = {"url": source.link("/b", post), "title": "Two"}
        assert "<error>0<" in requests.post(post + "trackback/", data=form, timeout=10).text
        found = listed(folder)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert [(entry["protocol"], entry["status"], entry["title"]) for entry in found] == [
        ("pingback", "pending", "One"),
        ("trackback", "pending", "Two"),
    ]


def test_settings_reach_the_receiver(folder: Path, source: SourceSite) -> None:
    options = ("blog:make()", "--no-moderate", "--pingback-path", "/rpc", "--inject")
    options += ("--validators", "none")
    with serving(folder, *options, "--trackback-suffix", "/tb", *LOOPBACK) as (url, _):
        post = url + "post/"
        page = requests.get(post, timeout=10)
        assert f'<link rel="pingback" href="{url}rpc">' in page.text
        assert f'trackback:ping="{post}tb"' in page.text
        assert "registered." in ping(url + "rpc", source.link("/a", post), post)


def test_trusted_proxies_tell_the_sender(folder: Path, source: SourceSite) -> None:
    with serving(folder, "blog:app", "--trusted-proxies", "1", *LOOPBACK) as (url, _):
        form = {"url": source.link("/a", url + "post/")}
        headers = {"X-Forwarded-For": "198.51.100.7"}
        requests.post(url + "post/trackback/", data=form, headers=headers, timeout=10)
        assert listed(folder)[0]["sender"] == "198.51.100.7"


def test_the_guard_stays_without_limits(folder: Path, source: SourceSite) -> None:
    with serving(folder, "blog:app", "--limits", "off") as (url, _):
        with pytest.raises(xmlrpc.client.Fault) as caught:
            ping(url + "pingback", source.link("/a", url + "post/"), url + "post/")
        assert caught.value.faultCode == 16
    assert source.hits == []


def test_an_accepted_ping_survives_a_kill(folder: Path, source: SourceSite) -> None:
    released = threading.Event()
    with serving(folder, "blog:app", "--verify", "later", *LOOPBACK) as (url, process):
        post = url + "post/"
        queued = ping(url + "pingback", source.link("/a", post, released=released), post)
        assert "queued" in queued
        wait_until(lambda: source.hits)
        process.kill()
        process.wait(timeout=30)
    with SQLiteStore(folder / "linkbacks.db") as store:
        (left,) = store.find()
        assert left.status is Status.RECEIVED
        # The dead process holds its claim for some seconds more; nobody needs to wait for that.
        store.postpone(left.id, due=0.0)
    released.set()
    with (
        serving(folder, "blog:app", *LOOPBACK),
        SQLiteStore(folder / "linkbacks.db") as store,
    ):
        wait_until(lambda: store.count()[Status.PENDING] == 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told(folder: Path, number: signal.Signals) -> None:
    with serving(folder, "blog:app") as (_, process):
        process.send_signal(number)
        assert process.wait(timeout=30) == 0


def test_what_it_says_of_itself(folder: Path) -> None:
    with serving(folder, "blog:app", "--endpoint", "https://pings.example/x") as (url, _):
        answer = requests.get(url + "post/", timeout=10)
        assert answer.headers["X-Pingback"] == "https://pings.example/x"
        assert "Server" not in answer.headers


def test_an_ipv6_address(folder: Path) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("no IPv6 here")
    with serving(folder, "blog:app", "--bind", "[::1]:0") as (url, _):
        assert url.startswith("http://[::1]:")
        endpoint = requests.get(url + "post/", timeout=10).headers["X-Pingback"]
        assert endpoint == url + "pingback"


class TestErrors:
    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ([], "MODULE:APP"),
            (["blog"], "MODULE:APP"),
            ([":app"], "MODULE:APP"),
            ([".blog:app"], "MODULE:APP"),
            (["missing:app"], "cannot be loaded"),
            (["blog:missing"], "cannot be loaded"),
            (["blog:make_of()"], "cannot be loaded"),
            (["broken:app"], "RuntimeError: two lines"),
            (["nonsense:app"], "line 1"),
            (["blog:__doc__"], "no WSGI app"),
            (["blog:make_nothing()"], "no WSGI app"),
            (["blog:app", "--site", "nonsense"], "absolute URL"),
            (["blog:app", "--endpoint", "nonsense"], "--endpoint"),
            (["blog:app", "--sitemap", "missing.xml"], "--sitemap"),
            (["blog:app", "--sitemap", "nonsense.xml"], "--sitemap"),
            (["blog:app", "--allow-network", "10.0.0.1/8"], "network"),
            (["blog:app", "--pingback-path", "rpc"], "slash"),
            (["blog:app", "--pingback-path", "/rpc?x"], "path"),
            (["blog:app", "--trackback-suffix", "/"], "suffix"),
            (["blog:app", "--threads", "0"], "--threads"),
            (["blog:app", "--trusted-proxies", "-1"], "--trusted-proxies"),
            (["blog:app", "--db", "missing/x.db"], "folder"),
            (["blog:app", "--db", ":memory:"], "--db"),
        ],
    )
    def test_one_sentence_and_2(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        options: list[str],
        said: str,
    ) -> None:
        monkeypatch.chdir(folder)
        monkeypatch.setattr("sys.path", list(sys.path))
        database = [] if "--db" in options else ["--db", "x.db"]
        assert main(["serve", "--bind", "127.0.0.1:0", *database, *options]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1

    def test_no_traceback(self, folder: Path) -> None:
        ended = run(folder, "serve", "broken:app", "--bind", "127.0.0.1:0")
        assert ended.returncode == 2
        assert ended.stderr.startswith("linkback: broken:app cannot be loaded")
        assert ended.stderr.count("\n") == 1
        options = ("--bind", "127.0.0.1:0", "--log-level", "debug")
        assert "broken.py" in run(folder, "serve", "broken:app", *options).stderr

    @pytest.mark.parametrize("bind", ["127.0.0.1", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:²"])
    def test_what_is_no_address(self, bind: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as caught:
            main(["serve", "json:dumps", "--bind", bind])
        assert caught.value.code == 2
        assert "HOST:PORT" in capsys.readouterr().err.splitlines()[-1]

    def test_a_port_in_use(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            bind = f"127.0.0.1:{taken.getsockname()[1]}"
            assert main(["serve", "json:dumps", "--bind", bind, "--db", str(folder / "x")]) == 2
            assert main(["demo", "--bind", bind, "--once"]) == 2
        assert capsys.readouterr().err.count("cannot listen") == 2

    def test_a_public_bind_needs_the_site(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        arguments = ["serve", "json:dumps", "--bind", "0.0.0.0:0", "--db", str(folder / "x")]
        assert main(arguments) == 2
        assert "--site" in capsys.readouterr().err
