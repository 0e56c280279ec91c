from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol import url as urls
from linkback_protocol.page import Page
from linkback_protocol.sender.article import Article

HERE = "http://me.example/blog/post.html"
NAV = '<nav><a href="http://nav.example/">n</a></nav>'
FOOTER = '<footer><a href="http://footer.example/">f</a></footer>'


def read(body: str, content_type: str = "text/html; charset=utf-8") -> Article:
    return Article.read(Page.parse(body.encode(), url=urls.parse(HERE), content_type=content_type))


def links(body: str) -> list[str]:
    return [link.given for link in read(body).links]


GOOD = '<a href="http://good.example/p">good</a>'
BAD = '<a href="http://bad.example/p">bad</a>'


@pytest.mark.parametrize(
    "page",
    [
        f"<body>{NAV}<p>{GOOD}</p>{FOOTER}",
        f"<body>{NAV}<main>{GOOD}</main><p>{BAD}</p>{FOOTER}",
        f"<body><p>{BAD}</p><article>{GOOD}</article>{FOOTER}",
        f"<body><article><p>{BAD}</p><div class='e-content'>{GOOD}</div></article>",
        f"<body><div class='post'>{BAD}<div class='entry-content'>{GOOD}</div></div>",
        f"<body><div itemprop=articleBody>{GOOD}</div>{BAD}",
        f"<body class='h-entry'><div class='e-content'>{GOOD}</div>{BAD}",
        f"<body><div class='hentry'>{GOOD}</div><div>{BAD}</div>",
        f"<article>{GOOD}<footer>{BAD}</footer></article>",
        f"<article>{GOOD}<aside>{BAD}</aside></article>",
        f"<article>{GOOD}<div id=comments><p>{BAD}</div></article>",
        f"<article>{GOOD}<article>{BAD}</article></article>",
        f"<article>{GOOD}<div class='h-cite'>{BAD}</div></article>",
        f"<main>{GOOD}<ol class='comment-list'><li><article>{BAD}</article></ol></main>",
        f"<main>{GOOD}<div class='jp-relatedposts x'>{BAD}</div></main>",
        f"<main><header>{BAD}</header>{GOOD}</main>",
        f"<div role=navigation>{BAD}</div>{GOOD}<div role=contentinfo>{BAD}</div>",
        f"<p>{GOOD}<template>{BAD}</template><!-- {BAD} --><script>'{BAD}'</script>",
        f"<article>{GOOD}</article><article>{BAD}</article>",
        f"<b><p>{GOOD}</b></p><nav><b>{BAD}</b></nav>",
    ],
)
def test_the_links_of_the_article(page: str) -> None:
    assert links(page) == ["http://good.example/p"]


def test_an_aside_within_the_text_is_the_authors() -> None:
    assert links(f"<div class='e-content'><aside>{GOOD}</aside></div>") == ["http://good.example/p"]


@pytest.mark.parametrize(
    ("href", "given"),
    [
        # PB-3-2: as given on the source page, fragment included.
        ("http://Other.example/%7Eme/?a=1&amp;b=2#c3", "http://Other.example/%7Eme/?a=1&b=2#c3"),
        (" http://other.example/x\n", "http://other.example/x"),
        ("//other.example/x", "http://other.example/x"),
        ("other.html#x", "http://me.example/blog/other.html#x"),
        ("http://other.example/ü", "http://other.example/%C3%BC"),
        ("HTTP://other.example/x", "HTTP://other.example/x"),
    ],
)
def test_the_target_is_as_given(href: str, given: str) -> None:
    assert links(f'<p><a href="{href}">x</a>') == [given]


def test_a_page_is_one_target_whatever_the_fragment() -> None:
    page = (
        '<a href="http://other.example/x#a">1</a><a href="http://other.example/x">2</a>'
        '<a href="https://other.example/x/#b">3</a>'
    )
    assert links(page) == ["http://other.example/x#a"]


def test_references_that_lead_to_no_page() -> None:
    page = (
        '<a href="mailto:a@b.example">m</a><a href="javascript:x()">j</a><a href="">self</a>'
        '<a href="http://user:pw@host.example/">c</a><a>none</a><a href="tel:1">t</a>'
    )
    found = read(page)
    assert [str(link.url) for link in found.links] == [HERE]
    assert found.others == (
        "mailto:a@b.example", "javascript:x()", "http://user:pw@host.example/", "tel:1",
    )  # fmt: skip


def test_the_base_applies() -> None:
    assert links('<base href="http://base.example/x/"><a href="y">y</a>') == [
        "http://base.example/x/y"
    ]


def test_what_a_trackback_tells() -> None:
    found = read(
        '<title>My title</title><meta property="og:site_name" content="My blog">'
        "<nav>Menu</nav><article><h1>Heading</h1><p>It was\n a fine day.</p>"
        "<p>And so on.</p></article>"
    )
    assert (found.title, found.site_name) == ("My title", "My blog")
    assert found.excerpt == "Heading It was a fine day. And so on."
    described = read('<meta name="description" content=" In &quot;short&quot; "><p>Text')
    assert described.excerpt == 'In "short"'


def test_a_plain_text() -> None:
    found = read("See http://good.example/p, and so on.", "text/plain")
    assert [link.given for link in found.links] == ["http://good.example/p"]
    assert found.excerpt.startswith("See http")


@pytest.mark.parametrize(
    ("page", "is_listing"),
    [
        (f"<article>{GOOD}</article>", False),
        (f"<article>{GOOD}</article><article>{BAD}</article>", True),
        (f"<article><div class=e-content>{GOOD}</div></article><article>{BAD}</article>", False),
        (f"<article>{GOOD}<article>{BAD}</article></article>", False),
        (f"<p>{GOOD}", False),
    ],
)
def test_a_page_with_several_articles_is_a_listing(page: str, is_listing: bool) -> None:
    assert read(page).is_listing is is_listing


def test_the_address_that_a_page_gives_itself() -> None:
    found = read('<link rel="canonical" href="/blog/post/"><p>x')
    assert str(found.canonical) == "http://me.example/blog/post/"


@given(st.lists(st.sampled_from([
    "<article>", "</article>", "<nav>", "</nav>", "<a href=x>", "</a>", "<b class=e-content>",
    "</b>", "<p>", "text", "<main>", "</main>", "<template>", "<!--", "-->", "<base href=//x>", "<",
])))  # fmt: skip
def test_any_markup_gives_an_article(pieces: list[str]) -> None:
    read("".join(pieces))


def test_many_links_and_deep_nesting_cost_no_more_than_their_size() -> None:
    found = read("<div><article>" * 20_000 + '<a href="http://x.example/">x</a>' * 20_000)
    assert len(found.links) <= 1
