"""The call itself: its headers, its XML, and the two addresses in it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkback_conformance.addresses import is_absolute
from linkback_conformance.case import IMPLIED, MUST, SHOULD, case
from linkback_conformance.xmlrpc import PING

if TYPE_CHECKING:
    from linkback_conformance.calls import Call
    from linkback_conformance.received import Request
    from linkback_conformance.sender_trial import SenderTrial

_NEEDS = "pingback.sender.pings"
_READABLE = "pingback.sender.request-well-formed"


def _plain(t: SenderTrial) -> Request:
    """Return the ping for the plainest page."""
    page, endpoint = t.good_page("endpoint")
    t.send(page)
    return t.ping(endpoint)


def _called(t: SenderTrial) -> Call:
    page, endpoint = t.good_page("endpoint")
    t.send(page)
    return t.call(endpoint)


def _departs(t: SenderTrial, call: Call, expected: str, *clauses: str) -> None:
    """Check that a call departs from none of these clauses."""
    found = call.departures(*clauses)
    t.note(not found, expected, "; ".join(found) or "it is so", call.request)


@case(
    "pingback.sender.request-post",
    "A call is a POST",
    clauses="XR-H1",
    level=MUST,
    needs=_NEEDS,
    why="Nothing else carries a body that every server reads.",
)
def request_post(t: SenderTrial) -> None:
    page, endpoint = t.good_page("endpoint")
    t.send(page)
    t.wait(lambda: endpoint.requests)
    carrying = [each for each in endpoint.requests if each.body or each.method == "POST"]
    if not carrying:
        t.inconclusive(f"no call came that could be looked at: {t.seen()}")
    t.note(carrying[0].method == "POST", "a POST", carrying[0].line(), carrying[0])


@case(
    "pingback.sender.request-host",
    "A call names the host",
    clauses="XR-H3",
    level=MUST,
    needs=_NEEDS,
    why="Most servers serve many sites, and send whoever asks for none of them to any.",
)
def request_host(t: SenderTrial) -> None:
    ping = _plain(t)
    hosts = ping.all("Host")
    wanted = urlsplit(t.blog.url).netloc
    t.note(hosts == [wanted], f"one header Host: {wanted}", str(hosts), ping)


@case(
    "pingback.sender.request-user-agent",
    "A call names its sender",
    clauses="XR-H3",
    level=MUST,
    needs=_NEEDS,
    why="Some firewalls refuse whoever has no name.",
)
def request_user_agent(t: SenderTrial) -> None:
    ping = _plain(t)
    name = ping.header("User-Agent")
    t.note(bool(name), "a User-Agent", name or "no User-Agent, or an empty one", ping)


@case(
    "pingback.sender.request-content-type",
    "A call is of the type text/xml",
    clauses="XR-H4",
    level=MUST,
    needs=_NEEDS,
    why="Serendipity sends text/html, and is refused by servers that look at it.",
)
def request_content_type(t: SenderTrial) -> None:
    ping = _plain(t)
    types = ping.all("Content-Type")
    t.note(
        len(types) == 1 and ping.media_type == "text/xml",
        "one Content-Type of text/xml, with a charset or without",
        str(types),
        ping,
    )


@case(
    "pingback.sender.request-length",
    "A call says how long it is, and is so",
    clauses="XR-H5",
    level=MUST,
    needs=_NEEDS,
    why="WSGI and CGI hand on as much as was announced; a chunked call is an empty one to many.",
)
def request_length(t: SenderTrial) -> None:
    _sized(t, _plain(t))


def _sized(t: SenderTrial, ping: Request) -> None:
    lengths = ping.all("Content-Length")
    t.note(
        len(lengths) == 1 and lengths[0] == str(len(ping.body)) and not ping.surplus,
        "one Content-Length, which is the number of bytes of the body",
        f"Content-Length {lengths}, {len(ping.body)} bytes"
        + (f", and {len(ping.surplus)} more" if ping.surplus else "")
        + (f"; {ping.problem}" if ping.problem else ""),
        ping,
    )


@case(
    "pingback.sender.request-length-in-bytes",
    "A call with letters beyond ASCII says how many bytes it has, and is readable",
    clauses="XR-H5 XR-T5",
    level=MUST,
    basis=IMPLIED,
    needs=_READABLE,
    why="Counted in characters, the end of the call is cut off.",
)
def request_length_in_bytes(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    page = t.page(headers=[("X-Pingback", endpoint.url)], query="q=caf\u00e9")
    t.send(page)
    if not t.wait(lambda: endpoint.pings):
        t.not_applicable("the sender pings no address with letters beyond ASCII")
    call = t.call(endpoint)
    _sized(t, call.request)
    _departs(t, call, "well-formed XML, in the encoding that it declares", "XR-P1")


@case(
    "pingback.sender.request-well-formed",
    "A call is well-formed XML, and one call",
    clauses="XR-P1",
    level=MUST,
    needs=_NEEDS,
    why="Nobody can read anything else.",
)
def request_well_formed(t: SenderTrial) -> None:
    _departs(t, _called(t), "one <methodCall> with one <methodName>", "XR-P1")


@case(
    "pingback.sender.request-method-name",
    "The method is pingback.ping",
    clauses="PB-3-1 PB-4-1 XR-P2",
    level=MUST,
    needs=_READABLE,
    why="Names of methods are compared letter by letter.",
)
def request_method_name(t: SenderTrial) -> None:
    call = _called(t)
    t.note(call.method == PING, f"the method {PING}", repr(call.method), call.request)


@case(
    "pingback.sender.request-params",
    "Parameters are values in `<param>` in `<params>`",
    clauses="XR-P3",
    level=MUST,
    needs=_READABLE,
    why="Servers that look for just that find nothing else.",
)
def request_params(t: SenderTrial) -> None:
    call = _called(t)
    _departs(t, call, "one <params> of <param> elements with one <value> each", "XR-P3")


@case(
    "pingback.sender.request-two-parameters",
    "A call has two parameters",
    clauses="PB-3-1 PB-4-1",
    level=MUST,
    needs=_READABLE,
    why="Geeklog has seen both addresses in one array, and a third parameter gets a fault.",
)
def request_two_parameters(t: SenderTrial) -> None:
    call = _called(t)
    count = len(call.strings)
    t.note(count == 2, "two parameters", f"{count}: {', '.join(call.types)}", call.request)


@case(
    "pingback.sender.request-strings",
    "Both parameters are strings",
    clauses="PB-3-2 PB-4-1 XR-T2",
    level=MUST,
    needs="pingback.sender.request-two-parameters",
    why="A value without a type is one, too; arrays and base64 are not.",
)
def request_strings(t: SenderTrial) -> None:
    call = _called(t)
    t.note(call.types == ("string", "string"), "two strings", ", ".join(call.types), call.request)


@case(
    "pingback.sender.request-source",
    "The first parameter is the address of the page that links",
    clauses="PB-3-1 PB-3-2 PB-4-1",
    level=MUST,
    needs="pingback.sender.request-strings",
    why="The receiver fetches it to look for the link.",
)
def request_source(t: SenderTrial) -> None:
    call = _called(t)
    found = call.strings[0] if call.strings else ""
    if t.source:
        t.note(found == t.source, f"the source {t.source}", found or "nothing", call.request)
    else:
        t.note(is_absolute(found), "the absolute address of your page", repr(found), call.request)


@case(
    "pingback.sender.request-target",
    "The second parameter is the address that is linked to",
    clauses="PB-3-1 PB-3-2 PB-4-1",
    level=MUST,
    needs="pingback.sender.request-strings",
    why="The receiver looks for it among its pages, and in the source.",
)
def request_target(t: SenderTrial) -> None:
    page, endpoint = t.good_page("endpoint")
    t.send(page)
    call = t.call(endpoint)
    found = call.strings[1] if len(call.strings) > 1 else "nothing"
    t.note(found == page.url, f"the target {page.url}", found, call.request)


@case(
    "pingback.sender.request-fragment",
    "The fragment of the link is part of the target",
    clauses="PB-3-2 PB-4-1",
    level=SHOULD,
    needs="pingback.sender.request-target",
    why="It tells which of the entries of a page is meant, as in the example of the text.",
)
def request_fragment(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    page = t.page(headers=[("X-Pingback", endpoint.url)], fragment="p123")
    t.send(page)
    call = t.call(endpoint)
    found = call.strings[1] if len(call.strings) > 1 else "nothing"
    t.note(found == page.url, f"the target {page.url}", found, call.request)


@case(
    "pingback.sender.request-ampersand",
    "An ampersand in an address is escaped, once",
    clauses="XR-T5 PB-3-2",
    level=MUST,
    needs="pingback.sender.request-target",
    why="Serendipity writes it bare, which no XML parser reads; twice escaped, it is another "
    "address.",
)
def request_ampersand(t: SenderTrial) -> None:
    endpoint = t.endpoint()
    page = t.page(headers=[("X-Pingback", endpoint.url)], query="p=7&lang=en")
    t.send(page, query="from=1&to=2")
    t.pinged(endpoint, "a page with an ampersand in its address is pinged")
    call = t.call(endpoint)
    wanted = (t.source or (call.strings or ("",))[0], page.url)
    told = ", ".join(call.strings) or "; ".join(each.text for each in call.problems)
    t.note(call.strings == wanted, f"the parameters {', '.join(wanted)}", told, call.request)
