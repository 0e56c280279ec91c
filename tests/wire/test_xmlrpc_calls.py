"""Method calls as senders write them: what is read, and what is refused as what."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xmlrpc import client

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.errors import MethodNotFound, NotXMLRPC
from linkback_protocol.wire.document import MAX_DEPTH
from linkback_protocol.wire.xmlrpc import MAX_METHOD, Call, Value, parse_call

SOURCE = "http://alice.example.org/?a=1&b=2"
TARGET = "http://bob.example.net/#foo"


def call(params: str, *, method: str = "pingback.ping", before: str = "") -> bytes:
    return (f"{before}<methodCall><methodName>{method}</methodName>{params}</methodCall>").encode()


def value(content: str) -> Value:
    params = parse_call(call(f"<params><param><value>{content}</value></param></params>")).params
    assert len(params) == 1
    return params[0]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            b'<?xml version="1.0"?><methodCall><methodName>pingback.ping</methodName><params>'
            b"<param><value><string>http://alice.example.org/?a=1&amp;b=2</string></value></param>"
            b"<param><value><string>http://bob.example.net/#foo</string></value></param>"
            b"</params></methodCall>",
            id="F1 typed, F10 ampersand and fragment",
        ),
        pytest.param(
            b"<methodCall><methodName>pingback.ping</methodName><params>"
            b"<param><value>http://alice.example.org/?a=1&amp;b=2</value></param>"
            b"<param><value>http://bob.example.net/#foo</value></param></params></methodCall>",
            id="F2 untyped, no declaration",
        ),
        pytest.param(
            b'<?xml version="1.0"?>\r\n<methodCall>\r\n <methodName> pingback.ping\n</methodName>\n'
            b" <params>\n  <param>\n   <value>\n\t<string>http://alice.example.org/?a=1&amp;b=2"
            b"</string>\n   </value>\n  </param>\n  <param><value>\n<string>"
            b"http://bob.example.net/#foo</string></value></param>\n </params>\n</methodCall>\n\n",
            id="F3 pretty-printed",
        ),
        pytest.param(
            b"<methodCall><methodName>pingback<![CDATA[.ping]]></methodName><params>"
            b"<param><value><![CDATA[http://alice.example.org/?a=1&b=2]]></value></param>"
            b"<param><value><string>http:&#x2F;&#47;bob.example.net/<!-- x -->#foo</string></value>"
            b"</param></params></methodCall>",
            id="F4 CDATA, references, a comment",
        ),
        pytest.param(
            b"\r\n\n<?xml version='1.0'?><?pi x?><methodCall a='b'><methodName>pingback.ping"
            b"</methodName><params><param><value>http://alice.example.org/?a=1&#38;b=2</value>"
            b"</param><param><value>http://bob.example.net/#foo</value></param></params>"
            b"</methodCall><!-- by hand -->",
            id="blank lines first, instructions and attributes",
        ),
    ],
)
def test_reads_a_ping_in_every_dress(body: bytes) -> None:
    assert parse_call(body) == Call("pingback.ping", (SOURCE, TARGET))


@pytest.mark.parametrize("params", ["", "<params/>", "<params>\n</params>"])
def test_a_call_may_have_no_parameters(params: str) -> None:
    assert parse_call(call(params, method="system.listMethods")).params == ()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ""),
        (" a ", " a "),
        ("<string/>", ""),
        ("<string> a\n</string>", " a\n"),
        ("<int>+033</int>", 33),
        ("<i4>-2147483648</i4>", -(2**31)),
        ("<int>2147483647</int>", 2**31 - 1),
        ("<int>-0</int>", 0),
        (f"<int>{'0' * 5000}7</int>", 7),
        ("<i8>9223372036854775807</i8>", 2**63 - 1),
        ("<boolean>1</boolean>", True),
        ("<boolean>0</boolean>", False),
        ("<double>-12.214</double>", -12.214),
        ("<double>+.5</double>", 0.5),
        ("<double>3.</double>", 3.0),
        ("<double>3</double>", 3.0),
        (
            "<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>",
            datetime(1998, 7, 17, 14, 8, 55),
        ),
        ("<base64>\n eW91IGNhbid0\n IHJlYWQ= </base64>", b"you can't read"),
        ("<nil/>", None),
        ("<array><data/></array>", []),
        ("<array> <data><value>a</value> <value><int>1</int></value></data> </array>", ["a", 1]),
        ("<struct/>", {}),
        (
            (
                "<struct><member><name>a</name><value><struct><member><name/><value/></member>"
                "</struct></value></member> <member>\n<name>b</name> <value>c</value></member>"
                "</struct>"
            ),
            {"a": {"": ""}, "b": "c"},
        ),
    ],
)
def test_reads_values(content: str, expected: Value) -> None:
    found = value(content)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "content",
    [
        "<int/>",
        "<int> 1</int>",
        "<int>1_0</int>",
        "<int>+-1</int>",
        "<int>0x1</int>",
        "<int>\u0663</int>",
        "<int>2147483648</int>",
        "<i4>-2147483649</i4>",
        "<i8>9223372036854775808</i8>",
        f"<int>{'9' * 5000}</int>",
        "<boolean>true</boolean>",
        "<boolean/>",
        "<double>1e5</double>",
        "<double>inf</double>",
        "<double>NaN</double>",
        "<double>.</double>",
        "<double> 1.0</double>",
        f"<double>{'9' * 5000}</double>",
        "<dateTime.iso8601>19981317T14:08:55</dateTime.iso8601>",
        "<dateTime.iso8601>1998-07-17T14:08:55Z</dateTime.iso8601>",
        "<dateTime.iso8601/>",
        "<base64>a</base64>",
        "<base64>caf\u00e9</base64>",
        "<base64>YQ==!</base64>",
        "<nil>x</nil>",
        "<bigdecimal>1</bigdecimal>",
        "<string>a</string><string>b</string>",
        "a<string>b</string>",
        "<string>a</string>b",
        "<string>a<b>c</b></string>",
        "<value>a</value>",
        "<array/>",
        "<array><value>a</value></array>",
        "<array><data/><data/></array>",
        "<array><data>a</data></array>",
        "<struct><member><name>a</name></member></struct>",
        "<struct><member><value>a</value></member></struct>",
        "<struct><member><value>a</value><name>a</name></member></struct>",
        "<struct><name>a</name><value>a</value></struct>",
    ],
)
def test_refuses_values_that_the_specification_does_not_have(content: str) -> None:
    with pytest.raises(NotXMLRPC):
        value(content)


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>hello</body></html>",
        b"<methodResponse><params/></methodResponse>",
        b"<MethodCall><methodName>a</methodName></MethodCall>",
        b'<x:methodCall xmlns:x="x"><methodName>a</methodName></x:methodCall>',
        b"<methodCall/>",
        b"<methodCall>pingback.ping</methodCall>",
        b"<methodCall><params/></methodCall>",
        b"<methodCall><methodName>a</methodName><methodName>b</methodName></methodCall>",
        b"<methodCall><methodName>a</methodName><params/><params/></methodCall>",
        b"<methodCall><params/><methodName>a</methodName></methodCall>",
        b"<methodCall><methodName>a<b/></methodName></methodCall>",
        b"<methodCall><methodName>a</methodName>text</methodCall>",
        b"<methodCall><methodName>a</methodName><param><value/></param></methodCall>",
        b"<methodCall><methodName>a</methodName><params><value/></params></methodCall>",
        b"<methodCall><methodName>a</methodName><params><param/></params></methodCall>",
        b"<methodCall><methodName>a</methodName><params><param>x</param></params></methodCall>",
        (
            b"<methodCall><methodName>a</methodName><params><param><value/><value/></param></params>"
            b"</methodCall>"
        ),
    ],
)
def test_refuses_well_formed_xml_that_is_no_call(body: bytes) -> None:
    with pytest.raises(NotXMLRPC):
        parse_call(body)


def test_a_name_that_no_method_can_have_is_not_found() -> None:
    assert parse_call(call("", method="/a:B_1.c")).method == "/a:B_1.c"
    assert parse_call(call("", method="m" * MAX_METHOD)).method == "m" * MAX_METHOD
    for method in ("", "  ", "a b", "a\u00e9", "ping-back", "a&lt;", "m" * (MAX_METHOD + 1)):
        with pytest.raises(MethodNotFound):
            parse_call(call("", method=method))


def test_depth_is_bounded() -> None:
    def nested(depth: int) -> bytes:
        inner = "<value><array><data>" * depth + "</data></array></value>" * depth
        return call(f"<params><param>{inner}</param></params>")

    within = (MAX_DEPTH - 3) // 3
    assert parse_call(nested(within)).params
    for depth in (within + 1, 20_000):
        with pytest.raises(NotXMLRPC):
            parse_call(nested(depth))


def test_each_call_is_read_by_itself() -> None:
    with pytest.raises(NotXMLRPC):
        parse_call(call("<params><param><value>a</value></param><x/></params>"))
    assert parse_call(call("<params><param><value>b</value></param></params>")).params == ("b",)


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40
)
VALUES = st.recursive(
    st.one_of(
        TEXT,
        st.booleans(),
        st.integers(-(2**31), 2**31 - 1),
        # The library writes very small and large doubles with an exponent, against XR-T4.
        st.integers(-(10**9), 10**9).map(lambda thousandths: thousandths / 1000),
        st.binary(max_size=40),
        st.datetimes(min_value=datetime(1000, 1, 1)).map(lambda at: at.replace(microsecond=0)),
        st.none(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=4), st.sampled_from(["utf-8", "utf-16", "koi8-r", "gb18030"]))
def test_reads_what_the_standard_library_writes(params: list[Any], encoding: str) -> None:
    written = client.dumps(tuple(params), "m", encoding=encoding, allow_none=True)
    body = written.encode(encoding, "xmlcharrefreplace")
    assert parse_call(body) == Call("m", tuple(params))
