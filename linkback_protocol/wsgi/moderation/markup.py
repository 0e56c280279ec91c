"""HTML by small functions: what is no `Html` is text, and is escaped.

`Html` is made here alone. A page is put together from `element` and `joined`, so that forgetting to
escape something is not possible, only escaping it twice.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_VOID = frozenset(("br", "input", "link", "meta"))
_ADDRESSES = frozenset(("href", "src", "action", "formaction"))
_SAFE_ADDRESS = re.compile(r"https?://|/(?![/\\])|[?#]", re.IGNORECASE)
# Joiners are spelling in some scripts, and hold emoji together.
_JOINERS = "\u200c\u200d"
# Letters and a symbol that have a width and nothing else.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Content = str | int | None


def shown(text: str) -> str:
    """Return a text with nothing in it that acts without being seen.

    White space is folded. Control characters, and those that format, such as the marks that turn
    the direction of what follows, become their numbers in brackets; half a character becomes a
    question mark.
    """
    folded = " ".join(text.split())
    return folded if folded.isprintable() else "".join(map(_visible, folded))


def shows(text: str) -> bool:
    """Return whether a reader sees anything of a text, once it is `shown`."""
    return any(
        unicodedata.category(each)[0] in "LNPS" and each not in _BLANK for each in shown(text)
    )


def _visible(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    return f"[U+{ord(character):04X}]" if category in ("Cc", "Cf", "Zl", "Zp") else character


def element(name: str, /, *content: Content, **attributes: str | int | bool | None) -> Html:
    """Return an element.

    :param content: what is no `Html` is text by anybody; None is nothing.
    :param attributes: underscores stand for hyphens, one at the end for nothing; True is an
        attribute without a value, False and None are none. Addresses are of the web or of this
        site.
    :raises ValueError: an address is something else, such as ``javascript:``.
    """
    written = "".join(
        _attribute(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(content)}</{name}>")


def _attribute(name: str, value: str | int) -> str:
    if value is True:
        return f" {name}"
    text = str(value)
    if name in _ADDRESSES and not _SAFE_ADDRESS.match(text):
        raise ValueError(f"{name} is no address of the web: {text[:100]!r}")
    return f' {name}="{escape(_encodable(text))}"'


def joined(parts: Iterable[Content]) -> Html:
    """Return parts one behind the other, each escaped unless it is markup."""
    return Html("".join(_escaped(part) for part in parts if part is not None))


def _escaped(part: str | int) -> str:
    return part if isinstance(part, Html) else escape(shown_in_place(str(part)))


def shown_in_place(text: str) -> str:
    """Return what `shown` does, with the spaces at both ends kept as one each."""
    words = shown(text)
    before = " " if text[:1].isspace() else ""
    after = " " if words and text[-1:].isspace() else ""
    return f"{before}{words}{after}"


def stranger(text: str) -> Html:
    """Return a text by a stranger, isolated, so that its direction ends with it."""
    return element("bdi", text)


def textarea(text: str, **attributes: str | int | bool | None) -> Html:
    """Return a field of several lines, with this text in it as it is."""
    empty = element("textarea", **attributes)
    # The first line break in a field is not part of it.
    return Html(empty.replace("></textarea>", f">\n{escape(_encodable(text))}</textarea>"))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def document(head: Html, body: Html) -> str:
    """Return a page."""
    return f'<!DOCTYPE html>\n<html lang="en">\n{head}\n{body}\n</html>\n'
