"""Showing linkbacks: every field may be hostile, and none gets through as markup."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol import Linkback, Protocol, Status, Verdict
from linkback_protocol.linkback import Move
from linkback_protocol.render import REL, to_dict, to_html, to_json

RECEIVED = datetime(2026, 1, 2, 23, 4, 5, 678, tzinfo=UTC)
UPDATED = datetime(2026, 1, 3, 0, 0, 0, tzinfo=UTC)

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</section></ol></blockquote></a>",
    "<!-- ",
    "]]>",
    "&lt;script&gt;&amp;",
    "\u2028\u202e\x00\x1b[2J",
)


KEPT = Linkback(
    id=7,
    protocol=Protocol.PINGBACK,
    source="http://source.example/p?a=1&b=2",
    target="http://blog.example/p#c",
    page="http://blog.example/p",
    status=Status.APPROVED,
    title="A title",
    excerpt="In short",
    site_name="A blog",
    sender="192.0.2.7",
    received=RECEIVED,
    updated=UPDATED,
    checked=UPDATED,
    history=(
        Move(RECEIVED, Status.PENDING, "receiver", (Verdict.hold("new here", by="first"),)),
        Move(UPDATED, Status.APPROVED, "owner", (Verdict.approve("by hand"),)),
    ),
    notes=("thanked",),
)


def linkback(**changes: Any) -> Linkback:
    return replace(KEPT, **changes)


class Outline(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[tuple[str, dict[str, str | None]]] = []
        self.closed: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.closed.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.opened]

    @property
    def link(self) -> dict[str, str | None]:
        (link,) = (attributes for tag, attributes in self.opened if tag == "a")
        return link


TAGS = ["section", "h2", "ol", "li", "a", "span", "time", "blockquote"]


class TestHTML:
    def test_nothing_where_there_are_none(self) -> None:
        assert to_html([]) == ""
        assert to_html(iter(())) == ""

    def test_shows_all_that_is_public(self) -> None:
        page = Outline(to_html(iter([linkback()]), heading="Said elsewhere"))
        assert page.tags == TAGS
        assert sorted(page.closed) == sorted(TAGS)
        assert " ".join(page.text.split()) == "Said elsewhere A title A blog 2026-01-02 In short"
        assert page.link == {"href": "http://source.example/p?a=1&b=2", "rel": REL}
        assert ("time", {"datetime": "2026-01-02"}) in page.opened
        assert ("li", {"class": "linkback linkback-pingback", "id": "linkback-7"}) in page.opened

    def test_links_endorse_nothing(self) -> None:
        assert {"nofollow", "ugc", "noopener"} <= set(REL.split())

    def test_leaves_empty_fields_out(self) -> None:
        page = Outline(to_html([linkback(title="", excerpt="", site_name="")]))
        assert page.tags == ["section", "h2", "ol", "li", "a", "time"]
        assert "http://source.example/p?a=1&b=2" in page.text

    def test_tells_no_stranger_who_sent_it_or_why_it_is_shown(self) -> None:
        page = to_html([linkback()])
        assert "192.0.2.7" not in page
        assert "new here" not in page

    def test_keeps_the_order(self) -> None:
        page = to_html([linkback(id=n) for n in (3, 1, 2)])
        assert [a["id"] for tag, a in Outline(page).opened if tag == "li"] == [
            "linkback-3", "linkback-1", "linkback-2",
        ]  # fmt: skip

    @pytest.mark.parametrize("text", HOSTILE)
    @pytest.mark.parametrize("field", ["title", "excerpt", "site_name", "source"])
    def test_hostile_field(self, field: str, text: str) -> None:
        page = Outline(to_html([linkback(**{field: text})]))
        assert page.tags == TAGS
        assert sorted(page.closed) == sorted(TAGS)
        assert text in (page.link["href"] or "" if field == "source" else page.text)
        assert set(page.link) == {"href", "rel"}

    def test_hostile_heading(self) -> None:
        page = Outline(to_html([linkback()], heading="<script>&"))
        assert page.tags == TAGS
        assert "<script>&" in page.text

    @given(st.text(), st.text(), st.text())
    def test_any_text_stays_text(self, title: str, excerpt: str, site_name: str) -> None:
        page = to_html([linkback(title=title, excerpt=excerpt, site_name=site_name)])
        assert set(Outline(page).tags) <= set(TAGS)


class TestJSON:
    def test_every_field_is_there_for_the_owner(self) -> None:
        (found,) = json.loads(to_json([linkback()], public=False))
        assert (
            found
            == to_dict(linkback())
            == {
                "id": 7,
                "protocol": "pingback",
                "source": "http://source.example/p?a=1&b=2",
                "target": "http://blog.example/p#c",
                "page": "http://blog.example/p",
                "status": "approved",
                "title": "A title",
                "excerpt": "In short",
                "site_name": "A blog",
                "sender": "192.0.2.7",
                "browser": "",
                "user_agent": "",
                "received": "2026-01-02T23:04:05+00:00",
                "updated": "2026-01-03T00:00:00+00:00",
                "reasons": [
                    {"action": "hold", "reason": "new here", "by": "first"},
                    {"action": "approve", "reason": "by hand", "by": ""},
                ],
                "checked": "2026-01-03T00:00:00+00:00",
                "history": [
                    {
                        "at": "2026-01-02T23:04:05+00:00",
                        "status": "pending",
                        "by": "receiver",
                        "reasons": [{"action": "hold", "reason": "new here", "by": "first"}],
                    },
                    {
                        "at": "2026-01-03T00:00:00+00:00",
                        "status": "approved",
                        "by": "owner",
                        "reasons": [{"action": "approve", "reason": "by hand", "by": ""}],
                    },
                ],
                "notes": ["thanked"],
            }
        )

    def test_strangers_see_nothing_that_is_the_owners(self) -> None:
        (found,) = json.loads(to_json([linkback()]))
        private = {"sender", "browser", "user_agent", "checked", "reasons", "history", "notes"}
        assert set(to_dict(linkback())) - set(found) == private

    def test_none_is_an_empty_array(self) -> None:
        assert to_json([]) == "[]"

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_text_comes_through_as_it_is(self, text: str) -> None:
        (found,) = json.loads(to_json(iter([linkback(title=text)])))
        assert found["title"] == text
