"""A real WordPress that stands ready to be judged: it takes pings, sends them, and shows them."""

from __future__ import annotations

import json
import socket
import urllib.request
import xml.etree.ElementTree as ET
import xmlrpc.client
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from linkback_protocol import (
    Fetcher,
    Limits,
    MemoryStore,
    PingbackMiddleware,
    Receiver,
    Status,
    TrackbackMiddleware,
)
from tests.interop import packages
from tests.interop.processes import Account
from tests.peers import LOOPBACK, served
from tests.wsgi.conftest import blog as pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from tests.interop.wordpress import Stored, WordPress
    from tests.peers import SourceSite


def pinged(wordpress: WordPress, source: str, target: str) -> str:
    with xmlrpc.client.ServerProxy(wordpress.endpoint) as client:
        return str(client.pingback.ping(source, target))


def fault_of(wordpress: WordPress, source: str, target: str) -> tuple[int, str]:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        pinged(wordpress, source, target)
    return caught.value.faultCode, caught.value.faultString


def tracked_back(wordpress: WordPress, post: str, **fields: str) -> str | None:
    address = wordpress.trackback_of(post)
    with urllib.request.urlopen(address, urlencode(fields).encode(), timeout=30) as answer:
        return ET.fromstring(answer.read()).findtext("error")


def stored(wordpress: WordPress, source: str) -> list[Stored]:
    return [each for each in wordpress.linkbacks() if each.source == source]


def head(url: str) -> urllib.request.Request:
    return urllib.request.Request(url, method="HEAD")


class TestPages:
    def test_open_posts_advertise_the_endpoint(self, wordpress: WordPress) -> None:
        for post in (wordpress.target, wordpress.second_target, wordpress.page_target):
            with urllib.request.urlopen(head(post), timeout=30) as answer:
                assert answer.headers.get_all("X-Pingback") == [wordpress.endpoint]

    def test_other_pages_do_not(self, wordpress: WordPress) -> None:
        for page in (wordpress.closed_target, wordpress.non_post):
            with urllib.request.urlopen(head(page), timeout=30) as answer:
                assert answer.headers["X-Pingback"] is None

    @pytest.mark.parametrize("name", ["draft_target", "missing_target"])
    def test_what_is_not_published_is_not_found(self, wordpress: WordPress, name: str) -> None:
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(getattr(wordpress, name), timeout=30)
        with caught.value as answer:
            assert answer.code == 404


class TestPingback:
    def test_once_and_no_more(self, wordpress: WordPress, source: SourceSite) -> None:
        address = source.link("/once", wordpress.target, title="Once")
        assert "registered" in pinged(wordpress, address, wordpress.target)
        assert source.hits == ["/once"]
        assert "WordPress/" in source.user_agents[0]
        assert fault_of(wordpress, address, wordpress.target)[0] == 48
        (found,) = stored(wordpress, address)
        assert (found.type, found.target) == ("pingback", wordpress.target)
        assert (found.author, found.status) == ("Once", "unapproved")
        assert "so it goes" in found.content

    def test_a_page_without_the_link(self, wordpress: WordPress, source: SourceSite) -> None:
        address = source.link("/no", "http://elsewhere.example/")
        assert fault_of(wordpress, address, wordpress.target) == (0, "")
        assert stored(wordpress, address) == []

    @pytest.mark.parametrize("name", ["closed_target", "missing_target", "non_post"])
    def test_what_takes_no_pings(self, wordpress: WordPress, source: SourceSite, name: str) -> None:
        target = getattr(wordpress, name)
        address = source.link("/closed", target)
        assert fault_of(wordpress, address, target) == (0, "")
        assert source.hits == []

    def test_faults_are_told_when_asked_for(self, wordpress: WordPress, source: SourceSite) -> None:
        address = source.link("/no", "http://elsewhere.example/")
        with wordpress.showing_faults():
            code, text = fault_of(wordpress, address, wordpress.target)
        assert (code, "does not contain a link" in text) == (17, True)
        assert fault_of(wordpress, address, wordpress.target) == (0, "")

    @pytest.mark.parametrize("host", ["127.0.0.2", "localhost", "127.1", "2130706433"])
    def test_other_hosts_of_loopback_stay_refused(self, wordpress: WordPress, host: str) -> None:
        with socket.create_server(("0.0.0.0", 0)) as listening:
            listening.setblocking(False)
            address = f"http://{host}:{listening.getsockname()[1]}/"
            assert fault_of(wordpress, address, wordpress.target) == (0, "")
            with pytest.raises(BlockingIOError):
                listening.accept()


class TestTrackback:
    def test_it_is_stored(self, wordpress: WordPress, source: SourceSite) -> None:
        address = source.link("/trackback", wordpress.second_target)
        said = tracked_back(
            wordpress,
            wordpress.second_target,
            url=address,
            title="Über",
            excerpt="Words",
            blog_name="Journal",
        )
        assert said == "0"
        (found,) = stored(wordpress, address)
        assert (found.type, found.target) == ("trackback", wordpress.second_target)
        assert (found.author, found.status) == ("Journal", "unapproved")
        assert "Über" in found.content

    def test_a_closed_post_says_so(self, wordpress: WordPress, source: SourceSite) -> None:
        address = source.link("/trackback", wordpress.closed_target)
        fields = {"url": address, "title": "T", "excerpt": "E", "blog_name": "B"}
        assert tracked_back(wordpress, wordpress.closed_target, **fields) == "1"
        assert stored(wordpress, address) == []


FETCH = """
require 'site/wp-load.php';
$got = wp_remote_get($argv[1]);
echo is_wp_error($got) ? $got->get_error_message() : wp_remote_retrieve_response_code($got);
"""


def fetched(wordpress: WordPress, url: str) -> str:
    """Let WordPress fetch an address unchecked; return the status, or what it says is wrong."""
    command = [packages.program("php"), "-r", FETCH, url]
    return Account.unprivileged().run(command, folder=wordpress.folder).stdout


class TestFetching:
    def test_loopback_is_reached(self, wordpress: WordPress, source: SourceSite) -> None:
        assert fetched(wordpress, source.link("/a")) == "200"

    @pytest.mark.parametrize(
        "url",
        [
            "https://api.wordpress.org/core/version-check/1.7/",
            "http://192.0.2.1/",
            "http://[2001:db8::1]/",
            "http://127.0.0.1.blog.example/",
            "http://127.blog.example/",
        ],
    )
    def test_nothing_else_is(self, wordpress: WordPress, url: str) -> None:
        assert "Only loopback" in fetched(wordpress, url)


class TestObservation:
    def test_addresses_can_be_searched_for(self, wordpress: WordPress, source: SourceSite) -> None:
        address = source.link("/a?x=1&y=2", wordpress.target)
        pinged(wordpress, address, wordpress.target)
        with urllib.request.urlopen(wordpress.observe, timeout=30) as answer:
            assert answer.headers["Content-Type"].startswith("application/json")
            assert address in answer.read().decode()

    @pytest.mark.parametrize("token", ["", "0", "wrong"])
    def test_only_the_owner_sees_them(self, wordpress: WordPress, token: str) -> None:
        query = urlencode({"linkback-observe": token})
        with urllib.request.urlopen(f"{wordpress.url}?{query}", timeout=30) as answer:
            assert answer.headers["Content-Type"].startswith("text/html")
            assert b'"unapproved"' not in answer.read()

    def test_what_is_handed_out_holds_no_password(self, wordpress: WordPress) -> None:
        assert wordpress.database.password not in json.dumps(wordpress.addresses())


@dataclass
class Blog:
    """A blog of ours, as WordPress's posts link to it."""

    url: str
    receiver: Receiver

    @property
    def post(self) -> str:
        return f"{self.url}post/"


@pytest.fixture
def ours() -> Iterator[Blog]:
    chosen: list[WSGIApplication] = []

    def late(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return chosen[0](environ, start)

    with served(late) as url:
        receiver = Receiver(
            store=MemoryStore(),
            site=url,
            moderate=False,
            fetcher=Fetcher(allow=LOOPBACK, deadline=10.0),
            limits=Limits.off(),
        )
        chosen.append(PingbackMiddleware(TrackbackMiddleware(pages, receiver), receiver))
        yield Blog(url, receiver)
        receiver.close()


class TestPublishing:
    def test_its_pingback_is_verified_by_us(self, wordpress: WordPress, ours: Blog) -> None:
        permalink = wordpress.publish(
            f'<p>I have read <a href="{ours.post}">a post of theirs</a> today.</p>',
            title="Reading",
        )
        (found,) = ours.receiver.linkbacks(ours.post)
        assert (found.protocol, found.source) == ("pingback", permalink)
        assert (found.status, found.title) == (Status.APPROVED, "Reading \u2013 A blog")
        assert "a post of theirs" in found.excerpt

    def test_its_trackback_is_verified_by_us(self, wordpress: WordPress, ours: Blog) -> None:
        target = f"{ours.url}other"
        permalink = wordpress.publish(
            f'<p>I have read <a href="{target}">a post of theirs</a> today.</p>',
            title="Reading on",
            trackbacks=[f"{target}/trackback/"],
        )
        protocols = {each.source: each.protocol for each in ours.receiver.store.find()}
        assert protocols.keys() == {permalink}

    def test_what_it_links_to_on_its_own_site_is_pinged(self, wordpress: WordPress) -> None:
        permalink = wordpress.publish(f'<p><a href="{wordpress.target}">Before</a></p>')
        (found,) = stored(wordpress, permalink)
        assert (found.type, found.target) == ("pingback", wordpress.target)

    def test_html_is_published_as_it_was_written(self, wordpress: WordPress) -> None:
        written = "<p>A \\ and a <a rel='x' href='#y'>quote \"</a><script>z()</script></p>"
        permalink = wordpress.publish(written)
        with urllib.request.urlopen(permalink, timeout=30) as answer:
            page = answer.read().decode()
        assert "<p>A \\ and" in page
        assert "<script>z()</script>" in page
