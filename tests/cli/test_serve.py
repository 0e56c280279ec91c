"""``linkback serve`` and ``linkback demo`` as processes, pinged by clients that are not ours."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import xmlrpc.client
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import requests

from linkback_protocol import SQLiteStore, Status
from linkback_protocol.cli import main
from tests.support import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.peers import SourceSite

BLOG = """
def app(environ, start_response):
    found = environ["PATH_INFO"] == "/post/"
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "text/html")])
    return [b"<html><head></head><body>" + environ["REMOTE_ADDR"].encode() + b"</body></html>"]

def make():
    return app
"""
COMMAND = [sys.executable, "-m", "linkback_protocol.cli"]
# The command is that of the package under test, wherever it is run.
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "blog.py").write_text(BLOG)
    return tmp_path


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run ``linkback serve``; yield its address once it says that it is there."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--bind", "127.0.0.1:0", "--db", "linkbacks.db", *options],
        cwd=folder,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = process.stderr.readline()
    found = re.search(r" at (http://\S+/) for", said)
    # What it logs must not fill the pipe.
    reading = threading.Thread(target=process.stderr.read)
    reading.start()
    try:
        assert found is not None, said
        yield found[1], process
    finally:
        process.kill()
        process.wait(timeout=30)
        reading.join()
        process.stderr.close()


def ping(endpoint: str, source: str, target: str) -> str:
    with xmlrpc.client.ServerProxy(endpoint) as client:
        return str(client.pingback.ping(source, target))


def listed(folder: Path) -> list[dict[str, object]]:
    output = subprocess.run(
        [*COMMAND, "list", "--json", "--db", "linkbacks.db"],
        cwd=folder,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
    ).stdout
    found: list[dict[str, object]] = json.loads(output)
    return found


LOOPBACK = ("--allow-network", "127.0.0.0/8", "--limits", "off")


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


class TestGateway:
    def test_by_sitemap(self, folder: Path, source: SourceSite) -> None:
        page = "https://static.example/2026/post/"
        (folder / "sitemap.xml").write_text(f"<urlset><url><loc>{page}</loc></url></urlset>")
        options = ("--site", "https://static.example/", "--sitemap", "sitemap.xml")
        with serving(folder, *options, *LOOPBACK) as (url, _):
            assert f'href="{url}pingback"' in requests.get(url, timeout=10).text.replace(
                "&quot;", '"'
            )
            assert "moderation" in ping(url + "pingback", source.link("/a", page), page)
            form = {"url": source.link("/b", page)}
            answer = requests.post(url + "2026/post/trackback/", data=form, timeout=10)
            assert "<error>0<" in answer.text
            with pytest.raises(xmlrpc.client.Fault) as caught:
                ping(url + "pingback", source.url + "a", "https://static.example/none/")
            assert caught.value.faultCode == 32
        assert [entry["page"] for entry in listed(folder)] == [page, page]

    def test_by_asking_the_site(self, folder: Path, source: SourceSite) -> None:
        page = source.publish("/post/", "<title>A static page</title>")
        with serving(folder, "--site", source.url, *LOOPBACK) as (url, _):
            # The test has one site, which does not ping itself; the rest is as from elsewhere.
            cases = (
                ("http://127.0.0.1:1/", page, 16),
                ("http://a.example/", source.url + "none", 32),
                ("http://a.example/", source.url, 32),
            )
            for pinging, target, code in cases:
                with pytest.raises(xmlrpc.client.Fault) as caught:
                    ping(url + "pingback", pinging, target)
                assert caught.value.faultCode == code


class TestErrors:
    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ([], "MODULE:APP"),
            (["blog"], "MODULE:APP"),
            (["missing:app"], "cannot be imported"),
            (["json:missing"], "cannot be imported"),
            (["json:__doc__"], "no WSGI app"),
            (["--site", "nonsense"], "absolute URL"),
            (["--site", "https://s.example/", "--sitemap", "missing.xml"], "no sitemap"),
            (["json:dumps", "--allow-network", "10.0.0.1/8"], "network"),
            (["json:dumps", "--pingback-path", "rpc"], "slash"),
            (["json:dumps", "--threads", "0"], "--threads"),
            (["json:dumps", "--db", "/nonexistent/folder/x.db"], "folder"),
        ],
    )
    def test_one_sentence_and_2(self, tmp_path: Path, options: list[str], said: str) -> None:
        database = [] if "--db" in options else ["--db", "x.db"]
        ended = subprocess.run(
            [*COMMAND, "serve", "--bind", "127.0.0.1:0", *database, *options],
            cwd=tmp_path,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode == 2
        assert said in ended.stderr
        assert "Traceback" not in ended.stderr
        assert ended.stderr.count("\n") == 1

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


def test_the_demonstration_works() -> None:
    ended = subprocess.run(
        [*COMMAND, "demo", "--once"], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stderr == ""
    for said in ("registered", "<error>0</error>", "fault 17", "My kettle</a>", "Found today</a>"):
        assert said in ended.stdout
