"""Measures the sender: ``python -m tests.benchmarks.sending``.

A hundred links to a hundred hosts, each of which takes 200 ms to answer: ours, and the sender of
Pelican's plugin (``pip install pelican pelican-plugin-linkbacks``), which asks one after the other.
The floor is the two requests of a link, one behind the other, as if all links went out at once.
Then ten thousand pages of a static site of which none has changed, and the memory that takes.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from linkback_protocol import Fetcher
from linkback_protocol import url as urls
from linkback_protocol.sender import Outbox, Sender
from linkback_protocol.sender.publishing import Publisher
from linkback_protocol.sender.sources import html_files
from tests.benchmarks.blog_page import blog_page
from tests.benchmarks.timing import row
from tests.sender.blogs import ACCEPTED, LOOPBACK, article

if TYPE_CHECKING:
    from collections.abc import Iterator

LINKS = 100
LATENCY = 0.2
"""Seconds that each answer takes."""
BOUND = 3.0
"""Seconds for all links."""
PAGES = 10_000
STATIC_BOUND = 30.0
"""Seconds for pages that have not changed."""
SITE = "http://me.example/"


@contextmanager
def slow_blogs() -> Iterator[list[str]]:
    """Serve a post on each of many addresses; yield their URLs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(LATENCY)
            host = self.headers["Host"]
            self._answer(b"<p>A post", ("X-Pingback", f"http://{host}/rpc"))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(LATENCY)
            self._answer(ACCEPTED, ("Server", "slow"))

        def _answer(self, body: bytes, header: tuple[str, str]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.send_header(*header)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 2 * LINKS
        daemon_threads = True

    with Server(("0.0.0.0", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.server_port
        try:
            yield [f"http://127.0.1.{number + 1}:{port}/post" for number in range(LINKS)]
        finally:
            server.shutdown()
            thread.join()


def links() -> None:
    with slow_blogs() as posts, tempfile.TemporaryDirectory() as folder:
        page = article(*posts)
        fetcher = Fetcher(allow=LOOPBACK)
        floor = 2 * LATENCY
        began = time.perf_counter()
        sent = Sender(fetcher=fetcher).send(SITE + "my", page)
        ours = time.perf_counter() - began
        assert {str(each.outcome) for each in sent} == {"sent"}
        row(f"{LINKS} links, {LATENCY * 1000:.0f} ms an answer", f"{ours:.2f} s",
            f"bound {BOUND:.0f} s; {ours / floor:.1f} times the floor")  # fmt: skip
        with Outbox(Path(folder) / "outbox.db", Sender(fetcher=fetcher)) as outbox:
            began = time.perf_counter()
            outbox.send(SITE + "my", page)
            remembered = time.perf_counter() - began
            row(
                "  by way of the outbox",
                f"{remembered:.2f} s",
                f"{remembered / ours:.2f} times that",
            )
        try:
            peer = import_module("pelican.plugins.linkbacks.linkbacks")
        except ImportError:
            row("  Pelican's plugin", "not installed")
            return
        config = peer.LinkbackConfig({"SITEURL": SITE, "CACHE_PATH": folder})
        began = time.perf_counter()
        number = peer.process_all_links_of_an_article(
            config, peer.Cache(config, {}), "my", "my", page
        )
        theirs = time.perf_counter() - began
        row(
            f"  Pelican's plugin, {number} sent",
            f"{theirs:.2f} s",
            f"{theirs / ours:.0f} times ours",
        )


def static_site(folder: str, number: int) -> None:
    """Look through a site twice; print the seconds of the second time, and the memory at most."""
    public = Path(folder, "public")
    site = urls.parse(SITE)
    with Outbox(Path(folder, "outbox.db"), Sender()) as outbox:
        publisher = Publisher(outbox, fetcher=Fetcher(), site=[site])
        times = []
        for _ in range(2):
            began = time.perf_counter()
            seen = sum(1 for _ in publisher.publish(html_files(public, site), catch_up=True))
            times.append(time.perf_counter() - began)
            assert seen == number
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"first": times[0], "again": times[1], "memory": memory}))


def static_sites() -> None:
    memory = []
    for number in (PAGES // 10, PAGES):
        with tempfile.TemporaryDirectory() as folder:
            page = blog_page("http://other.example/post", paragraphs=20, comments=5)
            for each in range(number):
                place = Path(folder, "public", str(each % 100), str(each), "index.html")
                place.parent.mkdir(parents=True)
                place.write_text(f"<!-- {each} -->{page}")
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.sending", folder, str(number)],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
        found = json.loads(done.stdout)
        memory.append(found["memory"])
        bound = STATIC_BOUND * number / PAGES
        row(f"{number:,} pages of {len(page) // 1024} KB, none changed", f"{found['again']:.2f} s",
            f"bound {bound:.0f} s; all new: {found['first']:.1f} s")  # fmt: skip
    row("  memory", f"{memory[1]:.0f} MB", f"{memory[1] / memory[0]:.2f} times that of a tenth")


def main() -> None:
    if sys.argv[1:]:
        static_site(sys.argv[1], int(sys.argv[2]))
        return
    links()
    static_sites()


if __name__ == "__main__":
    main()
