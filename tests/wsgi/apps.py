"""WSGI apps that start their responses in every way there is, and a server's side that watches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HTML = ("Content-Type", "text/html; charset=utf-8")
Headers = list[tuple[str, str]]


class Tracked:
    """A response body that tells how far it was read, and whether it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = iter(pieces)
        self.read = 0
        self.closed = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        self.read += 1
        return piece

    def close(self) -> None:
        self.closed += 1


def answers(
    body: Iterable[bytes], *headers: tuple[str, str], status: str = "200 OK"
) -> WSGIApplication:
    """Return an app that starts at once, and answers with `body` itself."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, [*headers])
        return body

    return app


def generates(*pieces: bytes, headers: Headers, status: str = "200 OK") -> WSGIApplication:
    """Return an app that starts when its first piece is asked for."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response(status, [*headers])
        yield from pieces

    return app


def writes(*pieces: bytes, headers: Headers, then: Iterable[bytes] = ()) -> WSGIApplication:
    """Return an app that uses ``write``, and answers with the rest."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", [*headers])
        for piece in pieces:
            write(piece)
        return then

    return app


STYLES: dict[str, Callable[..., WSGIApplication]] = {
    "list": lambda *pieces, headers: answers([*pieces], *headers),
    "generator": generates,
    "write": writes,
    "write and list": lambda *pieces, headers: writes(
        *pieces[:1], headers=headers, then=[*pieces[1:]]
    ),
}
"""Ways to answer with the same pieces."""


@dataclass
class Response:
    """What a server got from an app."""

    starts: list[tuple[str, Headers, Any]] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)

    @property
    def status(self) -> str:
        return self.starts[-1][0]

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.starts[-1][1])

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)

    def start(
        self, status: str, headers: Headers, exc_info: Any = None
    ) -> Callable[[bytes], object]:
        """Start as servers do: a second time only with `exc_info`, and not once a piece is out."""
        if exc_info is None:
            assert not self.starts
        elif any(self.pieces):
            raise exc_info[1].with_traceback(exc_info[2])
        self.starts.append((status, headers, exc_info))
        return self._send

    def _send(self, piece: bytes) -> None:
        assert self.starts
        self.pieces.append(piece)

    def take(self, body: Iterable[bytes]) -> Self:
        """Send a body to its end."""
        for piece in body:
            self._send(piece)
        return self
