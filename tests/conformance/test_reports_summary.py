"""The conclusion is one sentence that agrees with the exit code; secrets stay out of reports."""

import pytest

from linkback_conformance.case import CONFORMANCE, MUST, ROBUSTNESS, SECURITY, SHOULD
from linkback_conformance.reports import html, jsonlines, junit, markdown, terminal
from linkback_conformance.reports.evidence import moment, shown
from linkback_conformance.reports.redaction import redact
from linkback_conformance.reports.summary import conclude, tallies
from linkback_conformance.verdict import Verdict
from tests.conformance.samples import a_fetch, a_result, a_run, an_exchange, broken, typical_run

FAIL, ADVISORY = Verdict.FAIL, Verdict.ADVISORY
GOOD = a_result(case_id="pingback.server.good")
BAD = a_result(FAIL)
HINT = a_result(ADVISORY, level=SHOULD)
LEAK = a_result(FAIL, "pingback.server.leak", area=SECURITY)
UNSEEN = a_result(Verdict.INCONCLUSIVE, "pingback.server.unseen")
MISTAKE = a_result(Verdict.ERROR)

BROKEN = "exit code 1: something is broken."
NOTHING = "exit code 0: nothing that was tried is broken."
UNKNOWN = "exit code 3: not established."
HELD = "Conformant: every MUST of the specification that applies was seen to hold"
PARTLY = "Everything selected holds, but not every case was selected"
AS_EXPECTED = "exit code 0: the run is as in the file of expectations."
NOT_AS_EXPECTED = "exit code 1: the run differs from the file of expectations."


@pytest.mark.parametrize(
    ("results", "settings", "sentence"),
    [
        ([GOOD], {}, f"{HELD}; {NOTHING}"),
        ([GOOD, HINT], {}, f"{HELD}, and 1 SHOULD does not; {NOTHING}"),
        ([GOOD, LEAK], {}, f"{HELD}; broken are 1 of security; {BROKEN}"),
        ([GOOD], {"selected_all": False}, f"{PARTLY}; {NOTHING}"),
        ([BAD], {}, f"Not conformant: 1 MUST of the specification is broken; {BROKEN}"),
        ([BAD, BAD], {}, f"Not conformant: 2 MUSTs of the specification are broken; {BROKEN}"),
        (
            [HINT],
            {"strict": True},
            (
                "Not conformant: 1 SHOULD of the specification is broken, which --strict does not "
                f"allow; {BROKEN}"
            ),
        ),
        (
            [GOOD, a_result(ADVISORY, area=ROBUSTNESS, level=SHOULD)],
            {"strict": True},
            f"{HELD}; broken are 1 of robustness; {BROKEN}",
        ),
        (
            [GOOD, UNSEEN],
            {},
            f"Not established: 1 MUST of the specification could not be seen; {UNKNOWN}",
        ),
        (
            [GOOD, UNSEEN, a_result(Verdict.BLOCKED, "pingback.server.hint", level=SHOULD)],
            {"withheld": 2},
            (
                "Not established: 1 MUST of the specification could not be seen "
                f"and 2 cases that would write were left out; {UNKNOWN}"
            ),
        ),
        (
            [UNSEEN, LEAK],
            {},
            (
                "Not established: 1 MUST of the specification could not be seen; broken are 1 of "
                f"security; {BROKEN}"
            ),
        ),
        (
            [BAD],
            {"tainted": True},
            (
                "Not established: a control ping did not get through, so no verdict can be "
                f"trusted; broken are 1 of conformance; {UNKNOWN}"
            ),
        ),
        ([], {}, f"Not established: no case of the specification was selected; {UNKNOWN}"),
        (
            [MISTAKE],
            {},
            (
                "Suite error: 1 case ended in a mistake of the suite itself; "
                "exit code 4: the suite is at fault."
            ),
        ),
        (
            [BAD],
            {"surprises": ()},
            f"Not conformant: 1 MUST of the specification is broken; {AS_EXPECTED}",
        ),
        ([GOOD], {"surprises": ("x: y",)}, f"{HELD}; {NOT_AS_EXPECTED}"),
    ],
)
def test_the_conclusion(results, settings, sentence):
    run = a_run(*results, **settings)
    assert conclude(run) == sentence
    assert f"exit code {run.exit_code}" in sentence


def test_the_figures_are_those_of_the_run():
    run = typical_run()
    assert sum(each.total for each in tallies(run)) == len(run.results)
    assert sum(each.executed for each in tallies(run)) == run.executed == 3
    assert [(each.protocol, each.area) for each in tallies(run)] == [
        ("pingback", CONFORMANCE),
        ("pingback", SECURITY),
        ("trackback", CONFORMANCE),
    ]


@pytest.mark.parametrize(
    ("started", "words"),
    [
        (100.125, "0.125 s after request 1 began, before its answer"),
        (100.5, "0.500 s after request 1 began, after its answer"),
        (103.0, "1.000 s after request 2 began, after its answer"),
        (99.5, "0.500 s before request 1"),
    ],
)
def test_a_fetch_is_placed_among_the_requests(started, words):
    when = moment(a_fetch(started=started), [an_exchange(), an_exchange(started=102.0)])
    assert when is not None
    assert when.words() == words


def test_a_fetch_without_a_request_has_no_place():
    assert moment(a_fetch(), []) is None


def test_of_a_flood_the_beginning_and_the_end_are_shown():
    numbered, left_out = shown(range(300))
    assert [number for number, _ in numbered] == [*range(1, 21), *range(296, 301)]
    assert left_out == 275
    assert shown(range(25)) == (list(enumerate(range(25), 1)), 0)


SECRET = "hunter2 & more"
SPELLED = "hunter2%20%26%20more"
REPORTS = {
    "terminal": lambda run: terminal.render(run, colour=False, width=80, verbose=True),
    "json": jsonlines.render,
    "junit": junit.render,
    "html": html.render,
    "markdown": markdown.render,
}


@pytest.mark.parametrize("report", REPORTS)
def test_no_report_tells_a_secret(report):
    address = f"http://owner:s3same@b.test/owner?page=2&api_key={SPELLED}"
    looked = an_exchange(
        url=address,
        sent=f"GET /owner?page=2&api_key={SPELLED} HTTP/1.1\r\n"
        "Authorization: Basic b3BlbjpzM3NhbWU=\r\nCookie: a=crumbs;\r\n b=folded\r\n\r\n".encode(),
        received=b"HTTP/1.1 200 OK\r\nset-cookie: crumbs\r\nX: 1\r\n\r\nSet-Cookie: is evidence",
        curl=f"curl '{address}'",
    )
    run = a_run(
        broken(
            reason=f"{address} cannot be reached",
            exchanges=(looked,),
            fetches=(a_fetch(headers=(("Cookie", "crumbs"), ("Via", "a proxy"))),),
        ),
        endpoints={"observe": address, "command": "!show --password s3same"},
        options={"observe": "!show --password s3same", "many": [address]},
        notes=(f"seen at {address}",),
    )
    text = REPORTS[report](run)
    for secret in (SPELLED, SECRET, "s3same", "b3Blb", "crumbs", "folded"):
        assert secret not in text
    assert "page=2" in text or "page&#61;2" in text


def test_what_is_no_secret_is_kept():
    run = redact(typical_run(endpoints={"observe": "!show"}, options={"timeout": 1.5, "x": None}))
    assert run.endpoints == {"observe": "!show"}
    assert run.options == {"timeout": 1.5, "x": None}
    assert run.results == typical_run().results
    message = redact(a_run(broken(exchanges=(an_exchange(received=b"no head at all"),))))
    assert message.results[0].exchanges[0].received == b"no head at all"


def test_the_level_of_a_case_does_not_change_its_tally():
    assert tallies(a_run(a_result(level=MUST), a_result(level=SHOULD)))[0].total == 2
