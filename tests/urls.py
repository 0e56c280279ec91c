"""Hypothesis strategies for URLs that parsers disagree about."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

HOSTS = ("blog.example", "127.0.0.1", "[::1]", "xn--bcher-kva.example", "b\xfccher.example")
ESCAPES = ("a", "B", "%41", "%7e", "%2f", "%2E", "%", "%zz", "%%34%31", ".", "..", "\xe9", "")

_PIECES = (
    *("h", "x.", "xn--", "xn--bcher-kva", "localhost", "b\xfccher", "\u05d0", "\u0627", "\u0645"),
    *("127.0.0.1", "0177", "0x", "0", "1", "[", "]", "[::1]", "[::ffff:1.2.3.4]", "::", "%lo"),
    *("\uff11", "\u2460", "\u3002", "\uff0e", "\uff61", "\u2100", "\xad", "\u200c", "\u200d"),
    *("\xdf", "\u0131", "\u0130", "\u017f", "\u212a", "\U0001f600", "\ufffc", "\x85", "\xa0"),
    *(":", "80", ":8080", ".", "..", "-", "_", "@", "u:p@", "\\", "/", "//", "?", "#", ";", "&"),
    *("%", "%4", "%41", "%%34%31", "%2e", "%2F", "%C3%A9", "%00", " ", "\t", "\n", "'", '"', "<"),
)


@st.composite
def hostile_urls(draw: st.DrawFn) -> str:
    """Return what looks like an http URL, made of the pieces that confuse parsers."""
    scheme = draw(st.sampled_from(("http://", "https://", "HTTP://", "http:", "http:///")))
    rest = draw(st.lists(st.sampled_from(_PIECES), max_size=10).map("".join))
    path = draw(st.lists(st.sampled_from(_PIECES), max_size=6).map("".join))
    lead = draw(st.sampled_from(("", "h", "www.h.example", "127.0.0.1")))
    return f"{scheme}{lead}{rest}{draw(st.sampled_from(('', '/')))}{path}"


def text_of_unicode_3_2() -> st.SearchStrategy[str]:
    """Return labels of characters so old that every table of Unicode has them, in NFC."""
    old = "".join(
        character
        for character in map(chr, range(0x80, 0x30000))
        if unicodedata.ucd_3_2_0.category(character) not in ("Cn", "Cs", "Co", "Cc", "Zs")
    )
    return st.text(st.sampled_from(old + "ab1-"), min_size=1, max_size=5).map(
        lambda label: unicodedata.normalize("NFC", label)
    )


def references() -> st.SearchStrategy[str]:
    """Return what stands in an ``href``, for better or worse."""
    pieces = (
        *("/", "//", "a", "b/", ".", "..", "./", "../", "?", "?q=1", "#f", ";", ":", "%41", "%"),
        *("http:", "https:", "http://h.example", "//x.example", "javascript:", "mailto:", "1:2"),
        *(" ", "\t", "\n", "\xe9", "@", "[", "]", "&", "%2e%2E", "\\", "\u3002"),
    )
    return st.lists(st.sampled_from(pieces), max_size=6).map("".join)
