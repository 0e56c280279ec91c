"""Pingback's methods, what introspection says of them, and how an endpoint is advertised."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.errors import InvalidParams, MethodNotFound
from linkback_protocol.linkback import Status
from linkback_protocol.url import InvalidURL
from linkback_protocol.wire import pingback
from linkback_protocol.wire.pingback import link_element, success_message
from linkback_protocol.wire.xmlrpc import Call, Value

SOURCE = "http://alice.example.org/1"
TARGET = "http://bob.example.net/#foo"


def test_a_ping_is_source_and_target() -> None:
    call = Call(pingback.PING, (f"\n {SOURCE}\t", f" {TARGET} "))
    assert pingback.read_ping(call) == (SOURCE, TARGET)


@pytest.mark.parametrize(
    "params",
    [
        (),
        (SOURCE,),
        (SOURCE, TARGET, ""),
        (SOURCE, 1),
        (True, TARGET),
        (None, TARGET),
        (SOURCE, b"x"),
        ([SOURCE], TARGET),
        ({"source": SOURCE}, TARGET),
        ([SOURCE, TARGET],),
    ],
)
def test_a_ping_is_nothing_else(params: tuple[Value, ...]) -> None:
    with pytest.raises(InvalidParams):
        pingback.read_ping(Call(pingback.PING, params))


def test_get_pingbacks_asks_about_one_target() -> None:
    assert pingback.read_target(Call(pingback.GET_PINGBACKS, (f" {TARGET}\n",))) == TARGET
    params: list[tuple[Value, ...]] = [(), (TARGET, TARGET), (1,), ([TARGET],)]
    for wrong in params:
        with pytest.raises(InvalidParams):
            pingback.read_target(Call(pingback.GET_PINGBACKS, wrong))


def test_the_methods_are_listed() -> None:
    methods = pingback.introspect(Call("system.listMethods", ()))
    assert methods == [
        "pingback.ping",
        "pingback.extensions.getPingbacks",
        "system.listMethods",
        "system.methodSignature",
        "system.methodHelp",
        "system.getCapabilities",
    ]


@pytest.mark.parametrize(
    ("name", "signatures"),
    [
        ("pingback.ping", [["string", "string", "string"]]),
        ("pingback.extensions.getPingbacks", [["array", "string"]]),
        ("system.listMethods", [["array"]]),
        ("system.methodSignature", [["array", "string"]]),
        ("system.methodHelp", [["string", "string"]]),
        ("system.getCapabilities", [["struct"]]),
    ],
)
def test_every_method_has_a_signature_and_help(name: str, signatures: list[list[str]]) -> None:
    assert pingback.introspect(Call("system.methodSignature", (name,))) == signatures
    assert pingback.introspect(Call("system.methodHelp", (name,)))


def test_capabilities_name_specifications_and_versions() -> None:
    capabilities = pingback.introspect(Call("system.getCapabilities", ()))
    assert isinstance(capabilities, dict)
    assert {"xmlrpc", "faults_interop", "introspect"} <= capabilities.keys()
    assert "system.multicall" not in capabilities
    assert capabilities["faults_interop"]["specVersion"] == 20010516
    for capability in capabilities.values():
        assert capability.keys() == {"specUrl", "specVersion"}
        assert type(capability["specUrl"]) is str
        assert type(capability["specVersion"]) is int


@pytest.mark.parametrize(
    "call",
    [
        Call("system.multicall", ([],)),
        Call("system.listmethods", ()),
        Call("demo.sayHello", ()),
        Call("system.methodSignature", ("system.multicall",)),
        Call("system.methodHelp", ("demo.sayHello",)),
        Call("system.methodHelp", ("",)),
    ],
)
def test_other_methods_do_not_exist(call: Call) -> None:
    with pytest.raises(MethodNotFound):
        pingback.introspect(call)


@pytest.mark.parametrize(
    "call",
    [
        Call("system.listMethods", ("",)),
        Call("system.getCapabilities", (1,)),
        Call("system.methodSignature", ()),
        Call("system.methodSignature", (["pingback.ping"],)),
        Call("system.methodHelp", ("pingback.ping", "")),
    ],
)
def test_introspection_has_parameters_of_its_own(call: Call) -> None:
    with pytest.raises(InvalidParams):
        pingback.introspect(call)


def test_success_says_what_happened_and_never_that_it_is_spam() -> None:
    messages = {status: success_message(status, SOURCE, TARGET) for status in Status}
    for message in messages.values():
        assert SOURCE in message
        assert TARGET in message
        assert "spam" not in message.lower()
        assert "\n" not in message
    assert "registered." in messages[Status.APPROVED]
    assert "queued" in messages[Status.RECEIVED]
    assert "held for moderation" in messages[Status.PENDING]
    assert messages[Status.PENDING] == messages[Status.SPAM] == messages[Status.TRASH]


SPECIFIED = re.compile(r'<link rel="pingback" href="([^"]+)" ?/?>')
ENTITY = re.compile("&(amp|lt|gt|quot);")
ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}


def discover(page: str) -> list[str]:
    """Find the endpoints of a page as PB-2.3-3 and PB-2.3-4 have it."""
    return [
        ENTITY.sub(lambda entity: ENTITIES[entity[1]], href) for href in SPECIFIED.findall(page)
    ]


def test_the_link_has_the_exact_form() -> None:
    assert (
        link_element("http://bob.example.net/xmlrpcserver")
        == '<link rel="pingback" href="http://bob.example.net/xmlrpcserver">'
    )
    assert (
        link_element("http://bob.example.net/?a=1&b=2", xhtml=True)
        == '<link rel="pingback" href="http://bob.example.net/?a=1&amp;b=2" />'
    )


@given(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="\\")),
    st.booleans(),
)
def test_clients_get_back_the_endpoint_as_it_was_given(rest: str, xhtml: bool) -> None:
    endpoint = f"http://Bob.example.net:80/{rest}"
    element = link_element(endpoint, xhtml=xhtml)
    assert discover(element) == [endpoint]
    assert not ENTITY.sub("", element).count("&")
    assert element.count("<") == element.count(">") == 1


@given(st.text(st.characters(min_codepoint=0xA1, exclude_categories=["Zs", "Cc", "Cf", "Cs"])))
def test_an_endpoint_beyond_ascii_is_escaped(rest: str) -> None:
    element = link_element(f"http://bob.example.net/p\u00e9?{rest}")
    assert element.isascii()
    (found,) = discover(element)
    assert found.startswith("http://bob.example.net/p%C3%A9")


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "/pingback",
        "//bob.example.net/pingback",
        "bob.example.net/pingback",
        "mailto:bob@example.net",
        "javascript:alert(1)",
        "ftp://bob.example.net/",
        "http://user:password@bob.example.net/",
        "http://bob.example.net/a b",
        "http://bob.example.net/a\nb",
        "http:\\\\bob.example.net/",
    ],
)
def test_an_endpoint_is_an_absolute_web_address(endpoint: str) -> None:
    with pytest.raises(InvalidURL):
        link_element(endpoint)
