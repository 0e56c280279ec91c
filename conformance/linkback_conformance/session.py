"""A whole run as the options ask for it: the command and the plugin for pytest share it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from linkback_conformance import __version__, catalogue, expectations
from linkback_conformance.runner import Pace, Runner, summarise
from linkback_conformance.source_site import SourceSite
from linkback_conformance.target import Given, Target, is_loopback, opened
from linkback_conformance.trial import Settings
from linkback_conformance.wire import Client

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from linkback_conformance.case import Case
    from linkback_conformance.verdict import Result, Run


class Audience(Protocol):
    """Who follows a run: is told how many cases there are, and then each result."""

    total: int

    def __call__(self, result: Result) -> None:
        """Take a result, as soon as it is there."""


def chosen_cases(given: argparse.Namespace) -> tuple[Case, ...]:
    """Return the cases that the options select; raises `UsageError` where they leave none."""
    return catalogue.select(
        catalogue.receiver_cases(),
        only=given.only,
        skip=given.skip,
        levels=given.level,
        areas=given.area,
    )


def execute(given: argparse.Namespace, chosen: Sequence[Case], audience: Audience) -> Run:
    """Run cases against the target of the options.

    Raises `UsageError` for options that cannot be followed, and `TargetUnusable` where there is
    nothing to try.
    """
    every = catalogue.receiver_cases()
    expected = expectations.load(given.expect, catalogue.load()) if given.expect else None
    run_id = secrets.token_hex(4)
    started = datetime.now(UTC)
    client = Client(
        user_agent=f"linkback-conformance/{__version__} (run {run_id})",
        case_id="discovery",
        timeout=given.timeout,
    )
    with (
        opened(given.endpoint, _pages(given), client, run_id) as target,
        SourceSite(run_id, listen=given.listen, public_url=given.public_url) as site,
    ):
        offered = [each for each in chosen if target.offers(each.protocol)]
        allowed = [
            each for each in offered if given.allow_writes or target.local or not each.writes
        ]
        runner = Runner(
            target=target,
            site=site,
            client=client,
            settings=_settings(given, target, site),
            jobs=given.jobs or (8 if target.local else 2),
            pace=Pace(given.rate if given.rate is not None else 0.0 if target.local else 2.0),
        )
        audience.total = len(allowed)
        results = runner.run(allowed, audience)
        return summarise(
            runner,
            results,
            suite_version=__version__,
            started=started,
            options=told(given),
            selected_all=len(offered) == sum(target.offers(each.protocol) for each in every),
            withheld=len(offered) - len(allowed),
            strict=given.strict,
            untried=_untried(chosen, target),
            surprises=None if expected is None else expectations.surprises(expected, results),
        )


def _untried(chosen: Sequence[Case], target: Target) -> tuple[str, ...]:
    """Return the protocols that were asked for, and of which the target has no endpoint."""
    return tuple(sorted({each.protocol for each in chosen if not target.offers(each.protocol)}))


def _pages(given: argparse.Namespace) -> Given:
    return Given(
        target=given.target,
        pingback=given.pingback,
        trackback=given.trackback,
        second=given.second_target,
        closed=given.closed_target,
        missing=given.missing_target,
        non_post=given.non_post,
        observe=given.observe,
        serve=given.serve,
    )


def _settings(given: argparse.Namespace, target: Target, site: SourceSite) -> Settings:
    return Settings(
        timeout=given.timeout,
        settle=given.settle,
        grace=0.3 if target.local else min(3.0, given.settle),
        canary=given.canary,
        pings=given.allow_writes,
        reachable=target.local or not is_loopback(site.url),
    )


def told(given: argparse.Namespace) -> dict[str, object]:
    """Return the options that matter to a reader of the result."""
    reports = {"json", "junit", "html", "markdown", "verbose", "evidence"}
    return {
        name: list(value) if isinstance(value, list | tuple) else value
        for name, value in vars(given).items()
        if name not in reports and value not in ("", [], None, False)
    }
