"""Whether a reader can see an element, as far as its attributes and inline style tell.

Style sheets are not read. What is found here is what people who hide links write into the page.
Every reason is short and fit for the owner to read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

OFF_SCREEN = -500.0
"""Pixels beyond the edge from which on nothing is left to see."""
DOT = 1.0
"""Pixels up to which something with a size is no more than a dot."""

_VISIBILITY = "visibility:hidden"
_FONT_SIZE = "font-size:0"
# What an element within can undo; all else holds for everything inside.
_UNDONE_WITHIN = frozenset((_VISIBILITY, _FONT_SIZE))
_QUANTITY = re.compile(r"(-?\d{0,9}(?:\.\d{0,9})?)([a-z%]{0,5})")
# Rough, which is enough to tell nothing or far away from the rest. A percentage is of something
# that is not known here.
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 1.3,
    "ch": 8.0,
    "em": 16.0,
    "rem": 16.0,
    "vw": 10.0,
    "vh": 10.0,
}


def _quantity(value: str) -> tuple[float, str] | None:
    match = _QUANTITY.match(value)
    try:
        return (float(match[1]), match[2]) if match else None
    except ValueError:
        return None


def _is_nothing(value: str) -> bool:
    quantity = _quantity(value)
    return quantity is not None and quantity[0] == 0


def _is_a_dot(value: str) -> bool:
    quantity = _quantity(value)
    if quantity is None or quantity[1] not in _PIXELS:
        return quantity == (0, "%")
    return 0 <= quantity[0] * _PIXELS[quantity[1]] <= DOT


def _is_far_off(value: str) -> bool:
    quantity = _quantity(value)
    if quantity is None or quantity[1] not in _PIXELS:
        return False
    return quantity[0] * _PIXELS[quantity[1]] <= OFF_SCREEN


def _is_empty_rectangle(value: str) -> bool:
    function, _, edges = value.partition("(")
    sizes = edges.rstrip(")").replace(",", " ").split()
    return function == "rect" and bool(sizes) and all(map(_is_a_dot, sizes))


def _is_empty_shape(value: str) -> bool:
    function, _, sizes = value.partition("(")
    quantity = _quantity(sizes)
    if quantity is None:
        return False
    if function == "inset":
        return quantity[1] == "%" and quantity[0] >= 50
    return function in ("circle", "ellipse") and quantity[0] == 0


def _is_shrunk(value: str) -> bool:
    function, _, factor = value.partition("(")
    return function in ("scale", "scalex", "scaley", "scale3d") and _is_nothing(factor)


# The properties that hide by themselves: a test of the value, and what to call it.
_HIDING: dict[str, tuple[Callable[[str], bool], str]] = {
    "display": (lambda value: value == "none", "display:none"),
    "content-visibility": (lambda value: value == "hidden", "content-visibility:hidden"),
    "visibility": (lambda value: value in ("hidden", "collapse"), _VISIBILITY),
    "opacity": (_is_nothing, "opacity:0"),
    "font-size": (_is_nothing, _FONT_SIZE),
    "text-indent": (_is_far_off, "off-screen"),
    "left": (_is_far_off, "off-screen"),
    "right": (_is_far_off, "off-screen"),
    "top": (_is_far_off, "off-screen"),
    "bottom": (_is_far_off, "off-screen"),
    "margin-left": (_is_far_off, "off-screen"),
    "margin-top": (_is_far_off, "off-screen"),
    "clip": (_is_empty_rectangle, "clipped"),
    "clip-path": (_is_empty_shape, "clipped"),
    "transform": (_is_shrunk, "zero size"),
    "scale": (_is_nothing, "zero size"),
}
_SIZES = ("width", "height", "max-width", "max-height")
_CLIPPING = frozenset(("hidden", "clip"))


def hidden_by_style(style: str, inherited: str = "") -> str:
    """Return why what has this inline style cannot be seen; empty where it can.

    :param inherited: why the element round it cannot be seen.
    """
    declarations = _declarations(style)
    why = _reason(declarations)
    if why:
        return why if inherited in _UNDONE_WITHIN else inherited or why
    undone = (inherited == _VISIBILITY and declarations.get("visibility") == "visible") or (
        inherited == _FONT_SIZE and "font-size" in declarations
    )
    return "" if undone else inherited


def hidden_by_size(width: str, height: str) -> bool:
    """Return whether the attributes of a picture leave at most a dot of it."""
    return any(size.strip() and _is_a_dot(size.strip()) for size in (width, height))


def _declarations(style: str) -> dict[str, str]:
    style = style.lower()
    if "/*" in style:
        first, *rest = style.split("/*")
        style = first + "".join(piece.partition("*/")[2] for piece in rest)
    declarations: dict[str, str] = {}
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        declarations[name.strip()] = value.replace("!important", "").strip()
    return declarations


def _reason(declarations: dict[str, str]) -> str:
    for name, value in declarations.items():
        hiding = _HIDING.get(name)
        if hiding is not None and hiding[0](value):
            return hiding[1]
    # Without clipping the content stands out of its box; with padding the box has a size. A film in
    # a box of no height and much padding is how it keeps its proportions.
    if declarations.get("overflow") in _CLIPPING and not any(
        name.startswith("padding") and not _is_nothing(value)
        for name, value in declarations.items()
    ):
        for size in _SIZES:
            if size in declarations and _is_a_dot(declarations[size]):
                return "zero size"
    return ""
