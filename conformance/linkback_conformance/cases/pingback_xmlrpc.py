"""Calls in every form that XML-RPC and XML allow: a pingback server has to understand them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from linkback_conformance import xmlrpc
from linkback_conformance.case import (
    IMPLIED,
    MUST,
    PRACTICE,
    ROBUSTNESS,
    SHOULD,
    case,
)
from linkback_conformance.xmlrpc import Outcome

if TYPE_CHECKING:
    from linkback_conformance.trial import Trial


def _typed(t: Trial, url: str) -> str:
    """Return a call with typed values, in which a page of the suite pings the target."""
    return xmlrpc.call(xmlrpc.PING, url, t.target.page).decode()


@case(
    "pingback.server.xmlrpc-untyped",
    "A value without a type is a string",
    clauses="XR-T2",
    level=MUST,
    needs="pingback.server.accepts",
    writes=True,
    why="Serendipity, go-jamming and mention-client's server half look for <string> only.",
)
def untyped(t: Trial) -> None:
    source = t.source()
    body = xmlrpc.envelope(xmlrpc.PING, escape(source.url), escape(t.target.page))
    t.accepts(t.post_xml(body), source, "a ping with untyped values")


@case(
    "pingback.server.xmlrpc-whitespace",
    "White space between the elements means nothing",
    clauses="XR-P1 XR-P3",
    level=MUST,
    basis=IMPLIED,
    needs="pingback.server.accepts",
    writes=True,
    why="Every example in the specification is indented; regular expressions forget it.",
)
def whitespace(t: Trial) -> None:
    source = t.source()
    body = _typed(t, source.url).replace("><", ">\r\n\t  <").encode()
    t.accepts(t.post_xml(body), source, "a ping that is indented")


@case(
    "pingback.server.xmlrpc-comments",
    "Comments and processing instructions mean nothing",
    clauses="XR-P1",
    level=SHOULD,
    basis=IMPLIED,
    needs="pingback.server.accepts",
    writes=True,
    why="An XML-RPC call is XML; only a parser of its own would stumble.",
)
def comments(t: Trial) -> None:
    source = t.source()
    body = _typed(t, source.url).replace("<params>", "<?x y?><!-- a > b --><params>").encode()
    t.accepts(t.post_xml(body), source, "a ping with a comment in it")


@case(
    "pingback.server.xmlrpc-cdata",
    "A string may be written as CDATA",
    clauses="XR-T5",
    level=MUST,
    basis=IMPLIED,
    needs="pingback.server.accepts",
    writes=True,
    why="Some clients write addresses so; Serendipity's regular expression takes the brackets "
    "along.",
)
def cdata(t: Trial) -> None:
    source = t.source()
    values = (f"<string><![CDATA[{url}]]></string>" for url in (source.url, t.target.page))
    t.accepts(t.post_xml(xmlrpc.envelope(xmlrpc.PING, *values)), source, "a ping with CDATA")


@case(
    "pingback.server.xmlrpc-character-references",
    "Character references are read",
    clauses="XR-T5",
    level=MUST,
    basis=IMPLIED,
    needs="pingback.server.accepts",
    writes=True,
    why="Clients that escape more than they must write them.",
)
def character_references(t: Trial) -> None:
    source = t.source()
    urls = (url.replace("/", "&#x2F;").replace(":", "&#58;") for url in (source.url, t.target.page))
    values = (f"<string>{url}</string>" for url in urls)
    t.accepts(
        t.post_xml(xmlrpc.envelope(xmlrpc.PING, *values)),
        source,
        "a ping with character references",
    )


@case(
    "pingback.server.xmlrpc-ampersand",
    "An ampersand in an address is unescaped once",
    clauses="XR-T5",
    level=MUST,
    basis=IMPLIED,
    needs="pingback.server.accepts pingback.server.no-link",
    writes=True,
    why="Serendipity hands on `&amp;` as it stands, so that another page is asked for.",
)
def ampersand(t: Trial) -> None:
    source = t.source()
    url = f"{source.url}?a=1&b=2&amp;c=3"
    reply = t.ping(url)
    t.accepts(reply, source, f"a ping from {url}")
    asked = [fetch.query for fetch in source.fetches]
    t.check(
        "a=1&b=2&amp;c=3" in asked,
        "the source is asked for with the query a=1&b=2&amp;c=3",
        f"it was asked for with {asked}",
    )


@case(
    "pingback.server.xmlrpc-no-declaration",
    "A call without an XML declaration is read",
    clauses="XR-P1",
    level=MUST,
    basis=IMPLIED,
    needs="pingback.server.accepts",
    writes=True,
    why="The declaration is optional in XML 1.0; PEAR tells its protocols apart by it.",
)
def no_declaration(t: Trial) -> None:
    source = t.source()
    body = _typed(t, source.url).partition("?>")[2].encode()
    t.accepts(t.post_xml(body), source, "a ping without a declaration")


@case(
    "pingback.server.xmlrpc-bom",
    "A byte order mark before the call is no error",
    clauses="XR-P1",
    level=SHOULD,
    basis=IMPLIED,
    needs="pingback.server.accepts",
    writes=True,
    why="XML allows it and editors write it; WordPress answers that the XML is not well-formed.",
)
def byte_order_mark(t: Trial) -> None:
    source = t.source()
    body = b"\xef\xbb\xbf" + _typed(t, source.url).encode()
    t.accepts(t.post_xml(body), source, "a ping after a byte order mark")


@case(
    "pingback.server.xmlrpc-utf-16",
    "A call in UTF-16 is read",
    clauses="XR-P1",
    level=SHOULD,
    basis=IMPLIED,
    needs="pingback.server.accepts",
    writes=True,
    why="Every XML processor has to read it.",
)
def utf_16(t: Trial) -> None:
    source = t.source()
    text = _typed(t, source.url).replace('version="1.0"', 'version="1.0" encoding="utf-16"')
    t.accepts(t.post_xml(text.encode("utf-16")), source, "a ping in UTF-16")


@case(
    "pingback.server.xmlrpc-latin-1",
    "A call in ISO-8859-1 that says so is read",
    clauses="XR-P1",
    level=SHOULD,
    basis=IMPLIED,
    needs="pingback.server.accepts pingback.server.no-link",
    writes=True,
    why="Old blogs write their calls in their own encoding.",
)
def latin_1(t: Trial) -> None:
    source = t.source()
    text = _typed(t, f"{source.url}?caf\u00e9=%C3%A9")
    text = text.replace('version="1.0"', 'version="1.0" encoding="iso-8859-1"')
    t.accepts(t.post_xml(text.encode("iso-8859-1")), source, "a ping in ISO-8859-1")


@case(
    "pingback.server.xmlrpc-content-type-charset",
    "A charset beside text/xml changes nothing",
    clauses="XR-H4",
    level=SHOULD,
    basis=IMPLIED,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    writes=True,
    why="Serendipity compares the whole header, and shows an empty page.",
)
def content_type_charset(t: Trial) -> None:
    source = t.source()
    body = _typed(t, source.url).encode()
    reply = t.post_xml(body, content_type="text/xml; charset=utf-8")
    t.accepts(reply, source, "a ping as text/xml; charset=utf-8")


@case(
    "pingback.server.xmlrpc-content-type-other",
    "A call with another content type, or none, is read all the same",
    clauses="XR-H4",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    writes=True,
    why="Serendipity sends its pings as text/html, others as application/xml; Oddmuse refuses.",
)
def content_type_other(t: Trial) -> None:
    for content_type in ("application/xml", "text/html", ""):
        source = t.source()
        reply = t.post_xml(_typed(t, source.url).encode(), content_type=content_type)
        what = f"a ping as {content_type}" if content_type else "a ping without a content type"
        t.accepts(reply, source, what)


@case(
    "pingback.server.xmlrpc-no-user-agent",
    "A call without a User-Agent is read",
    clauses="XR-H3",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    writes=True,
    why="The text asks clients for it, not servers to insist.",
)
def no_user_agent(t: Trial) -> None:
    source = t.source()
    reply = t.post_xml(_typed(t, source.url).encode(), user_agent=False)
    t.accepts(reply, source, "a ping without a User-Agent")


@case(
    "pingback.server.xmlrpc-chunked",
    "A call without a length, in chunks, gets an answer",
    clauses="PB-4-2 XR-H5",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    why="Clients must send a length, and some send chunks; a server that waits for more hangs.",
)
def chunked(t: Trial) -> None:
    source = t.source("<p>no link</p>")
    body = _typed(t, source.url).encode()
    reply = t.post_xml(
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), headers=[("Transfer-Encoding", "chunked")]
    )
    response = reply.exchange.response
    refused = response is not None and response.status in {400, 411, 501}
    t.check(
        reply.outcome in {Outcome.ACCEPTED, Outcome.REFUSED} or refused,
        "a string, a fault, or HTTP 400, 411 or 501",
        reply.describe(),
    )
