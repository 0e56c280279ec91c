"""The trackback receiver of the reference blog: forms in, one small document out."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit
from xml.sax.saxutils import escape

from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_http import Answer, BodyIncomplete, BodyTooLarge, Linkback
from tests.conformance.reference_source import Found, charset_parameter, known_charset

if TYPE_CHECKING:
    from tests.conformance.reference_pages import Post

LOG = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"


class TrackbackError(Exception):
    """A ping is refused, with a message for the sender."""


@dataclass(frozen=True)
class Fields:
    """What a ping says; empty where it says nothing."""

    url: str = ""
    title: str = ""
    excerpt: str = ""
    blog_name: str = ""


class TrackbackRoom:
    """Takes trackback pings for posts."""

    ping_methods = ("POST",)
    trackback_type = "text/xml; charset=utf-8"
    trackback_success_status = 200
    trackback_error_status = 200
    missing_ping_status = 404
    verify_trackbacks = True
    offers_listing = True
    max_fields = 100
    form_types = (FORM, "")

    def trackback(self, post: Post | None, environ) -> Answer:
        """Answer a request to a ping URL, with a document in any case."""
        if post is None:
            return self.missing_ping_url()
        method = environ["REQUEST_METHOD"]
        if method == "GET" and self.wants_listing(environ):
            return self.listing(post, self.site(environ))
        if method not in self.ping_methods:
            return self.ping_refuses_method(environ)
        try:
            return self.take_trackback(post, environ)
        except TrackbackError as error:
            return self.trackback_error(str(error))
        except BodyTooLarge:
            return self.trackback_error("The ping is too large.")
        except BodyIncomplete:
            return self.trackback_error("The ping is shorter than announced.")
        except Exception:
            LOG.exception("unexpected")
            return self.trackback_error("Something went wrong.")

    def take_trackback(self, post: Post, environ) -> Answer:
        """TB-6: refuse cheaply first, look at the source last."""
        self.check_ping_open(post)
        self.check_same_site(environ)
        fields = self.read_fields(environ)
        self.check_url(fields.url)
        if self.registered("trackback", fields.url, post):
            return self.trackback_duplicate()
        permalink = self.permalink(post, self.site(environ))
        if self.verify_trackbacks:
            self.verify_trackback(fields.url, permalink)
        if not self.register(self.made_trackback(fields, permalink), post):
            return self.trackback_duplicate()
        return self.trackback_success()

    def made_trackback(self, fields: Fields, permalink: str) -> Linkback:
        return self.made(
            "trackback",
            fields.url,
            permalink,
            title=fields.title.strip() or self.default_title(fields),
            excerpt=fields.excerpt,
            blog_name=fields.blog_name.strip() or self.default_blog_name(fields),
        )

    def default_title(self, fields: Fields) -> str:
        return fields.url

    def default_blog_name(self, fields: Fields) -> str:
        return urlsplit(fields.url).hostname or ""

    # What is refused

    def check_ping_open(self, post: Post) -> None:
        if not post.open:
            raise TrackbackError("This page takes no trackbacks.")

    def check_same_site(self, environ) -> None:
        if self.cross_site(environ):
            raise TrackbackError("A page in a browser cannot send trackbacks.")

    def cross_site(self, environ) -> bool:
        """Whether a browser sends this for another site: it says so, and servers do not."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin + "/" != self.site(environ):
            return True
        return environ.get("HTTP_SEC_FETCH_SITE", "none") in {"cross-site", "same-site"}

    def check_url(self, url: str) -> None:
        """TB-6: the only field that is required."""
        if not url:
            raise TrackbackError("The url of the linking page is missing.")
        if not self.acceptable_url(url):
            raise TrackbackError("The url is not an address of a page on the web.")

    def acceptable_url(self, url: str) -> bool:
        return self.fit_url(url)

    def verify_trackback(self, url: str, permalink: str) -> Found:
        """SEC-6: the sender's page has to link here; nobody learns what went wrong."""
        try:
            found = self.find_link(self.fetch(url), permalink)
        except FetchError:
            found = None
        if found is None:
            raise TrackbackError("The linking page cannot be read, or does not link to this page.")
        return found

    # Reading

    def read_fields(self, environ) -> Fields:
        content_type = environ.get("CONTENT_TYPE", "")
        form = self.read_form(self.read_body(environ), content_type)
        return Fields(
            url=form.get("url", "").strip(),
            title=form.get("title", ""),
            excerpt=form.get("excerpt", ""),
            blog_name=form.get("blog_name", ""),
        )

    def read_form(self, body: bytes, content_type: str) -> dict[str, str]:
        """TB-3, TB-7: return the decoded fields, or raise `TrackbackError`."""
        media = content_type.partition(";")[0].strip().lower()
        if media not in self.form_types:
            raise TrackbackError("A ping is an urlencoded form.")
        pairs = self.split_form(body)
        fields: dict[bytes, bytes] = {}
        for name, value in pairs:
            self.add_field(fields, name, value)
        charset = self.form_charset(content_type, fields)
        return {
            name.decode("ascii", "replace"): self.decode_field(value, charset)
            for name, value in fields.items()
        }

    def split_form(self, body: bytes) -> list[tuple[bytes, bytes]]:
        parts = [part for part in body.split(b"&") if part]
        if len(parts) > self.max_fields:
            raise TrackbackError("The ping has too many fields.")
        halves = [part.partition(b"=") for part in parts]
        return [(self.unquote(name), self.unquote(value)) for name, _, value in halves]

    def unquote(self, text: bytes) -> bytes:
        return unquote_to_bytes(text.replace(b"+", b" "))

    def add_field(self, fields: dict[bytes, bytes], name: bytes, value: bytes) -> None:
        """The first of several counts."""
        fields.setdefault(name, value)

    def form_charset(self, content_type: str, fields: dict[bytes, bytes]) -> str | None:
        """TB-4, and the field that WordPress and Movable Type send: the header counts first."""
        return self.type_charset(content_type) or self.field_charset(fields)

    def type_charset(self, content_type: str) -> str | None:
        return self.acceptable_charset(charset_parameter(content_type))

    def field_charset(self, fields: dict[bytes, bytes]) -> str | None:
        return self.acceptable_charset(fields.get(b"charset", b"").decode("ascii", "replace"))

    def acceptable_charset(self, label: str) -> str | None:
        """Unknown names are as good as none, and UTF-7 hides markup."""
        return known_charset(label)

    def decode_field(self, value: bytes, charset: str | None) -> str:
        for name in (charset, "utf-8"):
            try:
                if name is not None:
                    return value.decode(name)
            except UnicodeError:
                continue
        return value.decode("windows-1252", "replace")

    # Answering

    def trackback_success(self) -> Answer:
        """TB-9."""
        return self.trackback_answer(self.success_document())

    def success_document(self) -> str:
        return "<response><error>0</error></response>"

    def trackback_duplicate(self) -> Answer:
        """Once is enough, so the sender has what it wants."""
        return self.trackback_success()

    def trackback_error(self, message: str) -> Answer:
        """TB-10, TB-11."""
        return self.trackback_answer(self.error_document(message), self.trackback_error_status)

    def error_document(self, message: str) -> str:
        text = self.message_escape(message)
        return f"<response><error>1</error><message>{text}</message></response>"

    def message_escape(self, message: str) -> str:
        return escape(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", message))

    def missing_ping_url(self) -> Answer:
        document = self.error_document("There is no such page.")
        return self.trackback_answer(document, self.missing_ping_status)

    def ping_refuses_method(self, environ) -> Answer:
        """TB-2: a ping is a POST, and nothing else is one."""
        document = self.error_document("A trackback is sent by POST.")
        return self.trackback_answer(document, 405, (("Allow", ", ".join(self.ping_methods)),))

    def trackback_answer(self, document: str, status=None, headers=()) -> Answer:
        body = self.trackback_declaration + document.encode("utf-8") + b"\n"
        return Answer(body, self.trackback_type, status or self.trackback_success_status, headers)

    trackback_declaration = b'<?xml version="1.0" encoding="utf-8"?>\n'

    # The listing of older versions

    def wants_listing(self, environ) -> bool:
        mode = re.search(r"(?:^|&)__mode=([^&]*)", environ.get("QUERY_STRING", ""))
        return self.offers_listing and mode is not None and mode[1] == "rss"

    def listing(self, post: Post, site: str) -> Answer:
        """TB-33, TB-34: only what the page shows too."""
        items = "".join(
            f"<item><title>{self.message_escape(each.title)}</title>"
            f"<link>{self.message_escape(each.source)}</link>"
            f"<description>{self.message_escape(each.excerpt)}</description></item>"
            for each in self.linkbacks_of(post)
            if each.protocol == "trackback" and self.listed_trackback(each)
        )
        channel = (
            f"<title>{self.message_escape(post.title)}</title>"
            f"<link>{self.message_escape(self.permalink(post, site))}</link>"
            f"<description>Trackbacks of this post</description><language>en</language>{items}"
        )
        return self.trackback_answer(
            f'<response><error>0</error><rss version="0.91"><channel>{channel}</channel></rss>'
            "</response>"
        )

    def listed_trackback(self, linkback: Linkback) -> bool:
        return self.shown(linkback)
