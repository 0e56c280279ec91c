"""Reading a page from a string, as the tests of this package do."""

from __future__ import annotations

from linkback_protocol import url
from linkback_protocol.page import Link, Page

HERE = url.parse("http://source.example/blog/post.html")
TARGET = "http://target.example/"


def read(markup: str | bytes, content_type: str = "text/html; charset=utf-8") -> Page:
    body = markup.encode() if isinstance(markup, str) else markup
    return Page.parse(body, url=HERE, content_type=content_type)


def html(body: str, head: str = "") -> Page:
    return read(f"<!DOCTYPE html><html><head>{head}</head><body>{body}")


def only_link(body: str) -> Link:
    (link,) = html(body).links
    return link


def hrefs(page: Page) -> list[str]:
    return [str(link.url) for link in page.links if link.element == "a" or link.element == "area"]
