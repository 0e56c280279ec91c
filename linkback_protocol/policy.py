"""What the owner takes at all: for the site, and for single pages.

A policy is any callable ``policy(page) -> Policy``, given the normalised URL of a page of ours.
`StoredPolicy` is one that the command line and the moderation page can change.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from linkback_protocol import url
from linkback_protocol.linkback import Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkback_protocol.stores import Store

_SITE = "policy"
_PAGE = "policy/page/"
_DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a page takes; None leaves it to whatever stands behind: the site, the receiver.

    `close_after` is in days since the page was published, as far as that is known
    (`linkback_protocol.targets.PUBLISHED_KEY`); 0 closes no page.
    """

    pingbacks: bool | None = None
    trackbacks: bool | None = None
    moderate: bool | None = None
    """Whether what nobody decided about waits for the owner."""
    close_after: float | None = None

    def __post_init__(self) -> None:
        for name in ("pingbacks", "trackbacks", "moderate"):
            # No 0 for False: what compares equal to it is taken for "yes" where it is asked.
            said = getattr(self, name)
            if not any(said is each for each in (None, True, False)):
                raise ValueError(f"{name} is true or false, not {said!r}")
        days = self.close_after
        if days is not None and (type(days) not in (int, float) or not 0 <= days < 1e6):
            raise ValueError(f"close_after is a number of days, not {days!r}")

    def or_else(self, behind: Policy) -> Self:
        """Return this policy with what it leaves open filled in."""
        known = {name: value for name, value in asdict(behind).items() if value is not None}
        return replace(self, **(known | self.as_dict()))

    def as_dict(self) -> dict[str, Any]:
        """Return what it does not leave open."""
        return {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if getattr(self, each.name) is not None
        }

    def refuses(self, protocol: Protocol, published: datetime | None, now: float) -> str:
        """Return why a page takes no pings of a protocol; empty where it takes them."""
        taken = self.pingbacks if protocol is Protocol.PINGBACK else self.trackbacks
        if taken is False:
            return f"it takes no {protocol}s"
        if self.close_after and published is not None:
            age = (datetime.fromtimestamp(now, UTC) - published).total_seconds() / _DAY
            if age > self.close_after:
                return f"it takes pings for {self.close_after:g} days only"
        return ""


Policies = Callable[[str], Policy]
"""The type of a policy."""


class PolicyChanged(Exception):
    """What was to be changed is not what it was taken for; nothing was kept."""


class StoredPolicy:
    """The policy that is kept as settings in the store: one for the site, one for each page.

    :param remember: seconds that what was read is used again, so that a change made elsewhere
        takes that long to hold.
    """

    def __init__(self, store: Store, *, remember: float = 5.0) -> None:
        self._store = store
        self._remember = remember
        self._changing = threading.Lock()
        self._read: tuple[float, dict[str, Any]] = (float("-inf"), {})

    @property
    def says_nothing(self) -> bool:
        """Whether there is none, for the site or any page, so that nobody need ask."""
        return not self._known()

    def __call__(self, page: str) -> Policy:
        """Return what a page takes."""
        known = self._known()
        site = _policy(known.get(_SITE, {}))
        own = known.get(_PAGE + url.parse(page).key)
        return site if own is None else _policy(own["policy"]).or_else(site)

    def _known(self) -> dict[str, Any]:
        read, known = self._read
        now = time.monotonic()
        if now - read >= self._remember:
            known = self._store.settings(_SITE)
            self._read = (now, known)
        return known

    def site(self) -> Policy:
        """Return the policy for the whole site."""
        return _policy(self._store.setting(_SITE) or {})

    def pages(self) -> dict[str, Policy]:
        """Return the policies of single pages, by their URLs."""
        kept = self._store.settings(_PAGE).values()
        return {each["page"]: _policy(each["policy"]) for each in kept}

    def own(self, page: str) -> Policy:
        """Return the policy of a single page, in whatever spelling it was kept.

        :raises InvalidURL: `page` is no URL.
        """
        kept = self._store.setting(_PAGE + url.parse(page).key)
        return Policy() if kept is None else _policy(kept["policy"])

    def change(
        self, policy: Policy, *, page: str | None = None, before: Policy | None = None
    ) -> None:
        """Keep a policy for the site, or for one page; one that leaves all open is dropped.

        :param before: what it is to take the place of. That nothing comes between holds among the
            threads that share this object; another process has some milliseconds for it.
        :raises InvalidURL: `page` is no URL.
        :raises PolicyChanged: what is kept is not `before`.
        """
        said = policy.as_dict()
        with self._changing:
            if before is not None and before != (self.site() if page is None else self.own(page)):
                raise PolicyChanged
            if page is None:
                self._store.change_setting(_SITE, said or None)
            else:
                address = url.parse(page)
                entry = {"page": address.page, "policy": said} if said else None
                self._store.change_setting(_PAGE + address.key, entry)
        self._read = (float("-inf"), {})


def _policy(kept: Mapping[str, Any]) -> Policy:
    return Policy(**kept)
