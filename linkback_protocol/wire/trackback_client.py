"""TrackBack 1.2 from the sender's side: writing the form, and reading the answer.

Servers of trackbacks answer with all sorts of things. They are read as a patient human would, and
whatever departs from the text is named, clause by clause.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from werkzeug.http import parse_options_header

from linkback_protocol.wire.answer import (
    Answer,
    Malformed,
    Refusal,
    Success,
    integer,
    named,
    told,
    unreadable,
)
from linkback_protocol.wire.document import Element, read
from linkback_protocol.wire.text import carriable, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"
"""What the form is sent as (TB-3, TB-4)."""
MAX_TITLE = 200
"""Bytes of a title that are sent; Serendipity fails at more, Movable Type at more than 255."""
MAX_BLOG_NAME = 150
"""Bytes of a blog's name that are sent; Typecho refuses more."""
MAX_EXCERPT = 252
"""Bytes of an excerpt that are sent before the ellipsis; Movable Type cuts at 255 (TB-32)."""

_ELLIPSIS = "\u2026"
_ELLIPSIS_BYTES = len(_ELLIPSIS.encode())


def dump_form(
    url: str, *, title: str = "", excerpt: str = "", blog_name: str = ""
) -> tuple[str, bytes]:
    """Return the Content-Type and the body of a trackback, all in UTF-8 (TB-3 to TB-5, TB-7).

    The texts are plain ones, without markup. They are sent as one line each, cut behind a word
    where they are too long for the servers there are; empty ones are left out. The protocol asks
    for `url` alone, but servers for more: WordPress answers nothing at all, and registers nothing,
    without a `title` (IP-WT-3), Dotclear refuses without a `blog_name`, and Typecho without that
    and an `excerpt`. So have them all where you can, and a title always.

    :param url: the page that links, absolute.
    :raises ValueError: no `url` (TB-5).
    """
    address = carriable(url).strip()
    if not address:
        raise ValueError("a trackback names the page it is sent for")
    fields = {
        "url": address,
        "title": _cut(title, whole=MAX_TITLE, part=MAX_TITLE - _ELLIPSIS_BYTES),
        "blog_name": _cut(blog_name, whole=MAX_BLOG_NAME, part=MAX_BLOG_NAME - _ELLIPSIS_BYTES),
        "excerpt": cut_excerpt(excerpt),
    }
    sent = {name: text for name, text in fields.items() if text}
    return CONTENT_TYPE, urlencode(sent).encode("ascii")


def cut_excerpt(text: str) -> str:
    """Return the beginning of a plain text as an excerpt: one line of at most 252 bytes in UTF-8.

    What is longer is cut behind a word, and in a word, though never in a character, where words are
    very long or are not told apart by spaces; an ellipsis follows, which makes 255 bytes. Bytes,
    since that is what the columns of old databases hold.
    """
    return _cut(text, whole=MAX_EXCERPT, part=MAX_EXCERPT)


def _cut(text: str, *, whole: int, part: int) -> str:
    """Return one line of at most `whole` bytes, or of at most `part` and an ellipsis."""
    line = plain(text, limit=20 * whole)
    data = line.encode()
    if len(data) <= whole:
        return line
    kept = data[:part].decode(errors="ignore")
    if line[len(kept)] != " ":
        space = kept.rfind(" ", len(kept) // 2)
        kept = kept if space < 0 else kept[:space]
    return kept.rstrip() + _ELLIPSIS


def read_response(body: bytes, *, status: int, content_type: str) -> Answer:
    """Read what a server answered to a trackback; never raises, whatever it is.

    Any number in ``<error>`` but 0 is a refusal (TB-12), and so is 0 with an HTTP status that says
    no: Movable Type's filters refuse with 403 and ``<error>0</error>`` (IP-MT-8). But for 404, with
    which WordPress answers from ``wp-trackback.php`` when it has stored the ping. A redirect is a
    refusal too, and must not be followed: WordPress and Typecho send to the post who they do not
    want. The protocol does not say with which HTTP status a server refuses (TB-11).

    :param body: the whole of it; the caller bounds its size.
    :param content_type: the value of the header, or empty.
    """
    media_type, options = parse_options_header(content_type[:400])
    document = read(
        body,
        roots=("response", "error"),
        tags=("message", "success", "code", "title", "data", "status"),
        charset=options.get("charset", ""),
    )
    root = document.root
    if root is None:
        if 300 <= status < 400:
            return Refusal(
                None, "", (f"the HTTP status is {status}, a redirect, without an answer (TB-10)",)
            )
        return unreadable(document.reason, status)
    answer = _verdict(root, status)
    clause = "TB-9" if isinstance(answer, Success) else "TB-10"
    odd = (*document.problems, *_form(root, document.encoding, media_type.lower()))
    return replace(
        answer, oddities=named((*(f"{each} ({clause})" for each in odd), *answer.oddities))
    )


def _form(root: Element, encoding: str, media_type: str) -> Iterator[str]:
    """Yield what is odd about the form of an answer, whatever it means."""
    if encoding.lower() != "utf-8":
        declared = plain(encoding, limit=40)
        what = f"is {declared!r}" if declared else "is missing"
        yield f"the encoding that the XML declares {what}, not 'utf-8'"
    # The text has no Content-Type for answers; but what is called HTML is called no XML.
    if media_type and not media_type.endswith("xml"):
        yield f"the Content-Type is {plain(media_type, limit=80)!r}, not one of XML"
    for element in root.walk():
        if element.tag in ("response", "error") and element.children and element.text.strip():
            yield f"text stands within <{element.tag}>"
        elif element.tag in ("message", "success") and element.children:
            yield f"<{element.tag}> holds elements"


def _verdict(root: Element, status: int) -> Answer:
    """Return what an answer means, with what is odd about that."""
    found = root.find("message")
    message = "" if found is None else told(found.words)
    if root.tag == "error" and root.children:
        # How WordPress's comments refuse: <error><code>wp_die</code><title>...<message>...
        return Refusal(None, message, ("the document is <error>, not <response> (TB-10)",))
    oddities: list[str] = []
    if root.tag == "error":
        oddities.append("the document is <error>, not <response> (TB-10)")
    values = [each for each in root.walk() if each.tag == "error"]
    if not values:
        values = [each for each in root.walk() if each.tag == "success"]
        oddities.append("the number stands in <success>, not in <error> (TB-9)")
    if not values:
        return Malformed("The answer is a <response> without an <error>.")
    if len(values) > 1:
        oddities.append(f"there are {len(values)} elements <{values[0].tag}> (TB-9)")
    # Whatever is not 0 is a failure, also beside a 0.
    texts = [value.words for value in values]
    text = next((text for text in texts if integer(text) != 0), texts[0])
    number = integer(text)
    if not text.strip():
        return Malformed("The answer has an empty <error>, which is neither 0 nor 1.")
    if number is None:
        oddities.append(f"the number is {plain(text, limit=40)!r}, not 0 or 1 (TB-12)")
        return Refusal(None, message or told(text), tuple(oddities))
    if text != text.strip():
        oddities.append(f"the number {number} has white space round it (TB-9)")
    if number == 0:
        return _zero(message, status, oddities)
    if number != 1:
        oddities.append(f"the number is {number}, not 0 or 1 (TB-12)")
    if not message:
        oddities.append("there is no <message> (TB-10)")
    return Refusal(number, message, tuple(oddities))


def _zero(message: str, status: int, oddities: list[str]) -> Answer:
    """Return what the number of a success means with an HTTP status."""
    if 200 <= status < 300:
        return Success(message, tuple(oddities))
    oddities.append(f"the HTTP status is {status} though the number is 0 (TB-11)")
    if status == 404:
        return Success(message, tuple(oddities))
    return Refusal(0, message, tuple(oddities))
