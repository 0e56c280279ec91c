"""``linkback explain``: why a linkback is what it is, and what it would be now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from linkback_protocol import validators
from linkback_protocol.cli.application import load_validators
from linkback_protocol.cli.owner import existing, finish_parser, shown, write_history
from linkback_protocol.cli.usage import UsageError, open_existing
from linkback_protocol.errors import SourceUnreachable
from linkback_protocol.judgement import candidate_again, judge, opinions
from linkback_protocol.render import to_dict
from linkback_protocol.targets import read_site
from linkback_protocol.url import parse

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from linkback_protocol.linkback import Evidence, Linkback
    from linkback_protocol.url import URL
    from linkback_protocol.validators import Candidate, Validator


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's command."""
    explain = commands.add_parser(
        "explain",
        help="say why a linkback is what it is",
        description="Say who moved a linkback, when and why, and ask the validators again, on the"
        " source page as it was read then.",
    )
    explain.add_argument("id", type=int, metavar="ID")
    explain.add_argument(
        "--site", action="append", default=[], metavar="URL",
        help="public address of the pages (repeatable; default: the host of the linked page)",
    )  # fmt: skip
    add_validators(explain)
    explain.add_argument(
        "--no-moderate", dest="moderate", action="store_false",
        help="judge as if nothing were held without a reason",
    )  # fmt: skip
    explain.add_argument(
        "--unlinked-trackbacks", choices=("refuse", "hold", "accept"), default="refuse",
        help="as for linkback serve",
    )  # fmt: skip
    finish_parser(explain, _explain)


def add_validators(parser: argparse.ArgumentParser) -> None:
    """Add ``--validators``."""
    parser.add_argument(
        "--validators",
        metavar="MODULE:LIST",
        help="your own list of validators, or MODULE:MAKE() for what a function returns (default:"
        " the recommended chain); none asks nobody",
    )


def read_validators(given: str | None) -> Sequence[Validator]:
    """Return the validators that ``--validators`` names.

    :raises UsageError: it names none.
    """
    if given is None:
        return validators.recommended()
    if given == "none":
        return ()
    return load_validators(given)


def _explain(arguments: argparse.Namespace) -> int:
    chain = read_validators(arguments.validators)
    with open_existing(arguments.db) as store:
        linkback = existing(store, arguments.id)
        evidence = store.evidence(linkback.id)
        candidate = candidate_again(
            linkback,
            evidence,
            site=_site(arguments.site, linkback),
            unlinked_trackbacks=arguments.unlinked_trackbacks != "refuse",
            store=store,
        )
        said = [
            {
                "by": name,
                "action": None if verdict is None else str(verdict.action),
                "reason": None if verdict is None else verdict.reason,
            }
            for name, verdict in opinions(candidate, chain)
        ]
        judgement = judge(
            candidate,
            chain,
            moderate=arguments.moderate,
            accept_unlinked=arguments.unlinked_trackbacks == "accept",
        )
        status = None if isinstance(judgement.refusal, SourceUnreachable) else str(judgement.status)
    again: dict[str, Any] = {
        "read": None if evidence is None else evidence.fetched.isoformat(timespec="seconds"),
        "opinions": said,
        "status": status,
    }
    if arguments.json:
        print(json.dumps({"linkback": to_dict(linkback), "again": again}, indent=2))
    else:
        _write(linkback, evidence, candidate, again)
    return 0


def _site(given: list[str], linkback: Linkback) -> tuple[URL, ...]:
    try:
        return read_site(given or parse(linkback.page).origin + "/")
    except ValueError as error:
        raise UsageError(f"--site: {error}") from error


def _write(
    linkback: Linkback, evidence: Evidence | None, candidate: Candidate, again: dict[str, Any]
) -> None:
    print(f"linkback {linkback.id} is {linkback.status}: {linkback.protocol}")
    print(f"  from {shown(linkback.source)}")
    print(f"  to   {shown(linkback.target)}")
    print(f"{linkback.received:%Y-%m-%d %H:%M:%S}  received, sent by {shown(linkback.sender)}")
    write_history(linkback)
    print()
    if evidence is None:
        print("its page was not read, or is not kept any more; without it the validators say:")
    else:
        size = f"{len(evidence.body)} bytes" + (", cut" if evidence.truncated else "")
        print(f"its page as it was read on {evidence.fetched:%Y-%m-%d %H:%M:%S} ({size}):")
        title = "" if candidate.fetched is None else candidate.fetched.title
        print(f"  {shown(title)}")
    for opinion in again["opinions"]:
        said = f"{opinion['action']}: {opinion['reason']}" if opinion["action"] else "-"
        print(f"  {shown(opinion['by']):<20} {shown(said)}")
    if again["status"] is None:
        print("what it would be now depends on its page")
    else:
        print(f"judged again it would be {again['status']}")
