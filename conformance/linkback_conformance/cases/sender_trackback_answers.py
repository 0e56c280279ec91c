"""What a sender makes of the answers of trackback servers: it ends, and goes on."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from linkback_conformance.case import IMPLIED, PRACTICE, ROBUSTNESS, SECURITY, SHOULD, case
from linkback_conformance.sender_trial import rdf
from linkback_conformance.source_site import Page

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from linkback_conformance.sender_trial import Endpoint, SenderTrial

_NEEDS = "trackback.sender.pings"
_XML = [("Content-Type", "text/xml; charset=utf-8")]
_REFUSED = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<response><error>1</error>'
    b"<message>Closed &amp; done.</message></response>\n"
)
_OFTEN = 3
"""Pings to one address in one go from which on it is a flood."""


def _survives(t: SenderTrial, answer: Page, what: str) -> Endpoint:
    """Let an endpoint answer so, and see that the next link gets its ping."""
    odd = t.endpoint("odd", answer=answer)
    bad = t.page(body=f"<!--\n{rdf(t.address(), odd.url)}\n-->")
    good, endpoint = t.good_page()
    t.send(bad, good)
    t.carried_on(endpoint, what)
    if not odd.pings:
        t.inconclusive(f"no ping came to the endpoint that answers oddly: {t.seen()}")
    t.note(
        len(odd.pings) < _OFTEN,
        f"fewer than {_OFTEN} pings to it in one go",
        f"{len(odd.pings)} pings",
        odd.pings[-1],
    )
    return odd


@case(
    "trackback.sender.answer-refusal",
    "A refusal is taken for one, and not tried again at once",
    clauses="TB-10",
    level=SHOULD,
    basis=IMPLIED,
    needs=_NEEDS,
    why="Whoever is refused and insists is blocked.",
)
def refusal(t: SenderTrial) -> None:
    odd = _survives(t, Page(headers=_XML, body=_REFUSED), "after an <error>1</error>")
    number = len(odd.pings)
    t.note(number == 1, "one ping", f"{number} pings", odd.pings[-1])


@case(
    "trackback.sender.answer-not-xml",
    "XML that is broken disturbs nothing",
    clauses="TB-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="Messages with raw ampersands are common.",
)
def not_xml(t: SenderTrial) -> None:
    broken = b"\n<?xml version='1.0'?><response><error>1</error><message>R&D <br> &nope;</response>"
    _survives(t, Page(headers=_XML, body=broken), "after an answer that is not well-formed")


@case(
    "trackback.sender.answer-empty",
    "An answer without a body disturbs nothing",
    clauses="TB-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="WordPress answers so to a trackback without a title.",
)
def empty(t: SenderTrial) -> None:
    _survives(t, Page(headers=[("Content-Type", "text/html")]), "after an empty answer")


@case(
    "trackback.sender.answer-html",
    "A page for an answer disturbs nothing",
    clauses="TB-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="Firewalls and maintenance modes answer so.",
)
def page_of_html(t: SenderTrial) -> None:
    page = Page(headers=[("Content-Type", "text/html")], body=b"<html><h1>Back soon</h1></html>")
    _survives(t, page, "after a page of HTML")


@case(
    "trackback.sender.answer-entities",
    "Entities in an answer are not expanded",
    clauses="SEC-9 TB-9",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="A billion laughs take all the memory of a parser that reads document types.",
)
def entities(t: SenderTrial) -> None:
    declared = '<!ENTITY e0 "ha">' + "".join(
        f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10)
    )
    body = f"<?xml version='1.0'?><!DOCTYPE r [{declared}]><response><error>&e9;</error></response>"
    _survives(t, Page(headers=_XML, body=body.encode()), "after entities that grow")


@case(
    "trackback.sender.answer-statuses",
    "HTTP errors disturb nothing",
    clauses="TB-11",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="Movable Type refuses with 403, WordPress with 409 and 429, and servers fail with 500.",
)
def statuses(t: SenderTrial) -> None:
    odd = [
        t.endpoint(f"answers-{status}", answer=Page(status=status, headers=_XML, body=_REFUSED))
        for status in (403, 404, 429, 500)
    ]
    pages = [
        t.page(body=f"<!--\n{rdf(t.address(number), endpoint.url)}\n-->")
        for number, endpoint in enumerate(odd, start=1)
    ]
    good, endpoint = t.good_page()
    t.send(*pages, good)
    t.carried_on(endpoint, "after 403, 404, 429 and 500")


@case(
    "trackback.sender.answer-redirect",
    "A redirect to a page is no reason to go round in circles",
    clauses="TB-11",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="WordPress and Typecho refuse by sending the sender to the post.",
)
def redirect(t: SenderTrial) -> None:
    there = t.endpoint("odd").url
    odd = t.endpoint("odd", answer=Page(status=302, headers=[("Location", there)]))
    bad = t.page(body=f"<!--\n{rdf(t.address(), odd.url)}\n-->")
    good, endpoint = t.good_page()
    t.send(bad, good)
    t.carried_on(endpoint, "after a redirect to itself")
    number = len(odd.requests)
    t.note(number <= _ROUNDS, f"at most {_ROUNDS} requests", f"{number} requests")


_ROUNDS = 35
"""Redirects that clients follow: browsers stop at 20, requests at 30."""


@case(
    "trackback.sender.answer-silent",
    "An endpoint that never answers is given up",
    clauses="SEC-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    slow=True,
    why="One dead server must not hold up the publishing of a post.",
)
def silent(t: SenderTrial) -> None:
    _survives(t, Page(stream=_silence, raw=True), "after an endpoint that never answers")


def _silence(gone: threading.Event) -> Iterator[bytes]:
    gone.wait()
    yield b""


@case(
    "trackback.sender.answer-endless",
    "An answer without end is given up",
    clauses="SEC-9",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    slow=True,
    why="What is read without a bound fills the memory of the sender.",
)
def endless(t: SenderTrial) -> None:
    _survives(t, Page(headers=_XML, stream=_for_ever), "after an endless answer")


def _for_ever(gone: threading.Event) -> Iterator[bytes]:
    yield b"<response><error>1</error><message>"
    for _ in itertools.takewhile(lambda _: not gone.is_set(), itertools.count()):
        yield b"and so on " * 1000
        gone.wait(0.01)


@case(
    "trackback.sender.other-schemes",
    "Ping URLs that are none of the web disturb nothing",
    clauses="SEC-8 TB-1",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=_NEEDS,
    why="A page can name anything; a sender that opens file: reads its own disk.",
)
def other_schemes(t: SenderTrial) -> None:
    addresses = ("file:///etc/hostname", "javascript:alert(1)", "ftp://127.0.0.1:1/", "no address")
    pages = [
        t.page(body=f"<!--\n{rdf(t.address(number), address)}\n-->")
        for number, address in enumerate(addresses, start=1)
    ]
    good, endpoint = t.good_page()
    t.send(*pages, good)
    t.carried_on(endpoint, "after ping URLs with file:, javascript: and ftp:")
