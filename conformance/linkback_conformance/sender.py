"""What is tried: a command, a function, or a person with a blog, told to ping what a page links to.

None of them says what it did. That is seen where the pings arrive; a sender only has to come to an
end, so that something which did not arrive means something.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import shlex
import shutil
import signal
import subprocess
import threading
import time
import traceback
from abc import ABC, abstractmethod
from typing import IO, TYPE_CHECKING, Final

from linkback_conformance.errors import UsageError
from linkback_conformance.importing import imported
from linkback_conformance.verdict import SenderRun

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

MAX_OUTPUT: Final = 16 * 1024
"""Bytes of what a sender says that are kept."""
LEFT_OUT: Final = "(left out)"
_PLACES: Final = ("{source}", "{target}")


class Sender(ABC):
    """Something that sends pings when it is told to."""

    name: str
    """As reports call it, without what may be secret."""
    options: str
    """What names it on the command line, likewise."""
    patient: bool = False
    """Whether it may still be at work when it says that it has ended."""
    publishes: bool = False
    """Whether the pages that link are its own, and not the suite's."""
    shared: bool = False
    """Whether all runs are in one process, so that they may have connections and limits in common.
    """
    reads: bool = False
    """Whether it finds the links in the suite's page by itself, and is not told each of them."""

    @abstractmethod
    def tell(
        self, source: str, targets: Sequence[str], about: str, timeout: float
    ) -> list[SenderRun]:
        """Let it ping what a page links to; return when it has ended, or was given up.

        ``about`` says to a person what the links are for; ``timeout`` is in seconds, for each run.
        Raises `UsageError` where it cannot even be started.
        """

    def starting(self, count: int) -> None:
        """Take note that so many cases begin, each of which may tell it something."""
        del count

    def finished(self) -> None:
        """Take note that a case has ended."""
        return


class CommandSender(Sender):
    """A command, run without a shell, once for each link, or once for each page.

    ``template`` holds ``{source}``, and ``{target}`` if the command is to be told the link.
    """

    def __init__(self, template: str) -> None:
        try:
            self._words = shlex.split(template)
        except ValueError as error:
            message = f"--run {template!r} cannot be read: {error}"
            raise UsageError(message) from None
        if not self._words or "{source}" not in template:
            message = "--run needs a command with {source} in it, and with {target} if it takes one"
            raise UsageError(message)
        if shutil.which(self._words[0]) is None:
            message = f"there is no command {self._words[0]!r} to run; is it in the PATH?"
            raise UsageError(message)
        self._per_link = "{target}" in template
        self.reads = not self._per_link
        # Its arguments may hold a password; reports are for everybody.
        self._shown = [
            word if number == 0 or word in _PLACES else LEFT_OUT
            for number, word in enumerate(self._words)
        ]
        self.name = " ".join(self._shown)
        self.options = f"--run {shlex.quote(self.name)}"

    def tell(
        self, source: str, targets: Sequence[str], about: str, timeout: float
    ) -> list[SenderRun]:
        """Run it to its end, or stop it with everything that it has started."""
        del about
        if not self._per_link:
            return [self._run({"{source}": source}, timeout)]
        return [self._run({"{source}": source, "{target}": target}, timeout) for target in targets]

    def _run(self, places: dict[str, str], timeout: float) -> SenderRun:
        words = [_filled(word, places) for word in self._words]
        started = time.monotonic()
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            message = f"the command {words[0]!r} cannot be started: {error}"
            raise UsageError(message) from None
        with process:
            kept = bytearray()
            reader = threading.Thread(target=_keep, args=(process.stdout, kept), daemon=True)
            reader.start()
            try:
                status: int | None = process.wait(timeout)
            except subprocess.TimeoutExpired:
                status = None
                _stop(process)
            # Something that it left behind may hold its output open.
            reader.join(0.5)
        ended = status is not None
        return SenderRun(
            told=shlex.join(_filled(word, places) for word in self._shown),
            ended=ended,
            outcome=f"exit status {status}" if ended else f"stopped after {timeout:g} s",
            output=bytes(kept).decode("utf-8", "backslashreplace"),
            seconds=time.monotonic() - started,
        )


def _filled(word: str, places: dict[str, str]) -> str:
    for place, value in places.items():
        word = word.replace(place, value)
    return word


def _stop(process: subprocess.Popen[bytes]) -> None:
    # Where there are process groups, what it has started goes with it.
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _keep(stream: IO[bytes] | None, kept: bytearray) -> None:
    with contextlib.suppress(OSError, ValueError):
        while stream is not None and (piece := stream.read1(4096)):  # type: ignore[attr-defined]
            kept += piece[: MAX_OUTPUT - len(kept)]


class FunctionSender(Sender):
    """A Python function of the address of a page that links, and of the link if it takes one.

    One with a true attribute ``publishes`` is a blog of its own instead: it gets a list of links,
    and publishes a post with them.
    """

    shared = True

    def __init__(self, name: str) -> None:
        function = imported("py", name, "FUNCTION")
        if not callable(function):
            message = f"py:{name} is {type(function).__name__}, not a function"
            raise UsageError(message)
        self._function: Callable[..., object] = function
        self.publishes = bool(getattr(function, "publishes", False))
        self._per_link = _takes(function, 2)
        self.reads = not self._per_link
        if not self._per_link and not _takes(function, 1):
            message = f"py:{name} takes neither (source, target) nor (source)"
            raise UsageError(message)
        self.name = f"py:{name}"
        self.options = self.name

    def tell(
        self, source: str, targets: Sequence[str], about: str, timeout: float
    ) -> list[SenderRun]:
        """Call it in a thread; one that does not return is left behind."""
        del about
        if self.publishes:
            return [self._call((list(targets),), timeout)]
        if not self._per_link:
            return [self._call((source,), timeout)]
        return [self._call((source, target), timeout) for target in targets]

    def _call(self, arguments: tuple[object, ...], timeout: float) -> SenderRun:
        outcome: list[tuple[str, str]] = []

        def call() -> None:
            try:
                returned = self._function(*arguments)
            except BaseException as error:
                outcome.append((f"raised {type(error).__name__}", traceback.format_exc(limit=-5)))
            else:
                outcome.append(("returned", "" if returned is None else repr(returned)))

        started = time.monotonic()
        thread = threading.Thread(target=call, daemon=True, name="sender")
        thread.start()
        thread.join(timeout)
        how, output = outcome[0] if outcome else (f"did not return within {timeout:g} s", "")
        return SenderRun(
            told=f"{self.name}({', '.join(map(repr, arguments))})",
            ended=bool(outcome),
            outcome=how,
            output=output[:MAX_OUTPUT],
            seconds=time.monotonic() - started,
        )


def _takes(function: Callable[..., object], count: int) -> bool:
    try:
        inspect.signature(function).bind(*("x",) * count)
    except TypeError:
        return False
    except ValueError:
        # What is written in C does not always say.
        return count == len(_PLACES)
    return True


class _Batch:
    def __init__(self) -> None:
        self.links: list[tuple[str, str]] = []
        self.told = threading.Event()
        self.ended = False


class InteractiveSender(Sender):
    """A person, who publishes a post with the links that are shown, and says when that is done.

    All cases that run at the same time share one list. ``ask`` shows a text, waits for the person,
    and returns whether there was one.
    """

    patient = True
    publishes = True

    def __init__(self, ask: Callable[[str], bool]) -> None:
        self.name = "a sender of a person"
        self.options = "--interactive"
        self._ask = ask
        self._lock = threading.Lock()
        self._batch = _Batch()
        self._active = 0
        self._waiting = 0
        self._shown = 0

    def starting(self, count: int) -> None:
        """Count the cases whose links belong on the next list."""
        with self._lock:
            self._active += count

    def finished(self) -> None:
        """Show the list, if every other case waits for that."""
        with self._lock:
            self._active -= 1
        self._show_if_complete()

    def tell(
        self, source: str, targets: Sequence[str], about: str, timeout: float
    ) -> list[SenderRun]:
        """Put links on the list, and return when the person says that they are published."""
        del source, timeout
        started = time.monotonic()
        with self._lock:
            batch = self._batch
            batch.links += [(target, about) for target in targets]
            self._waiting += 1
        self._show_if_complete()
        batch.told.wait()
        return [
            SenderRun(
                told=f"link to {', '.join(targets)}",
                ended=batch.ended,
                outcome="said to be published" if batch.ended else "nobody was there",
                seconds=time.monotonic() - started,
            )
        ]

    def _show_if_complete(self) -> None:
        with self._lock:
            if not self._waiting or self._waiting < self._active:
                return
            batch, self._batch, self._waiting = self._batch, _Batch(), 0
            first, self._shown = self._shown + 1, self._shown + len(batch.links)
        lines = [
            f"{number:4}  {target}\n      {about}"
            for number, (target, about) in enumerate(batch.links, first)
        ]
        text = "\n".join(
            ["Publish a post that links to all of these, exactly as they are written:", *lines]
        )
        try:
            batch.ended = self._ask(text)
        finally:
            batch.told.set()


def opened(given: argparse.Namespace, ask: Callable[[str], bool]) -> Sender:
    """Return the sender that the options name; raises `UsageError` where that is not just one."""
    named = [name for name in (given.sender, given.run, given.interactive) if name]
    if len(named) != 1:
        message = "give one sender: py:MODULE:FUNCTION, --run 'COMMAND {source} {target}', or "
        message += "--interactive"
        raise UsageError(message)
    if given.interactive:
        return InteractiveSender(ask)
    if given.run:
        return CommandSender(given.run)
    kind, _, rest = given.sender.partition(":")
    if kind != "py":
        message = f"{given.sender!r} is no sender: give py:MODULE:FUNCTION, --run or --interactive"
        raise UsageError(message)
    return FunctionSender(rest)
