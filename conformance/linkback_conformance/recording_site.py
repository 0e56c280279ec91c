"""The site that a sender meets: it serves its pages and endpoints, and keeps every request.

Every address names its run and its case, so that a request is evidence: a wrong choice reaches an
address that is there for just that, and even one that is wholly made up is told by what it holds.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import socketserver
import threading
import time
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

from linkback_conformance.errors import UsageError
from linkback_conformance.received import Request, receive
from linkback_conformance.source_site import NOTHING, SEND_BUFFER, Page, pieces
from linkback_conformance.wire import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = Page | Callable[[Request], Page]
    """What is served at an address: always the same, or as the request wants it."""


class RecordingSite:
    """Serves until it is closed; use it as a context manager.

    ``listen`` is a host and a port (0: any free one). ``public_url`` is where the sender finds the
    site, if that is not where it listens. Raises `UsageError` where the address cannot be used.
    """

    def __init__(
        self, run_id: str, *, listen: tuple[str, int] = ("127.0.0.1", 0), public_url: str = ""
    ) -> None:
        self.run_id = run_id
        self._answers: dict[str, Answer] = {}
        self._requests: list[Request] = []
        self._over: dict[str, threading.Event] = {}
        self._changed = threading.Condition()
        self._named = re.compile(rf"/{re.escape(run_id)}/([^/?#\s]+)/")
        try:
            self._server = _Server(listen, self._serve)
        except OSError as error:
            message = f"cannot listen on {listen[0]}:{listen[1]}: {error.strerror}"
            raise UsageError(message) from None
        host, port = self._server.server_address[:2]
        name = f"[{host!s}]" if ":" in str(host) else str(host)
        self.url = (public_url or f"http://{name}:{port}").rstrip("/")
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True, name="recording-site"
        )
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            cases = list(self._over)
        for case_id in cases:
            self.finish(case_id)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def publish(self, case_id: str, name: str, answer: Answer) -> str:
        """Serve something and return its address; the name is unique within the case."""
        path = f"/{self.run_id}/{case_id}/{name}"
        with self._changed:
            self._answers[path] = answer
            self._over.setdefault(case_id, threading.Event())
        return self.url + path

    def finish(self, case_id: str) -> None:
        """End whatever is still being sent for a case: nobody waits for it any more."""
        with self._changed:
            self._over.setdefault(case_id, threading.Event()).set()

    def requests(self, url: str) -> tuple[Request, ...]:
        """Return the requests for an address, with whatever query, in the order of coming."""
        path = self._known(urlsplit(url).path)
        with self._changed:
            return tuple(each for each in self._requests if self._known(each.path) == path)

    def requests_of(self, case_id: str) -> tuple[Request, ...]:
        """Return all requests that are about pages of a case, to whatever address."""
        with self._changed:
            return tuple(each for each in self._requests if each.case_id == case_id)

    def wait(self, seen: Callable[[], object], seconds: float) -> bool:
        """Wait until something is seen, and return whether it is; looks when a request comes."""
        with self._changed:
            return bool(self._changed.wait_for(seen, timeout=max(0.0, seconds)))

    def _known(self, path: str) -> str:
        start = path.find(f"/{self.run_id}/")
        return path[start:] if start >= 0 else path

    def _case_of(self, request: Request) -> str:
        for text in (request.target, request.body.decode("utf-8", "replace")):
            # A form has its addresses in percent signs, and so may a query.
            found = self._named.search(text) or self._named.search(unquote(text))
            if found is not None:
                return found[1]
        return ""

    def _serve(self, connection: socket.socket) -> None:
        try:
            request = receive(connection)
        except OSError:
            return
        if request is None:
            return
        request.case_id = self._case_of(request)
        with self._changed:
            answer = self._answers.get(self._known(request.path), NOTHING)
            over = self._over.setdefault(request.case_id, threading.Event())
            self._requests.append(request)
            self._changed.notify_all()
        page = answer if isinstance(answer, Page) else answer(request)
        gone = threading.Event()
        if page.stream is not None:
            threading.Thread(
                target=_watch, args=(connection, gone, over, request), daemon=True
            ).start()
        try:
            for piece in pieces(page, head_only=request.method == "HEAD", gone=gone):
                connection.sendall(piece)
                request.sent += len(piece)
                request.answer += piece[: KEPT - len(request.answer)]
            # A stream comes to its end, too, when nobody is there any more.
            request.whole = not gone.is_set()
        except OSError:
            # The other side took as much as it wanted.
            pass
        finally:
            with self._changed:
                request.ended = time.monotonic()
                self._changed.notify_all()
        _hang_up(connection)


def _watch(
    connection: socket.socket, gone: threading.Event, over: threading.Event, request: Request
) -> None:
    """Wait until a reader hangs up, or nobody waits for it any more."""
    with contextlib.suppress(OSError, ValueError):
        while request.ended is None and not over.is_set():
            readable, _, _ = select.select([connection], [], [], 0.1)
            if readable and not connection.recv(1024):
                break
        if over.is_set():
            # A sender that waits for more must not wait for ever.
            connection.shutdown(socket.SHUT_RDWR)
    gone.set()


def _hang_up(connection: socket.socket) -> None:
    """Close after the other side has: otherwise what it still sends destroys the answer."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        until = time.monotonic() + 1.0
        while (left := until - time.monotonic()) > 0:
            readable, _, _ = select.select([connection], [], [], left)
            if not readable or not connection.recv(64 * 1024):
                break


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.server.answer(self.request)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], answer: Callable[[socket.socket], None]) -> None:
        self.answer = answer
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a sender that hangs up is no error."""
