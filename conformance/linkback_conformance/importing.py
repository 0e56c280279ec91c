"""What the tester names by module: an application, or a function that sends."""

from __future__ import annotations

import contextlib
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from linkback_conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def imported(kind: str, name: str, what: str) -> object:
    """Import ``package.module:thing``, or call ``package.module:factory()``.

    Modules are looked for in the working directory too. ``kind`` is what stands before the name on
    the command line, ``what`` what it names. Raises `UsageError` where there is no such thing.
    """
    module_name, _, attribute = name.partition(":")
    call = attribute.endswith("()")
    if not module_name or not attribute:
        message = f"{kind}:{name} must be {kind}:PACKAGE.MODULE:{what}, or MODULE:FACTORY()"
        raise UsageError(message)
    with _importable_from(Path.cwd()):
        try:
            found: object = importlib.import_module(module_name)
            for part in attribute.removesuffix("()").split("."):
                found = getattr(found, part)
            return cast("Callable[[], object]", found)() if call else found
        except (Exception, SystemExit) as error:
            # Whatever a stranger's module raises is the answer to "can it be loaded?"
            message = f"{kind}:{name} cannot be loaded: {type(error).__name__}: {error}"
            raise UsageError(message) from error


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
