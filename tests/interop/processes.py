"""Programs that run without privileges: their account, their folder, and how they are ended."""

from __future__ import annotations

import os
import pwd
import select
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.interop.packages import Unavailable

_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
}
_END_SECONDS = 10.0
_NOT_ROOTS = ("www-data", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """The user that servers run as: the web server's where the tests are root's, else the same."""

    uid: int
    gid: int

    @classmethod
    def unprivileged(cls) -> Self:
        """Return the account to use; raises `Unavailable` where root has no other at hand."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        for name in _NOT_ROOTS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise Unavailable(f"there is none of the users {', '.join(_NOT_ROOTS)} on this machine.")

    @property
    def changes(self) -> bool:
        """Whether running as this account means to become somebody else."""
        return self.uid != os.geteuid()

    def run(
        self, command: list[str], *, folder: Path, given: str = "", timeout: float = 60.0
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end and return what it said; `timeout` is in seconds.

        A server that goes to the background counts as ended, once it has done so. Raises
        `Unavailable` where the command cannot be run, fails or takes too long.
        """
        name = Path(command[0]).name
        # A server keeps what it inherits, and reading a pipe would last until it ends.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            try:
                done = subprocess.run(
                    command,
                    cwd=folder,
                    env=_ENVIRONMENT | {"HOME": str(folder), "TMPDIR": str(folder)},
                    input=given.encode(),
                    stdout=out,
                    stderr=err,
                    check=False,
                    timeout=timeout,
                    start_new_session=True,
                    user=self.uid if self.changes else None,
                    group=self.gid if self.changes else None,
                    extra_groups=[] if self.changes else None,
                )
            except OSError as error:
                raise Unavailable(f"{name} cannot be run: {error}.") from error
            except subprocess.TimeoutExpired as error:
                raise Unavailable(f"{name} did not end within {timeout:g} s.") from error
            out.seek(0)
            err.seek(0)
            said, complaints = (file.read().decode(errors="replace") for file in (out, err))
        if done.returncode:
            last = (complaints.strip() or said.strip() or "no word").splitlines()[-1]
            raise Unavailable(f"{name} ended with exit code {done.returncode}: {last}")
        return subprocess.CompletedProcess(command, 0, said, complaints)

    def own(self, folder: Path) -> None:
        """Give everything in a folder to this account."""
        if not self.changes:
            return
        for parent, _, names in os.walk(folder):
            os.chown(parent, self.uid, self.gid)
            for name in names:
                os.chown(Path(parent, name), self.uid, self.gid, follow_symlinks=False)


def make_folder(account: Account) -> Path:
    """Make a private folder that an account can get to; raises `Unavailable`."""
    for base in (Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")):
        enterable = (base.stat().st_mode & 0o001 for base in (base, *base.parents))
        if not account.changes or all(enterable):
            folder = Path(tempfile.mkdtemp(prefix="linkback-wordpress-", dir=base))
            account.own(folder)
            return folder
    raise Unavailable(
        "there is no folder for temporary files that the web server's user can enter."
    )


def remove_folder(folder: Path) -> None:
    """Remove a folder and everything in it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def end(pid_file: Path) -> None:
    """End the server that wrote `pid_file`, and wait until it is gone.

    Only a process whose command line names the folder of the file is ended: the number may be
    another program's by now.
    """
    try:
        pid = int(pid_file.read_text())
        process = os.pidfd_open(pid)
    except (OSError, ValueError):
        return
    try:
        if str(pid_file.parent).encode() not in Path(f"/proc/{pid}/cmdline").read_bytes():
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(process, number)
            # The file becomes readable once the process has ended.
            if select.select([process], [], [], _END_SECONDS)[0]:
                return
    except (FileNotFoundError, ProcessLookupError):
        return
    finally:
        os.close(process)
