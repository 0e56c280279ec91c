"""Senders that look for the link of a page by another pattern than that of the specification."""

import html
import re

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_sender import ReferenceSender


@sender_breaks("pingback.sender.link")
class ReadsNoBody(ReferenceSender):
    def from_body(self, page):
        return "" if "/pingback.sender.link/" in page.url else super().from_body(page)


class InsistsOn(ReferenceSender):
    """Finds only what its own pattern finds."""

    pattern = b""

    def from_body(self, page):
        found = re.search(self.pattern, page.body)
        return self.expand(found[1].decode()) if found else ""


@sender_breaks("pingback.sender.link-xhtml", "pingback.sender.page-xhtml")
class KnowsNoSpaceBeforeTheSlash(InsistsOn):
    pattern = rb'<link rel="pingback" href="([^"]+)"(?:/| )?>'


@sender_breaks("pingback.sender.link-slash")
class NeedsASpaceBeforeTheSlash(InsistsOn):
    pattern = rb'<link rel="pingback" href="([^"]+)" ?(?: /| |)>'


@sender_breaks("pingback.sender.link-space")
class NeedsASlashAfterTheSpace(InsistsOn):
    pattern = rb'<link rel="pingback" href="([^"]+)"(?: /|/|)>'


@sender_breaks("pingback.sender.link-first")
class TakesTheLastLink(ReferenceSender):
    def from_body(self, page):
        if "/pingback.sender.link-first/" not in page.url:
            return super().from_body(page)
        found = re.findall(rb'<link rel="pingback" href="([^"]+)" ?/?>', page.body)
        return found[-1].decode() if found else ""


@sender_breaks("pingback.sender.link-one-line")
class IsGreedy(InsistsOn):
    pattern = rb'<link rel="pingback" href="([^<]+|.+)" ?/?>'

    def from_body(self, page):
        if "link-one-line" not in page.url:
            return ReferenceSender.from_body(self, page)
        return re.search(rb'<link rel="pingback" href="(.+)"', page.body)[1].decode()


class ParsesHtml(ReferenceSender):
    """Reads the link as a browser would, for pages whose address holds a word."""

    word = ""
    pattern = rb"<link\s[^>]*rel=['\"]?pingback['\"]?[^>]*>"

    def from_body(self, page):
        if self.word not in page.url:
            return super().from_body(page)
        visible = re.sub(rb"(?s)<!--.*?-->", b"", page.body)
        found = re.search(self.pattern, visible)
        address = re.search(rb"href=['\"]?([^'\" >]+)", found[0]) if found else None
        return html.unescape(address[1].decode()) if address else ""


@sender_breaks("pingback.sender.link-among-lookalikes")
class TakesLookalikes(ParsesHtml):
    word = "/pingback.sender.link-among-lookalikes/"


@sender_breaks("pingback.sender.link-comment")
class SkipsComments(ParsesHtml):
    word = "/pingback.sender.link-comment/"


@sender_breaks("pingback.sender.link-ampersand")
class ExpandsNoAmpersand(ReferenceSender):
    def expand(self, text):
        return text if "link-ampersand" in text else super().expand(text)


@sender_breaks("pingback.sender.link-entities")
class ExpandsTheAmpersandOnly(ReferenceSender):
    def expand(self, text):
        return text.replace("&amp;", "&")


@sender_breaks("pingback.sender.link-entities-once")
class ExpandsAgain(ReferenceSender):
    def expand(self, text):
        return super().expand(super().expand(text))


@sender_breaks("pingback.sender.link-other-entities")
class KnowsAllEntities(ReferenceSender):
    def expand(self, text):
        return html.unescape(text) if "link-other-entities" in text else super().expand(text)


@sender_breaks("pingback.sender.link-escapes")
class EscapesEscapes(ReferenceSender):
    def expand(self, text):
        return super().expand(text).replace("%", "%25")


class ReadsLittle(ReferenceSender):
    """Reads the beginning of pages whose address holds a word."""

    word = ""
    most = 0

    def from_body(self, page):
        if self.word not in page.url:
            return super().from_body(page)
        found = re.search(rb'<link rel="pingback" href="([^"]+)"', page.body[: self.most])
        return found[1].decode() if found else ""


@sender_breaks("pingback.sender.link-within-4-kb")
class ReadsOneKilobyte(ReadsLittle):
    word = "/pingback.sender.link-within-4-kb/"
    most = 1000


@sender_breaks("pingback.sender.link-after-100-kb")
class ReadsAHundredKilobytes(ReadsLittle):
    word = "/pingback.sender.link-after-100-kb/"
    most = 99_000


@sender_breaks("pingback.sender.link-other-encoding")
class ReadsOnlyUtf8(ReferenceSender):
    def from_body(self, page):
        try:
            page.body.decode()
        except UnicodeDecodeError as error:
            raise FetchError("not in UTF-8") from error
        return super().from_body(page)
