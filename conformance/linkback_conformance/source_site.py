"""The site that links: it serves the source pages of a run and writes down who fetched them.

Every page has an address of its own, by run and by case, so that a fetch is evidence: which case it
belongs to, whether it came before or after the answer, and how much of the page was taken.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from linkback_conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from linkback_conformance.wire import Headers

SEND_BUFFER: Final = 64 * 1024
"""Bytes that the kernel may hold, so that ``Fetch.sent`` means what the other side took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is served at one address."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b""
    stream: Callable[[threading.Event], Iterable[bytes]] | None = None
    """Served instead of the body, piece by piece, until it or the reader ends.

    Gets an event that is set when the reader hangs up or the run ends: a slow stream waits on it
    instead of sleeping, and its fetch ends at that moment.
    """
    raw: bool = False
    """Whether the stream holds the status line and the headers too."""


@dataclass(slots=True)
class Fetch:
    """One request to the source site."""

    url_path: str
    query: str
    """What followed the question mark, as it came."""
    method: str
    headers: tuple[tuple[str, str], ...]
    started: float
    """By ``time.monotonic``."""
    sent: int = 0
    """Bytes of the answer that left, up to one send buffer more than the other side took."""
    ended: float | None = None
    whole: bool = False
    """Whether everything was sent before the other side closed."""

    def header(self, name: str) -> str | None:
        """Return the first header of a name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class SourceSite:
    """Serves pages until it is closed; use it as a context manager.

    ``listen`` is a host and a port (0: any free one). ``public_url`` is where the target finds the
    site, if that is not where it listens. Raises `UsageError` where the address cannot be used.
    """

    def __init__(
        self, run_id: str, *, listen: tuple[str, int] = ("127.0.0.1", 0), public_url: str = ""
    ) -> None:
        self.run_id = run_id
        self._pages: dict[str, Page] = {}
        self._fetches: dict[str, list[Fetch]] = {}
        self._changed = threading.Condition()
        self._closing = threading.Event()
        try:
            self._server = _Server(listen, self._serve)
        except OSError as error:
            message = f"cannot listen on {listen[0]}:{listen[1]}: {error.strerror}"
            raise UsageError(message) from None
        host, port = self._server.server_address[:2]
        self.url = (public_url or f"http://{host!s}:{port}").rstrip("/")
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True, name="source-site"
        )
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def publish(self, case_id: str, name: str, page: Page) -> str:
        """Serve a page and return its address; the name is unique within the case."""
        path = f"/{self.run_id}/{case_id}/{name}"
        with self._changed:
            self._pages[path] = page
            self._fetches.setdefault(path, [])
        return self.url + path

    def published_for(self, *case_ids: str) -> list[str]:
        """Return the addresses of all pages of these cases."""
        prefixes = tuple(f"/{self.run_id}/{case_id}/" for case_id in case_ids)
        with self._changed:
            return [self.url + path for path in self._pages if path.startswith(prefixes)]

    def fetches(self, *urls: str) -> tuple[Fetch, ...]:
        """Return the requests for pages, in the order in which they came."""
        with self._changed:
            found = [each for url in urls for each in self._fetches.get(self._key(url), ())]
        return tuple(sorted(found, key=lambda each: each.started))

    def fetches_of(self, case_id: str) -> tuple[Fetch, ...]:
        """Return the requests for all pages of a case."""
        prefix = f"/{self.run_id}/{case_id}/"
        with self._changed:
            found = [
                each
                for path, fetches in self._fetches.items()
                if path.startswith(prefix)
                for each in fetches
            ]
        return tuple(sorted(found, key=lambda each: each.started))

    def wait_fetched(self, url: str, seconds: float, *, ended: bool = False) -> bool:
        """Wait until a page has been asked for, or has also been sent; return whether it was."""

        def arrived() -> bool:
            fetches = self._fetches.get(self._key(url), [])
            return any(not ended or each.ended is not None for each in fetches)

        with self._changed:
            return self._changed.wait_for(arrived, timeout=seconds)

    def _key(self, url: str) -> str:
        path = urlsplit(url).path
        start = path.find(f"/{self.run_id}/")
        return path[start:] if start >= 0 else path

    def _serve(self, handler: _Handler) -> None:
        path = self._key(handler.path)
        fetch = Fetch(
            url_path=path,
            query=handler.path.partition("?")[2],
            method=handler.command,
            headers=tuple(handler.headers.items()),
            started=time.monotonic(),
        )
        with self._changed:
            page = self._pages.get(path)
            self._fetches.setdefault(path, []).append(fetch)
            self._changed.notify_all()
        gone = threading.Event()
        if page is not None and page.stream is not None:
            threading.Thread(
                target=self._watch, args=(handler.connection, gone, fetch), daemon=True
            ).start()
        try:
            for piece in pieces(page or NOTHING, head_only=fetch.method == "HEAD", gone=gone):
                handler.connection.sendall(piece)
                fetch.sent += len(piece)
            fetch.whole = True
        except OSError:
            # The other side took as much as it wanted.
            pass
        finally:
            with self._changed:
                fetch.ended = time.monotonic()
                self._changed.notify_all()

    def _watch(self, connection: socket.socket, gone: threading.Event, fetch: Fetch) -> None:
        """Wait until a reader hangs up, which a server that sends nothing does not notice."""
        with contextlib.suppress(OSError, ValueError):
            while fetch.ended is None and not self._closing.is_set():
                readable, _, _ = select.select([connection], [], [], 0.1)
                if readable and not connection.recv(1024):
                    break
        gone.set()


def pieces(page: Page, *, head_only: bool, gone: threading.Event) -> Iterator[bytes]:
    """Yield an answer as it goes out, status line and headers first."""
    if not page.raw:
        reason = HTTPStatus(page.status).phrase if page.status in _STATUSES else ""
        head = [f"HTTP/1.1 {page.status} {reason}", "Connection: close"]
        if page.stream is None:
            head.append(f"Content-Length: {len(page.body)}")
        head += [f"{name}: {value}" for name, value in page.headers]
        yield ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")
    if head_only:
        return
    yield from [page.body] if page.stream is None else page.stream(gone)


NOTHING: Final = Page(status=404, body=b"no such page")
_STATUSES: Final = frozenset(int(status) for status in HTTPStatus)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10

    def handle_one_request(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.raw_requestline = self.rfile.readline(65537)
            if self.raw_requestline and self.parse_request():
                self.close_connection = True
                self.server.answer(self)

    # Nothing is printed: the log of fetches is the record.
    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], answer: Callable[[_Handler], None]) -> None:
        self.answer = answer
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        connection, peer = super().get_request()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        return connection, peer

    def server_bind(self) -> None:
        # HTTPServer looks up its own name here, which can take seconds without a resolver.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a reader that hangs up is no error."""


class Listener:
    """A port that a target must not touch; counts who connects, and hangs up.

    Raises `UsageError` where the address cannot be listened on.
    """

    def __init__(self, host: str) -> None:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._socket = socket.create_server((host, 0), family=family)
        except OSError as error:
            message = f"cannot listen on {host}: {error.strerror}"
            raise UsageError(message) from None
        self.host = host
        self.port: int = self._socket.getsockname()[1]
        self._touched = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True, name="listener")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone does not wake a thread that waits for a connection.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def touched(self, seconds: float) -> bool:
        """Wait for a connection and return whether one came."""
        return self._touched.wait(seconds)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._touched.set()
            connection.close()
