import pytest

from linkback_protocol.errors import Refused
from linkback_protocol.linkback import Action
from linkback_protocol.validators.parked import MAX_WORDS, Parked
from tests.validators.support import TARGET, candidate

HOST = "http://www.umbrella-mending.example/"
LINK = f'<a href="{TARGET}">Mending an umbrella</a>'


def _judge(html, *, source=HOST, **settings):
    return Parked(**settings)(candidate(html, source=source))


@pytest.mark.parametrize(
    "sentence",
    [
        "The domain umbrella-mending.example is registered here. Interested in this domain?",
        "Buy this domain now!",
        "This Web page is parked for FREE, courtesy of a registrar.",
        "Diese Domain steht zum Verkauf.",
        "Ce nom de domaine est à vendre !",
        "Домен продаётся",
        "このドメインはお名前で取得されています。",
        "This premium domain may be yours. Related: Contractors Near Me",
    ],
)
def test_a_domain_that_says_so_is_held(sentence):
    html = f"<title>umbrella-mending.example</title><h1>{sentence}</h1><p>{LINK}</p>"
    verdict = _judge(html)
    assert verdict.action is Action.HOLD
    assert verdict.reason.startswith("a parked domain: it says ")


def test_what_stands_beside_counts_under_the_name_of_the_host():
    html = (
        "<title>umbrella-mending.example</title><p>Related searches</p><ul><li>Umbrellas"
        f"<li>Rain<li>{LINK}</ul><p>Sponsored listings</p>"
    )
    assert _judge(html).reason == "a parked domain: it has related searches and sponsored listings"
    assert _judge(html.replace("umbrella-mending.example", "What I found")) is None


def test_who_parks_is_known_by_the_hosts():
    html = f"<title>x</title><script src='//img.sedoparking.com/js'></script><p>{LINK}</p>"
    assert _judge(html).reason == "a parked domain: it names sedoparking.com"


@pytest.mark.parametrize(
    "html",
    [
        f"<title>Repairs</title><p>Nothing but a rib was broken. See {LINK}.</p>",
        (
            "<title>Gone</title><p>The old address now says that this domain is for sale. I should "
            f"have paid in March. The post on umbrellas is safe, and so is {LINK}.</p>"
        ),
        (
            "<title>Domain names</title><p>Whoever wants to sell writes: this domain is for sale. "
            + "The price is a matter of patience, and of who comes along. " * (MAX_WORDS // 12)
            + f"{LINK}</p>"
        ),
        f"<title>Repairs</title><p>Related links: {LINK}</p>",
        f"<title>Repairs</title><p>They took <a href='http://danish.example/'>it</a>. {LINK}</p>",
    ],
    ids=["page", "speaks", "long", "related", "other host"],
)
def test_a_page_by_somebody_is_passed_over(html):
    assert _judge(html) is None


def test_the_owner_chooses():
    html = f"<title>x</title><p>Buy this domain. {LINK}</p>"
    assert _judge(html, action="spam").action is Action.SPAM
    with pytest.raises(Refused):
        _judge(html, action="refuse")
    with pytest.raises(ValueError, match="Parked: action"):
        Parked(action="approve")


def test_a_page_that_could_not_be_read_is_no_parked_one():
    assert _judge(None) is None
