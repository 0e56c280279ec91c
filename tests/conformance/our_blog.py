"""A small blog behind both of our middlewares: ``wsgi:tests.conformance.our_blog:app()``.

Served at the address in ``LINKBACK_TEST_SITE``; limits are off, since the suite pings hundreds of
times from one address, and nothing is permitted to be fetched but from 127.0.0.1.
"""

import os

from linkback_protocol import (
    Fetcher,
    Limits,
    MemoryStore,
    PingbackMiddleware,
    Receiver,
    Status,
    TrackbackMiddleware,
)
from linkback_protocol.render import to_html, to_json

UNREGISTERED = {Status.RECEIVED, Status.REFUSED}
POSTS = {"/post/": "A good post", "/second/": "Another post", "/closed/": "An old post"}


def make_blog(site: str):
    """Return the application and its receiver, which whoever asked for it closes."""
    receiver = Receiver(
        store=MemoryStore(),
        site=site,
        moderate=False,
        # Sources that never end are given up early, so that a run does not take long.
        fetcher=Fetcher(site=site, allow=["127.0.0.1/32"], deadline=4.0),
        limits=Limits.off(),
    )

    def pages(environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/observe":
            stored = [each for each in receiver.store.find() if each.status not in UNREGISTERED]
            return answer(start_response, "200 OK", to_json(stored), "application/json")
        if path == "/":
            return answer(start_response, "200 OK", "<h1>A blog</h1>")
        if path not in POSTS:
            return answer(start_response, "404 Not Found", "<h1>Nothing here</h1>")
        if path == "/closed/":
            environ["linkback_protocol.open"] = False
        title = POSTS[path]
        shown = to_html(receiver.linkbacks(site.rstrip("/") + path))
        return answer(start_response, "200 OK", f"<h1>{title}</h1><p>Words.</p>{shown}")

    app = TrackbackMiddleware(pages, receiver, inject=True)
    return PingbackMiddleware(app, receiver, inject=True), receiver


def answer(start_response, status, body, content_type="text/html"):
    if content_type == "text/html":
        body = (
            "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>A blog</title>"
            f"</head><body>{body}</body></html>\n"
        )
    data = body.encode()
    start_response(
        status,
        [("Content-Type", f"{content_type}; charset=utf-8"), ("Content-Length", str(len(data)))],
    )
    return [data]


def app():
    application, _ = make_blog(os.environ["LINKBACK_TEST_SITE"])
    return application
