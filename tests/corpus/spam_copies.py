"""Spam that lives on our texts: splogs, scrapers, plugins that list what is related."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from tests.corpus.bank import BANKS, KEYS, chance, excerpt, filler, rows, spam
from tests.corpus.ours import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.corpus.case import Case

_THEMES = ("wordpress", "blogger", "wordpress", "handmade", "movabletype", "wordpress", "hugo")


def splogs() -> Iterator[Case]:
    """Blogs made of the first lines of others, with a link as an alibi."""
    for index, (site, host, key) in enumerate(rows("splog_sites")):
        dice = chance("splog", host)
        ours = ARTICLES[key]
        credit = BANKS["splog_credits"][index % len(BANKS["splog_credits"])]
        credit = credit.format(title=ours.title, author=dice.choice(("admin", "unknown", "Jan")))
        quoted = excerpt(key, dice, 45 + dice.randrange(40))
        body = (
            f"{credit}\n\n{quoted} [...]" if "excerpt" in credit else f"{quoted} [...]\n\n{credit}"
        )
        title = site if index % 3 == 0 else ours.title
        number = dice.randrange(10_000, 999_999)
        yield spam(
            f"splogs/{host}",
            key=key,
            url=f"http://{host}.example/" + (f"?p={number}" if index % 2 else f"post-{number}/"),
            site=site,
            title=title,
            body=body,
            theme=_THEMES[index % len(_THEMES)],
            trackback=index % 3 != 2,
            note="title equals the name of the site" if title == site else "",
        )
    for index, (language, credit) in enumerate(rows("splog_credits_foreign")):
        key = KEYS[index % len(KEYS)]
        dice = chance("foreign splog", index)
        yield spam(
            f"splogs/{language}-{index}",
            key=key,
            url=f"http://news-{language}-{index}.example/{dice.randrange(10**5)}.html",
            site=f"News {language.upper()}",
            title=ARTICLES[key].title,
            body=f"{excerpt(key, dice, 70)} ...\n\n{credit.format(title=ARTICLES[key].title)}",
            theme=_THEMES[index % len(_THEMES)],
            trackback=index % 2 == 0,
            note="credit in another language",
        )


def copies() -> Iterator[Case]:
    """Hosts that take the whole article, with a link at the end or from within."""
    sites = (
        ("articlevault", "Article Vault", "Source: [{title}](@)"),
        ("freshcontentnow", "Fresh Content Now", "This article was first found [here](@)."),
        ("readitall", "Read It All", "[Via](@)"),
        ("contentmirror24", "Content Mirror 24", "Copyright by the author. [Link](@)"),
        ("infobase-hub", "Infobase Hub", "Tags: [home](@), tips, best, 2020"),
        ("bloggingplanetfeeds", "Feeds", "Posted in General. [Permalink](@)"),
        ("storiesdaily", "Stories Daily", "Written by Admin. Original: [{title}](@)"),
        ("articlespin", "Article Spin", "Read more on [this topic](@)."),
    )
    for index, (host, site, credit) in enumerate(sites):
        key = KEYS[index % len(KEYS)]
        ours = ARTICLES[key]
        text = "\n\n".join(ours.paragraphs)
        if index >= 6:
            # Spun: some words exchanged for others that mean about the same.
            for old, new in _SPINS:
                text = re.sub(rf"\b{old}\b", new, text)
        yield spam(
            f"copies/{host}",
            key=key,
            url=f"http://www.{host}.example/{index * 811 + 12_345}/{host}",
            site=site,
            title=ours.title,
            body=f"{text}\n\n{credit.format(title=ours.title)}",
            theme=("wordpress", "ghost", "handmade", "blogger", "hugo", "minified")[index % 6],
            note="spun" if index >= 6 else "verbatim",
        )


_SPINS = (
    ("bread", "loaf of bread"),
    ("four", "4"),
    ("people", "persons"),
    ("the first", "the very first"),
    ("which", "that"),
    ("small", "little"),
    ("with", "along with"),
    ("everything", "all the things"),
    ("new", "brand new"),
    ("have", "have got"),
    ("two", "2"),
    ("is", "is actually"),
)


def related() -> Iterator[Case]:
    """Posts with nothing of their own, and a plugin that lists what is related elsewhere."""
    headings = (
        "Related articles",
        "Related Posts by Others",
        "More from around the web",
        "Similar stories",
        "You may also like",
        "Ähnliche Beiträge im Netz",
        "Articles similaires",
        "Blog reactions",
    )
    for index, heading in enumerate(headings):
        dice = chance("related", index)
        key = KEYS[(index * 5 + 1) % len(KEYS)]
        others = dice.sample(BANKS["farm_topics"], 7)
        items = [
            f'<li><a class="zem_link" rel="nofollow" href="http://{host}/">{topic.title()}</a> '
            f"({host})</li>"
            for topic, host in ((topic, topic.replace(" ", "-") + ".example") for topic in others)
        ]
        link = (
            f'<li><a href="{ARTICLES[key].url}">{escape(ARTICLES[key].title)}</a> (ours.test)</li>'
        )
        items.insert(dice.randrange(len(items)), link)
        topic = dice.choice(BANKS["farm_topics"])
        yield spam(
            f"related/{index}",
            key=key,
            url=f"http://{topic.replace(' ', '')}{index}.example/{topic.replace(' ', '-')}/",
            site=f"{topic.title()} Blog",
            title=f"{topic.title()}: What You Need To Know",
            body=f"{filler(dice, 5)}\n\n{filler(dice, 4)}\n\nHOLE",
            raw=f"<h6>{heading}</h6><ul>{''.join(items)}</ul>",
            theme=("wordpress", "hugo", "wordpress", "ghost")[index % 4],
            note="the link is in a list that a plugin made",
        )


def aggregators() -> Iterator[Case]:
    """Services that ping for what others said, in the manner of their time."""
    hosts = (
        ("topsy.com", "http://topsy.com/trackback?url={url}&utm_source=pingback", "Topsy.com"),
        ("topsy.com", "http://topsy.com/tb/ours.test/{index}", "Topsy.com"),
        ("ubervu.com", "http://www.ubervu.com/conversations/ours.test/{index}/", "uberVU"),
        ("tweetecho", "http://tweetecho.example/trackback?id={index}83726", "TweetEcho"),
        ("sociallinks", "http://api.sociallinks.example/c/{index}91827364", "Social Links"),
        ("blogscan", "http://www.blogscan.example/search/cluster/{index}", "BlogScan"),
    )
    for index, (host, url, site) in enumerate(hosts):
        key = KEYS[index]
        ours = ARTICLES[key]
        yield spam(
            f"aggregators/{host}-{index}",
            key=key,
            url=url.format(url=ours.url, index=index + 1),
            site=site,
            title=f"Tweets that mention {ours.title} -- {site}",
            body=(
                f"This post was mentioned on Twitter by user{index}, anna_b and "
                f"{index + 4} others. user{index} said: RT @anna_b: {ours.title} [ours.test](@)\n\n"
                f"Social comments and analytics for this post: {index + 7} tweets, 0 replies."
            ),
            theme="handmade",
            trackback=index % 2 == 0,
        )


def duplicates() -> Iterator[Case]:
    """One text on many hosts that look different."""
    opening = (
        "After months of research our team has finally put together the complete list of "
        "resources that every beginner should know before getting started with this hobby. "
        "We have talked to dozens of experts, read hundreds of pages and tested all of the tips at "
        "home, so that you do not have to do it yourself."
    )
    for index in range(9):
        dice = chance("duplicate", index)
        key = KEYS[index % 3]
        host = ("hobbyguide", "startnow", "beginnerhq")[index % 3]
        place = dice.choice(("Leeds", "Ohio", "Perth", "Cork", "Dallas"))
        case = spam(
            f"duplicates/{index}",
            key=key,
            url=f"http://{host}-{place.lower()}{index}.example/list/",
            site=f"{place} Beginner Guide",
            title=f"The complete list for beginners in {place}",
            body=(
                f"{opening}\n\nOne of the most helpful pages is [{ARTICLES[key].title}](@), which "
                f"explains it step by step and in plain words. The readers from {place} who "
                f"have tried it were more than happy with the result and told their friends.\n\n"
                f"{filler(chance('same'), 5)}\n\nWritten by the {place} team."
            ),
            theme=("wordpress", "jekyll", "ghost", "blogger", "textpattern", "hugo")[index % 6],
            note="the same text but for a place" if index else "the first of nine alike",
        )
        yield replace(case, sender=f"198.51.100.{index + 20}")
