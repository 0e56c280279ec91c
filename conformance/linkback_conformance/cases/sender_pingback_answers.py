"""What a server may answer, and some do: no answer costs the sender more than this one ping.

What a sender makes of an answer cannot be seen from outside. What can be is that it comes to its
end, that it does not ask again and again, and that the next link of the page gets its ping.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final

from linkback_conformance.case import PRACTICE, ROBUSTNESS, SHOULD, case
from linkback_conformance.source_site import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkback_conformance.recording_site import Answer
    from linkback_conformance.sender_trial import Endpoint, SenderTrial

_NEEDS: Final = "pingback.sender.pings"
_TRIES: Final = 3
"""Pings to one endpoint, within one run, that still are patience."""


def _answer(
    case_id: str, title: str, why: str, clauses: str = "SEC-9"
) -> Callable[[Callable[[SenderTrial], None]], Callable[[SenderTrial], None]]:
    return case(
        f"pingback.sender.{case_id}",
        title,
        clauses=clauses,
        level=SHOULD,
        basis=PRACTICE,
        area=ROBUSTNESS,
        needs=_NEEDS,
        why=why,
    )


def survives(t: SenderTrial, answers: Mapping[str, Answer]) -> list[Endpoint]:
    """Check that a sender gets over endpoints that answer so, each named by what it does."""
    endpoints = [
        t.endpoint(f"endpoint-{number}", answer=answer)
        for number, answer in enumerate(answers.values(), 1)
    ]
    pages = [t.page(headers=[("X-Pingback", each.url)]) for each in endpoints]
    good, last = t.good_page()
    t.send(*pages, good)
    t.carried_on(last, "after such an answer")
    for what, endpoint in zip(answers, endpoints, strict=True):
        count = len(endpoint.pings)
        t.note(
            0 < count <= _TRIES if count else None,
            f"{what}: at most {_TRIES} pings",
            f"{count} pings",
            *endpoint.pings[_TRIES : _TRIES + 1],
        )
    return endpoints


def xml(content: str, *headers: tuple[str, str], status: int = 200) -> Page:
    """Return an answer of XML-RPC with this in its root."""
    body = f'<?xml version="1.0"?>\n<methodResponse>{content}</methodResponse>\n'
    return Page(status=status, headers=[("Content-Type", "text/xml"), *headers], body=body.encode())


def value(markup: str) -> Page:
    """Return a success that carries this value."""
    return xml(f"<params><param><value>{markup}</value></param></params>")


def _fault(code: int, text: str = "No.") -> Page:
    return xml(
        "<fault><value><struct><member><name>faultCode</name><value><int>"
        f"{code}</int></value></member><member><name>faultString</name><value><string>{text}"
        "</string></value></member></struct></value></fault>"
    )


def _raw(*pieces: bytes) -> Page:
    """Return an answer that is just these bytes, and then the end of the connection."""
    return Page(raw=True, stream=lambda _: pieces)


@_answer(
    "answer-untyped",
    "A success without a type is a success",
    "A value without a type is a string, and some libraries never write one.",
    "XR-T2 SEC-9",
)
def untyped(t: SenderTrial) -> None:
    survives(t, {"a string without a type": value("Registered."), "an empty one": value("")})


@_answer(
    "answer-other-types",
    "A success that is no string is survived",
    "Typecho answers with the number of the comment, and Zinnia with a fault code as a number.",
    "PB-3-6 SEC-9",
)
def other_types(t: SenderTrial) -> None:
    survives(
        t,
        {
            "a number": value("<int>7</int>"),
            "a boolean": value("<boolean>1</boolean>"),
            "nothing": value("<nil/>"),
            "an array": value("<array><data><value>x</value></data></array>"),
            "no value at all": xml("<params></params>"),
        },
    )


@_answer(
    "answer-faults",
    "A fault of whatever code is taken for an answer",
    "WordPress sends 0 and no words for nearly everything.",
    "PB-3-6 SEC-9",
)
def faults(t: SenderTrial) -> None:
    codes = (0, 16, 17, 32, 33, 49, 50, -32700, -32601, 4711)
    survives(t, {f"fault {code}": _fault(code, "" if not code else "No.") for code in codes})


@_answer(
    "answer-registered",
    "A ping that is registered already is done",
    "Nothing will ever come of asking again; WordPress counts it as a success.",
    "PB-A7 SEC-10",
)
def registered(t: SenderTrial) -> None:
    (endpoint,) = survives(t, {"fault 48": _fault(48, "Already registered.")})
    t.blog.wait(lambda: len(endpoint.pings) > 1, t.settings.grace)
    count = len(endpoint.pings)
    t.note(count == 1 if count else None, "one ping", f"{count} pings", *endpoint.pings[1:2])


@_answer(
    "answer-odd-faults",
    "A fault that is no fault of XML-RPC is survived",
    "Those of Serendipity and go-jamming make the client of Python's own library raise TypeError.",
)
def odd_faults(t: SenderTrial) -> None:
    member = "<member><name>{}</name><value>{}</value></member>"
    survives(
        t,
        {
            "a number": xml("<fault><value><i4>0</i4></value></fault>"),
            "names with white space": xml(
                "<fault><value><struct>"
                + member.format("\n faultCode\n ", "<int>0</int>")
                + member.format("\n faultString\n ", "<string>No.</string>")
                + "</struct></value></fault>"
            ),
            "a code of letters": xml(
                "<fault><value><struct>"
                + member.format("faultCode", "<string>no</string>")
                + member.format("faultString", "<int>7</int>")
                + "</struct></value></fault>"
            ),
            "nothing in it": xml("<fault></fault>"),
            "success and fault": xml("<params></params><fault></fault>"),
        },
    )


@_answer(
    "answer-not-xml",
    "An answer that is no XML is survived",
    "Error pages, warnings of PHP before the document, and nothing at all are everyday answers.",
)
def not_xml(t: SenderTrial) -> None:
    page = [("Content-Type", "text/html")]
    typed = [("Content-Type", "text/xml")]
    survives(
        t,
        {
            "an empty body": Page(headers=typed),
            "a page": Page(headers=page, body=b"<html><body><p>Hello.<br></html>"),
            "a document that is cut off": Page(headers=typed, body=b"<?xml version='1.0'?><method"),
            "a warning before it": Page(headers=typed, body=b"<br>Warning\n<?xml version='1.0'?>"),
            "another document": Page(headers=typed, body=b"<rss><channel/></rss>"),
            "any bytes": Page(headers=typed, body=bytes(range(256))),
        },
    )


@_answer(
    "answer-encodings",
    "An answer in no known encoding is survived",
    "A library looks the name up and raises what nobody expects of a parser.",
)
def encodings(t: SenderTrial) -> None:
    def declared(name: str, text: bytes) -> Page:
        start = f'<?xml version="1.0" encoding="{name}"?>'.encode()
        return Page(headers=[("Content-Type", "text/xml")], body=start + text)

    document = b"<methodResponse><params><param><value>x</value></param></params></methodResponse>"
    survives(
        t,
        {
            "a name that nobody knows": declared("nonsense", document),
            "a name of another kind": declared("idna", document),
            "bytes that are not what is declared": declared("utf-8", b"<a>\xff\xfe</a>"),
            "an unknown charset": Page(
                headers=[("Content-Type", 'text/xml; charset="a b"')], body=document
            ),
        },
    )


@_answer(
    "answer-statuses",
    "Errors of HTTP are survived",
    "Endpoints disappear, and pages go on naming them.",
)
def statuses(t: SenderTrial) -> None:
    known = (204, 400, 401, 403, 404, 405, 410, 429, 500, 503, 999)
    page = [("Content-Type", "text/html")]
    survives(t, {f"HTTP {each}": Page(status=each, headers=page, body=b"No.") for each in known})


@_answer(
    "answer-redirects",
    "Redirects that turn a POST into something else are survived",
    "Sites that moved to https forget their endpoint.",
    "PB-A1 SEC-9",
)
def redirects(t: SenderTrial) -> None:
    there = t.endpoint("moved").url

    def to(status: int, *location: str) -> Page:
        return Page(status=status, headers=[("Location", each) for each in location])

    survives(
        t,
        {
            "301": to(301, there),
            "302": to(302, there),
            "303": to(303, there),
            "no address": to(302),
            "an address that is none": to(302, "http://["),
            "itself": Page(status=307, headers=[("Location", "endpoint-6")]),
        },
    )


@_answer(
    "answer-redirect-kept",
    "A redirect that keeps the method is followed by the same call, or not at all",
    "Followed by a GET, or without the body, nothing but noise arrives.",
    "PB-A1 PB-2.3-5",
)
def redirect_kept(t: SenderTrial) -> None:
    there = {status: t.endpoint(f"moved-{status}") for status in (307, 308)}
    moved = survives(
        t,
        {
            f"HTTP {status}": Page(status=status, headers=[("Location", each.url)])
            for status, each in there.items()
        },
    )
    for (status, endpoint), first in zip(there.items(), moved, strict=True):
        came = endpoint.requests
        body = first.pings[0].body if first.pings else b""
        same = all(each.method == "POST" and each.body == body for each in came)
        t.note(
            same,
            f"HTTP {status}: the same call again, or nothing",
            came[0].line() + f" with {len(came[0].body)} bytes" if came else "nothing",
            *came[:1],
        )


@_answer(
    "answer-broken-http",
    "An answer that is not HTTP, or not whole, is survived",
    "Servers fall over in the middle of an answer.",
)
def broken_http(t: SenderTrial) -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
    survives(
        t,
        {
            "nothing at all": _raw(),
            "another protocol": _raw(b"SSH-2.0-none\r\n"),
            "half a head": _raw(b"HTTP/1.1 200 OK\r\nConte"),
            "less than announced": _raw(start + b"Content-Length: 500\r\n\r\n<methodResponse>"),
            "a length that is none": _raw(start + b"Content-Length: -7\r\n\r\n<methodResponse/>"),
            "chunks that are none": _raw(start + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<a/>"),
            "packed, and is not": Page(
                headers=[("Content-Type", "text/xml"), ("Content-Encoding", "gzip")], body=b"<a/>"
            ),
        },
    )


@_answer(
    "answer-nobody",
    "An endpoint at which nobody listens is survived",
    "Hosts go away for good.",
)
def nobody(t: SenderTrial) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    page = t.page(headers=[("X-Pingback", f"http://127.0.0.1:{port}/gone")])
    good, last = t.good_page()
    t.send(page, good)
    t.carried_on(last, "after a server that is gone")
    t.met(page, "the page whose server is gone")


@_answer(
    "endpoint-unusable",
    "A header that holds no usable address is survived",
    "What stands in a page is whatever its author typed.",
    "PB-A2 SEC-9",
)
def unusable(t: SenderTrial) -> None:
    values = (
        "",
        "http://",
        "http://[",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:x/",
        "http://.../",
        "javascript:alert(1)",
        "mailto:nobody@blog.example",
        "//",
        "xmlrpc",
        "caf\xe9",
        "http://127.0.0.1/" + "a" * 20_000,
    )
    pages = [t.page(headers=[("X-Pingback", each)]) for each in values]
    good, last = t.good_page()
    t.send(*pages, good)
    t.carried_on(last, "after headers that hold no usable address")
    for page in pages:
        t.met(page, "a page with such a header")
