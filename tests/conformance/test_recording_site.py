"""The site that a sender meets keeps every byte of a request, and answers with exactly its own."""

import socket
import threading
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_conformance.calls import read_call
from linkback_conformance.errors import UsageError
from linkback_conformance.received import Request, receive
from linkback_conformance.recording_site import RecordingSite
from linkback_conformance.source_site import Page

OK = Page(headers=[("Content-Type", "text/plain")], body=b"fine")


@pytest.fixture
def site():
    with RecordingSite("run1") as found:
        yield found


def say(site, data, *, more=b"", read=True):
    """Send bytes to a site and return all that it answers."""
    parts = urlsplit(site.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(data)
        if more:
            connection.sendall(more)
        answer = b""
        while read and (piece := connection.recv(65536)):
            answer += piece
        return answer


def post(path, body, *headers, length=True):
    lines = [f"POST {path} HTTP/1.1", "Host: x", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def only(site, case_id="a.b.c"):
    (request,) = site.requests_of(case_id)
    return request


def test_a_request_is_kept_as_it_came(site):
    url = site.publish("a.b.c", "endpoint", OK)
    path = urlsplit(url).path
    data = (
        f"POST {path}?a=%20b HTTP/1.0\r\nhOST:  x \r\nX-One: 1\r\nx-one: 2\r\n"
        "Content-Length: 4\r\n\r\n\x00\x01<a"
    ).encode()
    say(site, data)
    request = only(site)
    assert request.raw == data
    assert (request.method, request.version) == ("POST", "HTTP/1.0")
    assert (request.path, request.query) == (path, "a=%20b")
    assert request.headers[:3] == (("hOST", "x"), ("X-One", "1"), ("x-one", "2"))
    assert request.all("X-ONE") == ["1", "2"]
    assert request.body == b"\x00\x01<a"
    assert (request.problem, request.surplus) == ("", b"")


def test_an_answer_is_sent_as_it_is_written(site):
    page = Page(status=405, headers=[("X-Pingback", "http://a/"), ("X-Pingback", "http://b/")])
    path = urlsplit(site.publish("a.b.c", "page", page)).path
    answer = say(site, f"HEAD {path} HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
    assert b"X-Pingback: http://a/\r\nX-Pingback: http://b/\r\n" in answer
    assert bytes(only(site).answer) == answer
    assert only(site).as_exchange(site.url, "").response.status == 405


def test_an_answer_may_depend_on_the_request(site):
    path = urlsplit(site.publish("a.b.c", "page", lambda r: Page(body=r.method.encode()))).path
    assert say(site, f"GET {path} HTTP/1.1\r\n\r\n".encode()).endswith(b"\r\n\r\nGET")


def test_what_is_not_there_is_answered_and_kept(site):
    assert b" 404 " in say(site, b"GET /run1/a.b.c/nothing HTTP/1.1\r\n\r\n")
    assert only(site).path == "/run1/a.b.c/nothing"


@pytest.mark.parametrize(
    "data",
    [
        b"POST /elsewhere?x=http%3A%2F%2Fh%2Frun1%2Fa.b.c%2Fpage-1 HTTP/1.1\r\n\r\n",
        post("/xmlrpc.php", b"<string>http://h/run1/a.b.c/page-1</string>"),
        post("/tb", b"url=http%3A%2F%2Fh%2Frun1%2Fa.b.c%2Fsource-1"),
    ],
)
def test_a_request_to_a_made_up_address_is_told_by_what_it_holds(site, data):
    say(site, data)
    assert only(site).method == "POST"


def test_a_chunked_body_is_put_together(site):
    chunks = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    head = post("/run1/a.b.c/x", b"", "Transfer-Encoding: chunked", length=False)
    say(site, head, more=chunks)
    assert (only(site).body, only(site).problem) == (b"abcde", "")


def test_a_length_that_is_too_small_leaves_a_surplus(site):
    say(site, post("/run1/a.b.c/x", b"abc") + b"def")
    assert (only(site).body, only(site).surplus) == (b"abc", b"def")


def test_a_length_that_is_too_large_is_a_problem(site):
    parts = urlsplit(site.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(b"POST /run1/a.b.c/x HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    assert only(site).body == b"abc"
    assert "of 9 announced bytes 3 came" in only(site).problem


def test_a_body_without_a_length_is_read_while_it_comes(site):
    say(site, post("/run1/a.b.c/x", b"abc", length=False))
    assert only(site).body == b"abc"


def test_who_waits_to_be_told_to_go_on_is_told(site):
    parts = urlsplit(site.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(
            b"POST /run1/a.b.c/x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        )
        assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"abc")
        assert b" 404 " in connection.recv(65536)
    assert only(site).body == b"abc"


def endless(gone):
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    while not gone.wait(0.01):
        yield b"a"


def test_a_stream_ends_when_its_case_is_over(site):
    path = urlsplit(site.publish("a.b.c", "page", Page(raw=True, stream=endless))).path
    ended = threading.Event()

    def read():
        say(site, f"GET {path} HTTP/1.1\r\n\r\n".encode())
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    assert site.wait(lambda: site.requests_of("a.b.c"), 10)
    site.finish("a.b.c")
    assert ended.wait(10)
    assert site.wait(lambda: only(site).ended, 10)
    assert not only(site).whole


def test_a_stream_ends_when_its_reader_hangs_up(site):
    path = urlsplit(site.publish("a.b.c", "page", Page(raw=True, stream=endless))).path
    say(site, f"GET {path} HTTP/1.1\r\n\r\n".encode(), read=False)
    assert site.wait(lambda: only(site).ended if site.requests_of("a.b.c") else None, 10)
    assert not only(site).whole


@pytest.mark.parametrize("prefix", ["", "/under"])
def test_a_public_address_is_what_pages_are_published_at(prefix):
    """Whatever stands in front of the site may hand on its prefix, or keep it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    public = f"http://127.0.0.1:{port}/under/"
    with RecordingSite("run1", listen=("127.0.0.1", port), public_url=public) as site:
        url = site.publish("a.b.c", "page", OK)
        assert url == f"{public}run1/a.b.c/page"
        answer = say(site, f"GET {prefix}/run1/a.b.c/page HTTP/1.1\r\n\r\n".encode())
        assert answer.endswith(b"fine")
        assert len(site.requests(url)) == 1


def test_an_address_that_cannot_be_used_is_a_mistake():
    with pytest.raises(UsageError, match="cannot listen on"):
        RecordingSite("run1", listen=("192.0.2.1", 0))


def received(data):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(10)
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        return receive(ours)


@given(st.binary(max_size=300) | st.text("POST /HTP1.\r\n:abc Content-Length:0123", max_size=80))
def test_whatever_comes_is_read_or_is_none(data):
    request = received(data if isinstance(data, bytes) else data.encode())
    assert request is None or isinstance(request, Request)


@given(
    st.binary(max_size=200)
    | st.sampled_from(
        [
            b"<methodCall/>",
            b"<a><params><param><value/></param></params></a>",
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><methodCall>&b;</methodCall>",
            b"<?xml version='1.0' encoding='idna'?><methodCall/>",
            b"<methodCall><params><param/><x/></params><params/></methodCall>",
        ]
    )
)
def test_whatever_is_posted_can_be_read_as_a_call(body):
    call = read_call(Request("POST", "/", "HTTP/1.1", (), body, body, 0.0))
    assert call.problems or call.method
    assert len(call.strings) == len(call.types)
