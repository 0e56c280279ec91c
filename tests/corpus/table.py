"""Measures a chain of validators by a set of cases: ``python -m tests.corpus.table --set NAME``.

The sets are named in `SETS`; a new one is a function in a module of its own and a line there. The
documentation has the table of each in ``docs/spam-NAME.inc``; ``--write-docs`` makes them all.

The chain is `recommended()`, with the receiver's default for trackbacks that do not link (they are
refused) and without moderation, so that whatever is not approved was stopped by a verdict. The
store stays empty: what goes by earlier approvals or by rates is not measured.

The figures compare one chain with another. They are no forecast: the corpus was written by hand and
not drawn from real traffic, and some validators were written with it in view.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.errors import SourceUnreachable
from linkback_protocol.judgement import judge, require_link
from linkback_protocol.linkback import Ping, Status
from linkback_protocol.page import Page
from linkback_protocol.stores import MemoryStore
from linkback_protocol.validators import Candidate
from tests.corpus.cases import Case, cases
from tests.corpus.ours import TEXTS
from tests.corpus.readable import readable
from tests.corpus.second_held_out import SECOND_TEXTS, second_held_out
from tests.corpus.spent import spent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from linkback_protocol.judgement import Judgement
    from linkback_protocol.page import Link
    from linkback_protocol.validators import Validator

DOCS = Path(__file__).parents[2] / "docs"
SETS: dict[str, Callable[[], tuple[Case, ...]]] = {
    "corpus": cases,
    "spent": spent,
    "readable": readable,
    "held-out": second_held_out,
}
"""What can be measured by. The last one alone was not known to whoever wrote the validators."""
OUTCOMES = (Status.APPROVED, Status.PENDING, Status.SPAM, Status.REFUSED)
COLUMNS = ("Family", "Cases", "Approved", "Held", "Spam", "Refused", "Wrong")


@dataclass(slots=True)
class Row:
    """What became of the cases of a family."""

    honest: bool
    outcomes: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    wrong: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())

    @property
    def stopped(self) -> int:
        return self.total - self.outcomes[Status.APPROVED]


def candidate(case: Case, store: MemoryStore | None = None) -> Candidate:
    """Return the candidate that a receiver would make of a case."""

    def read_source(asked: Candidate) -> tuple[Page, list[Link]]:
        if case.html is None:
            raise SourceUnreachable(case.source)
        page = Page.parse(case.html, url=url.parse(case.source), content_type=case.content_type)
        return page, require_link(asked, page)

    ping = Ping(
        protocol=case.protocol,
        source=case.source,
        target=case.target,
        sender=case.sender,
        browser=case.browser,
        title=case.title,
        excerpt=case.excerpt,
        blog_name=case.blog_name,
    )
    return Candidate(
        ping,
        target=url.parse(case.target),
        page_url=url.parse(case.target),
        site=(url.parse(f"{url.parse(case.target).origin}/"),),
        read_source=read_source,
        read_target=lambda: (TEXTS | SECOND_TEXTS)[case.target],
        store=store,
    )


def measure(chain: Sequence[Validator], examples: Iterable[Case]) -> dict[str, Row]:
    """Return what a chain makes of the cases, by family, in the order of their first case."""
    store = MemoryStore()
    rows: dict[str, Row] = {}
    for case in examples:
        judgement: Judgement = judge(candidate(case, store), chain, moderate=False)
        row = rows.setdefault(f"{case.family}", Row(case.honest))
        row.outcomes[judgement.status] += 1
        if case.honest is not (judgement.status is Status.APPROVED):
            row.wrong.append(case.name.partition("/")[2])
    return rows


def summary(rows: Iterable[Row]) -> str:
    """Return the two figures that count, as a sentence."""
    totals: dict[bool, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        totals[row.honest][0] += row.stopped
        totals[row.honest][1] += row.total
    (stopped, spam), (held, honest) = totals[False], totals[True]
    told = f"Spam stopped: {stopped} of {spam} ({stopped / max(1, spam):.1%})."
    if honest:
        told += f" Honest held: {held} of {honest} ({held / honest:.1%})."
    return told


def table(rows: dict[str, Row]) -> str:
    """Return the rows as a reStructuredText list-table, honest families first."""
    lines = [".. list-table::", "   :header-rows: 1", ""]
    ordered = sorted(rows.items(), key=lambda item: (not item[1].honest, item[0]))
    cells: list[tuple[object, ...]] = [COLUMNS]
    for honest, name in ((True, "honest"), (False, "spam")):
        part = [(family, row) for family, row in ordered if row.honest is honest]
        if not part:
            continue
        cells += [
            (
                f"{family.replace('_', ' ')} ({name})",
                row.total,
                *row.outcomes.values(),
                ", ".join(sorted(row.wrong)),
            )
            for family, row in part
        ]
        sums = [sum(row.outcomes[outcome] for _, row in part) for outcome in OUTCOMES]
        wrong = sum(len(row.wrong) for _, row in part)
        cells.append((f"**all {name}**", sum(sums), *sums, wrong))
    for first, *others in cells:
        lines.append(f"   * - {first}")
        lines += [f"     - {cell}".rstrip() for cell in others]
    return "\n".join(lines) + "\n"


def written(name: str) -> str:
    """Return what the documentation has about a set: the figures that count, and the table."""
    # Imported here, so that the corpus can be had without the chain.
    chain: Sequence[Validator] = import_module("linkback_protocol.validators").recommended()
    rows = measure(chain, SETS[name]())
    return f"{summary(rows.values())}\n\n{table(rows)}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.table", description=__doc__)
    parser.add_argument("--set", choices=SETS, default="corpus", help="what to measure by")
    parser.add_argument("--write-docs", action="store_true", help="write the tables of all sets")
    options = parser.parse_args(arguments)
    if options.write_docs:
        for name in SETS:
            (DOCS / f"spam-{name}.inc").write_text(written(name), encoding="utf-8")
    else:
        print(written(options.set))


if __name__ == "__main__":
    main()
