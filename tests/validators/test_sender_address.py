from __future__ import annotations

import socket
from typing import Any

import pytest

from linkback_protocol.linkback import Action
from linkback_protocol.validators.sender_address import SenderAddress
from tests.support import wait_until
from tests.validators.resolvers import Resolver
from tests.validators.support import candidate

HOSTS = {
    "blog.example": ["198.51.100.7", "2001:db8:1:2::3"],
    "www.blog.example": ["198.51.100.7"],
    "out.blog.example": ["192.0.2.44"],
    "blog.other.example": ["192.0.2.45"],
}
NAMES = {
    "192.0.2.44": ["out.blog.example"],
    "192.0.2.45": ["blog.other.example"],
    "192.0.2.46": ["out.blog.example"],
    "192.0.2.47": ["not a name", "", "x" * 300, "-", "*.blog.example"],
}


def validator(**settings: Any) -> SenderAddress:
    return SenderAddress(**({"resolve": Resolver(HOSTS), "reverse": Resolver(NAMES)} | settings))


def judge(sender: str, source: str = "http://blog.example/post", **settings: Any):
    return validator(**settings)(candidate(None, source=source, sender=sender))


@pytest.mark.parametrize(
    "sender",
    [
        "198.51.100.7",
        "198.51.100.200",
        "::ffff:198.51.100.7",
        "2001:db8:1:2::3",
        "2001:db8:1:ffff::9",
        "192.0.2.44",
    ],
)
def test_knows_what_belongs_to_the_host(sender: str) -> None:
    assert judge(sender, action="spam") is None


@pytest.mark.parametrize(
    ("sender", "what"),
    [
        ("198.51.101.7", "another network"),
        ("2001:db8:2:2::3", "another network"),
        ("192.0.2.45", "a name of another domain"),
        ("192.0.2.46", "a name that does not lead back"),
        ("192.0.2.47", "names that are none"),
        ("192.0.2.99", "no name"),
    ],
)
def test_notices_what_does_not(sender: str, what: str) -> None:
    verdict = judge(sender, action="spam")
    assert verdict is not None, what
    assert verdict.action is Action.SPAM
    assert verdict.reason == (
        f"the sender {sender} is no address of blog.example (198.51.100.7, 2001:db8:1:2::3)"
    )


def test_only_notes_it_unless_told() -> None:
    verdict = judge("192.0.2.99")
    assert verdict is not None
    assert verdict.action is Action.ABSTAIN
    verdict = judge("192.0.2.99", action="hold")
    assert verdict is not None
    assert verdict.action is Action.HOLD


def test_a_host_without_address_has_no_sender() -> None:
    verdict = judge("192.0.2.99", "http://nowhere.example/", action="hold")
    assert verdict is not None
    assert verdict.reason.endswith("nowhere.example (it has none)")


def test_reads_addresses_in_the_source() -> None:
    assert judge("198.51.100.7", "http://198.51.100.7/", action="spam") is None
    assert judge("2001:db8:1::5", "http://[2001:db8:1::7]/", action="spam") is None
    resolve, reverse = Resolver(HOSTS), Resolver(NAMES)
    verdict = judge(
        "192.0.2.44", "http://198.51.100.7/", action="spam", resolve=resolve, reverse=reverse
    )
    assert verdict is not None
    assert resolve.asked == reverse.asked == []


@pytest.mark.parametrize(
    "sender",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "100.64.0.1", "::1", "fd00::1", "fe80::1%eth0"],
)
def test_abstains_where_a_proxy_hides_the_sender(sender: str) -> None:
    resolve = Resolver(HOSTS)
    verdict = judge(sender, action="spam", resolve=resolve)
    assert verdict is not None
    assert verdict.action is Action.ABSTAIN
    assert "proxy" in verdict.reason
    assert resolve.asked == []


def test_says_nothing_of_trusted_senders() -> None:
    trusted = ["192.0.2.0/24", "10.0.0.0/8", "2001:db8:ff::/48"]
    for sender in ("192.0.2.99", "10.1.2.3", "2001:db8:ff::1", "::ffff:192.0.2.99"):
        assert judge(sender, action="spam", trusted=trusted) is None


@pytest.mark.parametrize("sender", ["", "unknown", "blog.example"])
def test_says_nothing_where_the_sender_is_not_known(sender: str) -> None:
    assert judge(sender, action="spam") is None


@pytest.mark.parametrize("hanging", ["resolve", "reverse"])
def test_abstains_where_the_answer_is_late(hanging: str) -> None:
    stuck = Resolver({"blog.example": None, "192.0.2.99": None})
    verdict = judge("192.0.2.99", action="spam", seconds=0.05, **{hanging: stuck})
    stuck.release()
    assert verdict is not None
    assert verdict.action is Action.ABSTAIN
    assert verdict.reason == "the addresses of blog.example were not found in 0.05 s"


def test_uses_a_late_answer_for_the_next_ping() -> None:
    stuck = Resolver({"blog.example": None})
    asked = validator(action="spam", seconds=0.05, resolve=stuck)
    ping = candidate(None, source="http://blog.example/", sender="192.0.2.99")
    first = asked(ping)
    assert first is not None
    assert first.action is Action.ABSTAIN
    stuck.release()

    def decides() -> bool:
        verdict = asked(ping)
        return verdict is not None and verdict.action is Action.SPAM

    wait_until(decides)
    assert set(stuck.asked) == {"blog.example"}


def test_abstains_where_nobody_can_tell() -> None:
    failing = Resolver({"blog.example": socket.gaierror(socket.EAI_AGAIN, "try again")})
    verdict = judge("192.0.2.99", action="spam", resolve=failing)
    assert verdict is not None
    assert verdict.action is Action.ABSTAIN
    assert "try again" in verdict.reason


def test_takes_no_such_name_for_an_answer() -> None:
    missing = Resolver({"blog.example": socket.gaierror(socket.EAI_NONAME, "unknown")})
    nameless = Resolver({"192.0.2.99": socket.herror(1, "Unknown host")})
    verdict = judge("192.0.2.99", action="spam", resolve=missing, reverse=nameless)
    assert verdict is not None
    assert verdict.action is Action.SPAM


def test_remembers_answers_but_no_failures() -> None:
    resolve, reverse = Resolver(dict(HOSTS)), Resolver(NAMES)
    asked = validator(resolve=resolve, reverse=reverse)
    ping = candidate(None, source="http://blog.example/", sender="192.0.2.99")
    assert asked(ping) == asked(ping)
    assert resolve.asked == ["blog.example"]
    assert reverse.asked == ["192.0.2.99"]
    resolve.table["failing.example"] = OSError("no network")
    for _ in range(2):
        asked(candidate(None, source="http://failing.example/", sender="192.0.2.99"))
    assert resolve.asked.count("failing.example") == 2


def test_forgets_answers_that_are_old_or_too_many() -> None:
    ping = candidate(None, source="http://blog.example/", sender="198.51.100.7")
    for settings in ({"ttl": 0.0}, {"size": 0}):
        resolve = Resolver(HOSTS)
        asked = validator(resolve=resolve, **settings)
        asked(ping)
        asked(ping)
        assert resolve.asked == ["blog.example"] * 2
    resolve = Resolver(HOSTS)
    asked = validator(resolve=resolve, size=2)
    for host in ("blog", "www.blog", "blog", "out.blog", "www.blog", "blog"):
        asked(candidate(None, source=f"http://{host}.example/", sender="198.51.100.7"))
    assert resolve.asked[:3] == ["blog.example", "www.blog.example", "out.blog.example"]
    assert resolve.asked[-1] == "blog.example"


def test_confirms_few_names_and_reads_few_addresses() -> None:
    names = [f"host{number}.blog.example" for number in range(1000)]
    resolve = Resolver({"blog.example": ["198.51.100.7"] * 1000})
    judge("192.0.2.99", resolve=resolve, reverse=Resolver({"192.0.2.99": names}))
    assert len(resolve.asked) == 5
    crowd = Resolver({"blog.example": ["198.51.100.7"] * 64 + ["192.0.2.99"]})
    assert judge("192.0.2.99", action="spam", resolve=crowd) is not None


def test_asks_the_system_by_default() -> None:
    asked = SenderAddress(action="spam", seconds=10)
    # Whatever name servers there are: this name leads nowhere else (RFC 6761 6.3).
    assert asked(candidate(None, source="http://localhost/", sender="::ffff:127.0.0.1")) is not None
    verdict = asked(candidate(None, source="http://localhost/", sender="192.0.2.99"))
    assert verdict is not None
    if verdict.action is Action.SPAM:
        assert verdict.reason.startswith("the sender 192.0.2.99 is no address of localhost (")


def test_settings() -> None:
    for settings, message in (
        ({"action": "refuse"}, "abstain, hold, spam"),
        ({"seconds": 0}, "seconds"),
        ({"ttl": -1}, "ttl"),
        ({"size": -1}, "size"),
        ({"trusted": "10.0.0.0/8"}, "is a list"),
        ({"trusted": ["10.0.0.1/8"]}, "host bits"),
    ):
        with pytest.raises(ValueError, match=message):
            validator(**settings)
