"""``linkback serve`` without an app: a gateway that takes pings for a static site (PB-4-5)."""

from __future__ import annotations

import xmlrpc.client
from html import unescape
from typing import TYPE_CHECKING

import pytest
import requests

from linkback_protocol.cli.gateway import gateway
from tests.cli.processes import LOOPBACK, listed, ping, serving
from tests.peers import source_site

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed.wsgi import WSGIEnvironment

    from tests.peers import SourceSite


def fault(endpoint: str, source: str, target: str) -> int:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        ping(endpoint, source, target)
    return caught.value.faultCode


def test_the_pages_of_a_sitemap(folder: Path, source: SourceSite) -> None:
    page = "https://static.example/2026/post/"
    (folder / "sitemap.xml").write_text(f"<urlset><url><loc>{page}</loc></url></urlset>")
    options = ("--site", "https://static.example/", "--sitemap", "sitemap.xml")
    with serving(folder, *options, *LOOPBACK) as (url, _):
        assert "moderation" in ping(url + "pingback", source.link("/a", page), page)
        form = {"url": source.link("/b", page)}
        answer = requests.post(url + "2026/post/trackback/", data=form, timeout=10)
        assert "<error>0<" in answer.text
        assert fault(url + "pingback", source.url + "a", "https://static.example/none/") == 32
    assert [entry["page"] for entry in listed(folder)] == [page, page]


def test_the_pages_that_a_site_answers_for(folder: Path) -> None:
    # One site does not ping itself, and of two on one host the port tells them apart.
    with source_site() as site, source_site() as source:
        page = site.publish("/post/", "<title>A static page</title>")
        site.publish("/", "<title>Home</title>")
        with serving(folder, "--site", site.url, *LOOPBACK) as (url, _):
            endpoint = url + "pingback"
            assert "moderation" in ping(endpoint, source.link("/a", page), page)
            form = {"url": source.link("/b", page)}
            answer = requests.post(url + "post/trackback/", data=form, timeout=10)
            assert "<error>0<" in answer.text
            assert fault(endpoint, "http://127.0.0.1:1/", page) == 16
            assert fault(endpoint, source.url + "a", site.url + "none") == 32
            assert fault(endpoint, source.url + "a", site.url) == 33
    found = [(entry["title"], entry["status"]) for entry in listed(folder)]
    assert found == [("A source", "pending"), ("A source", "pending"), ("", "refused")]


def test_a_site_that_is_down_is_our_upstream(folder: Path, source: SourceSite) -> None:
    with source_site() as site:
        down = site.url
    with serving(folder, "--site", down, *LOOPBACK) as (url, _):
        assert fault(url + "pingback", source.url + "a", down + "post/") == 50


class TestWhatTheOwnerIsTold:
    def test_at_its_home_page(self, folder: Path) -> None:
        with serving(folder, "--site", "https://static.example/blog/") as (url, _):
            home = requests.get(url, timeout=10)
            nowhere = requests.get(url + "post/", timeout=10)
        told = unescape(home.text)
        assert f'<link rel="pingback" href="{url}pingback">' in told
        assert f"X-Pingback: {url}pingback" in told
        assert f'trackback:ping="{url}blog/2026/a-post/trackback/"' in told
        assert 'rdf:about="https://static.example/blog/2026/a-post/"' in told
        assert (home.status_code, nowhere.status_code) == (200, 404)
        for answer in (home, nowhere):
            assert not {"X-Pingback", "X-Linkback"} & set(answer.headers)

    @pytest.mark.parametrize(
        ("endpoint", "ping_url"),
        [
            ("https://p.example/pingback", "https://p.example/2026/a-post/tb"),
            ("https://p.example/in/pingback", "https://p.example/in/2026/a-post/tb"),
            ("https://p.example/elsewhere", "https://p.example/2026/a-post/tb"),
        ],
    )
    def test_behind_a_proxy(self, endpoint: str, ping_url: str) -> None:
        app = gateway(
            site="https://static.example/", endpoint=endpoint, path="/pingback", suffix="tb"
        )
        environ: WSGIEnvironment = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
        told = unescape(b"".join(app(environ, lambda *_: lambda _: None)).decode())
        assert f"X-Pingback: {endpoint}\n" in told.replace("</pre>", "\n")
        assert f'trackback:ping="{ping_url}"' in told
