"""Whether a ping comes from the machine that its source is on."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from linkback_protocol import url as urls
from linkback_protocol.fetch import addresses
from linkback_protocol.validators.actions import check_action, check_list, shown, verdict
from linkback_protocol.validators.host_rules import read_address
from linkback_protocol.validators.lookups import (
    Lookup,
    Lookups,
    addresses_of,
    check_bounds,
    names_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.fetch.addresses import IPAddress, IPNetwork
    from linkback_protocol.linkback import Verdict
    from linkback_protocol.validators.candidate import Candidate

INSIDE: Final = (
    "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 100.64.0.0/10 "
    "::1/128 fc00::/7 fe80::/10"
)
"""Networks that no stranger's ping comes from: a proxy of our own stands before the sender."""
NEIGHBOURS: Final = {4: 24, 6: 48}
"""Prefix lengths within which two addresses count as one machine room's."""
MAX_NAMES = 4
"""Names of a sender that are confirmed."""

_INSIDE = addresses.networks(INSIDE.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderAddress:
    """Notices pings that come from elsewhere than the host of their source.

    A blog pings from the server that it is on; spam for a customer's page comes from a botnet. The
    sender belongs to the source's host where that has its address, or one in the same /24 or /48,
    or where the sender's reverse name is in the source's domain and leads back to the address.

    What it gets wrong: much. A blog behind a CDN, with an egress of its own, or written at a
    service that pings for it, looks like spam; a spammer who pings from the splog's own server
    looks honest. Hence a mismatch is only noted by default. It costs up to three kinds of DNS
    look-ups, remembered; they tell the source's name servers that somebody asked.

    :param action: on a mismatch: ``abstain`` with a reason, ``hold`` or ``spam``.
    :param trusted: networks of senders that nothing is said about: the owner's own proxies, or
        services that ping for others.
    :param seconds: for all look-ups of one ping together; after that there is no opinion.
    :param ttl: seconds that an answer is remembered.
    :param size: answers that are remembered.
    :param resolve: returns the addresses of a name, nothing where it has none; raises `OSError`
        where nobody can tell.
    :param reverse: returns the names of an address likewise.
    :raises ValueError: a setting makes no sense.
    """

    name: ClassVar[str] = "sender_address"
    action: Literal["abstain", "hold", "spam"] = "abstain"
    trusted: Sequence[str] = ()
    seconds: float = 3.0
    ttl: float = 3600.0
    size: int = 2048
    resolve: Lookup = addresses_of
    reverse: Lookup = names_of
    _networks: tuple[IPNetwork, ...] = field(init=False, repr=False, compare=False)
    _lookups: Lookups = field(default_factory=Lookups, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_action("SenderAddress", self.action, "abstain", "hold", "spam")
        check_bounds("SenderAddress", seconds=self.seconds, ttl=self.ttl, size=self.size)
        check_list("SenderAddress", "trusted", self.trusted)
        object.__setattr__(self, "_networks", addresses.networks(self.trusted))

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Compare the addresses, as far as they can be found in time."""
        sender = read_address(candidate.ping.sender)
        if sender is None or addresses.is_within(sender, self._networks):
            return None
        if addresses.is_within(sender, _INSIDE):
            return verdict(
                "abstain", f"the sender {sender} is inside; a proxy may hide the real one"
            )
        host = urls.parse(candidate.ping.source).host
        try:
            mismatch = self._mismatch(sender, host)
        except TimeoutError:
            why = f"not found in {self.seconds:g} s"
        except OSError as error:
            why = f"not found: {shown(str(error))}"
        else:
            return verdict(self.action, mismatch) if mismatch else None
        return verdict("abstain", f"the addresses of {shown(host)} were {why}")

    def _mismatch(self, sender: IPAddress, host: str) -> str:
        """Return why a sender does not belong to a host; empty where it does.

        :raises OSError: nobody could tell; a `TimeoutError` where not in time.
        """
        until = time.monotonic() + self.seconds
        known = self._addresses(host, until)
        if any(_near(sender, address) for address in known):
            return ""
        if self._is_confirmed(sender, host, until):
            return ""
        listed = ", ".join(str(address) for address in known[:2]) or "it has none"
        return f"the sender {sender} is no address of {shown(host)} ({listed})"

    def _addresses(self, host: str, until: float) -> list[IPAddress]:
        literal = read_address(host)
        if literal is not None:
            return [literal]
        found = self._lookups.ask(self.resolve, host, until=until, ttl=self.ttl, size=self.size)
        return [address for address in map(read_address, found) if address is not None]

    def _is_confirmed(self, sender: IPAddress, host: str, until: float) -> bool:
        """Return whether a reverse name of the sender is in the source's domain, and is true."""
        if read_address(host) is not None:
            return False
        domain = urls.registrable_domain(host)
        names = self._lookups.ask(
            self.reverse, str(sender), until=until, ttl=self.ttl, size=self.size
        )
        for name in names[:MAX_NAMES]:
            try:
                told = urls.parse(f"http://{name}/").host
            except urls.InvalidURL:
                continue
            if urls.registrable_domain(told) == domain and sender in self._addresses(told, until):
                return True
        return False


def _near(one: IPAddress, other: IPAddress) -> bool:
    if one.version != other.version:
        return False
    length = NEIGHBOURS[one.version]
    return other in ipaddress.ip_network(f"{one}/{length}", strict=False)
