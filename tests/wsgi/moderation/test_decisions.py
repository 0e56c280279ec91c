"""What is decided on the page, what is told, and how it is undone."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol import Candidate, Linkback, MemoryStore, Status, Store, StoreError, Verdict
from tests.wsgi.moderation.desks import NOW, add
from tests.wsgi.moderation.pages import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_protocol.moderation import Decided

BULK = {
    "approve": Status.APPROVED,
    "spam": Status.SPAM,
    "trash": Status.TRASH,
}


def status_of(store: Store, number: int) -> Status:
    kept = store.get(number)
    assert kept is not None
    return kept.status


class TestSelected:
    @pytest.mark.parametrize("decision", BULK)
    def test_the_selected_are_decided_about_and_no_others(
        self, browser: Browser, store: Store, decision: str
    ) -> None:
        one, two, three = (add(store, number).id for number in range(3))
        page = browser.press(browser.get(), "decision", decision, select=[one, three])
        assert [status_of(store, each) for each in (one, two, three)] == [
            BULK[decision],
            Status.PENDING,
            BULK[decision],
        ]
        assert page.listed() == [two]
        assert "2 linkbacks were" in page.text()
        kept = store.get(one)
        assert kept is not None
        assert kept.history[-1].by == "ann"

    def test_hold_and_restore_and_undo(self, browser: Browser, store: Store) -> None:
        shown = add(store, 1, status=Status.APPROVED).id
        browser.press(browser.get("?status=approved"), "decision", "hold", select=[shown])
        assert status_of(store, shown) is Status.PENDING
        browser.press(browser.get(), "decision", "undo", select=[shown])
        assert status_of(store, shown) is Status.APPROVED
        browser.press(browser.get("?status=approved"), "decision", "spam", select=[shown])
        browser.press(browser.get("?status=spam"), "decision", "restore", select=[shown])
        assert status_of(store, shown) is Status.APPROVED

    def test_nothing_selected(self, browser: Browser, store: Store) -> None:
        held = add(store, 1).id
        page = browser.press(browser.get(), "decision", "trash")
        assert "Nothing was selected." in page.text()
        assert status_of(store, held) is Status.PENDING

    def test_one_that_was_deleted_stops_it(self, browser: Browser, store: Store) -> None:
        held = add(store, 1).id
        gone = add(store, 2, status=Status.TRASH).id
        page = browser.get("?status=all")
        store.expire(Status.TRASH, before=2e9)
        answer = browser.press(page, "decision", "approve", select=[held, gone])
        assert answer.status == 404
        assert f"no linkback {gone}" in answer.text()
        assert status_of(store, held) is Status.PENDING

    def test_the_way_leads_back_to_the_same_view(self, browser: Browser, store: Store) -> None:
        numbers = [add(store, number, body="").id for number in range(30)]
        page = browser.get(browser.get("?text=bridges").links()["Older"])
        after = browser.press(page, "decision", "spam", select=[numbers[0]])
        assert after.listed() == numbers[4:0:-1]
        assert "text=bridges" in after.url


class TestOne:
    def test_its_button_leaves_the_selected_alone(self, browser: Browser, store: Store) -> None:
        one, two = (add(store, number).id for number in range(2))
        browser.press(browser.get(), "one", f"approve {one}", select=[two])
        assert status_of(store, one) is Status.APPROVED
        assert status_of(store, two) is Status.PENDING

    @pytest.mark.parametrize("status", [each for each in Status if each is not Status.RECEIVED])
    def test_what_it_is_already_is_not_offered(
        self, browser: Browser, store: Store, status: Status
    ) -> None:
        held = add(store, 1, status=status)
        offered = [
            button["value"].partition(" ")[0]
            for form in browser.get(f"?status={status}").forms
            for button in form.buttons
            if button.get("name") == "one"
        ]
        assert offered
        for decision in offered:
            browser.press(browser.get(f"?status={status}"), "one", f"{decision} {held.id}")
            assert status_of(store, held.id) is not status
            store.set_status(held.id, status, now=1.9e9)

    def test_listeners_are_told(self, serve: Callable[..., Browser], store: Store) -> None:
        told: list[Decided] = []
        held = add(store, 1)
        browser = serve(listeners=[told.append])
        browser.press(browser.get(), "one", f"spam {held.id}")
        assert [(each.before.status, each.after.status) for each in told] == [
            (Status.PENDING, Status.SPAM)
        ]


class TestUndo:
    def test_of_everything_that_was_changed(self, browser: Browser, store: Store) -> None:
        one, two, three = (add(store, number).id for number in range(3))
        store.set_status(two, Status.TRASH, now=1.8e9)
        page = browser.press(
            browser.get("?status=all"), "decision", "trash", select=[one, two, three]
        )
        assert "2 linkbacks were thrown away. 1 was so already." in page.text()
        after = browser.press(page, "decision", "undo")
        assert "2 linkbacks were put back." in after.text()
        assert [status_of(store, each) for each in (one, two, three)] == [
            Status.PENDING,
            Status.TRASH,
            Status.PENDING,
        ]

    def test_can_be_undone(self, browser: Browser, store: Store) -> None:
        held = add(store, 1).id
        page = browser.press(browser.get(), "one", f"approve {held}")
        page = browser.press(page, "decision", "undo")
        assert status_of(store, held) is Status.PENDING
        browser.press(page, "decision", "undo")
        assert status_of(store, held) is Status.APPROVED

    def test_leaves_alone_what_somebody_else_decided_since(
        self, browser: Browser, store: Store
    ) -> None:
        held = add(store, 1).id
        page = browser.press(browser.get(), "one", f"approve {held}")
        other = Browser(browser.url, "bob")
        other.press(other.get("?status=approved"), "one", f"spam {held}")
        after = browser.press(page, "decision", "undo")
        assert "somebody decided about it since" in after.text()
        assert status_of(store, held) is Status.SPAM

    def test_of_many_fits_into_an_address(self, browser: Browser, store: Store) -> None:
        ids = [add(store, number, body="").id for number in range(500)]
        (form,) = (each for each in browser.get().forms if each.boxes)
        fields = [*form.hidden, ("decision", "spam"), *(("id", str(each)) for each in ids)]
        answer = browser.session.post(browser.url + "decide", data=fields, timeout=30)
        assert len(answer.url) < 2048
        assert "500 linkbacks were marked as spam." in answer.text
        assert store.count()[Status.SPAM] == 500

    def test_a_notice_cannot_be_made_up_or_passed_on(self, browser: Browser, store: Store) -> None:
        held = add(store, 1).id
        page = browser.press(browser.get(), "one", f"approve {held}")
        assert "was approved" in page.text()
        assert "was approved" not in Browser(browser.url, "bob").get(page.url).text()
        assert "was approved" not in browser.get(page.url[:-1] + "x").text()
        assert browser.get("?did=x.y").status == 200

    def test_a_notice_is_forgotten_after_an_hour(
        self, serve: Callable[..., Browser], store: Store
    ) -> None:
        clock = [1.8e9]
        browser = serve(clock=lambda: clock[0])
        held = add(store, 2).id
        page = browser.press(browser.get(), "one", f"approve {held}")
        clock[0] += 3601
        assert "was approved" not in browser.get(page.url).text()


class TestOldPages:
    """Pages that were open while something happened: other tabs, other people, the Back button."""

    @pytest.fixture
    def browser(self, serve: Callable[..., Browser]) -> Browser:
        ticks = itertools.count(NOW + 100)
        return serve(clock=lambda: next(ticks))

    @pytest.mark.parametrize("decision", ["approve", "spam", "undo"])
    @pytest.mark.parametrize("path", ["?status=all", "1"])
    def test_leave_alone_what_somebody_else_decided_since(
        self, browser: Browser, store: Store, path: str, decision: str
    ) -> None:
        held = add(store, 1, status=Status.REFUSED).id
        page = browser.get(path)
        other = Browser(browser.url, "bob")
        other.press(other.get("?status=refused"), "one", f"trash {held}")
        if path == "1":
            after = browser.press(page, "one", "approve 1")
        else:
            after = browser.press(page, "decision", decision, select=[held])
        assert "1 was left alone: somebody decided about it since." in after.text()
        assert status_of(store, held) is Status.TRASH
        # Whoever looks at it again decides.
        browser.press(browser.get("?status=all"), "decision", "approve", select=[held])
        assert status_of(store, held) is Status.APPROVED

    def test_do_what_their_reader_wants_now(self, browser: Browser, store: Store) -> None:
        held = add(store, 1).id
        page = browser.get()
        for decision in ("approve", "trash", "spam"):
            browser.press(page, "decision", decision, select=[held])
            assert status_of(store, held) is BULK[decision]

    def test_say_the_same_however_often_they_are_sent(self, browser: Browser, store: Store) -> None:
        ids = [add(store, number).id for number in range(2)]
        page = browser.get()
        for _ in range(2):
            after = browser.press(page, "decision", "spam", select=ids)
            assert "2 linkbacks were marked as spam." in after.text()
        browser.press(after, "decision", "undo")
        again = browser.press(after, "decision", "undo")
        assert "2 were left alone: you decided about them since." in again.text()
        assert store.count()[Status.PENDING] == 2

    def test_take_one_step_back_however_often_they_are_sent(
        self, browser: Browser, store: Store
    ) -> None:
        held = add(store, 1).id
        store.set_status(held, Status.SPAM, now=NOW + 50)
        page = browser.get("?status=spam")
        for _ in range(2):
            browser.press(page, "decision", "undo", select=[held])
            assert status_of(store, held) is Status.PENDING

    def test_of_a_store_whose_clock_was_wrong(self, browser: Browser, store: Store) -> None:
        held = add(store, 1, at=9e9).id
        browser.press(browser.get(), "decision", "approve", select=[held])
        assert status_of(store, held) is Status.APPROVED


class Failing(MemoryStore):
    """A store whose disk is full after some changes."""

    left = 2

    def set_status(self, *arguments: Any, **settings: Any) -> Linkback:
        if not self.left:
            raise StoreError("the disk is full")
        self.left -= 1
        return super().set_status(*arguments, **settings)


def test_what_was_done_before_a_failure_is_told_and_can_be_undone(
    serve: Callable[..., Browser],
) -> None:
    store = Failing()
    ids = [add(store, number).id for number in range(4)]
    browser = serve(store=store)
    page = browser.press(browser.get(), "decision", "spam", select=ids)
    assert "2 linkbacks were marked as spam. 2 were not reached: " in page.text()
    assert store.count()[Status.SPAM] == 2
    store.left = 9
    browser.press(page, "decision", "undo")
    assert store.count()[Status.PENDING] == 4
    store.left = 0
    assert browser.press(browser.get(), "decision", "spam", select=ids).status == 500


class TestHosts:
    def test_are_listed_through_the_owners_code(
        self, serve: Callable[..., Browser], store: Store
    ) -> None:
        blocked: list[str] = []
        allowed: list[str] = []
        held = add(store, 1)
        browser = serve(block=blocked.append, allow=allowed.append)
        page = browser.press(browser.get(), "block", str(held.id))
        assert "source1.example is blocked from now on." in page.text()
        browser.press(page, "allow", str(held.id))
        assert (blocked, allowed) == (["source1.example"], ["source1.example"])
        assert status_of(store, held.id) is Status.PENDING

    def test_are_not_offered_without(self, browser: Browser, store: Store) -> None:
        held = add(store, 1)
        page = browser.get()
        assert "Block" not in page.text()
        token = dict(page.forms[-1].hidden)["token"]
        answer = browser.session.post(
            browser.url + "hosts", data={"token": token, "block": held.id}, timeout=10
        )
        assert answer.status_code == 404

    def test_a_list_that_fails_is_told_of(
        self, serve: Callable[..., Browser], store: Store
    ) -> None:
        def broken(host: str) -> None:
            raise OSError("the disk is full of secrets")

        browser = serve(block=broken)
        held = add(store, 1)
        page = browser.press(browser.get(), "block", str(held.id))
        assert page.status == 500
        assert "secrets" not in page.source


class TestDetail:
    def test_shows_the_whole_life(self, browser: Browser, store: Store) -> None:
        held = add(store, 1, user_agent="Tester/1")
        store.set_status(held.id, Status.SPAM, [Verdict.spam("I know them", by="bob")], by="bob",
                         now=1.8e9)  # fmt: skip
        text = browser.get(browser.get("?status=spam").links()[f"spam, number {held.id}"]).text()
        for each in (
            "pending by receiver", "known_sender: nobody knows this host", "spam by bob",
            "bob: I know them", "Tester/1", "2026-09-21 14:13 UTC received",
        ):  # fmt: skip
            assert each in text

    def test_a_decision_leads_back_to_it(self, browser: Browser, store: Store) -> None:
        held = add(store, 1)
        page = browser.press(browser.get(str(held.id)), "one", f"approve {held.id}")
        assert page.url.partition("?")[0] == f"{browser.url}{held.id}"
        assert "approved by ann" in page.text()
        assert "pending by ann" in browser.press(page, "decision", "undo").text()

    def test_notes_are_kept_one_a_line(self, browser: Browser, store: Store) -> None:
        held = add(store, 1)
        page = browser.send(browser.get(str(held.id)), "/notes", ("notes", "\n one\r\n\r\ntwo "))
        kept = store.get(held.id)
        assert kept is not None
        assert kept.notes == ("one", "two")
        assert page.text("textarea").strip() == "one\ntwo"

    def test_notes_that_are_too_long_are_not_lost(self, browser: Browser, store: Store) -> None:
        held = add(store, 1)
        page = browser.send(browser.get(str(held.id)), "/notes", ("notes", "x" * 501))
        assert page.status == 400
        assert "x" * 501 in page.text("textarea")
        kept = store.get(held.id)
        assert kept is not None
        assert kept.notes == ()

    def test_validators_are_asked_again(self, serve: Callable[..., Browser], store: Store) -> None:
        def counter(candidate: Candidate) -> Verdict | None:
            return Verdict.hold(f"{len(candidate.links)} link to {candidate.target.host}")

        def silent(candidate: Candidate) -> None:
            return None

        held = add(store, 1)
        browser = serve(validators=[counter, silent])
        page = browser.get(str(held.id))
        assert "counter" not in page.text()
        after = browser.send(page, "/ask")
        assert "holdcounter: 1 link to blog.example" in after.text()
        assert "silent says nothing" in after.text()
        assert status_of(store, held.id) is Status.PENDING

    def test_without_validators_nobody_is_asked(self, browser: Browser, store: Store) -> None:
        assert "Ask them" not in browser.get(str(add(store, 1).id)).text()

    @pytest.mark.parametrize("path", ["77", "77777777777777777777777", "0", "x", "static/app.py"])
    def test_what_is_not_there(self, browser: Browser, path: str) -> None:
        assert browser.get(path).status == 404
