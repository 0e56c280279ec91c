"""Other people's software, as the tests have it: one of each, for the whole session."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.interop import packages
from tests.interop.wordpress import Unavailable, WordPress

if TYPE_CHECKING:
    from collections.abc import Iterator


def services_required() -> bool:
    """Return whether a service that could be had must be there, as on the CI server."""
    return os.environ.get("LINKBACK_REQUIRE_SERVICES") == "1"


def give_up(reason: object, *, obtainable: bool) -> NoReturn:
    """Skip what needs a service, or fail it where services are required and this one is at hand."""
    if services_required() and obtainable:
        pytest.fail(str(reason), pytrace=False)
    pytest.skip(str(reason))


@pytest.fixture(scope="session")
def wordpress() -> Iterator[WordPress]:
    """One WordPress for all tests: what one of them sends, the others find there.

    Packages are installed only where services are required; nobody else's machine is changed.
    """
    try:
        started = WordPress.start(install=services_required())
    except Unavailable as error:
        give_up(error, obtainable=packages.installed() or packages.installable())
    with started as blog:
        yield blog
