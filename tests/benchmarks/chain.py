"""Measures what the recommended chain costs: ``python -m tests.benchmarks.chain``.

Each figure is the processor time of the fastest of many runs, each on a page that is new to the
validators, was parsed before, and has its text and its links to us at hand. The bound is for all of
the chain. What a farm of links costs stands beside it: only there each link of the page is looked
at.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.linkback import Ping, Protocol
from linkback_protocol.page import Page
from linkback_protocol.validators import Candidate, recommended
from tests.benchmarks.blog_page import blog_page
from tests.benchmarks.timing import POST, SITE, row
from tests.corpus.ours import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linkback_protocol.page import Link

BOUND = 2.0
"""Milliseconds that the whole chain may take, beyond parsing."""
ROUNDS = 150

_OURS = next(iter(ARTICLES.values())).text


def link_post(words: str, *, count: int = 500) -> str:
    """Return a page of many links to other hosts, ours among them."""
    items = "".join(
        f'<li><a href="http://h{number}.example/p/{number}">A page about {number}</a>{words}</li>'
        for number in range(count)
    )
    return (
        f"<title>Links</title><h1>Links</h1><ul>{items}"
        f'<li><a href="{POST}">Clay and bottles</a>{words}</li></ul>'
    )


PAGES = {
    "50 KB of text": blog_page(POST, paragraphs=78, comments=20),
    "the same with signs beyond ASCII": blog_page(POST, paragraphs=78, comments=20)
    .replace("the ", "th\u00e9 ")
    .replace("'", "\u2019"),
    "500 links, a line on each": link_post(", which I read on Sunday in the train"),
    "500 links, bare (a farm)": link_post(""),
}


def _candidate(markup: str) -> Candidate:
    source = "http://source.example/post/"

    def read_source(asked: Candidate) -> tuple[Page, list[Link]]:
        page = Page.parse(markup.encode(), url=url.parse(source), content_type="text/html")
        return page, page.links_to(asked.target)

    target = url.parse(POST)
    ping = Ping(protocol=Protocol.PINGBACK, source=source, target=POST, sender="203.0.113.5")
    found = Candidate(
        ping,
        target=target,
        page_url=target,
        site=(url.parse(SITE),),
        read_source=read_source,
        read_target=lambda: _OURS,
    )
    assert found.links
    assert found.page is not None
    assert found.page.text
    return found


def _fastest(work: Callable[[Candidate], object], markup: str) -> float:
    """Return the milliseconds of the fastest run, each on a page that nothing was asked yet."""
    times = []
    for number in range(ROUNDS):
        # What was read of one page is remembered, but no two senders have the same.
        fresh = _candidate(markup.replace("<h1>", f"<h1>{number} "))
        began = time.thread_time()
        work(fresh)
        times.append(time.thread_time() - began)
    return min(times) * 1e3


def _run(chain: Sequence[Callable[[Candidate], object]], asked: Candidate) -> None:
    for validator in chain:
        validator(asked)


def main() -> None:
    for what, markup in PAGES.items():
        parsing = min(_parsing(markup) for _ in range(ROUNDS))
        row(f"parsing: {what}, {len(markup) // 1024} KB", f"{parsing:.2f} ms")
        chain = recommended()
        for validator in chain:
            name = str(getattr(validator, "name", validator))
            row(f"  {name}", f"{_fastest(validator, markup):.3f} ms")
        whole = _fastest(lambda asked, chain=chain: _run(chain, asked), markup)
        row("  the whole chain", f"{whole:.2f} ms", f"bound {BOUND:.2f} ms")


def _parsing(markup: str) -> float:
    body = markup.encode()
    began = time.thread_time()
    Page.parse(body, url=url.parse(POST), content_type="text/html").links_to(url.parse(POST))
    return (time.thread_time() - began) * 1e3


if __name__ == "__main__":
    main()
