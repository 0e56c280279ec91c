"""Which addresses of links a pingback server takes for the target's, and which it must not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from linkback_conformance.case import MAY, PRACTICE, ROBUSTNESS, SHOULD, STATED, case
from linkback_conformance.cases.pingback_source_links import (
    NEEDS,
    found,
    site_and_path,
)
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from linkback_conformance.trial import Source, Trial


@case(
    "pingback.server.source-ampersand",
    "An address with `&` in it is found where it is escaped, as it has to be",
    clauses="PB-3-9 XR-T5",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Patterns compare the text of the page with the address, `&amp;` with `&`.",
)
def ampersand(t: Trial) -> None:
    target = _takes(t, "linkback=1&second=2")
    found(t, "a page with `&amp;` in the address", lambda url: t.source(t.link(url)), target)


@case(
    "pingback.server.source-ampersand-raw",
    "An address with `&` in it is found where it is not escaped",
    clauses="PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Most authors write it so, and all browsers read it; WordPress answers that there is no "
    "link.",
)
def ampersand_raw(t: Trial) -> None:
    target = _takes(t, "linkback=1&second=2")
    found(t, "a page with a raw `&` in the address", lambda url: _raw(t, url), target)


@case(
    "pingback.server.source-ampersand-name",
    "A raw `&` is not taken for a character's name where a value follows it",
    clauses="PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="In an attribute `&copy=1` is no copyright sign, and Python's own parser took it for one.",
)
def ampersand_name(t: Trial) -> None:
    target = _takes(t, "linkback=1&copy=2&reg=3")
    found(t, "a page with a raw `&copy=`", lambda url: _raw(t, url), target)


def _raw(t: Trial, url: str) -> Source:
    return t.source(f'<p><a href="{url}">a good post</a></p>')


@case(
    "pingback.server.source-characters",
    "An address with characters that have a meaning in patterns is found",
    clauses="PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Dotclear and Habari put the address into a pattern as it is.",
)
def characters(t: Trial) -> None:
    target = _takes(t, "linkback=a+b!*(c)$,;:@~./?d")
    found(t, "a page that links to such an address", lambda url: t.source(t.link(url)), target)


@case(
    "pingback.server.source-quotes",
    "An address with quotes in it is found",
    clauses="PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="PEAR's Services_Linkback puts the address into an XPath query as it is.",
)
def quotes(t: Trial) -> None:
    target = _takes(t, "linkback='a'%22b%22%27c%27")
    found(t, "a page that links to such an address", lambda url: _raw(t, url), target)


def _takes(t: Trial, query: str) -> str:
    """Return the target's address with a query; ends the case where queries are not taken."""
    plain, address = _with_query(t, "linkback=1"), _with_query(t, query)
    source = t.source(t.link(plain))
    if t.outcome(t.ping(source, plain), source) is not Outcome.ACCEPTED:
        t.not_applicable("the target takes no pings for its page with a query after it")
    return address


def _with_query(t: Trial, query: str) -> str:
    page = urldefrag(t.target.page).url
    return f"{page}{'&' if '?' in page else '?'}{query}"


@case(
    "pingback.server.source-host-case",
    "Scheme and host of a link may be written in capitals, and the default port may be named",
    clauses="PB-3-9",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="They mean the same address; a comparison of strings takes them for another.",
)
def host_case(t: Trial) -> None:
    def capitals(url: str) -> Source:
        site, rest = site_and_path(url)
        return t.source(t.link(site.upper() + rest))

    found(t, "a page with the host in capitals", capitals)
    parts = urlsplit(t.target.page)
    if parts.port is None:
        port = {"http": 80, "https": 443}[parts.scheme]
        site, rest = site_and_path(t.target.page)
        source = t.source(t.link(f"{site}:{port}{rest}"))
        t.accepts(t.ping(source), source, "a page that names the default port")


@case(
    "pingback.server.source-fragment",
    "A link to a part of the page is found when the ping names that part too",
    clauses="PB-3-2 PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="The target of a ping is the link as it stands on the page, fragment and all; the "
    "specification's own example has one.",
)
def fragment(t: Trial) -> None:
    found(t, "a page that links to a part", lambda url: t.source(t.link(url)), _part(t.target.page))


@case(
    "pingback.server.source-fragment-link",
    "A link to a part of the page is a link to the page",
    clauses="PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Senders drop the fragment although they should not, and the link is there.",
)
def fragment_link(t: Trial) -> None:
    found(t, "a page that links to a part", lambda url: t.source(t.link(_part(url))))


@case(
    "pingback.server.source-fragment-target",
    "A ping for a part of the page is good if the source links to the page",
    clauses="PB-3-9",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="The fragment names no page of its own, so nothing speaks against it but the letter.",
)
def fragment_target(t: Trial) -> None:
    found(
        t,
        "a page that links to the whole",
        lambda url: t.source(t.link(urldefrag(url).url)),
        _part(t.target.page),
    )


def _part(url: str) -> str:
    return urldefrag(url).url + "#c1"


@case(
    "pingback.server.source-prefix",
    "A link to the beginning of the target's address is no link to it",
    clauses="PB-3-9",
    level=SHOULD,
    basis=STATED,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="A blog's home page is not each of its posts.",
)
def prefix(t: Trial) -> None:
    target = urldefrag(t.target.page).url
    site, rest = site_and_path(target)
    _refused(t, target.rstrip("/")[:-1], *([f"{site}/"] if rest not in {"", "/"} else []))


@case(
    "pingback.server.source-longer",
    "A link to an address that only begins with the target's is no link to it",
    clauses="PB-3-9",
    level=SHOULD,
    basis=STATED,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="WordPress takes a link to a post's feed for one to the post, and post 1 is not post 12.",
)
def longer(t: Trial) -> None:
    target = urldefrag(t.target.page).url
    _refused(t, f"{target}-another/", f"{target.rstrip('/')}2")


@case(
    "pingback.server.source-within",
    "A link to an address that holds the target's somewhere is no link to it",
    clauses="PB-3-9",
    level=SHOULD,
    basis=STATED,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="Every sharing button and every archive holds it, and anybody can write one.",
)
def within(t: Trial) -> None:
    target = t.target.page
    _refused(t, f"http://evil.test/?x={target}", f"http://evil.test/{target}")


@case(
    "pingback.server.source-other-port",
    "A link to another port of the target's host is no link to it",
    clauses="PB-3-9",
    level=SHOULD,
    basis=STATED,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="It is another site, perhaps another owner's.",
)
def other_port(t: Trial) -> None:
    parts = urlsplit(t.target.page)
    host = parts.netloc.removesuffix(f":{parts.port}")
    rest = site_and_path(t.target.page)[1]
    _refused(t, f"{parts.scheme}://{host}:{(parts.port or 8079) + 1}{rest}")


@case(
    "pingback.server.source-other-host",
    "A link to the same path of another host is no link to it",
    clauses="PB-3-9",
    level=SHOULD,
    basis=STATED,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="Comparing paths alone makes every blog's first post a link to every other's.",
)
def other_host(t: Trial) -> None:
    parts = urlsplit(t.target.page)
    rest = site_and_path(t.target.page)[1]
    _refused(t, f"{parts.scheme}://elsewhere.test{rest}")


def _refused(t: Trial, *addresses: str) -> None:
    for address in addresses:
        source = t.source(t.link(address))
        t.refuses(t.ping(source), source, f"a page that links to {address}")
