"""How a sender finds a server by the link of the page: by a pattern, and by no HTML parser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from linkback_conformance.case import (
    IMPLIED,
    MAY,
    MUST,
    PRACTICE,
    ROBUSTNESS,
    SHOULD,
    case,
)
from linkback_conformance.sender_trial import link
from linkback_conformance.source_site import Page

if TYPE_CHECKING:
    from linkback_conformance.sender_trial import SenderTrial

_NEEDS = "pingback.sender.pings"
_LINKS = "pingback.sender.link"


@case(
    "pingback.sender.link",
    "A page with nothing but the link is pinged",
    clauses="PB-2.3-3 PB-4-1",
    level=MUST,
    needs=_NEEDS,
    why="Hosts that let nobody set headers are what the link is for.",
)
def link_alone(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=link(endpoint.url)))
    t.pinged(endpoint, "the server of the link is pinged")


@case(
    "pingback.sender.link-xhtml",
    "The link of XHTML, which ends in a space and a slash, is found",
    clauses="PB-2.3-3 PB-2.2-1",
    level=MUST,
    needs=_NEEDS,
    why="It is the form that most pages have, HTML or not.",
)
def link_xhtml(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=f'<link rel="pingback" href="{endpoint.url}" />'))
    t.pinged(endpoint, 'the server of a link that ends in " />" is pinged')


@case(
    "pingback.sender.link-slash",
    "A link that ends in a slash without a space is found",
    clauses="PB-2.3-3",
    level=MUST,
    needs=_NEEDS,
    why="Pages must not be written so, and the pattern finds them all the same.",
)
def link_slash(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=f'<link rel="pingback" href="{endpoint.url}"/>'))
    t.pinged(endpoint, 'the server of a link that ends in "/>" is pinged')


@case(
    "pingback.sender.link-space",
    "A link that ends in a space without a slash is found",
    clauses="PB-2.3-3",
    level=MUST,
    needs=_NEEDS,
    why="Space and slash are optional, each by itself.",
)
def link_space(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=f'<link rel="pingback" href="{endpoint.url}" >'))
    t.pinged(endpoint, 'the server of a link that ends in " >" is pinged')


@case(
    "pingback.sender.link-first",
    "Of two links the first counts",
    clauses="PB-2.3-3",
    level=MUST,
    needs=_LINKS,
    why="What visitors write comes later in a page than what its owner has put into the head.",
)
def link_first(t: SenderTrial) -> None:
    right = t.endpoint()
    wrong = t.trap("second-link", "the second link was taken instead of the first")
    t.send(t.page(head=f"{link(right.url)}\n{link(wrong.url)}"))
    t.pinged(right, "the server of the first link is pinged", traps=[wrong])


@case(
    "pingback.sender.link-one-line",
    "The link is found in a page without line breaks",
    clauses="PB-2.3-3",
    level=MUST,
    basis=IMPLIED,
    needs=_LINKS,
    why="A pattern that is too greedy takes everything up to the last quote of the line.",
)
def link_one_line(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    others = '<link rel="stylesheet" href="/style.css"><meta name="generator" content="none">'
    t.send(t.page(head=others + link(endpoint.url) + others))
    t.pinged(endpoint, "the server of a link between others is pinged")


@case(
    "pingback.sender.link-among-lookalikes",
    "What only looks like the link does not hide it",
    clauses="PB-2.3-3",
    level=MUST,
    basis=IMPLIED,
    needs=_LINKS,
    why="The first match of the pattern counts, and not the first that a browser would understand.",
)
def link_among_lookalikes(t: SenderTrial) -> None:
    right = t.endpoint()
    wrong = t.trap("lookalike", "an element that the pattern does not match was taken")
    lookalikes = (
        f"<link rel='pingback' href='{wrong.url}'>\n"
        f'<link href="{wrong.url}" rel="pingback">\n'
        f'<link rel="pingbacks" href="{wrong.url}">\n'
        f'&lt;link rel="pingback" href="{wrong.url}"&gt;\n'
    )
    t.send(t.page(head=lookalikes + link(right.url)))
    t.pinged(right, "the server of the first match is pinged", traps=[wrong])


@case(
    "pingback.sender.link-comment",
    "A link in a comment in the head is found",
    clauses="PB-2.3-3",
    level=MUST,
    basis=IMPLIED,
    needs=_LINKS,
    why="The pattern is laid upon the text of the page, which has no comments to it; a parser "
    "finds another server than everybody else, or none.",
)
def link_comment(t: SenderTrial) -> None:
    right = t.endpoint()
    wrong = t.trap("after-comment", "the link in the comment was skipped, although it is the first")
    t.send(t.page(head=f"<!-- {link(right.url)} -->\n{link(wrong.url)}"))
    t.pinged(right, "the server of the first match is pinged, in a comment or not", traps=[wrong])


@case(
    "pingback.sender.link-ampersand",
    "An `&amp;` in the link is an ampersand in the address",
    clauses="PB-2.3-4",
    level=MUST,
    needs=_LINKS,
    why="WordPress and Movable Type do not expand it and ask for something that is not there.",
)
def link_ampersand(t: SenderTrial) -> None:
    endpoint = t.endpoint(query="a=1&b=2")
    t.send(t.page(head=link(endpoint.url)))
    t.pinged(endpoint, "the server is pinged")
    ping = t.ping(endpoint)
    t.note(ping.query == "a=1&b=2", "the query a=1&b=2", ping.query or "no query", ping)


@case(
    "pingback.sender.link-entities",
    "`&lt;`, `&gt;` and `&quot;` in the link are expanded",
    clauses="PB-2.3-4",
    level=MUST,
    needs=_LINKS,
    why="Those who remember the ampersand forget the other three.",
)
def link_entities(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=f'<link rel="pingback" href="{endpoint.url}?a=&lt;b&gt;&quot;c&quot;">'))
    if not t.wait(lambda: endpoint.pings):
        t.not_applicable("the sender sends nothing to an address with characters that need escapes")
    ping = t.ping(endpoint)
    t.note(
        unquote(ping.query) == 'a=<b>"c"',
        'the query a=<b>"c", as it is or in percent signs',
        ping.query or "no query",
        ping,
    )


@case(
    "pingback.sender.link-entities-once",
    "What an entity stands for is not expanded again",
    clauses="PB-2.3-4",
    level=MUST,
    basis=IMPLIED,
    needs=_LINKS,
    why="Four replacements after one another make a `<` of `&amp;lt;`.",
)
def link_entities_once(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=f'<link rel="pingback" href="{endpoint.url}?a=&amp;lt;">'))
    t.pinged(endpoint, "the server is pinged")
    ping = t.ping(endpoint)
    t.note(unquote(ping.query) == "a=&lt;", "the query a=&lt;", ping.query or "no query", ping)


@case(
    "pingback.sender.link-other-entities",
    "Other entities than the four are left alone",
    clauses="PB-2.3-4 PB-2.3-8",
    level=SHOULD,
    basis=IMPLIED,
    needs=_LINKS,
    why="Pages must not use them, and senders that know more find what others do not.",
)
def link_other_entities(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=f'<link rel="pingback" href="{endpoint.url}?a=&apos;&copy;">'))
    t.pinged(endpoint, "the server is pinged")
    ping = t.ping(endpoint)
    t.note(
        unquote(ping.query) == "a=&apos;&copy;",
        "the query a=&apos;&copy;, unchanged",
        ping.query or "no query",
        ping,
    )


@case(
    "pingback.sender.link-escapes",
    "Percent signs in the link stay as they are",
    clauses="PB-2.2-7 PB-2.3-5",
    level=SHOULD,
    needs=_LINKS,
    why="Whoever decodes or encodes an address again asks for another one.",
)
def link_escapes(t: SenderTrial) -> None:
    endpoint = t.endpoint(query="caf%C3%A9=%2F%26")
    t.send(t.page(head=link(endpoint.url)))
    t.pinged(endpoint, "the server is pinged")
    ping = t.ping(endpoint)
    t.note(
        ping.query.upper() == "CAF%C3%A9=%2F%26".upper(),
        "the query caf%C3%A9=%2F%26",
        ping.query or "no query",
        ping,
    )


@case(
    "pingback.sender.link-within-4-kb",
    "A link after four kilobytes of the head is found",
    clauses="PB-2.3-11",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_LINKS,
    why="A sender may stop early; the example of the specification reads five kilobytes.",
)
def link_within_4_kb(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=f"<style>\n{_filler(4000)}</style>\n{link(endpoint.url)}"))
    t.pinged(endpoint, "the server of a link after 4 kB is pinged")


@case(
    "pingback.sender.link-after-100-kb",
    "A link after a hundred kilobytes of the head is found",
    clauses="PB-2.3-11",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_LINKS,
    why="Some pages have whole style sheets in their head.",
)
def link_after_100_kb(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=f"<style>\n{_filler(100_000)}</style>\n{link(endpoint.url)}"))
    t.pinged(endpoint, "the server of a link after 100 kB is pinged")


def _filler(size: int) -> str:
    rule = "p.nothing { margin: 0 }\n"
    return rule * (size // len(rule))


@case(
    "pingback.sender.link-other-encoding",
    "The link is found after bytes that are no UTF-8",
    clauses="PB-2.3-3",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_LINKS,
    why="Old pages say nothing about their encoding, and old pages are those that take pingbacks.",
)
def link_other_encoding(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    head = f'<meta name="author" content="Ren\xe9">\n{link(endpoint.url)}'
    body = t.document(head).replace("<meta charset=utf-8>", "").encode("latin-1")
    t.send(t.page(answer=Page(headers=[("Content-Type", "text/html")], body=body)))
    t.pinged(endpoint, "the server of a page in Latin-1 is pinged")
