"""``linkback discover``: what a page offers to those who link to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkback_protocol.cli.owner import shown
from linkback_protocol.cli.usage import UsageError, add_networks
from linkback_protocol.errors import FetchError
from linkback_protocol.fetch import Fetcher
from linkback_protocol.sender import Sender
from linkback_protocol.sender.discovery import ORDER

if TYPE_CHECKING:
    import argparse

    from linkback_protocol.sender.discovery import Discovery, Endpoint


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's command."""
    discover = commands.add_parser(
        "discover",
        help="show where a page takes pings",
        description="Show where a page takes pingbacks and trackbacks, how that was found, and"
        " what it does against the specifications. Exit status 1 if there is no endpoint.",
    )
    discover.add_argument("url", metavar="URL")
    discover.add_argument(
        "--lenient", action="store_true",
        help="find what only readers of HTML see too, which the specification advises against",
    )  # fmt: skip
    add_networks(discover)
    discover.add_argument("--json", action="store_true", help="write JSON")
    discover.set_defaults(run=_discover)


def _discover(arguments: argparse.Namespace) -> int:
    try:
        sender = Sender(fetcher=Fetcher(allow=arguments.allow_network))
        found = sender.discover(arguments.url)
    except ValueError as error:
        raise UsageError(str(error)) from error
    except FetchError as error:
        if arguments.json:
            print(json.dumps({"url": arguments.url, "error": error.detail}, indent=2))
        else:
            print(f"{arguments.url}: {shown(error.detail)}")
        return 1
    pingback = found.pingback(lenient=arguments.lenient)
    trackback = found.trackback()
    used = found.first(ORDER, lenient=arguments.lenient)
    if arguments.json:
        print(json.dumps(_as_dict(found, pingback, trackback, used), indent=2))
    else:
        _write(found, pingback, trackback, used)
    return 0 if used is not None else 1


def _write(
    found: Discovery, pingback: Endpoint | None, trackback: Endpoint | None, used: Endpoint | None
) -> None:
    print(found.response.url)
    for name, endpoint in (("pingback", pingback), ("trackback", trackback)):
        where = f"{endpoint.url}  ({endpoint.found})" if endpoint else "none"
        print(f"  {name + ':':<11}{where}")
    if used is None:
        print(f"  nothing would be sent: {shown(found.reason())}")
    else:
        print(f"  {'used:':<11}{used.protocol}")
    for violation in found.violations():
        print(f"  violation: {shown(violation)}")


def _as_dict(
    found: Discovery, pingback: Endpoint | None, trackback: Endpoint | None, used: Endpoint | None
) -> dict[str, object]:
    def told(endpoint: Endpoint | None) -> dict[str, str] | None:
        if endpoint is None:
            return None
        return {"endpoint": str(endpoint.url), "found": str(endpoint.found)}

    return {
        "url": str(found.asked),
        "final_url": str(found.response.url),
        "pingback": told(pingback),
        "trackback": told(trackback),
        "used": None if used is None else str(used.protocol),
        "reason": "" if used is not None else found.reason(),
        "violations": found.violations(),
    }
