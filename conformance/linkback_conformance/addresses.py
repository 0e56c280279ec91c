"""Addresses that strangers wrote: one that cannot be read is none, and never an exception."""

from __future__ import annotations

from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit


def split(url: str) -> SplitResult | None:
    """Return the parts of an address, or ``None`` where it or its port cannot be read."""
    try:
        parts = urlsplit(url)
        if parts.port == 0:
            return None
    except ValueError:
        return None
    return parts


def is_absolute(url: str) -> bool:
    """Return whether an address is http or https and names a host."""
    parts = split(url)
    return parts is not None and parts.scheme in {"http", "https"} and bool(parts.hostname)


def joined(base: str, url: str) -> str:
    """Return an address as seen from a page; empty where it leads to no http address."""
    try:
        whole = urljoin(base, url)
    except ValueError:
        return ""
    return whole if is_absolute(whole) else ""


def without_fragment(url: str) -> str:
    """Return an address without what follows its ``#``, and one that cannot be read as it is."""
    try:
        return urldefrag(url).url
    except ValueError:
        return url
