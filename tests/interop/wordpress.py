"""A real WordPress on loopback, for as long as it is needed: posts, owner's view, and publishing.

``python -m tests.interop.wordpress up`` starts one that stays until ``down``; tests start theirs::

    with WordPress.start() as blog:
        xmlrpc.client.ServerProxy(blog.endpoint).pingback.ping(source, blog.target)

It runs from a private copy of Debian's packages, in a folder and with a database that are removed
in the end; nothing under ``/etc`` is changed. What differs from WordPress as shipped is written
in ``mu-plugins/linkback-conformance.php``.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import sys
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.interop import database, packages, processes, web_server
from tests.interop.packages import Unavailable, program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

__all__ = ["Stored", "Unavailable", "WordPress", "main"]

_HERE = Path(__file__).parent
_SCRIPTS = ("install.php", "publish.php")
_PUBLISH_SECONDS = 300.0
_SECRETS = ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE")
# Proxies of the environment are for other machines.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A ping as WordPress has stored it; the texts are HTML, the addresses are not."""

    type: str
    """``pingback`` or ``trackback``."""
    target: str
    """The address of the post."""
    source: str
    author: str
    content: str
    status: str
    """``approved``, ``unapproved``, ``spam`` or ``trash``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPress:
    """A running WordPress: addresses are absolute; leaving it as a context stops it."""

    url: str
    """The home page, with the slash."""
    version: str
    endpoint: str
    """Where pingbacks go."""
    target: str
    """A post that takes pings."""
    second_target: str
    """Another one."""
    closed_target: str
    """A post that is there and takes no pings."""
    draft_target: str
    """A post that is not published."""
    page_target: str
    """A page that takes pings, outside of the blog's order."""
    missing_target: str
    """An address of a post at which there is none."""
    non_post: str
    """A page that is not something to link back to."""
    observe: str
    """Where the owner sees everything that was registered, as JSON."""
    folder: Path
    database: database.Database

    @classmethod
    def start(cls, *, install: bool = False, show_faults: bool = False) -> Self:
        """Start a WordPress on a free port of 127.0.0.1; it answers when this returns.

        With `install`, root's missing packages are installed first, which takes about half a
        minute. Raises `Unavailable` where there is none to be had; nothing stays behind then.
        """
        packages.require(install=install)
        account = processes.Account.unprivileged()
        with ExitStack() as undo:
            folder = processes.make_folder(account)
            undo.callback(processes.remove_folder, folder)
            made = database.create(folder, account, install=install)
            undo.callback(made.drop)
            _copy_site(folder)
            account.own(folder)
            url = f"http://127.0.0.1:{web_server.start(folder, account)}/"
            undo.callback(web_server.stop, folder)
            token = secrets.token_hex(16)
            _write_settings(folder, _settings(url, token, made, show_faults=show_faults))
            found = _php(
                "install.php",
                folder,
                title="A blog",
                user="owner",
                email="owner@blog.example",
                password=secrets.token_hex(16),
            )
            started = cls(
                url=url,
                version=found["version"],
                endpoint=f"{url}xmlrpc.php",
                missing_target=f"{url}2001/01/01/no-such-post/",
                non_post=url,
                observe=f"{url}?linkback-observe={token}",
                folder=folder,
                database=made,
                **found["posts"],
            )
            started.linkbacks()
            undo.pop_all()
        return started

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the servers, drop the database and remove the folder; harmless when repeated."""
        with ExitStack() as steps:
            steps.callback(processes.remove_folder, self.folder)
            steps.callback(self.database.drop)
            web_server.stop(self.folder)

    def trackback_of(self, post: str) -> str:
        """Return the ping URL of a post, given its address."""
        return f"{post.rstrip('/')}/trackback/"

    def linkbacks(self) -> list[Stored]:
        """Return everything that was registered, published or not, oldest first.

        Raises `Unavailable` where WordPress does not answer with the list.
        """
        try:
            with _OPENER.open(self.observe, timeout=30) as answer:
                return [Stored(**each) for each in json.load(answer)]
        except (OSError, ValueError) as error:
            raise Unavailable(f"the WordPress at {self.url} does not answer: {error}") from error

    def publish(
        self, html: str, *, title: str = "A new post", trackbacks: Sequence[str] = ()
    ) -> str:
        """Publish a post and send its pings; return its address once all of them are sent.

        WordPress finds the links in `html` and looks for their pingback servers; `trackbacks` are
        the ping URLs that an author gives by hand. Only addresses on 127.0.0.1 are reached. Raises
        `Unavailable` where the script fails.
        """
        return publish_in(self.folder, html, title=title, trackbacks=trackbacks)

    @contextmanager
    def showing_faults(self) -> Iterator[None]:
        """Let WordPress tell the true codes of pingback faults meanwhile; as shipped it tells 0."""
        before = json.loads((self.folder / "settings.json").read_text())
        _write_settings(self.folder, before | {"LINKBACK_SHOW_FAULTS": True})
        try:
            yield
        finally:
            _write_settings(self.folder, before)

    def addresses(self) -> dict[str, str]:
        """Return the version and every address by name, for people and for JSON."""
        private = {"folder", "database"}
        return {name: value for name, value in asdict(self).items() if name not in private}


def _copy_site(folder: Path) -> None:
    """Copy WordPress, its theme, our plugin and our scripts into a folder."""
    site = folder / "site"
    # Debian links to the libraries of other packages; what is private must not change with them.
    shutil.copytree(
        packages.WORDPRESS,
        site,
        ignore_dangling_symlinks=True,
        ignore=shutil.ignore_patterns(".htaccess", "wp-config.php"),
    )
    shutil.copyfile(_HERE / "php" / "wp-config.php", site / "wp-config.php")
    shutil.copytree(_HERE / "mu-plugins", site / "wp-content" / "mu-plugins")
    (folder / "php").mkdir()
    for name in _SCRIPTS:
        shutil.copyfile(_HERE / "php" / name, folder / "php" / name)


def _settings(
    url: str, token: str, made: database.Database, *, show_faults: bool
) -> dict[str, str | bool]:
    settings: dict[str, str | bool] = {
        "DB_NAME": made.name,
        "DB_USER": made.name,
        "DB_PASSWORD": made.password,
        "DB_HOST": made.host,
        "DB_CHARSET": "utf8mb4",
        "DB_COLLATE": "",
        "WP_HOME": url.rstrip("/"),
        "WP_SITEURL": url.rstrip("/"),
        "WP_DEFAULT_THEME": packages.THEME,
        # Tasks run when they are asked for, and never because somebody visits.
        "DISABLE_WP_CRON": True,
        "AUTOMATIC_UPDATER_DISABLED": True,
        "DISALLOW_FILE_MODS": True,
        "LINKBACK_OBSERVE_TOKEN": token,
        "LINKBACK_SHOW_FAULTS": show_faults,
    }
    for name in _SECRETS:
        settings[f"{name}_KEY"] = secrets.token_hex(32)
        settings[f"{name}_SALT"] = secrets.token_hex(32)
    return settings


def _write_settings(folder: Path, settings: dict[str, str | bool]) -> None:
    """Put the constants of WordPress in place; a request sees the old ones or the new ones."""
    fresh = folder / "settings.new"
    fresh.write_text(json.dumps(settings, indent=1))
    account = processes.Account.unprivileged()
    if account.changes:
        os.chown(fresh, account.uid, account.gid)
    fresh.replace(folder / "settings.json")


def publish_in(
    folder: Path, html: str, *, title: str = "A new post", trackbacks: Sequence[str] = ()
) -> str:
    """Publish a post in the WordPress of a folder; see `WordPress.publish`."""
    done = _php(
        "publish.php",
        folder,
        timeout=_PUBLISH_SECONDS,
        title=title,
        content=html,
        trackbacks=list(trackbacks),
    )
    permalink: str = done["permalink"]
    return permalink


def _php(name: str, folder: Path, *, timeout: float = 60.0, **given: Any) -> dict[str, Any]:
    """Run one of our scripts on what is given, and return its answer; both are JSON."""
    done = processes.Account.unprivileged().run(
        [program("php"), "-d", "display_errors=stderr", "-d", "sendmail_path=/bin/true"]
        + [str(folder / "php" / name)],
        folder=folder,
        given=json.dumps(given),
        timeout=timeout,
    )
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        said = (done.stdout + done.stderr).strip() or "nothing"
        raise Unavailable(f"{name} should have answered with JSON, and said: {said}") from error
    return answer


def _state_file() -> Path:
    """Return where the command remembers what it has started."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "linkback-protocol" / "wordpress.json"


def _remember(blog: WordPress) -> None:
    file = _state_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    # Its owner alone may read it: the way to the database is in it.
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(blog), default=str, indent=1))


def _remembered() -> WordPress | None:
    """Return what ``up`` has started, whether or not it still runs."""
    try:
        state = json.loads(_state_file().read_text())
    except FileNotFoundError:
        return None
    made = state.pop("database")
    if pid_file := made.pop("pid_file"):
        pid_file = Path(pid_file)
    reached = tuple(made.pop("reached"))
    state["database"] = database.Database(**made, reached=reached, pid_file=pid_file)
    return WordPress(**state | {"folder": Path(state["folder"])})


def _runs(blog: WordPress) -> bool:
    try:
        blog.linkbacks()
    except Unavailable:
        return False
    return True


def _up(options: argparse.Namespace) -> WordPress:
    blog = _remembered()
    if blog is not None:
        if _runs(blog):
            return blog
        _down(blog)
    blog = WordPress.start(install=True, show_faults=options.show_faults)
    _remember(blog)
    return blog


def _down(blog: WordPress) -> None:
    try:
        blog.stop()
    finally:
        _state_file().unlink(missing_ok=True)


def _tell(blog: WordPress, *, as_json: bool) -> None:
    addresses = blog.addresses()
    if as_json:
        print(json.dumps(addresses, indent=1))
        return
    for name, value in addresses.items():
        print(f"{name:15} {value}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, or 1 where WordPress cannot be had, or 3 where none runs."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.interop.wordpress",
        description="Start a real WordPress on loopback, for as long as it is needed.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, about in (
        ("up", "install what is missing (as root), start WordPress, say where it is"),
        ("status", "say where it is"),
        ("down", "stop it; nothing of it stays, but the packages"),
    ):
        command = commands.add_parser(name, help=about)
        command.add_argument("--json", action="store_true", help="as JSON")
        if name == "up":
            command.add_argument(
                "--show-faults", action="store_true", help="tell the true codes of pingback faults"
            )
    command = commands.add_parser("publish", help="publish a post, and send its pings")
    command.add_argument("html", metavar="HTML", help="what the post says; - reads it")
    options = parser.parse_args(arguments)
    try:
        blog = _up(options) if options.command == "up" else _remembered()
        if blog is None or (options.command != "down" and not _runs(blog)):
            print("null" if getattr(options, "json", False) else "No WordPress runs.")
            return 3
        if options.command == "publish":
            print(blog.publish(sys.stdin.read() if options.html == "-" else options.html))
        else:
            _tell(blog, as_json=options.json)
        if options.command == "down":
            _down(blog)
    except Unavailable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
