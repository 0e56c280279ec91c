from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Fetcher, SQLiteStore
from linkback_protocol.sender import Outbox, Retry, Sender, State
from tests.sender.blogs import ACCEPTED, LOOPBACK, WELCOME, Blog, article, fault
from tests.support import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from linkback_protocol.sender import Delivery, Published


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "linkbacks.db"


@pytest.fixture
def open_outbox(file: Path, sender: Sender, clock: Clock) -> Iterator[Callable[[], Outbox]]:
    made = []

    def make() -> Outbox:
        made.append(Outbox(file, sender, clock=clock, retry=Retry(random=random.Random(1))))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def outbox(open_outbox: Callable[[], Outbox]) -> Outbox:
    return open_outbox()


def outcomes(deliveries: list[Delivery]) -> list[str]:
    return [str(each.outcome) for each in deliveries]


def before(published: Published) -> list[str]:
    return [each.delivery.target for each in published.before]


def test_what_was_sent_is_not_sent_again(
    me: Blog, other: Blog, open_outbox: Callable[[], Outbox]
) -> None:
    source = me.serve("/my", article(other.post("/a"), other.serve("/none", "<p>x")))
    assert outcomes(open_outbox().send(source).deliveries) == ["sent", "no endpoint"]
    again = open_outbox().send(source)
    assert again.deliveries == []
    assert before(again) == [other.url + "/a", other.url + "/none"]
    assert len(other.pings) == 1


def test_only_new_links_are_sent_and_removed_ones_are_told(
    me: Blog, other: Blog, outbox: Outbox
) -> None:
    a, b, c = other.post("/a"), other.post("/b"), other.post("/c")
    source = me.serve("/my", article(a, b))
    outbox.send(source)
    me.serve("/my", article(b + "#there", c))
    changed = outbox.send(source)
    assert [each.target for each in changed.deliveries] == [c]
    assert before(changed) == [b]
    assert [each.delivery.target for each in changed.removed] == [a]
    assert outbox.send(source).removed == [], "it is told once"
    assert [entry.linked for entry in outbox.file.find()] == [False, True, True]


def test_force_sends_again(me: Blog, other: Blog, outbox: Outbox) -> None:
    source = me.serve("/my", article(other.post("/a")))
    outbox.send(source)
    assert outcomes(outbox.send(source, force=True).deliveries) == ["sent"]
    assert len(other.pings) == 2


def test_known_is_as_good_as_sent(me: Blog, other: Blog, outbox: Outbox) -> None:
    source = me.serve("/my", article(other.post("/a", answer=fault(48))))
    outbox.send(source)
    (entry,) = outbox.file.find()
    assert (entry.state, entry.delivery.code) == (State.DONE, 48)


def test_a_refusal_is_for_good(me: Blog, other: Blog, outbox: Outbox, clock: Clock) -> None:
    source = me.serve("/my", article(other.post("/a", answer=fault(17))))
    (delivery,) = outbox.send(source).deliveries
    assert not delivery.temporary
    clock.now += 1e6
    assert outbox.retry_due() == []
    (entry,) = outbox.file.find(state=[State.FAILED])
    assert "no link" in entry.delivery.detail
    other.xml("/pingback", ACCEPTED)
    assert outcomes(outbox.retry([entry.id])) == ["sent"]


def test_what_fails_for_now_is_tried_again_with_pauses(
    me: Blog, other: Blog, outbox: Outbox, clock: Clock
) -> None:
    source = me.serve("/my", article(other.post("/a", answer=b"busy", status=503)))
    started = clock.now
    (delivery,) = outbox.send(source).deliveries
    assert delivery.temporary
    assert outbox.retry_due() == [], "not at once"
    pauses = []
    while (entry := outbox.file.find()[0]).state is State.WAITING:
        pauses.append(entry.due - clock.now)
        assert clock.now - started <= Retry().max_age
        clock.now = entry.due
        outbox.retry_due()
    assert entry.state is State.FAILED
    assert pauses[0] >= 60
    assert pauses[1] > pauses[0] * 3
    assert len(pauses) == len(other.pings) - 1
    assert 6 <= len(pauses) <= 15
    assert outbox.retry_due() == []


def test_what_works_later_is_done(me: Blog, other: Blog, outbox: Outbox, clock: Clock) -> None:
    source = me.serve("/my", article(other.old_post("/a", answer=b"busy", status=503)))
    outbox.send(source)
    other.xml("/trackback", WELCOME)
    clock.now += 3600
    assert outcomes(outbox.retry_due()) == ["sent"]
    assert outbox.file.find()[0].state is State.DONE
    first, second = other.pings
    assert first.body == second.body, "a trackback tells the same again"


def test_sending_again_tries_what_waits(me: Blog, other: Blog, outbox: Outbox) -> None:
    source = me.serve("/my", article(other.post("/a", answer=b"busy", status=503)))
    outbox.send(source)
    other.xml("/pingback", ACCEPTED)
    assert outcomes(outbox.send(source).deliveries) == ["sent"]


def test_a_link_that_is_gone_is_not_told_of_later(
    me: Blog, other: Blog, outbox: Outbox, clock: Clock
) -> None:
    source = me.serve("/my", article(other.post("/a", answer=b"busy", status=503)))
    outbox.send(source)
    me.serve("/my", article())
    assert len(outbox.send(source).removed) == 1
    clock.now += 1e5
    assert outbox.retry_due() == []


def test_a_given_trackback_address_is_used_once(me: Blog, other: Blog, outbox: Outbox) -> None:
    address = other.xml("/tb", WELCOME)
    source = me.serve("/my", article())
    assert outcomes(outbox.send_trackback(source, address).deliveries) == ["sent"]
    assert len(outbox.send_trackback(source, address).before) == 1
    assert outbox.send(source).removed == [], "it was never a link"
    assert len(other.pings) == 1


def test_forgetting(me: Blog, other: Blog, outbox: Outbox) -> None:
    source = me.serve("/my", article(other.post("/a"), other.post("/b")))
    outbox.send(source)
    entry = outbox.file.find()[0]
    assert outbox.file.forget(entry_ids=[entry.id, 10**30]) == 1
    assert outcomes(outbox.send(source).deliveries) == ["sent"]
    assert outbox.file.forget(source=entry.link.url) == 0
    assert len(outbox.file.find()) == 2


def test_later_is_soon(me: Blog, other: Blog, outbox: Outbox) -> None:
    a, b = other.post("/a"), other.post("/b")
    outbox.later(me.serve("/one", article(a)))
    outbox.later(me.url + "/two", article(b))
    wait_until(lambda: len(other.pings) == 2)
    wait_until(lambda: all(each.state is State.DONE for each in outbox.file.find()))


class Full:
    """An executor without room."""

    def submit(self, *_: object) -> bool:
        return False


def test_later_is_not_lost(me: Blog, other: Blog, file: Path, sender: Sender, clock: Clock) -> None:
    a, b = other.post("/a"), other.post("/b")
    with Outbox(file, sender, executor=Full(), clock=clock) as first:
        first.later(me.serve("/one", article(a)))
        first.later(me.url + "/two", article(b))
        with pytest.raises(ValueError, match="no address"):
            first.later("nonsense")
    assert other.got == []
    with Outbox(file, sender, clock=clock) as second:
        assert sorted(outcomes(second.retry_due())) == ["sent", "sent"]
        assert second.retry_due() == []


def test_a_source_that_is_not_there_yet(
    me: Blog, other: Blog, file: Path, sender: Sender, clock: Clock
) -> None:
    with Outbox(file, sender, executor=Full(), clock=clock) as outbox:
        outbox.later(me.url + "/soon")
        assert outbox.retry_due() == []
        me.serve("/soon", article(other.post("/a")))
        assert outbox.retry_due() == [], "not at once"
        clock.now += 3600
        assert outcomes(outbox.retry_due()) == ["sent"]
        outbox.later(me.url + "/never")
        asked = len(me.got)
        clock.now += Retry().max_age + 1
        outbox.retry_due()
        clock.now += 1e6
        outbox.retry_due()
        assert len(me.got) == asked + 1, "it is given up"


def test_two_at_once_send_once(me: Blog, other: Blog, open_outbox: Callable[[], Outbox]) -> None:
    entered, let_go = threading.Event(), threading.Event()

    def wait() -> None:
        entered.set()
        let_go.wait(30)

    source = me.serve("/my", article(other.post("/a", before=wait)))
    first, second = open_outbox(), open_outbox()
    done: list[Published] = []
    thread = threading.Thread(target=lambda: done.append(first.send(source)))
    thread.start()
    assert entered.wait(30)
    meanwhile = second.send(source, force=True)
    assert meanwhile.deliveries == []
    assert len(meanwhile.elsewhere) == 1
    let_go.set()
    thread.join()
    assert outcomes(done[0].deliveries) == ["sent"]
    assert len(other.pings) == 1


def test_the_file_of_a_store(file: Path, me: Blog, other: Blog, sender: Sender) -> None:
    with SQLiteStore(file) as store, Outbox(file, sender) as outbox:
        outbox.send(me.serve("/my", article(other.post("/a"))))
        assert store.count()["approved"] == 0  # type: ignore[index]
    with SQLiteStore(file):
        pass


def test_many_links_are_kept_before_any_is_sent(
    me: Blog, other: Blog, outbox: Outbox, file: Path
) -> None:
    posts = [other.post(f"/{n}") for n in range(30)]
    seen = []
    reader = Sender(fetcher=Fetcher(allow=LOOPBACK))
    with Outbox(file, reader) as looker:
        other.replies["/0"].before = lambda: seen.append(len(looker.file.find()))
        outbox.send(me.serve("/my", article(*posts)))
    assert seen == [30]


_KILLED = """
import sys
from linkback_protocol import Fetcher
from linkback_protocol.sender import Outbox, Sender
sender = Sender(fetcher=Fetcher(allow=["127.0.0.0/8"], deadline=30.0), deadline=30.0, per_host=9)
Outbox(sys.argv[1], sender).send(sys.argv[2])
"""


def kill_while_sending(file: Path, source: str, is_time: Callable[[], object]) -> None:
    """Send in another process, and kill that when it is time."""
    process = subprocess.Popen([sys.executable, "-c", _KILLED, str(file), source])
    try:
        wait_until(is_time)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_a_killed_process_loses_nothing_and_sends_nothing_thrice(
    me: Blog, other: Blog, open_outbox: Callable[[], Outbox], file: Path
) -> None:
    """Of nine pings, four are answered, three are sent and not answered, two not begun."""
    let_go = threading.Event()
    hang = lambda: let_go.wait(60)  # noqa: E731
    done = [other.post(f"/done{n}", other.xml(f"/rpc/done{n}", ACCEPTED)) for n in range(4)]
    hung = [
        other.post(f"/hung{n}", other.xml(f"/rpc/hung{n}", ACCEPTED, before=hang)) for n in range(3)
    ]
    asked = [other.serve(f"/asked{n}", "<p>x", before=hang) for n in range(2)]
    source = me.serve("/my", article(*done, *hung, *asked))

    def is_time() -> bool:
        paths = [each.path for each in other.got]
        return sum(path.startswith("/rpc") for path in paths) == 7 and all(
            f"/asked{n}" in paths for n in range(2)
        )

    kill_while_sending(file, source, is_time)
    let_go.set()
    # What was answered a moment before the end may not be recorded.
    outbox = open_outbox()
    recorded = [each.delivery.target for each in outbox.file.find(state=[State.DONE])]
    assert len(outbox.file.find()) == 9
    for n in range(2):
        other.post(f"/asked{n}", other.xml(f"/rpc/asked{n}", ACCEPTED))
    for n in range(3):
        # As receivers do with what they have.
        other.xml(f"/rpc/hung{n}", fault(48))
    after = outbox.send(source)
    assert [each.state for each in outbox.file.find()] == [State.DONE] * 9
    times = {each.path: 0 for each in other.pings}
    for each in other.pings:
        times[each.path] += 1
    for n in range(4):
        assert times[f"/rpc/done{n}"] == (1 if done[n] in recorded else 2)
    assert [times[f"/rpc/hung{n}"] for n in range(3)] == [2, 2, 2]
    assert [times[f"/rpc/asked{n}"] for n in range(2)] == [1, 1]
    assert {str(each.outcome) for each in after.deliveries} <= {"known", "sent"}


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_a_ping_that_kills_its_sender_is_given_up(
    me: Blog, other: Blog, open_outbox: Callable[[], Outbox], file: Path
) -> None:
    let_go = threading.Event()
    source = me.serve("/my", article(other.post("/a", before=lambda: let_go.wait(60))))
    for times in (1, 2):
        kill_while_sending(file, source, lambda times=times: len(other.pings) == times)
    let_go.set()
    (delivery,) = open_outbox().send(source).deliveries
    assert "interrupted twice" in delivery.detail
    assert len(other.pings) == 2


@pytest.mark.parametrize(
    "settings", [{"first": 0}, {"longest": 1}, {"factor": 0.5}, {"max_age": -1}, {"jitter": -1}]
)
def test_patience_that_makes_no_sense(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="Retry"):
        Retry(**settings)  # type: ignore[arg-type]
