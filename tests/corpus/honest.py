"""The honest part of the corpus."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from linkback_protocol.linkback import Protocol
from tests.corpus import themes_community, themes_engines, themes_plain
from tests.corpus.case import HTML, Case, address_of
from tests.corpus.ours import ARTICLES, TEXTS_FOLDER
from tests.corpus.post import Post, posts, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FILES = (
    "essays.txt",
    "links.txt",
    "foreign.txt",
    "technical.txt",
    "community.txt",
    "personal.txt",
    "hard.txt",
)
EXCERPT = 250
"""Characters of the text that blogs send in a trackback."""

THEMES: dict[str, Callable[[Post], str]] = {
    theme.__name__: theme
    for theme in (
        themes_engines.wordpress,
        themes_engines.hugo,
        themes_engines.jekyll,
        themes_engines.ghost,
        themes_engines.blogger,
        themes_engines.movabletype,
        themes_engines.textpattern,
        themes_engines.serendipity,
        themes_plain.html32,
        themes_plain.handmade,
        themes_plain.minified,
        themes_plain.medium,
        themes_plain.mastodon,
        themes_plain.inline,
        themes_plain.jupyter,
        themes_community.wiki,
        themes_community.forum,
        themes_community.news,
        themes_community.commented,
        themes_community.sidebar,
        themes_community.tumblr,
        themes_community.podcast,
        themes_community.photo,
        themes_community.blogroll,
    )
}


def render(post: Post) -> tuple[bytes, str]:
    """Return the page of a post and its Content-Type."""
    if post.theme == "plain":
        if post.language == "ja":
            return themes_plain.plaintext(post).encode("shift_jis"), "text/plain; charset=shift_jis"
        return themes_plain.plaintext(post).encode(), "text/plain; charset=utf-8"
    text = THEMES[post.theme](post)
    if post.theme == "html32":
        return text.encode("windows-1251", "xmlcharrefreplace"), "text/html"
    if post.theme in ("movabletype", "serendipity"):
        return text.encode(), "text/html"
    return text.encode(), HTML


def case(post: Post, *, honest: bool = True) -> Case:
    """Return the case of a post whose blog pings for it."""
    html, content_type = render(post)
    text = words(post.body)
    excerpt = text if len(text) <= EXCERPT else text[:EXCERPT].rpartition(" ")[0] + " [...]"
    return Case(
        name=post.name,
        family=post.family,
        honest=honest,
        protocol=Protocol.TRACKBACK if post.trackback else Protocol.PINGBACK,
        source=post.url,
        target=post.target,
        html=html,
        content_type=content_type,
        title=post.title if post.trackback else "",
        excerpt=excerpt if post.trackback else "",
        blog_name=post.site if post.trackback else "",
        sender=address_of(post.url),
        note=post.note,
    )


def cases() -> Iterator[Case]:
    everything = [post for file in FILES for post in posts(file)]
    for post in everything:
        yield case(planet(post, everything) if post.theme == "planet" else post)
    for index, (theme, site, opening) in enumerate(_ROUNDUPS):
        yield case(roundup(index, theme, site, opening))


def planet(post: Post, members: list[Post]) -> Post:
    """Return a page with the latest posts of its members, as planets have."""
    entries = [
        f"## {member.site}: {member.title}\n{member.body}"
        for member in members
        if member.target == post.target and member.family in ("essays", "reviews", "code")
    ]
    return _with(post, theme="handmade", body="\n".join((post.body, *entries[:3])))


def _with(post: Post, *, theme: str, body: str) -> Post:
    fields = {name: getattr(post, name) for name in Post.__slots__}
    return Post(**{**fields, "theme": theme, "body": body})


_ROUNDUPS = (
    ("wordpress", "Tea at the Back", "It was a wet week, and so there is much to read."),
    ("jekyll", "Small Pieces", "Forty links, no order. I liked them all, or they made me cross."),
    ("hugo", "The Sunday Tray", "Put the kettle on; this one is long."),
    ("ghost", "Armful", "What the readers sent in, what I found, and one that I was ashamed of."),
    ("blogger", "Wednesday's Child", "Bits and bobs, as my aunt calls them."),
    ("movabletype", "Odds and Ends", "The drawer is full again."),
    ("textpattern", "Marginalia", "Read this week, on paper and otherwise."),
    ("serendipity", "Kleinholz", "Linkliste der Woche, diesmal fast alles auf Englisch."),
    ("html32", "The Reading Room", "Links that I checked on Saturday. If one is dead, tell me."),
    ("minified", "jot", "tabs i can finally close"),
)
_ASIDES = (
    "",
    "",
    "",
    " Thanks, Ruth.",
    " (Long.)",
    " I keep coming back to this one.",
    " The comments are better than the text.",
    " Not sure that I agree.",
)
_OWN_WORDS = {
    "oven": "How two people built [a clay oven out of bottles and mud](@), and what burnt",
    "queue": "One table instead of a broker: [SQLite as a queue](@), with the trade-offs",
    "roulette": "[Nine hundred spins of a wheel](@) in green ink, and why seventeen means nothing",
    "train": "A welder, three cups, and reindeer on the line: [the train to Narvik](@)",
    "ranking": "[What search engines owe to small sites](@): less than one might think",
    "slugs": "[Diplomacy with slugs](@). The toad has the last word",
}


def roundup(index: int, theme: str, site: str, opening: str) -> Post:
    """Return the links of somebody's week, ours among them."""
    chance = random.Random(1000 + index)
    lines = (TEXTS_FOLDER / "roundup_bank.txt").read_text(encoding="utf-8").splitlines()
    found = chance.sample(lines, (12, 40, 25, 18, 9, 30, 14, 20, 40, 7)[index])
    items = []
    for line in found:
        text, _, url = line.partition(" | ")
        head, _, tail = text.partition(" ")
        linked = f"{head} [{tail}]({url})" if chance.random() < 0.5 else f"[{text}]({url})"
        items.append(f"* {linked}.{chance.choice(_ASIDES)}")
    key = tuple(_OWN_WORDS)[index % len(_OWN_WORDS)]
    items.insert(chance.randrange(len(items)), f"* {_OWN_WORDS[key]}.")
    week = 10 + index * 4
    host = "".join(letter for letter in site.lower() if letter.isascii() and letter.isalpha())
    return Post(
        name=f"roundups/{host}-{week}",
        family="roundups",
        theme=theme,
        target=ARTICLES[key].url,
        url=f"http://{host}.example/2020/week-{week}/",
        site=site,
        title=f"Links of week {week}",
        body="\n".join((opening, "", *items, "", "See you next week.")),
        trackback=index % 5 == 3,
        note=f"{len(items)} links",
    )
