"""Whether a reader can see an element, as far as its attributes and inline style tell.

What is found here is what people who hide links write into the page; `styles` reads the simplest
rules of the page's own style sheets by the same tests. Every reason is short and fit for the owner
to read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

OFF_SCREEN = -500.0
"""Pixels beyond the edge from which on nothing is left to see."""
FAR_OUT = 3000.0
"""The same for the other direction, where a page can be scrolled some way."""
DOT = 1.0
"""Pixels up to which something with a size is no more than a dot."""
TINY = 2.0
"""Pixels of a font up to which nobody can read it."""
FAINT = 0.05
"""Opacity up to which nothing is to be seen."""
SAME = 12
"""The most that a channel of 0 to 255 may differ for two colours to look the same."""

_VISIBILITY = "visibility:hidden"
_FONT_SIZE = "font-size:0"
_TINY_FONT = "a font too small to read"
_COLOUR = "the colour of its background"
# What an element within can undo, and by what; all else holds for everything inside.
_UNDONE_BY = {
    _VISIBILITY: ("visibility",),
    _FONT_SIZE: ("font-size", "font"),
    _TINY_FONT: ("font-size", "font"),
    _COLOUR: ("color", "background", "background-color"),
}
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


def _is_out(value: str) -> bool:
    quantity = _quantity(value)
    if quantity is None or quantity[1] not in _PIXELS:
        return False
    pixels = quantity[0] * _PIXELS[quantity[1]]
    return pixels <= OFF_SCREEN or pixels >= FAR_OUT


def _is_tiny(value: str) -> bool:
    quantity = _quantity(value)
    # An em of a font that is not known, and no percentage either.
    return quantity is not None and quantity[1] in ("px", "pt") and 0 < quantity[0] <= TINY


def _is_faint(value: str) -> bool:
    quantity = _quantity(value)
    return quantity is not None and not quantity[1] and 0 <= quantity[0] <= FAINT


def _is_moved_out(value: str) -> bool:
    function, _, lengths = value.partition("(")
    if function not in ("translate", "translatex", "translatey", "translate3d"):
        return False
    return any(_is_out(length.strip()) for length in lengths.rstrip(")").split(","))


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


# The properties that hide by themselves: tests of the value, and what to call it.
_HIDING: dict[str, tuple[tuple[Callable[[str], bool], str], ...]] = {
    "display": ((lambda value: value == "none", "display:none"),),
    "content-visibility": ((lambda value: value == "hidden", "content-visibility:hidden"),),
    "visibility": ((lambda value: value in ("hidden", "collapse"), _VISIBILITY),),
    "opacity": ((_is_faint, "opacity:0"),),
    "font-size": ((_is_nothing, _FONT_SIZE), (_is_tiny, _TINY_FONT)),
    "text-indent": ((_is_out, "off-screen"),),
    "left": ((_is_out, "off-screen"),),
    "right": ((_is_far_off, "off-screen"),),
    "top": ((_is_far_off, "off-screen"),),
    "bottom": ((_is_far_off, "off-screen"),),
    "margin-left": ((_is_out, "off-screen"),),
    "margin-top": ((_is_far_off, "off-screen"),),
    "clip": ((_is_empty_rectangle, "clipped"),),
    "clip-path": ((_is_empty_shape, "clipped"),),
    "transform": ((_is_shrunk, "zero size"), (_is_moved_out, "off-screen")),
    "translate": ((_is_out, "off-screen"),),
    "scale": ((_is_nothing, "zero size"),),
}
_SIZES = ("width", "height", "max-width", "max-height")
_CLIPPING = frozenset(("hidden", "clip"))
_HEX = re.compile(r"[0-9a-f]{3}(?:[0-9a-f]{3})?")
_RGB = re.compile(r"rgb\(\s{0,9}(\d{1,3})[,\s]{1,9}(\d{1,3})[,\s]{1,9}(\d{1,3})\s{0,9}\)")
_NAMED = {"white": "fff", "black": "000", "snow": "fffafa", "ivory": "fffff0", "gray": "808080"}


class Look(NamedTuple):
    """What the elements so far say about how the next one looks.

    `hidden` says why it cannot be seen, or nothing. `paper` is the colour behind it, as the nearest
    element that names one in the page says; empty where none does, or where a picture is behind it.
    """

    hidden: str = ""
    paper: str = ""


def looks(declared: dict[str, str], round_it: Look) -> Look:
    """Return how what has these declarations looks."""
    inherited = round_it.hidden
    paper = background(declared, round_it.paper)
    why = reason(declared, paper)
    undoing = _UNDONE_BY.get(inherited)
    if why:
        return Look(why if undoing else inherited or why, paper)
    undone = undoing is not None and any(name in declared for name in undoing)
    if inherited == _VISIBILITY:
        undone = declared.get("visibility") == "visible"
    return Look("" if undone else inherited, paper)


def hidden_by_size(width: str, height: str) -> bool:
    """Return whether the attributes of a picture leave at most a dot of it."""
    return any(size.strip() and _is_a_dot(size.strip()) for size in (width, height))


def declarations(style: str) -> dict[str, str]:
    """Return what a style declares, the last of each property, in lower case."""
    style = style.lower()
    if "/*" in style:
        first, *rest = style.split("/*")
        style = first + "".join(piece.partition("*/")[2] for piece in rest)
    declared: dict[str, str] = {}
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        declared[name.strip()] = value.replace("!important", "").strip()
    return declared


def reason(declared: dict[str, str], paper: str = "") -> str:
    """Return why what declares this cannot be seen; nothing where it can.

    :param paper: the colour behind it, if it is known.
    """
    for name, value in declared.items():
        for hides, why in _HIDING.get(name, ()):
            if hides(value):
                return why
    if "color" in declared and _is_lost(declared, paper):
        return _COLOUR
    # Without clipping the content stands out of its box; with padding the box has a size. A film in
    # a box of no height and much padding is how it keeps its proportions.
    if declared.get("overflow") in _CLIPPING and not any(
        name.startswith("padding") and not _is_nothing(value) for name, value in declared.items()
    ):
        for size in _SIZES:
            if size in declared and _is_a_dot(declared[size]):
                return "zero size"
    return ""


def background(declared: dict[str, str], behind: str = "") -> str:
    """Return the colour behind what declares this; `behind` is that of what it stands in."""
    value = declared.get("background-color") or declared.get("background")
    if value is None:
        # A picture alone covers what the elements round it have.
        return "" if "background-image" in declared else behind
    if value.startswith("rgb"):
        colour, _, others = value.partition(")")
        return f"{colour})" if "(" not in others and _channels(f"{colour})") else ""
    if "(" in value:
        return ""
    for part in value.split():
        if _channels(part) is not None:
            return part
    return behind if value in ("transparent", "none", "inherit") else ""


def _is_lost(declared: dict[str, str], paper: str) -> bool:
    """Return whether letters of the declared colour are lost on that of the paper."""
    if declared["color"] == "transparent":
        # With the background cut to the letters it is what colours them.
        return not any("clip" in name for name in declared)
    return bool(paper) and _same(declared["color"], paper)


def _same(one: str, other: str) -> bool:
    first, second = _channels(one), _channels(other)
    return (
        first is not None
        and second is not None
        and all(abs(a - b) <= SAME for a, b in zip(first, second, strict=True))
    )


def _channels(colour: str) -> tuple[int, int, int] | None:
    """Return red, green and blue of an opaque colour; None where it is not known what it is."""
    digits = _NAMED.get(colour, colour).removeprefix("#")
    if _HEX.fullmatch(digits):
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    match = _RGB.fullmatch(colour)
    return None if match is None else (int(match[1]), int(match[2]), int(match[3]))
