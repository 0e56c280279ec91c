"""What a trackback endpoint writes: answers, lists, and the RDF in pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import turbohtml
from defusedxml import ElementTree
from hypothesis import example, given
from hypothesis import strategies as st

from linkback_protocol.wire.trackback import cross_site, dump_listing, dump_response, rdf_block

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
ANYTHING = st.text(st.characters(codec=None))
CARRIABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
)
MARKUP = st.text(st.sampled_from("-<>!/&;\"' a\n\t\r#4?[]="))


def read(document: bytes) -> Element:
    root: Element = ElementTree.fromstring(document, forbid_dtd=True)
    return root


def test_success_is_error_0() -> None:
    assert dump_response(0) == DECLARATION + b"<response>\n<error>0</error>\n</response>\n"


def test_failure_is_error_1_and_a_message() -> None:
    assert dump_response(1, "<x>&") == DECLARATION + (
        b"<response>\n<error>1</error>\n<message>&lt;x&gt;&amp;</message>\n</response>\n"
    )


@given(CARRIABLE | MARKUP)
def test_a_message_is_read_as_it_was_written(message: str) -> None:
    assert read(dump_response(1, message)).findtext("message", "") == message


@given(ANYTHING)
def test_every_answer_is_well_formed(message: str) -> None:
    response = read(dump_response(1, message))
    assert response.tag == "response"
    assert response.findtext("error") == "1"


def test_a_listing_is_rss_in_a_response() -> None:
    document = dump_listing(
        title="A post",
        link="http://blog.example/1",
        description="Trackbacks",
        language="en",
        items=[("Foo & Bar", "http://www.bar.com/?a=1&b=2", "<b>"), ("", "http://x/", "")],
    )
    assert document.startswith(DECLARATION)
    response = read(document)
    assert [child.tag for child in response] == ["error", "rss"]
    assert response.findtext("error") == "0"
    assert response[1].get("version") == "0.91"
    (channel,) = response[1]
    assert [child.tag for child in channel] == ["title", "link", "description", "language"] + [
        "item"
    ] * 2
    assert [child.text for child in channel][:4] == [
        "A post",
        "http://blog.example/1",
        "Trackbacks",
        "en",
    ]
    assert [[child.text for child in item] for item in channel.iter("item")] == [
        ["Foo & Bar", "http://www.bar.com/?a=1&b=2", "<b>"],
        [None, "http://x/", None],
    ]


@given(st.lists(st.tuples(ANYTHING, ANYTHING, ANYTHING), max_size=3), ANYTHING)
def test_every_listing_is_well_formed(items: list[tuple[str, str, str]], text: str) -> None:
    document = dump_listing(title=text, link=text, description=text, language=text, items=items)
    assert len(list(read(document).iter("item"))) == len(items)


RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
TRACKBACK = "{http://madskills.com/public/xml/rss/module/trackback/}"
PAGE = "http://blog.example/?p=1&q=--"
PING = "http://blog.example/tb/1--/"


def discover(page: str) -> list[dict[str, str]]:
    """Find the RDF in a page as TB-22 has it, whether in a comment or not."""
    blocks = re.findall("<rdf:RDF.*?</rdf:RDF>", page, re.DOTALL)
    return [dict(read(block.encode())[0].attrib) for block in blocks]


def test_the_block_has_what_senders_look_for() -> None:
    block = rdf_block(page="http://blog.example/1", ping_url="http://blog.example/tb/1", title="A")
    assert block.startswith("<!--\n<rdf:RDF ")
    assert block.endswith("</rdf:RDF>\n-->\n")
    for attribute in (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"',
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/"',
        'rdf:about="http://blog.example/1"',
        'dc:identifier="http://blog.example/1"',
        'dc:title="A"',
        'trackback:ping="http://blog.example/tb/1"',
    ):
        assert block.count(attribute) == 1


TITLES = [
    "-->",
    "--!>",
    "->",
    "-",
    "--",
    "---",
    ">",
    "<!--",
    "<!-",
    "a -- b",
    "</rdf:RDF>",
    '" x="',
    "]]>",
    " \t\r\n ",
    "&#45;&amp;",
    "caf\u00e9",
]


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("comment", [True, False])
def test_titles_cannot_break_out(title: str, comment: bool) -> None:
    block = rdf_block(page=PAGE, ping_url=PING, title=title, comment=comment)
    assert discover(block) == [
        {
            f"{RDF}about": PAGE,
            f"{DC}identifier": PAGE,
            f"{DC}title": title,
            f"{TRACKBACK}ping": PING,
        }
    ]


@given(CARRIABLE | MARKUP, CARRIABLE | MARKUP, CARRIABLE | MARKUP, st.booleans())
def test_senders_get_back_every_text(page: str, ping_url: str, title: str, comment: bool) -> None:
    block = rdf_block(page=page, ping_url=ping_url, title=title, comment=comment)
    (found,) = discover(f"<!doctype html><title>x</title>{block}<p>")
    assert found[f"{RDF}about"] == found[f"{DC}identifier"] == page
    assert found[f"{DC}title"] == title
    assert found[f"{TRACKBACK}ping"] == ping_url


@given(ANYTHING | MARKUP, MARKUP)
@example("--!><script>alert(1)</script>", "-")
def test_browsers_see_one_comment_and_nothing_else(title: str, address: str) -> None:
    block = rdf_block(page=address, ping_url=address, title=title)
    assert block.count("--") == 2
    document = turbohtml.parse(f"<!doctype html><p>before</p>{block}<p>behind</p>")
    comments = [node for node in document.descendants if isinstance(node, turbohtml.Comment)]
    assert len(comments) == 1
    assert [node.tag for node in document.descendants if isinstance(node, turbohtml.Element)] == [
        "html",
        "head",
        "body",
        "p",
        "p",
    ]
    assert " ".join(document.text.split()) == "before behind"


OWN = frozenset(("https://blog.example", "http://localhost:8080"))


@pytest.mark.parametrize(
    ("origin", "fetch_site", "crosses"),
    [
        (None, None, False),
        (None, "none", False),
        (None, "same-origin", False),
        (None, "same-site", True),
        (None, "cross-site", True),
        ("https://blog.example", None, False),
        ("https://blog.example", "same-origin", False),
        ("http://localhost:8080", None, False),
        ("https://evil.example", None, True),
        ("https://evil.example", "none", True),
        ("http://blog.example", None, True),
        ("https://blog.example:444", None, True),
        ("https://blog.example.evil.example", None, True),
        ("null", None, True),
        ("", None, True),
    ],
)
def test_browsers_that_post_from_other_sites_are_told_apart(
    origin: str | None, fetch_site: str | None, crosses: bool
) -> None:
    assert bool(cross_site(origin, fetch_site, OWN)) is crosses
