"""The HTTP side of the reference blog: what an answer is, and how a request is read."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from http import HTTPStatus

LOG = logging.getLogger(__name__)


class BodyTooLarge(Exception):
    """A request's body is larger than the blog reads."""


class BodyIncomplete(Exception):
    """Less of a request's body came than was announced."""


@dataclass(frozen=True)
class Answer:
    """A response; the length of the body is added when it is sent."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Linkback:
    """Something that was registered; every text is plain text."""

    protocol: str
    source: str
    target: str
    title: str
    excerpt: str = ""
    blog_name: str = ""
    status: str = "approved"


class HttpRoom:
    """Reads requests and writes answers."""

    max_body = 1 << 20  # bytes of a request
    drained = 16 << 20  # bytes of a request that are read and thrown away
    patience = 3.0  # seconds to wait for the rest of a body that was announced

    def __call__(self, environ, start_response):
        answer = self.answer(environ)
        status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        headers = [("Content-Type", answer.content_type), *answer.headers]
        length = self.content_length(answer)
        if length is not None:
            headers.append(("Content-Length", str(length)))
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def answer(self, environ) -> Answer:
        """Return the answer to any request."""
        try:
            return self.route(environ)
        except Exception:
            LOG.exception("unexpected")
            return Answer(b"Something went wrong.", "text/plain; charset=utf-8", 500)

    def route(self, environ) -> Answer:
        raise NotImplementedError

    def content_length(self, answer: Answer) -> int | None:
        """XR-R2: exact, in bytes; ``None`` sends no such header."""
        return len(answer.body)

    def site(self, environ) -> str:
        """Return the address of the home page, as the visitor spells the host."""
        host = environ.get("HTTP_HOST", "")
        if not re.fullmatch(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?", host):
            host = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        return f"{environ['wsgi.url_scheme']}://{host}/"

    def read_body(self, environ) -> bytes:
        """Return the body; raises `BodyTooLarge` and `BodyIncomplete`."""
        announced = self.announced_length(environ)
        connection = environ.get("werkzeug.socket")
        if connection is not None:
            before = connection.gettimeout()
            connection.settimeout(self.patience)
        try:
            body = self.read_up_to(environ, min(announced, self.max_body + 1))
            if len(body) > self.max_body:
                # A sender that is still writing sees a reset instead of the answer otherwise.
                self.read_up_to(environ, min(announced - len(body), self.drained), keep=False)
                raise BodyTooLarge
            if len(body) < announced and not environ.get("wsgi.input_terminated"):
                raise BodyIncomplete
        finally:
            if connection is not None:
                connection.settimeout(before)
        return body

    def announced_length(self, environ) -> int:
        if environ.get("wsgi.input_terminated"):
            return self.max_body + self.drained
        text = environ.get("CONTENT_LENGTH") or "0"
        return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else 0

    @staticmethod
    def read_up_to(environ, count: int, *, keep: bool = True) -> bytes:
        pieces = []
        while count > 0:
            try:
                piece = environ["wsgi.input"].read(min(count, 1 << 16))
            except OSError as error:
                raise BodyIncomplete from error
            if not piece:
                break
            count -= len(piece)
            if keep:
                pieces.append(piece)
        return b"".join(pieces)


def cut(text: str, length: int) -> str:
    """Return at most so many characters, an ellipsis included."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "\u2026"
