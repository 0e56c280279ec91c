"""``linkback password``: a line for the file of those who may moderate."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import TYPE_CHECKING

from linkback_protocol.cli.usage import UsageError
from linkback_protocol.wsgi.moderation.passwords import MAX_PASSWORD, check_name, password_line

if TYPE_CHECKING:
    import argparse


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's command."""
    password = commands.add_parser(
        "password",
        help="make a line for 'linkback serve --moderation-password-file'",
        description="Ask for a password, or read a line from a pipe, and write NAME with its hash."
        " Add that to a file that only the server's user may read.",
    )
    password.add_argument("name", metavar="NAME", help="who moderates, as the history shows it")
    password.set_defaults(run=_password)


def _password(arguments: argparse.Namespace) -> int:
    try:
        check_name(arguments.name)
        print(password_line(arguments.name, _read()))
    except UnicodeDecodeError as error:
        raise UsageError("a password is text in UTF-8") from error
    except ValueError as error:
        raise UsageError(str(error)) from error
    return 0


def _read() -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        line = "" if sys.stdin is None else sys.stdin.readline(MAX_PASSWORD + 2)
        return line.rstrip("\r\n")
    try:
        password = getpass("Password: ")
        again = getpass("The same again: ")
    except EOFError as error:
        raise UsageError("no password was given") from error
    if password != again:
        raise UsageError("these were two passwords; try again")
    return password
