"""The body of an answer, decoded within bounds.

Only ``gzip`` is offered and only ``gzip`` is understood, once: libraries that undo whatever chain
of codings is named, or all of a piece at once, are how 2 MB become 2 GiB.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from linkback_protocol.errors import FetchError, FetchFailure
from linkback_protocol.fetch.stream import PIECE, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkback_protocol.fetch.exchange import Answer

ACCEPT_ENCODING = "gzip"

_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f"


def decoded(answer: Answer, *, max_bytes: int) -> Iterator[bytes]:
    """Yield the decoded body as it arrives, in pieces of at most 64 KiB, not bounded in all.

    :param max_bytes: bytes that an encoded body may have, before decoding.
    :raises FetchError: ``ENCODING``, it is not the coding named, or one that was not asked for; or
        as `Answer.pieces`.
    """
    coding = answer.header("Content-Encoding").lower()
    if coding in ("", "identity"):
        return answer.pieces()
    if coding in ("gzip", "x-gzip"):
        return _gunzipped(answer.pieces(), max_bytes)
    raise FetchError(FetchFailure.ENCODING, f"Content-Encoding {shown(coding)}")


def _gunzipped(pieces: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    """Decode any number of gzip members (RFC 1952 2.2); what is none after them is ignored."""
    member = zlib.decompressobj(_GZIP)
    begun = False
    for piece in pieces:
        # Members without content cost traffic and never fill the page.
        max_bytes -= len(piece)
        if max_bytes < 0:
            raise FetchError(FetchFailure.ENCODING, "the gzip data does not get smaller by it")
        data = piece
        while data:
            if member.eof:
                if not data.startswith(_MAGIC):
                    return
                member = zlib.decompressobj(_GZIP)
            begun = True
            try:
                content = member.decompress(data, PIECE)
            except zlib.error as error:
                raise FetchError(FetchFailure.ENCODING, f"broken gzip: {shown(error)}") from error
            if content:
                yield content
            data = member.unused_data if member.eof else member.unconsumed_tail
    if begun and not member.eof:
        raise FetchError(FetchFailure.ENCODING, "the gzip data ends early")
