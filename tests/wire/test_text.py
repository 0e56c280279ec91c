"""Which characters are kept, and which bytes stand for them."""

from __future__ import annotations

import encodings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.wire.text import MAX_LABEL, codec, decode_field, plain


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("utf-8", "utf-8"),
        (" UTF8\n", "utf-8"),
        ("latin1", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("x-sjis", "cp932"),
        ("EUC-JP", "euc_jp"),
        ("utf-16", "utf-16-le"),
        ("hz-gb-2312", "replacement"),
    ],
)
def test_labels_of_the_web_name_a_codec(label: str, name: str) -> None:
    info = codec(label)
    assert info is not None
    assert info.name == name


@pytest.mark.parametrize(
    "label",
    [
        "",
        "utf-7",
        "unicode_escape",
        "cp037",
        "hex",
        "punycode",
        "utf-8,utf-8",
        "utf-8\ud800",
        "\u00e9",
        " " * MAX_LABEL + "utf-8",
        "UTF-8," * 25_000,
    ],
)
def test_other_labels_name_none_and_leave_no_trace(label: str) -> None:
    known = len(vars(encodings)["_cache"])
    assert codec(label) is None
    assert len(vars(encodings)["_cache"]) == known


CAFE = "caf\u00e9"


@pytest.mark.parametrize(
    ("data", "labels", "text"),
    [
        (CAFE.encode(), (), CAFE),
        (CAFE.encode(), ("",), CAFE),
        (CAFE.encode(), ("utf-8",), CAFE),
        ("\ufffd".encode(), (), "\ufffd"),
        (CAFE.encode("latin-1"), (), CAFE),
        (CAFE.encode("latin-1"), ("iso-8859-1",), CAFE),
        ("\u20ac \u201c".encode("cp1252"), ("iso-8859-1",), "\u20ac \u201c"),
        ("\u65e5\u672c".encode("euc-jp"), ("euc-jp",), "\u65e5\u672c"),
        ("\u65e5\u672c".encode("euc-jp"), ("", "euc-jp"), "\u65e5\u672c"),
        ("\u65e5\u672c".encode("euc-jp"), ("bogus", "utf-7", "euc-jp"), "\u65e5\u672c"),
        ("\u65e5\u672c".encode("euc-jp"), ("utf-16", "replacement", "euc-jp"), "\u65e5\u672c"),
        ("\u65e5\u672c".encode("euc-jp"), ("euc-jp", "latin1"), "\u65e5\u672c"),
        pytest.param(CAFE.encode("latin-1"), ("utf-8",), CAFE, id="says UTF-8, is Latin-1"),
        pytest.param(
            "\u65e5\u672c".encode("shift_jis"),
            ("utf-8", "shift_jis"),
            "\u65e5\u672c",
            id="the header says UTF-8 by default, the field knows",
        ),
        pytest.param(
            "\u65e5\u672c\u8a9e".encode()[:-1],
            (),
            "\u65e5\u672c\ufffd",
            id="UTF-8, cut within a character",
        ),
        pytest.param(
            "\u65e5\u672c\u8a9e".encode("euc-jp")[:-1],
            ("euc-jp",),
            "\u65e5\u672c\ufffd",
            id="EUC-JP, cut within a character",
        ),
        pytest.param(b"+ADw-script+AD4-", ("utf-7",), "+ADw-script+AD4-", id="UTF-7"),
        (b"\x81", ("latin1",), "\ufffd"),
        (b"", ("euc-jp",), ""),
    ],
)
def test_fields_are_decoded_as_declared_where_that_can_be(
    data: bytes, labels: tuple[str, ...], text: str
) -> None:
    assert decode_field(data, *labels) == text


LABELS = st.one_of(
    st.sampled_from(["utf-8", "iso-2022-jp", "gb18030", "big5", "euc-kr", "shift_jis", "utf-16"]),
    st.text(max_size=50),
)


@given(st.binary(), st.lists(LABELS, max_size=3))
def test_any_bytes_have_a_text(data: bytes, labels: list[str]) -> None:
    assert isinstance(decode_field(data, *labels), str)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_utf_8_is_always_recognised(text: str, said: bool) -> None:
    assert decode_field(text.encode(), *(["utf-8"] if said else [])) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" \n a\r\n\tb\u00a0\u2028c ", "a b c"),
        ("a\0b\x08c\x7f\x9bd\ud800\uffff", "abcd"),
        ("a\u202eb\u2066c\u200f", "abc\u200f"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("0123456789" * 2, "0123456789" * 2),
        ("0123456789 0123456789", "0123456789\u2026"),
        ("0123456789012345678 9", "0123456789012345678\u2026"),
        ("01234567890 2345678 9", "01234567890 2345678\u2026"),
        ("0123456789" * 3, "0123456789012345678\u2026"),
        ("a " + "\u65e5" * 30, "a " + "\u65e5" * 17 + "\u2026"),
    ],
)
def test_plain_text_is_one_line_of_bounded_length(text: str, expected: str) -> None:
    assert plain(text, limit=20) == expected


@given(st.text(st.characters(codec=None)), st.integers(2, 60))
def test_plain_text_keeps_its_limits_and_is_stable(text: str, limit: int) -> None:
    once = plain(text, limit=limit)
    assert len(once) <= limit
    assert once.split() == once.split(" ") or once == ""
    assert plain(once, limit=limit) == once
