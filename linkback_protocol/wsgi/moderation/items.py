"""A linkback as the queue shows it."""

from __future__ import annotations

from linkback_protocol import url
from linkback_protocol.linkback import Linkback, Passage, Status, Verdict
from linkback_protocol.moderation import Decision
from linkback_protocol.wsgi.moderation.layout import Frame, button, facts, moment
from linkback_protocol.wsgi.moderation.markup import Html, element, joined, shows, stranger

REL = "noreferrer nofollow noopener"
_WEB = ("http://", "https://")
_KEYS = {
    Decision.APPROVE: "a",
    Decision.SPAM: "s",
    Decision.TRASH: "t",
}
_DECISIONS = {
    Status.RECEIVED: (Decision.APPROVE, Decision.SPAM, Decision.TRASH),
    Status.PENDING: (Decision.APPROVE, Decision.SPAM, Decision.TRASH),
    Status.APPROVED: (Decision.HOLD, Decision.SPAM, Decision.TRASH),
    Status.SPAM: (Decision.RESTORE, Decision.APPROVE, Decision.TRASH),
    Status.TRASH: (Decision.RESTORE, Decision.APPROVE, Decision.SPAM),
    Status.REFUSED: (Decision.HOLD, Decision.APPROVE, Decision.SPAM, Decision.TRASH),
    Status.GONE: (Decision.RESTORE, Decision.SPAM, Decision.TRASH),
}


def outside(address: str, *content: Html) -> Html:
    """Return a link to a stranger's page, which learns nothing from it."""
    text = joined(content) if content else stranger(address)
    if not address.lower().startswith(_WEB):
        return text
    return element("a", text, href=address, rel=REL)


def source_host(linkback: Linkback) -> str:
    """Return the host that a linkback came from, or nothing."""
    try:
        return url.parse(linkback.source).host
    except url.InvalidURL:
        return ""


def item(frame: Frame, linkback: Linkback, passage: Passage) -> Html:
    """Return a linkback of the queue, with its buttons."""
    title = f"title-{linkback.id}"
    host = source_host(linkback)
    box = f"box-{linkback.id}"
    return element(
        "article",
        joined(
            [
                element(
                    "label", "Select ", stranger(shown_title(linkback)), class_="unseen", for_=box
                ),
                element("input", type="checkbox", name="id", value=linkback.id, id=box),
            ]
        ),
        element(
            "div",
            element(
                "h2",
                outside(linkback.source, stranger(shown_title(linkback))),
                id=title,
            ),
            _facts(frame, linkback, host),
            quotation(passage),
            verdicts(linkback.reasons),
            notes(linkback),
            buttons(frame, linkback, host),
        ),
        class_="linkback",
        id=f"linkback-{linkback.id}",
        tabindex="-1",
        aria_labelledby=title,
    )


def shown_title(linkback: Linkback) -> str:
    """Return what to call a linkback: its title, where that can be seen."""
    return linkback.title.strip() if shows(linkback.title) else linkback.source


def _facts(frame: Frame, linkback: Linkback, host: str) -> Html:
    detail = element(
        "a",
        f"{linkback.status}, number {linkback.id}",
        href=frame.address("detail", number=linkback.id),
    )
    of_host = element("a", stranger(host), href=frame.address("queue", status="all", host=host))
    return facts(
        [
            ("From", of_host if host else None),
            ("To", outside(linkback.target)),
            ("By", joined([f"{linkback.protocol}, ", moment(linkback.received)])),
            ("Sender", stranger(linkback.sender) if linkback.sender else None),
            ("Is", detail),
        ]
    )


def quotation(passage: Passage) -> Html | None:
    """Return the text round the link, and what is to be said about the link."""
    quoted = None
    if passage.before or passage.linked or passage.after:
        mark = element("mark", passage.linked) if passage.linked else None
        quoted = element("blockquote", element("bdi", passage.before, mark, passage.after))
    remarks = [element("p", stranger(each), class_="remark facts") for each in passage.remarks]
    return joined([quoted, *remarks])


def verdicts(said: tuple[Verdict, ...]) -> Html | None:
    """Return verdicts as a list."""
    if not said:
        return None
    return element("ul", *map(_verdict, said), class_="reasons")


def _verdict(verdict: Verdict) -> Html:
    return element(
        "li",
        element("span", str(verdict.action), class_=f"action {verdict.action}"),
        joined([stranger(verdict.by), ": "]) if verdict.by else None,
        stranger(verdict.reason),
    )


def notes(linkback: Linkback) -> Html | None:
    """Return the owner's notes, to read."""
    if not linkback.notes:
        return None
    lines = (element("li", stranger(note)) for note in linkback.notes)
    return element("ul", *lines, class_="notes", aria_label="Notes")


def buttons(frame: Frame, linkback: Linkback, host: str) -> Html:
    """Return what can be done about a linkback; they belong into a form of ours."""
    about = f"title-{linkback.id}"
    decide = (
        button(
            decision,
            name="one",
            value=f"{decision} {linkback.id}",
            data_key=_KEYS.get(decision),
            aria_describedby=about,
        )
        for decision in _DECISIONS[linkback.status]
    )
    hosts = frame.address("hosts")
    listed = [
        element(
            "button", f"{label} ", stranger(host), formaction=hosts, name=name, value=linkback.id
        )
        for name, label, offered in (
            ("block", "Block", frame.can_block),
            ("allow", "Allow", frame.can_allow),
        )
        if offered and host
    ]
    return element("div", *decide, *listed, class_="bar")
