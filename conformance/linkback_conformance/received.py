"""A request as it came to the suite: every byte of it, and what can be read in it.

Read leniently, so that a request that breaks one rule still shows what it was meant to be.
"""

from __future__ import annotations

import re
import select
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from linkback_conformance.wire import KEPT, Exchange, Response

if TYPE_CHECKING:
    import socket

MAX_HEAD: Final = 64 * 1024
"""Bytes of a request's head that are read."""
MAX_BODY: Final = 1024 * 1024
"""Bytes of a request's body that are read."""
_PATIENCE: Final = 3.0
"""Seconds for the next piece of a body that was announced."""
_LINGER: Final = 0.05
"""Seconds for bytes that nobody announced: what follows a length that is too small."""
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(slots=True, eq=False)
class Request:
    """One request, and how its answer went."""

    method: str
    target: str
    """What was asked for, as the request line has it: a path and a query, as a rule."""
    version: str
    headers: tuple[tuple[str, str], ...]
    """In the order on the wire, as they were spelled; values without white space round them."""
    body: bytes
    """Without the framing of a chunked one."""
    raw: bytes
    """Everything that came, up to `wire.KEPT` bytes."""
    started: float
    """By ``time.monotonic``."""
    problem: str = ""
    """What is wrong with its framing; empty where nothing is."""
    surplus: bytes = b""
    """What followed the body that was announced."""
    case_id: str = ""
    """The case whose page it is about; empty where that cannot be told."""
    answer: bytearray = field(default_factory=bytearray)
    """The answer that went out, up to `wire.KEPT` bytes."""
    sent: int = 0
    """Bytes of the answer that left, up to one send buffer more than the other side took."""
    ended: float | None = None
    whole: bool = False
    """Whether all of the answer was sent before the other side closed."""

    def all(self, name: str) -> list[str]:
        """Return every header of a name."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """Return the first header of a name."""
        return next(iter(self.all(name)), None)

    @property
    def path(self) -> str:
        """Return the path, of an address in absolute form too."""
        return re.sub(r"(?i)^https?://[^/]*", "", self.target).partition("?")[0]

    @property
    def query(self) -> str:
        """Return what follows the question mark, as it came."""
        return self.target.partition("?")[2]

    @property
    def media_type(self) -> str:
        """Return the media type in lower case, without parameters; empty where there is none."""
        return (self.header("Content-Type") or "").split(";")[0].strip().lower()

    def line(self) -> str:
        """Return the request line, as a phrase."""
        return f"{self.method} {self.target}"

    def as_exchange(self, base: str, command: str) -> Exchange:
        """Return the request and its answer as the reports show them.

        ``base`` is the address of the site that was asked, ``command`` what does it all again.
        """
        ended = self.ended if self.ended is not None else time.monotonic()
        url = self.target if "://" in self.target.partition("?")[0] else base + self.target
        return Exchange(
            method=self.method,
            url=url,
            sent=self.raw,
            received=bytes(self.answer),
            started=self.started,
            seconds=ended - self.started,
            response=_answered(bytes(self.answer), complete=self.whole),
            problem=self._problem(),
            curl=command,
        )

    def _problem(self) -> str:
        if self.problem:
            return self.problem
        return "" if self.whole else "the other side did not take all of the answer"


def _answered(answer: bytes, *, complete: bool) -> Response | None:
    head, _, body = answer.partition(b"\r\n\r\n")
    found = re.match(rb"HTTP/\d\.\d (\d{3}) ?([^\r\n]*)", head)
    if found is None:
        return None
    return Response(
        status=int(found[1]),
        reason=found[2].decode("latin-1"),
        headers=_headers(head),
        body=body,
        complete=complete,
    )


def _headers(head: bytes) -> tuple[tuple[str, str], ...]:
    lines = head.decode("latin-1").replace("\r\n", "\n").split("\n")[1:]
    pairs = (line.partition(":") for line in lines if ":" in line)
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def receive(connection: socket.socket) -> Request | None:
    """Read one request; ``None`` where nothing came that begins like one.

    Raises `OSError` where the other side goes away before the end of the head.
    """
    started = time.monotonic()
    reader = _Reader(connection)
    head = reader.head()
    lines = head.split(b"\n", 1)
    words = lines[0].decode("latin-1").split()
    if len(words) < 2:
        return None
    headers = _headers(head)
    request = Request(
        method=words[0],
        target=words[1],
        version=words[2] if len(words) > 2 else "",
        headers=headers,
        body=b"",
        raw=b"",
        started=started,
    )
    if (request.header("Expect") or "").lower() == "100-continue":
        connection.sendall(_CONTINUE)
    _read_body(request, reader)
    request.raw = bytes(reader.seen[:KEPT])
    return request


def _read_body(request: Request, reader: _Reader) -> None:
    length = request.header("Content-Length")
    if "chunked" in (request.header("Transfer-Encoding") or "").lower():
        request.body, request.problem = reader.chunked()
    elif length is not None and re.fullmatch(r"[0-9]{1,9}", length):
        wanted = int(length)
        request.body = reader.exactly(min(wanted, MAX_BODY))
        if len(request.body) < wanted:
            request.problem = f"of {wanted} announced bytes {len(request.body)} came"
        request.surplus = reader.rest(_LINGER)
    elif request.method not in {"GET", "HEAD"}:
        # Nothing says how long it is: what comes without a pause is taken for the whole.
        request.body = reader.rest(4 * _LINGER)


class _Reader:
    """Reads from a connection, and keeps what it has read."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.seen = bytearray()
        self._at = 0
        """How much of what was seen has been given out."""

    def head(self) -> bytes:
        """Return everything up to the empty line."""
        while (end := re.search(rb"\r?\n\r?\n", self.seen)) is None and len(self.seen) < MAX_HEAD:
            if not self._more(_PATIENCE):
                break
        self._at = end.end() if end is not None else len(self.seen)
        return bytes(self.seen[: self._at])

    def exactly(self, count: int) -> bytes:
        """Return so many bytes, or fewer where no more come."""
        while len(self.seen) - self._at < count and self._more(_PATIENCE):
            pass
        return self._take(count)

    def rest(self, pause: float) -> bytes:
        """Return what comes until nothing does for so many seconds."""
        while len(self.seen) - self._at < MAX_BODY and self._more(pause):
            pass
        return self._take(MAX_BODY)

    def chunked(self) -> tuple[bytes, str]:
        """Return the pieces of a chunked body, joined, and what is wrong with it."""
        body = bytearray()
        while len(body) < MAX_BODY:
            size = re.match(rb"\s*([0-9a-fA-F]{1,6})", self._line())
            if size is None:
                return bytes(body), "a chunk has no size"
            count = int(size[1], 16)
            piece = self.exactly(count)
            self._line()
            body += piece
            if len(piece) < count:
                return bytes(body), "the last chunk is missing"
            if not count:
                break
        return bytes(body), ""

    def _line(self) -> bytes:
        while (end := self.seen.find(b"\n", self._at)) < 0 and self._more(_PATIENCE):
            pass
        return self._take(end + 1 - self._at if end >= 0 else 0)

    def _take(self, count: int) -> bytes:
        taken = bytes(self.seen[self._at : self._at + count])
        self._at += len(taken)
        return taken

    def _more(self, patience: float) -> bool:
        readable, _, _ = select.select([self._connection], [], [], patience)
        if not readable:
            return False
        piece = self._connection.recv(64 * 1024)
        self.seen += piece
        return bool(piece)
