"""The vocabulary of pingback: its methods, what they answer, and how an endpoint is advertised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.errors import InvalidParams, MethodNotFound
from linkback_protocol.linkback import Status
from linkback_protocol.wire.text import escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_protocol.wire.xmlrpc import Call, Value

HEADER = "X-Pingback"
PING = "pingback.ping"
GET_PINGBACKS = "pingback.extensions.getPingbacks"


@dataclass(frozen=True, slots=True)
class Method:
    """What introspection says of a method: its signature, result first, and a line of help."""

    signature: tuple[str, ...]
    help: str


METHODS = {
    PING: Method(
        ("string", "string", "string"),
        "Tells that the page at the first URI (source) links to the one at the second (target).",
    ),
    GET_PINGBACKS: Method(
        ("array", "string"),
        "Returns the URIs of the pages whose pingbacks to this URI are published.",
    ),
    "system.listMethods": Method(("array",), "Returns the names of the methods offered here."),
    "system.methodSignature": Method(
        ("array", "string"), "Returns the signatures of a method: its result, then its parameters."
    ),
    "system.methodHelp": Method(("string", "string"), "Returns what a method does."),
    "system.getCapabilities": Method(("struct",), "Returns the specifications followed here."),
}
"""The methods offered. ``system.multicall`` is not, on purpose: one request would carry hundreds of
pings, and no sender of pingbacks needs it."""

_CAPABILITIES = {
    "xmlrpc": ("http://www.xmlrpc.com/spec", 1),
    "faults_interop": ("http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php", 20010516),
    "introspect": ("http://xmlrpc-c.sourceforge.net/introspection.html", 1),
    "pingback": ("http://www.hixie.ch/specs/pingback/pingback-1.0", 1),
}


def read_ping(call: Call) -> tuple[str, str]:
    """Return source and target (PB-3-1, PB-3-2).

    :raises InvalidParams: not exactly two strings.
    """
    match call.params:
        case (str(source), str(target)):
            return source.strip(), target.strip()
    raise InvalidParams(f"{call.method} takes two strings")


def read_target(call: Call) -> str:
    """Return the one URI that a call is about (GP-1).

    :raises InvalidParams: not exactly one string.
    """
    return _one_string(call).strip()


def introspect(call: Call) -> Value:
    """Answer a ``system.*`` call (IN-1 to IN-4).

    :raises MethodNotFound: it is none, or asks about a method that is not offered.
    :raises InvalidParams: not the parameters that it takes.
    """
    answer = _INTROSPECTION.get(call.method)
    if answer is None:
        raise MethodNotFound(f"no method {call.method!r}")
    return answer(call)


def success_message(status: Status, source: str, target: str) -> str:
    """Return what a sender is told (PB-3-4): registered, held, or queued.

    Spam is "held": nobody needs to learn what gets through.
    """
    match status:
        case Status.APPROVED:
            fate = "registered"
        case Status.RECEIVED:
            fate = "accepted and queued for verification"
        case _:
            fate = "registered and held for moderation"
    return f"Pingback from {source} to {target} {fate}."


def link_element(endpoint: str, *, xhtml: bool = False) -> str:
    """Return the ``<link>`` that advertises an endpoint, in the exact form of PB-2.2-1.

    A client gets the endpoint back as it is here, or link and header would differ (PB-2.1-5). Only
    one beyond ASCII is normalised, since every character but the four of PB-2.2-6 would have to be
    a percent escape (PB-2.2-7).

    :raises ValueError: the endpoint is no absolute http or https URL (PB-2.2-5).
    """
    normalised = url.parse(endpoint)
    href = escape(endpoint if endpoint.isascii() else str(normalised))
    return f'<link rel="pingback" href="{href}"{" /" if xhtml else ""}>'


_LINK = re.compile(r'<link rel="pingback" href="([^"]+)" ?/?>')
_ENTITY = re.compile("&(amp|lt|gt|quot);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}


def exact_links(text: str) -> list[str]:
    """Return the endpoints that a page advertises by the exact pattern, in their order.

    The pattern and the four entities are those of the specification (PB-2.3-3, PB-2.3-4), applied
    to the text of the page as it is, comments and all.
    """
    return [
        _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], match[1]) for match in _LINK.finditer(text)
    ]


def _one_string(call: Call) -> str:
    match call.params:
        case (str(text),):
            return text
    raise InvalidParams(f"{call.method} takes one string")


def _no_params(call: Call) -> None:
    if call.params:
        raise InvalidParams(f"{call.method} takes no parameters")


def _named(call: Call) -> Method:
    name = _one_string(call)
    method = METHODS.get(name)
    if method is None:
        raise MethodNotFound(f"no method {name!r}")
    return method


def _list_methods(call: Call) -> Value:
    _no_params(call)
    return list(METHODS)


def _get_capabilities(call: Call) -> Value:
    _no_params(call)
    return {
        name: {"specUrl": address, "specVersion": version}
        for name, (address, version) in _CAPABILITIES.items()
    }


_INTROSPECTION: dict[str, Callable[[Call], Value]] = {
    "system.listMethods": _list_methods,
    "system.methodSignature": lambda call: [list(_named(call).signature)],
    "system.methodHelp": lambda call: _named(call).help,
    "system.getCapabilities": _get_capabilities,
}
