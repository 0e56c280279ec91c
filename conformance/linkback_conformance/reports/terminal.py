"""The report for the terminal: plain text, no wider than asked, nothing in it that is obeyed."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self, TextIO

from linkback_conformance.reports.evidence import asked, facts, mistake, moment, outcome
from linkback_conformance.reports.redaction import redact
from linkback_conformance.reports.summary import by_reason, conclude, tallies
from linkback_conformance.reports.text import one_line, shortened, visible
from linkback_conformance.verdict import Conclusion, Holds, Result, Run, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLOURS: Final = {
    Verdict.PASS: "32",
    Verdict.FAIL: "1;31",
    Verdict.ADVISORY: "33",
    Verdict.NOT_APPLICABLE: "2",
    Verdict.BLOCKED: "36",
    Verdict.INCONCLUSIVE: "36",
    Verdict.ERROR: "1;35",
}
_CONCLUSIONS: Final = {
    Conclusion.CONFORMANT: "1;32",
    Conclusion.HOLDS: "32",
    Conclusion.NOT_CONFORMANT: "1;31",
    Conclusion.NOT_ESTABLISHED: "1;33",
    Conclusion.SUITE_ERROR: "1;35",
}
_BOLD: Final = "1"
_LABEL: Final = 11
"""Columns for the label of a line."""
_NARROWEST: Final = 40
_LONGEST: Final = 600
"""Characters of one observation; the other reports have all of it."""


def render(
    run: Run, *, colour: bool, width: int, verbose: bool = False, encoding: str = "utf-8"
) -> str:
    """Return the whole report, ending in a line break.

    ``width`` is in columns; commands and addresses are not broken. ``verbose`` adds what passed,
    why a case exists, and every exchange and fetch. What ``encoding`` has no letter for is escaped.
    """
    page = _Page(redact(run), colour=colour, width=max(width, _NARROWEST))
    text = "\n".join(page.lines(verbose=verbose)) + "\n"
    return text.encode(encoding, "backslashreplace").decode(encoding)


@dataclass(slots=True)
class Progress:
    """One line that tells how far a run is, rewritten in place; silent where nobody looks.

    A listener of the runner; as a context manager it clears the line at the end.
    """

    stream: TextIO
    total: int
    width: int = field(default_factory=lambda: shutil.get_terminal_size().columns)
    done: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")

    def __call__(self, result: Result) -> None:
        """Count a case, and name it."""
        self.done += 1
        digits = len(str(self.total))
        self._write(f"[{self.done:{digits}}/{self.total}] {one_line(result.case.id)}")

    def _write(self, text: str) -> None:
        if not self.stream.isatty():
            return
        # Overwritten with spaces, which every terminal understands; a full line would scroll.
        room = self.width - 1
        line = shortened(text, room)
        self.stream.write(f"\r{line:{room}}\r{line}")
        self.stream.flush()


class _Page:
    def __init__(self, run: Run, *, colour: bool, width: int) -> None:
        self._run = run
        self._colour = colour
        self._width = width

    def lines(self, *, verbose: bool) -> Iterator[str]:
        run = self._run
        yield from self._header()
        yield from self._figures()
        if verbose:
            yield from self._passed()
        for verdict in (Verdict.FAIL, Verdict.ADVISORY):
            for result in run.results:
                if result.verdict is verdict:
                    yield from self._broken(result, verbose=verbose)
        for verdict in (Verdict.INCONCLUSIVE, Verdict.BLOCKED, Verdict.NOT_APPLICABLE):
            yield from self._grouped(verdict)
        yield from self._errors()
        if run.surprises:
            yield ""
            yield self._paint("Not as the file of expectations says", _BOLD)
            for surprise in run.surprises:
                yield from self._wrapped(surprise, "  - ", "    ")
        yield ""
        yield self._paint(one_line(conclude(run)), _CONCLUSIONS[run.conclusion])

    def _header(self) -> Iterator[str]:
        run = self._run
        yield self._paint(f"linkback-conformance {one_line(run.suite_version)}", _BOLD)
        told = {
            "target": run.target,
            **run.endpoints,
            "run": f"{run.run_id}, {run.started}, {run.seconds:.1f} s",
        }
        column = max(_LABEL, *(len(name) + 2 for name in told))
        for name, value in told.items():
            yield from self._labelled(name, value, column)
        if run.notes:
            yield ""
        for note in run.notes:
            yield from self._wrapped(note, "Note: ", "  ")

    def _figures(self) -> Iterator[str]:
        protocol = None
        for tally in tallies(self._run):
            if tally.protocol is not protocol:
                protocol = tally.protocol
                yield ""
                yield self._paint(protocol, _BOLD)
            score = f"{tally.executed}/{tally.total}"
            start = f"  {tally.area:11} {score:>7} executed: "
            yield from self._wrapped(tally.words(), start, " " * 14)

    def _passed(self) -> Iterator[str]:
        passed = [each for each in self._run.results if each.verdict is Verdict.PASS]
        if not passed:
            return
        yield ""
        yield f"{self._paint('Pass', _COLOURS[Verdict.PASS])} ({len(passed)})"
        for result in passed:
            yield from self._wrapped(f"{result.case.id}: {result.case.title}", "  ", "    ")

    def _broken(self, result: Result, *, verbose: bool) -> Iterator[str]:
        case = result.case
        yield ""
        word = self._paint(result.verdict.upper(), _COLOURS[result.verdict])
        yield f"{word}  {self._paint(one_line(case.id), _BOLD)}"
        yield from self._wrapped(case.title, "  ", "  ")
        yield f"  {case.level} ({case.basis}), {case.area}"
        if verbose:
            yield from self._labelled("why", case.why)
        for label, text in facts(self._run, result):
            if label == "reproduce":
                # Not broken, so that it can be copied.
                yield f"  {label:{_LABEL}}{text}"
            else:
                yield from self._labelled(label, text)
        if verbose:
            yield from self._evidence(result)

    def _evidence(self, result: Result) -> Iterator[str]:
        for seen in result.observations:
            if seen.holds is Holds.YES:
                yield from self._labelled("held", seen.expected)
        for run in result.runs:
            said = f", and said {run.output!r}" if run.output else ""
            yield from self._labelled("told", f"{run.told}: {run.outcome}{said}")
        for number, each in enumerate(result.exchanges, 1):
            text = f"{each.method} {each.url}: {outcome(each)}, {each.seconds:.3f} s"
            yield from self._labelled(f"request {number}", text)
        for fetch in result.fetches:
            when = moment(fetch, result.exchanges)
            text = asked(fetch) + (f", {when.words()}" if when else "")
            yield from self._labelled("fetch", text)

    def _grouped(self, verdict: Verdict) -> Iterator[str]:
        groups = by_reason(self._run, verdict)
        if not groups:
            return
        yield ""
        word = self._paint(verdict.capitalize(), _COLOURS[verdict])
        yield f"{word} ({self._run.count(verdict)})"
        for reason, results in groups.items():
            yield from self._wrapped(reason or "no reason was given", "  ", "  ")
            for result in results:
                yield f"    {one_line(result.case.id)} ({result.case.level})"

    def _errors(self) -> Iterator[str]:
        for result in self._run.results:
            if result.verdict is Verdict.ERROR:
                yield ""
                word = self._paint("ERROR", _COLOURS[Verdict.ERROR])
                yield f"{word}  {self._paint(one_line(result.case.id), _BOLD)}"
                blame = "The suite is at fault, not the target; please report this:"
                yield from self._wrapped(blame, "  ", "  ")
                text = visible(mistake(result)).rstrip("\n")
                yield from (f"  {line}" for line in text.split("\n"))

    def _labelled(self, label: str, text: str, column: int = _LABEL) -> Iterator[str]:
        start = f"  {one_line(label):{column}}"
        return self._wrapped(text, start, " " * (column + 2))

    def _wrapped(self, text: str, first: str, later: str) -> Iterator[str]:
        lines = textwrap.wrap(
            one_line(text, _LONGEST),
            self._width,
            initial_indent=first,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield from lines or [first.rstrip()]

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text
