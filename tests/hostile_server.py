"""A server on loopback that answers as badly as servers can, for testing anything that fetches.

``with HostileServer() as server: fetch(server.url("drip-body"))``. `BEHAVIOURS` holds what it can
do by name; `HostileServer.does` and `HostileServer.says` publish more. Nothing outlives the
context.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

PAGE = b"<!DOCTYPE html><title>Fine</title><p>See <a href='http://target.example/p'>this</a>.</p>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
CLOSE = b"Connection: close\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
DRIP = 0.005
"""Seconds between two bytes of a drip."""


def sized(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """Return an honest HTML answer."""
    lines = (
        b"HTTP/1.1 " + status,
        b"Content-Type: text/html; charset=utf-8",
        b"Content-Length: %d" % len(body),
        *headers,
    )
    return b"\r\n".join((*lines, b"", body))


def chunks(*pieces: bytes) -> bytes:
    """Return a chunked body."""
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))


def bomb(mebibytes: int) -> bytes:
    """Return gzip data a thousandth of the size of its content, which is zeros."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # After a full flush nothing refers back, so the block can stand any number of times.
    block = deflate.compress(bytes(1 << 20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    trailer = struct.pack("<II", 0, mebibytes << 20)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + block * mebibytes + deflate.flush() + trailer


BOMB = bomb(2048)


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    line: str
    headers: dict[str, str]

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]


class Peer:
    """The server's end of a connection; its methods raise `OSError` when the client has gone."""

    def __init__(self, sock: socket.socket, closing: threading.Event) -> None:
        self.sock = sock
        self._closing = closing

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes) -> None:
        """Send a byte at a time."""
        for value in data:
            self.send(bytes([value]))
            if self._closing.wait(DRIP):
                raise ConnectionAbortedError

    def repeat(self, data: bytes) -> None:
        """Send for ever, as fast as it goes."""
        block = data * max(1, 65536 // len(data))
        while True:
            self.send(block)

    def drip_for_ever(self, data: bytes) -> None:
        """Send one piece after the other, slowly, for ever."""
        while not self._closing.wait(DRIP):
            self.send(data)

    def hold(self) -> None:
        """Say nothing more until the client closes the connection."""
        while self.sock.recv(65536):
            pass

    def reset(self) -> None:
        """End the connection with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def read_request(self) -> Request | None:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.sock.recv(65536)
            if not piece:
                return None
            data += piece
        line, *fields = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        headers = dict(field.split(": ", 1) for field in fields)
        return Request(line, {name.lower(): value for name, value in headers.items()})


Behaviour = Callable[[Peer], None]


def says(*parts: bytes) -> Behaviour:
    """Return what sends fixed bytes and closes."""
    return lambda peer: peer.send(b"".join(parts))


def then(first: bytes, act: Callable[[Peer], None]) -> Behaviour:
    """Return what sends fixed bytes and goes on with something else."""

    def behave(peer: Peer) -> None:
        peer.send(first)
        act(peer)

    return behave


def redirects(location: bytes, *, status: int = 302) -> Behaviour:
    """Return what redirects, without a body."""
    return says(b"HTTP/1.1 %d Go\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % (status, location))


_REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: /page\r\n"
_GZIP = b"Content-Encoding: gzip\r\n"
_PAGE_GZ = gzip.compress(PAGE, mtime=0)

BEHAVIOURS: dict[str, Behaviour] = {
    "page": says(sized(PAGE)),
    "not-found": says(sized(PAGE, status=b"404 Not Found")),
    # Slow: each of these sends something often enough to renew any time-out per read.
    "silence": Peer.hold,
    "drip-status": lambda peer: peer.drip(b"HTTP/1.1 200 " + b"O" * 60_000),
    "drip-headers": lambda peer: peer.drip(OK + b"X-Slow: " + b"z" * 60_000),
    "drip-body": then(
        OK + b"Content-Length: 100000\r\n\r\n", lambda peer: peer.drip_for_ever(b"x")
    ),
    "drip-chunks": then(OK + CHUNKED, lambda peer: peer.drip_for_ever(b"1\r\nx\r\n")),
    "drip-chunk-size": then(OK + CHUNKED, lambda peer: peer.drip(b"0" * 60_000)),
    "drip-trailers": then(
        OK + CHUNKED + chunks(PAGE)[:-2], lambda peer: peer.drip_for_ever(b"X-A: b\r\n")
    ),
    "drip-gzip": then(OK + _GZIP + b"\r\n", lambda peer: peer.drip(_PAGE_GZ * 1000)),
    "drip-continue": lambda peer: peer.drip_for_ever(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "stall-body": then(OK + b"Content-Length: 100000\r\n\r\n" + PAGE, Peer.hold),
    "keep-open": then(OK + b"Connection: keep-alive\r\n\r\n" + PAGE, Peer.hold),
    # Endless at full speed.
    "flood-status": lambda peer: peer.repeat(b"H"),
    "flood-continue": lambda peer: peer.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "flood-early-hints": lambda peer: peer.repeat(
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    ),
    "flood-headers": then(OK, lambda peer: peer.repeat(b"X-A: b\r\n")),
    "flood-header": then(OK + b"X-A: ", lambda peer: peer.repeat(b"b")),
    "flood-body": then(OK + b"\r\n", lambda peer: peer.repeat(b"x")),
    "flood-chunk-size": then(OK + CHUNKED, lambda peer: peer.repeat(b"0")),
    "flood-extension": then(OK + CHUNKED + b"5;", lambda peer: peer.repeat(b"a")),
    "flood-extensions": then(
        OK + CHUNKED, lambda peer: peer.repeat(b"1;" + b"a" * 4000 + b"\r\nx\r\n")
    ),
    "flood-trailers": then(
        OK + CHUNKED + chunks(PAGE)[:-2], lambda peer: peer.repeat(b"X-A: b\r\n")
    ),
    "flood-huge-chunk": then(
        OK + CHUNKED + b"FFFFFFFFFFFFFFFFFF\r\n", lambda peer: peer.repeat(b"x")
    ),
    "flood-empty-gzip": then(
        OK + _GZIP + b"\r\n", lambda peer: peer.repeat(gzip.compress(b"", mtime=0))
    ),
    "huge-headers": says(
        OK, *(b"X-%d: %b\r\n" % (n, b"a" * 60_000) for n in range(95)), b"\r\n", PAGE
    ),
    "many-headers": says(OK, *(b"X-%d: a\r\n" % n for n in range(5000)), b"\r\n", PAGE),
    # Compressed.
    "gzip": says(sized(_PAGE_GZ, b"Content-Encoding: gzip")),
    "gzip-bomb": says(sized(BOMB, b"Content-Encoding: gzip")),
    "gzip-bomb-twice": says(sized(gzip.compress(BOMB, 1), b"Content-Encoding: gzip, gzip")),
    "gzip-chain": says(sized(BOMB, b"Content-Encoding: " + b", ".join([b"gzip"] * 50))),
    # Redirects that hold on to those who read their body.
    "redirect": says(_REDIRECT, b"Content-Length: 0\r\n\r\n"),
    "redirect-bomb": says(_REDIRECT, _GZIP, b"Content-Length: %d\r\n\r\n" % len(BOMB), BOMB),
    "redirect-flood": then(_REDIRECT + b"\r\n", lambda peer: peer.repeat(b"x")),
    "redirect-drip": then(
        _REDIRECT + b"Content-Length: 10000\r\n\r\n", lambda peer: peer.drip_for_ever(b"x")
    ),
    "redirect-loop": redirects(b"/redirect-loop"),
    # Broken off.
    "close": lambda _peer: None,
    "reset": Peer.reset,
    "reset-body": then(OK + b"Content-Length: 100000\r\n\r\n" + PAGE, Peer.reset),
}
"""What every `HostileServer` does at the path of that name."""


class HostileServer:
    """Serves `BEHAVIOURS` and whatever is added, on a free port of an address on loopback.

    :param host: address to listen on; all of 127.0.0.0/8 is there on Linux.
    :param tls: makes it an https server.
    :param greet: takes every connection over before anything is read; for what is no HTTP at all.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        greet: Behaviour | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self._tls = tls
        self._greet = greet
        self._behaviours = dict(BEHAVIOURS)
        self._names = count()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server((host, 0), backlog=128)
        self.host, self.port = self._listener.getsockname()[:2]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def url(self, path: str = "page", *, host: str | None = None) -> str:
        """Return the URL of a path, under another name than the address if wanted."""
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://{host or self.host}:{self.port}/{path.removeprefix('/')}"

    def does(self, behaviour: Behaviour, *, path: str | None = None) -> str:
        """Publish a behaviour; return its URL."""
        path = path or f"own-{next(self._names)}"
        self._behaviours[path] = behaviour
        return self.url(path)

    def says(self, *parts: bytes) -> str:
        """Publish fixed bytes as an answer; return their URL."""
        return self.does(says(*parts))

    def redirects(self, location: str, *, status: int = 302) -> str:
        """Publish a redirect; return its URL."""
        return self.does(redirects(location.encode(), status=status))

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                sock, _address = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(sock)
                if self._closing.is_set():
                    sock.shutdown(socket.SHUT_RDWR)
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        used = sock
        try:
            if self._tls is not None:
                # The object that is wrapped gives its descriptor away.
                with self._lock:
                    self._open.discard(sock)
                    used = self._tls.wrap_socket(
                        sock, server_side=True, do_handshake_on_connect=False
                    )
                    self._open.add(used)
                used.do_handshake()
            self._converse(Peer(used, self._closing))
        except OSError:
            return
        finally:
            with self._lock:
                self._open.discard(used)
            used.close()

    def _converse(self, peer: Peer) -> None:
        if self._greet is not None:
            self._greet(peer)
            return
        request = peer.read_request()
        if request is None:
            return
        self.requests.append(request)
        path = request.target.partition("?")[0].removeprefix("/")
        self._behaviours.get(path, BEHAVIOURS["not-found"])(peer)
