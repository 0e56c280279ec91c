from __future__ import annotations

import threading
import xmlrpc.client
from typing import Any
from urllib.parse import parse_qs

import pytest

from linkback_protocol import Fetcher, FetchError
from linkback_protocol.linkback import Protocol
from linkback_protocol.sender import Delivery, DeliveryOutcome, Sender
from tests.sender.blogs import ACCEPTED, LOOPBACK, WELCOME, Blog, article, blog, fault, rdf, refusal


def only(deliveries: list[Delivery]) -> Delivery:
    (delivery,) = deliveries
    return delivery


def outcomes(deliveries: list[Delivery]) -> list[str]:
    return [str(each.outcome) for each in deliveries]


def test_a_pingback_as_the_specification_has_it(me: Blog, other: Blog, sender: Sender) -> None:
    # PB-3-1, PB-3-2, XR-H1 to XR-H5, XR-T5
    target = other.post("/p?x=1&y=<2>#c1".replace("<2>", "2"))
    other.replies["/p?x=1&y=2"] = other.replies["/p?x=1&y=2#c1"]
    source = me.serve("/my?a=1&b=2", article(target.replace("&", "&amp;")))
    delivery = only(sender.send(source))
    assert (delivery.outcome, delivery.protocol) == (DeliveryOutcome.SENT, Protocol.PINGBACK)
    assert delivery.endpoint == other.url + "/pingback"
    (ping,) = other.pings
    assert xmlrpc.client.loads(ping.body) == ((source, target), "pingback.ping")
    assert ping.header("Content-Type") == "text/xml"
    assert ping.header("Content-Length") == str(len(ping.body))
    assert ping.header(
        "User-Agent",
    ).startswith("linkback_protocol/")  # type: ignore[union-attr]
    assert ping.header("Host") == other.url.removeprefix("http://")
    assert ping.header("Referer") is None


def test_a_trackback_as_the_specification_has_it(me: Blog, other: Blog, sender: Sender) -> None:
    # TB-2 to TB-7
    target = other.old_post("/old")
    page = article(target, title="Über & über")
    source = me.serve("/my", page)
    delivery = only(sender.send(source))
    assert (delivery.outcome, delivery.protocol) == (DeliveryOutcome.SENT, Protocol.TRACKBACK)
    (ping,) = other.pings
    assert ping.header("Content-Type") == "application/x-www-form-urlencoded; charset=utf-8"
    assert ping.header("Referer") is None
    fields = parse_qs(ping.body.decode("ascii"), strict_parsing=True)
    assert fields["url"] == [source]
    assert fields["title"] == ["Über & über"]
    assert fields["blog_name"] == ["My blog"]
    assert fields["excerpt"][0].startswith("Über & über I read and this")


def test_one_notification_for_a_page_that_offers_both(
    me: Blog, other: Blog, sender: Sender
) -> None:
    target = other.url + "/both"
    endpoint, address = other.xml("/rpc", ACCEPTED), other.xml("/tb", WELCOME)
    other.serve("/both", rdf(target, address), headers=(
        ("Content-Type", "text/html"), ("X-Pingback", endpoint),
    ))  # fmt: skip
    sender.send(me.serve("/my", article(target)))
    assert [ping.path for ping in other.pings] == ["/rpc"]
    reversed_order = Sender(
        fetcher=Fetcher(allow=LOOPBACK), order=[Protocol.TRACKBACK, Protocol.PINGBACK]
    )
    reversed_order.send(me.url + "/my")
    assert [ping.path for ping in other.pings] == ["/rpc", "/tb"]


@pytest.mark.parametrize(
    ("answer", "settings", "outcome", "code", "temporary"),
    [
        (ACCEPTED, {}, "sent", None, False),
        (fault(48), {}, "known", 48, False),
        (fault(17), {}, "refused", 17, False),
        (fault(16), {}, "refused", 16, True),
        (fault(49), {}, "refused", 49, False),
        (fault(50), {}, "refused", 50, True),
        # WordPress: "too quickly".
        (fault(429), {}, "refused", 429, True),
        (fault(0, ""), {}, "refused", 0, False),
        (b"", {}, "malformed", None, False),
        (b"<html>Hello</html>", {}, "malformed", None, False),
        (b"<html>Busy</html>", {"status": 503}, "malformed", None, True),
        (b"Not found", {"status": 404}, "malformed", None, False),
        (ACCEPTED, {"status": 500}, "sent", None, False),
        (fault(17), {"status": 400}, "refused", 17, False),
    ],
)
def test_what_an_endpoint_answers(
    answer: bytes,
    settings: dict[str, Any],
    outcome: str,
    code: int | None,
    temporary: bool,
    me: Blog,
    other: Blog,
    sender: Sender,
) -> None:
    source = me.serve("/my", article(other.post("/p", answer=answer, **settings)))
    delivery = only(sender.send(source))
    assert (str(delivery.outcome), delivery.code, delivery.temporary) == (outcome, code, temporary)
    assert delivery.detail or outcome == "sent"


@pytest.mark.parametrize(
    ("answer", "settings", "outcome", "temporary"),
    [
        (WELCOME, {}, "sent", False),
        (refusal("closed"), {}, "refused", False),
        (refusal("too quickly"), {"status": 429}, "refused", True),
        (b"", {}, "malformed", False),
        (b"", {"status": 500}, "malformed", True),
    ],
)
def test_what_a_trackback_address_answers(
    answer: bytes,
    settings: dict[str, Any],
    outcome: str,
    temporary: bool,
    me: Blog,
    other: Blog,
    sender: Sender,
) -> None:
    source = me.serve("/my", article(other.old_post("/p", answer=answer, **settings)))
    delivery = only(sender.send(source))
    assert (str(delivery.outcome), delivery.temporary) == (outcome, temporary)
    if answer == refusal("closed"):
        assert "closed" in delivery.detail


def test_what_is_skipped(me: Blog, other: Blog, sender: Sender) -> None:
    post = other.post("/p")
    page = article(post, post + "#again", other.url + "/", "/mine", "mailto:me@me.example", "/my")
    deliveries = sender.send(me.serve("/my", page))
    assert outcomes(deliveries) == ["sent", *["skipped"] * 4]
    reasons = " ".join(each.detail for each in deliveries)
    for words in ("home page", "page of this site", "article itself", "no page of the web"):
        assert words in reasons
    assert len(other.pings) == 1
    assert me.got[0].path == "/my"
    assert [got.path for got in me.got] == ["/my"], "pages of ours are not asked"


def test_home_pages_and_our_own_where_wanted(me: Blog, other: Blog) -> None:
    other.post("/")
    me.post("/mine")
    source = me.serve("/my", article(other.url, "/mine"))
    willing = Sender(fetcher=Fetcher(allow=LOOPBACK), home_pages=True, self_pings=True)
    assert outcomes(willing.send(source)) == ["sent", "sent"]


def test_what_is_ours_is_what_is_under_the_site(me: Blog) -> None:
    me.post("/~you/post")
    source = me.serve("/~me/post", article("/~you/post", "/~me/other"))
    neighbours = Sender(site=me.url + "/~me/", fetcher=Fetcher(allow=LOOPBACK))
    assert outcomes(neighbours.send(source)) == ["sent", "skipped"]


def test_only_some_links(me: Blog, other: Blog, sender: Sender) -> None:
    a, b = other.post("/a"), other.post("/b")
    source = me.serve("/my", article(a, b))
    deliveries = sender.send(source, to=[b, "http://elsewhere.example/x"])
    assert [(each.target, str(each.outcome)) for each in deliveries] == [
        (b, "sent"), ("http://elsewhere.example/x", "skipped"),
    ]  # fmt: skip
    assert "does not link" in deliveries[1].detail


def test_the_content_may_be_given(me: Blog, other: Blog, sender: Sender) -> None:
    page = article(other.post("/p"), title="Größe")
    for html in (page, page.encode()):
        assert outcomes(sender.send(me.url + "/unpublished", html)) == ["sent"]
    assert me.got == []


def test_a_dry_run_sends_nothing(me: Blog, other: Blog, sender: Sender) -> None:
    source = me.serve("/my", article(other.post("/p"), other.serve("/none", "<p>x")))
    deliveries = sender.send(source, dry_run=True)
    assert outcomes(deliveries) == ["planned", "no endpoint"]
    assert deliveries[0].endpoint == other.url + "/pingback"
    assert other.pings == []


def test_a_trackback_to_an_address_that_was_given(me: Blog, other: Blog, sender: Sender) -> None:
    address = other.xml("/tb?id=1", WELCOME)
    source = me.serve("/my", article())
    assert sender.send_trackback(source, address, dry_run=True).outcome == "planned"
    delivery = sender.send_trackback(source, address)
    assert (str(delivery.outcome), delivery.target) == ("sent", address)
    assert [ping.path for ping in other.pings] == ["/tb?id=1"]


def test_nothing_is_sent_into_our_own_network(me: Blog, other: Blog) -> None:
    # SEC-1: a page may name any endpoint.
    guarded = Sender(fetcher=Fetcher(allow=["127.0.0.1/32"], deadline=5.0))
    with blog("127.0.0.2") as inner:
        inside = inner.xml("/rpc", ACCEPTED)
        redirected = other.serve("/away", b"", status=307, headers=(("Location", inside),))
        source = me.serve("/my", article(
            other.post("/endpoint-inside", inside),
            other.post("/redirect-inside", redirected),
            inner.post("/target-inside"),
            other.serve("/moved", status=302, headers=(("Location", inner.url + "/x"),)),
            "http://169.254.169.254/latest",
        ))  # fmt: skip
        deliveries = guarded.send(source)
        assert outcomes(deliveries) == ["unreachable"] * 5
        assert not any(each.temporary for each in deliveries)
        assert inner.got == []


@pytest.mark.parametrize(
    ("status", "path", "is_sent"),
    [
        (307, "/new", True),
        (308, "/new", True),
        # A site that moved to another host or to https.
        (301, "/rpc", True),
        (302, "/rpc", True),
        (301, "/new", False),
        (303, "/rpc", False),
    ],
)
def test_redirected_pings(
    status: int, path: str, is_sent: bool, me: Blog, other: Blog, sender: Sender
) -> None:
    with blog() as moved:
        moved.xml(path, ACCEPTED)
        endpoint = other.serve("/rpc", status=status, headers=(("Location", moved.url + path),))
        source = me.serve("/my", article(other.post("/p", endpoint)))
        delivery = only(sender.send(source))
        assert (delivery.outcome is DeliveryOutcome.SENT) is is_sent
        assert len(moved.pings) == is_sent


def test_a_redirected_trackback_is_a_refusal(me: Blog, other: Blog, sender: Sender) -> None:
    # So do WordPress and Typecho refuse.
    address = other.serve("/tb", status=302, headers=(("Location", other.url + "/p"),))
    target = other.serve("/p", rdf(other.url + "/p", address))
    delivery = only(sender.send(me.serve("/my", article(target))))
    assert str(delivery.outcome) == "refused"


def test_a_target_that_redirects(me: Blog, other: Blog, sender: Sender) -> None:
    post = other.post("/p")
    other.serve("/short", status=301, headers=(("Location", "/p"),))
    source = me.serve("/my", article(other.url + "/short"))
    delivery = only(sender.send(source))
    assert delivery.target == other.url + "/short", post
    assert xmlrpc.client.loads(other.pings[0].body)[0] == (source, other.url + "/short")


@pytest.mark.parametrize(
    ("status", "temporary"), [(404, False), (410, False), (403, False), (500, True), (429, True)]
)
def test_a_target_that_is_not_there(
    status: int, temporary: bool, me: Blog, other: Blog, sender: Sender
) -> None:
    target = other.serve("/p", "no", status=status)
    delivery = only(sender.send(me.serve("/my", article(target))))
    assert (str(delivery.outcome), delivery.temporary) == ("unreachable", temporary)
    assert str(status) in delivery.detail


def test_a_picture_is_asked_and_not_read(me: Blog, other: Blog, sender: Sender) -> None:
    picture = other.serve("/x.png", b"\x89PNG" * 9, headers=(("Content-Type", "image/png"),))
    enabled = other.serve("/y.png", b"\x89PNG" * 9, headers=(
        ("Content-Type", "image/png"), ("X-Pingback", other.xml("/rpc", ACCEPTED)),
    ))  # fmt: skip
    deliveries = sender.send(me.serve("/my", article(picture, enabled)))
    assert outcomes(deliveries) == ["no endpoint", "sent"]


def test_a_source_that_cannot_be_read(me: Blog, sender: Sender) -> None:
    with pytest.raises(FetchError):
        sender.send(me.url + "/missing")
    with pytest.raises(ValueError, match="no address"):
        sender.send("not an address")
    with pytest.raises(ValueError, match="no address"):
        sender.send(me.serve("/my", article()), to=["x"])


def test_others_are_not_kept_waiting_by_a_slow_host(me: Blog, other: Blog) -> None:
    # The slow ones are let go by the last of the quick ones: whoever waited for them would wait
    # for ever.
    quick_are_done = threading.Event()
    with blog() as slow:
        slow_posts = [
            slow.serve(f"/{n}", "<p>x", before=lambda: quick_are_done.wait(30)) for n in range(6)
        ]
        quick = [other.post(f"/{n}") for n in range(6)]
        source = me.serve("/my", article(*slow_posts, *quick))
        left = set(quick)
        lock = threading.Lock()

        def heard(delivery: Delivery) -> None:
            with lock:
                left.discard(delivery.target)
                if not left:
                    quick_are_done.set()

        few = Sender(fetcher=Fetcher(allow=LOOPBACK), threads=4, per_host=2)
        deliveries = few.send(source, listener=heard)
    assert outcomes(deliveries) == ["no endpoint"] * 6 + ["sent"] * 6


def test_few_requests_at_once_to_one_host(me: Blog, other: Blog) -> None:
    lock = threading.Lock()
    now, most = 0, 0
    together = threading.Barrier(2)

    def enter() -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        # Each waits for one more, so that two are there at once; a third would be counted.
        together.wait(30)
        with lock:
            now -= 1

    posts = [other.serve(f"/{n}", "<p>x", before=enter) for n in range(8)]
    source = me.serve("/my", article(*posts))
    Sender(fetcher=Fetcher(allow=LOOPBACK), per_host=2).send(source)
    assert most == 2


def test_time_that_is_up(me: Blog, other: Blog) -> None:
    hurried = Sender(fetcher=Fetcher(allow=LOOPBACK), total=1e-9)
    delivery = only(hurried.send(me.url + "/my", article(other.post("/p"))))
    assert (str(delivery.outcome), delivery.temporary) == ("unreachable", True)
    assert other.got == []
    let_go = threading.Event()
    other.serve("/slow", "x", before=lambda: let_go.wait(30))
    brief = Sender(fetcher=Fetcher(allow=LOOPBACK), deadline=0.3)
    delivery = only(brief.send(me.url + "/my", article(other.url + "/slow")))
    let_go.set()
    assert (str(delivery.outcome), delivery.temporary) == ("unreachable", True)


def test_what_was_said_is_kept(me: Blog, other: Blog, sender: Sender) -> None:
    delivery = only(sender.send(me.serve("/my", article(other.post("/p")))))
    asked, sent = delivery.transcript
    assert (asked.method, asked.status) == ("GET", 200)
    assert (sent.method, sent.status, sent.answer) == ("POST", 200, ACCEPTED)
    assert b"pingback.ping" in sent.request


@pytest.mark.parametrize(
    "settings", [{"threads": 0}, {"per_host": 0}, {"deadline": 0}, {"total": -1}, {"site": "x"}]
)
def test_settings_that_make_no_sense(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Sender(**settings)
