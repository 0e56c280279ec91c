"""What is no link to a server, since the pattern does not match it, whatever a browser thinks.

The specification recommends to be no more lenient than the pattern: a server that only some senders
find is one that nobody can count on. Each page has one lookalike, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_conformance.case import (
    IMPLIED,
    PRACTICE,
    ROBUSTNESS,
    SECURITY,
    SHOULD,
    case,
)

if TYPE_CHECKING:
    from linkback_conformance.sender_trial import SenderTrial

_NEEDS = "pingback.sender.pings"


def _is_none(t: SenderTrial, markup: str, what: str) -> None:
    """Check that nothing is sent because of this markup, in which ``URL`` is the trap."""
    trap = t.trap("trap", f"{what} was taken for a link to a server")
    page = t.page(head=markup.replace("URL", trap.url))
    t.send(page)
    t.spared(page, f"nothing is sent because of {what}", trap)


@case(
    "pingback.sender.strict-single-quotes",
    "A link in single quotes is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="What only some senders find is found by none that a page can count on.",
)
def single_quotes(t: SenderTrial) -> None:
    _is_none(t, "<link rel='pingback' href='URL'>", "a link in single quotes")


@case(
    "pingback.sender.strict-unquoted",
    "A link without quotes is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="HTML allows it, and the pattern does not.",
)
def unquoted(t: SenderTrial) -> None:
    _is_none(t, "<link rel=pingback href=URL>", "a link without quotes")


@case(
    "pingback.sender.strict-href-first",
    "A link with its address before its kind is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="It is the commonest slip of themes; senders that repair it hide it from their authors.",
)
def href_first(t: SenderTrial) -> None:
    _is_none(t, '<link href="URL" rel="pingback">', "a link with href before rel")


@case(
    "pingback.sender.strict-next-href",
    "Nothing is sent to the address of the element that follows",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    basis=IMPLIED,
    needs=_NEEDS,
    why="WordPress searches for rel and then for the next href, and pings the style sheet.",
)
def next_href(t: SenderTrial) -> None:
    elements = '<link href="/nowhere" rel="pingback">\n<link rel="stylesheet" href="URL">'
    _is_none(t, elements, "an address of the element after a link with href before rel")


@case(
    "pingback.sender.strict-attribute-between",
    "A link with an attribute between kind and address is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="The two stand side by side, or there is no link.",
)
def attribute_between(t: SenderTrial) -> None:
    markup = '<link rel="pingback" type="text/xml" href="URL">'
    _is_none(t, markup, "a link with an attribute between")


@case(
    "pingback.sender.strict-attribute-after",
    "A link with an attribute after the address is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="A pattern that is not followed to its end lets it through.",
)
def attribute_after(t: SenderTrial) -> None:
    _is_none(t, '<link rel="pingback" href="URL" title="Ping">', "a link with another attribute")


@case(
    "pingback.sender.strict-upper-case",
    "A link in capitals is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="The pattern is in small letters, and nothing says that they do not matter.",
)
def upper_case(t: SenderTrial) -> None:
    _is_none(t, '<LINK REL="pingback" HREF="URL">', "a link in capitals")


@case(
    "pingback.sender.strict-line-break",
    "A link with a line break between its attributes is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="There is one space in the pattern, and not white space of any kind.",
)
def line_break(t: SenderTrial) -> None:
    _is_none(t, '<link rel="pingback"\n  href="URL">', "a link with a line break in it")


@case(
    "pingback.sender.strict-two-spaces",
    "A link with two spaces between its attributes is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="There is one space in the pattern, and not any number of them.",
)
def two_spaces(t: SenderTrial) -> None:
    _is_none(t, '<link rel="pingback"  href="URL">', "a link with two spaces in it")


@case(
    "pingback.sender.strict-several-kinds",
    "A link of several kinds is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="In HTML `rel` is a list; in the pattern it is one word.",
)
def several_kinds(t: SenderTrial) -> None:
    _is_none(t, '<link rel="pingback nofollow" href="URL">', "a link of two kinds")


@case(
    "pingback.sender.strict-other-kind",
    "A link whose kind only holds the word is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="A search for the word finds it anywhere.",
)
def other_kind(t: SenderTrial) -> None:
    _is_none(t, '<link rel="no-pingback" href="URL">', "a link of the kind no-pingback")


@case(
    "pingback.sender.strict-anchor",
    "An `<a>` is no link to a server",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="Visitors may write it; Webmention reads it, and pingback does not.",
)
def anchor(t: SenderTrial) -> None:
    _is_none(t, '<a rel="pingback" href="URL">Ping</a>', "an <a>")


@case(
    "pingback.sender.strict-meta",
    "A `<meta>` in place of the header is none",
    clauses="PB-2.3-2 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="Only HTTP has headers of HTTP.",
)
def meta(t: SenderTrial) -> None:
    _is_none(t, '<meta http-equiv="X-Pingback" content="URL">', "a <meta>")


@case(
    "pingback.sender.strict-escaped",
    "A link that is written about is none",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    basis=IMPLIED,
    needs=_NEEDS,
    why="Expanding entities before the search lets every visitor name the page's server.",
)
def escaped(t: SenderTrial) -> None:
    markup = '<pre>&lt;link rel="pingback" href="URL"&gt;</pre>'
    _is_none(t, markup, "a link that is shown as text")


@case(
    "pingback.sender.strict-empty",
    "A link without an address leads nowhere",
    clauses="PB-2.3-3 PB-2.3-8",
    level=SHOULD,
    needs=_NEEDS,
    why="Resolved as a browser does, it makes the page itself its server.",
)
def empty(t: SenderTrial) -> None:
    page = t.page(head='<link rel="pingback" href="">')
    t.send(page)
    t.nowhere_else(page, "nothing is sent to a page with an empty link")


@case(
    "pingback.sender.strict-webmention",
    "The endpoint of another protocol is none of pingback",
    clauses="PB-2.3-8",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="A call of XML-RPC means nothing to a webmention receiver, which is no pingback server.",
)
def webmention(t: SenderTrial) -> None:
    trap = t.trap("webmention", "an XML-RPC call was sent to a webmention endpoint")
    page = t.page(
        headers=[("Link", f'<{trap.url}>; rel="webmention"')],
        head=f'<link rel="webmention" href="{trap.url}">',
    )
    t.send(page)
    t.unspoken(page, "no XML-RPC is sent to a webmention endpoint", trap)


@case(
    "pingback.sender.strict-nothing",
    "Nothing is sent for a page that names no server",
    clauses="PB-2.3-6",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Serendipity guesses addresses; a sender that does so posts to whoever is linked to.",
)
def nothing(t: SenderTrial) -> None:
    page = t.page(body="<p>Nothing here takes pings.</p>")
    t.send(page)
    t.nowhere_else(page, "nothing is posted for a page that names no endpoint")
