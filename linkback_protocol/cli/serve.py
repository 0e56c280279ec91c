"""``linkback serve``: a WSGI app, or a gateway for a static site, behind a production server."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import ipaddress
import logging
import re
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from waitress import create_server
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from linkback_protocol import url, validators
from linkback_protocol.cli.application import load
from linkback_protocol.cli.explain import add_validators, read_validators
from linkback_protocol.cli.gateway import gateway
from linkback_protocol.cli.mailing import add_mailing, read_mailing
from linkback_protocol.cli.usage import (
    UsageError,
    add_database,
    address,
    authority,
    listen,
    open_store,
)
from linkback_protocol.errors import OurFailure
from linkback_protocol.fetch import Fetcher
from linkback_protocol.limits import Limits
from linkback_protocol.policy import StoredPolicy
from linkback_protocol.receiver import Listener, Receiver
from linkback_protocol.targets import SitemapTargets, SiteTargets, read_site
from linkback_protocol.wsgi import PingbackMiddleware, TrackbackMiddleware
from linkback_protocol.wsgi.moderation import BasicAuth, Moderation, PasswordFile

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Sequence

    from _typeshed.wsgi import WSGIApplication

    from linkback_protocol.stores import Store
    from linkback_protocol.targets import Targets
    from linkback_protocol.validators import Validator

# What every browser and proxy sends as it stands here.
_MOUNT = re.compile(r"(?:/(?!\.\.?(?:/|\Z))[\w.~!$'()*+,=:@-]+)+/?", re.ASCII)
_MAX_REQUEST = 1 << 20
"""Bytes of a request that the server takes, for the app; a ping may have 64 KiB."""

_EXAMPLES = """\
examples:
  linkback serve blog:app                           on this machine, at port 8000
  linkback serve 'blog:create_app()' --site https://blog.example/ --trusted-proxies 1
  linkback serve --site https://static.example/ --sitemap public/sitemap.xml \\
                 --endpoint https://pings.example/pingback
"""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``serve``."""
    parser = commands.add_parser(
        "serve",
        help="take pings for an app or a static site",
        description="Serve a WSGI app with both protocols round it, or, without MODULE:APP, take"
        " pings for the static site given by --site.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
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
    add_validators(parser)
    parser.add_argument(
        "--allow-file", metavar="FILE",
        help="hosts, patterns and networks to let in, one on a line; made if it is not there",
    )  # fmt: skip
    parser.add_argument("--block-file", metavar="FILE", help="the same for what is filed as spam")
    parser.add_argument(
        "--moderation-password-file", metavar="FILE",
        help="serve the moderation page, for those whom 'linkback password' wrote into this file",
    )  # fmt: skip
    parser.add_argument(
        "--moderation-path", default="/linkbacks/", metavar="PATH",
        help="where the moderation page is (default: /linkbacks/)",
    )  # fmt: skip
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
    add_mailing(parser)
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
    if arguments.trusted_proxies < 0:
        raise UsageError("--trusted-proxies must be at least 0")
    if not arguments.pingback_path.startswith("/"):
        raise UsageError("--pingback-path must begin with a slash")
    if arguments.app is None and not arguments.site:
        raise UsageError("give MODULE:APP to serve an app, or --site URL to serve a static site")
    passwords = _passwords(arguments)
    mailing = read_mailing(arguments)
    chain = _validators(arguments)
    with _until_told(), listen(*arguments.bind) as listening:
        served = f"http://{authority(*listening.getsockname()[:2])}/"
        site = arguments.site or [_site_of_bind(arguments.bind[0], served)]
        with open_store(arguments.db) as store:
            # One for both: what is changed on the page holds for the next ping.
            policy = StoredPolicy(store)
            post = None if mailing is None else mailing.post(store, site[0])
            listeners = [] if post is None else [post.mail]
            receiver = _receiver(arguments, store, site, chain, policy=policy, listeners=listeners)
            try:
                endpoint = _endpoint(arguments, receiver, served)
                app = _application(arguments, receiver, endpoint, passwords, chain, policy=policy)
                receiver.start()
                if post is not None:
                    app = post.mounted(app)
                    post.mail.start()
                _announce(arguments, receiver, served, endpoint, moderated=passwords is not None)
                _run(app, listening, arguments)
            finally:
                receiver.close()
                if post is not None:
                    post.mail.close()
    print("linkback: stopped", file=sys.stderr)
    return 0


def _passwords(arguments: argparse.Namespace) -> PasswordFile | None:
    """Return who may moderate; None where nobody is to."""
    if arguments.moderation_password_file is None:
        return None
    path: str = arguments.moderation_path
    if not _MOUNT.fullmatch(path):
        raise UsageError("--moderation-path is a path below the root, such as /linkbacks/")
    if f"{arguments.pingback_path}/".startswith(f"{path.rstrip('/')}/"):
        raise UsageError(
            "--pingback-path must not be below --moderation-path, where pings need a password"
        )
    try:
        return PasswordFile(arguments.moderation_password_file)
    except ValueError as error:
        raise UsageError(f"--moderation-password-file: {error}") from error


def _validators(arguments: argparse.Namespace) -> Sequence[Validator]:
    """Return the chain, with the owner's files in the recommended one."""
    files = {"allow_file": arguments.allow_file, "block_file": arguments.block_file}
    if arguments.validators is not None:
        if any(files.values()):
            raise UsageError("--allow-file and --block-file belong to the recommended chain")
        return read_validators(arguments.validators)
    try:
        for path in filter(None, files.values()):
            Path(path).touch(mode=0o600)
        return validators.recommended(**files)
    except (OSError, ValueError) as error:
        raise UsageError(f"--allow-file or --block-file: {error}") from error


@contextlib.contextmanager
def _until_told() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the block, at whatever it is."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _receiver(
    arguments: argparse.Namespace,
    store: Store,
    site: list[str],
    chain: Sequence[Validator],
    *,
    policy: StoredPolicy,
    listeners: Sequence[Listener],
) -> Receiver:
    try:
        fetcher = Fetcher(site=site[0], allow=arguments.allow_network)
    except ValueError as error:
        raise UsageError(f"--allow-network: {error}") from error
    try:
        return Receiver(
            store=store,
            policy=policy,
            listeners=listeners,
            site=site,
            targets=_targets(arguments, fetcher, site),
            validators=chain,
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
        targets = SitemapTargets(arguments.sitemap)
        try:
            # It is read at the first question; here somebody is there to hear what is wrong.
            targets(str(read_site(site)[0]))
        except OurFailure as error:
            raise UsageError(f"--sitemap: {error.detail}") from error
        return targets
    return SiteTargets(fetcher, site) if arguments.app is None else None


def _endpoint(arguments: argparse.Namespace, receiver: Receiver, served: str) -> str:
    """Return the public URL of the pingback endpoint."""
    if arguments.endpoint is None:
        base = served.rstrip("/") if arguments.app is None else receiver.site[0].origin
        return f"{base}{arguments.pingback_path}"
    endpoint: str = arguments.endpoint
    try:
        url.parse(endpoint)
    except url.InvalidURL as error:
        raise UsageError(
            f"--endpoint {endpoint!r} is no absolute URL such as https://pings.example/pingback:"
            f" {error}"
        ) from error
    return endpoint


def _application(
    arguments: argparse.Namespace,
    receiver: Receiver,
    endpoint: str,
    passwords: PasswordFile | None,
    chain: Sequence[Validator],
    *,
    policy: StoredPolicy,
) -> WSGIApplication:
    path, suffix = arguments.pingback_path, arguments.trackback_suffix
    if arguments.app is None:
        app = gateway(site=str(receiver.site[0]), endpoint=endpoint, path=path, suffix=suffix)
    else:
        app = load(arguments.app)
    try:
        app = TrackbackMiddleware(app, receiver, suffix=suffix, inject=arguments.inject)
        app = PingbackMiddleware(
            app, receiver, path=path, endpoint=endpoint, inject=arguments.inject
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    if passwords is not None:
        moderation = Moderation(
            receiver,
            authenticate=BasicAuth(passwords, store=receiver.store),
            # Nobody else can read it, and forms that are open outlive a restart.
            secret=hashlib.sha256(passwords.path.read_bytes()).hexdigest(),
            unlinked_trackbacks=arguments.unlinked_trackbacks != "refuse",
            validators=chain,
            allow=_adder(arguments.allow_file, out_of=arguments.block_file),
            block=_adder(arguments.block_file, out_of=arguments.allow_file),
            policy=policy,
        )
        app = DispatcherMiddleware(app, {arguments.moderation_path.rstrip("/"): moderation})
    if arguments.trusted_proxies > 0:
        app = ProxyFix(app, x_for=arguments.trusted_proxies, x_proto=arguments.trusted_proxies)
    return app


def _adder(path: str | None, *, out_of: str | None) -> Callable[[str], object] | None:
    return None if path is None else partial(validators.add_entry, path, out_of=out_of)


def _site_of_bind(host: str, served: str) -> str:
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        raise UsageError("give the public address of the site: --site https://blog.example/")
    return served


def _announce(
    arguments: argparse.Namespace,
    receiver: Receiver,
    served: str,
    endpoint: str,
    *,
    moderated: bool,
) -> None:
    held = "held for approval" if arguments.moderate else "shown at once"
    what = arguments.app or "a gateway"
    page = f", moderation at {arguments.moderation_path}" if moderated else ""
    mails = "" if arguments.mail_to is None else f", mails to {arguments.mail_to}"
    print(
        f"linkback: {what} at {served} for {receiver.site[0]}, pingbacks at {endpoint},"
        f" linkbacks in {arguments.db} and {held}{page}{mails}",
        file=sys.stderr,
        flush=True,
    )


def _run(app: WSGIApplication, listening: socket.socket, arguments: argparse.Namespace) -> None:
    server = create_server(
        app,
        sockets=[listening],
        threads=arguments.threads,
        ident="",
        max_request_body_size=_MAX_REQUEST,
        channel_timeout=30,
        clear_untrusted_proxy_headers=arguments.trusted_proxies == 0,
    )
    try:
        # It takes the interrupt itself, and returns.
        server.run()
    finally:
        server.close()
