"""The table of coverage: every clause with the cases that try it, or why none does.

``python -m linkback_conformance.coverage [--check] [FILE]`` writes the table, or checks that it is
complete and that a file holds it. Without a file the table goes to the standard output.
"""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from linkback_conformance import catalogue
from linkback_conformance.case import MUST, SHOULD, STATED
from linkback_conformance.clauses import CLAUSES, DIVERGENCES, Clause, Divergence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from linkback_conformance.case import Case

BINDING = frozenset({"MUST", "MUST NOT", "SHALL", "must", "stated"})
"""The levels of clauses that a case of the level MUST can rest on."""
ADVISING = BINDING | {"SHOULD", "RECOMMENDED", "should", "should not", "urged", "encouraged"}
"""The levels of clauses that a case of the level SHOULD can rest on."""

COMMAND = "python -m linkback_conformance.coverage"

_SUFFICIENT = {MUST: BINDING, SHOULD: ADVISING}

_HEADER = f"""\
# Coverage

Every clause of the specifications, in our own words, with the cases that try it or the reason why
none does. Cases with the word `sender` in them try a sender; where a clause about senders has
others, they try what it means for a receiver.

Written by `{COMMAND}`.
A test fails where this page is stale, or where a clause has neither cases nor a reason.

Levels in capitals are the specification's own words; those in small letters are what a text without
such words amounts to.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, or 1 where the table is incomplete or the file is stale."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write or check the coverage table.")
    parser.add_argument("--check", action="store_true", help="write nothing; say what is wrong")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a Markdown file")
    given = parser.parse_args(argv)
    cases = catalogue.load()
    found = list(problems(cases))
    text = table(cases)
    try:
        if given.check and given.file and given.file.read_bytes() != text.encode():
            found.append(f"{given.file} is stale: write it with `{COMMAND} {given.file}`")
        if given.file and not given.check:
            given.file.write_bytes(text.encode())
    except OSError as error:
        found.append(f"cannot use {given.file}: {error.strerror}")
    if not given.check and not given.file:
        sys.stdout.write(text)
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    return 1 if found else 0


def problems(
    cases: Iterable[Case],
    clauses: Mapping[str, Clause] = CLAUSES,
    divergences: Iterable[Divergence] = DIVERGENCES,
) -> Iterator[str]:
    """Yield one sentence for each hole, excuse without need, unknown id, and case without a text.

    A case of the basis "stated" is not stricter than the strictest clause that it cites.
    """
    known = {each.id: each for each in cases}
    cited = _cases_by_clause(known.values())
    for case in known.values():
        if not case.clauses:
            yield f"{case.id} cites no clause"
        for clause_id in case.clauses:
            if clause_id not in clauses:
                yield f"{case.id} cites {clause_id}, which is no clause"
        levels = {clauses[each].level for each in case.clauses if each in clauses}
        if case.basis is STATED and levels and not levels & _SUFFICIENT.get(case.level, levels):
            yield f"{case.id} is a {case.level}, and no clause that it cites asks for as much"
    for clause in clauses.values():
        yield from _unbalanced(clause.id, cited.get(clause.id, ()), clause.untestable)
    for each in divergences:
        yield from _unbalanced(f"divergence {each.number}", each.cases, each.untried)
        for case_id in each.cases:
            if case_id not in known:
                yield f"divergence {each.number} names {case_id}, which is no case"


def _unbalanced(name: str, case_ids: Collection[str], excuse: str) -> Iterator[str]:
    if not case_ids and not excuse:
        yield f"{name} has neither a case nor a reason why none tries it"
    if case_ids and excuse:
        yield f"{name} has a reason why no case tries it, and {', '.join(case_ids)}"


def _cases_by_clause(cases: Iterable[Case]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for case in cases:
        for clause_id in case.clauses:
            found.setdefault(clause_id, []).append(case.id)
    return found


def table(
    cases: Iterable[Case],
    clauses: Mapping[str, Clause] = CLAUSES,
    divergences: Sequence[Divergence] = DIVERGENCES,
) -> str:
    """Return the whole table as Markdown."""
    cases = tuple(cases)
    return "\n".join(
        [_HEADER, *_summary(cases, clauses), *_by_clause(cases, clauses), *_known(divergences)]
    )


def _summary(cases: Sequence[Case], clauses: Mapping[str, Clause]) -> Iterator[str]:
    cited = _cases_by_clause(cases)
    tried = sum(each.id in cited for each in clauses.values())
    reasons: dict[str, int] = {}
    for each in clauses.values():
        if each.id not in cited:
            reasons[each.untestable] = reasons.get(each.untestable, 0) + 1
    yield (
        f"{_counted(len(clauses), 'clause')}: {_are(tried)} tried, "
        f"by {_counted(len(cases), 'case')}; {_are(len(clauses) - tried)} not."
    )
    yield "Reasons that are given more than once:"
    yield ""
    for reason, count in sorted(reasons.items(), key=lambda item: -item[1]):
        if count > 1:
            yield f"- {count}: {reason}"
    yield ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _are(number: int) -> str:
    return f"{number} {'is' if number == 1 else 'are'}"


def _by_clause(cases: Sequence[Case], clauses: Mapping[str, Clause]) -> Iterator[str]:
    cited = _cases_by_clause(cases)
    for prefix, group in groupby(clauses.values(), key=_prefix):
        members = list(group)
        yield f"## {prefix}: {members[0].spec}"
        yield ""
        yield from _row("Clause", "Level", "Who", "What it asks", "Cases, or why there is none")
        yield from _row("---", "---", "---", "---", "---")
        for each in members:
            tried_by = cited.get(each.id, ())
            yield from _row(
                f"[{each.id}]({each.address})" if each.address else each.id,
                each.level,
                each.who,
                each.text,
                _ids(tried_by) if tried_by else f"*{each.untestable}*",
            )
        yield ""


def _known(divergences: Sequence[Divergence]) -> Iterator[str]:
    yield "## Peer divergences"
    yield ""
    yield "What other implementations are known to do otherwise, and the cases that show it."
    yield ""
    yield from _row(
        "No.", "About", "What a good one does", "Seen otherwise", "Cases, or why there is none"
    )
    yield from _row("---", "---", "---", "---", "---")
    for each in divergences:
        yield from _row(
            str(each.number),
            each.protocol,
            each.text,
            each.peers,
            _ids(each.cases) if each.cases else f"*{each.untried}*",
        )
    yield ""


def _prefix(clause: Clause) -> str:
    return clause.id.partition("-")[0]


def _ids(case_ids: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in case_ids)


def _row(*cells: str) -> Iterator[str]:
    # A bar ends a cell even inside of code.
    yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
