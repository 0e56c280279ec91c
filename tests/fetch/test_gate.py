from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from linkback_protocol.errors import FetchError, FetchFailure
from linkback_protocol.fetch import Fetcher
from linkback_protocol.fetch.dial import LOOKUPS
from tests.fetch.support import LOOPBACK, Answers, Names, connections, failure, lookups, sockaddrs
from tests.hostile_server import HostileServer

if TYPE_CHECKING:
    from collections.abc import Iterator

URLS = (Path(__file__).parent / "hostile_urls.txt").read_text().splitlines()
PUBLIC = "127.0.0.77"
"""Stands for a public address: on loopback, and the only one that is permitted."""
# What the list has that leads to the public host, if the port is as in the URL.
FETCHED = {
    "http://pub.example:8080#@127.0.0.1:8080/ok",
    "http://rebind.example:8080/ok",
    "http://dead-then-live.example:8080/ok",
    "http://pub.example.:8080/ok",
}


def names() -> Names:
    return Names(
        pub=[[PUBLIC]],
        priv=[["10.0.0.1"]],
        mapped=[["::ffff:127.0.0.1"]],
        rebind=[[PUBLIC], ["127.0.0.1"]],
        mixed=[[PUBLIC, "127.0.0.1"]],
        mixed2=[["127.0.0.1", PUBLIC]],
        dead_then_live=[["127.0.0.78", PUBLIC]],
    )


@pytest.fixture(scope="module")
def public() -> Iterator[HostileServer]:
    with HostileServer(host=PUBLIC) as running:
        yield running


@pytest.fixture(scope="module")
def inside() -> Iterator[socket.socket]:
    """Listen on all of loopback, where nothing must ever arrive."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        yield listener


@pytest.mark.parametrize("url", URLS)
def test_hostile_url_reaches_nothing_denied(
    url: str, public: HostileServer, inside: socket.socket
) -> None:
    # The port of the list is whichever the public server got; the listener's stands for the other.
    url_here = url.replace("8080", str(public.port)).replace("9099", str(inside.getsockname()[1]))
    resolver = names()
    fetcher = Fetcher(allow=[f"{PUBLIC}/32", "127.0.0.78/32"], resolve=resolver, deadline=5.0)
    with connections.recorded() as tried:
        fetched = False
        with contextlib.suppress(FetchError):
            fetcher.get(url_here.replace("/ok", "/page"))
            fetched = True
    assert set(tried) <= {PUBLIC, "127.0.0.78"}
    assert len(resolver.asked) <= 1
    with pytest.raises(BlockingIOError):
        inside.accept()
    if url not in FETCHED:
        assert not fetched, url
    elif "#" not in url:
        assert fetched, url


def test_list_is_complete() -> None:
    assert len(URLS) == 48
    assert set(URLS) >= FETCHED


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "169.254.169.254", "168.63.129.16", "::1", "fe80::1%lo"),
        *("::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1"),
    ],
)
def test_name_with_a_denied_address_is_refused(address: str) -> None:
    fetcher = Fetcher(resolve=Names(bad=[[address]]))
    with connections.recorded() as tried:
        assert failure(fetcher, "http://bad.example/") is FetchFailure.ADDRESS
    assert tried == []


@pytest.mark.parametrize(
    "answer", [[PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "93.184.216.34", "10.0.0.1"]]
)
def test_one_denied_address_condemns_the_name(answer: list[str], public: HostileServer) -> None:
    fetcher = Fetcher(allow=[PUBLIC], resolve=Names(mixed=[answer]))
    with connections.recorded() as tried:
        assert failure(fetcher, public.url(host="mixed.example")) is FetchFailure.ADDRESS
    assert tried == []


def test_rebinding_gets_one_look_up_for_each_connection(public: HostileServer) -> None:
    resolver = Names(rebind=[[PUBLIC], ["127.0.0.1"]])
    fetcher = Fetcher(allow=[PUBLIC], resolve=resolver)
    url = public.url(host="rebind.example")
    assert fetcher.get(url).title == "Fine"
    assert resolver.asked == ["rebind.example"]
    assert failure(fetcher, url) is FetchFailure.ADDRESS
    assert resolver.asked == ["rebind.example"] * 2


def test_rebinding_between_redirects_is_caught(public: HostileServer) -> None:
    resolver = Names(rebind=[[PUBLIC], ["127.0.0.1"]])
    fetcher = Fetcher(allow=[PUBLIC], resolve=resolver)
    assert failure(fetcher, public.url("redirect", host="rebind.example")) is FetchFailure.ADDRESS
    assert len(resolver.asked) == 2


def test_next_address_is_tried_where_one_is_dead(public: HostileServer) -> None:
    answer = ["127.0.0.78", "127.0.0.79", PUBLIC]
    fetcher = Fetcher(allow=LOOPBACK, resolve=Names(dead_then_live=[answer]))
    with connections.recorded() as tried:
        assert fetcher.get(public.url(host="dead-then-live.example")).title == "Fine"
    assert tried == answer


def test_four_dead_addresses_are_enough(public: HostileServer) -> None:
    dead = [f"127.0.0.{n}" for n in range(80, 90)]
    fetcher = Fetcher(allow=LOOPBACK, resolve=Names(dead=[dead]))
    with connections.recorded() as tried:
        assert failure(fetcher, public.url(host="dead.example")) is FetchFailure.CONNECT
    assert tried == dead[:4]


def test_mapped_address_is_connected_to_as_ipv4(public: HostileServer) -> None:
    fetcher = Fetcher(allow=LOOPBACK, resolve=Names(mapped=[[f"::ffff:{PUBLIC}"]]))
    with connections.recorded() as tried:
        assert fetcher.get(public.url(host="mapped.example")).title == "Fine"
    assert tried == [PUBLIC]


def test_families_take_turns(public: HostileServer) -> None:
    answer = [*(f"::ffff:127.0.0.{n}" for n in range(80, 90)), PUBLIC]
    fetcher = Fetcher(allow=LOOPBACK, resolve=Names(six=[answer]))
    with connections.recorded() as tried:
        assert fetcher.get(public.url(host="six.example")).title == "Fine"
    assert tried == ["127.0.0.80", PUBLIC]


@pytest.mark.parametrize("port", [1, 22, 25, 6379, 9099, 65535])
def test_port_is_refused_before_any_look_up(port: int) -> None:
    resolver = Names(pub=[["93.184.216.34"]])
    with connections.recorded() as tried:
        assert failure(Fetcher(resolve=resolver), f"http://pub.example:{port}/") is FetchFailure.URL
    assert tried == []
    assert resolver.asked == []


def test_permitted_network_opens_ports_for_itself_alone() -> None:
    resolver = Names(pub=[["93.184.216.34"]], both=[[PUBLIC, "93.184.216.34"]])
    fetcher = Fetcher(allow=[PUBLIC], resolve=resolver)
    with connections.recorded() as tried:
        assert failure(fetcher, "http://pub.example:22/") is FetchFailure.URL
        assert failure(fetcher, "http://both.example:22/") is FetchFailure.URL
    assert tried == []


def test_ports_are_a_setting(public: HostileServer) -> None:
    listed = Fetcher(allow=[PUBLIC], ports=[public.port], resolve=names())
    assert listed.get(public.url(host="pub.example")).title == "Fine"
    assert failure(Fetcher(ports=()), "http://127.0.0.1/") is FetchFailure.URL


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "page",
            "//127.0.0.1/",
            "ftp://pub.example/",
            "file:///etc/passwd",
            "http://",
            "\x00",
        ),
        *(
            "http://u:p@pub.example/",
            "http://pub.example\\@127.0.0.1/",
            "http://1/",
            "javascript:1",
        ),
        *(f"http://pub.example/{'a' * 3000}", "http://pub.example/\ud800", "http://[::1%25lo]/"),
    ],
)
def test_url_that_is_never_fetched(url: str) -> None:
    resolver = names()
    assert failure(Fetcher(resolve=resolver), url) is FetchFailure.URL
    assert resolver.asked == []


def test_unknown_name() -> None:
    assert failure(Fetcher(resolve=Names()), "http://nowhere.example/") is FetchFailure.DNS


def test_name_without_addresses() -> None:
    assert failure(Fetcher(resolve=Names(empty=[[]])), "http://empty.example/") is FetchFailure.DNS


def test_look_ups_that_hang_are_bounded_in_time_and_number() -> None:
    release, started = threading.Event(), threading.Semaphore(0)

    def hang(host: str, port: int, _family: int, _type: int) -> Answers:
        started.release()
        release.wait()
        return sockaddrs(["10.0.0.1"], port)

    for thread in lookups():
        thread.join()
    fetcher = Fetcher(resolve=hang, deadline=0.1)
    try:
        for _ in range(LOOKUPS + 3):
            assert failure(fetcher, "http://slow.example/") is FetchFailure.DEADLINE
        assert len(lookups()) == LOOKUPS
        assert all(started.acquire(blocking=False) for _ in range(LOOKUPS))
        assert not started.acquire(blocking=False)
    finally:
        release.set()
    for thread in lookups():
        thread.join()
    # What hung is free again.
    assert failure(Fetcher(resolve=hang), "http://slow.example/") is FetchFailure.ADDRESS


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_look_ups_are_free_after_a_fork(public: HostileServer) -> None:
    release, parent = threading.Event(), os.getpid()

    def hang_in_parent(host: str, port: int, _family: int, _type: int) -> Answers:
        if os.getpid() == parent:
            release.wait()
        return sockaddrs([PUBLIC], port)

    fetcher = Fetcher(allow=[PUBLIC], resolve=hang_in_parent, deadline=0.1)
    url = public.url(host="pub.example")
    try:
        for _ in range(LOOKUPS):
            assert failure(fetcher, url) is FetchFailure.DEADLINE
        fetcher.deadline = 5.0
        child = os.fork()
        if child == 0:
            title = ""
            with contextlib.suppress(FetchError):
                title = fetcher.get(url).title
            os._exit(0 if title == "Fine" else 1)
        assert os.waitpid(child, 0)[1] == 0
    finally:
        release.set()
    for thread in lookups():
        thread.join()


def test_refused_connection(public: HostileServer) -> None:
    with socket.create_server((PUBLIC, 0)) as listener:
        port = listener.getsockname()[1]
    fetcher = Fetcher(allow=LOOPBACK)
    assert failure(fetcher, f"http://{PUBLIC}:{port}/") is FetchFailure.CONNECT


def test_detail_names_the_host_for_the_log_and_not_for_the_sender(public: HostileServer) -> None:
    fetcher = Fetcher(resolve=Names(priv=[["10.0.0.1"]]))
    with pytest.raises(FetchError) as caught:
        fetcher.get("http://priv.example/")
    assert "priv.example" in caught.value.detail
    assert "private (RFC 1918)" in caught.value.detail
    assert "priv.example" not in caught.value.message
    assert urlsplit(public.url()).hostname == PUBLIC


@pytest.mark.parametrize(
    "setting",
    [
        {"allow": ["10.0.0.1/8"]},
        {"allow": ["localhost"]},
        {"allow": "10.0.0.0/8"},
        {"deadline": 0},
        {"connect_timeout": -1.0},
        {"max_bytes": 0},
        {"max_header_bytes": 0},
        {"max_redirects": -1},
        {"ports": [0, 80]},
        {"ports": [80, 65536]},
        {"ca_certs": "/nowhere/at/all.pem"},
        {"ca_certs": __file__},
    ],
)
def test_setting_without_sense_is_the_callers_mistake(setting: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        Fetcher(**setting)
