"""What real servers answer to a pingback, and what a sender makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.wire.answer import Refusal, Success
from linkback_protocol.wire.xmlrpc import dump_fault, dump_response

if TYPE_CHECKING:
    from linkback_protocol.wire.answer import Answer

from tests.wire.xmlrpc_answers import (
    GO_JAMMING_FAULT,
    GO_JAMMING_SUCCESS,
    NPM_FAULT,
    PHP_NOTICE,
    RPC_XML_FAULT,
    SERENDIPITY_FAULT,
    SERENDIPITY_SUCCESS,
    TYPECHO,
    WORDPRESS_FAULT,
    WORDPRESS_SUCCESS,
    ZINNIA,
    answer,
    fault,
    value,
)

CAFE = "caf\u00e9"
HTML = "text/html; charset=UTF-8"
BARE_FAULT = "the fault is of the type <i4>, not a struct of faultCode and faultString (XR-R4)"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            WORDPRESS_SUCCESS,
            Success(
                "Pingback from http://a.example/ to http://b.example/?p=1&x=2 registered."
                " Keep the web talking! :-)"
            ),
            id="WordPress",
        ),
        pytest.param(
            WORDPRESS_FAULT.format(code=0, message=""), Refusal(0, ""), id="WordPress hides"
        ),
        pytest.param(
            WORDPRESS_FAULT.format(code=48, message="The pingback has already been registered."),
            Refusal(48, "The pingback has already been registered."),
            id="WordPress, registered before",
        ),
        pytest.param(
            GO_JAMMING_SUCCESS,
            Success("Thanks, bro. Will process this soon, pinky swear!"),
            id="go-jamming",
        ),
        pytest.param(RPC_XML_FAULT, Refusal(-32601, "No method x"), id="RPC::XML"),
        pytest.param(value("no type"), Success("no type"), id="untyped, no declaration"),
        pytest.param(value(""), Success(""), id="an empty string"),
        pytest.param(fault("<int>+017</int>", "No."), Refusal(17, "No."), id="an untyped reason"),
        pytest.param(
            value("<string><![CDATA[a & <b>]]></string>").replace("<params>", "<!-- x --><params>"),
            Success("a & <b>"),
            id="CDATA and a comment",
        ),
        pytest.param(("\ufeff" + value(CAFE)).encode(), Success(CAFE), id="byte order mark"),
        pytest.param(
            ('<?xml version="1.0" encoding="utf-16"?>' + value(CAFE)).encode("utf-16"),
            Success(CAFE),
            id="UTF-16",
        ),
    ],
)
def test_a_correct_answer_has_no_oddities(body: bytes | str, expected: Answer) -> None:
    assert answer(body, content_type="text/xml; charset=UTF-8") == expected
    assert answer(body) == expected


def test_a_content_type_may_name_the_encoding() -> None:
    body = value("\u043f\u0440\u0438\u0432\u0435\u0442").encode("koi8-r")
    read = answer(body, content_type="text/xml; charset=koi8-r")
    assert read == Success("\u043f\u0440\u0438\u0432\u0435\u0442")


TEXT = st.text(st.characters(codec=None), max_size=200)


@given(TEXT)
def test_nothing_is_odd_about_our_own_successes(text: str) -> None:
    read = answer(dump_response(text))
    assert isinstance(read, Success)
    assert read.oddities == ()


@given(st.sampled_from([0, 16, 17, 32, 33, 48, 49, 50, -32700, -32602, -32099, -32000]), TEXT)
def test_nothing_is_odd_about_our_own_faults(code: int, text: str) -> None:
    read = answer(dump_fault(code, text))
    assert isinstance(read, Refusal)
    assert (read.code, read.oddities) == (code, ())


@pytest.mark.parametrize(
    ("body", "http", "expected"),
    [
        pytest.param(
            SERENDIPITY_SUCCESS,
            {"content_type": HTML},
            Success("success", ("the Content-Type is 'text/html', not 'text/xml' (XR-R2)",)),
            id="Serendipity, success",
        ),
        pytest.param(
            SERENDIPITY_FAULT,
            {"content_type": HTML},
            Refusal(
                0,
                "",
                (
                    "the Content-Type is 'text/html', not 'text/xml' (XR-R2)",
                    BARE_FAULT,
                ),
            ),
            id="Serendipity, fault",
        ),
        pytest.param(
            GO_JAMMING_FAULT,
            {},
            Refusal(
                0,
                "Sorry pal. Malformed request? Or something else, who knows...",
                (
                    "the <name> 'faultCode' has white space round it (XR-R4)",
                    "the <name> 'faultString' has white space round it (XR-R4)",
                    "the integer 0 has white space round it (XR-T3)",
                ),
            ),
            id="go-jamming",
        ),
        *(
            pytest.param(
                ZINNIA.format(code=code),
                {},
                Refusal(
                    code,
                    "",
                    (f"the fault {code} is returned as if it were a success (PB-3-5)",),
                ),
                id=f"Zinnia, {code}",
            )
            for code in (0, 16, 17, 32, 33, 48, 51)
        ),
        pytest.param(
            TYPECHO,
            {},
            Success("4711", ("the success is of the type <int>, not a string (PB-3-4)",)),
            id="Typecho",
        ),
        pytest.param(
            NPM_FAULT,
            {"status": 400, "content_type": "application/xml; charset=utf-8"},
            Refusal(
                17,
                "The source does not contain a link to the target.",
                (
                    "the HTTP status is 400, not 200 (XR-R1)",
                    "the Content-Type is 'application/xml', not 'text/xml' (XR-R2)",
                ),
            ),
            id="npm pingback",
        ),
        pytest.param(
            # Dotclear 2.40, whatever the reason.
            WORDPRESS_FAULT.format(code=400, message="Sorry, an internal problem has occured."),
            {},
            Refusal(
                400,
                "Sorry, an internal problem has occured.",
                ("the fault code 400 is none of pingback's (PB-3-5)",),
            ),
            id="Dotclear",
        ),
        pytest.param(
            # WordPress 6.1.9, from its comments, past the filter that hides reasons.
            WORDPRESS_FAULT.format(code=429, message="You are posting comments too quickly."),
            {},
            Refusal(
                429,
                "You are posting comments too quickly.",
                ("the fault code 429 is none of pingback's (PB-3-5)",),
            ),
            id="WordPress, too quickly",
        ),
        pytest.param(
            # PEAR2 Services_Linkback (States::SPAM).
            fault("<int>18</int>", "<string>Spam</string>"),
            {},
            Refusal(18, "Spam", ("the fault code 18 is none of pingback's (PB-3-5)",)),
            id="PEAR",
        ),
        pytest.param(
            '<?xml version="1.0"?>\n' + PHP_NOTICE + fault("<int>17</int>"),
            {},
            Refusal(17, "No.", ("something else stands before <methodResponse> (XR-R4)",)),
            id="a notice of PHP behind the declaration",
        ),
        pytest.param(
            PHP_NOTICE + WORDPRESS_SUCCESS,
            {},
            Success(
                "Pingback from http://a.example/ to http://b.example/?p=1&x=2 registered."
                " Keep the web talking! :-)",
                ("something else stands before <methodResponse> (XR-R3)",),
            ),
            id="a notice of PHP before it",
        ),
        pytest.param(
            value("ok") + "<br>\n<b>Warning</b>",
            {},
            Success("ok", ("something else stands behind </methodResponse> (XR-R3)",)),
            id="a notice of PHP at the end",
        ),
        pytest.param(
            "<methodResponse><br>\n<b>Deprecated</b>: x" + fault("<int>17</int>")[16:],
            {},
            Refusal(
                17,
                "No.",
                (
                    "'<' stands unescaped (XR-R4)",
                    "text stands within <methodResponse> (XR-R4)",
                ),
            ),
            id="a notice of PHP within",
        ),
        pytest.param(
            value("<string>Pingback from http://a.example/?a=1&b=2 to x registered.</string>"),
            {},
            Success(
                "Pingback from http://a.example/?a=1&b=2 to x registered.",
                ("'&' stands unescaped (XR-R3)",),
            ),
            id="a raw ampersand",
        ),
        pytest.param(
            fault("<int>17</int>", "<string>no <a> in a < b &amp; &hellip; &#8230; &#0;</string>"),
            {},
            Refusal(
                17,
                "no <a> in a < b & \u2026 \u2026 \ufffd",
                ("'<' stands unescaped (XR-R4)",),
            ),
            id="raw markup and entities of HTML",
        ),
        pytest.param(
            "\n" + WORDPRESS_FAULT.format(code=17, message="No."),
            {},
            Refusal(17, "No.", ("white space stands before the XML declaration (XR-R4)",)),
            id="a blank line before the declaration",
        ),
        pytest.param(
            value("caf\u00e9\x0b"),
            {},
            Success(CAFE, ("there are characters that XML cannot carry (XR-R3)",)),
            id="a control character",
        ),
        pytest.param(
            ('<?xml version="1.0" encoding="utf-8"?>' + value(CAFE)).encode("latin-1"),
            {},
            Success(CAFE, ("the bytes are not utf-8, as they should be (XR-R3)",)),
            id="not the encoding that is declared",
        ),
        pytest.param(
            PHP_NOTICE + value("caf&#233;"),
            {},
            Success(CAFE, ("something else stands before <methodResponse> (XR-R3)",)),
            id="a reference that is right, in what is not",
        ),
    ],
)
def test_real_answers_are_understood_and_what_is_odd_is_named(
    body: bytes | str, http: dict[str, Any], expected: Answer
) -> None:
    assert answer(body, **http) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # PHP counts characters for the Content-Length where it should count bytes.
        (WORDPRESS_SUCCESS[:-20], "Pingback from http://a.example/ to http://b.example/?p=1&x=2"),
        (value("<string>Pingback from http://a")[:60] + "Ping", "Ping"),
    ],
)
def test_what_breaks_off_is_read_as_far_as_it_goes(body: str, expected: str) -> None:
    read = answer(body)
    assert isinstance(read, Success)
    assert read.message.startswith(expected)
    assert read.oddities[0] == "the document breaks off before its end (XR-R3)"


def test_a_fault_that_breaks_off_is_one() -> None:
    read = answer(WORDPRESS_FAULT.format(code=17, message="No link.")[:260])
    assert isinstance(read, Refusal)
    assert read.code == 17
    assert read.oddities[0] == "the document breaks off before its end (XR-R4)"


@given(st.integers(0, len(GO_JAMMING_FAULT)), st.integers(0, len(GO_JAMMING_FAULT)))
def test_no_piece_of_a_fault_is_a_success(start: int, end: int) -> None:
    assert not isinstance(answer(GO_JAMMING_FAULT[start:end]), Success)
