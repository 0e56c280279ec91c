"""Blogs that are linked to, for tests of the sender: pages as a test wants them, and endpoints that
answer as it wants and remember what they got."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOOPBACK = ("127.0.0.0/8",)

ACCEPTED = (
    b'<?xml version="1.0"?><methodResponse><params><param><value><string>Thanks.</string>'
    b"</value></param></params></methodResponse>"
)
WELCOME = b'<?xml version="1.0" encoding="utf-8"?><response><error>0</error></response>'


def fault(code: int, message: str = "no") -> bytes:
    """Return a fault as the specification has it."""
    return (
        '<?xml version="1.0"?><methodResponse><fault><value><struct><member><name>faultCode</name>'
        f"<value><int>{code}</int></value></member><member><name>faultString</name><value><string>"
        f"{message}</string></value></member></struct></value></fault></methodResponse>"
    ).encode()


def refusal(message: str = "no") -> bytes:
    """Return the error of a trackback as the specification has it."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><response><error>1</error>'
        f"<message>{message}</message></response>"
    ).encode()


@dataclass
class Reply:
    """An answer; `before` runs first, and may wait."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    before: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Got:
    """A request that arrived."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first value of a header."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), None)


@dataclass
class Blog:
    """A blog on a port of its own."""

    url: str = ""
    replies: dict[str, Reply] = field(default_factory=dict)
    got: list[Got] = field(default_factory=list)

    def serve(self, path: str, body: str | bytes = b"", **settings: Any) -> str:
        """Answer at a path; return its URL."""
        content = body.encode() if isinstance(body, str) else body
        self.replies[path] = Reply(content, **settings)
        return self.url + path

    def xml(self, path: str, body: bytes, **settings: Any) -> str:
        """Answer XML at a path; return its URL."""
        return self.serve(path, body, headers=(("Content-Type", "text/xml"),), **settings)

    def post(self, path: str, endpoint: str = "", answer: bytes = ACCEPTED, **settings: Any) -> str:
        """Publish a post that takes pingbacks by header; return its URL."""
        where = endpoint or self.xml("/pingback", answer, **settings)
        headers = (("Content-Type", "text/html"), ("X-Pingback", where))
        return self.serve(path, "<!DOCTYPE html><title>A post</title><p>Text.", headers=headers)

    def old_post(self, path: str, answer: bytes = WELCOME, **settings: Any) -> str:
        """Publish a post that takes trackbacks by RDF; return its URL."""
        where = self.xml("/trackback", answer, **settings)
        return self.serve(path, f"<!DOCTYPE html><title>Old</title>{rdf(self.url + path, where)}")

    @property
    def pings(self) -> list[Got]:
        """What was posted, in the order of arrival."""
        return [each for each in self.got if each.method == "POST"]


def rdf(identifier: str, ping: str) -> str:
    """Return a block as Movable Type writes it."""
    return (
        '<!--\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
        ' xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/"\n'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<rdf:Description rdf:about="{identifier}" trackback:ping="{ping}"\n'
        f' dc:title="A post" dc:identifier="{identifier}" />\n</rdf:RDF>\n-->'
    )


def article(*links: str, title: str = "My post") -> str:
    """Return a page with links in its article, and others round it."""
    said = " ".join(f'and <a href="{link}">this</a> too' for link in links)
    return (
        f"<!DOCTYPE html><html lang=en><head><title>{title}</title>"
        '<meta property="og:site_name" content="My blog"></head><body>'
        '<nav><a href="http://menu.invalid/a">Menu</a></nav>'
        f"<article><h1>{title}</h1><p>I read {said}.</p></article>"
        '<footer><a href="http://footer.invalid/a">Made with</a></footer></body></html>'
    )


@contextmanager
def blog(host: str = "127.0.0.1") -> Iterator[Blog]:
    """Serve a `Blog`."""
    made = Blog()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            headers = tuple(self.headers.items())
            with lock:
                made.got.append(Got(self.command, self.path, headers, body))
            reply = made.replies.get(self.path)
            if reply is None:
                self.send_error(404)
                return
            reply.before()
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_HEAD = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Be silent about clients that went away."""

    with Server((host, 0), Handler) as server:
        made.url = f"http://{host}:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
