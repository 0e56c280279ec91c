"""Senders that find ping URLs in another way than the specification has it."""

import html
import re

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_sender import ReferenceSender


class SendsNoTrackbacks(ReferenceSender):
    """Finds nothing on a page whose address holds a word."""

    word = ""

    def find_trackback(self, page, target):
        return "" if self.word in target else super().find_trackback(page, target)


@sender_breaks("trackback.sender.pings")
class SpeaksNoTrackback(SendsNoTrackbacks):
    word = "/trackback."


@sender_breaks("trackback.sender.still-pings")
class TiresOfTrackback(SendsNoTrackbacks):
    word = "/trackback.sender.still-pings/"


@sender_breaks("trackback.sender.rdf-comment", "trackback.sender.*")
class SkipsComments(ReferenceSender):
    def blocks(self, text):
        return super().blocks(re.sub("<!--.*?-->", "", text, flags=re.DOTALL))


@sender_breaks("trackback.sender.rdf-bare", "trackback.sender.xhtml")
class WantsComments(ReferenceSender):
    def blocks(self, text):
        found = re.findall("<!--.*?-->", text, flags=re.DOTALL)
        return [block for each in found for block in super(WantsComments, self).blocks(each)]


class TakesOtherBlocks(ReferenceSender):
    """Takes the blocks that it is told to, on pages whose address holds a word."""

    word = ""

    def matches(self, identifier, page, target):
        return self.word in target or super().matches(identifier, page, target)


@sender_breaks("trackback.sender.rdf-second-in-comment")
class TakesTheFirstOfAComment(TakesOtherBlocks):
    word = "/trackback.sender.rdf-second-in-comment/"


@sender_breaks("trackback.sender.rdf-one-of-several")
class TakesTheFirstOfAll(TakesOtherBlocks):
    word = "/trackback.sender.rdf-one-of-several/"


@sender_breaks("trackback.sender.rdf-of-another-page")
class TakesAny(TakesOtherBlocks):
    word = "/trackback.sender.rdf-of-another-page/"


@sender_breaks("trackback.sender.rdf-longer-identifier")
class LooksForABeginning(ReferenceSender):
    def matches(self, identifier, page, target):
        return identifier.startswith(target) or super().matches(identifier, page, target)


@sender_breaks("trackback.sender.rdf-after-licence")
class ReadsTheFirstBlock(ReferenceSender):
    def blocks(self, text):
        found = super().blocks(text)
        return found[:1] if "creativecommons" in text else found


@sender_breaks("trackback.sender.rdf-escaped")
class ReadsText(ReferenceSender):
    def blocks(self, text):
        return super().blocks(html.unescape(text) if "<pre>" in text else text)


@sender_breaks("trackback.sender.identifier-ampersand")
class ComparesMarkup(ReferenceSender):
    def matches(self, identifier, page, target):
        return super().matches(html.escape(identifier), page, target)


@sender_breaks("trackback.sender.ping-ampersand", "trackback.sender.query")
class AsksWithMarkup(ReferenceSender):
    def described(self, block):
        identifier, ping = super().described(block)
        return identifier, html.escape(ping)


class NeedsText(ReferenceSender):
    """Reads a block only if a pattern is in it."""

    pattern = ""

    def described(self, block):
        known = re.search(self.pattern, block, flags=re.DOTALL)
        return super().described(block) if known else ("", "")


@sender_breaks("trackback.sender.rdf-attribute-order", "trackback.sender.rdf-elements")
class NeedsAnOrder(NeedsText):
    pattern = "identifier=.*ping="


@sender_breaks("trackback.sender.rdf-single-quotes", "trackback.sender.rdf-elements")
class NeedsDoubleQuotes(NeedsText):
    pattern = 'ping="|:resource="'


@sender_breaks("trackback.sender.rdf-line-breaks")
class NeedsSpaces(NeedsText):
    pattern = r"\A[^\t]*\Z"


@sender_breaks("trackback.sender.rdf-title-references")
class FearsReferences(NeedsText):
    pattern = r"\A(?:(?!&#).)*\Z"


@sender_breaks("trackback.sender.rdf-prefixes")
class NeedsItsPrefixes(NeedsText):
    pattern = "<rdf:RDF"


@sender_breaks("trackback.sender.rdf-elements")
class NeedsAttributes(NeedsText):
    pattern = "ping="


@sender_breaks("trackback.sender.rdf-late")
class ReadsTheBeginning(ReferenceSender):
    def blocks(self, text):
        return super().blocks(text[:50_000])


@sender_breaks("trackback.sender.fragment")
class KeepsTheFragment(ReferenceSender):
    def matches(self, identifier, page, target):
        return "#" not in target and super().matches(identifier, page, target)


@sender_breaks("trackback.sender.redirect")
class ForgetsWhereItIs(ReferenceSender):
    def matches(self, identifier, page, target):
        return identifier == target.partition("#")[0]


@sender_breaks("trackback.sender.rel")
class KnowsNoRelation(ReferenceSender):
    def related(self, text):
        return ""


@sender_breaks("trackback.sender.no-guessing")
class Guesses(ReferenceSender):
    def find_trackback(self, page, target):
        found = super().find_trackback(page, target)
        guess = f"{target}/trackback/" if "/trackback.sender.no-guessing/" in target else ""
        return found or guess


@sender_breaks("trackback.sender.one-notification")
class SendsBoth(ReferenceSender):
    def deliver(self, source, target):
        super().deliver(source, target)
        page = self.get(target)
        if self.find_pingback(page) and (address := self.find_trackback(page, target)):
            self.send_trackback(address, source)


@sender_breaks("trackback.sender.xhtml")
class ReadsHtmlOnly(ReferenceSender):
    def find_trackback(self, page, target):
        is_html = "text/html" in ",".join(page.all("Content-Type"))
        return super().find_trackback(page, target) if is_html else ""
