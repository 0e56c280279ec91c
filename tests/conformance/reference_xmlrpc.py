"""XML-RPC as the reference blog speaks it: strict about structure, liberal about the envelope."""

from __future__ import annotations

import codecs
import logging
import re
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tests.conformance.reference_http import Answer, BodyIncomplete, BodyTooLarge
from tests.conformance.reference_source import charset_parameter, known_charset

LOG = logging.getLogger(__name__)

UNKNOWN_ENCODING = 18  # of expat
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'


class XmlRpcFault(Exception):
    """A call is answered with a fault."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True)
class Call:
    """A method's name and its decoded parameters."""

    method: str
    params: list[object]


class XmlRpcRoom:
    """Reads calls, finds the method and writes what came of it."""

    endpoint_methods = ("POST",)
    rpc_type = "text/xml; charset=utf-8"
    success_status = 200
    fault_status = 200  # XR-R1
    parse_error = -32700
    bad_encoding = -32701
    not_xmlrpc = -32600
    unknown_method = -32601
    bad_params = -32602
    max_depth = 32  # values inside values

    def xmlrpc(self, environ) -> Answer:
        """Answer a request to the endpoint, whatever it is."""
        if environ["REQUEST_METHOD"] not in self.endpoint_methods:
            return self.endpoint_refuses_method(environ)
        try:
            self.admit_call(environ)
            body = self.read_body(environ)
            call = self.read_call(body, environ.get("CONTENT_TYPE", ""))
            return self.success(self.dispatch(call, environ))
        except XmlRpcFault as fault:
            return self.fault(fault)
        except BodyTooLarge:
            return self.fault(self.oversize_fault())
        except BodyIncomplete:
            return self.fault(self.incomplete_fault())
        except Exception as error:
            LOG.exception("unexpected")
            return self.fault(self.unexpected(error))

    def endpoint_refuses_method(self, environ) -> Answer:
        allow = (("Allow", ", ".join(self.endpoint_methods)),)
        text = b"This is an XML-RPC endpoint: POST a call.\n"
        return Answer(text, "text/plain; charset=utf-8", 405, allow)

    def admit_call(self, environ) -> None:
        """Refuse a call by its headers; every Content-Type and no User-Agent is fine."""

    def oversize_fault(self) -> XmlRpcFault:
        return XmlRpcFault(self.not_xmlrpc, "The call is too large.")

    def incomplete_fault(self) -> XmlRpcFault:
        return XmlRpcFault(self.parse_error, "The call is shorter than announced.")

    def unexpected(self, error: Exception) -> XmlRpcFault:
        """PB-3-5: zero where the server cannot tell."""
        return XmlRpcFault(0, "Something went wrong.")

    # Reading

    def read_call(self, body: bytes, content_type: str) -> Call:
        """XR-P1 to XR-P3: return the call, or raise `XmlRpcFault`."""
        root = self.parse_xml(body, content_type)
        self.check_root(root)
        method = self.read_method_name(root)
        return Call(method, self.read_params(root))

    def parse_xml(self, body: bytes, content_type: str) -> Element:
        """FC-2: parse without any DTD, so nothing is expanded and nothing is fetched."""
        try:
            return self.parse_document(self.transcode(body, content_type))
        except DefusedXmlException:
            raise XmlRpcFault(self.parse_error, "A document type is not accepted.") from None
        except ParseError as error:
            if error.code == UNKNOWN_ENCODING:
                raise self.encoding_fault() from None
            raise XmlRpcFault(self.parse_error, "The body is not well-formed XML.") from None
        except (LookupError, ValueError):
            raise self.encoding_fault() from None

    def parse_document(self, document: bytes | str) -> Element:
        return fromstring(document, forbid_dtd=True)

    def encoding_fault(self) -> XmlRpcFault:
        return XmlRpcFault(self.bad_encoding, "The encoding is not supported.")

    def transcode(self, body: bytes, content_type: str) -> bytes | str:
        """XR-R8: the declaration counts; the header only where there is neither it nor a BOM."""
        charset = known_charset(charset_parameter(content_type))
        marked = body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        declared = re.match(rb"<\?xml[^>]*\sencoding\s*=", body)
        if charset is None or charset == "utf-8" or marked or declared:
            return body
        return body.decode(charset)

    def check_root(self, root: Element) -> None:
        if root.tag != "methodCall":
            raise XmlRpcFault(self.not_xmlrpc, "The document is not a methodCall.")

    def read_method_name(self, root: Element) -> str:
        """XR-P2: the characters that a name may have."""
        names = root.findall("methodName")
        if len(names) != 1 or not self.fit_method_name((names[0].text or "").strip()):
            raise XmlRpcFault(self.not_xmlrpc, "The call has no proper methodName.")
        return (names[0].text or "").strip()

    def fit_method_name(self, name: str) -> bool:
        return re.fullmatch(r"[A-Za-z0-9_.:/]+", name) is not None

    def read_params(self, root: Element) -> list[object]:
        """XR-P3: each parameter is one value; a call without any may leave them out."""
        lists = root.findall("params")
        if len(lists) > 1:
            raise XmlRpcFault(self.not_xmlrpc, "The call has two lists of parameters.")
        values = []
        for param in lists[0] if lists else ():
            if param.tag != "param" or [child.tag for child in param] != ["value"]:
                raise XmlRpcFault(self.not_xmlrpc, "A parameter is not one value.")
            values.append(self.decode_value(param[0]))
        return values

    def decode_value(self, element: Element, depth: int = 0) -> object:
        """XR-T1, XR-T2, XR-T6: a value of any type; without one it is a string."""
        if depth > self.max_depth:
            raise XmlRpcFault(self.not_xmlrpc, "The values are nested too deeply.")
        if len(element) == 0:
            return self.decode_untyped(element.text or "")
        if len(element) > 1 or (element.text or "").strip() or (element[0].tail or "").strip():
            raise XmlRpcFault(self.not_xmlrpc, "A value holds more than its type.")
        child = element[0]
        if child.tag == "array":
            return [self.decode_value(each, depth + 1) for each in child.findall("data/value")]
        if child.tag == "struct":
            return dict(self.decode_member(member, depth) for member in child.findall("member"))
        return self.decode_scalar(child.tag, child)

    def decode_untyped(self, text: str) -> object:
        return text

    def decode_member(self, member: Element, depth: int) -> tuple[str, object]:
        name, value = member.find("name"), member.find("value")
        if name is None or value is None:
            raise XmlRpcFault(self.not_xmlrpc, "A member is not a name and a value.")
        return name.text or "", self.decode_value(value, depth + 1)

    def decode_scalar(self, tag: str, element: Element) -> object:
        text = element.text or ""
        pattern = self.scalars.get(tag)
        if pattern is None or len(element) or not re.fullmatch(pattern, text, re.DOTALL):
            raise XmlRpcFault(self.not_xmlrpc, "A value is not of any type of XML-RPC.")
        if tag in {"int", "i4"}:
            return self.decode_int(text)
        if tag == "boolean":
            return text == "1"
        return Typed(tag, text) if tag != "string" else text

    # XR-T3, XR-T4, XR-T7
    scalars = MappingProxyType(
        {
            "string": r".*",
            "int": r"[+-]?[0-9]{1,40}",
            "i4": r"[+-]?[0-9]{1,40}",
            "boolean": r"[01]",
            "double": r"[+-]?[0-9]*\.?[0-9]+",
            "dateTime.iso8601": r"[0-9]{8}T[0-9]{2}:[0-9]{2}:[0-9]{2}",
            "base64": r"[A-Za-z0-9+/=\s]*",
        }
    )

    def decode_int(self, text: str) -> int:
        number = int(text)
        if not -(1 << 31) <= number < 1 << 31:
            raise XmlRpcFault(self.not_xmlrpc, "A number has more than 32 bits.")
        return number

    # Writing

    def success(self, value: object) -> Answer:
        return Answer(self.encode_success(value), self.rpc_type, self.success_status)

    def fault(self, fault: XmlRpcFault) -> Answer:
        body = self.encode_fault(fault.code, fault.text)
        return Answer(body, self.rpc_type, self.fault_status)

    def encode_success(self, value: object) -> bytes:
        """XR-R3: one value in one parameter."""
        return self.document(f"<params><param>{self.encode_value(value)}</param></params>")

    def encode_fault(self, code: int, text: str) -> bytes:
        """XR-R4: a struct of two members."""
        return self.document(f"<fault>{self.encode_value(self.fault_members(code, text))}</fault>")

    def fault_members(self, code: int, text: str) -> dict[str, object]:
        return {"faultCode": code, "faultString": text}

    def document(self, content: str) -> bytes:
        text = f"<methodResponse>{content}</methodResponse>\n"
        return self.declaration + text.encode("utf-8")

    declaration = DECLARATION

    def encode_value(self, value: object) -> str:
        match value:
            case bool():
                return f"<value><boolean>{value:d}</boolean></value>"
            case int():
                return f"<value><int>{value}</int></value>"
            case list():
                items = "".join(map(self.encode_value, value))
                return f"<value><array><data>{items}</data></array></value>"
            case dict():
                members = "".join(
                    f"<member><name>{self.xml_escape(name)}</name>{self.encode_value(each)}</member>"
                    for name, each in value.items()
                )
                return f"<value><struct>{members}</struct></value>"
            case _:
                return f"<value><string>{self.xml_escape(str(value))}</string></value>"

    def xml_escape(self, text: str) -> str:
        """XR-T5: escape markup; what no document can hold is left out."""
        return escape(_UNFIT.sub("", text))


@dataclass(frozen=True)
class Typed:
    """A scalar that no method here takes: a date, a double, binary data."""

    type: str
    text: str


_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
