"""Our own pages, the targets of the corpus, as their readers see them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TEXTS_FOLDER = Path(__file__).with_name("texts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One of our pages: short name, address, title and paragraphs."""

    key: str
    url: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join((self.title, *self.paragraphs))


def _articles() -> dict[str, Article]:
    articles = {}
    whole = (TEXTS_FOLDER / "ours.txt").read_text(encoding="utf-8")
    for entry in whole.split("=== ")[1:]:
        head, _, body = entry.partition("\n")
        key, url = head.split()
        title, *paragraphs = (line.strip() for line in body.splitlines() if line.strip())
        articles[key] = Article(
            key=key, url=url, title=title.removeprefix("# "), paragraphs=tuple(paragraphs)
        )
    return articles


ARTICLES = _articles()
TEXTS: dict[str, str] = {article.url: article.text for article in ARTICLES.values()}
