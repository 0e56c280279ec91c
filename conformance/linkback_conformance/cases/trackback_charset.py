"""Which encodings a trackback receiver reads, and what it makes of bytes that are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkback_conformance.case import (
    IMPLIED,
    MAY,
    MUST,
    PRACTICE,
    ROBUSTNESS,
    SECURITY,
    SHOULD,
    case,
)
from linkback_conformance.cases.trackback_pings import (
    NEEDS,
    fields_of,
    kept,
    parsed,
    still_taken,
    without,
    word,
)
from linkback_conformance.trackback import FORM
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from linkback_conformance.trial import Trial

_UNSEEN = "neither --observe nor the page shows it"

_TEXTS = {
    "ISO-8859-1": "Gr\u00fc\u00dfe aus K\u00f6ln",
    "windows-1252": "Caf\u00e9 \u201eEck\u201c \u2013 5 \u20ac",
    "EUC-JP": "\u65e5\u672c\u8a9e\u306e\u984c\u540d",
    "Shift_JIS": "\u65e5\u672c\u8a9e\u306e\u984c\u540d",
}


def _typed(charset: str) -> str:
    return f"{FORM}; charset={charset}" if charset else FORM


@case(
    "trackback.server.charset-none",
    "A ping whose Content-Type names no charset is accepted",
    clauses="TB-4",
    level=MUST,
    basis=IMPLIED,
    needs=NEEDS,
    writes=True,
    why="Senders only should name it, and WordPress does not.",
)
def charset_none(t: Trial) -> None:
    source = t.source()
    reply = t.trackback(fields_of(source), content_type=FORM)
    t.accepts(reply, source, "a ping without a charset")


@case(
    "trackback.server.charset-spelling",
    "However the content type and the charset are written, they mean the same",
    clauses="TB-3 TB-4",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Programs compare the header as a whole: indieweb-utils knows no charset beside it.",
)
def charset_spelling(t: Trial) -> None:
    for content_type in (
        f"{FORM};charset=UTF-8",
        f'{FORM}; charset="utf-8"',
        f"{FORM.upper()} ; Charset=utf8",
        f"{FORM}; charset=utf-8; boundary=x",
    ):
        source = t.source()
        reply = t.trackback(fields_of(source), content_type=content_type)
        t.accepts(reply, source, content_type)


def _reads(t: Trial, text: str, charset: str, content_type: str, field: str = "") -> None:
    """Send a title in an encoding and check that it is kept as it was meant."""
    source = t.source()
    meant = f"{word(t)} {text}"
    fields = fields_of(source, title=meant)
    if field:
        fields.append(("charset", field))
    reply = t.trackback(fields, encoding=charset, content_type=content_type)
    t.accepts(reply, source, f"a ping in {charset}")
    view = kept(t, source)
    t.check(
        None if view is None else meant in view,
        f"the title {meant!r}",
        _UNSEEN if view is None else "it reads otherwise, or is gone",
    )


@case(
    "trackback.server.charset-utf-8",
    "A ping in UTF-8 is read as it was meant",
    clauses="TB-7",
    level=SHOULD,
    basis=IMPLIED,
    needs=NEEDS,
    writes=True,
    why="A column or a library that knows latin-1 alone turns letters into pairs of others.",
)
def charset_utf_8(t: Trial) -> None:
    text = "Gr\u00fc\u00dfe \u2013 \u65e5\u672c\u8a9e"
    _reads(t, text, "utf-8", _typed("utf-8"))


@case(
    "trackback.server.charset-accepted",
    "A ping in another encoding that it names is accepted",
    clauses="TB-4 TB-7",
    level=SHOULD,
    basis=IMPLIED,
    needs=NEEDS,
    writes=True,
    why="WordPress 7.2 loses every title that is not UTF-8, and Typecho answers 500.",
)
def charset_accepted(t: Trial) -> None:
    for charset, text in _TEXTS.items():
        source = t.source()
        fields = fields_of(source, title=text)
        reply = t.trackback(fields, encoding=charset, content_type=_typed(charset))
        t.accepts(reply, source, f"a ping in {charset}")


@case(
    "trackback.server.charset-header",
    "A ping in another encoding that it names is read as it was meant",
    clauses="TB-4 TB-7",
    level=SHOULD,
    basis=IMPLIED,
    needs=f"{NEEDS} trackback.server.charset-accepted",
    writes=True,
    why="WordPress, Serendipity and Dotclear look elsewhere, and guess.",
)
def charset_header(t: Trial) -> None:
    for charset, text in _TEXTS.items():
        _reads(t, text, charset, _typed(charset))


@case(
    "trackback.server.charset-field",
    "A field named charset is followed where the header names none",
    clauses="TB-7",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Movable Type and WordPress read it.",
)
def charset_field(t: Trial) -> None:
    _reads(t, _TEXTS["EUC-JP"], "EUC-JP", FORM, field="EUC-JP")


@case(
    "trackback.server.charset-bytes",
    "Bytes that are not in the encoding they should be in get an answer document",
    clauses="TB-7 TB-10",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Movable Type sends a page for people, and Typecho and Serendipity answer 500.",
)
def charset_bytes(t: Trial) -> None:
    title = b"caf\xe9 \xff\xfe \xe6\x97"
    for charset in ("", "utf-8", "us-ascii", "EUC-JP"):
        fields = fields_of(t.source(), title=title)
        reply = t.trackback(fields, content_type=_typed(charset))
        t.readable(reply, f"such bytes, and as charset {charset or 'none'}")
    fields = [*fields_of(t.source(), title=title), ("charset", "Shift_JIS")]
    reply = t.trackback(fields, content_type=_typed("utf-8"))
    t.readable(reply, "a header and a field that contradict each other")


@case(
    "trackback.server.charset-unknown",
    "A charset that nobody knows gets an answer document",
    clauses="TB-4 TB-10",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="WordPress 6.1 answers 500; what a library takes for an encoding can be an archive format.",
)
def charset_unknown(t: Trial) -> None:
    for label in ("x-nobody", "base64", "zip", "rot13", "idna", "../../x", "%00", "a" * 500):
        reply = t.trackback(fields_of(t.source()), content_type=_typed(label))
        t.readable(reply, f"charset={label[:20]} in the header")
        fields = [*fields_of(t.source()), ("charset", label)]
        reply = t.trackback(fields, content_type=FORM)
        t.readable(reply, f"charset={label[:20]} in a field")


@case(
    "trackback.server.charset-utf-7",
    "UTF-7 is not decoded",
    clauses="TB-7 SEC-5",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs=NEEDS,
    writes=True,
    why="It hides markup from filters that run first; WordPress refuses it since 2007.",
)
def charset_utf_7(t: Trial) -> None:
    still_taken(t)
    for charset, field in (("utf-7", ""), ("", "UTF-7"), ("utf-8", "UTF-7")):
        source, mark = t.source(), word(t)
        title = f"+ADw-script+AD4-{mark}+ADw-/script+AD4-"
        fields = fields_of(source, title=title)
        if field:
            fields.append(("charset", field))
        reply = t.trackback(fields, content_type=_typed(charset))
        what = f"charset {charset or 'none'} in the header, {field or 'none'} in a field"
        if reply.outcome is not Outcome.ACCEPTED:
            # An empty answer is how WordPress refuses it.
            t.check(t.answered(reply.exchange).status < 500, f"{what}: an answer", reply.describe())
            continue
        view = kept(t, source)
        t.check(
            None if view is None else f"<script>{mark}" not in view,
            f"{what}: no script comes of it",
            _UNSEEN if view is None else "a script",
        )


_CONTROLS = b"\x00\x01\x08\x0b\x0c\x1b\x7f\xc2\x85\xed\xa0\x80\xef\xbf\xbe"


@case(
    "trackback.server.controls-answer",
    "Characters that XML cannot hold harm no answer",
    clauses="TB-9 TB-10",
    level=MUST,
    basis=IMPLIED,
    needs=f"{NEEDS} trackback.server.success-well-formed trackback.server.failure-well-formed",
    writes=True,
    why="No escape helps them: an answer that repeats them is no XML any more.",
)
def controls_answer(t: Trial) -> None:
    hostile = dict.fromkeys(("title", "excerpt", "blog_name"), b"a" + _CONTROLS + b"b")
    fields = fields_of(t.source(), **hostile)
    replies = [
        ("control characters", t.trackback(fields)),
        ("such in the url", t.trackback(fields_of("http://blog.test/\x00\x0b\x1b"))),
    ]
    nowhere = t.trackback(without(fields, "url"))
    if nowhere.understood:
        replies.append(("control characters, and no url", nowhere))
    for what, reply in replies:
        t.check(
            reply.understood and parsed(reply) is not None,
            f"{what}: a well-formed answer document",
            "; ".join(reply.departures("TB-9", "TB-10")) or reply.describe(),
        )


@case(
    "trackback.server.controls-kept",
    "Control characters are not kept",
    clauses="SEC-5",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=f"{NEEDS} trackback.server.controls-answer",
    writes=True,
    why="One of them makes a feed unreadable, and a terminal does as it is told.",
)
def controls_kept(t: Trial) -> None:
    source, mark = t.source(), word(t)
    reply = t.trackback(fields_of(source, title=mark.encode() + _CONTROLS + b"end"))
    t.readable(reply, "control characters")
    if reply.outcome is not Outcome.ACCEPTED:
        return
    view = kept(t, source)
    found = "" if view is None else "".join(re.findall(f"{mark}(.{{0,20}})", view, re.DOTALL))
    harmful = sorted(set(re.findall("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe]", found)))
    t.check(
        None if view is None else not harmful,
        "no control characters in the title",
        _UNSEEN if view is None else f"{harmful!r}",
    )
