"""Finding the owner's WSGI app by its name."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from typing import TYPE_CHECKING, cast

from linkback_protocol.cli.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)


def load(name: str) -> WSGIApplication:
    """Import ``MODULE:APP``, from the current folder too; ``MODULE:MAKE()`` is called for the app.

    :raises UsageError: there is no such thing, it fails, or it is no app; the owner's mistake.
    """
    module_name, _, attribute = name.partition(":")
    parts = attribute.removesuffix("()").split(".")
    if not all((*module_name.split("."), *parts)):
        raise UsageError(f"{name!r} is not MODULE:APP, such as blog:app")
    sys.path.insert(0, os.getcwd())
    try:
        found: object = importlib.import_module(module_name)
        for part in parts:
            found = getattr(found, part)
        if attribute.endswith("()"):
            found = cast("Callable[[], object]", found)()
    except Exception as error:
        # It is the owner's code, which raises what it likes.
        logger.debug("%s cannot be loaded", name, exc_info=True)
        reason = " ".join(str(error).split())
        raise UsageError(
            f"{name} cannot be loaded: {type(error).__name__}: {reason}"
            " (--log-level debug shows where)"
        ) from error
    if not callable(found):
        raise UsageError(f"{name} is no WSGI app, but {type(found).__name__}")
    return cast("WSGIApplication", found)
