"""Answers of an XML-RPC server, read back by the standard library's client."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xmlrpc import client

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.wire.xmlrpc import Value, dump_fault, dump_response


def test_a_response_is_one_value_in_one_param() -> None:
    assert dump_response("a < b & c") == (
        b'<?xml version="1.0" encoding="utf-8"?>\n'
        b"<methodResponse><params><param><value><string>a &lt; b &amp; c</string></value></param>"
        b"</params></methodResponse>\n"
    )


def test_a_fault_has_exactly_two_members() -> None:
    assert dump_fault(-32601, "no <such> method") == (
        b'<?xml version="1.0" encoding="utf-8"?>\n'
        b"<methodResponse><fault><value><struct>"
        b"<member><name>faultCode</name><value><int>-32601</int></value></member>"
        b"<member><name>faultString</name><value><string>no &lt;such&gt; method</string></value>"
        b"</member></struct></value></fault></methodResponse>\n"
    )


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
VALUES = st.recursive(
    st.one_of(TEXT, st.booleans(), st.integers(-(2**31), 2**31 - 1)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)


@given(VALUES)
def test_the_standard_library_reads_every_response(value: Any) -> None:
    assert client.loads(dump_response(value)) == ((value,), None)


@given(st.integers(-32768, 50), TEXT)
def test_the_standard_library_reads_every_fault(code: int, message: str) -> None:
    with pytest.raises(client.Fault) as caught:
        client.loads(dump_fault(code, message))
    assert (caught.value.faultCode, caught.value.faultString) == (code, message)


@given(st.text(st.characters(codec=None)))
def test_every_answer_is_well_formed(text: str) -> None:
    ((value,), _) = client.loads(dump_response([text]))
    assert all(character in text for character in value[0])


def test_what_xml_cannot_carry_is_left_out_and_line_ends_are_kept() -> None:
    text = "a\0\x08\x0b\x1f\ud800\udfff\ufffe\uffffb\t\r\n\x7f\U0001f600]]>"
    assert client.loads(dump_response(text))[0] == ("ab\t\r\n\x7f\U0001f600]]>",)


@pytest.mark.parametrize("value", [1.5, None, b"x", datetime(2026, 1, 1), object()])
def test_values_that_no_answer_has_are_a_mistake_of_ours(value: Value) -> None:
    with pytest.raises(TypeError):
        dump_response(value)


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1])
def test_integers_have_32_bits(value: int) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        dump_response(value)
