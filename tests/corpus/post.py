"""Posts as their authors typed them, read from the folder of texts, and their HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.corpus.ours import ARTICLES, TEXTS_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK = re.compile(r"\[([^\]]*)\]\(([^\s()]*(?:\([^\s()]*\))?[^\s()]*)\)")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_EMPHASIS = re.compile(r"\*([^*\s][^*]*)\*")
_CODE = re.compile(r"`([^`]+)`")
_LANGUAGES = {
    "german": "de",
    "french": "fr",
    "spanish": "es",
    "japanese": "ja",
    "russian": "ru",
    "arabic": "ar",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post, and where it stands. `body` is in a small markup; `comments` are name and text."""

    name: str
    family: str
    theme: str
    target: str
    url: str
    site: str
    title: str
    body: str
    comments: tuple[tuple[str, str], ...] = ()
    trackback: bool = False
    note: str = ""

    @property
    def language(self) -> str:
        return _LANGUAGES.get(self.family, "en")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def slug(self) -> str:
        return self.name.rpartition("/")[2]

    def html(self, *, rel: str = "", attributes: str = "") -> str:
        return "\n".join(blocks(self.body, self.target, rel=rel, attributes=attributes))

    def comment_html(self, text: str, *, rel: str = "") -> str:
        return inline(text, self.target, rel=rel)


def posts(file: str) -> Iterator[Post]:
    """Read a file: ``@@ family``, then posts that begin with ``===`` and a line of headers."""
    family = ""
    whole = (TEXTS_FOLDER / file).read_text(encoding="utf-8")
    for section in re.split(r"^@@ ", whole, flags=re.MULTILINE)[1:]:
        family, *entries = re.split(r"^=== ", section, flags=re.MULTILINE)
        for entry in entries:
            yield _post(family.strip(), entry)


def _post(family: str, entry: str) -> Post:
    head, *lines = entry.splitlines()
    slug, theme, target, url, site = (part.strip() for part in head.split(" | "))
    title, note, body, comments, trackback = "", "", [], [], False
    for line in lines:
        if line.startswith("# ") and not title:
            title = line[2:]
        elif line == "! trackback":
            trackback = True
        elif line.startswith("! note "):
            note = line[7:]
        elif line.startswith("~~ "):
            name, _, text = line[3:].rpartition(" | ")
            comments.append((name, text))
        else:
            body.append(line)
    return Post(
        name=f"{family}/{slug}",
        family=family,
        theme=theme,
        target=ARTICLES[target].url,
        url=url,
        site=site,
        title=title,
        body="\n".join(body).strip(),
        comments=tuple(comments),
        trackback=trackback,
        note=note,
    )


def inline(text: str, target: str, *, rel: str = "", attributes: str = "") -> str:
    """Return a line as HTML; a link to ``@`` leads to the target."""
    relation = f' rel="{rel}"' if rel else ""

    def link(match: re.Match[str]) -> str:
        address = target if match[2] == "@" else match[2]
        return f'<a href="{escape(address)}"{relation}{attributes}>{match[1]}</a>'

    marked = _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
    marked = _STRONG.sub(r"<strong>\1</strong>", marked)
    return _LINK.sub(link, _EMPHASIS.sub(r"<em>\1</em>", marked))


def blocks(body: str, target: str, *, rel: str = "", attributes: str = "") -> Iterator[str]:
    """Return the blocks of a text as HTML."""
    items: list[str] = []
    code: list[str] | None = None
    for line in [*body.splitlines(), ""]:
        if code is not None:
            if line.startswith("```"):
                yield f"<pre><code>{escape(chr(10).join(code))}</code></pre>"
                code = None
            else:
                code.append(line)
            continue
        text = inline(line.lstrip("*#> 0123456789.|"), target, rel=rel, attributes=attributes)
        if line.startswith(("* ", "1. ", "2. ")):
            items.append(f"<li>{text}</li>")
            continue
        if items:
            yield "<ul>\n" + "\n".join(items) + "\n</ul>"
            items = []
        if line.startswith("```"):
            code = []
        elif line.startswith("## "):
            yield f"<h2>{text}</h2>"
        elif line.startswith("> "):
            yield f"<blockquote><p>{text}</p></blockquote>"
        elif line:
            text = inline(line, target, rel=rel, attributes=attributes)
            yield f"<p>{text}</p>"


def plain(body: str, target: str) -> str:
    """Return a text as plain text, addresses written out."""
    return _LINK.sub(lambda match: f"{match[1]} <{target if match[2] == '@' else match[2]}>", body)


def words(body: str) -> str:
    """Return what is read of a text."""
    return " ".join(_LINK.sub(r"\1", body).replace("> ", "").split())
