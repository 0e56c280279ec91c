"""What a trackback receiver answers: the document of a success, and that of a failure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkback_conformance import charsets
from linkback_conformance.case import IMPLIED, MUST, PRACTICE, ROBUSTNESS, SHOULD, case
from linkback_conformance.cases.trackback_pings import (
    NEEDS,
    WITHOUT_URL,
    fields_of,
    parsed,
    refusal,
)
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from linkback_conformance.trackback import TrackbackReply
    from linkback_conformance.trial import Trial


def _success(t: Trial) -> TrackbackReply:
    source = t.source()
    reply = t.trackback(fields_of(source))
    t.accepts(reply, source, "a good ping")
    return reply


def _both(t: Trial) -> list[tuple[str, TrackbackReply]]:
    """Return a success and a failure to look at."""
    return [("a success", _success(t)), ("a failure", refusal(t))]


@case(
    "trackback.server.url-missing",
    "A ping without url is not taken",
    clauses="TB-6 TB-5",
    level=MUST,
    needs="trackback.server.accepts",
    writes=True,
    why="Whoever says yes to this says yes to everything, and no other answer means anything.",
)
def url_missing(t: Trial) -> None:
    _success(t)
    reply = t.trackback(WITHOUT_URL)
    t.answered(reply.exchange)
    t.check(reply.outcome is not Outcome.ACCEPTED, "no success without url", reply.describe())


@case(
    "trackback.server.url-missing-error",
    "A ping without url gets an error document",
    clauses="TB-6 TB-10",
    level=MUST,
    needs=NEEDS,
    why="WordPress sends an empty page, which is neither a success nor an error.",
)
def url_missing_error(t: Trial) -> None:
    reply = t.trackback(WITHOUT_URL)
    t.check(reply.outcome is Outcome.REFUSED, "an error document", reply.describe())


@case(
    "trackback.server.success-well-formed",
    "A success is a well-formed XML document",
    clauses="TB-9",
    level=MUST,
    needs=NEEDS,
    writes=True,
    why="A blank line before the declaration is enough to break it, and senders that parse take "
    "the ping for lost.",
)
def success_well_formed(t: Trial) -> None:
    reply = _success(t)
    broken = "; ".join(reply.departures("TB-9"))
    t.check(parsed(reply) is not None, "well-formed XML", broken or reply.describe())


@case(
    "trackback.server.success-root",
    "The root of a success is response",
    clauses="TB-9",
    level=MUST,
    needs=f"{NEEDS} trackback.server.success-well-formed",
    writes=True,
    why="Senders look for `/response/error`.",
)
def success_root(t: Trial) -> None:
    root = parsed(_success(t))
    t.check(
        root is not None and root.tag == "response",
        "the root element is <response>",
        f"it is <{'none' if root is None else root.tag}>",
    )


@case(
    "trackback.server.success-error",
    "A success holds one error element, which is 0",
    clauses="TB-9 TB-12",
    level=MUST,
    needs=f"{NEEDS} trackback.server.success-well-formed",
    writes=True,
    why="Typecho calls the element `success`, and Roller sends none for what it takes for spam.",
)
def success_error(t: Trial) -> None:
    _one_error(t, _success(t), "0")


def _one_error(t: Trial, reply: TrackbackReply, value: str) -> None:
    root = parsed(reply)
    found = [] if root is None else [(each.text or "").strip() for each in root.iter("error")]
    t.check(found == [value], f"one <error>, which is {value}", f"{found}")
    within = [each for each in reply.departures("TB-9", "TB-10") if each.startswith("<")]
    t.check(not within, "nothing beside the elements of the text", "; ".join(within))


@case(
    "trackback.server.failure-well-formed",
    "A failure is a well-formed XML document",
    clauses="TB-10",
    level=MUST,
    needs=NEEDS,
    why="WordPress' flood rule answers XML of another kind, others a page for people.",
)
def failure_well_formed(t: Trial) -> None:
    reply = refusal(t)
    broken = "; ".join(reply.departures("TB-10"))
    t.check(parsed(reply) is not None, "well-formed XML", broken or reply.describe())


@case(
    "trackback.server.failure-root",
    "The root of a failure is response",
    clauses="TB-10",
    level=MUST,
    needs=f"{NEEDS} trackback.server.failure-well-formed",
    why="Senders look for `/response/error`.",
)
def failure_root(t: Trial) -> None:
    root = parsed(refusal(t))
    t.check(
        root is not None and root.tag == "response",
        "the root element is <response>",
        f"it is <{'none' if root is None else root.tag}>",
    )


@case(
    "trackback.server.failure-error",
    "A failure holds one error element, which is 1",
    clauses="TB-10 TB-12",
    level=MUST,
    needs=f"{NEEDS} trackback.server.failure-well-formed",
    why="No other number has a meaning, and Movable Type can send 0 for a ping that a filter "
    "refused.",
)
def failure_error(t: Trial) -> None:
    _one_error(t, refusal(t), "1")


@case(
    "trackback.server.failure-message",
    "A failure says why",
    clauses="TB-10",
    level=MUST,
    needs=f"{NEEDS} trackback.server.failure-well-formed",
    why="Movable Type takes an error without a message for a success.",
)
def failure_message(t: Trial) -> None:
    reply = refusal(t)
    t.check(bool((reply.message or "").strip()), "a <message> with text", reply.describe())


@case(
    "trackback.server.failure-escaped",
    "What an answer repeats of a ping is escaped",
    clauses="TB-10",
    level=MUST,
    needs=f"{NEEDS} trackback.server.failure-well-formed",
    why="Dotclear, Roller and Geeklog put a sender's ampersand into XML as it comes.",
)
def failure_escaped(t: Trial) -> None:
    hostile = "<x>&]]> &nbsp; <![CDATA[ -->"
    replies = [
        t.trackback([("title", hostile), ("excerpt", hostile), ("blog_name", hostile)]),
        t.trackback(fields_of(f"http://blog.test/{hostile}", title=hostile)),
        t.trackback(fields_of(hostile)),
        t.trackback([(hostile, hostile)]),
    ]
    seen = [reply for reply in replies if reply.understood]
    if not seen:
        t.inconclusive("none of the pings with markup in them got an answer document")
    for reply in seen:
        broken = "; ".join(reply.departures("TB-9", "TB-10"))
        t.check(parsed(reply) is not None, "well-formed XML", broken or reply.describe())


@case(
    "trackback.server.encoding-declared",
    "Answers declare UTF-8",
    clauses="TB-9 TB-10",
    level=MUST,
    needs=NEEDS,
    writes=True,
    why="Serendipity, Geeklog and PEAR declare iso-8859-1, as the first version of the "
    "specification did.",
)
def encoding_declared(t: Trial) -> None:
    for what, reply in _both(t):
        declared = _declared(t.answered(reply.exchange).body)
        t.check(
            (declared or "utf-8").lower() == "utf-8",
            f"{what} that declares no encoding but UTF-8",
            f"it declares {declared}",
        )
        t.check(bool(declared), f"{what} with a declaration", "there is none", level=SHOULD)


def _declared(body: bytes) -> str:
    found = re.match(rb"""\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)""", body)
    return found[1].decode() if found else ""


@case(
    "trackback.server.encoding-fits",
    "The bytes of an answer are in the encoding that it names",
    clauses="TB-9 TB-10",
    level=MUST,
    basis=IMPLIED,
    needs=NEEDS,
    writes=True,
    why="Serendipity sends a header that says UTF-8 and a declaration that says otherwise.",
)
def encoding_fits(t: Trial) -> None:
    letters = "Gr\u00fc\u00dfe \u65e5\u672c"
    replies = _both(t)
    repeating = t.trackback([("title", letters), ("excerpt", letters)])
    if repeating.outcome is Outcome.REFUSED:
        replies.append(("a failure of a ping with letters", repeating))
    for what, reply in replies:
        response = t.answered(reply.exchange)
        names = {_declared(response.body), response.charset or ""} - {""} or {"utf-8"}
        named = " and ".join(sorted(names))
        t.check(
            reply.understood and all(charsets.fits(response.body, name) for name in names),
            f"{what} that can be read as {named}",
            reply.describe(),
        )
        t.check(
            len({charsets.codec(name) or name for name in names}) == 1,
            f"{what} that names one encoding",
            f"it names {named}",
        )


@case(
    "trackback.server.content-type",
    "Answers are sent as XML",
    clauses="TB-9 TB-10",
    level=SHOULD,
    basis=IMPLIED,
    needs=NEEDS,
    writes=True,
    why="A message that repeats a sender's text is a page with a script in it, if it is sent as "
    "text/html.",
)
def content_type(t: Trial) -> None:
    for what, reply in _both(t):
        media = t.answered(reply.exchange).media_type
        t.check(
            media in {"text/xml", "application/xml"} or media.endswith("+xml"),
            f"{what} of an XML type",
            media or "no Content-Type",
        )


@case(
    "trackback.server.content-length",
    "An answer is as long as it says",
    clauses="TB-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Senders wait for what never comes, or read half a document: lengths are in bytes, and "
    "some programs count characters.",
)
def content_length(t: Trial) -> None:
    for what, reply in _both(t):
        response = t.answered(reply.exchange)
        t.check(
            response.complete and not response.surplus,
            f"{what} as long as announced",
            f"Content-Length: {response.header('Content-Length')}, and {len(response.body)} bytes"
            + (f", with {response.surplus} more behind them" if response.surplus else ""),
        )


@case(
    "trackback.server.success-status",
    "A success comes with a status of success",
    clauses="TB-11",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="WordPress can answer 404 with error 0, and Movable Type 403: senders that look at the "
    "status send again.",
)
def success_status(t: Trial) -> None:
    status = t.answered(_success(t).exchange).status
    t.check(200 <= status < 300, "a status of 2xx", f"HTTP {status}")


@case(
    "trackback.server.failure-status",
    "A failure comes with a status of success, or one that blames the ping",
    clauses="TB-11",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="The text leaves the status open; what looks like a broken server is sent again and again.",
)
def failure_status(t: Trial) -> None:
    status = t.answered(refusal(t).exchange).status
    t.check(200 <= status < 300 or 400 <= status < 500, "a status of 2xx or 4xx", f"HTTP {status}")
