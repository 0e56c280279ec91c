"""The command as a process, and clients of other people's that ping it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import xmlrpc.client
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMAND = [sys.executable, "-m", "linkback_protocol.cli"]
# The command is that of the package under test, wherever it is run.
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
LOOPBACK = ("--allow-network", "127.0.0.0/8", "--limits", "off")


@contextmanager
def serving(
    folder: Path, *options: str, environment: dict[str, str] | None = None
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run ``linkback serve``; yield its address once it says that it is there."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--bind", "127.0.0.1:0", "--db", "linkbacks.db", *options],
        cwd=folder,
        env=ENVIRONMENT | (environment or {}),
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


def run(
    folder: Path, *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself; return what it said and how it ended."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=ENVIRONMENT | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def ping(endpoint: str, source: str, target: str) -> str:
    """Send a pingback by the standard library's client; return what the endpoint says."""
    with xmlrpc.client.ServerProxy(endpoint) as client:
        return str(client.pingback.ping(source, target))


def listed(folder: Path) -> list[dict[str, object]]:
    """Return what ``linkback list --json`` writes."""
    found: list[dict[str, object]] = json.loads(
        run(folder, "list", "--json", "--db", "linkbacks.db").stdout
    )
    return found
