"""Senders of other people's, as `linkback-conformance sender` calls them."""

from __future__ import annotations

import html
import os
import tempfile
import urllib.request
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from tests.interop.wordpress import publish_in

WORDPRESS = "LINKBACK_TEST_WORDPRESS"
"""Names the folder of a running WordPress."""


def wordpress(links: list[str]) -> None:
    """Let a WordPress publish a post with these links, by its own code."""
    text = "\n".join(
        f'<p>Before that, there was <a href="{html.escape(link)}">a good post</a>, worth reading.'
        "</p>"
        for link in links
    )
    publish_in(Path(os.environ[WORDPRESS]), text)


wordpress.publishes = True  # type: ignore[attr-defined]


def pelican(source: str) -> int:
    """Let the plugin of Pelican send for a page; return for how many links it says it did."""
    # It is no requirement of the tests: results are recorded where it is installed.
    linkbacks = import_module("pelican.plugins.linkbacks.linkbacks")
    with urllib.request.urlopen(source, timeout=10) as answer:
        page = answer.read().decode()
    parts = urlsplit(source)
    with tempfile.TemporaryDirectory() as folder:
        config = linkbacks.LinkbackConfig(
            {"SITEURL": f"{parts.scheme}://{parts.netloc}", "CACHE_PATH": folder}
        )
        cache = linkbacks.Cache(config, {})
        sent: int = linkbacks.process_all_links_of_an_article(
            config, cache, source.removeprefix(f"{parts.scheme}://{parts.netloc}/"), "post", page
        )
    return sent
