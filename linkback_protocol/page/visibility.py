"""Whether a reader can see an element, as far as its attributes and inline style tell.

Style sheets are not read. What is found here is what people who hide links write into the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_STYLE = 2000
"""Characters of a style attribute that are looked at."""
OFF_SCREEN = -500.0
"""Pixels beyond the edge from which on nothing is left to see."""

_NUMBER = re.compile(r"\s*(-?\d{0,9}(?:\.\d{0,9})?)")


def _number(value: str) -> float | None:
    match = _NUMBER.match(value)
    try:
        return float(match[1]) if match else None
    except ValueError:
        return None


def _is_zero(value: str) -> bool:
    return _number(value) == 0


def _is_far_off(value: str) -> bool:
    number = _number(value)
    return number is not None and number <= OFF_SCREEN


def _is_a_dot(value: str) -> bool:
    number = _number(value)
    return number is not None and number <= 1 and not value.lstrip().startswith("-")


# The properties that hide by themselves: a test of the value, and what to call it.
_HIDING: dict[str, tuple[Callable[[str], bool], str]] = {
    "display": (lambda value: value == "none", "display:none"),
    "visibility": (lambda value: value in ("hidden", "collapse"), "visibility:hidden"),
    "opacity": (_is_zero, "opacity:0"),
    "font-size": (_is_zero, "zero size"),
    "text-indent": (_is_far_off, "off-screen"),
    "left": (_is_far_off, "off-screen"),
    "right": (_is_far_off, "off-screen"),
    "top": (_is_far_off, "off-screen"),
    "bottom": (_is_far_off, "off-screen"),
    "margin-left": (_is_far_off, "off-screen"),
    "margin-top": (_is_far_off, "off-screen"),
    "clip": (lambda value: value.startswith(("rect(0", "rect(1px")), "clipped"),
    "clip-path": (lambda value: value.startswith(("inset(100%", "inset(50%")), "clipped"),
    "transform": (lambda value: value.startswith("scale(0)"), "zero size"),
}
_SIZES = ("width", "height", "max-width", "max-height")


def style_hides(style: str) -> str:
    """Return why an inline style hides its element; empty where it does not."""
    declarations: dict[str, str] = {}
    for declaration in style[:MAX_STYLE].lower().split(";"):
        name, _, value = declaration.partition(":")
        declarations[name.strip()] = value.replace("!important", "").strip()
    for name, value in declarations.items():
        hiding = _HIDING.get(name)
        if hiding is not None and hiding[0](value):
            return hiding[1]
    if declarations.get("overflow") == "hidden":
        for size in _SIZES:
            if size in declarations and _is_a_dot(declarations[size]):
                return "zero size"
    return ""
