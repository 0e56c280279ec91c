"""The queue: tabs, search, and a list to decide about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.linkback import Passage, Protocol, Status
from linkback_protocol.moderation import Decision
from linkback_protocol.wsgi.moderation.fields import labelled, select, text_input
from linkback_protocol.wsgi.moderation.filters import MAX_TEXT, SIZES, Filters, Screen
from linkback_protocol.wsgi.moderation.items import item
from linkback_protocol.wsgi.moderation.layout import Frame, as_of, button, form, page, problem, tabs
from linkback_protocol.wsgi.moderation.markup import Html, element, joined

if TYPE_CHECKING:
    from collections.abc import Mapping


_HELP = (
    ("j", "next"),
    ("k", "previous"),
    ("a", "approve"),
    ("s", "spam"),
    ("t", "trash"),
    ("x", "select"),
    ("u", "undo"),
    ("/", "search"),
)
_BULK = (
    Decision.APPROVE,
    Decision.HOLD,
    Decision.SPAM,
    Decision.TRASH,
    Decision.RESTORE,
    Decision.UNDO,
)


def queue(
    frame: Frame,
    counts: Mapping[Status, int],
    filters: Filters,
    screen: Screen,
    passages: list[Passage],
) -> str:
    """Return the page with the queue."""
    name = "All" if filters.status is None else filters.status.capitalize()
    shown = [
        item(frame, each, passage) for each, passage in zip(screen.linkbacks, passages, strict=True)
    ]
    return page(
        frame,
        name,
        tabs(frame, counts, filters),
        *(problem(text) for text in filters.problems),
        _search(frame, filters),
        element("h2", f"{name} linkbacks", class_="unseen"),
        _list(frame, screen, shown) if shown else element("p", _nothing(filters)),
        _pages(frame, screen),
        _help(),
    )


def _nothing(filters: Filters) -> str:
    if filters.problems:
        return "Nothing was looked for."
    if filters.narrowed or filters.start is not None or filters.newer is not None:
        return "Nothing here fits."
    if filters.status is Status.PENDING:
        return "Nothing waits for you."
    return "There is nothing here."


def _search(frame: Frame, filters: Filters) -> Html:
    status = filters.values().get("status")
    words = element(
        "input", type="search", name="text", id="text", value=filters.text, maxlength=MAX_TEXT
    )
    protocols = (("", "both"), *((each, each) for each in Protocol))
    sizes = ((str(size), str(size)) for size in SIZES)
    more = (
        labelled("protocol", "Protocol", select("protocol", protocols, filters.protocol or "")),
        labelled("host", "Source host", text_input("host", filters.host)),
        labelled("page", "Page of yours", text_input("page", filters.page)),
        labelled("size", "At once", select("size", sizes, str(filters.size))),
    )
    return element(
        "form",
        None if status is None else element("input", type="hidden", name="status", value=status),
        element("div", labelled("text", "Words", words), element("button", "Search"), class_="row"),
        element(
            "details",
            element("summary", "More filters"),
            element("div", *more, class_="row"),
            open=bool(filters.protocol or filters.host or filters.page or filters.problems),
        ),
        method="get",
        action=frame.address("queue"),
        role="search",
        class_="filters",
    )


def _list(frame: Frame, screen: Screen, items: list[Html]) -> Html:
    everything = joined(
        [
            element("label", "Select all", for_="all", class_="unseen"),
            element("input", type="checkbox", id="all"),
        ]
    )
    bulk = element(
        "div",
        # Enter in a checkbox presses the first button, which must not be one that decides.
        element(
            "button",
            "Do nothing",
            name="decision",
            value="",
            class_="unseen",
            tabindex="-1",
            aria_hidden="true",
        ),
        element("span", everything, data_script=True, hidden=True),
        element("span", "Selected:"),
        *(button(each, name="decision", value=each) for each in _BULK),
        class_="bar bulk",
        role="group",
        aria_label="What to do with the selected",
    )
    return form(frame, "decide", as_of(frame, screen.linkbacks), bulk, *items)


def _pages(frame: Frame, screen: Screen) -> Html | None:
    if screen.newer is None and screen.older is None:
        return None
    links = [
        element("a", label, href=frame.address("queue", **filters.values()), rel=rel)
        if filters is not None
        else element("span")
        for label, filters, rel in (
            ("Newer", screen.newer, "prev"),
            ("Older", screen.older, "next"),
        )
    ]
    return element("div", *links, class_="pages", role="navigation", aria_label="Pages")


def _help() -> Html:
    keys = (joined([" ", element("kbd", key), f" {what}"]) for key, what in _HELP)
    return element(
        "div",
        element(
            "label",
            element("input", type="checkbox", id="keys-on"),
            " Keys: ",
            *keys,
            class_="bar",
        ),
        data_script=True,
        hidden=True,
    )
