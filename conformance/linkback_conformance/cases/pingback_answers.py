"""What a pingback server answers: the form of a success and of a fault, on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_conformance import charsets, xmlrpc
from linkback_conformance.case import IMPLIED, MUST, PRACTICE, ROBUSTNESS, SHOULD, case
from linkback_conformance.xmlrpc import Outcome, Reply

if TYPE_CHECKING:
    from linkback_conformance.trial import Trial

UNKNOWN_METHOD = "linkback.conformance.noSuchMethod"
_FAULT_CLAUSES = ("XR-R4", "XR-T1", "XR-T3")


def _without_departures(t: Trial, reply: Reply, expected: str, *clauses: str) -> None:
    """Check that an answer was understood, and that nothing in it departs from these clauses."""
    found = reply.departures(*clauses)
    t.check(
        reply.understood and not found,
        expected,
        "; ".join(found) or reply.describe(),
        about=reply.exchange,
    )


def _both(t: Trial) -> list[tuple[str, Reply]]:
    """Return a success and a fault to look at."""
    return [("a success", t.ping(t.source())), ("a fault", t.call(UNKNOWN_METHOD))]


@case(
    "pingback.server.success-string",
    "A success is a string",
    clauses="PB-3-3 PB-3-4",
    level=MUST,
    needs="pingback.server.accepts",
    writes=True,
    why="Typecho answers with the number of its comment, Zinnia with an int for a failure.",
)
def success_string(t: Trial) -> None:
    reply = t.ping(t.source())
    t.check(
        reply.outcome is Outcome.ACCEPTED and reply.value_type == "string",
        "success with a string",
        reply.describe(),
        about=reply.exchange,
    )


@case(
    "pingback.server.success-single-value",
    "A success carries exactly one value",
    clauses="XR-R3 XR-T1 PB-3-3",
    level=MUST,
    needs="pingback.server.accepts",
    writes=True,
    why="Clients read the first value and drop the rest, or refuse the answer.",
)
def success_single_value(t: Trial) -> None:
    reply = t.ping(t.source())
    _without_departures(t, reply, "one <param> with one <value>", "XR-R3", "XR-T1", "XR-T3")


@case(
    "pingback.server.fault-struct",
    "A fault is a struct of an int faultCode and a string faultString, and nothing else",
    clauses="XR-R4 XR-T1 XR-T3 PB-3-5",
    level=MUST,
    why="Serendipity and go-jamming send a bare number, Oddmuse leaves members out; XML-RPC "
    "libraries raise on it and the sender never learns the code.",
)
def fault_struct(t: Trial) -> None:
    reply = t.call(UNKNOWN_METHOD)
    t.check(
        reply.outcome is Outcome.REFUSED,
        "a fault for an unknown method",
        reply.describe(),
        about=reply.exchange,
    )
    _without_departures(t, reply, "a fault with its two members", *_FAULT_CLAUSES)
    reply = t.ping(t.source(), t.target.missing)
    if reply.outcome is Outcome.REFUSED:
        _without_departures(t, reply, "a fault with its two members", *_FAULT_CLAUSES)


@case(
    "pingback.server.either-or",
    "An answer holds params or a fault, never both and never neither",
    clauses="XR-R5 XR-R3 PB-3-3",
    level=MUST,
    writes=True,
    why="With both, one client sees a success where another sees a failure.",
)
def either_or(t: Trial) -> None:
    for what, reply in _both(t):
        _without_departures(t, reply, f"{what} is one of <params> and <fault>", "XR-R5")


@case(
    "pingback.server.status-200",
    "Faults travel in HTTP 200",
    clauses="XR-R1",
    level=MUST,
    why="webmention.io, Oddmuse and the npm package answer 4xx or 5xx; XML-RPC libraries then "
    "report a transport error and never read the fault.",
)
def status_200(t: Trial) -> None:
    for reply in (t.call(UNKNOWN_METHOD), t.ping(t.source("<p>no link</p>"))):
        found = reply.departures("XR-R1")
        understood = reply.understood
        t.check(
            understood and not found,
            "HTTP 200",
            "; ".join(found) or reply.describe(),
            about=reply.exchange,
        )


@case(
    "pingback.server.content-type",
    "Answers are text/xml",
    clauses="XR-R2",
    level=MUST,
    writes=True,
    why="Serendipity sends text/html; strict clients refuse it, and a browser would render it.",
)
def content_type(t: Trial) -> None:
    for what, reply in _both(t):
        response = t.answered(reply.exchange)
        understood = reply.understood
        t.check(
            understood
            and response.media_type == "text/xml"
            and len(response.all("Content-Type")) == 1,
            f"{what} with Content-Type: text/xml",
            f"Content-Type: {response.all('Content-Type')}" if understood else reply.describe(),
            about=reply.exchange,
        )


@case(
    "pingback.server.content-length",
    "Answers say their length, and it is right",
    clauses="XR-R2",
    level=MUST,
    writes=True,
    why="The text asks for it; the library that WordPress uses leaves it to the web server.",
)
def content_length(t: Trial) -> None:
    for what, reply in _both(t):
        response = t.answered(reply.exchange)
        found = [text for text in reply.departures("XR-R2") if "Content-Length" in text]
        understood = reply.understood
        t.check(
            understood and not found,
            f"{what} with the Content-Length of its body",
            "; ".join(found)
            or (
                f"Content-Length: {response.header('Content-Length')}"
                if understood
                else reply.describe()
            ),
        )


@case(
    "pingback.server.answer-encoding",
    "The bytes of an answer are in the encoding that it declares",
    clauses="XR-R8 XR-T5",
    level=MUST,
    basis=IMPLIED,
    why="An answer that repeats an address with letters outside ASCII is where encodings differ.",
)
def answer_encoding(t: Trial) -> None:
    reply = t.call(UNKNOWN_METHOD, "gr\u00fc\u00dfe \u65e5\u672c \U0001f517")
    response = t.answered(reply.exchange)
    t.readable(reply)
    if reply.understood and response.charset:
        fits = charsets.fits(response.body, response.charset)
        t.check(fits, f"bytes that are {response.charset}", "other bytes")


@case(
    "pingback.server.answer-escaped",
    "What an answer repeats of the request is escaped",
    clauses="XR-T5",
    level=MUST,
    basis=IMPLIED,
    why="Servers that paste the source's address into their answer send broken XML for every "
    "address with an ampersand, as Serendipity does in its calls.",
)
def answer_escaped(t: Trial) -> None:
    hostile = t.source("<p>no link</p>").url + "?a=1&b=<x>&c=]]>\"'"
    for reply in (t.ping(hostile), t.ping(t.source(), hostile), t.call("no.such/<&]]>", hostile)):
        t.readable(reply)


@case(
    "pingback.server.known-codes",
    "Every failure has a code that has a meaning",
    clauses="PB-4-2 PB-3-5 FC-1 FC-3",
    level=MUST,
    why="PEAR's 18, 201 and 300, Dotclear's 400 and WordPress' 409 and 429 are their own.",
)
def known_codes(t: Trial) -> None:
    tried = {
        "a source without the link": t.ping(t.source("<p>no link</p>")),
        "a source that does not exist": t.ping(t.source(status=404)),
        "a target that does not exist": t.ping(t.source(), t.target.missing),
        "a source that is no address": t.ping("no address"),
        "an unknown method": t.call(UNKNOWN_METHOD),
    }
    for what, reply in tried.items():
        # The codes of pingback are for pings; what a server says of another method is its own.
        level = SHOULD if what == "an unknown method" else MUST
        if reply.outcome is Outcome.ACCEPTED:
            t.check(True, f"{what}: a string or a fault", reply.describe(), about=reply.exchange)
            continue
        code = reply.code
        t.check(
            reply.outcome is Outcome.REFUSED and code in xmlrpc.KNOWN_CODES,
            f"{what}: a fault with a code of the specification, 0 or an interoperable one",
            reply.describe(),
            level=level,
            about=reply.exchange,
        )


@case(
    "pingback.server.fault-says-why",
    "A fault says in words what is wrong",
    clauses="PB-3-5",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    why="WordPress empties the text of its faults, and 'why did it fail?' is what senders ask "
    "most.",
)
def fault_says_why(t: Trial) -> None:
    reply = t.ping(t.source(), t.target.missing)
    if reply.outcome is Outcome.ACCEPTED:
        t.not_applicable("a ping for a page that does not exist is not refused")
    t.check(
        reply.outcome is Outcome.REFUSED and bool((reply.message or "").strip()),
        "a faultString with words in it",
        reply.describe(),
    )
