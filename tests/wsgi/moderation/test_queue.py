"""What the queue shows: tabs, pages, filters, the text round the link, why it is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Linkback, Protocol, Receiver, Status, Store, Verdict
from tests.wsgi.moderation.desks import NOW, SITE, add

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.wsgi.moderation.pages import Browser, Page


def filled(store: Store, number: int) -> list[Linkback]:
    return [add(store, turn, body="") for turn in range(number)]


def attributes(page: Page, tag: str, **wanted: str) -> list[dict[str, str]]:
    return [
        given for name, given in page.elements if name == tag and wanted.items() <= given.items()
    ]


class TestTabs:
    def test_each_status_has_one_with_its_count_and_pending_is_first(
        self, browser: Browser, store: Store
    ) -> None:
        for number, status in enumerate(Status):
            if status is not Status.RECEIVED:
                add(store, number, status=status)
        add(store, 99)
        page = browser.get()
        said = "Pending 2Received 0Approved 1Spam 1Trash 1Refused 1Gone 1All 7"
        assert page.text("nav") == said

    def test_one_shows_what_is_in_it(self, browser: Browser, store: Store) -> None:
        spam = add(store, 1, status=Status.SPAM)
        held = add(store, 2)
        page = browser.get()
        assert page.listed() == [held.id]
        assert browser.get(page.links()["Spam 1"]).listed() == [spam.id]
        assert browser.get(page.links()["All 2"]).listed() == [held.id, spam.id]
        assert attributes(page, "a", **{"aria-current": "page"})[0]["href"] == "/linkbacks/"

    def test_nothing_waits(self, browser: Browser) -> None:
        assert "Nothing waits for you." in browser.get().text()


class TestPages:
    @pytest.mark.parametrize("size", [25, 50])
    def test_forwards_and_back_newest_first(
        self, browser: Browser, store: Store, size: int
    ) -> None:
        newest_first = [each.id for each in reversed(filled(store, size * 2 + 1))]
        first = browser.get(f"?size={size}")
        assert first.listed() == newest_first[:size]
        assert "Newer" not in first.links()
        second = browser.get(first.links()["Older"])
        assert second.listed() == newest_first[size : size * 2]
        last = browser.get(second.links()["Older"])
        assert last.listed() == newest_first[size * 2 :]
        assert "Older" not in last.links()
        back = browser.get(last.links()["Newer"])
        assert back.listed() == second.listed()
        assert browser.get(back.links()["Newer"]).listed() == first.listed()

    def test_a_full_screen_has_no_next(self, browser: Browser, store: Store) -> None:
        filled(store, 25)
        assert "Older" not in browser.get().links()

    def test_what_comes_in_meanwhile_moves_nothing(self, browser: Browser, store: Store) -> None:
        held = [each.id for each in filled(store, 30)]
        first = browser.get()
        add(store, 99, body="")
        assert browser.get(first.links()["Older"]).listed() == held[4::-1]

    @pytest.mark.parametrize("start", ["x", "-1", "1" * 19, "", "²"])
    def test_a_place_that_is_none_is_the_beginning(
        self, browser: Browser, store: Store, start: str
    ) -> None:
        held = add(store, 1)
        assert browser.get(f"?start={start}").listed() == [held.id]


class TestFilters:
    def test_each_narrows(self, browser: Browser, store: Store) -> None:
        one = add(store, 1, protocol=Protocol.TRACKBACK, title="About mills")
        two = add(store, 2, page=SITE + "mills/", source="http://source.example/{number}")
        assert browser.get("?text=ABOUT+mills").listed() == [one.id]
        assert browser.get("?protocol=trackback").listed() == [one.id]
        assert browser.get("?host=SOURCE.example").listed() == [two.id]
        assert browser.get("?page=HTTP://blog.example/mills/").listed() == [two.id]
        assert browser.get("?page=http://blog.example/mills/&protocol=trackback").listed() == []

    def test_they_stay_on_the_way(self, browser: Browser, store: Store) -> None:
        for number in range(30):
            add(store, number, title="mill" if number % 3 else "bridge", body="")
        add(store, 31, title="mill", status=Status.SPAM)
        page = browser.get("?text=mill&host=&size=25")
        assert len(page.listed()) == 20
        assert len(browser.get(page.links()["Spam 1"]).listed()) == 1
        assert attributes(page, "input", name="text")[0]["value"] == "mill"

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("status=nonsense", "no such status"),
            ("protocol=webmention", "no such protocol"),
            ("host=a b", "source host"),
            ("page=/bridges/", "https://blog.example/post/"),
            ("text=" + "x" * 201, "200 characters"),
        ],
    )
    def test_one_that_is_none_is_named(
        self, browser: Browser, store: Store, query: str, said: str
    ) -> None:
        add(store, 1)
        page = browser.get("?" + query)
        assert page.status == 400
        assert said in page.text()
        assert page.listed() == []

    def test_the_host_of_a_linkback_leads_to_all_from_there(
        self, browser: Browser, store: Store
    ) -> None:
        wanted = [
            add(store, 1, source="http://one.example/{number}"),
            add(store, 2, source="http://one.example/{number}", status=Status.SPAM),
        ]
        add(store, 3)
        page = browser.get()
        assert browser.get(page.links()["one.example"]).listed() == [wanted[1].id, wanted[0].id]


class TestItem:
    def test_what_is_shown(self, browser: Browser, store: Store) -> None:
        held = add(store, 1, reasons=(Verdict.abstain("no opinion", by="words"),
                                      Verdict.hold("too short", by="too_short")))  # fmt: skip
        store.annotate(held.id, ["thanked"])
        page = browser.get()
        text = page.text("article")
        for each in (
            "Bridges, part 1", "source1.example", SITE + "bridges/", "pingback",
            "2026-09-21 14:13 UTC", "192.0.2.7", "words: no opinion", "too_short: too short",
            "thanked",
        ):  # fmt: skip
            assert each in text
        assert page.text("mark") == "bridges are counted"
        assert page.text("blockquote").startswith("It was said before, by many of us, that bridges")
        (source,) = attributes(page, "a", href="http://source1.example/post")
        assert set(source["rel"].split()) == {"noreferrer", "nofollow", "noopener"}

    def test_without_its_page_there_is_the_stored_excerpt(
        self, browser: Browser, store: Store
    ) -> None:
        add(store, 1, body="")
        page = browser.get()
        assert page.text("blockquote") == "The stored excerpt."
        assert page.text("mark") == ""

    def test_without_a_title_there_is_the_address(self, browser: Browser, store: Store) -> None:
        add(store, 1, title=" ")
        assert "http://source1.example/post" in browser.get().links()

    def test_the_right_one_of_the_same_words_is_marked(
        self, browser: Browser, store: Store
    ) -> None:
        words = "the same words, again and again, " * 30
        body = f'<p>{words}<a href="{SITE}bridges/">again</a> and {words}</p>'
        add(store, 1, body=body)
        page = browser.get()
        quoted = page.text("blockquote")
        assert page.text("mark") == "again"
        assert quoted.startswith("…")
        assert quoted.endswith("…")
        assert len(quoted) <= 320

    def test_what_a_reader_of_the_source_cannot_see(self, browser: Browser, store: Store) -> None:
        add(store, 1, body=f'<footer hidden><a href="{SITE}bridges/">x</a></footer>')
        add(store, 2, body="<p>nothing</p>")
        add(store, 3, body=f'<p><a href="{SITE}bridges/"><img alt="a bridge"></a>')
        text = browser.get().text("article")
        assert "cannot see the link" in text
        assert "footer" in text
        assert "does not link here" in text
        assert "a bridge" in text

    def test_the_link_is_marked_however_large_the_pages_are(
        self, browser: Browser, store: Store
    ) -> None:
        padding = "<p>" + "x " * 100_000 + "</p>"
        body = f'{padding}<p><a href="{SITE}bridges/">marked</a></p>'
        for number in range(12):
            add(store, number, body=body)
        assert browser.get().texts["mark"] == ["marked"] * 12

    def test_a_page_that_is_read_again_is_shown_anew(self, browser: Browser, store: Store) -> None:
        held = add(store, 1)
        assert browser.get().text("mark") == "bridges are counted"
        evidence = store.evidence(held.id)
        assert evidence is not None
        body = f'<p><a href="{SITE}bridges/">other words</a></p>'.encode()
        changed = type(evidence)(
            fetched=evidence.fetched, url=evidence.url, content_type="text/html", body=body
        )
        store.record_check(held.id, evidence=changed, now=NOW + 100)
        assert browser.get().text("mark") == "other words"


def test_a_receiver_will_do(
    serve: Callable[..., Browser], make_receiver: Callable[..., Receiver], store: Store
) -> None:
    held = add(store, 1)
    assert serve(store=make_receiver()).get().listed() == [held.id]


def test_without_the_slash_of_the_mount(browser: Browser, store: Store) -> None:
    held = add(store, 1)
    page = browser.get(browser.url.rstrip("/"))
    assert page.listed() == [held.id]
    assert page.links()["All 1"].startswith("/linkbacks/?")
