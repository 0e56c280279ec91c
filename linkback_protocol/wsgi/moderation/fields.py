"""Labelled fields of forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_protocol.wsgi.moderation.markup import Html, element

if TYPE_CHECKING:
    from collections.abc import Iterable


def labelled(name: str, label: str, control: Html) -> Html:
    """Return a control with its label; its id is its name."""
    return element("div", element("label", label, for_=name), control)


def text_input(name: str, value: str, **attributes: str | bool | None) -> Html:
    """Return a field of one line."""
    return element("input", type="text", name=name, id=name, value=value, **attributes)


def select(name: str, entries: Iterable[tuple[str, str]], chosen: str) -> Html:
    """Return a choice among entries of value and label."""
    options = (
        element("option", label, value=value, selected=value == chosen) for value, label in entries
    )
    return element("select", *options, name=name, id=name)
