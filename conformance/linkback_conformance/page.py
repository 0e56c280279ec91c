"""What a target page says about its endpoints: the letter of the specification, and what is meant.

Built on `html.parser` and regular expressions that the pingback specification itself prescribes; a
document of the target is at most `wire.MAX_BODY` long, and reading it takes time in proportion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from linkback_conformance.addresses import joined
from linkback_conformance.charsets import codec
from linkback_conformance.markup import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkback_conformance.wire import Response

STRICT_LINK: Final = re.compile(r'<link rel="pingback" href="([^"]+)" ?/?>')
"""PB-2.3-3: the pattern of the specification."""
EXACT_FORMS: Final = ('<link rel="pingback" href="{}">', '<link rel="pingback" href="{}" />')
"""PB-2.2-2: what a page may write; the pattern lets a little more through."""

_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_TRACKBACK: Final = "{http://madskills.com/public/xml/rss/module/trackback/}"
_RDF_START: Final = "<rdf:RDF"
_RDF_END: Final = "</rdf:RDF>"


@dataclass(frozen=True, slots=True)
class RdfBlock:
    """A trackback block of a page; fields are empty where the block does not have them."""

    markup: str
    about: str = ""
    identifier: str = ""
    title: str = ""
    ping: str = ""
    problem: str = ""
    """Why the block cannot be read; empty where it can."""


def expand(text: str) -> str:
    """Replace the four entities of PB-2.3-4, once each."""
    named = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}
    return re.sub(r"&(amp|lt|gt|quot);", lambda found: named[found[1]], text)


def pingback_headers(response: Response) -> list[str]:
    """Return the value of every X-Pingback header."""
    return response.all("X-Pingback")


def pingback_links(response: Response) -> list[re.Match[str]]:
    """Return every match of the pattern of the specification in the body."""
    return list(STRICT_LINK.finditer(text_of(response)))


def rdf_blocks(response: Response) -> list[RdfBlock]:
    """Return the trackback blocks of a page, inside comments and outside."""
    text = text_of(response)
    return [_read_block(text[start:end]) for start, end in rdf_spans(text)]


def rdf_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each block begins and ends; one that does not end is none."""
    end = 0
    while (start := text.find(_RDF_START, end)) >= 0:
        found = text.find(_RDF_END, start)
        if found < 0:
            return
        end = found + len(_RDF_END)
        yield start, end


def _read_block(markup: str) -> RdfBlock:
    try:
        root = fromstring(markup, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        return RdfBlock(markup, problem=str(error))
    description = root.find(f"{_RDF}Description")
    if description is None:
        return RdfBlock(markup, problem="there is no rdf:Description")
    return RdfBlock(
        markup,
        about=_property(description, f"{_RDF}about"),
        identifier=_property(description, f"{_DC}identifier"),
        title=_property(description, f"{_DC}title"),
        ping=_property(description, f"{_TRACKBACK}ping"),
    )


def _property(description: Element, name: str) -> str:
    # RDF allows a property as an attribute and as an element.
    return (description.get(name) or description.findtext(name) or "").strip()


def text_of(response: Response) -> str:
    """Return the body as text; markup is ASCII, so a wrong guess of the charset does no harm."""
    return response.body.decode(codec(response.charset or "utf-8") or "utf-8", "replace")


def loose_endpoints(response: Response, base: str) -> dict[str, str]:
    """Return the endpoints that a lenient reader finds, by ``rel``: pingback and trackback."""
    parser = _LinkParser()
    parser.read(text_of(response))
    found = {rel: joined(base, href) for rel, href in parser.found.items()}
    return {rel: url for rel, url in found.items() if url}


class _LinkParser(Reader):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        href = values.get("href")
        if tag in {"link", "a"} and href:
            for rel in (values.get("rel") or "").lower().split():
                if rel in {"pingback", "trackback"}:
                    self.found.setdefault(rel, href)
