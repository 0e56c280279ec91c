"""Receivers whose answers break one rule each."""

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_http import Answer
from tests.conformance.reference_trackback import TrackbackError

NOTHING = Answer(b"")


@breaks("trackback.server.url-missing")
class TakesPingsFromNowhere(ReferenceBlog):
    def trackback_error(self, message):
        if "missing" in message:
            return self.trackback_success()
        return super().trackback_error(message)


@breaks("trackback.server.url-missing-error")
class SaysNothingWithoutUrl(ReferenceBlog):
    def read_form(self, body, content_type):
        form = super().read_form(body, content_type)
        if form.get("title") and "url" not in form:
            raise TrackbackError("nothing")
        return form

    def trackback_error(self, message):
        return NOTHING if message == "nothing" else super().trackback_error(message)


@breaks("trackback.server.success-well-formed")
class StartsWithABlankLine(ReferenceBlog):
    def trackback_success(self):
        answer = super().trackback_success()
        return Answer(b"\n" + answer.body, answer.content_type)


@breaks("trackback.server.success-root")
class CallsTheSuccessOtherwise(ReferenceBlog):
    def success_document(self):
        return super().success_document().replace("response", "answer")


@breaks("trackback.server.success-error")
class SaysTwiceThatAllIsWell(ReferenceBlog):
    def success_document(self):
        return "<response><error>0</error><error>0</error></response>"


@breaks("trackback.server.failure-well-formed")
class WritesHtmlIntoMessages(ReferenceBlog):
    def error_document(self, message):
        return super().error_document(message).replace("</message>", "<br></message>")


@breaks("trackback.server.failure-root")
class CallsTheFailureOtherwise(ReferenceBlog):
    def error_document(self, message):
        return super().error_document(message).replace("response", "answer")


@breaks("trackback.server.failure-error")
class NumbersItsErrors(ReferenceBlog):
    def error_document(self, message):
        return super().error_document(message).replace(">1<", ">2<")


@breaks("trackback.server.failure-message")
class RefusesWithoutAWord(ReferenceBlog):
    def error_document(self, message):
        return "<response><error>1</error></response>"


@breaks("trackback.server.failure-escaped")
class RepeatsTitlesAsTheyAre(ReferenceBlog):
    def read_fields(self, environ):
        fields = super().read_fields(environ)
        if not fields.url:
            raise TrackbackError(f"The url of {fields.title} is missing.")
        return fields

    def message_escape(self, message):
        return message if "<x>" in message else super().message_escape(message)


@breaks("trackback.server.encoding-declared")
class DeclaresLatin1(ReferenceBlog):
    trackback_declaration = b'<?xml version="1.0" encoding="iso-8859-1"?>\n'
    trackback_type = "text/xml"


@breaks("trackback.server.encoding-fits")
class NamesTwoEncodings(ReferenceBlog):
    trackback_type = "text/xml; charset=iso-8859-1"


@breaks("trackback.server.content-type")
class AnswersAreHtml(ReferenceBlog):
    trackback_type = "text/html; charset=utf-8"


@breaks("trackback.server.content-length")
class PromisesMore(ReferenceBlog):
    def content_length(self, answer):
        more = 5 if answer.body.startswith(b"<?xml") and b"<response>" in answer.body else 0
        return len(answer.body) + more


@breaks("trackback.server.success-status")
class FindsNothingAndTakesIt(ReferenceBlog):
    def trackback_success(self):
        return self.trackback_answer(self.success_document(), 404)


@breaks("trackback.server.failure-status")
class FailuresAreServerErrors(ReferenceBlog):
    trackback_error_status = 500
