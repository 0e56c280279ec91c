"""The other side of a ping, for tests: a site that holds source pages, and a server for any app."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIApplication

LOOPBACK = ("127.0.0.0/8",)


@dataclass
class Source:
    """A page of a source site; `released` holds the answer back until it is set."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    location: str | None = None
    released: threading.Event | None = None


@dataclass
class SourceSite:
    """A site on loopback whose pages link where a test wants; it remembers who asked for what."""

    url: str = ""
    pages: dict[str, Source] = field(default_factory=dict)
    hits: list[str] = field(default_factory=list)
    user_agents: list[str] = field(default_factory=list)

    def link(self, path: str, *targets: str, title: str = "A source", **settings: Any) -> str:
        """Publish a page that links to `targets`; return its URL."""
        links = " ".join(f'and <a href="{target}">so it goes</a> on' for target in targets)
        page = f"<!DOCTYPE html><title>{title}</title><p>It was said before {links} and on.</p>"
        return self.publish(path, page, **settings)

    def publish(self, path: str, page: str | bytes, **settings: Any) -> str:
        """Publish any page; return its URL."""
        body = page if isinstance(page, bytes) else page.encode()
        self.pages[path] = Source(body, **settings)
        return self.url + path.lstrip("/")


@contextmanager
def source_site() -> Iterator[SourceSite]:
    """Serve a `SourceSite` on a free port."""
    site = SourceSite()
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.hits.append(self.path)
            site.user_agents.append(self.headers.get("User-Agent", ""))
            page = site.pages.get(self.path, Source(b"nothing here", status=404))
            while page.released is not None and not page.released.wait(0.05):
                if closing.is_set():
                    return
            self.send_response(page.status)
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(page.body)))
            if page.location is not None:
                self.send_header("Location", page.location)
            self.end_headers()
            self.wfile.write(page.body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = False
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: object) -> None:
        pass


@contextmanager
def served(app: WSGIApplication, *, port: int = 0) -> Iterator[str]:
    """Serve a WSGI app on loopback; yield its base URL."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
