"""Endpoints that take the wrong answers for sources, or miss the right ones."""

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_source import Found
from tests.conformance.reference_xmlrpc import XmlRpcFault


class TakesUnread(ReferenceBlog):
    """Takes sources that cannot be read, if their address holds a word."""

    word = ""

    def verify_pingback(self, source, target):
        try:
            return super().verify_pingback(source, target)
        except XmlRpcFault as fault:
            if self.word in source and fault.code == self.source_missing_code:
                return Found("", "")
            raise


@breaks("pingback.server.source-missing")
class TakesWhatIsMissing(TakesUnread):
    word = "/pingback.server.source-missing/"


@breaks("pingback.server.source-missing-code")
class SaysThatTheTargetIsUnusable(ReferenceBlog):
    source_missing_code = 33


class TakesAStatus(ReferenceBlog):
    """Takes a page with a status that is no success."""

    statuses = ()

    def check_status(self, status):
        if status not in self.statuses:
            super().check_status(status)


@breaks(
    "pingback.server.source-missing-linking",
    "pingback.server.source-missing-code",
    "trackback.server.source-missing",
)
class TakesMissingPages(TakesAStatus):
    statuses = (404,)


@breaks("pingback.server.source-gone", "trackback.server.source-missing")
class TakesPagesThatAreGone(TakesAStatus):
    statuses = (410,)


@breaks("pingback.server.source-error", "trackback.server.source-missing")
class TakesErrorPages(TakesAStatus):
    statuses = (500, 503)


@breaks("pingback.server.source-empty")
class TakesNothing(ReferenceBlog):
    def verify_page(self, page, target):
        return super().verify_page(page, target) if page.body else Found("", "")


@breaks("pingback.server.source-unreachable")
class TakesTheUnreachable(TakesUnread):
    word = "/unreachable/"


@breaks("pingback.server.source-redirect-permanent")
class StaysWhereItWas(ReferenceBlog):
    redirect_statuses = (302, 303, 307)


@breaks("pingback.server.source-redirect-temporary")
class KnowsPermanentRedirects(ReferenceBlog):
    redirect_statuses = (301, 308)


@breaks("pingback.server.source-redirect-relative")
class WantsWholeAddresses(ReferenceBlog):
    def follow(self, url, location):
        if location.startswith("/"):
            raise FetchError("not a whole address")
        return super().follow(url, location)


@breaks("pingback.server.source-redirect-chain")
class FollowsTwice(ReferenceBlog):
    max_redirects = 2


@breaks("pingback.server.source-redirect-loop")
class FollowsForLong(ReferenceBlog):
    max_redirects = 60


@breaks(
    "pingback.server.source-redirect-body",
    "pingback.server.source-redirect-temporary",
    "pingback.server.security-redirect",
)
class ReadsTheRedirect(TakesAStatus):
    redirect_statuses = (301, 303, 307, 308)
    statuses = (302,)


class Unread(ReferenceBlog):
    """Does not read a media type."""

    media = ""

    def readable_type(self, media):
        return media != self.media and super().readable_type(media)


@breaks("pingback.server.source-xhtml")
class ReadsNoXhtml(Unread):
    media = "application/xhtml+xml"


@breaks("pingback.server.source-plain-text")
class ReadsNoPlainText(Unread):
    media = "text/plain"


@breaks("pingback.server.source-untyped")
class WantsAType(ReferenceBlog):
    def check_type(self, content_type):
        if not content_type:
            raise FetchError("no type")
        super().check_type(content_type)


@breaks("pingback.server.source-no-text")
class ReadsEverything(ReferenceBlog):
    def readable_type(self, media):
        return True


@breaks("pingback.server.source-gzip")
class AsksForWhatItCannotUnpack(ReferenceBlog):
    def decoder(self, encoding):
        return super().decoder("")
