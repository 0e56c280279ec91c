"""The tables of the documentation are those that the chain makes now, and keep their promise."""

from __future__ import annotations

import pytest

from linkback_protocol import validators
from tests.corpus.table import DOCS, SETS, main, measure, written


@pytest.mark.parametrize("name", SETS)
def test_the_table_is_up_to_date(name) -> None:
    assert (DOCS / f"spam-{name}.inc").read_text(encoding="utf-8") == written(name)


def test_every_table_of_the_documentation_is_that_of_a_set() -> None:
    assert {file.name for file in DOCS.glob("spam-*.inc")} == {f"spam-{name}.inc" for name in SETS}


def _shares(name: str) -> dict[bool, float]:
    rows = measure(validators.recommended(), SETS[name]()).values()
    return {
        honest: sum(row.stopped for row in rows if row.honest is honest)
        / max(1, sum(row.total for row in rows if row.honest is honest))
        for honest in (True, False)
    }


@pytest.mark.parametrize("name", ["corpus", "spent"])
def test_the_chain_keeps_its_promise(name) -> None:
    stopped = _shares(name)
    assert stopped[False] >= 0.95
    assert stopped[True] <= 0.02


def test_more_than_half_of_the_readable_spam_is_stopped() -> None:
    assert _shares("readable")[False] >= 0.6


def test_the_table_of_a_set_is_printed(capsys) -> None:
    main(["--set", "readable"])
    assert capsys.readouterr().out == f"{written('readable')}\n"
