"""Where the links in mails lead: a page that asks once more, and then decides."""

from __future__ import annotations

import logging
from html import escape
from typing import TYPE_CHECKING

from linkback_protocol.errors import StoreError
from linkback_protocol.mail.links import LinkInvalid
from linkback_protocol.moderation import Decision, NoSuchLinkback
from linkback_protocol.wsgi.http import Answer
from linkback_protocol.wsgi.moderation.markup import shown, shows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from linkback_protocol.linkback import Linkback
    from linkback_protocol.mail.links import DecisionLinks
    from linkback_protocol.moderation import Moderator

logger = logging.getLogger(__name__)

_HEADERS = (
    ("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex"),
)
_QUESTIONS = {
    Decision.APPROVE: "Show this linkback?",
    Decision.SPAM: "File this linkback as spam?",
    Decision.TRASH: "Throw this linkback away?",
}


class MailLinks:
    """A WSGI app for `linkback_protocol.mail.DecisionLinks`, mounted at their ``base``.

    Opening a link changes nothing, for programs that look through mails open them all; the button
    on the page does it. Who has the link needs no password.
    """

    def __init__(self, moderator: Moderator, links: DecisionLinks) -> None:
        self._moderator = moderator
        self._links = links

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request for a link."""
        return self._answer(environ).send(environ, start_response)

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD", "POST"):
            return _page(405, "This is a page to look at.", "", ("Allow", "GET, HEAD, POST"))
        try:
            linkback_id, decision = self._links.read(environ.get("PATH_INFO", "").lstrip("/"))
            if method == "POST":
                (linkback,) = self._moderator.decide([linkback_id], decision, by="mail")
                return _page(200, f"Done: it is {linkback.status}.", _about(linkback))
            linkback = self._moderator.get(linkback_id)
        except LinkInvalid as error:
            return _page(404, f"{str(error)[:1].upper()}{str(error)[1:]}.", "")
        except NoSuchLinkback:
            return _page(404, "This linkback was deleted.", "")
        except StoreError:
            logger.exception("a link of a mail failed")
            return _page(500, "It did not work out; please try again later.", "")
        question = _QUESTIONS.get(decision, f"{decision}?")
        button = f'<form method="post"><button>{escape(question.rstrip("?"))}</button></form>'
        return _page(200, question, _about(linkback) + button)


def _about(linkback: Linkback) -> str:
    lines = (
        linkback.title if shows(linkback.title) else "(without a title)",
        f"from {linkback.source}",
        f"to {linkback.page}",
        linkback.excerpt,
        f"It is {linkback.status}.",
    )
    return "".join(f"<p><bdi>{escape(shown(line))}</bdi></p>\n" for line in lines if line)


def _page(status: int, heading: str, content: str, *headers: tuple[str, str]) -> Answer:
    text = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(heading)}</title></head>\n<body><h1>{escape(heading)}</h1>\n{content}"
        "</body></html>\n"
    )
    return Answer(status, "text/html; charset=utf-8", text.encode(), (*_HEADERS, *headers))
