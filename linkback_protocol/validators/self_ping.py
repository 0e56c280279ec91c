"""Pings from one page of ours to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from linkback_protocol import url
from linkback_protocol.errors import SelfPing as SelfPingError
from linkback_protocol.linkback import Verdict

if TYPE_CHECKING:
    from linkback_protocol.validators.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfPing:
    """Catches pings that our own pages send to each other, as most blogging software does.

    The receiver itself refuses sources on its site unless it is made with ``self_pings="judge"``;
    this is for those who want them shown or held, and for owners with several sites.

    What it gets wrong: nothing; a link of one's own is one. It costs nothing.

    :param action: ``refuse``, ``hold``, or ``approve`` for those who like to see related posts.
    :param hosts: other hosts of ours, such as ``photos.example``; those below them count too.
    :raises ValueError: another action, or what is no host.
    """

    name: ClassVar[str] = "self_ping"
    action: Literal["refuse", "hold", "approve"] = "refuse"
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.action not in ("refuse", "hold", "approve"):
            raise ValueError(f"SelfPing: action is refuse, hold or approve, not {self.action!r}")
        for host in self.hosts:
            try:
                url.parse(f"http://{host}/")
            except url.InvalidURL as error:
                raise ValueError(f"SelfPing: {host!r} is no host: {error}") from error

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Judge by where the source is."""
        source = url.parse(candidate.ping.source)
        below = any(url.is_below(source, base) for base in candidate.site)
        if not below and not any(_is_of(source.host, host) for host in self.hosts):
            return None
        reason = f"{source.host} is ours too"
        match self.action:
            case "refuse":
                raise SelfPingError(reason)
            case "hold":
                return Verdict.hold(reason)
            case "approve":
                return Verdict.approve(reason)


def _is_of(host: str, ours: str) -> bool:
    own = url.parse(f"http://{ours}/").host
    return host == own or host.endswith(f".{own}")
