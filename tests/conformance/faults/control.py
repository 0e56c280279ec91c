"""Endpoints that do not take a good ping, from the start or in the end."""

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_trackback import TrackbackError


class TakesNoPingbacks(ReferenceBlog):
    """Refuses the pingback of a source whose address holds a word, as if it had no link."""

    word = ""

    def verify_pingback(self, source, target):
        if self.word in source:
            raise self.no_link_fault()
        return super().verify_pingback(source, target)


@breaks("pingback.server.accepts")
class IsClosedForPingbacks(TakesNoPingbacks):
    word = "/pingback.server.accepts/"


@breaks("pingback.server.still-accepts")
class IsTiredOfPingbacks(TakesNoPingbacks):
    word = "/pingback.server.still-accepts/"


class TakesNoTrackbacks(ReferenceBlog):
    """Refuses the trackback of a source whose address holds a word."""

    word = ""

    def check_url(self, url):
        super().check_url(url)
        if self.word in url:
            raise TrackbackError("This blog takes no trackbacks.")


@breaks("trackback.server.accepts")
class IsClosedForTrackbacks(TakesNoTrackbacks):
    word = "/trackback.server.accepts/"


@breaks("trackback.server.still-accepts")
class IsTiredOfTrackbacks(TakesNoTrackbacks):
    word = "/trackback.server.still-accepts/"
