"""The canary: an address of this machine that no target has any business to connect to."""

from __future__ import annotations

import contextlib
import ipaddress
from typing import TYPE_CHECKING, Final

from linkback_conformance.errors import UsageError
from linkback_conformance.source_site import Listener

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkback_conformance.trial import Trial

TRACES: Final = (
    "Traceback (most recent call last)",
    "Stack trace:",
    "Fatal error",
    "Warning:",
    "Exception in thread",
    "SQLSTATE",
    "at java.",
    " on line ",
)
"""What an answer holds that shows the inside of a program."""


@contextlib.contextmanager
def listening(t: Trial, host: str) -> Iterator[Listener]:
    """Listen on an address, or end the case where that would prove nothing."""
    if not t.target.local:
        t.not_applicable("the target is on another machine, which cannot reach the suite's canary")
    try:
        listener = Listener(host)
    except UsageError as error:
        t.inconclusive(str(error))
    with listener:
        yield listener


def spellings(host: str) -> tuple[str, ...]:
    """Return other ways to write an IPv4 address that some libraries read."""
    address = int(ipaddress.IPv4Address(host))
    octets = host.split(".")
    return (
        str(address),
        hex(address),
        ".".join(f"{int(octet):#o}".replace("0o", "0") for octet in octets),
        f"{octets[0]}.{address & 0xFFFFFF}",
        f"[::ffff:{host}]",
        f"[::ffff:{address >> 16:x}:{address & 0xFFFF:x}]",
        f"{host}.",
    )
