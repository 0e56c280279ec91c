"""Pingback for any WSGI app.

Wrap the app, and its pages advertise an endpoint that takes pingbacks for them::

    receiver = Receiver(store=SQLiteStore("linkbacks.db"), site="https://blog.example/")
    app = PingbackMiddleware(app, receiver)

Every successful HTML page but the home page then carries ``X-Pingback``. An app opts a page out
with ``environ["linkback_protocol.open"] = False`` or the response header ``X-Linkback: closed``,
and any other in with True or ``open``. A closed page also refuses pings. The header does not reach
visitors.

Behind a proxy, wrap the result in werkzeug's ``ProxyFix`` so that the client's address is the
client's, and the limits on senders hold.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from linkback_protocol.errors import LinkbackError, OurFailure
from linkback_protocol.linkback import Ping, Protocol
from linkback_protocol.targets import (
    OPEN_HEADER,
    OPEN_KEY,
    AppTargets,
    is_html,
    published_of,
    says_open,
)
from linkback_protocol.wire import pingback, xmlrpc
from linkback_protocol.wsgi.http import MAX_BODY, Answer, read_body, request_url, user_agent
from linkback_protocol.wsgi.inject import Headers, HeadInjector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from linkback_protocol.receiver import Receiver

logger = logging.getLogger(__name__)

_HEADER = pingback.HEADER.lower()
_OPEN = OPEN_HEADER.lower()


class PingbackMiddleware:
    """Serves a pingback endpoint (PB section 3) beside an app, and advertises it (PB section 2).

    :param app: the app whose pages take pings; also the one asked whether a target exists, unless
        the receiver looks targets up itself.
    :param receiver: takes the pings.
    :param path: where the endpoint is, below the app's mount point. No ``&`` or ``?``: WordPress
        and Movable Type do not decode them in an advertised address.
    :param endpoint: the endpoint's public URL where it is another than that of `path` on the site.
    :param inject: also put the ``<link>`` element into HTML pages, for clients that cannot read
        headers. PB-2.1-4 discourages having both, so this is off.
    :param max_body: bytes of a call that are read.
    """

    def __init__(
        self,
        app: WSGIApplication,
        receiver: Receiver,
        *,
        path: str = "/pingback",
        endpoint: str | None = None,
        inject: bool = False,
        max_body: int = MAX_BODY,
    ) -> None:
        if not path.startswith("/") or set(path) & set("&?#"):
            raise ValueError(f"path must begin with a slash and have no & ? or #, not {path!r}")
        if not receiver.site and endpoint is None:
            raise ValueError("a receiver without site= needs endpoint= here, to advertise it")
        self._app = app
        self._receiver = receiver
        self._path = path
        self._endpoint = endpoint
        self._inject = inject
        self._max_body = max_body
        self._home = receiver.site[0].path if receiver.site and not receiver.home_page else None
        self._addresses: dict[str, str] = {}
        self._started = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a call to the endpoint, or pass the request on and advertise on its answer."""
        if not self._started:
            self._started = True
            self._receiver.start()
        if environ.get("PATH_INFO") == self._path:
            return self._answer(environ).send(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        if self._inject:
            injector = HeadInjector(
                environ, start_response, lambda headers: self._link(environ, headers)
            )
            return injector.run(self._app, self._advertising(environ, injector.start_response))
        return self._app(environ, self._advertising(environ, start_response))

    def _advertising(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> StartResponse:
        """Wrap `start_response` so that a successful HTML page gets the header, once (PB-2.1-3)."""

        def start(
            status: str,
            headers: list[tuple[str, str]],
            exc_info: tuple[type[BaseException], BaseException, TracebackType]
            | tuple[None, None, None]
            | None = None,
        ) -> Callable[[bytes], object]:
            html = present = marked = False
            said: bool | None = environ.get(OPEN_KEY)
            for name, value in headers:
                # Lowering every name would be most of what passing a request on costs.
                length = len(name)
                if length == 12:
                    if name.lower() == "content-type":
                        html = is_html(value)
                elif length == 10:
                    lowered = name.lower()
                    if lowered == _HEADER:
                        present = True
                    elif lowered == _OPEN:
                        marked = True
                        said = says_open(value)
            if marked:
                headers = [field for field in headers if field[0].lower() != _OPEN]
                if said is not None:
                    environ[OPEN_KEY] = said
            advertised = said if said is not None else html and not self._at_home(environ)
            if advertised and not present and status[0] == "2" and self._takes(environ):
                headers = [*headers, (pingback.HEADER, self._address(environ))]
            if exc_info is None:
                return start_response(status, headers)
            return start_response(status, headers, exc_info)

        return start

    def _takes(self, environ: WSGIEnvironment) -> bool:
        if not self._receiver.site:
            return True

        def page() -> str:
            path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
            return request_url(self._receiver.site[0], environ, path or "/", query)

        return self._receiver.takes(Protocol.PINGBACK, page, published_of(environ))

    def _at_home(self, environ: WSGIEnvironment) -> bool:
        return (
            self._home is not None
            and not environ.get("QUERY_STRING")
            and environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "") == self._home
        )

    def _address(self, environ: WSGIEnvironment) -> str:
        """Return the endpoint's absolute URL (PB-2.1-2)."""
        if self._endpoint is not None:
            return self._endpoint
        mount = environ.get("SCRIPT_NAME", "")
        address = self._addresses.get(mount)
        if address is None:
            address = request_url(self._receiver.site[0], environ, self._path)
            # Mount points are the server's configuration; a front end that makes them up anew for
            # each request must not fill the memory.
            if len(self._addresses) < 100:
                self._addresses[mount] = address
        return address

    def _link(self, environ: WSGIEnvironment, headers: Headers) -> bytes:
        """Return what to put into a page: the link, where the header is ours (PB-2.1-5)."""
        address = self._address(environ)
        if (pingback.HEADER, address) not in headers:
            return b""
        return pingback.link_element(address).encode("ascii")

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        if environ["REQUEST_METHOD"] != "POST":
            return Answer(
                405,
                "text/plain; charset=utf-8",
                b"This is a pingback endpoint; it takes XML-RPC calls by POST only.\n",
                (("Allow", "POST"),),
            )
        # XR-R1: faults travel in 200. XR-R2: text/xml, with the length.
        return Answer(200, "text/xml; charset=utf-8", self._call(environ))

    def _call(self, environ: WSGIEnvironment) -> bytes:
        """Answer a call: one value or one fault, whatever the bytes (PB-3-3, PB-4-2)."""
        try:
            # Any Content-Type is taken: Serendipity posts text/html.
            call = xmlrpc.parse_call(read_body(environ, limit=self._max_body))
            return xmlrpc.dump_response(self._result(call, environ))
        except LinkbackError as error:
            return xmlrpc.dump_fault(error.fault_code, error.message)
        except Exception:
            failure = OurFailure()
            logger.exception("a call failed (reference %s)", failure.reference)
            return xmlrpc.dump_fault(failure.fault_code, failure.message)

    def _result(self, call: xmlrpc.Call, environ: WSGIEnvironment) -> xmlrpc.Value:
        targets = AppTargets(self._app, self._receiver.site, mount=environ.get("SCRIPT_NAME", ""))
        if call.method == pingback.PING:
            source, target = pingback.read_ping(call)
            ping = Ping(
                protocol=Protocol.PINGBACK,
                source=source,
                target=target,
                sender=environ.get("REMOTE_ADDR", ""),
                user_agent=user_agent(environ),
            )
            linkback = self._receiver.receive(ping, targets=targets)
            return pingback.success_message(linkback.status, linkback.source, linkback.target)
        if call.method == pingback.GET_PINGBACKS:
            target = pingback.read_target(call)
            found = self._receiver.linkbacks_for(
                target, protocol=Protocol.PINGBACK, targets=targets
            )
            return [linkback.source for linkback in found]
        return pingback.introspect(call)
