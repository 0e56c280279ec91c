"""A page such as blogs have: a head with styles, a menu, an article, comments, a footer."""

from __future__ import annotations

from html import escape

_WORDS = [
    "it",
    "was",
    "the",
    "custom",
    "of",
    "the",
    "house",
    "that",
    "whoever",
    "came",
    "late",
    "told",
    "a",
    "story",
    "before",
    "supper",
    "and",
    "so",
    "on",
    "the",
    "evening",
    "of",
    "the",
    "storm",
    "we",
    "heard",
    "about",
    "the",
    "ferry",
    "the",
    "mill",
    "and",
    "the",
    "man",
    "who",
    "counted",
    "bridges",
]


def _text(number: int, words: int) -> str:
    return " ".join(_WORDS[(number * 7 + turn * 5) % len(_WORDS)] for turn in range(words))


def blog_page(target: str, *, paragraphs: int = 24, comments: int = 12) -> str:
    """Return a page of about 20 KB whose article links to `target`, among some fifty others."""
    styles = "".join(
        f".c{number}{{margin:{number}px;padding:0 {number}px;color:#{number:03}}}"
        for number in range(40)
    )
    menu = "".join(f'<li><a href="/tag/{word}/">{word}</a></li>' for word in _WORDS[:12])
    body = "".join(
        f'<p class="c{number}">{_text(number, 70)} <a href="/{number}/">{_text(number, 2)}</a>'
        f" <em>{_text(number, 3)}</em> {_text(number + 1, 20)}.</p>\n"
        for number in range(paragraphs)
    )
    cited = f'<p>As <a href="{escape(target)}">somebody said</a> the other day, {_text(3, 40)}.</p>'
    replies = "".join(
        f'<li id="comment-{number}"><cite><a href="http://r{number}.example/" rel="nofollow">'
        f"Reader {number}</a></cite><time>2026-11-{number + 1:02}</time>"
        f"<p>{_text(number, 30)}</p></li>\n"
        for number in range(comments)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>A story</title>'
        '<meta property="og:site_name" content="The late house">'
        f"<style>{styles}</style><script>var late = [{_text(1, 60)!r}];</script></head>\n"
        f"<body><header><h1>The late house</h1></header><nav><ul>{menu}</ul></nav>\n"
        f"<main><article><h2>A story</h2>{body[: len(body) // 2]}{cited}{body[len(body) // 2 :]}"
        f"</article>\n<ol>{replies}</ol></main>\n"
        f"<footer>{menu}<p>{_text(5, 30)}</p></footer></body></html>\n"
    )
