"""Hands accepted pings that nobody verifies yet to the executor, as long as the process lives."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING

from linkback_protocol.errors import StoreError
from linkback_protocol.linkback import Linkback, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_protocol.executor import Executor
    from linkback_protocol.limits import Retention
    from linkback_protocol.stores import Store

logger = logging.getLogger(__name__)

POLL = 5.0
"""Seconds after which the store is asked for work that another process left, at the latest."""
DAY = 86400.0


def expire(store: Store, retention: Retention, *, now: float) -> dict[str, int]:
    """Delete what was kept long enough; return how many of what."""
    return {
        "refused": store.expire(Status.REFUSED, before=now - retention.refused),
        "spam": store.expire(Status.SPAM, before=now - retention.spam),
        "trash": store.expire(Status.TRASH, before=now - retention.trash),
        "evidence": store.expire_evidence(before=now - retention.evidence),
    }


class Dispatcher:
    """One daemon thread that claims due pings from the store and submits them.

    Pings become due when their process died, when the fetch budget made them wait, or when the
    executor had no room. The thread starts at the first `start` of each process, so that a server
    may fork before.

    :param verify: gets the id of a claimed linkback, in the executor.
    :param claim: seconds after which a claimed ping counts as abandoned.
    :param retention: how long what nobody is shown is kept.
    """

    def __init__(
        self,
        store: Store,
        executor: Executor,
        verify: Callable[[int], None],
        *,
        claim: float,
        retention: Retention,
    ) -> None:
        self._store = store
        self._executor = executor
        self._verify = verify
        self._claim = claim
        self._retention = retention
        self._expire_at = 0.0
        self._refused = False
        self._pid = 0
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closed = threading.Event()

    def start(self) -> None:
        """Start the thread, once in each process."""
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid == os.getpid() or self._closed.is_set():
                return
            self._pid = os.getpid()
            self._wake = threading.Event()
            self._thread = threading.Thread(
                target=self._run, name="linkback-dispatcher", daemon=True
            )
            self._thread.start()

    def wake(self) -> None:
        """Look for work now: something became due."""
        self._wake.set()

    def make_room(self) -> None:
        """Look for work if some was refused for want of room: a job ended."""
        if self._refused:
            self._refused = False
            self._wake.set()

    def leave(self, linkback: Linkback) -> None:
        """Give back a ping that the executor has no room for."""
        self._store.postpone(linkback.id, due=time.time())
        self._refused = True
        self.wake()

    def pause(self, seconds: float) -> None:
        """Wait, unless the dispatcher is closed meanwhile."""
        if seconds > 0:
            self._closed.wait(seconds)

    def close(self) -> None:
        """End the thread after the step it is at, so that the store may be closed."""
        self._closed.set()
        self.wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=POLL)

    def _run(self) -> None:
        while not self._closed.is_set():
            self._wake.clear()
            try:
                wait = self._step()
            except StoreError:
                logger.exception("the store failed; trying again in %.0f s", POLL)
                wait = POLL
            if wait > 0:
                self._wake.wait(wait)

    def _step(self) -> float:
        """Submit one due ping; return the seconds until there may be another."""
        now = time.time()
        if now >= self._expire_at:
            expire(self._store, self._retention, now=now)
            self._expire_at = now + DAY
        linkback = self._store.claim(now=now, until=now + self._claim)
        if linkback is None:
            due = self._store.next_due()
            return POLL if due is None else min(POLL, max(0.01, due - now))
        self._refused = True
        if self._executor.submit(self._verify, linkback.id) is False:
            self._store.postpone(linkback.id, due=now)
            return POLL
        self._refused = False
        return 0.0
