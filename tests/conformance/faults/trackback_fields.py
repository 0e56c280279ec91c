"""Receivers that make the wrong thing of a field."""

from urllib.parse import unquote_to_bytes

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_http import Answer
from tests.conformance.reference_trackback import TrackbackError

SORRY = Answer(b"<html><body><h1>Sorry</h1><br></body></html>", status=500)


class Insists(ReferenceBlog):
    """Refuses a form for what `objection` has against it."""

    def objection(self, form):
        raise NotImplementedError

    def read_form(self, body, content_type):
        form = super().read_form(body, content_type)
        if form.get("url") and self.objection(form):
            raise TrackbackError("That is not how we do it here.")
        return form


class Stumbles(ReferenceBlog):
    """Answers a page for people, and a server error, where `stumbles` says so of a request."""

    def stumbles(self, body, content_type):
        raise NotImplementedError

    def read_form(self, body, content_type):
        if self.stumbles(body, content_type):
            raise Stumbled
        return super().read_form(body, content_type)

    def take_trackback(self, post, environ):
        try:
            return super().take_trackback(post, environ)
        except Stumbled:
            return SORRY


class Stumbled(Exception):
    """A ping is too much."""


class TakesUnseen(ReferenceBlog):
    """Answers success, without a further look, where `takes` says so of a form."""

    def takes(self, form):
        raise NotImplementedError

    def read_form(self, body, content_type):
        form = super().read_form(body, content_type)
        if self.takes(form):
            raise Taken
        return form

    def take_trackback(self, post, environ):
        try:
            return super().take_trackback(post, environ)
        except Taken:
            return self.trackback_success()


class Taken(Exception):
    """A ping is taken without a look at it."""


@breaks("trackback.server.url-only")
class WantsSomeText(Insists):
    def objection(self, form):
        return form.keys() == {"url"}


@breaks("trackback.server.optional-fields")
class WantsAName(Insists):
    def objection(self, form):
        return "title" in form and "blog_name" not in form


@breaks("trackback.server.empty-fields")
class WantsNoEmptyFields(Insists):
    def objection(self, form):
        return "" in form.values()


@breaks("trackback.server.unknown-fields")
class WantsNoTags(Insists):
    def objection(self, form):
        return "tags" in form


@breaks("trackback.server.default-title")
class ShowsAnEmptyLink(ReferenceBlog):
    def default_title(self, fields):
        return ""


@breaks("trackback.server.url-empty")
class TakesAnEmptyUrl(TakesUnseen):
    def takes(self, form):
        return form.get("url") == ""


@breaks("trackback.server.url-unusable")
class TakesPaths(TakesUnseen):
    def takes(self, form):
        return form.get("url", "").startswith("/")


@breaks("trackback.server.decoding-percent")
class CutsAtAmpersands(ReferenceBlog):
    def unquote(self, text):
        return super().unquote(text).partition(b"&")[0]


@breaks("trackback.server.decoding-plus")
class KeepsEveryPlus(ReferenceBlog):
    def unquote(self, text):
        return unquote_to_bytes(text)


@breaks("trackback.server.long-fields")
class HasNarrowColumns(Stumbles):
    def stumbles(self, body, content_type):
        return 90_000 < len(body) < 200_000 and b"=long" in body


@breaks("trackback.server.long-url")
class HasNarrowColumnsForAddresses(Stumbles):
    def stumbles(self, body, content_type):
        return b"a" * 10_000 in body
