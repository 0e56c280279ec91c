"""The view of the owner: the command of ``--observe``, and text without its escapes."""

from __future__ import annotations

import re
import shlex
import subprocess

from linkback_conformance.markup import unescape


def output_of(command: str, timeout: float) -> str:
    """Run a command without a shell and return what it writes, within so many seconds.

    Raises `OSError`, `ValueError` or `subprocess.SubprocessError` where it fails in any way.
    """
    done = subprocess.run(shlex.split(command), capture_output=True, timeout=timeout, check=True)
    return done.stdout.decode("utf-8", "replace")


def unescaped(text: str) -> str:
    """Return text as a reader sees it, whether it came as JSON, as HTML or plain."""
    # JSON may write a slash as \\/ and other letters as \\uXXXX; HTML has its own ways.
    decoded = re.sub(
        r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text.replace("\\/", "/")
    )
    return unescape(decoded)
