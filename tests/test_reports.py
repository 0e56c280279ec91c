"""Reports: the counts are right, and the page is harmless and can be read by everybody."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback_protocol import Linkback, MemoryStore, Protocol, Status, Verdict
from linkback_protocol.linkback import Move
from linkback_protocol.report_page import SHOWN_MONTHS, summary, to_html, to_svg
from linkback_protocol.reports import Counted, Month, make_report

if TYPE_CHECKING:
    from linkback_protocol import Store
    from linkback_protocol.reports import Report

POST = "http://blog.example/post/"
SVG = "{http://www.w3.org/2000/svg}"


def kept(
    number: int,
    status: Status = Status.APPROVED,
    *,
    month: int = 1,
    host: str = "a.example",
    page: str = POST,
    by: str = "",
    protocol: Protocol = Protocol.PINGBACK,
) -> Linkback:
    received = datetime(2026, month, 15, tzinfo=UTC)
    verdict = Verdict.spam("so", by=by) if status is Status.SPAM else Verdict.refuse("so", by=by)
    return Linkback(
        id=0,
        protocol=protocol,
        source=f"http://{host}/{number}",
        target=page,
        page=page,
        status=status,
        received=received,
        updated=received,
        history=(Move(received, status, "receiver", (verdict,)),) if by else (),
    )


KEPT = (
    kept(1),
    kept(2, month=2, host="b.example"),
    kept(3, Status.PENDING, month=2, protocol=Protocol.TRACKBACK),
    kept(4, month=2, page=POST + "2/"),
    kept(5, month=5),
    kept(6, Status.SPAM, month=2, host="c.example", by="splog"),
    kept(7, Status.SPAM, month=5, host="c.example", by="akismet"),
    kept(8, Status.SPAM, month=5, host="c.example", by="akismet"),
    kept(9, Status.REFUSED, month=1, host="d.example", by="links-back"),
    kept(10, Status.REFUSED, month=1, host="d.example"),
)


def report(*linkbacks: Linkback, top: int = 10) -> Report:
    with MemoryStore() as store:
        store.bring_in(linkbacks, now=0.0)
        return make_report(store, top=top)


class TestCounts:
    def test_who_links_and_what_is_linked_to(self, store: Store) -> None:
        store.bring_in(KEPT, now=0.0)
        found = make_report(store)
        assert (found.received, found.links) == (10, 5)
        assert found.hosts == (Counted("a.example", 4, 0.8), Counted("b.example", 1, 0.2))
        assert found.pages == (Counted(POST, 4, 0.8), Counted(POST + "2/", 1, 0.2))
        assert found.protocols == (Counted("pingback", 4, 0.8), Counted("trackback", 1, 0.2))
        assert make_report(store, top=1).hosts == found.hosts[:1]

    def test_each_status_is_there(self) -> None:
        found = {each.name: (each.number, each.share) for each in report(*KEPT).statuses}
        assert list(found) == [str(each) for each in Status]
        assert found["spam"] == (3, 0.3)
        assert found["trash"] == (0, 0.0)

    def test_who_kept_out_what(self) -> None:
        found = report(*KEPT)
        assert [(each.name, each.number) for each in found.spam_by] == [
            ("akismet", 2),
            ("splog", 1),
        ]
        assert found.refused_by == (Counted("links-back", 1, 0.5), Counted("nobody", 1, 0.5))
        assert len(report(*KEPT, top=1).spam_by) == 1

    def test_months_with_their_growth(self) -> None:
        assert report(*KEPT).months == (
            Month("2026-01", links=1, spam=0, refused=2, received=3, growth=None),
            Month("2026-02", links=3, spam=1, refused=0, received=4, growth=2.0),
            Month("2026-03", links=0, spam=0, refused=0, received=0, growth=-1.0),
            Month("2026-04", links=0, spam=0, refused=0, received=0, growth=None),
            Month("2026-05", links=1, spam=2, refused=0, received=3, growth=None),
        )

    def test_a_year_ends(self) -> None:
        late = replace(kept(1), received=datetime(2025, 11, 30, 23, 59, tzinfo=UTC))
        months = [each.month for each in report(late, kept(2, month=2)).months]
        assert months == ["2025-11", "2025-12", "2026-01", "2026-02"]

    def test_of_a_period(self, store: Store) -> None:
        store.bring_in(KEPT, now=0.0)
        begin, end = datetime(2026, 2, 15, tzinfo=UTC), datetime(2026, 5, 15, tzinfo=UTC)
        found = make_report(store, since=begin, until=end)
        assert (found.received, found.links) == (4, 3)
        assert [each.month for each in found.months] == ["2026-02"]
        assert sum(each.number for each in found.hosts) == 3
        assert sum(each.number for each in found.pages) == 3

    def test_of_nothing(self) -> None:
        found = report()
        assert (found.received, found.months, found.hosts) == (0, (), ())
        assert {each.share for each in found.statuses} == {0.0}
        assert "Received: 0." in summary(found)

    def test_as_json(self) -> None:
        found = json.loads(json.dumps(report(*KEPT).to_dict()))
        assert found["hosts"][0] == {"name": "a.example", "number": 4, "share": 0.8}
        assert found["months"][1]["growth"] == 2.0
        assert found["since"] is None
        with MemoryStore() as store:
            moment = datetime(2026, 1, 1, tzinfo=UTC)
            assert make_report(store, since=moment).to_dict()["since"] == moment.isoformat()


def page(found: Report) -> Element:
    text = to_html(found)
    assert text.startswith("<!DOCTYPE html>\n")
    return fromstring(text.partition("\n")[2])


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


HOSTILE = "</style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\x1b[31m\x00"


class TestPage:
    def test_it_says_what_was_counted(self) -> None:
        found = page(report(*KEPT))
        assert "Links, approved or waiting: 5. Spam: 3, 30.0%. Refused: 2, 20.0%." in words(found)
        rows = [[words(cell) for cell in row] for row in found.iter("tr")]
        assert ["2026-02", "3", "+200%", "1", "0", "4"] in rows
        assert ["2026-05", "1", "\u2013", "2", "0", "3"] in rows
        assert ["a.example", "4", "80.0%"] in rows
        assert [POST, "4", "80.0%"] in rows
        assert ["akismet", "2", "66.7%"] in rows

    def test_nothing_is_loaded_and_nothing_runs(self) -> None:
        text = to_html(report(*KEPT))
        found = page(report(*KEPT))
        policy = found.find("head/meta[@http-equiv='Content-Security-Policy']")
        style = found.find("head/style")
        assert policy is not None
        assert style is not None
        digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
        assert policy.get("content") == (
            f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{digest}'"
        )
        assert "@import" not in text
        assert "url(" not in text
        for element in found.iter():
            assert element.tag not in {"script", "link", "img", "iframe", f"{SVG}image"}
            assert not {name for name in element.attrib if name.startswith("on")}
            assert not {"style", "src"} & set(element.attrib)

    def test_what_strangers_wrote_is_text(self) -> None:
        hostile = [
            kept(1, Status.SPAM, by=HOSTILE),
            kept(2, Status.REFUSED, by=HOSTILE),
            kept(3, page=POST + "?a=<b>&c=\"d'"),
        ]
        found = page(report(*hostile))
        assert not list(found.iter("script"))
        assert not list(found.iter("img"))
        assert words(found).count("<script>alert(1)</script>") >= 4
        assert "\x1b" not in words(found)

    @settings(deadline=None)
    @given(st.lists(st.text(max_size=80), max_size=4))
    def test_any_name_gives_a_page(self, names: list[str]) -> None:
        hosts = [kept(number, Status.SPAM, by=name) for number, name in enumerate(names)]
        found = report(*hosts)
        assert page(found).tag == "html"
        assert fromstring(to_svg(found)).tag == f"{SVG}svg"

    def test_every_chart_can_be_heard_and_has_a_table(self) -> None:
        found = page(report(*KEPT))
        assert found.get("lang") == "en"
        assert found.find("head/meta[@name='viewport']") is not None
        sections = list(found.iter("section"))
        assert len(sections) == 7
        names: list[str] = []
        for section in sections:
            chart = section.find(f"{SVG}svg")
            assert chart is not None
            assert chart.get("role") == "img"
            said = {each.get("id", ""): words(each) for each in chart if each.get("id")}
            assert all(said.values())
            assert list(said) == (chart.get("aria-labelledby") or "").split()
            names += said
            (table,) = section.iter("table")
            assert table.find("caption") is not None
            assert {cell.get("scope") for cell in table.iter("th")} == {"col", "row"}
        assert len(names) == len(set(names)) == 14

    def test_charts_say_the_numbers(self) -> None:
        found = page(report(*KEPT))
        said = [words(each) for each in found.iter(f"{SVG}desc")]
        assert "2026-01: 1 links, 0 spam; 2026-02: 3 links, 1 spam" in said[0]
        assert said[1] == "a.example: 4; b.example: 1"

    def test_an_empty_report_is_a_page(self) -> None:
        assert "Received: 0." in words(page(report()))

    def test_it_is_the_same_each_time(self) -> None:
        assert to_html(report(*KEPT)) == to_html(report(*KEPT))


class TestChart:
    def test_it_stands_for_itself(self) -> None:
        chart = fromstring(to_svg(report(*KEPT)))
        assert chart.tag == f"{SVG}svg"
        assert [words(each) for each in chart.iter(f"{SVG}title")] == ["Links and spam by month"]
        paper = chart.find(f"{SVG}rect")
        assert paper is not None
        assert paper.get("fill") == "#ffffff"

    def test_columns_are_as_high_as_their_values(self) -> None:
        found = report(kept(1), kept(2, month=2), kept(3, month=2, host="b.example"))
        drawn = list(fromstring(to_svg(found)).iter(f"{SVG}rect"))
        heights = [float(each.get("height") or 0) for each in drawn if each.get("y") != "4"][1:]
        assert heights == [75.0, 0.0, 150.0, 0.0]

    def test_only_the_last_months_are_drawn(self) -> None:
        old = replace(kept(1), received=datetime(1999, 1, 1, tzinfo=UTC))
        found = report(old, kept(2))
        assert len(found.months) == 325
        (said,) = [words(each) for each in fromstring(to_svg(found)).iter(f"{SVG}desc")]
        assert said.count(";") == SHOWN_MONTHS - 1

    @pytest.mark.parametrize("length", [51, 52, 53, 200])
    def test_a_long_name_is_cut_in_the_drawing_alone(self, length: int) -> None:
        name = POST + "x" * (length - len(POST))
        text = to_html(report(kept(1, page=name)))
        drawn = re.findall(r"<text [^>]*>([^<]*)</text>", text)
        assert max(map(len, drawn)) <= 52
        assert (name in drawn) == (length <= 52)
        assert f">{name}</a>" in text
