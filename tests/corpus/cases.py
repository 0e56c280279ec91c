"""All cases of the corpus, in an order that is always the same."""

from __future__ import annotations

import hashlib
from functools import cache

from tests.corpus import honest, lookalikes, spam_copies, spam_forged, spam_trade, spam_tricks
from tests.corpus.case import Case

__all__ = ["Case", "cases"]

_SOURCES = (
    honest.cases,
    lookalikes.cases,
    spam_copies.splogs,
    spam_copies.copies,
    spam_copies.related,
    spam_copies.aggregators,
    spam_copies.duplicates,
    spam_trade.trade,
    spam_trade.farms,
    spam_trade.floods,
    spam_trade.thin,
    spam_tricks.hidden,
    spam_tricks.cloaked,
    spam_tricks.parked,
    spam_tricks.stuffed,
    spam_forged.forged,
    spam_forged.browsers,
)


@cache
def cases() -> tuple[Case, ...]:
    """Return the cases mixed as they would come in; adding one moves none of the others."""
    found = [case for source in _SOURCES for case in source()]
    return tuple(sorted(found, key=lambda case: hashlib.sha256(case.name.encode()).digest()))
