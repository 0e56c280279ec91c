"""What the style sheets in a page hide."""

from __future__ import annotations

import pytest

from linkback_protocol.page.styles import MAX_RULES, MAX_SHEETS, SMALL
from tests.page.support import html, only_link

LINK = "<a href=http://target.example/>link</a>"


def hidden(sheet: str, body: str) -> str:
    (link,) = html(body, f"<style>{sheet}</style>").links
    return link.hidden


@pytest.mark.parametrize(
    ("sheet", "body", "expected"),
    [
        (".x{display:none}", f"<div class=x>{LINK}</div>", "display:none"),
        (".x { display : none }", f"<p class='a x b'><b>{LINK}</b>", "display:none"),
        (".x {\n  display: none;\n}", f"<p class='a x b'><b>{LINK}</b>", "display:none"),
        ("#x{visibility:hidden}", f"<div id=x>{LINK}</div>", "visibility:hidden"),
        ("u{font-size:1px}", f"<p>so <u>{LINK}</u></p>", "a font too small to read"),
        ("p.x{opacity:0}", f"<p class=x>{LINK}", "opacity:0"),
        (".a,.x{position:absolute;left:-9000px}", f"<p class=x>{LINK}", "off-screen"),
        (".x{position:absolute;top:-80em}", f"<p class=x>{LINK}", "off-screen"),
        (".x{height:0;overflow:hidden}", f"<p class=x>{LINK}", "zero size"),
        (".x{color:#fff;background:white}", f"<p class=x>{LINK}", "the colour of its background"),
        (".x{color:transparent}", f"<p class=x>{LINK}", "the colour of its background"),
        ("/*.x{}*/.x{display:none}", f"<p class=x>{LINK}", "display:none"),
        (".x{display:none}", "<a href=/ class=x>link</a>", "display:none"),
        (".x{display:none}", f"<p class=x>no</p><p>{LINK}", ""),
        (".x{display:none}", f"<p class=xx id=x>{LINK}", ""),
        (".x{color:#fff;background:#060}", f"<p class=x>{LINK}", ""),
        (".x{font-size:12px}", f"<p class=x>{LINK}", ""),
        ("/*.x{display:none}*/", f"<p class=x>{LINK}", ""),
    ],
)
def test_a_simple_rule_hides(sheet: str, body: str, expected: str) -> None:
    assert hidden(sheet, body) == expected


@pytest.mark.parametrize(
    "sheet",
    [
        # What opens a menu, a tab, a page that is faded in.
        ".x{display:none}.x.open{display:block}",
        ".x{opacity:0}.ready .x{opacity:1}",
        ".x{display:none}.x:target{display:block}",
        ".x{display:none}.x{display:block}",
        ".x{display:none}@media(min-width:40em){.x{display:block}}",
        "@media print{.x{display:none}}",
        "@media(max-width:40em){a{color:red}.x{display:none}}",
        "@supports not (display:grid){.x{display:none}}",
        "nav .x{display:none}",
        ".x>b{display:none}",
        "body{opacity:0}",
        "html,body{visibility:hidden}",
        ".x::before{content:'';display:none}",
    ],
)
def test_what_is_shown_after_all_is_not_hidden(sheet: str) -> None:
    assert hidden(sheet, f"<div class=x>{LINK}</div>") == ""


def test_a_later_sheet_can_show_it_again() -> None:
    head = "<style>.x{display:none}</style><style>.js .x{display:block}</style>"
    (link,) = html(f"<p class=x>{LINK}", head).links
    assert link.hidden == ""


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<style media=print>.x{display:none}</style>", ""),
        ("<noscript><style>.x{display:none}</style></noscript>", ""),
        ("<!--<style>.x{display:none}</style>-->", ""),
        ("<style media=screen>.x{display:none}</style>", "display:none"),
    ],
)
def test_a_sheet_for_others_says_nothing(markup: str, expected: str) -> None:
    (link,) = html(f"{markup}<p class=x>{LINK}").links
    assert link.hidden == expected


def test_an_inline_style_goes_before_a_rule() -> None:
    assert hidden(".x{display:none}", f"<p class=x style='display:block'>{LINK}") == ""


def test_what_a_rule_hides_is_no_text_of_the_page() -> None:
    page = html("<p>seen <span class=x>not seen</span> again", "<style>.x{display:none}</style>")
    assert page.text == "seen again"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p style='color:#fff;background:#fff'>{LINK}", "the colour of its background"),
        (
            "<p style='background:#FFFFFF'><b><a href=/ style='color:white'>x</a></b>",
            "the colour of its background",
        ),
        (
            "<p style='background:rgb(255, 255, 255) none'><a href=/ style='color:#fefefe'>x</a>",
            "the colour of its background",
        ),
        (
            f"<table><tr><td bgcolor=#ffffff><font color=white>{LINK}</font></table>",
            "the colour of its background",
        ),
        ("<p style='background:#fff'><a href=/ style='color:#888'>x</a>", ""),
        ("<p style='color:#fff'><a href=/>x</a>", ""),
        (
            "<p style='background:#fff'><b style='background:#036'><a href=/ style='color:#fff'>x",
            "",
        ),
        (
            "<p style='background:#fff url(night.jpg)'><a href=/ style='color:#fff'>x</a>",
            "",
        ),
        (
            "<p style='color:#fff;background:#fff'><a href=/ style='color:#00f'>x</a>",
            "",
        ),
        (f"<p style='font-size:2px'>{LINK}", "a font too small to read"),
        (f"<p style='font-size:3px'>{LINK}", ""),
        (f"<p style='font-size:1px'><b style='font-size:1rem'>{LINK}", ""),
        (f"<p style='font-size:1em'>{LINK}", ""),
        (f"<p style='transform:translateX(-9999px)'>{LINK}", "off-screen"),
        (f"<p style='transform:translate(-50%, 0)'>{LINK}", ""),
        (f"<p style='opacity:0.01'>{LINK}", "opacity:0"),
        (
            f"<p style='color:transparent;background:red;-webkit-background-clip:text'>{LINK}",
            "",
        ),
        (f"<noscript>{LINK}</noscript>", "noscript"),
    ],
)
def test_colours_and_sizes_on_the_element(body: str, expected: str) -> None:
    assert only_link(body).hidden == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<style>body { background: #fff; }</style>", "the colour of its background"),
        ("<style>body{background:#fff}.top{background:#036}</style>", ""),
        ("<link rel=stylesheet href=/a.css><style>body{background:#fff}</style>", ""),
        ("<style>body{color:#222}</style>", ""),
    ],
)
def test_the_colour_of_the_page_counts_where_it_is_the_only_one(head: str, expected: str) -> None:
    (link, *_) = [
        link
        for link in html("<p><a href=/ style='color:#fff'>x</a>", head).links
        if link.element == "a"
    ]
    assert link.hidden == expected


def test_only_so_much_is_read() -> None:
    rules = "".join(f".y{number}{{display:none}}" for number in range(MAX_RULES))
    assert hidden(f"{rules}.x{{display:none}}", f"<p class=x>{LINK}") == ""
    assert hidden(f"{' ' * MAX_SHEETS}.x{{display:none}}", f"<p class=x>{LINK}") == ""


def test_only_so_many_sheets_are_read() -> None:
    head = "<style>b{color:red}</style>" * (MAX_SHEETS // SMALL)
    (link,) = html(f"<p class=x>{LINK}", f"{head}<style>.x{{display:none}}</style>").links
    assert link.hidden == ""


@pytest.mark.parametrize(
    "sheet",
    ["{" * 5000, "}" * 5000, ".x{display:none" * 3000, "display:none" * 3000, "a,{}" * 5000],
)
def test_broken_sheets_are_survived(sheet: str) -> None:
    assert hidden(sheet, f"<p>{LINK}") == ""
