from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import __version__
from linkback_protocol.fetch import Fetcher
from linkback_protocol.fetch.fetcher import ACCEPT
from linkback_protocol.page import readable
from tests.fetch.support import LOOPBACK, Names, failure
from tests.hostile_server import HostileServer, Request, redirects, says, sized

if TYPE_CHECKING:
    from pathlib import Path

PRODUCT = f"linkback_protocol/{__version__}"


def sent(server: HostileServer, fetcher: Fetcher, *, sender: str = "") -> Request:
    fetcher.get(server.url(), sender=sender)
    return server.requests[-1]


def test_request_is_complete_and_nothing_more(server: HostileServer, fetcher: Fetcher) -> None:
    request = sent(server, fetcher)
    assert request.line == "GET /page HTTP/1.1"
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "connection": "close",
        "user-agent": PRODUCT,
        "accept": ACCEPT,
        "accept-encoding": "gzip",
    }


def test_accept_names_what_can_be_read() -> None:
    types = [part.partition(";")[0].strip() for part in ACCEPT.split(",")]
    assert types[0] == "text/html"
    assert all(readable(media_type) for media_type in types)


@pytest.mark.parametrize(
    ("site", "sender", "expected"),
    [
        ("", "", PRODUCT),
        ("http://blog.example/", "", f"{PRODUCT} (+http://blog.example/)"),
        ("", "192.0.2.1", f"{PRODUCT} (verifying linkback from 192.0.2.1)"),
        (
            "http://blog.example/",
            "2001:db8::1",
            f"{PRODUCT} (+http://blog.example/; verifying linkback from 2001:db8::1)",
        ),
        (
            "a\r\nX-Injected: 1",
            "b\r\n\r\nc",
            f"{PRODUCT} (+aX-Injected: 1; verifying linkback from bc)",
        ),
        ("é)(\\\x7f\x00ü", "ü)", PRODUCT),
        ("x" * 500, "y" * 500, f"{PRODUCT} (+{'x' * 200}; verifying linkback from {'y' * 50})"),
    ],
)
def test_user_agent(site: str, sender: str, expected: str, server: HostileServer) -> None:
    request = sent(server, Fetcher(site=site, allow=LOOPBACK), sender=sender)
    assert request.headers["user-agent"] == expected
    assert "x-injected" not in request.headers


def test_query_goes_along_and_the_fragment_does_not(
    server: HostileServer, fetcher: Fetcher
) -> None:
    fetcher.get(server.url("page?a=b%20c&d") + "#part")
    assert server.requests[-1].target == "/page?a=b%20c&d"


def test_host_is_the_name_and_not_the_address(server: HostileServer) -> None:
    fetcher = Fetcher(allow=LOOPBACK, resolve=Names(blog=[["127.0.0.1"]]))
    page = fetcher.get(server.url(host="BLOG.example."))
    assert server.requests[-1].headers["host"] == f"blog.example:{server.port}"
    assert page.url.host == "blog.example"


def test_ipv6_host_has_its_brackets() -> None:
    try:
        server = HostileServer(host="::1")
    except OSError:
        pytest.skip("no IPv6 on loopback")
    with server:
        Fetcher(allow=["::1"]).get(server.url(host="[::1]"))
        assert server.requests[-1].headers["host"] == f"[::1]:{server.port}"


def test_cookies_are_not_sent_back(server: HostileServer, fetcher: Fetcher) -> None:
    cookie = b"HTTP/1.1 302 Go\r\nSet-Cookie: a=b; Path=/\r\nLocation: /page\r\n\r\n"
    url = server.says(cookie)
    for _ in range(2):
        fetcher.get(url)
        assert "cookie" not in server.requests[-1].headers


def test_no_referer_after_a_redirect(server: HostileServer, fetcher: Fetcher) -> None:
    fetcher.get(server.url("redirect"))
    assert server.requests[-2].target == "/redirect"
    assert server.requests[-1].headers.keys() == server.requests[-2].headers.keys()
    assert "referer" not in server.requests[-1].headers


def test_challenge_is_not_answered(
    server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login user password secret\nmachine 127.0.0.1 login u password p\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".netrc").write_text(netrc.read_text())
    fetcher = Fetcher(allow=LOOPBACK)
    before = len(server.requests)
    challenge = sized(b"", b"WWW-Authenticate: Basic realm=x", status=b"401 Unauthorized")
    failure(fetcher, server.says(challenge))
    fetcher.get(server.url())
    assert len(server.requests) == before + 2
    assert all("authorization" not in request.headers for request in server.requests)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_proxies_of_the_environment_are_ignored(
    name: str, server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HostileServer() as proxy:
        monkeypatch.setenv(name, proxy.url(""))
        monkeypatch.setenv("NO_PROXY", "")
        assert Fetcher(allow=LOOPBACK).get(server.url()).title == "Fine"
        assert proxy.connections == 0


def test_one_debug_line_for_each_hop(
    server: HostileServer, fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fetcher.get(server.url("redirect"))
    lines = [r.getMessage() for r in caplog.records if r.name == "linkback_protocol.fetch"]
    assert lines == [
        f"GET '{server.url('redirect')}' at 127.0.0.1: 302",
        f"GET '{server.url()}' at 127.0.0.1: 200",
    ]


def test_log_is_short_and_on_one_line_and_quiet_about_strangers(
    server: HostileServer, fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    target = b"/" + b"a" * 900
    server.does(
        says(sized(b"", b"no field \x1b[2J", b"Set-Cookie: \x85")), path=target.decode()[1:]
    )
    fetcher.get(server.does(redirects(target)))
    assert caplog.records
    for record in caplog.records:
        assert record.levelno == logging.DEBUG
        assert re.fullmatch(r"[ -~]{1,300}", record.getMessage())
