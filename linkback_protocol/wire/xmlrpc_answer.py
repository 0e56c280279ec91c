"""The answer to a pingback, as real servers give it (XR-R1 to XR-R5).

`linkback_protocol.wire.xmlrpc` reads calls strictly, since callers can mend theirs. A sender can
mend nothing at the other end, and its user wants to know what became of the ping: so whatever can
be understood is, and what is wrong with it is named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkback_protocol.wire import tree
from linkback_protocol.wire.answer import (
    MAX_MESSAGE,
    Malformed,
    Refusal,
    Success,
    meaning,
    told,
)
from linkback_protocol.wire.text import plain

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_INTEGER = re.compile(r"[+-]?[0-9]{1,10}\Z")
_CODE = re.compile(r"faultCode[^0-9-]{1,80}(-?[0-9]{1,6})")
_STRING = re.compile(r"faultString.{1,200}?<string>(.{0,2000}?)</string>", re.DOTALL)
_INTEGERS = ("int", "i4")
_PINGBACK_CODES = frozenset((16, 17, 32, 33, 48, 49, 50))
_TYPES = ("text/xml", "application/xml")


def read_answer(body: bytes, *, status: int, content_type: str) -> Success | Refusal | Malformed:
    """Return what the endpoint said; any bytes give one, in time linear in their number.

    :param status: HTTP status of the answer.
    :param content_type: its Content-Type; empty where there was none.
    """
    if not body.strip():
        return Malformed(_nothing(status))
    root, oddities = tree.read(body, "methodResponse")
    if root is None:
        return _no_document(body, status, oddities)
    if status != 200:
        oddities.append(f"the answer comes with HTTP status {status} instead of 200 (XR-R1)")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _TYPES:
        shown = plain(media_type, limit=60)
        oddities.append(f"the Content-Type is {shown!r}, not text/xml (XR-R2)")
    fault, params = tree.child(root, "fault"), tree.child(root, "params")
    if fault is not None and params is not None:
        oddities.append("the answer has both a fault and a result (XR-R5)")
    if fault is not None:
        return _fault(fault, oddities)
    if params is None:
        return Malformed("a methodResponse with neither a fault nor a result", tuple(oddities))
    return _result(params, oddities)


def _nothing(status: int) -> str:
    if 200 <= status < 300:
        return "the endpoint answers nothing at all (PB-3-3)"
    return f"the endpoint answers with HTTP status {status} and nothing else"


def _no_document(body: bytes, status: int, oddities: list[str]) -> Refusal | Malformed:
    text = body.decode("utf-8", "replace")
    code = _CODE.search(text)
    if code is not None and "<fault" in text:
        number = int(code[1])
        oddities.append("the fault cannot be read as XML (XR-R4)")
        found = _STRING.search(text)
        message = plain(found[1], limit=MAX_MESSAGE) if found else ""
        return Refusal(number, message, told(meaning(number), message), tuple(oddities))
    begin = plain(text, limit=80)
    with_status = f" with HTTP status {status}" if status != 200 else ""
    return Malformed(
        f"the endpoint answers{with_status}, and not in XML-RPC: {begin}", tuple(oddities)
    )


def _fault(fault: Element, oddities: list[str]) -> Refusal:
    value = tree.child(fault, "value")
    struct = None if value is None else tree.child(value, "struct")
    if struct is None:
        oddities.append("the fault is no struct of faultCode and faultString (XR-R4)")
        said = plain(tree.text_of(fault), limit=MAX_MESSAGE)
        code = int(said) if _INTEGER.match(said) else None
        message = "" if code is not None else said
        return Refusal(code, message, told(meaning(code), message), tuple(oddities))
    return _struct_fault(struct, oddities)


def _struct_fault(struct: Element, oddities: list[str]) -> Refusal:
    members: dict[str, Element] = {}
    for tag, member in tree.children(struct):
        name, value = tree.child(member, "name"), tree.child(member, "value")
        if tag != "member" or name is None or value is None:
            continue
        written = tree.text_of(name)
        if written != written.strip():
            oddities.append("white space stands round the name of a member (XR-T6)")
        members.setdefault(written.strip(), value)
    if set(members) - {"faultCode", "faultString"}:
        oddities.append("the fault has other members than faultCode and faultString (XR-R4)")
    code = _code(members.get("faultCode"), oddities)
    message = ""
    if "faultString" in members:
        message = plain(tree.text_of(members["faultString"]), limit=MAX_MESSAGE)
    else:
        oddities.append("the fault has no faultString (XR-R4)")
    return Refusal(code, message, told(meaning(code), message), tuple(oddities))


def _code(value: Element | None, oddities: list[str]) -> int | None:
    if value is None:
        oddities.append("the fault has no faultCode (XR-R4)")
        return None
    text = tree.text_of(value).strip()
    kinds = [name for name, _ in tree.children(value)]
    if not _INTEGER.match(text):
        oddities.append("the faultCode is no number (XR-R4)")
        return None
    if kinds not in (["int"], ["i4"]):
        oddities.append("the faultCode is no <int> (XR-R4)")
    return int(text)


def _result(params: Element, oddities: list[str]) -> Success | Refusal | Malformed:
    values = [
        value
        for _, param in tree.children(params)
        if (value := tree.child(param, "value")) is not None
    ]
    if not values:
        return Malformed("a methodResponse whose result is empty (XR-R3)", tuple(oddities))
    if len(values) > 1:
        oddities.append("the answer has several results (XR-R3)")
    value = values[0]
    kinds = [name for name, _ in tree.children(value)]
    message = plain(tree.text_of(value), limit=MAX_MESSAGE)
    if kinds in ([], ["string"]):
        return Success(message, tuple(oddities))
    kind = plain(kinds[0], limit=20)
    if kind in _INTEGERS and _INTEGER.match(message) and int(message) in _PINGBACK_CODES:
        # Zinnia and Fat-Free return the fault codes so. Typecho returns the number of its comment,
        # which may be one of them by chance.
        code = int(message)
        oddities.append(f"a fault code is given as a result, <{kind}>{code}</{kind}> (PB-3-5)")
        return Refusal(code, "", meaning(code), tuple(oddities))
    struct = tree.child(value, "struct")
    if struct is not None and "faultCode" in tree.text_of(struct):
        oddities.append("a fault is given as a result (XR-R4)")
        return _struct_fault(struct, oddities)
    oddities.append(f"the result is a <{kind}> and no string (PB-3-4)")
    return Success(message, tuple(oddities))
