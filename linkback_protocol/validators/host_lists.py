"""The owner's own lists: hosts and networks to approve, and those to keep out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from linkback_protocol import url as urls
from linkback_protocol.linkback import Verdict
from linkback_protocol.validators.actions import check_action, check_list, shown, verdict
from linkback_protocol.validators.host_files import HostFile, add_entry, remove_entry
from linkback_protocol.validators.host_rules import HostRules, parse_line, read_address

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from linkback_protocol.url import URL
    from linkback_protocol.validators.candidate import Candidate

__all__ = ["Allow", "Block", "HostList", "add_entry", "remove_entry"]


class HostList:
    """Entries from settings, and those from a file.

    :raises ValueError: there are neither, or one is broken.
    """

    def __init__(
        self,
        validator: str,
        hosts: Sequence[str],
        file: str | os.PathLike[str] | None,
        *,
        check_every: float,
    ) -> None:
        check_list(validator, "hosts", hosts)
        if not hosts and file is None:
            raise ValueError(f"{validator} needs hosts=, file=, or both")
        if check_every < 0:
            raise ValueError(f"{validator}: check_every is 0 seconds or more")
        entries: list[str] = []
        for entry in hosts:
            try:
                entries += parse_line(entry)
            except ValueError as error:
                raise ValueError(f"{validator}: {shown(entry)!r}: {error}") from error
        self._fixed = HostRules(entries)
        self._file = None if file is None else HostFile(file, check_every=check_every)

    def match(self, url: URL) -> str:
        """Return the entry that a page matches, or nothing."""
        entry = self._fixed.match(url)
        return entry or ("" if self._file is None else self._file.rules().match(url))

    def match_sender(self, sender: str) -> str:
        """Return the entry that the address of a client matches, or nothing."""
        address = read_address(sender)
        if address is None:
            return ""
        entry = self._fixed.match_address(address)
        return entry or ("" if self._file is None else self._file.rules().match_address(address))


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """Approves pings of hosts and networks that the owner trusts, once the link is verified.

    It belongs before the validators that it is to overrule. The page that was read must be of a
    trusted host too: an open redirect on such a host vouches for nobody.

    What it gets wrong: everybody can send a ping for a trusted blog's page, and on a shared host
    (``blogspot.com``) everybody can have a blog. So it never approves an unverified trackback. It
    costs the fetch of the source for what is on the list, and next to nothing for all others.

    :param hosts: entries: ``example.com`` and what is below it, ``=example.com``,
        ``*.blogspot.com``, ``example.com/~bob/``, ``203.0.113.0/24`` for senders; see
        `linkback_protocol.validators.host_rules`.
    :param file: path of a text file with one entry a line, read again when it changes.
    :param check_every: seconds between two looks at that file.
    :raises ValueError: there is no entry to go by, or a broken one; in a file it names the line.
    """

    name: ClassVar[str] = "allow"
    hosts: Sequence[str] = ()
    file: str | os.PathLike[str] | None = None
    check_every: float = 1.0
    _list: HostList = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        hosts = HostList("Allow", self.hosts, self.file, check_every=self.check_every)
        object.__setattr__(self, "_list", hosts)

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Look the sender and the source up, and read the source where one of them is listed."""
        ping = candidate.ping
        entry = self._list.match_sender(ping.sender)
        if entry:
            who = f"the sender {shown(ping.sender)}"
        else:
            source = urls.parse(ping.source)
            entry = self._list.match(source)
            who = shown(source.host)
            if not entry:
                return None
        if not candidate.links or candidate.page is None:
            return Verdict.abstain(f"{who} is allowed ({shown(entry)}), but the link is unverified")
        page = candidate.page.url
        if not self._list.match_sender(ping.sender) and not self._list.match(page):
            return Verdict.abstain(
                f"{who} is allowed ({shown(entry)}), but redirects to {shown(page.host)}"
            )
        return Verdict.approve(f"{who} is allowed ({shown(entry)})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Keeps out hosts and networks that the owner, or a shared list, has had enough of.

    What it gets wrong: a host on a shared list may have a new owner, a network many users. It goes
    by the source's address as sent: one that redirects to a blocked host passes. It never reads the
    page, and costs a few look-ups in memory however long the list is.

    :param hosts: entries; see `Allow`.
    :param file: path of a text file with one entry a line, read again when it changes. Lines of a
        disavow file (``domain:bad.example``) and of a hosts file (``0.0.0.0 bad.example``) will do;
        both are read as the host and all that is below it. Where the file breaks, the last good
        list stays.
    :param check_every: seconds between two looks at that file.
    :param action: ``spam``, ``hold``, or ``refuse``, which tells the sender.
    :raises ValueError: there is no entry to go by, a broken one (in a file it names the line), or
        another action.
    """

    name: ClassVar[str] = "block"
    hosts: Sequence[str] = ()
    file: str | os.PathLike[str] | None = None
    check_every: float = 1.0
    action: Literal["spam", "hold", "refuse"] = "spam"
    _list: HostList = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_action("Block", self.action, "spam", "hold", "refuse")
        hosts = HostList("Block", self.hosts, self.file, check_every=self.check_every)
        object.__setattr__(self, "_list", hosts)

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Look the source and the sender up."""
        source = urls.parse(candidate.ping.source)
        entry = self._list.match(source)
        if entry:
            return verdict(self.action, f"{shown(source.host)} is blocked ({shown(entry)})")
        entry = self._list.match_sender(candidate.ping.sender)
        if entry:
            sender = shown(candidate.ping.sender)
            return verdict(self.action, f"the sender {sender} is blocked ({shown(entry)})")
        return None
