"""Builds candidates from pages, as the receiver does after it has fetched them."""

from linkback_protocol import url
from linkback_protocol.linkback import Ping, Protocol
from linkback_protocol.page import Page
from linkback_protocol.validators import Candidate

SOURCE = "http://blog.example/post"
TARGET = "http://ours.test/post/"


def candidate(
    html: str | bytes | None,
    *,
    source: str = SOURCE,
    target: str = TARGET,
    protocol: Protocol = Protocol.PINGBACK,
    title: str = "",
    excerpt: str = "",
    blog_name: str = "",
    sender: str = "203.0.113.5",
    browser: str = "",
    target_text: str = "",
    store=None,
    again: bool = False,
    site: tuple[str, ...] = ("http://ours.test/",),
    content_type: str = "text/html; charset=utf-8",
) -> Candidate:
    """Return a candidate whose source is this page; None for one that could not be read."""
    ping = Ping(
        protocol=protocol,
        source=source,
        target=target,
        sender=sender,
        browser=browser,
        title=title,
        excerpt=excerpt,
        blog_name=blog_name,
    )
    ours = url.parse(target)

    def read_source(asked: Candidate):
        if html is None:
            return None, []
        body = html.encode() if isinstance(html, str) else html
        page = Page.parse(body, url=url.parse(source), content_type=content_type)
        return page, page.links_to(asked.target, asked.page_url)

    return Candidate(
        ping,
        target=ours,
        page_url=ours,
        site=tuple(url.parse(base) for base in site),
        read_source=read_source,
        read_target=lambda: target_text,
        store=store,
        again=again,
    )
