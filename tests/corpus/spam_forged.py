"""Trackbacks that lie about their page, or come from a visitor's browser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from linkback_protocol.linkback import Protocol
from tests.corpus.bank import KEYS, chance, filler, rows, spam
from tests.corpus.case import Case, address_of
from tests.corpus.ours import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator


def forged() -> Iterator[Case]:
    """Trackbacks whose page does not link here; and whose page cannot be read at all."""
    offers = rows("trade")
    for index in range(10):
        name, _, _, host, title, text = offers[index * 2]
        key = KEYS[index % len(KEYS)]
        case = spam(
            f"forged/{name}",
            key=key,
            url=f"http://{host}.example/?offer={index}",
            site=title.split(" - ")[0],
            title=title,
            body=text,
            theme=("handmade", "wordpress", "blogger")[index % 3],
            trackback=True,
            note="the page does not link",
        )
        claimed = f"In reply to {ARTICLES[key].title}: a very good post, read our answer."
        yield replace(case, excerpt=claimed) if index % 2 else case
    for index in range(7):
        name, _, _, host, title, text = offers[index * 3 + 1]
        key = KEYS[(index + 2) % len(KEYS)]
        source = f"http://{host}.example/{index}.html"
        innocent = index % 2 == 0
        yield Case(
            name=f"unreachable/{name}",
            family="unreachable",
            honest=False,
            protocol=Protocol.TRACKBACK if index < 5 else Protocol.PINGBACK,
            source=source,
            target=ARTICLES[key].url,
            html=None,
            title=f"Re: {ARTICLES[key].title}" if innocent else title,
            excerpt="I have written about this as well." if innocent else text[:250],
            blog_name="My weblog" if innocent else host,
            sender=address_of(source),
            note="the page cannot be read",
        )


def browsers() -> Iterator[Case]:
    """Trackbacks that a script on another page let its visitors send."""
    headers = (
        "Sec-Fetch-Site: cross-site",
        "Origin: http://free-movies.example",
        "Sec-Fetch-Site: cross-site",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
    )
    for index, browser in enumerate(headers):
        key = KEYS[index]
        dice = chance("browser", index)
        case = spam(
            f"browsers/{index}",
            key=key,
            url=f"http://free-movies{index}.example/watch/{dice.randrange(1000)}",
            site="Free Movies",
            title=f"About {ARTICLES[key].title}",
            body=(
                f"{filler(dice, 3)}\n\nA page to read is [{ARTICLES[key].title}](@).\n\n"
                f"{filler(dice, 2)}"
            ),
            theme=("wordpress", "handmade")[index % 2],
            trackback=True,
            note="sent by the browsers of visitors",
        )
        yield replace(case, browser=browser, sender=f"192.0.2.{index * 7 + 11}")
