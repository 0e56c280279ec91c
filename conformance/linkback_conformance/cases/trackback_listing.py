"""The list of pings that older versions of trackback gave; nobody has to offer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_conformance.case import MAY, PRACTICE, SECURITY, SHOULD, case
from linkback_conformance.cases.trackback_pings import NEEDS, fields_of, parsed, with_query
from linkback_conformance.markup import unescape
from linkback_conformance.page import text_of
from linkback_conformance.trackback import TrackbackReply, read_reply

if TYPE_CHECKING:
    from linkback_conformance.trial import Trial


def _listing(t: Trial) -> TrackbackReply:
    return read_reply(t.request("GET", with_query(t.ping_url, "__mode=rss")))


@case(
    "trackback.server.listing",
    "The ping URL gives a list of pings",
    clauses="TB-33 TB-34",
    level=MAY,
    needs=NEEDS,
    why="Version 1.1 had it and 1.2 has not; Movable Type serves it still.",
)
def listing(t: Trial) -> None:
    reply = _listing(t)
    response = t.answered(reply.exchange)
    t.check(
        200 <= response.status < 300 and b"<rss" in response.body,
        "RSS for __mode=rss",
        reply.describe(),
    )


@case(
    "trackback.server.listing-form",
    "The list is RSS inside an answer with error 0",
    clauses="TB-33",
    level=SHOULD,
    needs=f"{NEEDS} trackback.server.listing",
    why="Movable Type does not escape the title of the post, so that an ampersand breaks the list.",
)
def listing_form(t: Trial) -> None:
    reply = _listing(t)
    root = parsed(reply)
    t.check(root is not None, "well-formed XML", "; ".join(reply.departures("TB-9")))
    if root is None:
        return
    error = root.findtext("error")
    t.check(root.tag == "response" and error == "0", "a response with error 0", reply.describe())
    channel = root.find("rss/channel")
    names = [] if channel is None else [child.tag for child in channel]
    missing = [name for name in ("title", "link", "description") if name not in names]
    t.check(not missing, "a channel with title, link and description", f"without {missing}")


@case(
    "trackback.server.listing-published",
    "The list holds nothing that the page does not show",
    clauses="TB-34",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=f"{NEEDS} trackback.server.listing",
    writes=True,
    why="Spammers looked there whether they had got through.",
)
def listing_published(t: Trial) -> None:
    source = t.source()
    t.accepts(t.trackback(fields_of(source)), source, "a good ping")
    reply = _listing(t)
    response = t.answered(reply.exchange)
    t.check(b"<rss" in response.body, "a list", reply.describe())
    listed = source.url in unescape(text_of(response))
    shown = source.url in unescape(text_of(t.get(t.target.page)))
    t.check(
        shown or not listed, "no list of what is held back", "it is listed, and not on the page"
    )
