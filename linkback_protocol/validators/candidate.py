"""What a validator is asked about, and what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from linkback_protocol.errors import SourceError
from linkback_protocol.linkback import Verdict

if TYPE_CHECKING:
    from linkback_protocol.linkback import Ping
    from linkback_protocol.page import Link, Page
    from linkback_protocol.url import URL


class Candidate:
    """A ping that names an open page of ours and is to be judged.

    :param ping: what the sender says.
    :param target: the target as sent, normalised.
    :param page_url: the page of ours that it leads to.
    :param site: base URLs of our site; empty where the receiver was given none.
    :param read_source: fetches and verifies the source, and returns it with its links to the
        target; the receiver's business.
    """

    def __init__(
        self,
        ping: Ping,
        *,
        target: URL,
        page_url: URL,
        site: tuple[URL, ...] = (),
        read_source: Callable[[Candidate], tuple[Page | None, list[Link]]],
    ) -> None:
        self.ping = ping
        self.target = target
        self.page_url = page_url
        self.site = site
        self.is_read = False
        """Whether `page` was read, so that asking for it costs nothing."""
        self._read_source = read_source
        self._refusal: SourceError | None = None
        self._page: Page | None = None
        self._links: list[Link] = []

    @property
    def page(self) -> Page | None:
        """The source page, fetched once at the most, when first asked for.

        A pingback always has one that links to the target: where it cannot be had, reading this
        raises the refusal (`SourceUnreachable`, `NoLink`), which a validator lets through. None
        where an unverified trackback is let in by policy and its page could not be read.
        """
        # No cached_property: up to Python 3.11 it lets one fetch run at a time, of all candidates.
        if self._refusal is not None:
            raise self._refusal
        if not self.is_read:
            try:
                self._page, self._links = self._read_source(self)
            except SourceError as error:
                self._refusal = error
                raise
            self.is_read = True
        return self._page

    @property
    def links(self) -> list[Link]:
        """The links from the source page to the target; empty for an unverified trackback."""
        return [] if self.page is None else self._links


Validator = Callable[[Candidate], Verdict | None]
"""Gives an opinion: None abstains; ``approve`` and ``spam`` end the chain; ``hold`` makes the
default status pending; raising an error of `linkback_protocol.errors` refuses the ping."""
