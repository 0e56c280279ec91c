"""The receiver: a `Ping` goes in, a `Linkback` or an error comes out.

Cheap local refusals come first, the network last, and the source is never fetched for a target
that is not ours: a receiver that does is a weapon (the reflection attacks of 2014 to 2017). In
order: the shape of the URLs, self-pings, the target, the pair, the counts, then the fetch, the
link, the validators.

A ping that passes the first five is stored before it is verified and is not lost whatever happens
to the process. Verification runs in the executor; the answer waits for it a little (`patience`),
and says "queued" where that is not enough.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from linkback_protocol import url
from linkback_protocol.dispatcher import Dispatcher
from linkback_protocol.errors import (
    LinkbackError,
    OurFailure,
    RateLimited,
    SelfPing,
    SourceUnreachable,
    StoreError,
    TargetNotFound,
    TargetNotPingable,
)
from linkback_protocol.executor import Executor, WorkerPool
from linkback_protocol.fetch import Fetcher
from linkback_protocol.judgement import reason_of
from linkback_protocol.limits import Limits, Retention
from linkback_protocol.linkback import Linkback, Ping, Protocol, Status
from linkback_protocol.policy import Policies, StoredPolicy
from linkback_protocol.sender import Outbox, Sender
from linkback_protocol.stores import SQLiteStore
from linkback_protocol.targets import Target, Targets, TargetTexts, read_site
from linkback_protocol.verifier import Unlinked, Verifier

if TYPE_CHECKING:
    from datetime import datetime

    from linkback_protocol.stores import Store
    from linkback_protocol.validators import Validator

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a ping, for listeners.

    `linkback` is what the store keeps; None for a ping refused before it was stored. `error` is
    why it was refused; None otherwise.
    """

    ping: Ping
    linkback: Linkback | None
    error: LinkbackError | None


Listener = Callable[[Outcome], object]


class Receiver:
    """Receives pings for a site, whatever wire they come by.

    :param store: where linkbacks are kept; a receiver does not close it.
    :param site: base URL of the site, or several: what is under them is ours. The first one is the
        one that the endpoint is advertised under. It comes from configuration and never from a
        request, whose Host header anybody can write.
    :param targets: looks a target up; by default the middleware asks the app that it wraps.
    :param validators: asked in order; the first decisive verdict wins.
    :param fetcher: fetches source pages.
    :param moderate: whether a linkback that no validator decided about waits for the owner.
    :param verify: ``now`` lets the answer wait up to `patience` for verification and tell the
        truth; ``later`` answers at once.
    :param limits: bounds on pings and fetches; ``Limits.off()`` for tests.
    :param listeners: called after each outcome; one that fails never fails a ping.
    :param executor: runs verification; by default eight threads.
    :param unlinked_trackbacks: what to do with a trackback whose source does not link to the
        target or cannot be read (TB-13 asks for no verification): ``refuse`` it, ``hold`` it for
        the owner, or ``accept`` it without fetching anything.
    :param home_page: whether the site's home page takes pings (PB gives it as an example for 33).
    :param patience: seconds. WordPress hangs up after 3.
    :param failure_time: seconds that an answer to a failed fetch takes at least, so that its time
        does not tell refused, closed and blocked apart.
    :param retention: how long what nobody is shown is kept.
    :param policy: what pages take at all; by default what the owner keeps in the store
        (`linkback_protocol.policy.StoredPolicy`). Its `moderate` goes before that of the receiver.
    :param self_pings: ``refuse`` those from a page of the site, or ``judge`` them like any other
        (`linkback_protocol.validators.SelfPing` holds or approves them).
    :param sender: notifies the pages that pages of the site link to; by default an outbox in the
        file of a `SQLiteStore`.
    """

    def __init__(
        self,
        *,
        store: Store,
        site: str | Sequence[str] = (),
        targets: Targets | None = None,
        validators: Sequence[Validator] = (),
        fetcher: Fetcher | None = None,
        moderate: bool = True,
        verify: Literal["now", "later"] = "now",
        limits: Limits = Limits.DEFAULT,
        listeners: Sequence[Listener] = (),
        executor: Executor | None = None,
        unlinked_trackbacks: Unlinked = "refuse",
        home_page: bool = False,
        patience: float = 2.5,
        failure_time: float = 0.5,
        retention: Retention = Retention.DEFAULT,
        policy: Policies | None = None,
        self_pings: Literal["refuse", "judge"] = "refuse",
        sender: Outbox | None = None,
    ) -> None:
        if not site and targets is None:
            raise ValueError("a receiver needs site= (its base URL), targets=, or both")
        if verify not in ("now", "later"):
            raise ValueError(f"verify must be 'now' or 'later', not {verify!r}")
        if self_pings not in ("refuse", "judge"):
            raise ValueError(f"self_pings must be 'refuse' or 'judge', not {self_pings!r}")
        if unlinked_trackbacks not in ("refuse", "hold", "accept"):
            raise ValueError(
                f"unlinked_trackbacks must be refuse, hold or accept, not {unlinked_trackbacks!r}"
            )
        self.store = store
        self.site = read_site(site)
        self._targets = targets
        self._policy = policy or StoredPolicy(store)
        self._limits = limits
        self._listeners = tuple(listeners)
        self._executor = executor or WorkerPool()
        self._verify_now = verify == "now"
        self._refuse_self_pings = self_pings == "refuse"
        self.home_page = home_page
        self.moderate = moderate
        self._patience = patience
        self._failure_time = failure_time
        self._waiting: dict[int, Future[Linkback]] = {}
        # What was stored a moment ago need not be read again, if the executor is in this process.
        self._stored: dict[int, Linkback] = {}
        # The middleware brings its own with each request; verification comes after that.
        self._last_look_up = targets
        self._target_texts = TargetTexts()
        fetcher = fetcher or Fetcher(site=str(self.site[0]) if self.site else "")
        self._fetcher = fetcher
        self._sender = sender
        self._sender_lock = threading.Lock()
        self._verifier = Verifier(
            store=store,
            site=self.site,
            validators=validators,
            fetcher=fetcher,
            moderate=lambda page: _either(self._policy(page).moderate, moderate),
            limits=limits,
            unlinked_trackbacks=unlinked_trackbacks,
            target_text=self._target_text,
        )
        self._dispatcher = Dispatcher(
            store,
            self._executor,
            self.verify,
            claim=self._verifier.claim,
            retention=retention,
        )

    def receive(self, ping: Ping, *, targets: Targets | None = None) -> Linkback:
        """Register a ping; its status says whether it is shown, held or still to be verified.

        :param targets: looks the target up where the receiver has no look-up of its own.
        :raises LinkbackError: it is refused; the error says why and what to answer.
        """
        self.start()
        began = time.monotonic()
        try:
            linkback = self._accept(ping, targets)
            waiter = self._submit(linkback)
            if waiter is None:
                self.store.sync()
        except LinkbackError as error:
            self._report(ping, None, error)
            raise
        if waiter is None:
            return linkback
        try:
            verified = self._wait(linkback, waiter)
        except SourceUnreachable:
            self._dispatcher.pause(began + self._failure_time - time.monotonic())
            raise
        if verified.status is Status.RECEIVED:
            self.store.sync()
        return verified

    def linkbacks(
        self, target: str, *, protocol: Protocol | None = None, limit: int = 1000
    ) -> list[Linkback]:
        """Return the approved linkbacks of a page, oldest first, for a template to show.

        A `target` that is no URL has none.
        """
        try:
            page = str(url.parse(target))
        except url.InvalidURL:
            return []
        return self.store.find(page=page, status=(Status.APPROVED,), protocol=protocol, limit=limit)

    def linkbacks_for(
        self, target: str, *, protocol: Protocol, targets: Targets | None = None
    ) -> list[Linkback]:
        """Return what `linkbacks` does, for a stranger who asks over a wire (GP-1, TB-33).

        Only approved ones: spammers used such lists to see whether they got through (GP-4, TB-34).

        :raises TargetError: there is no such page here (GP-2).
        """
        page = self._look_up(self._own(target), targets)
        return self.linkbacks(page.url, protocol=protocol)

    def takes(
        self, protocol: Protocol, page: Callable[[], str], published: datetime | None = None
    ) -> bool:
        """Return whether the owner's policy lets a page take pings, so that it may say so.

        :param page: returns its URL, which is not asked for where there is no policy.
        """
        policy = self._policy
        try:
            if isinstance(policy, StoredPolicy) and policy.says_nothing:
                return True
            return not policy(page()).refuses(protocol, published, time.time())
        except StoreError:
            # A visitor's page must not fail for it; pings are refused where they come in.
            logger.exception("the policy cannot be read")
            return True

    @property
    def sender(self) -> Outbox:
        """What tells other pages that ours link to them, once an app has published one.

        ``receiver.sender.send(url)`` does it now, ``receiver.sender.later(url)`` in the background.

        :raises ValueError: the store is in no file, and no sender was given.
        """
        with self._sender_lock:
            if self._sender is None:
                if not isinstance(self.store, SQLiteStore):
                    raise ValueError(
                        "only a SQLiteStore has room for an outbox; give the receiver a sender,"
                        " such as Outbox('outbox.db', Sender(site=...))"
                    )
                site = [str(base) for base in self.site]
                self._sender = Outbox(self.store.path, Sender(site=site, fetcher=self._fetcher))
            return self._sender

    @property
    def validator_failures(self) -> dict[str, int]:
        """How often each validator failed and abstained, by name, since the process began."""
        return dict(self._verifier.failures)

    def start(self) -> None:
        """Finish, in the background, what an earlier process accepted and did not verify.

        The middleware calls this at the first request; calling it again costs nothing. Safe
        before and after a fork.
        """
        self._dispatcher.start()

    def close(self) -> None:
        """Stop the background work; what is not verified yet is done after the next start."""
        self._dispatcher.close()
        if isinstance(self._executor, WorkerPool):
            self._executor.close()
        if self._sender is not None:
            self._sender.close()

    def verify(self, linkback_id: int) -> None:
        """Verify one accepted ping and record the outcome; what the executor runs.

        One that is verified already, or deleted, is left alone. Where the fetch budget says wait or
        the store fails, the ping is handed out again later.
        """
        linkback: Linkback | None = None
        failure: StoreError | None = None
        verified = True
        try:
            linkback = self._stored.pop(linkback_id, None) or self.store.get(linkback_id)
            if linkback is not None and linkback.status is Status.RECEIVED:
                verified = self._verifier.verify(linkback, self._tell)
        except StoreError as error:
            logger.exception("the store failed while linkback %d was verified", linkback_id)
            failure = error
        finally:
            self._settle(linkback_id, linkback, failure)
            if verified:
                # Waking it for every ping would cost each of them a look into the store.
                self._dispatcher.make_room()
            else:
                self._dispatcher.wake()

    def _tell(self, linkback: Linkback, error: LinkbackError | None) -> None:
        """Tell everybody the outcome of a verification."""
        self._report(linkback.ping, linkback, error)
        self._settle(linkback.id, linkback, error)

    def _accept(self, ping: Ping, targets: Targets | None) -> Linkback:
        try:
            source = url.parse(ping.source)
        except url.InvalidURL as error:
            raise SourceUnreachable(f"source URL: {error}") from error
        target = self._own(ping.target)
        if source.key == target.key or (self._refuse_self_pings and self._is_ours(source)):
            raise SelfPing(str(source))
        page = self._look_up(target, targets)
        if not page.open:
            raise TargetNotPingable(f"{page.url} is closed to pings")
        now = time.time()
        if refused := self._policy(page.url).refuses(ping.protocol, page.published, now):
            raise TargetNotPingable(f"{page.url}: {refused}")
        return self.store.add(
            replace(ping, source=str(source), target=str(target)),
            page=page.url,
            limits=self._limits,
            now=now,
            due=now + self._verifier.claim,
        )

    def _own(self, target: str) -> url.URL:
        """Accept a target URL that is on our site (PB-A8: a foreign one is 33)."""
        try:
            accepted = url.parse(target)
        except url.InvalidURL as error:
            raise TargetNotPingable(f"target URL: {error}") from error
        if self.site and not self._is_ours(accepted):
            raise TargetNotPingable(f"{accepted} is not on this site")
        return accepted

    def _is_ours(self, page: url.URL) -> bool:
        return any(url.is_below(page, base) for base in self.site)

    def _target_text(self, page: str) -> str:
        return self._target_texts.read(self._last_look_up, page)

    def _look_up(self, target: url.URL, targets: Targets | None) -> Target:
        look_up = self._targets or targets
        if look_up is None:
            raise OurFailure("nothing looks targets up: give the receiver targets=")
        self._last_look_up = look_up
        page = look_up(target.page)
        if page is None:
            # 32 only where the target definitely does not exist (PB section 3): on our own site.
            if self.site:
                raise TargetNotFound(f"no page at {target.page}")
            raise TargetNotPingable(f"no page at {target.page}")
        if not self.home_page and any(url.parse(page.url).key == base.key for base in self.site):
            raise TargetNotPingable(f"{page.url} is the home page")
        return page

    def _submit(self, linkback: Linkback) -> Future[Linkback] | None:
        """Have a ping verified; return what to wait for, where waiting is of use."""
        waiter: Future[Linkback] = Future()
        if self._verify_now:
            self._waiting[linkback.id] = waiter
            self._stored[linkback.id] = linkback
        if self._executor.submit(self.verify, linkback.id) is False:
            # With every worker busy, waiting would only hold up the server's threads as well.
            self._waiting.pop(linkback.id, None)
            self._stored.pop(linkback.id, None)
            self._dispatcher.leave(linkback)
            return None
        return waiter if self._verify_now else None

    def _wait(self, linkback: Linkback, waiter: Future[Linkback]) -> Linkback:
        try:
            return waiter.result(timeout=self._patience)
        except TimeoutError:
            self._stored.pop(linkback.id, None)
            if self._waiting.pop(linkback.id, None) is not None:
                return linkback
            # Settled in this very moment.
            return waiter.result()

    def _settle(
        self, linkback_id: int, linkback: Linkback | None, error: LinkbackError | None
    ) -> None:
        """Tell the request that waits for a ping, if one does."""
        waiter = self._waiting.pop(linkback_id, None)
        if waiter is None:
            return
        if error is not None:
            waiter.set_exception(error)
        elif linkback is not None:
            waiter.set_result(linkback)
        else:
            waiter.set_exception(OurFailure(f"linkback {linkback_id} was deleted meanwhile"))

    def _report(self, ping: Ping, linkback: Linkback | None, error: LinkbackError | None) -> None:
        """Write the log and tell the listeners."""
        level = logging.WARNING if isinstance(error, RateLimited | OurFailure) else logging.INFO
        logger.log(
            level,
            "%s from %s: %s: source %s target %s%s",
            ping.protocol,
            _shown(ping.sender),
            "refused" if linkback is None else linkback.status,
            _shown(ping.source),
            _shown(ping.target),
            "" if error is None else f": {_shown(reason_of(error))}",
        )
        for listener in self._listeners:
            try:
                listener(Outcome(ping, linkback, error))
            except Exception:
                # Somebody's code failed; the ping is registered all the same.
                logger.exception("listener %r failed", listener)


def _either(said: bool | None, otherwise: bool) -> bool:
    return otherwise if said is None else said


def _shown(text: str) -> str:
    """Quote a stranger's text for the log: one line, no control characters, at most 200 letters."""
    return ascii(text[:200])
