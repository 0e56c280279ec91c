"""What a pingback server takes for a link to the target: however an author may write one."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkback_conformance.case import (
    MAY,
    PRACTICE,
    ROBUSTNESS,
    SHOULD,
    STATED,
    Level,
    case,
)
from linkback_conformance.verdict import Holds
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_conformance.trial import Source, Trial

NEEDS = "pingback.server.accepts pingback.server.no-link"
"""What has to hold for anything to be learnt from how a source is judged."""

ELSEWHERE = "http://elsewhere.test/a-good-post/"
"""An address that is not the target's, of a site that does not exist."""


def found(t: Trial, what: str, publish: Callable[[str], Source], target: str = "") -> Source:
    """Check that a page is accepted, and for its link: the same page without it is refused.

    ``publish`` makes the page, given the address that it links to. A server need not verify
    sources at all (PB-3-9); of one that takes the page in any case nothing is learnt, which ends
    the case.
    """
    source = publish(target or t.target.page)
    t.accepts(t.ping(source, target), source, what)
    if t.observations[-1].holds is not Holds.YES:
        return source
    decoy = publish(ELSEWHERE)
    reply = t.ping(decoy, target)
    outcome = t.outcome(reply, decoy)
    if outcome is Outcome.ACCEPTED:
        t.not_applicable("the same page is accepted without the link, so sources go unverified")
    t.check(
        None if outcome is None else outcome is Outcome.REFUSED,
        "the same page without the link is refused",
        reply.describe(),
    )
    return source


@case(
    "pingback.server.no-link",
    "A page without a link to the target is refused",
    clauses="PB-3-9",
    level=SHOULD,
    basis=STATED,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    why="Whoever takes pings unseen advertises any page for the asking. Serendipity and Dotclear "
    "do; the specification advises to look, and does not demand it.",
)
def no_link(t: Trial) -> None:
    source = t.source(f'<p>A page about <a href="{ELSEWHERE}">something else</a>.</p>')
    t.refuses(t.ping(source), source, "a page that links elsewhere")


@case(
    "pingback.server.no-link-code",
    "It is refused as a source without the link",
    clauses="PB-3-5",
    level=SHOULD,
    needs=NEEDS,
    why="Typecho says 50, as if a server behind it had failed; the code is what senders learn.",
)
def no_link_code(t: Trial) -> None:
    source = t.source(f'<p>A page about <a href="{ELSEWHERE}">something else</a>.</p>')
    reply = t.ping(source)
    if reply.outcome is Outcome.ACCEPTED:
        t.not_applicable("a page without the link is not refused, and need not be")
    t.fault(reply, "a page without the link", 17, 0)


def _form(
    case_id: str, title: str, why: str, *, level: Level = SHOULD
) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Enter a case about one form of a link, from the function that writes it."""

    def enter(write: Callable[[str], str]) -> Callable[[str], str]:
        @case(
            case_id,
            title,
            clauses="PB-3-9",
            level=level,
            basis=PRACTICE,
            area=ROBUSTNESS,
            needs=NEEDS,
            writes=True,
            why=why,
        )
        def run(t: Trial) -> None:
            found(t, "a page with such a link", lambda url: t.source(write(url)))

        return write

    return enter


@_form(
    "pingback.server.source-attributes",
    "A link with attributes before the address is found",
    "A search for `<a href=` misses most links of most blogs.",
)
def attributes(url: str) -> str:
    return (
        '<p><a class="entry link" title="Worth it" target=_blank rel="bookmark external" '
        f'data-n="1" href="{escape(url)}">a good post</a></p>'
    )


@_form(
    "pingback.server.source-single-quotes",
    "A link whose address stands in single quotes is found",
    "Patterns that want double quotes miss it.",
)
def single_quotes(url: str) -> str:
    return f"<p><a href='{escape(url)}'>a good post</a></p>"


@_form(
    "pingback.server.source-unquoted",
    "A link whose address stands in no quotes is found",
    "It is good HTML, minifiers write it, and patterns that want quotes miss it.",
)
def unquoted(url: str) -> str:
    return f"<p><a href={escape(url)} class=post>a good post</a></p>"


@_form(
    "pingback.server.source-upper-case",
    "A link in capitals is found",
    "WordPress answers that there is no link.",
)
def upper_case(url: str) -> str:
    return f'<P><A HREF="{escape(url)}">a good post</A></P>'


@_form(
    "pingback.server.source-line-breaks",
    "A link with line breaks between its parts is found",
    "Editors wrap long lines, and patterns look at one.",
)
def line_breaks(url: str) -> str:
    return f'<p><a\n  class="post"\n\thref\n =\n "{escape(url)}"\n>a good\npost</a\n></p>'


@_form(
    "pingback.server.source-href-space",
    "White space round the address of a link does not matter",
    "Browsers drop it, and a comparison of strings does not.",
)
def href_space(url: str) -> str:
    return f'<p><a href="\n  {escape(url)} \t\n">a good post</a></p>'


@_form(
    "pingback.server.source-href-line-break",
    "A line break within the address of a link does not matter",
    "Mail programs and templates break long addresses; browsers join them again.",
    level=MAY,
)
def href_line_break(url: str) -> str:
    return f'<p><a href="{escape(url[:-3])}\n{escape(url[-3:])}">a good post</a></p>'


@_form(
    "pingback.server.source-image-link",
    "A link round an image is found",
    "WordPress wants text in it.",
)
def image_link(url: str) -> str:
    return f'<p><a href="{escape(url)}"><img src="http://elsewhere.test/i.png" alt=""></a></p>'


@_form(
    "pingback.server.source-nested-markup",
    "A link round other markup is found",
    "Patterns that allow no tags in a link miss it.",
)
def nested_markup(url: str) -> str:
    return f'<p><a href="{escape(url)}"><b>a <i>good</i></b> <code>&lt;post&gt;</code></a></p>'


@_form(
    "pingback.server.source-empty-link",
    "A link round nothing is found",
    "Style sheets fill links in, and WordPress wants text in them. Nobody has to trust a link "
    "that cannot be seen, though.",
    level=MAY,
)
def empty_link(url: str) -> str:
    return f'<p><a href="{escape(url)}" class="icon"></a> A good post.</p>'


@_form(
    "pingback.server.source-area",
    "A link in an image map is found",
    "It is the other element that a reader can follow.",
    level=MAY,
)
def area(url: str) -> str:
    return (
        '<p><img src="http://elsewhere.test/i.png" alt="" usemap="#m">'
        f'<map name="m"><area shape="default" alt="a good post" href="{escape(url)}"></map></p>'
    )


@_form(
    "pingback.server.source-nofollow",
    "A link that search engines are told to ignore is found",
    "Blogs mark all links so that others wrote; the word says nothing to a pingback server.",
)
def nofollow(url: str) -> str:
    return f'<p><a href="{escape(url)}" rel="nofollow ugc noopener">a good post</a></p>'


@_form(
    "pingback.server.source-many-links",
    "A link among hundreds of others is found",
    "Patterns that match too much or stop at the first link miss it.",
)
def many_links(url: str) -> str:
    others = "".join(f'<li><a href="{ELSEWHERE}{n}/">post {n}</a>\n' for n in range(150))
    return f'<ul>{others}</ul><p><a href="{escape(url)}">a good post</a></p><ul>{others}</ul>'


@case(
    "pingback.server.source-scheme-relative",
    "A link that leaves out the scheme is found",
    clauses="PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Relative links have to be resolved against the page before they are compared.",
)
def scheme_relative(t: Trial) -> None:
    if urlsplit(t.target.page).scheme != urlsplit(t.site.url).scheme:
        t.not_applicable("the target's scheme is not that of the suite's source site")
    found(
        t,
        "a page with a relative link",
        lambda url: t.source(t.link("//" + url.partition("://")[2])),
    )


@case(
    "pingback.server.source-base",
    "A link that is relative to the page's base element is found",
    clauses="PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="A base of another site makes a relative link one to that site.",
)
def base(t: Trial) -> None:
    def publish(url: str) -> Source:
        site, rest = site_and_path(url)
        head = f'<base href="{escape(site)}/">'
        return t.source(t.link(f"./{rest.removeprefix('/')}"), head=head)

    found(t, "a page with a base element", publish)


def site_and_path(url: str) -> tuple[str, str]:
    """Return an address up to its path, and from there."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}"
    return site, url[len(site) :]
