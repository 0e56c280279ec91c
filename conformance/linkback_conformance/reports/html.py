"""The report for a browser: every case with its requirement, what was seen, and the wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from linkback_conformance.case import Protocol
from linkback_conformance.reports.document import block, code, document, line, table, verdict_word
from linkback_conformance.reports.evidence import (
    asked,
    headline,
    message,
    mistake,
    moment,
    outcome,
    own_reason,
    requirements,
    shown,
    telling,
)
from linkback_conformance.reports.redaction import redact
from linkback_conformance.reports.summary import MEANINGS, conclude, tallies
from linkback_conformance.verdict import Holds, Result, Run, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkback_conformance.source_site import Fetch
    from linkback_conformance.wire import Exchange

_LONGEST: Final = 300
"""Characters of a reason in a table; the section of the case has all of it."""
_OPEN: Final = {Verdict.FAIL, Verdict.ERROR}
_SEEN: Final = {Holds.YES: "held", Holds.NO: "did not hold", Holds.UNKNOWN: "could not be seen"}


def render(run: Run) -> str:
    """Return the page, complete in one file."""
    run = redact(run)
    parts = [*_header(run)]
    for protocol in Protocol:
        results = [each for each in run.results if each.case.protocol is protocol]
        if results:
            parts.append(_overview(run, protocol, results))
    parts.append("<h2>Cases</h2>")
    parts += ["\n".join(_case(run, result)) for result in run.results]
    parts.append(_legend())
    return document(f"Linkback conformance of {run.target}", "\n".join(parts))


def _header(run: Run) -> Iterator[str]:
    yield f"<h1>Linkback conformance of {code(run.target)}</h1>"
    yield f'<p class="lead">{line(conclude(run))}</p>'
    yield from (f'<p class="note">{line(note)}</p>' for note in run.notes)
    if run.surprises:
        items = "".join(f"<li>{line(each)}</li>" for each in run.surprises)
        yield f"<h2>Not as the file of expectations says</h2>\n<ul>{items}</ul>"
    pairs = [(name, code(value)) for name, value in run.endpoints.items()]
    pairs += [
        ("suite", line(run.suite_version)),
        ("run", code(run.run_id)),
        ("started", line(run.started)),
        ("seconds", f"{run.seconds:.1f}"),
        *((name, code(str(value))) for name, value in run.options.items()),
    ]
    facts = "".join(f"<dt>{line(name)}</dt><dd>{value}</dd>" for name, value in pairs)
    yield f"<details><summary>About this run</summary>\n<dl>{facts}</dl></details>"


def _overview(run: Run, protocol: Protocol, results: list[Result]) -> str:
    counted = [each for each in tallies(run) if each.protocol is protocol]
    lines = [("executed", [f"{each.executed}/{each.total}" for each in counted])]
    lines += [
        (verdict_word(verdict), [str(each.counts[verdict] or "") for each in counted])
        for verdict in Verdict
    ]
    figures = table(
        ["<th></th>", *(f'<th class="number">{each.area}</th>' for each in counted)],
        (
            f"<th>{label}</th>" + "".join(f'<td class="number">{each}</td>' for each in numbers)
            for label, numbers in lines
        ),
        kind="figures",
    )
    cases = table(
        ["<th>verdict</th>", "<th>case</th>", '<th class="extra">reason</th>'],
        (
            f"<td>{verdict_word(each.verdict)}</td>"
            f'<td><a href="#{line(each.case.id)}">{code(each.case.id)}</a><br>'
            f"{line(each.case.title)}<br><small>{_standing(each)}</small></td>"
            f'<td class="extra">{line(headline(each), _LONGEST)}</td>'
            for each in results
        ),
        kind="cases",
    )
    return f"<h2>{protocol.capitalize()}</h2>\n{figures}\n{cases}"


def _standing(result: Result) -> str:
    case = result.case
    return f"{case.level} ({case.basis}), {case.area}"


def _case(run: Run, result: Result) -> Iterator[str]:
    case = result.case
    state = " open" if result.verdict in _OPEN else ""
    yield (
        f'<details id="{line(case.id)}"{state}><summary>{verdict_word(result.verdict)} '
        f"{code(case.id)} {line(case.title)}</summary>"
    )
    yield f"<p><small>{_standing(result)}, {result.seconds:.3f} s</small></p>"
    yield f"<p>{line(case.why)}</p>"
    yield from _required(result)
    yield from _observed(result)
    exchange = telling(run, result)
    if exchange is not None and exchange.curl:
        yield f"<h3>Reproduce</h3>\n{block(exchange.curl)}"
    yield from _runs(result)
    exchanges, left_out = shown(result.exchanges)
    for number, each in exchanges:
        yield from _exchange(number, each)
    if left_out:
        yield f"<p>{left_out} requests in the middle are not shown.</p>"
    yield from _fetches(result)
    yield "</details>"


def _required(result: Result) -> Iterator[str]:
    items = []
    for each in requirements(result.case):
        name = line(each.id)
        if each.address:
            name = f'<a href="{line(each.address)}" rel="noreferrer">{name}</a>'
        level = f" ({line(each.level)})" if each.level else ""
        items.append(f"<li>{name}{level}{f': {_prose(each.text)}' if each.text else ''}</li>")
    if items:
        yield f"<h3>Requirement</h3>\n<ul>{''.join(items)}</ul>"


def _prose(text: str) -> str:
    """Return our own words, in which what is literal stands between backticks."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", line(text))


def _observed(result: Result) -> Iterator[str]:
    if result.verdict is Verdict.ERROR:
        yield f"<h3>Mistake of the suite</h3>\n{block(mistake(result))}"
    elif reason := own_reason(result):
        yield f"<h3>Reason</h3>\n<p>{line(reason)}</p>"
    if result.observations:
        rows = (
            f"<td>{line(each.expected)}</td><td>{line(each.observed)}</td>"
            f"<td>{_SEEN[each.holds]} ({each.level})</td>"
            for each in result.observations
        )
        heading = ["<th>expected</th>", "<th>observed</th>", "<th></th>"]
        yield f"<h3>Observations</h3>\n{table(heading, rows)}"


def _runs(result: Result) -> Iterator[str]:
    for run in result.runs:
        yield (
            f"<h3>The sender was told</h3>\n<p>{code(run.told)}: {line(run.outcome)}, "
            f"{run.seconds:.3f} s</p>"
        )
        if run.output:
            yield block(run.output)


def _exchange(number: int, exchange: Exchange) -> Iterator[str]:
    yield (
        f"<h3>Request {number}</h3>\n<p>{line(exchange.method)} {code(exchange.url)}: "
        f"{line(outcome(exchange))}, {exchange.seconds:.3f} s</p>"
    )
    yield block(message(exchange.sent))
    if exchange.received:
        yield f"<h3>Answer {number}</h3>\n{block(message(exchange.received))}"


def _fetches(result: Result) -> Iterator[str]:
    fetches, left_out = shown(result.fetches)
    if not fetches:
        return
    yield "<h3>Fetches from the source site</h3>"
    yield table(
        ["<th>when</th>", "<th>what</th>", "<th>headers</th>", "<th>sent</th>"],
        (_fetch(fetch, result) for _, fetch in fetches),
    )
    if left_out:
        yield f"<p>{left_out} fetches in the middle are not shown.</p>"


def _fetch(fetch: Fetch, result: Result) -> str:
    when = moment(fetch, result.exchanges)
    headers = "".join(f"{code(f'{name}: {value}')}<br>" for name, value in fetch.headers)
    extent = "all of it" if fetch.whole else "not all of it"
    seconds = "not ended" if fetch.ended is None else f"{fetch.ended - fetch.started:.3f} s"
    return (
        f"<td>{when.words() if when else 'without a request'}</td>"
        f"<td>{code(asked(fetch))}</td><td>{headers}</td>"
        f"<td>{fetch.sent} bytes, {extent}, {seconds}</td>"
    )


def _legend() -> str:
    items = "".join(
        f"<dt>{verdict_word(verdict)}</dt><dd>{meaning}</dd>"
        for verdict, meaning in MEANINGS.items()
    )
    return f"<h2>What the verdicts mean</h2>\n<dl>{items}</dl>"
