"""A connection that cannot outlast its deadline, plain or TLS.

Time-outs of sockets start anew with every byte, so a server that drips holds a client for ever.
Here every wait gets what is left of the whole, and nothing waits but `PlainStream.receive` and
`PlainStream.send`: TLS runs in memory above them, or a flood of its own messages would be read
within one call. Neither threads nor signals are needed.
"""

from __future__ import annotations

import ssl
import time
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from linkback_protocol.errors import FetchError, FetchFailure

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

T = TypeVar("T")

PIECE = 64 * 1024
"""Bytes that are read at once."""


def shown(text: object) -> str:
    """Return a stranger's text for the log: escaped, on one line, at most 200 characters."""
    return repr(str(text)[:200])[:200]


class Deadline:
    """A moment that everything done for one fetch must not pass.

    :param seconds: from now.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._seconds = seconds

    def remaining(self) -> float:
        """Return the seconds left, more than zero.

        :raises FetchError: ``DEADLINE``, there are none.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise self.error()
        return left

    def part(self, seconds: float) -> Deadline:
        """Return a moment that is `seconds` away, or this one where that is sooner."""
        part = Deadline(seconds)
        part._ends = min(part._ends, self._ends)
        return part

    def error(self) -> FetchError:
        """Return what to raise when the time is up."""
        return FetchError(FetchFailure.DEADLINE, f"not finished after {self._seconds:g} s")


class Stream(Protocol):
    """A connection as `linkback_protocol.fetch.exchange` uses it."""

    def send(self, data: bytes) -> None:
        """Send all of `data`."""
        ...

    def receive(self, size: int) -> bytes:
        """Return at least one byte and at most `size`; nothing at the end."""
        ...


class PlainStream:
    """TCP. The socket stays its opener's to close.

    :param max_bytes: bytes that may arrive in all, framing and TLS included; more is an attack.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, *, max_bytes: int) -> None:
        self._sock = sock
        self._deadline = deadline
        self._left = max_bytes

    def send(self, data: bytes) -> None:
        """Send all of `data`.

        :raises FetchError: ``DEADLINE``.
        :raises OSError: the connection broke.
        """
        self._sock.settimeout(self._deadline.remaining())
        try:
            self._sock.sendall(data)
        except TimeoutError as error:
            raise self._deadline.error() from error

    def receive(self, size: int) -> bytes:
        """Return what has arrived, waiting for the first byte.

        :raises FetchError: ``DEADLINE``, or ``PROTOCOL`` where too much has arrived.
        :raises OSError: the connection broke.
        """
        self._sock.settimeout(self._deadline.remaining())
        try:
            data = self._sock.recv(size)
        except TimeoutError as error:
            raise self._deadline.error() from error
        self._left -= len(data)
        if self._left < 0:
            raise FetchError(FetchFailure.PROTOCOL, "more framing than content")
        return data


class TLSStream:
    """TLS above another stream; the handshake is done when the object exists.

    :param host: name or address that the certificate must be for, sent as SNI.
    :raises FetchError: ``TLS``, or what the stream below raises.
    """

    def __init__(self, stream: Stream, context: ssl.SSLContext, *, host: str) -> None:
        self._stream = stream
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        try:
            self._run(self._tls.do_handshake)
        except OSError as error:
            raise FetchError(FetchFailure.TLS, shown(error)) from error

    def send(self, data: bytes) -> None:
        """Send all of `data`; raises as the stream below, and `ssl.SSLError`."""
        while data:
            data = data[self._run(partial(self._tls.write, data)) :]

    def receive(self, size: int) -> bytes:
        """Return what has been deciphered; raises as the stream below, and `ssl.SSLError`."""
        try:
            return self._run(partial(self._tls.read, size))
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            # Many servers close without saying so in TLS. Where that matters, the length of the
            # body or its last chunk is missing too.
            return b""

    def _run(self, step: Callable[[], T]) -> T:
        """Repeat a step of TLS, feeding it, until it has a result."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                data = self._stream.receive(PIECE)
                if data:
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._stream.send(self._outgoing.read())
