"""What spam is put together from, and how it becomes a case."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.corpus import honest
from tests.corpus.ours import ARTICLES, TEXTS_FOLDER
from tests.corpus.post import Post

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.corpus.case import Case

HOLE = "HOLE"
"""A paragraph in whose place raw HTML is put."""


def _banks() -> dict[str, list[str]]:
    whole = (TEXTS_FOLDER / "spam_bank.txt").read_text(encoding="utf-8")
    banks = {}
    for section in re.split(r"^@@ ", whole, flags=re.MULTILINE)[1:]:
        name, *lines = section.splitlines()
        banks[name] = [line for line in lines if line]
    return banks


BANKS = _banks()
KEYS = tuple(ARTICLES)


def rows(bank: str) -> list[list[str]]:
    """Return the lines of a bank, each split into its columns."""
    return [line.split(" | ") for line in BANKS[bank]]


def chance(*seed: object) -> random.Random:
    """Return dice that fall the same way every time for the same words."""
    return random.Random(" ".join(map(str, seed)))


def filler(dice: random.Random, sentences: int) -> str:
    """Return a paragraph that says nothing."""
    return " ".join(dice.choice(BANKS["filler"]) for _ in range(sentences))


def excerpt(key: str, dice: random.Random, words: int = 60) -> str:
    """Return a piece cut out of a page of ours, as scrapers cut it."""
    paragraph = dice.choice(ARTICLES[key].paragraphs[:4]).split()
    start = dice.choice((0, 0, dice.randrange(max(1, len(paragraph) - words // 2))))
    return " ".join(paragraph[start : start + words])


def spam(
    name: str,
    *,
    key: str,
    url: str,
    site: str,
    title: str,
    body: str,
    raw: str = "",
    theme: str = "wordpress",
    trackback: bool = False,
    note: str = "",
    change: Callable[[str], str] = lambda html: html,
) -> Case:
    """Return a case of spam; `raw` is HTML for the paragraph ``HOLE`` of the body."""
    post = Post(
        name=name,
        family=name.partition("/")[0],
        theme=theme,
        target=ARTICLES[key].url,
        url=url,
        site=site,
        title=title,
        body=body,
        trackback=trackback,
        note=note,
    )
    case = honest.case(post, honest=False)
    html = (case.html or b"").decode("windows-1251" if theme == "html32" else "utf-8")
    html = change(re.sub(rf"<p[^>]*>{HOLE}(</p>)?", lambda _: raw, html, flags=re.IGNORECASE))
    encoding = "windows-1251" if theme == "html32" else "utf-8"
    return replace(
        case,
        html=html.encode(encoding, "xmlcharrefreplace"),
        excerpt=case.excerpt.replace(HOLE, "").strip(),
    )
