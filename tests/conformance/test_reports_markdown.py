"""The summary in Markdown: tables stay tables, and nobody is called or linked from the wire."""

import re

import pytest

from linkback_conformance.reports.markdown import code, fenced, render, table
from linkback_conformance.verdict import Verdict
from tests.conformance.samples import CURL, HOSTILE, a_result, a_run, broken, filled, typical_run


def cells(line: str) -> list[str]:
    """Return the cells of a row, by any reading of what a backslash does."""
    assert line.startswith("| ")
    assert line.endswith(" |")
    return line[2:-2].split(" | ")


def tables(text: str) -> list[list[list[str]]]:
    """Return the tables outside of blocks of code; fails where rows differ in their length."""
    found: list[list[list[str]]] = []
    fence, previous = "", ""
    for line in text.split("\n"):
        opening = re.match("`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif opening:
            fence = opening[0]
        elif line.startswith("|"):
            if not previous.startswith("|"):
                found.append([])
            found[-1].append(cells(line))
        previous = line
    assert fence == ""
    for rows in found:
        assert {len(row) for row in rows} == {len(rows[0])}
        assert set(rows[1]) == {"---"}
    return found


def test_the_summary_says_what_is_broken_and_how_to_see_it():
    text = render(a_run(broken()))
    assert text.startswith("## Linkback conformance\n\n**Not conformant: 1 MUST of")
    assert "### Fail (1)" in text
    assert "<code>pingback.server.no-link</code>" in text
    assert "- expected: <code>a fault 17</code>" in text
    assert "- observed: <code>success: string 'thanks'</code>" in text
    assert re.search(r"- requires \[<code>PB-3-5</code>\]\(<https?://[^ >]+>\) \(\w+\): \w", text)
    assert f"```sh\n{CURL}\n```" in text


def test_the_figures_are_a_table():
    about, figures, *_ = tables(render(typical_run()))
    assert ["target", "<code>http&#58;//b.test/post/</code>"] in about
    assert figures[0] == ["protocol", "area", "executed", *Verdict]
    assert figures[2] == ["pingback", "conformance", "2/4", "1", "1", "", "", "1", "1", ""]


def test_what_was_not_seen_is_a_table_of_reasons():
    text = render(typical_run())
    *_, errors = tables(text)
    assert "### Not-applicable (2)" in text
    rows = [row for rows in tables(text)[2:] for row in rows[2:]]
    assert [
        "<code>no trackback</code>",
        "<code>trackback.server.url</code>, <code>trackback.server.get</code>",
    ] in rows
    assert errors[2] == ["<code>KeyError: 1</code>", "<code>trackback.server.odd</code>"]


def test_a_case_that_looked_at_nothing_is_told():
    text = render(a_run(a_result(Verdict.ERROR)))
    assert "<code>the case came to its end without looking at anything</code>" in text


def test_notes_and_surprises_are_told():
    text = render(typical_run(surprises=("a: b",)))
    assert "> Note: <code>pingback by X-Pingback</code>" in text
    assert "### Not as the file of expectations says\n\n- <code>a: b</code>" in text


def test_a_broken_should_is_told_apart():
    text = render(a_run(broken(Verdict.ADVISORY)))
    assert "### Advisory (1)" in text
    assert "### Fail" not in text


def test_nothing_from_the_wire_has_a_meaning():
    text = render(filled(HOSTILE))
    tables(text)
    outside = re.sub(r"(?ms)^(`{3,})sh\n.*?^\1$", "", text)
    outside = re.sub(r"\]\(<http://www\.hixie\.ch/[^ <>]+>\)", "]", outside)
    for word in ("<script", "<img", "@someone", " #12", "://evil", "www.evil", "](", "$x$"):
        assert word not in outside
    assert set(re.findall(r"<(/?\w+)", outside)) == {
        "code", "/code", "details", "/details", "summary", "/summary",
    }  # fmt: skip
    assert all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a|b", "<code>a&#124;b</code>"),
        ("a\\|b", "<code>a&#92;&#124;b</code>"),
        ("`a`", "<code>&#96;a&#96;</code>"),
        ("a\nb", "<code>a&#92;nb</code>"),
        ("</code>", "<code>&#60;/code&#62;</code>"),
        ("http://a.test WWW.a.test", "<code>http&#58;//a.test WWW&#46;a.test</code>"),
        ("&amp;", "<code>&#38;amp;</code>"),
        ("", ""),
        ("  ", ""),
        ("x" * 500, f"<code>{'x' * 397}...</code>"),
    ],
)
def test_hostile_text_within_a_line(text, safe):
    assert code(text) == safe


@pytest.mark.parametrize("text", ["```", "````\n`````", "a\n```\nb", "`"])
def test_a_block_cannot_be_closed_from_within(text):
    first, *middle, last = fenced(text).split("\n")
    assert first == f"{last}sh"
    assert set(last) == {"`"}
    assert len(last) >= 3
    assert all(last not in line for line in middle)


def test_a_table():
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_a_run_without_cases_is_a_summary_too():
    assert "Not established" in render(a_run())
    assert "### " not in render(a_run(a_result()))
