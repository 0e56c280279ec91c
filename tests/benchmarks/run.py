"""Measures what docs/performance.md promises: ``python -m tests.benchmarks.run [PART...]``.

Parts: passthrough, refuse, accept, lookup, memory. Each figure stands beside a peer or a floor that
was measured in the same run.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import requests
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import EnvironBuilder

from linkback_protocol import (
    Fetcher,
    Limits,
    MemoryStore,
    Ping,
    PingbackMiddleware,
    Protocol,
    Receiver,
    SQLiteStore,
    Status,
    Target,
    TrackbackMiddleware,
)
from tests.benchmarks.blog_page import blog_page
from tests.benchmarks.timing import POST, SITE, best, page_app, row
from tests.peers import source_site

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

CALL = (
    b'<?xml version="1.0"?><methodCall><methodName>pingback.ping</methodName><params>'
    b"<param><value><string>%s</string></value></param>"
    b"<param><value><string>%s</string></value></param></params></methodCall>"
)


def _environ(path: str, body: bytes | None = None) -> WSGIEnvironment:
    builder = EnvironBuilder(path, SITE, method="GET" if body is None else "POST", data=body)
    return builder.get_environ()


def _call(app: WSGIApplication, environ: WSGIEnvironment) -> bytes:
    if "wsgi.input" in environ:
        environ["wsgi.input"].seek(0)
    body = app(environ, lambda *_: lambda _: None)
    try:
        return b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


def _wrapped(receiver: Receiver) -> WSGIApplication:
    return PingbackMiddleware(TrackbackMiddleware(page_app, receiver), receiver)


def passthrough() -> None:
    """A request that is not ours, through both middlewares."""
    receiver = Receiver(store=MemoryStore(), site=SITE)
    environ = _environ("/post/")
    app = _wrapped(receiver)
    bare = best(lambda: _call(page_app, environ), number=20_000)
    ours = best(lambda: _call(app, environ), number=20_000)
    proxy_fix = ProxyFix(page_app)
    peer = best(lambda: _call(proxy_fix, environ), number=20_000)
    receiver.close()
    row("pass-through, both middlewares", f"{(ours - bare) * 1e6:.2f} us")
    row(
        "  werkzeug ProxyFix on the same app",
        f"{(peer - bare) * 1e6:.2f} us",
        f"ours / ProxyFix {(ours - bare) / (peer - bare):.2f}",
    )


def refuse() -> None:
    """A refused ping, inside the WSGI call."""
    receiver = Receiver(store=MemoryStore(), site=SITE)
    app = _wrapped(receiver)
    unknown = _environ("/pingback", CALL % (b"http://a.example/", SITE.encode() + b"missing/"))
    malformed = _environ("/pingback", b"<methodCall><methodName>pingback.ping")
    assert b"<int>32<" in _call(app, unknown)
    assert b"-32700" in _call(app, malformed)
    row("refused: unknown target", f"{best(lambda: _call(app, unknown), number=2000) * 1e6:.0f} us")
    row(
        "refused: malformed XML", f"{best(lambda: _call(app, malformed), number=2000) * 1e6:.0f} us"
    )
    receiver.close()


def accept() -> None:
    """A pingback accepted end to end, against one fetch and one durable insert.

    With the default limits but the interval between fetches, and so in a new store every 25 pings.
    """
    page = blog_page(POST)
    times: dict[str, list[float]] = {"ours": [], "floor": []}
    with source_site() as source, tempfile.TemporaryDirectory() as folder:
        for batch in range(16):
            for turn in range(25):
                source.publish(f"/{turn}", page)
            store = SQLiteStore(Path(folder) / f"{batch}.db")
            receiver = Receiver(
                store=store,
                site=SITE,
                fetcher=Fetcher(allow=["127.0.0.0/8"]),
                limits=Limits(fetch_interval=0.0),
            )
            app = _wrapped(receiver)
            database = sqlite3.connect(Path(folder) / f"{batch}-floor.db", isolation_level=None)
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=FULL")
            database.execute("CREATE TABLE ping (source TEXT, target TEXT, excerpt TEXT)")
            for turn in range(25):
                call = CALL % (f"{source.url}{turn}".encode(), POST.encode())
                environ = _environ("/pingback", call)
                began = time.perf_counter()
                answer = _call(app, environ)
                times["ours"].append(time.perf_counter() - began)
                # What is left to do after the answer must not slow the floor down.
                time.sleep(0.005)
                assert b"moderation" in answer
                began = time.perf_counter()
                response = requests.get(f"{source.url}{turn}", timeout=10)
                database.execute(
                    "INSERT INTO ping VALUES (?, ?, ?)", (response.url, POST, response.text[:255])
                )
                times["floor"].append(time.perf_counter() - began)
                time.sleep(0.005)
            receiver.close()
            store.close()
            database.close()
    ours, floor = (statistics.median(taken) for taken in times.values())
    row(f"accepted end to end, page of {len(page) // 1024} KB", f"{ours * 1e3:.2f} ms")
    row(
        "  floor: requests.get and one durable insert",
        f"{floor * 1e3:.2f} ms",
        f"ours / floor {ours / floor:.2f}",
    )


def lookup(rows: int = 1_000_000) -> None:
    """The linkbacks of one page, in a store of a million."""
    with tempfile.TemporaryDirectory() as folder:
        store = SQLiteStore(Path(folder) / "linkbacks.db")
        began = time.perf_counter()
        for turn in range(rows):
            page = f"{SITE}{turn // 20}/"
            kept = store.add(
                _ping(f"http://h{turn % 5000}.example/{turn}", page),
                page=page,
                limits=Limits.off(),
                now=float(turn),
                due=float(turn) + 1.0,
            )
            if turn % 20 == 0:
                store.finish(
                    kept.id,
                    Status.APPROVED,
                    (),
                    title="T",
                    excerpt="E" * 200,
                    site_name="S",
                    now=float(turn),
                )
        row(f"filling a store with {rows:,} linkbacks", f"{time.perf_counter() - began:.0f} s")
        receiver = Receiver(store=store, targets=Target, site=SITE)
        app = _wrapped(receiver)
        call = (
            b"<methodCall><methodName>pingback.extensions.getPingbacks</methodName><params><param>"
            b"<value>" + SITE.encode() + b"25000/</value></param></params></methodCall>"
        )
        environ = _environ("/pingback", call)
        assert b"<string>http" in _call(app, environ)
        row(
            "getPingbacks for one page",
            f"{best(lambda: _call(app, environ), number=200) * 1e3:.3f} ms",
        )
        row("counts of all statuses", f"{best(store.count, number=5) * 1e3:.3f} ms")
        receiver.close()
        store.close()


def memory(pings: int = 100_000) -> None:
    """Memory while pings come in, with the limits on."""
    with tempfile.TemporaryDirectory() as folder:
        store = SQLiteStore(Path(folder) / "linkbacks.db")
        receiver = Receiver(
            store=store,
            site=SITE,
            unlinked_trackbacks="accept",
            limits=Limits.off(),
            verify="later",
        )
        app = _wrapped(receiver)
        resident = []
        for turn in range(pings):
            form = f"url=http://h{turn}.example/&title=T".encode()
            assert b"<error>0</error>" in _call(app, _environ(f"/{turn}/trackback/", form))
            if (turn + 1) % (pings // 5) == 0:
                resident.append(_resident())
        row(f"resident memory after {pings // 5:,} pings", f"{resident[0]:.1f} MB")
        row(
            f"resident memory after {pings:,} pings",
            f"{resident[-1]:.1f} MB",
            f"grown by {resident[-1] - resident[0]:.1f} MB",
        )
        receiver.close()
        store.close()


def _resident() -> float:
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _ping(source: str, target: str) -> Ping:
    return Ping(protocol=Protocol.PINGBACK, source=source, target=target, sender="192.0.2.1")


PARTS = {part.__name__: part for part in (passthrough, refuse, accept, lookup, memory)}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
