"""What a case of the corpus is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from linkback_protocol.linkback import Protocol

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One ping and the page that it is for; `html` is None where that cannot be read.

    `honest` is what a careful owner would say who looks at the page. `note` says what is special.
    """

    name: str
    family: str
    honest: bool
    protocol: Protocol
    source: str
    target: str
    html: bytes | None
    content_type: str = HTML
    title: str = ""
    excerpt: str = ""
    blog_name: str = ""
    sender: str = ""
    browser: str = ""
    note: str = ""


def address_of(source: str) -> str:
    """Return an address for the host of a page, always the same, kept for documentation."""
    host = urlsplit(source).hostname or ""
    digest = hashlib.sha256(host.encode()).digest()
    network = ("192.0.2", "198.51.100", "203.0.113")[digest[0] % 3]
    return f"{network}.{digest[1] % 254 + 1}"
