"""The rules of a page's own style sheets that hide something, as far as they are simple.

A rule counts whose selector is one name, such as ``.x``, ``#x``, ``p`` or ``p.x``. What stands in
``@media`` and the like does not, and neither does a name that the sheet has more to say about: a
menu is hidden until ``.menu.open`` shows it. So whoever wants to can hide from this. A sheet is not
parsed: the few words that can hide are looked for, and the rules round them read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkback_protocol.page.markup import MARK
from linkback_protocol.page.visibility import background, declarations, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SHEETS = 32_000
"""Characters of all the style sheets in a page that are looked at."""
SMALL = 500
"""Characters that the smallest sheet counts as, so that there are not too many of them."""
MAX_RULES = 50
"""Rules of a page that are looked at."""

# What is in a sheet that may hide something, and how what hides begins where it is. Not all does.
_TELLING = {
    "none": ("display:none",),
    "hidden": ("visibility:hidden", "overflow:hidden"),
    "opacity": ("opacity:0", "opacity:.0"),
    "font-size": ("font-size:0", "font-size:1p", "font-size:2p"),
    "absolute": ("left:-", "top:-", "right:-", "bottom:-", "left:9"),
    "indent": ("text-indent:-", "text-indent:9"),
    "clip": ("clip:rect(", "clip-path:"),
    "transform": ("scale(0", "translate"),
    "#fff": ("color:#fff",),
    "white": ("color:white",),
    "transparent": ("color:transparent",),
}
_SIMPLE = re.compile(r"([a-z][a-z0-9]{0,20})?([.#][\w-]{1,100})?", re.IGNORECASE)
_ROOTS = frozenset(("html", "body", "a", "*"))
_BODY = re.compile(r"(?:\A|[}\s,])body\s{0,9}\{([^{}]{0,1000})")


class StyleRules:
    """What the style sheets of a page hide; they are read in the order of the document."""

    def __init__(self) -> None:
        self.tags: frozenset[str] = frozenset()
        """Elements that a rule may hide, whatever their classes."""
        self.are_elsewhere = False
        """Whether the page has style sheets of its own that are not in it, and were not read."""
        self._hiding: dict[str, dict[str, str]] = {}
        self._left = MAX_SHEETS
        self._rules_left = MAX_RULES
        self._backgrounds = 0
        self._paper = ""

    @property
    def paper(self) -> str:
        """The colour of the page; empty where anything in it may have another."""
        return self._paper if self._backgrounds <= 1 else ""

    def __bool__(self) -> bool:
        return bool(self._hiding)

    def read(self, sheet: str) -> None:
        """Read a style sheet."""
        if self._left <= 0:
            return
        sheet = sheet[: self._left]
        self._left -= max(len(sheet), SMALL)
        if "/*" in sheet:
            first, *rest = sheet.split("/*")
            sheet = first + "".join(piece.partition("*/")[2] for piece in rest)
        self._read_paper(sheet)
        if not self._hiding and not any(map(sheet.__contains__, _TELLING)):
            return
        sheet = sheet.replace(" :", ":").replace(": ", ":")
        before = self._hiding
        hidden_by: dict[str, int] = {}
        found: dict[str, dict[str, str]] = {}
        for selectors, declared in self._rules(sheet):
            for name in selectors:
                hidden_by[name] = hidden_by.get(name, 0) + 1
                found[name] = declared
        if not found and not before:
            return
        self._hiding = {
            name: declared
            for name, declared in {**before, **found}.items()
            if _mentions(sheet, name) <= hidden_by.get(name, 0)
        }
        tags = {name for name in self._hiding if name[0] not in ".#"}
        self.tags = frozenset(tags | {name + MARK for name in tags})

    def has(self, attribute: str, value: str) -> bool:
        """Return whether a rule may be about an element with this ``class`` or ``id``."""
        if attribute == "id":
            return f"#{value}" in self._hiding
        return any(f".{name}" in self._hiding for name in value.split())

    def of(self, tag: str, values: dict[str, str]) -> dict[str, str]:
        """Return what the rules that hide declare for an element."""
        declared = dict(self._hiding.get(tag.removesuffix(MARK), ()))
        for name in values.get("class", "").split():
            declared.update(self._hiding.get(f".{name}", ()))
        declared.update(self._hiding.get(f"#{values.get('id', '')}", ()))
        return declared

    def _read_paper(self, sheet: str) -> None:
        self._backgrounds += sheet.count("background")
        body = _BODY.search(sheet) if "body" in sheet else None
        if body is not None and "background" in body[1]:
            self._paper = background(declarations(body[1]))

    def _rules(self, sheet: str) -> Iterator[tuple[list[str], dict[str, str]]]:
        """Find the rules that hide what their simple selectors name."""
        seen: set[int] = set()
        for telling in (
            telling for part in _TELLING if part in sheet for telling in _TELLING[part]
        ):
            at = sheet.find(telling)
            while at >= 0 and self._rules_left > 0:
                start = sheet.rfind("{", 0, at)
                end = sheet.find("}", at)
                end = len(sheet) if end < 0 else end
                if start >= 0 and start not in seen and sheet.find("}", start, at) < 0:
                    seen.add(start)
                    self._rules_left -= 1
                    selectors = _selectors(sheet, start)
                    declared = declarations(sheet[start + 1 : end]) if selectors else {}
                    if selectors and reason(declared, background(declared) or self.paper):
                        yield selectors, declared
                at = sheet.find(telling, end)


def _selectors(sheet: str, brace: int) -> list[str]:
    """Return the names that a rule is for; none where they are not simple, or within ``@media``."""
    start = 1 + max(sheet.rfind(sign, 0, brace) for sign in "{};")
    names = []
    for selector in sheet[start:brace].split(","):
        match = _SIMPLE.fullmatch(selector.strip())
        if match is None or not match[0] or (not match[2] and match[1].lower() in _ROOTS):
            continue
        # Of `p.x` the class is enough: nobody gives it another meaning elsewhere.
        names.append(match[2] or match[1].lower())
    if names and sheet.count("{", 0, start) != sheet.count("}", 0, start):
        return []
    return names


def _mentions(sheet: str, name: str) -> int:
    """Return how many rules are about a name, as far as its spelling tells."""
    ahead = r"(?<![\w.#-])" if name[0] not in ".#" else ""
    return len(
        re.findall(rf"{ahead}{re.escape(name)}(?=[^{{}};:()]{{0,200}}[{{,:])(?![\w-])", sheet)
    )
