"""How a sender gets a page: redirects, the ways in which HTTP carries a body, and manners."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from linkback_conformance.case import (
    PRACTICE,
    ROBUSTNESS,
    SECURITY,
    SHOULD,
    case,
)
from linkback_conformance.sender_trial import HTML, link
from linkback_conformance.source_site import Page

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from linkback_conformance.received import Request
    from linkback_conformance.sender_trial import Endpoint, SenderTrial

_NEEDS = "pingback.sender.pings"
_FETCHES = 4
"""Requests for a page that are enough: HEAD and GET, once for each protocol."""


def _redirected(t: SenderTrial, status: int) -> None:
    endpoint = t.endpoint()
    there = t.page(headers=[("X-Pingback", endpoint.url)], head=link(endpoint.url))
    here = t.page(answer=Page(status=status, headers=[("Location", there.url)]))
    t.send(here)
    t.pinged(endpoint, f"the server of the page that a {status} leads to is pinged")


@case(
    "pingback.sender.redirect-301",
    "A page that has moved for good is followed",
    clauses="PB-A1 PB-2.3-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="Most blogs have moved to https since they were linked to.",
)
def redirect_301(t: SenderTrial) -> None:
    _redirected(t, 301)


@case(
    "pingback.sender.redirect-302",
    "A page that has moved for a time is followed",
    clauses="PB-A1 PB-2.3-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="WordPress does not follow a HEAD, and overlooks the header of the page behind it.",
)
def redirect_302(t: SenderTrial) -> None:
    _redirected(t, 302)


@case(
    "pingback.sender.redirect-307",
    "A page that has moved by 307 is followed",
    clauses="PB-A1 PB-2.3-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="Servers that insist on https send it.",
)
def redirect_307(t: SenderTrial) -> None:
    _redirected(t, 307)


@case(
    "pingback.sender.redirect-308",
    "A page that has moved by 308 is followed",
    clauses="PB-A1 PB-2.3-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="It is younger than many HTTP clients.",
)
def redirect_308(t: SenderTrial) -> None:
    _redirected(t, 308)


@case(
    "pingback.sender.redirect-relative",
    "A redirect to a relative address is followed",
    clauses="PB-A1 PB-2.3-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="HTTP has allowed it since 2014, and browsers did all along.",
)
def redirect_relative(t: SenderTrial) -> None:
    page, endpoint = t.good_page("endpoint")
    name = page.url.rsplit("/", 1)[-1]
    t.send(t.page(answer=Page(status=302, headers=[("Location", name)])))
    t.pinged(endpoint, "the server of the page is pinged")


@case(
    "pingback.sender.redirect-chain",
    "Three redirects after one another are followed",
    clauses="PB-A1 PB-2.3-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="To https, to the name without www, to the slash at the end.",
)
def redirect_chain(t: SenderTrial) -> None:
    page, endpoint = t.good_page("endpoint")
    for _ in range(3):
        page = t.page(answer=Page(status=301, headers=[("Location", page.url)]))
    t.send(page)
    t.pinged(endpoint, "the server of the page at the end is pinged")


@case(
    "pingback.sender.redirect-loop",
    "Redirects that lead in a circle come to an end",
    clauses="SEC-9",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Otherwise anybody who is linked to can keep the sender busy for ever.",
)
def redirect_loop(t: SenderTrial) -> None:
    loop = t.page(answer=lambda request: Page(status=302, headers=[("Location", request.target)]))
    good, endpoint = t.good_page()
    t.send(loop, good)
    t.carried_on(endpoint, "after a page that redirects to itself")
    t.met(loop, "a page that redirects to itself")
    count = len(loop.requests)
    t.note(count <= 60, "not more than 60 requests for it", f"{count} requests")


@case(
    "pingback.sender.redirect-parameter",
    "The target of a ping is the address in the link, redirected or not",
    clauses="PB-3-2",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.sender.redirect-302",
    why="The receiver looks for the address in the source, where only that of the link is.",
)
def redirect_parameter(t: SenderTrial) -> None:
    there, endpoint = t.good_page("endpoint")
    here = t.page(answer=Page(status=302, headers=[("Location", there.url)]))
    t.send(here)
    call = t.call(endpoint)
    found = call.strings[1] if len(call.strings) > 1 else "nothing"
    t.note(found == here.url, f"the target {here.url}", found, call.request)


def _served(t: SenderTrial, page: Page, what: str, endpoint: Endpoint) -> None:
    t.send(t.page(answer=lambda request: _without_body(page, request)))
    t.pinged(endpoint, f"the server of {what} is pinged")


def _without_body(page: Page, request: Request) -> Page:
    """Return the answer to HEAD for a page whose head and body go out as one."""
    return Page(headers=[("Content-Type", HTML)]) if request.method == "HEAD" else page


@case(
    "pingback.sender.page-chunked",
    "A link is found in a page that comes in chunks, across their bounds",
    clauses="PB-2.3-3",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.sender.link",
    why="Pages whose length is not known in advance are sent so, in pieces of any size.",
)
def page_chunked(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    text = t.document(link(endpoint.url)).encode()

    def whole(_: threading.Event) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
        yield f"Content-Type: {HTML}\r\n\r\n".encode()
        for start in range(0, len(text), 37):
            piece = text[start : start + 37]
            yield b"%x\r\n%b\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"

    def answer(request: Request) -> Page:
        if request.version == "HTTP/1.0":
            # Chunks were not known then.
            return Page(headers=[("Content-Type", HTML)], body=text)
        return _without_body(Page(stream=whole, raw=True), request)

    t.send(t.page(answer=answer))
    t.pinged(endpoint, "the server of a page in chunks is pinged")


@case(
    "pingback.sender.page-unsized",
    "A link is found in a page that does not say how long it is",
    clauses="PB-2.3-3",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.sender.link",
    why="It ends when the connection does, as everything did in 1996.",
)
def page_unsized(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    text = t.document(link(endpoint.url)).encode()
    page = Page(headers=[("Content-Type", HTML)], stream=lambda _: [text])
    _served(t, page, "a page without a length", endpoint)


@case(
    "pingback.sender.page-in-pieces",
    "A link is found in a page that comes little by little",
    clauses="PB-2.3-3",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.sender.link",
    why="One read from a connection is not the page.",
)
def page_in_pieces(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    text = t.document(link(endpoint.url)).encode()
    middle = text.index(b'rel="pingback"') + 9

    def pieces(gone: threading.Event) -> Iterator[bytes]:
        yield text[:middle]
        gone.wait(0.2)
        yield text[middle:]

    page = Page(headers=[("Content-Type", HTML)], stream=pieces)
    _served(t, page, "a page that comes in two pieces", endpoint)


@case(
    "pingback.sender.page-packed",
    "A sender that says it can unpack a page can",
    clauses="PB-2.3-3",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.sender.link",
    why="A library announces it, and whoever uses its raw bytes searches in packed ones.",
)
def page_packed(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    text = t.document(link(endpoint.url)).encode()
    packed = Page(
        headers=[("Content-Type", HTML), ("Content-Encoding", "gzip")], body=gzip.compress(text)
    )
    plain = Page(headers=[("Content-Type", HTML)], body=text)
    page = t.page(answer=lambda request: packed if _unpacks(request) else plain)
    t.send(page)
    t.pinged(endpoint, "the server of a page that is packed as it was asked for is pinged")
    if page.read and not any(map(_unpacks, page.requests)):
        t.not_applicable("the sender does not say that it can unpack anything")


def _unpacks(request: Request) -> bool:
    return "gzip" in (request.header("Accept-Encoding") or "")


@case(
    "pingback.sender.page-untyped",
    "A page without a content type is pinged",
    clauses="PB-2.3-3",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.sender.link",
    why="Nothing says that a page must have one, and the pattern needs none.",
)
def page_untyped(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=link(endpoint.url), content_type=""))
    t.pinged(endpoint, "the server of a page without a type is pinged")


@case(
    "pingback.sender.page-xhtml",
    "A page of the type application/xhtml+xml is pinged",
    clauses="PB-2.3-3 PB-2.2-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.sender.link",
    why="The specification has a form of the link just for XHTML; Movable Type wants text.",
)
def page_xhtml(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><head>'
        f'<title>A page</title>\n<link rel="pingback" href="{endpoint.url}" />\n</head><body>'
        "<p>A post.</p></body></html>\n"
    )
    page = Page(headers=[("Content-Type", "application/xhtml+xml")], body=body.encode())
    t.send(t.page(answer=page))
    t.pinged(endpoint, "the server of a page in XHTML is pinged")


@case(
    "pingback.sender.page-query",
    "A page is asked for with the query of its address",
    clauses="PB-2.3-1",
    level=SHOULD,
    needs=_NEEDS,
    why="Many blogs have nothing but a query to tell one post from another.",
)
def page_query(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    page = t.page(headers=[("X-Pingback", endpoint.url)], query="p=7&lang=en")
    t.send(page)
    t.pinged(endpoint, "the server is pinged")
    asked = page.requests[0] if page.requests else None
    t.note(
        asked.query == "p=7&lang=en" if asked else None,
        "the page is asked for with ?p=7&lang=en",
        asked.target if asked else "it was not asked for",
        asked,
    )


@case(
    "pingback.sender.page-fragment",
    "A page is asked for without the fragment of its address",
    clauses="PB-2.3-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="A fragment is no part of a request; servers answer 400, or 404.",
)
def page_fragment(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    page = t.page(headers=[("X-Pingback", endpoint.url)], fragment="comment-3")
    t.send(page)
    t.pinged(endpoint, "the server of a page that is linked to with a fragment is pinged")
    asked = [each for each in t.blog.requests_of(t.case.id) if "page-1" in each.path]
    odd = [each for each in asked if "#" in each.target or "%23" in each.target]
    t.note(
        not odd if asked else None,
        "the page is asked for without its fragment",
        (odd or asked)[0].target if asked else "it was not asked for",
        *(odd or asked)[:1],
    )


@case(
    "pingback.sender.head-breaks-off",
    "A page whose server hangs up on HEAD is pinged",
    clauses="PB-2.3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="HEAD is only the hope to be spared the body.",
)
def head_breaks_off(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    page = Page(headers=[("Content-Type", HTML), ("X-Pingback", endpoint.url)], body=b"<p>A post.")

    def answer(request: Request) -> Page:
        if request.method == "HEAD":
            return Page(raw=True)
        return page

    t.send(t.page(answer=answer))
    t.pinged(endpoint, "the server is pinged, whatever came of HEAD")


@case(
    "pingback.sender.fetches-little",
    "A page is asked for no more often than needed",
    clauses="SEC-10",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="Whoever is linked to pays for each of them.",
)
def fetches_little(t: SenderTrial) -> None:
    page, endpoint = t.good_page("endpoint")
    t.send(page)
    t.pinged(endpoint, "the server is pinged")
    count = len(page.requests)
    t.note(count <= _FETCHES, f"not more than {_FETCHES} requests", f"{count} requests")


@case(
    "pingback.sender.pings-once",
    "A page that is linked to twice is pinged once",
    clauses="SEC-10",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="The second ping is a duplicate, which the receiver has to answer with a fault.",
)
def pings_once(t: SenderTrial) -> None:
    if not t.sender.reads:
        t.not_applicable("the sender does not look for the links itself, and is told each once")
    page, endpoint = t.good_page("endpoint")
    t.send(page, times=2)
    t.pinged(endpoint, "the server is pinged")
    t.blog.wait(lambda: len(endpoint.pings) > 1, t.settings.grace)
    count = len(endpoint.pings)
    t.note(count == 1 if count else None, "one ping", f"{count} pings", *endpoint.pings[1:2])


@case(
    "pingback.sender.identity",
    "A request for a page says who sends it",
    clauses="SEC-10",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="Who is asked a thousand times wants to know by whom.",
)
def identity(t: SenderTrial) -> None:
    page, _ = t.good_page("endpoint")
    t.send(page)
    t.wait(lambda: page.requests)
    for request in page.requests:
        name = request.header("User-Agent")
        t.note(bool(name), "a User-Agent", name or "no User-Agent, or an empty one", request)
    if not page.requests:
        t.inconclusive(f"the page was not asked for: {t.seen()}")
