"""``linkback settings``: what the site, or one page, takes."""

from __future__ import annotations

import argparse
import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from linkback_protocol.cli.usage import UsageError, add_database, open_existing
from linkback_protocol.policy import Policy, StoredPolicy
from linkback_protocol.url import InvalidURL, parse

if TYPE_CHECKING:
    from linkback_protocol.stores import Store

_SWITCHES = {
    "pingbacks": "take pingbacks",
    "trackbacks": "take trackbacks",
    "moderate": "hold what nobody decided about",
}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's command."""
    settings = commands.add_parser(
        "settings",
        help="see and change what the site or a page takes",
        description="Without a change, list what is set. A page goes before the site, and the site"
        " before the options of 'linkback serve'.",
    )
    settings.add_argument("--page", metavar="URL", help="of this page only")
    for name, text in _SWITCHES.items():
        settings.add_argument(f"--{name}", type=_switch, metavar="yes|no|default", help=text)
    settings.add_argument(
        "--close-after", type=_days, metavar="DAYS|default",
        help="take nothing for pages older than this; 0 closes none",
    )  # fmt: skip
    settings.add_argument("--json", action="store_true", help="write JSON")
    add_database(settings)
    settings.set_defaults(run=_settings)


def _switch(text: str) -> bool | str:
    said: dict[str, bool | str] = {"yes": True, "no": False, "default": "default"}
    if text not in said:
        raise argparse.ArgumentTypeError(f"{text!r} is not yes, no or default")
    return said[text]


def _days(text: str) -> float | str:
    if text == "default":
        return text
    try:
        return Policy(close_after=float(text)).close_after or 0.0
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a number of days nor default"
        ) from error


def _settings(arguments: argparse.Namespace) -> int:
    page = arguments.page
    if page is not None:
        try:
            page = parse(page).page
        except InvalidURL as error:
            raise UsageError(f"--page {page!r} is not the URL of a page: {error}") from error
    given = {
        each.name: getattr(arguments, each.name)
        for each in fields(Policy)
        if getattr(arguments, each.name) is not None
    }
    with open_existing(arguments.db) as store:
        if given:
            _change(store, page, given)
        _write(store, page, as_json=arguments.json)
    return 0


def _change(store: Store, page: str | None, given: dict[str, Any]) -> None:
    stored = StoredPolicy(store)
    before = stored.site() if page is None else stored.page(page)
    changes = {name: None if value == "default" else value for name, value in given.items()}
    stored.change(replace(before, **changes), page=page)


def _write(store: Store, page: str | None, *, as_json: bool) -> None:
    stored = StoredPolicy(store)
    pages = stored.pages() if page is None else {page: stored.page(page)}
    if as_json:
        kept = {url: policy.as_dict() for url, policy in pages.items()}
        print(json.dumps({"site": stored.site().as_dict(), "pages": kept}, indent=2))
        return
    for place, policy in {"the site": stored.site(), **pages}.items():
        said = ", ".join(f"{name} {_shown(value)}" for name, value in policy.as_dict().items())
        print(f"{place}: {said or 'nothing is set'}")


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"{value:g}"
