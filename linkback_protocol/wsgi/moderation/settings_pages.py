"""The settings as pages: the site's, the list of pages with their own, and one page by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linkback_protocol.wsgi.moderation.fields import labelled, select, text_input
from linkback_protocol.wsgi.moderation.items import outside
from linkback_protocol.wsgi.moderation.layout import SETTINGS, Frame, facts, form, page, problem
from linkback_protocol.wsgi.moderation.markup import Html, element, joined, stranger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkback_protocol.policy import Policy

SWITCHES: Final = {
    "pingbacks": ("Pingbacks", "taken", "not taken"),
    "trackbacks": ("Trackbacks", "taken", "not taken"),
    "moderate": ("What nobody decided about", "waits", "is shown"),
}
"""What is yes or no: its label, and what the two mean."""
CLOSE_AFTER: Final = "close_after"


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in a form; `before` is the policy that it was made of, as text.

    `problem` is why it was not kept, and `wrong` the field that it is about, if it is one.
    """

    values: Mapping[str, str]
    before: str
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The policies that make up what applies: the site's, the page's own, and what is behind."""

    site: Policy
    own: Policy
    behind: Policy


@dataclass(frozen=True, slots=True)
class Row:
    """A page with settings of its own; `before` is what they are, as text."""

    page: str
    policy: Policy
    before: str


def overview(
    frame: Frame,
    view: PolicyView,
    draft: Draft,
    rows: Sequence[Row],
    *,
    total: int,
    following: str,
    started: bool,
    typed: str,
    problem_with_page: str,
) -> str:
    """Return the page with the site's settings and the list of pages.

    :param total: how many pages there are; `following` is the first that is not shown any more,
        and `started` whether there are some before those shown.
    :param typed: what stands in the field for a page's address.
    """
    return page(
        frame,
        SETTINGS,
        problem(problem_with_page or draft.problem) if problem_with_page or draft.problem else None,
        element("h2", "The site"),
        _applying(view, "this site"),
        form(frame, "keep_settings", *_fields(draft, view, of_site=True)),
        element("h2", f"Pages with settings of their own: {total:,}"),
        _look_up(frame, typed, wrong=bool(problem_with_page)),
        element("ul", *(_row(frame, *each) for each in enumerate(rows)), class_="settings")
        if rows
        else None,
        _more(frame, following, started=started),
    )


def of_page(frame: Frame, address: str, view: PolicyView, draft: Draft, *, before: str) -> str:
    """Return the page about the settings of one page of the site."""
    own = bool(view.own.as_dict())
    return page(
        frame,
        "Settings of a page",
        problem(draft.problem) if draft.problem else None,
        element("p", element("a", "Back to all settings", href=frame.address("settings"))),
        element("h2", outside(address), id="title"),
        _applying(view, "this page"),
        element(
            "p",
            element(
                "a",
                "Linkbacks of this page",
                href=frame.address("queue", status="all", page=address),
            ),
        ),
        form(
            frame,
            "keep_settings",
            element("input", type="hidden", name="page", value=address),
            *_fields(draft, view, of_site=False),
        ),
        _reset(frame, address, before, about="title") if own else None,
    )


def days(number: float) -> str:
    """Return a number of days, without a fraction that says nothing."""
    return f"{number:.10g}"


def _fields(draft: Draft, view: PolicyView, *, of_site: bool) -> list[Html]:
    """Return the fields of a policy, each with what leaving it alone amounts to."""
    behind = view.behind if of_site else view.site.or_else(view.behind)
    follow = "As the server says" if of_site else "As the site says"
    fields = [
        labelled(
            name,
            label,
            select(
                name,
                (
                    ("", _following(follow, _word(name, getattr(behind, name)))),
                    ("yes", yes.capitalize()),
                    ("no", no.capitalize()),
                ),
                draft.values[name],
            ),
        )
        for name, (label, yes, no) in SWITCHES.items()
    ]
    wrong = draft.wrong == CLOSE_AFTER
    empty = _following(follow.lower(), _closing(behind.close_after))
    after = text_input(
        CLOSE_AFTER,
        draft.values[CLOSE_AFTER],
        inputmode="decimal",
        autocomplete="off",
        aria_invalid="true" if wrong else None,
        aria_describedby="close_after_hint",
        autofocus=wrong,
    )
    hint = element(
        "p", f"0 closes no page; empty is {empty}.", id="close_after_hint", class_="facts"
    )
    return [
        element("input", type="hidden", name="before", value=draft.before),
        element("div", *fields, class_="row"),
        element("div", labelled(CLOSE_AFTER, "Closes after days", after), hint, class_="days"),
        element("button", "Keep", class_="go", name="keep", value="yes"),
    ]


def _following(follow: str, word: str) -> str:
    return f"{follow} ({word})" if word else follow


def _word(name: str, value: bool | None) -> str:
    if value is None:
        return ""
    _, yes, no = SWITCHES[name]
    return yes if value else no


def _closing(after: float | None) -> str:
    return f"{days(after)} days after it was published" if after else "never"


def _applying(view: PolicyView, here: str) -> Html:
    """Return what applies, and where that is said."""
    known = view.own.or_else(view.site).or_else(view.behind)
    entries: list[tuple[str, Html | str | None]] = [
        (label, _with_reason(view, name, _word(name, getattr(known, name))))
        for name, (label, _, _) in SWITCHES.items()
    ]
    closing = _with_reason(view, CLOSE_AFTER, _closing(known.close_after))
    entries.append(("Closes", closing))
    return joined(
        [
            facts(entries),
            element(
                "p",
                f"This is what {here} takes where the page itself does not refuse. A page that does"
                " not say when it was published stays open.",
                class_="facts",
            ),
        ]
    )


def _with_reason(view: PolicyView, name: str, word: str) -> str:
    if getattr(view.own, name) is not None:
        return f"{word}, set for this page"
    if getattr(view.site, name) is not None:
        return f"{word}, set for the site"
    return f"{word}, as the server says" if word else "as the server says"


def _look_up(frame: Frame, typed: str, *, wrong: bool) -> Html:
    field = text_input(
        "url",
        typed,
        inputmode="url",
        autocomplete="off",
        autocapitalize="none",
        spellcheck="false",
        aria_invalid="true" if wrong else None,
        autofocus=wrong,
    )
    return element(
        "form",
        element(
            "div",
            labelled("url", "Address of a page, with settings or without", field),
            element("button", "Show"),
            class_="row",
        ),
        method="get",
        action=frame.address("page_settings"),
        class_="filters",
    )


def _row(frame: Frame, number: int, row: Row) -> Html:
    title = f"page-{number}"
    said = [
        f"{label.lower()} {_word(name, getattr(row.policy, name))}"
        for name, (label, _, _) in SWITCHES.items()
        if getattr(row.policy, name) is not None
    ]
    if row.policy.close_after is not None:
        said.append(f"closes {_closing(row.policy.close_after)}")
    sentence = "; ".join(said)
    return element(
        "li",
        element(
            "a", stranger(row.page), href=frame.address("page_settings", url=row.page), id=title
        ),
        element("p", f"{sentence[:1].upper()}{sentence[1:]}", class_="facts"),
        _reset(frame, row.page, row.before, about=title),
    )


def _reset(frame: Frame, address: str, before: str, *, about: str) -> Html:
    return form(
        frame,
        "keep_settings",
        element("input", type="hidden", name="page", value=address),
        element("input", type="hidden", name="before", value=before),
        element(
            "button", "Reset to the site", name="reset", value="yes", class_="stop",
            aria_describedby=about,
        ),
    )  # fmt: skip


def _more(frame: Frame, following: str, *, started: bool) -> Html | None:
    if not (following or started):
        return None
    first = element("a", "From the first", href=frame.address("settings"))
    more = element("a", "More", href=frame.address("settings", start=following), rel="next")
    return element(
        "div",
        first if started else element("span"),
        more if following else element("span"),
        class_="pages",
        role="navigation",
        aria_label="Pages",
    )
