import pytest

from linkback_protocol import url
from linkback_protocol.errors import SourceError
from linkback_protocol.linkback import Protocol, Verdict
from linkback_protocol.page import Page
from tests.corpus.cases import cases
from tests.corpus.ours import TEXTS
from tests.corpus.table import candidate, measure, summary, table


def _page(case):
    return Page.parse(case.html, url=url.parse(case.source), content_type=case.content_type)


@pytest.mark.parametrize("honest", [True, False])
def test_there_are_enough_cases_of_each_kind(honest):
    assert sum(case.honest is honest for case in cases()) >= 120


def test_names_are_unique():
    names = [case.name for case in cases()]
    assert len(set(names)) == len(names)


def test_a_family_is_honest_or_spam():
    kinds = {(case.family, case.honest) for case in cases()}
    assert len(kinds) == len({family for family, _ in kinds})


def test_targets_are_pages_of_ours_with_a_text():
    assert {case.target for case in cases()} == set(TEXTS)
    assert all(300 <= len(text.split()) <= 900 for text in TEXTS.values())


def test_sources_are_accepted_addresses_and_differ():
    sources = [url.parse(case.source).key for case in cases()]
    assert len(set(sources)) == len(sources)


def test_all_pages_can_be_parsed_and_have_a_text():
    for case in cases():
        if case.html is not None:
            page = _page(case)
            assert page.text, case.name
            assert "\ufffd" not in page.text, case.name
            assert "HOLE" not in page.text, case.name


def test_honest_pages_link_to_their_target_where_a_reader_sees_it():
    for case in cases():
        if case.honest:
            links = _page(case).links_to(url.parse(case.target))
            assert any(not link.hidden and link.text for link in links), case.name


def test_only_a_lie_or_a_trick_has_no_link():
    for case in cases():
        try:
            assert candidate(case).links
        except SourceError:
            assert case.family in ("forged", "unreachable", "hidden"), case.name


def test_only_trackbacks_have_texts():
    for case in cases():
        if case.protocol is Protocol.PINGBACK and case.html is not None:
            assert (case.title, case.excerpt, case.blog_name) == ("", "", ""), case.name


def test_a_chain_that_says_nothing_refuses_what_does_not_link_and_approves_all_else():
    rows = measure([], cases())
    assert rows["forged"].stopped == rows["forged"].total == 10
    assert rows["essays"].stopped == 0
    assert rows["splogs"].wrong
    assert "Honest held: 0 of" in summary(rows.values())


def test_a_chain_that_holds_all_is_wrong_about_the_honest_by_name():
    rows = measure([lambda candidate: Verdict.hold("everything")], cases())
    assert len(rows["essays"].wrong) == rows["essays"].total == 8
    assert "     - borrowed-time, bottles, " in table(rows)
