import pytest

from linkback_protocol.validators.shingles import FOOT, HEAD, MAX_TEXT, edges, unquoted, words


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
