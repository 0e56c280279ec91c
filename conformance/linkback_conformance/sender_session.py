"""A whole run against a sender, as the options ask for it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linkback_conformance import __version__, catalogue, expectations
from linkback_conformance.case import Protocol
from linkback_conformance.engine import summarise
from linkback_conformance.errors import UsageError
from linkback_conformance.recording_site import RecordingSite
from linkback_conformance.sender import opened
from linkback_conformance.sender_runner import SenderRunner
from linkback_conformance.sender_trial import SenderSettings
from linkback_conformance.session import told

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from linkback_conformance.case import Case
    from linkback_conformance.sender import Sender
    from linkback_conformance.session import Audience
    from linkback_conformance.verdict import Run


def chosen_cases(given: argparse.Namespace) -> tuple[Case, ...]:
    """Return the cases that the options select; raises `UsageError` where they leave none."""
    chosen = catalogue.select(
        catalogue.sender_cases(),
        only=given.only,
        skip=given.skip,
        levels=given.level,
        areas=given.area,
    )
    spoken = tuple(each for each in chosen if each.protocol in _protocols(given))
    if not spoken:
        message = (
            "the selection has no case of the protocol of --protocol; `list` shows what there is"
        )
        raise UsageError(message)
    return spoken


def execute(
    given: argparse.Namespace,
    chosen: Sequence[Case],
    audience: Audience,
    ask: Callable[[str], bool],
) -> Run:
    """Run cases against the sender of the options; ``ask`` asks a person, if that is the sender.

    Raises `UsageError` for options that cannot be followed.
    """
    every = catalogue.sender_cases()
    expected = expectations.load(given.expect, catalogue.load()) if given.expect else None
    sender = opened(given, ask)
    run_id = secrets.token_hex(4)
    started = datetime.now(UTC)
    protocols = _protocols(given)
    with (
        RecordingSite(run_id, listen=given.listen, public_url=given.public_url) as blog,
        RecordingSite(run_id, listen=given.source_listen, public_url=given.source_url) as sources,
    ):
        runner = SenderRunner(
            sender=sender,
            blog=blog,
            sources=sources,
            settings=_settings(given, sender),
            protocols=protocols,
            # A person gets all links at once, so all cases wait at the same time.
            jobs=len(chosen) if sender.patient else given.jobs or 4,
        )
        audience.total = len(chosen)
        results = runner.run(chosen, audience)
        return summarise(
            runner,
            results,
            suite_version=__version__,
            started=started,
            options={**told(given), "run": sender.name} if given.run else told(given),
            selected_all=len(chosen) == sum(each.protocol in protocols for each in every),
            strict=given.strict,
            surprises=None if expected is None else expectations.surprises(expected, results),
        )


def _protocols(given: argparse.Namespace) -> frozenset[Protocol]:
    return frozenset(given.protocol or Protocol)


def _settings(given: argparse.Namespace, sender: Sender) -> SenderSettings:
    settle = given.settle if given.settle is not None else 10.0 if sender.patient else 2.0
    return SenderSettings(
        timeout=given.timeout,
        settle=settle,
        grace=min(0.3, settle),
        canary=given.canary,
        demanded=frozenset(given.protocol),
    )
