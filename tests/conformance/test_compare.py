"""Results side by side: every case of every run, and what a run did not have is said."""

import io
from dataclasses import replace

import pytest

from linkback_conformance.reports import jsonlines
from linkback_conformance.reports.compare import matrix_html, matrix_markdown
from linkback_conformance.verdict import Verdict
from tests.conformance.samples import HOSTILE, a_result, a_run, broken, typical_run
from tests.conformance.test_reports_html import Page, plain
from tests.conformance.test_reports_markdown import tables


def recorded(*results, **changes):
    return jsonlines.read(io.StringIO(jsonlines.render(a_run(*results, **changes))))


GOOD = a_result(case_id="pingback.server.good")
BAD = broken(case_id="pingback.server.bad")
NEW = a_result(case_id="pingback.server.new")
OLD = a_result(case_id="pingback.server.old")
OTHER = a_result(Verdict.NOT_APPLICABLE, "trackback.server.url", reason="none")

OURS = recorded(GOOD, NEW, BAD, OTHER, suite_version="0.2.0", started="2026-08-01T10:00:00+00:00")
THEIRS = recorded(GOOD, OLD, suite_version="0.1.9", started="2026-07-01T10:00:00+00:00")
PAIR = [("theirs-1.0", THEIRS), ("ours-2.0", OURS)]


def bare(cell: str) -> str:
    return cell.replace("<code>", "").replace("</code>", "")


def test_every_case_has_a_row_in_the_order_of_the_newest():
    _, pingback, trackback = tables(matrix_markdown(PAIR))
    assert [[bare(cell) for cell in row] for row in pingback] == [
        ["case", "theirs-1.0", "ours-2.0"],
        ["---", "---", "---"],
        ["pingback.server.good MUST", "pass", "pass"],
        ["pingback.server.new MUST", "not in this run", "pass"],
        ["pingback.server.bad MUST", "not in this run", "**fail**"],
        ["pingback.server.old MUST", "pass", "not in this run"],
        ["passed", "2 of 2 executed", "2 of 3 executed"],
    ]
    assert bare(trackback[2][0]) == "trackback.server.url MUST"
    assert trackback[2][1:] == ["not in this run", "not-applicable"]
    assert trackback[3] == ["passed", "0 of 0 executed", "0 of 0 executed"]


def test_a_run_of_a_few_cases_does_not_change_the_order():
    few = recorded(BAD, suite_version="0.2.0")
    _, pingback, _ = tables(matrix_markdown([("few", few), *PAIR]))
    assert [bare(row[0]).split(" ")[0] for row in pingback[2:-1]] == [
        "pingback.server.good",
        "pingback.server.new",
        "pingback.server.bad",
        "pingback.server.old",
    ]


def test_the_counts_stand_beside():
    implementations, *_ = tables(matrix_markdown(PAIR))
    assert [bare(cell) for cell in implementations[0]] == [
        "implementation", "conclusion", "run on", "suite", "executed", *Verdict,
    ]  # fmt: skip
    assert [bare(cell) for cell in implementations[3]] == [
        "ours-2.0", "not conformant", "2026-08-01", "0.2.0", "3/4",
        "2", "1", "0", "1", "0", "0", "0",
    ]  # fmt: skip


def test_a_run_whose_control_failed_is_marked():
    text = matrix_markdown([("x", recorded(GOOD, tainted=True))])
    assert "not established (a control ping failed)" in text


@pytest.mark.parametrize(
    ("versions", "older"),
    [
        (["0.1.9", "0.2.0"], [True, False]),
        (["0.10.0", "0.9.0"], [False, True]),
        (["1.0", "1.0.0"], [False, False]),
        (["1.0.0.dev1", "1.0.0"], [True, False]),
        (["1.0rc1", "0.9"], [False, True]),
        (["1.0+local.a", "1.0"], [False, False]),
        (["", "0.1"], [True, False]),
        (["9" * 5000, "1"], [False, True]),
    ],
)
def test_results_of_an_older_suite_are_marked(versions, older):
    pair = [(each, recorded(GOOD, suite_version=each)) for each in versions]
    text = matrix_markdown(pair)
    rows = tables(text)[0][2:]
    assert ["(older)" in row[3] for row in rows] == older
    assert ("Older: made with" in text) is any(older)
    assert ("Older: made with" in plain(matrix_html(pair))) is any(older)


def test_the_page_says_the_same():
    text = matrix_html(PAIR)
    seen = plain(text)
    assert "pingback.server.new A source without a link is refused MUST, conformance" in seen
    assert "not in this run" in seen
    assert "passed 2 of 2 executed 2 of 3 executed" in seen
    assert "theirs-1.0 conformant 2026-07-01 0.1.9 (older) 2/2 2 0 0 0 0 0 0" in seen
    assert Page(text).tags.count("table") == 3


@pytest.mark.parametrize("make", [matrix_markdown, matrix_html])
def test_every_word_of_a_cell_is_explained(make):
    text = make([("all", jsonlines.read(io.StringIO(jsonlines.render(typical_run()))))])
    legend = text.partition("What the words mean")[2]
    for word in [*Verdict, "not in this run"]:
        assert word in legend


def test_nothing_in_a_result_becomes_markup():
    calm, hostile = (
        replace(
            OURS,
            suite_version=text,
            started=text,
            target=text,
            results=tuple(
                replace(each, id=f"{text}{i}", title=text, protocol=text, level=text, area=text)
                for i, each in enumerate(OURS.results)
            ),
        )
        for text in ("calm", HOSTILE)
    )
    page = Page(matrix_html([(HOSTILE, hostile), ("ours", OURS)]))
    assert page.tags == Page(matrix_html([("calm", calm), ("ours", OURS)])).tags
    assert set(page.values("href")) == set()
    text = matrix_markdown([(HOSTILE, hostile), ("ours", OURS)])
    plain_text = matrix_markdown([("calm", calm), ("ours", OURS)])
    assert list(map(len, tables(text))) == list(map(len, tables(plain_text)))
    for word in ("<script", "@someone", "://evil"):
        assert word not in text


def test_no_results_make_an_empty_table():
    assert tables(matrix_markdown([]))[0][2:] == []
    Page(matrix_html([]))
