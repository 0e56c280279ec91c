"""CSV that no spreadsheet runs, and the list of spam hosts."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback_protocol import Linkback, MemoryStore, Status, Verdict
from linkback_protocol.exchange import export, to_csv, to_disavow
from linkback_protocol.linkback import Move
from tests.exchange.samples import MOMENT, linkbacks, sample


def table(*kept: Linkback) -> list[dict[str, str]]:
    text = "".join(to_csv(kept))
    return list(csv.DictReader(io.StringIO(text, newline="")))


@settings(deadline=None)
@given(st.lists(linkbacks(), max_size=3))
def test_what_was_written_is_read_back(kept: list[Linkback]) -> None:
    found = table(*kept)
    for row, linkback in zip(found, kept, strict=True):
        for name in ("title", "excerpt", "site_name", "sender", "source", "user_agent"):
            assert row[name].removeprefix("'") == getattr(linkback, name)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "'"])
def test_no_cell_is_a_formula(first: str) -> None:
    (row,) = table(sample(title=f"{first}1+1", excerpt=f"1{first}1"))
    assert row["title"] == f"'{first}1+1"
    assert row["excerpt"] == f"1{first}1"


def test_every_field_has_a_column() -> None:
    moves = (Move(MOMENT, Status.SPAM, "owner", (Verdict.spam("junk", by="ann"),)),)
    (row,) = table(sample(7, notes=("odd", "very"), history=moves, checked=MOMENT))
    assert row["id"] == "7"
    assert row["reasons"] == "spam by ann: junk"
    assert row["decided_by"] == "ann"
    assert row["notes"] == "odd\nvery"
    assert row["checked"] == row["received"] == "2026-01-02T03:04:05+00:00"
    assert table(sample())[0]["checked"] == ""


def test_nothing_is_a_head_alone() -> None:
    assert "".join(to_csv([])).startswith("id,protocol,status,source")
    assert table() == []


def disavowed(*kept: Linkback) -> tuple[list[str], str]:
    with MemoryStore() as store:
        store.bring_in(kept, now=0.0)
        text = "".join(to_disavow(store))
    lines = text.splitlines()
    return [line for line in lines if not line.startswith("#")], text


def spam(host: str, number: int = 0, **changes: Any) -> Linkback:
    return sample(source=f"http://{host}/{number}", status=Status.SPAM, **changes)


class TestDisavowing:
    def test_hosts_with_spam_and_nothing_good(self) -> None:
        found, text = disavowed(
            spam("bad.example"),
            spam("worse.example", 1),
            spam("worse.example", 2),
            spam("mixed.example"),
            sample(source="http://mixed.example/fine"),
            sample(source="http://waits.example/", status=Status.PENDING),
        )
        assert found == ["domain:worse.example", "domain:bad.example"]
        assert "# Spam from each: 2\ndomain:worse.example\n" in text
        assert "# Hosts: 2. Linkbacks from them: 3.\n" in text
        assert "approved is: 1" not in text
        assert "# Left out, since something from there is approved: 1.\n" in text

    def test_a_line_counts_for_the_hosts_below(self) -> None:
        found, _ = disavowed(
            spam("blogs.example"),
            spam("bad.blogs.example"),
            sample(source="http://my.good.blogs.example/"),
        )
        assert found == ["domain:bad.blogs.example"]

    def test_other_scripts_and_addresses(self) -> None:
        found, text = disavowed(
            spam("b\u00fccher.example"), spam("192.0.2.1"), spam("[2001:db8::1]")
        )
        assert found == ["domain:xn--bcher-kva.example"]
        assert text.isascii()
        assert "# Left out, since an address is no domain: 2.\n" in text

    def test_no_longer_than_google_takes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        kept = [spam(f"h{number}.example") for number in range(30)]
        monkeypatch.setattr(export, "MAX_LINES", 20)
        _, text = disavowed(*kept)
        assert text.count("\n") == 20
        assert "longer: 16 hosts" in text
        monkeypatch.setattr(export, "MAX_LINES", 1000)
        monkeypatch.setattr(export, "MAX_BYTES", 600)
        _, text = disavowed(*kept)
        assert len(text) <= 600
        assert "longer: " in text
