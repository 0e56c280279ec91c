"""Requests to a ping URL that are no ordinary pings: other methods, bodies, pages and headers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkback_conformance.case import IMPLIED, MUST, PRACTICE, ROBUSTNESS, SHOULD, case
from linkback_conformance.cases.trackback_pings import (
    NEEDS,
    fields_of,
    still_taken,
    turned_away,
    with_query,
)
from linkback_conformance.trackback import FORM, form, read_reply
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from linkback_conformance.trial import Trial

_TURNED_AWAY = (301, 302, 303, 307, 308, 400, 403, 404, 405, 410, 415, 501)


@case(
    "trackback.server.get-query",
    "GET with the fields in the query is not a ping",
    clauses="TB-2 TB-30 TB-31",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="It was one until 2002; crawlers and pictures on other sites follow links. Serendipity "
    "still takes it.",
)
def get_query(t: Trial) -> None:
    source = t.source()
    query = form(fields_of(source)).decode()
    reply = read_reply(t.request("GET", with_query(t.ping_url, query)))
    t.answered(reply.exchange)
    t.check(reply.outcome is not Outcome.ACCEPTED, "GET is no ping", reply.describe())
    t.untouched(source, "GET")
    if t.target.observe:
        t.check(not t.shown(source, wait=False), "nothing is kept", "the source is kept")
    t.accepts(t.trackback(fields_of(source)), source, "the same ping by POST")


@case(
    "trackback.server.get-bare",
    "GET of the ping URL gets an answer, and not that a ping was taken",
    clauses="TB-2 TB-33",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="People paste the address into their browsers, and senders ask it what it is.",
)
def get_bare(t: Trial) -> None:
    reply = read_reply(t.request("GET", t.ping_url))
    response = t.answered(reply.exchange)
    still_taken(t)
    # Version 1.1 meant to give the listing here one day.
    listing = b"<rss" in response.body
    t.check(
        response.status < 500 and (listing or reply.outcome is not Outcome.ACCEPTED),
        "a page, a redirect or an error, and no success",
        reply.describe(),
    )


@case(
    "trackback.server.method-other",
    "PUT and DELETE are turned away",
    clauses="TB-2",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="A program that does not look at the method takes them for pings.",
)
def method_other(t: Trial) -> None:
    source = t.source()
    body = form(fields_of(source))
    for method in ("PUT", "DELETE"):
        headers = [("Content-Type", f"{FORM}; charset=utf-8")]
        exchange = t.request(method, t.ping_url, headers=headers, body=body)
        turned_away(t, read_reply(exchange), method, _TURNED_AWAY)
    still_taken(t)
    t.untouched(source, "PUT and DELETE")


@case(
    "trackback.server.method-allow",
    "Where a method is not allowed, the answer says which one is",
    clauses="TB-2",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="HTTP asks for it beside every 405.",
)
def method_allow(t: Trial) -> None:
    responses = [t.answered(t.request(method, t.ping_url)) for method in ("GET", "PUT")]
    found = [response for response in responses if response.status == 405]
    if not found:
        t.not_applicable("no method is answered with 405")
    for response in found:
        allow = ", ".join(response.all("Allow"))
        methods = [method.strip() for method in allow.split(",")]
        t.check("POST" in methods, "405 with Allow: POST", f"Allow: {allow}" if allow else "none")


@case(
    "trackback.server.missing-page",
    "A ping for a page that does not exist is turned away",
    clauses="TB-11",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="WordPress takes pings for drafts, and what is kept for no page is never seen by anybody.",
)
def missing_page(t: Trial) -> None:
    if t.target.page not in t.ping_url:
        t.not_applicable("the ping URL does not contain the address of its page")
    url = t.ping_url.replace(t.target.page, t.target.missing)
    source = t.source(t.link() + t.link(t.target.missing))
    reply = t.trackback(fields_of(source), to=url)
    still_taken(t)
    turned_away(t, reply, "a ping for a page that does not exist", _TURNED_AWAY)


@case(
    "trackback.server.closed-page",
    "A ping for a page that takes none is turned away",
    clauses="TB-10 TB-11",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Serendipity answers success for a closed entry and stores nothing.",
)
def closed_page(t: Trial) -> None:
    closed = t.require("closed_trackback", "--closed-target")
    source = t.source(t.link() + t.link(t.target.closed))
    reply = t.trackback(fields_of(source), to=closed)
    still_taken(t)
    turned_away(t, reply, "a ping for a page that takes none", _TURNED_AWAY)


@case(
    "trackback.server.body-empty",
    "A ping without a body gets an error document",
    clauses="TB-6 TB-10",
    level=MUST,
    basis=IMPLIED,
    needs=NEEDS,
    why="There is no url in it; WordPress redirects to the post.",
)
def body_empty(t: Trial) -> None:
    reply = t.post_form(b"", headers=[("Content-Type", FORM)])
    t.check(reply.outcome is Outcome.REFUSED, "an error document", reply.describe())
    # Without a type it is no form, and so no ping that the text speaks of.
    reply = t.post_form(b"")
    refused = reply.outcome is Outcome.REFUSED
    t.check(refused, "without a type too", reply.describe(), level=SHOULD)


@case(
    "trackback.server.body-json",
    "A ping that is no form is not taken",
    clauses="TB-3 TB-6",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="Some frameworks give an empty form for it, and some no answer at all.",
)
def body_json(t: Trial) -> None:
    source = t.source()
    body = json.dumps(dict(fields_of(source.url))).encode()
    reply = t.post_form(body, headers=[("Content-Type", "application/json")])
    turned_away(t, reply, "a ping in JSON", {400, 415})
    t.untouched(source, "JSON")


@case(
    "trackback.server.body-type",
    "A form under a wrong name gets an answer that can be understood",
    clauses="TB-3 TB-10",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Movable Type takes forms of several parts too; whether a receiver does is its own affair.",
)
def body_type(t: Trial) -> None:
    for content_type in ("text/plain", "application/octet-stream", ""):
        reply = t.trackback(fields_of(t.source()), content_type=content_type)
        t.readable(reply, f"Content-Type: {content_type or 'none'}", 400, 415)
    boundary = "5d41402abc4b2a76"
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value!s}\r\n'
        for name, value in fields_of(t.source())
    )
    reply = t.post_form(
        f"{parts}--{boundary}--\r\n".encode(),
        headers=[("Content-Type", f"multipart/form-data; boundary={boundary}")],
    )
    t.readable(reply, "multipart/form-data", 400, 415)


@case(
    "trackback.server.body-odd",
    "Odd forms get an answer document",
    clauses="TB-3 TB-10",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Scripts write forms by hand, and what is not expected must not end in a server error.",
)
def body_odd(t: Trial) -> None:
    for what, pattern in (
        ("url twice", "url={0}&title=a&url={0}"),
        ("a list of addresses", "url[]={0}&url[1]={0}&url[a][b]={0}"),
        ("semicolons", "url={0};title=a;excerpt=b"),
        ("empty pairs", "&&url={0}&&=&=a&title&"),
        ("escapes that are none", "title=%&excerpt=%zz%u0041&url={0}"),
        ("no equals sign", "url"),
    ):
        url = form([("", t.source().url)])[1:].decode()
        body = pattern.format(url).encode()
        t.readable(t.post_form(body, headers=[("Content-Type", FORM)]), what)


@case(
    "trackback.server.body-many-fields",
    "A form of ten thousand fields gets an answer that can be understood",
    clauses="TB-10 TB-12",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Whatever limit a framework has, going over it must not end in a server error.",
)
def body_many_fields(t: Trial) -> None:
    many = [(f"field{number}", "x") for number in range(10_000)]
    reply = t.trackback([*fields_of(t.source()), *many])
    t.readable(reply, "ten thousand fields", 400, 413)


@case(
    "trackback.server.body-chunked",
    "A body in chunks gets an answer that can be understood",
    clauses="TB-10",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="A receiver that waits for a Content-Length sees an empty form, or waits.",
)
def body_chunked(t: Trial) -> None:
    body = form(fields_of(t.source()))
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]))
    reply = t.post_form(
        chunks + b"0\r\n\r\n",
        headers=[("Content-Type", FORM), ("Transfer-Encoding", "chunked")],
    )
    t.readable(reply, "a body in chunks", 400, 411, 501)


@case(
    "trackback.server.header-user-agent",
    "A ping without a User-Agent is accepted",
    clauses="TB-2",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="HTTP does not ask for one, and small senders leave it out.",
)
def header_user_agent(t: Trial) -> None:
    source = t.source()
    exchange = t.request(
        "POST",
        t.ping_url,
        headers=[("Content-Type", f"{FORM}; charset=utf-8")],
        body=form(fields_of(source)),
        user_agent=False,
    )
    t.accepts(read_reply(exchange), source, "a ping without a User-Agent")


@case(
    "trackback.server.header-referer",
    "A ping with a Referer is accepted",
    clauses="TB-2",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="WordPress sends one with every ping. Typecho redirects it to the post, which WordPress "
    "takes for a yes.",
)
def header_referer(t: Trial) -> None:
    source = t.source()
    reply = t.trackback(fields_of(source), headers=[("Referer", t.ping_url)])
    t.accepts(reply, source, "a ping with a Referer")
