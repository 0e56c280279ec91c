"""Receivers that are not ready for what is no ordinary ping."""

from tests.conformance.broken import breaks
from tests.conformance.faults.trackback_fields import SORRY, Stumbles, TakesUnseen
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_trackback import TrackbackError


@breaks("trackback.server.get-query")
class TakesGet(ReferenceBlog):
    def ping_refuses_method(self, environ):
        if not environ.get("QUERY_STRING"):
            return super().ping_refuses_method(environ)
        form = self.read_form(environ["QUERY_STRING"].encode(), "")
        self.fetch(form["url"])
        return self.trackback_success()


@breaks("trackback.server.get-bare")
class TakesGetOfNothing(ReferenceBlog):
    def ping_refuses_method(self, environ):
        if environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING"):
            return self.trackback_success()
        return super().ping_refuses_method(environ)


@breaks("trackback.server.method-other")
class TakesPut(ReferenceBlog):
    ping_methods = ("POST", "PUT")


@breaks("trackback.server.method-allow")
class AllowsNothing(ReferenceBlog):
    ping_methods = ("POST",)

    def ping_refuses_method(self, environ):
        return self.trackback_answer(self.error_document("No."), 405)


@breaks("trackback.server.missing-page")
class TakesPingsForNothing(ReferenceBlog):
    def missing_ping_url(self):
        return self.trackback_success()


@breaks("trackback.server.closed-page", "trackback.server.unfetched")
class TakesPingsForClosedPosts(ReferenceBlog):
    def check_ping_open(self, post):
        pass


@breaks("trackback.server.body-empty")
class StumblesOnNothing(Stumbles):
    def stumbles(self, body, content_type):
        return not body


@breaks("trackback.server.body-json")
class TakesJson(TakesUnseen):
    form_types = (*ReferenceBlog.form_types, "application/json")

    def takes(self, form):
        return any(name.startswith("{") for name in form)


@breaks("trackback.server.body-type")
class StumblesOnParts(Stumbles):
    def stumbles(self, body, content_type):
        return content_type.startswith("multipart/")


@breaks("trackback.server.body-odd")
class StumblesOnSemicolons(Stumbles):
    def stumbles(self, body, content_type):
        return b";title=" in body


@breaks("trackback.server.body-many-fields")
class StumblesOnManyFields(Stumbles):
    def stumbles(self, body, content_type):
        return body.count(b"&") > 1_000


@breaks("trackback.server.body-chunked")
class StumblesOnChunks(ReferenceBlog):
    def take_trackback(self, post, environ):
        return super().take_trackback(post, environ) if environ.get("CONTENT_LENGTH") else SORRY


class WantsHeaders(ReferenceBlog):
    """Refuses a ping for what `objection` has against its headers."""

    def objection(self, environ):
        raise NotImplementedError

    def check_same_site(self, environ):
        super().check_same_site(environ)
        if self.objection(environ):
            raise TrackbackError("That is no client that we know.")


@breaks("trackback.server.header-user-agent")
class WantsAUserAgent(WantsHeaders):
    def objection(self, environ):
        return not environ.get("HTTP_USER_AGENT")


@breaks("trackback.server.header-referer")
class WantsNoReferer(WantsHeaders):
    def objection(self, environ):
        return "HTTP_REFERER" in environ
