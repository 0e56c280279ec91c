"""Sends mails about what waits, each linkback once, from any number of processes."""

from __future__ import annotations

import contextlib
import logging
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Self

from linkback_protocol.linkback import Status
from linkback_protocol.mail.message import SHOWN, compose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from linkback_protocol.linkback import Linkback
    from linkback_protocol.mail.links import DecisionLinks
    from linkback_protocol.receiver import Outcome
    from linkback_protocol.stores import Store

logger = logging.getLogger(__name__)

_LOOKED_AT = 500
"""Pending linkbacks that are looked through for what is new."""
_SETTING = "mail/told/"
_SENDING = 600.0
"""Seconds that a process has for sending; then it is taken for dead."""
_LATE = 60.0
"""Seconds that a step may take from its time to its place in the store."""
_LEAVE = 10.0
"""Seconds that an end waits for the mail that is being sent."""


class MailError(Exception):
    """A mail could not be sent; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """A mail server.

    :param security: ``starttls`` (verified), ``tls`` from the start (verified), or ``none``, for a
        server on this machine.
    :param timeout: seconds for each step of the conversation.
    :param ca_certs: a file of certificates to trust instead of the system's.
    :raises ValueError: another security, or a password that would travel in the clear.
    """

    host: str = "localhost"
    port: int = 25
    username: str = ""
    password: str = field(default="", repr=False)
    security: Literal["none", "starttls", "tls"] = "none"
    timeout: float = 20.0
    ca_certs: str | None = None

    def __post_init__(self) -> None:
        if self.security not in ("none", "starttls", "tls"):
            raise ValueError(f"security is none, starttls or tls, not {self.security!r}")
        if self.username and self.security == "none" and self.host != "localhost":
            raise ValueError("a password needs security starttls or tls")

    def send(self, *messages: EmailMessage) -> None:
        """Send some mails over one connection.

        :raises MailError: the server cannot be reached, or takes one of them not.
        """
        try:
            with self._connected() as server:
                for message in messages:
                    server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            said = " ".join(str(error).split())[:300]
            raise MailError(
                f"{self.host}:{self.port} does not take the mail: {type(error).__name__}: {said}"
            ) from error

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        trusted = ssl.create_default_context(cafile=self.ca_certs)
        with (
            smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=trusted)
            if self.security == "tls"
            else smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        ) as server:
            if self.security == "starttls":
                server.starttls(context=trusted)
            if self.username:
                server.login(self.username, self.password)
            yield server


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What an owner was told: everything until a time, but for what came late to the store.

    `recent` are the linkbacks, with their times, that were told of the last minute before it.
    """

    turn: int = 0
    until: float = 0.0
    recent: frozenset[tuple[int, float]] = frozenset()

    @classmethod
    def read(cls, setting: Any) -> Self:
        if setting is None:
            return cls()
        turn, until, recent = setting
        return cls(turn=turn, until=until, recent=frozenset(map(tuple, recent)))

    def next_turn(self) -> list[Any]:
        """Return the setting that ends a turn."""
        return [self.turn + 1, self.until, sorted(self.recent)]

    def lacks(self, linkback: Linkback) -> bool:
        at = linkback.updated.timestamp()
        return at > self.until - _LATE and (linkback.id, at) not in self.recent

    def with_these(self, linkbacks: list[Linkback]) -> _Told:
        times = {(each.id, each.updated.timestamp()) for each in linkbacks} | self.recent
        until = max(at for _, at in times)
        recent = frozenset(each for each in times if each[1] > until - _LATE)
        return replace(self, until=until, recent=recent)


class Mail:
    """Tells an owner what waits: a listener of a receiver, or called by whatever runs at night.

    As a listener it looks for what is new some time after a linkback was held, in a thread of its
    own, so that no ping waits for a mail server. What could not be sent is tried again.

    :param sender: address that the mails come from, and `recipient` that they go to.
    :param links: makes the links to decide by; None leaves them out.
    :param moderation: URL of the moderation page, or nothing.
    :param digest: seconds between two mails at least; what waits by then is in one mail. 0 sends
        a mail for each linkback at once.
    :param retry: seconds after which a listener tries again what could not be sent.
    :param clock: seconds since the epoch.
    :raises ValueError: an address is empty, or more than a line.
    """

    def __init__(
        self,
        store: Store,
        smtp: Smtp,
        *,
        sender: str,
        recipient: str,
        links: DecisionLinks | None = None,
        moderation: str = "",
        digest: float = 3600.0,
        retry: float = 300.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        for address in (sender, recipient):
            if not address.strip() or not address.isprintable():
                raise ValueError(f"a mail needs an address on one line, not {address!r}")
        self._store = store
        self._smtp = smtp
        self._sender = sender
        self._recipient = recipient
        self._links = links
        self._moderation = moderation
        self._digest = digest
        self._retry = retry
        self._clock = clock
        self._lock = threading.Lock()
        self._delivering = threading.Lock()
        self._timer: threading.Timer | None = None
        self._closed = False

    def __call__(self, outcome: Outcome) -> None:
        """Hear of a ping; see to it that a held one is told."""
        if outcome.linkback is not None and outcome.linkback.status is Status.PENDING:
            self._later(self._digest)

    def start(self) -> None:
        """Tell, in the background, what an earlier process did not; there may be nothing."""
        self._later(0.0)

    def _later(self, seconds: float) -> None:
        with self._lock:
            if self._timer is None and not self._closed:
                self._timer = threading.Timer(seconds, self._at_last)
                self._timer.daemon = True
                self._timer.start()

    def _at_last(self) -> None:
        with self._lock:
            self._timer = None
            if self._closed:
                return
        try:
            self.deliver()
        except MailError as error:
            logger.warning("%s; it is tried again in %g seconds", error, self._retry)
            self._later(self._retry)
        except Exception:
            # The thread is ours alone: nobody else would hear of it.
            logger.exception("the owner could not be told what waits")
            self._later(self._retry)

    def close(self) -> None:
        """Send nothing more; what was not told is told after the next start.

        A mail that is being sent is waited for, up to 10 seconds.
        """
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
        # One that was sent, and not noted, would be sent again.
        if self._delivering.acquire(timeout=_LEAVE):
            self._delivering.release()

    def deliver(self) -> int:
        """Tell what waits and was not told yet; return how many linkbacks that were.

        While another process tells, it waits, for ten minutes at most.

        :raises MailError: it could not be sent; it is told the next time.
        :raises StoreError: the store failed.
        """
        with self._delivering:
            told = self._turn()
            try:
                held = self._store.find(status=[Status.PENDING], newest=True, limit=_LOOKED_AT)
                new = sorted(
                    (each for each in held if told.lacks(each)), key=lambda each: each.updated
                )
                for about in self._parts(new):
                    self._smtp.send(
                        compose(
                            about,
                            sender=self._sender,
                            recipient=self._recipient,
                            links=self._links,
                            moderation=self._moderation,
                        )
                    )
                    # Noted one by one: where a later one fails, this one is not sent again.
                    told = told.with_these(about)
            finally:
                # Even where nothing was sent, so that the next one need not wait.
                self._store.change_setting(self._name, told.next_turn())
        return len(new)

    @property
    def _name(self) -> str:
        return f"{_SETTING}{self._recipient}"

    def _turn(self) -> _Told:
        """Wait for a turn, of which each belongs to one process."""
        while True:
            told = _Told.read(self._store.setting(self._name))
            if self._store.hit(
                "mail",
                f"{told.turn} {self._recipient}",
                bound=1,
                window=_SENDING,
                now=self._clock(),
            ):
                return told
            time.sleep(0.1)

    def _parts(self, linkbacks: list[Linkback]) -> list[list[Linkback]]:
        """Return what goes into one mail each."""
        # A flood is one mail, whatever was asked for.
        if self._digest == 0 and len(linkbacks) <= SHOWN:
            return [[one] for one in linkbacks]
        return [linkbacks] if linkbacks else []
