from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from linkback_protocol.errors import FetchError
from linkback_protocol.fetch import Fetcher
from tests.fetch.support import LOOPBACK, Names, lookups
from tests.hostile_server import BEHAVIOURS, OK, HostileServer

DESCRIPTORS = Path("/proc/self/fd")
QUICK = ["page", "gzip", "gzip-bomb", "redirect-bomb", "redirect-loop", "not-found"]
QUICK += ["flood-headers", "reset", "reset-body", "close", "flood-body"]


def descriptors() -> int:
    return sum(1 for _ in DESCRIPTORS.iterdir())


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="descriptors are counted under /proc")
def test_nothing_is_left_open_or_running() -> None:
    assert set(QUICK) <= BEHAVIOURS.keys()
    fetcher = Fetcher(allow=LOOPBACK, resolve=Names(blog=[["127.0.0.1"]]))
    gc.disable()
    try:
        # The server's ends count too: closed by us, they are gone when the server is.
        before = descriptors(), threading.active_count()
        with HostileServer() as server:
            for number in range(110):
                try:
                    fetcher.get(server.url(QUICK[number % len(QUICK)], host="blog.example"))
                except FetchError:
                    continue
        for thread in lookups():
            thread.join()
        assert descriptors() <= before[0]
        assert threading.active_count() <= before[1]
    finally:
        gc.enable()


def test_one_fetcher_serves_many_threads() -> None:
    together = threading.Barrier(8)
    with HostileServer() as server:
        fetcher = Fetcher(allow=LOOPBACK, deadline=20.0, resolve=Names(blog=[["127.0.0.1"]]))

        def fetch(number: int) -> str:
            together.wait(timeout=20)
            marked = server.says(OK, b"\r\n<title>%d</title>" % number).replace(
                server.host, "blog.example"
            )
            return fetcher.get(marked).title

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(fetch, range(64))) == [str(number) for number in range(64)]


def test_server_never_meets_two_requests_on_one_connection() -> None:
    with HostileServer() as server:
        fetcher = Fetcher(allow=LOOPBACK)
        for _ in range(5):
            fetcher.get(server.url("redirect"))
        assert server.connections == len(server.requests) == 10
