"""A report for people: one HTML file with everything in it, or the chart of the months alone.

The page has no script and loads nothing; its policy says so to the browser. Everything that
strangers wrote is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from linkback_protocol.charts import Series, bars, columns
from linkback_protocol.wire.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linkback_protocol.reports import Counted, Report

SHOWN_MONTHS: Final = 24
"""Months that are shown, the last of them; `linkback_protocol.reports.Report` has all."""

_STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 44rem; padding: 1rem; font: 1rem/1.5 sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
svg { display: block; width: 100%; height: auto; }
table { width: 100%; border-collapse: collapse; margin-top: .5rem; }
caption { text-align: left; font-size: .9rem; }
th, td { padding: .2rem .4rem; text-align: right; border-bottom: 1px solid #8886; }
th:first-child { text-align: left; font-weight: normal; overflow-wrap: anywhere; }
.numbers { overflow-x: auto; }
.numbers th { white-space: nowrap; overflow-wrap: normal; }
@media (max-width: 30rem) { table { font-size: .8rem; } th, td { padding: .2rem; } }
"""
_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'"
)


def to_svg(report: Report) -> str:
    """Return the chart of the months as a file of its own."""
    return _months_chart(report, standalone=True)


def to_html(report: Report, *, title: str = "Linkbacks") -> str:
    """Return the whole report as one page; the same report gives the same page."""
    parts = [
        _months(report),
        _section("hosts", "Who links", "Hosts by links", report.hosts),
        _section("pages", "What is linked to", "Pages by links", report.pages, linked=True),
        _section("protocols", "How links came", "Links by protocol", report.protocols),
        _section("statuses", "Where linkbacks stand", "Linkbacks by status", report.statuses),
        _section("spam", "Who filed spam", "Spam by who decided", report.spam_by),
        _section("refused", "Who refused", "Refused linkbacks by who decided", report.refused_by),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        '<meta name="referrer" content="no-referrer"/>\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(summary(report))}</p>\n{''.join(parts)}"
        "</main>\n</body>\n</html>\n"
    )


def summary(report: Report) -> str:
    """Return the report in a sentence or two."""
    period = [
        f"{word} {moment:%Y-%m-%d}"
        for word, moment in ((" from", report.since), (" before", report.until))
        if moment
    ]
    statuses = {each.name: each for each in report.statuses}
    spam, refused = statuses["spam"], statuses["refused"]
    return (
        f"Received{''.join(period)}: {report.received:,}. Links, approved or waiting:"
        f" {report.links:,}. Spam: {spam.number:,}, {percent(spam.share)}. Refused:"
        f" {refused.number:,}, {percent(refused.share)}."
    )


def percent(share: float | None, *, sign: bool = False) -> str:
    """Return a share as people read it; a dash where there is none."""
    if share is None:
        return "\u2013"
    return f"{share:+.0%}" if sign else f"{share:.1%}"


def _months_chart(report: Report, *, standalone: bool = False) -> str:
    shown = report.months[-SHOWN_MONTHS:]
    series = (
        Series("links", [each.links for each in shown]),
        Series("spam", [each.spam for each in shown]),
    )
    return columns(
        [each.month for each in shown],
        series,
        name="months",
        title="Links and spam by month",
        standalone=standalone,
    )


def _months(report: Report) -> str:
    rows = [
        (
            escape(each.month),
            f"{each.links:,}",
            percent(each.growth, sign=True),
            f"{each.spam:,}",
            f"{each.refused:,}",
            f"{each.received:,}",
        )
        for each in reversed(report.months[-SHOWN_MONTHS:])
    ]
    heads = ("month", "links", "growth", "spam", "refused", "received")
    table = _table("Months, the last first", heads, rows)
    # What is too wide for a telephone is scrolled by itself, with the keyboard too.
    table = f'<div class="numbers" role="region" aria-label="By month" tabindex="0">{table}</div>'
    return f"<section>\n<h2>By month</h2>\n{_months_chart(report)}{table}\n</section>\n"


def _section(
    name: str, heading: str, title: str, counts: Sequence[Counted], *, linked: bool = False
) -> str:
    if not counts:
        return ""
    chart = bars([(each.name, each.number) for each in counts], name=name, title=title)
    rows = [
        (
            f'<a href="{escape(each.name)}">{escape(each.name)}</a>'
            if linked
            else escape(each.name),
            f"{each.number:,}",
            percent(each.share),
        )
        for each in counts
    ]
    table = _table(title, (name, "number", "share"), rows)
    return f"<section>\n<h2>{escape(heading)}</h2>\n{chart}{table}</section>\n"


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; `rows` are markup already, with the name of each row first."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{each}</td>" for each in cells)}</tr>\n'
        for name, *cells in rows
    )
    return (
        f"<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>\n"
    )
