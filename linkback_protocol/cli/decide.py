"""What the owner decides: ``linkback approve``, ``spam``, ``trash``, ``note`` and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.cli.owner import existing, finish_parser, shown, write_json
from linkback_protocol.cli.usage import UsageError, open_existing
from linkback_protocol.moderation import Decision, Moderator, NoSuchLinkback

if TYPE_CHECKING:
    import argparse

_HELP = {
    Decision.APPROVE: "show linkbacks",
    Decision.HOLD: "let linkbacks wait for a decision again",
    Decision.SPAM: "file linkbacks as spam",
    Decision.TRASH: "throw linkbacks away",
    Decision.RESTORE: "take linkbacks back from spam, trash or the gone",
    Decision.UNDO: "take back what happened last to linkbacks",
}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's commands."""
    for decision, text in _HELP.items():
        move = commands.add_parser(decision, help=text)
        move.add_argument("ids", type=int, nargs="+", metavar="ID")
        move.add_argument(
            "--by", default="owner", metavar="NAME", help="who decides (default: owner)"
        )
        move.set_defaults(decision=decision)
        finish_parser(move, _decide)
    note = commands.add_parser("note", help="write down what you think of a linkback")
    note.add_argument("id", type=int, metavar="ID")
    note.add_argument("text", nargs="?", metavar="TEXT", help="added to the notes there are")
    note.add_argument("--clear", action="store_true", help="drop the notes there are first")
    finish_parser(note, _note)


def _decide(arguments: argparse.Namespace) -> int:
    with open_existing(arguments.db) as store:
        try:
            moved = Moderator(store).decide(arguments.ids, arguments.decision, by=arguments.by)
        except NoSuchLinkback as error:
            raise UsageError(f"{error}; 'linkback list' shows which are") from error
    if arguments.json:
        write_json(moved)
    else:
        for linkback in moved:
            print(f"{linkback.id} {linkback.status} {linkback.source} -> {linkback.page}")
    return 0


def _note(arguments: argparse.Namespace) -> int:
    if arguments.text is None and not arguments.clear:
        raise UsageError("give a TEXT to write down, or --clear to drop the notes")
    with open_existing(arguments.db) as store:
        linkback = existing(store, arguments.id)
        notes = () if arguments.clear else linkback.notes
        try:
            linkback = Moderator(store).annotate(linkback.id, [*notes, arguments.text or ""])
        except (ValueError, NoSuchLinkback) as error:
            raise UsageError(str(error)) from error
    if arguments.json:
        write_json([linkback])
    else:
        for note in linkback.notes:
            print(shown(note))
    return 0
