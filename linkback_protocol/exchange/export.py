"""Linkbacks as JSON and CSV, and spam hosts for search engines; all of it piece by piece."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final

from linkback_protocol import render
from linkback_protocol.linkback import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linkback_protocol.linkback import Linkback
    from linkback_protocol.stores import Store

_PAGE = 500
"""Linkbacks read at once, so that a million take no memory."""
_ALL: Final = 2**62
"""More than there are."""
MAX_LINES = 100_000
"""Lines that Google takes in a file of links to disavow, with comments and empty ones."""
MAX_BYTES = 2_000_000
_ROOM = 200
"""Bytes kept for the last comment."""

_COLUMNS: Final = (
    *("id", "protocol", "status", "source", "target", "page", "title", "excerpt", "site_name"),
    *("sender", "browser", "user_agent", "received", "updated", "checked", "decided_by"),
    *("reasons", "notes"),
)
# What makes a cell a formula in one spreadsheet or another, and the mark that keeps it from that.
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
_MARK: Final = "'"


def everything(
    store: Store,
    *,
    status: Sequence[Status] = (),
    page: str | None = None,
    newest: bool = False,
) -> Iterator[Linkback]:
    """Return linkbacks as `Store.find` does, but all of them, a page at a time."""
    start: int | None = None
    while True:
        found = store.find(status=status, page=page, newest=newest, start=start, limit=_PAGE)
        if not found:
            return
        yield from found
        start = found[-1].id


def to_json(linkbacks: Iterable[Linkback], *, public: bool = False) -> Iterator[str]:
    """Return an array, one linkback a line.

    In ASCII, with every field of `linkback_protocol.render.to_dict`, so that it can be brought in
    again.

    :param public: leave out what is for the owner alone, as `linkback_protocol.render.to_json`.
    """
    separator = "[\n"
    for linkback in linkbacks:
        found = json.loads(render.to_json([linkback]))[0] if public else render.to_dict(linkback)
        yield separator + json.dumps(found)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def to_csv(linkbacks: Iterable[Linkback]) -> Iterator[str]:
    """Return a table that is safe to open: no cell is a formula.

    An apostrophe stands before a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a
    carriage return, or with an apostrophe of its own; programs drop it to have what was there.
    Reasons and notes stand in one cell each, a line for each of them.
    """
    row = io.StringIO(newline="")
    writer = csv.writer(row)
    writer.writerow(_COLUMNS)
    for linkback in linkbacks:
        yield row.getvalue()
        row.seek(0)
        row.truncate()
        fields = render.to_dict(linkback)
        fields["decided_by"] = linkback.decided_by
        fields["reasons"] = "\n".join(
            f"{verdict.action} by {verdict.by}: {verdict.reason}" for verdict in linkback.reasons
        )
        fields["notes"] = "\n".join(linkback.notes)
        fields["checked"] = fields["checked"] or ""
        writer.writerow([_harmless(str(fields[name])) for name in _COLUMNS])
    yield row.getvalue()


def _harmless(text: str) -> str:
    return _MARK + text if text.startswith((*_FORMULAS, _MARK)) else text


def to_disavow(store: Store) -> Iterator[str]:
    """Return a file for Google's tool that disavows links: hosts that sent nothing but spam.

    A host is left out where a linkback from it or from a host below it is approved, since a line
    counts for all hosts below its own; so are addresses, which have no domain. Hosts with most spam
    come first, up to what Google takes; takes memory for the names of the hosts alone.
    """
    counted = store.tally(
        ["source_host", "status"], status=[Status.SPAM, Status.APPROVED], limit=_ALL
    )
    good = {
        parent
        for (host, status), _ in counted
        if status == Status.APPROVED
        for parent in _with_parents(host)
    }
    bad = [(host, number) for (host, status), number in counted if status == Status.SPAM]
    named = [(host, number) for host, number in bad if not _is_address(host)]
    listed = [(host, number) for host, number in named if host not in good]
    head = (
        "# Hosts whose linkbacks are spam, and none of them approved.\n"
        f"# Hosts: {len(listed)}. Linkbacks from them: {sum(number for _, number in listed)}.\n"
        f"# Left out, since something from there is approved: {len(named) - len(listed)}.\n"
        f"# Left out, since an address is no domain: {len(bad) - len(named)}.\n"
    )
    yield head
    lines, size, last = head.count("\n"), len(head), 0
    for written, (host, number) in enumerate(listed):
        line = f"domain:{host}\n"
        if number != last:
            line = f"# Spam from each: {number}\n{line}"
        lines += line.count("\n")
        size += len(line)
        if lines >= MAX_LINES or size > MAX_BYTES - _ROOM:
            yield f"# Left out, since the file may not be longer: {len(listed) - written} hosts.\n"
            return
        last = number
        yield line


def _with_parents(host: str) -> Iterator[str]:
    while host:
        yield host
        host = host.partition(".")[2]


def _is_address(host: str) -> bool:
    return ":" in host or host.rpartition(".")[2].isdigit()
