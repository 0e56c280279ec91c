"""Where verification runs: anything with `submit`; by default a few threads of our own."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)


class Executor(Protocol):
    """Runs jobs somewhere else: a thread pool, a process pool, a task queue.

    The receiver never relies on a job being run: what is accepted is in the store, and what no
    executor finished is handed out again.
    """

    def submit(self, function: Callable[..., object], /, *args: Any) -> object:
        """Run ``function(*args)`` soon; return False, and run nothing, where there is no room."""
        ...


class WorkerPool:
    """A bounded pool of daemon threads without a queue: what finds no free thread is refused.

    A backlog in memory would be lost with the process and would make an honest ping wait behind a
    hundred slow ones; the backlog is in the store. Threads start when first needed, so a pool may
    be made before a server forks.

    :param threads: jobs that run at once.
    """

    def __init__(self, threads: int = 8) -> None:
        if threads < 1:
            raise ValueError(f"a pool needs at least one thread, not {threads}")
        self.threads = threads
        self._closed = False
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._changed = threading.Condition()
        self._jobs: deque[Callable[[], object]] = deque()
        self._idle = 0
        self._started = 0

    def submit(self, function: Callable[..., object], /, *args: Any) -> bool:
        """Run ``function(*args)`` in a free thread; return whether there was one."""
        if self._pid != os.getpid():
            # Threads do not survive a fork; their locks may not either.
            self._reset()
        with self._changed:
            if self._closed:
                return False
            if self._idle <= len(self._jobs):
                if self._started >= self.threads:
                    return False
                self._started += 1
                threading.Thread(
                    target=self._work, name=f"linkback-{self._started}", daemon=True
                ).start()
            self._jobs.append(lambda: function(*args))
            self._changed.notify()
            return True

    def close(self) -> None:
        """Let the threads end after the job they are at; take no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                self._changed.wait_for(lambda: self._jobs or self._closed)
                self._idle -= 1
                if not self._jobs:
                    return
                job = self._jobs.popleft()
            try:
                job()
            except Exception:
                # The thread serves the next job whatever this one did.
                logger.exception("a job failed")
