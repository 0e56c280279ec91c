"""How a sender finds the ping URL of a page: the RDF block that is about the page it links to."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from linkback_conformance.case import IMPLIED, MAY, PRACTICE, ROBUSTNESS, SHOULD, case
from linkback_conformance.sender_trial import link, rdf, rel_trackback
from linkback_conformance.source_site import Page

if TYPE_CHECKING:
    from linkback_conformance.sender_trial import LinkedPage, SenderTrial

_NEEDS = "trackback.sender.pings"
_RDF = "trackback.sender.rdf-comment"
_LICENCE = (
    '<rdf:RDF xmlns="http://web.resource.org/cc/"\n'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    '<Work rdf:about=""><license rdf:resource="http://creativecommons.org/licenses/by/2.0/" />'
    "</Work>\n</rdf:RDF>"
)


def _comment(*blocks: str) -> str:
    """Return blocks in a comment, as pages have them."""
    return "<!--\n" + "\n".join(blocks) + "\n-->"


@case(
    "trackback.sender.rdf-comment",
    "The RDF is found in a comment",
    clauses="TB-22 TB-21",
    level=SHOULD,
    needs=_NEEDS,
    why="Nearly all pages have it there, and a parser of HTML throws comments away.",
)
def in_comment(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(body=_comment(rdf(t.address(), endpoint.url))))
    t.pinged(endpoint, "the ping URL of an RDF block in a comment is pinged")


@case(
    "trackback.sender.rdf-bare",
    "The RDF is found without a comment round it",
    clauses="TB-22 TB-21",
    level=SHOULD,
    needs=_NEEDS,
    why="The comment is a courtesy to validators, and WordPress writes none.",
)
def bare(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(body=rdf(t.address(), endpoint.url)))
    t.pinged(endpoint, "the ping URL of an RDF block in the page is pinged")


@case(
    "trackback.sender.rdf-second-in-comment",
    "Of two blocks in one comment the one about the page counts",
    clauses="TB-22",
    level=SHOULD,
    needs=_RDF,
    why="A comment can hold any number of blocks.",
)
def second_in_comment(t: SenderTrial) -> None:
    right = t.endpoint()
    wrong = t.trap(
        "first-block", "the first block of the comment was taken, which is about another"
    )
    blocks = rdf(t.address(9), wrong.url), rdf(t.address(), right.url)
    t.send(t.page(body=_comment(*blocks)))
    t.pinged(right, "the block whose identifier is the address of the page counts", traps=[wrong])


@case(
    "trackback.sender.rdf-one-of-several",
    "Of several blocks the one about the page counts",
    clauses="TB-22",
    level=SHOULD,
    needs=_RDF,
    why="An index has a block for each of its posts, and many posts have those of others.",
)
def one_of_several(t: SenderTrial) -> None:
    right = t.endpoint()
    first = t.trap("first-block", "the first block was taken, which is about another page")
    last = t.trap("last-block", "the last block was taken, which is about another page")
    body = "<p>Between.</p>".join(
        _comment(rdf(t.address(number), endpoint.url))
        for number, endpoint in ((7, first), (1, right), (9, last))
    )
    t.send(t.page(body=body))
    t.pinged(
        right, "the block whose identifier is the address of the page counts", traps=[first, last]
    )


@case(
    "trackback.sender.rdf-of-another-page",
    "A block that is about another page is not used",
    clauses="TB-22",
    level=SHOULD,
    needs=_RDF,
    why="A visitor can get a block into a page; the ping of a link would go wherever it says.",
)
def of_another_page(t: SenderTrial) -> None:
    trap = t.trap("other", "the only block was taken, although it is about another page")
    page = t.page(body=_comment(rdf(t.address(9), trap.url)))
    t.send(page)
    t.spared(page, "nothing is sent where no identifier is the address of the page", trap)


@case(
    "trackback.sender.rdf-longer-identifier",
    "An identifier that only begins like the address is another one",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="Post 1 is not post 10.",
)
def longer_identifier(t: SenderTrial) -> None:
    right = t.endpoint()
    wrong = t.trap("longer", "the block of an address that begins in the same way was taken")
    blocks = rdf(t.address() + "0", wrong.url), rdf(t.address(), right.url)
    t.send(t.page(body=_comment(*blocks)))
    t.pinged(right, "the block with the very address counts", traps=[wrong])


@case(
    "trackback.sender.rdf-after-licence",
    "RDF about something else does not hide the block",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="Licences of Creative Commons stood in comments of the same kind.",
)
def after_licence(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(body=_comment(_LICENCE) + _comment(rdf(t.address(), endpoint.url))))
    t.pinged(endpoint, "the block with the ping URL is found behind one with a licence")


@case(
    "trackback.sender.rdf-escaped",
    "RDF that a reader sees as text is none",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="Whoever writes about trackback shows such a block.",
)
def escaped(t: SenderTrial) -> None:
    trap = t.trap("escaped", "a block that is shown as text was taken")
    page = t.page(body=f"<pre>{html.escape(rdf(t.address(), trap.url))}</pre>")
    t.send(page)
    t.spared(page, "nothing is sent for a block that is text", trap)


@case(
    "trackback.sender.identifier-ampersand",
    "An `&amp;` in the identifier is an ampersand in the address",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="The block is XML; addresses with two parameters are never found otherwise.",
)
def identifier_ampersand(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    block = rdf(f"{t.address()}?p=1&q=2", endpoint.url)
    t.send(t.page(body=_comment(block), query="p=1&q=2"))
    t.pinged(endpoint, "the block of a page with two parameters is found")


@case(
    "trackback.sender.ping-ampersand",
    "An `&amp;` in the ping URL is an ampersand in the address",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="Movable Type does not decode it and asks for something that is not there.",
)
def ping_ampersand(t: SenderTrial) -> None:
    endpoint = t.endpoint(query="a=1&b=2")
    t.send(t.page(body=_comment(rdf(t.address(), endpoint.url))))
    t.pinged(endpoint, "the ping URL is pinged")
    ping = t.ping(endpoint)
    t.note(ping.query == "a=1&b=2", "the query a=1&b=2", ping.query or "no query", ping)


def _found(t: SenderTrial, change: str, what: str, *changes: tuple[str, str]) -> None:
    """Try a block that is written in another way."""
    endpoint = t.endpoint()
    block = rdf(t.address(), endpoint.url)
    for old, new in changes:
        if old not in block:
            raise ValueError(f"{change}: no {old!r} to replace")
        block = block.replace(old, new)
    t.send(t.page(body=_comment(block)))
    t.pinged(endpoint, what)


@case(
    "trackback.sender.rdf-attribute-order",
    "The attributes of the block may come in any order",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="Each engine has an order of its own.",
)
def attribute_order(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    block = rdf(t.address(), endpoint.url)
    ping = f'trackback:ping="{html.escape(endpoint.url)}"'
    block = block.replace(ping, "").replace("<rdf:Description ", f"<rdf:Description {ping}\n")
    t.send(t.page(body=_comment(block)))
    t.pinged(endpoint, "a block with the ping URL first is found")


@case(
    "trackback.sender.rdf-single-quotes",
    "The attributes of the block may be in single quotes",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="XML has both.",
)
def single_quotes(t: SenderTrial) -> None:
    _found(t, "quotes", "a block in single quotes is found", ('"', "'"))


@case(
    "trackback.sender.rdf-line-breaks",
    "Any white space may stand between the attributes",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="Some engines write the block on one line, others indent it.",
)
def line_breaks(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    block = " ".join(rdf(t.address(), endpoint.url).split()).replace(" dc:", "\r\n\t\tdc:")
    t.send(t.page(body=f"<!--{block}-->"))
    t.pinged(endpoint, "a block with tabs and line breaks of Windows is found")


@case(
    "trackback.sender.rdf-title-references",
    "References in the title do not hide the block",
    clauses="TB-22 TB-21",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="Two hyphens would end the comment, so WordPress writes them as references.",
)
def title_references(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    title = "Fish &#x2d;&#x2d; &lt;&#8220;chips&#8221;&gt; &amp; more"
    t.send(t.page(body=_comment(rdf(t.address(), endpoint.url, title=title))))
    t.pinged(endpoint, "a block with references in its title is found")


@case(
    "trackback.sender.rdf-prefixes",
    "The block may have other prefixes for the same namespaces",
    clauses="TB-23",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_RDF,
    why="To RDF a prefix means nothing; the text is silent.",
)
def prefixes(t: SenderTrial) -> None:
    _found(
        t, "prefixes", "a block with the prefixes r, d and t is found",
        ("rdf:", "r:"), (":rdf=", ":r="), ("dc:", "d:"), (":dc=", ":d="),
        (" trackback:ping", " t:ping"), (":trackback=", ":t="),
    )  # fmt: skip


@case(
    "trackback.sender.rdf-elements",
    "The block may have elements instead of attributes",
    clauses="TB-23",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_RDF,
    why="To RDF both are the same; the text is silent.",
)
def elements(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    head = rdf(t.address(), endpoint.url).partition("<rdf:Description")[0]
    block = (
        f'{head}<rdf:Description rdf:about="{t.address()}">'
        f"<dc:identifier>{t.address()}</dc:identifier>"
        f'<trackback:ping rdf:resource="{endpoint.url}"/></rdf:Description></rdf:RDF>'
    )
    t.send(t.page(body=_comment(block)))
    t.pinged(endpoint, "a block in the syntax of elements is found")


@case(
    "trackback.sender.rdf-late",
    "A block after a hundred kilobytes is found",
    clauses="TB-22",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_RDF,
    why="The block stands with the post, or below it and its comments.",
)
def late(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    filler = "<p>Many have said something about it.</p>\n" * 2500
    t.send(t.page(body=filler + _comment(rdf(t.address(), endpoint.url))))
    t.pinged(endpoint, "the block at the end of a page of 100 kB is found")


@case(
    "trackback.sender.fragment",
    "The fragment of a link is no part of what an identifier is compared with",
    clauses="TB-23 TB-22",
    level=SHOULD,
    basis=PRACTICE,
    needs=_RDF,
    why="Whoever links to a comment links to the post; Movable Type takes it so.",
)
def fragment(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(body=_comment(rdf(t.address(), endpoint.url)), fragment="comment-3"))
    t.pinged(endpoint, "the block of the page is found for a link with a fragment")


@case(
    "trackback.sender.redirect",
    "A page that a redirect leads to is searched",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="Links are older than the addresses of many blogs; the block names the address of today.",
)
def redirect(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    moved = t.page(body=_comment(rdf(t.address(), endpoint.url)))
    t.send(t.page(answer=Page(status=301, headers=[("Location", moved.url)])))
    t.pinged(endpoint, "the block about the address where the redirect leads is found")


@case(
    "trackback.sender.rel",
    "A link with the relation trackback is found",
    clauses="TB-24",
    level=MAY,
    basis=PRACTICE,
    needs=_NEEDS,
    why="No specification has it, and many themes have nothing else.",
)
def rel(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    t.send(t.page(head=rel_trackback(endpoint.url)))
    t.pinged(endpoint, "the address of a link with rel=trackback is pinged")


@case(
    "trackback.sender.no-guessing",
    "A page that names no ping URL is not pinged",
    clauses="TB-1 TB-22",
    level=SHOULD,
    basis=PRACTICE,
    needs=_NEEDS,
    why="Serendipity tries the page's address with /trackback/ behind it; a ping URL has no form.",
)
def no_guessing(t: SenderTrial) -> None:
    traps = [
        t.trap(f"page-1{end}", "a ping URL was guessed from the address of the page")
        for end in ("/trackback/", "/trackback", "trackback/")
    ]
    page = t.page(body="<p>Nothing here takes pings.</p>")
    t.send(page)
    t.spared(page, "nothing is sent for a page that names no ping URL", *traps)


@case(
    "trackback.sender.one-notification",
    "A page that takes pingbacks too is notified once",
    clauses="SEC-10",
    level=SHOULD,
    basis=PRACTICE,
    needs=_NEEDS,
    why="Two pings for one link are two comments for the owner to delete one of.",
)
def one_notification(t: SenderTrial) -> None:
    address = t.endpoint()
    server = t.endpoint("pingback-server", answer=_PINGBACK_TAKEN)
    page = t.page(
        head=link(server.url),
        headers=[("X-Pingback", server.url)],
        body=_comment(rdf(t.address(), address.url)),
    )
    t.send(page)
    _once(t, page, len(address.pings), len(server.pings))


_PINGBACK_TAKEN = Page(
    headers=[("Content-Type", "text/xml")],
    body=b'<?xml version="1.0"?>\n<methodResponse><params><param><value><string>Registered.'
    b"</string></value></param></params></methodResponse>\n",
)


def _once(t: SenderTrial, page: LinkedPage, trackbacks: int, pingbacks: int) -> None:
    known = t.ended and page.read and trackbacks + pingbacks > 0
    t.note(
        (trackbacks + pingbacks == 1) if known else None,
        "one notification in all",
        f"{trackbacks} trackbacks and {pingbacks} pingbacks; {t.seen()}",
    )


@case(
    "trackback.sender.xhtml",
    "RDF is found in a page of XHTML",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=_RDF,
    why="Movable Type reads text/html only, and such pages are as good.",
)
def xhtml(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    page = (
        '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>A page</title></head><body>{rdf(t.address(), endpoint.url)}</body></html>"
    )
    headers = [("Content-Type", "application/xhtml+xml")]
    t.send(t.page(answer=Page(headers=headers, body=page.encode())))
    t.pinged(endpoint, "the block in a page of the type application/xhtml+xml is found")
