"""The command ``linkback-conformance``."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from linkback_conformance import catalogue, options, sender_session
from linkback_conformance.clauses import CLAUSES
from linkback_conformance.errors import TargetUnusable, UsageError
from linkback_conformance.reports import compare, html, jsonlines, junit, markdown, terminal
from linkback_conformance.reports.terminal import Progress
from linkback_conformance.session import chosen_cases, execute

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from linkback_conformance.case import Case
    from linkback_conformance.reports.jsonlines import Recorded
    from linkback_conformance.verdict import Run


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except UsageError as error:
        return _end(2, str(error))
    except TargetUnusable as error:
        return _end(3, f"not established: {error}")
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing more can be written to it.
        sys.stdout = None
        return 0
    except KeyboardInterrupt:
        return _end(130, "interrupted")
    except Exception as error:
        # A mistake of the suite's own, outside of any case; a reader can do no more than tell us.
        return _end(4, f"the suite is at fault: {type(error).__name__}: {error}")


def _dispatch(arguments: Sequence[str]) -> int:
    match arguments:
        case ["list", *rest]:
            return _list(options.list_parser().parse_args(rest))
        case ["show", *rest]:
            return _show(options.show_parser().parse_args(rest))
        case ["compare", *rest]:
            return _compare(options.compare_parser().parse_args(rest))
        case ["sender", *rest]:
            return _send(options.sender_parser().parse_args(rest))
        case _:
            return _run(options.run_parser().parse_args(arguments))


def _end(code: int, message: str) -> int:
    print(f"linkback-conformance: {message}", file=sys.stderr)
    return code


def _list(given: argparse.Namespace) -> int:
    chosen = catalogue.select(catalogue.load(), only=given.only)
    if given.json:
        print(json.dumps([_described(each) for each in chosen], indent=2))
        return 0
    width = max(len(each.id) for each in chosen)
    for each in chosen:
        mark = "w" if each.writes else " "
        print(f"{each.id:{width}}  {each.level:6}  {each.area:11}  {mark}  {each.title}")
    print(f"{len(chosen)} cases; w: leaves a linkback behind", file=sys.stderr)
    return 0


def _described(case: Case) -> dict[str, object]:
    return {
        "id": case.id,
        "title": case.title,
        "protocol": case.protocol,
        "role": case.role,
        "level": case.level,
        "basis": case.basis,
        "area": case.area,
        "clauses": list(case.clauses),
        "needs": list(case.needs),
        "writes": case.writes,
        "why": case.why,
    }


def _show(given: argparse.Namespace) -> int:
    case = catalogue.find(given.id)
    print(f"{case.id}: {case.title}")
    print(f"  level: {case.level} ({case.basis}), area: {case.area}")
    print("  leaves a linkback behind" if case.writes else "  leaves nothing behind")
    if case.needs:
        print(f"  needs: {', '.join(case.needs)}")
    for clause_id in case.clauses:
        clause = CLAUSES[clause_id]
        print(f"  {clause.id}, {clause.spec} {clause.section}".rstrip() + f": {clause.text}")
        if clause.address:
            print(f"    {clause.address}")
    print(f"  why: {case.why}")
    return 0


def _compare(given: argparse.Namespace) -> int:
    recorded = [(Path(name).stem, _recorded(name)) for name in given.results]
    make = compare.matrix_html if given.html else compare.matrix_markdown
    _write(given.output, make(recorded))
    return 0


def _recorded(name: str) -> Recorded:
    try:
        with Path(name).open(encoding="utf-8", errors="surrogateescape") as stream:
            return jsonlines.read(stream)
    except OSError as error:
        message = f"cannot read {name}: {error.strerror}"
        raise UsageError(message) from None


def _write(name: str, text: str) -> None:
    if name == "-":
        sys.stdout.write(text)
        return
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"cannot write {name}: {error.strerror}"
        raise UsageError(message) from None


def _run(given: argparse.Namespace) -> int:
    if given.dry_run:
        return _dry_run(given.endpoint, chosen_cases(given))
    with Progress(sys.stderr, 0) as progress:
        run = execute(given, chosen_cases(given), progress)
    return _told(run, given)


def _told(run: Run, given: argparse.Namespace) -> int:
    """Write the reports that were asked for and return the exit code."""
    if given.evidence != "all":
        run = run.without_evidence(keep_broken=given.evidence == "broken")
    try:
        _report(run, given)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the report has seen enough; what was found out stands.
        sys.stdout = None
    return run.exit_code


def _send(given: argparse.Namespace) -> int:
    chosen = sender_session.chosen_cases(given)
    if given.dry_run:
        return _dry_run(given.sender or "a sender", chosen)
    with (
        Progress(io.StringIO() if given.interactive else sys.stderr, 0) as progress,
        # A function may print; the standard output is for the report.
        contextlib.redirect_stdout(sys.stderr),
    ):
        run = sender_session.execute(given, chosen, progress, _asked)
    return _told(run, given)


def _asked(text: str) -> bool:
    """Show a person what to do and wait for the return key; false where nobody is there."""
    print(f"{text}\n\nPress the return key when that is done. ", file=sys.stderr, flush=True)
    return bool(sys.stdin.readline())


def _dry_run(what: str, chosen: Sequence[Case]) -> int:
    print(f"would try {what}, and send nothing now:")
    for each in chosen:
        print(f"  {each.id}{'  (leaves a linkback behind)' if each.writes else ''}")
    writing = sum(each.writes for each in chosen)
    print(f"{len(chosen)} cases, of which {writing} leave linkbacks behind")
    return 0


def _report(run: Run, given: argparse.Namespace) -> None:
    makers = {
        "json": jsonlines.render,
        "junit": junit.render,
        "html": html.render,
        "markdown": markdown.render,
    }
    chosen = {name: path for name in makers if (path := getattr(given, name))}
    for name, path in chosen.items():
        _write(path, makers[name](run))
    if "-" not in chosen.values():
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 100
        sys.stdout.write(
            terminal.render(
                run,
                colour=colour,
                width=width,
                verbose=given.verbose,
                encoding=sys.stdout.encoding,
            )
        )
