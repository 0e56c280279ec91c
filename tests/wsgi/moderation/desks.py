"""Stores with something to decide about, and the moderation page below a path of a blog."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from linkback_protocol import Limits, Linkback, Ping, Protocol, Status, Verdict, url
from linkback_protocol.page import Page
from linkback_protocol.verifier import evidence_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from linkback_protocol import Store

SECRET = "a secret of the tests alone"
SITE = "http://blog.example/"
NOW = 1_790_000_000.0
ARTICLE = (
    "<!DOCTYPE html><title>{title}</title><article><p>It was said before, by many of us,"
    ' that <a href="{target}">bridges are counted</a> at night and not by day.</p></article>'
)


def user_of(environ: WSGIEnvironment) -> str | None:
    """Tell who asks by a header."""
    user: str | None = environ.get("HTTP_X_USER")
    return user


def mounted(app: WSGIApplication) -> WSGIApplication:
    """Return a blog with an app at /linkbacks."""
    return DispatcherMiddleware(Response("the blog"), {"/linkbacks": app})


def add(
    store: Store,
    number: int,
    *,
    status: Status = Status.PENDING,
    source: str = "http://source{number}.example/post",
    page: str = SITE + "bridges/",
    protocol: Protocol = Protocol.PINGBACK,
    title: str = "Bridges, part {number}",
    excerpt: str = "The stored excerpt.",
    site_name: str = "",
    reasons: tuple[Verdict, ...] = (Verdict.hold("nobody knows this host", by="known_sender"),),
    body: str | None = None,
    user_agent: str = "",
    at: float = NOW,
) -> Linkback:
    """Add a linkback that was verified; `body` is its page, empty for none that is kept."""
    ping = Ping(
        protocol=protocol,
        source=source.replace("{number}", str(number)),
        target=page,
        sender="192.0.2.7",
        user_agent=user_agent,
        received=datetime.fromtimestamp(at, UTC),
    )
    kept = store.add(ping, page=page, limits=Limits.off(), now=at, due=at)
    title = title.replace("{number}", str(number))
    read = ARTICLE.format(title="x", target=page) if body is None else body
    found = Page.parse(
        read.encode("utf-8", "replace"),
        url=url.parse(ping.source),
        content_type="text/html; charset=utf-8",
    )
    evidence = evidence_of(found, found.links_to(url.parse(page)))
    return store.finish(
        kept.id,
        status,
        reasons,
        title=title,
        excerpt=excerpt,
        site_name=site_name,
        evidence=evidence if read else None,
        now=at + 1,
    )
