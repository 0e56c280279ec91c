"""Cases that are written as whole pages, each in its own HTML, many to a file."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkback_protocol.linkback import Protocol
from tests.corpus.case import HTML, Case, address_of
from tests.corpus.ours import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.corpus.ours import Article

_HEADERS = frozenset(("note", "title", "excerpt", "blog", "encode", "gone"))
_PLACE = re.compile(r"\{\{(target|origin|title|p(\d)(?:s(\d))?)\}\}")
_END_OF_SENTENCE = re.compile(r"(?<=[.?!]) ")


def whole_pages(folder: Path) -> Iterator[Case]:
    """Yield the cases of the files in a folder; those of ``honest_*.txt`` are honest.

    :raises ValueError: a header that no case has.
    """
    for file in sorted(folder.glob("*.txt")):
        yield from _cases(file)


def _cases(file: Path) -> Iterator[Case]:
    """Read a file: ``=== name | protocol | target | source``, lines of ``! header``, the page."""
    honest = file.name.startswith("honest_")
    whole = file.read_text(encoding="utf-8")
    for entry in re.split(r"^=== ", whole, flags=re.MULTILINE)[1:]:
        head, *lines = entry.splitlines()
        name, protocol, key, source = head.split(" | ")
        headers = {}
        while lines and lines[0].startswith("! "):
            header, _, value = lines.pop(0)[2:].partition(" ")
            if header not in _HEADERS:
                raise ValueError(f"{name}: {header!r} is no header of a case.")
            headers[header] = value
        article, charset = ARTICLES[key], headers.get("encode", "utf-8")
        text = _filled("\n".join(lines).strip(), article, source)
        yield Case(
            name=name,
            family=name.partition("/")[0],
            honest=honest,
            protocol=Protocol(protocol),
            source=source,
            target=article.url,
            html=None if "gone" in headers else f"{text}\n".encode(charset),
            content_type=HTML if charset == "utf-8" else "text/html",
            title=headers.get("title", ""),
            excerpt=headers.get("excerpt", ""),
            blog_name=headers.get("blog", ""),
            sender=address_of(source),
            note=headers.get("note", ""),
        )


def _filled(page: str, article: Article, source: str) -> str:
    """Return a page with its places filled: ``{{p2s0}}`` is a sentence of a paragraph of ours."""

    def fill(match: re.Match[str]) -> str:
        if match[1] == "target":
            return article.url
        if match[1] == "title":
            return escape(article.title)
        if match[1] == "origin":
            parts = urlsplit(source)
            return f"{parts.scheme}://{parts.netloc}"
        paragraph = article.paragraphs[int(match[2])]
        if match[3] is not None:
            paragraph = _END_OF_SENTENCE.split(paragraph)[int(match[3])]
        return escape(paragraph, quote=False)

    return _PLACE.sub(fill, page)
