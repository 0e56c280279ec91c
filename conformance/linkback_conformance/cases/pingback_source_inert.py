"""What a pingback server does not take for a link: the target's address where nobody can follow it.

Pages are searched for links, not for addresses: what a reader cannot follow was not linked to.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from linkback_conformance.case import (
    MAY,
    PRACTICE,
    ROBUSTNESS,
    SHOULD,
    STATED,
    Level,
    case,
)
from linkback_conformance.cases.pingback_source_links import ELSEWHERE, NEEDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_conformance.trial import Trial


def _inert(
    case_id: str, title: str, why: str, *, level: Level = SHOULD
) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Enter a case about what is no link, from the function that writes it."""

    def enter(write: Callable[[str], str]) -> Callable[[str], str]:
        @case(
            case_id,
            title,
            clauses="PB-3-9",
            level=level,
            basis=PRACTICE if level is MAY else STATED,
            area=ROBUSTNESS,
            needs=NEEDS,
            why=why,
        )
        def run(t: Trial) -> None:
            source = t.source(write(t.target.page))
            t.refuses(t.ping(source), source, "a page without any other link to the target")

        return write

    return enter


def _link(url: str) -> str:
    return f'<a href="{escape(url)}">a good post</a>'


@_inert(
    "pingback.server.source-comment",
    "A link in a comment is no link",
    "Nobody sees it, which is what spammers look for; Serendipity and go-jamming take it.",
)
def comment(url: str) -> str:
    return f"<p>Words.</p><!-- {_link(url)} -->"


@_inert(
    "pingback.server.source-script",
    "A link in a script is no link",
    "A script may hold any text, and do anything with it.",
)
def script(url: str) -> str:
    return f"<p>Words.</p><script>var link = '{_link(url)}';</script>"


@_inert(
    "pingback.server.source-style",
    "A link in a style sheet is no link",
    "Its text is never shown.",
)
def style(url: str) -> str:
    return f"<p>Words.</p><style>p {{ content: '{_link(url)}'; }}</style>"


@_inert(
    "pingback.server.source-textarea",
    "A link in a text area is no link",
    "It is text in a form, such as the code that others are asked to copy.",
)
def textarea(url: str) -> str:
    return f"<form><textarea>Copy this: {_link(url)}</textarea></form>"


@_inert(
    "pingback.server.source-title-markup",
    "A link in a title is no link",
    "In a title tags are text.",
)
def title_markup(url: str) -> str:
    # Whether it stands in the head makes no difference to how it is read.
    return f"<title>{_link(url)}</title><p>Words.</p>"


@_inert(
    "pingback.server.source-template",
    "A link in a template is no link",
    "It is shown only if a script copies it.",
    level=MAY,
)
def template(url: str) -> str:
    return f"<p>Words.</p><template><p>{_link(url)}</p></template>"


@_inert(
    "pingback.server.source-escaped",
    "The text of a link, shown as an example, is no link",
    "Pages about HTML are full of it.",
)
def escaped(url: str) -> str:
    return f"<p>Write this:</p><pre>{escape(_link(url))}</pre>"


@_inert(
    "pingback.server.source-text",
    "The address in the text of a page is no link",
    "go-jamming and LnBlog look for the address anywhere; a list of addresses links to none.",
)
def text(url: str) -> str:
    return f"<p>Read {escape(url)} if you like.</p>"


@_inert(
    "pingback.server.source-attribute",
    "A link in the text of an attribute is no link",
    "Tags in an attribute are text, and patterns do not know where they are.",
)
def attribute(url: str) -> str:
    return f"<p><img src=\"{ELSEWHERE}i.png\" alt='See {_link(url)}.'></p>"


@_inert(
    "pingback.server.source-other-attribute",
    "An attribute whose name only ends in `href` is no link",
    "Scripts use such names for their own ends.",
)
def other_attribute(url: str) -> str:
    return (
        f'<p><a data-href="{escape(url)}" href="{ELSEWHERE}">another post</a> '
        f'<b href="{escape(url)}" title="{escape(url)}">words</b></p>'
    )


@_inert(
    "pingback.server.source-image",
    "An image from the target's address is no link",
    "It is shown and leads nowhere. Servers differ on whether that counts.",
    level=MAY,
)
def image(url: str) -> str:
    return f'<p><img src="{escape(url)}" alt="a good post"></p>'


@_inert(
    "pingback.server.source-link-element",
    "A link element is no link that a reader can follow",
    "It names a style sheet or a feed. Servers differ on whether that counts.",
    level=MAY,
)
def link_element(url: str) -> str:
    return f'<link rel="alternate" href="{escape(url)}"><p>Words.</p>'
