"""Trackbacks as senders post them (F12): what is read, and what is refused as what."""

from __future__ import annotations

from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback_protocol.errors import LinkbackError, MissingURL, UnreadableForm
from linkback_protocol.wire.trackback import (
    MAX_BOUNDARY,
    MAX_EXCERPT,
    MAX_FIELDS,
    MAX_TITLE,
    Form,
    parse_form,
)

FORM = "application/x-www-form-urlencoded"
URL = "http://www.bar.com/?a=1&b=2"
JAPANESE = "\u65e5\u672c\u8a9e"


def post(content_type: str = FORM, *, encoding: str = "utf-8", **fields: str) -> Form:
    return parse_form(urlencode(fields, encoding=encoding).encode(), content_type)


def status_of(body: bytes, content_type: str) -> int | None:
    """Return the HTTP status of the refusal; none where there is a form with a URL."""
    try:
        form = parse_form(body, content_type)
    except LinkbackError as error:
        return error.http_status
    assert form.url == form.url.strip() != ""
    return None


def test_reads_the_four_fields() -> None:
    body = (
        b"title=Foo+Bar&url=http%3A%2F%2Fwww.bar.com%2F&excerpt=My+Excerpt+%3Cb%3E%26amp%3B"
        b"&blog_name=Foo"
    )
    assert parse_form(body, f"{FORM}; charset=utf-8") == Form(
        url="http://www.bar.com/",
        title="Foo Bar",
        excerpt="My Excerpt <b>&amp;",
        blog_name="Foo",
    )


def test_the_url_is_enough() -> None:
    assert post(url=URL) == Form(url=URL, title="", excerpt="", blog_name="")


@pytest.mark.parametrize(
    "body",
    [b"", b"&&", b"url", b"url=", b"url=+%0A", b"url=%00", b"title=x", b"URL=http://a/", b"="],
)
def test_the_url_is_required(body: bytes) -> None:
    with pytest.raises(MissingURL):
        parse_form(body, FORM)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        FORM,
        FORM.upper(),
        f"{FORM};charset=UTF-8",
        f'{FORM}; charset="utf-8"',
        "text/plain",
        "application/octet-stream",
        "application/x-www-form",
        ";",
        "nonsense",
        f"{FORM}; charset",
    ],
)
def test_whatever_it_is_called_a_form_is_read(content_type: str) -> None:
    assert post(content_type, url=URL, title="caf\u00e9").title == "caf\u00e9"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"url": "http://a/"}', "application/json"),
        (b'{"url": "http://a/"}', "application/json; charset=utf-8"),
        (b'{"url": "http://a/"}', "application/activity+JSON"),
        (b"<url>http://a/</url>", "text/xml"),
        (b"<url>http://a/</url>", "application/xml"),
    ],
)
def test_other_data_is_no_form(body: bytes, content_type: str) -> None:
    with pytest.raises(UnreadableForm):
        parse_form(body, content_type)


def test_the_first_of_a_repeated_field_counts() -> None:
    form = parse_form(b"title=a&url=http%3A%2F%2Fa%2F&title=b&url=http://a/&title[]=c", FORM)
    assert (form.url, form.title) == ("http://a/", "a")


@pytest.mark.parametrize("body", [b"url=http://a/&url=http://b/", b"url=&url=http://b/"])
def test_two_different_urls_are_refused(body: bytes) -> None:
    with pytest.raises(UnreadableForm):
        parse_form(body, FORM)


def test_fields_are_counted() -> None:
    fields = [b"url=http://a/", *(b"f%d=" % number for number in range(MAX_FIELDS - 1))]
    assert parse_form(b"&".join(fields), FORM).url == "http://a/"
    with pytest.raises(UnreadableForm):
        parse_form(b"&".join([*fields, b"one=more"]), FORM)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("caf\u00e9", "utf-8"),
        ("caf\u00e9", "iso-8859-1"),
        ("\u20ac", "windows-1252"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "iso-2022-jp"),
        ("\u043f\u0440\u0438\u0432\u0435\u0442", "koi8-r"),
        ("\u4e2d\u6587", "gb2312"),
        ("\u4e2d\u6587", "big5"),
        ("\ud55c\uad6d\uc5b4", "euc-kr"),
    ],
)
def test_the_encoding_is_declared_in_the_header_or_in_the_form(text: str, encoding: str) -> None:
    in_header = post(f"{FORM}; charset={encoding}", encoding=encoding, url=URL, title=text)
    in_form = post(encoding=encoding, url=URL, title=text, charset=encoding.upper())
    assert in_header == in_form == Form(url=URL, title=text, excerpt="", blog_name="")


def test_the_header_comes_before_the_form() -> None:
    form = post(
        f"{FORM}; charset=euc-jp", encoding="euc-jp", url=URL, title=JAPANESE, charset="big5"
    )
    assert form.title == JAPANESE


@pytest.mark.parametrize(
    "label",
    ["", "bogus", "utf-7", "UTF-8," * 25_000, "utf-16", "hz-gb-2312", "unicode_escape", "\x80"],
)
def test_labels_that_name_nothing_of_use_are_passed_over(label: str) -> None:
    text = "+ADw-script+AD4- caf\u00e9"
    assert post(url=URL, title=text, charset=label).title == text
    assert post(f"{FORM}; charset={label}", url=URL, title=text).title == text


def test_without_a_label_it_is_utf_8_or_windows_1252() -> None:
    assert post(url=URL, title="caf\u00e9", excerpt="\u65e5").title == "caf\u00e9"
    assert post(encoding="cp1252", url=URL, title="caf\u00e9 \u201ca\u201d").title == (
        "caf\u00e9 \u201ca\u201d"
    )


def test_raw_bytes_need_no_percent_escapes() -> None:
    body = f"url=http://a/?b=c;d&title={JAPANESE} %zz%4".encode()
    form = parse_form(body, FORM)
    assert (form.url, form.title) == ("http://a/?b=c;d", f"{JAPANESE} %zz%4")


def test_texts_are_cleaned_and_cut_and_the_url_is_not() -> None:
    url = "http://a/" + "x" * 5000
    form = post(
        url=f" {url}\n",
        title="a\0b\r\n c\x08 " + "word " * 100,
        blog_name="name " * 100,
        excerpt="word\n" * 1000,
    )
    assert form.url == url
    assert form.title.startswith("ab c word word")
    for text, limit in (
        (form.title, MAX_TITLE),
        (form.blog_name, MAX_TITLE),
        (form.excerpt, MAX_EXCERPT),
    ):
        assert limit - 10 < len(text) <= limit
        assert text.endswith(("word\u2026", "name\u2026"))


BOUNDARY = "----xYz"


def multipart(*parts: tuple[str, bytes], boundary: str = BOUNDARY, end: str = "--") -> bytes:
    """Build a body of parts, each with what its headers say besides form-data, and its content."""
    lines = [
        f"--{boundary}\r\nContent-Disposition: form-data; {headers}\r\n\r\n".encode() + content
        for headers, content in parts
    ]
    return b"\r\n".join([*lines, f"--{boundary}{end}\r\n".encode()])


def post_parts(*parts: tuple[str, bytes], content_type: str = "") -> Form:
    return parse_form(
        multipart(*parts), content_type or f"multipart/form-data; boundary={BOUNDARY}"
    )


def test_reads_multipart_forms() -> None:
    form = post_parts(
        ('name="title"', b" Foo\r\nBar "),
        ('name="url"', URL.encode()),
        ('name="excerpt"; filename="a.txt"\r\nContent-Type: text/plain', b"a file"),
        ('name="blog_name"', b""),
        ("", b"no name"),
        content_type=f'Multipart/Form-Data; boundary="{BOUNDARY}"',
    )
    assert form == Form(url=URL, title="Foo Bar", excerpt="", blog_name="")


def test_a_part_may_have_an_encoding_of_its_own() -> None:
    form = post_parts(
        ('name="url"', URL.encode()),
        ('name="title"\r\nContent-Type: text/plain; charset=euc-jp', JAPANESE.encode("euc-jp")),
        ('name="excerpt"', JAPANESE.encode("shift_jis")),
        ('name="charset"', b"shift_jis"),
    )
    assert form == Form(url=URL, title=JAPANESE, excerpt=JAPANESE, blog_name="")


def test_multipart_fields_follow_the_same_rules() -> None:
    with pytest.raises(MissingURL):
        post_parts(('name="title"', b"x"))
    with pytest.raises(UnreadableForm):
        post_parts(('name="url"', b"http://a/"), ('name="url"', b"http://b/"))
    with pytest.raises(UnreadableForm):
        post_parts(*((f'name="f{number}"', b"") for number in range(MAX_FIELDS + 1)))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (multipart(('name="url"', b"http://a/")), "multipart/form-data"),
        (multipart(('name="url"', b"http://a/")), "multipart/form-data; boundary="),
        (multipart(('name="url"', b"http://a/")), "multipart/form-data; boundary=\u00e9"),
        (multipart(('name="url"', b"http://a/")), 'multipart/form-data; boundary="\u00e9"'),
        (multipart(('name="url"', b"http://a/")), "multipart/form-data; boundary=other"),
        (b"", f"multipart/form-data; boundary={BOUNDARY}"),
        (b"url=http://a/", f"multipart/form-data; boundary={BOUNDARY}"),
        (multipart(('name="url"', b"x"), end=""), f"multipart/form-data; boundary={BOUNDARY}"),
        (multipart(('name="url"', b"x"))[:-20], f"multipart/form-data; boundary={BOUNDARY}"),
        (
            multipart(('name="url"\r\nX: raw', b"x")).replace(b"raw", b"\xff"),
            f"multipart/form-data; boundary={BOUNDARY}",
        ),
        (
            multipart(('name="url"', b"x")).replace(b"Content-Disposition", b"Content-Nothing"),
            f"multipart/form-data; boundary={BOUNDARY}",
        ),
    ],
)
def test_broken_multipart_is_no_form(body: bytes, content_type: str) -> None:
    with pytest.raises(UnreadableForm):
        parse_form(body, content_type)


def test_a_boundary_has_the_length_of_one() -> None:
    for length in (1, MAX_BOUNDARY):
        body = multipart(('name="url"', b"http://a/"), boundary="x" * length)
        form = parse_form(body, f"multipart/form-data; boundary={'x' * length}")
        assert form.url == "http://a/"
    for length in (0, MAX_BOUNDARY + 1, 60_000):
        body = multipart(('name="url"', b"http://a/"), boundary="x" * length)
        with pytest.raises(UnreadableForm):
            parse_form(body, f"multipart/form-data; boundary={'x' * length}")


@pytest.mark.parametrize(
    "body",
    [
        b"%" * 250_000,
        b"url=" + b"%41" * 80_000,
        b"title=" + b"+" * 250_000,
        b"charset=" + b"utf-8," * 40_000,
        b"&" * 250_000,
        b"--x" * 80_000,
        b"--x" + b" " * 250_000,
        b"--x\r\n" * 50_000,
        b"--x\r\nContent-Disposition: form-data; name=url" + b"; a*0=b" * 30_000 + b"\r\n\r\n--x--",
        b"--x\r\nContent-Disposition: form-data; name=url\r\n\r\n" + b"\r\n--xy" * 40_000,
        b"--x\r\nContent-Disposition: form-data; name=url\r\n\r\n" + b"\r" * 250_000,
        b"--x\r\n" + b"a: b\r\n " * 30_000,
    ],
)
@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x"])
def test_hostile_forms_end(body: bytes, content_type: str) -> None:
    assert status_of(body, content_type) in (None, 200, 400)


@given(st.binary(max_size=200), st.text(max_size=60))
def test_any_bytes_give_a_form_or_our_error(body: bytes, content_type: str) -> None:
    assert status_of(body, content_type) in (None, 200, 400)


CONTENT_TYPES = st.sampled_from(
    [
        FORM,
        f"{FORM}; charset=iso-2022-jp",
        f"multipart/form-data; boundary={BOUNDARY}",
        f"multipart/form-data; boundary={BOUNDARY}; charset=gb18030",
    ]
)
BODIES = st.sampled_from(
    [
        f"url={quote_plus(URL)}&title=%E6%97%A5&charset=euc-jp".encode(),
        multipart(('name="url"', URL.encode()), ('name="title"; filename=a', b"x"), ("", b"")),
        multipart(('name="url"\r\nContent-Type: text/plain; charset=big5', b"\xa4\xa4")),
    ]
)
PIECES = st.one_of(
    st.sampled_from(
        [
            b"\r\n",
            b"\n\n",
            b"--" + BOUNDARY.encode(),
            b"--",
            b";",
            b"=",
            b'"',
            b"%",
            b"&",
            b":",
            b"name*=utf-8''%ed%a0%80",
            b"filename",
            b"charset*0=a",
            b"\x00",
            b"\\",
        ]
    ),
    st.binary(max_size=3),
)


@given(
    BODIES,
    CONTENT_TYPES,
    st.lists(st.tuples(st.integers(0, 250), st.integers(0, 12), PIECES), max_size=5),
)
def test_any_damage_gives_a_form_or_our_error(
    body: bytes, content_type: str, damage: list[tuple[int, int, bytes]]
) -> None:
    for place, length, piece in damage:
        body = body[:place] + piece + body[place + length :]
    assert status_of(body, content_type) in (None, 200, 400)
