"""What the owner's forms do to the settings of the site and of single pages."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkback_protocol import url
from linkback_protocol.policy import Policy, PolicyChanged
from linkback_protocol.wsgi.moderation.forms import Unusable
from linkback_protocol.wsgi.moderation.settings_pages import (
    CLOSE_AFTER,
    SWITCHES,
    Draft,
    PolicyView,
    Row,
    days,
    of_page,
    overview,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkback_protocol.policy import StoredPolicy
    from linkback_protocol.url import URL
    from linkback_protocol.wsgi.moderation.forms import Form
    from linkback_protocol.wsgi.moderation.layout import Frame

logger = logging.getLogger(__name__)

ROWS = 50
"""Pages with settings of their own that are listed at once."""
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")
_SAID = {"": None, "yes": True, "no": False}
_NO_NUMBER = (
    "The days are a number such as 30, or 0 to close no page; leave the field empty to follow"
    " what stands behind."
)
_LATE = (
    "Somebody else has changed these settings since you opened the page, and yours were not kept:"
    " look at what applies now, and keep yours again if they are still right."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to answer with."""

    html: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was done; `page` is the one to lead to, empty for the list of all."""

    text: str
    page: str = ""


class Settings:
    """Shows what is kept in a policy, and changes it.

    :param site: what pages are under, so that a slip of the pen is told; empty takes any page.
    :param moderate: whether what nobody decided about waits where nothing is set; None where that
        is not known.
    """

    def __init__(
        self, policy: StoredPolicy, *, site: Sequence[URL] = (), moderate: bool | None = None
    ) -> None:
        self._policy = policy
        self._site = tuple(site)
        self._behind = Policy(pingbacks=True, trackbacks=True, moderate=moderate, close_after=0.0)

    def show(self, frame: Frame, asked: Mapping[str, str]) -> Shown:
        """Return the site's settings, and the pages with their own from ``start`` on."""
        return self._overview(frame, start=asked.get("start", ""))

    def show_page(self, frame: Frame, asked: Mapping[str, str]) -> Shown:
        """Return the settings of the page with the address ``url``, and what applies to it."""
        typed = asked.get("url", "")
        try:
            page = self._page(typed)
        except ValueError as error:
            return self._overview(frame, typed=typed, problem=str(error))
        return self._of_page(frame, page)

    def keep(self, frame: Frame, form: Form, *, by: str) -> Shown | Kept:
        """Do what a form says: keep what stands in it, or reset a page.

        Wrong input, and what somebody else has changed meanwhile, shows the form again.

        :param by: who sent it, for the log.
        :raises Unusable: it is none of our forms.
        """
        try:
            page = self._page(form.get("page")) if form.get("page") else ""
        except ValueError as error:
            raise Unusable(400, str(error)) from error
        reset = bool(form.get("reset"))
        typed = {name: form.get(name) for name in (*SWITCHES, CLOSE_AFTER)}
        try:
            wanted = Policy() if reset else _read(typed)
        except ValueError as error:
            draft = Draft(typed, form.get("before"), str(error), wrong=CLOSE_AFTER)
            return self._again(frame, page, draft, 400)
        now = self._kept(page)
        if wanted != now and not self._changed(page, now, wanted, form.get("before"), by):
            kept = self._kept(page)
            # Nobody typed anything into the button that resets.
            draft = Draft(_values(kept) if reset else typed, _written(kept), _LATE)
            return self._again(frame, page, draft, 409)
        if not page:
            return Kept("The settings of the site were kept.")
        if wanted == Policy():
            return Kept(f"{page} has no settings of its own any more.", "" if reset else page)
        return Kept("The settings of this page were kept.", page)

    def _changed(self, page: str, now: Policy, wanted: Policy, seen: str, by: str) -> bool:
        """Change a policy, unless it is not what was seen; return whether it was changed."""
        if seen != _written(now):
            return False
        try:
            self._policy.change(wanted, page=page or None, before=now)
        except PolicyChanged:
            return False
        logger.info("%s set %s for %s", ascii(by), _written(wanted), page or "the site")
        return True

    def _page(self, typed: str) -> str:
        """Return the address of a page of ours; a ValueError says what is wrong with another."""
        example = f"{self._site[0] if self._site else 'https://blog.example/'}".rstrip("/") + "/a/"
        try:
            address = url.parse(typed.strip())
        except url.InvalidURL as error:
            raise ValueError(f"A page is named by its whole address, such as {example}") from error
        if self._site and not any(url.is_below(address, base) for base in self._site):
            raise ValueError(f"This is no page of the site; its pages are such as {example}")
        return address.page

    def _kept(self, page: str) -> Policy:
        return self._policy.own(page) if page else self._policy.site()

    def _again(self, frame: Frame, page: str, draft: Draft, status: int) -> Shown:
        if page:
            return self._of_page(frame, page, draft=draft, status=status)
        return self._overview(frame, draft=draft, status=status)

    def _overview(
        self,
        frame: Frame,
        *,
        start: str = "",
        typed: str = "",
        problem: str = "",
        draft: Draft | None = None,
        status: int = 200,
    ) -> Shown:
        site = self._policy.site()
        kept = sorted(self._policy.pages().items())
        rest = [each for each in kept if each[0] >= start]
        rows = [Row(page, policy, _written(policy)) for page, policy in rest[:ROWS]]
        written = overview(
            frame,
            PolicyView(site, Policy(), self._behind),
            draft or Draft(_values(site), _written(site)),
            rows,
            total=len(kept),
            following=rest[ROWS][0] if len(rest) > ROWS else "",
            started=len(rest) < len(kept),
            typed=typed,
            problem_with_page=problem,
        )
        return Shown(written, 400 if problem else status)

    def _of_page(
        self, frame: Frame, page: str, *, draft: Draft | None = None, status: int = 200
    ) -> Shown:
        own = self._policy.own(page)
        written = of_page(
            frame,
            page,
            PolicyView(self._policy.site(), own, self._behind),
            draft or Draft(_values(own), _written(own)),
            before=_written(own),
        )
        return Shown(written, status)


def _read(typed: Mapping[str, str]) -> Policy:
    """Return what stands in a form.

    :raises ValueError: the days are no number.
    :raises Unusable: something that cannot be chosen.
    """
    chosen = {name: typed[name] for name in SWITCHES}
    if not _SAID.keys() >= set(chosen.values()):
        raise Unusable(400, "This is no setting.")
    after = typed[CLOSE_AFTER].strip()
    if after and not _NUMBER.fullmatch(after):
        raise ValueError(_NO_NUMBER)
    return Policy(
        close_after=float(after) if after else None,
        **{name: _SAID[value] for name, value in chosen.items()},
    )


def _values(policy: Policy) -> dict[str, str]:
    """Return what stands in the form of a policy."""
    said = {value: text for text, value in _SAID.items()}
    values = {name: said[getattr(policy, name)] for name in SWITCHES}
    after = policy.close_after
    return values | {CLOSE_AFTER: "" if after is None else days(after)}


def _written(policy: Policy) -> str:
    """Return a policy as a form carries it, to tell whether it was changed meanwhile."""
    return json.dumps(policy.as_dict(), sort_keys=True)
