"""The command line: what can be asked for, and how it is spelled."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn

from linkback_conformance import __version__
from linkback_conformance.case import Area, Level, Protocol
from linkback_conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_EPILOG = """\
targets:
  https://blog.example/post/          find the endpoints of a page that takes pings
  pingback:ENDPOINT --target POST     try one pingback server
  trackback:PING_URL --target POST    try one trackback ping URL
  wsgi:MODULE:APP --target /post/     serve an application and try it

other commands:
  linkback-conformance sender SENDER          try a sender of pings; see its --help
  linkback-conformance list [PATTERN ...]     the cases
  linkback-conformance show ID                one case: what it asks, and why
  linkback-conformance compare RESULT ...     a table of several results

exit codes: 0 conformant, 1 something is broken, 2 usage, 3 not established, 4 the suite is at fault
"""

_SENDER_EPILOG = """\
senders:
  --run 'COMMAND {source} {target}'   a command that pings one link of a page
  --run 'COMMAND {source}'            a command that pings all links of a page
  py:MODULE:FUNCTION                  a function of (source, target), or of (source)
  --interactive                       you, who publish a post with the links that are shown

exit codes: 0 conformant, 1 something is broken, 2 usage, 3 not established, 4 the suite is at fault
"""


class _Parser(argparse.ArgumentParser):
    """Reports a wrong option in one sentence, as every other mistake."""

    def error(self, message: str) -> NoReturn:
        text = f"{message}; see {self.prog} --help"
        raise UsageError(text)


def run_parser() -> argparse.ArgumentParser:
    """Return the parser of a run."""
    parser = _Parser(
        prog="linkback-conformance",
        description="Try a pingback or trackback endpoint, clause by clause.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("endpoint", metavar="TARGET", help="what to try; see below")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    _add_pages(parser.add_argument_group("pages of the target"))
    _add_selection(parser.add_argument_group("selection"))
    _add_source(parser.add_argument_group("the suite's own site, which the target fetches"))
    _add_manners(parser.add_argument_group("manners"))
    _add_reports(parser.add_argument_group("reports (FILE may be - for the standard output)"))
    return parser


def sender_parser() -> argparse.ArgumentParser:
    """Return the parser of a run against a sender."""
    parser = _Parser(
        prog="linkback-conformance sender",
        description="Try a sender of pingbacks or trackbacks, clause by clause.",
        epilog=_SENDER_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("sender", nargs="?", default="", metavar="SENDER", help="see below")
    parser.add_argument("--run", default="", metavar="COMMAND", help="what to run, without a shell")
    parser.add_argument("--interactive", action="store_true", help="show the links, and wait")
    parser.add_argument(
        "--protocol",
        action="append",
        default=[],
        type=_protocol,
        metavar="NAME",
        help="pingback or trackback: what it has to speak (default: whichever it does); repeatable",
    )
    _add_selection(parser.add_argument_group("selection"))
    _add_sites(parser.add_argument_group("the suite's own sites, which the sender fetches"))
    _add_patience(parser.add_argument_group("patience"))
    _add_reports(parser.add_argument_group("reports (FILE may be - for the standard output)"))
    return parser


def _add_sites(group: argparse._ArgumentGroup) -> None:
    for prefix, what in (("", "the pages that are linked to"), ("source-", "those that link")):
        group.add_argument(
            f"--{prefix}listen",
            type=_address,
            default=("127.0.0.1", 0),
            metavar="HOST:PORT",
            help=f"where {what} are (default: 127.0.0.1, any free port)",
        )
        group.add_argument(
            f"--{prefix or 'public-'}url",
            default="",
            metavar="URL",
            help="where the sender finds them, if elsewhere",
        )
    group.add_argument(
        "--canary",
        default="127.0.0.2",
        metavar="ADDRESS",
        help="an address here that the sender must not connect to (default: %(default)s)",
    )


def _add_patience(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--timeout", type=_seconds, default=30.0, metavar="S", help="for one run (%(default)g)"
    )
    group.add_argument(
        "--settle",
        type=_seconds,
        default=None,
        metavar="S",
        help="for a ping to come when the sender has ended (2, and 10 with --interactive)",
    )
    group.add_argument(
        "--jobs", type=_jobs, default=None, metavar="N", help="cases at a time (default: 4)"
    )


def _add_pages(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--target", default="", metavar="URL", help="a page that takes pings")
    group.add_argument(
        "--pingback", default="", metavar="URL", help="its endpoint, if it does not advertise one"
    )
    group.add_argument("--trackback", default="", metavar="URL", help="its ping URL, likewise")
    group.add_argument("--second-target", default="", metavar="URL", help="another one")
    group.add_argument("--closed-target", default="", metavar="URL", help="one that takes none")
    group.add_argument(
        "--missing-target", default="", metavar="URL", help="where nothing is; made up if not given"
    )
    group.add_argument(
        "--non-post", default="", metavar="URL", help="a page that is no post (default: /)"
    )
    group.add_argument(
        "--observe",
        default="",
        metavar="URL",
        help="where the owner sees all pings, published or not; !COMMAND runs a command instead",
    )

    group.add_argument(
        "--serve",
        type=_address,
        default=("127.0.0.1", 0),
        metavar="HOST:PORT",
        help="where a wsgi: target is served, for an app that has to know its own address",
    )


def _add_selection(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATTERN",
        help="run these cases: an id, the beginning of one up to a dot, or a glob; repeatable",
    )
    group.add_argument("--skip", action="append", default=[], metavar="PATTERN", help="not these")
    group.add_argument(
        "--level",
        action="append",
        default=[],
        type=_level,
        metavar="LEVEL",
        help="MUST, SHOULD, MAY",
    )
    group.add_argument(
        "--area",
        action="append",
        default=[],
        type=_area,
        metavar="AREA",
        help="conformance, robustness, security",
    )
    group.add_argument("--strict", action="store_true", help="a broken SHOULD fails the run too")
    group.add_argument(
        "--expect", default="", metavar="FILE", help="a JSON list of what is known not to pass"
    )
    group.add_argument("--dry-run", action="store_true", help="say what would run; send nothing")


def _add_source(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--listen",
        type=_address,
        default=("127.0.0.1", 0),
        metavar="HOST:PORT",
        help="where it listens (default: 127.0.0.1, any free port)",
    )
    group.add_argument(
        "--public-url", default="", metavar="URL", help="where the target finds it, if elsewhere"
    )
    group.add_argument(
        "--canary",
        default="127.0.0.2",
        metavar="ADDRESS",
        help="an address here that the target must not connect to (default: %(default)s)",
    )


def _add_manners(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--allow-writes",
        action="store_true",
        help="run what leaves linkbacks behind, on another machine than this",
    )
    group.add_argument(
        "--timeout", type=_seconds, default=15.0, metavar="S", help="for one answer (%(default)g)"
    )
    group.add_argument(
        "--settle",
        type=_seconds,
        default=5.0,
        metavar="S",
        help="for a target that answers first and verifies later (%(default)g)",
    )
    group.add_argument(
        "--rate",
        type=_rate,
        default=None,
        metavar="N",
        help="requests in a second (default: 2, and no limit on this machine)",
    )
    group.add_argument(
        "--jobs",
        type=_jobs,
        default=None,
        metavar="N",
        help="cases at a time (default: 2, and 8 on this machine)",
    )


def _add_reports(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--json", default="", metavar="FILE", help="everything, as JSON Lines")
    group.add_argument("--junit", default="", metavar="FILE", help="for a CI server")
    group.add_argument("--html", default="", metavar="FILE", help="one page with the transcripts")
    group.add_argument("--markdown", default="", metavar="FILE", help="for an issue tracker")
    group.add_argument(
        "--evidence",
        choices=("all", "broken", "none"),
        default="all",
        help="whose transcripts reports hold: of every case, or of those that did not pass",
    )
    group.add_argument("--verbose", action="store_true", help="list what passed, too")


def list_parser() -> argparse.ArgumentParser:
    """Return the parser of ``list``."""
    parser = _Parser(prog="linkback-conformance list", description="List the cases.")
    parser.add_argument("only", nargs="*", metavar="PATTERN")
    parser.add_argument("--json", action="store_true", help="as JSON")
    return parser


def show_parser() -> argparse.ArgumentParser:
    """Return the parser of ``show``."""
    parser = _Parser(prog="linkback-conformance show", description="Show one case.")
    parser.add_argument("id", metavar="ID")
    return parser


def compare_parser() -> argparse.ArgumentParser:
    """Return the parser of ``compare``."""
    parser = _Parser(
        prog="linkback-conformance compare",
        description="Make a table of several results, which --json has written.",
    )
    parser.add_argument("results", nargs="+", metavar="RESULT")
    parser.add_argument("--html", action="store_true", help="as a page instead of Markdown")
    parser.add_argument("--output", default="-", metavar="FILE")
    return parser


def _level(text: str) -> Level:
    try:
        return Level(text.upper())
    except ValueError:
        raise argparse.ArgumentTypeError(_none_of(text, Level)) from None


def _area(text: str) -> Area:
    try:
        return Area(text.lower())
    except ValueError:
        raise argparse.ArgumentTypeError(_none_of(text, Area)) from None


def _protocol(text: str) -> Protocol:
    try:
        return Protocol(text.lower())
    except ValueError:
        raise argparse.ArgumentTypeError(_none_of(text, Protocol)) from None


def _none_of(text: str, words: Iterable[str]) -> str:
    return f"{text!r} is none of {', '.join(words)}"


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        message = f"{text!r} is no HOST:PORT"
        raise argparse.ArgumentTypeError(message)
    return host.strip("[]") or "127.0.0.1", int(port)


def _seconds(text: str) -> float:
    return _number(text, 0.05, 600.0, "seconds between 0.05 and 600")


def _rate(text: str) -> float:
    return _number(text, 0.0, 10_000.0, "requests in a second; 0 for no limit")


def _jobs(text: str) -> int:
    return int(_number(text, 1, 64, "a number between 1 and 64"))


def _number(text: str, least: float, most: float, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        message = f"{text!r} is not what is asked for: {what}"
        raise argparse.ArgumentTypeError(message)
    return value
