"""The command ``linkback``.

argparse, since it is there, adds no dependency, and starts in a third of the time of the libraries
that look nicer.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import linkback_protocol
from linkback_protocol.cli.usage import UsageError
from linkback_protocol.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXAMPLES = """\
examples:
  linkback demo                                     see it work
  linkback serve blog:app --site https://blog.example/ --db linkbacks.db
  linkback list --status pending                    what waits for you
  linkback approve 3 4
  linkback explain 5                                why it was held, and what it would be now
  linkback send https://blog.example/post/          tell the pages that a post links to

exit status: 0 fine, 1 it did not work out, 2 something is wrong with the call, the text says what
"""

# Each module adds its commands to the parser.
_GROUPS = (
    "demo",
    "serve",
    "owner",
    "decide",
    "explain",
    "recheck",
    "settings",
    "mail",
    "password",
    "report",
    "transfer",
    "discover",
    "send",
    "outbox",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="linkback",
        description="Receive pingbacks and trackbacks, decide about them, and send them.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    version = f"linkback-protocol {linkback_protocol.__version__}"
    parser.add_argument("--version", action="version", version=version)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # That a terminal lacks a letter of a stranger's title is no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    # What goes wrong is told in the command's own words; only `serve` keeps a log.
    logging.getLogger("linkback_protocol").addHandler(logging.NullHandler())
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    try:
        for group in _GROUPS:
            import_module(f"linkback_protocol.cli.{group}").add_commands(commands)
        chosen = parser.parse_args(arguments)
        status: int = chosen.run(chosen)
        print(end="", flush=True)
    except (UsageError, StoreError) as error:
        print(f"linkback: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read has enough.
        _discard_output()
        return 0
    except OSError as error:
        _discard_output()
        print(f"linkback: {error}", file=sys.stderr)
        return 1
    return status


def _discard_output() -> None:
    """Let what is buffered, and could not be written, not fail again at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
