"""Whatever strangers write: it is text on the page, and nothing but text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from linkback_protocol import Candidate, MemoryStore, Status, Verdict
from linkback_protocol.url import InvalidURL, parse
from linkback_protocol.wsgi.moderation import Moderation
from linkback_protocol.wsgi.moderation.markup import element, shown, textarea
from tests.wsgi.moderation.desks import NOW, SECRET, SITE, add
from tests.wsgi.moderation.pages import Page

HOSTILE = (
    "<script>alert(1)</script>",
    "</bdi></article></form><form action=//evil.example>",
    '" onmouseover="alert(1)" x=\'',
    "<!--",
    "<![CDATA[",
    "<textarea>",
    "</textarea><img src=x onerror=alert(1)>",
    "</title><svg onload=alert(1)>",
    "&lt;b&gt; &#x3c;b&#x3e; &amp;",
    "javascript:alert(1)",
    "\u202egnp.exe\u2066",
    "\x00\x1b[31m\x9b",
    "\ud800",
    "\ufeff\u2028\u2029",
)
# A letter in front keeps what is empty from being left out.
TEXT = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(), max_size=40),
    st.lists(st.sampled_from("<>&\"'/=!-` ab\n\u202e"), max_size=20).map("".join),
).map("x{}".format)


@dataclass(frozen=True)
class Texts:
    """A text for every place that somebody else can fill; `path` ends the source's address."""

    title: str = "x"
    excerpt: str = "x"
    site_name: str = "x"
    user_agent: str = "x"
    reason: str = "x"
    by: str = "x"
    note: str = "x"
    mover: str = "x"
    quoted: str = "x"
    linked: str = "x"
    path: str = "x"
    user: str = "x"
    words: str = "x"
    opinion: str = "x"
    validator: str = "x"


def pages(texts: Texts) -> list[Page]:
    """Return the queue, and a linkback by itself, with these texts in them."""
    store = MemoryStore()
    for number, body in enumerate(("", f"<p>{texts.quoted} <a href={SITE}>{texts.linked}</a>")):
        try:
            source = str(parse(f"http://source.example/{number}{texts.path}"))
        except InvalidURL:
            source = f"http://source.example/{number}"
        held = add(
            store,
            number,
            source=source,
            page=SITE,
            title=texts.title,
            excerpt=texts.excerpt,
            site_name=texts.site_name,
            user_agent=texts.user_agent,
            reasons=(Verdict.hold(texts.reason, by=texts.by),),
            body=body,
        )
        store.set_status(held.id, Status.PENDING, [Verdict.hold("x")], by=texts.mover, now=NOW + 2)
    store.annotate(held.id, [texts.note])

    def asked(candidate: Candidate) -> Verdict:
        return Verdict.hold(texts.opinion, by=texts.validator)

    app = Moderation(
        store,
        authenticate=lambda _: texts.user,
        secret=SECRET,
        validators=[asked],
        block=lambda _: None,
        clock=lambda: NOW + 3,
    )
    client = Client(app)
    queue = client.get("/", query_string={"status": "all"})
    asked_for = {"text": texts.words, "host": texts.words}
    searched = client.get("/", query_string=urlencode(asked_for, errors="surrogatepass"))
    one = client.get(f"/{held.id}")
    token = dict(Page(queue.text).forms[-1].hidden)["token"]
    again = client.post("/ask", data={"token": token, "id": str(held.id)})
    answers = (queue, searched, one, again)
    assert [answer.status_code for answer in (queue, one, again)] == [200] * 3
    return [Page(answer.text) for answer in answers]


def structure(page: Page) -> list[tuple[str, tuple[str, ...]]]:
    return [(tag, tuple(given)) for tag, given in page.elements]


NAMES = [each.name for each in fields(Texts) if each.name not in ("words", "quoted", "linked")]
BLAND = [structure(page) for page in pages(Texts())]
# What the page that links makes of itself may be hidden, empty, or without the link.
KNOWN = {
    *(each for page in BLAND for each in page),
    ("div", ("class", "role")),
    ("p", ()),
    ("p", ("class",)),
    ("mark", ()),
    ("blockquote", ()),
}
SURROGATES = list(map(chr, range(0xD800, 0xE000)))


@settings(deadline=None)
@given(st.sampled_from(NAMES), TEXT)
def test_no_text_adds_an_element_or_an_attribute(name: str, text: str) -> None:
    assert [structure(page) for page in pages(Texts(**{name: text}))] == BLAND


@settings(deadline=None)
@given(TEXT)
def test_nor_do_the_words_of_a_search(text: str) -> None:
    page = pages(Texts(words=text))[1]
    (value,) = (given["value"] for _, given in page.elements if given.get("id") == "text")
    if not set(text) & set(SURROGATES) and "\0" not in text:
        assert value == " ".join(text.split())
    assert {*structure(page)} <= KNOWN


@settings(deadline=None)
@given(st.sampled_from(["quoted", "linked"]), TEXT)
def test_nor_does_the_page_that_links(name: str, text: str) -> None:
    for page in pages(Texts(**{name: text})):
        assert {*structure(page)} <= KNOWN


@settings(deadline=None)
@given(TEXT)
def test_nothing_acts_without_being_seen(text: str) -> None:
    for page in pages(Texts(title=text, reason=text)):
        for character in page.source:
            assert character == "\n" or unicodedata.category(character) not in (
                "Cc",
                "Cs",
                "Zl",
                "Zp",
            )
            assert (
                character
                not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
            )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u202eb", "a[U+202E]b"),
        ("a\x00b", "a[U+0000]b"),
        ("a\r\n\t b", "a b"),
        ("\ud800", "\ufffd"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("soft\u00adhyphen", "soft[U+00AD]hyphen"),
    ],
)
def test_what_is_shown_of_a_text(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "/\\evil.example",
        " http://x/",
        "",
    ],
)
@pytest.mark.parametrize("name", ["href", "src", "action", "formaction"])
def test_addresses_are_of_the_web(name: str, address: str) -> None:
    attributes: dict[str, Any] = {name: address}
    with pytest.raises(ValueError, match="address"):
        element("a", **attributes)


@given(TEXT)
def test_a_field_of_several_lines_keeps_them(text: str) -> None:
    page = Page(textarea(text, name="notes"))
    assert [tag for tag, _ in page.elements] == ["textarea"]


def test_an_address_in_a_store_that_is_not_of_the_web_is_no_link() -> None:
    class Lax(MemoryStore):
        """A store that lets anything in, as somebody's own may."""

        def get(self, linkback_id: int) -> Any:
            kept = super().get(linkback_id)
            return (
                None
                if kept is None
                else type(kept)(
                    **{each.name: getattr(kept, each.name) for each in fields(kept)}
                    | {"source": "javascript:alert(1)", "received": datetime.now(UTC)}
                )
            )

    store = Lax()
    held = add(store, 1)
    app = Moderation(store, authenticate=lambda _: "ann", secret=SECRET)
    answer = Client(app).get(f"/{held.id}")
    assert "javascript:alert(1)" in answer.text
    assert not [
        given for _, given in Page(answer.text).elements if "script:" in given.get("href", "")
    ]
