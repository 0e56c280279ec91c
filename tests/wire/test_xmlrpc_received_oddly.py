"""Answers to a pingback in forms that nobody wrote down, and what is no answer at all."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkback_protocol.wire.answer import (
    MAX_MESSAGE,
    MAX_ODDITIES,
    Malformed,
    Refusal,
    Success,
)
from linkback_protocol.wire.document import MAX_DEPTH, MAX_ELEMENTS
from linkback_protocol.wire.xmlrpc_answer import read_answer
from tests.wire.xmlrpc_answers import answer, fault, value


@pytest.mark.parametrize(
    ("body", "code", "message", "oddity"),
    [
        (fault("<string>17</string>"), 17, "No.", "faultCode is of the type <string>"),
        (fault("17"), 17, "No.", "faultCode is of the type <string>"),
        (fault("<double>17.0</double>"), None, "No.", "faultCode is '17.0', no integer"),
        (fault("<int>99999999999</int>"), None, "No.", "no integer of 32 bits (XR-T1)"),
        (fault("<int>2147483648</int>"), None, "No.", "no integer of 32 bits (XR-T1)"),
        (fault("<int/>"), None, "No.", "faultCode is '', no integer of 32 bits (XR-T1)"),
        (fault("<int>-32604</int>"), -32604, "No.", "-32604 is none of pingback's (PB-3-5)"),
        (fault("<int>17</int>", "<int>5</int>"), 17, "5", "faultString is of the type <int>"),
        (fault("<int>17</int>", "<b>x</b>"), 17, "x", "faultString is of the type <b>"),
        (
            fault("<int>17</int>").replace("faultString", "reason"),
            17,
            "",
            "the fault's members are faultCode, reason, not faultCode and faultString (XR-R4)",
        ),
        (
            fault("<int>17</int>").replace("<struct>", "").replace("</struct>", ""),
            17,
            "No.",
            "the fault is of the type <member>, not a struct",
        ),
        ("<methodResponse><fault>17</fault></methodResponse>", 17, "", "not a struct"),
        (
            "<methodResponse><fault><value>No link!</value></fault></methodResponse>",
            None,
            "No link!",
            "the fault is of the type <string>, not a struct",
        ),
        (
            "<methodResponse><fault/></methodResponse>",
            None,
            "",
            "the fault is without a value, not a struct",
        ),
        (
            fault("<int>17</int>")
            .replace("fault>", "params>")
            .replace("params>", "params><param>"),
            17,
            "No.",
            "the fault is returned as if it were a success (PB-3-5)",
        ),
        (
            fault("<int>17</int>").replace(
                "</fault>", "</fault><params><param><value>ok</value></param></params>"
            ),
            17,
            "No.",
            "there are both <fault> and <params> (XR-R5)",
        ),
        (
            fault("<int>17</int>").replace(
                "</struct>",
                "<member><name>faultCode</name><value><int>0</int></value></member></struct>",
            ),
            17,
            "No.",
            "the fault has 'faultCode' more than once (XR-R4)",
        ),
        (value("<boolean>0</boolean>"), None, "", "the success is a <boolean> that says no"),
        (value("<i8>48</i8>"), 48, "", "the fault 48 is returned as if it were a success"),
    ],
)
def test_refusals_in_other_forms(body: str, code: int | None, message: str, oddity: str) -> None:
    read = answer(body)
    assert isinstance(read, Refusal)
    assert (read.code, read.message) == (code, message)
    assert any(oddity in each for each in read.oddities), read.oddities


@pytest.mark.parametrize(
    ("body", "message", "oddity"),
    [
        (value("<boolean>1</boolean>"), "1", "of the type <boolean>, not a string (PB-3-4)"),
        (value("<array><data><value>ok</value></data></array>"), "ok", "of the type <array>"),
        (value("<i8>4711</i8>"), "4711", "of the type <i8>, not a string (PB-3-4)"),
        (value("<nil/>"), "", "of the type <nil>, not a string (PB-3-4)"),
        (value("<text>ok</text>"), "ok", "of the type <text>, not a string (XR-T1)"),
        (value("<string>ok</string>!"), "ok!", "text stands within <value> (XR-R3)"),
        (value("<string>a</string><string>b</string>"), "ab", "<value> holds more than one"),
        (value("<string>a <b>b</b></string>"), "a b", "<b> stands within <string> (XR-R3)"),
        (
            value("a").replace("</param>", "</param><param><value>b</value></param>"),
            "a",
            "<params> does not hold exactly one param (XR-R3)",
        ),
        (
            value("a").replace("</params>", "</params><params><param/></params>"),
            "a",
            "<methodResponse> holds more than one element (XR-R3)",
        ),
        ("<methodResponse><params/></methodResponse>", "", "the success has no value (PB-3-4)"),
        (
            "<methodResponse><value>ok</value><params>x</params></methodResponse>",
            "x",
            "<value> stands within <methodResponse> (XR-R3)",
        ),
    ],
)
def test_successes_in_other_forms(body: str, message: str, oddity: str) -> None:
    read = answer(body)
    assert isinstance(read, Success)
    assert read.message == message
    assert any(oddity in each for each in read.oddities), read.oddities


def test_the_status_and_the_type_matter_little_where_there_is_a_document() -> None:
    read = answer(value("ok"), status=202, content_type="")
    assert read == Success(
        "ok",
        (
            "the HTTP status is 202, not 200 (XR-R1)",
            "the Content-Type is '', not 'text/xml' (XR-R2)",
        ),
    )


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("", 200, "The answer is empty."),
        (" \n\n", 204, "The answer is empty."),
        ("", 302, "HTTP status 302, a redirect; the answer is empty."),
        # WordPress, to anything but a POST.
        (
            "XML-RPC server accepts POST requests only.",
            405,
            'HTTP status 405; the answer is no XML: "XML-RPC server accepts POST requests only.".',
        ),
        # webmention.io, where source or target is missing.
        (
            '{"error":"invalid_request","error_description":"source or target were missing"}',
            400,
            'HTTP status 400; the answer is no XML: "{"error":"invalid_request",',
        ),
        # Dotclear, with one parameter; Typecho, with XML that is not well-formed.
        (
            "<!DOCTYPE html>\n<html><head><title lang=en>\nOops &amp; sorry</title></head>",
            571,
            'HTTP status 571; the answer is a web page ("Oops & sorry").',
        ),
        ("<html><body>x", 200, "The answer is a web page."),
        ("<rss version='2'><channel/></rss>", 200, "The answer is another document, <rss>."),
        (
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + value("&a;"),
            200,
            "The answer declares a document type, which is never read.",
        ),
        (
            '<!DOCTYPE x SYSTEM "http://127.0.0.1/"><methodCall/>' + value("a"),
            200,
            "The answer declares a document type, which is never read.",
        ),
        (
            "<methodResponse/>",
            200,
            "The answer is a <methodResponse> that holds neither a success nor a fault.",
        ),
        ("<methodResponse ", 200, "The answer breaks off where it begins."),
        ("<methodResponses>", 500, "HTTP status 500; the answer is another document,"),
    ],
)
def test_what_says_neither_yes_nor_no(body: str, status: int, reason: str) -> None:
    read = answer(body, status=status)
    assert isinstance(read, Malformed)
    assert read.reason.startswith(reason)


def test_a_document_type_is_not_read_in_utf_16_either() -> None:
    body = f'<!DOCTYPE x [<!ENTITY a "b">]>{value("&a;")}'.encode("utf-16")
    assert isinstance(answer(body), Malformed)


def test_a_document_type_within_is_text() -> None:
    read = answer(value('a<!DOCTYPE x [<!ENTITY a "b">]>&a;'))
    assert isinstance(read, Success)
    assert read.message == 'a<!DOCTYPE x [<!ENTITY a "b">]>&a;'


def test_the_servers_words_are_one_bounded_line_of_plain_text() -> None:
    read = answer(value("a\n\tb\u202ec " + "word " * 10_000))
    assert isinstance(read, Success)
    assert read.message.startswith("a bc word")
    assert len(read.message) <= MAX_MESSAGE


@pytest.mark.parametrize(
    ("content", "oddity"),
    [
        ("<nil/>" * MAX_ELEMENTS, f"more than {MAX_ELEMENTS} elements"),
        ("<array><data><value>" * MAX_DEPTH, f"more than {MAX_DEPTH} elements within each other"),
        # The thousandth is mended, and what follows is not read.
        ("&" * 1001, "not well-formed"),
    ],
)
def test_what_no_answer_needs_is_not_read(content: str, oddity: str) -> None:
    read = answer(value(content))
    assert isinstance(read, Success)
    assert any(oddity in each for each in read.oddities), read.oddities


def test_not_everything_that_is_odd_is_named() -> None:
    pieces = "".join(f"<param><x{number}/></param>" for number in range(50))
    read = answer(f"<methodResponse><params>{pieces}</params></methodResponse>")
    assert len(read.oddities) == MAX_ODDITIES


@pytest.mark.parametrize(
    "content",
    [
        "<array><data><value>" * MAX_DEPTH * 100,
        "<nil/>" * MAX_ELEMENTS * 100,
        "<x>" * 100_000,
        "<![CDATA[" * 100_000,
        "<?xml " * 100_000,
        "<!--" * 100_000,
        "&" * 500_000,
        "&a" * 100_000,
        "<" * 500_000,
        "\n" * 500_000,
        "<methodResponse" * 50_000,
        "<title" * 100_000,
        "<!doctype " * 50_000,
        '<?xml encoding="' * 50_000,
        "<member><name>a</name>" * 20_000,
    ],
)
def test_hostile_answers_are_read_too(content: str) -> None:
    # Each would take minutes were the time not linear.
    for body in (content, value(content), fault(content), "<?xml " + content):
        read = answer(body)
        assert len(read.oddities) <= MAX_ODDITIES
        assert all(len(each) <= 200 for each in read.oddities)


@given(st.binary(max_size=300), st.integers(100, 599), st.text(max_size=40))
@example(b"", 200, "text/xml; charset=\0")
@example(b"\xff\xfe\0\0", 200, "text/xml; charset*=utf-7''x")
def test_any_bytes_give_an_answer(body: bytes, status: int, content_type: str) -> None:
    for sent in (body, value("\0").encode().replace(b"\0", body)):
        read = read_answer(sent, status=status, content_type=content_type)
        assert isinstance(read, Success | Refusal | Malformed)


PIECES = st.sampled_from(
    [
        f"<{end}{tag}>"
        for end in ("", "/")
        for tag in (
            "methodResponse",
            "params",
            "param",
            "value",
            "fault",
            "struct",
            "member",
            "name",
            "int",
            "i4",
            "string",
            "array",
            "data",
            "br",
        )
    ]
    + ["faultCode", "faultString", "17", " ", "&", "<", "<![CDATA[", "]]>", "\0"]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_pieces_of_an_answer_give_one(body: str) -> None:
    for sent in (body, f"<methodResponse>{body}"):
        assert isinstance(answer(sent), Success | Refusal | Malformed)
