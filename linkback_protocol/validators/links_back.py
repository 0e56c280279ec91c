"""Whether the source links to us at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from linkback_protocol import url as urls
from linkback_protocol.errors import NoLink
from linkback_protocol.linkback import Verdict
from linkback_protocol.validators.actions import check_action, shown, verdict

if TYPE_CHECKING:
    from linkback_protocol.page import Page
    from linkback_protocol.url import URL
    from linkback_protocol.validators.candidate import Candidate

FOLLOWED = frozenset(("a", "area", "text"))
"""Elements that a reader can follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksBack:
    """Catches trackbacks whose source does not link here; the best single test there is.

    The receiver refuses a pingback without the link by itself, as its protocol asks (PB-3-9), and
    that is so with every setting here. A trackback proves nothing by its protocol: this is for
    receivers that let unverified ones in.

    What it gets wrong: a page behind a login, one that a script writes, one that was slow today.
    With `anywhere` it passes whoever links to the front page of what they spam. It costs the fetch,
    and with `anywhere` about a millisecond for a page that does not link to the target.

    :param anywhere: whether a link that a reader can see to any page of the site is enough. The
        receiver must know its site; without that only the target counts.
    :param action: ``hold``, ``spam``, or ``refuse``, which tells the sender.
    :raises ValueError: another action.
    """

    name: ClassVar[str] = "links_back"
    anywhere: bool = False
    action: Literal["hold", "spam", "refuse"] = "hold"

    def __post_init__(self) -> None:
        check_action("LinksBack", self.action, "hold", "spam", "refuse")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Read the source and look for the link."""
        if candidate.links:
            return None
        # What was read and does not link to the target is kept here alone.
        page = candidate.fetched or candidate.page
        if page is None:
            reason = "the source could not be read, so nobody knows whether it links here"
            return verdict(self.action, reason, refusal=NoLink)
        # One of our own pages, that somebody redirects to, is full of links to us.
        if _is_ours(page.url, candidate):
            return verdict(self.action, "the source redirects to this site", refusal=NoLink)
        if self.anywhere:
            other = _link_to_us(page, candidate)
            if other is not None:
                return Verdict.abstain(f"the source links to {shown(str(other))}, not the target")
        where = "this site" if self.anywhere else "the target"
        return verdict(self.action, f"the source does not link to {where}", refusal=NoLink)


def _link_to_us(page: Page, candidate: Candidate) -> URL | None:
    for link in page.links:
        if link.element in FOLLOWED and not link.hidden and _is_ours(link.url, candidate):
            return link.url
    return None


def _is_ours(url: URL, candidate: Candidate) -> bool:
    return any(urls.is_below(url, base) for base in candidate.site)
