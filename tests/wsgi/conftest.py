"""A blog behind both middlewares, served on loopback."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol import PingbackMiddleware, Receiver, TrackbackMiddleware
from tests.peers import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGE = b"<!DOCTYPE html><html><head><title>Post</title></head><body><p>Hi.</p></body></html>"


def blog(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """A blog of two posts; one is closed, one is a picture, one moved."""
    path = environ["PATH_INFO"]
    kinds = {
        "/": ("200 OK", "text/html"),
        "/post/": ("200 OK", "text/html; charset=utf-8"),
        "/other": ("200 OK", "text/html"),
        "/closed/": ("200 OK", "text/html"),
        "/picture.png": ("200 OK", "image/png"),
        "/moved/": ("301 Moved Permanently", "text/html"),
        "/private/": ("403 Forbidden", "text/html"),
    }
    status, content_type = kinds.get(path, ("404 Not Found", "text/html"))
    headers = [("Content-Type", content_type), ("Content-Length", str(len(PAGE)))]
    if path == "/moved/":
        headers.append(("Location", "/post/"))
    if path == "/closed/":
        headers.append(("X-Linkback", "closed"))
    start_response(status, headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else PAGE]


@dataclass
class Blog:
    """A served blog: its base URL, and the receiver behind it."""

    url: str
    receiver: Receiver

    @property
    def post(self) -> str:
        return self.url + "post/"

    @property
    def endpoint(self) -> str:
        return self.url + "pingback"


@pytest.fixture
def serve_blog(make_receiver: Callable[..., Receiver]) -> Iterator[Callable[..., Blog]]:
    """Serve the blog; settings are the receiver's, `pingback` and `trackback` the middlewares'."""
    with ExitStack() as stack:

        def serve(
            *,
            pingback: dict[str, Any] | None = None,
            trackback: dict[str, Any] | None = None,
            **settings: Any,
        ) -> Blog:
            chosen: list[WSGIApplication] = []

            def late(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
                return chosen[0](environ, start)

            url = stack.enter_context(served(late))
            receiver = make_receiver(site=url, **settings)
            inner = TrackbackMiddleware(blog, receiver, **(trackback or {}))
            chosen.append(PingbackMiddleware(inner, receiver, **(pingback or {})))
            return Blog(url, receiver)

        yield serve
