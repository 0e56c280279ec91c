"""The engine: verdicts from observations, conclusions from verdicts, order, selection, pace."""

import threading
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from linkback_conformance import expectations
from linkback_conformance.application import served
from linkback_conformance.case import (
    CONFORMANCE,
    MAY,
    MUST,
    PRACTICE,
    REGISTRY,
    ROBUSTNESS,
    SECURITY,
    SHOULD,
    STATED,
    Case,
    case,
)
from linkback_conformance.catalogue import load, receiver_cases, select, with_needs
from linkback_conformance.errors import SuiteError, UsageError
from linkback_conformance.runner import Pace, Runner, summarise
from linkback_conformance.source_site import Listener, Page, SourceSite
from linkback_conformance.target import Given, Target, is_loopback, opened, opened_app
from linkback_conformance.trial import Settings
from linkback_conformance.verdict import Conclusion, Holds, Observation, Verdict, derive
from linkback_conformance.wire import Client
from linkback_conformance.witness import NotApplicable
from tests.conformance.reference import ReferenceBlog
from tests.conformance.running import GIVEN, every_case, run_cases


def seen(holds, level=MUST):
    return Observation("something", "something else", holds, level)


@pytest.mark.parametrize(
    ("observations", "verdict"),
    [
        ([], Verdict.ERROR),
        ([seen(Holds.YES)], Verdict.PASS),
        ([seen(Holds.YES), seen(Holds.NO)], Verdict.FAIL),
        ([seen(Holds.NO, SHOULD)], Verdict.ADVISORY),
        ([seen(Holds.NO, MAY)], Verdict.NOT_APPLICABLE),
        ([seen(Holds.UNKNOWN)], Verdict.INCONCLUSIVE),
        ([seen(Holds.UNKNOWN), seen(Holds.NO, SHOULD)], Verdict.ADVISORY),
        ([seen(Holds.UNKNOWN), seen(Holds.NO, MAY)], Verdict.INCONCLUSIVE),
        ([seen(Holds.NO, SHOULD), seen(Holds.NO, MUST)], Verdict.FAIL),
    ],
)
def test_a_verdict_is_the_worst_that_was_seen(observations, verdict):
    assert derive(observations) is verdict


def a_case(case_id, run, *, level=MUST, area=CONFORMANCE, **more):
    basis = STATED if area is CONFORMANCE else PRACTICE
    return Case(
        id=f"pingback.server.{case_id}",
        title="t",
        clauses=("PB-3-3",),
        level=level,
        basis=basis,
        area=area,
        why="w",
        run=run,
        **more,
    )


def holds(t):
    t.check(True, "a", "b")


def breaks(t):
    t.check(False, "a", "b")


def unseen(t):
    t.check(None, "a", "b")


def stumbles(t):
    raise ZeroDivisionError


def declines(t):
    raise NotApplicable("it is not there")


def run_all(*cases, strict=False, selected_all=True, withheld=0, surprises=None):
    target = Target(name="t", page="http://127.0.0.1/", pingback="http://127.0.0.1/x")
    client = Client(user_agent="x", case_id="", timeout=1)
    with SourceSite("engine") as site:
        runner = Runner(target=target, site=site, client=client, settings=Settings())
        return summarise(
            runner,
            runner.run(cases),
            suite_version="1",
            started=datetime.now(UTC),
            options={},
            selected_all=selected_all,
            withheld=withheld,
            strict=strict,
            surprises=surprises,
        )


GOOD = a_case("good", holds)


@pytest.mark.parametrize(
    ("cases", "options", "conclusion", "code"),
    [
        ([GOOD], {}, Conclusion.CONFORMANT, 0),
        ([GOOD], {"selected_all": False}, Conclusion.HOLDS, 0),
        ([GOOD], {"withheld": 3}, Conclusion.NOT_ESTABLISHED, 3),
        ([], {}, Conclusion.NOT_ESTABLISHED, 3),
        ([], {"surprises": ()}, Conclusion.NOT_ESTABLISHED, 3),
        ([GOOD], {"surprises": (), "withheld": 1}, Conclusion.NOT_ESTABLISHED, 3),
        (
            [a_case("a", unseen, area=SECURITY)],
            {"selected_all": False},
            Conclusion.NOT_ESTABLISHED,
            3,
        ),
        (
            [a_case("a", unseen, level=SHOULD)],
            {"selected_all": False},
            Conclusion.NOT_ESTABLISHED,
            3,
        ),
        ([GOOD, a_case("a", breaks)], {}, Conclusion.NOT_CONFORMANT, 1),
        ([GOOD, a_case("a", breaks, level=SHOULD)], {}, Conclusion.CONFORMANT, 0),
        (
            [GOOD, a_case("a", breaks, level=SHOULD)],
            {"strict": True},
            Conclusion.NOT_CONFORMANT,
            1,
        ),
        ([GOOD, a_case("a", breaks, area=SECURITY)], {}, Conclusion.CONFORMANT, 1),
        (
            [GOOD, a_case("a", breaks, area=ROBUSTNESS, level=SHOULD)],
            {},
            Conclusion.CONFORMANT,
            0,
        ),
        (
            [GOOD, a_case("a", breaks, area=ROBUSTNESS, level=SHOULD)],
            {"strict": True},
            Conclusion.CONFORMANT,
            1,
        ),
        ([GOOD, a_case("a", unseen)], {}, Conclusion.NOT_ESTABLISHED, 3),
        ([GOOD, a_case("a", unseen, level=SHOULD)], {}, Conclusion.CONFORMANT, 0),
        ([GOOD, a_case("a", declines)], {}, Conclusion.CONFORMANT, 0),
        ([GOOD, a_case("a", stumbles)], {}, Conclusion.SUITE_ERROR, 4),
        (
            [GOOD, a_case("a", unseen), a_case("b", breaks)],
            {},
            Conclusion.NOT_CONFORMANT,
            1,
        ),
        ([a_case("accepts", breaks), GOOD], {}, Conclusion.NOT_ESTABLISHED, 3),
        ([a_case("still-accepts", unseen), GOOD], {}, Conclusion.NOT_ESTABLISHED, 3),
        ([GOOD], {"surprises": ("x",)}, Conclusion.CONFORMANT, 1),
        ([a_case("a", breaks)], {"surprises": ()}, Conclusion.NOT_CONFORMANT, 0),
    ],
)
def test_a_conclusion_and_an_exit_code(cases, options, conclusion, code):
    run = run_all(*cases, **options)
    assert (run.conclusion, run.exit_code) == (conclusion, code)


def test_a_case_waits_for_what_it_needs_and_is_blocked_with_it():
    needed, declined = a_case("a", breaks), a_case("b", declines)
    cases = [
        a_case("c", holds, needs=(needed.id,)),
        a_case("d", holds, needs=(declined.id,)),
        a_case("e", holds, needs=("pingback.server.c",)),
        needed,
        declined,
    ]
    verdicts = {each.case.id[-1]: each.verdict for each in run_all(*cases).results}
    assert verdicts == {
        "a": Verdict.FAIL,
        "b": Verdict.NOT_APPLICABLE,
        "c": Verdict.BLOCKED,
        "d": Verdict.NOT_APPLICABLE,
        "e": Verdict.BLOCKED,
    }


def test_controls_run_first_and_last_and_others_beside_each_other():
    order = []
    together = threading.Barrier(2, timeout=10)

    def note(t):
        order.append(t.case.id.removeprefix("pingback.server."))
        holds(t)

    def meet(t):
        together.wait()
        note(t)

    run_all(
        a_case("still-accepts", note, alone=True),
        a_case("alone", note, alone=True),
        a_case("b", meet),
        a_case("c", meet),
        a_case("accepts", note),
    )
    assert order[0] == "accepts"
    assert set(order[1:3]) == {"b", "c"}
    assert order[3:] == ["alone", "still-accepts"]


def test_a_protocol_that_is_not_offered_is_not_applicable():
    target = Target(name="t", page="http://127.0.0.1/", trackback="http://127.0.0.1/x")
    client = Client(user_agent="x", case_id="", timeout=1)
    with SourceSite("engine") as site:
        (result,) = Runner(target=target, site=site, client=client).run([GOOD])
    assert result.verdict is Verdict.NOT_APPLICABLE


def test_two_cases_cannot_share_an_id_and_practice_cannot_be_a_clause():
    known = next(iter(load()))
    options = {"clauses": "PB-3-3", "why": "w"}
    with pytest.raises(ValueError, match="two cases"):
        case(known.id, "t", level=MUST, **options)(holds)
    with pytest.raises(ValueError, match="conformance"):
        case("pingback.server.x", "t", level=MUST, area=SECURITY, **options)(holds)
    assert "pingback.server.x" not in REGISTRY


def test_every_case_is_whole():
    every = {each.id: each for each in load()}
    assert len(every) >= 110
    for each in every.values():
        assert each.title.endswith((".", "?")) is False, each.id
        assert each.why.strip().endswith((".", "!", "?")), each.id
        assert each.clauses, each.id
        assert set(each.needs) <= set(every), each.id
        assert each.protocol in each.id, each.id
        # What practice alone asks for does not decide about conformance.
        if each.basis is PRACTICE and each.area is CONFORMANCE:
            assert each.id.endswith("accepts") or each.level is not MUST, each.id


def test_selection_by_id_prefix_glob_level_and_area():
    every = load()

    def ids(**options):
        return {each.id for each in select(every, **options)}

    one = "pingback.server.duplicate-code"
    assert {one, "pingback.server.accepts"} < ids(only=[one])
    assert all(each.startswith("pingback.") for each in ids(only=["pingback.page"]))
    assert ids(only=["pingback.page.*"]) == ids(only=["pingback.page"])
    assert one not in ids(only=["pingback"], skip=["*-code"])
    assert "pingback.page.link-early" not in ids(levels=[MUST])
    assert "pingback.server.security-redirect" in ids(areas=[SECURITY])
    for nothing in ({"only": ["typo"]}, {"skip": ["typo"]}, {"only": [one], "skip": [one]}):
        with pytest.raises(UsageError):
            ids(**nothing)
    with pytest.raises(SuiteError):
        with_needs([a_case("a", holds, needs=("pingback.server.nothing",))], {"pingback.server.a"})


def test_a_run_that_differs_from_what_is_expected_says_where():
    run = run_all(GOOD, a_case("a", breaks), a_case("b", declines), a_case("c", breaks))
    known = [
        expectations.Expectation(id="pingback.server.a", verdict=Verdict.FAIL, comment="old"),
        expectations.Expectation(id="pingback.server.good", verdict=Verdict.FAIL, comment="old"),
    ]
    found = expectations.surprises(known, run.results)
    assert [each.partition(":")[0] for each in found] == [
        "pingback.server.good",
        "pingback.server.c",
    ]


def test_the_pace_is_kept_by_all_who_share_it():
    pace = Pace(1000.0)
    starts = []

    def go():
        for _ in range(5):
            pace()
            starts.append(None)

    threads = [threading.Thread(target=go) for _ in range(4)]
    before = pace._next
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(starts) == 20
    assert pace._next - before >= 20 / 1000


@pytest.mark.parametrize("place", ["pingback", "trackback", "closed_trackback"])
def test_a_target_with_an_endpoint_elsewhere_is_not_local(place):
    here = {"page": "http://127.0.0.1/", "pingback": "http://127.0.0.1/x"}
    assert Target(name="t", **here).local
    assert not Target(name="t", **{**here, place: "http://blog.example/x"}).local


class AnyCase(ReferenceBlog):
    """Keeps whatever it is sent, by a method of any spelling."""

    verify_trackbacks = False

    def find_method(self, name):
        return super().find_method(name.lower() if name.lower() == "pingback.ping" else name)


def run_elsewhere(blog, cases):
    """Run cases against a blog that does not look as if it were on this machine."""
    client = Client(user_agent="x", case_id="", timeout=5)
    settings = Settings(pings=False, settle=0.1, grace=0.0)
    given = Given(second="/second/", closed="/closed/")
    with served(blog) as base, SourceSite("engine") as site:
        # Another spelling of the same address, which does not tell where it leads.
        page = base.replace("127.0.0.1", "127.1") + "post/"
        with opened(page, given, client, "engine") as target:
            runner = Runner(target=target, site=site, client=client, settings=settings)
            # Each case by itself, so that what it sends does not depend on what it needs.
            return runner.run([replace(each, needs=()) for each in cases])


def test_nothing_is_registered_where_pings_are_not_allowed():
    blog = AnyCase()
    results = run_elsewhere(
        blog, [each for each in receiver_cases() if not (each.slow or each.writes)]
    )
    assert blog.linkbacks == {}
    assert not any(result.fetches for result in results)
    assert sum(result.verdict is Verdict.PASS for result in results) > 20


def test_a_page_here_cannot_have_a_ping_sent_elsewhere():
    class Elsewhere(AnyCase):
        def rdf_ping(self, post, site):
            return super().rdf_ping(post, site.replace("127.0.0.1", "127.1"))

    blog = Elsewhere()
    client = Client(user_agent="x", case_id="", timeout=5)
    case = next(each for each in load() if each.id == "trackback.page.rdf-works")
    settings = Settings(pings=False, settle=0.1, grace=0.0)
    with (
        SourceSite("engine") as site,
        opened_app(blog, Given(target="/post/"), client, "engine") as target,
    ):
        runner = Runner(target=target, site=site, client=client, settings=settings)
        (result,) = runner.run([replace(case, needs=())])
    assert result.verdict is Verdict.INCONCLUSIVE
    assert blog.linkbacks == {}


@pytest.mark.parametrize("command", ["!false", "!/no/such/command", "!'", "!sleep 30"])
def test_a_view_that_cannot_be_had_is_not_an_empty_one(command):
    def look(t):
        t.check(not t.owner_sees("anything", wait=False), "nothing", "something")

    target = Target(
        name="t", page="http://127.0.0.1/", pingback="http://127.0.0.1/x", observe=command
    )
    client = Client(user_agent="x", case_id="", timeout=1)
    with SourceSite("engine") as site:
        runner = Runner(target=target, site=site, client=client, settings=Settings(timeout=0.2))
        assert runner.attempt(a_case("a", look)).verdict is Verdict.INCONCLUSIVE


# The source site


def test_a_page_is_served_and_its_fetch_is_written_down():
    with SourceSite("r1") as site:
        url = site.publish("a.case", "one", Page(headers=[("X-A", "b")], body=b"hello"))
        with urllib.request.urlopen(f"{url}?q=1", timeout=5) as answer:
            assert (answer.read(), answer.headers["X-A"]) == (b"hello", "b")
        assert site.wait_fetched(url, 5, ended=True)
        (fetch,) = site.fetches(url)
    assert (fetch.method, fetch.query, fetch.whole) == ("GET", "q=1", True)
    assert fetch.sent > len(b"hello")
    assert fetch.started <= fetch.ended


def test_a_page_that_was_not_asked_for_has_no_fetches():
    with SourceSite("r1") as site:
        url = site.publish("a.case", "one", Page())
        assert site.fetches(url) == ()
        assert not site.wait_fetched(url, 0.01)


def test_a_stream_that_waits_ends_with_the_site():
    def waits(closing):
        yield b"a"
        closing.wait()

    with SourceSite("r1") as site:
        url = site.publish("a.case", "slow", Page(stream=waits))
        answer = urllib.request.urlopen(url, timeout=5)
        assert answer.read(1) == b"a"
        answer.close()


def test_the_site_is_found_under_its_public_address():
    with SourceSite("r1", public_url="https://suite.example/below/") as site:
        url = site.publish("a.case", "one", Page(body=b"x"))
        assert url == "https://suite.example/below/r1/a.case/one"
        port = site._server.server_address[1]
        urllib.request.urlopen(f"http://127.0.0.1:{port}/r1/a.case/one", timeout=5).close()
        assert len(site.fetches(url)) == 1


@pytest.mark.parametrize(
    ("observe", "verdict"), [("/observe", Verdict.PASS), ("/second/", Verdict.INCONCLUSIVE)]
)
def test_what_a_view_leaves_out_counts_where_it_shows_the_control_ping(observe, verdict):
    case_id = "trackback.server.get-query"
    given = replace(GIVEN, observe=observe)
    result = run_cases(ReferenceBlog(), [every_case()[case_id]], given)[case_id]
    assert result.verdict is verdict, result.reason


def test_a_listener_counts_connections():
    with Listener("127.0.0.1") as listener:
        assert not listener.touched(0)
        with pytest.raises(OSError, match=r".*"):
            urllib.request.urlopen(f"http://127.0.0.1:{listener.port}/", timeout=5)
        assert listener.touched(5)
    with pytest.raises(UsageError):
        Listener("192.0.2.1")


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:80/", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://blog.localhost/", True),
        ("http://blog.example/", False),
        ("http://10.0.0.1/", False),
        ("http://localhost.example/", False),
    ],
)
def test_this_machine_is_known_by_its_names(url, local):
    assert is_loopback(url) is local
