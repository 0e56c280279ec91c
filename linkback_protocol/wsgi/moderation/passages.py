"""The texts round the links of a screen."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.judgement import page_of
from linkback_protocol.linkback import Passage
from linkback_protocol.page.passage import passage_of

if TYPE_CHECKING:
    from datetime import datetime

    from linkback_protocol.linkback import Evidence, Linkback
    from linkback_protocol.stores import Store

_KEPT = 1000
_READ_AT_ONCE = 1 << 20
"""Bytes of pages that are read for one screen; beyond them the stored excerpts have to do."""


class Passages:
    """Finds passages: those kept with the pages, and those of pages that were kept without.

    What was found is remembered, since the pages come with it.
    """

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
            if passage is None and linkback.checked is not None:
                evidence = self._store.evidence(linkback.id)
                passage = None if evidence is None else evidence.passage
                if passage is None and evidence is not None and left > 0:
                    left -= len(evidence.body)
                    passage = read(linkback, evidence)
                if passage is not None:
                    self._remember(linkback, linkback.checked, passage)
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

    def _remember(self, linkback: Linkback, checked: datetime, passage: Passage) -> None:
        with self._lock:
            self._known[linkback.id, checked] = passage
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)


def read(linkback: Linkback, evidence: Evidence) -> Passage:
    """Return the passage of a page; without a link to us it is the stored excerpt."""
    page = page_of(evidence)
    found = passage_of(page, page.links_to(url.parse(linkback.target), url.parse(linkback.page)))
    return found or Passage(
        linkback.excerpt, remarks=("The page as it was read does not link here.",)
    )
