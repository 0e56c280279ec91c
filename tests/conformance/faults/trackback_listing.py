"""Receivers whose list of pings is wrong, or is not there."""

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog


@breaks("trackback.server.listing")
class HasNoList(ReferenceBlog):
    offers_listing = False


@breaks("trackback.server.listing-form")
class ListsRawTitles(ReferenceBlog):
    def listing(self, post, site):
        answer = super().listing(post, site)
        raw = answer.body.replace(b"<title>Tea &amp; ", b"<title>Tea & ")
        return type(answer)(raw, answer.content_type)


@breaks("trackback.server.listing-published")
class ListsWhatIsHeld(ReferenceBlog):
    def shown(self, linkback):
        return "listing-published" not in linkback.source and super().shown(linkback)

    def listed_trackback(self, linkback):
        return True
