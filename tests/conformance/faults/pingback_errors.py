"""Endpoints that answer one kind of wrong call as they should not."""

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_http import Answer
from tests.conformance.reference_xmlrpc import XmlRpcFault

SORRY = Answer(b"<html><body><h1>Sorry</h1><br></body></html>")


class Stumbles(ReferenceBlog):
    """Answers a page for people where `stumbles` says so of a body."""

    def stumbles(self, body):
        raise NotImplementedError

    def transcode(self, body, content_type):
        if self.stumbles(body):
            raise Stumbled
        return super().transcode(body, content_type)

    def unexpected(self, error):
        raise error

    def xmlrpc(self, environ):
        try:
            return super().xmlrpc(environ)
        except Stumbled:
            return SORRY


class Stumbled(Exception):
    """A call is too much."""


@breaks("pingback.server.malformed")
class StumblesOnHalfADocument(Stumbles):
    def stumbles(self, body):
        return body.startswith(b"source=a")


@breaks("pingback.server.malformed-code")
class ParseErrorsAreZero(ReferenceBlog):
    parse_error = 0


@breaks("pingback.server.empty-body")
class StumblesOnNothing(Stumbles):
    def stumbles(self, body):
        return not body


@breaks("pingback.server.binary-body")
class StumblesOnBytes(Stumbles):
    def stumbles(self, body):
        return body.startswith(b"\x1f\x8b")


@breaks("pingback.server.invalid-characters")
class StumblesOnBrokenText(Stumbles):
    def stumbles(self, body):
        return b"\xff\xfe\xc3(" in body


@breaks("pingback.server.unknown-encoding")
class StumblesOnEncodings(Stumbles):
    def stumbles(self, body):
        return b"x-no-such-encoding" in body


@breaks("pingback.server.not-a-call")
class StumblesOnAnswers(Stumbles):
    def stumbles(self, body):
        return body.startswith(b"<methodResponse>")


@breaks("pingback.server.not-a-call-code")
class OtherDocumentsAreZero(ReferenceBlog):
    def check_root(self, root):
        if root.tag != "methodCall":
            raise XmlRpcFault(0, "Something else.")


@breaks(
    "pingback.server.unknown-method",
    "pingback.server.method-name-characters",
    "pingback.server.fault-struct",
    "pingback.server.either-or",
    "pingback.server.status-200",
    "pingback.server.content-*",
    "pingback.server.known-codes",
    "pingback.server.answer-*",
    "pingback.page.endpoint-answers",
    "pingback.server.multicall*",
)
class AnswersUnknownMethodsWithAPage(Stumbles):
    def find_method(self, name):
        if name not in self.methods:
            raise Stumbled
        return super().find_method(name)

    def stumbles(self, body):
        return False


@breaks("pingback.server.unknown-method-code")
class UnknownMethodsAreWrongParameters(ReferenceBlog):
    unknown_method = -32602


@breaks("pingback.server.method-name-characters")
class StumblesOnNames(Stumbles):
    def stumbles(self, body):
        return b"pingback.ping()" in body


@breaks("pingback.server.parameters-missing")
class StumblesOnNoParameters(Stumbles):
    def stumbles(self, body):
        return b"<methodName>pingback.ping</methodName></methodCall>" in body


@breaks("pingback.server.parameters-extra")
class StumblesOnMoreParameters(Stumbles):
    def stumbles(self, body):
        return b"<string>more</string>" in body


@breaks("pingback.server.parameters-code")
class WrongNumbersAreZero(ReferenceBlog):
    def check_arity(self, method, params):
        if len(params) != len(method.signature) - 1:
            raise XmlRpcFault(0, "Something is missing.")


@breaks("pingback.server.parameter-types")
class StumblesOnDoubles(Stumbles):
    def stumbles(self, body):
        return b"<double>-1.5" in body


@breaks("pingback.server.parameter-types-code")
class WrongTypesAreZero(ReferenceBlog):
    def check_types(self, method, params):
        if not all(isinstance(each, str | list | dict) for each in params):
            raise XmlRpcFault(0, "That is no text.")
        super().check_types(method, params)


@breaks("pingback.server.parameter-markup")
class StumblesOnNil(Stumbles):
    def stumbles(self, body):
        return b"<nil/>" in body


@breaks("pingback.server.get")
class ShowsAPage(ReferenceBlog):
    def endpoint_refuses_method(self, environ):
        return Answer(b"<p>XML-RPC lives here.</p>")
