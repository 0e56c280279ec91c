"""How long a sender stays with a page, or with an answer, that never comes to an end.

No text has figures. What is asked for is wide: an end within the time that the tester gives a run,
and no more than 16 MiB of what is endless.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from linkback_conformance.case import PRACTICE, SECURITY, SHOULD, case
from linkback_conformance.sender_trial import HTML, link
from linkback_conformance.source_site import Page

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from linkback_conformance.received import Request
    from linkback_conformance.sender_trial import Endpoint, LinkedPage, SenderTrial

_MIB: Final = 1 << 20
_LIMIT: Final = 16 * _MIB
"""Bytes that a sender may read of one page, or of one answer."""
_SERVED: Final = 48 * _MIB
"""Bytes after which what is endless ends all the same, for the sake of who reads all of it."""


def _bounded(
    case_id: str, title: str, why: str
) -> Callable[[Callable[[SenderTrial], None]], Callable[[SenderTrial], None]]:
    return case(
        f"pingback.sender.{case_id}",
        title,
        clauses="SEC-9",
        level=SHOULD,
        basis=PRACTICE,
        area=SECURITY,
        needs="pingback.sender.pings",
        slow=True,
        # A polite sender asks one host for few things at a time, so others would wait for these.
        alone=True,
        why=why,
    )


def _page(t: SenderTrial, page: Page, what: str) -> None:
    """Check that a sender gets over a page that is served so."""
    bad = t.page(answer=page)
    good, endpoint = t.good_page()
    t.send(bad, good)
    _is_over(t, bad, endpoint, what)


def _answer(t: SenderTrial, answer: Page, what: str) -> None:
    """Check that a sender gets over a server that answers so."""
    server = t.endpoint(answer=answer)
    page = t.page(headers=[("X-Pingback", server.url)])
    good, endpoint = t.good_page()
    t.send(page, good)
    _is_over(t, server, endpoint, what)


def _is_over(t: SenderTrial, bad: LinkedPage | Endpoint, good: Endpoint, what: str) -> None:
    t.carried_on(good, f"after {what}")
    if not bad.requests:
        t.inconclusive(f"{what} was not asked for, so nothing was survived: {t.seen()}")
    most = max(bad.requests, key=lambda each: each.sent)
    t.note(
        most.sent <= _LIMIT,
        f"at most {_LIMIT // _MIB} MiB are read",
        f"{most.sent} bytes were taken",
        most,
    )


def _dripping(head: bytes, gone: threading.Event) -> Iterator[bytes]:
    yield head
    while not gone.wait(0.2):
        yield b"a"


def _pouring(head: bytes, gone: threading.Event) -> Iterator[bytes]:
    yield head
    for _ in range(_SERVED // 65_536):
        if gone.is_set():
            return
        yield b"a" * 65_536


def _silent(gone: threading.Event) -> Iterator[bytes]:
    gone.wait()
    yield from ()


_START: Final = b"HTTP/1.1 200 OK\r\n"
_SILENT: Final = Page(raw=True, stream=_silent)
_SLOW_HEAD: Final = Page(raw=True, stream=lambda gone: _dripping(_START + b"X-Words: ", gone))
_LONG_HEAD: Final = Page(raw=True, stream=lambda gone: _pouring(_START + b"X-Words: ", gone))
_SLOW_PAGE: Final = Page(
    headers=[("Content-Type", HTML)], stream=lambda gone: _dripping(b"<p>", gone)
)
_LONG_PAGE: Final = Page(
    headers=[("Content-Type", HTML)], stream=lambda gone: _pouring(b"<p>", gone)
)
_XML: Final = (("Content-Type", "text/xml"),)
_VALUE: Final = b"<?xml version='1.0'?><methodResponse><params><param><value><string>"
_SLOW_ANSWER: Final = Page(headers=_XML, stream=lambda gone: _dripping(_VALUE, gone))
_LONG_ANSWER: Final = Page(headers=_XML, stream=lambda gone: _pouring(_VALUE, gone))


@_bounded(
    "page-silent",
    "A page that never answers is given up",
    "One dead host among the links of a post holds up all others.",
)
def page_silent(t: SenderTrial) -> None:
    _page(t, _SILENT, "a page that never answers")


@_bounded(
    "page-slow-headers",
    "A page that sends its headers byte by byte is given up",
    "A limit on the wait for each byte never takes effect: one byte in a second is enough.",
)
def page_slow_headers(t: SenderTrial) -> None:
    _page(t, _SLOW_HEAD, "a page whose headers drip")


@_bounded(
    "page-slow-body",
    "A page that sends its body byte by byte is given up",
    "A limit on the wait for each byte never takes effect: one byte in a second is enough.",
)
def page_slow_body(t: SenderTrial) -> None:
    _page(t, _SLOW_PAGE, "a page whose body drips")


@_bounded(
    "page-endless-body",
    "A page without end is not read without end",
    "Bytes that are collected first and looked at later fill the memory.",
)
def page_endless_body(t: SenderTrial) -> None:
    _page(t, _LONG_PAGE, "a page without end")


@_bounded(
    "page-endless-header",
    "A header without end is not read without end",
    "Limits on the body come too late for it.",
)
def page_endless_header(t: SenderTrial) -> None:
    _page(t, _LONG_HEAD, "a page with a header without end")


@_bounded(
    "page-packed-bomb",
    "A small page that unpacks to a huge one is not unpacked without end",
    "A limit on what comes is none on what it becomes: a thousand times as much.",
)
def page_packed_bomb(t: SenderTrial) -> None:
    trap = t.trap("end", f"the link after {_SERVED // _MIB} MiB was found, so all was unpacked")
    packed = Page(
        headers=[("Content-Type", HTML), ("Content-Encoding", "gzip")],
        body=_bomb(link(trap.url).encode()),
    )
    plain = Page(headers=[("Content-Type", HTML)], body=b"<p>Nothing.")
    page = t.page(answer=lambda request: packed if _unpacks(request) else plain)
    good, endpoint = t.good_page()
    t.send(page, good)
    t.carried_on(endpoint, "after a page that is huge")
    t.spared(page, "it is not unpacked to its end", trap)
    if page.read and not any(map(_unpacks, page.requests)):
        t.not_applicable("the sender does not say that it can unpack anything")


def _unpacks(request: Request) -> bool:
    return "gzip" in (request.header("Accept-Encoding") or "")


def _bomb(tail: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    spaces = b" " * _MIB
    pieces = [packer.compress(spaces) for _ in range(_SERVED // _MIB)]
    return b"".join([*pieces, packer.compress(tail), packer.flush()])


@_bounded(
    "answer-silent",
    "A server that never answers is given up",
    "WordPress waits for three seconds, and many libraries wait for ever.",
)
def answer_silent(t: SenderTrial) -> None:
    _answer(t, _SILENT, "a server that never answers")


@_bounded(
    "answer-slow",
    "An answer that comes byte by byte is given up",
    "A limit on the wait for each byte never takes effect: one byte in a second is enough.",
)
def answer_slow(t: SenderTrial) -> None:
    _answer(t, _SLOW_ANSWER, "an answer that drips")


@_bounded(
    "answer-endless",
    "An answer without end is not read without end",
    "A string is as long as the server likes, and parsers collect it.",
)
def answer_endless(t: SenderTrial) -> None:
    _answer(t, _LONG_ANSWER, "an answer without end")
