"""Spam that sells: shops, farms of links, floods from one template, blogs that say nothing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tests.corpus.bank import BANKS, KEYS, chance, filler, rows, spam
from tests.corpus.ours import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.corpus.case import Case

_COUPLINGS = {
    "de": "Mehr zum Thema finden Sie auch unter [{title}](@).",
    "fr": "Voir aussi [{title}](@).",
    "es": "Vea también [{title}](@).",
    "ru": "Смотрите также [{title}](@).",
    "ja": "関連記事 [{title}](@)",
    "id": "Baca juga [{title}](@).",
}
_GENRES = {
    "pharmacies": ("viagra-en", "cialis-en", "weightloss", "potenz", "pharmacie", "farmacia"),
    "casinos": ("casino-en", "poker-en", "casino-de", "casino-ru", "slot-id", "casino-ja"),
    "replicas": ("replica-en", "uggs", "sacs", "taschen"),
    "loans": ("payday", "kredit", "prestamos", "zaim"),
    "essay_mills": ("essay-en", "essay-en-2", "ghost-de"),
    "other_trade": ("seo-en", "adult-en", "crypto-en"),
}


def trade() -> Iterator[Case]:
    """Shops that ping whatever there is, and link to it somewhere in their text."""
    offers = {row[0]: row[1:] for row in rows("trade")}
    for family, names in _GENRES.items():
        for index, name in enumerate(names):
            language, key, host, title, text = offers[name]
            dice = chance("trade", name)
            coupling = _COUPLINGS.get(language, "Also read [{title}](@) before you order.")
            words = [word.strip(",.") for word in text.split()]
            menu = "".join(
                f'<li><a href="/{word.lower()}.html">{escape(word)}</a></li>'
                for word in dice.sample(words, min(6, len(words)))
            )
            yield spam(
                f"{family}/{name}",
                key=key,
                url=f"http://{host}.example/"
                + ("" if index % 2 else f"{dice.choice(('index.php?cat=', 'item-'))}{index + 3}"),
                site=title.split(" - ")[0],
                title=title,
                body=(
                    f"{text}\n\n{coupling.format(title=ARTICLES[key].title)}\n\n"
                    f"{text.split('. ')[-1]}\n\nHOLE"
                ),
                raw=f"<ul>{menu}</ul>",
                theme=("handmade", "wordpress", "hugo", "blogger")[index % 4],
                trackback=index % 2 == 0,
            )


def farms() -> Iterator[Case]:
    """Pages of hundreds of links to everywhere."""
    for index in range(8):
        dice = chance("farm", index)
        key = KEYS[(index + 3) % len(KEYS)]
        count = (60, 120, 250, 400, 80, 180, 300, 150)[index]
        items = []
        for number in range(count):
            topic = dice.choice(BANKS["farm_topics"])
            host = f"{topic.replace(' ', '-')}{number}.example"
            items.append(f'<a href="http://{host}/">{escape(topic)}</a>')
        items.insert(
            dice.randrange(count),
            f'<a href="{ARTICLES[key].url}">{escape(ARTICLES[key].title)}</a>',
        )
        joined = (" | ", "<br>\n", ", ", " ")[index % 4].join(items)
        yield spam(
            f"link_farms/{index}",
            key=key,
            url=f"http://directory{index}.example/links{index * 17 + 3}.html",
            site=f"Web Directory {index}",
            title=("Link Exchange Page", "Free Web Directory", "Resources", "Partners")[index % 4],
            body="HOLE",
            raw=f"<div>{joined}</div>",
            theme=("handmade", "html32", "wordpress", "hugo")[index % 4],
            note=f"{count} links",
        )


def floods() -> Iterator[Case]:
    """One template, filled in again and again, on hosts and pages with numbers for names."""
    for index in range(16):
        dice = chance("flood", index)
        key = KEYS[index % len(KEYS)]
        topic = dice.choice(BANKS["farm_topics"])
        number = dice.randrange(10**6, 10**9)
        url = (
            f"http://blog{number % 1000}.floodhost.example/?p={number}",
            f"http://{topic.split()[0]}{number % 97}.example/post-{number}/",
            f"http://x{number % 9999}.example/archives/{number}.html",
            f"http://free-pages.example/u{number}/index{number % 100_000}.html",
        )[index % 4]
        yield spam(
            f"floods/{index}",
            key=key,
            url=url,
            site=f"{topic.title()} {number}",
            title=f"{topic.title()} {number}" if index % 2 else topic.title(),
            body=(
                f"{topic.capitalize()}. {dice.choice(BANKS['filler'])} "
                f"[{ARTICLES[key].title}](@) {dice.choice(BANKS['filler'])} {topic}."
            ),
            theme="wordpress" if index % 4 else "handmade",
            trackback=index % 2 == 0,
        )


def thin() -> Iterator[Case]:
    """Spam that looks like a blog with little to say; a person would hesitate as well."""
    for index, (title, host, text) in enumerate(rows("thin")):
        key = ("oven", "train", "slugs", "queue", "ranking", "oven")[index]
        yield spam(
            f"thin/{host}",
            key=key,
            url=f"http://{host}.example/{title.lower().replace(' ', '-')}/",
            site=host.replace("-", " ").title(),
            title=title,
            body=text,
            theme=("wordpress", "blogger", "hugo", "ghost", "jekyll", "textpattern")[index],
            trackback=index % 2 == 1,
            note="looks like a thin blog",
        )
    for index, text in enumerate(BANKS["praise"]):
        key = KEYS[index % len(KEYS)]
        topic = BANKS["farm_topics"][index + 9]
        dice = chance("praise", index)
        yield spam(
            f"praise/{index}",
            key=key,
            url=f"http://{topic.replace(' ', '')}.example/blog/{ARTICLES[key].key}-review/",
            site=topic.title(),
            title=f"Re: {ARTICLES[key].title}",
            body=f"{text} [Link](@)\n\n{filler(dice, 2 + index % 3)}",
            theme=("wordpress", "handmade", "ghost", "blogger")[index % 4],
            trackback=index % 2 == 0,
            note="praise by template",
        )
