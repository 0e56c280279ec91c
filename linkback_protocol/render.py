"""Showing linkbacks: as JSON for programs, as HTML for a page.

Everything in a linkback is plain text by strangers. It becomes HTML here, escaped, and nowhere
else.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linkback_protocol.linkback import Linkback, Verdict

_PRIVATE = ("sender", "browser", "user_agent", "checked", "reasons", "history", "notes")
REL = "nofollow ugc noopener"
"""What the links say of themselves: no endorsement, user-generated, no handle on our window."""


def to_dict(linkback: Linkback) -> dict[str, Any]:
    """Return a linkback as JSON has it; times in ISO 8601, UTC."""
    return {
        "id": linkback.id,
        "protocol": str(linkback.protocol),
        "source": linkback.source,
        "target": linkback.target,
        "page": linkback.page,
        "status": str(linkback.status),
        "title": linkback.title,
        "excerpt": linkback.excerpt,
        "site_name": linkback.site_name,
        "sender": linkback.sender,
        "browser": linkback.browser,
        "user_agent": linkback.user_agent,
        "received": linkback.received.isoformat(timespec="seconds"),
        "updated": linkback.updated.isoformat(timespec="seconds"),
        "checked": None
        if linkback.checked is None
        else linkback.checked.isoformat(timespec="seconds"),
        "reasons": _verdicts(linkback.reasons),
        "history": [
            {
                "at": move.at.isoformat(timespec="seconds"),
                "status": str(move.status),
                "by": move.by,
                "reasons": _verdicts(move.reasons),
            }
            for move in linkback.history
        ],
        "notes": list(linkback.notes),
    }


def _verdicts(verdicts: Iterable[Verdict]) -> list[dict[str, str]]:
    return [
        {"action": str(verdict.action), "reason": verdict.reason, "by": verdict.by}
        for verdict in verdicts
    ]


def to_json(linkbacks: Iterable[Linkback], *, public: bool = True) -> str:
    """Return a JSON array.

    :param public: leave out what is for the owner alone, as the sender's address, the reasons, the
        notes.
    """
    dicts = [to_dict(linkback) for linkback in linkbacks]
    if public:
        for found in dicts:
            for name in _PRIVATE:
                del found[name]
    return json.dumps(dicts, ensure_ascii=False)


def to_html(linkbacks: Iterable[Linkback], *, heading: str = "Linkbacks") -> str:
    """Return a section with a list of links and excerpts; nothing where there are none.

    Every text is escaped; the addresses are http or https, since a store holds no others.
    """
    items = "".join(map(_item, linkbacks))
    if not items:
        return ""
    return (
        f'<section class="linkbacks">\n<h2>{escape(heading)}</h2>\n<ol>\n{items}</ol>\n</section>\n'
    )


def _item(linkback: Linkback) -> str:
    title = escape(linkback.title or linkback.source)
    site = f' <span class="linkback-site">{escape(linkback.site_name)}</span>'
    excerpt = f"\n<blockquote>{escape(linkback.excerpt)}</blockquote>"
    day = linkback.received.date().isoformat()
    return (
        f'<li class="linkback linkback-{linkback.protocol}" id="linkback-{linkback.id}">'
        f'<a href="{escape(linkback.source)}" rel="{REL}">{title}</a>'
        f"{site if linkback.site_name else ''}"
        f' <time datetime="{day}">{day}</time>'
        f"{excerpt if linkback.excerpt else ''}</li>\n"
    )
