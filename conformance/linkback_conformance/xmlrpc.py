"""XML-RPC calls as the suite sends them, and answers as it reads them: leniently, with a list.

What an answer means is read as widely as a patient human would (a fault that is no struct is still
a refusal), so that one broken clause breaks the cases of that clause and no others. Everything that
departs from the text is listed in ``problems``, clause by clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

if TYPE_CHECKING:
    from linkback_conformance.wire import Exchange, Response

PING: Final = "pingback.ping"
GET_PINGBACKS: Final = "pingback.extensions.getPingbacks"

FAULTS: Final = {
    0: "generic",
    16: "the source does not exist",
    17: "the source has no link to the target",
    32: "the target does not exist",
    33: "the target takes no pings",
    48: "already registered",
    49: "access denied",
    50: "an upstream server failed",
    -32700: "not well-formed",
    -32701: "unsupported encoding",
    -32702: "invalid character",
    -32600: "not XML-RPC",
    -32601: "no such method",
    -32602: "wrong parameters",
    -32603: "internal XML-RPC error",
    -32500: "application error",
    -32400: "system error",
    -32300: "transport error",
}
"""PB section 3 and FC-2: every code that has a meaning."""
KNOWN_CODES: Final = frozenset({*FAULTS, *range(-32099, -31999)})
"""Those, and the block that FC-2 leaves to implementations."""

_MAX_DEPTH: Final = 64
"""Values within values that are read: no answer to a ping needs more than three."""


def call(method: str, *params: str) -> bytes:
    """Return a call whose parameters are strings, as the specification's example writes it."""
    return envelope(escape(method), *(f"<string>{escape(param)}</string>" for param in params))


def envelope(method: str, *values: str) -> bytes:
    """Return a call whose method and parameters are these pieces of markup."""
    params = "".join(f"<param><value>{value}</value></param>" for value in values)
    return (
        f'<?xml version="1.0"?><methodCall><methodName>{method}</methodName>'
        f"<params>{params}</params></methodCall>"
    ).encode()


class Outcome(StrEnum):
    """What an answer means for a ping, on either wire."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    NONE = "no answer"


@dataclass(frozen=True, slots=True)
class Problem:
    """A departure from the text, by clause."""

    clause: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer to a call."""

    exchange: Exchange
    outcome: Outcome
    value: object = None
    """What a success carries, decoded; strings, numbers, lists and dicts."""
    value_type: str = ""
    """The element that carries it: ``string``, ``int``, ``array`` ..."""
    code: int | None = None
    message: str | None = None
    problems: tuple[Problem, ...] = ()

    def describe(self) -> str:
        """Return what came back, as a phrase."""
        match self.outcome:
            case Outcome.ACCEPTED:
                return f"success: {self.value_type} {_short(self.value)}"
            case Outcome.REFUSED:
                meaning = FAULTS.get(self.code, "no known code") if self.code is not None else ""
                return f"fault {self.code} ({meaning}): {_short(self.message)}"
            case _:
                return self.exchange.describe()

    @property
    def understood(self) -> bool:
        """Whether it says yes or no."""
        return self.outcome in {Outcome.ACCEPTED, Outcome.REFUSED}

    def departures(self, *clauses: str) -> list[str]:
        """Return what departs from these clauses."""
        return [problem.text for problem in self.problems if problem.clause in clauses]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 160 else text[:157] + "..."


def read_reply(exchange: Exchange) -> Reply:
    """Read an answer; never raises, whatever it is."""
    response = exchange.response
    if response is None:
        return Reply(exchange=exchange, outcome=Outcome.NONE)
    reader = _Reader()
    if response.status != 200:
        reader.note("XR-R1", f"the HTTP status is {response.status}")
    if response.media_type != "text/xml" or len(response.all("Content-Type")) != 1:
        reader.note("XR-R2", f"the Content-Type is {response.all('Content-Type')}")
    reader.read_lengths(response)
    try:
        root = fromstring(response.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        reader.note("XR-R3", f"the body is not well-formed XML: {error}")
        return Reply(exchange=exchange, outcome=Outcome.UNREADABLE, problems=tuple(reader.problems))
    return reader.read_document(exchange, root)


class _TooDeep(Exception):
    """An answer nests its values deeper than anything that is meant for a ping."""


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._form = "XR-R3"

    def note(self, clause: str, text: str) -> None:
        self.problems.append(Problem(clause, text))

    def read_lengths(self, response: Response) -> None:
        lengths = response.all("Content-Length")
        if not lengths:
            self.note("XR-R2", "there is no Content-Length")
        elif len(lengths) > 1:
            self.note("XR-R2", f"there are {len(lengths)} Content-Length headers: {lengths}")
        elif not re.fullmatch(r"[0-9]{1,18}", lengths[0]):
            self.note("XR-R2", f"the Content-Length {lengths[0][:40]!r} is no number of bytes")
        elif not response.complete or response.surplus or int(lengths[0]) != len(response.body):
            self.note("XR-R2", f"the Content-Length {lengths[0]} is not that of the body")

    def read_document(self, exchange: Exchange, root: Element) -> Reply:
        if root.tag != "methodResponse":
            self.note("XR-R3", f"the root element is <{root.tag}>")
            return self._reply(exchange, Outcome.UNREADABLE)
        children = [child.tag for child in root]
        fault, params = root.find("fault"), root.find("params")
        if children not in (["params"], ["fault"]):
            self.note("XR-R5", f"<methodResponse> holds {children[:9]} instead of one of the two")
        self._form = "XR-R3" if fault is None else "XR-R4"
        self._only(root, "params", "fault")
        try:
            if fault is not None:
                return self._read_fault(exchange, fault)
            if params is not None:
                return self._read_params(exchange, params)
        except _TooDeep:
            self.note(self._form, f"values are nested more than {_MAX_DEPTH} deep")
        return self._reply(exchange, Outcome.UNREADABLE)

    def _read_params(self, exchange: Exchange, params: Element) -> Reply:
        self._only(params, "param")
        for param in params.findall("param"):
            self._only(param, "value")
        values = params.findall("param/value")
        if len(values) != 1 or len(params) != 1:
            self.note("XR-R3", f"success carries {len(values)} values instead of one")
        if not values:
            return self._reply(exchange, Outcome.ACCEPTED, value_type="nothing")
        kind, value = self.value(values[0])
        return self._reply(exchange, Outcome.ACCEPTED, value=value, value_type=kind)

    def _read_fault(self, exchange: Exchange, fault: Element) -> Reply:
        self._only(fault, "value")
        element = fault.find("value")
        kind, value = self.value(element) if element is not None else ("nothing", None)
        if kind != "struct" or not isinstance(value, dict):
            self.note("XR-R4", f"the fault's value is {kind} instead of a struct")
            number = value if isinstance(value, int) else None
            return self._reply(exchange, Outcome.REFUSED, code=number)
        members = fault.findall("value/struct/member")
        names = sorted(member.findtext("name", "") for member in members)
        if len(fault) != 1 or names != ["faultCode", "faultString"]:
            self.note("XR-R4", f"the fault's members are {names[:9]}")
        code, message = value.get("faultCode"), value.get("faultString")
        if not isinstance(code, int) or isinstance(code, bool):
            self.note("XR-R4", f"faultCode is {_short(code)} instead of an int")
            written = (
                re.fullmatch(r"\s*(-?[0-9]{1,10})\s*", code) if isinstance(code, str) else None
            )
            code = int(written[1]) if written is not None else None
        typed = [
            str(each.tag)
            for member in members
            if member.findtext("name") == "faultString"
            for each in member.findall("value/*")
        ]
        if any(kind != "string" for kind in typed):
            self.note("XR-R4", f"faultString is of type {typed[0]} instead of string")
        if not isinstance(message, str):
            self.note("XR-R4", f"faultString is {_short(message)} instead of a string")
            message = None if message is None else str(message)
        return self._reply(exchange, Outcome.REFUSED, code=code, message=message)

    def _reply(
        self,
        exchange: Exchange,
        outcome: Outcome,
        *,
        value: object = None,
        value_type: str = "",
        code: int | None = None,
        message: str | None = None,
    ) -> Reply:
        return Reply(
            exchange=exchange,
            outcome=outcome,
            value=value,
            value_type=value_type,
            code=code,
            message=message,
            problems=tuple(self.problems),
        )

    def _only(self, element: Element, *tags: str) -> None:
        """Note what stands in an element beside these: other elements, and text."""
        foreign = [str(child.tag) for child in element if child.tag not in tags]
        if foreign:
            self.note(self._form, f"<{element.tag}> holds {foreign[:9]}")
        self._no_text(element)

    def _no_text(self, element: Element) -> None:
        """Note text beside the elements in an element."""
        texts = [element.text, *(child.tail for child in element)]
        if stray := "".join(text for text in texts if text).strip():
            self.note(self._form, f"<{element.tag}> holds the text {_short(stray)}")

    def value(self, element: Element, depth: int = 0) -> tuple[str, object]:
        """Return the type and the value of a ``<value>``."""
        if depth > _MAX_DEPTH:
            raise _TooDeep
        if len(element) == 0:
            return "string", element.text or ""
        if len(element) > 1:
            self.note(self._form, "a <value> holds more than one element")
        child = element[0]
        self._no_text(element)
        match child.tag:
            case "array":
                self._only(child, "data")
                for data in child.findall("data"):
                    self._only(data, "value")
                values = child.findall("data/value")
                return "array", [self.value(each, depth + 1)[1] for each in values]
            case "struct":
                self._only(child, "member")
                members = child.findall("member")
                return "struct", dict(self._member(each, depth + 1) for each in members)
        return self._scalar(child)

    def _scalar(self, child: Element) -> tuple[str, object]:
        text, tag = child.text or "", str(child.tag)
        if len(child):
            self.note(self._form, f"<{tag}> holds {[str(each.tag) for each in child][:9]}")
        match tag:
            case "int" | "i4":
                if (
                    re.fullmatch(r"[+-]?0{0,200}[0-9]{1,10}", text)
                    and -(2**31) <= int(text) < 2**31
                ):
                    return "int", int(text)
                self.note("XR-T3", f"<{tag}> holds {_short(text)}")
                return "int", text
            case "boolean":
                if text not in {"0", "1"}:
                    self.note("XR-T1", f"<boolean> holds {_short(text)}")
                return "boolean", text == "1"
            case "string" | "base64" | "dateTime.iso8601" | "double":
                return tag, text
        self.note("XR-T1", f"<{tag[:40]}> is no type of XML-RPC")
        return tag, text

    def _member(self, member: Element, depth: int) -> tuple[str, object]:
        self._only(member, "name", "value")
        if sorted(str(child.tag) for child in member) != ["name", "value"]:
            self.note(self._form, "a <member> is not a <name> and a <value>")
        value = member.find("value")
        named = member.findtext("name", "")
        return named, None if value is None else self.value(value, depth)[1]
