"""The chain for a blog that asks no service and has no key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.validators.aggregators import Aggregator
from linkback_protocol.validators.browser_origin import BrowserOrigin
from linkback_protocol.validators.cloaked import Cloaked
from linkback_protocol.validators.duplicate_content import DuplicateContent
from linkback_protocol.validators.hidden_link import HiddenLink
from linkback_protocol.validators.home_page_target import HomePageTarget
from linkback_protocol.validators.host_lists import Allow, Block
from linkback_protocol.validators.known_sender import KnownSender
from linkback_protocol.validators.link_rel import LinkRel
from linkback_protocol.validators.parked import Parked
from linkback_protocol.validators.self_ping import SelfPing
from linkback_protocol.validators.splog import Splog
from linkback_protocol.validators.too_many_links import TooManyLinks
from linkback_protocol.validators.too_short import TooShort

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from linkback_protocol.validators.candidate import Validator

    Path = str | os.PathLike[str]


def recommended(
    *,
    allow: Sequence[str] = (),
    allow_file: Path | None = None,
    block: Sequence[str] = (),
    block_file: Path | None = None,
    own_hosts: Sequence[str] = (),
) -> tuple[Validator, ...]:
    """Return the recommended chain, cheap validators first, each with its defaults.

    What the owner listed goes before what is guessed, blocked before allowed, and hosts that are
    known for good go before everything that looks at the page. The last one remembers what reaches
    it, so a chain is made once for a process.

    :param allow: hosts, patterns and networks that are let in; see `Allow`.
    :param allow_file: a file of them, which must be there.
    :param block: the same for `Block`.
    :param own_hosts: other hosts of ours, whose pings are refused; see `SelfPing`.
    :raises ValueError: an entry cannot be read.
    """
    owners: list[Validator] = [BrowserOrigin()]
    if own_hosts:
        owners.append(SelfPing(hosts=tuple(own_hosts)))
    if block or block_file is not None:
        owners.append(Block(hosts=block, file=block_file))
    if allow or allow_file is not None:
        owners.append(Allow(hosts=allow, file=allow_file))
    return (
        *owners,
        Aggregator(),
        KnownSender(),
        HomePageTarget(),
        HiddenLink(),
        LinkRel(),
        TooShort(),
        Parked(),
        Cloaked(),
        Splog(),
        TooManyLinks(),
        DuplicateContent(),
    )
