"""Reading a request's body, and answering, as WSGI has it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from linkback_protocol.errors import EncodedRequest, RequestIncomplete, RequestTooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from linkback_protocol.url import URL

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
"""Bytes of a request that are read; a ping has a few hundred."""

_USER_AGENT = 300
"""Characters of a User-Agent that are kept."""
_LONGEST_LENGTH = 20
"""Digits of a Content-Length; 2**64 has as many."""
_PATH_SAFE = "/!$&'()*+,;=:@~-._"
_QUERY_SAFE = _PATH_SAFE + "%?[]|^{}`"


def user_agent(environ: WSGIEnvironment) -> str:
    """Return what the client calls itself: one line, cut where it is long."""
    said: str = environ.get("HTTP_USER_AGENT", "")
    return "".join(each if each.isprintable() else " " for each in said[:_USER_AGENT])


def read_body(environ: WSGIEnvironment, *, limit: int) -> bytes:
    """Read a request's body, whole or not at all.

    Servers differ in what they let through: a body shorter than its Content-Length, a length that
    is no number, chunks without an end. None of these is taken for a ping.

    :raises RequestTooLarge: longer than `limit` bytes; nothing beyond them is read.
    :raises RequestIncomplete: shorter than announced, of no known length, or broken off.
    :raises EncodedRequest: compressed, which nobody does to a few hundred bytes.
    """
    if environ.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in ("", "identity"):
        raise EncodedRequest
    # Whatever length is announced, what can be read may be the chunks with their framing.
    terminated = bool(environ.get("wsgi.input_terminated"))
    if environ.get("HTTP_TRANSFER_ENCODING") and not terminated:
        raise RequestIncomplete("chunked, and the server does not say where the body ends")
    announced = environ.get("CONTENT_LENGTH") or ""
    if announced:
        # int() takes "+10" and "1_0", which another server in front may read differently.
        if not (announced.isascii() and announced.isdigit()):
            raise RequestIncomplete("Content-Length is no number")
        # Digits by the thousand are costly to convert, and int() refuses them.
        if len(announced) > _LONGEST_LENGTH or int(announced) > limit:
            raise RequestTooLarge(f"Content-Length {announced[:_LONGEST_LENGTH]}")
        wanted = int(announced)
    elif terminated:
        wanted = limit + 1
    else:
        return b""
    body = b"".join(_pieces(environ, wanted))
    if len(body) > limit:
        raise RequestTooLarge(f"more than {limit} bytes")
    if announced and len(body) != wanted:
        raise RequestIncomplete(f"{len(body)} of {wanted} bytes")
    return body


def _pieces(environ: WSGIEnvironment, wanted: int) -> Iterable[bytes]:
    stream = environ["wsgi.input"]
    while wanted > 0:
        try:
            piece = stream.read(wanted)
        except Exception as error:
            # Each server has errors of its own for a client that went away or sent no chunks.
            logger.info("a request body could not be read: %r", error)
            raise RequestIncomplete(f"{type(error).__name__} while reading") from error
        if not piece:
            return
        wanted -= len(piece)
        yield piece


def request_url(site: URL, environ: WSGIEnvironment, path: str, query: str = "") -> str:
    """Return the public URL of a path and query in the app that was asked.

    The origin is the configured site's; a Host header is the client's to choose.

    :param path: as in ``PATH_INFO``, `query` as in ``QUERY_STRING``.
    """
    mount = environ.get("SCRIPT_NAME", "")
    # The path comes unescaped, so that a % in it is one; the query comes as it was sent.
    quoted = quote((mount + path).encode("latin-1", "replace"), safe=_PATH_SAFE)
    query = quote(query.encode("latin-1", "replace"), safe=_QUERY_SAFE)
    return f"{site.origin}{quoted}{'?' if query else ''}{query}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete response."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def send(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Start the response; return its body, or nothing for HEAD."""
        start_response(
            f"{self.status} {HTTPStatus(self.status).phrase}",
            [
                ("Content-Type", self.content_type),
                ("Content-Length", str(len(self.body))),
                *self.headers,
            ],
        )
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]
