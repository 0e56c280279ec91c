from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkback_protocol.fetch import Fetcher
from tests.fetch.support import LOOPBACK
from tests.hostile_server import HostileServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allow=LOOPBACK, deadline=5.0)


@pytest.fixture
def hasty() -> Fetcher:
    """Return a fetcher for what never ends; long enough for any honest step on loopback."""
    return Fetcher(allow=LOOPBACK, deadline=0.4)
