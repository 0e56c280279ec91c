"""A summary in Markdown, for an issue or the page of a CI job.

What comes from the wire stands between ``<code>`` tags, and every character of it that Markdown,
or a tracker that looks for names, numbers and addresses, gives a meaning is written as a reference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from linkback_conformance.reports.evidence import Requirement, facts, headline, requirements
from linkback_conformance.reports.redaction import redact
from linkback_conformance.reports.summary import by_reason, conclude, tallies
from linkback_conformance.reports.text import one_line, visible
from linkback_conformance.verdict import Run, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SPECIAL: Final = re.compile(r"[&<>|`*_\[\]~\\@#!$^{}]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LONGEST: Final = 400
"""Characters of one text from the wire; the other reports have all of it."""
_SEEN: Final = {"expected", "observed", "unseen", "reason"}
_UNSEEN: Final = (Verdict.INCONCLUSIVE, Verdict.BLOCKED, Verdict.NOT_APPLICABLE, Verdict.ERROR)


def render(run: Run) -> str:
    """Return the summary: figures, what is broken and how to see it, what was not seen and why."""
    run = redact(run)
    blocks = [
        "## Linkback conformance",
        f"**{conclude(run)}**",
        _about(run),
        *(f"> Note: {code(note)}" for note in run.notes),
        _figures(run),
        *_broken(run, Verdict.FAIL),
        *_broken(run, Verdict.ADVISORY),
        *_unseen(run),
    ]
    if run.surprises:
        surprises = "\n".join(f"- {code(each)}" for each in run.surprises)
        blocks.append(f"### Not as the file of expectations says\n\n{surprises}")
    return "\n\n".join(blocks) + "\n"


def code(text: str) -> str:
    """Return hostile text as code on one line, harmless in a table too; nothing for nothing."""
    safe = escaped(text)
    return f"<code>{safe}</code>" if safe.strip() else ""


def escaped(text: str) -> str:
    """Return text on one line, in which nothing has a meaning for Markdown."""
    # Cut before it is escaped, so that no reference is cut in two.
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", one_line(text, _LONGEST))


def row(cells: Iterable[str]) -> str:
    """Return a row of a table; the cells are Markdown without line breaks and bare bars."""
    return f"| {' | '.join(cells)} |"


def table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table."""
    columns = list(heading)
    return "\n".join([row(columns), row("---" for _ in columns), *map(row, rows)])


def fenced(text: str) -> str:
    """Return hostile text of several lines as a block of code, in a fence that it cannot close."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{visible(text)}\n{fence}"


def _about(run: Run) -> str:
    rows = [["target", code(run.target)]]
    rows += [[code(name), code(value)] for name, value in run.endpoints.items()]
    rows += [["suite", code(run.suite_version)], ["started", code(run.started)]]
    return table(["", ""], rows)


def _figures(run: Run) -> str:
    rows = (
        [
            each.protocol,
            each.area,
            f"{each.executed}/{each.total}",
            *(str(count) if count else "" for count in each.counts.values()),
        ]
        for each in tallies(run)
    )
    return table(["protocol", "area", "executed", *Verdict], rows)


def _broken(run: Run, verdict: Verdict) -> Iterator[str]:
    found = [each for each in run.results if each.verdict is verdict]
    if not found:
        return
    yield f"### {verdict.capitalize()} ({len(found)})"
    for result in found:
        case = result.case
        lines = [
            f"<details><summary>{code(case.id)} {code(case.title)}</summary>",
            f"{case.level} ({case.basis}), {case.area}",
        ]
        told = facts(run, result)
        items = [f"- requires {_required(each)}" for each in requirements(case)]
        items += [f"- {label}: {code(text)}" for label, text in told if label in _SEEN]
        lines.append("\n".join(items))
        lines += [fenced(text) for label, text in told if label == "reproduce"]
        yield "\n\n".join([*(line for line in lines if line), "</details>"])


def _required(requirement: Requirement) -> str:
    name = code(requirement.id)
    if requirement.address:
        name = f"[{name}](<{requirement.address}>)"
    level = f" ({requirement.level})" if requirement.level else ""
    return f"{name}{level}{f': {escaped(requirement.text)}' if requirement.text else ''}"


def _unseen(run: Run) -> Iterator[str]:
    for verdict in _UNSEEN:
        groups = by_reason(run, verdict)
        if not groups:
            continue
        yield f"### {verdict.capitalize()} ({run.count(verdict)})"
        rows = (
            [code(headline(results[0])), ", ".join(code(each.case.id) for each in results)]
            for results in groups.values()
        )
        yield table(["reason", "cases"], rows)
