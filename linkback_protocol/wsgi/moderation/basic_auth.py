"""Signing in by HTTP's Basic authentication, with a bound on guesses."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.datastructures import Authorization
from werkzeug.wrappers import Response

from linkback_protocol.limits import sender_network
from linkback_protocol.wsgi.moderation.headers import harden
from linkback_protocol.wsgi.moderation.passwords import MAX_PASSWORD, PasswordFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from linkback_protocol.stores import Store

logger = logging.getLogger(__name__)

Check = Callable[[str, str], bool]
"""Whether this is the password of that name."""

_SCOPE = "moderation password"
_WAIT = "linkback_protocol.moderation.wait"
_LONGEST_HEADER = 4096
_REMEMBERED = 1000


class BasicAuth:
    """Tells who moderates by name and password; use it over HTTPS only.

    Every password that is looked at counts for the address of the client (for IPv6 its network),
    right or wrong; one that was right is not looked at again for a while, in this process.

    :param check: whether a name and a password belong together.
    :param store: keeps the counts, for all processes.
    :param realm: what browsers call the place.
    :param attempts: looks at passwords per address in each `window` of seconds.
    :param remember: seconds that a right password is good for without another look; one in a
        `PasswordFile` ends at once when the file changes.
    """

    def __init__(
        self,
        check: Check,
        *,
        store: Store,
        realm: str = "Linkbacks",
        attempts: int = 20,
        window: float = 900.0,
        remember: float = 600.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not realm.isascii() or not realm.isprintable() or set(realm) & set('"\\'):
            raise ValueError("realm is ASCII, without quotation marks and backslashes")
        self._check = check
        self._store = store
        self._realm = realm
        self._attempts = attempts
        self._window = window
        self._remember = remember
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._known: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment) -> str | None:
        """Return the name of who asks, or None."""
        name, password = _given(environ)
        if not name or not password:
            return None
        now = self._clock()
        digest = self._digest(name, password)
        with self._lock:
            if self._known.get(digest, 0.0) > now:
                return name
        address: str = environ.get("REMOTE_ADDR", "")
        if not self._store.hit(
            _SCOPE, sender_network(address), bound=self._attempts, window=self._window, now=now
        ):
            environ[_WAIT] = int(self._window)
            return None
        if not self._check(name, password):
            logger.warning("a wrong password for %s from %s", ascii(name[:64]), ascii(address))
            return None
        self._keep(digest, now)
        return name

    def _digest(self, name: str, password: str) -> bytes:
        version = self._check.version if isinstance(self._check, PasswordFile) else None
        said = json.dumps([repr(version), name, password]).encode()
        return hmac.digest(self._key, said, hashlib.sha256)

    def _keep(self, digest: bytes, now: float) -> None:
        with self._lock:
            if len(self._known) >= _REMEMBERED:
                self._known = {each: end for each, end in self._known.items() if end > now}
            if len(self._known) < _REMEMBERED:
                self._known[digest] = now + self._remember

    def challenge(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Ask for a name and a password, or for patience."""
        wait = environ.get(_WAIT)
        if wait is None:
            response = Response("Sign in to moderate.\n", 401)
            response.headers["WWW-Authenticate"] = f'Basic realm="{self._realm}", charset="UTF-8"'
        else:
            response = Response("Too many passwords were tried from here; wait a while.\n", 429)
            response.headers["Retry-After"] = str(wait)
        response.content_type = "text/plain; charset=utf-8"
        return harden(response)(environ, start_response)


basic_auth = BasicAuth


def _given(environ: WSGIEnvironment) -> tuple[str, str]:
    """Return the name and the password of a request; empty where they are no such thing."""
    header: str = environ.get("HTTP_AUTHORIZATION", "")
    # Base64 is ASCII; werkzeug raises at anything else.
    if len(header) > _LONGEST_HEADER or not header.isascii():
        return "", ""
    given = Authorization.from_header(header)
    if given is None or given.type != "basic" or len(given.password or "") > MAX_PASSWORD:
        return "", ""
    return given.username or "", given.password or ""
