"""One linkback by itself: all that is known of it, notes, and the validators asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.moderation import MAX_NOTE, MAX_NOTES
from linkback_protocol.wsgi.moderation.items import (
    buttons,
    outside,
    quotation,
    shown_title,
    source_host,
    verdicts,
)
from linkback_protocol.wsgi.moderation.layout import (
    Frame,
    as_of,
    facts,
    form,
    moment,
    page,
    problem,
)
from linkback_protocol.wsgi.moderation.markup import Html, element, joined, stranger, textarea

if TYPE_CHECKING:
    from linkback_protocol.linkback import Linkback, Move, Passage, Verdict

Opinions = list[tuple[str, "Verdict | None"]]


def detail(
    frame: Frame,
    linkback: Linkback,
    passage: Passage,
    *,
    opinions: Opinions | None = None,
    complaint: str = "",
    notes: str | None = None,
) -> str:
    """Return the page about a linkback.

    :param complaint: why what was just tried did not work.
    :param notes: what stands in the form, where that is not what is kept.
    """
    host = source_host(linkback)
    return page(
        frame,
        f"Linkback {linkback.id}",
        problem(complaint) if complaint else None,
        element("p", element("a", "Back to the queue", href=frame.address("queue"))),
        element("h2", stranger(shown_title(linkback)), id=f"title-{linkback.id}"),
        _all_facts(linkback),
        quotation(passage),
        form(frame, "decide", as_of(frame, [linkback]), buttons(frame, linkback, host)),
        _history(linkback),
        _opinions(frame, linkback, opinions),
        _notes(frame, linkback, notes),
    )


def _all_facts(linkback: Linkback) -> Html:
    return facts(
        [
            ("Status", str(linkback.status)),
            ("Protocol", str(linkback.protocol)),
            ("From", outside(linkback.source)),
            ("To", outside(linkback.target)),
            ("Page", outside(linkback.page) if linkback.page != linkback.target else None),
            ("Site", stranger(linkback.site_name) if linkback.site_name else None),
            ("Excerpt", stranger(linkback.excerpt) if linkback.excerpt else None),
            ("Received", moment(linkback.received)),
            ("Last moved", moment(linkback.updated)),
            ("Source read", moment(linkback.checked) if linkback.checked else "never"),
            ("Sender", stranger(linkback.sender) if linkback.sender else None),
            ("Program", stranger(linkback.user_agent) if linkback.user_agent else None),
            ("Browser", stranger(linkback.browser) if linkback.browser else None),
        ]
    )


def _history(linkback: Linkback) -> Html:
    steps = [element("li", *_step(move)) for move in linkback.history]
    # One that was sent again came before that, too.
    if not linkback.history or linkback.received <= linkback.history[0].at:
        steps.insert(0, element("li", moment(linkback.received), " received"))
    return joined([element("h3", "History"), element("ol", *steps, class_="history")])


def _step(move: Move) -> tuple[Html | str | None, ...]:
    return (moment(move.at), f" {move.status} by ", stranger(move.by), verdicts(move.reasons))


def _opinions(frame: Frame, linkback: Linkback, opinions: Opinions | None) -> Html | None:
    if not frame.can_ask:
        return None
    asked = None
    if opinions is not None:
        asked = element("ul", *(_opinion(*each) for each in opinions), class_="reasons")
    return joined(
        [
            element("h3", "Validators"),
            asked,
            form(
                frame,
                "ask",
                element("input", type="hidden", name="id", value=linkback.id),
                element("button", "Ask them again"),
            ),
        ]
    )


def _opinion(name: str, verdict: Verdict | None) -> Html:
    if verdict is None:
        return element("li", stranger(name), " says nothing")
    return element(
        "li",
        element("span", str(verdict.action), class_=f"action {verdict.action}"),
        stranger(name),
        ": ",
        stranger(verdict.reason),
    )


def _notes(frame: Frame, linkback: Linkback, written: str | None) -> Html:
    text = "\n".join(linkback.notes) if written is None else written
    return joined(
        [
            element("h3", "Notes"),
            form(
                frame,
                "notes",
                element("input", type="hidden", name="id", value=linkback.id),
                element(
                    "label",
                    f"Yours alone, one a line, at most {MAX_NOTES} of {MAX_NOTE} characters",
                    for_="notes",
                ),
                textarea(text, name="notes", id="notes", rows=4),
                element("button", "Keep the notes"),
            ),
        ]
    )
