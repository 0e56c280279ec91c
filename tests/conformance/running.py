"""Runs cases of the suite in-process, against a WSGI app that is served over loopback."""

from collections.abc import Sequence
from functools import cache

from linkback_conformance.case import Case
from linkback_conformance.catalogue import receiver_cases, with_needs
from linkback_conformance.runner import Runner
from linkback_conformance.source_site import SourceSite
from linkback_conformance.target import Given, opened_app
from linkback_conformance.trial import Settings
from linkback_conformance.verdict import Result
from linkback_conformance.wire import Client

QUICK = Settings(timeout=8, settle=0.5, grace=0.05)
GIVEN = Given(target="/post/", second="/second/", closed="/closed/", observe="/observe")


@cache
def every_case() -> dict[str, Case]:
    return {each.id: each for each in receiver_cases()}


def run_cases(app, cases: Sequence[Case] | None = None, given: Given = GIVEN) -> dict[str, Result]:
    """Run cases, all by default, and those that they need; return the results by id."""
    chosen = tuple(every_case().values())
    if cases is not None:
        chosen = with_needs(chosen, {each.id for each in cases})
    client = Client(user_agent="self-test", case_id="discovery", timeout=QUICK.timeout)
    with (
        SourceSite("selftest") as site,
        opened_app(app, given, client, "selftest") as target,
    ):
        runner = Runner(target=target, site=site, client=client, settings=QUICK, jobs=16)
        return {result.case.id: result for result in runner.run(chosen)}
