"""The mails of ``linkback serve``, and what it has in common with ``linkback mail``."""

from __future__ import annotations

import argparse
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from linkback_protocol import url
from linkback_protocol.cli.usage import UsageError, address
from linkback_protocol.mail import Mail, Smtp
from linkback_protocol.moderation import Moderator
from linkback_protocol.targets import read_site

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from linkback_protocol.mail.links import DecisionLinks
    from linkback_protocol.stores import Store

_VARIABLE = "LINKBACK_SMTP_PASSWORD"
_ADDRESS = r"[^\s<>@,;:\"()\[\]\\]+@[^\s<>@,;:\"()\[\]\\]+"
_MAILBOX = re.compile(rf"{_ADDRESS}|[^<>@,;:\"()\[\]\\]+ <{_ADDRESS}>")
_MONTH = 31 * 24 * 60.0
"""Minutes."""
_LINKS = "/mail"
"""Where the links are, below the moderation page."""
_NEED_MAIL_TO = (
    "mail_from",
    "mail_digest",
    "mail_secret_file",
    "moderation_url",
    "smtp",
    "smtp_security",
    "smtp_username",
    "smtp_password_file",
)


def mailbox(text: str) -> str:
    """Read the address of one person, for argparse."""
    if text.isprintable() and _MAILBOX.fullmatch(text) and text.rpartition("<")[2].isascii():
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is not an address, such as me@blog.example")


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = -1.0
    if 0 <= minutes <= _MONTH:
        return minutes
    raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes, up to a month")


def add_mailing(parser: argparse.ArgumentParser) -> None:
    """Add what ``serve`` needs to mail."""
    mails = parser.add_argument_group("mails to the owner")
    mails.add_argument(
        "--mail-to", type=mailbox, metavar="ADDRESS", help="mail this address what waits"
    )
    mails.add_argument("--mail-from", type=mailbox, metavar="ADDRESS")
    mails.add_argument(
        "--mail-digest", type=_minutes, metavar="MINUTES",
        help="how often at most; 0 is a mail for each linkback (default: 60)",
    )  # fmt: skip
    mails.add_argument(
        "--mail-secret-file", metavar="FILE",
        help="signs links to decide by in each mail, without a password; made if it is not there",
    )  # fmt: skip
    mails.add_argument(
        "--moderation-url", metavar="URL",
        help="public address of --moderation-path, where it is not that of --site or --endpoint",
    )  # fmt: skip
    mails.add_argument(
        "--smtp", type=address, metavar="HOST:PORT", help="the mail server (default: localhost:25)"
    )
    mails.add_argument("--smtp-security", choices=("none", "starttls", "tls"))
    mails.add_argument("--smtp-username", metavar="NAME")
    mails.add_argument("--smtp-password-file", metavar="FILE", help=f"default: ${_VARIABLE}")


@dataclass(frozen=True, slots=True)
class Post:
    """What mails about a store, and the app that the links in the mails lead to, if they do."""

    mail: Mail
    links: WSGIApplication | None
    path: str

    def mounted(self, app: WSGIApplication) -> WSGIApplication:
        """Return an app with the links in front of it."""
        return app if self.links is None else DispatcherMiddleware(app, {self.path: self.links})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """What the options say about mails.

    :param digest: in seconds.
    :param secret: empty where there are to be no links.
    :param path: of the moderation page; `desk` is its public address, empty for that of the site.
    :param moderated: whether that page is served.
    """

    smtp: Smtp
    sender: str
    recipient: str
    digest: float
    secret: str = field(repr=False)
    path: str
    desk: str
    moderated: bool

    def post(self, store: Store, site: str) -> Post:
        """Return what mails about a store.

        :param site: public address of the pages.
        :raises UsageError: it is none, or the secret will not do, or a package is missing.
        """
        try:
            desk = self.desk or read_site(site)[0].origin + self.path
        except ValueError as error:
            raise UsageError(str(error)) from error
        links = read_links(self.secret, desk + _LINKS) if self.secret else None
        mail = Mail(
            store,
            self.smtp,
            sender=self.sender,
            recipient=self.recipient,
            links=links,
            moderation=f"{desk}/" if self.moderated else "",
            digest=self.digest,
        )
        app = None
        if links is not None:
            from linkback_protocol.wsgi.mail_links import MailLinks

            app = MailLinks(Moderator(store), links)
        return Post(mail, app, self.path + _LINKS)


def read_mailing(arguments: argparse.Namespace) -> Mailing | None:
    """Return what the options of `add_mailing` say; None where nobody is to be told.

    :raises UsageError: they do not fit together, or a file cannot be used.
    """
    if arguments.mail_to is None:
        for name in _NEED_MAIL_TO:
            if getattr(arguments, name) is not None:
                option = name.replace("_", "-")
                raise UsageError(f"--{option} is about mails: say whom to mail with --mail-to")
        return None
    if arguments.mail_from is None:
        raise UsageError("--mail-to needs --mail-from, the address that the mails come from")
    moderated = arguments.moderation_password_file is not None
    linked = arguments.mail_secret_file is not None
    return Mailing(
        smtp=read_smtp(
            server=arguments.smtp or ("localhost", 25),
            security=arguments.smtp_security or "none",
            username=arguments.smtp_username or "",
            password_file=arguments.smtp_password_file,
            option="--smtp-",
        ),
        sender=arguments.mail_from,
        recipient=arguments.mail_to,
        digest=60.0 * (60.0 if arguments.mail_digest is None else arguments.mail_digest),
        secret=_secret(arguments.mail_secret_file) if linked else "",
        path=arguments.moderation_path.rstrip("/"),
        desk=_desk(arguments) if moderated or linked else "",
        moderated=moderated,
    )


def _desk(arguments: argparse.Namespace) -> str:
    """Return the public address of the moderation page; empty for that of the site."""
    path: str = arguments.moderation_path.rstrip("/")
    try:
        if arguments.moderation_url is not None:
            given = url.parse(arguments.moderation_url)
            if given.query or given.fragment:
                raise UsageError("--moderation-url is the address of a page, without ? and #")
            return given.page.rstrip("/")
        if arguments.app is not None:
            return ""
        if arguments.endpoint is not None:
            endpoint = url.parse(arguments.endpoint)
            below = endpoint.page.removesuffix(arguments.pingback_path)
            return (endpoint.origin if below == endpoint.page else below) + path
    except url.InvalidURL as error:
        option = "--endpoint" if arguments.moderation_url is None else "--moderation-url"
        raise UsageError(
            f"{option} is no absolute URL such as https://pings.example{path}/: {error}"
        ) from error
    raise UsageError(
        "the mails of a gateway need its public address: give --endpoint or --moderation-url"
    )


def _secret(path: str) -> str:
    """Return the secret of a file, which is made where it is missing."""
    option = "--mail-secret-file"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    except FileExistsError:
        pass
    except OSError as error:
        raise UsageError(f"{option}: {error}") from error
    secret = read_file(path, option)
    if os.name == "posix" and Path(path).stat().st_mode & stat.S_IRWXO:
        raise UsageError(f"{option}: {path} is open to everybody on this machine; chmod 600 {path}")
    if not secret:
        raise UsageError(f"{option}: {path} is empty; remove it, and it is made anew")
    return secret


def read_smtp(
    *,
    server: tuple[str, int],
    security: Literal["none", "starttls", "tls"],
    username: str,
    password_file: str | None,
    option: str,
) -> Smtp:
    """Return the mail server that some options name; the password is of a file, or the environment.

    :param option: what the options begin with.
    :raises UsageError: they do not fit together, or the file cannot be read.
    """
    if password_file is not None:
        password = read_file(password_file, f"{option}password-file")
    else:
        # Of somebody without a name it is not for this server.
        password = os.environ.get(_VARIABLE, "") if username else ""
    host, port = server
    try:
        smtp = Smtp(host=host, port=port, username=username, password=password, security=security)
    except ValueError as error:
        raise UsageError(f"{option}security: {error}") from error
    if username and not password:
        raise UsageError(
            f"{option}username needs a password: {option}password-file, or ${_VARIABLE}"
        )
    if password and not username:
        raise UsageError(f"{option}password-file needs {option}username")
    return smtp


def read_links(secret: str, base: str) -> DecisionLinks:
    """Return what makes links to decide by.

    :raises UsageError: the secret is too short, the address is none, or a package is missing.
    """
    try:
        from linkback_protocol.mail.links import DecisionLinks

        return DecisionLinks(secret=secret, base=base)
    except ImportError as error:
        raise UsageError("links need itsdangerous: pip install linkback-protocol[mail]") from error
    except ValueError as error:
        raise UsageError(str(error)) from error


def read_file(path: str, option: str) -> str:
    """Return the text of a file, without the white space round it.

    :raises UsageError: it cannot be read.
    """
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{option}: {error}") from error
