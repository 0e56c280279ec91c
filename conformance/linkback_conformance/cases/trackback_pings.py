"""What the cases of trackback share: pings, refusals, and where what was kept can be read."""

from __future__ import annotations

import secrets
import zlib
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from linkback_conformance.markup import unescape
from linkback_conformance.page import text_of
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from linkback_conformance.trackback import TrackbackReply
    from linkback_conformance.trial import Source, Trial

    Fields = list[tuple[str, str | bytes]]

NEEDS: Final = "trackback.server.accepts trackback.server.url-missing"
"""A good ping was taken and one that is none was not: from then on an answer means something."""

WITHOUT_URL: Final[Fields] = [("title", "No address"), ("excerpt", "Words."), ("blog_name", "Blog")]


def fields_of(source: Source | str, **texts: str | bytes) -> Fields:
    """Return the four fields of a good ping; texts replace those of the same name."""
    url = source if isinstance(source, str) else source.url
    # Equal words from two addresses are a duplicate to WordPress.
    token = secrets.token_hex(4) if isinstance(source, str) else source.token
    usual: dict[str, str | bytes] = {
        "url": url,
        "title": f"A title {token}" if isinstance(source, str) else token,
        "excerpt": f"A few words about a good post, {token}.",
        "blog_name": "The suite's blog",
    }
    return list((usual | texts).items())


def without(fields: Fields, *names: str) -> Fields:
    """Return the fields but for those of these names."""
    return [field for field in fields if field[0] not in names]


def word(t: Trial) -> str:
    """Return a short word that occurs nowhere else, for fields that are cropped."""
    return f"w{zlib.crc32(t.token().encode()):08x}"


def with_query(url: str, query: str) -> str:
    """Return a ping URL, which can have a query already, with more of it."""
    return f"{url}{'&' if '?' in url else '?'}{query}"


def still_taken(t: Trial) -> None:
    """Send a good ping beside others: silence and error pages alone would prove nothing."""
    source = t.source()
    t.accepts(t.trackback(fields_of(source)), source, "a good ping beside it")


def turned_away(t: Trial, reply: TrackbackReply, what: str, statuses: Iterable[int]) -> None:
    """Check that something was not taken: by a document that says so, or by HTTP."""
    response = reply.exchange.response
    status = response is not None and response.status in statuses
    t.check(
        reply.outcome is Outcome.REFUSED or (status and reply.outcome is not Outcome.ACCEPTED),
        f"{what} is not taken: an error document, or an HTTP status that says so",
        reply.describe(),
    )


def refusal(t: Trial) -> TrackbackReply:
    """Provoke a refusal that says so; the case ends where there is none to be had."""
    good = fields_of(t.source())
    closed = t.target.closed_trackback
    attempts: list[Callable[[], TrackbackReply]] = [
        lambda: t.trackback(WITHOUT_URL),
        lambda: t.trackback([]),
        lambda: t.trackback(good),
        lambda: t.trackback(good),
    ]
    if closed:
        attempts.append(lambda: t.trackback(good, to=closed))
    for attempt in attempts:
        reply = attempt()
        if reply.outcome is Outcome.REFUSED:
            return reply
    return t.inconclusive(
        "neither a ping without url, nor one that comes twice, nor one for a closed page was "
        "refused by a document: give --closed-target if it was not"
    )


def parsed(reply: TrackbackReply) -> Element | None:
    """Return the root of an answer, or ``None`` where it is not well-formed."""
    if reply.exchange.response is None:
        return None
    try:
        root: Element = fromstring(reply.exchange.response.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root


def kept(t: Trial, source: Source) -> str | None:
    """Return the owner's view, or else the page if it shows the source, without escapes.

    ``None`` where neither tells what became of the fields.
    """
    if t.target.observe:
        t.shown(source)
        return t.owner_view()
    page = unescape(text_of(t.get(t.target.page)))
    return page if source.url in page else None
