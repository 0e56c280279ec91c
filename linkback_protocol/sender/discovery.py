"""What a page advertises: where pings for it go, how that was found, and what is wrong with it.

For pingback the specification has an algorithm, headers first and then one exact pattern, and
recommends not to be more lenient (PB-2.3-8): what only a reader of HTML sees is told, and used
where the caller asks for it. For trackback the RDF whose identifier is the page comes first
(TB-22), then ``rel="trackback"``, which no specification has and many themes do (TB-24).
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from linkback_protocol import url as urls
from linkback_protocol.linkback import Protocol
from linkback_protocol.page import Page, readable
from linkback_protocol.page.decoding import decode
from linkback_protocol.wire import pingback, rdf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkback_protocol.fetch import Response
    from linkback_protocol.url import URL

ORDER = (Protocol.PINGBACK, Protocol.TRACKBACK)
"""Which protocol is used where a page offers both: one notification for a link is enough, and
pingback is the one whose receivers look at the source."""

_JOINED = re.compile(r"\s*,\s*(?=https?://)")
_MANY = 20
"""Descriptions that are looked at for violations."""


class Found(enum.StrEnum):
    """How an endpoint was found."""

    HEADER = "X-Pingback header"
    LINK = "link element"
    LENIENT = "link element that only readers of HTML see"
    RDF = "RDF block"
    REL = "rel=trackback"
    GIVEN = "given by the caller"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where pings for a page go; `url` is absolute and one that may be fetched."""

    protocol: Protocol
    url: URL
    found: Found


class Discovery:
    """What the answer to a GET of a page advertises.

    :param response: the answer; its body may be left out where the headers are enough.
    :param asked: the page as it was linked to, which redirects may have led away from.
    """

    def __init__(self, response: Response, *, asked: URL) -> None:
        self.response = response
        self.asked = asked

    def first(self, order: Sequence[Protocol] = ORDER, *, lenient: bool = False) -> Endpoint | None:
        """Return the endpoint to use: that of the first protocol of `order` that has one."""
        for protocol in order:
            found = (
                self.pingback(lenient=lenient)
                if protocol is Protocol.PINGBACK
                else self.trackback()
            )
            if found is not None:
                return found
        return None

    def pingback(self, *, lenient: bool = False) -> Endpoint | None:
        """Return the endpoint for pingbacks (PB-2.3-2 to PB-2.3-5).

        A header overrules the page (PB-2.1-6), also one that is of no use.

        :param lenient: take an address that is relative too, several in one header, and any
            ``link`` that a reader of HTML finds.
        """
        headers = self.response.values(pingback.HEADER)
        if headers:
            # Two headers arrive as one with a comma, where something on the way joins them.
            value = _JOINED.split(headers[0])[0] if lenient else headers[0]
            address = self._address(value, relative=lenient)
            if address is not None:
                return Endpoint(Protocol.PINGBACK, address, Found.HEADER)
            if not lenient:
                return None
        for href in self._exact:
            address = self._address(href, relative=lenient)
            if address is not None:
                return Endpoint(Protocol.PINGBACK, address, Found.LINK)
            if not lenient:
                return None
        if lenient and self._lenient:
            return Endpoint(Protocol.PINGBACK, self._lenient[0], Found.LENIENT)
        return None

    def trackback(self) -> Endpoint | None:
        """Return the address for trackbacks: that of the matching RDF, else of ``rel``.

        An identifier matches if it names the page as it was linked to, or as redirects led to it,
        in the sense of `linkback_protocol.url.same_resource` (TB-23).
        """
        for description in self._matching:
            address = self._address(description.ping, relative=True)
            if address is not None:
                return Endpoint(Protocol.TRACKBACK, address, Found.RDF)
        for link in self._page.links if self._page else ():
            if "trackback" in link.rel and link.element in ("a", "link"):
                return Endpoint(Protocol.TRACKBACK, link.url, Found.REL)
        return None

    def violations(self) -> list[str]:
        """Return what the page does against the specifications, a sentence each, with the clause.

        The whole page must have been read.
        """
        return [*self._pingback_violations(), *self._trackback_violations()]

    def reason(self) -> str:
        """Return why there is no endpoint, for whoever wonders about it."""
        if self.response.values(pingback.HEADER):
            return f"its X-Pingback header is of no use: {self._said(self._header_values[0])}"
        if self._exact:
            return f"its pingback link is of no use: {self._said(self._exact[0])}"
        if self._lenient:
            return "its pingback link is not written as the specification has it (PB-2.2-2)"
        if self._descriptions:
            return "its trackback RDF is about other pages (TB-22)"
        media_type = self.response.header("Content-Type").partition(";")[0].strip()
        if self._page is None:
            return f"it is {media_type[:60]!r}, without an X-Pingback header"
        part = "what was read of it" if self.response.truncated else "it"
        return f"{part} advertises neither pingback nor trackback"

    @cached_property
    def _text(self) -> str:
        """The page as text, comments and all; empty where it is none."""
        response = self.response
        content_type = response.header("Content-Type")
        if not response.body or not searchable(content_type):
            return ""
        if self._page is not None:
            media_type, label = self._page.media_type, self._page.charset
        else:
            media_type, label = "text/plain", "utf-8"
        return decode(
            response.body, media_type=media_type, label=label, truncated=response.truncated
        )[0]

    @cached_property
    def _page(self) -> Page | None:
        response = self.response
        content_type = response.header("Content-Type")
        if not response.body or not readable(content_type):
            return None
        return Page.parse(
            response.body,
            url=response.url,
            content_type=content_type,
            truncated=response.truncated,
        )

    @cached_property
    def _header_values(self) -> list[str]:
        return self.response.values(pingback.HEADER)

    @cached_property
    def _exact(self) -> list[str]:
        return pingback.exact_links(self._text)

    @cached_property
    def _lenient(self) -> list[URL]:
        links = self._page.links if self._page else ()
        return [
            link.url
            for link in links
            if link.element == "link"
            and "pingback" in link.rel
            # An empty address leads to the page itself.
            and link.url.key != self.response.url.key
        ]

    @cached_property
    def _descriptions(self) -> list[rdf.Description]:
        return list(rdf.descriptions(self._text))

    @property
    def _matching(self) -> Iterator[rdf.Description]:
        names = {self.asked.key, self.response.url.key}
        for description in self._descriptions:
            identifier = urls.resolve(self.response.url, description.identifier)
            if description.identifier and identifier is not None and identifier.key in names:
                yield description

    def _address(self, text: str, *, relative: bool) -> URL | None:
        text = text.strip()
        if not text:
            return None
        if relative:
            return urls.resolve(self.response.url, text)
        try:
            return urls.parse(text)
        except urls.InvalidURL:
            return None

    @staticmethod
    def _said(address: str) -> str:
        try:
            urls.parse(address.strip())
        except urls.InvalidURL as error:
            return f"{address[:200]!a}: {error}"
        return repr(address[:200])

    def _pingback_violations(self) -> Iterator[str]:
        headers = self._header_values
        if len(headers) > 1:
            yield f"{len(headers)} X-Pingback headers; there must not be more than one (PB-2.1-3)"
        if headers and self._address(headers[0], relative=False) is None:
            yield f"the X-Pingback header is no absolute URL (PB-2.1-2): {self._said(headers[0])}"
        for value in self.response.values("Link"):
            if _names_pingback(value):
                yield "a Link header advertises pingback, which must not be (PB-2.1-7)"
                break
        exact = self._exact
        if len(exact) > 1:
            yield f"{len(exact)} pingback links; there must not be more than one (PB-2.2-3)"
        if exact and self._address(exact[0], relative=False) is None:
            yield f"the pingback link has no absolute URL (PB-2.2-5): {self._said(exact[0])}"
        if exact and "&#" in exact[0]:
            yield "the pingback link has entities beside the four (PB-2.2-6)"
        if headers and exact and headers[0].strip() != exact[0]:
            yield "the X-Pingback header and the pingback link differ (PB-2.1-5)"
        if self._lenient and not exact:
            yield (
                "the pingback link is not written exactly as it must be, so that clients which"
                f" follow the specification do not see it (PB-2.2-2): {self._lenient[0]}"
            )
        elif exact and not self._lenient:
            yield (
                "the pingback link stands where readers of HTML see none, such as in a comment"
                " (PB-2.2-4)"
            )

    def _trackback_violations(self) -> Iterator[str]:
        descriptions = self._descriptions
        if any(not each.well_formed for each in descriptions):
            yield "trackback RDF that is not well-formed XML (TB-20)"
        if descriptions and next(self._matching, None) is None:
            yield (
                "trackback RDF, none of it about this page (TB-22): the identifier is"
                f" {descriptions[0].identifier[:200]!a}"
            )
        for description in descriptions[:_MANY]:
            if self._address(description.ping, relative=False) is None:
                yield f"trackback RDF without an absolute ping URL (TB-20): {description.ping!a}"
                break


def searchable(content_type: str) -> bool:
    """Return whether a page of this Content-Type is searched: any text, any XML."""
    media_type = content_type.partition(";")[0].strip().lower()
    return (
        readable(content_type)
        or media_type.startswith("text/")
        or media_type.endswith(("/xml", "+xml"))
    )


def _names_pingback(link_header: str) -> bool:
    """Return whether a ``Link`` header has the relation ``pingback``."""
    for parameter in link_header.lower().split(";")[1:]:
        name, _, value = parameter.partition("=")
        relations = value.partition(",")[0].strip(" \t\"'").split()
        if name.strip() == "rel" and "pingback" in relations:
            return True
    return False
