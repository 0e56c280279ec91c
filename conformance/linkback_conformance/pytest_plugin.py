"""The cases as items of pytest: ``-p linkback_conformance.pytest_plugin --linkback-target TARGET``.

The engine runs the cases, all of them when the first item is reached, so that controls, needs and
verdicts are those of the command. pytest knows three outcomes and the engine seven: the verdict is
in the summary and in the properties of each item, and what the engine does not call a success makes
the session fail. Without a path on the command line nothing else is collected.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linkback_conformance.catalogue import load, with_needs
from linkback_conformance.errors import SuiteError, UsageError
from linkback_conformance.options import run_parser
from linkback_conformance.session import chosen_cases, execute
from linkback_conformance.verdict import Result, Run, Verdict

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from _pytest._code.code import TerminalRepr, TracebackStyle

    from linkback_conformance.case import Case

_ENGINE = pytest.StashKey["_Engine"]()
_SKIPPED = {Verdict.NOT_APPLICABLE, Verdict.BLOCKED, Verdict.INCONCLUSIVE}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options."""
    group = parser.getgroup("linkback", "conformance of pingback and trackback endpoints")
    group.addoption("--linkback-target", metavar="TARGET", help="what to try: URL or wsgi:MOD:APP")
    group.addoption(
        "--linkback-options",
        metavar="OPTIONS",
        default="",
        help="the options of linkback-conformance, in one word: '--target /post/ --strict'",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read the options, so that a mistake ends the session before anything is sent."""
    target = config.getoption("--linkback-target")
    if not target:
        return
    try:
        words = shlex.split(config.getoption("--linkback-options"))
        given = run_parser().parse_args([target, *words])
        config.stash[_ENGINE] = _Engine(given, chosen_cases(given))
    except (UsageError, ValueError) as error:
        raise pytest.UsageError(str(error)) from None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the files of the working directory alone, unless they were asked for."""
    del collection_path
    asked = config.args_source is pytest.Config.ArgsSource.ARGS
    return True if _ENGINE in config.stash and not asked else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add an item for each selected case."""
    if (engine := config.stash.get(_ENGINE, None)) is not None:
        items += [
            CaseItem.from_parent(
                session, name=case.id, nodeid=f"linkback-conformance::{case.id}", case=case
            )
            for case in engine.cases
        ]
        session.testscollected += len(engine.cases)


def pytest_report_teststatus(
    report: pytest.TestReport,
) -> tuple[str, str, str] | None:
    """Call every verdict by its name."""
    verdict = dict(report.user_properties).get("verdict")
    if report.when != "call" or not verdict or verdict in {Verdict.PASS, Verdict.FAIL}:
        return None
    word = str(verdict)
    if report.failed:
        return "failed", "F", f"FAILED ({word})"
    return word, word[:1], word.upper()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what the engine concludes."""
    engine = config.stash.get(_ENGINE, None)
    if engine is not None and engine.run is not None:
        terminalreporter.section("linkback conformance")
        for note in engine.run.notes:
            terminalreporter.write_line(note)
        for surprise in engine.run.surprises or ():
            terminalreporter.write_line(f"unexpected: {surprise}")
        terminalreporter.write_line(
            f"{engine.run.conclusion}; {engine.run.executed} of {len(engine.run.results)} cases "
            f"executed; linkback-conformance would exit with {engine.run.exit_code}"
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a session that the engine does not call a success, and none that it does."""
    engine = session.config.stash.get(_ENGINE, None)
    if engine is None or engine.run is None:
        return
    if engine.run.exit_code and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class _Engine:
    """Runs the cases of the session, once."""

    def __init__(self, given: argparse.Namespace, cases: Iterable[Case]) -> None:
        self.given = given
        self.cases = tuple(cases)
        self.run: Run | None = None
        self.total = 0
        self._results: dict[str, Result] = {}
        self._refused = ""

    def __call__(self, result: Result) -> None:
        """Keep a result of the run."""
        self._results[result.case.id] = result

    def result(self, case: Case, session: pytest.Session) -> Result | None:
        """Return the result of a case; ``None`` where it may not be run on a stranger's site."""
        if self.run is None and not self._refused:
            left = {item.case.id for item in session.items if isinstance(item, CaseItem)}
            try:
                self.run = execute(self.given, with_needs(load(), left), self)
            except SuiteError as error:
                self._refused = str(error)
        if self._refused:
            raise CaseFailed(self._refused)
        return self._results.get(case.id)


class CaseFailed(Exception):
    """A case did not hold; its text is what pytest shows."""


class CaseItem(pytest.Item):
    """One case of the suite."""

    def __init__(self, name: str, parent: pytest.Session, *, nodeid: str, case: Case) -> None:
        super().__init__(name, parent, nodeid=nodeid)
        self.case = case

    def runtest(self) -> None:
        """Ask the engine, and tell pytest what it understands of the answer."""
        engine = self.config.stash[_ENGINE]
        result = engine.result(self.case, self.session)
        if result is None:
            pytest.skip("not run: it leaves a linkback behind, or its protocol is not offered")
        self.user_properties += list(self._properties(result))
        strict = engine.given.strict
        if result.verdict in {Verdict.FAIL, Verdict.ERROR} or (
            strict and result.verdict is Verdict.ADVISORY
        ):
            raise CaseFailed(f"{result.verdict}: {result.reason}")
        if result.verdict in _SKIPPED:
            pytest.skip(f"{result.verdict}: {result.reason}")

    def _properties(self, result: Result) -> Iterator[tuple[str, object]]:
        yield "verdict", str(result.verdict)
        yield "level", str(self.case.level)
        yield "area", str(self.case.area)
        yield "clauses", " ".join(self.case.clauses)

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: TracebackStyle | None = None,
    ) -> str | TerminalRepr:
        """Return what did not hold, without the inside of the suite."""
        if isinstance(excinfo.value, CaseFailed):
            return f"{self.case.id}: {self.case.title}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where a reader finds the case."""
        return (
            Path(self.case.run.__code__.co_filename),
            self.case.run.__code__.co_firstlineno,
            (self.case.id),
        )
