from __future__ import annotations

import pytest

from linkback_protocol.errors import CrossSite
from linkback_protocol.linkback import Action
from linkback_protocol.validators.browser_origin import BrowserOrigin
from tests.validators.support import candidate


def test_says_nothing_of_what_a_server_sent() -> None:
    assert BrowserOrigin()(candidate(None)) is None


@pytest.mark.parametrize(
    ("validator", "action"),
    [(BrowserOrigin(), Action.HOLD), (BrowserOrigin(action="spam"), Action.SPAM)],
)
def test_judges_what_a_browser_sent(validator: BrowserOrigin, action: Action) -> None:
    verdict = validator(candidate(None, browser="Sec-Fetch-Site: cross-site"))
    assert verdict is not None
    assert verdict.action is action
    assert "Sec-Fetch-Site: cross-site" in verdict.reason


def test_refuses_with_the_error_that_tells_the_sender() -> None:
    with pytest.raises(CrossSite):
        BrowserOrigin(action="refuse")(candidate(None, browser="Origin: http://evil.example"))


def test_shows_a_header_in_one_bounded_line() -> None:
    header = "Origin: http://evil.example/\x1b[2J\u202e\r\n" + "x" * 5000
    verdict = BrowserOrigin()(candidate(None, browser=header))
    assert verdict is not None
    assert verdict.reason.isprintable()
    assert len(verdict.reason) <= 200


def test_knows_its_actions() -> None:
    with pytest.raises(ValueError, match="hold, spam, refuse"):
        BrowserOrigin(action="approve")
