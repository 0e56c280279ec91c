"""What all pages have: the frame, the notice, the tabs, buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkback_protocol.moderation import Decision
from linkback_protocol.wsgi.moderation.filters import TABS, Filters
from linkback_protocol.wsgi.moderation.markup import Html, document, element, joined, stranger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from linkback_protocol.linkback import Linkback, Status
    from linkback_protocol.wsgi.moderation.signing import Notice

LABELS = {
    Decision.APPROVE: "Approve",
    Decision.HOLD: "Hold",
    Decision.SPAM: "Spam",
    Decision.TRASH: "Trash",
    Decision.RESTORE: "Restore",
    Decision.UNDO: "Undo",
}
SETTINGS = "Settings"
_STYLES = {Decision.APPROVE: "go", Decision.SPAM: "stop", Decision.TRASH: "stop"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a page needs to know of the request that it answers.

    `now` is when that came, in seconds since the epoch. `address` gives the address of a page of
    ours by its name. `view` are the filters to come back to, and `item` the linkback, where one is
    shown by itself.
    """

    title: str
    user: str
    token: str
    now: float
    address: Callable[..., str]
    version: str
    view: str = ""
    item: int | None = None
    notice: Notice | None = None
    can_block: bool = False
    can_allow: bool = False
    can_ask: bool = False
    can_set: bool = False


def page(frame: Frame, heading: str, *content: Html | None) -> str:
    """Return a whole page."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{heading} - {frame.title}"),
        element("link", rel="icon", href=frame.address("static", name="icon.svg")),
        element("link", rel="stylesheet", href=_static(frame, "moderation.css")),
        element("script", src=_static(frame, "moderation.js"), defer=True),
    )
    body = element(
        "body",
        element("a", "To the content", class_="skip", href="#content"),
        element(
            "header",
            element("h1", element("a", frame.title, href=frame.address("queue", status=""))),
            _to_settings(frame, heading) if frame.can_set else None,
        ),
        element("div", _notice(frame), id="notice", role="status", aria_live="polite"),
        element("main", *content, id="content", tabindex="-1"),
        element("footer", element("p", "You moderate as ", stranger(frame.user), ".")),
    )
    return document(head, body)


def _to_settings(frame: Frame, heading: str) -> Html:
    link = element(
        "a",
        SETTINGS,
        href=frame.address("settings"),
        aria_current="page" if heading == SETTINGS else None,
    )
    return element("nav", element("ul", element("li", link)), aria_label="Site")


def _static(frame: Frame, name: str) -> str:
    return frame.address("static", name=name, v=frame.version)


def _notice(frame: Frame) -> Html | None:
    notice = frame.notice
    if notice is None:
        return None
    undo = None
    if notice.undo:
        undo = form(
            frame,
            "decide",
            element("input", type="hidden", name="until", value=repr(notice.at)),
            *(element("input", type="hidden", name="id", value=each) for each in notice.undo),
            button(Decision.UNDO, name="decision", value=Decision.UNDO, data_key="u"),
        )
    return element("div", element("p", notice.text), undo, class_="notice")


def problem(text: str) -> Html:
    """Return a notice that something is wrong."""
    return element("div", element("p", text), class_="notice problem", role="alert")


def form(
    frame: Frame, endpoint: str, *content: Html | None, **attributes: str | bool | None
) -> Html:
    """Return a form that is ours: it carries the token, and the way back."""
    return element(
        "form",
        element("input", type="hidden", name="token", value=frame.token),
        element("input", type="hidden", name="view", value=frame.view),
        None
        if frame.item is None
        else element("input", type="hidden", name="item", value=frame.item),
        *content,
        method="post",
        action=frame.address(endpoint),
        **attributes,
    )


def as_of(frame: Frame, linkbacks: Iterable[Linkback]) -> Html:
    """Return the field that tells what the reader of these linkbacks knew when they decided."""
    # A clock may have been wrong, and a step be dated later than now.
    known = [each.history[-1].at.timestamp() for each in linkbacks if each.history]
    until = f"{max([frame.now, *known]):.6f}"
    return element("input", type="hidden", name="until", value=until)


def button(decision: Decision, **attributes: str | int | bool | None) -> Html:
    """Return a button that decides."""
    return element("button", LABELS[decision], class_=_STYLES.get(decision), **attributes)


def tabs(frame: Frame, counts: Mapping[Status, int], filters: Filters) -> Html:
    """Return the way to each status, with how many there are."""
    items = [_tab(frame, status, f"{counts[status]:,}", filters) for status in TABS]
    items.append(_tab(frame, None, f"{sum(counts.values()):,}", filters))
    return element("nav", element("ul", *items), aria_label="Status")


def _tab(frame: Frame, status: Status | None, number: str, filters: Filters) -> Html:
    chosen = Filters(
        status=status,
        text=filters.text,
        protocol=filters.protocol,
        host=filters.host,
        page=filters.page,
        size=filters.size,
    )
    label = "All" if status is None else status.capitalize()
    return element(
        "li",
        element(
            "a",
            f"{label} ",
            element("b", number),
            href=frame.address("queue", **chosen.values()),
            aria_current="page" if filters.status is status else None,
        ),
    )


def moment(at: datetime) -> Html:
    """Return a time, in UTC."""
    return element("time", f"{at:%Y-%m-%d %H:%M} UTC", datetime=at.isoformat(timespec="seconds"))


def facts(entries: list[tuple[str, Html | str | None]]) -> Html:
    """Return a list of what is known, without what is empty."""
    return element(
        "dl",
        *(joined([element("dt", name), element("dd", value)]) for name, value in entries if value),
        class_="facts",
    )
