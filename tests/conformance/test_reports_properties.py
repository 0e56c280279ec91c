"""Whatever text stands in whatever field, every report stays what it is."""

import io
import json
from xml.etree.ElementTree import fromstring

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from linkback_conformance.reports import compare, html, jsonlines, junit, markdown, terminal
from tests.conformance.samples import HOSTILE, a_run, filled
from tests.conformance.test_reports_html import Page
from tests.conformance.test_reports_jsonlines import SCHEMA
from tests.conformance.test_reports_markdown import cells, code, tables

PIECES = [
    "<", ">", "&", '"', "'", "`", "```", "|", "\\", "\n", "\r", "\x00", "\x1b[31m", "]]>", "<!--",
    "</pre>", "\u202e", "\ufffe", "\udc80", "\U0010ffff", "http://", "www.", "@", "#", "!",
    "a", " ",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(), max_size=40),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
)
HTML = Page(html.render(filled("calm")))


@given(TEXTS)
def test_terminals_get_what_is_printable(text):
    for verbose in (False, True):
        shown = terminal.render(filled(text), colour=False, width=60, verbose=verbose)
        assert all(char.isprintable() or char == "\n" for char in shown.replace("\t", ""))


@given(TEXTS)
def test_json_lines_follow_the_schema_and_are_read_back(text):
    run = filled(text)
    written = jsonlines.render(run)
    assert written.isascii()
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for line in written.splitlines()[1:]:
        validator.validate(json.loads(line))
    recorded = jsonlines.read(io.StringIO(written))
    assert [each.verdict for each in recorded.results] == [each.verdict for each in run.results]
    for make in (compare.matrix_markdown, compare.matrix_html):
        made = make([(text, recorded), ("calm", recorded)])
        assert all(char.isprintable() or char in "\n\t" for char in made)
    Page(compare.matrix_html([(text, recorded)]))
    tables(compare.matrix_markdown([(text, recorded)]))


@given(TEXTS)
def test_xml_is_well_formed(text):
    root = fromstring(junit.render(filled(text)).encode())
    assert len(list(root.iter("testcase"))) == 14


@given(TEXTS)
def test_html_has_the_same_elements_whatever_it_shows(text):
    page = Page(html.render(filled(text or "x")))
    assert set(page.tags) == set(HTML.tags)
    assert page.tags.count("details") == HTML.tags.count("details")
    assert page.tags.count("td") == HTML.tags.count("td")
    assert page.comments == []


@given(TEXTS)
def test_markdown_keeps_its_tables(text):
    summary = markdown.render(filled(text))
    tables(summary)
    assert all(char.isprintable() or char in "\n\t" for char in summary)
    assert len(cells(markdown.row([code(text), code(HOSTILE), "x"]))) == 3


def test_an_empty_run_is_reported_too():
    for report in (html, jsonlines, junit, markdown):
        assert report.render(a_run())
    assert terminal.render(a_run(), colour=False, width=80)
