"""Plain text as a source: the addresses that stand in it."""

from __future__ import annotations

import pytest

from linkback_protocol import url
from tests.page.support import read

TARGET = url.parse("http://target.example/post")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://a.example/", ["http://a.example/"]),
        (
            "See HTTPS://A.example/x, and http://b.example.",
            ["HTTPS://A.example/x", "http://b.example"],
        ),
        ("(http://a.example/x)", ["http://a.example/x"]),
        ("(http://a.example/x).", ["http://a.example/x"]),
        ("http://a.example/x_(y)", ["http://a.example/x_(y)"]),
        ("(see http://a.example/x_(y))", ["http://a.example/x_(y)"]),
        ("[x](http://a.example/x)", ["http://a.example/x"]),
        ("<http://a.example/x>", ["http://a.example/x"]),
        ('"http://a.example/x"', ["http://a.example/x"]),
        ("'http://a.example/it's'", ["http://a.example/it's"]),
        ("http://a.example/x?y=1&z=2!?", ["http://a.example/x?y=1&z=2"]),
        ("http://a.example/x\u3002\u6b21", ["http://a.example/x"]),
        ("\u300chttp://a.example/x\u300d", ["http://a.example/x"]),
        ("\u201chttp://a.example/x\u201d", ["http://a.example/x"]),
        ("http://a.example/\u65e5\u672c", ["http://a.example/\u65e5\u672c"]),
        ("http://[::1]/x [http://[::1]]", ["http://[::1]/x", "http://[::1]"]),
        ("xhttp://a.example/x", ["http://a.example/x"]),
        ("http:// x http://", []),
        ("ftp://a.example/ www.a.example mailto:a@b.example", []),
        ("http://a.example:99999/ http://u:p@a.example/", []),
        (f"http://a.example/{'x' * 3000} http://b.example/", ["http://b.example/"]),
        ("", []),
    ],
)
def test_addresses_in_text(text: str, expected: list[str]) -> None:
    page = read(text, "text/plain")
    assert [link.text for link in page.links] == expected
    assert {link.element for link in page.links} <= {"text"}


def test_an_address_proves_and_is_quoted() -> None:
    page = read("Text\r\n\r\non http://target.example/post.\r\nMore", "text/plain; charset=utf-8")
    (link,) = page.links_to(TARGET)
    assert page.text == "Text on http://target.example/post. More"
    assert page.excerpt(link) == page.text
    assert (link.region, link.hidden, link.rel) == ("", "", frozenset())
    assert (page.title, page.site_name, page.language) == ("", "", "")
    assert page.media_type == "text/plain"


def test_markup_is_no_markup() -> None:
    page = read("<title>x</title><a href='http://target.example/post'>x</a>", "text/plain")
    assert page.title == ""
    assert page.text.startswith("<title>x</title><a href=")
    assert [link.text for link in page.links] == ["http://target.example/post"]


def test_text_in_html_is_no_link() -> None:
    assert read("http://target.example/post", "text/html").links_to(TARGET) == []


def test_as_many_addresses_as_are_kept() -> None:
    page = read("http://a.example/ " * 10_001, "text/plain")
    assert len(page.links) == 10_000
    assert page.truncated
    assert not read("http://a.example/ " * 100, "text/plain").truncated
