"""What servers answer to ``pingback.ping``, read as a patient human would.

Many of the servers there are answer with something that is no XML-RPC, and still mean yes or no by
it. Whatever departs from the texts is named, clause by clause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.http import parse_options_header

from linkback_protocol.wire import faults
from linkback_protocol.wire.answer import (
    Answer,
    Malformed,
    Refusal,
    Success,
    integer,
    named,
    told,
    unreadable,
)
from linkback_protocol.wire.document import Element, read
from linkback_protocol.wire.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCALARS = ("int", "i4", "boolean", "string", "double", "dateTime.iso8601", "base64")
_TYPES = (*_SCALARS, "struct", "array")
_EXTENSIONS = ("i8", "nil")
"""Types that XML-RPC does not have, though libraries do (XR-R7)."""
_INTEGERS = ("int", "i4", "i8")
_CHILDREN: dict[str, tuple[str, ...]] = {
    "methodResponse": ("params", "fault"),
    "params": ("param",),
    "param": ("value",),
    "fault": ("value",),
    "struct": ("member",),
    "member": ("name", "value"),
    "array": ("data",),
    "data": ("value",),
}
"""Elements that hold nothing but elements, and which."""
_ONE_EACH = ("params", "param", "fault", "member", "array")
"""Those of them that hold each of their elements exactly once."""


def read_answer(body: bytes, *, status: int, content_type: str) -> Answer:
    """Read what a server answered to ``pingback.ping``; never raises, whatever it is.

    A fault wins over everything beside it. An integer where a success has its message is taken for
    a fault if pingback has that code: Zinnia and Fat-Free return all their codes like that, while
    Typecho, which returns the number of the new comment, has each of these numbers once.

    The HTTP status matters only where there is no document (XR-R1).

    :param body: the whole of it; the caller bounds its size.
    :param content_type: the value of the header, or empty.
    """
    media_type, options = parse_options_header(content_type[:400])
    document = read(
        body,
        roots=("methodResponse",),
        tags=(*_CHILDREN, *_TYPES, *_EXTENSIONS, "value", "name"),
        charset=options.get("charset", ""),
    )
    if document.root is None:
        return unreadable(document.reason, status)
    oddities = list(_oddities_of_http(status, media_type.lower()))
    root = document.root
    fault, params = root.find("fault"), root.find("params")
    clause = "XR-R3" if fault is None else "XR-R4"
    oddities += [f"{problem} ({clause})" for problem in document.problems]
    oddities += [f"{problem} ({clause})" for problem in _misplaced(root)]
    if fault is not None:
        if params is not None:
            oddities.append("there are both <fault> and <params> (XR-R5)")
        return _fault(fault, oddities)
    if params is not None:
        return _success(params, oddities)
    return Malformed(
        "The answer is a <methodResponse> that holds neither a success nor a fault.",
        named(oddities),
    )


def _oddities_of_http(status: int, media_type: str) -> Iterator[str]:
    if status != 200:
        yield f"the HTTP status is {status}, not 200 (XR-R1)"
    if media_type != "text/xml":
        yield f"the Content-Type is {plain(media_type, limit=80)!r}, not 'text/xml' (XR-R2)"


def _misplaced(root: Element) -> Iterator[str]:
    """Yield what stands where XML-RPC does not have it."""
    for element in root.walk():
        tags = [child.tag for child in element.children]
        allowed = _CHILDREN.get(element.tag, _TYPES if element.tag == "value" else ())
        # Types that do not exist are named where their value is read.
        strange = [] if element.tag == "value" else [tag for tag in tags if tag not in allowed]
        if strange:
            yield f"<{_short(strange[0])}> stands within <{_short(element.tag)}>"
        elif element.tag in _ONE_EACH and sorted(tags) != sorted(allowed):
            yield f"<{element.tag}> does not hold exactly one {' and one '.join(allowed)}"
        elif element.tag in ("methodResponse", "value") and len(tags) > 1:
            yield f"<{element.tag}> holds more than one element"
        if (element.tag in _CHILDREN or (element.tag == "value" and tags)) and element.text.strip():
            yield f"text stands within <{element.tag}>"


def _fault(fault: Element, oddities: list[str]) -> Refusal:
    """Read a fault, or a struct like one (XR-R4)."""
    value = fault.find("value")
    if value is None or _type(value) != "struct":
        kind = "without a value" if value is None else f"of the type <{_type(value)}>"
        oddities.append(f"the fault is {kind}, not a struct of faultCode and faultString (XR-R4)")
    members = _members(fault, oddities)
    if not members:
        # Such as Serendipity's <i4>0</i4>.
        number = integer(fault.words)
        return _refusal(number, fault.words if number is None else "", oddities)
    if sorted(members) != ["faultCode", "faultString"]:
        listed = ", ".join(_short(name) for name in list(members)[:5])
        oddities.append(f"the fault's members are {listed}, not faultCode and faultString (XR-R4)")
    code, message = members.get("faultCode"), members.get("faultString")
    if message is not None and _type(message) != "string":
        oddities.append(f"faultString is of the type <{_type(message)}>, not a string (XR-R4)")
    number = None
    if code is not None:
        if _type(code) not in ("int", "i4"):
            oddities.append(f"faultCode is of the type <{_type(code)}>, not an integer (XR-R4)")
        number = integer(code.words)
        if number is None:
            oddities.append(f"faultCode is {_short(code.words)!r}, no integer of 32 bits (XR-T1)")
        elif code.words != code.words.strip():
            oddities.append(f"the integer {number} has white space round it (XR-T3)")
    return _refusal(number, "" if message is None else message.words, oddities)


def _members(fault: Element, oddities: list[str]) -> dict[str, Element]:
    """Return the values of all members within, by name; the first of a name counts."""
    members: dict[str, Element] = {}
    for member in fault.walk():
        if member.tag != "member":
            continue
        name, value = member.find("name"), member.find("value")
        if name is not None and value is not None:
            stripped = name.text.strip()
            if name.text != stripped:
                oddities.append(f"the <name> {_short(stripped)!r} has white space round it (XR-R4)")
            if members.setdefault(stripped, value) is not value:
                oddities.append(f"the fault has {_short(stripped)!r} more than once (XR-R4)")
    return members


def _success(params: Element, oddities: list[str]) -> Answer:
    """Read what stands in the place of a success (PB-3-4)."""
    value = params.find("value")
    if value is None:
        oddities.append("the success has no value (PB-3-4)")
        return Success(told(params.words), named(oddities))
    if any(each.tag == "name" and each.text.strip() == "faultCode" for each in value.walk()):
        oddities.append("the fault is returned as if it were a success (PB-3-5)")
        return _fault(value, oddities)
    kind = _type(value)
    if kind == "string":
        return Success(told(value.words), named(oddities))
    number = integer(value.words) if kind in _INTEGERS else None
    if number in faults.VALUES:
        oddities.append(f"the fault {number} is returned as if it were a success (PB-3-5)")
        return Refusal(number, "", named(oddities))
    if kind == "boolean" and value.words.strip() in ("0", "false"):
        oddities.append("the success is a <boolean> that says no (PB-3-5)")
        return Refusal(None, "", named(oddities))
    clause = "PB-3-4" if kind in (*_TYPES, *_EXTENSIONS) else "XR-T1"
    oddities.append(f"the success is of the type <{kind}>, not a string ({clause})")
    return Success(told(value.words), named(oddities))


def _refusal(code: int | None, message: str, oddities: list[str]) -> Refusal:
    if code is not None and not faults.specified(code):
        oddities.append(f"the fault code {code} is none of pingback's (PB-3-5)")
    return Refusal(code, told(message), named(oddities))


def _type(value: Element) -> str:
    """Return the type of a ``<value>``; one without is a string (XR-T2)."""
    children = value.children
    return _short(children[0].tag) if children else "string"


def _short(text: str) -> str:
    return plain(text, limit=40)
