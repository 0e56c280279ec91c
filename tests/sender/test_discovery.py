from __future__ import annotations

import pytest

from linkback_protocol import url as urls
from linkback_protocol.fetch import Response
from linkback_protocol.linkback import Protocol
from linkback_protocol.sender.discovery import Discovery, Found
from tests.sender.blogs import rdf

PAGE = "http://blog.example/post"
LINK = '<link rel="pingback" href="http://blog.example/rpc">'


def discovery(
    body: str = "",
    *pingback: str,
    content_type: str = "text/html",
    asked: str = PAGE,
    link: str = "",
) -> Discovery:
    headers = [("Content-Type", content_type), *(("x-pingback", value) for value in pingback)]
    if link:
        headers.append(("Link", link))
    response = Response(
        url=urls.parse(PAGE), status=200, headers=tuple(headers), body=body.encode()
    )
    return Discovery(response, asked=urls.parse(asked))


def pingback(found: Discovery, *, lenient: bool = False) -> str | None:
    endpoint = found.pingback(lenient=lenient)
    return None if endpoint is None else str(endpoint.url)


def test_header_before_link() -> None:  # PB-2.1-6, PB-2.3-7
    found = discovery(LINK, "http://header.example/rpc")
    endpoint = found.pingback()
    assert endpoint is not None
    assert (str(endpoint.url), endpoint.found) == ("http://header.example/rpc", Found.HEADER)
    assert any("PB-2.1-5" in each for each in found.violations())


def test_the_first_of_several_headers() -> None:  # PB-2.3-2
    found = discovery("", "http://a.example/rpc", "http://b.example/rpc")
    assert pingback(found) == "http://a.example/rpc"
    assert any("PB-2.1-3" in each for each in found.violations())


def test_header_values_are_taken_as_they_are() -> None:  # PB-2.3-4
    assert pingback(discovery("", "http://a.example/?x=1&amp;y")) == "http://a.example/?x=1&amp;y"


@pytest.mark.parametrize("header", ["/rpc", "", "ftp://a.example/", "javascript:1", "http://"])
def test_a_header_of_no_use_overrules_the_link(header: str) -> None:  # PB-2.1-2, PB-2.1-6
    found = discovery(LINK, header)
    assert pingback(found) is None
    assert "X-Pingback header is of no use" in found.reason()
    assert any("PB-2.1-2" in each for each in found.violations())


def test_what_lenient_makes_of_headers() -> None:
    assert pingback(discovery(LINK, "/rpc"), lenient=True) == "http://blog.example/rpc"
    joined = "http://a.example/rpc, http://b.example/rpc"
    assert pingback(discovery("", joined)) is None
    assert pingback(discovery("", joined), lenient=True) == "http://a.example/rpc"


@pytest.mark.parametrize("end", [">", " >", "/>", " />"])
def test_the_exact_pattern(end: str) -> None:  # PB-2.3-3
    page = f'<html><head><link rel="pingback" href="http://blog.example/rpc"{end}</head>'
    endpoint = discovery(page).pingback()
    assert endpoint is not None
    assert (str(endpoint.url), endpoint.found) == ("http://blog.example/rpc", Found.LINK)


def test_the_pattern_is_for_the_text_of_the_page() -> None:  # PB-2.3-3
    assert pingback(discovery(f"<!-- {LINK} -->")) == "http://blog.example/rpc"
    assert any("PB-2.2-4" in each for each in discovery(f"<!-- {LINK} -->").violations())


NOT_EXACT = [
    "<link rel='pingback' href='http://blog.example/rpc'>",
    '<link href="http://blog.example/rpc" rel="pingback">',
    '<link rel="pingback" type="x" href="http://blog.example/rpc">',
    '<LINK REL="pingback" HREF="http://blog.example/rpc">',
    '<link rel="pingback"\nhref="http://blog.example/rpc">',
    '<link  rel="pingback" href="http://blog.example/rpc">',
    '<link rel="pingback foo" href="http://blog.example/rpc">',
    '<link rel="pingback" href="http://blog.example/rpc" title="x">',
]


@pytest.mark.parametrize("link", NOT_EXACT)
def test_what_only_readers_of_html_see(link: str) -> None:  # PB-2.3-8
    found = discovery(f"<html><head>{link}</head><body>")
    assert pingback(found) is None
    assert "PB-2.2-2" in found.reason()
    assert any("PB-2.2-2" in each for each in found.violations())
    endpoint = found.pingback(lenient=True)
    assert endpoint is not None
    assert (str(endpoint.url), endpoint.found) == ("http://blog.example/rpc", Found.LENIENT)


@pytest.mark.parametrize(
    "page",
    [
        "<pre>&lt;link rel=&quot;pingback&quot; href=&quot;http://blog.example/rpc&quot;&gt;",
        '<link rel="pingback" href="">',
        '<a rel="pingback" href="http://blog.example/rpc">x</a>',
        "<script>var x = \"<link rel='pingback' href='http://blog.example/rpc'>\"</script>",
    ],
)
def test_what_nobody_takes_for_a_link(page: str) -> None:
    assert pingback(discovery(page), lenient=True) is None
    assert discovery(page).first() is None


def test_link_headers_are_no_pingback() -> None:  # PB-2.1-7
    found = discovery("", link='<http://blog.example/rpc>; rel="pingback"')
    assert pingback(found, lenient=True) is None
    assert any("PB-2.1-7" in each for each in found.violations())


def test_the_first_of_several_links() -> None:
    found = discovery(LINK + LINK.replace("/rpc", "/other"))
    assert pingback(found) == "http://blog.example/rpc"
    assert any("PB-2.2-3" in each for each in found.violations())


@pytest.mark.parametrize(
    ("href", "endpoint"),
    [
        ("http://a.example/?x=1&amp;y=2", "http://a.example/?x=1&y=2"),
        ("http://a.example/?x=&amp;lt;", "http://a.example/?x=&lt;"),
        ("http://a.example/?x=&#38;y", "http://a.example/?x=&#38;y"),
    ],
)
def test_four_entities_once(href: str, endpoint: str) -> None:  # PB-2.3-4
    assert pingback(discovery(f'<link rel="pingback" href="{href}">')) == str(urls.parse(endpoint))


def test_a_page_in_utf_16() -> None:
    response = Response(
        url=urls.parse(PAGE),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-16le"),),
        body=LINK.encode("utf-16-le"),
    )
    assert pingback(Discovery(response, asked=urls.parse(PAGE))) == "http://blog.example/rpc"


def test_anything_may_have_the_header() -> None:  # PB-2.1-1
    assert pingback(discovery("", "http://a.example/", content_type="image/png")) is not None
    found = discovery("", content_type="image/png")
    assert "'image/png'" in found.reason()


def trackback(found: Discovery) -> str | None:
    endpoint = found.trackback()
    return None if endpoint is None else str(endpoint.url)


def test_rdf_whose_identifier_is_the_page() -> None:  # TB-22
    blocks = "".join(
        rdf(f"http://blog.example/{name}", f"http://blog.example/tb/{name}")
        for name in ("other", "post", "third")
    )
    assert trackback(discovery(blocks)) == "http://blog.example/tb/post"


@pytest.mark.parametrize(
    ("asked", "identifier"),
    [
        ("http://blog.example/post#comments", "http://blog.example/post"),
        ("http://blog.example/post", "https://blog.example/post/"),
        ("http://short.example/x", "http://blog.example/post"),
        ("http://short.example/x", "http://short.example/x"),
    ],
)
def test_identifiers_match_as_addresses_do(asked: str, identifier: str) -> None:  # TB-23
    assert trackback(discovery(rdf(identifier, "http://blog.example/tb"), asked=asked))


def test_rdf_about_other_pages_is_not_used() -> None:
    found = discovery(rdf("http://blog.example/other", "http://blog.example/tb"))
    assert found.first() is None
    assert "TB-22" in found.reason()
    assert any("TB-22" in each for each in found.violations())


def test_rdf_before_rel() -> None:
    page = '<a rel="trackback" href="/rel">tb</a>' + rdf(PAGE, "http://blog.example/rdf")
    assert trackback(discovery(page)) == "http://blog.example/rdf"


@pytest.mark.parametrize("element", ["a", "link"])
def test_rel_trackback(element: str) -> None:  # TB-24
    page = f'<base href="http://base.example/x/"><{element} rel="nofollow trackback" href="tb">'
    assert trackback(discovery(page)) == "http://base.example/x/tb"


def test_the_order_is_pingback_first_unless_told() -> None:
    found = discovery(LINK + rdf(PAGE, "http://blog.example/tb"))
    first = found.first()
    assert first is not None
    assert first.protocol is Protocol.PINGBACK
    first = found.first((Protocol.TRACKBACK, Protocol.PINGBACK))
    assert first is not None
    assert first.protocol is Protocol.TRACKBACK
    first = found.first((Protocol.TRACKBACK,))
    assert first is not None
    assert discovery(LINK).first((Protocol.TRACKBACK,)) is None


def test_a_good_page_has_no_violations() -> None:
    page = f"<html><head>{LINK}</head><body>{rdf(PAGE, 'http://blog.example/tb')}"
    assert discovery(page, "http://blog.example/rpc").violations() == []


def test_broken_rdf_is_used_and_told() -> None:
    page = rdf(PAGE, "http://blog.example/tb").replace("A post", "R&D")
    assert trackback(discovery(page)) == "http://blog.example/tb"
    assert any("TB-20" in each for each in discovery(page).violations())


def test_a_page_without_anything_says_so() -> None:
    assert discovery("<p>x").reason() == "it advertises neither pingback nor trackback"
