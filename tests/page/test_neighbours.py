"""What stands beside a link: few links of a page, found without looking at all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol import url
from tests.page.support import TARGET, html

if TYPE_CHECKING:
    from linkback_protocol.page import Neighbour, Page

OURS = f'<a href="{TARGET}">ours</a>'


def _beside(page: Page, each_side: int = 2) -> list[Neighbour]:
    return page.neighbours(page.links_to(url.parse(TARGET)), each_side=each_side)


def _links(letters: str) -> str:
    return "".join(f'<a href="http://{letter}.example/">{letter}</a> ' for letter in letters)


def test_so_many_on_each_side_in_the_order_of_the_document() -> None:
    page = html(f"{_links('abcd')}{OURS} {_links('efgh')}")
    assert [near.text for near in _beside(page)] == ["c", "d", "ours", "e", "f"]


def test_those_of_two_places_come_once() -> None:
    page = html(f"{_links('abc')}{OURS} {_links('d')}{OURS} {_links('efg')}")
    assert [near.text for near in _beside(page)] == ["b", "c", "ours", "d", "ours", "e", "f"]


def test_the_first_three_places_count() -> None:
    page = html("".join(f"{OURS} {_links(letter)}" for letter in "abcde"))
    assert [near.text for near in _beside(page, 1)] == ["ours", "a", "ours", "b", "ours", "c"]


def test_it_says_what_a_link_says() -> None:
    page = html(f'<nav hidden><a href="/x" rel="NoFollow me"><b>a</b> b</a></nav><p>{OURS}')
    near = _beside(page)[0]
    (link, _) = page.links
    assert near.url == link.url
    assert near.rel == link.rel == {"nofollow", "me"}
    assert near.text == link.text == "a b"
    assert near.region == link.region == "nav"
    assert near.hidden == link.hidden == "hidden attribute"


def test_the_distance_is_what_stands_between() -> None:
    page = html(f"{_links('a')}{'x' * 50}{OURS}{'y' * 7}{_links('b')}")
    assert [near.distance for near in _beside(page)] == [51, 0, 7]


def test_the_nearer_place_tells_the_distance() -> None:
    page = html(f"{OURS}{'x' * 90}{_links('a')}{'y' * 5}{OURS}")
    assert [near.distance for near in _beside(page)] == [0, 6, 0]


def test_addresses_that_lead_nowhere_are_left_out() -> None:
    page = html(f'<a href="mailto:ruth@example.com">Ruth</a> {OURS}')
    assert [near.text for near in _beside(page)] == ["ours"]


def test_no_link_has_no_neighbours() -> None:
    assert _beside(html(_links("abc"))) == []
