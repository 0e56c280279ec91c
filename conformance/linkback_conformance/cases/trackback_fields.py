"""What a trackback receiver makes of the four fields, and of what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkback_conformance.case import (
    IMPLIED,
    MUST,
    PRACTICE,
    ROBUSTNESS,
    SHOULD,
    case,
)
from linkback_conformance.cases.trackback_pings import (
    NEEDS,
    fields_of,
    kept,
    with_query,
    without,
    word,
)
from linkback_conformance.markup import Reader
from linkback_conformance.page import text_of
from linkback_conformance.trackback import FORM, form
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from linkback_conformance.trial import Trial


@case(
    "trackback.server.url-only",
    "A ping with nothing but url is accepted",
    clauses="TB-5",
    level=MUST,
    needs=NEEDS,
    writes=True,
    why="The other fields are optional; WordPress, Dotclear, PEAR, Roller and Typecho each insist "
    "on one.",
)
def url_only(t: Trial) -> None:
    source = t.source()
    t.accepts(t.trackback([("url", source.url)]), source, "a ping with nothing but url")


@case(
    "trackback.server.optional-fields",
    "Each of the optional fields can be left out",
    clauses="TB-5",
    level=MUST,
    needs=NEEDS,
    writes=True,
    why="WordPress wants a title, Dotclear a blog_name, Typecho an excerpt.",
)
def optional_fields(t: Trial) -> None:
    for name in ("title", "excerpt", "blog_name"):
        source = t.source()
        reply = t.trackback(without(fields_of(source), name))
        t.accepts(reply, source, f"a ping without {name}")


@case(
    "trackback.server.empty-fields",
    "Optional fields that are empty are as good as none",
    clauses="TB-5",
    level=SHOULD,
    basis=IMPLIED,
    needs=NEEDS,
    writes=True,
    why="Senders write all four fields, whatever their blog knows.",
)
def empty_fields(t: Trial) -> None:
    source = t.source()
    reply = t.trackback(fields_of(source, title="", excerpt="", blog_name=""))
    t.accepts(reply, source, "a ping with three empty fields")


@case(
    "trackback.server.unknown-fields",
    "Fields that nobody knows are ignored",
    clauses="TB-12",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    writes=True,
    why="Programs add fields of their own, as they did with `charset`.",
)
def unknown_fields(t: Trial) -> None:
    source = t.source()
    reply = t.trackback([("author", "Somebody"), *fields_of(source), ("tags", "a, b")])
    t.accepts(reply, source, "a ping with two more fields")


@case(
    "trackback.server.default-title",
    "What is shown of a ping without a title has some text to click on",
    clauses="TB-5",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=f"{NEEDS} trackback.server.url-only",
    writes=True,
    why="Geeklog, PEAR and others show a link of no letters.",
)
def default_title(t: Trial) -> None:
    source = t.source()
    t.accepts(t.trackback([("url", source.url)]), source, "a ping with nothing but url")
    links = _Links()
    links.read(text_of(t.get(t.target.page)))
    text = links.found.get(source.url)
    if text is None:
        t.inconclusive("the page does not link to the source, perhaps not yet")
    t.check(bool("".join(text).strip()), "a link with text", "an empty link")


class _Links(Reader):
    """Collects the text of links by address."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._href = dict(attrs).get("href") or ""
            self.found.setdefault(self._href, [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = ""

    def handle_data(self, data: str) -> None:
        if self._href:
            self.found[self._href].append(data)


@case(
    "trackback.server.url-empty",
    "An empty url is a missing one",
    clauses="TB-6",
    level=MUST,
    basis=IMPLIED,
    needs=NEEDS,
    why="Forms send the names of all their fields.",
)
def url_empty(t: Trial) -> None:
    # White space is no address, which is another matter than none at all.
    for url, level in (("", MUST), (" ", SHOULD)):
        reply = t.trackback(fields_of(url))
        refused = reply.outcome is Outcome.REFUSED
        t.check(refused, f"url={url!r} is refused", reply.describe(), level=level)


@case(
    "trackback.server.url-unusable",
    "A url that is no address on the web is refused",
    clauses="TB-5",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs=NEEDS,
    why="WordPress keeps `http://not%20a%20url`, and Movable Type `http://ftp://x`.",
)
def url_unusable(t: Trial) -> None:
    for url in ("not a url", "/a/relative/path", "ftp://blog.test/x", "http://", "mailto:a@b.test"):
        reply = t.trackback(fields_of(url))
        t.check(reply.outcome is Outcome.REFUSED, f"url={url!r} is refused", reply.describe())


@case(
    "trackback.server.decoding-percent",
    "Escapes are decoded once, after the fields are separated",
    clauses="TB-3",
    level=MUST,
    basis=IMPLIED,
    needs=f"{NEEDS} trackback.server.url-only",
    writes=True,
    why="An address with a query is cut at its first ampersand otherwise.",
)
def decoding_percent(t: Trial) -> None:
    source = t.source()
    query = "a=1&b=x%2By%26z"
    body = "url=" + "".join(f"%{byte:02X}" for byte in with_query(source.url, query).encode())
    reply = t.post_form(body.encode(), headers=[("Content-Type", FORM)])
    t.accepts(reply, source, "a ping whose url is escaped throughout")
    for fetch in source.fetches:
        t.check(fetch.query == query, f"a fetch with ?{query}", f"?{fetch.query}")
    if not source.fetches:
        view = kept(t, source)
        t.check(
            None if view is None else query in view,
            f"an address with ?{query} is kept",
            "neither --observe nor the page shows it" if view is None else "it is not",
        )


@case(
    "trackback.server.decoding-plus",
    "A plus is a space, and an escaped plus is a plus",
    clauses="TB-3",
    level=SHOULD,
    basis=IMPLIED,
    needs=NEEDS,
    writes=True,
    why="It is what the content type means, and the one place where it differs from addresses.",
)
def decoding_plus(t: Trial) -> None:
    source = t.source()
    mark = word(t)
    body = form(without(fields_of(source), "title")) + f"&title={mark}+a%2Bb".encode()
    reply = t.post_form(body, headers=[("Content-Type", FORM)])
    t.accepts(reply, source, "a ping with a plus in its title")
    view = kept(t, source)
    t.check(
        None if view is None else f"{mark} a+b" in view,
        f"the title '{mark} a+b'",
        "neither --observe nor the page shows it" if view is None else "it is not to be found",
    )


@case(
    "trackback.server.long-fields",
    "Fields of any length get an answer document",
    clauses="TB-8 TB-10",
    level=MUST,
    basis=IMPLIED,
    needs=NEEDS,
    writes=True,
    slow=True,
    why="The protocol has no limits, and leaves it to servers to crop; Serendipity answers 500, "
    "and so do strict databases.",
)
def long_fields(t: Trial) -> None:
    for name in ("title", "excerpt", "blog_name"):
        reply = t.trackback(fields_of(t.source(), **{name: "long " * 20_000}))
        t.readable(reply, f"{name} of 100 kB", 413)
    reply = t.trackback(fields_of(t.source(), excerpt="words " * 170_000))
    t.readable(reply, "an excerpt of 1 MB", 413)


@case(
    "trackback.server.long-url",
    "A url of any length gets an answer document",
    clauses="TB-8 TB-10",
    level=SHOULD,
    basis=IMPLIED,
    needs=NEEDS,
    why="WordPress cuts addresses at 200 characters and keeps a link that leads nowhere; "
    "Serendipity answers 500.",
)
def long_url(t: Trial) -> None:
    url = t.source("<p>no link</p>").url + "?" + "a" * 20_000
    t.readable(t.trackback(fields_of(url)), "a url of 20 kB")
