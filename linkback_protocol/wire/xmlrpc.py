"""XML-RPC (http://xmlrpc.com/spec) as far as small calls need it, and strictly.

`parse_call` accepts what the specification has, typed strings or bare ones (XR-T2), in any encoding
that pages on the web are in. The extensions ``<nil/>`` and ``<i8>`` are taken, since libraries send
them unasked (XR-R7). Attributes, which the specification does not have, are passed over. A document
type is never read: with it go external entities and entities that grow.

`dump_call`, `dump_response` and `dump_fault` write documents that are well-formed whatever the
text. What servers answer to a call has to be read leniently; `linkback_protocol.wire.xmlrpc_answer`
does.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from linkback_protocol.errors import MethodNotFound, NotXMLRPC
from linkback_protocol.wire.document import MAX_DEPTH, feed
from linkback_protocol.wire.text import escape

Value: TypeAlias = (
    "str | int | float | bool | datetime | bytes | Sequence[Value] | Mapping[str, Value] | None"
)

MAX_METHOD = 255
"""Characters in a method's name."""

_METHOD = re.compile(r"[A-Za-z0-9_.:/]+\Z")
_INT = re.compile(r"([+-]?)(?=[0-9])0*+([0-9]{0,20})\Z")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]{1,300}(?:\.[0-9]{0,300})?|\.[0-9]{1,300})\Z")
_DATETIME = re.compile(r"[0-9]{8}T[0-9]{2}:[0-9]{2}:[0-9]{2}\Z")
_BLANKS = dict.fromkeys(map(ord, "\t\n\r "))


@dataclass(frozen=True, slots=True)
class Call:
    """A method call: the name, and the values of its parameters."""

    method: str
    params: tuple[Value, ...]


def parse_call(body: bytes) -> Call:
    """Read a methodCall (XR-P1 to XR-P3); the caller bounds the size of `body`.

    White space round the method's name is dropped, as WordPress does.

    :raises NotWellFormed: no well-formed XML, with bytes that its encoding does not have, or with a
        document type.
    :raises UnsupportedEncoding: declared to be in an encoding that the web does not have.
    :raises NotXMLRPC: no methodCall, or with values that the specification does not have.
    :raises MethodNotFound: the name has characters that none can have (XR-P2).
    """
    reader = _Reader("methodCall")
    feed(reader, body)
    method, *params = reader.result
    name = method.strip()
    if len(name) > MAX_METHOD or not _METHOD.match(name):
        raise MethodNotFound("no method has such a name")
    return Call(name, tuple(params))


def dump_call(method: str, *params: str) -> bytes:
    """Return a methodCall with strings as its parameters (PB-3-1, XR-P1 to XR-P3).

    They are typed, though they need not be (XR-T2): Serendipity finds no others. What XML cannot
    carry is left out of them.

    :raises ValueError: the name of the method has characters that none can have (XR-P2).
    """
    if len(method) > MAX_METHOD or not _METHOD.match(method):
        raise ValueError(f"no method has the name {method[:80]!r}")
    written = "".join(f"<param>{_dump(param)}</param>" for param in params)
    return _document("methodCall", f"<methodName>{method}</methodName><params>{written}</params>")


def dump_response(value: Value) -> bytes:
    """Return a methodResponse with one value (XR-R3).

    Answers here consist of strings, integers, booleans, lists and dicts.

    :raises TypeError: any other value.
    :raises ValueError: an integer of more than 32 bits.
    """
    return _document("methodResponse", f"<params><param>{_dump(value)}</param></params>")


def dump_fault(code: int, message: str) -> bytes:
    """Return a methodResponse with a fault: a struct of faultCode and faultString (XR-R4)."""
    fault: dict[str, Value] = {"faultCode": code, "faultString": message}
    return _document("methodResponse", f"<fault>{_dump(fault)}</fault>")


def _document(root: str, content: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{content}</{root}>\n'.encode()


def _dump(value: Value) -> str:
    match value:
        case str():
            content = f"<string>{escape(value)}</string>"
        case bool():
            content = f"<boolean>{int(value)}</boolean>"
        case int():
            if not _fits(value, 32):
                raise ValueError(f"{value} has more than 32 bits")
            content = f"<int>{value}</int>"
        case Mapping():
            members = "".join(
                f"<member><name>{escape(name)}</name>{_dump(member)}</member>"
                for name, member in value.items()
            )
            content = f"<struct>{members}</struct>"
        case Sequence() if not isinstance(value, bytes):
            content = f"<array><data>{''.join(map(_dump, value))}</data></array>"
        case _:
            raise TypeError(f"no answer here has a {type(value).__name__}")
    return f"<value>{content}</value>"


@dataclass(slots=True)
class _Element:
    tag: str
    text: list[str] = field(default_factory=list)
    children: int = 0
    values: list[Any] = field(default_factory=list)


# What an element consists of: these children, in this order ...
_SEQUENCES: dict[str, tuple[str, ...]] = {
    "methodCall": ("methodName", "params"),
    "param": ("value",),
    "member": ("name", "value"),
    "array": ("data",),
}
# ... or any number of one kind.
_REPEATED = {"params": "param", "struct": "member", "data": "value"}


class _Reader:
    """The target of an expat parser; knows the grammar, and builds the values on the way.

    :param root: the element that the document must be.
    """

    def __init__(self, root: str) -> None:
        self.result: list[Any] = []
        self._root = root
        self._open: list[_Element] = []

    def xml(self, encoding: str | None, standalone: object) -> None:
        """Take the declaration, which says nothing of interest."""

    def start(self, tag: str, attributes: object) -> None:
        """Open an element that the grammar has at this place."""
        del attributes
        if not self._open:
            allowed = tag == self._root
        else:
            parent = self._open[-1]
            place, parent.children = parent.children, parent.children + 1
            if parent.tag == "value":
                allowed = place == 0 and (tag in _SCALARS or tag in ("struct", "array"))
            elif parent.tag in _SEQUENCES:
                sequence = _SEQUENCES[parent.tag]
                allowed = place < len(sequence) and tag == sequence[place]
            else:
                allowed = tag == _REPEATED.get(parent.tag)
        if not allowed:
            raise NotXMLRPC(f"<{tag[:40]}> in the wrong place")
        if len(self._open) >= MAX_DEPTH:
            raise NotXMLRPC(f"more than {MAX_DEPTH} elements within each other")
        self._open.append(_Element(tag))

    def data(self, text: str) -> None:
        """Take character data; only white space may stand between elements."""
        element = self._open[-1]
        if element.tag in _REPEATED or element.tag in _SEQUENCES:
            if text.strip("\t\n\r "):
                raise NotXMLRPC(f"text in <{element.tag}>")
        else:
            element.text.append(text)

    def end(self, tag: str) -> None:
        """Close an element and hand its value to the one round it."""
        element = self._open.pop()
        values = element.values
        result = self._open[-1].values if self._open else self.result
        match tag:
            case "methodCall" | "params" | "param":
                if element.children == 0 and tag != "params":
                    raise NotXMLRPC(f"<{tag}> is empty")
                result.extend(values)
            case "value":
                text = "".join(element.text)
                if element.children and text.strip("\t\n\r "):
                    raise NotXMLRPC("text beside a typed value")
                # XR-T2: without a type it is a string, white space and all.
                result.append(values[0] if element.children else text)
            case "member":
                if element.children != 2:
                    raise NotXMLRPC("a member is a name and a value")
                result.append(values)
            case "struct":
                result.append(dict(values))
            case "data":
                result.append(values)
            case "array":
                if element.children != 1:
                    raise NotXMLRPC("an array has data")
                result.extend(values)
            case "methodName" | "name":
                result.append("".join(element.text))
            case _:
                result.append(_SCALARS[tag]("".join(element.text)))


def _fits(value: int, bits: int) -> bool:
    return -(1 << bits - 1) <= value < 1 << bits - 1


def _read_int(text: str, bits: int = 32) -> int:
    match = _INT.match(text)
    if match is None:
        raise NotXMLRPC("no integer")
    # XR-T3: leading zeros collapse.
    value = int(f"{match[1]}0{match[2]}")
    if not _fits(value, bits):
        raise NotXMLRPC(f"no integer of {bits} bits")
    return value


def _read_boolean(text: str) -> bool:
    if text not in ("0", "1"):
        raise NotXMLRPC("no boolean")
    return text == "1"


def _read_double(text: str) -> float:
    if not _DOUBLE.match(text):
        raise NotXMLRPC("no double")
    return float(text)


def _read_datetime(text: str) -> datetime:
    if not _DATETIME.match(text):
        raise NotXMLRPC("no dateTime.iso8601")
    try:
        # XR-T7: without a time zone; no method here asks for one.
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise NotXMLRPC("no such time") from error


def _read_base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text.translate(_BLANKS), strict_mode=True)
    except ValueError as error:
        raise NotXMLRPC("no base64") from error


def _read_nil(text: str) -> None:
    if text.strip("\t\n\r "):
        raise NotXMLRPC("text in <nil/>")


_SCALARS: dict[str, Callable[[str], Value]] = {
    "string": str,
    "int": _read_int,
    "i4": _read_int,
    "i8": lambda text: _read_int(text, 64),
    "boolean": _read_boolean,
    "double": _read_double,
    "dateTime.iso8601": _read_datetime,
    "base64": _read_base64,
    "nil": _read_nil,
}
