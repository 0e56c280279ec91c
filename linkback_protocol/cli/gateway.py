"""A gateway's own app: pings go through it to a static site, which it tells how to advertise it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.targets import OPEN_HEADER
from linkback_protocol.wire.pingback import HEADER, link_element
from linkback_protocol.wire.trackback import rdf_block
from linkback_protocol.wsgi.http import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Linkback gateway</title>
<style>body{{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 sans-serif}}
pre{{padding:.6rem;overflow-x:auto;background:#f2f2ee}}</style></head>
<body><h1>Linkback gateway</h1>
<p>Here pingbacks and trackbacks are taken for {site}. Its pages take no part in that; they only
have to tell senders about it.</p>
<h2>Pingback</h2>
<p>Let each page that takes pings have this element in its head:</p>
<pre>{element}</pre>
<p>or be sent with this header:</p>
<pre>{header}</pre>
<h2>Trackback</h2>
<p>The address that takes trackbacks for a page is the page's path at this gateway, with
<code>{suffix}</code> behind it. A page tells it by a block anywhere in its HTML; this is the one of
<code>{page}</code>:</p>
<pre>{block}</pre>
</body></html>
"""


def gateway(*, site: str, endpoint: str, path: str, suffix: str) -> WSGIApplication:
    """Return an app without pages (PB-4-5) but one, which tells the owner what to put into theirs.

    :param site: base URL of the static site.
    :param endpoint: public URL of the pingback endpoint.
    :param path: where the endpoint is at the gateway. What its URL has in front of that is the
        gateway's own base URL, below which trackbacks are taken.
    :param suffix: what a trackback address has behind its page's.
    """
    example = url.parse(site.rstrip("/") + "/2026/a-post/")
    base = endpoint.removesuffix(path) if endpoint.endswith(path) else url.parse(endpoint).origin
    ending = "/" + suffix.removeprefix("/")
    ping_url = base + example.path.rstrip("/") + ending
    page = _PAGE.format(
        site=escape(site),
        element=escape(link_element(endpoint), quote=False),
        header=escape(f"{HEADER}: {endpoint}"),
        suffix=escape(ending),
        page=escape(example.page),
        block=escape(rdf_block(page=example.page, ping_url=ping_url, title="A post"), quote=False),
    ).encode()
    # The page takes no pings; without saying so, it would be advertised as one that does.
    home = Answer(200, "text/html; charset=utf-8", page, ((OPEN_HEADER, "closed"),))
    nothing = Answer(404, "text/plain; charset=utf-8", b"There is no page here.\n")

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = environ.get("PATH_INFO", "") in ("", "/")
        return (home if found else nothing).send(environ, start_response)

    return app
