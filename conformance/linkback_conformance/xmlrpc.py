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


def call(method: str, *params: str) -> bytes:
    """Return a call whose parameters are strings, as the specification's example writes it."""
    return envelope(method, *(f"<string>{escape(param)}</string>" for param in params))


def envelope(method: str, *values: str) -> bytes:
    """Return a call whose parameters are these pieces of markup."""
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
    if response.media_type != "text/xml":
        reader.note("XR-R2", f"the Content-Type is {response.header('Content-Type')!r}")
    reader.read_lengths(response)
    try:
        root = fromstring(response.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        reader.note("XR-R3", f"the body is not well-formed XML: {error}")
        return Reply(exchange=exchange, outcome=Outcome.UNREADABLE, problems=tuple(reader.problems))
    return reader.read_document(exchange, root)


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def note(self, clause: str, text: str) -> None:
        self.problems.append(Problem(clause, text))

    def read_lengths(self, response: Response) -> None:
        length = response.header("Content-Length")
        if length is None:
            self.note("XR-R2", "there is no Content-Length")
        elif not response.complete or response.surplus:
            self.note("XR-R2", f"the Content-Length {length} is not that of the body")

    def read_document(self, exchange: Exchange, root: Element) -> Reply:
        if root.tag != "methodResponse":
            self.note("XR-R3", f"the root element is <{root.tag}>")
            return self._reply(exchange, Outcome.UNREADABLE)
        children = [child.tag for child in root]
        fault, params = root.find("fault"), root.find("params")
        if children not in (["params"], ["fault"]):
            self.note("XR-R5", f"<methodResponse> holds {children} instead of one of the two")
        if fault is not None:
            return self._read_fault(exchange, fault)
        if params is not None:
            return self._read_params(exchange, params)
        return self._reply(exchange, Outcome.UNREADABLE)

    def _read_params(self, exchange: Exchange, params: Element) -> Reply:
        values = params.findall("param/value")
        if len(values) != 1 or len(params) != 1:
            self.note("XR-R3", f"success carries {len(values)} values instead of one")
        if not values:
            return self._reply(exchange, Outcome.ACCEPTED, value_type="nothing")
        kind, value = self.value(values[0])
        return self._reply(exchange, Outcome.ACCEPTED, value=value, value_type=kind)

    def _read_fault(self, exchange: Exchange, fault: Element) -> Reply:
        element = fault.find("value")
        kind, value = self.value(element) if element is not None else ("nothing", None)
        if kind != "struct" or not isinstance(value, dict):
            self.note("XR-R4", f"the fault's value is {kind} instead of a struct")
            number = value if isinstance(value, int) else None
            return self._reply(exchange, Outcome.REFUSED, code=number)
        if len(fault) != 1 or sorted(value) != ["faultCode", "faultString"]:
            self.note("XR-R4", f"the fault's members are {sorted(value)}")
        code, message = value.get("faultCode"), value.get("faultString")
        if not isinstance(code, int) or isinstance(code, bool):
            self.note("XR-R4", f"faultCode is {code!r} instead of an int")
            code = (
                int(code) if isinstance(code, str) and re.fullmatch(r"\s*-?\d+\s*", code) else None
            )
        if not isinstance(message, str):
            self.note("XR-R4", f"faultString is {message!r} instead of a string")
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

    def value(self, element: Element) -> tuple[str, object]:
        """Return the type and the value of a ``<value>``."""
        if len(element) == 0:
            return "string", element.text or ""
        if len(element) > 1:
            self.note("XR-R3", "a <value> holds more than one element")
        child = element[0]
        text = child.text or ""
        match child.tag:
            case "string" | "base64" | "dateTime.iso8601":
                return child.tag, text
            case "int" | "i4":
                if re.fullmatch(r"[+-]?\d{1,10}", text):
                    return "int", int(text)
                self.note("XR-T3", f"<{child.tag}> holds {text!r}")
                return "int", text
            case "boolean":
                return "boolean", text == "1"
            case "double":
                return "double", text
            case "array":
                return "array", [self.value(each)[1] for each in child.findall("data/value")]
            case "struct":
                return "struct", {
                    member.findtext("name", ""): self._member(member)
                    for member in child.findall("member")
                }
            case other:
                self.note("XR-T1", f"<{other}> is no type of XML-RPC")
                return str(other), text

    def _member(self, member: Element) -> object:
        value = member.find("value")
        return None if value is None else self.value(value)[1]
