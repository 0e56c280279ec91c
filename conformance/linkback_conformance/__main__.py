"""The command, as an installed script and as ``python -m linkback_conformance``."""

import contextlib
import os
import sys
from typing import NoReturn

from linkback_conformance.cli import main


def run() -> NoReturn:
    """Run the command and end the process, whatever threads an app that was tried left behind."""
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            if stream is not None:
                stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
