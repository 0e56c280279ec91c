"""What a validator is asked about, and what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from linkback_protocol.linkback import Ping, Verdict

if TYPE_CHECKING:
    from linkback_protocol.page import Link, Page
    from linkback_protocol.url import URL


@dataclass(frozen=True)
class Candidate:
    """A ping that names an open page of ours and is to be judged.

    :param ping: what the sender says.
    :param target: the target as sent, normalised.
    :param page_url: the page of ours that it leads to.
    :param site: base URLs of our site; empty where the receiver was given none.
    :param read_source: fetches and verifies the source; the receiver's business.
    """

    ping: Ping
    target: URL
    page_url: URL
    site: tuple[URL, ...] = ()
    read_source: Callable[[Candidate], Page | None] = field(repr=False, default=lambda _: None)

    @cached_property
    def page(self) -> Page | None:
        """The source page, fetched once, when first asked for.

        A pingback always has one that links to the target: where it cannot be had, reading this
        raises the refusal (`SourceUnreachable`, `NoLink`), which a validator lets through. None
        where an unverified trackback is let in by policy and its page could not be read.
        """
        return self.read_source(self)

    @property
    def is_read(self) -> bool:
        """Whether `page` was read, so that asking for it costs nothing."""
        return "page" in self.__dict__

    @property
    def links(self) -> list[Link]:
        """The links from the source page to the target; empty for an unverified trackback."""
        return [] if self.page is None else self.page.links_to(self.target, self.page_url)


Validator = Callable[[Candidate], Verdict | None]
"""Gives an opinion: None abstains; ``approve`` and ``spam`` end the chain; ``hold`` makes the
default status pending; raising an error of `linkback_protocol.errors` refuses the ping."""
