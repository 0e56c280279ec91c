"""What real servers answer to a trackback, and what a sender makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkback_protocol.wire.answer import (
    MAX_MESSAGE,
    MAX_ODDITIES,
    Answer,
    Malformed,
    Refusal,
    Success,
)
from linkback_protocol.wire.trackback import dump_response
from linkback_protocol.wire.trackback_client import read_response

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
HTML = "text/html; charset=UTF-8"


def answer(body: bytes | str, *, status: int = 200, content_type: str = "text/xml") -> Answer:
    sent = body.encode() if isinstance(body, str) else body
    return read_response(sent, status=status, content_type=content_type)


def response(content: str) -> str:
    return f"{DECLARATION}<response>\n{content}\n</response>\n"


TOO_QUICK = "You are sending TrackBack pings too quickly. Please try again later."


@pytest.mark.parametrize(
    ("body", "http", "expected"),
    [
        # WordPress 6.1.9 (wp-trackback.php), Movable Type 6.8 (MT::App::Trackback::_response).
        pytest.param(response("<error>0</error>"), {}, Success(""), id="success"),
        pytest.param(
            response(
                "<error>1</error>\n<message>There is already a ping from that URL for this"
                " post.</message>"
            ),
            {},
            Refusal(1, "There is already a ping from that URL for this post."),
            id="WordPress, twice",
        ),
        pytest.param(
            response(f"<error>1</error>\n<message>{TOO_QUICK}</message>"),
            {"status": 403},
            Refusal(1, TOO_QUICK),
            id="Movable Type, too quickly",
        ),
        pytest.param(
            # Dotclear 2.40 (Core/Trackback.php).
            DECLARATION
            + "<response>\n  <error>1</error>\n  <message>POST request needed</message>\n"
            "</response>",
            {"status": 405},
            Refusal(1, "POST request needed"),
            id="Dotclear, empty form",
        ),
        pytest.param(
            # Zinnia (entry_trackback.xml).
            DECLARATION + "<response>\n  \n  <error>0</error>\n  \n</response>\n",
            {"content_type": "application/xml"},
            Success(""),
            id="Zinnia",
        ),
        pytest.param(
            response("<error>0</error><message>Thank you</message><later>x</later>"),
            {},
            Success("Thank you"),
            id="more than is asked for (TB-12)",
        ),
        pytest.param(response("<error>0</error>"), {"content_type": ""}, Success(""), id="no type"),
    ],
)
def test_a_correct_answer_has_no_oddities(
    body: str, http: dict[str, Any], expected: Answer
) -> None:
    assert answer(body, **http) == expected


TEXT = st.text(st.characters(codec=None), max_size=200)


@given(TEXT)
def test_nothing_is_odd_about_our_own_answers(text: str) -> None:
    assert answer(dump_response(0)) == Success("")
    read = answer(dump_response(1, f"No: {text}"))
    assert isinstance(read, Refusal)
    assert (read.code, read.oddities) == (1, ())
    assert read.message.startswith("No:")


LATIN = "the encoding that the XML declares is 'iso-8859-1', not 'utf-8'"
UNDECLARED = "the encoding that the XML declares is missing, not 'utf-8'"
AS_HTML = "the Content-Type is 'text/html', not one of XML"


@pytest.mark.parametrize(
    ("body", "http", "expected"),
    [
        pytest.param(
            # Serendipity 2.7 (report_trackback_success).
            '<?xml version="1.0" encoding="iso-8859-1"?>\n<response>\n    <error>0</error>\n'
            "</response>",
            {"content_type": HTML},
            Success("", (f"{LATIN} (TB-9)", f"{AS_HTML} (TB-9)")),
            id="Serendipity, success",
        ),
        pytest.param(
            '<?xml version="1.0" encoding="iso-8859-1"?>\n<response>\n    <error>1</error>\n'
            "    <message>Danger Will Robinson, trackback failed.</message>\n</response>",
            {"content_type": HTML},
            Refusal(
                1,
                "Danger Will Robinson, trackback failed.",
                (f"{LATIN} (TB-10)", f"{AS_HTML} (TB-10)"),
            ),
            id="Serendipity, failure",
        ),
        pytest.param(
            # indieweb-utils 0.10.0 (trackback/receive.py).
            '\n<?xml version="1.0" encoding="iso-8859-1"?>\n<response>\n    <error>0</error>\n'
            "</response>\n",
            {},
            Success(
                "",
                ("white space stands before the XML declaration (TB-9)", f"{LATIN} (TB-9)"),
            ),
            id="indieweb-utils",
        ),
        pytest.param(
            # Typecho 1.3 (Widget/Feedback.php).
            '<?xml version="1.0" encoding="UTF-8"?><response><success>0</success>'
            "<message>Trackback has registered.</message></response>",
            {},
            Success(
                "Trackback has registered.",
                ("the number stands in <success>, not in <error> (TB-9)",),
            ),
            id="Typecho, success",
        ),
        pytest.param(
            '<?xml version="1.0" encoding="UTF-8"?><response><success>1</success>'
            "<message>Your url is not valid.</message></response>",
            {},
            Refusal(
                1,
                "Your url is not valid.",
                ("the number stands in <success>, not in <error> (TB-9)",),
            ),
            id="Typecho, failure",
        ),
        pytest.param(
            # Movable Type: a filter that refuses without a reason (IP-MT-8).
            response("<error>0</error>"),
            {"status": 403},
            Refusal(0, "", ("the HTTP status is 403 though the number is 0 (TB-11)",)),
            id="Movable Type, filtered",
        ),
        pytest.param(
            # WordPress 6.1.9, /wp-trackback.php/4 with permalinks on: stored.
            response("<error>0</error>"),
            {"status": 404},
            Success("", ("the HTTP status is 404 though the number is 0 (TB-11)",)),
            id="WordPress, by its script",
        ),
        pytest.param(
            # WordPress 6.1.9, when its comments refuse.
            '<?xml version="1.0" encoding="UTF-8"?>\n<error>\n    <code>wp_die</code>\n'
            "    <title><![CDATA[WordPress &rsaquo; Error]]></title>\n"
            "    <message><![CDATA[You are posting comments too quickly. Slow down.]]></message>\n"
            "    <data>\n        <status>429</status>\n    </data>\n</error>\n",
            {"status": 429},
            Refusal(
                None,
                "You are posting comments too quickly. Slow down.",
                ("the document is <error>, not <response> (TB-10)",),
            ),
            id="WordPress, too quickly",
        ),
        pytest.param(
            # Roller (TrackbackServlet.getErrorResponse) escapes nothing.
            '<?xml version="1.0" encoding="iso-8859-1"?><response><error>1</error>'
            "<message>ERROR: unable to lookup weblog: <a&b></message></response>",
            {"content_type": ""},
            Refusal(
                1,
                "ERROR: unable to lookup weblog: <a&b>",
                ("'<' stands unescaped (TB-10)", f"{LATIN} (TB-10)"),
            ),
            id="Roller",
        ),
        pytest.param(
            # Geeklog (lib-trackback.php) escapes all but the ampersand.
            '<?xml version="1.0" encoding="iso-8859-1"?>\n<response>\n<error>1</error>\n'
            "<message>Multiple posts & such aren&apos;t allowed.</message>\n</response>",
            {"status": 403},
            Refusal(
                1,
                "Multiple posts & such aren't allowed.",
                ("'&' stands unescaped (TB-10)", f"{LATIN} (TB-10)"),
            ),
            id="Geeklog",
        ),
        pytest.param(
            # Any PHP, with display_errors on.
            "<br />\n<b>Warning</b>:  foreach() in <b>/x.php</b> on line <b>9</b><br />\n"
            + response("<error>0</error>"),
            {},
            # What it declares does not stand where a declaration does.
            Success(
                "",
                ("something else stands before <response> (TB-9)", f"{UNDECLARED} (TB-9)"),
            ),
            id="a notice of PHP",
        ),
        *(
            pytest.param(
                body,
                {"status": status, "content_type": HTML},
                Refusal(
                    None,
                    "",
                    (f"the HTTP status is {status}, a redirect, without an answer (TB-10)",),
                ),
                id=name,
            )
            for body, status, name in (
                ("", 302, "WordPress and Typecho, to the post"),
                ("<!DOCTYPE html><title>Moved</title>", 301, "a page with it"),
            )
        ),
    ],
)
def test_real_answers_are_understood_and_what_is_odd_is_named(
    body: str, http: dict[str, Any], expected: Answer
) -> None:
    assert answer(body, **http) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<error>2</error><message>x</message>", (2, "the number is 2, not 0 or 1 (TB-12)")),
        ("<error>-1</error><message>x</message>", (-1, "the number is -1, not 0 or 1 (TB-12)")),
        ("<error> 1\n</error><message>x</message>", (1, "the number 1 has white space round it")),
        ("<error>1</error>", (1, "there is no <message> (TB-10)")),
        ("<error>1</error><message> </message>", (1, "there is no <message> (TB-10)")),
        ("<error>true</error>", (None, "the number is 'true', not 0 or 1 (TB-12)")),
        ("<error>99999999999</error>", (None, "the number is '99999999999', not 0 or 1")),
        ("<error>0</error><error>1</error>", (1, "there are 2 elements <error> (TB-9)")),
        ("<error>1</error>!<message>x</message>", (1, "text stands within <response> (TB-10)")),
        ("<error>1</error><message>a<b>c</b></message>", (1, "<message> holds elements (TB-10)")),
        ("<status><error>1</error></status><message>x</message>", (1, "")),
    ],
)
def test_refusals_in_other_forms(content: str, expected: tuple[int | None, str]) -> None:
    read = answer(response(content))
    assert isinstance(read, Refusal)
    code, oddity = expected
    assert read.code == code
    assert any(oddity in each for each in read.oddities) or not oddity, read.oddities


def test_an_error_in_words_is_a_message() -> None:
    read = answer(response("<error>No such post</error>"))
    assert isinstance(read, Refusal)
    assert (read.code, read.message) == (None, "No such post")


@pytest.mark.parametrize("number", ["00", "+0", "-0", " 0 "])
def test_0_is_0_however_it_is_written(number: str) -> None:
    assert isinstance(answer(response(f"<error>{number}</error>")), Success)


@pytest.mark.parametrize("status", [302, 400, 401, 409, 429, 500, 503])
def test_a_0_with_a_status_that_says_no_is_a_refusal(status: int) -> None:
    assert isinstance(answer(response("<error>0</error>"), status=status), Refusal)


def test_a_bare_error_is_read_like_one_in_a_response() -> None:
    read = answer(f"{DECLARATION}<error>1</error>")
    assert isinstance(read, Refusal)
    assert read.code == 1
    assert "the document is <error>, not <response> (TB-10)" in read.oddities


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        # WordPress, without a title; Roller, for what it takes as spam.
        ("", 200, "The answer is empty."),
        # Typecho, to the second of two.
        (
            "<!DOCTYPE html>\n<html><head><title>403 - Blog</title></head></html>",
            403,
            'HTTP status 403; the answer is a web page ("403 - Blog").',
        ),
        ("ok", 200, 'The answer is no XML: "ok".'),
        (response(""), 200, "The answer is a <response> without an <error>."),
        (
            response("<error> </error>"),
            200,
            "The answer has an empty <error>, which is neither 0 nor 1.",
        ),
        (
            f'<!DOCTYPE response [<!ENTITY a "0">]>{response("<error>&a;</error>")}',
            200,
            "The answer declares a document type, which is never read.",
        ),
        # A pingback's answer.
        ("<methodResponse/>", 200, "The answer is another document, <methodResponse>."),
    ],
)
def test_what_says_neither_yes_nor_no(body: str, status: int, reason: str) -> None:
    read = answer(body, status=status)
    assert isinstance(read, Malformed)
    assert read.reason == reason


def test_the_servers_words_are_one_bounded_line_of_plain_text() -> None:
    words = "a\n\tb\u202ec &lt;b&gt; " + "word " * 10_000
    read = answer(response(f"<error>1</error><message>{words}</message>"))
    assert isinstance(read, Refusal)
    assert read.message.startswith("a bc <b> word")
    assert len(read.message) <= MAX_MESSAGE


@given(st.binary(max_size=300), st.integers(100, 599), st.text(max_size=40))
@example(b"<error>0", 200, "text/xml; charset=\0")
def test_any_bytes_give_an_answer(body: bytes, status: int, content_type: str) -> None:
    for sent in (body, b"<response>" + body, response("\0").encode().replace(b"\0", body)):
        read = read_response(sent, status=status, content_type=content_type)
        assert isinstance(read, Success | Refusal | Malformed)


TAGS = ("response", "error", "message", "success", "title", "rss")
PIECES = st.sampled_from(
    [f"<{end}{tag}>" for end in ("", "/") for tag in TAGS] + ["0", "1", "x", " ", "&", "<", "]]>"]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_pieces_of_an_answer_give_one(body: str) -> None:
    for sent in (body, f"<response>{body}", response(body)):
        read = answer(sent)
        assert isinstance(read, Success | Refusal | Malformed)
        assert len(read.oddities) <= MAX_ODDITIES


@given(st.integers(0, 200), st.integers(0, 200))
def test_no_piece_of_a_refusal_is_a_success(start: int, end: int) -> None:
    refusal = response("<error>1</error>\n<message>There is already a ping.</message>")
    assert not isinstance(answer(refusal[start:end]), Success)
