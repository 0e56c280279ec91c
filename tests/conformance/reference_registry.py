"""What the reference blog has registered: kept in memory, and atomically once."""

from __future__ import annotations

import dataclasses
import json
import re
import threading
from typing import TYPE_CHECKING

from tests.conformance.reference_http import Answer, Linkback, cut
from tests.conformance.reference_source import canonical

if TYPE_CHECKING:
    from tests.conformance.reference_pages import Post


class RegistryRoom:
    """Registers linkbacks, and shows the owner what there is."""

    max_title = 250  # characters
    max_excerpt = 250  # characters

    def __init__(self, *, approve: bool = True) -> None:
        self.first_status = "approved" if approve else "pending"
        self.lock = threading.Lock()
        self.linkbacks: dict[tuple[str, ...], Linkback] = {}

    def linkback_key(self, protocol: str, source: str, post: Post) -> tuple[str, ...]:
        """Return what may be registered once: fragments and spellings make no other page."""
        return protocol, canonical(source), post.path

    def registered(self, protocol: str, source: str, post: Post) -> bool:
        """PB-3-9 step 3: whether it was registered before."""
        return self.linkback_key(protocol, source, post) in self.linkbacks

    def register(self, linkback: Linkback, post: Post) -> bool:
        """PB-3-9 step 4: keep it; tell whether it was new. Two at once are kept once."""
        key = self.linkback_key(linkback.protocol, linkback.source, post)
        with self.lock:
            if key in self.linkbacks:
                return False
            self.linkbacks[key] = linkback
            return True

    def made(self, protocol: str, source: str, target: str, **texts: str) -> Linkback:
        """Return a linkback whose texts are fit to be kept."""
        return Linkback(
            protocol=protocol,
            source=self.sanitise(source),
            target=self.sanitise(target),
            title=self.crop(self.sanitise(texts.get("title", "")), self.max_title),
            excerpt=self.crop(self.sanitise(texts.get("excerpt", "")), self.max_excerpt),
            blog_name=self.crop(self.sanitise(texts.get("blog_name", "")), self.max_title),
            status=self.first_status,
        )

    def linkbacks_of(self, post: Post) -> list[Linkback]:
        with self.lock:
            return [each for key, each in self.linkbacks.items() if key[-1] == post.path]

    def sanitise(self, text: str) -> str:
        """Return text on one line, without what neither XML nor a page can hold."""
        return " ".join(_UNFIT.sub("", re.sub(r"[\t\n\r\f]", " ", text)).split())

    def crop(self, text: str, length: int) -> str:
        """TB-8: long fields are cut."""
        return cut(text, length)

    def observe(self, environ) -> Answer:
        """Return the owner's view: everything, whatever its status."""
        with self.lock:
            found = [dataclasses.asdict(each) for each in self.linkbacks.values()]
        text = json.dumps(found, ensure_ascii=False, indent=1)
        return Answer(text.encode(), "application/json; charset=utf-8")


# Control characters, halves of surrogate pairs, and the code points that are no characters.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
