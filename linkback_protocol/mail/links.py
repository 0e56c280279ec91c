"""Links in a mail by which its reader decides about a linkback, without a password.

They need ``itsdangerous``: ``pip install linkback-protocol[mail]``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from linkback_protocol.moderation import Decision

_DAY = 86400.0
_SALT = "linkback_protocol.mail.links"
_SHORTEST_SECRET = 16


class LinkInvalid(ValueError):
    """A link that is not ours, was changed on the way, or is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLinks:
    """Makes and reads signed links: whoever has one may take the one decision in it, for a while.

    :param secret: at least 16 characters that nobody else knows; changing it ends all links.
    :param base: the URL at which `linkback_protocol.wsgi.mail_links.MailLinks` is mounted.
    :param max_age: seconds that a link is good for.
    :raises ValueError: the secret is too short, or `base` is no URL.
    """

    secret: str = field(repr=False)
    base: str
    max_age: float = 14 * _DAY
    _signer: URLSafeTimedSerializer = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < _SHORTEST_SECRET:
            raise ValueError(f"the secret of mail links needs {_SHORTEST_SECRET} characters")
        if not self.base.startswith(("http://", "https://")):
            raise ValueError(f"mail links need the URL they lead to, not {self.base!r}")
        object.__setattr__(self, "_signer", URLSafeTimedSerializer(self.secret, salt=_SALT))

    def url(self, linkback_id: int, decision: Decision) -> str:
        """Return the link that takes a decision."""
        token = self._signer.dumps([linkback_id, decision])
        return f"{self.base.rstrip('/')}/{token}"

    def read(self, token: str) -> tuple[int, Decision]:
        """Return the linkback and the decision of a link's last part.

        :raises LinkInvalid: it is not ours, or too old.
        """
        try:
            linkback_id, decision = self._signer.loads(token, max_age=int(self.max_age))
            return int(linkback_id), Decision(decision)
        except SignatureExpired as error:
            days = self.max_age / _DAY
            raise LinkInvalid(f"this link was good for {days:g} days; they are over") from error
        except (BadSignature, ValueError, TypeError) as error:
            raise LinkInvalid("this is no link of ours, or not all of it") from error
