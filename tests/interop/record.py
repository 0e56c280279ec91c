"""Writes what stands in `conformance/results`: ``python -m tests.interop.record``.

Takes some minutes, and needs what WordPress needs (`tests.interop.wordpress`).
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from importlib import metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING

from linkback_conformance.application import served
from tests.conformance.our_blog import make_blog
from tests.interop import senders
from tests.interop.suite import RESULTS, ROOT, try_wordpress
from tests.interop.test_conformance import RACES
from tests.interop.wordpress import WordPress

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = ("--second-target", "/second/", "--closed-target", "/closed/", "--observe", "/observe")


def record_ours() -> None:
    """Try our own receiver, as an application and as a live site."""
    with free_port() as port:
        pass
    site = f"http://127.0.0.1:{port}/"
    target = ("wsgi:tests.conformance.our_blog:app()", "--target", "/post/")
    serve = ("--serve", f"127.0.0.1:{port}")
    record("linkback-protocol-wsgi", *target, *serve, LINKBACK_TEST_SITE=site)
    app, receiver = make_blog(site)
    with contextlib.closing(receiver), served(app, "127.0.0.1", port):
        record("linkback-protocol-live", f"{site}post/")


def record(name: str, *target: str, **environment: str) -> None:
    """Run every case, strictly, and keep the verdicts."""
    path = RESULTS / f"{name}.jsonl"
    subprocess.run(
        [
            *(sys.executable, "-m", "linkback_conformance", *target, *PAGES),
            *("--strict", "--json", str(path), "--evidence", "none"),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
    )


def record_wordpress() -> None:
    """Try WordPress, whose exit code is 1."""
    with WordPress.start() as blog:
        path = RESULTS / f"wordpress-{blog.version}.jsonl"
        try_wordpress(blog, *RACES, "--json", str(path), "--evidence", "none")


def record_senders() -> None:
    """Try our own sender, Pelican's plugin where that is installed, and WordPress."""
    ours = "linkback send {source} --no-db --allow-network 127.0.0.1/32"
    record_sender("linkback-protocol-send", "--run", ours)
    if find_spec("pelican") is not None:
        version = metadata.version("pelican-plugin-linkbacks")
        record_sender(f"pelican-plugin-linkbacks-{version}", "py:tests.interop.senders:pelican")
    with WordPress.start() as blog:
        record_sender(
            f"wordpress-{blog.version}-sender",
            *("py:tests.interop.senders:wordpress", "--protocol", "pingback", "--timeout", "120"),
            **{senders.WORDPRESS: str(blog.folder)},
        )


def record_sender(name: str, *sender: str, **environment: str) -> None:
    """Run every case about senders, strictly, and keep the verdicts; those may be bad ones."""
    path = RESULTS / f"{name}.jsonl"
    subprocess.run(
        [
            *(sys.executable, "-m", "linkback_conformance", "sender", *sender),
            *("--strict", "--json", str(path), "--evidence", "none"),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


@contextlib.contextmanager
def free_port() -> Iterator[int]:
    """Give a port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


if __name__ == "__main__":
    record_ours()
    record_wordpress()
    record_senders()
