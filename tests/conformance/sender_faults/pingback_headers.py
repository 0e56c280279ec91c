"""Senders that read the headers of a page wrongly, each in one way."""

import re

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_sender import ReferenceSender


class ReadsNoHeader(ReferenceSender):
    """Overlooks the header of pages whose address holds a word."""

    word = ""

    def from_headers(self, page):
        return "" if self.word in page.url else super().from_headers(page)


@sender_breaks("pingback.sender.header")
class OverlooksHeaders(ReadsNoHeader):
    word = "/pingback.sender.header/"


@sender_breaks("pingback.sender.header-image")
class LeavesImagesAlone(ReadsNoHeader):
    word = "/pingback.sender.header-image/"


@sender_breaks("pingback.sender.header-case")
class LooksForLargeLetters(ReferenceSender):
    def from_headers(self, page):
        return next((value.strip() for key, value in page.headers if key == "X-Pingback"), "")


@sender_breaks("pingback.sender.header-space")
class KeepsSpace(ReferenceSender):
    def usable(self, url):
        return url + "%20" if "header-space" in url else super().usable(url)


@sender_breaks("pingback.sender.header-over-link", "pingback.sender.body-*")
class PrefersTheLink(ReferenceSender):
    def find_pingback(self, page):
        return self.usable(self.from_body(page) or self.from_headers(page))


@sender_breaks("pingback.sender.header-first")
class TakesTheLastHeader(ReferenceSender):
    def from_headers(self, page):
        return next(reversed(page.all("X-Pingback")), "")


@sender_breaks("pingback.sender.header-raw")
class ExpandsHeaders(ReferenceSender):
    def from_headers(self, page):
        return self.expand(super().from_headers(page))


@sender_breaks("pingback.sender.header-query")
class LosesTheQuery(ReferenceSender):
    def usable(self, url):
        found = super().usable(url)
        return found.partition("?")[0] if "/pingback.sender.header-query/" in found else found


class AsksByHead(ReferenceSender):
    """Reads headers in answer to HEAD only, for pages whose address holds a word."""

    word = ""

    def from_headers(self, page):
        if self.word not in page.url:
            return super().from_headers(page)
        until = self.clock() + self.deadline
        return super().from_headers(self.ask("HEAD", page.url, [], b"", until))


@sender_breaks("pingback.sender.header-without-head")
class NeedsHead(AsksByHead):
    word = "/pingback.sender.header-without-head/"


@sender_breaks("pingback.sender.header-only-on-get")
class TrustsHead(AsksByHead):
    word = "/pingback.sender.header-only-on-get/"


@sender_breaks("pingback.sender.header-relative")
class ResolvesAgainstTheSite(ReferenceSender):
    def usable(self, url):
        return super().usable(url) or (url and f"{self.site}/{url}")

    def get(self, url):
        answer = super().get(url)
        self.site = re.match("http://[^/]*", answer.url)[0]
        return answer


@sender_breaks("pingback.sender.http-link")
class ReadsLinkHeaders(ReferenceSender):
    def from_headers(self, page):
        found = re.search('<([^>]*)>; rel="?pingback', ",".join(page.all("Link")))
        return super().from_headers(page) or (found[1] if found else "")
