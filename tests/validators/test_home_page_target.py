"""Pings for the home page."""

import pytest

from linkback_protocol import url
from linkback_protocol.errors import TargetNotPingable
from linkback_protocol.linkback import Action, Ping, Protocol
from linkback_protocol.validators import Candidate
from linkback_protocol.validators.home_page_target import HomePageTarget
from tests.validators.support import SOURCE, candidate

SITE = ("http://ours.test/", "https://shared.test/~ann/")


def is_held(target: str, *, site: tuple[str, ...] = SITE) -> bool:
    verdict = HomePageTarget()(candidate(None, target=target, site=site))
    assert verdict is None or verdict.action is Action.HOLD
    return verdict is not None


@pytest.mark.parametrize(
    "target",
    [
        "http://ours.test",
        "https://OURS.test/",
        "http://ours.test/#about",
        "http://ours.test/index.php",
        "http://ours.test/?utm_source=feed&UTM_medium=rss",
        "http://shared.test/~ann",
        "http://shared.test/~ann/Index.html",
    ],
)
def test_home_pages(target):
    assert is_held(target)


@pytest.mark.parametrize(
    "target",
    [
        "http://ours.test/post/",
        "http://ours.test/?p=12",
        "http://ours.test/?p=12&utm_source=feed",
        "http://ours.test/index.php/2020/post/",
        "http://ours.test/post/index.html",
        "http://www.ours.test/",
        "http://ours.test:8080/",
        "http://shared.test/",
        "http://shared.test/~anna/",
        "http://shared.test/~ann/post",
    ],
)
def test_other_pages(target):
    assert not is_held(target)


def test_without_a_site_the_root_of_the_host_is_home():
    assert is_held("http://any.test/", site=())
    assert not is_held("http://any.test/post", site=())


@pytest.mark.parametrize(
    ("target", "page", "reason"),
    [
        ("http://ours.test/gone", "http://ours.test/", "leads to the home page"),
        ("http://ours.test/", "http://ours.test/blog/", "the target is the home page"),
    ],
)
def test_the_target_and_where_it_leads_both_count(target, page, reason):
    redirected = Candidate(
        Ping(protocol=Protocol.PINGBACK, source=SOURCE, target=target),
        target=url.parse(target),
        page_url=url.parse(page),
        site=(url.parse("http://ours.test/"),),
        read_source=lambda _: pytest.fail("the source is not needed"),
    )
    assert reason in HomePageTarget()(redirected).reason


def test_the_owner_chooses_what_becomes_of_them():
    ping = candidate(None, target="http://ours.test/")
    assert HomePageTarget(action="spam")(ping).action is Action.SPAM
    with pytest.raises(TargetNotPingable):
        HomePageTarget(action="refuse")(ping)
    with pytest.raises(ValueError, match="HomePageTarget: action is one of"):
        HomePageTarget(action="approve")
