"""What a validator is asked about, and what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from linkback_protocol.errors import SourceError
from linkback_protocol.linkback import Verdict

if TYPE_CHECKING:
    from linkback_protocol.linkback import Ping
    from linkback_protocol.page import Link, Page
    from linkback_protocol.stores import Store
    from linkback_protocol.url import URL


class Candidate:
    """A ping that names an open page of ours and is to be judged.

    :param ping: what the sender says.
    :param target: the target as sent, normalised.
    :param page_url: the page of ours that it leads to.
    :param site: base URLs of our site; empty where the receiver was given none.
    :param read_source: fetches and verifies the source, and returns it with its links to the
        target; the receiver's business.
    :param read_target: returns the text of the page of ours, or nothing where it cannot be had.
    :param store: where the linkbacks are kept, for validators that look at what came before; None
        where a validator is tried by itself.
    :param again: whether the ping was judged when it came in, and is judged again for the owner to
        read; nothing is to be counted or changed then.
    """

    def __init__(
        self,
        ping: Ping,
        *,
        target: URL,
        page_url: URL,
        site: tuple[URL, ...] = (),
        read_source: Callable[[Candidate], tuple[Page | None, list[Link]]],
        read_target: Callable[[], str] | None = None,
        store: Store | None = None,
        again: bool = False,
    ) -> None:
        self.ping = ping
        self.target = target
        self.page_url = page_url
        self.site = site
        self.store = store
        self.again = again
        self.fetched: Page | None = None
        """What was fetched, whether or not it links here; set by whoever reads the source."""
        self.is_read = False
        """Whether `page` was read, so that asking for it costs nothing."""
        self._read_source = read_source
        self._read_target = read_target
        self._target_text: str | None = None
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

    @property
    def target_text(self) -> str:
        """What a reader sees of the page of ours; empty where nobody can tell."""
        if self._target_text is None:
            self._target_text = "" if self._read_target is None else self._read_target()
        return self._target_text


Validator = Callable[[Candidate], Verdict | None]
"""Gives an opinion: None abstains; ``approve`` and ``spam`` end the chain; ``hold`` makes the
default status pending; raising an error of `linkback_protocol.errors` refuses the ping."""
