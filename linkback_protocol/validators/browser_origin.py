"""Pings that a browser sent for a page of another site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from linkback_protocol.errors import CrossSite
from linkback_protocol.validators.actions import check_action, shown, verdict

if TYPE_CHECKING:
    from linkback_protocol.linkback import Verdict
    from linkback_protocol.validators.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserOrigin:
    """Catches pings that a visitor's browser was made to send by a form or a script.

    Blogs ping from their servers; a browser says so in headers that a page cannot take away
    (``Origin``, ``Sec-Fetch-Site``). Spammers hide behind the addresses of visitors that way.

    What it gets wrong: an owner who sends a trackback by hand, from a form on another site. Old
    browsers without those headers are not noticed. It costs nothing.

    :param action: ``hold``, ``spam`` or ``refuse``; a refusal tells the sender why.
    :raises ValueError: another action.
    """

    name: ClassVar[str] = "browser_origin"
    action: Literal["hold", "spam", "refuse"] = "hold"

    def __post_init__(self) -> None:
        check_action("BrowserOrigin", self.action, "hold", "spam", "refuse")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Judge by the header that the wire kept."""
        browser = candidate.ping.browser
        if not browser:
            return None
        reason = f"a browser sent it for a page of another site ({shown(browser)})"
        return verdict(self.action, reason, refusal=CrossSite)
