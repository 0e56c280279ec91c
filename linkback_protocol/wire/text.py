"""Characters: which ones XML can carry, and which ones a stranger's bytes stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import webencodings

if TYPE_CHECKING:
    from codecs import CodecInfo

MAX_LABEL = 40
"""Characters in the name of an encoding; longer names are not looked at (CVE-2009-3622)."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# C1 controls show nothing; overrides of the writing direction, left open, turn round what follows.
_UNSEEN = re.compile("[\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"\s+")
# Not what a field is sent in: UTF-16 is no superset of ASCII, and the labels of encodings that can
# hide markup (ISO-2022-KR, HZ) lead to "replacement".
_NOT_FOR_FIELDS = frozenset(("utf-16-le", "utf-16-be", "replacement", "x-user-defined"))


def carriable(text: str) -> str:
    """Drop what no XML document can carry: most controls, lone surrogates, U+FFFE and U+FFFF."""
    return _NOT_XML.sub("", text)


def escape(text: str) -> str:
    """Return `text` as XML character data or a double-quoted attribute has it, always well-formed.

    Carriage returns are written as references, or they would come out as line feeds.
    """
    return (
        carriable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("\r", "&#13;")
    )


def plain(text: str, *, limit: int) -> str:
    """Return one line of at most `limit` characters: white space folded, controls dropped.

    What is longer is cut behind a word, with an ellipsis; within one where words are very long, or
    are not told apart by spaces.
    """
    seen = _UNSEEN.sub("", carriable(text[: 20 * limit]))
    folded = _SPACE.sub(" ", seen).strip()
    if len(folded) <= limit:
        return folded
    end = limit - 1
    if folded[end] != " ":
        space = folded.rfind(" ", limit // 2, end)
        end = end if space < 0 else space
    return folded[:end].rstrip() + "\u2026"


def encoding_name(label: str) -> str:
    """Return the name of the encoding that a label means on the web; empty for all others.

    Only the fixed list of the WHATWG is looked at. Python's own look-up would remember every name
    that it is asked for, for ever, and knows encodings such as UTF-7 that hide markup.
    """
    if len(label) > MAX_LABEL or not label.isascii():
        return ""
    encoding = webencodings.lookup(label)
    return "" if encoding is None else encoding.name


def codec(label: str) -> CodecInfo | None:
    """Return Python's codec for an encoding of the web; None for all other labels."""
    encoding = webencodings.lookup(encoding_name(label))
    return None if encoding is None else encoding.codec_info


def decode_field(data: bytes, *labels: str) -> str:
    """Return the text of a form field, whatever its bytes.

    The first of `labels` that names an encoding decides, and bytes that it cannot read become
    U+FFFD. UTF-8 alone is checked, since it is also what senders say out of habit: it counts where
    it reads at least as many characters beyond ASCII as it cannot read. That leaves a text in UTF-8
    that was cut within a character in UTF-8, and one in Latin-1 out of it. Without any label left,
    the field is UTF-8 by the same rule, else windows-1252.
    """
    for label in (*labels, "utf-8"):
        info = codec(label)
        if info is None or info.name in _NOT_FOR_FIELDS:
            continue
        text = _utf_8(data) if info.name == "utf-8" else info.decode(data, "replace")[0]
        if text is not None:
            return text
    return data.decode("windows-1252", "replace")


def _utf_8(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
    unread = text.count("\ufffd")
    read = sum(character > "\x7f" for character in text) - unread
    return text if read >= unread else None
