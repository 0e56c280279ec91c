"""What the page signs, so that nobody can make it up: form tokens, and notices in addresses."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_DAY = 86400.0
_SHORTEST_SECRET = 16
_NOTICE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Notice:
    """What was just done, and the linkbacks by which it can be undone.

    `at` is when, in seconds since the epoch: what was moved later is no longer theirs to undo.
    """

    text: str
    at: float
    undo: tuple[int, ...] = ()


class Signer:
    """Signs for one user at a time.

    :raises ValueError: the secret has fewer than 16 characters.
    """

    def __init__(self, secret: str) -> None:
        if len(secret) < _SHORTEST_SECRET:
            raise ValueError(f"the secret of the moderation page needs {_SHORTEST_SECRET} letters")
        self._key = hashlib.sha256(
            b"linkback_protocol.wsgi.moderation\0" + secret.encode()
        ).digest()

    def _mac(self, *said: str | int) -> str:
        return hmac.new(self._key, json.dumps(said).encode(), hashlib.sha256).hexdigest()

    def token(self, user: str, *, now: float) -> str:
        """Return the token that this user's forms carry today."""
        return self._mac("token", user, int(now // _DAY))

    def is_token(self, token: str, user: str, *, now: float) -> bool:
        """Return whether it is the token of today or yesterday."""
        given = token.encode()
        return any(
            hmac.compare_digest(given, self.token(user, now=when).encode())
            for when in (now, now - _DAY)
        )

    def write_notice(self, notice: Notice, user: str) -> str:
        """Return a notice as a part of an address, of 2 KB at most for 500 linkbacks."""
        ids = sorted(notice.undo)
        # Steps from one to the next are short where the numbers are long.
        steps = [after - before for before, after in pairwise([0, *ids])]
        packed = zlib.compress(json.dumps([notice.text, notice.at, steps]).encode(), 9)
        said = base64.urlsafe_b64encode(packed).decode()
        return f"{said}.{self._mac('notice', user, said)[:32]}"

    def read_notice(self, text: str, user: str, *, now: float) -> Notice | None:
        """Return a notice of ours to this user, of the last hour."""
        said, _, mac = text.rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac("notice", user, said)[:32].encode()):
            return None
        try:
            what, at, steps = json.loads(zlib.decompress(base64.urlsafe_b64decode(said)))
        except (ValueError, binascii.Error, zlib.error):
            return None
        if now - at > _NOTICE_SECONDS:
            return None
        return Notice(what, at, tuple(accumulate(steps)))


def is_own_request(environ: WSGIEnvironment) -> bool:
    """Return whether the browser says that one of this site's own pages sent a form.

    Where it says nothing, or ``null``, as it does over plain HTTP to a page that sends no Referer,
    the token has to do.
    """
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return bool(site == "same-origin")
    origin = environ.get("HTTP_ORIGIN", "null")
    if origin == "null":
        return True
    try:
        authority = urlsplit(origin).netloc
    except ValueError:
        return False
    host: str = environ.get("HTTP_HOST", "")
    return bool(authority) and authority.lower() == host.lower()
