"""Pages, and what the injectors make of them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from werkzeug.test import EnvironBuilder

from linkback_protocol.wsgi.inject import HeadInjector, TailInjector
from tests.wsgi.apps import HTML, Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from tests.wsgi.apps import Headers

SNIPPET = b'<link rel="pingback" href="http://blog.example/pingback">'
PAGE = b"<!DOCTYPE html><html><head><title>Post</title></head><body>Hi.</body></html>"
WITH_LINK = PAGE.replace(b"<head>", b"<head>" + SNIPPET)

INJECTORS = [HeadInjector, TailInjector]
Injector = type[HeadInjector] | type[TailInjector]


def middleware(kind: Injector, app: WSGIApplication) -> WSGIApplication:
    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        injector = kind(environ, start_response, lambda _: SNIPPET)
        return injector.run(app, injector.start_response)

    return wrapped


def close(body: Iterable[bytes]) -> None:
    """Close a body as servers do, where it can be closed."""
    closing = getattr(body, "close", None)
    if closing is not None:
        closing()


def respond(kind: Injector, app: WSGIApplication, *, method: str = "GET") -> Response:
    response = Response()
    environ = EnvironBuilder(method=method).get_environ()
    body = middleware(kind, app)(environ, response.start)
    try:
        return response.take(body)
    finally:
        close(body)


def cut(page: bytes, places: Iterable[int]) -> list[bytes]:
    """Cut a page at places, which need not be in it."""
    ends = sorted({min(place, len(page)) for place in places} | {0, len(page)})
    return [page[start:end] for start, end in pairwise(ends)] or [b""]


def sized(page: bytes) -> Headers:
    return [HTML, ("Content-Length", str(len(page)))]


def start(kind: Injector, app: WSGIApplication, response: Response) -> Iterable[bytes]:
    """Ask for a page, and take nothing of it yet."""
    return middleware(kind, app)(EnvironBuilder().get_environ(), response.start)
