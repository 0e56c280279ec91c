"""Endpoints whose answers break one rule of the wire each."""

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_xmlrpc import XmlRpcFault


@breaks("pingback.server.success-string")
class AnswersWithANumber(ReferenceBlog):
    def success_text(self, source, target):
        return 7


@breaks("pingback.server.success-single-value")
class AnswersWithTwoValues(ReferenceBlog):
    def encode_success(self, value):
        param = f"<param>{self.encode_value(value)}</param>"
        twice = param * 2 if isinstance(value, str) and value.startswith("Pingback") else param
        return self.document(f"<params>{twice}</params>")


@breaks("pingback.server.fault-struct", "pingback.server.fault-says-why")
class FaultsAreNumbers(ReferenceBlog):
    def encode_fault(self, code, text):
        return self.document(f"<fault><value><i4>{code}</i4></value></fault>")


@breaks("pingback.server.either-or")
class SaysBoth(ReferenceBlog):
    def encode_fault(self, code, text):
        whole = super().encode_fault(code, text).decode()
        return whole.replace("<fault>", "<params/><fault>").encode()


@breaks("pingback.server.status-200")
class FaultsAreErrorsOfHttp(ReferenceBlog):
    fault_status = 400


@breaks("pingback.server.content-type")
class AnswersAreHtml(ReferenceBlog):
    rpc_type = "text/html; charset=utf-8"


@breaks("pingback.server.content-length")
class AnswersWithoutALength(ReferenceBlog):
    def content_length(self, answer):
        return None if answer.content_type.startswith("text/xml") else len(answer.body)


@breaks("pingback.server.answer-encoding")
class AnswersInLatin1(ReferenceBlog):
    rpc_type = "text/xml; charset=us-ascii"

    def find_method(self, name):
        try:
            return super().find_method(name)
        except XmlRpcFault as fault:
            fault.text += " Gr\u00fc\u00dfe."
            raise


@breaks("pingback.server.answer-escaped")
class RepeatsAddressesAsTheyAre(ReferenceBlog):
    def pingback_ping(self, environ, source, target):
        try:
            return super().pingback_ping(environ, source, target)
        except XmlRpcFault as fault:
            fault.text += source
            raise

    def xml_escape(self, text):
        return text if "b=<x>" in text else super().xml_escape(text)


@breaks("pingback.server.known-codes")
class InventsCodes(ReferenceBlog):
    def check_source_url(self, url):
        if not self.fit_url(url):
            fault = self.missing_source()
            fault.code = 201
            raise fault


@breaks("pingback.server.fault-says-why")
class SaysNothing(ReferenceBlog):
    def fault_members(self, code, text):
        return {"faultCode": code, "faultString": ""}
