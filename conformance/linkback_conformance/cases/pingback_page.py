"""What a page that takes pingbacks says about its server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkback_conformance import page as pages
from linkback_conformance.addresses import is_absolute, joined
from linkback_conformance.case import (
    IMPLIED,
    MUST,
    PRACTICE,
    ROBUSTNESS,
    SECURITY,
    SHOULD,
    case,
)
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from linkback_conformance.trial import Source, Trial
    from linkback_conformance.wire import Response


_PARAMETER = re.compile(r';\s*([^\s=;,"<>]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))')
"""A parameter of a Link header."""


def _links(t: Trial) -> tuple[Response, list[re.Match[str]]]:
    """Return the page and its links, or end the case where only the header is used."""
    page = t.get(t.target.page)
    links = pages.pingback_links(page)
    if not links and pages.pingback_headers(page):
        t.not_applicable("the page uses the header alone, and may")
    if not links:
        t.inconclusive("the page offers no server this time")
    return page, links


def _endpoint_of(response: Response) -> str | None:
    """Return the endpoint that a client finds by PB-2.3."""
    if headers := pages.pingback_headers(response):
        return headers[0]
    links = pages.pingback_links(response)
    return pages.expand(links[0][1]) if links else None


def _advertising(t: Trial) -> Response:
    """Return the page, after a check that it offers a server: silence alone proves nothing."""
    page = t.get(t.target.page)
    endpoint = _endpoint_of(page)
    t.check(endpoint is not None, "the page that takes pings offers a server", "it offers none")
    return page


@case(
    "pingback.page.advertised",
    "The page has an X-Pingback header or the link element",
    clauses="PB-2-1 PB-4-3 PB-2.2-1",
    level=MUST,
    why="A link that only a lenient HTML parser finds is none: clients are asked to match the "
    "letter.",
)
def advertised(t: Trial) -> None:
    page = t.get(t.target.page)
    found = len(pages.pingback_headers(page)), len(pages.pingback_links(page))
    t.check(
        any(found),
        "a header, or a link that matches the pattern of the specification",
        f"{found[0]} headers and {found[1]} matching links",
    )


@case(
    "pingback.page.advertised-second",
    "So has every other page that takes pings",
    clauses="PB-4-4",
    level=MUST,
    needs="pingback.page.advertised",
    why="The requirement is on all potential targets.",
)
def advertised_second(t: Trial) -> None:
    page = t.get(t.require("second", "--second-target"))
    t.check(
        _endpoint_of(page) is not None,
        "a header, or a link that matches the pattern of the specification",
        "neither on the second page",
    )


@case(
    "pingback.page.closed-silent",
    "A page that takes no pings does not offer a server",
    clauses="PB-1.2-2 PB-2-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.page.advertised",
    why="Typecho and Serendipity advertise everywhere, and refuse those who believe it.",
)
def closed_silent(t: Trial) -> None:
    _advertising(t)
    page = t.get(t.require("closed", "--closed-target"))
    endpoint = _endpoint_of(page)
    t.check(endpoint is None, "neither header nor link", f"the page offers {endpoint}")


@case(
    "pingback.page.missing-silent",
    "A page that does not exist does not offer a server",
    clauses="PB-2-1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.page.advertised",
    why="Typecho and Serendipity do, so that clients ping for pages that are not there.",
)
def missing_silent(t: Trial) -> None:
    _advertising(t)
    response = t.answered(t.request("GET", t.target.missing))
    endpoint = _endpoint_of(response)
    t.check(
        400 <= response.status < 500 and endpoint is None,
        "HTTP 404 or 410 without header and link",
        f"HTTP {response.status}, which offers {endpoint or 'no server'}",
    )


@case(
    "pingback.page.header-single",
    "There is no second X-Pingback header",
    clauses="PB-2.1-3",
    level=MUST,
    needs="pingback.page.advertised",
    why="WordPress' own client dies of two of them, and pings nobody any more.",
)
def header_single(t: Trial) -> None:
    headers = pages.pingback_headers(_advertising(t))
    t.check(len(headers) <= 1, "at most one X-Pingback header", f"{len(headers)}: {headers}")


@case(
    "pingback.page.header-absolute",
    "The header holds an absolute address",
    clauses="PB-2.1-2",
    level=MUST,
    needs="pingback.page.advertised",
    why="WordPress, PEAR and others drop a relative one without a word.",
)
def header_absolute(t: Trial) -> None:
    headers = pages.pingback_headers(t.get(t.target.page))
    if not headers:
        t.not_applicable("the page uses the link alone, and may")
    for value in headers:
        t.check(is_absolute(value), "an absolute http or https address", repr(value))


@case(
    "pingback.page.header-on-head",
    "HEAD shows the header that GET shows",
    clauses="PB-2.3-9 PB-2.1-3",
    level=SHOULD,
    basis=IMPLIED,
    needs="pingback.page.advertised",
    why="WordPress looks at HEAD only.",
)
def header_on_head(t: Trial) -> None:
    expected = pages.pingback_headers(t.get(t.target.page))
    if not expected:
        t.not_applicable("the page uses the link alone, and may")
    response = t.answered(t.request("HEAD", t.target.page))
    found = pages.pingback_headers(response)
    t.check(found == expected, f"the headers {expected}", f"{found}, HTTP {response.status}")


@case(
    "pingback.page.header-equals-link",
    "Header and link name the same server",
    clauses="PB-2.1-5 PB-2.1-4",
    level=SHOULD,
    needs="pingback.page.advertised",
    why="Which one counts differs from client to client, whatever the text says.",
)
def header_equals_link(t: Trial) -> None:
    page = t.get(t.target.page)
    headers, links = pages.pingback_headers(page), pages.pingback_links(page)
    if not headers or not links:
        t.not_applicable("the page uses only one of the two, and may")
    href = pages.expand(links[0][1])
    t.check(headers[0] == href, f"the link names {headers[0]}", f"it names {href}")


@case(
    "pingback.page.no-link-header",
    "The server is not advertised by an HTTP Link header",
    clauses="PB-2.1-7",
    level=MUST,
    needs="pingback.page.advertised",
    why="The specification forbids it; plugins for other protocols add it.",
)
def no_link_header(t: Trial) -> None:
    headers = _advertising(t).all("Link")
    found = [value for value in headers if "pingback" in _relations(value)]
    t.check(not found, "no Link header with rel=pingback", f"Link: {found}")


def _relations(link: str) -> set[str]:
    """Return every relation that a value of a Link header names, in lower case."""
    # One parameter after the other, so that what stands in quotes is not taken for some.
    relations: set[str] = set()
    for name, quoted, bare in _PARAMETER.findall(link):
        if name.lower() == "rel":
            relations.update((quoted or bare).lower().split())
    return relations


@case(
    "pingback.page.link-form",
    "The link element has exactly the form of the specification",
    clauses="PB-2.2-2",
    level=MUST,
    needs="pingback.page.advertised",
    why="Clients use a regular expression, as they are told; WordPress' takes the next href that "
    "comes after rel, whatever it belongs to.",
)
def link_form(t: Trial) -> None:
    page, links = _links(t)
    forms = [form.format(link[1]) for link in links for form in pages.EXACT_FORMS]
    other = [link[0] for link in links if link[0] not in forms]
    loose = pages.loose_endpoints(page, t.target.page).get("pingback")
    t.check(bool(links) and not other, "one of the two forms, to the letter", f"{other or loose}")


@case(
    "pingback.page.link-single",
    "The pattern of the link matches once on the whole page",
    clauses="PB-2.2-3 PB-2.2-4",
    level=MUST,
    needs="pingback.page.advertised",
    why="Clients take the first match, wherever it stands.",
)
def link_single(t: Trial) -> None:
    _, links = _links(t)
    t.check(len(links) == 1, "one match", f"{len(links)}: {[link[0] for link in links]}")


@case(
    "pingback.page.link-absolute",
    "The link holds an absolute address",
    clauses="PB-2.2-5",
    level=MUST,
    needs="pingback.page.advertised",
    why="Clients do not resolve it, and WordPress drops it.",
)
def link_absolute(t: Trial) -> None:
    _, links = _links(t)
    for link in links:
        t.check(is_absolute(link[1]), "an absolute http or https address", link[1])


@case(
    "pingback.page.link-entities",
    "The link uses no other entities than the four of the specification",
    clauses="PB-2.2-6",
    level=MUST,
    needs="pingback.page.advertised",
    why="Clients that follow the specification expand four and leave the rest as it stands.",
)
def link_entities(t: Trial) -> None:
    _, links = _links(t)
    for link in links:
        others = re.findall(r"&(?!(?:amp|lt|gt|quot);)#?\w+;", link[1])
        t.check(not others, "only &amp; &lt; &gt; &quot;", f"{others} in {link[1]}")


@case(
    "pingback.page.link-characters",
    "Characters outside ASCII are percent-encoded in the link",
    clauses="PB-2.2-7",
    level=MUST,
    needs="pingback.page.advertised",
    why="What a client reads depends on the encoding it guesses.",
)
def link_characters(t: Trial) -> None:
    _, links = _links(t)
    for link in links:
        t.check(re.fullmatch(r"[!-~]+", link[1]) is not None, "ASCII without spaces", link[1])


@case(
    "pingback.page.link-early",
    "The link stands in the head, within the first 5 kB",
    clauses="PB-2.3-10 PB-2.3-11 PB-2.3-12",
    level=SHOULD,
    needs="pingback.page.advertised",
    why="Clients may stop there, and the example in the specification does.",
)
def link_early(t: Trial) -> None:
    page, links = _links(t)
    text = pages.text_of(page)
    for link in links[:1]:
        before = text[: link.start()].lower()
        t.check(
            len(before.encode("utf-8", "replace")) < 5120
            and "</head>" not in before
            and "<body" not in before,
            "before </head> and <body>, in the first 5 kB",
            f"after {len(before.encode('utf-8', 'replace'))} bytes"
            + (", in the body" if "<body" in before or "</head>" in before else ""),
        )


@case(
    "pingback.page.endpoint-plain",
    "The server's address has no ampersand",
    clauses="PB-2.2-6",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.page.advertised",
    why="WordPress and Movable Type never expand the entity, and ask for another address.",
)
def endpoint_plain(t: Trial) -> None:
    endpoint = _endpoint_of(t.get(t.target.page))
    t.check(endpoint is not None and "&" not in endpoint, "no & in it", str(endpoint))


@case(
    "pingback.page.endpoint-answers",
    "What the page offers is an XML-RPC server",
    clauses="PB-4-4 PB-2.1-2",
    level=MUST,
    basis=IMPLIED,
    needs="pingback.page.advertised",
    why="A link that survived a move of the blog leads nowhere.",
)
def endpoint_answers(t: Trial) -> None:
    endpoint = _endpoint_of(t.get(t.target.page))
    t.check(
        endpoint == t.endpoint,
        f"the page offers {t.endpoint}",
        f"it offers {endpoint}",
        level=SHOULD,
    )
    offered = joined(t.target.page, endpoint or "")
    if not offered:
        t.check(False, "the address of a server", repr(endpoint))
        return
    reply = t.call("linkback.conformance.noSuchMethod", to=offered)
    t.check(reply.outcome is Outcome.REFUSED, "a fault for an unknown method", reply.describe())


def _published(t: Trial, source: Source) -> None:
    """Ping from a hostile page; one that is refused never comes near the page of the target."""
    reply = t.ping(source)
    t.readable(reply)
    if reply.outcome is Outcome.REFUSED:
        t.not_applicable(f"such a ping is refused: {reply.describe()}")
    t.accepts(reply, source, "a ping from a hostile page")


@case(
    "pingback.page.hijack",
    "A ping cannot put another server on the page",
    clauses="PB-2.2-4 SEC-7",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs="pingback.server.accepts pingback.page.advertised",
    writes=True,
    why="A title that holds a link element would send everybody's pings somewhere else.",
)
def hijack(t: Trial) -> None:
    before = _endpoint_of(t.get(t.target.page))
    token = t.token()
    trap = f'<link rel="pingback" href="http://evil.test/{token}">'
    escaped = trap.replace("<", "&lt;").replace('"', "&quot;")
    text = t.document(f"<p>{escaped} {escaped}</p>" + t.link() + f"<p>{escaped}</p>", token)
    text = text.replace(f"<title>{token}", f"<title>{escaped} {token}")
    source = t.publish(text.encode(), token)
    _published(t, source)
    page = t.get(t.target.page)
    links = [link[0] for link in pages.pingback_links(page)]
    t.check(trap not in links, "the trap is not on the page as markup", f"the links are {links}")
    after = _endpoint_of(page)
    t.check(after == before, f"the page offers {before}", f"it offers {after}")


@case(
    "pingback.page.inert",
    "What a page shows of a ping is text",
    clauses="SEC-5",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs="pingback.server.accepts",
    writes=True,
    why="Titles of strangers are the oldest way to run a script on a blog.",
)
def inert(t: Trial) -> None:
    token = t.token()
    script = f"<script>{token}</script>"
    escaped = script.replace("<", "&lt;")
    text = t.document(f"<p>{escaped}</p>" + t.link(text=escaped), token)
    text = text.replace(f"<title>{token}", f"<title>{escaped}")
    source = t.publish(text.encode(), token)
    _published(t, source)
    shown = pages.text_of(t.get(t.target.page))
    t.check(script not in shown, "no script of the source on the page", "the script, as markup")
