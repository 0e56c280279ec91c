"""Posts a form to a service of the owner's choice, within a time and a size.

Time-outs of `requests` start anew with each byte, and threads cannot be stopped. So the request
runs in a thread of its own, and whoever has waited long enough cuts the connection, which ends it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from linkback_protocol.validators.lookups import BoundedCalls
from linkback_protocol.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

THREADS = 4
"""Requests at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said; the case of header names does not matter."""

    status: int
    headers: Mapping[str, str]
    body: str


class BoundedPost:
    """Posts forms; safe to share between threads, and to make before a server forks.

    Redirects are not followed, and nothing is taken from the environment: no proxies, no
    ``.netrc``, no certificates. TLS is verified.

    :param max_answer: bytes of an answer that are read.
    """

    def __init__(self, *, max_answer: int) -> None:
        self._max_answer = max_answer
        self._calls = BoundedCalls(THREADS)

    def post(self, url: str, fields: Mapping[str, str], *, seconds: float) -> Answer:
        """Post a form in UTF-8 and return the answer.

        :param seconds: for all of it.
        :raises TimeoutError: there was none in time.
        :raises requests.RequestException: something else went wrong.
        """
        request = requests.Request(
            "POST",
            url,
            data=fields,
            headers={
                "User-Agent": f"linkback_protocol/{__version__}",
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
        ).prepare()
        line = _Line()
        try:
            return self._calls.call(lambda: self._send(request, line, seconds), seconds=seconds)
        except requests.Timeout as error:
            raise TimeoutError(str(error)) from error
        finally:
            line.cut()

    def _send(self, request: requests.PreparedRequest, line: _Line, seconds: float) -> Answer:
        # Not by a session, which asks the environment for proxies and passwords, and reads the
        # whole body of a redirect even where it follows none.
        adapter = _Adapter(line.is_open)
        try:
            with contextlib.closing(
                adapter.send(request, stream=True, timeout=seconds)
            ) as response:
                body = response.raw.read(self._max_answer, decode_content=False)
        except requests.RequestException:
            raise
        except Exception as error:
            # What urllib3 and http.client raise where an answer is broken, or cut.
            raise requests.ConnectionError(str(error)) from error
        finally:
            adapter.close()
        return Answer(
            response.status_code, response.headers, body.decode("utf-8", "replace").strip()
        )


class _Line:
    """A connection that another thread may cut, before it is there or while it is used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_cut = False
        self._sock: socket.socket | None = None

    def is_open(self, sock: socket.socket) -> None:
        with self._lock:
            self._sock = sock
            if self._is_cut:
                _shut(sock)

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            if self._sock is not None:
                _shut(self._sock)


def _shut(sock: socket.socket) -> None:
    # Below TLS, whose own shutdown is not for other threads.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Adapter(HTTPAdapter):
    """Tells which socket it uses.

    :param tell: gets each socket that is connected, after the TLS handshake, whose time is bounded.
    """

    def __init__(self, tell: Callable[[socket.socket], None]) -> None:
        self._tell = tell
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make connections that tell, for this adapter alone."""
        super().init_poolmanager(*args, **kwargs)
        tell = self._tell

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                tell(self.sock)

        class TLS(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                tell(self.sock)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class TLSPool(HTTPSConnectionPool):
            ConnectionCls = TLS

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TLSPool}
