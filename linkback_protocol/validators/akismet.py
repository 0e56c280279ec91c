"""Akismet: a service that judges comments, and pings, by what it has seen on other sites."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

import requests

from linkback_protocol import url as urls
from linkback_protocol.linkback import Protocol, Verdict
from linkback_protocol.validators.actions import QuietLog, shown, verdict
from linkback_protocol.validators.bounded_post import BoundedPost

if TYPE_CHECKING:
    from datetime import datetime

    from linkback_protocol.linkback import Linkback
    from linkback_protocol.validators.bounded_post import Answer
    from linkback_protocol.validators.candidate import Candidate

logger = logging.getLogger(__name__)

ENDPOINT: Final = "https://rest.akismet.com/1.1/"
MAX_ANSWER: Final = 4096
"""Bytes of an answer; one is a word or a sentence long."""


class AkismetError(Exception):
    """Akismet could not be asked, or its answer is none; the text says what happened."""


class InvalidKey(AkismetError, ValueError):
    """Akismet does not know the key, or not for this blog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Akismet:
    """Asks Akismet, as most WordPress blogs do.

    It knows the spam that goes round, as nobody alone can. What it gets wrong: small blogs in rare
    languages look odd to it, and a ping has little of what it judges comments by. It costs a
    request to a company of everything that comes this far, with the sender's address, which in some
    countries the privacy policy must say; a subscription; and its time. Where it cannot be asked,
    there is no opinion and the reason says so. Place it last, behind what is free.

    Tell it what it got wrong, with `submit_spam` and `submit_ham`, when the owner moves a linkback.

    :param key: the API key. It goes out in each request, and nowhere else.
    :param blog: URL of the blog's front page, as registered with the key.
    :param endpoint: URL that the names of the calls are appended to; for tests and gateways.
    :param timeout: seconds for one request in all, however slowly the answer comes.
    :param before_fetch: ask with what the ping says alone, and leave the source unread, so that
        spam does not make us fetch anything. Better informed it is with the page's own text.
    :param language: of the blog, as ``en`` or ``en, fr_CA``.
    :param test: says that these are no real pings, so that Akismet learns nothing from them.
    :raises ValueError: a setting makes no sense. Whether the key is valid `check_key` tells.
    """

    name: ClassVar[str] = "akismet"
    key: str = field(repr=False)
    blog: str
    endpoint: str = ENDPOINT
    timeout: float = 5.0
    before_fetch: bool = False
    language: str = ""
    test: bool = False
    _service: BoundedPost = field(init=False, repr=False, compare=False)
    _log: QuietLog = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("Akismet needs key=, an API key from akismet.com")
        for setting in ("blog", "endpoint"):
            try:
                urls.parse(getattr(self, setting))
            except urls.InvalidURL as error:
                raise ValueError(f"Akismet: {setting} is no http or https URL: {error}") from error
        if self.timeout <= 0:
            raise ValueError("Akismet: timeout is more than 0 seconds")
        object.__setattr__(self, "_service", BoundedPost(max_answer=MAX_ANSWER))
        object.__setattr__(self, "_log", QuietLog(logger))

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Have the ping judged."""
        ping = candidate.ping
        title, excerpt, blog_name = ping.title, ping.excerpt, ping.blog_name
        page = None if self.before_fetch else candidate.page
        if page is not None:
            links = candidate.links
            title = title or page.title
            blog_name = blog_name or page.site_name
            excerpt = excerpt or (page.excerpt(links[0]) if links else "")
        fields = self._fields(
            protocol=ping.protocol,
            source=ping.source,
            page=str(candidate.page_url),
            sender=ping.sender,
            received=ping.received,
            user_agent=ping.user_agent,
            author=blog_name or title,
            content=excerpt,
        )
        if page is None and ping.protocol is Protocol.PINGBACK:
            # As Akismet's own plugin marks what has no content to judge by yet.
            fields |= {"akismet_pre_check": "1", "comment_pingback_target": ping.target}
        try:
            answer = self._ask("comment-check", fields)
            if answer.body not in ("true", "false"):
                raise _unexpected(answer)
        except AkismetError as error:
            self._log.warn(str(error))
            return verdict("abstain", str(error))
        if answer.body == "false":
            return None
        advice = answer.headers.get("X-akismet-pro-tip", "")
        worst = ", of the worst kind (discard)" if advice == "discard" else ""
        return Verdict.spam(f"Akismet calls it spam{worst}")

    def check_key(self) -> None:
        """Ask whether the key is valid for the blog; for setting up, not before each ping.

        :raises InvalidKey: it is not; also a `ValueError`.
        :raises AkismetError: Akismet could not be asked.
        """
        # Akismet documents this as api_key, and shows it as key.
        answer = self._ask("verify-key", {"key": self.key, "blog": self.blog})
        if answer.body == "invalid":
            raise InvalidKey(f"Akismet does not take this key for {self.blog}{_hint(answer)}")
        if answer.body != "valid":
            raise _unexpected(answer)

    def submit_spam(self, linkback: Linkback) -> None:
        """Tell Akismet that it missed this spam.

        :raises AkismetError: it could not be told.
        """
        self._submit("submit-spam", linkback)

    def submit_ham(self, linkback: Linkback) -> None:
        """Tell Akismet that this is no spam.

        :raises AkismetError: it could not be told.
        """
        self._submit("submit-ham", linkback)

    def _submit(self, call: str, linkback: Linkback) -> None:
        fields = self._fields(
            protocol=linkback.protocol,
            source=linkback.source,
            page=linkback.page,
            sender=linkback.sender,
            user_agent=linkback.user_agent,
            received=linkback.received,
            author=linkback.site_name or linkback.title,
            content=linkback.excerpt,
        )
        answer = self._ask(call, fields)
        if not answer.body.startswith("Thanks"):
            raise _unexpected(answer)

    def _fields(
        self,
        *,
        protocol: Protocol,
        source: str,
        page: str,
        sender: str,
        user_agent: str,
        received: datetime,
        author: str,
        content: str,
    ) -> dict[str, str]:
        fields = {
            "blog": self.blog,
            "user_ip": sender,
            "user_agent": user_agent,
            "referrer": "",
            "permalink": page,
            "comment_type": str(protocol),
            "comment_author": author,
            "comment_author_url": source,
            "comment_content": content,
            "comment_date_gmt": received.isoformat(timespec="seconds"),
            "blog_charset": "UTF-8",
        }
        if self.language:
            fields["blog_lang"] = self.language
        if self.test:
            fields["is_test"] = "1"
        return fields

    def _ask(self, call: str, fields: dict[str, str]) -> Answer:
        """Make one call.

        :raises AkismetError: there is no answer in time, or it is no success.
        """
        url = f"{self.endpoint.removesuffix('/')}/{call}"
        fields = {"api_key": self.key, **fields}
        try:
            answer = self._service.post(url, fields, seconds=self.timeout)
        except (TimeoutError, requests.Timeout) as error:
            raise AkismetError(f"Akismet did not answer within {self.timeout:g} s") from error
        except (requests.RequestException, OSError) as error:
            raise AkismetError(f"Akismet was not reached ({type(error).__name__})") from error
        if answer.status != 200:
            raise _unexpected(answer)
        return answer


def _unexpected(answer: Answer) -> AkismetError:
    what = f"HTTP {answer.status}" if answer.status != 200 else repr(shown(answer.body, 40))
    return AkismetError(f"Akismet answered {what}{_hint(answer)}")


def _hint(answer: Answer) -> str:
    """Return what Akismet says about what is wrong."""
    for header in ("X-akismet-alert-msg", "X-akismet-debug-help"):
        if header in answer.headers:
            return f": {shown(answer.headers[header])}"
    return ""
