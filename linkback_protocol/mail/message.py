"""What a mail says: plain text, in which nothing by strangers can do harm."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING

from linkback_protocol.moderation import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.linkback import Linkback
    from linkback_protocol.mail.links import DecisionLinks

SHOWN = 50
"""Linkbacks in one mail; of more it says how many."""
_LINE = 200
_OFFERED = (Decision.APPROVE, Decision.SPAM, Decision.TRASH)


def compose(
    linkbacks: Sequence[Linkback],
    *,
    sender: str,
    recipient: str,
    links: DecisionLinks | None = None,
    moderation: str = "",
) -> EmailMessage:
    """Return a mail about linkbacks that wait, each with its reasons and the links to decide.

    :param moderation: URL of the page where all of them can be seen, or nothing.
    """
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = _subject(linkbacks)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">") or None)
    # No vacation notice shall answer it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    parts = [_about(each, links) for each in linkbacks[:SHOWN]]
    if len(linkbacks) > SHOWN:
        parts.append(f"And {len(linkbacks) - SHOWN} more.")
    if moderation:
        parts.append(f"All of them: {moderation}")
    message.set_content("\n\n\n".join(parts) + "\n")
    return message


def _subject(linkbacks: Sequence[Linkback]) -> str:
    if len(linkbacks) != 1:
        return f"{len(linkbacks)} linkbacks wait for you"
    (only,) = linkbacks
    return f"A {only.protocol} waits for you: {one_line(only.title or only.source, 80)}"


def _about(linkback: Linkback, links: DecisionLinks | None) -> str:
    by = one_line(linkback.sender) or "nobody known"
    title = one_line(linkback.title)
    lines = [
        # Quoted, so that no title passes for a link to decide by.
        f"> {title}" if title else "(without a title)",
        f"from {linkback.source}",
        f"to   {linkback.page}",
        f"{linkback.protocol}, {linkback.received:%Y-%m-%d %H:%M} UTC, sent by {by}",
    ]
    if linkback.excerpt:
        lines += ["", f"> {one_line(linkback.excerpt, 500)}"]
    lines += [""] if linkback.reasons else []
    lines += [
        f"{verdict.action}, {one_line(verdict.by)}: {one_line(verdict.reason)}"
        for verdict in linkback.reasons
    ]
    if links is not None:
        lines.append("")
        lines += [f"{each}: {links.url(linkback.id, each)}" for each in _OFFERED]
    return "\n".join(lines)


def one_line(text: str, length: int = _LINE) -> str:
    """Return a stranger's text for a mail: one line, nothing invisible, cut where it is long."""
    seen = "".join(each if each.isprintable() else " " for each in text[: length + 1])
    seen = " ".join(seen.split())
    return seen if len(seen) <= length else f"{seen[: length - 1]}…"
