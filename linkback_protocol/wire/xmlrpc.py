"""XML-RPC (http://xmlrpc.com/spec) as far as a server of small calls needs it, and strictly.

`parse_call` accepts what the specification has, typed strings or bare ones (XR-T2), in any encoding
that pages on the web are in. The extensions ``<nil/>`` and ``<i8>`` are taken, since libraries send
them unasked (XR-R7). Attributes, which the specification does not have, are passed over. A document
type is never read: with it go external entities and entities that grow.

`dump_response` and `dump_fault` write documents that are well-formed whatever the text.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.xmlrpc import DefusedExpatParser

from linkback_protocol.errors import MethodNotFound, NotWellFormed, NotXMLRPC, UnsupportedEncoding
from linkback_protocol.wire.text import codec, escape

if TYPE_CHECKING:
    from xmlrpc.client import Unmarshaller

Value: TypeAlias = (
    "str | int | float | bool | datetime | bytes | Sequence[Value] | Mapping[str, Value] | None"
)

MAX_DEPTH = 64
"""Elements within each other; a ping has six."""
MAX_METHOD = 255
"""Characters in a method's name."""

_METHOD = re.compile(r"[A-Za-z0-9_.:/]+\Z")
_INT = re.compile(r"([+-]?)(?=[0-9])0*+([0-9]{0,20})\Z")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]{1,300}(?:\.[0-9]{0,300})?|\.[0-9]{1,300})\Z")
_DATETIME = re.compile(r"[0-9]{8}T[0-9]{2}:[0-9]{2}:[0-9]{2}\Z")
_BLANKS = dict.fromkeys(map(ord, "\t\n\r "))
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
# How a document in UTF-32 or UTF-16 begins: with a byte order mark, else with "<".
_UTF_32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<")
_UTF_16 = {
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}


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
    _feed(reader, body)
    method, *params = reader.result
    name = method.strip()
    if len(name) > MAX_METHOD or not _METHOD.match(name):
        raise MethodNotFound("no method has such a name")
    return Call(name, tuple(params))


def dump_call(method: str, *params: str) -> bytes:
    """Return a methodCall with strings for parameters (XR-P1, XR-P3, XR-T5)."""
    said = "".join(f"<param>{_dump(param)}</param>" for param in params)
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<methodCall>'
        f"<methodName>{method}</methodName><params>{said}</params></methodCall>\n"
    )
    return text.encode()


def dump_response(value: Value) -> bytes:
    """Return a methodResponse with one value (XR-R3).

    Answers here consist of strings, integers, booleans, lists and dicts.

    :raises TypeError: any other value.
    :raises ValueError: an integer of more than 32 bits.
    """
    return _document(f"<params><param>{_dump(value)}</param></params>")


def dump_fault(code: int, message: str) -> bytes:
    """Return a methodResponse with a fault: a struct of faultCode and faultString (XR-R4)."""
    fault: dict[str, Value] = {"faultCode": code, "faultString": message}
    return _document(f"<fault>{_dump(fault)}</fault>")


def _document(content: str) -> bytes:
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<methodResponse>{content}</methodResponse>\n'
    return text.encode()


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


def _feed(reader: _Reader, body: bytes) -> None:
    """Run expat over `body`, in one piece: many small ones are slow (CVE-2023-52425)."""
    parser = DefusedExpatParser(cast("Unmarshaller", reader), forbid_dtd=True)
    try:
        parser.feed(_readable(body))
        parser.close()
    except UnicodeDecodeError as error:
        raise NotWellFormed(f"bytes that are not {error.encoding}") from error
    except ExpatError as error:
        raise NotWellFormed(str(error)) from error
    except DefusedXmlException as error:
        raise NotWellFormed("a document type is declared") from error


def _readable(body: bytes) -> bytes | str:
    """Return a document as expat reads it right: in UTF-8, else decoded.

    By itself expat asks Python for an encoding that it does not know. Python would remember the
    name for ever, and expat would take "utf8" for an encoding of one byte a character.
    """
    # WordPress takes blank lines before the declaration, so senders have never heard of them.
    body = body.lstrip(b"\t\n\r ").removeprefix(b"\xef\xbb\xbf").lstrip(b"\t\n\r ")
    if body.startswith(_UTF_32):
        raise UnsupportedEncoding("UTF-32")
    marked = _UTF_16.get(body[:2])
    if marked is not None:
        # As on the web, what the bytes show overrules what the declaration says.
        return body.decode(marked)
    declared = _DECLARED.match(body)
    if declared is None:
        return body
    label = declared[1].decode("latin-1")
    if label.lower() == "utf-8":
        return body
    info = codec(label)
    if info is None or info.name in ("replacement", "x-user-defined"):
        raise UnsupportedEncoding(f"declared as {label[:40]!r}")
    # .NET declares the encoding of its strings, UTF-16, for bytes that can only be UTF-8.
    return body.decode() if info.name.startswith("utf-16") else info.decode(body)[0]


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
