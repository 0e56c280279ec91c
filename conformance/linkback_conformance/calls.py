"""Calls of XML-RPC as they came in: what they say, and each departure from the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from linkback_conformance.xmlrpc import Problem

if TYPE_CHECKING:
    from linkback_conformance.received import Request

_METHOD: Final = re.compile(r"[A-Za-z0-9_.:/]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call, as far as it can be read."""

    request: Request
    method: str = ""
    strings: tuple[str, ...] = ()
    """Its parameters in order, whatever their type, as text."""
    types: tuple[str, ...] = ()
    """The type of each, ``string`` where none is given."""
    problems: tuple[Problem, ...] = ()

    def departures(self, *clauses: str) -> list[str]:
        """Return what departs from these clauses."""
        return [problem.text for problem in self.problems if problem.clause in clauses]


def read_call(request: Request) -> Call:
    """Read the body of a request; never raises, whatever it is."""
    try:
        root = fromstring(request.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        problem = Problem("XR-P1", f"the body is not well-formed XML: {error}")
        return Call(request=request, problems=(problem,))
    problems: list[Problem] = []
    if root.tag != "methodCall":
        problems.append(Problem("XR-P1", f"the root element is <{root.tag}>"))
    names = root.findall("methodName")
    if len(names) != 1:
        problems.append(Problem("XR-P1", f"there are {len(names)} elements <methodName>"))
    method = (names[0].text or "") if names else ""
    if names and not _METHOD.fullmatch(method):
        problems.append(Problem("XR-P2", f"the method is {method[:80]!r}"))
    problems += _structure(root)
    values = [each for param in root.findall("params/param") for each in param.findall("value")]
    return Call(
        request=request,
        method=method,
        strings=tuple(_text(each) for each in values),
        types=tuple(str(each[0].tag) if len(each) else "string" for each in values),
        problems=tuple(problems),
    )


def _structure(root: Element) -> list[Problem]:
    found = []
    lists = root.findall("params")
    if len(lists) != 1:
        found.append(Problem("XR-P3", f"there are {len(lists)} elements <params>"))
    for params in lists:
        odd = [str(each.tag) for each in params if each.tag != "param"]
        odd += [
            f"param with {len(each.findall('value'))} values"
            for each in params.findall("param")
            if [str(child.tag) for child in each] != ["value"]
        ]
        if odd:
            found.append(Problem("XR-P3", f"<params> holds {odd[:5]}"))
    return found


def _text(value: Element) -> str:
    return (value[0].text if len(value) else value.text) or ""
