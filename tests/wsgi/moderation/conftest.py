"""The moderation page, served below a path of a blog."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol.wsgi.moderation import Moderation
from tests.peers import served
from tests.wsgi.moderation.desks import SECRET, mounted, user_of
from tests.wsgi.moderation.pages import Browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linkback_protocol import Store


@pytest.fixture
def serve(store: Store) -> Iterator[Callable[..., Browser]]:
    """Serve the page with some settings; return a browser that is signed in."""
    with ExitStack() as stack:

        def make(**settings: Any) -> Browser:
            defaults: dict[str, Any] = {"authenticate": user_of, "secret": SECRET}
            app = Moderation(settings.pop("store", store), **(defaults | settings))
            return Browser(stack.enter_context(served(mounted(app))) + "linkbacks/")

        yield make


@pytest.fixture
def browser(serve: Callable[..., Browser]) -> Browser:
    return serve()
