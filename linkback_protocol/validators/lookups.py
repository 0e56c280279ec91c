"""Look-ups that take as long as we say: in daemon threads, a few at once, remembered for a while.

No time-out ends `socket.getaddrinfo`. Whoever asks waits no longer than it wants to; the thread
goes on alone, and what it finds in the end is there for the next ping.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

Lookup = Callable[[str], Sequence[str]]
"""Returns what there is for a name or an address, nothing where there is nothing; raises `OSError`
where nobody could tell."""

THREADS = 8
"""Calls at once. One that hangs cannot be stopped, only waited for no longer."""
MAX_ANSWERS = 64
"""Answers that are kept of one look-up."""

_NO_SUCH_NAME = frozenset((socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)))
# h_errno of the resolver: HOST_NOT_FOUND and NO_DATA, which Python has no names for.
_NO_SUCH_ADDRESS = frozenset((1, 4))


def addresses_of(name: str) -> tuple[str, ...]:
    """Return the A and AAAA addresses of a name; nothing where it has none.

    :raises OSError: nobody could tell.
    """
    # The dot keeps the search list of resolv.conf out, which would make up names.
    absolute = f"{name}." if "." in name and not name.endswith(".") else name
    found = socket.getaddrinfo(absolute, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(where[0]) for *_, where in found))


def names_of(address: str) -> tuple[str, ...]:
    """Return the names that an address claims to have (PTR); nothing where it has none.

    :raises OSError: nobody could tell.
    """
    name, aliases, _addresses = socket.gethostbyaddr(address)
    return (name, *aliases)


class BoundedCalls:
    """Runs functions in daemon threads of its own, and waits for them within bounds.

    Safe to share between threads, and to make before a server forks.

    :param threads: calls at once, those included that nobody waits for any more.
    """

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = threads
        self._slots = threading.BoundedSemaphore(threads)
        self._pid = os.getpid()

    def call(self, function: Callable[[], T], *, seconds: float) -> T:
        """Return what `function` returns.

        :raises TimeoutError: no thread is free, or it has not returned in time.
        :raises Exception: whatever it raises.
        """
        if self._pid != os.getpid():
            # A fork takes the semaphore along as it stands, but not the threads that free it.
            self._slots, self._pid = threading.BoundedSemaphore(self._threads), os.getpid()
        slots = self._slots
        ends = time.monotonic() + seconds
        if not slots.acquire(timeout=max(0.0, seconds)):
            raise TimeoutError(f"{self._threads} calls hang")
        answer: Future[T] = Future()

        def run() -> None:
            try:
                result = function()
            except BaseException as error:
                slots.release()
                answer.set_exception(error)
                if not isinstance(error, Exception):
                    raise
            else:
                slots.release()
                answer.set_result(result)

        try:
            threading.Thread(target=run, name="linkback-call", daemon=True).start()
        except RuntimeError as error:
            slots.release()
            raise OSError(f"no thread: {error}") from error
        return answer.result(timeout=max(0.0, ends - time.monotonic()))


class Lookups:
    """Asks `Lookup` functions within bounds and remembers their answers, failures not."""

    def __init__(self) -> None:
        self._calls = BoundedCalls()
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[Lookup, str], tuple[float, tuple[str, ...]]] = OrderedDict()

    def ask(
        self, lookup: Lookup, subject: str, *, until: float, ttl: float, size: int
    ) -> tuple[str, ...]:
        """Return the answers for `subject`, at most `MAX_ANSWERS`.

        :param until: when to give up, in the time of `time.monotonic`.
        :param ttl: seconds that an answer is remembered, also that there is none.
        :param size: answers that are remembered, the newest.
        :raises OSError: nobody could tell; a `TimeoutError` where not in time.
        """
        key = (lookup, subject)
        now = time.monotonic()
        with self._lock:
            known = self._known.get(key)
        if known is not None and now < known[0]:
            return known[1]

        def look_up() -> tuple[str, ...]:
            found = _answers(lookup, subject)
            with self._lock:
                self._known.pop(key, None)
                self._known[key] = (time.monotonic() + ttl, found)
                while len(self._known) > size:
                    self._known.popitem(last=False)
            return found

        return self._calls.call(look_up, seconds=until - now)


def _answers(lookup: Lookup, subject: str) -> tuple[str, ...]:
    try:
        return tuple(lookup(subject)[:MAX_ANSWERS])
    except socket.gaierror as error:
        if error.errno in _NO_SUCH_NAME:
            return ()
        raise
    except socket.herror as error:
        if error.errno in _NO_SUCH_ADDRESS:
            return ()
        raise
    except UnicodeError:
        # A name that the resolver cannot even ask for, as one with a label that is too long.
        return ()


def check_bounds(validator: str, *, seconds: float, ttl: float, size: int) -> None:
    """Make sure that the settings of look-ups make sense.

    :raises ValueError: they do not.
    """
    if seconds <= 0:
        raise ValueError(f"{validator}: seconds is how long look-ups may take; more than 0")
    if ttl < 0:
        raise ValueError(f"{validator}: ttl is how many seconds answers are kept; 0 or more")
    if size < 0:
        raise ValueError(f"{validator}: size is how many answers are kept; 0 or more")
