"""Texts that could stand round any link: praise by template, and what search engines are fed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linkback_protocol.validators.findings import Finding
from linkback_protocol.validators.shingles import unquoted, words
from linkback_protocol.validators.stock_phrases import STOCK, longest
from linkback_protocol.validators.voice import is_about, is_generic, is_impersonal, names, speaks

if TYPE_CHECKING:
    from linkback_protocol.page import Link, Page

AROUND: Final = 2500
"""Characters round a link in which stock phrases are looked for."""
NEAR: Final = 600
"""Characters round a link in which somebody would speak of our page."""
SHORT: Final = 60
"""Words up to which a text is short."""
MANY: Final = 8
"""Stock phrases from which on it does not matter who is named among them."""

# Points for stock phrases: how many there must be, and the words to each of them at most.
_LEVELS: Final = ((4, 5, 25), (4, 8, 34), (3, 3, 42), (2, 2, 25), (1, 2, 80))


def vague(page: Page, links: list[Link], target_text: str) -> list[Finding]:
    """Return what tells that nobody meant anything by a link; nothing where it has one phrase."""
    link = next((link for link in links if not link.hidden), None)
    if link is None:
        return []
    found = unquoted(page.excerpt(link, length=AROUND))
    phrases = STOCK.within(found)
    points = next(
        (
            points
            for points, least, apart in _LEVELS
            if len(phrases) >= least and len(found) <= apart * len(phrases)
        ),
        0,
    )
    if points and speaks(found) >= max(4, len(found) // 40):
        # Some people write like that.
        points -= 2
    if points <= 0:
        return []
    near = page.excerpt(link, length=NEAR).replace(link.text, " ", 1).replace(page.title, " ", 1)
    near = " ".join(near.split())
    around = words(near)
    if len(phrases) < MANY:
        # Whoever thanks somebody by name, or knows where the clay comes from, has been there.
        named = names(near, target_text)
        points -= 2 if named * 10 >= max(20, len(around)) else named * 20 >= max(40, len(around))
    if points <= 0:
        return []
    shown = " and ".join(repr(phrase) for phrase in longest(phrases))
    what = f"{len(phrases)} stock phrases in {len(found)} words, such as {shown}"
    findings = [Finding("stock", points, what)]
    if len(found) <= SHORT:
        findings.append(Finding("short", 1, "hardly any text"))
    if all(is_generic(link.text) for link in links):
        findings.append(Finding("anchor", 1, f"the link says {link.text[:20]!r}"))
    if not is_about(around, target_text):
        findings.append(Finding("about", 1, "not a word of what our page is about"))
    if is_impersonal(near, around):
        findings.append(Finding("nobody", 1, "no name, no number and nobody in it"))
    return findings
