"""How a sender finds a server by the header of the page, which comes before everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_conformance.case import (
    IMPLIED,
    MUST,
    PRACTICE,
    ROBUSTNESS,
    SHOULD,
    case,
)
from linkback_conformance.sender_trial import HTML, link
from linkback_conformance.source_site import Page

if TYPE_CHECKING:
    from linkback_conformance.received import Request
    from linkback_conformance.sender_trial import SenderTrial

_NEEDS = "pingback.sender.pings"


@case(
    "pingback.sender.header",
    "A page with nothing but the header is pinged",
    clauses="PB-2.3-2 PB-4-1",
    level=MUST,
    needs=_NEEDS,
    why="Serendipity looks for the header where it can never be, and finds links only.",
)
def header(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(headers=[("X-Pingback", endpoint.url)]))
    t.pinged(endpoint, "the server of the header is pinged")


@case(
    "pingback.sender.header-case",
    "The name of the header may be in small letters",
    clauses="PB-2.3-2",
    level=MUST,
    basis=IMPLIED,
    needs=_NEEDS,
    why="HTTP does not tell large letters from small ones, and HTTP/2 has no large ones.",
)
def header_case(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(headers=[("x-pingback", endpoint.url)]))
    t.pinged(endpoint, "the server of the header x-pingback is pinged")


@case(
    "pingback.sender.header-space",
    "White space round the value of the header is no part of it",
    clauses="PB-2.3-2",
    level=SHOULD,
    basis=IMPLIED,
    needs=_NEEDS,
    why="HTTP allows it, and an address that ends in a space is another one.",
)
def header_space(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(headers=[("X-Pingback", f"  {endpoint.url}\t ")]))
    t.pinged(endpoint, "the server of a header with white space is pinged")
    if endpoint.pings:
        target = endpoint.pings[0].target
        t.note(
            target.endswith("/endpoint"),
            "nothing is added to the address",
            target,
            endpoint.pings[0],
        )


@case(
    "pingback.sender.header-over-link",
    "Where header and link differ, the header counts",
    clauses="PB-2.1-6 PB-2.3-7",
    level=MUST,
    needs=_NEEDS,
    why="A visitor can get a link into a page, and nobody but its owner a header.",
)
def header_over_link(t: SenderTrial) -> None:
    right = t.endpoint()
    wrong = t.trap("link", "the link was taken, although a header names another server")
    t.send(t.page(headers=[("X-Pingback", right.url)], head=link(wrong.url)))
    t.pinged(right, "the server of the header is pinged, and not that of the link", traps=[wrong])


@case(
    "pingback.sender.header-first",
    "Of two headers the first counts",
    clauses="PB-2.3-2",
    level=MUST,
    needs=_NEEDS,
    why="WordPress dies of the second header, and takes all other pings of the post with it.",
)
def header_first(t: SenderTrial) -> None:
    right = t.endpoint()
    wrong = t.trap("second", "the second header was taken instead of the first")
    t.send(t.page(headers=[("X-Pingback", right.url), ("X-Pingback", wrong.url)]))
    t.pinged(right, "the server of the first header is pinged", traps=[wrong])


@case(
    "pingback.sender.header-raw",
    "The header is no markup: no entity in it is expanded",
    clauses="PB-2.3-4",
    level=SHOULD,
    basis=IMPLIED,
    needs=_NEEDS,
    why="Only what matched in the body is written in HTML; in a header `&amp;` is five characters.",
)
def header_raw(t: SenderTrial) -> None:
    endpoint = t.endpoint(query="a=1&amp;b=2")
    t.send(t.page(headers=[("X-Pingback", endpoint.url)]))
    t.pinged(endpoint, "the server is pinged")
    query = t.ping(endpoint).query
    t.note(query == "a=1&amp;b=2", "the query a=1&amp;b=2, unchanged", query, endpoint.pings[0])


@case(
    "pingback.sender.header-query",
    "The query of a server's address is sent as it is",
    clauses="PB-2.3-5",
    level=SHOULD,
    needs=_NEEDS,
    why="Serendipity tells its entries apart by it.",
)
def header_query(t: SenderTrial) -> None:
    endpoint = t.endpoint(query="type=pingback&entry=7")
    t.send(t.page(headers=[("X-Pingback", endpoint.url)]))
    t.pinged(endpoint, "the server is pinged")
    query = t.ping(endpoint).query
    t.note(
        query == "type=pingback&entry=7",
        "the query type=pingback&entry=7",
        query or "no query",
        endpoint.pings[0],
    )


@case(
    "pingback.sender.header-image",
    "An image with the header is pinged",
    clauses="PB-2.1-1 PB-2.3-2",
    level=MUST,
    needs=_NEEDS,
    why="Any resource can carry it; a sender that gives up at the content type never sees it.",
)
def header_image(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    image = Page(headers=[("Content-Type", "image/png"), ("X-Pingback", endpoint.url)], body=_PIXEL)
    t.send(t.page(answer=image))
    t.pinged(endpoint, "the server of an image is pinged")


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@case(
    "pingback.sender.header-without-head",
    "A page that does not answer HEAD is pinged",
    clauses="PB-2.3-9 PB-2.3-2",
    level=MUST,
    basis=IMPLIED,
    needs=_NEEDS,
    why="WordPress reads no header but that of HEAD, and many applications answer that with 405.",
)
def header_without_head(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    page = Page(headers=[("Content-Type", HTML), ("X-Pingback", endpoint.url)], body=b"<p>A post.")

    def answer(request: Request) -> Page:
        if request.method == "HEAD":
            return Page(status=405, headers=[("Allow", "GET")])
        return page

    t.send(t.page(answer=answer))
    t.pinged(endpoint, "a server that is named in answer to GET alone is pinged")


@case(
    "pingback.sender.header-only-on-get",
    "A header that HEAD does not show is found",
    clauses="PB-2.3-9 PB-2.3-2",
    level=MUST,
    basis=IMPLIED,
    needs=_NEEDS,
    why="HEAD may leave out what is not known without making the page.",
)
def header_only_on_get(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    page = Page(headers=[("Content-Type", HTML), ("X-Pingback", endpoint.url)], body=b"<p>A post.")
    bare = Page(headers=[("Content-Type", HTML)])
    t.send(t.page(answer=lambda request: bare if request.method == "HEAD" else page))
    t.pinged(endpoint, "a server that is named in answer to GET alone is pinged")


@case(
    "pingback.sender.header-relative",
    "An address that is not absolute is resolved, or left alone",
    clauses="PB-A2",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="Zinnia sends to whatever comes of it.",
)
def header_relative(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    page = t.page(headers=[("X-Pingback", "endpoint")])
    t.send(page)
    t.nowhere_else(page, "a relative address leads to the page's neighbour, or to nobody", endpoint)


@case(
    "pingback.sender.http-link",
    "A server that only the HTTP header Link names is none",
    clauses="PB-2.3-8 PB-2.1-7",
    level=SHOULD,
    needs=_NEEDS,
    why="That is how Webmention does it; pages must not do it for pingback.",
)
def http_link(t: SenderTrial) -> None:
    trap = t.trap("link-header", "the HTTP header Link was taken for a pingback server")
    page = t.page(headers=[("Link", f'<{trap.url}>; rel="pingback"')])
    t.send(page)
    t.spared(page, "nothing is sent to the address of a Link header", trap)
