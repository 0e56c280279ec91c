from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Fetcher
from linkback_protocol.sender import Sender
from tests.sender.blogs import LOOPBACK, Blog, blog

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def me() -> Iterator[Blog]:
    """Serve the blog that links."""
    with blog() as served:
        yield served


@pytest.fixture
def other() -> Iterator[Blog]:
    """Serve a blog that is linked to."""
    with blog() as served:
        yield served


@pytest.fixture
def sender() -> Sender:
    return Sender(fetcher=Fetcher(allow=LOOPBACK, deadline=5.0), deadline=10.0)
