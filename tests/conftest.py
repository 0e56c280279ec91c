from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol import Fetcher, Limits, MemoryStore, Receiver, SQLiteStore
from tests.peers import LOOPBACK, SourceSite, source_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from linkback_protocol import Store

SITE = "http://blog.example/"


@pytest.fixture
def source() -> Iterator[SourceSite]:
    with source_site() as site:
        yield site


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "linkbacks.db")
    yield made
    made.close()


@pytest.fixture
def make_receiver(store: Store) -> Iterator[Callable[..., Receiver]]:
    """Make receivers that may fetch from loopback, quickly and without limits unless told."""
    made: list[Receiver] = []

    def make(**settings: Any) -> Receiver:
        defaults: dict[str, Any] = {
            "store": store,
            "site": SITE,
            "fetcher": Fetcher(allow=LOOPBACK, deadline=5.0),
            "limits": Limits.off(),
            "failure_time": 0.0,
        }
        receiver = Receiver(**(defaults | settings))
        made.append(receiver)
        return receiver

    yield make
    for receiver in made:
        receiver.close()
