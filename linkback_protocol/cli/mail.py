"""``linkback mail``: tells the owner what waits, from whatever runs things at night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.cli.mailing import mailbox, read_file, read_links, read_smtp
from linkback_protocol.cli.usage import UsageError, add_database, address, open_existing
from linkback_protocol.mail import Mail, MailError

if TYPE_CHECKING:
    import argparse


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this module's command."""
    mail = commands.add_parser(
        "mail",
        help="mail yourself what waits for you",
        description="Mail what is pending and was not mailed before. With --links-url and"
        " --secret-file each linkback has links to decide by"
        " (linkback_protocol.wsgi.mail_links).",
    )
    mail.add_argument("--to", required=True, type=mailbox, metavar="ADDRESS")
    mail.add_argument("--from", required=True, dest="sender", type=mailbox, metavar="ADDRESS")
    mail.add_argument(
        "--smtp", type=address, default=("localhost", 25), metavar="HOST:PORT",
        help="the mail server (default: localhost:25)",
    )  # fmt: skip
    mail.add_argument("--security", choices=("none", "starttls", "tls"), default="none")
    mail.add_argument("--username", default="")
    mail.add_argument(
        "--password-file",
        metavar="FILE",
        help="holds the password (default: $LINKBACK_SMTP_PASSWORD)",
    )
    mail.add_argument("--links-url", metavar="URL", help="where the links lead")
    mail.add_argument("--secret-file", metavar="FILE", help="holds the secret that signs them")
    mail.add_argument("--moderation-url", default="", metavar="URL")
    mail.add_argument("--each", action="store_true", help="a mail for each, instead of a digest")
    add_database(mail)
    mail.set_defaults(run=_mail)


def _mail(arguments: argparse.Namespace) -> int:
    if bool(arguments.links_url) != bool(arguments.secret_file):
        raise UsageError("links need both --links-url and --secret-file")
    smtp = read_smtp(
        server=arguments.smtp,
        security=arguments.security,
        username=arguments.username,
        password_file=arguments.password_file,
        option="--",
    )
    links = None
    if arguments.links_url:
        links = read_links(read_file(arguments.secret_file, "--secret-file"), arguments.links_url)
    with open_existing(arguments.db) as store:
        try:
            mail = Mail(
                store,
                smtp,
                sender=arguments.sender,
                recipient=arguments.to,
                links=links,
                moderation=arguments.moderation_url,
                digest=0.0 if arguments.each else 3600.0,
            )
            told = mail.deliver()
        except ValueError as error:
            raise UsageError(str(error)) from error
        except MailError as error:
            raise UsageError(f"{error}; what it did not take is told the next time") from error
    print(f"{told} told" if told else "nothing new waits")
    return 0
