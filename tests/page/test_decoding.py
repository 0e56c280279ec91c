"""Which encoding a page is read in, and which media types are read at all."""

from __future__ import annotations

import pytest
import webencodings
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.page import Page, readable
from tests.page.support import HERE, read

TEXTS = {
    "shift_jis": ("shift_jis", "\u65e5\u672c\u8a9e\u306e\u30d6\u30ed\u30b0 \u2460"),
    "euc-jp": ("euc_jp", "\u65e5\u672c\u8a9e\u306e\u30d6\u30ed\u30b0"),
    "iso-2022-jp": ("iso2022_jp", "\u65e5\u672c\u8a9e\u306e\u30d6\u30ed\u30b0"),
    "gb18030": ("gb18030", "\u4e2d\u6587\u535a\u5ba2 \U00020bb7"),
    "gbk": ("gbk", "\u4e2d\u6587\u535a\u5ba2"),
    "big5": ("big5", "\u4e2d\u6587\u90e8\u843d\u683c"),
    "euc-kr": ("euc_kr", "\ud55c\uad6d\uc5b4 \ube14\ub85c\uadf8"),
    "koi8-r": ("koi8_r", "\u0420\u0443\u0441\u0441\u043a\u0438\u0439 \u0431\u043b\u043e\u0433"),
    "windows-1251": (
        "cp1251",
        "\u0420\u0443\u0441\u0441\u043a\u0438\u0439 \u0431\u043b\u043e\u0433",
    ),
    "windows-1252": ("cp1252", "caf\xe9 \u201cna\xefve\u201d \u20ac"),
    "iso-8859-2": ("iso8859_2", "\u017d\u010f\xe1r \u0142\xf3d\u017a"),
    "utf-8": ("utf_8", "caf\xe9 \u65e5\u672c\u8a9e \U0001f600"),
    "utf-16le": ("utf_16_le", "caf\xe9 \u65e5\u672c\u8a9e \U0001f600"),
    "utf-16be": ("utf_16_be", "caf\xe9 \u65e5\u672c\u8a9e \U0001f600"),
}
ASCII_BASED = {name: text for name, text in TEXTS.items() if not name.startswith("utf-16")}


def encoded(name: str, head: str = "") -> bytes:
    codec, text = TEXTS[name]
    # Python's own Shift_JIS lacks the characters of Windows that every page uses.
    markup = f"{head}<title>{text}</title><p>{text} <a href=http://target.example/>{text}</a>"
    return markup.encode("cp932" if codec == "shift_jis" else codec)


def check(name: str, body: bytes, content_type: str = "text/html") -> None:
    page = read(body, content_type)
    text = TEXTS[name][1]
    assert (page.charset, page.title, page.text) == (name, text, f"{text} {text}")
    assert [link.text for link in page.links] == [text]


@pytest.mark.parametrize("name", TEXTS)
def test_declared_by_the_header(name: str) -> None:
    check(name, encoded(name), f"text/html; charset={name}")


@pytest.mark.parametrize("name", ASCII_BASED)
def test_declared_by_the_page(name: str) -> None:
    check(name, encoded(name, f"<!DOCTYPE html><meta charset='{name}'>"))
    check(
        name,
        encoded(name, f"<meta content='text/html; charset={name}' http-equiv=Content-Type>"),
    )


@pytest.mark.parametrize("name", ASCII_BASED)
@pytest.mark.parametrize("content_type", ["text/html", "application/xhtml+xml"])
def test_declared_by_an_xml_declaration(name: str, content_type: str) -> None:
    check(name, encoded(name, f'<?xml version="1.0" encoding="{name}"?>'), content_type)


@pytest.mark.parametrize(
    ("name", "mark"),
    [("utf-8", b"\xef\xbb\xbf"), ("utf-16le", b"\xff\xfe"), ("utf-16be", b"\xfe\xff")],
)
def test_a_byte_order_mark_counts_more_than_anything(name: str, mark: bytes) -> None:
    check(name, mark + encoded(name, "<meta charset=koi8-r>"), "text/html; charset=big5")


def test_the_header_counts_more_than_the_page() -> None:
    body = encoded("koi8-r", "<meta charset=utf-8>")
    check("koi8-r", body, 'text/html; Charset="KOI8-R"; x=y')


def test_in_xhtml_the_declaration_counts_more_than_meta() -> None:
    head = '<?xml version="1.0" encoding="koi8-r"?><meta charset="big5"/>'
    check("koi8-r", encoded("koi8-r", head), "application/xhtml+xml")
    check("utf-8", encoded("utf-8", "<meta charset='big5'/>"), "application/xhtml+xml")


@pytest.mark.parametrize("label", ["utf-7", "cp037", "unicode_escape", "x" * 5000, "\xe9", ""])
@pytest.mark.parametrize("name", ["utf-8", "windows-1252"])
def test_labels_that_the_web_does_not_have_are_passed_over(name: str, label: str) -> None:
    check(name, encoded(name), f"text/html; charset={label}")
    head = f"<meta charset='{label if len(label) < 40 else label[:500]}'>"
    assert read(encoded(name, head), "text/html").charset == name


def test_utf_7_hides_no_markup() -> None:
    body = b"<meta charset=utf-7>+ADw-a href=+ACI-http://target.example/+ACIAPg-x+ADw-/a+AD4-"
    for content_type in ("text/html", "text/html; charset=utf-7"):
        assert read(body, content_type).links == ()


def test_encodings_that_hide_markup_give_no_page() -> None:
    page = read("<a href=http://target.example/>x</a>", "text/html; charset=iso-2022-kr")
    assert (page.charset, page.links) == ("replacement", ())


@pytest.mark.parametrize(
    "head",
    ["<meta charset=utf-16>", "<meta charset=utf-16be>", '<?xml version="1.0" encoding="utf-16"?>'],
)
def test_what_can_be_read_is_not_utf_16(head: str) -> None:
    check("utf-8", encoded("utf-8", head))


@pytest.mark.parametrize(
    "head",
    [
        "<!-- <meta charset=koi8-r> -->",
        "<p charset=koi8-r>",
        "<meta name=description content='charset=koi8-r'>",
        " " * 1024 + "<meta charset=koi8-r>",
    ],
)
@pytest.mark.parametrize("name", ["utf-8", "windows-1252"])
def test_what_declares_nothing(name: str, head: str) -> None:
    check(name, encoded(name, head))


def test_undeclared_utf_8_that_is_cut_in_a_character() -> None:
    body = "<p>caf\xe9 \u65e5".encode()
    for cut in (1, 2):
        page = Page.parse(body[:-cut], url=HERE, content_type="text/html", truncated=True)
        assert (page.charset, page.text) == ("utf-8", "caf\xe9")
        assert read(body[:-cut], "text/html").charset == "windows-1252"


def test_nothing_is_declared_in_plain_text() -> None:
    page = read("<meta charset=koi8-r> caf\xe9".encode(), "text/plain")
    assert (page.charset, page.text[-4:]) == ("utf-8", "caf\xe9")
    assert read(b"caf\xe9", "text/plain").text == "caf\xe9"
    assert read(b"\xeb\xc1", "text/plain; charset=koi8-r").text == "\u041a\u0430"


@given(st.sampled_from(sorted(webencodings.LABELS)), st.binary(max_size=200))
def test_any_bytes_in_any_encoding(label: str, body: bytes) -> None:
    for content_type in ("text/html", "text/plain", "application/xhtml+xml"):
        page = read(body, f"{content_type}; charset={label}")
        page.text.encode()
        assert page.charset in (webencodings.LABELS[label], "utf-8", "utf-16le", "utf-16be")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "TEXT/HTML; charset=x",
        " text/html ;charset=utf-8",
        "text/html, text/html; charset=utf-8",
        "application/xhtml+xml",
        "text/plain;format=flowed",
        "",
        ";",
        "; charset=utf-8",
    ],
)
def test_readable(content_type: str) -> None:
    assert readable(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        *("image/png", "application/pdf", "application/octet-stream", "text/css"),
        *("text/xml", "application/json", "text", "text/htmlx", "x, text/html"),
    ],
)
def test_not_readable(content_type: str) -> None:
    assert not readable(content_type)


def test_without_a_type_it_is_html() -> None:
    page = read("<title>x</title>", "")
    assert (page.title, page.media_type, page.charset) == ("x", "text/html", "utf-8")
