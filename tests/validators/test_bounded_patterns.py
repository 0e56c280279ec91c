"""Regular expressions that take a bounded time on any text."""

import re

import pytest

from linkback_protocol.validators.bounded_patterns import (
    MAX_DEPTH,
    MAX_PATTERN,
    MAX_TEXT,
    bounded_pattern,
)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("viagra", "Buy VIAGRA now"),
        (r"\bcasino\w*", "Best Casinos"),
        (r"v\W*i\W*a\W*g\W*r\W*a", "v.i - a_gra v-i.a*g r_a V.I.A.G.R.A"),
        (r"cheap\s+\w+\s+pills", "cheap  blue pills"),
        (r"(?:viagra|cialis)\s+online", "cialis online"),
        (r"best\s(?:\w+\s){1,3}online", "best poker games online"),
        (r"https?://\S+\.ru\b", "see http://a.example.ru/"),
        (r"foo.*bar", "foo and bar"),
        (r"\d{4,}", "12345"),
        (r"\s++\W++x", "  ! x"),
        (r"\s++[^a]*+\w*+!?x?$", " - 12"),
        (r"[^]a-z]{3}[\]\\x]", "123]"),
        (r"a{2,3}?b|^c++$", "aab"),
        (r"\$\d{1,3}\.\d\d\b", "$19.99"),
        (r"(slot|togel) (gacor|online)", "slot gacor"),
        (r"\u043a\u0430\u0437\u0438\u043d\u043e", "КАЗИНО"),
    ],
)
def test_what_owners_write_works(pattern, text):
    assert bounded_pattern(pattern).search(text)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+b",
        r"(\w+\s?)+$",
        r"(?:a|a)*b",
        r"(?:a|ab)*c",
        r"(a*)*b",
        r"((a{1,20}){1,20}){1,20}b",
        r"(.*)(.*)(.*)x",
        r".*foo.*bar",
        r"a*a*a*b",
        r"\w+\d+x",
        r"a?" * 25 + "a" * 25,
        r"(?:.{0,60}a){0,10}z",
        r"(a|b|c|d){20}e",
        r"\s+\W+\s+x",
        r"\w*\s?\w*\s?\w*!",
        r"(?:x{600}){600}",
    ],
)
def test_what_may_take_for_ever_does_not(pattern):
    with pytest.raises(ValueError, match="it may take too long"):
        bounded_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\w*(?:\d|\W)",
        r"a*\bb",
        r".*[b!]",
        r"(?:ab|a){1,8}b",
        r"a{0,12}a{0,12}b",
        r"\s(?:\w+\s){0,2}!",
    ],
)
@pytest.mark.parametrize("unit", ["a", "ab", "a ", " ", "aab"])
def test_what_is_taken_comes_to_an_end_on_texts_made_against_it(pattern, unit):
    text = unit * (MAX_TEXT // len(unit))
    bounded_pattern(pattern + "z").search(text)


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("", "empty"),
        ("a" * (MAX_PATTERN + 1), "make two of it"),
        ("(a", "without its )"),
        ("a)", "without its ("),
        ("[a", "without its ]"),
        ("a**", "repeats nothing"),
        ("*a", r"write \*"),
        ("a{", r"write \{"),
        ("a{,}", "no quantifier"),
        ("a{3,2}", "no regular expression"),
        ("[z-a]", "no regular expression"),
        ("[z-a]*b", "no regular expression"),
        ("a\\", "not an escape"),
        (r"\p", "not an escape"),
        (r"(a)\1", "refers to a group"),
        (r"(?P<x>a)", "(?:...)"),
        (r"(?i)a", "case never counts"),
        (r"(?=a)b", "(?:...)"),
        (r"(?<!a)b", "(?:...)"),
        (r"(?>a)b", "(?:...)"),
        ("[[a]", "within [...]"),
        ("[a--b]", "within [...]"),
        ("a*", "matches where there is nothing"),
        ("a|", "matches where there is nothing"),
        ("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), "groups within each other"),
    ],
)
def test_what_is_wrong_is_said(pattern, hint):
    with pytest.raises(ValueError, match=re.escape(hint)):
        bounded_pattern(pattern)
