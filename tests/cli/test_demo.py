"""``linkback demo``: what it shows is what happened, over HTTP."""

from __future__ import annotations

import re
import signal
import subprocess
from typing import TYPE_CHECKING

import requests

from tests.cli.processes import COMMAND, ENVIRONMENT, run

if TYPE_CHECKING:
    from pathlib import Path


def test_once(tmp_path: Path) -> None:
    ended = run(tmp_path, "demo", "--once")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stderr == ""
    for said in ("registered", "<error>0</error>", "fault 17", "My kettle</a>", "Found today</a>"):
        assert said in ended.stdout


def test_it_stays_until_ctrl_c(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "demo"], cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            address = next(
                found[1]
                for line in process.stdout
                if (found := re.match(r"See it at (\S+)", line)) is not None
            )
            page = requests.get(address, timeout=10).text
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()
    assert "<title>Hello, blogs</title>" in page
    assert 'name="viewport"' in page
    assert 'class="linkback linkback-pingback"' in page


def test_a_proxy_is_not_in_the_way(tmp_path: Path) -> None:
    proxy = "http://127.0.0.1:1"
    environment = {"http_proxy": proxy, "HTTP_PROXY": proxy, "no_proxy": "", "NO_PROXY": ""}
    ended = run(tmp_path, "demo", "--once", environment=environment)
    assert ended.returncode == 0, ended.stdout + ended.stderr
