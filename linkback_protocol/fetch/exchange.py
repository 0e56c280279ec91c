"""One request and its answer over a connection that is already open.

The HTTP is urllib3's, used below its pools: a `urllib3.connection.HTTPConnection` that is handed
our stream and cannot open one itself. So there is nothing that could follow a redirect, retry, keep
a cookie, read the environment for proxies and passwords, or look a name up again, and no private
hook to override. `requests` sits above all that: its sessions read the whole body of every redirect
(psf/requests#4123), and its time-outs are per read.

Below urllib3, http.client is lenient and unbounded in ways that strangers use; `_Reader` shows it
nothing but well-formed header fields, in a bounded number of bytes, without the informational
answers that come before the real one.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import ssl
from typing import TYPE_CHECKING

import urllib3
from urllib3.connection import HTTPConnection

from linkback_protocol.errors import FetchError, FetchFailure
from linkback_protocol.fetch.stream import PIECE, Stream, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from _typeshed import WriteableBuffer

    from linkback_protocol.url import URL

_STATUS = re.compile(rb"HTTP/1\.[0-9] ([0-9]{3})(?: [^\r\n]*)?\r?\n\Z")
# RFC 9110 5.1 and 5.5; a CR within would be taken for the end of the line further up.
_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n]*\r?\n\Z")
_CONTINUATION = re.compile(rb"[ \t][^\r\n]*\r?\n\Z")
_LENGTH = re.compile(r"[0-9]{1,18}\Z")
_SWITCHING_PROTOCOLS = b"101"


class Answer:
    """A final answer whose headers have been read, and whose body has not.

    `status` is at least 101. A header that is given twice is joined by a comma.
    """

    def __init__(self, response: urllib3.HTTPResponse) -> None:
        self._response = response
        self.status = response.status

    def header(self, name: str) -> str:
        """Return a header; empty where it is missing."""
        return self._response.headers.get(name, "")

    def single(self, name: str) -> str:
        """Return a header that may be given but once, as a URL is read: UTF-8 where it is that.

        :raises FetchError: ``PROTOCOL``, it has several values.
        """
        values = set(self._response.headers.getlist(name))
        if len(values) > 1:
            raise FetchError(FetchFailure.PROTOCOL, f"several headers {name}")
        return _as_read(values.pop()) if values else ""

    def fields(self) -> list[tuple[str, str]]:
        """Return all headers as they were given, those of one name in their order."""
        return [(name, _as_read(value)) for name, value in self._response.headers.iteritems()]

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as it arrives, free of framing, at most `PIECE` bytes at once.

        :raises FetchError: ``PROTOCOL``, it is framed wrongly or ends early; ``DEADLINE``.
        """
        with _told():
            self._check_framing()
            while piece := self._response.read1(PIECE, decode_content=False):
                yield piece

    def _check_framing(self) -> None:
        """Refuse what parsers would disagree about (RFC 9112 6.3)."""
        coding = self.header("Transfer-Encoding").lower()
        if coding not in ("", "chunked"):
            raise FetchError(FetchFailure.PROTOCOL, f"Transfer-Encoding {shown(coding)}")
        for length in filter(None, self.header("Content-Length").split(",")):
            if not _LENGTH.match(length.strip()):
                raise FetchError(FetchFailure.PROTOCOL, f"Content-Length {shown(length)}")


def _as_read(value: str) -> str:
    """Return a header as a URL in it is read: UTF-8 where it is that."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


@contextlib.contextmanager
def exchange(
    stream: Stream,
    method: str,
    url: URL,
    headers: Mapping[str, str],
    *,
    body: bytes | None = None,
    max_header_bytes: int,
) -> Iterator[Answer]:
    """Send a request and read the head of its answer.

    Nothing is sent but `headers`, ``Host``, ``Connection: close`` and the length of the body.

    :param max_header_bytes: bytes of all status lines, headers and trailers, of informational
        answers too.
    :raises FetchError: ``PROTOCOL``, ``TLS``, ``DEADLINE``.
    """
    reader = _Reader(stream, max_header_bytes)
    connection = HTTPConnection(url.host, url.port)
    connection.auto_open = 0
    connection.sock = _Socket(stream, reader)
    target = f"{url.path}?{url.query}" if url.query else url.path
    try:
        with _told():
            connection.request(
                method,
                target,
                body=body,
                headers={"Host": url.authority, "Connection": "close", **headers},
                preload_content=False,
                decode_content=False,
            )
            response = connection.getresponse()
            reader.end_head()
        with contextlib.closing(response):
            yield Answer(response)
    finally:
        connection.close()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what the libraries raise into our own error."""
    try:
        yield
    except ssl.SSLError as error:
        raise FetchError(FetchFailure.TLS, shown(error)) from error
    except (http.client.HTTPException, urllib3.exceptions.HTTPError, OSError) as error:
        detail = f"{type(error).__name__}: {shown(error)}"
        raise FetchError(FetchFailure.PROTOCOL, detail) from error


class _Socket:
    """What http.client takes for a socket; opening, closing and time-outs are not its business."""

    def __init__(self, stream: Stream, reader: _Reader) -> None:
        self._stream = stream
        self._reader = reader

    def sendall(self, data: bytes) -> None:
        self._stream.send(data)

    def makefile(self, _mode: str) -> _Reader:
        return self._reader

    def settimeout(self, _timeout: float | None) -> None:
        """Leave it to the deadline."""

    def close(self) -> None:
        """Leave it to whoever opened the stream."""


class _Source(io.RawIOBase):
    """A stream as the raw half of a buffered reader."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._stream.receive(len(view))
        view[: len(data)] = data
        return len(data)


class _Reader(io.BufferedReader):
    """Bounds and cleans the lines of an answer: status lines, headers, chunk sizes, trailers.

    The head is read by lines alone. In a chunked body each chunk gives back what the line with its
    size took, so that only lines without content add up.
    """

    def __init__(self, stream: Stream, max_header_bytes: int) -> None:
        super().__init__(_Source(stream), PIECE)
        self._max = self._left = self._kept = max_header_bytes
        self._read_next = self._status_line
        self._folds = False

    def flush(self) -> None:
        """Do nothing: an answer that is collected after its reader would flush a closed one."""

    def end_head(self) -> None:
        """Pass all further lines on as they are; they are of the body."""
        self._read_next = self._line
        self._kept = self._left

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return the next line that is to be seen."""
        return self._read_next(size)

    def read1(self, size: int = -1, /) -> bytes:
        """Return a part of the body."""
        self._left = self._kept
        return super().read1(size)

    def _status_line(self, size: int | None) -> bytes:
        """Skip informational answers; http.client skips 100 alone (RFC 9110 15.2)."""
        while True:
            line = self._head_line(size)
            status = _STATUS.match(line)
            if status is None:
                raise FetchError(FetchFailure.PROTOCOL, f"no status line but {shown(line)}")
            if not status[1].startswith(b"1") or status[1] == _SWITCHING_PROTOCOLS:
                self._read_next = self._field
                return line
            while self._head_line(size).strip(b"\r\n"):
                pass

    def _field(self, size: int | None) -> bytes:
        """Skip lines that are no header field, as browsers do, and what continues them."""
        while True:
            line = self._head_line(size)
            if not line.strip(b"\r\n") or (self._folds and _CONTINUATION.match(line)):
                return line
            self._folds = _FIELD.match(line) is not None
            if self._folds:
                # White space after a value is none of it (RFC 9110 5.5); http.client keeps it.
                return line.rstrip(b" \t\r\n") + b"\r\n"

    def _head_line(self, size: int | None) -> bytes:
        line = self._line(size)
        if not line.endswith(b"\n"):
            raise FetchError(FetchFailure.PROTOCOL, "the headers end early, or a line is too long")
        if b"\0" in line:
            raise FetchError(FetchFailure.PROTOCOL, "NUL in the headers")
        return line

    def _line(self, size: int | None) -> bytes:
        line = super().readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise FetchError(FetchFailure.PROTOCOL, f"more than {self._max} bytes of headers")
        return line
