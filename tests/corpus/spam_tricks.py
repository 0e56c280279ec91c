"""Spam whose link nobody is meant to see, and pages that are not what they seem."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tests.corpus.bank import BANKS, KEYS, chance, filler, rows, spam
from tests.corpus.ours import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.corpus.case import Case

_HIDDEN = (
    ("display-none", '<div style="display:none"><a href="{url}">{title}</a></div>'),
    ("off-screen", '<p style="position:absolute;left:-9999px">see <a href="{url}">{title}</a></p>'),
    ("zero-size", '<div style="width:0;height:0;overflow:hidden"><a href="{url}">x</a></div>'),
    ("tiny-font", '<span style="font-size:0px">{filler} <a href="{url}">{title}</a></span>'),
    ("one-pixel-font", '<span style="font-size:1px"><a href="{url}">{title}</a></span>'),
    ("empty-anchor", '<p>{filler}<a href="{url}"></a></p>'),
    ("a-dot", '<p>{filler}<a href="{url}">.</a> {filler}</p>'),
    ("hidden-attribute", '<ul hidden><li><a href="{url}">{title}</a></li></ul>'),
    ("visibility", '<div style="visibility:hidden">links: <a href="{url}">{title}</a></div>'),
    ("opacity", '<div style="opacity:0;position:fixed"><a href="{url}">{title}</a></div>'),
    ("noscript", '<noscript><a href="{url}">{title}</a></noscript>'),
    ("comment", '<!-- <a href="{url}">{title}</a> -->'),
    ("textarea", '<textarea rows="1"><a href="{url}">{title}</a></textarea>'),
    (
        "white-on-white",
        '<p style="color:#fff;background:#fff"><a href="{url}" style="color:#fff">x</a></p>',
    ),
    (
        "by-class",
        (
            "<style>.q7{{position:absolute;top:-800px}}</style>"
            '<div class="q7"><a href="{url}">{title}</a></div>'
        ),
    ),
    ("by-script", '<div id="z9"><a href="{url}">{title}</a></div><script>z9.remove()</script>'),
    ("dot-picture", '<a href="{url}"><img src="/s.gif" width="1" height="1" alt=""></a>'),
    ("text-indent", '<div style="text-indent:-9000px"><a href="{url}">{title}</a></div>'),
)


def hidden() -> Iterator[Case]:
    """Pages that link in a way that only a machine finds."""
    topics = BANKS["farm_topics"]
    for index, (trick, markup) in enumerate(_HIDDEN):
        dice = chance("hidden", trick)
        key = KEYS[index % len(KEYS)]
        ours = ARTICLES[key]
        topic = topics[index % len(topics)]
        raw = markup.format(
            url=ours.url, title=escape(ours.title), filler=dice.choice(BANKS["filler"])
        )
        yield spam(
            f"hidden/{trick}",
            key=key,
            url=f"http://{topic.replace(' ', '-')}.example/guide/",
            site=topic.title(),
            title=f"{topic.title()} - The Complete Guide",
            body=f"{filler(dice, 4)}\n\n{filler(dice, 5)}\n\nHOLE\n\n{filler(dice, 3)}",
            raw=raw,
            theme=("wordpress", "handmade", "hugo", "jekyll")[index % 4],
            trackback=trick == "comment",
            note="the page's inline style does not tell"
            if trick in ("white-on-white", "by-class", "by-script", "a-dot", "one-pixel-font")
            else "",
        )


def cloaked() -> Iterator[Case]:
    """Pages with a text for crawlers, under a template that sends visitors elsewhere."""
    covers = (
        '<script>if(!/bot|crawl/i.test(navigator.userAgent))location="http://{shop}/"</script>',
        '<meta http-equiv="refresh" content="2;url=http://{shop}/">',
        (
            '<div style="position:fixed;inset:0;z-index:9999;background:#fff">'
            '<a href="http://{shop}/">Continue to the offer</a></div>'
        ),
        '<frameset rows="100%,*"><frame src="http://{shop}/"></frameset>',
        '<iframe src="http://{shop}/" style="position:fixed;width:100%;height:100%"></iframe>',
    )
    for index, cover in enumerate(covers):
        dice = chance("cloaked", index)
        key = KEYS[index]
        topic = dice.choice(BANKS["farm_topics"])
        shop = rows("trade")[index * 4][3] + ".example"
        hole = cover.format(shop=shop)
        yield spam(
            f"cloaked/{index}",
            key=key,
            url=f"http://blog.{topic.replace(' ', '')}.example/{dice.randrange(10**4)}.php",
            site="Notes",
            title=ARTICLES[key].title + " - notes",
            body=(
                f"{filler(dice, 2)}\n\nIt is worth to read [{ARTICLES[key].title}](@), as this is "
                f"a topic of interest for many.\n\n{filler(dice, 3)}\n\nHOLE"
            ),
            raw="" if cover.startswith("<frameset") else hole,
            change=(lambda html, hole=hole: html.replace("<body", f"{hole}<body", 1))
            if cover.startswith("<frameset")
            else (lambda html: html),
            theme=("handmade", "wordpress", "textpattern", "html32", "hugo")[index],
            note="looks like a thin blog; sends visitors to a shop",
        )


def parked() -> Iterator[Case]:
    """Domains that nobody lives at, with advertisements for what the name suggests."""
    for index, host in enumerate(
        ("ovenbuilders", "gardenslugs", "narvikhotels", "roulettesystem", "sqlqueue", "seotexts")
    ):
        key = KEYS[(index * 3) % len(KEYS)]
        topics = chance("parked", host).sample(BANKS["farm_topics"], 8)
        items = "".join(
            f'<li><a href="/search?q={topic}">{topic.title()}</a></li>' for topic in topics
        )
        link = f'<li><a href="{ARTICLES[key].url}">{escape(ARTICLES[key].title)}</a></li>'
        yield spam(
            f"parked/{host}",
            key=key,
            url=f"http://www.{host}.example/",
            site=f"{host}.example",
            title=f"{host}.example",
            body="This domain may be for sale. Buy this domain.\n\nRelated searches\n\nHOLE",
            raw=f"<ul>{items}{link}</ul><p>2020 Copyright. All Rights Reserved. Privacy Policy</p>",
            theme="handmade",
            note="title equals host",
        )


def stuffed() -> Iterator[Case]:
    """Pages that repeat what they want to be found for."""
    for index, topic in enumerate(BANKS["farm_topics"][:7]):
        dice = chance("stuffed", topic)
        key = KEYS[index % len(KEYS)]
        last = topic.split()[-1]
        sentences = [
            f"If you are looking for {topic}, then {topic} is what you need.",
            f"Our {topic} page has the best {topic} of all {topic} pages.",
            f"Find {topic} today, compare {topic} and save on {topic}.",
            f"{topic.title()} near you, {topic} online, {topic} reviews, best {topic} 2020.",
            f"Why {topic}? Because {topic} helps people who need {topic}.",
        ]
        dice.shuffle(sentences)
        yield spam(
            f"stuffed/{topic.replace(' ', '-')}",
            key=key,
            url=f"http://{topic.replace(' ', '')}.example/{topic.replace(' ', '-')}-{last}.html",
            site=topic.title(),
            title=f"{topic.title()} | Best {topic.title()} | {topic.title()} Online",
            body=(
                f"{' '.join(sentences[:3])}\n\n{' '.join(sentences[3:])} See [{topic}](@) too.\n\n"
                f"Tags: {', '.join(f'{topic} {word}' for word in ('cheap', 'best', 'free', 'new'))}"
            ),
            theme=("handmade", "wordpress", "hugo")[index % 3],
        )
