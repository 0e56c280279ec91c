"""Pages as a browser without scripts has them: elements, text, and forms that are sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import requests

if TYPE_CHECKING:
    from collections.abc import Iterable

VOID = frozenset(("br", "input", "link", "meta"))


@dataclass
class Form:
    """A form: where it is sent, and what stands in it."""

    action: str
    method: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[dict[str, str]] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """A page that was read; it must be well-formed."""

    def __init__(self, text: str, *, url: str = "", status: int = 200) -> None:
        super().__init__()
        self.url = url
        self.status = status
        self.source = text
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.forms: list[Form] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs)
        self.elements.append((tag, given))
        self.texts.setdefault(tag, []).append("")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "form":
            self.forms.append(Form(given["action"], given["method"]))
        elif tag == "button" and "disabled" not in given:
            self.forms[-1].buttons.append(given)
        elif tag == "input" and given["type"] == "hidden":
            self.forms[-1].hidden.append((given["name"], given["value"]))
        elif tag == "input" and given["type"] == "checkbox" and "name" in given:
            self.forms[-1].boxes.append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def text(self, tag: str = "body") -> str:
        return " ".join(self.texts.get(tag, []))

    def links(self) -> dict[str, str]:
        """Return where links lead, by their text."""
        targets = [given["href"] for tag, given in self.elements if tag == "a"]
        return dict(zip(self.texts.get("a", []), targets, strict=True))

    def listed(self) -> list[int]:
        """Return the numbers of the linkbacks in the queue."""
        return [
            int(given["id"].removeprefix("linkback-"))
            for tag, given in self.elements
            if tag == "article"
        ]

    def values(self) -> dict[str, str]:
        """Return what stands in the fields that can be seen, by their names."""
        values: dict[str, str] = {}
        choice = ""
        for tag, given in self.elements:
            if tag == "input" and given["type"] == "text":
                values[given["name"]] = given["value"]
            elif tag == "select":
                choice = given["name"]
            elif tag == "option" and (choice not in values or "selected" in given):
                values[choice] = given["value"]
        return values

    def form(self, name: str, value: str | None = None) -> Form:
        """Return the form with this button."""
        for form in self.forms:
            for button in form.buttons:
                if button.get("name") == name and value in (None, button["value"]):
                    return form
        raise AssertionError(f"there is no button {name} {value}")


class Browser:
    """Goes from page to page as one user."""

    def __init__(self, url: str, user: str = "ann") -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["X-User"] = user

    def get(self, path: str = "") -> Page:
        return self._page(self.session.get(urljoin(self.url, path), timeout=10))

    def press(
        self,
        page: Page,
        name: str,
        value: str,
        *,
        select: Iterable[int] = (),
        fields: Iterable[tuple[str, str]] = (),
    ) -> Page:
        """Press a button of a page's form, with some boxes checked; return where that leads."""
        form = page.form(name, value)
        (button,) = (
            each for each in form.buttons if (each.get("name"), each.get("value")) == (name, value)
        )
        boxes = [("id", str(number)) for number in select]
        assert {number for _, number in boxes} <= set(form.boxes)
        sent = [*form.hidden, *boxes, *fields, (name, value)]
        address = urljoin(page.url, button.get("formaction", form.action))
        return self._page(self.session.post(address, data=sent, timeout=10))

    def send(self, page: Page, action: str, *fields: tuple[str, str]) -> Page:
        """Send the form that leads to an address, its button having no name."""
        (form,) = (each for each in page.forms if each.action.endswith(action))
        address = urljoin(page.url, form.action)
        return self._page(self.session.post(address, data=[*form.hidden, *fields], timeout=10))

    @staticmethod
    def _page(answer: requests.Response) -> Page:
        return Page(answer.text, url=answer.url, status=answer.status_code)
