"""`Outbox`: sends each link once, tries again what failed for now, and survives its own end.

Before anything is sent, every link of an article is on the disk; what a process leaves behind that
is killed, the next one sends. A ping that may have gone out when the process died is sent once
more and no oftener: the receiver answers that it has it (PB fault 48), which counts as delivered.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from linkback_protocol import url as urls
from linkback_protocol.errors import FetchError
from linkback_protocol.executor import Executor, WorkerPool
from linkback_protocol.sender.article import ArticleLink
from linkback_protocol.sender.delivery import Delivery, Outcome
from linkback_protocol.sender.outbox_file import Entry, OutboxFile, State
from linkback_protocol.sender.retry import Retry
from linkback_protocol.sender.sender import Sender, given_endpoint, too_late

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence

    from linkback_protocol.fetch import Deadline
    from linkback_protocol.sender.article import Article

logger = logging.getLogger(__name__)

_AT_ONCE = 500
"""Entries that are read at once, so that a long list takes no memory."""
_GRACE = 10.0
"""Seconds beyond its deadline until a delivery is taken from the process that has it."""


def _ignore(_delivery: Delivery) -> None:
    """Listen to nothing."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of an article's links.

    `deliveries` were tried now, or are skipped, in the order of the article. `before` was done, or
    given up, earlier: it is not sent again. `elsewhere` is being sent by another process. `removed`
    are links that the article had when it was last sent for, and has no more; there is no message
    for that in either protocol.
    """

    deliveries: list[Delivery]
    before: list[Entry]
    elsewhere: list[Entry]
    removed: list[Entry]


class Outbox:
    """Remembers what was sent, in the file of a store; safe to share between threads.

    :param path: the file, of a `linkback_protocol.SQLiteStore` or of its own; made where missing.
    :param sender: sends.
    :param retry: when to try again.
    :param executor: runs what is to be sent `later`; by default two threads.
    :param clock: seconds since the epoch.
    :raises StoreError: the file cannot be used.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        sender: Sender,
        *,
        retry: Retry | None = None,
        executor: Executor | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.sender = sender
        self.file = OutboxFile(path)
        self._retry = retry or Retry()
        self._executor = executor or WorkerPool(2)
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what is being sent in the background is sent again some time."""
        if isinstance(self._executor, WorkerPool):
            self._executor.close()
        self.file.close()

    def send(
        self,
        source: str,
        html: str | bytes | None = None,
        *,
        to: Sequence[str] = (),
        force: bool = False,
        listener: Callable[[Delivery], object] = _ignore,
    ) -> Published:
        """Notify the pages that the article at `source` links to, unless that was done before.

        :param source: public address of the page; receivers fetch it, so publish it first.
        :param html: its content; without it the page is fetched.
        :param to: only these links of the article.
        :param force: send again what was delivered or given up.
        :param listener: shown each delivery as soon as it is known, from any thread.
        :raises ValueError: `source`, or one of `to`, is no address of a page.
        :raises FetchError: `source` cannot be read.
        :raises StoreError: the file cannot be read or written; what was not sent still waits.
        """
        article = self.sender.read(source, html)
        return self.send_article(article, to=to, force=force, listener=listener)

    def send_article(
        self,
        article: Article,
        *,
        to: Sequence[str] = (),
        force: bool = False,
        listener: Callable[[Delivery], object] = _ignore,
    ) -> Published:
        """Notify the pages that an article links to; see `send`."""
        queued, skipped, removed = self._take_in(article, to=to, force=force)
        for delivery in skipped:
            listener(delivery)
        waiting = [entry for entry in queued if entry.state in (State.WAITING, State.SENDING)]
        sent = self._deliver(waiting, listener=listener)
        return Published(
            deliveries=[*(sent[each.id] for each in waiting if each.id in sent), *skipped],
            before=[each for each in queued if each.state in (State.DONE, State.FAILED)],
            elsewhere=[each for each in waiting if each.id not in sent],
            removed=removed,
        )

    def send_trackback(
        self,
        source: str,
        address: str,
        html: str | bytes | None = None,
        *,
        force: bool = False,
    ) -> Published:
        """Send a trackback to an address that the author was given, unless that was done before.

        Raises as `send`.
        """
        endpoint = given_endpoint(address)
        article = self.sender.read(source, html)
        links = [(ArticleLink(address, endpoint.url), str(endpoint.url))]
        entries = self.file.queue(
            article.url, links, self.sender.form(article), force=force, now=self._clock()
        )
        waiting = [each for each in entries if each.state in (State.WAITING, State.SENDING)]
        sent = self._deliver(waiting)
        return Published(
            deliveries=list(sent.values()),
            before=[each for each in entries if each not in waiting],
            elsewhere=[each for each in waiting if each.id not in sent],
            removed=[],
        )

    def later(self, source: str, html: str | bytes | None = None) -> None:
        """Notify the pages that an article links to soon, in the background.

        When this returns, it is on the disk: what this process does not get to, the next
        `retry_due` does, here or elsewhere.

        :raises ValueError: `source` is no address of a page.
        :raises StoreError: the file cannot be written; nothing will be sent.
        """
        if html is None:
            try:
                address = urls.parse(source)
            except urls.InvalidURL as error:
                raise ValueError(f"{source[:200]!r} is no address of a page: {error}") from error
            self.file.read_later(address, now=self._clock())
        else:
            self._take_in(self.sender.read(source, html), to=(), force=False)
        if self._executor.submit(self.retry_due) is False:
            logger.info("no thread is free to send for %s; it waits for the next turn", source)

    def retry_due(
        self, *, listener: Callable[[Delivery], object] = lambda _delivery: None
    ) -> list[Delivery]:
        """Send what waits and is due, and read the sources that were left for later.

        To be called now and then, by a scheduler or as ``linkback outbox retry``; any number of
        processes may do so at once.

        :raises StoreError: the file cannot be read or written.
        """
        for source, asked in self.file.to_read(now=self._clock()):
            self._read(source, asked)
        # After that: what was just read is due.
        now = self._clock()
        done: list[Delivery] = []
        start = 0
        while ids := self.file.due(now=now, start=start, limit=_AT_ONCE):
            entries = [entry for each in ids if (entry := self.file.get(each)) is not None]
            done += self._deliver(entries, listener=listener).values()
            start = ids[-1]
        return done

    def catch_up(self, article: Article) -> None:
        """Count the links of an article as sent, without sending anything."""
        links, _ = self.sender.choose(article)
        self.file.queue(
            article.url,
            [(link, "") for link in links],
            self.sender.form(article),
            force=False,
            now=self._clock(),
            settled=True,
        )

    def retry(
        self,
        entry_ids: Iterable[int],
        *,
        listener: Callable[[Delivery], object] = _ignore,
    ) -> list[Delivery]:
        """Send some entries now, whatever became of them before."""
        ids = list(entry_ids)
        self.file.wait_again(ids, now=self._clock())
        entries = [entry for each in ids if (entry := self.file.get(each)) is not None]
        return list(self._deliver(entries, listener=listener).values())

    def _take_in(
        self, article: Article, *, to: Sequence[str], force: bool
    ) -> tuple[list[Entry], list[Delivery], list[Entry]]:
        """Keep the links of an article on the disk; return them, those skipped, those removed."""
        links, skipped = self.sender.choose(article, to=to)
        now = self._clock()
        entries = self.file.queue(
            article.url,
            [(link, "") for link in links],
            self.sender.form(article),
            force=force,
            now=now,
        )
        linked = [link.url for link in article.links]
        removed = [] if to else self.file.unlink(article.url, linked, now=now)
        return entries, skipped, removed

    def _read(self, source: str, asked: float) -> None:
        """Take in the links of a source that was left for later."""
        address = urls.parse(source)
        again = None
        try:
            self._take_in(self.sender.read(source), to=(), force=False)
        except FetchError as error:
            now = self._clock()
            again = self._retry.next(attempts=1, queued=asked, now=now)
            logger.warning(
                "cannot read %s to notify its links, %s: %s",
                source,
                "given up" if again is None else "will try again",
                error.detail,
            )
        self.file.has_read(address, again=again)

    def _deliver(
        self,
        entries: Sequence[Entry],
        *,
        listener: Callable[[Delivery], object] = _ignore,
    ) -> dict[int, Delivery]:
        """Try entries now; return what came of each that no other process has."""

        def work(entry: Entry, deadline: Deadline) -> tuple[int, Delivery | None]:
            delivery = self._try(entry, deadline)
            if delivery is not None:
                listener(delivery)
            return entry.id, delivery

        def late(entry: Entry, why: str) -> tuple[int, Delivery | None]:
            delivery = too_late(entry.delivery.source, entry.delivery.target, why)
            listener(delivery)
            return entry.id, delivery

        tried = dict(self.sender.each(entries, work, link=lambda entry: entry.link, late=late))
        return {
            entry.id: delivery for entry in entries if (delivery := tried[entry.id]) is not None
        }

    def _try(self, entry: Entry, deadline: Deadline) -> Delivery | None:
        """Send one entry; None where another process has it, or was faster."""
        mine = self.file.claim(entry.id, now=self._clock(), seconds=deadline.remaining() + _GRACE)
        if mine is None:
            given_up = self.file.get(entry.id)
            if given_up is None or given_up.state is not State.FAILED:
                return None
            return given_up.delivery
        delivery = self.sender.deliver(
            mine.delivery.source,
            mine.link,
            form=mine.form,
            deadline=deadline,
            posts=lambda _endpoint: self.file.posting(mine.id),
            endpoint=given_endpoint(mine.address) if mine.address else None,
        )
        if delivery.outcome is Outcome.PLANNED:
            return None
        now = self._clock()
        due: float | None = now
        state = State.DONE if delivery.done else State.FAILED
        if delivery.temporary:
            due = self._retry.next(attempts=mine.attempts, queued=mine.queued, now=now)
            state = State.FAILED if due is None else State.WAITING
        self.file.settle(mine.id, delivery, state, due=due or now, now=now)
        return delivery if state is State.WAITING else replace(delivery, temporary=False)
