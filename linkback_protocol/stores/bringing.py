"""A linkback from elsewhere as a new row of the table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from linkback_protocol.linkback import MAX_MOVES
from linkback_protocol.stores import rows
from linkback_protocol.url import parse

if TYPE_CHECKING:
    from linkback_protocol.linkback import Linkback


def new_row(linkback: Linkback, *, due: float) -> dict[str, Any]:
    """Return every column of a new row but its id.

    :raises InvalidURL: the source, the target or the page is none.
    """
    source, page = parse(linkback.source), parse(linkback.page)
    # Whoever judges or looks again reads it back by the same rule, and must not fail then.
    parse(linkback.target)
    return {
        "protocol": linkback.protocol,
        "source": linkback.source,
        "target": rows.storable(linkback.target),
        "page": linkback.page,
        "status": linkback.status,
        "title": rows.storable(linkback.title),
        "excerpt": rows.storable(linkback.excerpt),
        "site_name": rows.storable(linkback.site_name),
        "sender": rows.storable(linkback.sender),
        "received": linkback.received.timestamp(),
        "updated": linkback.updated.timestamp(),
        "history": rows.write_history(linkback.history[-MAX_MOVES:]),
        "browser": rows.storable(linkback.browser),
        "user_agent": rows.storable(linkback.user_agent),
        "notes": json.dumps([rows.storable(note) for note in linkback.notes], ensure_ascii=False),
        "checked": linkback.checked.timestamp() if linkback.checked else 0.0,
        "decided_by": rows.storable(linkback.decided_by),
        "source_key": source.key,
        "page_key": page.key,
        "source_host": source.host,
        "due": due,
    }
