"""Whether the source links here."""

import pytest

from linkback_protocol import url
from linkback_protocol.errors import NoLink, SourceError
from linkback_protocol.judgement import judge, require_link
from linkback_protocol.linkback import Action, Ping, Protocol, Status
from linkback_protocol.page import Page
from linkback_protocol.validators import Candidate
from linkback_protocol.validators.links_back import LinksBack
from tests.validators.support import SOURCE, TARGET, candidate

LINKED = f'<p>I read <a href="{TARGET}">a post</a>, and liked it.'
TO_FRONT = '<p>See <a href="http://ours.test/">ours.test</a> for more of it.'


def trackback(
    html: str, *, found: str = SOURCE, site: str = "http://ours.test/", fetched: bool = True
) -> Candidate:
    """Return a trackback's candidate as the receiver makes it that lets unverified ones in."""

    def read_source(asked: Candidate):
        page = Page.parse(html.encode(), url=url.parse(found))
        if not fetched:
            return None, []
        asked.fetched = page
        try:
            return page, require_link(asked, page)
        except SourceError:
            return None, []

    return Candidate(
        Ping(protocol=Protocol.TRACKBACK, source=SOURCE, target=TARGET),
        target=url.parse(TARGET),
        page_url=url.parse(TARGET),
        site=(url.parse(site),) if site else (),
        read_source=read_source,
    )


def test_a_link_to_the_target_is_what_is_asked_for():
    assert LinksBack()(trackback(LINKED)) is None
    assert LinksBack(anywhere=True)(trackback(LINKED)) is None
    assert LinksBack()(candidate(LINKED)) is None


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<p>Nothing of the kind.", "the source does not link to the target"),
        (TO_FRONT, "the source does not link to the target"),
    ],
)
def test_a_source_without_it_is_held(html, reason):
    verdict = LinksBack()(trackback(html))
    assert (verdict.action, verdict.reason) == (Action.HOLD, reason)


def test_so_is_one_that_could_not_be_read():
    verdict = LinksBack()(trackback(LINKED, fetched=False))
    assert verdict.action is Action.HOLD
    assert "could not be read" in verdict.reason


def test_the_owner_chooses_what_becomes_of_them():
    assert LinksBack(action="spam")(trackback("<p>Buy!")).action is Action.SPAM
    with pytest.raises(NoLink, match="does not link"):
        LinksBack(action="refuse")(trackback("<p>Buy!"))


def test_anywhere_takes_a_link_to_another_page_of_ours():
    verdict = LinksBack(anywhere=True, action="spam")(trackback(TO_FRONT))
    assert verdict.action is Action.ABSTAIN
    assert "http://ours.test/" in verdict.reason
    judged = judge(
        trackback(TO_FRONT),
        [LinksBack(anywhere=True, action="spam")],
        moderate=False,
        accept_unlinked=True,
    )
    assert judged.status is Status.APPROVED


@pytest.mark.parametrize(
    "html",
    [
        "<p>Nothing of the kind.",
        '<div style="display:none"><a href="http://ours.test/">x</a></div><p>Text.',
        '<img src="http://ours.test/photo.jpg"> <p>Text.',
        '<link rel="related" href="http://ours.test/"><p>Text.',
        '<p><a href="http://ours.test.evil.example/">ours.test</a>',
    ],
)
def test_anywhere_wants_a_link_that_a_reader_can_follow(html):
    assert LinksBack(anywhere=True)(trackback(html)).action is Action.HOLD


def test_a_page_of_ours_that_the_source_redirects_to_proves_nothing():
    verdict = LinksBack(anywhere=True)(trackback(LINKED, found="http://ours.test/archive/"))
    assert verdict.action is Action.HOLD
    assert "redirects to this site" in verdict.reason


def test_without_a_site_only_the_target_counts():
    assert LinksBack(anywhere=True)(trackback(TO_FRONT, site="")).action is Action.HOLD


def test_a_pingback_without_the_link_is_refused_whatever_the_setting():
    def read_source(asked: Candidate):
        asked.fetched = Page.parse(TO_FRONT.encode(), url=url.parse(SOURCE))
        return asked.fetched, require_link(asked, asked.fetched)

    pingback = Candidate(
        Ping(protocol=Protocol.PINGBACK, source=SOURCE, target=TARGET),
        target=url.parse(TARGET),
        page_url=url.parse(TARGET),
        site=(url.parse("http://ours.test/"),),
        read_source=read_source,
    )
    with pytest.raises(NoLink):
        LinksBack(anywhere=True)(pingback)


def test_settings_are_checked():
    with pytest.raises(ValueError, match="LinksBack: action is one of"):
        LinksBack(action="approve")
