"""Finding the owner's own code by its name: an app, or a list of validators."""

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

    from linkback_protocol.validators import Validator

logger = logging.getLogger(__name__)


def load(name: str) -> WSGIApplication:
    """Import ``MODULE:APP``, from the current folder too; ``MODULE:MAKE()`` is called for the app.

    :raises UsageError: there is no such thing, it fails, or it is no app; the owner's mistake.
    """
    found = load_object(name, "MODULE:APP, such as blog:app")
    if not callable(found):
        raise UsageError(f"{name} is no WSGI app, but {type(found).__name__}")
    return cast("WSGIApplication", found)


def load_validators(name: str) -> tuple[Validator, ...]:
    """Import ``MODULE:LIST``, or what ``MODULE:MAKE()`` returns, in the same way.

    :raises UsageError: it is no list of validators.
    """
    found = load_object(name, "MODULE:LIST, such as blog:validators")
    if not isinstance(found, list | tuple) or not all(callable(each) for each in found):
        raise UsageError(f"{name} is no list of validators; write MODULE:MAKE() to call a function")
    return tuple(found)


def load_object(name: str, meant: str) -> object:
    """Import ``MODULE:NAME``, or call it where it ends in ``()``.

    :param meant: what should have been written, for the error.
    :raises UsageError: there is no such thing, or it fails; the owner's mistake.
    """
    module_name, _, attribute = name.partition(":")
    parts = attribute.removesuffix("()").split(".")
    if not all((*module_name.split("."), *parts)):
        raise UsageError(f"{name!r} is not {meant}")
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
    return found
