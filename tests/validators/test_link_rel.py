"""What ``rel`` says of the links to us."""

import pytest

from linkback_protocol.errors import Refused
from linkback_protocol.linkback import Action
from linkback_protocol.validators.link_rel import LinkRel
from tests.validators.support import TARGET, candidate


def page(*rels: str) -> str:
    links = " and ".join(f'<a rel="{rel}" href="{TARGET}">an oven of clay</a>' for rel in rels)
    return f"<title>Ovens</title><article><p>We were given {links}, to write about.</article>"


@pytest.mark.parametrize("rel", ["sponsored", "Sponsored noopener", "nofollow sponsored"])
def test_a_paid_link_is_held(rel):
    verdict = LinkRel()(candidate(page(rel)))
    assert verdict.action is Action.HOLD
    assert verdict.reason == "the link says rel=sponsored"


@pytest.mark.parametrize("rel", ["", "nofollow", "ugc nofollow", "noopener", "unsponsored"])
def test_what_wikis_and_forums_write_is_not(rel):
    assert LinkRel()(candidate(page(rel))) is None


def test_one_link_without_it_is_enough():
    assert LinkRel()(candidate(page("sponsored", ""))) is None
    verdict = LinkRel()(candidate(page("sponsored", "sponsored")))
    assert verdict.reason == "all 2 links say rel=sponsored"


def test_but_not_one_that_nobody_sees():
    hidden = f'<div hidden><a href="{TARGET}">x</a></div>'
    assert LinkRel()(candidate(page("sponsored") + hidden)).action is Action.HOLD


def test_the_owner_chooses_the_tokens():
    held = LinkRel(tokens=["UGC", "nofollow"], action="spam")
    assert held(candidate(page("ugc"))).action is Action.SPAM
    assert held(candidate(page("ugc", "nofollow"))).reason == "all 2 links say rel=nofollow or ugc"
    assert held(candidate(page("sponsored"))) is None
    with pytest.raises(Refused):
        LinkRel(action="refuse")(candidate(page("sponsored")))


def test_an_unverified_trackback_has_no_rel():
    assert LinkRel()(candidate(None)) is None


@pytest.mark.parametrize(
    "settings",
    [{"tokens": []}, {"tokens": "ugc"}, {"tokens": ["no follow"]}, {"tokens": [""]}]
    + [{"action": "approve"}],
)
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="LinkRel"):
        LinkRel(**settings)
