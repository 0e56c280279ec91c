"""``linkback demo``: a small blog is pinged both ways by a second site, and shows what came of it.

The clients are deliberately not ours: the standard library's XML-RPC client, and `requests`.
"""

from __future__ import annotations

import re
import threading
import xmlrpc.client
from contextlib import ExitStack, contextmanager
from html import escape
from typing import TYPE_CHECKING

import requests
from defusedxml.ElementTree import ParseError, fromstring
from werkzeug.serving import WSGIRequestHandler, make_server

from linkback_protocol.cli.usage import address, authority, listen
from linkback_protocol.fetch import Fetcher
from linkback_protocol.limits import Limits
from linkback_protocol.receiver import Receiver
from linkback_protocol.render import to_html
from linkback_protocol.stores import MemoryStore
from linkback_protocol.wsgi import PingbackMiddleware, TrackbackMiddleware
from linkback_protocol.wsgi.trackback import TITLE_KEY

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_POSTS = {
    "hello": ("Hello, blogs", "Blogs used to tell each other when they linked. They still can."),
    "tea": ("On tea", "Water, leaves, patience. Of these only the leaves can be bought."),
    "walks": ("Long walks", "A walk ends where a thought begins, or the other way round."),
}
_STYLE = (
    "body{max-width:38rem;margin:2rem auto;padding:0 1rem;font:1.1rem/1.6 Georgia,serif;color:#222}"
    "a{color:#0a5}h1{line-height:1.2}.linkbacks{border-top:1px solid #ccc;margin-top:2rem;"
    "font-size:.95rem}blockquote{margin:.3rem 0 1rem;padding-left:.8rem;border-left:3px solid #cdc;"
    "color:#555}time,.linkback-site{color:#777}"
)
_RDF = re.compile(r"<rdf:RDF.*?</rdf:RDF>", re.DOTALL)
_PING = "{http://madskills.com/public/xml/rss/module/trackback/}ping"
_TIMEOUT = 10


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``demo``."""
    parser = commands.add_parser(
        "demo", help="serve a small blog, ping it both ways, and show what came of it"
    )
    parser.add_argument(
        "--bind",
        type=address,
        default=("127.0.0.1", 0),
        metavar="HOST:PORT",
        help="default: a free port on 127.0.0.1",
    )
    parser.add_argument(
        "--once", action="store_true", help="end after the exchange: 0 if all of it worked, else 1"
    )
    parser.set_defaults(run=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    with ExitStack() as stack:
        store = stack.enter_context(MemoryStore())
        blog = _Blog()
        site = stack.enter_context(_served(blog, *arguments.bind))
        receiver = Receiver(
            store=store,
            site=site,
            moderate=False,
            fetcher=Fetcher(site=site, allow=["127.0.0.0/8"]),
            # The friend pings three times within a moment; nobody shall wait for the third.
            limits=Limits(fetch_interval=0.0),
        )
        stack.callback(receiver.close)
        blog.receive_with(receiver)
        friend = _Friend(site)
        friends_site = stack.enter_context(_served(friend, "127.0.0.1", 0))
        worked = _exchange(site, friends_site)
        if arguments.once:
            return 0 if worked else 1
        print(f"\nSee it at {site}hello/  (Ctrl-C ends)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
        return 0


class _Blog:
    """Three posts, each with its linkbacks, behind both middlewares."""

    def __init__(self) -> None:
        self._app: WSGIApplication = self._pages
        self._receiver: Receiver | None = None

    def receive_with(self, receiver: Receiver) -> None:
        """Take pings from now on; the address of the blog had to be known first."""
        self._receiver = receiver
        app = TrackbackMiddleware(self._pages, receiver, inject=True)
        self._app = PingbackMiddleware(app, receiver)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._app(environ, start_response)

    def _pages(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        slug = environ["PATH_INFO"].strip("/")
        if not slug:
            items = "".join(
                f'<li><a href="/{name}/">{escape(title)}</a>' for name, (title, _) in _POSTS.items()
            )
            return _page(environ, start_response, "A small blog", f"<ul>{items}</ul>")
        if slug not in _POSTS:
            return _page(environ, start_response, "Not found", "", status="404 Not Found")
        title, text = _POSTS[slug]
        environ[TITLE_KEY] = title
        linkbacks = ""
        if self._receiver is not None:
            url = f"{self._receiver.site[0]}{slug}/"
            linkbacks = to_html(self._receiver.linkbacks(url), heading="Linked from")
        body = f'<p>{escape(text)}</p><p><a href="/">All posts</a></p>\n{linkbacks}'
        return _page(environ, start_response, title, body)


class _Friend:
    """Another site, whose pages link to the blog's; all but one."""

    def __init__(self, blog: str) -> None:
        hello, tea = f'<a href="{blog}hello/">a new blog</a>', f'<a href="{blog}tea/">tea</a>'
        self._pages = {
            "/found/": ("Found today", f"I found {hello} and it says what I think of blogs."),
            "/kettle/": ("My kettle", f"Nothing goes with a kettle like {tea}, they say."),
            "/casino/": ("Win big", "This page claims to link to the blog. It does not."),
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        title, text = self._pages.get(environ["PATH_INFO"], ("Not found", ""))
        status = "200 OK" if text else "404 Not Found"
        return _page(environ, start_response, title, f"<p>{text}</p>", status=status)


def _page(
    environ: WSGIEnvironment,
    start_response: StartResponse,
    title: str,
    body: str,
    *,
    status: str = "200 OK",
) -> list[bytes]:
    html = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n{body}</body></html>\n"
    ).encode()
    start_response(
        status,
        [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(html)))],
    )
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [html]


def _exchange(blog: str, friend: str) -> bool:
    """Ping the blog in every way; print what happens, and return whether it was what should."""
    print(f"A blog is at {blog}, a friend's site at {friend}\n")
    return all(
        [
            _step("1. The friend's page links to a post and pings it.", _pingback, blog, friend),
            _step("2. Another page of theirs sends a trackback.", _trackback, blog, friend),
            _step("3. A page that does not link is refused.", _refused, blog, friend),
            _step("4. What the post shows now:", _shown, blog, friend),
        ]
    )


def _step(title: str, step: Callable[[str, str], bool], blog: str, friend: str) -> bool:
    print(title)
    try:
        worked = step(blog, friend)
    except (OSError, ParseError, xmlrpc.client.Error, LookupError) as error:
        print(f"   failed: {error!r}")
        worked = False
    print(flush=True)
    return worked


def _pingback(blog: str, friend: str) -> bool:
    endpoint = _request("HEAD", f"{blog}hello/").headers["X-Pingback"]
    print(f"   X-Pingback of the post: {endpoint}")
    with xmlrpc.client.ServerProxy(endpoint) as server:
        said = str(server.pingback.ping(f"{friend}found/", f"{blog}hello/"))
    print(f"   pingback.ping answers: {said}")
    return "registered" in said


def _trackback(blog: str, friend: str) -> bool:
    page = _request("GET", f"{blog}tea/").text
    block = _RDF.search(page)
    if block is None:
        print("   the post has no RDF block")
        return False
    ping_url = fromstring(block[0])[0].attrib[_PING]
    print(f"   trackback:ping of the post: {ping_url}")
    form = {"url": f"{friend}kettle/", "blog_name": "Kettles & more", "excerpt": "About a kettle."}
    answer = _request("POST", ping_url, form).text
    print(f"   the answer: {' '.join(answer.split())}")
    return "<error>0</error>" in answer


def _refused(blog: str, friend: str) -> bool:
    with xmlrpc.client.ServerProxy(f"{blog}pingback") as server:
        try:
            server.pingback.ping(f"{friend}casino/", f"{blog}hello/")
        except xmlrpc.client.Fault as fault:
            print(f"   pingback.ping answers: fault {fault.faultCode}, {fault.faultString}")
            return fault.faultCode == 17
    print("   it was taken, and should not have been")
    return False


def _shown(blog: str, friend: str) -> bool:
    shown = True
    for slug, source in (("hello", "found"), ("tea", "kettle")):
        page = _request("GET", f"{blog}{slug}/").text
        _, section, rest = page.partition('<section class="linkbacks">')
        for line in (section + rest.partition("</section>")[0]).splitlines():
            print(f"   {line}")
        shown = shown and f'href="{friend}{source}/"' in page
    return shown


def _request(method: str, url: str, form: dict[str, str] | None = None) -> requests.Response:
    with requests.Session() as session:
        # A proxy that the environment names does not reach this machine's loopback.
        session.trust_env = False
        return session.request(method, url, data=form, timeout=_TIMEOUT)


class _QuietHandler(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Leave the terminal to the story."""


@contextmanager
def _served(app: WSGIApplication, host: str, port: int) -> Iterator[str]:
    """Serve an app in a thread; yield its base URL."""
    # A server of werkzeug's that cannot bind exits with advice of its own.
    with listen(host, port) as listening:
        server = make_server(
            host, port, app, threaded=True, request_handler=_QuietHandler, fd=listening.fileno()
        )
        thread = threading.Thread(target=server.serve_forever, name="linkback-demo", daemon=True)
        thread.start()
        try:
            yield f"http://{authority(host, listening.getsockname()[1])}/"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
