"""Calls that are wrong: a pingback server answers each with a fault, and goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_conformance import xmlrpc
from linkback_conformance.case import IMPLIED, MUST, PRACTICE, ROBUSTNESS, SHOULD, case
from linkback_conformance.xmlrpc import Outcome, Reply

if TYPE_CHECKING:
    from linkback_conformance.case import Level
    from linkback_conformance.trial import Trial

_STRING = "<string>http://127.0.0.1/</string>"


def _is_fault(t: Trial, reply: Reply, what: str, *, level: Level | None = None) -> None:
    t.check(
        reply.outcome is Outcome.REFUSED,
        f"{what}: a fault",
        reply.describe(),
        level=level,
        about=reply.exchange,
    )


def _is_fault_or_http(t: Trial, reply: Reply, what: str) -> None:
    """Check that what is no XML gets a fault; no call was made, so HTTP may say it as well."""
    response = reply.exchange.response
    by_http = not reply.understood and response is not None and response.status in {400, 415}
    _is_fault(t, reply, what, level=SHOULD if by_http else None)


def _is_answer_or_http(t: Trial, reply: Reply, what: str) -> None:
    """Check that what cannot be decoded gets an answer, and a fault as everybody would expect."""
    t.readable(reply, what, 400, 415)
    _is_fault(t, reply, what, level=SHOULD)


def _is_answer_and_fault(t: Trial, reply: Reply, what: str) -> None:
    """Check that a call gets an answer, as it must, and a fault, as everybody would expect."""
    t.readable(reply, what)
    _is_fault(t, reply, what, level=SHOULD)


def _malformed(t: Trial) -> dict[str, Reply]:
    """Send bodies that are no well-formed XML."""
    whole = xmlrpc.call(xmlrpc.PING, t.site.url, t.target.page)
    return {
        "half a document": t.post_xml(whole[: len(whole) // 2]),
        "HTML": t.post_xml(b"<html><body><p>hello<br></body>"),
        "plain text": t.post_xml(b"source=a&target=b"),
        "an ampersand that is not escaped": t.post_xml(whole.replace(b"http", b"a&b=c http", 1)),
    }


@case(
    "pingback.server.malformed",
    "A body that is not well-formed XML gets a fault",
    clauses="PB-4-2 XR-R1",
    level=MUST,
    why="Typecho answers HTTP 500 with a page for people, webmention.io HTTP 400.",
)
def malformed(t: Trial) -> None:
    for what, reply in _malformed(t).items():
        _is_fault_or_http(t, reply, what)


@case(
    "pingback.server.malformed-code",
    "The fault for it is -32700, or -32600",
    clauses="FC-2 PB-3-8",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.malformed",
    why="A sender that learns that its XML is broken can be mended.",
)
def malformed_code(t: Trial) -> None:
    for what, reply in _malformed(t).items():
        t.fault(reply, what, -32700, -32702, -32600)


@case(
    "pingback.server.empty-body",
    "An empty body gets a fault",
    clauses="PB-4-2 XR-R1",
    level=MUST,
    why="Dotclear answers HTTP 400 'No Message'.",
)
def empty_body(t: Trial) -> None:
    _is_fault_or_http(t, t.post_xml(b""), "an empty body")


@case(
    "pingback.server.binary-body",
    "A body of bytes that are no text gets a fault",
    clauses="PB-4-2 XR-R1",
    level=MUST,
    why="Scanners send them all day.",
)
def binary_body(t: Trial) -> None:
    _is_fault_or_http(t, t.post_xml(bytes(range(256)) * 8), "every byte there is")
    _is_fault_or_http(t, t.post_xml(b"\x1f\x8b\x08" + bytes(200)), "something like gzip")


@case(
    "pingback.server.invalid-characters",
    "A call with bytes that its encoding does not have gets a fault",
    clauses="PB-4-2 FC-2",
    level=MUST,
    why="A decoding error that nobody catches is a server error.",
)
def invalid_characters(t: Trial) -> None:
    body = xmlrpc.call(xmlrpc.PING, "http://127.0.0.1/BYTES", t.target.page)
    for what, broken in (
        ("bytes that are no UTF-8", b"\xff\xfe\xc3("),
        ("a control character", b"\x01"),
        ("a NUL", b"\x00"),
    ):
        _is_answer_or_http(t, t.post_xml(body.replace(b"BYTES", broken)), what)


@case(
    "pingback.server.unknown-encoding",
    "A call in an encoding that nobody knows gets a fault",
    clauses="PB-4-2 FC-2",
    level=MUST,
    why="Looking up an encoding by name can raise.",
)
def unknown_encoding(t: Trial) -> None:
    body = xmlrpc.call(xmlrpc.PING, t.site.url, t.target.page)
    body = body.replace(b'"1.0"', b'"1.0" encoding="x-no-such-encoding"')
    _is_answer_or_http(t, t.post_xml(body), "an encoding that does not exist")


@case(
    "pingback.server.not-a-call",
    "XML that is no call gets a fault",
    clauses="PB-4-2 XR-P1",
    level=MUST,
    why="A feed reader's request, or an answer sent to the wrong side, must not be a server error.",
)
def not_a_call(t: Trial) -> None:
    for what, body in (
        ("an answer instead of a call", b"<methodResponse><params/></methodResponse>"),
        ("another document", b"<rss version='2.0'><channel/></rss>"),
        ("a call without a name", b"<methodCall><params/></methodCall>"),
        ("a call with an empty name", b"<methodCall><methodName/></methodCall>"),
    ):
        _is_fault(t, t.post_xml(body), what)


@case(
    "pingback.server.not-a-call-code",
    "The fault for another document is -32600",
    clauses="FC-2 PB-3-8",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.not-a-call",
    why="It tells a broken client from a broken transport.",
)
def not_a_call_code(t: Trial) -> None:
    reply = t.post_xml(b"<rss version='2.0'><channel/></rss>")
    t.fault(reply, "another document", -32600, -32700)


@case(
    "pingback.server.unknown-method",
    "A method that does not exist gets a fault",
    clauses="PB-4-2 XR-R1",
    level=MUST,
    why="webmention.io answers HTTP 404, Oddmuse 501.",
)
def unknown_method(t: Trial) -> None:
    _is_fault(t, t.call("linkback.conformance.noSuchMethod"), "an unknown method")
    # Names are the server's to read, and nobody expects this one to be taken for pingback.ping.
    _is_fault(t, t.call("pingback.Ping", "a", "b"), "another case of the letters", level=SHOULD)


@case(
    "pingback.server.unknown-method-code",
    "The fault for it is -32601",
    clauses="FC-2 PB-3-8",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.unknown-method",
    why="Clients probe for optional methods, and read this code as 'not offered'.",
)
def unknown_method_code(t: Trial) -> None:
    t.fault(t.call("linkback.conformance.noSuchMethod"), "an unknown method", -32601)


@case(
    "pingback.server.method-name-characters",
    "A method name with characters that no name has gets a fault",
    clauses="XR-P2 PB-4-2",
    level=MUST,
    why="Names end up in look-ups by attribute, in file names and in messages.",
)
def method_name_characters(t: Trial) -> None:
    for name in (
        "pingback.ping()",
        "__class__.__init__",
        "../../etc/passwd",
        "p&#252;ng",
        "&lt;x>",
    ):
        _is_fault(t, t.post_xml(xmlrpc.envelope(name, _STRING, _STRING)), f"the method {name}")


@case(
    "pingback.server.parameters-missing",
    "A ping with fewer than two parameters gets a fault",
    clauses="PB-3-1 PB-4-2",
    level=MUST,
    why="Dotclear answers HTTP 571 with a page for people.",
)
def parameters_missing(t: Trial) -> None:
    for count in (0, 1):
        _is_fault(t, t.call(xmlrpc.PING, *[t.target.page][:count]), f"{count} parameters")
    body = f"<methodCall><methodName>{xmlrpc.PING}</methodName></methodCall>".encode()
    _is_fault(t, t.post_xml(body), "no <params> at all")


@case(
    "pingback.server.parameters-extra",
    "A ping with three parameters gets an answer that can be read",
    clauses="PB-3-1 PB-4-2",
    level=MUST,
    why="WordPress takes it, others do not; it must not be a server error.",
)
def parameters_extra(t: Trial) -> None:
    source = t.source("<p>no link</p>")
    reply = t.call(xmlrpc.PING, source.url, t.target.page, "more")
    t.readable(reply)


@case(
    "pingback.server.parameters-code",
    "The fault for a wrong number of parameters is -32602",
    clauses="FC-2 PB-3-8",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.parameters-missing",
    why="WordPress and Zine fail inside, and say something that has nothing to do with it.",
)
def parameters_code(t: Trial) -> None:
    t.fault(t.call(xmlrpc.PING), "no parameters", -32602)
    t.fault(t.call(xmlrpc.PING, t.target.page), "one parameter", -32602)


@case(
    "pingback.server.parameter-types",
    "Parameters that are no strings get a fault",
    clauses="PB-3-2 XR-T6 PB-4-2",
    level=MUST,
    basis=IMPLIED,
    why="A struct where a string is expected is the first thing that a fuzzer tries.",
)
def parameter_types(t: Trial) -> None:
    for value in (
        "<int>1</int>",
        "<boolean>1</boolean>",
        "<double>-1.5</double>",
        "<array><data><value>a</value></data></array>",
        "<struct><member><name>a</name><value>b</value></member></struct>",
    ):
        kind = value[1:].partition(">")[0]
        reply = t.post_xml(xmlrpc.envelope(xmlrpc.PING, value, value))
        _is_answer_and_fault(t, reply, f"two of <{kind}>")


@case(
    "pingback.server.parameter-types-code",
    "The fault for parameters of a wrong type is -32602",
    clauses="FC-2 PB-3-8",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.parameter-types",
    why="0 tells a sender nothing that it could mend.",
)
def parameter_types_code(t: Trial) -> None:
    value = "<int>1</int>"
    t.fault(t.post_xml(xmlrpc.envelope(xmlrpc.PING, value, value)), "two numbers", -32602)


@case(
    "pingback.server.parameter-markup",
    "Values that break the rules of their type get a fault",
    clauses="XR-T1 XR-T3 XR-P3 PB-4-2",
    level=MUST,
    basis=IMPLIED,
    why="Parsers of their own raise on them.",
)
def parameter_markup(t: Trial) -> None:
    for value in (
        "<int>x</int>",
        "<int>99999999999999999999</int>",
        "<i4/>",
        "<dateTime.iso8601>never</dateTime.iso8601>",
        "<base64>*</base64>",
        "<nil/>",
        "<string>a</string><string>b</string>",
    ):
        reply = t.post_xml(xmlrpc.envelope(xmlrpc.PING, value, value))
        _is_answer_and_fault(t, reply, f"a value of {value}")


@case(
    "pingback.server.get",
    "GET on the endpoint is answered 405, with what is allowed",
    clauses="XR-H1",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    why="People click on the address; a page or an error without Allow tells them nothing.",
)
def get(t: Trial) -> None:
    response = t.answered(t.request("GET", t.endpoint))
    allowed = [word.strip().upper() for word in ",".join(response.all("Allow")).split(",")]
    t.check(
        response.status == 405 and "POST" in allowed,
        "HTTP 405 with Allow: POST",
        f"HTTP {response.status}, Allow: {', '.join(allowed)}",
    )
