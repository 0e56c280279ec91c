"""Looking at sources again, over HTTP on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol import Fetcher, Limits, Receiver, Status
from linkback_protocol.linkback import Passage
from linkback_protocol.recheck import DAY, Finding, Rechecker
from tests.conftest import SITE
from tests.peers import LOOPBACK
from tests.receiver.test_receive import POST, pingback, targets, trackback

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkback_protocol import Linkback, Store
    from tests.peers import SourceSite

ESSAY = "The {0} of {0} and its many {0} parts, told at length for everybody who asked. " * 20


class Clock:
    def __init__(self) -> None:
        self.now = 4_000_000_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rechecker(store: Store, clock: Clock) -> Rechecker:
    fetcher = Fetcher(allow=LOOPBACK, deadline=5.0)
    return Rechecker(store, site=SITE, fetcher=fetcher, limits=Limits.off(), clock=clock)


@pytest.fixture
def receiver(make_receiver: Callable[..., Receiver]) -> Receiver:
    return make_receiver(targets=targets, moderate=False)


def only(rechecker: Rechecker) -> tuple[str, Linkback]:
    (checked,) = rechecker.run(older_than=0)
    return checked.finding, checked.after


def test_a_source_that_still_links_stays(
    receiver: Receiver, rechecker: Rechecker, source: SourceSite, clock: Clock, store: Store
) -> None:
    kept = receiver.receive(pingback(source.link("/a", POST)))
    began = clock.now
    finding, after = only(rechecker)
    assert (finding, after.status) == (Finding.LINKS, Status.APPROVED)
    assert [move.by for move in after.history] == ["receiver"]
    again = store.get(kept.id)
    assert again is not None
    assert again.checked is not None
    assert began < again.checked.timestamp() <= clock.now
    assert list(rechecker.run(older_than=DAY)) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"page": "<p>nothing", "status": 404}, Finding.GONE),
        ({"page": "<p>nothing", "status": 410}, Finding.GONE),
        ({"page": "<p>The link was taken out."}, Finding.NO_LINK),
        ({"page": b"\x89PNG", "content_type": "image/png"}, Finding.GONE),
    ],
)
def test_what_no_longer_links_is_gone_and_comes_back(
    receiver: Receiver,
    rechecker: Rechecker,
    source: SourceSite,
    change: dict[str, Any],
    finding: Finding,
) -> None:
    receiver.receive(pingback(source.link("/a", POST)))
    source.publish("/a", **change)
    found, after = only(rechecker)
    assert (found, after.status) == (finding, Status.GONE)
    assert after.history[-1].by == "recheck"
    assert finding in after.reasons[-1].reason
    assert only(rechecker)[1].status is Status.GONE
    source.link("/a", POST)
    found, after = only(rechecker)
    assert (found, after.status) == (Finding.LINKS, Status.APPROVED)
    assert [move.status for move in after.history] == ["approved", "gone", "approved"]


def test_the_passage_is_that_of_the_latest_reading(
    receiver: Receiver, rechecker: Rechecker, source: SourceSite, store: Store
) -> None:
    kept = receiver.receive(pingback(source.link("/a", POST)))
    source.publish("/a", f'<p>What was <a href="{POST}">written later</a>.')
    assert only(rechecker)[0] is Finding.LINKS
    evidence = store.evidence(kept.id)
    assert evidence is not None
    assert evidence.passage == Passage("What was ", "written later", ".")


def test_a_page_that_became_another_is_gone(
    receiver: Receiver, rechecker: Rechecker, source: SourceSite
) -> None:
    def publish(title: str, subject: str) -> str:
        link = f'<a href="{POST}">a post</a>'
        return source.publish("/a", f"<title>{title}</title><p>{ESSAY.format(subject)}{link}")

    receiver.receive(pingback(publish("On gardens", "garden")))
    publish("On gardens", "football")
    assert only(rechecker)[0] is Finding.LINKS
    publish("Gardens, and how to keep them", "football")
    assert only(rechecker)[0] is Finding.LINKS
    source.publish(
        "/a", f"<title>Cheap pills</title><p>{'Buy some pills here today. ' * 30}"
        f'<a href="{POST}">x</a>',
    )  # fmt: skip
    finding, after = only(rechecker)
    assert (finding, after.status) == (Finding.CHANGED, Status.GONE)
    assert "Cheap pills" in after.reasons[-1].reason


@pytest.mark.parametrize("status", [500, 503, 403, 429])
def test_a_source_that_cannot_be_read_is_given_time(
    receiver: Receiver, rechecker: Rechecker, source: SourceSite, clock: Clock, status: int
) -> None:
    receiver.receive(pingback(source.link("/a", POST)))
    source.publish("/a", "<p>later", status=status)
    statuses = []
    for days in (0, 3, 10, 2):
        clock.now += days * DAY
        finding, after = only(rechecker)
        assert finding is Finding.UNREACHABLE
        statuses.append(after.status)
    assert statuses == ["approved", "approved", "approved", "gone"]


def test_an_answer_forgets_that_it_was_unreachable(
    receiver: Receiver, rechecker: Rechecker, source: SourceSite, clock: Clock
) -> None:
    receiver.receive(pingback(source.link("/a", POST)))
    for days in (0, 10):
        source.publish("/a", "<p>later", status=500)
        clock.now += days * DAY
        only(rechecker)
    source.link("/a", POST)
    only(rechecker)
    source.publish("/a", "<p>later", status=500)
    clock.now += 10 * DAY
    assert only(rechecker)[1].status is Status.APPROVED


def test_the_longest_ago_comes_first_and_a_run_goes_on_where_it_was(
    receiver: Receiver, rechecker: Rechecker, source: SourceSite, clock: Clock
) -> None:
    for number in range(5):
        receiver.receive(pingback(source.link(f"/{number}", POST)))
    source.hits.clear()
    assert len(list(rechecker.run(older_than=DAY, limit=2, threads=1))) == 2
    assert source.hits == ["/0", "/1"]
    run = rechecker.run(older_than=DAY, threads=1)
    next(run)
    run.close()
    assert source.hits[:3] == ["/0", "/1", "/2"]
    list(rechecker.run(older_than=DAY, threads=1))
    assert sorted(set(source.hits)) == [f"/{number}" for number in range(5)]


def test_it_keeps_to_the_fetch_budget(receiver: Receiver, store: Store, source: SourceSite) -> None:
    for number in range(3):
        receiver.receive(pingback(source.link(f"/{number}", POST)))
    source.hits.clear()
    limits = Limits(fetch_interval=0.05)
    fetcher = Fetcher(allow=LOOPBACK)
    rechecker = Rechecker(store, site=SITE, fetcher=fetcher, limits=limits)
    assert len(list(rechecker.run(older_than=0, threads=3))) == 3
    assert len(source.hits) == 3


def test_what_nobody_is_shown_is_left_alone(
    receiver: Receiver, rechecker: Rechecker, source: SourceSite, store: Store
) -> None:
    kept = receiver.receive(pingback(source.link("/a", POST)))
    store.set_status(kept.id, Status.SPAM, now=0.0)
    assert list(rechecker.run(older_than=0)) == []


def test_trackbacks_that_never_linked_stay_where_that_is_allowed(
    make_receiver: Callable[..., Receiver], store: Store, source: SourceSite, clock: Clock
) -> None:
    receiver = make_receiver(targets=targets, moderate=False, unlinked_trackbacks="accept")
    receiver.receive(trackback(source.publish("/a", "<p>no link")))
    rechecker = Rechecker(
        store,
        site=SITE,
        fetcher=Fetcher(allow=LOOPBACK),
        limits=Limits.off(),
        unlinked_trackbacks=True,
        clock=clock,
    )
    assert only(rechecker)[1].status is Status.APPROVED
    source.publish("/a", "", status=404)
    assert only(rechecker)[1].status is Status.GONE


def test_an_owner_who_was_faster_wins(
    receiver: Receiver, rechecker: Rechecker, source: SourceSite, store: Store
) -> None:
    kept = receiver.receive(pingback(source.link("/a", POST)))
    source.publish("/a", "", status=404)
    (taken,) = store.unchecked([Status.APPROVED], before=5e9)
    store.set_status(kept.id, Status.TRASH, now=0.0)
    checked = rechecker.check(taken)
    assert (checked.finding, checked.after.status) == (Finding.GONE, Status.TRASH)
