"""``linkback serve``: a WSGI app, or a gateway for a static site, behind a production server."""

from __future__ import annotations

import argparse
import importlib
import ipaddress
import logging
import os
import signal
import sys
from html import escape
from typing import TYPE_CHECKING, cast

from linkback_protocol.cli.usage import UsageError, add_database, address, authority, listen
from linkback_protocol.fetch import Fetcher
from linkback_protocol.limits import Limits
from linkback_protocol.receiver import Receiver
from linkback_protocol.stores import SQLiteStore
from linkback_protocol.targets import SitemapTargets, SiteTargets
from linkback_protocol.wire.pingback import link_element
from linkback_protocol.wsgi import PingbackMiddleware, TrackbackMiddleware

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from linkback_protocol.targets import Targets

_MAX_REQUEST = 1 << 20
"""Bytes of a request that the server takes, for the app; a ping may have 64 KiB."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``serve``."""
    parser = commands.add_parser(
        "serve",
        help="take pings for an app or a static site",
        description="Serve a WSGI app with both protocols round it, or, without MODULE:APP, take"
        " pings for the static site given by --site.",
    )
    parser.add_argument("app", nargs="?", metavar="MODULE:APP", help="such as blog:app")
    parser.add_argument(
        "--bind", type=address, default=("127.0.0.1", 8000), metavar="HOST:PORT",
        help="default: 127.0.0.1:8000; port 0 takes a free one",
    )  # fmt: skip
    parser.add_argument(
        "--site", action="append", metavar="URL",
        help="public address of the pages (repeatable; default: that of --bind, on loopback)",
    )  # fmt: skip
    parser.add_argument(
        "--endpoint", metavar="URL",
        help="public address of the pingback endpoint, where it is not below --site",
    )  # fmt: skip
    parser.add_argument(
        "--sitemap", metavar="FILE", help="the static site's pages; else the site itself is asked"
    )
    parser.add_argument(
        "--allow-network", action="append", default=[], metavar="CIDR",
        help="fetch sources from this private network too (repeatable)",
    )  # fmt: skip
    parser.add_argument(
        "--moderate", action=argparse.BooleanOptionalAction, default=True,
        help="let linkbacks wait for approval",
    )  # fmt: skip
    parser.add_argument("--verify", choices=("now", "later"), default="now")
    parser.add_argument("--limits", choices=("default", "off"), default="default")
    parser.add_argument(
        "--unlinked-trackbacks", choices=("refuse", "hold", "accept"), default="refuse"
    )
    parser.add_argument("--pingback-path", default="/pingback", metavar="PATH")
    parser.add_argument("--trackback-suffix", default="/trackback/", metavar="SUFFIX")
    parser.add_argument(
        "--inject", action="store_true",
        help="put the <link> and the RDF block of both protocols into HTML pages",
    )  # fmt: skip
    parser.add_argument("--threads", type=int, default=16, metavar="N")
    parser.add_argument(
        "--trusted-proxies", type=int, default=0, metavar="N",
        help="proxies in front, whose X-Forwarded-For is believed",
    )  # fmt: skip
    parser.add_argument(
        "--log-level", choices=("debug", "info", "warning", "error"), default="info"
    )
    add_database(parser)
    parser.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    logging.basicConfig(
        level=arguments.log_level.upper(),
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    if arguments.threads < 1:
        raise UsageError("--threads must be at least 1")
    if arguments.app is None and not arguments.site:
        raise UsageError("give MODULE:APP to serve an app, or --site URL to serve a static site")
    with listen(*arguments.bind) as listening:
        host, port = listening.getsockname()[:2]
        served = f"http://{authority(host, port)}/"
        site = arguments.site or [_site_of_bind(arguments.bind[0], served)]
        with SQLiteStore(arguments.db) as store:
            receiver = _receiver(arguments, store, site)
            try:
                app = _application(arguments, receiver, served)
                receiver.start()
                _announce(arguments, receiver, served)
                _run(app, listening, arguments)
            finally:
                receiver.close()
    return 0


def _receiver(arguments: argparse.Namespace, store: SQLiteStore, site: list[str]) -> Receiver:
    try:
        fetcher = Fetcher(site=site[0], allow=arguments.allow_network)
    except ValueError as error:
        raise UsageError(f"--allow-network: {error}") from error
    try:
        return Receiver(
            store=store,
            site=site,
            targets=_targets(arguments, fetcher, site),
            fetcher=fetcher,
            moderate=arguments.moderate,
            verify=arguments.verify,
            limits=Limits.off() if arguments.limits == "off" else Limits.DEFAULT,
            unlinked_trackbacks=arguments.unlinked_trackbacks,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def _targets(arguments: argparse.Namespace, fetcher: Fetcher, site: list[str]) -> Targets | None:
    if arguments.sitemap is not None:
        if not os.path.exists(arguments.sitemap):
            raise UsageError(f"there is no sitemap {arguments.sitemap}")
        return SitemapTargets(arguments.sitemap)
    return SiteTargets(fetcher, site) if arguments.app is None else None


def _application(arguments: argparse.Namespace, receiver: Receiver, served: str) -> WSGIApplication:
    endpoint = arguments.endpoint
    if arguments.app is None:
        endpoint = endpoint or served.rstrip("/") + arguments.pingback_path
        app: WSGIApplication = _Gateway(endpoint, served, arguments.trackback_suffix)
    else:
        app = _import(arguments.app)
    try:
        app = TrackbackMiddleware(
            app, receiver, suffix=arguments.trackback_suffix, inject=arguments.inject
        )
        app = PingbackMiddleware(
            app, receiver, path=arguments.pingback_path, endpoint=endpoint, inject=arguments.inject
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    if arguments.trusted_proxies > 0:
        from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: PLC0415

        app = ProxyFix(app, x_for=arguments.trusted_proxies, x_proto=arguments.trusted_proxies)
    return app


def _import(name: str) -> WSGIApplication:
    """Import MODULE:APP, from the current folder too; ``APP()`` is called for the app."""
    module_name, separator, attribute = name.partition(":")
    if not separator or not attribute:
        raise UsageError(f"{name!r} is not MODULE:APP, such as blog:app")
    sys.path.insert(0, os.getcwd())
    try:
        found: object = importlib.import_module(module_name)
        for part in attribute.removesuffix("()").split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"{name} cannot be imported: {error}") from error
    if not callable(found):
        raise UsageError(f"{name} is no WSGI app, but {type(found).__name__}")
    if attribute.endswith("()"):
        found = cast("Callable[[], WSGIApplication]", found)()
    return cast("WSGIApplication", found)


class _Gateway:
    """Has no pages of its own (PB-4-5), but one that tells the owner what to put into theirs."""

    def __init__(self, endpoint: str, served: str, suffix: str) -> None:
        element = link_element(endpoint)
        self._page = (
            "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Linkback gateway</title>"
            "<p>Here pingbacks and trackbacks are taken for a static site. Its pages advertise that"
            f" with this element in their head:<pre>{escape(element)}</pre>"
            "<p>or with this header:"
            f"<pre>X-Pingback: {escape(endpoint)}</pre>"
            "<p>A page <code>/2026/a-post/</code> takes trackbacks at"
            f"<pre>{escape(served.rstrip('/'))}/2026/a-post{escape(suffix)}</pre>"
        ).encode()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = environ["PATH_INFO"] in ("", "/")
        body = self._page if found else b"There is no page here.\n"
        # It says "closed", so that it is not advertised as a page that takes pings.
        headers = [
            ("Content-Type", "text/html; charset=utf-8" if found else "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("X-Linkback", "closed"),
        ]
        start_response("200 OK" if found else "404 Not Found", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _site_of_bind(host: str, served: str) -> str:
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        raise UsageError("give the public address of the site: --site https://blog.example/")
    return served


def _announce(arguments: argparse.Namespace, receiver: Receiver, served: str) -> None:
    held = "held for approval" if arguments.moderate else "shown at once"
    what = arguments.app or "a gateway"
    print(
        f"linkback: {what} at {served} for {receiver.site[0]}, pingbacks at"
        f" {arguments.pingback_path}, linkbacks in {arguments.db} and {held}",
        file=sys.stderr,
        flush=True,
    )


def _run(app: WSGIApplication, listening: socket.socket, arguments: argparse.Namespace) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    from waitress import create_server  # noqa: PLC0415

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    server = create_server(
        app,
        sockets=[listening],
        threads=arguments.threads,
        ident="",
        max_request_body_size=_MAX_REQUEST,
        channel_timeout=30,
        clear_untrusted_proxy_headers=arguments.trusted_proxies == 0,
    )
    # waitress takes the interrupt itself, and returns.
    server.run()
    server.close()
    print("linkback: stopped", file=sys.stderr)
