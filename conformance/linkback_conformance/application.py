"""A WSGI application as a target: found by name, and served over real HTTP.

It is tried exactly as a live blog is: nothing is known about it that the wire does not show.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, cast

from werkzeug.serving import WSGIRequestHandler, make_server

from linkback_conformance.errors import UsageError
from linkback_conformance.importing import imported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIApplication


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        pass


def load(name: str) -> WSGIApplication:
    """Import ``package.module:app``, or call ``package.module:make_app()``.

    Modules are looked for in the working directory too. Raises `UsageError` where there is none.
    """
    app = imported("wsgi", name, "APP")
    if not callable(app):
        message = f"wsgi:{name} is {type(app).__name__}, not a WSGI application"
        raise UsageError(message)
    return cast("WSGIApplication", app)


@contextlib.contextmanager
def served(app: WSGIApplication, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve a WSGI app in threads on a free port; gives its base address."""
    server = make_server(host, port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
