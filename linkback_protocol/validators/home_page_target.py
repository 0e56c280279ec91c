"""Pings that are for a home page, and not for anything on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from linkback_protocol.errors import TargetNotPingable
from linkback_protocol.validators.actions import check_action, shown, verdict

if TYPE_CHECKING:
    from linkback_protocol.linkback import Verdict
    from linkback_protocol.url import URL
    from linkback_protocol.validators.candidate import Candidate

INDEXES: Final = frozenset(
    ("default.asp", "default.aspx", "default.htm", "default.html")
    + ("index.cgi", "index.htm", "index.html", "index.php", "index.shtml", "index.xhtml")
)
"""Names that a home page has besides none."""
TRACKERS: Final = ("fbclid=", "gclid=", "mc_cid=", "mc_eid=", "utm_")
"""How parameters begin that lead to no other page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePageTarget:
    """Catches pings for the site's home page.

    Whoever has read something here links to what they read; whoever pings by the thousand knows
    the address of the front page. A target that redirects there counts as well.

    What it gets wrong: a blog that names us and links to the name, as many do, which is why it
    asks the owner by default. Where the receiver was given no site, the root of the target's host
    counts as home. It never reads the source and costs a microsecond.

    :param action: ``hold``, ``spam``, or ``refuse``, which tells the sender that the page takes no
        pings.
    :raises ValueError: another action.
    """

    name: ClassVar[str] = "home_page_target"
    action: Literal["hold", "spam", "refuse"] = "hold"

    def __post_init__(self) -> None:
        check_action("HomePageTarget", self.action, "hold", "spam", "refuse")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Compare the target, and the page that it leads to, with the base of each site."""
        bases = {(base.authority, _folder(base.path)) for base in candidate.site}
        if not bases:
            bases = {(url.authority, "/") for url in (candidate.target, candidate.page_url)}
        if _is_home(candidate.target, bases):
            return self._judge("the target is the home page")
        if _is_home(candidate.page_url, bases):
            return self._judge(f"the target leads to the home page, {candidate.page_url}")
        return None

    def _judge(self, reason: str) -> Verdict:
        return verdict(self.action, shown(reason), refusal=TargetNotPingable)


def _is_home(url: URL, bases: set[tuple[str, str]]) -> bool:
    if url.query and not all(
        parameter.startswith(TRACKERS) for parameter in url.query.lower().split("&")
    ):
        return False
    return (url.authority, _folder(url.path)) in bases


def _folder(path: str) -> str:
    """Return a path without the name of an index, and with a slash at its end."""
    folder, _, last = path.rpartition("/")
    return f"{folder}/" if last.lower() in INDEXES or not last else f"{path}/"
