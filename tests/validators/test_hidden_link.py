"""Links to us that no reader sees, and those that no writer set."""

import pytest

from linkback_protocol.errors import Refused
from linkback_protocol.linkback import Action, Protocol
from linkback_protocol.validators.hidden_link import HEADINGS, MAX_LINKS, HiddenLink
from tests.validators.support import TARGET, candidate

PROSE = "<p>It was the custom of the house that whoever came late told a story before supper."
LINK = f'<a href="{TARGET}">an oven of clay</a>'


def post(*parts: str) -> str:
    return f"<title>A post</title><article><h1>A post</h1>{PROSE}{''.join(parts)}{PROSE}</article>"


def widget(heading: str, *, note: str = "", before: int = 2, behind: int = 2, link: str = LINK):
    items = [f'<a href="http://site{n}.example/">Some other topic {n}</a>' for n in range(9)]
    listed = "".join(f"<li>{each} {note}" for each in [*items[:before], link, *items[9 - behind :]])
    return f"<h3>{heading}</h3><ul>{listed}</ul>"


@pytest.mark.parametrize(
    "html",
    [
        post(f"<p>See {LINK}."),
        post(f'<div style="display:none">{LINK}</div><p>See {LINK}.'),
        post(f'<a href="{TARGET}"><img src="oven.jpg" alt="."></a>'),
        post(f'<p>See <a href="{TARGET}">→</a>'),
        f"<nav>{LINK}</nav>{post(f'<p>See {LINK}.')}",
        f"<header>{LINK}</header>{PROSE}",
    ],
    ids=["text", "hidden-too", "picture", "arrow", "menu-too", "header"],
)
def test_one_link_that_a_reader_sees_is_enough(html):
    assert HiddenLink()(candidate(html)) is None


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        (f'<div style="display:none">{LINK}</div>', "display:none"),
        (f"<ul hidden><li>{LINK}</ul>", "hidden attribute"),
        (f'<p style="position:absolute;left:-9999px">{LINK}', "off-screen"),
        (f'<a href="{TARGET}"></a>', "empty anchor"),
        (f'<p>So it was<a href="{TARGET}">.</a>', "an anchor of '.'"),
    ],
)
def test_a_link_that_nobody_sees_is_spam(markup, why):
    verdict = HiddenLink()(candidate(post(markup)))
    assert verdict.action is Action.SPAM
    assert verdict.reason == f"the link is hidden: {why}"


def test_several_of_them_are_no_better():
    verdict = HiddenLink()(candidate(post(f'<div hidden>{LINK}</div><a href="{TARGET}"></a>')))
    assert verdict.reason == "all links to us are hidden: hidden attribute"


def test_a_page_that_hides_all_of_itself_is_held():
    html = f'<div style="opacity:0">{post(f"<p>See {LINK}.")}</div>'
    verdict = HiddenLink()(candidate(html))
    assert verdict.action is Action.HOLD
    assert "as is nearly all of the page" in verdict.reason
    with pytest.raises(Refused):
        HiddenLink(hidden="refuse")(candidate(html))


@pytest.mark.parametrize(
    "heading",
    ["Related Posts", "You may also like:", "Ähnliche Beiträge im Netz", "Articles similaires"]
    + ["ENTRADAS RELACIONADAS", "Articoli correlati", "Gerelateerde berichten", "Leia também"]
    + ["関連記事", "Похожие записи", "Possibly related posts: (automatically generated)"],
)
def test_a_list_of_related_posts_is_held(heading):
    verdict = HiddenLink()(candidate(post(widget(heading))))
    assert verdict.action is Action.HOLD
    assert verdict.reason.startswith("the link is in a list of related posts ('")


@pytest.mark.parametrize("place", range(4))
def test_wherever_in_the_list_it_is(place):
    html = post(widget("Related posts", before=place, behind=3 - place))
    assert HiddenLink()(candidate(html)).action is Action.HOLD


@pytest.mark.parametrize("note", ["(site.example)", '<p>March 3, 2020<p>In "Travel"'])
def test_with_what_widgets_write_beside_a_link(note):
    assert HiddenLink()(candidate(post(widget("Related", note=note)))) is None
    html = post(widget("Related posts", note=note))
    assert HiddenLink()(candidate(html)).action is Action.HOLD


def test_pictures_of_the_listed_posts_are_no_posts_of_their_own():
    picture = f'<a href="{TARGET}"><img src="1.jpg"></a> {LINK}'
    both = '<a href="http://a.example/"><img src="2.jpg"></a> <a href="http://a.example/">A</a>'
    two = f"<h3>Related posts</h3><ul><li>{picture}<li>{both}</ul>"
    assert HiddenLink()(candidate(post(two, PROSE))) is None
    again = '<li><a href="http://a.example/">A</a> <a href="http://a.example/?">Read more</a>'
    two = f"<h3>Related posts</h3><ul>{again}<li>{LINK}</ul>"
    assert HiddenLink()(candidate(post(two, PROSE))) is None
    three = widget("Related posts", before=1, behind=1, link=picture)
    assert HiddenLink()(candidate(post(three))).action is Action.HOLD


@pytest.mark.parametrize(
    "html",
    [
        post(f"<p>Related posts: {LINK}."),
        post(f"<h3>Related posts</h3><p>There is {LINK}, which I liked.", PROSE * 3),
        post(widget("Related posts", before=3, behind=0, link="")) + post(f"<p>See {LINK}."),
        post(widget("Links of the week")),
        post(
            widget("Related posts", note="I read it twice, on paper, and then gave it to a friend")
        ),
        post("<p>Related posts are what they call it.", PROSE, widget("Of interest")),
        post(widget("Related posts", link=""), PROSE * 20, widget("My week")),
    ],
    ids=["one", "sentence", "text-behind", "round-up", "notes", "prose-between", "far"],
)
def test_what_a_writer_lists_passes(html):
    assert HiddenLink()(candidate(html)) is None


@pytest.mark.parametrize("region", ["nav", "aside", "footer"])
def test_blogrolls_are_held(region):
    sites = "".join(f'<li><a href="http://s{n}.example/">Site number {n}</a>' for n in range(20))
    html = f"{post()}<{region}><h3>Friends</h3><ul>{sites}<li>{LINK}{sites}</ul></{region}>"
    verdict = HiddenLink()(candidate(html))
    assert verdict.action is Action.HOLD
    assert verdict.reason == f"the link is in the {region} of the page"


def test_an_aside_that_is_a_text_passes():
    note = f"<aside>{PROSE} Somebody else has built {LINK}, with bottles in its walls.</aside>"
    assert HiddenLink()(candidate(post(note))) is None


def test_so_does_one_beside_a_list_of_links():
    sites = "".join(f'<li><a href="http://s{n}.example/">Site number {n}</a>' for n in range(20))
    note = f"<aside>{PROSE} Somebody else has built {LINK}, with bottles in its walls.</aside>"
    assert HiddenLink()(candidate(f"<article><ul>{sites}</ul></article>{note}")) is None


def test_an_aside_of_links_with_some_words_of_welcome_does_not():
    sites = "".join(f'<li><a href="http://s{n}.example/">Site number {n}</a>' for n in range(6))
    welcome = "Hello, and welcome to my house on the web, where I put what I find on my way."
    html = f"{post()}<aside><p>{welcome}<ul>{sites}<li>{LINK}{sites}</ul></aside>"
    assert HiddenLink()(candidate(html)).action is Action.HOLD


def test_nor_does_a_credit_in_the_footer():
    html = f"{post()}<footer>{PROSE} The theme of this page was made by {LINK}.</footer>"
    assert HiddenLink()(candidate(html)).action is Action.HOLD


def test_what_can_be_seen_at_all_is_judged_by_that():
    html = post(f"<div hidden>{LINK}</div>", widget("Related posts"))
    assert HiddenLink(related="abstain")(candidate(html)).action is Action.ABSTAIN
    assert "related" in HiddenLink()(candidate(html)).reason


def test_many_hidden_links_hide_no_better():
    html = post(f"<div hidden>{LINK * (MAX_LINKS + 5)}</div>")
    assert HiddenLink()(candidate(html)).action is Action.SPAM


def test_the_owner_chooses():
    hidden = candidate(post(f"<div hidden>{LINK}</div>"))
    related = candidate(post(widget("Related posts")))
    menu = candidate(f"{post()}<nav>{LINK}</nav>")
    strict = HiddenLink(hidden="hold", related="spam", region="refuse")
    assert strict(hidden).action is Action.HOLD
    assert strict(related).action is Action.SPAM
    with pytest.raises(Refused, match="in the nav"):
        strict(menu)
    assert HiddenLink(region="abstain")(menu).action is Action.ABSTAIN


def test_an_unverified_trackback_has_no_links():
    assert HiddenLink()(candidate(None, protocol=Protocol.TRACKBACK)) is None


def test_headings_are_written_as_they_are_looked_for():
    assert all(heading == heading.lower().strip() for heading in HEADINGS)


@pytest.mark.parametrize("setting", ["hidden", "related", "region"])
def test_settings_are_checked(setting):
    with pytest.raises(ValueError, match=f"HiddenLink, {setting}: action is one of"):
        HiddenLink(**{setting: "approve"})
