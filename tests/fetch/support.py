"""What the fetch tests share: a resolver that knows fake names, and a record of connections."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol.errors import FetchError, FetchFailure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkback_protocol.fetch import Fetcher

LOOPBACK = ("127.0.0.0/8",)

Answers = list[tuple[int, int, int, str, tuple[Any, ...]]]


def sockaddrs(addresses: Sequence[str], port: int) -> Answers:
    """Return addresses as `socket.getaddrinfo` does."""
    found: Answers = []
    for address in addresses:
        if ipaddress.ip_address(address).version == 4:
            found.append((socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)))
        else:
            found.append((socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0)))
    return found


class Names:
    """A resolver for made-up names; each takes its next answer, and keeps the last one.

    `asked` are the look-ups in order.
    """

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {
            f"{name.replace('_', '-')}.example": list(given) for name, given in answers.items()
        }
        self._answers["localhost"] = [["127.0.0.1", "::1"]]
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, _family: int, _type: int) -> Answers:
        self.asked.append(host)
        if host not in self._answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        answers = self._answers[host]
        return sockaddrs(answers.pop(0) if len(answers) > 1 else answers[0], port)


def failure(fetcher: Fetcher, url: str) -> FetchFailure:
    """Fetch what cannot be fetched; return why."""
    with pytest.raises(FetchError) as caught:
        fetcher.get(url)
    return caught.value.failure


def lookups() -> list[threading.Thread]:
    """Return the threads that are looking a host up."""
    return [thread for thread in threading.enumerate() if thread.name == "linkback-lookup"]


class _Connections:
    """Everything this process connects a socket to, as the interpreter's audit events tell it."""

    def __init__(self) -> None:
        self._record: list[str] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect" and self._record is not None:
            where = arguments[1]
            assert isinstance(where, tuple)
            self._record.append(str(where[0]))

    @contextlib.contextmanager
    def recorded(self) -> Iterator[list[str]]:
        """Collect the addresses that connections are tried to."""
        heard: list[str] = []
        self._record = heard
        try:
            yield heard
        finally:
            self._record = None


connections = _Connections()
