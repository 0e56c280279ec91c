"""TrackBack 1.2: reading the form, writing the answers, and the RDF that advertises an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from linkback_protocol.errors import MissingURL, UnreadableForm
from linkback_protocol.wire.text import carriable, decode_field, escape, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

MAX_FIELDS = 20
"""Fields in a form; a trackback has four, and ``charset``."""
MAX_BOUNDARY = 70
"""Characters between the parts of a multipart form (RFC 2046)."""
MAX_TITLE = 250
"""Characters of a title or blog name that are kept; longer ones are cut (TB-8)."""
MAX_EXCERPT = 1000
"""Characters of an excerpt that are kept."""

_NAMES = frozenset(("url", "title", "excerpt", "blog_name", "charset"))
_HYPHENS = re.compile("--+|-(?=>)|-$")


@dataclass(frozen=True, slots=True)
class Form:
    """What a trackback says (TB-5): `url` as sent, the rest plain text of one line, or empty."""

    url: str
    title: str
    excerpt: str
    blog_name: str


def parse_form(body: bytes, content_type: str) -> Form:
    """Read a trackback, in the form encoding (TB-3) or as multipart; the caller bounds its size.

    The encoding is the Content-Type's ``charset`` (TB-4), else the field ``charset`` (as WordPress
    and Movable Type have it), else UTF-8 where that fits, else windows-1252; a part of a multipart
    form may have a ``charset`` of its own. `decode_field` says what becomes of bytes that do not
    fit. Of a field that occurs twice the first counts. Markup in the texts stays as it is: they are
    plain text, and nothing is unescaped twice.

    :raises MissingURL: without the one required field (TB-6).
    :raises UnreadableForm: no form, one with too many fields, or with two different ``url``.
    """
    media_type, options = parse_options_header(content_type)
    media_type = media_type.lower()
    if media_type == "multipart/form-data":
        found = _multipart(body, options.get("boundary", ""))
    elif media_type.endswith(("json", "xml")):
        raise UnreadableForm(f"Content-Type {media_type[:80]!r}")
    else:
        # Whatever else it is called, a sender that posts a trackback posts a form.
        found = _urlencoded(body)
    fields: dict[str, _Field] = {}
    for field in found:
        if field.name in _NAMES:
            first = fields.setdefault(field.name, field)
            if field.name == "url" and field.value != first.value:
                raise UnreadableForm("two different url fields")
    said = fields["charset"].value.decode("latin-1") if "charset" in fields else ""

    def text(name: str) -> str:
        field = fields.get(name, _ABSENT)
        return decode_field(field.value, field.charset, options.get("charset", ""), said)

    address = carriable(text("url")).strip()
    if not address:
        raise MissingURL
    return Form(
        url=address,
        title=plain(text("title"), limit=MAX_TITLE),
        excerpt=plain(text("excerpt"), limit=MAX_EXCERPT),
        blog_name=plain(text("blog_name"), limit=MAX_TITLE),
    )


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    value: bytes
    charset: str = ""


_ABSENT = _Field("", b"")


def _urlencoded(body: bytes) -> Iterator[_Field]:
    # parse_qsl decodes names and values in one encoding, which is one of the values.
    if body.count(b"&") >= MAX_FIELDS:
        raise UnreadableForm(f"more than {MAX_FIELDS} fields")
    for pair in body.split(b"&"):
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        yield _Field(unquote_to_bytes(name).decode("latin-1"), unquote_to_bytes(value))


def _multipart(body: bytes, boundary: str) -> Iterator[_Field]:
    """Yield the fields; files, which no trackback has, are passed over."""
    if not (boundary.isascii() and 0 < len(boundary) <= MAX_BOUNDARY):
        raise UnreadableForm("multipart without a boundary that can be one")
    decoder = MultipartDecoder(boundary.encode("ascii"), max_parts=MAX_FIELDS)
    part: Field | None = None
    value = b""
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, Field):
                part, value = event, b""
            elif isinstance(event, File):
                part = None
            elif isinstance(event, Data) and part is not None:
                value += event.data
                if not event.more_data:
                    options = parse_options_header(part.headers.get("content-type"))[1]
                    yield _Field(part.name, value, options.get("charset", ""))
    except (ValueError, LookupError, RequestEntityTooLarge) as error:
        raise UnreadableForm(f"multipart: {error}") from error


def dump_response(error: int, message: str = "") -> bytes:
    """Return the answer to a ping: success with 0 (TB-9), or an error and what is wrong (TB-10)."""
    said = f"\n<message>{escape(message)}</message>" if message else ""
    return _document(f"<error>{error}</error>{said}")


def dump_listing(
    *,
    title: str,
    link: str,
    description: str,
    language: str,
    items: Iterable[tuple[str, str, str]],
) -> bytes:
    """Return the pings of a page as RSS 0.91 within a response (TB-33).

    :param items: title, link and description of each.
    """
    channel = _elements(title=title, link=link, description=description, language=language)
    listed = "".join(
        f"<item>\n{_elements(title=name, link=address, description=text)}</item>\n"
        for name, address, text in items
    )
    return _document(
        f'<error>0</error>\n<rss version="0.91">\n<channel>\n{channel}{listed}</channel>\n</rss>'
    )


def rdf_block(*, page: str, ping_url: str, title: str, comment: bool = True) -> str:
    """Return the RDF that tells senders where to ping a page (TB-20).

    In an HTML comment, as validators want it (TB-21), and safe there: neither a title nor an
    address can end the comment, and an XML reader still gets them as they are.

    :param page: the permalink, as identifier too.
    """
    block = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
        '  xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
        '  xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/">\n'
        f'<rdf:Description rdf:about="{_attribute(page)}"\n'
        f'  dc:identifier="{_attribute(page)}"\n'
        f'  dc:title="{_attribute(title)}"\n'
        f'  trackback:ping="{_attribute(ping_url)}" />\n'
        "</rdf:RDF>"
    )
    return f"<!--\n{block}\n-->\n" if comment else f"{block}\n"


_OTHER_SITES = ("cross-site", "same-site")


def cross_site(origin: str | None, sec_fetch_site: str | None, own: Collection[str]) -> str:
    """Return the header by which a browser posts this from another site's page, or nothing.

    Senders of trackbacks are servers and have neither header. An ``Origin`` of ``null`` is another
    site.

    :param own: the origins of our site.
    """
    if origin is not None:
        return "" if origin in own else f"Origin: {ascii(origin[:100])[1:-1]}"
    return f"Sec-Fetch-Site: {sec_fetch_site}" if sec_fetch_site in _OTHER_SITES else ""


def _attribute(text: str) -> str:
    """Escape for an attribute in a comment: white space survives, and no two hyphens meet."""
    escaped = escape(text).replace("\n", "&#10;").replace("\t", "&#9;")
    return _HYPHENS.sub(lambda run: "&#45;" * len(run[0]), escaped)


def _elements(**texts: str) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>\n" for name, text in texts.items())


def _document(content: str) -> bytes:
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<response>\n{content}\n</response>\n'
    return text.encode()
