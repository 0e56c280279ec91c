"""Putting markup into HTML pages on their way out, touching nothing else.

Two places need no parsing of the whole page: right behind the ``<head>`` tag, where clients that
read only the first kilobytes find it (PB-2.3-10, PB-2.3-11), and the very end. A page keeps every
other byte. One that cannot be changed safely is passed through as it is: compressed, partial, in an
encoding that is no superset of ASCII, with a digest of its body, or marked ``no-transform``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from linkback_protocol.targets import is_html

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    ExcInfo = (
        tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
    )

Headers = list[tuple[str, str]]
Snippet = Callable[[Headers], bytes]
"""Is given the headers about to be sent; returns ASCII markup, or none to leave the page alone."""

HEAD_WITHIN = 8 * 1024
"""Bytes within which ``<head>`` must begin and end; they are held back until it is found."""

# A <head> tag counts only where nothing but white space, comments, declarations and <html> came
# before: elsewhere it is text, in a script or a title of a page that leaves the tag out. The groups
# are atomic, so that a comment once read stays one and the time is linear.
_ATTRIBUTES = rb"""(?>[\s/](?>[^>"']|"[^"]*"|'[^']*')*+)?+"""
_HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?+
    (?>
        \s
        | <!--(?>-?>|.*?--!?>)
        | <(?>!(?!--)|\?)[^>]*+>
        | <html%(attributes)b>
    )*+
    <head%(attributes)b>"""
    % {b"attributes": _ATTRIBUTES},
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';]+)""", re.IGNORECASE)
_NOT_ASCII = ("utf-16", "utf16", "utf-32", "utf32", "ucs-2", "iso-10646", "unicode", "utf-7")
_DIGESTS = frozenset(("content-md5", "digest", "content-digest", "repr-digest"))


def changeable(status: str, headers: Headers) -> bool:
    """Return whether a response is a whole HTML page that markup can be put into."""
    if not status.startswith("200"):
        return False
    html = False
    for name, value in headers:
        lowered = name.lower()
        if lowered == "content-type":
            charset = _CHARSET.search(value)
            html = is_html(value) and not (
                charset is not None and charset[1].lower().startswith(_NOT_ASCII)
            )
        elif lowered == "content-encoding":
            if value.strip().lower() not in ("", "identity"):
                return False
        elif lowered in _DIGESTS or (
            lowered == "cache-control" and "no-transform" in value.lower()
        ):
            return False
    return html


class HeadInjector:
    """Puts a snippet right behind a page's ``<head>`` tag.

    The response is held back until the tag is found, at most `HEAD_WITHIN` bytes, since its
    Content-Length depends on it. A page without the tag stays as it is. For HEAD, whose body nobody
    sees, the length is left out.
    """

    def __init__(
        self, environ: WSGIEnvironment, start_response: StartResponse, snippet: Snippet
    ) -> None:
        self._environ = environ
        self._start_response = start_response
        self._snippet = snippet
        self._held: tuple[str, Headers, ExcInfo] | None = None
        self._markup = b""
        self._buffer = b""
        self._started = False
        self._write: Callable[[bytes], object] = _discard

    def run(self, app: WSGIApplication, start_response: StartResponse) -> Iterable[bytes]:
        """Call the app; its own iterable comes back where nothing is to be changed.

        :param start_response: `start_response` of this injector, possibly wrapped.
        """
        body = app(self._environ, start_response)
        return body if self._started and self._held is None else _Body(body, self._pieces(body))

    def start_response(
        self, status: str, headers: Headers, exc_info: ExcInfo = None
    ) -> Callable[[bytes], object]:
        """Take the start of the app's response; hold it back where the page is to be changed."""
        self._held = None
        self._buffer = b""
        if not self._started and changeable(status, headers):
            self._markup = self._snippet(headers)
            if self._markup and self._environ["REQUEST_METHOD"] == "HEAD":
                headers = [field for field in headers if field[0].lower() != "content-length"]
            elif self._markup:
                self._held = (status, headers, exc_info)
                return self._write_held
        return self._start(status, headers, exc_info)

    def _start(self, status: str, headers: Headers, exc_info: ExcInfo) -> Callable[[bytes], object]:
        self._started = True
        self._write = _forward(self._start_response, status, headers, exc_info)
        return self._write

    def _write_held(self, data: bytes) -> None:
        for piece in self._feed(data):
            self._write(piece)

    def _pieces(self, body: Iterable[bytes]) -> Iterator[bytes]:
        for data in body:
            yield from self._feed(data)
        if self._held is not None:
            yield self._release(None)

    def _feed(self, data: bytes) -> Iterator[bytes]:
        if self._held is None:
            yield data
            return
        self._buffer += data
        # Only what ends a tag can end the <head> tag; many small pieces are not searched each time.
        head = _HEAD.match(self._buffer, 0, HEAD_WITHIN) if b">" in data else None
        if head is not None or len(self._buffer) > HEAD_WITHIN:
            yield self._release(None if head is None else head.end())

    def _release(self, place: int | None) -> bytes:
        """Start the response and return what was held of the body."""
        page, self._buffer = self._buffer, b""
        if self._held is not None:
            status, headers, exc_info = self._held
            self._held = None
            if place is not None:
                page = page[:place] + self._markup + page[place:]
                headers = _lengthened(headers, len(self._markup))
            self._start(status, headers, exc_info)
        return page


class TailInjector:
    """Puts a snippet at the very end of a page; nothing is held back."""

    def __init__(
        self, environ: WSGIEnvironment, start_response: StartResponse, snippet: Snippet
    ) -> None:
        self._environ = environ
        self._start_response = start_response
        self._snippet = snippet
        self._markup = b""
        self._started = False

    def run(self, app: WSGIApplication, start_response: StartResponse) -> Iterable[bytes]:
        """Call the app; its own iterable comes back where nothing is to be changed.

        :param start_response: `start_response` of this injector, possibly wrapped.
        """
        body = app(self._environ, start_response)
        return body if self._started and not self._markup else _Body(body, self._pieces(body))

    def start_response(
        self, status: str, headers: Headers, exc_info: ExcInfo = None
    ) -> Callable[[bytes], object]:
        """Take the start of the app's response."""
        self._started = True
        self._markup = self._snippet(headers) if changeable(status, headers) else b""
        if self._markup:
            headers = _lengthened(headers, len(self._markup))
        return _forward(self._start_response, status, headers, exc_info)

    def _pieces(self, body: Iterable[bytes]) -> Iterator[bytes]:
        yield from body
        if self._markup and self._environ["REQUEST_METHOD"] != "HEAD":
            yield self._markup


class _Body:
    """A changed body that closes the app's own."""

    def __init__(self, body: Iterable[bytes], pieces: Iterator[bytes]) -> None:
        self._body = body
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            close()


def _lengthened(headers: Headers, more: int) -> Headers:
    """Return headers that announce `more` bytes, where they announce a length at all.

    Ranges of the page are no longer offered: the app's would not fit.
    """
    return [
        (name, str(int(value) + more))
        if name.lower() == "content-length" and value.strip().isdigit()
        else (name, value)
        for name, value in headers
        if name.lower() != "accept-ranges"
    ]


def _forward(
    start_response: StartResponse, status: str, headers: Headers, exc_info: ExcInfo
) -> Callable[[bytes], object]:
    if exc_info is None:
        return start_response(status, headers)
    return start_response(status, headers, exc_info)


def _discard(data: bytes) -> None:
    """Stand in for ``write`` until the response is started."""
