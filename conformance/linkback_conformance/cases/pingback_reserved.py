"""Methods beside `pingback.ping`: introspection, several calls at once, and the list of pings.

None of them is required. What is offered has to work.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkback_conformance import xmlrpc
from linkback_conformance.case import (
    MAY,
    MUST,
    PRACTICE,
    ROBUSTNESS,
    SECURITY,
    SHOULD,
    case,
)
from linkback_conformance.xmlrpc import Outcome, Reply

if TYPE_CHECKING:
    from linkback_conformance.trial import Source, Trial

_INNER = (
    "<value><struct>"
    "<member><name>methodName</name><value><string>{method}</string></value></member>"
    "<member><name>params</name><value><array><data>{params}</data></array></value></member>"
    "</struct></value>"
)


def _strings(value: object) -> list[str] | None:
    """Return a list of strings, or nothing where it is something else."""
    if not isinstance(value, list):
        return None
    return value if all(isinstance(each, str) for each in value) else None


def _offered(t: Trial, reply: Reply, method: str) -> None:
    """Check that a method exists; where it does not, the case is not applicable."""
    missing = reply.outcome is Outcome.REFUSED and reply.code in {-32601, 0}
    if missing:
        t.not_applicable(f"{method} is not offered: {reply.describe()}")


def _inner(method: str, *params: str) -> str:
    values = "".join(f"<value><string>{param}</string></value>" for param in params)
    return _INNER.format(method=method, params=values)


def _multicall(t: Trial, *calls: str) -> Reply:
    array = f"<array><data>{''.join(calls)}</data></array>"
    return t.post_xml(xmlrpc.envelope("system.multicall", array))


@case(
    "pingback.server.list-methods",
    "system.listMethods names pingback.ping",
    clauses="IN-1",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    why="It is how a person finds out what an endpoint is.",
)
def list_methods(t: Trial) -> None:
    reply = t.call("system.listMethods")
    _offered(t, reply, "system.listMethods")
    methods = _strings(reply.value) or []
    t.check(
        xmlrpc.PING in methods,
        "an array of strings with pingback.ping in it",
        reply.describe(),
        about=reply.exchange,
    )


@case(
    "pingback.server.method-signature",
    "system.methodSignature tells that pingback.ping takes two strings and gives one",
    clauses="IN-2",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    why="Clients that build their calls from it send what it says.",
)
def method_signature(t: Trial) -> None:
    reply = t.call("system.methodSignature", xmlrpc.PING)
    _offered(t, reply, "system.methodSignature")
    found = isinstance(reply.value, list) and ["string", "string", "string"] in reply.value
    t.check(found, "[[string, string, string]]", reply.describe(), about=reply.exchange)


@case(
    "pingback.server.method-help",
    "system.methodHelp gives a string",
    clauses="IN-3",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    why="It is one of the three that introspection consists of.",
)
def method_help(t: Trial) -> None:
    reply = t.call("system.methodHelp", xmlrpc.PING)
    _offered(t, reply, "system.methodHelp")
    t.check(reply.value_type == "string", "a string", reply.describe(), about=reply.exchange)


@case(
    "pingback.server.capabilities",
    "system.getCapabilities gives a struct of specUrl and specVersion by name",
    clauses="IN-4 FC-4",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    why="faults_interop in it promises the codes of FC.",
)
def capabilities(t: Trial) -> None:
    reply = t.call("system.getCapabilities")
    _offered(t, reply, "system.getCapabilities")
    entries = reply.value.values() if isinstance(reply.value, dict) else [None]
    fits = all(
        isinstance(entry, dict)
        and isinstance(entry.get("specUrl"), str)
        and isinstance(entry.get("specVersion"), int)
        for entry in entries
    )
    t.check(fits, "structs of a string and an int, by name", reply.describe(), about=reply.exchange)


@case(
    "pingback.server.multicall",
    "system.multicall answers every call in it by itself",
    clauses="IN-5",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    why="The answers are arrays of one, or faults; some servers give up at the first fault.",
)
def multicall(t: Trial) -> None:
    reply = _multicall(
        t,
        _inner("linkback.conformance.noSuchMethod"),
        _inner(xmlrpc.PING, "no address", "no address"),
    )
    _offered(t, reply, "system.multicall")
    answers = reply.value if isinstance(reply.value, list) else []
    fits = len(answers) == 2 and all(
        isinstance(each, dict) and {"faultCode", "faultString"} <= set(each) for each in answers
    )
    t.check(fits, "an array of two fault structs", reply.describe(), about=reply.exchange)


@case(
    "pingback.server.multicall-recursion",
    "system.multicall does not call itself",
    clauses="IN-5",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs="pingback.server.multicall",
    why="Nested in itself it multiplies work from a small body.",
)
def multicall_recursion(t: Trial) -> None:
    inner = f"<array><data>{_inner('linkback.conformance.noSuchMethod')}</data></array>"
    nested = _INNER.format(method="system.multicall", params=f"<value>{inner}</value>")
    reply = _multicall(t, nested)
    answers = reply.value if isinstance(reply.value, list) else []
    refused = reply.outcome is Outcome.REFUSED or (
        len(answers) == 1 and isinstance(answers[0], dict) and "faultCode" in answers[0]
    )
    t.check(
        refused,
        "a fault, for the call or for the inner one",
        reply.describe(),
        about=reply.exchange,
    )


@case(
    "pingback.server.multicall-flood",
    "A thousand pings in one multicall are not a thousand fetches",
    clauses="IN-5 SEC-2",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs="pingback.server.accepts pingback.server.multicall",
    alone=True,
    slow=True,
    why="One small request would turn the server into a flood against somebody else.",
)
def multicall_flood(t: Trial) -> None:
    source = t.source("<p>no link</p>")
    calls = [_inner(xmlrpc.PING, f"{source.url}?{n}", t.target.page) for n in range(1000)]
    reply = _multicall(t, *calls)
    t.check(reply.understood, "an answer", reply.describe(), about=reply.exchange)
    fetched = len(source.fetches)
    t.check(fetched <= 200, "no more than 200 fetches", f"{fetched} fetches")


@case(
    "pingback.server.getpingbacks",
    "pingback.extensions.getPingbacks gives an array of strings",
    clauses="GP-1 GP-3",
    level=MAY,
    basis=PRACTICE,
    area=ROBUSTNESS,
    why="It is how other sites show who linked to a page.",
)
def getpingbacks(t: Trial) -> None:
    reply = t.call(xmlrpc.GET_PINGBACKS, t.target.page)
    _offered(t, reply, xmlrpc.GET_PINGBACKS)
    t.check(
        _strings(reply.value) is not None,
        "an array of strings",
        reply.describe(),
        about=reply.exchange,
    )


@case(
    "pingback.server.getpingbacks-published",
    "It lists a ping that is published",
    clauses="GP-1 GP-2",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.accepts pingback.server.getpingbacks",
    writes=True,
    why="A list that leaves out what the page shows is of no use.",
)
def getpingbacks_published(t: Trial) -> None:
    source = t.source()
    t.accepts(t.ping(source), source, "a good ping")
    if (
        source.url not in t.get(t.target.page).text
        and source.token not in t.get(t.target.page).text
    ):
        t.not_applicable("the page does not show the ping, so it is not published, or not there")
    listed = _strings(t.call(xmlrpc.GET_PINGBACKS, t.target.page).value) or []
    t.check(source.url in listed, f"a list with {source.url} in it", f"{len(listed)} others")


@case(
    "pingback.server.getpingbacks-pending",
    "It does not list a ping that is held for moderation",
    clauses="GP-4",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.accepts pingback.server.getpingbacks",
    writes=True,
    why="WordPress lists every ping, so that spam is published before the owner has seen it.",
)
def getpingbacks_pending(t: Trial) -> None:
    source = t.source()
    t.accepts(t.ping(source), source, "a good ping")
    status = _owner_status(t, source)
    listed = _strings(t.call(xmlrpc.GET_PINGBACKS, t.target.page).value)
    if status not in _HELD:
        t.check(listed is not None, "an array of strings", f"the ping is {status}")
        return
    t.check(
        listed is not None and source.url not in listed,
        "a list without it",
        f"a list of {len(listed or ())}, with a ping that is {status}",
    )


_HELD = frozenset({"pending", "held", "hold", "unapproved", "0", "spam", "trash"})


def _owner_status(t: Trial, source: Source) -> str:
    """Return what the owner's view, a JSON list, calls the state of a ping."""
    try:
        entries = json.loads(t.owner_view_raw())
        return next(str(entry["status"]) for entry in entries if source.url in entry.values())
    except (ValueError, TypeError, KeyError, AttributeError, StopIteration, RecursionError):
        t.inconclusive("the owner's view is no JSON list of objects with a status")


@case(
    "pingback.server.getpingbacks-unknown",
    "For a page that does not exist it gives a fault",
    clauses="GP-2",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.getpingbacks",
    why="An empty list would say that nobody linked to it.",
)
def getpingbacks_unknown(t: Trial) -> None:
    reply = t.call(xmlrpc.GET_PINGBACKS, t.target.missing)
    t.fault(reply, "a page that does not exist", 32, 33, 0)
    foreign = t.call(xmlrpc.GET_PINGBACKS, "http://another.test/")
    t.fault(foreign, "another site's page", 32, 33, 49, 0)
