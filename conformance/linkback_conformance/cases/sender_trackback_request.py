"""The request of a trackback: a form, in the encoding that it names, to the very address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from linkback_conformance.case import IMPLIED, MUST, PRACTICE, ROBUSTNESS, SHOULD, case
from linkback_conformance.sender_trial import rdf

if TYPE_CHECKING:
    from linkback_conformance.received import Request
    from linkback_conformance.sender_trial import Endpoint, SenderTrial

_NEEDS = "trackback.sender.pings"
_FORM = "application/x-www-form-urlencoded"
_FIELDS = frozenset(("url", "title", "excerpt", "blog_name", "charset"))
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([A-Za-z0-9._:-]+)', re.IGNORECASE)


def _pinged(t: SenderTrial, *, prose: str = "") -> tuple[Endpoint, Request]:
    """Let the sender ping the plainest page; return where, and the ping."""
    endpoint = t.endpoint()
    t.send(t.page(body=f"<!--\n{rdf(t.address(), endpoint.url)}\n-->"), prose=prose)
    return endpoint, t.ping(endpoint)


def _fields(ping: Request) -> list[tuple[str, bytes]]:
    """Return the fields of a form, undecoded."""
    pairs = [pair.partition(b"=") for pair in ping.body.split(b"&") if pair]
    return [
        (
            unquote_to_bytes(name.replace(b"+", b" ")).decode("latin-1"),
            unquote_to_bytes(value.replace(b"+", b" ")),
        )
        for name, _, value in pairs
    ]


@case(
    "trackback.sender.post",
    "A ping is posted",
    clauses="TB-2",
    level=MUST,
    needs=_NEEDS,
    why="In version 1.0 it was a GET, and what crawlers may follow must change nothing.",
)
def post(t: SenderTrial) -> None:
    endpoint, _ = _pinged(t)
    others = [each for each in endpoint.requests if each.method not in ("POST", "HEAD", "OPTIONS")]
    t.note(
        not others,
        "the ping URL gets POST requests and no others that could be pings",
        ", ".join(each.method for each in endpoint.requests),
        (others or endpoint.pings)[0],
    )


@case(
    "trackback.sender.content-type",
    "The content type is that of a form",
    clauses="TB-3",
    level=MUST,
    needs=_NEEDS,
    why="Receivers read the fields by it.",
)
def content_type(t: SenderTrial) -> None:
    _, ping = _pinged(t)
    t.note(ping.media_type == _FORM, _FORM, ping.header("Content-Type") or "no type", ping)


@case(
    "trackback.sender.charset",
    "The content type names the encoding",
    clauses="TB-4",
    level=SHOULD,
    needs=_NEEDS,
    why="Without it, titles in anything but ASCII are a guess.",
)
def charset(t: SenderTrial) -> None:
    _, ping = _pinged(t)
    named = ping.header("Content-Type") or ""
    t.note(_CHARSET.search(named) is not None, "a charset attribute", named or "no type", ping)


@case(
    "trackback.sender.url",
    "The field url is the address of the page that links",
    clauses="TB-5",
    level=MUST,
    needs=_NEEDS,
    why="It is the one thing that a ping has to say.",
)
def url(t: SenderTrial) -> None:
    _, ping = _pinged(t)
    said = [value.decode("utf-8", "replace") for name, value in _fields(ping) if name == "url"]
    shown = ", ".join(said)[:300] or "no field url"
    t.note(len(said) == 1, "one field url", shown, ping)
    if t.source:
        t.note(said[:1] == [t.source], t.source, shown, ping)
    else:
        absolute = bool(said) and urlsplit(said[0]).scheme in ("http", "https")
        t.note(absolute, "an absolute address", shown, ping)


@case(
    "trackback.sender.fields",
    "The body is a form with the fields of a trackback",
    clauses="TB-3 TB-5",
    level=SHOULD,
    basis=IMPLIED,
    needs=_NEEDS,
    why="An ampersand in a title that is not escaped makes two fields of it.",
)
def fields(t: SenderTrial) -> None:
    prose = (
        '<h2>R&amp;D = 100 % + more; a "title"</h2><p>Fish &amp; chips = x+y &amp;url=no, read '
        "&amp; written.</p>"
    )
    _, ping = _pinged(t, prose=prose)
    names = [name for name, _ in _fields(ping)]
    t.note(
        set(names) <= _FIELDS and len(names) == len(set(names)),
        "url, title, excerpt and blog_name, each once at most",
        ", ".join(names)[:300] or "no fields",
        ping,
    )
    stray = re.search(rb"%(?![0-9A-Fa-f]{2})|[^!-~]", ping.body)
    t.note(
        stray is None,
        "nothing but ASCII, and percent signs before two hexadecimal digits",
        "so it is" if stray is None else repr(ping.body[stray.start() : stray.start() + 20]),
        ping,
    )


@case(
    "trackback.sender.encoding",
    "The fields are in the encoding that is named",
    clauses="TB-7",
    level=MUST,
    needs=_NEEDS,
    why="A title in another encoding than was said is unreadable on the other side.",
)
def encoding(t: SenderTrial) -> None:
    prose = "<p>Grüße aus Köln — “naïve”, 日本語, und noch einmal schöne Grüße.</p>"
    _, ping = _pinged(t, prose=prose)
    found = _CHARSET.search(ping.header("Content-Type") or "")
    name = found[1] if found else "utf-8"
    values = b"\n".join(value for _, value in _fields(ping))
    if values.isascii():
        t.not_applicable("the sender tells nothing of the page but ASCII")
    try:
        text = values.decode(name)
    except (UnicodeDecodeError, LookupError) as error:
        t.note(False, f"fields in {name}", str(error), ping)
        return
    told = any(word in text for word in ("Grüße", "Köln", "naïve", "schöne", "日本語"))
    t.note(told, f"the words of the page, in {name}", repr(text[:200]), ping)


@case(
    "trackback.sender.content-length",
    "The length of the body is as announced",
    clauses="TB-2",
    level=MUST,
    basis=IMPLIED,
    needs=_NEEDS,
    why="A ping that is cut has no end of an excerpt, or no url.",
)
def content_length(t: SenderTrial) -> None:
    _, ping = _pinged(t)
    wrong = ping.problem or (f"{len(ping.surplus)} bytes more" if ping.surplus else "")
    t.note(not wrong, "a body of the announced length", wrong or "so it is", ping)


@case(
    "trackback.sender.query",
    "The query of a ping URL stays in the address",
    clauses="TB-1",
    level=SHOULD,
    basis=IMPLIED,
    needs=_NEEDS,
    why="A ping URL has any shape; many tell the post by a parameter.",
)
def query(t: SenderTrial) -> None:
    endpoint = t.endpoint(query="tb_id=5&amp=x")
    t.send(t.page(body=f"<!--\n{rdf(t.address(), endpoint.url)}\n-->"))
    t.pinged(endpoint, "the ping URL is pinged")
    ping = t.ping(endpoint)
    moved = any(name == "tb_id" for name, _ in _fields(ping))
    t.note(ping.query == "tb_id=5&amp=x", "the query tb_id=5&amp=x", ping.query or "none", ping)
    t.note(not moved, "no tb_id among the fields", "it is there" if moved else "none", ping)


@case(
    "trackback.sender.host",
    "The request names host and port",
    clauses="TB-2",
    level=MUST,
    basis=IMPLIED,
    needs=_NEEDS,
    why="HTTP 1.1 wants it, and shared hosts find the blog by it.",
)
def host(t: SenderTrial) -> None:
    _, ping = _pinged(t)
    said = ping.all("Host")
    t.note(said == [urlsplit(t.blog.url).netloc], urlsplit(t.blog.url).netloc, str(said), ping)


@case(
    "trackback.sender.no-referer",
    "A ping has no Referer",
    clauses="SEC-10",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=_NEEDS,
    why="Typecho and old Movable Types take it for a browser's, and drop the ping without a word.",
)
def no_referer(t: SenderTrial) -> None:
    _, ping = _pinged(t)
    t.note(ping.header("Referer") is None, "no Referer", ping.header("Referer") or "none", ping)
