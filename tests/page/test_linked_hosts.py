from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.page.support import html, read

if TYPE_CHECKING:
    from linkback_protocol.page import Page


def by_links(page: Page) -> set[str]:
    """Return the hosts of what a reader can follow, by way of all that is known of each link."""
    return {
        link.url.host
        for link in page.links
        if link.element in ("a", "area", "text") and not link.region
    }


def test_the_hosts_of_links_in_the_text() -> None:
    page = html(
        '<nav><a href="http://menu.example/">m</a></nav><img src="http://picture.example/x.png">'
        '<p><a href="http://one.example/a">1</a><a href="HTTPS://Two.Example:8080/">2</a>'
        '<a href="//three.example">3</a><a href="/here">4</a><a href="mailto:a@five.example">5</a>'
        '<map><area href="http://six.example/"></map><a href="http://b\u00fccher.example/">7</a>'
    )
    assert page.linked_hosts() == {
        "one.example", "two.example", "three.example", "source.example", "six.example",
        "xn--bcher-kva.example",
    }  # fmt: skip


PIECES = [
    "http://", "https://", "HTTP://", "//", "a.example", "b.example", "A.example", "xn--x.example",
    "xn--bcher-kva.example", "a_b.example", "-a.example", "a-.example", ".", "..", "127.0.0.1",
    "1.2.3", "0x7f.1", "x.1e", "localhost", "a.b.c.d.e.example", "a" * 64 + ".example", ":80",
    ":", "@", "user:pw@", "/", "?", "#", "\\", "%41", "%", " ", "\t", "\n", "[::1]", "|", "^", "`",
    "{", "}", "'", "&amp;", "&#47;", "\u00fc", "x" * 3000, "mailto:", "javascript:", "\x00", "~",
    "_",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
@example("http://a.example\\@b.example/")
@example("http://a.example:80/")
@example("http://a.example./")
@example("http://user:pw@a.example/")
@example("http://a.example/" + "x" * 2100)
def test_hosts_are_those_of_the_links(reference: str) -> None:
    page = html(f'<p><a href="{reference}">x</a>')
    assert page.linked_hosts() == by_links(page)


@pytest.mark.parametrize("base", ["http://base.example/x/", "https://base.example/"])
def test_a_base_changes_nothing_for_whole_addresses(base: str) -> None:
    page = html('<a href="http://a.example/x">1</a><a href="y">2</a>', head=f'<base href="{base}">')
    assert page.linked_hosts() == {"a.example", "base.example"} == by_links(page)


def test_a_plain_text() -> None:
    page = read("See http://a.example/x, and http://b.example.", "text/plain")
    assert page.linked_hosts() == {"a.example", "b.example"}
