"""Pings from our own pages."""

import pytest

from linkback_protocol import Action
from linkback_protocol.errors import SelfPing as SelfPingError
from linkback_protocol.validators import SelfPing
from tests.validators.support import candidate


@pytest.mark.parametrize(
    ("source", "hosts", "ours"),
    [
        ("http://ours.test/other/", (), True),
        ("https://OURS.test/other/", (), True),
        ("http://sub.ours.test/", (), False),
        ("http://blog.example/", (), False),
        ("http://photos.example/1", ("photos.example",), True),
        ("http://a.photos.example/1", ("photos.example",), True),
        ("http://myphotos.example/1", ("photos.example",), False),
    ],
)
def test_our_own_pages_are_known(source, hosts, ours):
    verdict = SelfPing(action="hold", hosts=hosts)(candidate("", source=source))
    assert (verdict is not None) == ours


def test_the_owner_chooses_what_becomes_of_them():
    ping = candidate("", source="http://ours.test/other/")
    assert SelfPing(action="hold")(ping).action is Action.HOLD
    assert SelfPing(action="approve")(ping).action is Action.APPROVE
    with pytest.raises(SelfPingError, match=r"ours\.test is ours too"):
        SelfPing()(ping)


@pytest.mark.parametrize("settings", [{"action": "spam"}, {"hosts": ("a b",)}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="SelfPing"):
        SelfPing(**settings)
