"""Pingback over real HTTP, by the standard library's client and by hand."""

from __future__ import annotations

import http.client
import xmlrpc.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from wsgiref.validate import validator

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from linkback_protocol import (
    Limits,
    Linkback,
    MemoryStore,
    PingbackMiddleware,
    Refused,
    Status,
    StoreError,
    Target,
    UpstreamError,
    Verdict,
)
from tests.wsgi.conftest import PAGE, blog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from linkback_protocol import Receiver
    from tests.peers import SourceSite
    from tests.wsgi.conftest import Blog

CALL = (
    '<?xml version="1.0"?><methodCall><methodName>pingback.ping</methodName><params>'
    "<param><value>{}</value></param><param><value>{}</value></param></params></methodCall>"
)


def proxy(blog: Blog) -> xmlrpc.client.ServerProxy:
    return xmlrpc.client.ServerProxy(blog.endpoint)


def fault_of(blog: Blog, source: str, target: str) -> int:
    with proxy(blog) as client, pytest.raises(xmlrpc.client.Fault) as caught:
        client.pingback.ping(source, target)
    return caught.value.faultCode


def post(blog: Blog, body: bytes | str, **headers: str) -> requests.Response:
    data = body.encode() if isinstance(body, str) else body
    return requests.post(blog.endpoint, data=data, headers=headers, timeout=10)


def fault_in(response: requests.Response) -> int:
    """Return the fault code, after checking what every answer must be (XR-R1, XR-R2)."""
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/xml")
    assert int(response.headers["Content-Length"]) == len(response.content)
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(response.content)
    return caught.value.faultCode


@pytest.fixture
def open_blog(serve_blog: Callable[..., Blog]) -> Blog:
    return serve_blog(moderate=False)


class TestSuccess:
    def test_one_string_says_that_it_is_registered(
        self, open_blog: Blog, source: SourceSite
    ) -> None:
        with proxy(open_blog) as client:
            said = client.pingback.ping(source.link("/a", open_blog.post), open_blog.post)
        assert isinstance(said, str)
        assert "registered" in said
        assert [found.source for found in open_blog.receiver.linkbacks(open_blog.post)] == [
            source.url + "a"
        ]

    def test_or_held(self, serve_blog: Callable[..., Blog], source: SourceSite) -> None:
        blog = serve_blog()
        with proxy(blog) as client:
            assert "moderation" in client.pingback.ping(source.link("/a", blog.post), blog.post)

    def test_spam_is_told_the_same_as_what_is_held(
        self, serve_blog: Callable[..., Blog], source: SourceSite
    ) -> None:
        said = []
        for verdict in (Verdict.spam("x"), Verdict.hold("x")):
            blog = serve_blog(validators=[lambda _, verdict=verdict: verdict])
            with proxy(blog) as client:
                answer = client.pingback.ping(source.link("/a", blog.post), blog.post)
            said.append(answer.replace(blog.url, "/"))
        assert said[0] == said[1]

    def test_or_queued(self, serve_blog: Callable[..., Blog], source: SourceSite) -> None:
        blog = serve_blog(verify="later")
        with proxy(blog) as client:
            assert "queued" in client.pingback.ping(source.link("/a", blog.post), blog.post)

    @pytest.mark.parametrize(
        ("value", "encoding"),
        [
            ("{}", "utf-8"),
            ("<string>{}</string>", "utf-8"),
            ("\n  <string>{}</string>\n  ", "utf-8"),
            ("<![CDATA[{}]]>", "utf-8"),
            ("<string> \n{}\t </string>", "utf-8"),
            ("<string>{}</string>", "utf-16"),
            ("<string>{}</string>", "iso-8859-1"),
            ("<string>{}</string>", "windows-1252"),
            ("<string>{}</string>", "utf-8-sig"),
        ],
    )
    def test_every_way_of_writing_a_string(
        self, open_blog: Blog, source: SourceSite, value: str, encoding: str
    ) -> None:
        address = source.link("/a", open_blog.post)
        call = CALL.format(value.format(address), value.format(open_blog.post))
        declared = encoding.removesuffix("-sig")
        body = call.replace("?>", f' encoding="{declared}"?>', 1).encode(encoding)
        assert "registered" in xmlrpc.client.loads(post(open_blog, body).content)[0][0]

    def test_references_in_addresses(self, open_blog: Blog, source: SourceSite) -> None:
        address = source.link("/a?x=1&y=2", open_blog.post)
        body = CALL.format(address.replace("&", "&amp;").replace("/", "&#x2F;"), open_blog.post)
        assert "registered" in xmlrpc.client.loads(post(open_blog, body).content)[0][0]

    @pytest.mark.parametrize(
        "content_type", ["text/xml; charset=utf-8", "application/xml", "text/html", "x/y", ""]
    )
    def test_any_content_type(self, open_blog: Blog, source: SourceSite, content_type: str) -> None:
        body = CALL.format(source.link("/a", open_blog.post), open_blog.post)
        answer = post(open_blog, body, **{"Content-Type": content_type})
        assert "registered" in xmlrpc.client.loads(answer.content)[0][0]

    def test_a_moved_target_is_followed(self, open_blog: Blog, source: SourceSite) -> None:
        moved = open_blog.url + "moved/"
        with proxy(open_blog) as client:
            client.pingback.ping(source.link("/a", moved), moved)
        assert len(open_blog.receiver.linkbacks(open_blog.post)) == 1


class TestFaults:
    def test_16_source_does_not_exist(self, open_blog: Blog, source: SourceSite) -> None:
        assert fault_of(open_blog, source.url + "missing", open_blog.post) == 16

    def test_17_no_link(self, open_blog: Blog, source: SourceSite) -> None:
        assert fault_of(open_blog, source.publish("/a", "<p>no"), open_blog.post) == 17

    @pytest.mark.parametrize("target", ["missing/", "post/missing"])
    def test_32_target_does_not_exist(
        self, open_blog: Blog, source: SourceSite, target: str
    ) -> None:
        address = open_blog.url + target
        assert fault_of(open_blog, source.link("/a", address), address) == 32
        assert source.hits == []

    @pytest.mark.parametrize("target", ["", "closed/", "picture.png", "private/"])
    def test_33_target_takes_no_pings(
        self, open_blog: Blog, source: SourceSite, target: str
    ) -> None:
        address = open_blog.url + target
        assert fault_of(open_blog, source.link("/a", address), address) == 33
        assert source.hits == []

    def test_33_foreign_host_without_a_fetch(self, open_blog: Blog, source: SourceSite) -> None:
        foreign = "http://elsewhere.example/post/"
        assert fault_of(open_blog, source.link("/a", foreign), foreign) == 33
        assert source.hits == []

    def test_48_already_registered(self, open_blog: Blog, source: SourceSite) -> None:
        address = source.link("/a", open_blog.post)
        with proxy(open_blog) as client:
            client.pingback.ping(address, open_blog.post)
        assert fault_of(open_blog, address, open_blog.post) == 48

    def test_49_refused_by_policy(
        self, serve_blog: Callable[..., Blog], source: SourceSite
    ) -> None:
        def block(_: object) -> None:
            raise Refused("blocked")

        blog = serve_blog(validators=[block])
        assert fault_of(blog, source.link("/a", blog.post), blog.post) == 49

    def test_49_over_a_limit(self, serve_blog: Callable[..., Blog], source: SourceSite) -> None:
        blog = serve_blog(limits=Limits(per_sender=1))
        with proxy(blog) as client:
            client.pingback.ping(source.link("/a", blog.post), blog.post)
        assert fault_of(blog, source.link("/b", blog.post), blog.post) == 49

    def test_49_self_ping(self, open_blog: Blog) -> None:
        assert fault_of(open_blog, open_blog.url + "other", open_blog.post) == 49

    def test_50_upstream(self, serve_blog: Callable[..., Blog], source: SourceSite) -> None:
        def down(_: str) -> Target:
            raise UpstreamError("the site is down")

        blog = serve_blog(targets=down)
        assert fault_of(blog, source.link("/a", blog.post), blog.post) == 50

    def test_0_our_own_failure_says_nothing_about_itself(
        self, serve_blog: Callable[..., Blog], source: SourceSite
    ) -> None:
        def broken(_: str) -> Target:
            raise RuntimeError("/secret/path")

        blog = serve_blog(targets=broken)
        answer = post(blog, CALL.format(source.link("/a", blog.post), blog.post))
        assert fault_in(answer) == 0
        assert "secret" not in answer.text
        assert "reference" in answer.text

    def test_0_when_the_store_fails(
        self, serve_blog: Callable[..., Blog], source: SourceSite
    ) -> None:
        blog = serve_blog()
        blog.receiver.store.close()
        answer = post(blog, CALL.format(source.link("/a", blog.post), blog.post))
        assert fault_in(answer) == 0
        assert "Traceback" not in answer.text

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ("", -32700),
            ("not xml", -32700),
            ("<methodCall>", -32700),
            ('<!DOCTYPE x [<!ENTITY a "b">]><methodCall>&a;</methodCall>', -32700),
            ('<?xml version="1.0" encoding="x-nonsense"?><methodCall/>', -32701),
            ("<methodResponse/>", -32600),
            ("<methodCall/>", -32600),
            ("<methodCall><methodName>pingback.pong</methodName></methodCall>", -32601),
            ("<methodCall><methodName>system.multicall</methodName></methodCall>", -32601),
            ("<methodCall><methodName>pingback.ping</methodName></methodCall>", -32602),
            (CALL.format("http://a.example/", "<int>1</int>"), -32602),
            (CALL.format("http://a.example/", "<struct></struct>"), -32602),
            (CALL.format("http://a.example/", "<int>x</int>"), -32600),
            ("x" * 70_000, -32600),
        ],
    )
    def test_of_the_wire(self, open_blog: Blog, body: str, code: int) -> None:
        assert fault_in(post(open_blog, body)) == code

    def test_a_compressed_call(self, open_blog: Blog) -> None:
        assert fault_in(post(open_blog, b"x", **{"Content-Encoding": "gzip"})) == -32700


class TestIntrospection:
    def test_of_the_methods(self, open_blog: Blog) -> None:
        with proxy(open_blog) as client:
            methods = client.system.listMethods()
            assert "pingback.ping" in methods
            assert "system.multicall" not in methods
            assert client.system.methodSignature("pingback.ping") == [["string"] * 3]
            assert client.system.methodHelp("pingback.ping")
            assert client.system.getCapabilities()["faults_interop"]["specVersion"] == 20010516
            with pytest.raises(xmlrpc.client.Fault, match="-32601"):
                client.system.methodHelp("no.such")


class TestGetPingbacks:
    def test_only_what_is_approved(
        self, serve_blog: Callable[..., Blog], source: SourceSite
    ) -> None:
        blog = serve_blog()
        with proxy(blog) as client:
            client.pingback.ping(source.link("/a", blog.post), blog.post)
            client.pingback.ping(source.link("/b", blog.post), blog.post)
            assert client.pingback.extensions.getPingbacks(blog.post) == []
            (first, _) = blog.receiver.store.find()
            blog.receiver.store.set_status(first.id, Status.APPROVED, now=1.0)
            assert client.pingback.extensions.getPingbacks(blog.post) == [source.url + "a"]

    def test_of_a_page_that_is_not_there(self, open_blog: Blog) -> None:
        with proxy(open_blog) as client:
            for target, code in ((open_blog.url + "missing", 32), ("http://else.example/", 33)):
                with pytest.raises(xmlrpc.client.Fault) as caught:
                    client.pingback.extensions.getPingbacks(target)
                assert caught.value.faultCode == code


class TestEndpoint:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
    def test_takes_post_only(self, open_blog: Blog, method: str) -> None:
        answer = requests.request(method, open_blog.endpoint, timeout=10)
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "POST"
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert int(answer.headers["Content-Length"]) > 0
        assert answer.text.count("\n") == (0 if method == "HEAD" else 1)


class TestAdvertising:
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_one_absolute_header_on_pages(self, open_blog: Blog, method: str) -> None:
        parts = urlsplit(open_blog.post)
        connection = http.client.HTTPConnection(parts.netloc)
        connection.request(method, parts.path, headers={"Host": "evil.example"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.headers.get_all("X-Pingback") == [open_blog.endpoint]

    @pytest.mark.parametrize(
        "path", ["", "closed/", "picture.png", "missing", "moved/", "private/", "pingback"]
    )
    def test_none_elsewhere(self, open_blog: Blog, path: str) -> None:
        answer = requests.get(open_blog.url + path, timeout=10, allow_redirects=False)
        assert "X-Pingback" not in answer.headers
        assert "X-Linkback" not in answer.headers

    def test_the_mark_of_a_closed_page_never_reaches_visitors(
        self, make_receiver: Callable[..., Receiver]
    ) -> None:
        def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            start("404 Not Found", [("Content-Type", "text/html"), ("X-Linkback", "closed")])
            return [b""]

        answer = Client(PingbackMiddleware(app, make_receiver())).get("/a")
        assert "X-Linkback" not in answer.headers

    @pytest.mark.parametrize(("said", "advertised"), [(True, True), (False, False), (None, False)])
    def test_an_app_opts_in_or_out_by_the_environ(
        self, make_receiver: Callable[..., Receiver], said: bool | None, advertised: bool
    ) -> None:
        def picture(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            if said is not None:
                environ["linkback_protocol.open"] = said
            start("200 OK", [("Content-Type", "image/png")])
            return [b""]

        client = Client(PingbackMiddleware(picture, make_receiver()))
        assert ("X-Pingback" in client.get("/a").headers) is advertised

    def test_what_the_app_sends_itself_stays(self, make_receiver: Callable[..., Receiver]) -> None:
        def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            start("200 OK", [("Content-Type", "text/html"), ("x-pingback", "http://own.example/")])
            return [b""]

        receiver = make_receiver()
        nested = PingbackMiddleware(PingbackMiddleware(app, receiver), receiver)
        assert Client(nested).get("/a").headers.getlist("X-Pingback") == ["http://own.example/"]

    def test_below_a_mount_point(self, make_receiver: Callable[..., Receiver]) -> None:
        app = PingbackMiddleware(blog, make_receiver(site="https://blog.example/sub/"))
        answer = Client(app).get("/post/", environ_overrides={"SCRIPT_NAME": "/sub"})
        assert answer.headers["X-Pingback"] == "https://blog.example/sub/pingback"

    def test_injected_it_is_the_exact_element(self, serve_blog: Callable[..., Blog]) -> None:
        served = serve_blog(pingback={"inject": True})
        answer = requests.get(served.post, timeout=10)
        element = f'<link rel="pingback" href="{served.endpoint}">'.encode()
        assert answer.content == PAGE.replace(b"<head>", b"<head>" + element)
        assert int(answer.headers["Content-Length"]) == len(answer.content)
        assert requests.get(served.url + "closed/", timeout=10).content == PAGE


def test_both_middlewares_are_clean_wsgi(make_receiver: Callable[..., Receiver]) -> None:
    receiver = make_receiver()
    app = validator(PingbackMiddleware(validator(blog), receiver, inject=True))
    client = Client(app)
    for path in ("/post/", "/missing", "/pingback", "/closed/"):
        for method in ("GET", "HEAD", "POST"):
            with client.open(path, method=method) as answer:
                answer.get_data()


LENGTHS = st.none() | st.sampled_from(["", "0", "-1", "+5", "1_0", "7", "9" * 30])


def with_lengths(content_type: str, length: str | None) -> dict[str, str]:
    """Return what a server may put into the environ for headers that a client made up."""
    environ = {"CONTENT_TYPE": content_type.encode().decode("latin-1")}
    return environ if length is None else environ | {"CONTENT_LENGTH": length}


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=2000)
    | st.sampled_from([CALL.format("http://a.example/", "http://blog.example/x/").encode()]),
    content_type=st.text(max_size=40),
    length=LENGTHS,
)
def test_any_bytes_get_one_well_formed_answer(
    make_receiver: Callable[..., Receiver], body: bytes, content_type: str, length: str | None
) -> None:
    client = Client(PingbackMiddleware(blog, make_receiver(targets=lambda _: None)))
    answer = client.post(
        "/pingback", data=body, environ_overrides=with_lengths(content_type, length)
    )
    assert answer.status_code == 200
    with pytest.raises(xmlrpc.client.Fault):
        xmlrpc.client.loads(answer.data)


def test_a_store_that_fails_in_the_middle_loses_nothing(
    serve_blog: Callable[..., Blog], source: SourceSite, caplog: pytest.LogCaptureFixture
) -> None:
    class FullDisk(MemoryStore):
        def finish(self, *_: object, **__: object) -> Linkback:
            raise StoreError("disk full")

    blog = serve_blog(store=FullDisk())
    answer = post(blog, CALL.format(source.link("/a", blog.post), blog.post))
    assert fault_in(answer) == 0
    assert blog.receiver.store.count()[Status.RECEIVED] == 1
    assert "disk full" in caplog.text
