"""Makes the pictures of docs/moderation.rst: ``python -m tests.wsgi.moderation.screenshots``.

They show the page with made-up linkbacks, in Chromium, with a palette of 64 colours.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from linkback_protocol import MemoryStore, Protocol, Receiver, Status, Verdict
from linkback_protocol.policy import Policy, StoredPolicy
from linkback_protocol.wsgi.moderation import Moderation
from tests.peers import served
from tests.wsgi.moderation.chromium import as_before, as_phone, chromium, in_colours
from tests.wsgi.moderation.desks import NOW, SECRET, SITE, add, mounted

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from linkback_protocol import Store

FOLDER = Path(__file__).parents[3] / "docs" / "images"
_COLOURS = 64
_PAGE = "<p>{before} <a href='{site}{page}'>{linked}</a>{after}</p>"


def fill(store: Store) -> int:
    """Add some linkbacks; return the number of one with a longer history."""
    for number in range(9):
        add(store, 100 + number, status=Status.SPAM if number % 3 else Status.APPROVED, body="")
    add(
        store, 1, source="http://cheap-watches.example/best-{number}", page=SITE + "ferry/",
        protocol=Protocol.TRACKBACK, title="BEST replica watches <b>-70%</b> \u202etoday",
        reasons=(
            Verdict.abstain("no word of the list occurs", by="words"),
            Verdict.hold("a reader cannot see the link: display: none", by="hidden_link"),
        ),
        body=f'<p style="display:none">replica watches <a href="{SITE}ferry/">watches</a></p>',
        at=NOW + 60,
    )  # fmt: skip
    add(
        store, 2, source="https://mill.example/notes/{number}", page=SITE + "bridges/",
        title="Notes from the mill: who counts the bridges?",
        reasons=(Verdict.hold("nothing from this host was approved before", by="known_sender"),),
        body=_PAGE.format(
            before="Last week I wondered who does it, and found out by chance. It is all told in",
            site=SITE, page="bridges/", linked="the story of the man who counted bridges",
            after=", which I have read twice since, once aloud, to the ferryman.",
        ),
        at=NOW + 120,
    )  # fmt: skip
    kept = add(
        store, 3, source="https://storm.example/2026/the-evening", page=SITE + "storm/",
        title="The evening of the storm, as seen from the other bank",
        reasons=(
            Verdict.abstain("first seen 40 days ago, 2 approved", by="known_sender"),
            Verdict.hold("the text has 9 links", by="too_many_links"),
        ),
        body=_PAGE.format(
            before="We saw the lights, and heard nothing. What went on over there is in",
            site=SITE, page="storm/", linked="this account of that evening",
            after=" and I believe every word of it.",
        ),
        at=NOW + 180,
    )  # fmt: skip
    store.annotate(kept.id, ["met them at the fair"])
    store.set_status(kept.id, Status.SPAM, [Verdict.spam("marked as spam by bob", by="bob")],
                     by="bob", now=NOW + 3600)  # fmt: skip
    store.set_status(kept.id, Status.PENDING, [Verdict.hold("restored by ann", by="ann")],
                     by="ann", now=NOW + 7200)  # fmt: skip
    return kept.id


def settle(policy: StoredPolicy) -> None:
    """Let the site and two of its pages have settings."""
    policy.change(Policy(trackbacks=False, close_after=90))
    policy.change(Policy(pingbacks=False), page=SITE + "ferry/")
    policy.change(Policy(trackbacks=True, moderate=False, close_after=0), page=SITE + "storm/")


def take(browser: Chrome, name: str) -> None:
    """Write what is seen as a small PNG."""
    picture = Image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("RGB")
    small = picture.quantize(_COLOURS, dither=Image.Dither.NONE)
    path = FOLDER / f"{name}.png"
    small.save(path, optimize=True)
    print(f"{path}: {small.width} x {small.height}, {path.stat().st_size:,} bytes")


def main() -> int:
    """Take the pictures."""
    FOLDER.mkdir(exist_ok=True)
    store = MemoryStore()
    number = fill(store)
    policy = StoredPolicy(store)
    settle(policy)
    receiver = Receiver(store=store, site=SITE, policy=policy)
    app = Moderation(
        receiver,
        authenticate=lambda _: "ann",
        secret=SECRET,
        validators=[lambda _: None],
        block=lambda _: None,
        allow=lambda _: None,
        policy=policy,
    )
    with chromium() as browser, served(mounted(app)) as base:
        url = base + "linkbacks/"
        in_colours(browser, "light")
        browser.get(url)
        take(browser, "moderation-queue")
        browser.get(f"{url}{number}")
        take(browser, "moderation-detail")
        browser.get(f"{url}settings")
        take(browser, "moderation-settings")
        in_colours(browser, "dark")
        browser.get(url)
        take(browser, "moderation-dark")
        as_before(browser)
        as_phone(browser)
        in_colours(browser, "light")
        browser.get(url)
        browser.execute_script("document.querySelector('.linkback').scrollIntoView()")
        take(browser, "moderation-phone")
    receiver.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
