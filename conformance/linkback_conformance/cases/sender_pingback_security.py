"""What a page, or an answer, could make a sender do: connect to its own network, or fall over.

The addresses are this machine's, and none that the tester has permitted: the sender needs 127.0.0.1
and nothing else. Webmention has it as SHOULD NOT, which is why no more than that is asked for here.
"""

from __future__ import annotations

import contextlib
import html
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from linkback_conformance.canary import spellings as other_spellings
from linkback_conformance.case import MUST, PRACTICE, SECURITY, SHOULD, case
from linkback_conformance.cases.sender_pingback_answers import survives, value, xml
from linkback_conformance.errors import UsageError
from linkback_conformance.sender_trial import link
from linkback_conformance.source_site import Listener, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkback_conformance.sender_trial import LinkedPage, SenderTrial

_NEEDS: Final = "pingback.sender.pings"


@contextlib.contextmanager
def _listening(t: SenderTrial, host: str, count: int = 1) -> Iterator[list[Listener]]:
    """Listen on an address that must not be connected to, or end the case where there is none."""
    t.require_local(host)
    with contextlib.ExitStack() as stack:
        try:
            listeners = [stack.enter_context(Listener(host)) for _ in range(count)]
        except UsageError as error:
            t.not_applicable(f"this machine has no such address: {error}")
        yield listeners


def _untouched(
    t: SenderTrial,
    traps: Sequence[tuple[Listener, str]],
    pages: Sequence[LinkedPage],
) -> None:
    """Check that nobody connects, though the sender read these pages, and pinged the next link.

    Each listener comes with the address by which it could be found.
    """
    good, endpoint = t.good_page()
    t.send(*pages, good)
    t.carried_on(endpoint, "beside such an address")
    for page in pages:
        if page.url.startswith(t.blog.url):
            t.met(page, "a page that names such an address")
    for listener, address in traps:
        touched = listener.touched(t.quiet if listener is traps[0][0] else 0)
        t.note(
            None if not touched and not t.ended else not touched,
            f"no connection for {address}",
            f"a connection to {listener.host}:{listener.port}" if touched else "none came",
        )


def _named(t: SenderTrial, address: str) -> LinkedPage:
    return t.page(headers=[("X-Pingback", address)], head=link(address))


@case(
    "pingback.sender.security-private-endpoint",
    "A server at an address that is not permitted is not connected to",
    clauses="SEC-8",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Whoever is linked to chooses the address, and the sender posts to it from inside.",
)
def private_endpoint(t: SenderTrial) -> None:
    with _listening(t, t.settings.canary) as [canary]:
        address = f"http://{canary.host}:{canary.port}/xmlrpc"
        _untouched(t, [(canary, address)], [_named(t, address)])


@case(
    "pingback.sender.security-ipv6-endpoint",
    "A server at ::1 is not connected to",
    clauses="SEC-8",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Guards for one kind of address forget the other.",
)
def ipv6_endpoint(t: SenderTrial) -> None:
    with _listening(t, "::1") as [canary]:
        address = f"http://[::1]:{canary.port}/xmlrpc"
        _untouched(t, [(canary, address)], [_named(t, address)])


@case(
    "pingback.sender.security-spellings",
    "No spelling of such an address gets through",
    clauses="SEC-8",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Decimal, octal, hexadecimal and short forms are read by some libraries and not by the "
    "guards before them.",
)
def spellings(t: SenderTrial) -> None:
    if ":" in t.settings.canary:
        t.not_applicable("the canary is no IPv4 address, which could be spelled otherwise")
    hosts = other_spellings(t.settings.canary)
    with _listening(t, t.settings.canary, len(hosts)) as canaries:
        traps = [
            (canary, f"http://{host}:{canary.port}/xmlrpc")
            for canary, host in zip(canaries, hosts, strict=True)
        ]
        _untouched(t, traps, [_named(t, address) for _, address in traps])


@case(
    "pingback.sender.security-unspecified-endpoint",
    "The address 0.0.0.0 is not connected to",
    clauses="SEC-8",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="It is this machine by another name, and guards forget it.",
)
def unspecified_endpoint(t: SenderTrial) -> None:
    with _listening(t, "127.0.0.1", 2) as listeners:
        traps = [
            (listener, f"http://{host}:{listener.port}/xmlrpc")
            for listener, host in zip(listeners, ("0.0.0.0", "0"), strict=True)
        ]
        _untouched(t, traps, [_named(t, address) for _, address in traps])


@case(
    "pingback.sender.security-credentials",
    "A permitted name before an @ does not open the host after it",
    clauses="SEC-8",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Guard and client disagree on which of the two is the host.",
)
def credentials(t: SenderTrial) -> None:
    blog = urlsplit(t.blog.url)
    with _listening(t, t.settings.canary, 3) as canaries:
        forms = (
            "http://{netloc}@{at}/",
            "http://{host}:x@{at}/",
            "http://{at}\\@{netloc}/",
        )
        traps = [
            (
                canary,
                form.format(
                    netloc=blog.netloc, host=blog.hostname, at=f"{canary.host}:{canary.port}"
                ),
            )
            for canary, form in zip(canaries, forms, strict=True)
        ]
        _untouched(t, traps, [_named(t, address) for _, address in traps])


@case(
    "pingback.sender.security-schemes",
    "Nothing but http and https is spoken",
    clauses="SEC-8",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Some libraries speak gopher, by which any bytes reach any port, and read files.",
)
def schemes(t: SenderTrial) -> None:
    names = ("gopher", "ftp", "dict", "ldap", "telnet")
    with _listening(t, "127.0.0.1", len(names)) as listeners:
        traps = [
            (listener, f"{name}://127.0.0.1:{listener.port}/x")
            for listener, name in zip(listeners, names, strict=True)
        ]
        _untouched(t, traps, [_named(t, address) for _, address in traps])


@case(
    "pingback.sender.security-endpoint-redirect",
    "No redirect of a server leads to such an address",
    clauses="SEC-8",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="What was looked at was another address.",
)
def endpoint_redirect(t: SenderTrial) -> None:
    statuses = (301, 302, 307, 308)
    with _listening(t, t.settings.canary, len(statuses)) as canaries:
        traps, pages = [], []
        for canary, status in zip(canaries, statuses, strict=True):
            there = f"http://{canary.host}:{canary.port}/"
            moved = Page(status=status, headers=[("Location", there)])
            endpoint = t.endpoint(f"endpoint-{status}", answer=moved)
            pages.append(_named(t, endpoint.url))
            traps.append((canary, f"a {status} to {there}"))
        _untouched(t, traps, pages)


@case(
    "pingback.sender.security-page-redirect",
    "No redirect of a page leads to such an address",
    clauses="SEC-8",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="What was looked at was another address.",
)
def page_redirect(t: SenderTrial) -> None:
    statuses = (301, 302, 307, 308)
    with _listening(t, t.settings.canary, len(statuses)) as canaries:
        traps, pages = [], []
        for canary, status in zip(canaries, statuses, strict=True):
            there = f"http://{canary.host}:{canary.port}/"
            pages.append(t.page(answer=Page(status=status, headers=[("Location", there)])))
            traps.append((canary, f"a {status} to {there}"))
        _untouched(t, traps, pages)


@case(
    "pingback.sender.security-private-page",
    "A page at such an address is not asked for",
    clauses="SEC-8",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Where many write, one of them links to the database.",
)
def private_page(t: SenderTrial) -> None:
    with _listening(t, t.settings.canary) as [canary]:
        address = f"http://{canary.host}:{canary.port}/"
        _untouched(t, [(canary, address)], [t.elsewhere(address)])


@case(
    "pingback.sender.security-line-break",
    "A line break in an address adds nothing to the request",
    clauses="SEC-8 PB-2.3-3",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="The pattern lets line breaks through; as they are, they end a header and begin another.",
)
def line_break(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    mark = "X-Smuggled: yes"
    addresses = (
        f"{endpoint.url}\r\n{mark}\r\nX-Rest: ",
        f"{endpoint.url} HTTP/1.1\r\n{mark}\r\nX-Rest: ",
        f"{endpoint.url}\n{mark}\nX-Rest: ",
    )
    pages = [t.page(head=f'<link rel="pingback" href="{each}">') for each in addresses]
    good, last = t.good_page()
    t.send(*pages, good)
    t.carried_on(last, "beside such an address")
    for page in pages:
        t.met(page, "a page with such an address")
    smuggled = [each for each in t.blog.requests_of(t.case.id) if each.header("X-Smuggled")]
    t.note(
        not smuggled,
        "no header comes out of an address",
        f"the request had {mark}" if smuggled else "none did",
        *smuggled[:1],
    )


@case(
    "pingback.sender.security-entity-expansion",
    "Entities in an answer are not expanded without bound",
    clauses="SEC-9",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="A kilobyte of nested entities is a gigabyte of text.",
)
def entity_expansion(t: SenderTrial) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    laughs = f'<!DOCTYPE m [<!ENTITY e0 "ha">{entities}]>'
    quadratic = f'<!DOCTYPE m [<!ENTITY e8 "{"x" * 20_000}">]>'
    survives(
        t,
        {
            "nested entities": _with_doctype(laughs, "&e8;"),
            "one big entity, many times": _with_doctype(quadratic, "&e8;" * 5_000),
        },
    )


def _with_doctype(doctype: str, text: str) -> Page:
    page = value(f"<string>{text}</string>")
    return Page(headers=page.headers, body=page.body.replace(b"?>", f"?>{doctype}".encode(), 1))


@case(
    "pingback.sender.security-external-entity",
    "Nothing that an answer refers to is read",
    clauses="SEC-9",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="An external entity reads the sender's files and asks for pages in its network.",
)
def external_entity(t: SenderTrial) -> None:
    trap = t.trap("entity", "an external entity of an answer was fetched")
    url = html.escape(trap.url)
    survives(
        t,
        {
            "an external entity": _with_doctype(
                f'<!DOCTYPE m [<!ENTITY e SYSTEM "{url}">]>', "&e;"
            ),
            "a document type": _with_doctype(f'<!DOCTYPE m SYSTEM "{url}">', "x"),
            "a parameter entity": _with_doctype(
                f'<!DOCTYPE m [<!ENTITY % p SYSTEM "{url}"> %p;]>', "x"
            ),
        },
    )
    t.note(
        not trap.requests,
        "nothing is fetched because of an answer",
        trap.trap if trap.requests else "nothing was",
        *trap.requests[:1],
    )


@case(
    "pingback.sender.security-odd-documents",
    "Answers that are nested deep, or hold huge numbers, are survived",
    clauses="SEC-9",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Parsers that call themselves run out of stack, and numbers cost the square of their size.",
)
def odd_documents(t: SenderTrial) -> None:
    depth = 10_000
    opening, closing = "<array><data><value>", "</value></data></array>"
    code = "<name>faultCode</name><value><int>{}</int></value>"
    text = "<member><name>faultString</name><value><string>x</string></value></member>"
    fault = f"<fault><value><struct><member>{code}</member>{text}</struct></value></fault>"
    survives(
        t,
        {
            "nested arrays": value(opening * depth + closing * depth),
            "a huge number": xml(fault.format("9" * 500_000)),
            "many values": xml(
                "<params>" + "<param><value>x</value></param>" * 20_000 + "</params>"
            ),
        },
    )
