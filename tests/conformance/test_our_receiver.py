"""Our own receiver is conformant: every case, both protocols, strictly."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from linkback_conformance.application import served
from tests.conformance.our_blog import make_blog

ROOT = Path(__file__).parents[2]
PAGES = ("--second-target", "/second/", "--closed-target", "/closed/", "--observe", "/observe")

# What we do not offer, and need not.
NOT_OFFERED = {
    "trackback.page.rel-link": "",
    "trackback.page.rel-link-agrees": "needs trackback.page.rel-link",
    "trackback.server.method-allow": "no method is answered with 405",
    "pingback.server.multicall": "is not offered",
    "pingback.server.multicall-recursion": "needs pingback.server.multicall",
    "pingback.server.multicall-flood": "needs pingback.server.multicall",
}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def run_strictly(target, report, **environment):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "linkback_conformance", *target, *PAGES),
            *("--strict", "--json", report),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path)), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    records = [json.loads(line) for line in report.read_text().splitlines()]
    results = {each["id"]: each for each in records if each["type"] == "result"}
    return done, results


def wsgi(report):
    port = free_port()
    target = ("wsgi:tests.conformance.our_blog:app()", "--target", "/post/")
    served_at = ("--serve", f"127.0.0.1:{port}")
    site = f"http://127.0.0.1:{port}/"
    return run_strictly((*target, *served_at), report, LINKBACK_TEST_SITE=site)


def live(report):
    port = free_port()
    app, receiver = make_blog(f"http://127.0.0.1:{port}/")
    with contextlib.closing(receiver), served(app, "127.0.0.1", port) as base:
        return run_strictly((f"{base}post/",), report)


@pytest.mark.parametrize("way", [wsgi, live])
def test_our_receiver_is_conformant_at_every_level(way, tmp_path):
    done, results = way(tmp_path / "report.jsonl")
    others = {
        name: f"{each['verdict']}: {each['reason']}"
        for name, each in results.items()
        if each["verdict"] != "pass"
    }
    assert set(others) == set(NOT_OFFERED)
    for name, reason in NOT_OFFERED.items():
        assert reason in others[name]
    assert done.returncode == 0, done.stdout + done.stderr
