"""Method calls as we write them, read back by our own server and by the standard library's."""

from __future__ import annotations

from xmlrpc import client

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.wire.xmlrpc import MAX_METHOD, Call, dump_call, parse_call

ANYTHING = st.text(st.characters(codec=None))
CARRIABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
)


def test_a_ping_is_two_typed_strings() -> None:
    sent = dump_call("pingback.ping", "http://a.example/?x=1&y=2", "http://b.example/#caf\u00e9")
    assert (
        sent
        == (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            "<methodCall><methodName>pingback.ping</methodName><params>"
            "<param><value><string>http://a.example/?x=1&amp;y=2</string></value></param>"
            "<param><value><string>http://b.example/#caf\u00e9</string></value></param>"
            "</params></methodCall>\n"
        ).encode()
    )


@given(st.lists(CARRIABLE, max_size=3))
def test_servers_read_what_was_written(params: list[str]) -> None:
    sent = dump_call("pingback.ping", *params)
    assert parse_call(sent) == Call("pingback.ping", tuple(params))
    assert client.loads(sent) == (tuple(params), "pingback.ping")


@given(ANYTHING)
def test_every_call_is_well_formed(param: str) -> None:
    ((read,), _) = client.loads(dump_call("m", param))
    assert parse_call(dump_call("m", param)).params == (read,)
    # What is left out is what XML cannot carry, and nothing is added.
    assert all(character in param for character in read)


def test_what_xml_cannot_carry_is_left_out() -> None:
    assert parse_call(dump_call("m", "a\0\x0b\ud800\uffffb\r\n")).params == ("ab\r\n",)


@pytest.mark.parametrize("method", ["", "pingback ping", "a<b", "m\n", "\u00e9", "m" * 256])
def test_names_that_no_method_has_are_a_mistake_of_ours(method: str) -> None:
    with pytest.raises(ValueError, match="no method has the name"):
        dump_call(method)


def test_the_longest_name_is_one_that_we_take_ourselves() -> None:
    assert parse_call(dump_call("m" * MAX_METHOD)) == Call("m" * MAX_METHOD, ())
