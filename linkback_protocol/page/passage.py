"""The text round a link, with the link in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.linkback import Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkback_protocol.page.page import Link, Page

LENGTH = 320
"""Characters of a passage, and of what a remark quotes."""


def passage_of(page: Page, links: Sequence[Link]) -> Passage | None:
    """Return the text round the first of some links that a reader can see; None without a link.

    :param links: links of this page to one of ours.
    """
    if not links:
        return None
    link = next((each for each in links if not each.hidden), links[0])
    remarks = []
    if link.hidden:
        remarks.append(f"A reader cannot see the link: {link.hidden}.")
    if link.region:
        remarks.append(f"The link stands in the page's {link.region}.")
    if link.end == link.start:
        said = f" It says: {link.text[:LENGTH]}" if link.text else ""
        remarks.append(f"The link shows no text.{said}")
    if len(links) > 1:
        remarks.append(f"The page links here {len(links)} times.")
    return _marked(page, link, tuple(remarks))


def _marked(page: Page, link: Link, remarks: tuple[str, ...]) -> Passage:
    quoted = page.excerpt(link, length=LENGTH)
    core = quoted.removeprefix("…").removesuffix("…")
    # The same words may stand elsewhere; those round the link are meant.
    at = page.text.find(core, max(0, link.start - len(core)))
    start = link.start - at
    end = min(link.end - at, len(core))
    if at < 0 or not 0 <= start < end:
        return Passage(quoted, remarks=remarks)
    before, after = quoted[: quoted.find(core)], quoted[quoted.find(core) + len(core) :]
    return Passage(before + core[:start], core[start:end], core[end:] + after, remarks)
