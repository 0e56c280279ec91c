"""TrackBack 1.2 for those who send: writing the form, and reading the answer as servers give it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkback_protocol.wire import tree
from linkback_protocol.wire.answer import MAX_MESSAGE, Malformed, Refusal, Success, told
from linkback_protocol.wire.text import carriable, plain
from linkback_protocol.wire.trackback import MAX_TITLE

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FORM = "application/x-www-form-urlencoded; charset=utf-8"
MAX_EXCERPT_BYTES = 252
"""Bytes of an excerpt before its ellipsis: what every receiver keeps (TB-32)."""

_ELLIPSIS = "\u2026"
_ERROR = re.compile(r"<error>\s{0,20}([+-]?[0-9]{1,10})\s{0,20}</error>")
_MESSAGE = re.compile(r"<message>(.{0,2000}?)</message>", re.DOTALL)
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}\Z")
_TAGS = re.compile(r"<[^<>]{0,200}>")


def dump_form(
    url: str, *, title: str = "", excerpt: str = "", blog_name: str = ""
) -> tuple[str, bytes]:
    """Return Content-Type and body of a ping, in UTF-8 and saying so (TB-3, TB-4, TB-5, TB-7).

    What is empty is left out. WordPress answers nothing to a ping without a title, so give one.
    Texts are plain, of one line, and cut where receivers would cut them: `MAX_TITLE` characters,
    `MAX_EXCERPT_BYTES`.
    """
    fields = {
        "title": plain(title, limit=MAX_TITLE),
        "url": url,
        "excerpt": cut_excerpt(excerpt),
        "blog_name": plain(blog_name, limit=MAX_TITLE),
    }
    said = {name: value for name, value in fields.items() if value}
    return FORM, urlencode(said, encoding="utf-8", errors="replace").encode("ascii")


def cut_excerpt(text: str) -> str:
    """Return one line of at most `MAX_EXCERPT_BYTES` in UTF-8, cut behind a word.

    An ellipsis tells that it was cut, beyond that number.
    """
    line = plain(carriable(text), limit=4 * MAX_EXCERPT_BYTES)
    encoded = line.encode("utf-8", "replace")
    if len(encoded) <= MAX_EXCERPT_BYTES:
        return line
    kept = encoded[:MAX_EXCERPT_BYTES].decode("utf-8", "ignore")
    if encoded[len(kept.encode()) : len(kept.encode()) + 1] != b" ":
        space = kept.rfind(" ", len(kept) // 2)
        kept = kept[:space] if space > 0 else kept
    return kept.rstrip(f" {_ELLIPSIS}") + _ELLIPSIS


def read_response(body: bytes, *, status: int, content_type: str) -> Success | Refusal | Malformed:
    """Return what the endpoint said (TB-9, TB-10); any bytes give something, in linear time.

    Any number but 0 is an error (TB-12). A redirect, which leads to a page to look at, is how some
    engines refuse.

    :param status: HTTP status of the answer.
    :param content_type: its Content-Type; empty where there was none.
    """
    if 300 <= status < 400:
        return Refusal(
            None,
            "",
            "the receiver refused it: it redirects to a page instead of answering",
            ("the answer is a redirect and no TrackBack response (TB-10)",),
        )
    if not body.strip():
        return _nothing(status)
    root, oddities = tree.read(body, "response")
    if root is None:
        return _no_document(body, status, oddities)
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in ("text/xml", "application/xml"):
        shown = plain(media_type, limit=60)
        oddities.append(f"the Content-Type is {shown!r} and not one of XML (TB-9)")
    error, message = _said(root, oddities)
    if error is None:
        return Malformed("a <response> without <error> (TB-9)", tuple(oddities))
    if error == 0 and not (400 <= status < 500 and status != 404):
        # WordPress stores a ping and answers 404 to one of its own addresses.
        if status != 200:
            oddities.append(f"success comes with HTTP status {status} (TB-11)")
        return Success(message, tuple(oddities))
    if error == 0:
        # Movable Type, where one of its filters refused (IP-MT-8).
        oddities.append(f"HTTP status {status} comes with <error>0</error> (TB-10)")
    return Refusal(error, message, told(_refused(status), message), tuple(oddities))


def _refused(status: int) -> str:
    if status == 429:
        return "the receiver gets too many pings at the moment"
    return "the receiver refused it"


def _said(root: Element, oddities: list[str]) -> tuple[int | None, str]:
    error, message = tree.child(root, "error"), tree.child(root, "message")
    text = "" if message is None else plain(tree.text_of(message), limit=MAX_MESSAGE)
    if error is None:
        success = tree.child(root, "success")
        if success is None:
            return None, text
        # Typecho: 0 is good here too.
        oddities.append("the answer has <success> for <error> (TB-9)")
        error = success
    number = tree.text_of(error).strip()
    if not _INTEGER.match(number):
        oddities.append("the <error> is no number (TB-9)")
        return (None if not number else 1), text or plain(number, limit=MAX_MESSAGE)
    value = int(number)
    if value not in (0, 1):
        oddities.append(f"the <error> is {value}, and only 0 and 1 have a meaning (TB-12)")
    if value and not text:
        oddities.append("the error comes without a <message> (TB-10)")
    return value, text


def _nothing(status: int) -> Refusal | Malformed:
    if 200 <= status < 300:
        return Malformed(
            "the endpoint answers nothing at all (TB-9), as WordPress does where it refuses"
        )
    return Malformed(f"the endpoint answers with HTTP status {status} and nothing else")


def _no_document(body: bytes, status: int, oddities: list[str]) -> Success | Refusal | Malformed:
    text = body.decode("utf-8", "replace")
    error = _ERROR.search(text)
    if error is not None:
        oddities.append("the answer cannot be read as XML (TB-9)")
        found = _MESSAGE.search(text)
        message = plain(_TAGS.sub(" ", found[1]), limit=MAX_MESSAGE) if found else ""
        number = int(error[1])
        if number == 0 and 200 <= status < 300:
            return Success(message, tuple(oddities))
        return Refusal(number, message, told(_refused(status), message), tuple(oddities))
    if status in (403, 409, 429):
        # WordPress's own XML, or a page: it is no answer of TrackBack, and clear enough.
        found = _MESSAGE.search(text)
        words = (
            _TAGS.sub(" ", found[1].removeprefix("<![CDATA[").removesuffix("]]>")) if found else ""
        )
        message = plain(words, limit=MAX_MESSAGE)
        oddities.append(f"the refusal is HTTP status {status} and no TrackBack response (TB-10)")
        return Refusal(None, message, told(_refused(status), message), tuple(oddities))
    with_status = f" with HTTP status {status}" if status != 200 else ""
    begin = plain(_TAGS.sub(" ", text[:4000]), limit=80)
    return Malformed(
        f"the endpoint answers{with_status}, and with no TrackBack response: {begin}",
        tuple(oddities),
    )
