"""The blog that the suite is tried on is itself tried, by other clients than the suite's own."""

import gzip
import http.client
import json
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_fetch import FetchError, Page
from tests.hostile_server import BEHAVIOURS, HostileServer, sized
from tests.peers import served, source_site

# Nobody waits longer than this for an answer; the figure leaves room for a busy machine.
DEADLINE = 1.0
SLACK = 4.0


class Blog:
    """A reference blog on a free port, and its usual addresses."""

    def __init__(self, url):
        self.url = url
        self.post = url + "post/"
        self.ping_url = url + "post/trackback/"

    def call(self, method, *params):
        with xmlrpc.client.ServerProxy(self.url + "xmlrpc") as server:
            return getattr(server, method)(*params)

    def ping(self, source, target=""):
        return self.call("pingback.ping", source, target or self.post)

    def fault(self, source, target=""):
        with pytest.raises(xmlrpc.client.Fault) as caught:
            self.ping(source, target)
        return caught.value.faultCode

    def trackback(self, headers=(), path="post/trackback/", **fields):
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(self.url + path, body, dict(headers))
        return self.error(self.open(request)[1])

    def open(self, request):
        """Return the status and the body, whatever the status."""
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    @staticmethod
    def error(document):
        return ET.fromstring(document).findtext("error")

    def page(self, path="post/"):
        return self.open(self.url + path)[1].decode()

    @property
    def kept(self):
        return json.loads(self.page("observe"))


@pytest.fixture
def site():
    with source_site() as found:
        yield found


@pytest.fixture
def blog():
    with served(ReferenceBlog(deadline=DEADLINE)) as url:
        yield Blog(url)


@pytest.fixture
def pending():
    with served(ReferenceBlog(deadline=DEADLINE, approve=False)) as url:
        yield Blog(url)


def test_a_pingback_is_taken_kept_and_shown(blog, site):
    source = site.link("/a", blog.post, title="A <b> reply")

    assert "registered" in blog.ping(source)

    assert blog.call("pingback.extensions.getPingbacks", blog.post) == [source]
    (kept,) = blog.kept
    assert (kept["protocol"], kept["source"], kept["target"]) == ("pingback", source, blog.post)
    assert (kept["title"], kept["status"]) == ("A <b> reply", "approved")
    assert "A &lt;b&gt; reply" in blog.page()


def test_every_refusal_has_its_code(blog, site):
    source = site.link("/a", blog.post, blog.url)
    stranger = site.link("/b", "http://elsewhere.example/")
    blog.ping(source)

    assert blog.fault(site.url + "nothing") == 16
    assert blog.fault(site.publish("/c", "{}", content_type="application/json")) == 16
    assert blog.fault("ftp://elsewhere.example/") == 16
    assert blog.fault(stranger) == 17
    assert blog.fault(source, blog.post + "more") == 32
    assert blog.fault(source, blog.url) == 33
    assert blog.fault(source, blog.url + "closed/") == 33
    assert blog.fault(source, "http://elsewhere.example/post/") == 33
    assert blog.fault(source, f"http://elsewhere.example/?{blog.post}") == 33
    assert blog.fault(source) == 48
    assert blog.fault(source, blog.post + "#comments") == 48


def test_a_source_is_not_fetched_for_a_page_that_takes_no_pings(blog, site):
    source = site.link("/a", blog.url)

    for target in (blog.url, blog.url + "closed/", blog.url + "none/", "http://elsewhere.example/"):
        blog.fault(source, target)

    assert site.hits == []


def test_identical_pings_at_the_same_time_are_kept_once(blog, site):
    released = threading.Event()
    source = site.link("/a", blog.post, released=released)

    def ping(_):
        try:
            return blog.ping(source)
        except xmlrpc.client.Fault as fault:
            return fault.faultCode

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(ping, range(8))
        released.set()
        found = list(answers)

    assert sum(isinstance(each, str) for each in found) == 1
    assert found.count(48) == 7
    assert len(blog.kept) == 1


def test_pending_linkbacks_are_kept_and_not_shown(pending, site):
    source = site.link("/a", pending.post)

    pending.ping(source)
    assert pending.trackback(url=source) == "0"

    assert [each["status"] for each in pending.kept] == ["pending", "pending"]
    assert pending.call("pingback.extensions.getPingbacks", pending.post) == []
    assert source not in pending.page()
    assert source not in pending.page("post/trackback/?__mode=rss")


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [
        ("windows-1252", "text/html"),
        ("iso-8859-1", "text/html; charset=iso-8859-1"),
        ("shift_jis", "text/html; charset=Shift_JIS"),
        ("utf-16", "text/html"),
        ("utf-8", "text/html; charset=utf-8"),
    ],
)
def test_a_source_is_read_in_its_charset(blog, site, charset, content_type):
    title = "日本語" if charset == "shift_jis" else "Café"
    page = f'<title>{title}</title><a href="{blog.post}">x</a>'.encode(charset)

    blog.ping(site.publish("/a", page, content_type=content_type))

    assert blog.kept[0]["title"] == title


@pytest.mark.parametrize("form", ["<!-- {} -->", "<script>{}</script>", "<textarea>{}</textarea>"])
def test_a_link_that_nobody_sees_is_none(blog, site, form):
    page = "<p>" + form.format(f'<a href="{blog.post}">x</a>')

    assert blog.fault(site.publish("/a", page)) == 17


def test_a_late_link_and_a_compressed_one_are_found(blog):
    page = b"<p>" + b"words " * 150_000 + f'<a href="{blog.post}">x</a>'.encode()
    with HostileServer() as server:
        late = server.says(sized(page))
        packed = server.says(sized(gzip.compress(page), b"Content-Encoding: gzip"))

        blog.ping(late)
        blog.ping(packed)

    assert len(blog.kept) == 2


def test_redirects_are_followed_to_where_we_may_connect(blog):
    with HostileServer() as server, HostileServer(host="127.0.0.2") as forbidden:
        page = server.says(sized(f'<a href="{blog.post}">x</a>'.encode()))
        away = server.redirects(forbidden.url())

        blog.ping(server.redirects(server.redirects(page, status=307), status=301))
        assert blog.fault(server.url("redirect-loop")) == 16
        assert blog.fault(away) == 16
        assert blog.fault(forbidden.url()) == 16

        assert forbidden.connections == 0


@pytest.mark.parametrize(
    "host",
    ["127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"],
)
def test_no_other_spelling_of_an_address_is_connected_to(host):
    with HostileServer() as server:
        with pytest.raises(FetchError):
            ReferenceBlog(deadline=DEADLINE).fetch(server.url(host=host))

        assert server.connections == 0


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_fetch_ends_in_time_and_within_bounds(name):
    reference = ReferenceBlog(deadline=0.3)
    started = time.monotonic()
    with HostileServer() as server:
        try:
            page = reference.fetch(server.url(name))
        except FetchError:
            page = Page("", "", b"")

    assert len(page.body) <= reference.max_bytes
    assert time.monotonic() - started < reference.deadline + SLACK


@pytest.mark.parametrize(
    "page", ["<a " * 80_000, "<!" * 200_000, "<title>" * 60_000, "<" * 400_000, "<a b='" * 60_000]
)
def test_a_page_that_is_no_page_is_read_in_time(page):
    started = time.monotonic()

    ReferenceBlog().find_link(Page("http://a.example/", "text/html", page.encode()), "http://b/")

    assert time.monotonic() - started < SLACK


def test_a_trackback_is_taken_once_and_shown_escaped(blog, site):
    source = site.link("/a", blog.post)
    fields = {"title": "A <i>reply</i>", "excerpt": "<script>", "blog_name": "Ours\0"}

    assert blog.trackback(url=source, **fields) == "0"
    assert blog.trackback(url=source, **fields) == "0"

    (kept,) = blog.kept
    assert (kept["title"], kept["blog_name"]) == ("A <i>reply</i>", "Ours")
    assert "A &lt;i&gt;reply&lt;/i&gt;" in blog.page()
    assert "<script>" not in blog.page()
    assert source in blog.page("post/trackback/?__mode=rss")


def test_trackbacks_are_refused_by_a_document(blog, site):
    source = site.link("/a", blog.post)
    stranger = site.link("/b", "http://elsewhere.example/")

    assert blog.trackback() == "1"
    assert blog.trackback(url="javascript:alert(1)") == "1"
    assert blog.trackback(url=stranger) == "1"
    assert blog.trackback(url=source, path="closed/trackback/") == "1"
    assert blog.trackback(url=source, path="none/trackback/") == "1"
    assert blog.trackback({"Content-Type": "application/json"}, url=source) == "1"
    assert blog.trackback({"Sec-Fetch-Site": "cross-site"}, url=source) == "1"
    assert blog.trackback({"Origin": "http://elsewhere.example"}, url=source) == "1"
    status, document = blog.open(f"{blog.ping_url}?url={source}")
    assert (status, blog.error(document)) == (405, "1")
    assert blog.kept == []


@pytest.mark.parametrize(
    ("content_type", "body", "title"),
    [
        ("application/x-www-form-urlencoded; charset=iso-8859-1", b"title=caf%E9", "café"),
        ("application/x-www-form-urlencoded; charset=EUC-JP", b"title=%C6%FC", "日"),
        ("application/x-www-form-urlencoded", b"title=caf%E9&charset=iso-8859-1", "café"),
        ("application/x-www-form-urlencoded", b"title=caf%C3%A9", "café"),
        ("application/x-www-form-urlencoded", b"title=caf%E9", "café"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"title=%2BADw-b", "+ADw-b"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"title=caf%C3%A9", "café"),
        ("application/x-www-form-urlencoded; charset=hex", b"title=caf%C3%A9", "café"),
    ],
)
def test_a_form_is_read_in_its_charset(blog, site, content_type, body, title):
    source = site.link("/a", blog.post)
    body += b"&url=" + urllib.parse.quote(source, safe="").encode()

    request = urllib.request.Request(blog.ping_url, body, {"Content-Type": content_type})

    assert blog.error(blog.open(request)[1]) == "0"
    assert blog.kept[0]["title"] == title


def test_many_calls_in_one_are_counted(blog):
    call = {"methodName": "pingback.ping", "params": ["nonsense", blog.post]}
    nested = {"methodName": "system.multicall", "params": [[]]}

    results = blog.call("system.multicall", [call, nested, {"methodName": "system.listMethods"}])

    assert [each["faultCode"] for each in results] == [16, -32600, -32600]
    with pytest.raises(xmlrpc.client.Fault):
        blog.call("system.multicall", [call] * 101)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"<", -32700),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><methodCall>&b;</methodCall>", -32700),
        (b"<!DOCTYPE methodCall><methodCall/>", -32700),
        (b"<?xml version='1.0' encoding='nonsense'?><methodCall/>", -32701),
        (b"<methodResponse/>", -32600),
        (b"<methodCall><methodName>no</methodName></methodCall>", -32601),
        (b"<methodCall><methodName>pingback.ping</methodName></methodCall>", -32602),
        (b"x" * (2 << 20), -32600),
        (b"<a>" * 100_000, -32700),
    ],
)
def test_whatever_is_posted_is_answered_by_a_fault(blog, body, code):
    status, answer = blog.open(urllib.request.Request(blog.url + "xmlrpc", body))

    assert status == 200
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(answer)
    assert caught.value.faultCode == code


def test_a_call_that_never_ends_is_answered():
    class Impatient(ReferenceBlog):
        patience = 0.2

    with served(Impatient()) as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port), timeout=10) as plain:
            plain.sendall(b"POST /xmlrpc HTTP/1.0\r\nContent-Length: 1000\r\n\r\n<methodCall>")
            answer = http.client.HTTPResponse(plain)
            answer.begin()
            body = answer.read()

    assert b"-32700" in body


def test_posts_advertise_on_get_and_on_head(blog):
    for path, expected in (("post/", [blog.url + "xmlrpc"]), ("", None), ("closed/", None)):
        for method in ("GET", "HEAD"):
            request = urllib.request.Request(blog.url + path, method=method)
            with urllib.request.urlopen(request, timeout=10) as response:
                assert response.headers.get_all("X-Pingback") == expected
    page = blog.page()
    assert page.count(f'<link rel="pingback" href="{blog.url}xmlrpc" />') == 1
    comment = page.partition("<!--")[2].partition("-->")[0]
    assert "--" not in comment
    assert f'dc:identifier="{blog.post}"' in comment
    assert f'trackback:ping="{blog.ping_url}"' in comment


def test_a_subclass_breaks_one_thing(site):
    class Broken(ReferenceBlog):
        fault_status = 500

    with served(Broken()) as url:
        blog = Blog(url)
        assert "registered" in blog.ping(site.link("/a", blog.post))
        with pytest.raises(xmlrpc.client.ProtocolError):
            blog.ping("nonsense")
