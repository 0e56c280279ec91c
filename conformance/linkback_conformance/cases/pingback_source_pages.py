"""Which answers a pingback server takes for a source: statuses, redirects, types and sizes."""

from __future__ import annotations

import gzip
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkback_conformance.case import MAY, PRACTICE, ROBUSTNESS, SHOULD, STATED, case
from linkback_conformance.cases.pingback_source_links import ELSEWHERE, NEEDS, found
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_conformance.trial import Source, Trial


@case(
    "pingback.server.source-missing",
    "A source that does not exist is refused",
    clauses="PB-3-9",
    level=SHOULD,
    basis=STATED,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="Serendipity takes it.",
)
def missing(t: Trial) -> None:
    source = t.source("<p>There is no such page.</p>", status=404)
    t.refuses(t.ping(source), source, "a page with the status 404")


@case(
    "pingback.server.source-missing-code",
    "It is refused as a source that does not exist",
    clauses="PB-3-5",
    level=SHOULD,
    needs="pingback.server.accepts",
    why="Typecho says 50, as if a server behind it had failed. Servers that do not look at the "
    "status say 17, which is true of the page that they get.",
)
def missing_code(t: Trial) -> None:
    source = t.source("<p>There is no such page.</p>", status=404)
    reply = t.ping(source)
    if reply.outcome is Outcome.ACCEPTED:
        t.not_applicable("a source that does not exist is not refused, and need not be")
    t.fault(reply, "a source that does not exist", 16, 0, tolerated=(17, 50))


def _refused(
    case_id: str, title: str, why: str
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    return case(
        case_id,
        title,
        clauses="PB-3-9",
        level=SHOULD,
        basis=PRACTICE,
        area=ROBUSTNESS,
        needs=NEEDS,
        why=why,
    )


@_refused(
    "pingback.server.source-missing-linking",
    "A page that says it does not exist is refused although it links",
    "WordPress does not look at the status. Error pages repeat what was asked for, so that "
    "anybody can make one link to anything.",
)
def missing_linking(t: Trial) -> None:
    _status(t, 404)


@_refused(
    "pingback.server.source-gone",
    "A page that says it is gone is refused although it links",
    "It is how an author takes a page back.",
)
def gone(t: Trial) -> None:
    _status(t, 410)


@_refused(
    "pingback.server.source-error",
    "A page that says its server failed is refused although it links",
    "WordPress does not look at the status; what an error page holds is an accident.",
)
def error(t: Trial) -> None:
    _status(t, 500)
    _status(t, 503)


def _status(t: Trial, status: int) -> None:
    source = t.source(status=status)
    t.refuses(t.ping(source), source, f"a page that links, with the status {status}")


@_refused(
    "pingback.server.source-empty",
    "A source with nothing in it is refused",
    "A page without a body has no link.",
)
def empty(t: Trial) -> None:
    for status in (200, 204):
        # A length does not go with the status 204.
        head = f"HTTP/1.1 {status} Fine\r\nConnection: close\r\n\r\n"
        source = _as_it_is(t, head.encode())
        t.refuses(t.ping(source), source, f"an empty page with the status {status}")


def _as_it_is(t: Trial, answer: bytes) -> Source:
    return t.publish(lambda _: [answer], raw=True)


@_refused(
    "pingback.server.source-unreachable",
    "A source at which nobody answers is refused, by a fault",
    "A connection that fails raises an error; what the sender has to get is a fault.",
)
def unreachable(t: Trial) -> None:
    host = urlsplit(t.site.url).hostname or ""
    netloc = f"[{host}]" if ":" in host else host
    # Bound and never listened to: nobody else takes the port meanwhile.
    with socket.socket() as reserved:
        reserved.bind(("", 0))
        url = f"http://{netloc}:{reserved.getsockname()[1]}/unreachable/{t.token()}"
        reply = t.ping(url)
        # A server may answer before it looks; then only the owner can tell what came of it.
        later = reply.outcome is Outcome.ACCEPTED and t.target.observe and not t.owner_sees(url)
    t.check(
        bool(later) or reply.outcome is Outcome.REFUSED,
        "a source whose port is closed is refused",
        reply.describe(),
    )


def _accepted(
    case_id: str, title: str, why: str, *, needs: str = ""
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    return case(
        case_id,
        title,
        clauses="PB-3-9",
        level=SHOULD,
        basis=PRACTICE,
        area=ROBUSTNESS,
        needs=f"{NEEDS} {needs}",
        writes=True,
        why=why,
    )


@_accepted(
    "pingback.server.source-redirect-permanent",
    "A source that has moved for good is followed",
    "Sites move to https and to other names, and their software keeps the old one; WordPress "
    "follows none.",
)
def redirect_permanent(t: Trial) -> None:
    for status in (301, 308):
        _redirected(t, f"a redirect {status}", status)


@_accepted(
    "pingback.server.source-redirect-temporary",
    "A source that has moved for now is followed",
    "Short addresses and logins redirect so; WordPress follows none.",
)
def redirect_temporary(t: Trial) -> None:
    for status in (302, 303, 307):
        _redirected(t, f"a redirect {status}", status)


@_accepted(
    "pingback.server.source-redirect-relative",
    "A redirect to a relative address is followed",
    "HTTP has allowed it since 2014, and browsers always did.",
    needs="pingback.server.source-redirect-permanent",
)
def redirect_relative(t: Trial) -> None:
    _redirected(t, "a redirect to a path", 301, lambda url: url[len(t.site.url) :])


@_accepted(
    "pingback.server.source-redirect-chain",
    "Three redirects in a row are followed",
    "To https, to www, to the address with a slash: three is what a good page may take.",
    needs="pingback.server.source-redirect-permanent",
)
def redirect_chain(t: Trial) -> None:
    _redirected(t, "three redirects in a row", 301, times=3)


def _redirected(
    t: Trial,
    what: str,
    status: int,
    spell: Callable[[str], str] = lambda url: url,
    *,
    times: int = 1,
) -> None:
    def publish(url: str) -> Source:
        page = t.source(t.link(url))
        for _ in range(times):
            location = spell(page.url)
            page = t.publish(b"Moved.", status=status, headers=[("Location", location)])
        return page

    found(t, f"a page behind {what}", publish)


@_refused(
    "pingback.server.source-redirect-loop",
    "Redirects in a circle are refused, after not too many of them",
    "Each of them is a request that a stranger makes the server send.",
)
def redirect_loop(t: Trial) -> None:
    first = t.publish(b"Moved.")
    second = t.publish(b"Moved.", status=302, headers=[("Location", first.url)])
    first = t.publish(b"Moved.", first.token, status=302, headers=[("Location", second.url)])
    t.refuses(t.ping(first), first, "a redirect in a circle")
    count = len(first.fetches) + len(second.fetches)
    t.check(1 <= count <= 50, "one to fifty requests", f"{count} requests")


@_refused(
    "pingback.server.source-redirect-body",
    "What counts is the page that a redirect leads to, not what the redirect says",
    "WordPress reads the body of the redirect.",
)
def redirect_body(t: Trial) -> None:
    page = t.source("<p>A page without the link.</p>")
    source = t.source(status=302, headers=[("Location", page.url)])
    t.refuses(t.ping(source), source, "a redirect that links, to a page that does not")


@_accepted(
    "pingback.server.source-xhtml",
    "A source of the type application/xhtml+xml is read",
    "It is text of some sort; Movable Type drops it for not being text/*.",
)
def xhtml(t: Trial) -> None:
    def publish(url: str) -> Source:
        text = (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>A page</title></head>'
            f"<body>{t.link(url)}</body></html>"
        )
        return t.publish(text.encode(), content_type="application/xhtml+xml")

    found(t, "a page in XHTML", publish)


@case(
    "pingback.server.source-plain-text",
    "An address in a source of plain text is as good as a link",
    clauses="PB-3-9 PB-5-1",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Text of some sort is what the specification's example wants; there is no other way to "
    "link in it.",
)
def plain_text(t: Trial) -> None:
    found(
        t,
        "a text with the address in it",
        lambda url: t.publish(
            f"A page\n\nRead {url} if you like.\n".encode(),
            content_type="text/plain; charset=utf-8",
        ),
    )


@case(
    "pingback.server.source-untyped",
    "A source without a Content-Type is read",
    clauses="PB-3-9",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Small servers leave it out, and browsers show the page.",
)
def untyped(t: Trial) -> None:
    found(t, "a page without a type", lambda url: t.source(t.link(url), content_type=""))


@case(
    "pingback.server.source-no-text",
    "A source that is no text is refused",
    clauses="PB-5-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="The specification's example looks at the type; WordPress does not.",
)
def no_text(t: Trial) -> None:
    for content_type in ("image/png", "application/octet-stream", "video/mp4"):
        source = t.source(content_type=content_type)
        t.refuses(t.ping(source), source, f"a source of the type {content_type}")


@_accepted(
    "pingback.server.source-gzip",
    "A source that is packed as the server asked for is read",
    "Libraries ask for it, and leave the unpacking to those who do not know of it.",
)
def packed(t: Trial) -> None:
    def publish(url: str) -> Source:
        text = t.document(t.link(url), t.token())
        return t.publish(gzip.compress(text.encode()), headers=[("Content-Encoding", "gzip")])

    probe = publish(ELSEWHERE)
    t.ping(probe)
    if not probe.wait_fetched(t.settings.settle):
        t.not_applicable("the source is not fetched")
    if not any("gzip" in (fetch.header("Accept-Encoding") or "") for fetch in probe.fetches):
        t.not_applicable("it does not ask for packed pages")
    found(t, "a packed page", publish)
