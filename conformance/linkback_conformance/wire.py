"""HTTP as it was on the wire: one request, one connection, and every byte kept for the report.

Not built on a comfortable client on purpose: those repair, follow and merge what has to be seen.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import shlex
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Headers = Sequence[tuple[str, str]]

_CURL_BODY: Final = 4096
"""Bytes of a body that still fit into a command."""
_MAX_INTERIM: Final = 10
"""Answers of 1xx, such as 103 Early Hints, that may come before the one that counts."""

MAX_BODY: Final = 2 * 1024 * 1024
"""Bytes of an answer that are read; an endless one is cut here and says so."""
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_INTERIM: Final = re.compile(rb"HTTP/1\.[01] 1(?!01)")
KEPT: Final = 64 * 1024
"""Bytes of a request and of an answer that are kept as evidence."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that could be read as HTTP."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    complete: bool
    """Whether the body ended by itself, and was as long as the headers say."""
    surplus: int = 0
    """Bytes that came after the announced length."""

    def header(self, name: str) -> str | None:
        """Return the first header of a name, without white space round it."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        """Return every header of a name, in the order on the wire."""
        return [value.strip() for key, value in self.headers if key.lower() == name.lower()]

    @property
    def media_type(self) -> str:
        """Return the media type in lower case, without parameters; empty where there is none."""
        return (self.header("Content-Type") or "").split(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """Return the charset parameter of the Content-Type in lower case."""
        for parameter in (self.header("Content-Type") or "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'").lower()
        return None

    @property
    def text(self) -> str:
        """Return the body for a reader: bytes that are no UTF-8 are shown as escapes."""
        return self.body.decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request, and the answer or why there is none."""

    method: str
    url: str
    sent: bytes
    received: bytes
    started: float
    """By the clock of ``time.monotonic``, as everything else in a run."""
    seconds: float
    response: Response | None = None
    problem: str = ""
    """Why there is no whole answer; empty where there is one."""
    unreachable: bool = False
    """Nobody listened at the address, so the answer of the target is not known at all."""
    curl: str = field(default="", repr=False)

    @property
    def ended(self) -> float:
        """When the answer was there, or was given up."""
        return self.started + self.seconds

    def describe(self) -> str:
        """Return what came back, as a phrase."""
        if self.response is None:
            return f"no answer: {self.problem}"
        answer = self.response
        kind = answer.media_type or "no content type"
        start = " ".join(answer.text[:160].split())
        return (
            f"HTTP {answer.status}, {kind}, {start!r}"
            if start
            else (f"HTTP {answer.status}, {kind}, an empty body")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Sends requests of one case; says who it is and for what in each of them."""

    user_agent: str
    case_id: str
    timeout: float
    """Seconds for one whole exchange, from the look-up to the last byte."""

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Headers = (),
        body: bytes = b"",
        user_agent: bool = True,
    ) -> Exchange:
        """Send a request with exactly these headers, and those that every request has.

        ``headers`` win over those. Only ``user_agent=False`` sends a request without that name.
        """
        parts = urlsplit(url)
        lines = _with_defaults(self, method, parts, headers, body, user_agent=user_agent)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines)
        sent = head.encode("latin-1", "backslashreplace") + b"\r\n" + body
        started = time.monotonic()
        connection = _Connection(started + self.timeout)
        response, problem, unreachable = None, "", False
        try:
            try:
                connection.open(parts)
            except (OSError, ValueError) as error:
                unreachable = not isinstance(error, TimeoutError | ssl.SSLError)
                raise
            response = _read(connection, method, sent)
            if not response.complete:
                problem = "the body is not as long as announced, or has no end"
        except TimeoutError:
            problem = f"nothing within {self.timeout:g} s"
        except (OSError, ValueError, http.client.HTTPException) as error:
            problem = _explain(error)
        finally:
            connection.close()
        return Exchange(
            method=method,
            url=url,
            sent=sent[:KEPT],
            received=bytes(connection.seen[:KEPT]),
            started=started,
            seconds=time.monotonic() - started,
            response=response,
            problem=problem,
            unreachable=unreachable,
            curl=_as_curl(method, url, headers, body, named=user_agent),
        )


def _with_defaults(
    client: Client,
    method: str,
    parts: SplitResult,
    headers: Headers,
    body: bytes,
    *,
    user_agent: bool,
) -> list[tuple[str, str]]:
    given = {name.lower() for name, _ in headers}
    host = parts.netloc.rpartition("@")[2]
    defaults = [("Host", host)]
    if user_agent:
        defaults.append(("User-Agent", client.user_agent))
    defaults.append(("X-Linkback-Case", client.case_id))
    defaults.append(("Accept", "*/*"))
    if (body or method in {"POST", "PUT"}) and "transfer-encoding" not in given:
        defaults.append(("Content-Length", str(len(body))))
    defaults.append(("Connection", "close"))
    return [pair for pair in defaults if pair[0].lower() not in given] + list(headers)


def _read(connection: _Connection, method: str, sent: bytes) -> Response:
    # A server may refuse a body before it has all of it; its answer can still be there.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.send(sent)
    for _ in range(_MAX_INTERIM + 1):
        # The reader asks its socket for nothing but a file.
        answer = http.client.HTTPResponse(cast("socket.socket", connection), method=method)
        answer.begin()
        if not 100 <= answer.status < 200 or answer.status == http.client.SWITCHING_PROTOCOLS:
            break
    else:
        message = f"more than {_MAX_INTERIM} interim answers"
        raise http.client.HTTPException(message)
    try:
        body = answer.read(MAX_BODY)
        # What is left of the announced length never came; more than the cap is no end at all.
        complete = not answer.length and not answer.read(1)
    except http.client.IncompleteRead as error:
        body, complete = error.partial, False
    return Response(
        status=answer.status,
        reason=answer.reason,
        headers=tuple(answer.getheaders()),
        body=body,
        complete=complete,
        surplus=_surplus(bytes(connection.seen), answer, body) if method != "HEAD" else 0,
    )


def _surplus(seen: bytes, answer: http.client.HTTPResponse, body: bytes) -> int:
    if answer.getheader("Content-Length") is None or answer.getheader("Transfer-Encoding"):
        return 0
    return max(0, len(seen) - _head_end(seen) - len(body))


def _head_end(seen: bytes) -> int:
    """Return where the body begins: after the head of the answer that is not an interim one."""
    end = 0
    for found in _HEAD_END.finditer(seen):
        interim = _INTERIM.match(seen, end)
        end = found.end()
        if interim is None:
            break
    return end


class _Connection:
    """One connection that keeps what it reads, and whose every wait ends at one deadline."""

    def __init__(self, deadline: float) -> None:
        self.seen = bytearray()
        self._deadline = deadline
        self._socket: socket.socket | None = None
        self._file = _File(_Reader(self))

    def open(self, parts: SplitResult) -> None:
        """Connect; errors are those of the socket."""
        if not parts.hostname:
            message = "the address names no host"
            raise ValueError(message)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._socket = socket.create_connection((parts.hostname, port), timeout=self._left())
        if parts.scheme == "https":
            self._socket = ssl.create_default_context().wrap_socket(
                self._socket, server_hostname=parts.hostname
            )

    def send(self, data: bytes) -> None:
        """Send everything before the deadline."""
        self._live().sendall(data)

    def receive_into(self, buffer: memoryview) -> int:
        """Read what there is, and keep a copy."""
        count = self._live().recv_into(buffer)
        if len(self.seen) < MAX_BODY:
            self.seen += buffer[:count]
        return count

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what ``http.client`` reads from: the same for every answer."""
        del mode
        return self._file

    def close(self) -> None:
        """Close, whatever state the other side is in."""
        if self._socket is not None:
            self._socket.close()

    def _live(self) -> socket.socket:
        if self._socket is None:
            message = "not connected"
            raise OSError(message)
        self._socket.settimeout(self._left())
        return self._socket

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _File(io.BufferedReader):
    """What several answers are read from, one after the other; it ends with the connection."""

    def close(self) -> None:
        """Stay open: an answer that is done with closes its file."""


class _Reader(io.RawIOBase):
    def __init__(self, connection: _Connection) -> None:
        super().__init__()
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._connection.receive_into(memoryview(buffer))


def _explain(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate was not accepted: {error.verify_message}"
    if isinstance(error, http.client.BadStatusLine):
        return "the connection was closed, or what came is not HTTP"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return str(error) or type(error).__name__


def _as_curl(method: str, url: str, headers: Headers, body: bytes, *, named: bool) -> str:
    """Return a command for bash that sends the same again."""
    words = ["curl", "-i", "-X", method] if method != "HEAD" else ["curl", "-I"]
    given = {name.lower() for name, _ in headers}
    # What curl would add by itself, and the request did not have.
    if method == "POST" and "content-type" not in given:
        words += ["-H", "Content-Type:"]
    if not named:
        words += ["-H", "User-Agent:"]
    for name, value in headers:
        words += ["-H", f"{name}: {value}"]
    if method not in {"POST", "PUT"}:
        return shlex.join([*words, url])
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        text = "\x00"
    if len(body) <= _CURL_BODY and text.replace("\n", " ").isprintable():
        return shlex.join([*words, "--data-raw", text, url])
    if len(body) > _CURL_BODY:
        return shlex.join([*words, "--data-binary", f"@THE_{len(body)}_BYTES_OF_THE_BODY", url])
    # Arguments cannot hold every byte; what comes through a pipe can.
    octal = "".join(f"\\{byte:03o}" for byte in body)
    return f"printf '{octal}' | {shlex.join([*words, '--data-binary', '@-', url])}"
