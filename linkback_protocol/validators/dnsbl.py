"""DNS block lists: of the addresses that pings come from, and of the hosts they come for."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from linkback_protocol import url as urls
from linkback_protocol.fetch import addresses
from linkback_protocol.validators.actions import (
    QuietLog,
    check_action,
    check_list,
    shown,
    verdict,
)
from linkback_protocol.validators.host_rules import read_address
from linkback_protocol.validators.lookups import Lookup, Lookups, addresses_of, check_bounds
from linkback_protocol.validators.sender_address import INSIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.fetch.addresses import IPAddress
    from linkback_protocol.linkback import Verdict
    from linkback_protocol.validators.candidate import Candidate

logger = logging.getLogger(__name__)

ANSWERS: Final = "127.0.0.0/8"
"""Where the answers of a list are (RFC 5782 2.1); others are a resolver's that makes them up."""
REFUSALS: Final = ("127.255.255.0/24", "127.0.0.1/32", "127.0.1.255/32")
"""Answers that say nothing about the subject: Spamhaus refuses whoever asks too much or by way of a
public resolver, URIBL and SURBL likewise, and Spamhaus' DBL is not to be asked about addresses."""

_INSIDE = addresses.networks(INSIDE.split())
_REFUSALS = addresses.networks(REFUSALS)


class Zones:
    """The lists that a validator asks, and what counts as a listing.

    :raises ValueError: a setting makes no sense.
    """

    def __init__(
        self,
        validator: str,
        zones: Sequence[str],
        codes: Sequence[str],
        *,
        seconds: float,
        ttl: float,
        size: int,
        resolve: Lookup,
    ) -> None:
        check_list(validator, "zones", zones)
        check_list(validator, "codes", codes)
        if not zones:
            raise ValueError(f"{validator} needs zones=, the DNS names of the lists to ask")
        check_bounds(validator, seconds=seconds, ttl=ttl, size=size)
        self._zones = [_zone(validator, zone) for zone in zones]
        self._codes = addresses.networks(codes)
        self._seconds = seconds
        self._ttl = ttl
        self._size = size
        self._resolve = resolve
        self._lookups = Lookups()
        self._log = QuietLog(logger)

    def ask(self, what: str, *subjects: str) -> tuple[str, str]:
        """Return the listing of the first subject that has one, and else what went wrong.

        :param what: is said to be listed.
        :param subjects: the parts of the query before the zone.
        """
        until = time.monotonic() + self._seconds
        trouble = ""
        for zone in self._zones:
            for subject in subjects:
                if len(subject) + 1 + len(zone) > urls.MAX_HOST:
                    continue
                try:
                    codes = self._answers(f"{subject}.{zone}", until)
                except TimeoutError:
                    # Nothing is left for the other zones either, unless they are remembered.
                    trouble = f"{zone} did not answer within {self._seconds:g} s"
                    continue
                except OSError as error:
                    trouble = f"{zone} could not be asked: {shown(str(error))}"
                    continue
                refused = [code for code in codes if addresses.is_within(code, _REFUSALS)]
                if refused:
                    trouble = f"{zone} refuses to answer us ({refused[0]})"
                    self._log.warn(trouble)
                    continue
                listed = [code for code in codes if addresses.is_within(code, self._codes)]
                if listed:
                    return f"{what} is listed by {zone} ({listed[0]})", ""
        return "", trouble

    def _answers(self, name: str, until: float) -> list[IPAddress]:
        found = self._lookups.ask(self._resolve, name, until=until, ttl=self._ttl, size=self._size)
        return [code for code in map(read_address, found) if code is not None and _counts(code)]


def _counts(code: IPAddress) -> bool:
    return code.version == 4 and code.is_loopback


def _zone(validator: str, zone: str) -> str:
    try:
        return urls.parse(f"http://{zone}/").host
    except urls.InvalidURL as error:
        raise ValueError(f"{validator}: {shown(zone)!r} is not the name of a zone") from error


def _reversed(address: IPAddress) -> str:
    """Return an address as lists have it: its bytes or nibbles, the last one first."""
    return address.reverse_pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")


def _judged(action: Literal["hold", "spam"], listing: str, trouble: str) -> Verdict | None:
    if listing:
        return verdict(action, listing)
    return verdict("abstain", trouble) if trouble else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dnsbl:
    """Asks DNS block lists about the address that a ping comes from.

    What it gets wrong: the lists are made for mail. Those of dial-up addresses list many a home
    server, an address changes hands faster than an entry, and a proxy of ours hides the sender. An
    abandoned list may answer anything some day. It costs a DNS query for each zone, remembered, and
    tells those who run the list who pings us.

    :param zones: DNS names of the lists, asked in turn; there is no default, since lists die and
        have terms of use.
    :param codes: networks of the answers that count. ``zen.spamhaus.org`` mixes several lists, and
        answers 127.0.0.10 and 127.0.0.11 for mere dial-up addresses.
    :param action: ``spam`` or ``hold``, for what is listed.
    :param seconds: for all look-ups of one ping together; after that there is no opinion.
    :param ttl: seconds that an answer is remembered.
    :param size: answers that are remembered.
    :param resolve: returns the A records of a name, nothing where it has none; raises `OSError`
        where nobody can tell.
    :raises ValueError: there are no zones, or a setting makes no sense.
    """

    name: ClassVar[str] = "dnsbl"
    zones: Sequence[str] = ()
    codes: Sequence[str] = (ANSWERS,)
    action: Literal["hold", "spam"] = "spam"
    seconds: float = 3.0
    ttl: float = 900.0
    size: int = 4096
    resolve: Lookup = addresses_of
    _zones: Zones = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_action("Dnsbl", self.action, "hold", "spam")
        zones = Zones(
            "Dnsbl",
            self.zones,
            self.codes,
            seconds=self.seconds,
            ttl=self.ttl,
            size=self.size,
            resolve=self.resolve,
        )
        object.__setattr__(self, "_zones", zones)

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Look the sender up."""
        sender = read_address(candidate.ping.sender)
        if sender is None or addresses.is_within(sender, _INSIDE):
            return None
        return _judged(self.action, *self._zones.ask(f"the sender {sender}", _reversed(sender)))


@dataclass(frozen=True, slots=True, kw_only=True)
class UriBlocklist:
    """Asks DNS block lists about the host of the source, and the domain that it is in.

    What it gets wrong: a whole blog service is listed for some of its blogs, or none of them is. It
    goes by the source's address as sent, not by where that redirects to. It costs up to two DNS
    queries for each zone, remembered, and tells those who run the list who links to us.

    :param zones: DNS names of the lists, asked in turn (``multi.surbl.org``, ``dbl.spamhaus.org``);
        there is no default.
    :param codes: networks of the answers that count; the lists explain what theirs mean.
    :param action: ``spam`` or ``hold``, for what is listed.
    :param seconds: for all look-ups of one ping together; after that there is no opinion.
    :param ttl: seconds that an answer is remembered.
    :param size: answers that are remembered.
    :param resolve: returns the A records of a name, nothing where it has none; raises `OSError`
        where nobody can tell.
    :raises ValueError: there are no zones, or a setting makes no sense.
    """

    name: ClassVar[str] = "uri_blocklist"
    zones: Sequence[str] = ()
    codes: Sequence[str] = (ANSWERS,)
    action: Literal["hold", "spam"] = "spam"
    seconds: float = 3.0
    ttl: float = 900.0
    size: int = 4096
    resolve: Lookup = addresses_of
    _zones: Zones = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_action("UriBlocklist", self.action, "hold", "spam")
        zones = Zones(
            "UriBlocklist",
            self.zones,
            self.codes,
            seconds=self.seconds,
            ttl=self.ttl,
            size=self.size,
            resolve=self.resolve,
        )
        object.__setattr__(self, "_zones", zones)

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Look the host and its domain up."""
        host = urls.parse(candidate.ping.source).host
        address = read_address(host)
        if address is None:
            subjects = list(dict.fromkeys((urls.registrable_domain(host), host)))
        elif addresses.is_within(address, _INSIDE):
            return None
        else:
            subjects = [_reversed(address)]
        return _judged(self.action, *self._zones.ask(shown(host), *subjects))
