"""Endpoints that take pings for the wrong targets, or say the wrong thing about them."""

import contextlib

from tests.conformance.broken import Meeting, breaks
from tests.conformance.faults.pingback_errors import SORRY
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_pages import Post
from tests.conformance.reference_xmlrpc import XmlRpcFault

ANYWHERE = Post("/elsewhere/", "Elsewhere")


class TakesMore(ReferenceBlog):
    """Takes pings for targets that the reference refuses, if `takes` says so."""

    def takes(self, target, site):
        raise NotImplementedError

    def find_target(self, target, site):
        return ANYWHERE if self.takes(target, site) else super().find_target(target, site)


@breaks(
    "pingback.server.target-missing",
    "pingback.server.target-missing-unfetched",
    "pingback.server.getpingbacks-unknown",
)
class TakesPingsForNothing(TakesMore):
    def takes(self, target, site):
        return "no-such-page" in target


@breaks("pingback.server.target-missing-code", "pingback.server.getpingbacks-unknown")
class MissingTargetIsASourceFault(ReferenceBlog):
    target_missing_code = 16


@breaks("pingback.server.target-home")
class TakesPingsForTheHomePage(TakesMore):
    def takes(self, target, site):
        return target == site


@breaks("pingback.server.target-home-code")
class SaysThatHomeIsMissing(ReferenceBlog):
    def exists(self, path):
        return path != "/" and super().exists(path)


@breaks("pingback.server.target-closed")
class TakesPingsForClosedPosts(ReferenceBlog):
    def check_open(self, post):
        pass


@breaks("pingback.server.target-closed-code")
class SaysThatClosedIsMissing(ReferenceBlog):
    def check_open(self, post):
        if not post.open:
            raise self.missing_target()


@breaks("pingback.server.target-foreign")
class TakesPingsForOthers(TakesMore):
    def takes(self, target, site):
        return "/pingback.server.target-foreign/" in target


@breaks("pingback.server.target-foreign-code")
class SaysThatOthersAreMissing(ReferenceBlog):
    def find_target(self, target, site):
        if "/pingback.server.target-foreign" in target:
            raise self.missing_target()
        return super().find_target(target, site)


class LooksFirst(ReferenceBlog):
    """Fetches the source before it looks at the target, if that holds a word."""

    word = ""

    def pingback_ping(self, environ, source, target):
        if self.word in target:
            with contextlib.suppress(FetchError):
                self.fetch(source)
        return super().pingback_ping(environ, source, target)


@breaks("pingback.server.target-foreign-unfetched")
class FetchesForOthers(LooksFirst):
    word = "target-foreign-unfetched"


@breaks("pingback.server.target-missing-unfetched")
class FetchesForNothing(LooksFirst):
    word = "no-such-page"


@breaks("pingback.server.target-lookalike")
class LooksForItsHostAnywhere(TakesMore):
    def takes(self, target, site):
        return "evil.test" in target


@breaks("pingback.server.target-is-source")
class LoopsOnItself(ReferenceBlog):
    def check_other_page(self, source, target):
        if self.same_link(source, target):
            raise XmlRpcFault(0, "\x00")

    def xml_escape(self, text):
        return "<" if text == "\x00" else super().xml_escape(text)


@breaks("pingback.server.source-no-address")
class TakesAnySource(ReferenceBlog):
    def check_source_url(self, url):
        if url.startswith("javascript:"):
            raise Accepted

    def xmlrpc(self, environ):
        try:
            return super().xmlrpc(environ)
        except Accepted:
            return self.success("Taken.")

    def unexpected(self, error):
        raise error


class Accepted(Exception):
    """A ping is taken without a look at it."""


@breaks("pingback.server.duplicate", "trackback.*duplicate*", "trackback.*concurrent*")
class TakesDuplicates(ReferenceBlog):
    def check_not_registered(self, source, post):
        pass

    def register(self, linkback, post):
        super().register(linkback, post)
        return True


@breaks("pingback.server.duplicate-code")
class DuplicatesAreDenied(ReferenceBlog):
    duplicate_code = 17


@breaks("pingback.server.duplicate-second-target")
class LooksAtTheSourceAlone(ReferenceBlog):
    def linkback_key(self, protocol, source, post):
        key = super().linkback_key(protocol, source, post)
        return (*key[:2], "/post/") if protocol == "pingback" else key


@breaks("pingback.server.duplicate-concurrent")
class LooksAndThenStores(ReferenceBlog):
    def __init__(self):
        super().__init__()
        self.both_have_looked = Meeting("pingback.server.duplicate-concurrent")

    def check_not_registered(self, source, post):
        super().check_not_registered(source, post)
        self.both_have_looked.pass_with(source)

    def register(self, linkback, post):
        super().register(linkback, post)
        return True


@breaks("pingback.server.state")
class RemembersTheLastLink(ReferenceBlog):
    found = None

    def verify_page(self, page, target):
        if "pingback.server.state/" not in page.url:
            return super().verify_page(page, target)
        self.found = self.find_link(page, target) or self.found
        return self.found


@breaks("pingback.server.long-addresses")
class FailsOnLongAddresses(ReferenceBlog):
    def xmlrpc(self, environ):
        answer = super().xmlrpc(environ)
        long = int(environ.get("CONTENT_LENGTH") or 0) in range(20_000, 40_000)
        return SORRY if long else answer


@breaks("pingback.server.unicode-addresses")
class FailsBeyondLatin1(ReferenceBlog):
    def trim(self, url):
        return super().trim(url).encode("latin-1").decode("latin-1")

    def unexpected(self, error):
        raise error
