"""The text round a link, with the link in it, from the page as it was read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.judgement import page_of
from linkback_protocol.page.page import LONG_WORD

if TYPE_CHECKING:
    from datetime import datetime

    from linkback_protocol.linkback import Evidence, Linkback
    from linkback_protocol.page import Link, Page
    from linkback_protocol.stores import Store
    from linkback_protocol.url import URL

LENGTH = 320
"""Characters of a passage."""
_KEPT = 1000
_TEXT_BEHIND = LENGTH + 2 * LONG_WORD
"""Characters that have to follow a link, for its passage to be the same on more of the page."""
_BYTES_BEHIND = 2048
_READ_AT_ONCE = 1 << 20
"""Bytes of pages that are read for one screen; beyond them the stored excerpts have to do."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with a link in it; `linked` is empty where the place of the link is not known.

    `remarks` say what a reader of the source cannot see, as that the link is hidden.
    """

    before: str
    linked: str = ""
    after: str = ""
    remarks: tuple[str, ...] = ()


class Passages:
    """Finds passages, and keeps those of the pages that were read before."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[tuple[int, datetime], Passage] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, linkbacks: list[Linkback]) -> list[Passage]:
        """Return a passage for each linkback, for one screen."""
        left = _READ_AT_ONCE
        found = []
        for linkback in linkbacks:
            passage = self._remembered(linkback)
            if passage is None and linkback.checked is not None and left > 0:
                evidence = self._store.evidence(linkback.id)
                if evidence is not None:
                    left -= len(evidence.body)
                    passage = self._read(linkback, linkback.checked, evidence)
            found.append(passage or Passage(linkback.excerpt))
        return found

    def _remembered(self, linkback: Linkback) -> Passage | None:
        if linkback.checked is None:
            return None
        key = (linkback.id, linkback.checked)
        with self._lock:
            passage = self._known.get(key)
            if passage is not None:
                self._known.move_to_end(key)
            return passage

    def _read(self, linkback: Linkback, checked: datetime, evidence: Evidence) -> Passage:
        passage = read(linkback, evidence)
        with self._lock:
            self._known[linkback.id, checked] = passage
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return passage


def read(linkback: Linkback, evidence: Evidence) -> Passage:
    """Return the passage of a page; without a link to us it is the stored excerpt."""
    target, ours = url.parse(linkback.target), url.parse(linkback.page)
    # Most of what a screen costs is pages that are parsed, and most of a page stands behind.
    beginning = _beginning(evidence, target, ours)
    if beginning is not None:
        page = page_of(beginning)
        links = page.links_to(target, ours)
        if links and len(page.text) - links[-1].end > _TEXT_BEHIND:
            return _passage(page, links)
    page = page_of(evidence)
    links = page.links_to(target, ours)
    if links:
        return _passage(page, links)
    return Passage(linkback.excerpt, remarks=("The page as it was read does not link here.",))


def _beginning(evidence: Evidence, target: URL, ours: URL) -> Evidence | None:
    """Return a page as far as it may link to us; None where all of it has to be read.

    A page of our own host links to us without naming it, and so does one whose base is ours.
    """
    if url.parse(evidence.url).host in (target.host, ours.host):
        return None
    body = evidence.body.lower()
    end = max(body.rfind(host.encode()) for host in (target.host, ours.host)) + _BYTES_BEHIND
    if not _BYTES_BEHIND <= end < len(body) or b"<base" in body:
        return None
    return replace(evidence, body=evidence.body[:end], truncated=True)


def _passage(page: Page, links: list[Link]) -> Passage:
    link = next((each for each in links if not each.hidden), links[0])
    remarks = []
    if link.hidden:
        remarks.append(f"A reader cannot see the link: {link.hidden}.")
    if link.region:
        remarks.append(f"The link stands in the page's {link.region}.")
    if link.end == link.start:
        remarks.append(f"The link shows no text. It says: {link.text}" if link.text else _NO_TEXT)
    if len(links) > 1:
        remarks.append(f"The page links here {len(links)} times.")
    return _marked(page, link, tuple(remarks))


_NO_TEXT = "The link shows no text."


def _marked(page: Page, link: Link, remarks: tuple[str, ...]) -> Passage:
    quoted = page.excerpt(link, length=LENGTH)
    core = quoted.removeprefix("…").removesuffix("…")
    # The same words may stand elsewhere; those round the link are meant.
    at = page.text.find(core, max(0, link.start - len(core)))
    start = link.start - at
    end = min(link.end - at, len(core))
    if at < 0 or not 0 <= start < end:
        return Passage(quoted, remarks=remarks)
    before, after = quoted[: quoted.find(core)], quoted[quoted.find(core) + len(core) :]
    return Passage(before + core[:start], core[start:end], core[end:] + after, remarks)
