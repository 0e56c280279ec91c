"""Senders that look for the link of a page by another pattern than that of the specification."""

import re

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_sender import ReferenceSender


class SearchesBy(ReferenceSender):
    """Finds what its own pattern finds besides, or instead."""

    pattern = b""

    def from_body(self, page):
        found = re.search(self.pattern, page.body)
        return self.expand(found[1].decode()) if found else super().from_body(page)


@sender_breaks("pingback.sender.link")
class ReadsNoBody(ReferenceSender):
    def from_body(self, page):
        return "" if "/pingback.sender.link/" in page.url else super().from_body(page)


@sender_breaks("pingback.sender.strict-single-quotes")
class TakesSingleQuotes(SearchesBy):
    pattern = rb"<link rel='pingback' href='([^']+)'>"
