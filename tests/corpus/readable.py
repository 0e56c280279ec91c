"""Readable spam on hosts that nobody knows: what gets through where there is no crude sign.

Firms, comparisons, promises and texts by machines, with a link to us for no reason. It was written
while the validators were made that are for it, in two parts; of each it was measured how much was
stopped at first sight, before anything was changed because of it: 3 of 36, then 10 of 20. No honest
page belongs to it; those that look like it are in `lookalikes`.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.corpus.whole_pages import whole_pages

if TYPE_CHECKING:
    from tests.corpus.case import Case

_FOLDER = Path(__file__).with_name("readable_texts")


@cache
def readable() -> tuple[Case, ...]:
    """Return the cases mixed as they would come in; adding one moves none of the others."""
    found = whole_pages(_FOLDER)
    return tuple(sorted(found, key=lambda case: hashlib.sha256(case.name.encode()).digest()))
