"""Receivers that mix up pings, or count them wrong."""

import itertools

from tests.conformance.broken import Meeting, breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_http import Answer


@breaks("trackback.server.duplicate")
class SaysNothingToDuplicates(ReferenceBlog):
    def trackback_duplicate(self):
        return Answer(b"")


class Forgets(ReferenceBlog):
    """Keeps every trackback as if it were new."""

    numbers = itertools.count()

    def linkback_key(self, protocol, source, post):
        *key, path = super().linkback_key(protocol, source, post)
        number = next(self.numbers) if protocol == "trackback" else 0
        return (*key, str(number), path)


@breaks("trackback.server.duplicate-once")
class KeepsDuplicates(Forgets):
    pass


@breaks("trackback.server.duplicate-second-page")
class LooksAtTheSourceAlone(ReferenceBlog):
    def registered(self, protocol, source, post):
        first = self.post_at("/post/") if protocol == "trackback" else post
        return super().registered(protocol, source, first)


@breaks("trackback.server.duplicate-concurrent")
class LooksAndThenStores(Forgets):
    def __init__(self):
        super().__init__()
        self.both_have_looked = Meeting("trackback.server.duplicate-concurrent")

    def registered(self, protocol, source, post):
        if protocol != "trackback":
            return super().registered(protocol, source, post)
        kept = [each.source for each in self.linkbacks_of(post) if each.protocol == protocol]
        self.both_have_looked.pass_with(source)
        return source in kept


@breaks("trackback.server.state")
class RemembersTheLastTitle(ReferenceBlog):
    title = ""

    def made_trackback(self, fields, permalink):
        self.title = fields.title or self.title
        return super().made_trackback(fields, permalink)

    def default_title(self, fields):
        return self.title
