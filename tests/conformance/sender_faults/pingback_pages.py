"""Senders that get a page wrongly, each in one way."""

from urllib.parse import urlsplit

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_sender import Answer, ReferenceSender

CHAINS = ("pingback.sender.redirect-chain",)
FOUND = (
    "pingback.sender.redirect-relative",
    "pingback.sender.redirect-loop",
    "pingback.sender.redirect-parameter",
    "pingback.sender.security-*",
)


@sender_breaks("pingback.sender.redirect-301", *CHAINS)
class KnowsNo301(ReferenceSender):
    redirect_statuses = (302, 303, 307, 308)


@sender_breaks("pingback.sender.redirect-302", *FOUND)
class KnowsNo302(ReferenceSender):
    redirect_statuses = (301, 303, 307, 308)


@sender_breaks("pingback.sender.redirect-307")
class KnowsNo307(ReferenceSender):
    redirect_statuses = (301, 302, 303, 308)


@sender_breaks("pingback.sender.redirect-308")
class KnowsNo308(ReferenceSender):
    redirect_statuses = (301, 302, 303, 307)


@sender_breaks("pingback.sender.redirect-relative")
class FollowsAbsoluteAddressesOnly(ReferenceSender):
    def follow(self, url, location):
        if "://" not in location and "/pingback.sender.redirect-relative/" in url:
            raise FetchError("no address")
        return super().follow(url, location)


@sender_breaks("pingback.sender.redirect-chain", "pingback.sender.security-*")
class FollowsOnce(ReferenceSender):
    max_redirects = 1


@sender_breaks("pingback.sender.redirect-loop")
class FollowsForEver(ReferenceSender):
    def get(self, url):
        if "/pingback.sender.redirect-loop/page-1" not in url:
            return super().get(url)
        for _ in range(200):
            self.ask("GET", url, [], b"", self.clock() + self.deadline)
        raise FetchError("tired")


class RemembersWhereItWent(ReferenceSender):
    """Names the address of the page that it ended up with, and not that of the link."""

    def deliver(self, source, target):
        page = self.get(target)
        super().deliver(source, page.url)


@sender_breaks("pingback.sender.redirect-parameter")
class NamesTheFinalAddress(RemembersWhereItWent):
    def deliver(self, source, target):
        if "/pingback.sender.redirect-parameter/" in target:
            super().deliver(source, target)
        else:
            ReferenceSender.deliver(self, source, target)


class Mangles(ReferenceSender):
    """Does something to the body of pages whose address holds a word."""

    word = ""

    def get(self, url):
        page = super().get(url)
        if self.word not in url or "/source-" in url:
            return page
        return Answer(page.url, page.status, page.headers, self.mangled(page))

    def mangled(self, page):
        raise NotImplementedError


@sender_breaks("pingback.sender.page-chunked")
class LeavesTheSizesIn(Mangles):
    word = "/pingback.sender.page-chunked/"

    def mangled(self, page):
        pieces = (page.body[at : at + 37] for at in range(0, len(page.body), 37))
        return b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in pieces)


@sender_breaks("pingback.sender.page-unsized")
class ReadsAnnouncedLengths(Mangles):
    word = "/pingback.sender.page-unsized/"

    def mangled(self, page):
        return page.body if page.all("Content-Length") else b""


@sender_breaks("pingback.sender.page-in-pieces")
class ReadsOnce(ReferenceSender):
    def read_source(self, response):
        if (
            b"page-in-pieces" in response.peek(4096)
            and response.getheader("Content-Length") is None
        ):
            return response.read1(1 << 16)
        return super().read_source(response)


@sender_breaks("pingback.sender.page-packed")
class UnpacksNothing(ReferenceSender):
    def decoder(self, encoding):
        return super().decoder("")


@sender_breaks("pingback.sender.page-untyped")
class WantsAType(Mangles):
    word = "/pingback.sender.page-untyped/"

    def mangled(self, page):
        return page.body if page.all("Content-Type") else b""


@sender_breaks("pingback.sender.page-xhtml")
class WantsText(Mangles):
    word = "/pingback.sender.page-xhtml/"

    def mangled(self, page):
        return page.body if page.all("Content-Type")[0].startswith("text/") else b""


@sender_breaks("pingback.sender.page-query")
class AsksWithoutTheQuery(ReferenceSender):
    def request_target(self, parts):
        if "/pingback.sender.page-query/page-1" in parts.path:
            return parts.path
        return super().request_target(parts)


@sender_breaks("pingback.sender.page-fragment", "pingback.sender.request-fragment")
class SendsTheFragment(ReferenceSender):
    def request_target(self, parts):
        found = super().request_target(parts)
        return f"{found}#{parts.fragment}" if "/page-" in parts.path and parts.fragment else found


@sender_breaks("pingback.sender.head-breaks-off")
class InsistsOnHead(ReferenceSender):
    def get(self, url):
        if "/pingback.sender.head-breaks-off/page-1" in url:
            self.ask("HEAD", url, [], b"", self.clock() + self.deadline)
        return super().get(url)


@sender_breaks("pingback.sender.fetches-little")
class AsksAgainAndAgain(ReferenceSender):
    def get(self, url):
        for _ in range(4 if "/pingback.sender.fetches-little/" in url else 0):
            super().get(url)
        return super().get(url)


@sender_breaks("pingback.sender.pings-once")
class PingsEveryLink(ReferenceSender):
    def targets(self, page):
        found = super().targets(page)
        return found * 2 if "/pingback.sender.pings-once/" in page.url else found


@sender_breaks("pingback.sender.identity")
class IsAnonymous(ReferenceSender):
    def usual_headers(self, parts):
        headers = super().usual_headers(parts)
        if "/page-" not in urlsplit(self.request_target(parts)).path:
            return headers
        return [pair for pair in headers if pair[0] != "User-Agent"]
