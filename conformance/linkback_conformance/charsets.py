"""Charsets by the names that strangers give: what Python takes for one is not always one."""

from __future__ import annotations

import codecs

# Codecs of text that no document is written in; some of them raise whatever they are asked.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf_7"}
)


def codec(name: str) -> str | None:
    """Return the codec of a charset, the same for all its names; ``None`` where it is none."""
    try:
        found = codecs.lookup(name).name
        b"a".decode(found, "replace")
    except (LookupError, ValueError):
        return None
    return None if found.replace("-", "_") in _NO_CHARSETS else found


def fits(body: bytes, name: str) -> bool:
    """Return whether bytes are in a charset."""
    found = codec(name)
    if found is None:
        return False
    try:
        body.decode(found)
    except ValueError:
        return False
    return True
