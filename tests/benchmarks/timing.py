"""What the benchmarks share: best of several rounds, and a WSGI app to wrap."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SITE = "http://blog.example/"
POST = SITE + "post/"


def best(work: Callable[[], object], *, number: int, rounds: int = 7) -> float:
    """Return the seconds of one call in the fastest of several rounds of `number` calls."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(number):
            work()
        times.append((time.perf_counter() - began) / number)
    return min(times)


def page_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer every path with a small page, ``/missing/`` with 404."""
    status = "404 Not Found" if environ["PATH_INFO"].startswith("/missing") else "200 OK"
    start_response(status, [("Content-Type", "text/html"), ("Content-Length", "2")])
    return [b"hi"]


def row(what: str, value: str, against: str = "") -> None:
    """Print a line of the table."""
    print(f"{what:<58} {value:>14}  {against}", flush=True)
