"""JUnit XML, for whatever shows test results: a suite for each protocol and role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from linkback_conformance.reports.evidence import facts, headline, mistake
from linkback_conformance.reports.redaction import redact
from linkback_conformance.reports.summary import conclude, unexpected
from linkback_conformance.reports.text import one_line, visible
from linkback_conformance.verdict import Result, Run, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 1000
"""Characters of a message; the text below it has all of it."""


def render(run: Run) -> str:
    """Return the document.

    A broken MUST is a failure, a mistake of the suite an error, and what was not seen is skipped
    with its reason. A broken SHOULD is told in the output of the case and fails only a strict run.
    Where expectations were given, a case fails that differs from them, whatever its verdict.
    """
    run = redact(run)
    root = Element("testsuites", name="linkback-conformance", time=f"{run.seconds:.3f}")
    groups: dict[str, list[Result]] = {}
    for result in run.results:
        groups.setdefault(f"{result.case.protocol}.{result.case.role}", []).append(result)
    for name, results in groups.items():
        root.append(_suite(run, name, results))
    # The schemas know no number of skipped cases here, only on each suite.
    for counted in ("tests", "failures", "errors"):
        root.set(counted, str(sum(int(suite.get(counted, "0")) for suite in root)))
    indent(root)
    body = tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suite(run: Run, name: str, results: Iterable[Result]) -> Element:
    # Times are in UTC; the format has no place for a zone.
    suite = Element("testsuite", name=name, timestamp=run.started[:19])
    _properties(
        suite,
        target=run.target,
        suite_version=run.suite_version,
        run_id=run.run_id,
        conclusion=conclude(run),
        **{f"endpoint.{key}": value for key, value in run.endpoints.items()},
        **{f"note.{number}": note for number, note in enumerate(run.notes, 1)},
    )
    cases = [_case(run, name, result) for result in results]
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    for counted, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(counted, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    return suite


def _case(run: Run, suite: str, result: Result) -> Element:
    case = result.case
    element = Element(
        "testcase", name=one_line(case.id), classname=suite, time=f"{result.seconds:.3f}"
    )
    _properties(
        element,
        title=case.title,
        verdict=result.verdict,
        level=case.level,
        basis=case.basis,
        area=case.area,
        clauses=" ".join(case.clauses),
    )
    outcome = _outcome(run, result)
    message = one_line(f"{result.verdict}: {headline(result)}", _LONGEST)
    match outcome:
        case "failure":
            kind = f"{case.level} {'broken' if _is_broken(result) else 'not as expected'}"
            failure = SubElement(element, "failure", message=message, type=kind)
            failure.text = _details(run, result)
        case "error":
            error = SubElement(element, "error", message=message, type="suite error")
            error.text = visible(mistake(result))
        case "skipped":
            SubElement(element, "skipped", message=message)
    if result.verdict is Verdict.ADVISORY and outcome != "failure":
        SubElement(element, "system-out").text = _details(run, result)
    return element


def _is_broken(result: Result) -> bool:
    return result.verdict in {Verdict.FAIL, Verdict.ADVISORY}


def _outcome(run: Run, result: Result) -> str:
    """Return the element that tells what came of a case; none for a success."""
    verdict = result.verdict
    if verdict is Verdict.ERROR:
        return "error"
    surprising = unexpected(run)
    if surprising is not None:
        if result.case.id in surprising:
            return "failure"
        return "" if verdict in {Verdict.PASS, Verdict.ADVISORY} else "skipped"
    if verdict is Verdict.FAIL or (run.strict and verdict is Verdict.ADVISORY):
        return "failure"
    return "" if verdict in {Verdict.PASS, Verdict.ADVISORY} else "skipped"


def _details(run: Run, result: Result) -> str:
    lines = [f"{f'{label}: ' if label else ''}{text}" for label, text in facts(run, result)]
    return "\n".join([one_line(result.case.title), *lines])


def _properties(parent: Element, **values: str) -> None:
    properties = SubElement(parent, "properties")
    for name, value in values.items():
        SubElement(properties, "property", name=one_line(name), value=one_line(str(value)))
