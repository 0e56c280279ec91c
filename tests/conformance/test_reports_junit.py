"""JUnit XML: whatever shows test results counts what the run counted."""

from xml.etree.ElementTree import Element, fromstring

import pytest

from linkback_conformance.case import SHOULD
from linkback_conformance.reports.junit import render
from linkback_conformance.verdict import Verdict
from tests.conformance.samples import CURL, HOSTILE, a_result, a_run, broken, filled, typical_run

COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def parsed(run) -> Element:
    return fromstring(render(run).encode())


def outcomes(run) -> dict[str, str]:
    """Return the element that tells what came of each case; empty for a success."""
    return {
        case.get("name", ""): next(
            (each.tag for each in case if each.tag in COUNTED.values()),
            "",
        )
        for case in parsed(run).iter("testcase")
    }


def properties(element) -> dict[str, str]:
    return {each.get("name"): each.get("value") for each in element.find("properties")}


def test_every_case_is_in_the_suite_of_its_role():
    root = parsed(typical_run())
    assert [suite.get("name") for suite in root] == [
        "pingback.server",
        "pingback.page",
        "trackback.server",
    ]
    for suite in root:
        for case in suite.iter("testcase"):
            assert case.get("classname") == suite.get("name")
            assert case.get("name", "").startswith(f"{suite.get('name')}.")


@pytest.mark.parametrize("settings", [{}, {"strict": True}, {"surprises": ()}])
def test_the_counts_are_those_of_the_elements(settings):
    root = parsed(typical_run(**settings))
    for element in (root, *root):
        assert element.get("tests") == str(len(list(element.iter("testcase"))))
        for name, tag in COUNTED.items():
            counted = (
                None if (element, name) == (root, "skipped") else str(len([*element.iter(tag)]))
            )
            assert element.get(name) == counted


def test_only_a_broken_must_is_a_failure():
    assert outcomes(typical_run()) == {
        "pingback.server.accepts": "",
        "pingback.server.no-link": "failure",
        "pingback.page.once": "",
        "pingback.server.late": "skipped",
        "pingback.server.next": "skipped",
        "trackback.server.url": "skipped",
        "trackback.server.get": "skipped",
        "trackback.server.odd": "error",
    }


def test_a_strict_run_fails_a_broken_should():
    root = parsed(typical_run(strict=True))
    failures = {case.get("name"): case.find("failure") for case in root.iter("testcase")}
    assert failures["pingback.page.once"].get("type") == "SHOULD broken"
    assert failures["pingback.server.no-link"].get("type") == "MUST broken"


def test_a_run_with_expectations_fails_what_differs_from_them():
    run = a_run(
        broken(case_id="pingback.server.known"),
        broken(case_id="pingback.server.new"),
        a_result(case_id="pingback.server.fixed"),
        a_result(case_id="pingback.server.good"),
        a_result(Verdict.INCONCLUSIVE, "pingback.server.unseen"),
        a_result(Verdict.ERROR, "pingback.server.odd"),
        surprises=("pingback.server.new: fail was not expected", "pingback.server.fixed: pass"),
    )
    assert outcomes(run) == {
        "pingback.server.known": "skipped",
        "pingback.server.new": "failure",
        "pingback.server.fixed": "failure",
        "pingback.server.good": "",
        "pingback.server.unseen": "skipped",
        "pingback.server.odd": "error",
    }
    kinds = [each.get("type") for each in parsed(run).iter("failure")]
    assert kinds == ["MUST broken", "MUST not as expected"]


def test_a_failure_carries_what_was_expected_and_how_to_repeat_it():
    failure = parsed(a_run(broken())).find(".//failure")
    assert failure.get("message") == ("fail: expected a fault 17, but: success: string 'thanks'")
    lines = failure.text.splitlines()
    assert lines[0] == "A source without a link is refused"
    assert "expected: a fault 17" in lines
    assert "observed: success: string 'thanks'" in lines
    assert f"reproduce: {CURL}" in lines


def test_a_broken_should_is_told_in_the_output():
    case = parsed(a_run(broken(Verdict.ADVISORY))).find(".//testcase")
    assert "expected: a fault 17" in case.find("system-out").text
    assert properties(case)["verdict"] == "advisory"


def test_a_skipped_case_says_why():
    skipped = parsed(typical_run()).find(".//skipped")
    assert skipped.get("message") == "inconclusive: nobody can see this"


def test_an_error_carries_its_traceback():
    error = parsed(typical_run()).find(".//error")
    assert error.get("message") == "error: KeyError: 1"
    assert error.text.endswith('  File "x.py"\nKeyError: 1\n')


def test_cases_and_suites_carry_what_the_format_has_no_place_for():
    root = parsed(a_run(broken(level=SHOULD), notes=("found by hand",)))
    assert properties(root.find(".//testcase")) == {
        "title": "A source without a link is refused",
        "verdict": "fail",
        "level": "SHOULD",
        "basis": "stated",
        "area": "conformance",
        "clauses": "PB-3-5",
    }
    about = properties(root.find("testsuite"))
    assert about["target"] == "http://b.test/post/"
    assert about["endpoint.pingback"] == "http://b.test/x"
    assert about["note.1"] == "found by hand"
    assert about["conclusion"].startswith("Not conformant")


def test_times_add_up():
    root = parsed(a_run(broken(seconds=0.25), broken(case_id="pingback.server.x", seconds=1.5)))
    assert root.find("testsuite").get("time") == "1.750"
    assert root.find("testsuite").get("timestamp") == "2026-08-01T10:00:00"
    assert root.get("time") == "12.500"


def test_what_xml_forbids_is_made_visible():
    root = parsed(filled(HOSTILE))
    assert len(list(root.iter("testcase"))) == 14
    told = properties(root.find(".//testcase"))["title"]
    assert "\\x1b[2J" in told
    assert "\\x00" in told
    assert "\\udc80" in told
    assert "<script>alert(1)</script>" in told
