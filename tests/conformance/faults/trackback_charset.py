"""Receivers that read other characters than were sent."""

from tests.conformance.broken import breaks
from tests.conformance.faults.trackback_fields import Insists, Stumbles
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_source import charset_parameter, known_charset
from tests.conformance.reference_trackback import TrackbackError


class WantsATypeThat(ReferenceBlog):
    """Refuses a ping for what `objection` has against its Content-Type."""

    def objection(self, content_type):
        raise NotImplementedError

    def read_form(self, body, content_type):
        if self.objection(content_type):
            raise TrackbackError("That is no form that we know.")
        return super().read_form(body, content_type)


@breaks(
    "trackback.server.charset-none", "trackback.server.charset-field", "trackback.server.decoding-*"
)
class WantsACharset(WantsATypeThat):
    def objection(self, content_type):
        return "charset" not in content_type.lower()


@breaks("trackback.server.charset-spelling")
class ComparesTheWholeHeader(WantsATypeThat):
    def objection(self, content_type):
        return '"' in content_type


@breaks("trackback.server.charset-utf-8")
class ReadsUtf8AsLatin1(ReferenceBlog):
    def decode_field(self, value, charset):
        return (
            value.decode("latin-1") if charset == "utf-8" else super().decode_field(value, charset)
        )


@breaks("trackback.server.charset-accepted")
class WantsUtf8(WantsATypeThat):
    def objection(self, content_type):
        return (known_charset(charset_parameter(content_type)) or "utf-8") != "utf-8"


@breaks("trackback.server.charset-header")
class IgnoresTheHeader(ReferenceBlog):
    def type_charset(self, content_type):
        return None


@breaks("trackback.server.charset-field")
class IgnoresTheField(ReferenceBlog):
    def field_charset(self, fields):
        return None


@breaks("trackback.server.charset-bytes")
class StumblesOnOtherBytes(Stumbles):
    def stumbles(self, body, content_type):
        return b"caf%E9" in body


@breaks("trackback.server.charset-unknown")
class StumblesOnUnknownCharsets(Stumbles):
    def stumbles(self, body, content_type):
        label = charset_parameter(content_type)
        return label == "x-nobody"


@breaks("trackback.server.charset-utf-7")
class ReadsUtf7(ReferenceBlog):
    def acceptable_charset(self, label):
        return "utf-7" if label.lower() == "utf-7" else super().acceptable_charset(label)


@breaks("trackback.server.controls-answer")
class RepeatsControls(Insists):
    def objection(self, form):
        return "\x0b" in form["url"]

    def error_document(self, message):
        return super().error_document(message).replace("how we", "\x0b how we")


@breaks("trackback.server.controls-kept")
class KeepsControls(ReferenceBlog):
    def sanitise(self, text):
        return text
