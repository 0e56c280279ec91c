"""Which targets a pingback server takes pings for, and what it says of the others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkback_conformance import xmlrpc
from linkback_conformance.case import (
    MUST,
    PRACTICE,
    ROBUSTNESS,
    SECURITY,
    SHOULD,
    STATED,
    case,
)
from linkback_conformance.xmlrpc import Outcome, Reply

if TYPE_CHECKING:
    from linkback_conformance.trial import Trial

_OTHER_CODES = frozenset(xmlrpc.KNOWN_CODES) - {32}


def _code(t: Trial, reply: Reply, what: str, *codes: int) -> None:
    """Check the code of a refusal; a target that does not refuse has no code to look at.

    The text says that the fitting code "should" be used, and that 32 must not be used for what
    exists: any other code that has a meaning is a broken SHOULD, and a wrong 32 a broken MUST.
    """
    if reply.outcome is Outcome.ACCEPTED:
        t.not_applicable(f"{what} is not refused, and need not be")
    t.fault(reply, what, *codes, tolerated=_OTHER_CODES)


def _existing(t: Trial, name: str, option: str) -> str:
    """Return the address of a page, or end the case where there is none after all."""
    url = t.require(name, option)
    response = t.answered(t.request("GET", url))
    if response.status >= 400:
        t.not_applicable(f"{url} answers {response.status}: {option} names a page that exists")
    return url


@case(
    "pingback.server.target-missing",
    "A ping for a page that does not exist is refused",
    clauses="PB-3-9 PB-5-1",
    level=SHOULD,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    why="The specification recommends it; what is stored for no page is never seen by anybody.",
)
def target_missing(t: Trial) -> None:
    source = t.source(t.link(t.target.missing))
    t.refuses(t.ping(source, t.target.missing), source, "a ping for a page that does not exist")


@case(
    "pingback.server.target-missing-code",
    "It is refused as a target that does not exist or cannot be used",
    clauses="PB-3-5",
    level=SHOULD,
    needs="pingback.server.target-missing",
    why="WordPress uses 32 for a source without a title.",
)
def target_missing_code(t: Trial) -> None:
    source = t.source(t.link(t.target.missing))
    reply = t.ping(source, t.target.missing)
    _code(t, reply, "a page that does not exist", 32, 33, 0)


@case(
    "pingback.server.target-home",
    "A ping for a page that is no post is refused",
    clauses="PB-3-9 PB-3-5",
    level=SHOULD,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    why="The specification gives home pages as its example of what cannot be a target; Zine "
    "loops on one.",
)
def target_home(t: Trial) -> None:
    home = _existing(t, "non_post", "--non-post")
    source = t.source(t.link(home))
    t.refuses(t.ping(source, home), source, "a ping for the home page")


@case(
    "pingback.server.target-home-code",
    "It is refused as a target that cannot be used, not as one that does not exist",
    clauses="PB-3-5",
    level=MUST,
    needs="pingback.server.target-home",
    why="32 must only be said of what definitely does not exist, and the home page does.",
)
def target_home_code(t: Trial) -> None:
    home = _existing(t, "non_post", "--non-post")
    _code(t, t.ping(t.source(t.link(home)), home), "the home page", 33, 0)


@case(
    "pingback.server.target-closed",
    "A ping for a page that takes none is refused",
    clauses="PB-3-9 PB-3-5",
    level=SHOULD,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    why="Serendipity answers success for a closed entry and stores nothing.",
)
def target_closed(t: Trial) -> None:
    closed = _existing(t, "closed", "--closed-target")
    source = t.source(t.link(closed))
    t.refuses(t.ping(source, closed), source, "a ping for a page that takes none")


@case(
    "pingback.server.target-closed-code",
    "It is refused as a target that cannot be used, or for lack of permission",
    clauses="PB-3-5",
    level=MUST,
    needs="pingback.server.target-closed",
    why="32 must only be said of what definitely does not exist.",
)
def target_closed_code(t: Trial) -> None:
    closed = _existing(t, "closed", "--closed-target")
    _code(t, t.ping(t.source(t.link(closed)), closed), "a page that takes no pings", 33, 49, 0)


@case(
    "pingback.server.target-foreign",
    "A ping for another site's page is refused",
    clauses="PB-3-9 PB-3-5",
    level=SHOULD,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    why="Zine, Zinnia and PyBlosxom took such pings.",
)
def target_foreign(t: Trial) -> None:
    foreign = t.source("<p>A page of another site.</p>")
    source = t.source(t.link(foreign.url))
    t.refuses(t.ping(source, foreign.url), source, "a ping for another site's page")


@case(
    "pingback.server.target-foreign-code",
    "It is refused as a target that cannot be used, not as one that does not exist",
    clauses="PB-3-5",
    level=MUST,
    needs="pingback.server.target-foreign",
    why="The page exists: a server that has not looked cannot say that it definitely does not.",
)
def target_foreign_code(t: Trial) -> None:
    foreign = t.source("<p>A page of another site.</p>")
    reply = t.ping(t.source(t.link(foreign.url)), foreign.url)
    _code(t, reply, "another site's page", 33, 49, 0)


@case(
    "pingback.server.target-foreign-unfetched",
    "The source of a ping for another site's page is never fetched",
    clauses="PB-3-9 SEC-2",
    level=MUST,
    basis=PRACTICE,
    area=SECURITY,
    needs="pingback.server.accepts pingback.server.no-link",
    why="A server that fetches whatever it is told, for whatever target, is a reflector for "
    "attacks: 162,000 blogs were used as one in 2014.",
)
def target_foreign_unfetched(t: Trial) -> None:
    foreign = t.source("<p>A page of another site.</p>")
    source = t.source(t.link(foreign.url))
    reply = t.ping(source, foreign.url)
    t.check(reply.outcome is Outcome.REFUSED, "a fault", reply.describe(), about=reply.exchange)
    t.untouched(source, "another site's page")
    t.untouched(foreign, "another site's page")


@case(
    "pingback.server.target-missing-unfetched",
    "The source of a ping for a page that does not exist is not fetched",
    clauses="PB-5-1 SEC-2",
    level=SHOULD,
    basis=PRACTICE,
    area=SECURITY,
    needs="pingback.server.accepts pingback.server.no-link",
    why="The example of the specification looks at the target first: it costs nothing, a fetch "
    "does.",
)
def target_missing_unfetched(t: Trial) -> None:
    source = t.source(t.link(t.target.missing))
    reply = t.ping(source, t.target.missing)
    t.check(reply.outcome is Outcome.REFUSED, "a fault", reply.describe(), about=reply.exchange)
    t.untouched(source, "a page that does not exist")


@case(
    "pingback.server.target-lookalike",
    "An address that only contains the target's is another site's",
    clauses="PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    why="WordPress and go-jamming look for their own host anywhere in the address.",
)
def target_lookalike(t: Trial) -> None:
    page = urlsplit(t.target.page)
    for lookalike in (
        f"http://evil.test/?x={t.target.page}",
        f"http://{page.hostname}.evil.test{page.path}",
        f"http://{page.netloc}@evil.test{page.path}",
    ):
        source = t.source(t.link(lookalike))
        t.refuses(t.ping(source, lookalike), source, f"a ping for {lookalike}")


@case(
    "pingback.server.target-is-source",
    "A page that names itself as the source gets an answer that can be read",
    clauses="PB-4-2",
    level=MUST,
    why="The text is silent on self-pings; whatever a server thinks of them, it has to answer.",
)
def target_is_source(t: Trial) -> None:
    reply = t.ping(t.target.page, t.target.page)
    t.readable(reply)


@case(
    "pingback.server.source-no-address",
    "A source that is no http or https address is refused",
    clauses="PB-3-2 PB-3-5",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    why="Serendipity stores `javascript:` as the address of a friend.",
)
def source_no_address(t: Trial) -> None:
    for source in ("", "no address", "/a/relative/path", "javascript:alert(1)", "mailto:a@b.test"):
        reply = t.ping(source)
        t.check(
            reply.outcome is Outcome.REFUSED,
            f"the source {source!r} is refused",
            reply.describe(),
            about=reply.exchange,
        )


@case(
    "pingback.server.duplicate",
    "The same ping is refused the second time",
    clauses="PB-3-9",
    level=SHOULD,
    basis=STATED,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    writes=True,
    why="The specification recommends to look; Zine and the npm package list one link many times.",
)
def duplicate(t: Trial) -> None:
    source = t.source()
    t.accepts(t.ping(source), source, "the first ping")
    again = t.ping(source)
    t.check(again.outcome is Outcome.REFUSED, "the second ping is refused", again.describe())


@case(
    "pingback.server.duplicate-code",
    "It is refused as registered already",
    clauses="PB-3-5",
    level=SHOULD,
    needs="pingback.server.accepts pingback.server.duplicate",
    writes=True,
    why="48 is the one code that senders act on: it means that nothing is left to do.",
)
def duplicate_code(t: Trial) -> None:
    source = t.source()
    t.accepts(t.ping(source), source, "the first ping")
    t.fault(t.ping(source), "the second ping", 48, 0)


@case(
    "pingback.server.duplicate-second-target",
    "One source may link to two pages",
    clauses="PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.accepts",
    writes=True,
    why="Zine and the npm package look at the source alone.",
)
def duplicate_second_target(t: Trial) -> None:
    second = t.require("second", "--second-target")
    source = t.source(t.link() + t.link(second, "another one"))
    t.accepts(t.ping(source), source, "the ping for the first page")
    t.accepts(t.ping(source, second), source, "the ping for the second page")


@case(
    "pingback.server.duplicate-concurrent",
    "Of many equal pings at once only one is registered",
    clauses="PB-3-9",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.accepts pingback.server.duplicate",
    writes=True,
    alone=True,
    why="Looking first and storing afterwards leaves a gap; every implementation that was read "
    "has it.",
)
def duplicate_concurrent(t: Trial) -> None:
    source = t.source()
    replies: list[Reply] = []
    threads = [threading.Thread(target=lambda: replies.append(t.ping(source))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = [reply for reply in replies if reply.outcome is Outcome.ACCEPTED]
    refused = [reply for reply in replies if reply.outcome is Outcome.REFUSED]
    t.check(
        len(accepted) == 1 and len(refused) == 5,
        "one success and five faults",
        f"{len(accepted)} successes, {len(refused)} faults, "
        f"{6 - len(accepted) - len(refused)} without an answer that can be read",
    )


@case(
    "pingback.server.state",
    "A ping is judged by itself, whatever came before it",
    clauses="PB-4-2",
    level=SHOULD,
    basis=PRACTICE,
    area=ROBUSTNESS,
    needs="pingback.server.accepts pingback.server.no-link",
    writes=True,
    alone=True,
    why="PyBlosxom and django-trackback keep what belongs to one request in a global.",
)
def state(t: Trial) -> None:
    good, bad, other = t.source(), t.source("<p>no link</p>"), t.source()
    t.accepts(t.ping(good), good, "a good ping")
    t.refuses(t.ping(bad), bad, "a ping without a link, after it")
    t.accepts(t.ping(other), other, "a good ping, after that")


@case(
    "pingback.server.long-addresses",
    "Addresses of any length get an answer that can be read",
    clauses="PB-4-2",
    level=MUST,
    why="A column that is too short must not end in a server error.",
)
def long_addresses(t: Trial) -> None:
    long = t.source("<p>no link</p>").url + "?" + "a" * 20_000
    for reply in (t.ping(long), t.ping(t.source(), f"{t.target.page}?{'a' * 20_000}")):
        t.readable(reply)


@case(
    "pingback.server.unicode-addresses",
    "Addresses with letters outside ASCII get an answer that can be read",
    clauses="PB-4-2 XR-T5",
    level=MUST,
    why="They are not in the specification's terms, and yet are what people paste.",
)
def unicode_addresses(t: Trial) -> None:
    for reply in (
        t.ping("http://b\u00fccher.test/\u65e5\u672c?\u00e9=\U0001f517"),
        t.ping(t.source(), t.target.page + "\u00fc\u2028\U0001f517"),
    ):
        t.readable(reply)
