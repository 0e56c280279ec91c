"""The tables of the documentation are those that the chain makes now, and keep their promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkback_protocol import validators
from tests.corpus.cases import cases
from tests.corpus.held_out import held_out
from tests.corpus.table import measure, summary, table

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("name", "examples"), [("spam-corpus.inc", cases), ("spam-held-out.inc", held_out)]
)
def test_the_table_is_up_to_date(name, examples) -> None:
    rows = measure(validators.recommended(), examples())
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == f"{summary(rows.values())}\n\n{table(rows)}"


def test_the_chain_keeps_its_promise() -> None:
    rows = measure(validators.recommended(), cases()).values()
    spam = [row for row in rows if not row.honest]
    honest = [row for row in rows if row.honest]
    assert sum(row.stopped for row in spam) >= 0.95 * sum(row.total for row in spam)
    assert sum(row.stopped for row in honest) <= 0.02 * sum(row.total for row in honest)


def test_honest_strangers_get_through_on_pages_that_nobody_tuned_for() -> None:
    honest = [row for row in measure(validators.recommended(), held_out()).values() if row.honest]
    assert sum(row.stopped for row in honest) <= 0.02 * sum(row.total for row in honest)
