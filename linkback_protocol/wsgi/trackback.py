"""Trackback for any WSGI app.

Wrap the app, and below each of its pages there is an address that takes trackbacks for it::

    receiver = Receiver(store=SQLiteStore("linkbacks.db"), site="https://blog.example/")
    app = TrackbackMiddleware(app, receiver)

The page ``/2026/a-post/`` then takes them at ``/2026/a-post/trackback/``. Trackback asks for no
proof that the sender links here (TB-13), which is why it drowned in spam; the receiver asks for it
unless ``unlinked_trackbacks`` says otherwise.

Wrap in werkzeug's ``ProxyFix`` behind a proxy, so that the client's address is the client's.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs

from linkback_protocol.errors import (
    AlreadyRegistered,
    CrossSite,
    LinkbackError,
    NotPosted,
    OurFailure,
    TargetNotFound,
    TargetNotPingable,
)
from linkback_protocol.linkback import Ping, Protocol
from linkback_protocol.targets import (
    OPEN_HEADER,
    OPEN_KEY,
    AppTargets,
    published_of,
    says_open,
)
from linkback_protocol.url import InvalidURL
from linkback_protocol.wire import trackback
from linkback_protocol.wsgi.http import MAX_BODY, Answer, read_body, request_url, user_agent
from linkback_protocol.wsgi.inject import Headers, TailInjector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from linkback_protocol.receiver import Receiver

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/xml; charset=utf-8"

TITLE_KEY = "linkback_protocol.title"
"""An app sets ``environ[TITLE_KEY]`` to a page's title, for the RDF block; else its URL is it."""


class TrackbackMiddleware:
    """Serves a trackback address below every page of an app (TB 4.1).

    POST registers a ping. GET lists the approved ones where ``__mode=rss`` asks for it, or where
    the app itself has no page at that address (TB-33); one that looks like a ping of version 1.0 is
    refused with an error that says so (TB-30).

    :param app: the app whose pages take pings; also the one asked whether a target exists, unless
        the receiver looks targets up itself.
    :param receiver: takes the pings; it must know its site, since a trackback's target is the
        address that it was posted to.
    :param suffix: what a trackback address has behind its page's; the slashes at its ends are
        optional for senders.
    :param inject: append the RDF block (TB-20) to HTML pages, in a comment (TB-21), so that senders
        find the address.
    :param max_body: bytes of a ping that are read.
    :param browsers: ``refuse`` what a browser posts from another site's page, or ``judge`` it like
        any other ping (`linkback_protocol.validators.BrowserOrigin` holds it).
    """

    def __init__(
        self,
        app: WSGIApplication,
        receiver: Receiver,
        *,
        suffix: str = "/trackback/",
        inject: bool = False,
        max_body: int = MAX_BODY,
        browsers: Literal["refuse", "judge"] = "refuse",
    ) -> None:
        bare = suffix.strip("/")
        if browsers not in ("refuse", "judge"):
            raise ValueError(f"browsers must be 'refuse' or 'judge', not {browsers!r}")
        if not bare or set(bare) & set("?#"):
            raise ValueError(f"suffix must name something, without ? or #, not {suffix!r}")
        if not receiver.site:
            raise ValueError("trackback needs a receiver with site=, to know its own addresses")
        self._app = app
        self._receiver = receiver
        self._suffix = f"/{bare}/" if suffix.endswith("/") else f"/{bare}"
        self._endings = (f"/{bare}", f"/{bare}/")
        self._origins = frozenset(base.origin for base in receiver.site)
        self._inject = inject
        self._max_body = max_body
        self._refuse_browsers = browsers == "refuse"
        self._started = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request to a trackback address, or pass it on."""
        if not self._started:
            self._started = True
            self._receiver.start()
        method = environ["REQUEST_METHOD"]
        if environ.get("PATH_INFO", "").endswith(self._endings):
            if method == "POST":
                answer = _answered(lambda: self._register(environ))
                return answer.send(environ, start_response)
            if method in ("GET", "HEAD"):
                return self._read(environ, start_response)
        elif self._inject and method in ("GET", "HEAD"):
            injector = TailInjector(
                environ, start_response, lambda headers: self._rdf(environ, headers)
            )
            return injector.run(self._app, injector.start_response)
        return self._app(environ, start_response)

    def _register(self, environ: WSGIEnvironment) -> bytes:
        """Register a ping, and return the answer to it (TB-9)."""
        browser = trackback.cross_site(
            environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE"), self._origins
        )
        if browser and self._refuse_browsers:
            raise CrossSite(browser)
        form = trackback.parse_form(
            read_body(environ, limit=self._max_body), environ.get("CONTENT_TYPE", "")
        )
        ping = Ping(
            protocol=Protocol.TRACKBACK,
            source=form.url,
            target=self._page(environ),
            sender=environ.get("REMOTE_ADDR", ""),
            browser=browser,
            user_agent=user_agent(environ),
            title=form.title,
            excerpt=form.excerpt,
            blog_name=form.blog_name,
        )
        try:
            self._receiver.receive(ping, targets=self._targets(environ))
        except AlreadyRegistered:
            # Movable Type, where trackback comes from, takes a repeated ping for a success; a
            # sender that retries after a lost answer has done nothing wrong.
            logger.debug("already registered: %r", ping.source)
        return trackback.dump_response(0)

    def _read(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        if query.get("__mode") == ["rss"]:
            answer = _answered(lambda: self._listing(environ))
            return answer.send(environ, start_response)
        targets = self._targets(environ)
        try:
            targets(request_url(self._receiver.site[0], environ, environ["PATH_INFO"]))
        except TargetNotFound:
            answer = _answered(lambda: self._listing(environ, old_ping="url" in query))
            return answer.send(environ, start_response)
        except (TargetNotPingable, InvalidURL):
            # No page, or longer than addresses are here: what to say is the app's business.
            logger.debug("%r is the app's own", environ["PATH_INFO"][:200])
        return self._app(environ, start_response)

    def _listing(self, environ: WSGIEnvironment, *, old_ping: bool = False) -> bytes:
        if old_ping:
            raise NotPosted
        page = self._page(environ)
        found = self._receiver.linkbacks_for(
            page, protocol=Protocol.TRACKBACK, targets=self._targets(environ)
        )
        return trackback.dump_listing(
            title=environ.get(TITLE_KEY, page),
            link=page,
            description=f"Trackbacks of {page}",
            language="",
            items=[(item.title or item.source, item.source, item.excerpt) for item in found],
        )

    def _targets(self, environ: WSGIEnvironment) -> AppTargets:
        return AppTargets(self._app, self._receiver.site, mount=environ.get("SCRIPT_NAME", ""))

    def _page(self, environ: WSGIEnvironment) -> str:
        """Return the URL of the page that a trackback address belongs to."""
        path = environ["PATH_INFO"]
        ending = self._endings[1] if path.endswith("/") else self._endings[0]
        query = "&".join(
            part
            for part in environ.get("QUERY_STRING", "").split("&")
            if part.partition("=")[0] not in ("", "__mode")
        )
        return request_url(self._receiver.site[0], environ, path.removesuffix(ending) + "/", query)

    def _rdf(self, environ: WSGIEnvironment, headers: Headers) -> bytes:
        """Return the block that tells senders where to ping the page (TB-20)."""
        said = environ.get(OPEN_KEY)
        for name, value in headers:
            if name.lower() == OPEN_HEADER.lower():
                said = says_open(value)
        site, path = self._receiver.site[0], environ.get("PATH_INFO", "")
        query = environ.get("QUERY_STRING", "")
        page = request_url(site, environ, path or "/", query)
        at_home = page == str(site) and not self._receiver.home_page
        if not (said if said is not None else not at_home):
            return b""
        if not self._receiver.takes(Protocol.TRACKBACK, lambda: page, published_of(environ)):
            return b""
        block = trackback.rdf_block(
            page=page,
            ping_url=request_url(site, environ, path.removesuffix("/") + self._suffix, query),
            title=environ.get(TITLE_KEY, page),
        )
        return block.encode("ascii", "xmlcharrefreplace")


def _answered(work: Callable[[], bytes]) -> Answer:
    """Return the answer to `work`: its document, or one that says what is wrong (TB-10)."""
    try:
        return Answer(200, CONTENT_TYPE, work())
    except LinkbackError as error:
        return Answer(error.http_status, CONTENT_TYPE, trackback.dump_response(1, error.message))
    except Exception:
        failure = OurFailure()
        logger.exception("a trackback failed (reference %s)", failure.reference)
        return Answer(
            failure.http_status, CONTENT_TYPE, trackback.dump_response(1, failure.message)
        )
