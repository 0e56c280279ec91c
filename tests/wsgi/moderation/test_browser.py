"""The page in a real browser: what strangers write does not run, keys and narrow screens work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from linkback_protocol import SQLiteStore, Status, Verdict
from linkback_protocol.policy import Policy, StoredPolicy
from linkback_protocol.wsgi.moderation import Moderation
from tests.interop.conftest import give_up, services_required
from tests.interop.packages import Unavailable, installable
from tests.peers import served
from tests.support import wait_until
from tests.wsgi.moderation.chromium import (
    as_before,
    as_phone,
    chromium,
    in_colours,
    log_of,
    with_scripts,
)
from tests.wsgi.moderation.desks import SECRET, SITE, add, mounted
from tests.wsgi.moderation.pages import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

    from linkback_protocol import Store

ATTACK = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "<svg onload=\"document.title='owned'\"></svg><a href=javascript:document.title='owned'>x</a>"
    "<style>*{display:none}</style><base href=//evil.example><iframe src=//evil.example></iframe>"
)
# The contrast of every text with what is behind it, as WCAG 2 counts it.
CONTRAST = """
const channel = (value) => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
const luminance = (colour) => {
  const [red, green, blue] = colour.match(/[\\d.]+/g).map(Number);
  return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
};
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!colour.startsWith("rgba(0, 0, 0, 0")) return colour;
  }
  return "rgb(255, 255, 255)";
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const found = [];
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
  const pair = [getComputedStyle(element).color, behind(element)].map(luminance).sort();
  const [low, high] = pair[0] < pair[1] ? pair : pair.reverse();
  found.push([(high + 0.05) / (low + 0.05), element.outerHTML.slice(0, 100)]);
}
return found;
"""
WIDE_PAGE = SITE + "w" * 300 + "/"
SETTINGS = ("settings", "settings/page?url=x", f"settings/page?url={WIDE_PAGE}")
UNNAMED = """
return [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")]
  .filter((each) => each.checkVisibility() && !each.disabled)
  .filter((each) => !(each.labels?.length || each.textContent.trim()))
  .map((each) => each.outerHTML);
"""


@pytest.fixture(scope="session")
def started() -> Iterator[Chrome]:
    """One browser for all tests; it is installed only where services are required."""
    try:
        with chromium(install=services_required()) as browser:
            yield browser
    except Unavailable as error:
        give_up(error, obtainable=installable() or "selenium" in str(error))


@pytest.fixture
def browser(started: Chrome) -> Iterator[Chrome]:
    yield started
    logged = log_of(started)
    as_before(started)
    # A violation of the page's policy is logged there, and so is a script that fails.
    assert logged == []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with SQLiteStore(tmp_path / "linkbacks.db") as made:
        yield made


@pytest.fixture
def url(store: Store) -> Iterator[str]:
    app = Moderation(
        store,
        authenticate=lambda _: "ann",
        secret=SECRET,
        validators=[lambda _: Verdict.hold(f"asked again {ATTACK}", by=ATTACK)],
        block=lambda _: None,
        allow=lambda _: None,
        policy=StoredPolicy(store, remember=0),
    )
    with served(mounted(app)) as base:
        yield base + "linkbacks/"


def find(browser: Chrome, selector: str) -> list[WebElement]:
    return browser.find_elements("css selector", selector)


def press(browser: Chrome, *keys: str) -> None:
    """Press keys as a reader does, wherever the page has the focus."""
    browser.switch_to.active_element.send_keys(*keys)


def focused(browser: Chrome) -> str | None:
    """Return the id of what has the focus."""
    return browser.switch_to.active_element.get_attribute("id")


def click(browser: Chrome, selector: str) -> None:
    find(browser, selector)[0].click()


def told(browser: Chrome, text: str) -> Callable[[], bool]:
    return lambda: text in browser.page_source


def hostile(store: Store) -> int:
    held = add(
        store, 1, title=ATTACK, excerpt=ATTACK, site_name=ATTACK, user_agent=ATTACK,
        reasons=(Verdict.hold(ATTACK, by=ATTACK),),
        body=f'<p>&lt;script&gt;document.title="owned"&lt;/script&gt; <a href="{SITE}bridges/">'
        "&lt;img src=x onerror=alert(1)&gt;</a>",
    )  # fmt: skip
    store.annotate(held.id, [ATTACK[:500]])
    return held.id


@pytest.mark.parametrize("scripts", [True, False])
def test_what_strangers_write_does_not_run(
    browser: Chrome, store: Store, url: str, scripts: bool
) -> None:
    number = hostile(store)
    with_scripts(browser, on=scripts)
    for path in ("", str(number)):
        browser.get(url + path)
        assert browser.title.endswith(" - Linkbacks")
        assert find(browser, "main img, main svg, main iframe, main style, main base") == []
        assert "<script>document.title='owned'" in browser.find_element("tag name", "main").text
    # The style sheet was loaded, whatever they say.
    assert find(browser, ".skip")[0].value_of_css_property("position") == "absolute"
    click(browser, 'form[action$="/ask"] button')
    wait_until(lambda: "asked again" in browser.page_source)
    assert browser.title.endswith(" - Linkbacks")


def test_what_is_painted_of_a_text_stays_in_its_linkback(
    browser: Chrome, store: Store, url: str
) -> None:
    """Marks upon marks reach far above and below a line, in fonts that pile them up."""
    below, tall, above = (add(store, number).id for number in range(3))
    browser.get(url)
    shown = [
        find(browser, each)[0] for each in (f"#linkback-{above} .bar", f"#linkback-{below} h2")
    ]
    before = [each.screenshot_as_base64 for each in shown]
    browser.execute_script(
        "arguments[0].style.transform = 'scaleY(40)'", find(browser, f"#linkback-{tall} h2")[0]
    )
    assert [each.screenshot_as_base64 for each in shown] == before


@pytest.mark.parametrize("title", ["\u3164", "\u200d\u200c", "\u2800 \u115f", "\ufe0f", "\u0301"])
def test_a_title_that_shows_nothing_is_no_title(
    browser: Chrome, store: Store, url: str, title: str
) -> None:
    held = add(store, 1, title=title)
    browser.get(url)
    assert find(browser, f"#linkback-{held.id} h2")[0].text == held.source


def test_keys_approve_and_undo(browser: Chrome, store: Store, url: str) -> None:
    old, middle, new = (add(store, number).id for number in range(3))
    browser.get(url)
    press(browser, "j", "j")
    assert focused(browser) == f"linkback-{middle}"
    press(browser, "a")
    wait_until(told(browser, f"Linkback {middle} was approved."))
    assert store.count()[Status.APPROVED] == 1
    # The next one is where that one was.
    wait_until(lambda: focused(browser) == f"linkback-{old}")
    press(browser, "u")
    wait_until(told(browser, f"Linkback {middle} was put back."))
    assert store.count()[Status.PENDING] == 3
    press(browser, "k", "k", "k")
    assert focused(browser) == f"linkback-{new}"
    press(browser, "s")
    wait_until(told(browser, f"Linkback {new} was marked as spam."))
    press(browser, "t")
    wait_until(told(browser, f"Linkback {middle} was thrown away."))


def test_keys_select_and_search(browser: Chrome, store: Store, url: str) -> None:
    one, two = (add(store, number).id for number in range(2))
    browser.get(url)
    press(browser, "j", "x", "j", "x", "x")
    boxes = {box.get_attribute("value"): box.is_selected() for box in find(browser, "[name=id]")}
    assert boxes == {str(two): True, str(one): False}
    press(browser, "/")
    assert focused(browser) == "text"
    press(browser, "just a text")
    assert browser.switch_to.active_element.get_attribute("value") == "just a text"
    assert store.count()[Status.PENDING] == 2


def test_keys_can_be_switched_off(browser: Chrome, store: Store, url: str) -> None:
    add(store, 1)
    browser.get(url)
    click(browser, "#keys-on")
    browser.get(url)
    press(browser, "j", "a")
    assert browser.switch_to.active_element.tag_name == "body"
    click(browser, "#keys-on")
    press(browser, "j")
    assert browser.switch_to.active_element.get_attribute("class") == "linkback"
    assert store.count()[Status.PENDING] == 1


def test_enter_in_a_checkbox_decides_nothing(browser: Chrome, store: Store, url: str) -> None:
    add(store, 1)
    browser.get(url)
    click(browser, "[name=id]")
    press(browser, "\ue007")
    wait_until(told(browser, "Nothing was decided"))
    assert store.count()[Status.PENDING] == 1


def test_all_can_be_selected(browser: Chrome, store: Store, url: str) -> None:
    for number in range(3):
        add(store, number)
    browser.get(url)
    click(browser, "#all")
    click(browser, '.bulk button[value="trash"]')
    wait_until(told(browser, "3 linkbacks were thrown away."))
    assert store.count()[Status.TRASH] == 3


def test_bulk_and_undo_without_scripts(browser: Chrome, store: Store, url: str) -> None:
    one, two, three = (add(store, number).id for number in range(3))
    with_scripts(browser, on=False)
    browser.get(url)
    assert not any(each.is_displayed() for each in find(browser, "[data-script]"))
    for number in (one, three):
        click(browser, f"#box-{number}")
    click(browser, '.bulk button[value="spam"]')
    wait_until(told(browser, "2 linkbacks were marked as spam."))
    assert {each.id for each in store.find(status=[Status.SPAM])} == {one, three}
    click(browser, "#notice button")
    wait_until(told(browser, "2 linkbacks were put back."))
    click(browser, f"#linkback-{two} button")
    wait_until(told(browser, f"Linkback {two} was approved."))


def test_a_form_of_another_site_does_nothing(browser: Chrome, store: Store, url: str) -> None:
    held = add(store, 1).id
    page_of_ours = Page(requests.get(url, timeout=10).text)
    token = dict(page_of_ours.form("one").hidden)["token"]
    fields = f'<input name="token" value="{token}"><input name="one" value="approve {held}">'
    evil = f'<form method="post" action="{url}decide">{fields}<button>Prize</button></form>'

    def page(_: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/html")])
        return [evil.encode()]

    with served(page) as other:
        browser.get(other.replace("127.0.0.1", "localhost"))
        click(browser, "button")
    assert "came from another site" in browser.find_element("tag name", "main").text
    assert store.count()[Status.PENDING] == 1
    # That it was refused is logged too.
    assert [entry["message"] for entry in log_of(browser) if "403" in entry["message"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_is_wide_enough(
    browser: Chrome, store: Store, url: str, scheme: str
) -> None:
    number = hostile(store)
    add(store, 2, title="W" * 300, source="http://source.example/" + "w" * 300, excerpt="W" * 300)
    add(store, 3, source="http://" + "w" * 60 + "." + "w" * 60 + ".example/{number}")
    StoredPolicy(store).change(Policy(pingbacks=False, close_after=3), page=WIDE_PAGE)
    as_phone(browser)
    in_colours(browser, scheme)
    for path in ("", str(number), "?host=a%20b", "missing", *SETTINGS):
        browser.get(url + path)
        width = browser.execute_script("return document.documentElement.scrollWidth")
        assert width <= 320, path
    log_of(browser)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(browser: Chrome, store: Store, url: str, scheme: str) -> None:
    number = hostile(store)
    in_colours(browser, scheme)
    browser.get(url)
    click(browser, f"#linkback-{number} button")
    wait_until(told(browser, "was approved"))
    StoredPolicy(store).change(Policy(pingbacks=False), page=WIDE_PAGE)
    for path in ("?status=all", "?status=x", str(number), *SETTINGS):
        browser.get(url + path)
        ratios = browser.execute_script(CONTRAST)
        assert len(ratios) > 10
        assert [each for each in ratios if each[0] < 4.5] == []
    log_of(browser)


def test_every_control_has_a_name(browser: Chrome, store: Store, url: str) -> None:
    number = add(store, 1).id
    StoredPolicy(store).change(Policy(pingbacks=False), page=WIDE_PAGE)
    for path in ("", str(number), *SETTINGS):
        browser.get(url + path)
        assert browser.execute_script(UNNAMED) == []
    log_of(browser)


def test_the_first_key_leads_past_the_navigation(browser: Chrome, store: Store, url: str) -> None:
    add(store, 1)
    browser.get(url)
    press(browser, "\ue004")
    skip = browser.switch_to.active_element
    assert skip.text == "To the content"
    assert skip.value_of_css_property("outline-style") == "solid"
    skip.send_keys("\ue007")
    assert focused(browser) == "content"


@pytest.mark.parametrize("scripts", [True, False])
def test_settings_are_kept_and_reset(
    browser: Chrome, store: Store, url: str, scripts: bool
) -> None:
    policy = StoredPolicy(store, remember=0)
    with_scripts(browser, on=scripts)
    browser.get(url)
    click(browser, "header nav a")
    wait_until(lambda: browser.title == "Settings - Linkbacks")
    click(browser, '#trackbacks option[value="no"]')
    find(browser, "#close_after")[0].send_keys("thirty")
    click(browser, '[name="keep"]')
    wait_until(told(browser, "The days are a number"))
    # What is wrong has the focus, and Enter keeps what stands there.
    assert focused(browser) == "close_after"
    assert find(browser, "#trackbacks")[0].get_attribute("value") == "no"
    press(browser, "\ue009a\ue000", "30", "\ue007")
    wait_until(told(browser, "The settings of the site were kept."))
    assert policy.site() == Policy(trackbacks=False, close_after=30)

    find(browser, "#url")[0].send_keys(SITE, "bridges/", "\ue007")
    wait_until(lambda: browser.title == "Settings of a page - Linkbacks")
    click(browser, '#trackbacks option[value="yes"]')
    click(browser, '[name="keep"]')
    wait_until(told(browser, "The settings of this page were kept."))
    assert policy.own(SITE + "bridges/") == Policy(trackbacks=True)
    click(browser, '[name="reset"]')
    wait_until(told(browser, "has no settings of its own any more."))
    assert policy.pages() == {}
    # That the form was refused is logged.
    assert len([entry for entry in log_of(browser) if "400" in entry["message"]]) == 1
