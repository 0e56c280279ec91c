"""How far a pingback server reads a source: far enough for long pages, and not without end.

The specification's erratum urges limits on how much is read and how fast, and names no figures.
What is asked for here is wide: an answer within the suite's own time for one exchange, and no more
than 16 MiB of a page that never ends.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from linkback_conformance.case import (
    MAY,
    PRACTICE,
    ROBUSTNESS,
    SECURITY,
    SHOULD,
    STATED,
    Level,
    case,
)
from linkback_conformance.cases.pingback_source_links import NEEDS, found
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from linkback_conformance.trial import Source, Trial

_MIB: Final = 1 << 20
_LIMIT: Final = 16 * _MIB
"""Bytes that a server may read of one page."""
_SERVED: Final = 48 * _MIB
"""Bytes after which a page without end ends all the same, for the sake of who reads all of it."""
_WORDS: Final = b"<p>Some words that link to nothing, and are followed by others.</p>\n"


def _far(
    case_id: str, title: str, why: str, *, level: Level = SHOULD, slow: bool = False
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    return case(
        case_id,
        title,
        clauses="PB-3-9 PB-3-10",
        level=level,
        basis=PRACTICE,
        area=ROBUSTNESS,
        needs=NEEDS,
        writes=True,
        slow=slow,
        why=why,
    )


@_far(
    "pingback.server.source-after-6-kb",
    "A link after 6 kB of a page is found",
    "The npm package reads 5 kB, which many pages spend on their menus.",
)
def after_6_kb(t: Trial) -> None:
    _after(t, 6_000)


@_far(
    "pingback.server.source-after-25-kb",
    "A link after 25 kB of a page is found",
    "DokuWiki's plug-in reads 20 kB, a page of a long discussion.",
)
def after_25_kb(t: Trial) -> None:
    _after(t, 25_000)


@_far(
    "pingback.server.source-after-200-kb",
    "A link after 200 kB of a page is found",
    "WordPress reads 150 kB; style sheets and images within the page take that much.",
)
def after_200_kb(t: Trial) -> None:
    _after(t, 200_000)


@_far(
    "pingback.server.source-after-900-kb",
    "A link after 900 kB of a page is found",
    "Books and archives on one page are that long.",
    level=MAY,
    slow=True,
)
def after_900_kb(t: Trial) -> None:
    _after(t, 900_000)


def _after(t: Trial, size: int) -> None:
    filler = (_WORDS * (size // len(_WORDS) + 1)).decode()
    found(t, f"a page with the link after {size} bytes", lambda url: t.source(filler + t.link(url)))


def _bounded(
    case_id: str, title: str, why: str, *, slow: bool = False
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    return case(
        case_id,
        title,
        clauses="PB-3-10 SEC-3",
        level=SHOULD,
        basis=STATED,
        area=SECURITY,
        needs=NEEDS,
        slow=slow,
        # Servers fetch few pages of one host at a time, so others would wait for these.
        alone=True,
        why=why,
    )


@_bounded(
    "pingback.server.source-silent",
    "A source that takes the request and says nothing does not hold up the answer",
    "A few such pages occupy all of a server's workers. Dotclear waits for twelve seconds and "
    "asks twice.",
    slow=True,
)
def silent(t: Trial) -> None:
    def wait(closing: threading.Event) -> Iterator[bytes]:
        # Silence alone would not show whether anybody is still there.
        if not closing.wait(t.settings.timeout):
            yield from _dripping(b"HTTP/1.1 200 OK\r\nX-Words: ", closing)

    _answers(t, t.publish(wait, raw=True))


@_bounded(
    "pingback.server.source-slow-headers",
    "A source that sends its headers byte by byte is given up",
    "A limit on the wait for each byte never takes effect: one byte in a second is enough.",
    slow=True,
)
def slow_headers(t: Trial) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Words: "
    _gives_up(t, t.publish(lambda closing: _dripping(head, closing), raw=True))


@_bounded(
    "pingback.server.source-slow-body",
    "A source that sends its body byte by byte is given up",
    "A limit on the wait for each byte never takes effect: one byte in a second is enough.",
    slow=True,
)
def slow_body(t: Trial) -> None:
    _gives_up(t, t.publish(lambda closing: _dripping(b"<p>", closing)))


def _dripping(head: bytes, closing: threading.Event) -> Iterator[bytes]:
    yield head
    while not closing.wait(0.5):
        yield b"a"


@_bounded(
    "pingback.server.source-endless-body",
    "A source without end is not read without end",
    "Bytes that are collected first and looked at later fill the memory.",
    slow=True,
)
def endless_body(t: Trial) -> None:
    def pour(closing: threading.Event) -> Iterator[bytes]:
        piece = _WORDS * (65_536 // len(_WORDS))
        for _ in range(_SERVED // len(piece)):
            if closing.is_set():
                return
            yield piece

    _takes_little(t, t.publish(pour))


@_bounded(
    "pingback.server.source-endless-header",
    "A header without end is not read without end",
    "Limits on the body come too late for it.",
)
def endless_header(t: Trial) -> None:
    def pour(closing: threading.Event) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Words: "
        for _ in range(_SERVED // 65_536):
            if closing.is_set():
                return
            yield b"a" * 65_536

    _takes_little(t, t.publish(pour, raw=True))


@_bounded(
    "pingback.server.source-packed-bomb",
    "A small source that unpacks to a huge one is not unpacked without end",
    "A limit on what comes is none on what it becomes: a thousand times as much.",
    slow=True,
)
def packed_bomb(t: Trial) -> None:
    token = t.token()
    head, tail = t.document(f"\0{t.link()}", token).encode().split(b"\0")
    source = t.publish(_bomb(head, tail), token, headers=[("Content-Encoding", "gzip")])
    # Only who unpacks all of it can see the link at its end.
    t.refuses(t.ping(source), source, f"a page whose link comes after {_SERVED // _MIB} MiB")


def _bomb(head: bytes, tail: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    spaces = b" " * _MIB
    pieces = [packer.compress(head)]
    pieces += [packer.compress(spaces) for _ in range(_SERVED // _MIB)]
    return b"".join([*pieces, packer.compress(tail), packer.flush()])


def _answers(t: Trial, source: Source) -> bool:
    """Check that a ping is answered in time, and that the source is not registered.

    Returns whether there was an answer.
    """
    reply = t.ping(source)
    t.check(reply.understood, "an answer in time", reply.describe())
    fetched = source.wait_fetched(t.settings.settle)
    t.check(fetched, "the source is asked for", "it is not")
    if fetched and reply.outcome is Outcome.ACCEPTED:
        # A server may answer before it has read the source; then only the owner can tell, and
        # the next case waits until it is done.
        source.wait_fetched(t.settings.timeout * 2, ended=True)
        t.check(
            not t.shown(source) if t.target.observe else None,
            "the source is not registered",
            reply.describe(),
        )
    return reply.understood


def _gives_up(t: Trial, source: Source) -> None:
    if _answers(t, source):
        t.check(
            source.wait_fetched(t.settings.timeout, ended=True),
            "the connection is closed",
            f"it is still read {t.settings.timeout:g} s after the answer",
        )


def _takes_little(t: Trial, source: Source) -> None:
    _gives_up(t, source)
    most = max((fetch.sent for fetch in source.fetches), default=0)
    t.check(most <= _LIMIT, f"at most {_LIMIT // _MIB} MiB are read", f"{most} bytes were taken")
