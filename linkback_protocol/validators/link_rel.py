"""What the source itself says about its link to us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from linkback_protocol.validators.actions import check_action, check_list, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.linkback import Verdict
    from linkback_protocol.validators.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRel:
    """Catches sources that disown their links to us, in ``rel``.

    By default that is ``sponsored``, which says that somebody paid for the link. The other two are
    left out on purpose: wikis and forums write ``ugc`` or ``nofollow`` on each link that a member
    sets, Wikipedia on all of them, and careful blogs do on every link to elsewhere; none of that
    says anything about who links or why. Add ``ugc`` to see what comes from comments and
    forums before it is shown.

    What it gets wrong: an honest review that was paid for, and says so. Those who hide that they
    were paid it does not find. It costs the fetch and nothing besides.

    :param tokens: of ``rel``; one of them on every link to us is enough.
    :param action: ``hold``, ``spam`` or ``refuse``.
    :raises ValueError: no tokens, what is no token, or another action.
    """

    name: ClassVar[str] = "link_rel"
    tokens: Sequence[str] = ("sponsored",)
    action: Literal["hold", "spam", "refuse"] = "hold"

    def __post_init__(self) -> None:
        check_action("LinkRel", self.action, "hold", "spam", "refuse")
        check_list("LinkRel", "tokens", self.tokens)
        if not self.tokens:
            raise ValueError("LinkRel needs tokens=, such as ['sponsored', 'ugc']")
        for token in self.tokens:
            if not token or token.split() != [token]:
                raise ValueError(f"LinkRel: {token!r} is no token of rel; it is a single word")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Look at the links that a reader sees, or at the hidden ones where there are no others."""
        links = [link for link in candidate.links if not link.hidden] or candidate.links
        unwanted = {token.lower() for token in self.tokens}
        if not links or not all(unwanted & link.rel for link in links):
            return None
        found = sorted(unwanted.intersection(*(link.rel for link in links)))
        said = found[0] if found else " or ".join(sorted(unwanted))
        which = "the link says" if len(links) == 1 else f"all {len(links)} links say"
        return verdict(self.action, f"{which} rel={said}")
