"""A Chromium without a window, by Debian's packages, driven by selenium."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tests.interop import packages
from tests.interop.packages import Unavailable, program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

_PACKAGES = ("chromium", "chromium-driver")
_PHONE = {"width": 320, "height": 640, "deviceScaleFactor": 2, "mobile": True}


def _programs(*, install: bool) -> tuple[str, str]:
    """Return the paths of the browser and its driver, installing them if permitted.

    Raises `Unavailable`.
    """
    try:
        return program("chromium", "google-chrome"), program("chromedriver")
    except Unavailable:
        if not (install and packages.installable()):
            raise
    done = packages._apt_get("install", *_PACKAGES)
    if done.returncode:
        packages._apt_get("update")
        done = packages._apt_get("install", *_PACKAGES)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("E:")]
        raise Unavailable(f"apt-get could not install chromium: {' '.join(said[-1:])}")
    return program("chromium"), program("chromedriver")


@contextmanager
def chromium(*, install: bool = False) -> Iterator[Chrome]:
    """Start a browser; raises `Unavailable` where there can be none."""
    if find_spec("selenium") is None:
        raise Unavailable("selenium is missing: pip install linkback-protocol[browser]")
    webdriver = import_module("selenium.webdriver")
    browser, driver = _programs(install=install)
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for argument in (
        "--headless=new",
        # Root has no sandbox, and containers have little shared memory.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-background-networking",
        "--window-size=1000,900",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        started.set_page_load_timeout(30)
        yield started
    finally:
        started.quit()


def as_phone(browser: Chrome) -> None:
    """Show pages as a narrow phone does."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", _PHONE)


def in_colours(browser: Chrome, scheme: str) -> None:
    """Show pages as a browser does whose user prefers ``light`` or ``dark``."""
    wanted = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})


def with_scripts(browser: Chrome, *, on: bool) -> None:
    """Let pages run scripts, or not."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not on})


def log_of(browser: Chrome) -> list[dict[str, Any]]:
    """Return what the browser logged since it was asked last."""
    entries: list[dict[str, Any]] = browser.execute("getLog", {"type": "browser"})["value"]
    return entries


def as_before(browser: Chrome) -> None:
    """Forget what was set, and where the browser was."""
    with_scripts(browser, on=True)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    browser.get("about:blank")
    log_of(browser)
