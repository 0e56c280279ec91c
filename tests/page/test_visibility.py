"""Where on its page a link stands, and whether a reader can see it there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.page.support import html, only_link

LINK = "<a href=http://target.example/>link</a>"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (LINK, ""),
        (f"<nav>{LINK}</nav>", "nav"),
        (f"<aside><p>{LINK}</aside>", "aside"),
        (f"<header>{LINK}</header>", "header"),
        (f"<footer><ul><li>{LINK}</ul></footer>", "footer"),
        (f"<footer><nav>{LINK}</nav></footer>", "nav"),
        (f"<nav><header>{LINK}</header></nav>", "nav"),
        (f"<nav>x</nav>{LINK}", ""),
        (f"<nav><nav>x</nav>{LINK}</nav>", "nav"),
        (f"<div role=navigation>{LINK}</div>", "nav"),
        (f"<div role='x Complementary'>{LINK}</div>", "aside"),
        (f"<div role=contentinfo>{LINK}</div>", "footer"),
        (f"<span role=banner>{LINK}</span>", "header"),
        (f"<div role=presentation>{LINK}</div>", ""),
        (f"<div role>{LINK}</div>", ""),
        (f"<article><header>{LINK}</header></article>", ""),
        (f"<article><footer>{LINK}</footer></article>", ""),
        (f"<main><section><footer>{LINK}</footer></section></main>", ""),
        (f"<article><aside>{LINK}</aside></article>", "aside"),
        (f"<article>x</article><footer>{LINK}</footer>", "footer"),
        (f"<aside><article>{LINK}</article></aside>", "aside"),
        ("<a href=/ role=navigation>link</a>", "nav"),
    ],
)
def test_region(markup: str, expected: str) -> None:
    assert only_link(markup).region == expected


STYLES = {
    "display:none": "display:none",
    "DISPLAY : None !important": "display:none",
    "color:red;display:none;": "display:none",
    "display:/* x */none": "display:none",
    "/*;*/display:none": "display:none",
    "display:block;display:none": "display:none",
    "display:none;display:block": "",
    "display:none-such": "",
    "visibility:hidden": "visibility:hidden",
    "visibility:collapse": "visibility:hidden",
    "content-visibility:hidden": "content-visibility:hidden",
    "opacity:0": "opacity:0",
    "opacity:0.0": "opacity:0",
    "opacity:.5": "",
    "font-size:0": "font-size:0",
    "font-size:0px": "font-size:0",
    "font-size:.8em": "",
    "width:0;overflow:hidden": "zero size",
    "height:1px;width:1px;overflow:hidden": "zero size",
    "width:0%;overflow:hidden": "zero size",
    "width:50%;overflow:hidden": "",
    "max-height:0;overflow:clip": "zero size",
    "height:0": "",
    "height:0;overflow:hidden;padding-bottom:56%": "",
    "height:0;overflow:hidden;padding:0": "zero size",
    "height:10em;overflow:hidden": "",
    "transform:scale(0)": "zero size",
    "transform:scale(1.5)": "",
    "scale:0": "zero size",
    "position:absolute;left:-9999px": "off-screen",
    "left:-500px": "off-screen",
    "left:-499px": "",
    "top:-100em": "off-screen",
    "right:-200vw": "off-screen",
    "bottom:-5000px": "off-screen",
    "text-indent:-9999px": "off-screen",
    "margin-left:-1000em": "off-screen",
    "margin-left:-100%": "",
    "margin-bottom:-9999px": "",
    "left:9999px": "off-screen",
    "left:2999px": "",
    "clip:rect(0,0,0,0)": "clipped",
    "clip: rect(1px 1px 1px 1px)": "clipped",
    "clip:rect(0,100px,100px,0)": "",
    "clip:auto": "",
    "clip-path:inset(50%)": "clipped",
    "clip-path:inset(100%)": "clipped",
    "clip-path:inset(10%)": "",
    "clip-path:circle(0)": "clipped",
    "clip-path:circle(50%)": "",
    "clip-path:url(#x)": "",
    "color:white;background:url(data:x;y:z)": "",
    ":;;::": "",
    "display": "",
    "opacity:-": "",
    "width:.;overflow:hidden": "",
}


@pytest.mark.parametrize(("style", "expected"), STYLES.items(), ids=STYLES)
@pytest.mark.parametrize(
    "markup",
    [
        "<a href=/ style='{}'>link</a>",
        "<div style='{}'><p><b><a href=/>link</a></b></p></div>",
    ],
    ids=["itself", "round it"],
)
def test_inline_style(style: str, expected: str, markup: str) -> None:
    assert only_link(markup.format(style)).hidden == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (LINK, ""),
        ("<a href=/ hidden>x</a>", "hidden attribute"),
        (f"<p hidden=until-found>{LINK}</p>", "hidden attribute"),
        (f"<p hidden>x</p>{LINK}", ""),
        (f"<p hidden><span>x</span>{LINK}</p>", "hidden attribute"),
        (f"<dialog>{LINK}</dialog>", "closed dialog"),
        (f"<dialog open>{LINK}</dialog>", ""),
        (f"<details>{LINK}</details>", ""),
        (f"<p aria-hidden=true>{LINK}</p>", ""),
        (f"<canvas>{LINK}</canvas>", "fallback content"),
        (f"<select><option>{LINK}</select>", "form control"),
        (f"<svg><title>{LINK}</title></svg>", "not drawn"),
        (f"<svg><defs>{LINK}</defs></svg>", "not drawn"),
        ("<a href=/></a>", "empty anchor"),
        ("<a href=/> \n&nbsp;<b></b></a>", "empty anchor"),
        ("<a href=/><span hidden>x</span></a>", "empty anchor"),
        ("<a href=/><img src=data:></a>", ""),
        ("<a href=/><svg></svg></a>", ""),
        ("<a href=/><picture><img src=data:></picture></a>", ""),
        ("<a href=/><img src=data: width=0></a>", "empty anchor"),
        ("<a href=/><img src=data: width=1 height=1></a>", "empty anchor"),
        ("<a href=/><img src=data: style='display:none'></a>", "empty anchor"),
        ("<a href=/><img src=data: width=100% height=x></a>", ""),
        ("<p style='visibility:hidden'><a href=/ style='visibility:visible'>x</a></p>", ""),
        ("<p style='font-size:0'><a href=/ style='font-size:16px'>x</a></p>", ""),
        (
            "<p style=visibility:hidden><b style=display:none><a href=/ style=visibility:visible>x",
            "display:none",
        ),
        ("<p style='display:none'><a href=/ style='display:block'>x</a></p>", "display:none"),
    ],
)
def test_hidden(markup: str, expected: str) -> None:
    assert only_link(markup).hidden == expected


@pytest.mark.parametrize("attribute", ["hidden", "style=opacity:0", "style='visibility:hidden'"])
@pytest.mark.parametrize("element", ["html", "body"])
def test_a_page_that_a_script_will_show_is_not_hidden(element: str, attribute: str) -> None:
    page = html(f"</p><{element} {attribute}>{LINK} text")
    assert [link.hidden for link in page.links] == [""]
    assert page.text == "link text"


def test_hidden_links_count_as_links() -> None:
    link = only_link(f"<p hidden>{LINK}</p>")
    page = html(f"<p hidden>{LINK}</p>")
    assert page.links_to(link.url) == [link]


def test_a_tracking_pixel_is_of_no_size() -> None:
    assert only_link("<img src=x width=1 height=1>").hidden == "zero size"


@given(st.text(st.sampled_from("abdilnpsyv:;()/*-0123456789.%px ,!\u0130"), max_size=60))
def test_any_style_is_read(style: str) -> None:
    assert isinstance(only_link(f'<a href=/ style="{style}">x</a>').hidden, str)
