"""What happens where a WordPress cannot be had, and to the machine where it is installed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.interop import packages
from tests.interop.conftest import give_up
from tests.interop.packages import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

ABSENT = None
PERMITS = "#!/bin/sh\nexit 0\n"
REFUSES = "#!/bin/sh\n# as it was\nexit 101\n"


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "policy-rc.d"
    monkeypatch.setattr(packages, "_POLICY", path)
    return path


class TestServices:
    @pytest.mark.parametrize("before", [ABSENT, PERMITS, REFUSES])
    def test_none_starts_meanwhile(self, policy: Path, before: str | None) -> None:
        if before is not None:
            policy.write_text(before)
            policy.chmod(0o700)

        def install() -> None:
            with packages._no_service_starts():
                assert subprocess.run([policy, "nginx", "start"], check=False).returncode == 101
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            install()
        assert [each.name for each in policy.parent.iterdir()] == [policy.name] * bool(before)
        if before is not None:
            assert policy.read_text() == before
            assert policy.stat().st_mode & 0o777 == 0o700


class TestUnavailable:
    def test_nothing_is_installed_unasked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "THEME", "no-such-theme")
        with pytest.raises(Unavailable, match=r"lacks .*no-such-theme.* nothing may be installed"):
            packages.require(install=False)

    def test_a_program_that_is_not_there(self) -> None:
        with pytest.raises(Unavailable, match="no no-such-program on this machine"):
            packages.program("no-such-program", "nor-this")

    @pytest.mark.parametrize(
        ("required", "obtainable", "outcome"),
        [
            ("1", True, pytest.fail.Exception),
            ("1", False, pytest.skip.Exception),
            ("", True, pytest.skip.Exception),
            ("", False, pytest.skip.Exception),
        ],
    )
    def test_tests_fail_only_where_a_service_is_required_and_at_hand(
        self,
        monkeypatch: pytest.MonkeyPatch,
        required: str,
        obtainable: bool,
        outcome: type[BaseException],
    ) -> None:
        monkeypatch.setenv("LINKBACK_REQUIRE_SERVICES", required)
        with pytest.raises(outcome, match="there is none"):
            give_up("there is none", obtainable=obtainable)
