"""How a pingback server reads a source: its encoding, and its title."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from linkback_conformance.case import PRACTICE, ROBUSTNESS, SHOULD, case
from linkback_conformance.cases.pingback_source_links import NEEDS, found

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_conformance.trial import Source, Trial


def _document(t: Trial, url: str, head: str) -> str:
    return (
        f"<!DOCTYPE html>\n<html><head>{head}</head><body>\n<h1>A page</h1>\n{t.link(url)}\n"
        "</body></html>\n"
    )


def _read(
    t: Trial,
    what: str,
    title: str,
    codec: str,
    *,
    mark: bytes = b"",
    label: str = "",
    meta: str = "",
) -> None:
    """Check that a page in an encoding is accepted, and its title read where the owner shows it."""
    head = f"{meta}<title>{title}</title>"

    def publish(url: str) -> Source:
        content = mark + _document(t, url, head).encode(codec)
        kind = f"text/html; charset={label}" if label else "text/html"
        return t.publish(content, content_type=kind)

    found(t, what, publish)
    _shown(t, title)


def _shown(t: Trial, title: str) -> None:
    if t.target.observe:
        t.check(
            t.owner_sees(title),
            f"the owner reads the title {title!r}",
            "it is not in the owner's view",
        )


def _encoding(
    case_id: str, title: str, why: str
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    return case(
        case_id,
        title,
        clauses="PB-3-9 PB-5-1",
        level=SHOULD,
        basis=PRACTICE,
        area=ROBUSTNESS,
        needs=NEEDS,
        writes=True,
        why=why,
    )


@_encoding(
    "pingback.server.source-latin-1",
    "A source in ISO 8859-1 is read",
    "WordPress stores it without its title and its text.",
)
def latin_1(t: Trial) -> None:
    title = f"Stra\u00dfencaf\u00e9 {t.token()}"
    _read(t, "a page in ISO 8859-1", title, "latin-1", label="ISO-8859-1")


@_encoding(
    "pingback.server.source-windows-1252",
    "A source in Windows-1252 is read",
    "Where ISO 8859-1 has control characters it has quotes and dashes, and most old pages do too.",
)
def windows_1252(t: Trial) -> None:
    title = f"\u201cTea\u201d \u2013 \u20ac 5 {t.token()}"
    _read(t, "a page in Windows-1252", title, "cp1252", label="windows-1252")


@_encoding(
    "pingback.server.source-shift-jis",
    "A source in Shift JIS is read",
    "Old Japanese blogs are written in it; WordPress stores them without title and text.",
)
def shift_jis(t: Trial) -> None:
    # The second character ends in the byte of a backslash.
    title = f"\u65e5\u8868\u30d6\u30ed\u30b0 {t.token()}"
    _read(t, "a page in Shift JIS", title, "cp932", label="Shift_JIS")


@_encoding(
    "pingback.server.source-utf-16",
    "A source in UTF-16, marked by its first bytes, is read",
    "A search for bytes finds nothing at all in it.",
)
def utf_16(t: Trial) -> None:
    title = f"\u65e5\u8a18 {t.token()}"
    _read(t, "a page in UTF-16", title, "utf-16-le", mark=codecs.BOM_UTF16_LE)


@_encoding(
    "pingback.server.source-bom",
    "A source in UTF-8, marked by its first bytes, is read",
    "Editors on Windows write the mark, and nothing else says what the encoding is.",
)
def bom(t: Trial) -> None:
    title = f"Stra\u00dfencaf\u00e9 {t.token()}"
    _read(t, "a page in UTF-8 with a mark", title, "utf-8", mark=codecs.BOM_UTF8)


@_encoding(
    "pingback.server.source-meta-charset",
    "A source that names its encoding in the page alone is read",
    "Authors can often write pages, and not headers.",
)
def meta_charset(t: Trial) -> None:
    for meta in (
        '<meta charset="koi8-r">',
        '<META http-equiv="Content-Type" content="text/html; charset=KOI8-R">',
    ):
        title = f"\u0414\u043d\u0435\u0432\u043d\u0438\u043a {t.token()}"
        _read(t, f"a page with {meta}", title, "koi8-r", meta=meta)


@_encoding(
    "pingback.server.source-no-charset",
    "A source that does not name its encoding is read as far as possible",
    "Its letters may come out wrong; the link is there.",
)
def no_charset(t: Trial) -> None:
    _tolerated(t, "text/html")


@_encoding(
    "pingback.server.source-wrong-charset",
    "A source that is in another encoding than it says is read as far as possible",
    "A decoder that raises an error at the first wrong byte loses the link.",
)
def wrong_charset(t: Trial) -> None:
    _tolerated(t, "text/html; charset=utf-8")


@_encoding(
    "pingback.server.source-unknown-charset",
    "A source in an encoding that does not exist is read as far as possible",
    "Misspelled names are common, and looking them up raises errors.",
)
def unknown_charset(t: Trial) -> None:
    _tolerated(t, "text/html; charset=x-no-such-charset")


def _tolerated(t: Trial, content_type: str) -> None:
    title = f"<title>Stra\u00dfencaf\u00e9 {t.token()}</title>"
    found(
        t,
        "a page with some odd bytes",
        lambda url: t.publish(
            _document(t, url, title).encode("latin-1"), content_type=content_type
        ),
    )


@_encoding(
    "pingback.server.source-title-attributes",
    "A title in capitals and with attributes is read",
    "WordPress refuses the page and says that the target does not exist.",
)
def title_attributes(t: Trial) -> None:
    title = f"A good day {t.token()}"
    _titled(t, f'<TITLE lang="en" data-n="1">{title}</TITLE>')
    _shown(t, title)


@_encoding(
    "pingback.server.source-title-missing",
    "A source without a title is accepted",
    "WordPress refuses it and says that the target does not exist.",
)
def title_missing(t: Trial) -> None:
    _titled(t, "")


@_encoding(
    "pingback.server.source-title-empty",
    "A source with an empty title is accepted",
    "WordPress refuses it and says that the target does not exist.",
)
def title_empty(t: Trial) -> None:
    _titled(t, "<title> \n </title>")


@_encoding(
    "pingback.server.source-title-long",
    "A source with a very long title is accepted",
    "A column that is too short must not lose the ping.",
)
def title_long(t: Trial) -> None:
    _titled(t, f"<title>{'A very good day, and what came of it. ' * 500}</title>")


@_encoding(
    "pingback.server.source-title-svg",
    "The title is the page's own and not that of a drawing",
    "Drawings have title elements of their own, and a page may have many of them.",
)
def title_svg(t: Trial) -> None:
    title, label = f"A good day {t.token()}", f"A drawing {t.token()}"
    drawing = f'<svg width="9" height="9"><title>{label}</title><path d="M0 0"/></svg>'
    far = "<p>Some words between the link and the drawing.</p>\n" * 20

    def publish(url: str) -> Source:
        body = f"{t.link(url)}\n{far}{drawing}"
        text = (
            f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{body}</body></html>"
        )
        return t.publish(text.encode())

    found(t, "a page with a drawing", publish)
    _shown(t, title)
    if t.target.observe:
        t.check(
            not t.owner_sees(label, wait=False),
            "the owner does not read the drawing's title",
            "it is in the owner's view",
        )


def _titled(t: Trial, head: str) -> None:
    found(t, "such a page", lambda url: t.publish(_document(t, url, head).encode()))
