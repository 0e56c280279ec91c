"""Senders that are more lenient than the pattern of the specification, each in one way."""

import html
import re

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_sender import ReferenceSender


class FindsBesides(ReferenceSender):
    """Finds what its own pattern finds, where that of the specification finds nothing."""

    pattern = b""

    def from_body(self, page):
        strict = super().from_body(page)
        found = None if strict else re.search(self.pattern, page.body)
        return html.unescape(found[1].decode()) if found else strict


@sender_breaks("pingback.sender.strict-single-quotes")
class TakesSingleQuotes(FindsBesides):
    pattern = rb"<link rel='pingback' href='([^']+)'>"


@sender_breaks("pingback.sender.strict-unquoted")
class TakesNoQuotes(FindsBesides):
    pattern = rb"<link rel=pingback href=([^ >]+)>"


@sender_breaks("pingback.sender.strict-href-first")
class TakesAnyOrder(FindsBesides):
    pattern = rb'<link href="(http[^"]+)" rel="pingback">'


@sender_breaks("pingback.sender.strict-next-href")
class TakesTheNextAddress(FindsBesides):
    pattern = rb'(?s)rel="pingback">\s*<link [^>]*href="([^"]+)'


@sender_breaks("pingback.sender.strict-attribute-between")
class SkipsAttributes(FindsBesides):
    pattern = rb'<link rel="pingback" type="[^"]*" href="([^"]+)">'


@sender_breaks("pingback.sender.strict-attribute-after")
class StopsAtTheQuote(FindsBesides):
    pattern = rb'<link rel="pingback" href="([^"]+)" title'


@sender_breaks("pingback.sender.strict-upper-case")
class TakesCapitals(FindsBesides):
    pattern = rb'<LINK REL="pingback" HREF="([^"]+)">'


@sender_breaks("pingback.sender.strict-line-break")
class TakesLineBreaks(FindsBesides):
    pattern = rb'<link rel="pingback"\n\s*href="([^"]+)">'


@sender_breaks("pingback.sender.strict-two-spaces")
class TakesManySpaces(FindsBesides):
    pattern = rb'<link rel="pingback" {2,}href="([^"]+)">'


@sender_breaks("pingback.sender.strict-several-kinds")
class ReadsLists(FindsBesides):
    pattern = rb'<link rel="pingback [^"]+" href="([^"]+)">'


@sender_breaks("pingback.sender.strict-other-kind")
class LooksForTheWord(FindsBesides):
    pattern = rb'<link rel="[^"]*-pingback" href="([^"]+)">'


@sender_breaks("pingback.sender.strict-anchor")
class TakesAnchors(FindsBesides):
    pattern = rb'<a rel="pingback" href="([^"]+)">'


@sender_breaks("pingback.sender.strict-meta")
class TakesMeta(FindsBesides):
    pattern = rb'<meta http-equiv="X-Pingback" content="([^"]+)">'


@sender_breaks("pingback.sender.strict-escaped")
class ExpandsFirst(FindsBesides):
    pattern = rb'&lt;link rel="pingback" href="([^"]+)"&gt;'


@sender_breaks("pingback.sender.strict-empty")
class ResolvesNothing(ReferenceSender):
    def from_body(self, page):
        if b'<link rel="pingback" href="">' in page.body:
            return page.url
        return super().from_body(page)


@sender_breaks("pingback.sender.strict-webmention")
class CallsWebmentionReceivers(FindsBesides):
    pattern = rb'<link rel="webmention" href="([^"]+)">'


@sender_breaks("pingback.sender.strict-nothing")
class Guesses(ReferenceSender):
    def find_pingback(self, page):
        if "/pingback.sender.strict-nothing/" in page.url:
            return re.match("http://[^/]*/", page.url)[0] + "xmlrpc.php"
        return super().find_pingback(page)
