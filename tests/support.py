"""Waiting for what happens in the background, without guessing how long it takes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NEVER = threading.Event()


def wait_until(condition: Callable[[], object], *, timeout: float = 15.0) -> None:
    """Return as soon as `condition` holds; fail when it does not within `timeout` seconds."""
    give_up = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        _NEVER.wait(0.01)
