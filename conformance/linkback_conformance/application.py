"""A WSGI application as a target: found by name, and served over real HTTP.

It is tried exactly as a live blog is: nothing is known about it that the wire does not show.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast

from werkzeug.serving import WSGIRequestHandler, make_server

from linkback_conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed.wsgi import WSGIApplication


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        pass


def load(name: str) -> WSGIApplication:
    """Import ``package.module:app``, or call ``package.module:make_app()``.

    Modules are looked for in the working directory too. Raises `UsageError` where there is none.
    """
    module_name, _, attribute = name.partition(":")
    call = attribute.endswith("()")
    if not module_name or not attribute:
        message = f"wsgi:{name} must be wsgi:PACKAGE.MODULE:APP, or MODULE:FACTORY()"
        raise UsageError(message)
    with _importable_from(Path.cwd()):
        try:
            found: object = importlib.import_module(module_name)
            for part in attribute.removesuffix("()").split("."):
                found = getattr(found, part)
            app = cast("Callable[[], object]", found)() if call else found
        except (Exception, SystemExit) as error:
            # Whatever a stranger's module raises is the answer to "can it be loaded?"
            message = f"wsgi:{name} cannot be loaded: {type(error).__name__}: {error}"
            raise UsageError(message) from error
    if not callable(app):
        message = f"wsgi:{name} is {type(app).__name__}, not a WSGI application"
        raise UsageError(message)
    return cast("WSGIApplication", app)


@contextlib.contextmanager
def _importable_from(directory: Path) -> Iterator[None]:
    entry = str(directory)
    added = entry not in sys.path
    if added:
        sys.path.insert(0, entry)
    try:
        yield
    finally:
        if added:
            with contextlib.suppress(ValueError):
                sys.path.remove(entry)


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
