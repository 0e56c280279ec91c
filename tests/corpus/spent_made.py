"""Spam of the first held-out set that was made by machines in rows, and is so here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.linkback import Protocol
from tests.corpus.case import Case, address_of
from tests.corpus.ours import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERED = (
    ("queue", 1071, "insurance quotes online"),
    ("oven", 1072, "home equity line"),
    ("train", 1073, "airline ticket discount"),
    ("slugs", 1074, "nutrition supplement"),
)
_LETTERS = (
    ("roulette", "qvzhtp", "NxGWcYtLpRUoAhD"),
    ("ranking", "bdkwyf", "eTLvMGdJqPAbYsr"),
    ("slugs", "xjmpcr", "HaFuCNkyWIzgXQS"),
)
_TOWNS = (("oven", "Leeds"), ("train", "Hull"), ("slugs", "Derby"))


def floods() -> Iterator[Case]:
    """Yield trackbacks in rows: numbered pages that link to all their victims, and bare letters."""
    victims = "\n".join(
        f'<a href="{address}">{number}</a>' for number, address in enumerate(_victims(), start=1)
    )
    for key, number, words in _NUMBERED:
        source = f"http://{words.replace(' ', '-')}.{number}.freelist.example/{number}.html"
        page = (
            f"<html><head><title>{words} {number}</title></head><body>\n"
            f"<h3>{words}</h3>\n{words} - information about {words}. "
            f'<a href="http://go.freelist.example/{number}">{words}</a><br>\n'
            f"<small>trackbacks: {victims}</small>\n</body></html>\n"
        )
        yield Case(
            name=f"floods/numbered-{number}",
            family="floods",
            honest=False,
            protocol=Protocol.TRACKBACK,
            source=source,
            target=ARTICLES[key].url,
            html=page.encode(),
            title=f"{words} {number}",
            excerpt=f"{words} {words} {number}",
            blog_name=words,
            sender="198.51.100.77",
            note="the page does link, as one number of many",
        )
    for key, host, letters in _LETTERS:
        source = f"http://{host}.example/"
        yield Case(
            name=f"floods/letters-{host}",
            family="floods",
            honest=False,
            protocol=Protocol.TRACKBACK,
            source=source,
            target=ARTICLES[key].url,
            html=f"<html><head><title>{host}</title></head><body>{letters}</body></html>".encode(),
            title=letters,
            excerpt=f'{host} <a href="{source}">{letters}</a>, [url={source}]{letters}[/url]',
            blog_name=letters,
            sender=address_of(source),
            note="a probe: letters, to see if anything is shown",
        )


def networks() -> Iterator[Case]:
    """Yield one page of a network of sites three times, the town alone changed."""
    for key, town in _TOWNS:
        host = f"www.locksmith-{town.lower()}-247.example"
        article = ARTICLES[key]
        page = (
            f'<!DOCTYPE html><html lang="en"><head><title>Locksmith {town}</title></head><body>\n'
            f"<h1>24 hour locksmith in {town}</h1>\n"
            f"<p>Locked out in {town}? Our friendly {town} locksmiths reach you in 30 minutes. "
            f"No call-out charge for pensioners in {town}. Call 0800 555 0199.</p>\n"
            f'<h2>News from around {town}</h2>\n<p>We liked <a href="{article.url}">'
            f"{article.title}</a> this week. Read it while you wait for us!</p>\n"
            '<p><a href="/van-keys">Van keys</a> <a href="/upvc">uPVC doors</a></p>\n'
            "</body></html>\n"
        )
        yield Case(
            name=f"networks/locksmith-{town.lower()}",
            family="networks",
            honest=False,
            protocol=Protocol.PINGBACK,
            source=f"http://{host}/news/{article.key}",
            target=article.url,
            html=page.encode(),
            sender="192.0.2.140",
            note="hard: each page alone is a small firm that likes us",
        )


def _victims() -> list[str]:
    """Return sixty addresses as such pages list them, ours at the end."""
    others = [f"http://victim{number}.example/post/{number}" for number in range(54)]
    return [*others, *(article.url for article in ARTICLES.values())]
