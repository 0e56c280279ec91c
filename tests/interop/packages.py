"""The programs that a WordPress needs: which are missing, and how Debian's packages bring them."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDPRESS = Path("/usr/share/wordpress")
THEME = "twentytwentyone"

_SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_EXTENSIONS = frozenset({"curl", "dom", "mbstring", "mysqli", "xml"})
_PACKAGES = (
    # First what serves PHP, or apt-get would settle WordPress's "any web server" by itself.
    ("nginx", "php-fpm", "php-cli", "php-mysql", "php-curl", "php-xml", "php-mbstring"),
    ("php", "wordpress", f"wordpress-theme-{THEME}"),
)
_DATABASE_PACKAGES = (("mariadb-server",),)
_APT_OPTIONS = (
    "--yes",
    "--no-install-recommends",
    "--option=DPkg::Lock::Timeout=300",
    "--option=Dpkg::Options::=--force-confold",
    "--option=Dpkg::Use-Pty=0",
    "--option=Acquire::Retries=2",
    "--option=Acquire::http::Timeout=30",
)
_APT_SECONDS = 300
_POLICY = Path("/usr/sbin/policy-rc.d")
_NOT_ALLOWED = 101
"""What a policy answers when a service must not start."""


class Unavailable(Exception):
    """A WordPress cannot be had on this machine; the text is one sentence that says why."""


def program(*names: str) -> str:
    """Return the path of the first of these programs that is here.

    Folders of the system count even where the search path leaves them out. Raises `Unavailable`.
    """
    path = os.pathsep.join([os.environ.get("PATH", ""), *_SYSTEM_FOLDERS])
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    raise Unavailable(f"there is no {names[0]} on this machine.")


def php_fpm() -> str:
    """Return the path of the FPM server of the newest PHP; raises `Unavailable`."""
    found = [path.name for path in Path("/usr/sbin").glob("php-fpm[0-9]*")]
    newest = sorted(found, key=lambda name: [int(part) for part in name[7:].split(".")])
    return program(*newest[::-1], "php-fpm")


def installed() -> bool:
    """Return whether WordPress itself is here, whatever else may be missing."""
    return (WORDPRESS / "wp-load.php").is_file()


def installable() -> bool:
    """Return whether what is missing could be installed: by root, with apt-get."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def missing() -> list[str]:
    """Return what a WordPress needs and this machine lacks, the database aside."""
    lacks = []
    if not installed():
        lacks.append("wordpress")
    if not (WORDPRESS / "wp-content" / "themes" / THEME).is_dir():
        lacks.append(f"its theme {THEME}")
    for name in ("nginx", "php", "mysql"):
        try:
            program(name)
        except Unavailable:
            lacks.append(name)
    try:
        php_fpm()
    except Unavailable:
        lacks.append("php-fpm")
    if "php" not in lacks:
        lacks += [f"php-{name}" for name in sorted(_EXTENSIONS - _php_extensions())]
    return lacks


def _php_extensions() -> set[str]:
    listed = subprocess.run(
        [program("php"), "-m"], capture_output=True, text=True, check=False, timeout=30
    )
    return {line.strip().lower() for line in listed.stdout.splitlines()}


def require(*, install: bool) -> None:
    """See to it that everything but a database is here, installing it if permitted.

    Raises `Unavailable` where something is missing in the end.
    """
    if not (lacks := missing()):
        return
    _install(_PACKAGES, lacks, permitted=install)
    if lacks := missing():
        raise Unavailable(f"apt-get went well, and yet these are missing: {', '.join(lacks)}.")


def require_database_server(*, install: bool) -> str:
    """Return the path of MariaDB's server, installing it if permitted; raises `Unavailable`."""
    try:
        return program("mariadbd", "mysqld")
    except Unavailable:
        _install(_DATABASE_PACKAGES, ["a MariaDB that answers"], permitted=install)
    return program("mariadbd", "mysqld")


def _install(steps: tuple[tuple[str, ...], ...], lacks: list[str], *, permitted: bool) -> None:
    what = f"WordPress cannot be started: this machine lacks {', '.join(lacks)}"
    if not permitted:
        raise Unavailable(f"{what}, and nothing may be installed.")
    if not installable():
        raise Unavailable(f"{what}, and only root can install it, with apt-get.")
    with _no_service_starts():
        for packages in steps:
            done = _apt_get("install", *packages)
            if done.returncode:
                # A fresh machine has no lists of packages, an old one has lists out of date.
                _apt_get("update")
                done = _apt_get("install", *packages)
            if done.returncode:
                said = [line for line in done.stderr.splitlines() if line.startswith("E:")]
                reason = said[-1][2:].strip() if said else f"exit code {done.returncode}"
                raise Unavailable(f"{what}, and apt-get could not install it: {reason}")


def _apt_get(*words: str) -> subprocess.CompletedProcess[str]:
    command = ["apt-get", *_APT_OPTIONS, *words]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_APT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"E: no end after {_APT_SECONDS} s")


@contextmanager
def _no_service_starts() -> Iterator[None]:
    """Keep packages from starting their services; what was in place is back afterwards."""
    folder = os.open(_POLICY.parent, os.O_RDONLY)
    try:
        # One at a time, or a second installation would take the first one's policy for the owner's.
        fcntl.flock(folder, fcntl.LOCK_EX)
        if _refuses_services():
            yield
            return
        aside = _POLICY.with_name("policy-rc.d.before-linkback")
        had_one = _POLICY.is_symlink() or _POLICY.exists()
        if had_one:
            _POLICY.rename(aside)
        try:
            _POLICY.write_text(f"#!/bin/sh\nexit {_NOT_ALLOWED}\n")
            _POLICY.chmod(0o755)
            yield
        finally:
            _POLICY.unlink(missing_ok=True)
            if had_one:
                aside.rename(_POLICY)
    finally:
        os.close(folder)


def _refuses_services() -> bool:
    try:
        asked = subprocess.run(
            [_POLICY, "nginx", "start"], capture_output=True, check=False, timeout=30
        )
    except OSError:
        return False
    return asked.returncode == _NOT_ALLOWED
