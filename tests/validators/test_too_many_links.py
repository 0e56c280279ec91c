"""Sources that link to everybody."""

import pytest

from linkback_protocol.errors import Refused
from linkback_protocol.linkback import Action, Protocol
from linkback_protocol.validators.too_many_links import TooManyLinks
from tests.validators.support import TARGET, candidate

LINK = f'<a href="{TARGET}">an oven of clay</a>'
PROSE = "It was the custom of the house that whoever came late told a story before supper. "


def farm(count: int, *, href: str = "http://site{}.example/", between: str = " | ") -> str:
    links = between.join(f'<a href="{href.format(n)}">topic {n}</a>' for n in range(count))
    return f"<title>Links</title><div>{LINK}{between}{links}</div>"


def test_a_farm_is_held():
    verdict = TooManyLinks()(candidate(farm(60)))
    assert verdict.action is Action.HOLD
    assert verdict.reason.startswith("links to 60 other hosts among ")


@pytest.mark.parametrize(
    "html",
    [
        farm(50),
        farm(200, href="/page{}/"),
        farm(200, href="http://blog.example/{}"),
        farm(200, href="http://tag{}.blog.example/"),
        farm(200, href="http://site.example/{}"),
        farm(200, href="http://ours.test/{}"),
        farm(70, between=" I read this on the train to Narvik, and then once more at home. "),
        farm(80) + f"<article>{PROSE * 60}</article>",
        f"<article>{PROSE}{LINK}</article><aside>{farm(120)}</aside>",
        f"<!-- {farm(90)} --><p>{PROSE}{LINK}",
        f"<script>x = '{farm(90)}'</script><p>{PROSE}{LINK}",
    ],
    ids=["few", "own", "same-host", "same-domain", "one-host", "ours", "round-up", "prose"]
    + ["blogroll", "comment", "script"],
)
def test_honest_pages_pass(html):
    assert TooManyLinks()(candidate(html)) is None


@pytest.mark.parametrize(
    "href",
    ["//site{}.example/", "HTTP://Site{}.Example/", "http:&#x2F;&#47;site{}.example"]
    + ["http:&sol;&sol;site{}.example"],
)
def test_however_the_links_are_written(href):
    assert TooManyLinks()(candidate(farm(60, href=href))).action is Action.HOLD


def test_in_other_encodings_and_in_plain_text():
    ping = candidate(farm(60).encode("utf-16"), content_type="text/html; charset=utf-16")
    assert TooManyLinks()(ping).action is Action.HOLD
    text = " ".join(f"http://site{n}.example/" for n in range(60))
    ping = candidate(f"{text} {TARGET}", content_type="text/plain; charset=utf-8")
    assert TooManyLinks()(ping).action is Action.HOLD


def test_scripts_without_spaces_have_words_too():
    text = "汽車に乗って北へ行き、それから本を読んだ。" * 60
    assert TooManyLinks()(candidate(f"<p>{text}{farm(60)}")) is None


@pytest.mark.parametrize(
    ("excerpt", "held"),
    [
        ("See http://a.example/ and https://b.example/ and http://c.example/.", False),
        ("http://a.example http://b.example HTTP://c.example http://d.example", True),
        ("[url=x]a[/url] [URL=y]b[/url] <a href=z>c</a> [link=w]d[/link]", True),
    ],
)
def test_addresses_in_what_a_trackback_says(excerpt, held):
    ping = candidate(None, protocol=Protocol.TRACKBACK, excerpt=excerpt)
    verdict = TooManyLinks()(ping)
    assert (verdict is not None) == held
    if held:
        assert verdict.reason == "the trackback's texts have 4 addresses"


def test_the_owner_chooses():
    assert TooManyLinks(hosts=9)(candidate(farm(10))).action is Action.HOLD
    assert TooManyLinks(hosts=9, per_1000_words=1000)(candidate(farm(10))) is None
    assert TooManyLinks(action="spam")(candidate(farm(60))).action is Action.SPAM
    with pytest.raises(Refused):
        TooManyLinks(action="refuse")(candidate(farm(60)))


@pytest.mark.parametrize(
    "settings", [{"hosts": -1}, {"per_1000_words": -1}, {"in_texts": -1}, {"action": "approve"}]
)
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="TooManyLinks"):
        TooManyLinks(**settings)
