"""Pages that send their readers elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from linkback_protocol import url as urls
from linkback_protocol.validators.actions import check_action, shown, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkback_protocol.linkback import Verdict
    from linkback_protocol.page import Page
    from linkback_protocol.validators.candidate import Candidate

MAX_BODY: Final = 200_000
"""Bytes of a page that are looked at."""
MAX_EACH: Final = 50
"""Scripts, frames and covers of a page that are looked at."""
MAX_DELAY: Final = 30
"""Seconds up to which a page that moves on has not been there to be read."""
BEHIND: Final = 600
"""Bytes behind the start of a cover in which its way out is looked for."""

_HOST = rb"(?:https?:)?//([a-z0-9.-]{1,100})"
_REFRESH = re.compile(
    rb"http-equiv\s{0,5}=\s{0,5}[\"']?refresh[\"']?\s[^<>]{0,60}?content\s{0,5}=\s{0,5}[\"']?\s{0,5}"
    rb"(\d{0,4})[^<>]{0,20}?url\s{0,5}=\s{0,5}[\"']?" + _HOST
)
_MOVES = re.compile(
    rb"\blocation(?:\.href)?\s{0,5}(?:=|\.(?:replace|assign)\()\s{0,5}[\"']" + _HOST
)
_FRAME = re.compile(rb"<frame\s[^<>]{0,200}?src\s{0,5}=\s{0,5}[\"']?" + _HOST)
_SOURCE = re.compile(rb"\ssrc\s{0,5}=\s{0,5}[\"']?" + _HOST)
_WAY_OUT = re.compile(rb"<a\s[^<>]{0,100}?href\s{0,5}=\s{0,5}[\"']?" + _HOST)
_STYLE = re.compile(rb"style\s{0,5}=\s{0,5}(?:\"([^\"]{0,400})\"|'([^']{0,400})')")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloaked:
    """Catches pages that have a text for programs, and send everybody else to another site.

    What is known is how they do it in the page: a refresh, a script that moves on, a frame or an
    iframe that takes all of the window, a sheet over everything whose link leads away. The page's
    own domain is not elsewhere, and neither is ours. A script counts that moves on by itself, and
    not in a function that waits for a click.

    What it gets wrong: a blog that has moved and says so by a refresh. It misses servers that show
    programs another page than people, scripts that write their addresses in pieces, and everything
    that is in style sheets. It costs the fetch and about a tenth of a millisecond.

    :param action: ``hold``, ``spam`` or ``refuse``.
    :raises ValueError: another action.
    """

    name: ClassVar[str] = "cloaked"
    action: Literal["hold", "spam", "refuse"] = "hold"

    def __post_init__(self) -> None:
        check_action("Cloaked", self.action, "hold", "spam", "refuse")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Look for a way that readers are sent without being asked."""
        page = candidate.page
        if page is None:
            return None
        near = {urls.registrable_domain(page.url.host)}
        near.add(urls.registrable_domain(candidate.page_url.host))
        for how, host in _ways(page):
            name = host.decode("ascii")
            if urls.registrable_domain(name) not in near:
                return verdict(self.action, f"it sends its readers to {shown(name)} by {how}")
        return None


def _ways(page: Page) -> Iterator[tuple[str, bytes]]:
    """Find what sends readers on, and where to."""
    body = page.body[:MAX_BODY].lower()
    if b"refresh" in body:
        for delay, host in _REFRESH.findall(body)[:MAX_EACH]:
            if int(delay or b"0") <= MAX_DELAY:
                yield "a refresh", host
    if b"location" in body:
        for part in body.split(b"<script", MAX_EACH)[1:]:
            script, end, _ = part.partition(b"</script")
            move = _MOVES.search(script) if end and b"location" in script else None
            if move is not None and _is_at_once(script[: move.start()]):
                yield "a script", move[1]
    if b"<frame" in body:
        for host in _FRAME.findall(body)[:MAX_EACH]:
            yield "a frame", host
    yield from _covers(body)


def _is_at_once(before: bytes) -> bool:
    """Return whether a script moves on by itself, by what it has before that."""
    return b"settimeout" in before or (b"function" not in before and b"=>" not in before)


def _covers(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Find what is put over all of the page."""
    at = body.find(b"fixed")
    for _ in range(MAX_EACH):
        if at < 0:
            return
        start = body.rfind(b"<", max(0, at - BEHIND), at)
        end = body.find(b">", at, at + BEHIND)
        style = _STYLE.search(body, start, end) if 0 <= start < end else None
        if style is not None and _is_cover(style[1] or style[2] or b""):
            if body.startswith(b"<iframe", start):
                source = _SOURCE.search(body, start, end)
                if source is not None:
                    yield "a frame over the page", source[1]
            else:
                way_out = _WAY_OUT.search(body, end, end + BEHIND)
                if way_out is not None:
                    yield "a sheet over the page", way_out[1]
        at = body.find(b"fixed", at + 1)


def _is_cover(style: bytes) -> bool:
    declared = b"".join(style.split())
    if b"position:fixed" not in declared or b"display:none" in declared:
        return False
    wide = b"width:100" in declared or (b"left:0" in declared and b"right:0" in declared)
    high = b"height:100" in declared or (b"top:0" in declared and b"bottom:0" in declared)
    return b"inset:0" in declared or (wide and high)
