"""Encodings, broken and hostile documents, and the promise that holds for all of them."""

from __future__ import annotations

import encodings
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.errors import LinkbackError, NotWellFormed, UnsupportedEncoding
from linkback_protocol.wire.xmlrpc import Call, parse_call

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = (
    "<methodCall><methodName>m</methodName>"
    "<params><param><value>{text}</value></param></params></methodCall>"
)


def declared(encoding: str, text: str = "x") -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{DOCUMENT.format(text=text)}'


def fault_of(body: bytes) -> int | None:
    """Return what a body is answered with; none where it is a call."""
    try:
        parse_call(body)
    except LinkbackError as error:
        return error.fault_code
    return None


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "caf\u00e9 \U0001f600"),
        ("UTF-8", "caf\u00e9"),
        ("utf8", "caf\u00e9 \u4e2d"),
        ("utf-16", "caf\u00e9 \U0001f600"),
        ("utf-16-le", "caf\u00e9"),
        ("utf-16-be", "caf\u00e9"),
        ("ISO-8859-1", "caf\u00e9"),
        ("latin1", "caf\u00e9"),
        ("us-ascii", "cafe"),
        ("windows-1252", "\u201ccaf\u00e9\u201d"),
        ("iso-8859-15", "\u20ac"),
        ("koi8-r", "\u043f\u0440\u0438\u0432\u0435\u0442"),
        ("windows-1251", "\u043f\u0440\u0438\u0432\u0435\u0442"),
        ("Shift_JIS", "\u65e5\u672c\u8a9e"),
        ("EUC-JP", "\u65e5\u672c\u8a9e"),
        ("iso-2022-jp", "\u65e5\u672c\u8a9e"),
        ("gb18030", "\u4e2d\u6587"),
        ("big5", "\u4e2d\u6587"),
        ("euc-kr", "\ud55c\uad6d\uc5b4"),
    ],
)
def test_reads_the_encodings_of_the_web(encoding: str, text: str) -> None:
    assert parse_call(declared(encoding, text).encode(encoding)) == Call("m", (text,))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(DOCUMENT.format(text="\u00e9").encode(), id="none declared"),
        pytest.param(b"\xef\xbb\xbf" + declared("utf-8", "\u00e9").encode(), id="F6 UTF-8 BOM"),
        pytest.param(b"\n\xef\xbb\xbf\r\n " + declared("UTF-8", "\u00e9").encode(), id="blanks"),
        pytest.param(
            b"\xff\xfe" + declared("utf-16", "\u00e9").encode("utf-16-le"), id="UTF-16 LE"
        ),
        pytest.param(b"\xfe\xff" + declared("utf-8", "\u00e9").encode("utf-16-be"), id="BOM rules"),
        pytest.param(DOCUMENT.format(text="\u00e9").encode("utf-16-le"), id="LE, no BOM"),
        pytest.param(DOCUMENT.format(text="\u00e9").encode("utf-16-be"), id="BE, no BOM"),
        pytest.param(declared("utf-16", "\u00e9").encode(), id="UTF-8 that says UTF-16"),
    ],
)
def test_what_the_bytes_show_comes_before_what_they_say(body: bytes) -> None:
    assert parse_call(body).params == ("\u00e9",)


def test_a_declaration_is_only_one_at_the_start() -> None:
    quoted = "<![CDATA[<?xml version='1.0' encoding='bogus'?>]]>"
    body = DOCUMENT.format(text=quoted).encode()
    assert parse_call(body).params == ("<?xml version='1.0' encoding='bogus'?>",)


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-7",
        "utf-32",
        "hex",
        "rot13",
        "unicode_escape",
        "punycode",
        "cp037",
        "hz-gb-2312",
        "iso-2022-kr",
        "x-user-defined",
        "cp437",
        "bogus",
        "",
        "utf-8\u00ff",
        "u" * 5000,
    ],
)
def test_other_encodings_are_not_supported(encoding: str) -> None:
    with pytest.raises(UnsupportedEncoding):
        parse_call(declared(encoding).encode("latin-1"))


@pytest.mark.parametrize("form", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf_32_is_not_supported(form: str) -> None:
    with pytest.raises(UnsupportedEncoding):
        parse_call(declared("utf-32").encode(form))


def test_python_does_not_learn_the_names_of_unknown_encodings() -> None:
    known = len(vars(encodings)["_cache"])
    for number in range(20):
        for document in (
            declared(f"bogus-{number}").encode(),
            declared(f"bogus-{number}").encode("utf-16"),
            declared(f"bogus-{number}").encode("utf-16-be"),
            declared(f"bogus-{number}").replace(" ", " " * 3000).encode(),
            b"\xef\xbb\xbf\n" + declared(f"bogus-{number}").encode(),
        ):
            try:
                parse_call(document)
            except UnsupportedEncoding:
                continue
    assert len(vars(encodings)["_cache"]) == known


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"\xef\xbb\xbf",
        b"\0",
        b"hello",
        b"source=a&target=b",
        b'{"method": "pingback.ping"}',
        DOCUMENT.encode()[:-1],
        DOCUMENT.format(text="x").encode() + b"junk",
        DOCUMENT.format(text="x").encode() * 2,
        DOCUMENT.format(text="a & b").encode(),
        DOCUMENT.format(text="&nbsp;").encode(),
        DOCUMENT.format(text="&#0;").encode(),
        DOCUMENT.format(text="&#xFFFE;").encode(),
        DOCUMENT.format(text="&#xD800;").encode(),
        DOCUMENT.format(text="a\0b").encode(),
        DOCUMENT.format(text="\x0b").encode(),
        DOCUMENT.format(text="caf\u00e9").encode("latin-1"),
        declared("euc-jp").encode().replace(b">x<", b">\x80\xff<"),
        declared("utf-16").encode("utf-16")[:-1],
        DOCUMENT.format(text="\ud800").encode("utf-8", "surrogatepass"),
        DOCUMENT.format(text="\ud800").encode("utf-16-le", "surrogatepass"),
        b"x" * 2_000_000,
    ],
)
def test_refuses_what_is_not_well_formed(body: bytes) -> None:
    with pytest.raises(NotWellFormed):
        parse_call(body)


def bomb(entity: str, times: int, *, levels: int) -> str:
    entities = "".join(
        f'<!ENTITY e{level} "{(f"&e{level - 1};" if level else entity) * times}">'
        for level in range(levels)
    )
    return f"<!DOCTYPE m [{entities}]>" + DOCUMENT.format(text=f"&e{levels - 1};")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("the secret")
    (tmp_path / "external.dtd").write_text('<!ENTITY x "from outside">')
    return path


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            '<!DOCTYPE m [<!ENTITY x SYSTEM "file://{secret}">]>' + DOCUMENT.format(text="&x;"),
            id="external entity",
        ),
        pytest.param(bomb("lol", 10, levels=10), id="billion laughs"),
        pytest.param(bomb("a" * 20_000, 1, levels=1).replace("&e0;", "&e0;" * 500), id="quadratic"),
        pytest.param(
            '<!DOCTYPE m SYSTEM "file://{folder}/external.dtd">' + DOCUMENT.format(text="&x;"),
            id="external DTD",
        ),
        pytest.param(
            '<!DOCTYPE m [<!ENTITY % p SYSTEM "file://{folder}/external.dtd"> %p;]>'
            + DOCUMENT.format(text="&x;"),
            id="parameter entity",
        ),
        pytest.param("<!DOCTYPE m>" + DOCUMENT.format(text="x"), id="F7 a bare DOCTYPE"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_document_types_are_never_read(body: str, encoding: str, secret: Path) -> None:
    body = body.replace("{secret}", str(secret)).replace("{folder}", str(secret.parent))
    with pytest.raises(NotWellFormed) as caught:
        parse_call(body.encode(encoding))
    assert caught.value.detail == "a document type is declared"
    assert "secret" not in caught.value.message


def test_what_is_sent_back_is_a_constant() -> None:
    with pytest.raises(LinkbackError) as caught:
        parse_call(b"<methodCall><boo/></methodCall>")
    assert "boo" in caught.value.detail
    assert "boo" not in caught.value.message


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml " + b"encoding " * 30_000 + b"?>",
        b"<?xml " + b" " * 250_000,
        b"<?xml encoding=" + b" " * 250_000,
        b" " * 250_000 + b"<",
        b"<methodCall " + b" ".join(b"a%d=''" % n for n in range(25_000)) + b"/>",
        DOCUMENT.format(text="&#65;" * 50_000).encode(),
        DOCUMENT.format(text="<!---->" * 50_000).encode(),
        DOCUMENT.format(text=f"<int>{'0' * 250_000}x</int>").encode(),
        DOCUMENT.format(text=f"<double>{'1' * 250_000}x</double>").encode(),
        DOCUMENT.format(text=f"<base64>{'=' * 250_000}</base64>").encode(),
        DOCUMENT.format(text="<struct>" * 30_000).encode(),
        DOCUMENT.replace("<param>", "<param><value/></param><param>" * 5_000).encode(),
        b"<" * 250_000,
    ],
)
def test_hostile_documents_end(body: bytes) -> None:
    assert fault_of(body) in (None, -32700, -32701, -32600)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_call_or_our_error(body: bytes) -> None:
    assert fault_of(body) in (None, -32700, -32701, -32600, -32601)


PIECES = st.sampled_from(
    [
        b"<value>",
        b"</value>",
        b"<string>",
        b"<int>",
        b"</int>",
        b"<struct>",
        b"<member>",
        b"<name>",
        b"</params>",
        b"<param>",
        b"&#0;",
        b"&amp;",
        b"\x00",
        b"\xff",
        b"<!DOCTYPE a>",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<?xml?>",
        b"\xef\xbb\xbf",
        b"1",
        b"\r",
        b"<nil/>",
        b"<base64>",
    ]
)


@given(
    st.sampled_from(
        [declared("utf-8"), DOCUMENT, declared("iso-2022-jp"), declared("gb18030", "\u4e2d")]
    ),
    st.sampled_from(["utf-8", "utf-16", "gb18030"]),
    st.lists(
        st.tuples(
            st.integers(0, 250), st.integers(0, 12), st.one_of(PIECES, st.binary(max_size=3))
        ),
        max_size=4,
    ),
)
def test_any_damage_gives_a_call_or_our_error(
    document: str, encoding: str, damage: list[tuple[int, int, bytes]]
) -> None:
    body = document.encode(encoding)
    for place, length, piece in damage:
        body = body[:place] + piece + body[place + length :]
    assert fault_of(body) in (None, -32700, -32701, -32600, -32601)
