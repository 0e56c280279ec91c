"""What the codes of faults mean to an author."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.wire import faults


def test_every_code_of_the_specifications_has_a_meaning_of_its_own() -> None:
    said = [faults.meaning(code) for code in (0, 16, 17, 32, 33, 48, 49, 50, -32601)]
    assert len(set(said)) == len(said)
    for code in (-32700, -32701, -32702, -32600, -32602, -32603, -32500, -32400, -32300):
        assert faults.specified(code)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (16, "could not read your page"),
        (17, "found no link"),
        (48, "nothing to do"),
        (-32700, "did not understand the call"),
        (-32050, "failed in a way of its own"),
        (18, "spam"),
        (51, "spam"),
        (201, "one of the two addresses"),
        (300, "could not read your page"),
        (400, "Dotclear"),
        (409, "already"),
        (429, "15 seconds"),
        # Bits 5 to 8 tell the class of a code that nobody knows.
        (0x1F, "against your page"),
        (0x2F, "against the page you link to"),
        (0x3F, "nothing wrong with either page"),
        (0x40, "a reason of its own"),
        (-1, "a reason of its own"),
        (2**31 - 1, "a reason of its own"),
        (None, "does not say why"),
    ],
)
def test_codes_mean_something_to_the_author(code: int | None, words: str) -> None:
    assert words in faults.meaning(code)


@given(st.integers() | st.none())
def test_every_meaning_is_one_sentence(code: int | None) -> None:
    said = faults.meaning(code)
    assert said.endswith(".")
    assert ". " not in said
    assert said[0].isupper()
