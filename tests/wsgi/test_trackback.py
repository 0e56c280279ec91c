"""Trackback over real HTTP: the form in, exactly one XML response out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes
from wsgiref.validate import validator
from xml.etree import ElementTree as ET

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from linkback_protocol import Limits, Refused, Status, TrackbackMiddleware
from tests.wsgi.conftest import PAGE, blog
from tests.wsgi.test_pingback import LENGTHS, with_lengths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from linkback_protocol import Linkback, Receiver
    from tests.peers import SourceSite
    from tests.wsgi.conftest import Blog


def read(response: requests.Response) -> tuple[str, str]:
    """Return error and message, after checking what every answer must be (TB-9, TB-10)."""
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert int(response.headers["Content-Length"]) == len(response.content)
    assert response.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    root = ET.fromstring(response.content)
    assert root.tag == "response"
    return root.findtext("error", ""), root.findtext("message", "")


def send(address: str, **fields: str) -> requests.Response:
    return requests.post(address, data=fields, timeout=10)


def send_raw(address: str, body: bytes, content_type: str) -> requests.Response:
    return requests.post(address, data=body, headers={"Content-Type": content_type}, timeout=10)


def kept(blog: Blog) -> Linkback:
    (linkback,) = blog.receiver.store.find()
    return linkback


@pytest.fixture
def open_blog(serve_blog: Callable[..., Blog]) -> Blog:
    return serve_blog(moderate=False)


@pytest.fixture
def address(open_blog: Blog) -> str:
    return open_blog.post + "trackback/"


class TestSuccess:
    def test_with_all_fields(self, open_blog: Blog, address: str, source: SourceSite) -> None:
        answer = send(
            address,
            url=source.link("/a", open_blog.post),
            title="A title",
            excerpt="In short",
            blog_name="A blog",
        )
        assert read(answer) == ("0", "")
        (found,) = open_blog.receiver.linkbacks(open_blog.post)
        assert (found.title, found.excerpt, found.site_name) == ("A title", "In short", "A blog")
        assert found.protocol == "trackback"

    def test_url_alone_is_enough(self, open_blog: Blog, address: str, source: SourceSite) -> None:
        assert read(send(address, url=source.link("/a", open_blog.post)))[0] == "0"
        assert kept(open_blog).title == "A source"

    @pytest.mark.parametrize("path", ["post/trackback", "post/trackback/", "other/trackback/"])
    def test_slashes_do_not_matter(self, open_blog: Blog, source: SourceSite, path: str) -> None:
        page = open_blog.url + path.partition("/trackback")[0]
        url = source.link("/a", page, page + "/")
        assert read(send(open_blog.url + path, url=url)) == ("0", "")

    def test_a_repeated_ping_is_a_success(
        self, open_blog: Blog, address: str, source: SourceSite
    ) -> None:
        url = source.link("/a", open_blog.post)
        assert [read(send(address, url=url))[0] for _ in range(3)] == ["0"] * 3
        assert kept(open_blog).source == url

    def test_multipart(self, open_blog: Blog, address: str, source: SourceSite) -> None:
        url = source.link("/a", open_blog.post)
        fields = {"url": (None, url), "title": (None, "Größe")}
        assert read(requests.post(address, files=fields, timeout=10))[0] == "0"
        assert kept(open_blog).title == "Größe"

    @pytest.mark.parametrize(
        ("encoding", "in_header", "in_form"),
        [
            ("utf-8", "", ""),
            ("utf-8", "utf-8", ""),
            ("windows-1252", "", ""),
            ("iso-8859-1", "iso-8859-1", ""),
            ("euc-jp", "euc-jp", ""),
            ("shift_jis", "", "shift_jis"),
            ("euc-jp", "euc-jp", "utf-8"),
            ("utf-8", "utf-7", ""),
            ("utf-8", "x" * 140_0, ""),
        ],
    )
    def test_charsets(
        self,
        open_blog: Blog,
        address: str,
        source: SourceSite,
        encoding: str,
        in_header: str,
        in_form: str,
    ) -> None:
        title = "日本語" if encoding in ("euc-jp", "shift_jis") else "Größe"
        url = source.link("/a", open_blog.post)
        body = f"url={url}&charset={in_form}&title={quote_from_bytes(title.encode(encoding))}"
        content_type = "application/x-www-form-urlencoded"
        if in_header:
            content_type += f"; charset={in_header}"
        assert read(send_raw(address, body.encode(), content_type))[0] == "0"
        assert kept(open_blog).title == title

    def test_hostile_texts_are_kept_inert(
        self, open_blog: Blog, address: str, source: SourceSite
    ) -> None:
        url = source.link("/a", open_blog.post)
        send(address, url=url, title="<script>alert(1)</script>\0\x08\x1b", excerpt="a\r\n\tb")
        assert kept(open_blog).title == "<script>alert(1)</script>"
        assert kept(open_blog).excerpt == "a b"
        listing = requests.get(address, params={"__mode": "rss"}, timeout=10)
        assert b"<script" not in listing.content
        assert read(listing)[0] == "0"

    def test_oversize_fields_are_cut(
        self, open_blog: Blog, address: str, source: SourceSite
    ) -> None:
        url = source.link("/a", open_blog.post)
        assert read(send(address, url=url, title="word " * 500, excerpt="x" * 5000))[0] == "0"
        assert len(kept(open_blog).title) <= 250
        assert len(kept(open_blog).excerpt) <= 1000


class TestErrors:
    @pytest.mark.parametrize("fields", [{}, {"url": ""}, {"url": " "}, {"title": "no url"}])
    def test_url_is_required(self, address: str, fields: dict[str, str]) -> None:
        error, message = read(send(address, **fields))
        assert error == "1"
        assert "url" in message

    @pytest.mark.parametrize("url", ["not a url", "/relative", "ftp://h.example/", "javascript:1"])
    def test_url_must_be_one(self, address: str, url: str) -> None:
        assert read(send(address, url=url))[0] == "1"

    def test_the_source_must_link(self, address: str, source: SourceSite) -> None:
        assert read(send(address, url=source.publish("/a", "<p>no")))[0] == "1"

    @pytest.mark.parametrize(
        "path", ["missing/trackback/", "trackback/", "closed/trackback/", "picture.png/trackback/"]
    )
    def test_the_target_must_take_pings(
        self, open_blog: Blog, source: SourceSite, path: str
    ) -> None:
        answer = send(open_blog.url + path, url=source.link("/a", open_blog.post))
        assert read(answer)[0] == "1"
        assert source.hits == []

    def test_over_a_limit_it_is_429(
        self, serve_blog: Callable[..., Blog], source: SourceSite
    ) -> None:
        blog = serve_blog(limits=Limits(per_target=1))
        send(blog.post + "trackback/", url=source.link("/a", blog.post))
        answer = send(blog.post + "trackback/", url=source.link("/b", blog.post))
        assert answer.status_code == 429
        assert read(answer)[0] == "1"

    def test_refused_by_policy_it_is_403(
        self, serve_blog: Callable[..., Blog], source: SourceSite
    ) -> None:
        def block(_: object) -> None:
            raise Refused("blocked")

        blog = serve_blog(validators=[block])
        answer = send(blog.post + "trackback/", url=source.link("/a", blog.post))
        assert answer.status_code == 403
        assert read(answer)[0] == "1"

    def test_a_failing_store_is_500_in_the_same_form(
        self, serve_blog: Callable[..., Blog], source: SourceSite
    ) -> None:
        blog = serve_blog()
        blog.receiver.store.close()
        answer = send(blog.post + "trackback/", url=source.link("/a", blog.post))
        assert answer.status_code == 500
        assert read(answer)[0] == "1"

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ],
    )
    def test_browsers_on_other_sites_are_refused(
        self, open_blog: Blog, address: str, source: SourceSite, headers: dict[str, str]
    ) -> None:
        data = {"url": source.link("/a", open_blog.post)}
        answer = requests.post(address, data=data, headers=headers, timeout=10)
        assert answer.status_code == 403
        assert read(answer)[0] == "1"
        assert source.hits == []

    def test_a_form_of_our_own_is_not(
        self, open_blog: Blog, address: str, source: SourceSite
    ) -> None:
        data = {"url": source.link("/a", open_blog.post)}
        own = {"Origin": open_blog.url.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
        assert read(requests.post(address, data=data, headers=own, timeout=10))[0] == "0"

    @pytest.mark.parametrize(
        ("body", "content_type", "status"),
        [
            (b"{}", "application/json", 400),
            (b"url=a&url=b", "application/x-www-form-urlencoded", 400),
            (b"&".join(b"f%d=1" % n for n in range(30)), "text/plain", 400),
            (b"--x", "multipart/form-data", 400),
            (b"--x\r\n", "multipart/form-data; boundary=x", 400),
            (b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        ],
    )
    def test_a_body_that_is_no_trackback(
        self, address: str, body: bytes, content_type: str, status: int
    ) -> None:
        answer = send_raw(address, body, content_type)
        assert answer.status_code == status
        assert read(answer)[0] == "1"


class TestReading:
    @pytest.mark.parametrize("query", ["", "?__mode=rss"])
    def test_lists_what_is_approved(
        self, serve_blog: Callable[..., Blog], source: SourceSite, query: str
    ) -> None:
        blog = serve_blog()
        address = blog.post + "trackback/"
        for path in ("/a", "/b"):
            send(address, url=source.link(path, blog.post), title=f"On {path} & <all>")
        blog.receiver.store.set_status(1, Status.APPROVED, now=1.0)
        answer = requests.get(address + query, timeout=10)
        assert read(answer) == ("0", "")
        root = ET.fromstring(answer.content)
        assert root.findtext("rss/channel/link") == blog.post
        (item,) = root.findall("rss/channel/item")
        assert item.findtext("link") == source.url + "a"
        assert item.findtext("title") == "On /a & <all>"

    def test_of_a_page_that_is_not_there(self, open_blog: Blog) -> None:
        assert read(requests.get(open_blog.url + "missing/trackback/", timeout=10))[0] == "1"

    def test_a_ping_of_version_1_0_is_told_to_post(
        self, open_blog: Blog, address: str, source: SourceSite
    ) -> None:
        url = source.link("/a", open_blog.post)
        error, message = read(requests.get(address, params={"url": url}, timeout=10))
        assert error == "1"
        assert "POST" in message
        assert open_blog.receiver.store.find() == []

    def test_head_has_no_body(self, address: str) -> None:
        answer = requests.head(address, timeout=10)
        assert answer.status_code == 200
        assert answer.content == b""

    def test_a_page_of_the_app_at_such_an_address_stays(
        self, make_receiver: Callable[..., Receiver]
    ) -> None:
        def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            start("200 OK", [("Content-Type", "text/html")])
            return [b"my essay on trackback"]

        client = Client(TrackbackMiddleware(app, make_receiver()))
        assert client.get("/essays/trackback/").data == b"my essay on trackback"
        assert b"<response>" in client.get("/essays/trackback/?__mode=rss").data

    def test_an_address_longer_than_any_is_the_apps(
        self, make_receiver: Callable[..., Receiver]
    ) -> None:
        client = Client(TrackbackMiddleware(blog, make_receiver(), inject=True))
        for method in ("GET", "HEAD"):
            answer = client.open(f"/{'a' * 3000}/trackback/", method=method)
            assert answer.status_code == 404
            assert b"<response>" not in answer.data


class TestAdvertising:
    def test_the_block_is_appended_and_leads_to_the_address(
        self, serve_blog: Callable[..., Blog]
    ) -> None:
        blog = serve_blog(trackback={"inject": True})
        answer = requests.get(blog.post, timeout=10)
        assert answer.content.startswith(PAGE)
        assert int(answer.headers["Content-Length"]) == len(answer.content)
        block = re.search(r"<rdf:RDF.*?</rdf:RDF>", answer.text, re.DOTALL)
        assert block is not None
        (description,) = ET.fromstring(block[0])
        ping = "{http://madskills.com/public/xml/rss/module/trackback/}ping"
        identifier = "{http://purl.org/dc/elements/1.1/}identifier"
        assert description.attrib[ping] == blog.post + "trackback/"
        assert description.attrib[identifier] == blog.post

    @pytest.mark.parametrize("path", ["", "closed/", "missing", "picture.png"])
    def test_nothing_is_appended_elsewhere(
        self, serve_blog: Callable[..., Blog], path: str
    ) -> None:
        blog = serve_blog(trackback={"inject": True})
        assert requests.get(blog.url + path, timeout=10).content == PAGE

    def test_a_permalink_in_the_query(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            found = environ["PATH_INFO"] == "/" and environ["QUERY_STRING"] == "p=4"
            start("200 OK" if found else "404 Not Found", [("Content-Type", "text/html")])
            return [PAGE]

        receiver = make_receiver()
        client = Client(TrackbackMiddleware(app, receiver, inject=True))
        assert b'trackback:ping="http://blog.example/trackback/?p=4"' in client.get("/?p=4").data
        url = source.link("/a", "http://blog.example/?p=4")
        assert b"<error>0</error>" in client.post("/trackback/?p=4", data={"url": url}).data
        assert receiver.store.find()[0].page == "http://blog.example/?p=4"


def test_it_is_clean_wsgi(make_receiver: Callable[..., Receiver]) -> None:
    app = validator(TrackbackMiddleware(validator(blog), make_receiver(), inject=True))
    client = Client(app)
    for path in ("/post/", "/missing", "/post/trackback/", "/post/trackback/?__mode=rss"):
        for method in ("GET", "HEAD", "POST"):
            with client.open(path, method=method) as answer:
                answer.get_data()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=500)
    | st.builds(lambda value: b"url=" + value, st.binary(max_size=200)),
    content_type=st.text(max_size=40)
    | st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]),
    length=LENGTHS,
)
def test_any_bytes_get_one_well_formed_answer(
    make_receiver: Callable[..., Receiver], body: bytes, content_type: str, length: str | None
) -> None:
    client = Client(TrackbackMiddleware(blog, make_receiver(targets=lambda _: None)))
    answer = client.post(
        "/post/trackback/", data=body, environ_overrides=with_lengths(content_type, length)
    )
    assert answer.status_code in (200, 400, 403, 413, 415)
    assert ET.fromstring(answer.data).findtext("error") == "1"
