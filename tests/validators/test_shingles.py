import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkback_protocol.validators.shingles import FOOT, HEAD, MAX_TEXT, edges, unquoted, words


@given(st.text(max_size=80))
@example("It\u2019s na\u00efve\u00a0\u2014 \u0395\u03a5_3, \ud800 \u0130")
@example(
    "plain words and then \u2019 \u2014 \u00a0 \u2026 \u201c \u201d \u00ab \u00bb \u00a7 \u00a9" * 3
)
def test_words_are_what_unicode_says_they_are(text):
    assert words(text) == re.findall(r"\w+", text.lower())


@pytest.mark.parametrize("text", ["Caf\u00e9, and (so on) ", "Nothing-but-words.", "one_word"])
def test_so_are_those_of_a_long_page(text):
    text = (text * MAX_TEXT)[:MAX_TEXT]
    assert words(text) == re.findall(r"\w+", text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "they say \u201cbuy now\u201d again",
        "they say \u201ebuy now\u201c again",
        "they say \u00abbuy now\u00bb again",
        'they say "buy now" again',
    ],
)
def test_what_is_quoted_is_left_out(text):
    assert unquoted(text) == ["they", "say", "again"]


@pytest.mark.parametrize("text", ['a rib of 9" and one of 8" in brass', "they say \u201cbuy now"])
def test_inches_and_open_quotations_are_none(text):
    assert unquoted(text) == words(text)


def test_a_text_without_quotations_is_as_it_is():
    assert unquoted("Buy now!") == ["buy", "now"]


def test_a_long_page_is_read_at_its_ends():
    long = " ".join(f"word{number}" for number in range(4 * MAX_TEXT // 5))
    found = edges(long)
    assert found[0] == "word0"
    assert found[-1] == long.split()[-1]
    assert sum(map(len, found)) < HEAD + FOOT
    assert edges("a short one") == ["a", "short", "one"]
