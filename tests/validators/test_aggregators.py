from __future__ import annotations

import pytest

from linkback_protocol.errors import Refused
from linkback_protocol.linkback import Action
from linkback_protocol.validators.aggregators import AGGREGATORS, Aggregator
from tests.validators.support import candidate


@pytest.mark.parametrize(
    "source",
    [
        "http://topsy.com/trackback?utm_source=pingback&url=http://ours.test/post/",
        "http://www.ubervu.com/conversations/ours.test/post/",
        "http://www.universityupdate.com/Schools/Virginia-Tech.aspx",
    ],
)
def test_catches_what_they_used_to_send(source: str) -> None:
    verdict = Aggregator()(candidate(None, source=source))
    assert verdict is not None
    assert verdict.action is Action.SPAM


def test_says_what_the_host_was() -> None:
    verdict = Aggregator(action="hold")(candidate(None, source="http://topsy.com/trackback"))
    assert verdict is not None
    assert verdict.action is Action.HOLD
    assert verdict.reason == f"topsy.com {AGGREGATORS['topsy.com']}"


@pytest.mark.parametrize("host", ["autopsy.com", "topsy.com.example", "blog.example"])
def test_leaves_others_alone(host: str) -> None:
    assert Aggregator()(candidate(None, source=f"http://{host}/topsy.com")) is None


def test_refuses() -> None:
    with pytest.raises(Refused):
        Aggregator(action="refuse")(candidate(None, source="http://topsy.com/"))


def test_knows_its_actions() -> None:
    with pytest.raises(ValueError, match="spam, hold, refuse"):
        Aggregator(action="abstain")
