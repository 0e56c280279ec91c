"""Whether a pingback server can be turned against its owner's network, or against others.

The canary is an address of the suite's machine that a target has no business to connect to: the
guard that keeps it away must stay on, while the source site itself is permitted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkback_conformance import xmlrpc
from linkback_conformance.canary import TRACES, listening
from linkback_conformance.canary import spellings as other_spellings
from linkback_conformance.case import MUST, PRACTICE, SECURITY, SHOULD, case
from linkback_conformance.xmlrpc import Outcome, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_conformance.source_site import Listener
    from linkback_conformance.trial import Trial

_NEEDS = "pingback.server.accepts pingback.server.no-link"


def _refused_untouched(t: Trial, listener: Listener, source: str, what: str) -> None:
    reply = t.ping(source)
    t.check(
        reply.outcome is Outcome.REFUSED, f"{what}: a fault", reply.describe(), about=reply.exchange
    )
    t.check(
        not listener.touched(t.settings.grace),
        f"{what}: no connection",
        f"a connection to {listener.host}:{listener.port}",
    )


@case(
    "pingback.server.security-private-address",
    "A source at an address that is not permitted is not connected to",
    clauses="SEC-1",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Pings make servers fetch for strangers; WordPress has had several holes of the kind.",
)
def private_address(t: Trial) -> None:
    with listening(t, t.settings.canary) as canary:
        _refused_untouched(t, canary, f"http://{canary.host}:{canary.port}/", "a private address")


@case(
    "pingback.server.security-spellings",
    "No spelling of such an address gets through",
    clauses="SEC-1",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Decimal, octal, hexadecimal and short forms are read by some libraries and not by the "
    "guards before them.",
)
def spellings(t: Trial) -> None:
    with listening(t, t.settings.canary) as canary:
        for host in other_spellings(canary.host):
            _refused_untouched(t, canary, f"http://{host}:{canary.port}/", host)


@case(
    "pingback.server.security-unspecified-address",
    "The address 0.0.0.0 is not connected to",
    clauses="SEC-1",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="It is this machine by another name, and guards forget it.",
)
def unspecified_address(t: Trial) -> None:
    with listening(t, "127.0.0.1") as listener:
        for host in ("0.0.0.0", "0", "[::]"):
            _refused_untouched(t, listener, f"http://{host}:{listener.port}/", host)


@case(
    "pingback.server.security-credentials",
    "A permitted name before an @ does not open the host after it",
    clauses="SEC-1",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Guard and client disagree on which of the two is the host.",
)
def credentials(t: Trial) -> None:
    site = urlsplit(t.site.url)
    with listening(t, t.settings.canary) as canary:
        at = f"{canary.host}:{canary.port}"
        for source in (
            f"http://{site.netloc}@{at}/",
            f"http://{site.hostname}:x@{at}/",
            f"http://{at}\\@{site.netloc}/",
        ):
            _refused_untouched(t, canary, source, source)


@case(
    "pingback.server.security-redirect",
    "A redirect to an address that is not permitted is not followed",
    clauses="SEC-1",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="A guard that only looks at the first address guards nothing.",
)
def redirect(t: Trial) -> None:
    with listening(t, t.settings.canary) as canary:
        location = f"http://{canary.host}:{canary.port}/"
        for status in (301, 302, 303, 307, 308):
            source = t.source("<p>moved</p>", status=status, headers=[("Location", location)])
            _refused_untouched(t, canary, source.url, f"a redirect {status}")


@case(
    "pingback.server.security-schemes",
    "Only http and https are fetched",
    clauses="SEC-1",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Libraries that also speak gopher, ftp or file reach mail servers and passwords.",
)
def schemes(t: Trial) -> None:
    with listening(t, "127.0.0.1") as listener:
        for scheme in ("ftp", "gopher", "dict", "tftp", "ldap"):
            source = f"{scheme}://127.0.0.1:{listener.port}/x"
            _refused_untouched(t, listener, source, scheme)
    for source in ("file:///etc/passwd", "data:text/html,x", "php://filter/resource=x"):
        reply = t.ping(source)
        t.check(
            reply.outcome is Outcome.REFUSED,
            f"{source}: a fault",
            reply.describe(),
            about=reply.exchange,
        )


@case(
    "pingback.server.security-port-scan",
    "The answer does not tell an open port from a closed one",
    clauses="SEC-1",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="Strangers can map a network from the outside by it; WordPress hides its faults for "
    "this reason.",
)
def port_scan(t: Trial) -> None:
    with listening(t, t.settings.canary) as canary:
        opened = t.ping(f"http://{canary.host}:{canary.port}/")
    closed = t.ping(f"http://{canary.host}:{canary.port}/")
    both = [_without_addresses(reply) for reply in (opened, closed)]
    t.check(
        opened.outcome is closed.outcome is Outcome.REFUSED and both[0] == both[1],
        "the same fault for both",
        f"{both[0]} for the open one, {both[1]} for the closed one",
    )


def _without_addresses(reply: Reply) -> str:
    """Return a fault without what differs from ping to ping: addresses, and references."""
    return re.sub(r"https?://\S+|\b[0-9a-fA-F]{6,}\b", "...", reply.describe())


@case(
    "pingback.server.security-fetches-little",
    "One ping is at most three requests to the source",
    clauses="SEC-2",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    writes=True,
    why="What a server multiplies, it multiplies for attackers. Dotclear fetches twice.",
)
def fetches_little(t: Trial) -> None:
    source = t.source()
    t.accepts(t.ping(source), source, "a good ping")
    fetched = len(source.fetches)
    t.check(1 <= fetched <= 3, "one to three requests", f"{fetched} requests")


@case(
    "pingback.server.security-identity",
    "The fetch of the source says who asks, and carries no credentials",
    clauses="SEC-2",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    writes=True,
    why="The owner of the source has to be able to see what hits them, and why.",
)
def identity(t: Trial) -> None:
    source = t.source()
    t.accepts(t.ping(source), source, "a good ping")
    for fetch in source.fetches:
        agent = fetch.header("User-Agent") or ""
        t.check(bool(agent.strip()), "a User-Agent", repr(agent))
        sent = [name for name in ("Cookie", "Authorization") if fetch.header(name)]
        t.check(not sent, "neither Cookie nor Authorization", f"{sent}")


def _answered(t: Trial, body: bytes, what: str) -> Reply:
    reply = t.post_xml(body)
    t.check(
        reply.outcome is Outcome.REFUSED, f"{what}: a fault", reply.describe(), about=reply.exchange
    )
    return reply


@case(
    "pingback.server.security-entity-expansion",
    "Entities are not expanded without bound",
    clauses="SEC-4",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    why="A kilobyte of nested entities is a gigabyte of text.",
)
def entity_expansion(t: Trial) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    call = xmlrpc.call(xmlrpc.PING, "E", t.target.page).decode().replace(">E<", ">&e9;<")
    laughs = call.replace("?>", f'?><!DOCTYPE m [<!ENTITY e0 "ha">{entities}]>')
    _answered(t, laughs.encode(), "nested entities")
    big = "x" * 20_000
    quadratic = call.replace("?>", f'?><!DOCTYPE m [<!ENTITY e9 "{big}">]>')
    _answered(t, quadratic.replace("&e9;", "&e9;" * 5_000).encode(), "one big entity, many times")


@case(
    "pingback.server.security-external-entity",
    "Nothing outside the call is read",
    clauses="SEC-4",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    why="An external entity reads the server's files and asks for pages in its network.",
)
def external_entity(t: Trial) -> None:
    page = t.source("<p>Not to be read.</p>")
    call = xmlrpc.call(xmlrpc.PING, "E", t.target.page).decode().replace(">E<", ">&e;<")
    for what, doctype in (
        ("an external entity", f'<!DOCTYPE m [<!ENTITY e SYSTEM "{page.url}">]>'),
        ("a file", '<!DOCTYPE m [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
        ("an external document type", f'<!DOCTYPE m SYSTEM "{page.url}">'),
        ("a parameter entity", f'<!DOCTYPE m [<!ENTITY % p SYSTEM "{page.url}"> %p;]>'),
    ):
        reply = _answered(t, call.replace("?>", f"?>{doctype}").encode(), what)
        response = t.answered(reply.exchange)
        t.check(b"root:" not in response.body, f"{what}: no file in the answer", "a file")
    t.untouched(page, "an external entity")


@case(
    "pingback.server.security-deep-nesting",
    "Values nested ten thousand deep get a fault, or HTTP 413",
    clauses="SEC-4 XR-T6",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    why="A parser that calls itself for every level runs out of stack.",
)
def deep_nesting(t: Trial) -> None:
    opening, closing = "<array><data><value>", "</value></data></array>"
    value = opening * 10_000 + closing * 10_000
    _oversize(t, xmlrpc.envelope(xmlrpc.PING, value, "<string>x</string>"), "nested arrays")


@case(
    "pingback.server.security-many-parameters",
    "Forty thousand parameters get a fault, or HTTP 413",
    clauses="SEC-4 PB-4-2",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    why="What is built for every value costs a hundred times its bytes.",
)
def many_parameters(t: Trial) -> None:
    _oversize(t, xmlrpc.envelope(xmlrpc.PING, *["<i4>1</i4>"] * 40_000), "40,000 parameters")


@case(
    "pingback.server.security-huge-number",
    "A number of a million digits gets a fault, or HTTP 413",
    clauses="SEC-4 XR-T3",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    why="Reading it takes quadratic time in some languages.",
)
def huge_number(t: Trial) -> None:
    value = f"<int>{'9' * 1_000_000}</int>"
    _oversize(t, xmlrpc.envelope(xmlrpc.PING, value, value), "a huge number")


@case(
    "pingback.server.security-big-body",
    "A body of 8 MB gets a fault, or HTTP 413",
    clauses="SEC-4 PB-4-2",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    slow=True,
    why="WordPress parses 10 MB for 3.7 seconds; a few at a time stop a blog.",
)
def big_body(t: Trial) -> None:
    source = "http://127.0.0.1/" + "a" * 8_000_000
    _oversize(t, xmlrpc.call(xmlrpc.PING, source, t.target.page), "8 MB")


def _oversize(t: Trial, body: bytes, what: str) -> None:
    reply = t.post_xml(body)
    response = reply.exchange.response
    too_large = response is not None and response.status == 413
    t.check(
        reply.outcome is Outcome.REFUSED or too_large,
        f"{what}: a fault, or HTTP 413",
        reply.describe(),
        about=reply.exchange,
    )


@case(
    "pingback.server.security-no-traceback",
    "No answer shows the inside of the program",
    clauses="PB-4-2",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    why="File names and versions are where the next attack starts.",
)
def no_traceback(t: Trial) -> None:
    attempts: dict[str, Callable[[], Reply]] = {
        "half a document": lambda: t.post_xml(b"<methodCall><methodName>pingb"),
        "a struct as the source": lambda: t.post_xml(
            xmlrpc.envelope(xmlrpc.PING, "<struct/>", "<struct/>")
        ),
        "no parameters": lambda: t.call(xmlrpc.PING),
        "a broken address": lambda: t.ping("http://[::1"),
        "a port that is none": lambda: t.ping("http://127.0.0.1:99999/"),
        "a host that is too long": lambda: t.ping(f"http://{'a' * 300}.test/"),
    }
    for what, attempt in attempts.items():
        reply = attempt()
        response = t.answered(reply.exchange)
        shown = [trace for trace in TRACES if trace in response.text]
        unseen = None if reply.outcome is not Outcome.REFUSED else True
        t.check(
            False if shown else unseen,
            f"{what}: a fault, without a trace of the program",
            f"{shown} in the answer" if shown else reply.describe(),
        )
