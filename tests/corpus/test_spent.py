from collections import Counter

import pytest

from linkback_protocol import url
from linkback_protocol.errors import SourceError
from linkback_protocol.linkback import Protocol, Status
from linkback_protocol.page import Page
from tests.corpus.cases import cases
from tests.corpus.ours import TEXTS
from tests.corpus.spent import spent
from tests.corpus.table import candidate, measure

LANGUAGES = {"ar", "de", "es", "fi", "fr", "ja", "nl", "pl", "pt-BR", "tr", "zh-CN"}


def _page(case):
    return Page.parse(case.html, url=url.parse(case.source), content_type=case.content_type)


@pytest.mark.parametrize("honest", [True, False])
def test_there_are_enough_cases_of_each_kind(honest):
    assert sum(case.honest is honest for case in spent()) >= 60


@pytest.mark.parametrize("honest", [True, False])
def test_some_of_each_kind_are_hard_and_say_why(honest):
    hard = [case for case in spent() if case.honest is honest and case.note.startswith("hard: ")]
    assert len(hard) >= 12


def test_the_set_is_always_the_same():
    assert spent.__wrapped__() == spent()


def test_names_and_pages_are_unique():
    assert len({case.name for case in spent()}) == len(spent())
    pages = [case.html for case in spent() if case.html is not None]
    assert len(set(pages)) == len(pages)


def test_no_source_is_in_the_rest_of_the_corpus():
    sources = Counter(url.parse(case.source).key for case in (*cases(), *spent()))
    assert max(sources.values()) == 1


def test_a_family_is_honest_or_spam():
    kinds = {(case.family, case.honest) for case in spent()}
    assert len(kinds) == len({family for family, _ in kinds})


@pytest.mark.parametrize("honest", [True, False])
def test_every_page_of_ours_is_a_target(honest):
    assert {case.target for case in spent() if case.honest is honest} == set(TEXTS)


def test_all_pages_can_be_parsed_and_have_a_text():
    for case in spent():
        if case.html is not None:
            page = _page(case)
            assert page.text, case.name
            assert "\ufffd" not in page.text, case.name
            assert b"{{" not in case.html, case.name


def test_honest_pages_link_to_their_target_where_a_reader_sees_it():
    for case in spent():
        if case.honest:
            links = _page(case).links_to(url.parse(case.target))
            assert any(not link.hidden and link.text for link in links), case.name
            html = case.html.lower().replace(b'"', b"")
            assert f"href={case.target}".encode() in html, case.name


def test_honest_pages_are_in_many_languages():
    found = {code for code in LANGUAGES for case in spent() if _declares(case, code)}
    assert found == LANGUAGES


def _declares(case, code):
    return case.honest and f'lang="{code}"'.encode() in case.html


def test_what_does_not_link_is_a_trackback_or_a_trick():
    for case in spent():
        try:
            assert candidate(case).links
        except SourceError:
            assert not case.honest, case.name
            assert case.protocol is Protocol.TRACKBACK or case.family == "hidden_blocks", case.name


def test_only_trackbacks_have_texts():
    for case in spent():
        told = bool(case.title and case.excerpt and case.blog_name)
        assert told is (case.protocol is Protocol.TRACKBACK), case.name


def test_a_chain_that_says_nothing_approves_all_that_is_honest():
    rows = measure([], spent())
    assert not [name for row in rows.values() if row.honest for name in row.wrong]
    assert rows["autoblogs"].outcomes[Status.APPROVED] == rows["autoblogs"].total
    assert rows["praise"].outcomes[Status.REFUSED] == rows["praise"].total
