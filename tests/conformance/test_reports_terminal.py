"""The terminal shows what is broken and how to see it, and obeys nothing from the wire."""

import io
import re

import pytest

from linkback_conformance.reports.terminal import Progress, render
from linkback_conformance.verdict import Verdict
from tests.conformance.samples import (
    CURL,
    HOSTILE,
    a_result,
    a_run,
    an_exchange,
    broken,
    filled,
    typical_run,
)


def shown(run, **options) -> str:
    return render(run, **({"colour": False, "width": 80} | options))


def test_a_failure_says_what_is_required_expected_and_seen_and_how_to_repeat_it():
    lines = shown(a_run(broken())).splitlines()
    start = lines.index("FAIL  pingback.server.no-link")
    block = lines[start : lines.index("", start)]
    assert block[1:3] == ["  A source without a link is refused", "  MUST (stated), conformance"]
    assert [line for line in block if line.startswith("  requires   PB-3-5")]
    assert "  expected   a fault 17" in block
    assert "  observed   success: string 'thanks'" in block
    assert f"  reproduce  {CURL}" in block
    assert "an answer" not in "\n".join(block)
    assert "  reason " not in "\n".join(block)


def test_the_clause_is_told_with_its_address():
    text = shown(a_run(broken()))
    assert re.search(r"requires   PB-3-5 \(.+\): \w+", text)
    assert re.search(r"^ {13}https?://\S+$", text, re.MULTILINE)


def test_a_reason_that_no_observation_tells_is_shown():
    seen = broken().observations
    text = shown(a_run(broken(reason="the target went away", observations=seen)))
    assert "  reason     the target went away" in text


def test_the_last_request_is_the_one_to_repeat():
    first, last = an_exchange(curl="curl first"), an_exchange(curl="curl last")
    text = shown(a_run(broken(exchanges=(first, last))))
    assert "reproduce  curl last" in text
    assert "curl first" not in text


def test_the_owners_view_is_not_what_is_repeated():
    looked = an_exchange(method="GET", url="http://b.test/owner", curl="curl owner")
    run = a_run(
        broken(exchanges=(an_exchange(), looked)),
        endpoints={"observe": "http://b.test/owner"},
    )
    assert f"reproduce  {CURL}" in shown(run)
    assert "curl owner" not in shown(run)


def test_notes_come_before_the_figures_and_the_conclusion_last():
    text = shown(typical_run())
    assert text.index("Note: pingback by X-Pingback") < text.index("executed:")
    assert text.endswith("; exit code 4: the suite is at fault.\n")


def test_every_area_of_a_protocol_has_its_figures():
    lines = shown(typical_run()).splitlines()
    assert "  conformance     2/4 executed: 1 pass, 1 fail, 1 blocked, 1 inconclusive" in lines
    assert "  security        1/1 executed: 1 advisory" in lines
    assert "  conformance     0/3 executed: 2 not-applicable, 1 error" in lines


def test_what_was_not_seen_is_grouped_by_its_reason():
    text = shown(typical_run())
    assert "Not-applicable (2)\n  no trackback\n    trackback.server.url (MAY)\n" in text
    assert text.count("no trackback") == 1


def test_a_mistake_of_the_suite_shows_its_traceback():
    assert '  Traceback (most recent call last):\n    File "x.py"\n  KeyError: 1\n' in shown(
        typical_run()
    )


def test_surprises_are_told():
    text = shown(a_run(a_result(), surprises=("pingback.server.no-link: pass",)))
    assert "Not as the file of expectations says\n  - pingback.server.no-link: pass\n" in text


def test_more_is_told_when_asked():
    run = typical_run()
    assert "pingback.server.accepts" not in shown(run)
    text = shown(run, verbose=True, width=120)
    assert "Pass (1)\n  pingback.server.accepts: A plain good ping is accepted\n" in text
    assert "  why        Otherwise anybody" in text
    assert "  held       an answer" in text
    assert "  request 1  POST http://b.test/x: HTTP 200, 0.250 s" in text
    assert "0.125 s after request 1 began, before its answer" in text


@pytest.mark.parametrize("width", [1, 40, 72, 200])
def test_lines_are_no_wider_than_asked_but_for_what_is_copied(width):
    *lines, conclusion = shown(typical_run(), width=width, verbose=True).splitlines()
    assert conclusion.startswith("Suite error: ")
    copied = ("curl ", "http", "/run1/", "Traceback")
    for line in lines:
        if not any(word in line for word in copied):
            assert len(line) <= max(width, 40)


def test_what_is_copied_is_not_broken():
    address = f"http://b.test/{'a' * 100}"
    assert address in shown(a_run(endpoints={"page": address}), width=40)
    assert CURL in shown(a_run(broken()), width=40)


def test_colour_is_only_there_when_asked():
    assert "\x1b" not in shown(typical_run())
    text = shown(typical_run(), colour=True)
    assert "\x1b[1;31mFAIL\x1b[0m" in text
    assert re.sub(r"\x1b\[[0-9;]+m", "", text) == shown(typical_run())


@pytest.mark.parametrize("verbose", [False, True])
def test_the_wire_is_shown_and_not_obeyed(verbose):
    text = shown(filled(HOSTILE), verbose=verbose)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "\\x1b[2J" in text
    assert "\\u202e" in text
    assert "\\udc80" in text


def test_what_the_terminal_has_no_letter_for_is_escaped():
    run = a_run(a_result(Verdict.INCONCLUSIVE, reason="caf\u00e9 \u65e5\u672c"))
    assert "caf\u00e9 \u65e5\u672c" in shown(run)
    assert shown(run, encoding="ascii").isascii()
    assert "caf\\xe9" in shown(run, encoding="ascii")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_that_is_cleared_at_the_end():
    screen = Screen()
    with Progress(screen, 118, width=40) as progress:
        for _ in range(33):
            progress(a_result())
        screen.truncate(0)
        screen.seek(0)
        progress(a_result(case_id="pingback.server.no-link"))
        assert screen.getvalue().endswith("\r[ 34/118] pingback.server.no-link")
    last = screen.getvalue().split("\r")[-2:]
    assert last == [" " * 39, ""]
    assert "\n" not in screen.getvalue()


def test_progress_fits_the_line():
    screen = Screen()
    Progress(screen, 9, width=20)(a_result(case_id="pingback.server.a-very-long-name"))
    assert max(map(len, screen.getvalue().split("\r"))) <= 19


def test_progress_is_silent_where_nobody_looks():
    stream = io.StringIO()
    with Progress(stream, 2) as progress:
        progress(a_result())
    assert stream.getvalue() == ""
