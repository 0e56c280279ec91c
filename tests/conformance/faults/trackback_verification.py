"""Receivers that look at the linking page too little, or too much."""

from contextlib import suppress

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_trackback import TrackbackError


@breaks("trackback.server.fetches")
class NeverLooks(ReferenceBlog):
    verify_trackbacks = False


@breaks("trackback.server.no-link")
class LooksForNothing(ReferenceBlog):
    def verify_trackback(self, url, permalink):
        with suppress(FetchError):
            self.fetch(url)


@breaks("trackback.server.no-link-hidden")
class LooksAnywhereInThePage(ReferenceBlog):
    def verify_trackback(self, url, permalink):
        try:
            body = self.fetch(url).body
        except FetchError:
            body = b""
        if permalink.encode() not in body:
            raise TrackbackError("The page does not link here.")


@breaks("trackback.server.source-missing")
class TakesErrorPages(ReferenceBlog):
    def verify_trackback(self, url, permalink):
        try:
            super().verify_trackback(url, permalink)
        except TrackbackError:
            if "/trackback.server.source-missing/" not in url:
                raise


@breaks("trackback.server.unfetched")
class LooksFirst(ReferenceBlog):
    def take_trackback(self, post, environ):
        if post.open:
            return super().take_trackback(post, environ)
        with suppress(FetchError):
            self.fetch(self.read_fields(environ).url)
        raise TrackbackError("This page takes no trackbacks.")


@breaks("trackback.server.fetches-little")
class LooksAgainAndAgain(ReferenceBlog):
    def verify_trackback(self, url, permalink):
        for _ in range(4):
            super().verify_trackback(url, permalink)
