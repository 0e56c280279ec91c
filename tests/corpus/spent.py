"""The first held-out set, which is held out no more.

It was written without a look at any validator or at the rest of the corpus, and measured once like
that. Then its misses were read and validators written because of them, so that it says no more now
than the corpus does. The pages are in `spent_texts`, and none was changed. Hosts end in
``.example``, so that nothing is measured of what goes by the address alone.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.corpus import spent_made
from tests.corpus.whole_pages import whole_pages

if TYPE_CHECKING:
    from tests.corpus.case import Case

_FOLDER = Path(__file__).with_name("spent_texts")


@cache
def spent() -> tuple[Case, ...]:
    """Return the cases mixed as they would come in; adding one moves none of the others."""
    found = [*spent_made.floods(), *spent_made.networks(), *whole_pages(_FOLDER)]
    return tuple(sorted(found, key=lambda case: hashlib.sha256(case.name.encode()).digest()))
