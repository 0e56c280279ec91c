"""The plugin for pytest: an item for each case, the verdicts kept, and the engine's last word."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from tests.conformance.reference import ReferenceBlog

ROOT = Path(__file__).parents[2]
GOOD = "wsgi:tests.conformance.reference:ReferenceBlog()"
BROKEN = "wsgi:tests.conformance.faults.pingback_answers:FaultsAreErrorsOfHttp()"
LOOSE = "wsgi:tests.conformance.faults.pingback_errors:ShowsAPage()"
DEAD = "wsgi:tests.conformance.test_pytest_plugin:RefusesPings()"


class RefusesPings(ReferenceBlog):
    def check_source_url(self, url):
        raise self.missing_source()


def run_pytest(tmp_path, target, options, *arguments):
    # Away from the checkout, whose settings and tests are not those of a user.
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "linkback_conformance.pytest_plugin"),
            *("-p", "no:cacheprovider", "--linkback-target", target),
            *("--linkback-options", f"--target /post/ {options}", *arguments),
        ],
        cwd=tmp_path,
        env={
            **{name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"},
            "PYTHONPATH": ":".join([str(ROOT), *filter(None, sys.path)]),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_there_is_an_item_for_each_case_and_nothing_else(tmp_path):
    done = run_pytest(tmp_path, GOOD, "--only pingback.page", "-v")
    assert done.returncode == 0, done.stdout
    assert "link-form PASSED" in done.stdout
    assert "test_own" not in done.stdout
    assert "linkback-conformance would exit with 0" in done.stdout


def test_paths_that_are_asked_for_are_collected_too(tmp_path):
    done = run_pytest(tmp_path, GOOD, "--only pingback.page", "-v", "test_own.py")
    assert done.returncode == 0, done.stdout
    assert "test_own.py::test_own PASSED" in done.stdout
    assert "link-form PASSED" in done.stdout


def test_a_broken_must_fails_and_says_what_was_expected(tmp_path):
    done = run_pytest(tmp_path, BROKEN, "--only pingback.server.status-200")
    assert done.returncode == 1
    assert "expected HTTP 200, but: the HTTP status is 400" in done.stdout
    assert "runner.py" not in done.stdout


@pytest.mark.parametrize(("options", "code"), [("", 0), ("--strict", 1)])
def test_a_broken_should_is_named_and_fails_only_if_strict(tmp_path, options, code):
    done = run_pytest(tmp_path, LOOSE, f"--only pingback.server.get {options}", "-v")
    assert done.returncode == code, done.stdout
    assert "advisory" in done.stdout.lower()


def test_what_is_not_established_fails_although_every_item_is_only_skipped(tmp_path):
    done = run_pytest(tmp_path, DEAD, "--only pingback.server.duplicate")
    assert done.returncode == 1, done.stdout
    assert "not established" in done.stdout
    assert "blocked" in done.stdout


def test_cases_can_be_chosen_as_tests_are(tmp_path):
    done = run_pytest(tmp_path, GOOD, "", "-k", "link-single")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_verdicts_are_in_the_properties(tmp_path):
    path = tmp_path / "report.xml"
    run_pytest(tmp_path, LOOSE, "--only pingback.server.get", f"--junitxml={path}")
    testcases = fromstring(path.read_text()).findall(".//testcase")
    found = {
        each.get("name"): {
            prop.get("name"): prop.get("value") for prop in each.findall("properties/property")
        }
        for each in testcases
    }
    assert found["pingback.server.get"] == {
        "verdict": "advisory",
        "level": "SHOULD",
        "area": "robustness",
        "clauses": "XR-H1",
    }


@pytest.mark.parametrize(
    ("target", "options"),
    [("nonsense", ""), (GOOD, "--only typo"), (GOOD, "--bogus"), (GOOD, "'")],
)
def test_a_mistake_is_a_sentence(tmp_path, target, options):
    done = run_pytest(tmp_path, target, options)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr


def test_without_a_target_the_plugin_does_nothing(tmp_path):
    done = run_pytest(tmp_path, "", "")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert "linkback conformance" not in done.stdout
