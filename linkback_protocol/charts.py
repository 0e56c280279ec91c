"""Charts as SVG, without a script, a style sheet or anything from elsewhere.

Each says what it shows in ``title`` and ``desc``, for those who do not see it. It is 360
units wide, so that it can be read on a telephone, and grows with the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linkback_protocol.wire.text import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH: Final = 360
_LABEL_LENGTH: Final = 52
"""Characters of a label that fit above a bar."""
_BAR_HEIGHT: Final = 34
_PLOT_HEIGHT: Final = 150
_PLOT_TOP: Final = 30
_LEFT: Final = 8
# Each has enough contrast to black and to white, and they differ in lightness too.
COLOURS: Final = ("#2f6fab", "#d0762c")


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one kind, one for each column of a chart."""

    name: str
    values: Sequence[int]


def bars(rows: Sequence[tuple[str, int]], *, name: str, title: str) -> str:
    """Return a horizontal bar for each row.

    :param name: begins the ids in the drawing; another for each of a page.
    """
    most = max((number for _, number in rows), default=0) or 1
    drawn = "".join(
        _bar(label, number, number / most, top=index * _BAR_HEIGHT)
        for index, (label, number) in enumerate(rows)
    )
    said = "; ".join(f"{label}: {number:,}" for label, number in rows) or "nothing"
    return _svg(drawn, height=max(1, len(rows)) * _BAR_HEIGHT, name=name, title=title, said=said)


def _bar(label: str, number: int, share: float, *, top: int) -> str:
    if len(label) > _LABEL_LENGTH:
        label = label[: _LABEL_LENGTH - 1] + "\u2026"
    return (
        f"{_text(label, x=_LEFT, y=top + 13)}{_text(f'{number:,}', x=352, y=top + 13, end=True)}"
        f'<rect x="{_LEFT}" y="{top + 18}" width="{344 * share:.1f}" height="9"'
        f' fill="{COLOURS[0]}"/>\n'
    )


def columns(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    name: str,
    title: str,
    standalone: bool = False,
) -> str:
    """Return a column for each label, with the values of each series on top of each other.

    :param standalone: for a file of its own, with a background.
    """
    stacks = [each.values for each in series]
    most = max((sum(values) for values in zip(*stacks, strict=True)), default=0)
    step = (_WIDTH - 2 * _LEFT) / max(1, len(labels))
    drawn = [_legend(series), _text(f"{most:,}", x=_LEFT, y=_PLOT_TOP - 3)]
    for index in range(len(labels)):
        bottom = float(_PLOT_TOP + _PLOT_HEIGHT)
        for number, each in enumerate(series):
            height = _PLOT_HEIGHT * each.values[index] / (most or 1)
            bottom -= height
            drawn.append(
                f'<rect x="{_LEFT + index * step + step * 0.1:.1f}" y="{bottom:.1f}"'
                f' width="{step * 0.8:.1f}" height="{height:.1f}" fill="{COLOURS[number]}"/>\n'
            )
    base = _PLOT_TOP + _PLOT_HEIGHT
    drawn.append(f'<path d="M{_LEFT} {base}H{_WIDTH - _LEFT}" stroke="currentColor"/>\n')
    if labels:
        drawn.append(_text(labels[0], x=_LEFT, y=base + 16))
    if len(labels) > 1:
        drawn.append(_text(labels[-1], x=_WIDTH - _LEFT, y=base + 16, end=True))
    said = "; ".join(
        f"{label}: " + ", ".join(f"{each.values[index]:,} {each.name}" for each in series)
        for index, label in enumerate(labels)
    )
    return _svg(
        "".join(drawn),
        height=base + 24,
        name=name,
        title=title,
        said=said or "nothing",
        standalone=standalone,
    )


def _legend(series: Sequence[Series]) -> str:
    width = 100
    left = _WIDTH - _LEFT - width * len(series)
    return "".join(
        f'<rect x="{left + number * width}" y="4" width="10" height="10" fill="{COLOURS[number]}"/>'
        f"{_text(each.name, x=left + number * width + 15, y=13)}"
        for number, each in enumerate(series)
    )


def _text(text: str, *, x: int, y: int, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return f'<text x="{x}" y="{y}"{anchor}>{escape(text)}</text>\n'


def _svg(
    drawn: str, *, height: int, name: str, title: str, said: str, standalone: bool = False
) -> str:
    colour, paper = ("currentColor", "")
    if standalone:
        colour, paper = "#1b1b1b", f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc" font-family="sans-serif" font-size="11"'
        f' color="{colour}" fill="currentColor">\n'
        f'<title id="{name}-title">{escape(title)}</title>\n'
        f'<desc id="{name}-desc">{escape(said)}</desc>\n{paper}{drawn}</svg>\n'
    )
