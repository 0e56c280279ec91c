"""The page for a browser: complete, without script, and with nothing on it that the wire made."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from linkback_conformance.case import Protocol
from linkback_conformance.reports.html import render
from linkback_conformance.verdict import Verdict
from tests.conformance.samples import (
    CURL,
    HOSTILE,
    a_fetch,
    a_result,
    a_run,
    an_exchange,
    broken,
    filled,
    typical_run,
)

VOID = {"meta", "br"}
ATTRIBUTES = {
    "charset",
    "class",
    "content",
    "href",
    "http-equiv",
    "id",
    "lang",
    "name",
    "open",
    "rel",
}
TAGS = {
    "a", "body", "br", "code", "dd", "details", "div", "dl", "dt", "h1", "h2", "h3", "head", "html",
    "li", "meta", "p", "pre", "small", "span", "style", "summary", "table", "tbody", "td", "th",
    "thead", "title", "tr", "ul",
}  # fmt: skip


class Page(HTMLParser):
    """Reads a page and fails where a tag is not closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.comments: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self._open[-1] if self._open else "", data))

    def handle_comment(self, data):
        self.comments.append(data)

    def within(self, tag: str) -> list[str]:
        return [text for parent, text in self.texts if parent == tag]

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def plain(text: str) -> str:
    """Return what a reader sees."""
    return " ".join(" ".join(part for _, part in Page(text).texts).split())


@pytest.fixture(scope="module")
def hostile() -> Page:
    return Page(render(filled(HOSTILE)))


def test_nothing_from_the_wire_becomes_markup(hostile):
    assert set(hostile.tags) <= TAGS
    assert {name for name, _ in hostile.attributes} <= ATTRIBUTES
    assert hostile.comments == []
    calm = Page(render(filled("calm")))
    assert hostile.tags == calm.tags
    assert [name for name, _ in hostile.attributes] == [name for name, _ in calm.attributes]


def test_nothing_from_the_wire_is_obeyed_by_a_terminal_or_turns_the_text(hostile):
    text = render(filled(HOSTILE))
    assert all(char.isprintable() or char in "\n\t" for char in text)
    shown = next(each for each in hostile.within("pre") if "script" in each)
    assert "<script>alert(1)</script>" in shown
    assert "\\x1b[2J" in shown
    assert "\\u202egnp.exe" in shown


def test_only_the_specification_and_the_cases_are_linked_to(hostile):
    ids = set(hostile.values("id"))
    for address in hostile.values("href"):
        assert address[1:] in ids if address.startswith("#") else address.startswith("http")
        assert "evil" not in address


def test_the_policy_allows_its_own_style_and_nothing_else():
    text = render(typical_run())
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(each for each in Page(text).values("content") if "default-src" in each)
    assert policy == (
        f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{digest}'"
    )
    assert text.index("Content-Security-Policy") < text.index("<style>")
    assert not re.search(r"<script|<link|<img|\sstyle=|\son\w+=|url\(|@import", text)


def test_every_case_has_a_row_and_a_section():
    run = typical_run()
    page = Page(render(run))
    ids = [result.case.id for result in run.results]
    assert page.values("id") == ids
    assert [each for each in page.values("href") if each.startswith("#")] == [f"#{i}" for i in ids]


def test_what_is_broken_is_open():
    text = render(typical_run())
    assert re.findall(r'<details id="([^"]+)" open>', text) == [
        "pingback.server.no-link",
        "trackback.server.odd",
    ]


def test_a_case_shows_its_requirement_and_what_was_seen():
    text = render(a_run(broken()))
    seen = plain(text)
    assert re.search(r"Requirement PB-3-5 \([^)]+\): \w+", seen)
    assert any(each.startswith("http") for each in Page(text).values("href"))
    assert "an answer HTTP 200 held (MUST)" in seen
    assert "a fault 17 success: string 'thanks' did not hold (MUST)" in seen
    assert "Otherwise anybody can leave an address." in seen


def test_a_case_shows_the_wire():
    page = Page(render(a_run(broken())))
    assert page.within("pre") == [
        "\n" + CURL,
        "\nPOST /x HTTP/1.1\nHost: b.test\n\n<methodCall/>",
        "\nHTTP/1.1 200 OK\nContent-Type: text/xml\n\n<methodResponse/>",
    ]


def test_the_first_line_break_of_a_message_is_kept():
    page = Page(render(a_run(broken(exchanges=(an_exchange(sent=b"\r\nGET"),)))))
    # A browser drops one line break after the tag.
    assert "\n\nGET" in page.within("pre")


def test_bytes_that_are_no_text_are_shown_and_long_messages_cut():
    sent = b"\xff\x00\x1b" + b"x" * 20_000
    page = Page(render(a_run(broken(exchanges=(an_exchange(sent=sent),)))))
    shown = page.within("pre")[1]
    assert shown.startswith("\n\\xff\\x00\\x1bxxx")
    assert shown.endswith("\n[3619 more bytes are not shown]")


def test_a_request_without_an_answer_says_why():
    silent = an_exchange(received=b"", response=None, problem="nothing within 15 s")
    seen = plain(render(a_run(broken(exchanges=(silent,)))))
    assert "POST http://b.test/x : no answer: nothing within 15 s, 0.250 s" in seen
    assert "Answer 1" not in seen
    odd = an_exchange(problem="the body has no end")
    assert "HTTP 200, but the body has no end" in plain(render(a_run(broken(exchanges=(odd,)))))


def test_a_fetch_is_told_by_its_time_from_the_ping():
    fetch = a_fetch(query="a=1", whole=False)
    seen = plain(render(a_run(broken(fetches=(fetch, a_fetch(ended=None))))))
    assert (
        "0.125 s after request 1 began, before its answer GET "
        "/run1/pingback.server.no-link/1?a=1 User-Agent: a blog "
        "512 bytes, not all of it, 0.075 s"
    ) in seen
    assert "512 bytes, all of it, not ended" in seen
    assert "without a request" in plain(render(a_run(broken(exchanges=()))))


def test_a_flood_is_shown_at_its_ends():
    run = a_run(broken(exchanges=(an_exchange(),) * 100, fetches=(a_fetch(),) * 30))
    seen = plain(render(run))
    assert "75 requests in the middle are not shown." in seen
    assert "5 fetches in the middle are not shown." in seen
    assert "Request 100" in seen
    assert "Request 50 " not in seen


def test_the_head_says_what_the_run_says():
    run = typical_run(surprises=("pingback.server.no-link: fail was not expected",))
    seen = plain(render(run))
    assert "Linkback conformance of http://b.test/post/ Suite error: 1 case" in seen
    assert "pingback by X-Pingback" in seen
    assert "pingback.server.no-link: fail was not expected" in seen
    assert "timeout 15.0" in seen
    assert "conformance security executed 2/4 1/1 pass 1 fail 1 advisory 1" in seen


def test_each_protocol_has_its_table():
    assert [f"<h2>{each.capitalize()}</h2>" in render(typical_run()) for each in Protocol] == [
        True,
        True,
    ]
    assert "<h2>Trackback</h2>" not in render(a_run(a_result()))


def test_every_verdict_is_explained_in_words():
    seen = plain(render(a_run(a_result())))
    for verdict in Verdict:
        assert f"{verdict} " in seen.partition("What the verdicts mean")[2]
    assert plain(render(a_run())).count("not established")
