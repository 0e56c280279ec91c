"""Several results side by side: a row for each case, a column for each implementation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linkback_conformance.reports import document, markdown
from linkback_conformance.reports.summary import EXECUTED, MEANINGS
from linkback_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkback_conformance.reports.recorded import Recorded, RecordedResult

ABSENT: Final = "not in this run"
_LEGEND: Final = {
    **{verdict.value: meaning for verdict, meaning in MEANINGS.items()},
    ABSENT: "the case was not selected, or this version of the suite did not have it",
}
_HEADING: Final = ("implementation", "conclusion", "run on", "suite", "executed", *Verdict)

_OLDER: Final = (
    "Older: made with an earlier version of the suite than the newest of these results; "
    "its cases may differ."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    name: str
    recorded: Recorded
    results: dict[str, RecordedResult]
    outdated: bool

    @property
    def day(self) -> str:
        return self.recorded.started[:10]

    @property
    def suite(self) -> str:
        return self.recorded.suite_version + (" (older)" if self.outdated else "")

    @property
    def executed(self) -> str:
        return f"{self.recorded.executed}/{len(self.recorded.results)}"

    @property
    def counts(self) -> list[int]:
        return [self.recorded.count(verdict) for verdict in Verdict]

    @property
    def conclusion(self) -> str:
        note = " (a control ping failed)" if self.recorded.tainted else ""
        return self.recorded.conclusion + note

    def verdict(self, case_id: str) -> str:
        result = self.results.get(case_id)
        return result.verdict.value if result else ABSENT

    def passed(self, rows: Sequence[RecordedResult]) -> str:
        """Return how many of these cases passed, of those that came to an end."""
        found = [self.results[row.id].verdict for row in rows if row.id in self.results]
        ended = sum(found.count(verdict) for verdict in EXECUTED)
        return f"{found.count(Verdict.PASS)} of {ended} executed"


def matrix_markdown(recorded: Sequence[tuple[str, Recorded]]) -> str:
    """Return the comparison in Markdown; each result comes with the name of its implementation."""
    columns = _columns(recorded)
    code = markdown.code
    parts = [
        "# Implementations compared",
        markdown.table(
            _HEADING,
            (
                [
                    code(each.name),
                    each.conclusion,
                    code(each.day),
                    code(each.suite),
                    each.executed,
                    *map(str, each.counts),
                ]
                for each in columns
            ),
        ),
    ]
    if any(each.outdated for each in columns):
        parts.append(_OLDER)
    for protocol, rows in _rows(columns):
        parts.append(f"## {code(protocol)}")
        lines = [
            [f"{code(row.id)} {code(row.level)}", *(_marked(c.verdict(row.id)) for c in columns)]
            for row in rows
        ]
        lines.append(["passed", *(each.passed(rows) for each in columns)])
        parts.append(markdown.table(["case", *(code(each.name) for each in columns)], lines))
    parts.append("## What the words mean")
    parts.append("\n".join(f"- {_marked(word)}: {meaning}" for word, meaning in _LEGEND.items()))
    return "\n\n".join(parts) + "\n"


def matrix_html(recorded: Sequence[tuple[str, Recorded]]) -> str:
    """Return the comparison as a page in one file."""
    columns = _columns(recorded)
    line = document.line
    parts = [
        "<h1>Implementations compared</h1>",
        document.table(
            [f"<th>{each}</th>" for each in _HEADING],
            (
                f"<th>{line(each.name)}</th><td>{line(each.conclusion)}</td>"
                f"<td>{line(each.day)}</td><td>{line(each.suite)}</td>"
                f'<td class="number">{each.executed}</td>'
                + "".join(f'<td class="number">{count}</td>' for count in each.counts)
                for each in columns
            ),
            kind="runs",
        ),
    ]
    if any(each.outdated for each in columns):
        parts.append(f"<p>{_OLDER}</p>")
    for protocol, rows in _rows(columns):
        heading = ["<th>case</th>", *(f"<th>{line(each.name)}</th>" for each in columns)]
        lines = [_html_row(row, columns) for row in rows]
        lines.append(
            "<th>passed</th>" + "".join(f"<td>{each.passed(rows)}</td>" for each in columns)
        )
        parts.append(f"<h2>{line(protocol)}</h2>\n{document.table(heading, lines, kind='matrix')}")
    items = "".join(
        f"<dt>{_coloured(word)}</dt><dd>{line(meaning)}</dd>" for word, meaning in _LEGEND.items()
    )
    parts.append(f"<h2>What the words mean</h2>\n<dl>{items}</dl>")
    return document.document("Linkback implementations compared", "\n".join(parts))


def _html_row(row: RecordedResult, columns: Sequence[_Column]) -> str:
    cells = "".join(f"<td>{_coloured(each.verdict(row.id))}</td>" for each in columns)
    about = f"{document.line(row.title)}<br><small>{document.line(f'{row.level}, {row.area}')}"
    return f"<th>{document.code(row.id)}<br>{about}</small></th>{cells}"


def _coloured(word: str) -> str:
    return f"<small>{word}</small>" if word == ABSENT else document.verdict_word(word)


def _marked(word: str) -> str:
    """Return a word of a cell; what is broken stands out without colour."""
    return f"**{word}**" if word in {Verdict.FAIL, Verdict.ERROR} else word


def _columns(recorded: Sequence[tuple[str, Recorded]]) -> list[_Column]:
    newest = max((_age(each.suite_version) for _, each in recorded), default=())
    return [
        _Column(
            name=name,
            recorded=each,
            results={result.id: result for result in each.results},
            outdated=_age(each.suite_version) < newest,
        )
        for name, each in recorded
    ]


def _rows(columns: Sequence[_Column]) -> Iterator[tuple[str, list[RecordedResult]]]:
    """Yield the cases of each protocol, as the fullest run of the newest suite orders them.

    Cases that only older versions had come last.
    """
    best_first = sorted(columns, key=lambda each: (each.outdated, -len(each.results)))
    cases: dict[str, RecordedResult] = {}
    for column in best_first:
        for result in column.results.values():
            cases.setdefault(result.id, result)
    for protocol in dict.fromkeys(result.protocol for result in cases.values()):
        yield protocol, [result for result in cases.values() if result.protocol == protocol]


def _age(version: str) -> tuple[object, ...]:
    """Return what versions are ordered by: their numbers, and a release after what led to it."""
    found = re.match(r"[0-9.]*", version.strip())
    numbers = [int(each) for each in re.findall(r"[0-9]{1,9}", found[0] if found else "")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers), not re.search(r"(?i)a|b|rc|dev", version.partition("+")[0])
