"""The second held-out set: pages written without a look at a validator, the first set or the rest.

It is there to be measured and not to be fitted: whoever changes a validator because of a case here
must write a new set. In `second_held_out_texts` are the lists of the cases, `spam.txt` and
`honest.txt`, a file for each page, and in `ours.txt` the posts that they answer, new as well. Hosts
end in ``.example``, so that nothing is measured of what goes by the address alone.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from linkback_protocol.linkback import Protocol
from tests.corpus.case import HTML, Case, address_of
from tests.corpus.ours import Article

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = Path(__file__).with_name("second_held_out_texts")
_HEADERS = frozenset(("note", "title", "excerpt", "blog", "encode", "gone"))
_PLACE = re.compile(r"\{\{(?:(target|title)|p(\d)(?:s(\d))?)\}\}")
_END_OF_SENTENCE = re.compile(r"(?<=[.?!]) ")


def _articles() -> dict[str, Article]:
    articles = {}
    whole = (_FOLDER / "ours.txt").read_text(encoding="utf-8")
    for entry in whole.split("=== ")[1:]:
        head, _, body = entry.partition("\n")
        key, url = head.split()
        title, *paragraphs = (line.strip() for line in body.splitlines() if line.strip())
        articles[key] = Article(
            key=key, url=url, title=title.removeprefix("# "), paragraphs=tuple(paragraphs)
        )
    return articles


SECOND_ARTICLES = _articles()
SECOND_TEXTS: dict[str, str] = {article.url: article.text for article in SECOND_ARTICLES.values()}


@cache
def second_held_out() -> tuple[Case, ...]:
    """Return the cases mixed as they would come in; adding one moves none of the others."""
    found = [case for kind in ("spam", "honest") for case in _cases(kind)]
    return tuple(sorted(found, key=lambda case: hashlib.sha256(case.name.encode()).digest()))


def _cases(kind: str) -> Iterator[Case]:
    """Read a list: ``=== name | protocol | target | source``, then lines of ``! header``."""
    whole = (_FOLDER / f"{kind}.txt").read_text(encoding="utf-8")
    for entry in re.split(r"^=== ", whole, flags=re.MULTILINE)[1:]:
        head, *lines = entry.splitlines()
        name, protocol, key, source = head.split(" | ")
        article, headers = SECOND_ARTICLES[key], {}
        for line in lines:
            header, _, value = line.removeprefix("! ").partition(" ")
            if header not in _HEADERS:
                raise ValueError(f"{name}: {header!r} is no header of a case.")
            headers[header] = _filled(value, article)
        charset = headers.get("encode", "utf-8")
        yield Case(
            name=name,
            # Some kinds of page are there on both sides.
            family=f"{name.partition('/')[0]}{' by bloggers' if kind == 'honest' else ''}",
            honest=kind == "honest",
            protocol=Protocol(protocol),
            source=source,
            target=article.url,
            html=None if "gone" in headers else _page(kind, name, article).encode(charset),
            content_type=HTML if charset == "utf-8" else "text/html",
            title=headers.get("title", ""),
            excerpt=headers.get("excerpt", ""),
            blog_name=headers.get("blog", ""),
            sender=address_of(source),
            note=headers.get("note", ""),
        )


def _page(kind: str, name: str, article: Article) -> str:
    file = _FOLDER / kind / f"{name.replace('/', '-')}.html"
    return _filled(file.read_text(encoding="utf-8"), article, markup=True)


def _filled(text: str, article: Article, *, markup: bool = False) -> str:
    """Fill the places of a text; ``{{p2s0}}`` is a sentence of a paragraph, both counted from 0."""

    def fill(match: re.Match[str]) -> str:
        if match[1]:
            words = article.url if match[1] == "target" else article.title
        else:
            words = article.paragraphs[int(match[2])]
            if match[3]:
                words = _END_OF_SENTENCE.split(words)[int(match[3])]
        return escape(words, quote=False) if markup else words

    return _PLACE.sub(fill, text)
