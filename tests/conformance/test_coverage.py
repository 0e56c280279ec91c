"""Every clause is tried, or it is said why not; the page that says so is up to date."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from linkback_conformance import coverage
from linkback_conformance.case import MUST, PRACTICE, ROBUSTNESS, SHOULD, STATED, Case
from linkback_conformance.catalogue import load
from linkback_conformance.clauses import CLAUSES, DIVERGENCES, Clause, Divergence

PAGE = Path(__file__).parents[2] / "conformance" / "COVERAGE.md"


def make_case(name="good", clauses=("PB-1",), level=MUST, basis=STATED) -> Case:
    return Case(
        id=f"pingback.server.{name}",
        title="A title",
        clauses=clauses,
        level=level,
        basis=basis,
        area=ROBUSTNESS,
        why="A reason.",
        run=lambda t: None,
    )


def make_clause(clause_id="PB-1", level="MUST", text="A text.", untestable="") -> Clause:
    return Clause(
        id=clause_id,
        spec="A specification",
        section="1",
        address="http://spec.example/#1",
        level=level,
        who="server",
        text=text,
        untestable=untestable,
    )


def make_divergence(cases=("pingback.server.good",), untried="") -> Divergence:
    return Divergence(number=1, protocol="pingback", text="A text.", cases=cases, untried=untried)


def found(cases=(), clauses=(), divergences=()) -> list[str]:
    by_id = {each.id: each for each in clauses}
    return list(coverage.problems(cases, by_id, divergences))


def cells(row: str) -> list[str]:
    return re.split(r"(?<!\\)\|", row)[1:-1]


def test_nothing_is_left_open():
    assert list(coverage.problems(load())) == []


def test_the_page_is_up_to_date():
    """If not: ``python -m linkback_conformance.coverage conformance/COVERAGE.md``."""
    assert PAGE.read_text(encoding="utf-8") == coverage.table(load())


def test_a_clause_with_a_case_and_one_with_a_reason_are_no_problems():
    clauses = [make_clause(), make_clause("PB-2", untestable="a definition")]
    divergences = [make_divergence(), make_divergence(cases=(), untried="too hard")]
    assert found([make_case()], clauses, divergences) == []


@pytest.mark.parametrize(
    ("cases", "clauses", "divergences", "said"),
    [
        ([], [make_clause()], [], "PB-1 has neither"),
        ([make_case()], [make_clause(untestable="a note")], [], "PB-1 has a reason"),
        ([make_case(clauses=("PB-9",))], [], [], "cites PB-9, which is no clause"),
        ([make_case(clauses=())], [], [], "cites no clause"),
        ([make_case()], [make_clause(level="MAY")], [], "no clause that it cites asks"),
        ([make_case()], [make_clause(level="SHOULD")], [], "no clause that it cites asks"),
        ([make_case(level=SHOULD)], [make_clause(level="note")], [], "no clause that it cites"),
        ([], [], [make_divergence(cases=())], "divergence 1 has neither"),
        ([make_case()], [make_clause()], [make_divergence(untried="no")], "divergence 1 has a"),
        ([], [], [make_divergence()], "pingback.server.good, which is no case"),
    ],
)
def test_a_hole_is_named(cases, clauses, divergences, said):
    (problem,) = found(cases, clauses, divergences)
    assert said in problem


def test_practice_may_ask_for_more_than_a_text():
    cases = [make_case(basis=PRACTICE), make_case("other", level=SHOULD)]
    assert found(cases, [make_clause(level="should")]) == []


def test_every_row_of_the_page_has_five_cells():
    rows = [each for each in coverage.table(load()).splitlines() if each.startswith("|")]
    assert {len(cells(row)) for row in rows} == {5}
    assert len(rows) > len(CLAUSES) + len(DIVERGENCES)


def test_a_bar_in_a_text_does_not_end_a_cell():
    clause = make_clause(text="`a|b`")
    page = coverage.table([make_case()], {clause.id: clause}, ())
    (row,) = [each for each in page.splitlines() if "PB-1" in each]
    assert cells(row)[3] == " `a\\|b` "


def test_the_page_says_what_tries_a_clause_and_why_nothing_does():
    clauses = {each.id: each for each in [make_clause(), make_clause("PB-2", untestable="a note")]}
    page = coverage.table([make_case()], clauses, [make_divergence()])
    assert "2 clauses: 1 is tried, by 1 case; 1 is not" in page
    assert (
        "| [PB-1](http://spec.example/#1) | MUST | server | A text. | `pingback.server.good` |"
        in page
    )
    assert "| *a note* |" in page
    assert "| 1 | pingback | A text. |  | `pingback.server.good` |" in page


def test_the_command_writes_a_page_that_it_finds_fresh(tmp_path, capsys):
    page = tmp_path / "COVERAGE.md"
    assert coverage.main([str(page)]) == 0
    assert coverage.main(["--check", str(page)]) == 0
    assert capsys.readouterr() == ("", "")
    assert page.read_text(encoding="utf-8") == coverage.table(load())


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"# Coverage\r\n"])
def test_the_command_finds_a_stale_page(tmp_path, capsys, content):
    page = tmp_path / "COVERAGE.md"
    page.write_bytes(content)
    assert coverage.main(["--check", str(page)]) == 1
    assert "stale" in capsys.readouterr().err
    assert page.read_bytes() == content


def test_the_command_says_that_there_is_no_page(tmp_path, capsys):
    assert coverage.main(["--check", str(tmp_path / "none.md")]) == 1
    assert "cannot use" in capsys.readouterr().err


def test_the_command_shows_the_page_without_a_file(capsys):
    assert coverage.main([]) == 0
    assert capsys.readouterr().out == coverage.table(load())


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_a_clause_can_be_read(clause):
    assert clause.who in {"", "client", "server", "page", "source"}
    assert clause.text.endswith(".")
    assert len(clause.text) < 250
    assert not clause.untestable.endswith(".")
    address = urlsplit(clause.address)
    if clause.address:
        assert address.scheme in {"http", "https"}
        assert address.hostname


def test_a_clause_of_pingback_leads_to_its_section():
    assert CLAUSES["PB-2.1-3"].address == "http://www.hixie.ch/specs/pingback/pingback-1.0#TOC2.1"
    assert CLAUSES["PB-3-10"].address == "http://www.hixie.ch/specs/pingback/pingback-1.0"


def test_nothing_is_excused_for_being_about_senders():
    excuses = {each.id: each.untestable for each in CLAUSES.values() if each.untestable}
    assert not [name for name, excuse in excuses.items() if excuse.startswith("about senders")]


def test_divergences_are_numbered_for_good():
    numbers = [each.number for each in DIVERGENCES]
    assert numbers == sorted(set(numbers))
    # The numbers that are missing are about senders, and kept for them.
    missing = set(range(1, 67)) - set(numbers)
    assert missing <= set(range(47, 58))
