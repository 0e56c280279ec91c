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
        self._changed = threading.Condition()
        self._jobs: deque[Callable[[], object]] = deque()
        self._idle = 0
        self._started = 0
        self._pid = os.getpid()

    def submit(self, function: Callable[..., object], /, *args: Any) -> bool:
        """Run ``function(*args)`` in a free thread; return whether there was one."""
        self._notice_fork()
        with self._changed:
            if self._closed:
                return False
            if self._idle <= len(self._jobs):
                if self._started >= self.threads:
                    return False
                try:
                    threading.Thread(
                        target=self._work, name=f"linkback-{self._started + 1}", daemon=True
                    ).start()
                except RuntimeError as error:
                    # The system, or an interpreter that is shutting down, grants no thread.
                    logger.warning("no thread for a job: %s", error)
                    return False
                self._started += 1
            self._jobs.append(lambda: function(*args))
            self._changed.notify()
            return True

    def close(self) -> None:
        """Let the threads end after the job they are at; take no more."""
        self._notice_fork()
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _notice_fork(self) -> None:
        if self._pid != os.getpid():
            # Threads do not survive a fork; their locks may not either.
            self._reset()

    def _work(self) -> None:
        try:
            while (job := self._next()) is not None:
                try:
                    job()
                except Exception:
                    # The thread serves the next job whatever this one did.
                    logger.exception("a job failed")
        finally:
            # Also where a job ends its thread by SystemExit: another may take its place.
            with self._changed:
                self._started -= 1

    def _next(self) -> Callable[[], object] | None:
        """Wait for a job; None once the pool is closed."""
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._jobs or self._closed)
            self._idle -= 1
            return self._jobs.popleft() if self._jobs else None
