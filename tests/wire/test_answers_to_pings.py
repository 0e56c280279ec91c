"""What real servers answer to a ping, and what a sender makes of it."""

from __future__ import annotations

import xmlrpc.client

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.wire import trackback
from linkback_protocol.wire.answer import Malformed, Refusal, Success, meaning
from linkback_protocol.wire.text import plain
from linkback_protocol.wire.trackback_client import (
    MAX_EXCERPT_BYTES,
    cut_excerpt,
    dump_form,
    read_response,
)
from linkback_protocol.wire.xmlrpc import dump_call, dump_fault, dump_response, parse_call
from linkback_protocol.wire.xmlrpc_answer import read_answer

Answer = Success | Refusal | Malformed


def pingback(body: str | bytes, *, status: int = 200, content_type: str = "text/xml") -> Answer:
    content = body.encode() if isinstance(body, str) else body
    return read_answer(content, status=status, content_type=content_type)


def tb(body: str | bytes, *, status: int = 200, content_type: str = "text/xml") -> Answer:
    content = body.encode() if isinstance(body, str) else body
    return read_response(content, status=status, content_type=content_type)


def clauses(answer: Answer) -> list[str]:
    """Return the clause of each oddity."""
    return [each.rpartition("(")[2].rstrip(")") for each in answer.oddities]


def result(value: str) -> str:
    return (
        '<?xml version="1.0"?><methodResponse><params><param>'
        f"<value>{value}</value></param></params></methodResponse>"
    )


def a_fault(value: str) -> str:
    return f'<?xml version="1.0"?><methodResponse><fault>{value}</fault></methodResponse>'


def struct(*members: tuple[str, str]) -> str:
    said = "".join(
        f"<member><name>{name}</name><value>{value}</value></member>" for name, value in members
    )
    return f"<value><struct>{said}</struct></value>"


FINE = ("faultCode", "<int>17</int>"), ("faultString", "<string>No link</string>")


@pytest.mark.parametrize(
    "body", [result("<string>Thanks</string>"), result("Thanks"), dump_response("Thanks").decode()]
)
def test_success_as_it_must_be(body: str) -> None:  # PB-3-4, XR-T2
    assert pingback(body) == Success("Thanks")
    assert pingback(body, content_type="text/xml; charset=UTF-8") == Success("Thanks")


@pytest.mark.parametrize("code", ["<int>17</int>", "<i4>17</i4>"])
def test_a_fault_as_it_must_be(code: str) -> None:  # XR-R4
    answer = pingback(a_fault(struct(("faultCode", code), FINE[1])))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.message, answer.oddities) == (17, "No link", ())
    assert answer.detail == f"{meaning(17)}; it says: No link"
    assert pingback(dump_fault(17, "No link")) == answer


ODD = [
    # Serendipity: a fault that is no struct, and a Content-Type of HTML.
    (a_fault("<value><i4>0</i4></value>"), "text/html", Refusal, 0, ["XR-R2", "XR-R4"]),
    # go-jamming: white space within <name>.
    (
        a_fault(struct(("\n faultCode\n ", "<int>32</int>"), ("\n faultString ", "x"))),
        "text/xml", Refusal, 32, ["XR-T6", "XR-T6"],
    ),
    # Zinnia and Fat-Free: a fault code that is a result.
    (result("<int>17</int>"), "text/xml", Refusal, 17, ["PB-3-5"]),
    (result("<i4>48</i4>"), "text/xml", Refusal, 48, ["PB-3-5"]),
    # Typecho: the number of the comment.
    (result("<int>1234</int>"), "text/xml", Success, None, ["PB-3-4"]),
    (result("<boolean>1</boolean>"), "text/xml", Success, None, ["PB-3-4"]),
    # WordPress's masked fault.
    (a_fault(struct(("faultCode", "<int>0</int>"), ("faultString", "<string></string>"))),
     "text/xml", Refusal, 0, []),
    (a_fault(struct(("faultCode", "<string>33</string>"), FINE[1])), "text/xml", Refusal, 33,
     ["XR-R4"]),
    (a_fault(struct(("faultCode", "17"), FINE[1])), "text/xml", Refusal, 17, ["XR-R4"]),
    (a_fault(struct(FINE[1])), "text/xml", Refusal, None, ["XR-R4"]),
    (a_fault(struct(FINE[0])), "text/xml", Refusal, 17, ["XR-R4"]),
    (a_fault(struct(*FINE, ("more", "x"))), "text/xml", Refusal, 17, ["XR-R4"]),
    (a_fault("<value>Go away</value>"), "text/xml", Refusal, None, ["XR-R4"]),
    (result(struct(*FINE)[7:-8]), "text/xml", Refusal, 17, ["XR-R4"]),
    # A raw ampersand in a message.
    (a_fault(struct(FINE[0], ("faultString", "<string>R&D</string>"))), "text/xml", Refusal, 17,
     ["XR-T5"]),
    # Markup in a message: no XML any more, and clear enough.
    (a_fault(struct(FINE[0], ("faultString", "<string>No <br> link</string>"))), "text/xml",
     Refusal, 17, ["the answer is not well-formed XML", "XR-R4"]),
    # Notices of PHP round the document; a line before the declaration.
    ("<br />\n<b>Warning</b>: x in y\n" + result("ok"), "text/xml", Success, None,
     ["something stands round the XML document"]),
    (result("ok") + "<!-- 0.2 s -->", "text/xml", Success, None,
     ["something stands round the XML document"]),
    ("\n" + result("ok"), "text/xml", Success, None,
     ["white space stands before the XML declaration, which XML does not allow"]),
    (result("ok").partition("?>")[2], "", Success, None, ["XR-R2"]),
    (result("ok").removesuffix("</methodResponse>") + a_fault(struct(*FINE))[37:], "text/xml",
     Refusal, 17, ["XR-R5"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "content_type", "kind", "code", "odd"), ODD)
def test_what_real_servers_answer(
    body: str, content_type: str, kind: type, code: int | None, odd: list[str]
) -> None:
    answer = pingback(body, content_type=content_type)
    assert isinstance(answer, kind)
    assert getattr(answer, "code", None) == code
    assert sorted(clauses(answer)) == sorted(odd)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("", 200, "nothing at all"),
        (" \n", 200, "nothing at all"),
        ("", 500, "500"),
        ("<html>Hello</html>", 200, "not in XML-RPC"),
        ("Not found", 404, "404"),
        ("<methodResponse/>", 200, "not in XML-RPC"),
        ("<methodResponse></methodResponse>", 200, "neither"),
        ("<methodResponse><params></params></methodResponse>", 200, "empty"),
        ("<methodResponse>" + "<a>" * 5000 + "</methodResponse>", 200, "not in XML-RPC"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + result("&a;")[21:], 200, "not in XML-RPC"),
    ],
)
def test_what_is_no_answer(body: str, status: int, words: str) -> None:
    answer = pingback(body, status=status)
    assert isinstance(answer, Malformed)
    assert words in answer.reason


def test_a_status_beside_a_document_is_told() -> None:  # XR-R1; npm pingback, webmention.io
    for status in (400, 404, 500):
        answer = pingback(dump_fault(33, "closed"), status=status)
        assert isinstance(answer, Refusal)
        assert clauses(answer) == ["XR-R1"]


def test_encodings() -> None:
    text = result("<string>Größe</string>")
    latin = text.replace('"1.0"', '"1.0" encoding="iso-8859-1"').encode("latin-1")
    assert pingback(latin) == Success("Größe")
    assert pingback(text.encode("utf-16")) == Success("Größe")
    assert pingback(text.encode("latin-1")) == Success("Größe")


@pytest.mark.parametrize("code", [0, 16, 17, 18, 32, 33, 48, 49, 50, 429, -32601, -32099, 7, None])
def test_every_code_has_a_meaning(code: int | None) -> None:
    assert meaning(code).startswith("the ")


WELCOME = '<?xml version="1.0" encoding="utf-8"?>\n<response>\n<error>0</error>\n</response>'


def test_trackbacks_as_they_must_be() -> None:  # TB-9, TB-10
    assert tb(WELCOME) == Success("")
    assert tb(trackback.dump_response(0)) == Success("")
    answer = tb(trackback.dump_response(1, "Closed & done"))
    assert answer == Refusal(1, "Closed & done", "the receiver refused it; it says: Closed & done")


@pytest.mark.parametrize(
    ("body", "status", "content_type", "kind", "odd"),
    [
        # Typecho.
        ("<response><success>0</success><message>ok</message></response>", 200, "text/xml", Success,
         ["TB-9"]),
        # Movable Type where a filter refused; its throttle.
        (WELCOME, 403, "text/xml", Refusal, ["TB-10"]),
        (trackback.dump_response(1, "too quickly").decode(), 403, "text/xml", Refusal, []),
        # WordPress's own address wp-trackback.php/4, its flood rule, its duplicates.
        (WELCOME, 404, "text/xml", Success, ["TB-11"]),
        ("<error><code>wp_die</code><message><![CDATA[Slow <b>down</b>.]]></message></error>", 429,
         "text/xml", Refusal, ["TB-10"]),
        ("<html>Denied", 403, "text/html", Refusal, ["TB-10"]),
        # indieweb-utils: a line before the declaration; Serendipity: HTML.
        ("\n" + WELCOME, 200, "text/html", Success, [
            "white space stands before the XML declaration, which XML does not allow", "TB-9"]),
        ("<response><error>1</error><message>R&D</message></response>", 200, "text/xml", Refusal,
         ["XR-T5"]),
        ("<response><error>1</error><message>a <br> b</message></response>", 200, "text/xml",
         Refusal, ["the answer is not well-formed XML", "TB-9"]),
        ("<response><error>0</error><message>a <br> b</message></response>", 200, "text/xml",
         Success, ["the answer is not well-formed XML", "TB-9"]),
        ("<response><error>2</error><message>x</message></response>", 200, "text/xml", Refusal,
         ["TB-12"]),
        ("<response><error>1</error></response>", 200, "text/xml", Refusal, ["TB-10"]),
        ("<response><error>yes</error></response>", 200, "text/xml", Refusal, ["TB-9"]),
        ("moved", 302, "text/html", Refusal, ["TB-10"]),
    ],
)  # fmt: skip
def test_what_real_trackback_servers_answer(
    body: str, status: int, content_type: str, kind: type, odd: list[str]
) -> None:
    answer = tb(body, status=status, content_type=content_type)
    assert isinstance(answer, kind)
    assert sorted(clauses(answer)) == sorted(odd)


@pytest.mark.parametrize(
    ("body", "status"),
    [("", 200), ("", 500), ("<html>Hello", 200), ("<response/>", 200),
     ("<response></response>", 200), ("<response><error></error></response>", 200)],
)  # fmt: skip
def test_what_is_no_answer_to_a_trackback(body: str, status: int) -> None:
    assert isinstance(tb(body, status=status), Malformed)


def test_a_message_is_plain() -> None:
    message = "<b>bold</b> \u202e turned\x1b[31m\n" + "x" * 2000
    answer = tb(trackback.dump_response(1, message))
    assert isinstance(answer, Refusal)
    assert len(answer.message) <= 500
    assert answer.message.isprintable()


PIECES = [
    "<methodResponse>", "</methodResponse>", "<response>", "</response>", "<error>", "</error>",
    "0", "1", "<params>", "<param>", "<value>", "</value>", "<fault>", "<struct>", "<member>",
    "<name>", "faultCode", "</name>", "<int>", "</int>", "-", "&", "&#0;", "<![CDATA[", "]]>",
    "<?xml", "\x00", "\ud800", "<!--", "<message>",
]  # fmt: skip


@given(
    st.one_of(
        st.binary(),
        st.lists(st.sampled_from(PIECES)).map(
            lambda p: "".join(p).encode("utf-8", "surrogatepass")
        ),
    ),
    st.sampled_from([200, 302, 403, 500]),
    st.text(max_size=30),
)
def test_any_bytes_give_an_answer(body: bytes, status: int, content_type: str) -> None:
    for read in (read_answer, read_response):
        answer = read(body, status=status, content_type=content_type)
        assert isinstance(answer, (Success, Refusal, Malformed))


@given(st.text(), st.text())
def test_a_call_is_read_by_other_libraries(source: str, target: str) -> None:
    body = dump_call("pingback.ping", source, target)
    call = parse_call(body)
    params, method = xmlrpc.client.loads(body)
    assert call.method == method == "pingback.ping"
    assert tuple(call.params) == params


@given(st.text(), st.text(), st.text())
def test_a_form_is_read_by_our_receiver(title: str, excerpt: str, blog_name: str) -> None:
    content_type, body = dump_form(
        "http://me.example/?a=1&b=ü", title=title, excerpt=excerpt, blog_name=blog_name
    )
    assert content_type == "application/x-www-form-urlencoded; charset=utf-8"
    form = trackback.parse_form(body, content_type)
    assert form.url == "http://me.example/?a=1&b=ü"
    assert form.title == plain(title, limit=250)
    assert form.excerpt == cut_excerpt(excerpt)


@given(st.text())
def test_an_excerpt_is_bounded_in_bytes(text: str) -> None:
    cut = cut_excerpt(text)
    assert len(cut.removesuffix("…").encode()) <= MAX_EXCERPT_BYTES
    assert cut_excerpt(cut) == cut or cut.endswith("…")


def test_an_excerpt_is_cut_behind_a_word() -> None:
    text = "wörter " * 60
    cut = cut_excerpt(text)
    assert cut.endswith("wörter…")
    assert MAX_EXCERPT_BYTES - 10 < len(cut.encode()) <= MAX_EXCERPT_BYTES + 3
    assert cut_excerpt("字" * 200) == "字" * 84 + "…"
    assert cut_excerpt("short") == "short"
    exact = "x" * 100 + " " + "y" * 151
    assert cut_excerpt(exact) == exact
    assert cut_excerpt(exact + " z") == exact + "…"
