"""The forms of the page as they come back, once it is certain that they are ours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from linkback_protocol.errors import LinkbackError
from linkback_protocol.moderation import Decision
from linkback_protocol.wsgi.http import MAX_BODY, read_body
from linkback_protocol.wsgi.moderation.signing import is_own_request

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from linkback_protocol.wsgi.moderation.signing import Signer

MAX_IDS: Final = 500
"""Linkbacks that are decided about at once."""
_OTHER_FIELDS = 20
_DIGITS = 18


class Unusable(Exception):
    """A request that nothing is done about; `status` is HTTP's, the text is for whoever sent it."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in their order."""

    fields: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """Return the first field of this name, or nothing."""
        return next((value for key, value in self.fields if key == name), "")

    def id(self, name: str = "id") -> int:
        """Return the one linkback that is meant.

        :raises Unusable: there is none.
        """
        return _id(self.get(name))

    def ids(self) -> list[int]:
        """Return the linkbacks that are meant: that of the button pressed, else the selected.

        :raises Unusable: there are too many, or something else is among them.
        """
        if one := self.get("one"):
            return [_id(one.partition(" ")[2])]
        ids = list(dict.fromkeys(_id(value) for key, value in self.fields if key == "id"))
        if len(ids) > MAX_IDS:
            raise Unusable(413, f"At most {MAX_IDS} linkbacks can be decided about at once.")
        return ids

    def decision(self) -> Decision | None:
        """Return what was decided; None by the button that decides nothing.

        :raises Unusable: nothing that we know.
        """
        decided = self.get("one").partition(" ")[0] or self.get("decision")
        try:
            return Decision(decided) if decided else None
        except ValueError as error:
            raise Unusable(400, "This is no decision.") from error

    def until(self) -> float | None:
        """Return the time after which moves are not to be undone, where one is given.

        :raises Unusable: it is no time.
        """
        given = self.get("until")
        try:
            until = float(given) if given else None
        except ValueError:
            until = math.nan
        if until is not None and not math.isfinite(until):
            raise Unusable(400, "This is no time.")
        return until


def _id(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return int(text)
    raise Unusable(400, "This is no linkback.")


def read_form(request: Request, signer: Signer, user: str, *, now: float) -> Form:
    """Return the form of a request.

    :raises Unusable: it is too large, broken, or did not come from a page that we gave this user.
    """
    if not is_own_request(request.environ):
        raise Unusable(403, "This came from another site, and was not done.")
    if request.mimetype != "application/x-www-form-urlencoded":
        raise Unusable(415, "This is not how forms are sent.")
    try:
        body = read_body(request.environ, limit=MAX_BODY)
        fields = parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            max_num_fields=MAX_IDS + _OTHER_FIELDS,
        )
    except LinkbackError as error:
        raise Unusable(error.http_status, error.public) from error
    except ValueError as error:
        raise Unusable(413, "The form has too many fields.") from error
    form = Form(tuple(fields))
    if not signer.is_token(form.get("token"), user, now=now):
        raise Unusable(403, "The page was too old, or not yours; go back, reload it, try again.")
    if form.get("item"):
        # Where the answer cannot lead back to, nothing is done.
        form.id("item")
    return form
