"""The way of a ping through the receiver, against real source pages on loopback."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import (
    AlreadyRegistered,
    AppTargets,
    Candidate,
    Fetcher,
    NoLink,
    Ping,
    Protocol,
    Refused,
    SourceUnreachable,
    Status,
    Target,
    TargetNotFound,
    TargetNotPingable,
    Verdict,
    validators,
)
from linkback_protocol.errors import SelfPing
from tests.conftest import SITE

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from linkback_protocol import Outcome, Receiver, Store
    from tests.peers import SourceSite

POST = SITE + "post/"


def targets(url: str) -> Target | None:
    if url.endswith("/missing/"):
        return None
    return Target(url, open=not url.endswith("/closed/"))


def pingback(source: str, target: str = POST, sender: str = "192.0.2.7") -> Ping:
    return Ping(protocol=Protocol.PINGBACK, source=source, target=target, sender=sender)


def trackback(source: str, target: str = POST, **texts: str) -> Ping:
    return Ping(protocol=Protocol.TRACKBACK, source=source, target=target, **texts)


@pytest.fixture
def receiver(make_receiver: Callable[..., Receiver]) -> Receiver:
    return make_receiver(targets=targets)


def test_a_linking_page_is_held_for_moderation_with_its_texts(
    receiver: Receiver, source: SourceSite
) -> None:
    linkback = receiver.receive(pingback(source.link("/a", POST, title="On posts")))
    assert linkback.status is Status.PENDING
    assert linkback.title == "On posts"
    assert "so it goes" in linkback.excerpt
    assert linkback.sender == "192.0.2.7"
    assert receiver.linkbacks(POST) == []


def test_without_moderation_it_is_shown(
    make_receiver: Callable[..., Receiver], source: SourceSite
) -> None:
    receiver = make_receiver(targets=targets, moderate=False)
    receiver.receive(pingback(source.link("/a", POST)))
    assert [found.source for found in receiver.linkbacks(POST)] == [source.url + "a"]
    assert [found.source for found in receiver.linkbacks("https://blog.example/post")] == [
        source.url + "a"
    ]


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("http://elsewhere.example/post/", TargetNotPingable),
        ("http://blog.example.evil.example/post/", TargetNotPingable),
        ("http://evil.example/?http://blog.example/post/", TargetNotPingable),
        ("/post/", TargetNotPingable),
        ("", TargetNotPingable),
        (SITE + "missing/", TargetNotFound),
        (SITE + "closed/", TargetNotPingable),
        (SITE, TargetNotPingable),
        (SITE + "#post", TargetNotPingable),
    ],
)
def test_nothing_is_fetched_for_a_target_that_takes_no_pings(
    receiver: Receiver, source: SourceSite, target: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        receiver.receive(pingback(source.link("/a", target), target))
    assert source.hits == []


def test_the_home_page_takes_pings_where_the_owner_says_so(
    make_receiver: Callable[..., Receiver], source: SourceSite
) -> None:
    receiver = make_receiver(targets=targets, home_page=True)
    assert receiver.receive(pingback(source.link("/a", SITE), SITE)).page == SITE


@pytest.mark.parametrize(
    "address",
    [
        "ftp://h.example/",
        "javascript:alert(1)",
        "relative",
        "",
        "http://u:p@h.example/",
        "http:///",
    ],
)
def test_a_source_that_is_no_web_address_is_unreachable(receiver: Receiver, address: str) -> None:
    with pytest.raises(SourceUnreachable):
        receiver.receive(pingback(address))


@pytest.mark.parametrize("address", [POST, POST + "#c1", SITE + "other/", "https://blog.example/x"])
def test_our_own_pages_do_not_ping(receiver: Receiver, address: str) -> None:
    with pytest.raises(SelfPing):
        receiver.receive(pingback(address))


def test_a_source_that_redirects_to_us_proves_nothing(
    make_receiver: Callable[..., Receiver], source: SourceSite, store: Store
) -> None:
    receiver = make_receiver(site=source.url + "blog/", targets=targets)
    post = source.link("/blog/post/", source.url + "blog/post/")
    away = source.publish("/away", b"", status=302, location="/blog/post/")
    with pytest.raises(NoLink):
        receiver.receive(pingback(away, post))
    assert store.count()[Status.REFUSED] == 1


def test_without_a_link_it_is_refused_and_the_reason_kept(
    receiver: Receiver, source: SourceSite, store: Store
) -> None:
    with pytest.raises(NoLink):
        receiver.receive(pingback(source.link("/a", "http://elsewhere.example/")))
    (kept,) = store.find(status=(Status.REFUSED,))
    assert "does not link" in kept.reasons[-1].reason


def test_a_refused_ping_may_come_again(receiver: Receiver, source: SourceSite) -> None:
    address = source.publish("/a", "<p>nothing yet")
    with pytest.raises(NoLink):
        receiver.receive(pingback(address))
    source.link("/a", POST)
    assert receiver.receive(pingback(address)).status is Status.PENDING


def test_every_failed_fetch_looks_the_same(receiver: Receiver, source: SourceSite) -> None:
    addresses = [
        source.url + "missing",
        source.publish("/500", "broken", status=500),
        source.publish("/image", b"\x89PNG", content_type="image/png"),
        "http://127.0.0.1:1/closed-port",
        "http://10.0.0.1/blocked",
        "http://169.254.169.254/latest/meta-data/",
        "http://no-such-host.invalid/",
    ]
    said = set()
    for address in addresses:
        with pytest.raises(SourceUnreachable) as caught:
            receiver.receive(pingback(address))
        error = caught.value
        said.add((error.fault_code, error.message.replace(error.reference, "")))
    assert len(said) == 1


def test_a_404_that_holds_the_link_is_unreachable(receiver: Receiver, source: SourceSite) -> None:
    with pytest.raises(SourceUnreachable):
        receiver.receive(pingback(source.link("/a", POST, status=404)))


def test_the_same_pair_is_registered_once_across_protocols(
    receiver: Receiver, source: SourceSite
) -> None:
    address = source.link("/a", POST)
    receiver.receive(pingback(address))
    for again in (
        pingback(address),
        pingback(address + "#c1"),
        pingback(address, "https://blog.example/post"),
        trackback(address),
    ):
        with pytest.raises(AlreadyRegistered):
            receiver.receive(again)
    assert len(source.hits) == 1


def test_the_target_may_lead_to_another_page(
    make_receiver: Callable[..., Receiver], source: SourceSite
) -> None:
    receiver = make_receiver(targets=lambda _: Target(POST), moderate=False)
    receiver.receive(pingback(source.link("/a", SITE + "old"), SITE + "old"))
    receiver.receive(pingback(source.link("/b", POST), SITE + "older"))
    assert [found.target for found in receiver.linkbacks(POST)] == [SITE + "old", SITE + "older"]


class TestTrackback:
    def test_its_own_texts_win(self, receiver: Receiver, source: SourceSite) -> None:
        address = source.link("/a", POST, title="The page says")
        linkback = receiver.receive(
            trackback(address, title="I say", excerpt="in short", blog_name="My blog")
        )
        assert (linkback.title, linkback.excerpt, linkback.site_name) == (
            "I say",
            "in short",
            "My blog",
        )

    def test_the_page_fills_what_it_does_not_say(
        self, receiver: Receiver, source: SourceSite
    ) -> None:
        linkback = receiver.receive(trackback(source.link("/a", POST, title="The page says")))
        assert linkback.title == "The page says"

    def test_it_must_link_by_default(self, receiver: Receiver, source: SourceSite) -> None:
        with pytest.raises(NoLink):
            receiver.receive(trackback(source.publish("/a", "<p>buy")))

    @pytest.mark.parametrize("path", ["/a", "/missing"])
    def test_without_a_link_it_can_be_held(
        self, make_receiver: Callable[..., Receiver], source: SourceSite, path: str
    ) -> None:
        receiver = make_receiver(targets=targets, moderate=False, unlinked_trackbacks="hold")
        source.publish("/a", "<p>no link")
        linkback = receiver.receive(trackback(source.url + path.lstrip("/"), title="T"))
        assert linkback.status is Status.PENDING
        assert linkback.reasons[-1].action == "hold"

    def test_it_can_be_accepted_unread(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        receiver = make_receiver(targets=targets, moderate=False, unlinked_trackbacks="accept")
        assert receiver.receive(trackback(source.url + "a")).status is Status.APPROVED
        assert source.hits == []

    def test_a_pingback_must_link_whatever_is_done_with_trackbacks(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        receiver = make_receiver(targets=targets, unlinked_trackbacks="accept")
        with pytest.raises(NoLink):
            receiver.receive(pingback(source.publish("/a", "<p>no link")))


class TestValidators:
    def test_the_first_decisive_verdict_wins(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        def hold(_: Candidate) -> Verdict:
            return Verdict.hold("looks odd")

        def allow(_: Candidate) -> Verdict:
            return Verdict.approve("a friend")

        def never(_: Candidate) -> Verdict:
            raise AssertionError("asked after a decision")

        receiver = make_receiver(targets=targets, validators=[hold, allow, never])
        linkback = receiver.receive(pingback(source.link("/a", POST)))
        assert linkback.status is Status.APPROVED
        assert [(reason.by, reason.reason) for reason in linkback.reasons] == [
            ("hold", "looks odd"),
            ("allow", "a friend"),
        ]

    def test_spam_before_the_page_is_read_costs_no_fetch(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        receiver = make_receiver(targets=targets, validators=[lambda _: Verdict.spam("known")])
        assert receiver.receive(pingback(source.link("/a", POST))).status is Status.SPAM
        assert source.hits == []

    def test_an_approval_does_not_replace_the_link(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        receiver = make_receiver(targets=targets, validators=[lambda _: Verdict.approve("ok")])
        with pytest.raises(NoLink):
            receiver.receive(pingback(source.publish("/a", "<p>no link")))

    def test_the_page_is_fetched_once_for_all(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        titles = []

        def look(candidate: Candidate) -> None:
            assert candidate.page is not None
            titles.append((candidate.page.title, len(candidate.links)))

        receiver = make_receiver(targets=targets, validators=[look, look])
        receiver.receive(pingback(source.link("/a", POST)))
        assert titles == [("A source", 1)] * 2
        assert source.hits == ["/a"]

    def test_one_that_swallows_the_refusal_changes_nothing(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        def careless(candidate: Candidate) -> None:
            with contextlib.suppress(NoLink):
                assert candidate.page is None

        receiver = make_receiver(targets=targets, validators=[careless, careless])
        with pytest.raises(NoLink):
            receiver.receive(pingback(source.publish("/a", "<p>no link")))
        assert source.hits == ["/a"]

    def test_raising_refuses(
        self, make_receiver: Callable[..., Receiver], source: SourceSite, store: Store
    ) -> None:
        def block(_: Candidate) -> None:
            raise Refused("on the block-list")

        receiver = make_receiver(targets=targets, validators=[block])
        with pytest.raises(Refused):
            receiver.receive(pingback(source.link("/a", POST)))
        assert store.find(status=(Status.REFUSED,))[0].reasons[-1].reason == "on the block-list"

    def test_one_that_fails_abstains_and_is_counted(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        def broken(_: Candidate) -> None:
            raise KeyError("x")

        receiver = make_receiver(targets=targets, moderate=False, validators=[broken])
        linkback = receiver.receive(pingback(source.link("/a", POST)))
        assert linkback.status is Status.APPROVED
        assert [(each.action, each.by) for each in linkback.reasons] == [("abstain", "broken")]
        assert "KeyError" in linkback.reasons[0].reason
        assert receiver.validator_failures == {"broken": 1}

    def test_they_can_read_what_readers_see_of_the_target(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            asked.append(environ["REQUEST_METHOD"])
            start_response("200 OK", [("Content-Type", "text/html")])
            return [b"<title>A post</title><script>x</script><p>Some ", b"words of ours."]

        asked: list[str] = []
        texts: list[str] = []
        receiver = make_receiver(
            targets=AppTargets(app, SITE),
            validators=[lambda candidate: texts.append(candidate.target_text)],
        )
        for number in range(2):
            receiver.receive(pingback(source.link(f"/{number}", POST)))
        assert texts == ["Some words of ours."] * 2
        assert asked == ["HEAD", "GET", "HEAD"]

    def test_what_was_read_is_kept_whether_or_not_it_links(
        self, receiver: Receiver, source: SourceSite, store: Store
    ) -> None:
        linkback = receiver.receive(pingback(source.link("/a", POST)))
        with pytest.raises(NoLink):
            receiver.receive(pingback(source.publish("/b", b"<p>nothing of the kind")))
        kept = store.evidence(linkback.id)
        assert kept is not None
        assert (kept.url, kept.body) == (f"{source.url}a", source.pages["/a"].body)
        assert kept.passage is not None
        assert kept.passage.linked in linkback.excerpt
        (refused,) = store.find(status=(Status.REFUSED,))
        left = store.evidence(refused.id)
        assert left is not None
        assert (left.body, left.passage) == (b"<p>nothing of the kind", None)


def test_pings_of_our_own_are_judged_where_the_owner_wants_that(
    make_receiver: Callable[..., Receiver], source: SourceSite
) -> None:
    receiver = make_receiver(
        site=source.url,
        targets=targets,
        self_pings="judge",
        validators=[validators.SelfPing(action="approve")],
    )
    page = source.link("/other/", source.url + "post/")
    assert receiver.receive(pingback(page, source.url + "post/")).status is Status.APPROVED
    with pytest.raises(SelfPing):
        receiver.receive(pingback(source.url + "post/", source.url + "post/"))


class TestListeners:
    def test_they_hear_of_every_outcome_and_cannot_fail_it(
        self, make_receiver: Callable[..., Receiver], source: SourceSite
    ) -> None:
        heard: list[Outcome] = []

        def broken(_: Outcome) -> None:
            raise RuntimeError("listener")

        receiver = make_receiver(targets=targets, listeners=[broken, heard.append])
        receiver.receive(pingback(source.link("/a", POST)))
        with pytest.raises(NoLink):
            receiver.receive(pingback(source.publish("/b", "<p>no")))
        with pytest.raises(TargetNotFound):
            receiver.receive(pingback(source.url + "c", SITE + "missing/"))
        kinds = [
            (outcome.linkback and outcome.linkback.status, type(outcome.error)) for outcome in heard
        ]
        assert kinds == [
            (Status.PENDING, type(None)),
            (Status.REFUSED, NoLink),
            (None, TargetNotFound),
        ]


def test_the_fetch_names_the_sender(
    make_receiver: Callable[..., Receiver], source: SourceSite
) -> None:
    receiver = make_receiver(targets=targets, fetcher=Fetcher(site=SITE, allow=["127.0.0.0/8"]))
    receiver.receive(pingback(source.link("/a", POST)))
    (agent,) = source.user_agents
    assert SITE in agent
    assert "192.0.2.7" in agent
