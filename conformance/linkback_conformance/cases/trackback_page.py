"""What a page says about its trackback ping URL: the RDF block, and where it stands."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from linkback_conformance import page as pages
from linkback_conformance.addresses import is_absolute, without_fragment
from linkback_conformance.case import IMPLIED, MAY, PRACTICE, ROBUSTNESS, SHOULD, case
from linkback_conformance.cases.trackback_pings import fields_of

if TYPE_CHECKING:
    from linkback_conformance.page import RdfBlock
    from linkback_conformance.trial import Trial
    from linkback_conformance.wire import Response

_PRESENT = "trackback.page.rdf"
_MAX_BLOCKS = 20
"""Blocks whose surroundings are looked at."""


def _ours(page: Response, url: str) -> list[RdfBlock]:
    """Return the blocks that name a page, by identifier or by what they are about."""
    address = without_fragment(url)
    return [
        block
        for block in pages.rdf_blocks(page)
        if address in {without_fragment(block.identifier), without_fragment(block.about)}
    ]


def _offering(t: Trial) -> None:
    """Check that the page that takes pings offers its ping URL: silence alone proves nothing."""
    offered = [block.ping for block in _ours(t.get(t.target.page), t.target.page)]
    t.check(bool(offered), "a block for the page that takes pings", "there is none")


def _block(t: Trial) -> RdfBlock:
    """Return the block of the target page; a page whose blocks name others is a broken case."""
    page = t.get(t.target.page)
    found = _ours(page, t.target.page) or pages.rdf_blocks(page)
    return found[0] if found else t.inconclusive("the page has no RDF block this time")


@case(
    _PRESENT,
    "The page holds an RDF block with a ping URL",
    clauses="TB-20",
    level=SHOULD,
    why="It is the one way to find the ping URL that the specification has; WordPress' own themes "
    "and Typecho leave it out.",
)
def rdf(t: Trial) -> None:
    blocks = pages.rdf_blocks(t.get(t.target.page))
    with_ping = [block for block in blocks if "trackback:ping" in block.markup or block.ping]
    t.check(bool(with_ping), "a block with trackback:ping", f"{len(blocks)} blocks of RDF")


@case(
    "trackback.page.rdf-well-formed",
    "The RDF is well-formed XML, with its namespaces declared",
    clauses="TB-20",
    level=SHOULD,
    basis=IMPLIED,
    needs=_PRESENT,
    why="A title with an ampersand breaks it where nobody escapes.",
)
def rdf_well_formed(t: Trial) -> None:
    blocks = pages.rdf_blocks(t.get(t.target.page))
    broken = [block.problem for block in blocks if block.problem]
    t.check(bool(blocks) and not broken, "blocks that parse", "; ".join(broken))


@case(
    "trackback.page.rdf-namespaces",
    "The ping URL is a property of the namespace of trackback",
    clauses="TB-20",
    level=SHOULD,
    needs=f"{_PRESENT} trackback.page.rdf-well-formed",
    why="Prefixes can be chosen; a parser knows properties by their namespaces only.",
)
def rdf_namespaces(t: Trial) -> None:
    blocks = pages.rdf_blocks(t.get(t.target.page))
    found = [block.ping for block in blocks if block.ping]
    t.check(bool(found), "trackback:ping in its namespace", f"{blocks[0].markup if blocks else ''}")


@case(
    "trackback.page.rdf-identifier",
    "The identifier is the address of the page",
    clauses="TB-20 TB-22",
    level=SHOULD,
    needs=f"{_PRESENT} trackback.page.rdf-well-formed",
    why="Clients look for the block with this identifier and ignore the others; Dotclear has none.",
)
def rdf_identifier(t: Trial) -> None:
    page = t.get(t.target.page)
    found = [block.identifier for block in pages.rdf_blocks(page)]
    address = without_fragment(t.target.page)
    t.check(
        any(without_fragment(identifier) == address for identifier in found),
        f'a block with dc:identifier="{address}"',
        f"{found}",
    )


@case(
    "trackback.page.rdf-about",
    "The block is about the address of the page",
    clauses="TB-20",
    level=SHOULD,
    needs=f"{_PRESENT} trackback.page.rdf-well-formed",
    why="In the first version the ping URL stood there, and some pages still have it so.",
)
def rdf_about(t: Trial) -> None:
    about = _block(t).about
    t.check(
        without_fragment(about) == without_fragment(t.target.page),
        f'rdf:about="{t.target.page}"',
        repr(about),
    )


@case(
    "trackback.page.rdf-title",
    "The block has a title",
    clauses="TB-20",
    level=SHOULD,
    needs=f"{_PRESENT} trackback.page.rdf-well-formed",
    why="People choose by it, where a page has several blocks.",
)
def rdf_title(t: Trial) -> None:
    block = _block(t)
    t.check(bool(block.title), "dc:title with text", f"{block.markup[:300]!r}")


@case(
    "trackback.page.rdf-single",
    "One block on the page, and no more, has its identifier",
    clauses="TB-22",
    level=SHOULD,
    basis=IMPLIED,
    needs=f"{_PRESENT} trackback.page.rdf-identifier",
    why="Clients take one of them, and not all of them the same.",
)
def rdf_single(t: Trial) -> None:
    address = without_fragment(t.target.page)
    blocks = pages.rdf_blocks(t.get(t.target.page))
    found = [block.ping for block in blocks if without_fragment(block.identifier) == address]
    t.check(len(found) == 1, f"one block for {address}", f"{len(found)}: {found}")


@case(
    "trackback.page.rdf-absolute",
    "The ping URL is absolute",
    clauses="TB-20",
    level=SHOULD,
    basis=IMPLIED,
    needs=f"{_PRESENT} trackback.page.rdf-namespaces",
    why="RDF knows nothing of the page round it, and clients do not resolve the address.",
)
def rdf_absolute(t: Trial) -> None:
    ping = _block(t).ping
    t.check(is_absolute(ping), "an absolute http or https address", repr(ping))


@case(
    "trackback.page.rdf-works",
    "The ping URL of the block takes pings",
    clauses="TB-20",
    level=SHOULD,
    basis=IMPLIED,
    needs=f"{_PRESENT} trackback.page.rdf-absolute trackback.server.accepts",
    writes=True,
    why="A block that survived a move of the blog leads nowhere.",
)
def rdf_works(t: Trial) -> None:
    source = t.source()
    reply = t.trackback(fields_of(source), to=_block(t).ping)
    t.accepts(reply, source, "a ping to the address in the block")


@case(
    "trackback.page.rdf-comment",
    "Nothing in the block ends the comment that it stands in",
    clauses="TB-21 TB-20",
    level=SHOULD,
    basis=IMPLIED,
    needs=_PRESENT,
    why="A title with two hyphens shows the rest of the block to every visitor; Movable Type "
    "squeezes them, and WordPress escapes them.",
)
def rdf_comment(t: Trial) -> None:
    text = pages.text_of(t.get(t.target.page))
    spans = list(itertools.islice(pages.rdf_spans(text), _MAX_BLOCKS))
    if not spans:
        t.inconclusive("the page has no RDF block this time")
    for start, stop in spans:
        opened, closed = text.rfind("<!--", 0, start), text.rfind("-->", 0, start)
        if opened <= closed:
            t.not_applicable("the block is in no comment, and need not be")
        end = text.find("--", opened + 4)
        t.check(
            end >= stop and text.startswith("-->", end),
            "a comment without -- up to its end",
            f"{text[max(0, end - 40) : end + 10]!r}",
        )


@case(
    "trackback.page.rdf-second",
    "The block of another page names that page, and another ping URL",
    clauses="TB-20",
    level=SHOULD,
    basis=IMPLIED,
    needs=f"{_PRESENT} trackback.page.rdf-identifier trackback.page.rdf-namespaces",
    why="A template that is filled once sends everybody's pings to one post.",
)
def rdf_second(t: Trial) -> None:
    second = t.require("second", "--second-target")
    blocks = _ours(t.get(second), second)
    t.check(bool(blocks), f"a block that names {second}", f"{len(blocks)} of them")
    for block in blocks:
        t.check(block.ping != _block(t).ping, "another ping URL than the first page's", block.ping)


@case(
    "trackback.page.closed-silent",
    "A page that takes no pings offers no ping URL",
    clauses="TB-20",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_PRESENT,
    why="Serendipity and Typecho go on to offer it, and refuse or swallow what comes.",
)
def closed_silent(t: Trial) -> None:
    closed = t.require("closed", "--closed-target")
    pings = [block.ping for block in _ours(t.get(closed), closed)]
    _offering(t)
    t.check(not pings, "no RDF block for the page", f"{pings}")


@case(
    "trackback.page.missing-silent",
    "A page that does not exist offers no ping URL",
    clauses="TB-20",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_PRESENT,
    why="Serendipity has the block on its error pages.",
)
def missing_silent(t: Trial) -> None:
    response = t.answered(t.request("GET", t.target.missing))
    if response.status < 400:
        t.not_applicable(f"{t.target.missing} answers {response.status}: it is no missing page")
    _offering(t)
    pings = [block.ping for block in pages.rdf_blocks(response)]
    t.check(
        response.status < 500 and not pings,
        "an error page without RDF",
        f"HTTP {response.status}, {pings}",
    )


@case(
    "trackback.page.rel-link",
    "The page names its ping URL by a link, too",
    clauses="TB-24",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    why="No version of the specification has it; Serendipity looks for it first.",
)
def rel_link(t: Trial) -> None:
    found = pages.loose_endpoints(t.get(t.target.page), t.target.page).get("trackback")
    t.check(bool(found), "a link with rel=trackback", "there is none")


@case(
    "trackback.page.rel-link-agrees",
    "The link names the same ping URL as the block",
    clauses="TB-24 TB-20",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=f"{_PRESENT} trackback.page.rdf-namespaces trackback.page.rel-link",
    why="Which of the two a client reads is up to the client.",
)
def rel_link_agrees(t: Trial) -> None:
    found = pages.loose_endpoints(t.get(t.target.page), t.target.page).get("trackback")
    ping = _block(t).ping
    t.check(found == ping, f"a link to {ping}", f"it leads to {found}")


@case(
    "trackback.page.ping-url-plain",
    "The ping URL has no ampersand",
    clauses="TB-20",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=f"{_PRESENT} trackback.page.rdf-namespaces",
    why="Movable Type does not decode the entity, and pings another address.",
)
def ping_url_plain(t: Trial) -> None:
    ping = _block(t).ping
    t.check(bool(ping) and "&" not in ping, "an address without &", repr(ping))
