from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.wire.rdf import MAX_BLOCK, MAX_BLOCKS, Description, descriptions
from linkback_protocol.wire.trackback import rdf_block

PAGE = "http://blog.example/post?x=1&y=2"
PING = "http://blog.example/tb?p=1&q=2"
NAMES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/"'
)


def block(inner: str, names: str = NAMES) -> str:
    return f"<rdf:RDF {names}>{inner}</rdf:RDF>"


# Each is a form that pages have (requirements F13): TB-20 to TB-23.
FORMS = {
    "bare": block(
        '<rdf:Description rdf:about="http://a/" dc:identifier="http://a/p" dc:title="T"'
        ' trackback:ping="http://a/tb" />'
    ),
    "in a comment": "<!--\n"
    + block('<rdf:Description dc:identifier="http://a/p" trackback:ping="http://a/tb" />')
    + "\n-->",
    "another order": block(
        '<rdf:Description trackback:ping="http://a/tb" dc:title="T" dc:identifier="http://a/p"/>'
    ),
    "single quotes": block(
        "<rdf:Description dc:identifier='http://a/p' trackback:ping='http://a/tb'/>"
    ),
    "another prefix": (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:d="http://purl.org/dc/elements/1.1/"'
        ' xmlns:t="http://madskills.com/public/xml/rss/module/trackback/">'
        '<r:Description d:identifier="http://a/p" t:ping="http://a/tb"/></r:RDF>'
    ),
    "elements": block(
        "<rdf:Description><dc:identifier> http://a/p </dc:identifier>"
        '<trackback:ping rdf:resource="http://a/tb"/></rdf:Description>'
    ),
    "elements with text": block(
        "<rdf:Description><dc:identifier>http://a/p</dc:identifier>"
        "<trackback:ping>http://a/tb</trackback:ping></rdf:Description>"
    ),
    # Dotclear's has no dc: at all.
    "no identifier but about": block(
        '<rdf:Description rdf:about="http://a/p" trackback:ping="http://a/tb"/>'
    ),
    "hyphens in a title": "<!--"
    + block(
        '<rdf:Description dc:identifier="http://a/p" dc:title="a &#45;&#45; b"'
        ' trackback:ping="http://a/tb"/>'
    )
    + "-->",
}
BROKEN = {
    "a raw ampersand": block(
        '<rdf:Description dc:identifier="http://a/p" dc:title="R&D" trackback:ping="http://a/tb"/>'
    ),
    "no namespaces": block(
        '<rdf:Description dc:identifier="http://a/p" trackback:ping="http://a/tb"/>', names=""
    ),
    "not closed": block(
        '<rdf:Description dc:identifier="http://a/p" trackback:ping="http://a/tb">'
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str) -> None:
    assert list(descriptions(f"<html>{FORMS[form]}<p>text")) == [
        Description("http://a/p", "http://a/tb", well_formed=True)
    ]


@pytest.mark.parametrize("form", BROKEN)
def test_what_is_not_well_formed_is_read_by_its_attributes(form: str) -> None:
    assert list(descriptions(BROKEN[form])) == [
        Description("http://a/p", "http://a/tb", well_formed=False)
    ]


def test_entities_are_decoded_once_in_both_ways() -> None:
    for title in ("", 'dc:title="R&D" '):
        text = block(
            f'<rdf:Description {title}dc:identifier="http://a/?x=1&amp;amp;y"'
            ' trackback:ping="http://a/?tb&amp;x"/>'
        )
        (found,) = descriptions(text)
        assert (found.identifier, found.ping) == ("http://a/?x=1&amp;y", "http://a/?tb&x")


def test_several_blocks_in_their_order() -> None:
    text = "".join(
        rdf_block(page=f"{PAGE}&n={n}", ping_url=f"{PING}&n={n}", title="T") for n in range(3)
    )
    assert [each.ping for each in descriptions(text)] == [f"{PING}&n={n}" for n in range(3)]


def test_a_start_without_end_does_not_hide_the_next_block() -> None:
    text = "<rdf:RDF and so on " + FORMS["bare"]
    assert [each.ping for each in descriptions(text)] == ["http://a/tb"]


def test_what_is_escaped_is_no_block() -> None:
    assert list(descriptions(FORMS["bare"].replace("<", "&lt;"))) == []


def test_a_document_type_is_never_read() -> None:
    text = FORMS["bare"].replace(">", '><!DOCTYPE x [<!ENTITY a "b">]>', 1)
    assert [each.well_formed for each in descriptions(text)] == [False]


def test_blocks_are_bounded_in_number_and_size() -> None:
    assert len(list(descriptions(FORMS["bare"] * (MAX_BLOCKS + 5)))) == MAX_BLOCKS
    assert list(descriptions(block("x" * MAX_BLOCK))) == []


@given(title=st.text(), page=st.sampled_from([PAGE, "http://b.example/--x"]))
def test_what_we_write_is_read_back(title: str, page: str) -> None:
    text = rdf_block(page=page, ping_url=PING, title=title)
    assert list(descriptions(text)) == [Description(page, PING, well_formed=True)]


@given(st.lists(st.sampled_from([*"<>/\"'= \n&", "<rdf:RDF", "</rdf:RDF>", "dc:identifier", "x"])))
def test_any_text_gives_something(pieces: list[str]) -> None:
    list(descriptions("".join(pieces)))
