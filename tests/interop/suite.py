"""The conformance suite against the WordPress of these tests, with all it can be told about it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.interop.wordpress import WordPress

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "conformance" / "results"


def try_wordpress(blog: WordPress, *options: str) -> subprocess.CompletedProcess[str]:
    """Run every case; WordPress advertises no trackback, so its ping URL is given."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "linkback_conformance", blog.target),
            *("--trackback", blog.trackback_of(blog.target)),
            *("--second-target", blog.second_target, "--closed-target", blog.closed_target),
            *("--missing-target", blog.missing_target, "--non-post", blog.non_post),
            *("--observe", blog.observe, *options),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
