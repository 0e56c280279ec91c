"""Runs for the tests of the reports: a typical one, and one whose every text is hostile."""

from dataclasses import replace

from linkback_conformance.case import CONFORMANCE, MAY, MUST, SECURITY, SHOULD, STATED, Case
from linkback_conformance.source_site import Fetch
from linkback_conformance.verdict import Holds, Observation, Result, Run, SenderRun, Verdict
from linkback_conformance.wire import Exchange, Response

HOSTILE = (
    "</pre></summary></details><script>alert(1)</script>"
    '"><img src=x onerror=alert(1)>'
    "' onmouseover='alert(1) ]]><!-- &lt;b&gt; "
    "\x1b[2J\x1b]0;title\x07\x9b31m \x00 \x08 \u202egnp.exe \u2066 \u200b \u2028 \ufffe \udc80 "
    "| `code` ``` ~~~ @someone #12 [a](javascript:1) www.evil.example http://evil.example/ $x$ \\\r"
    "\n| a | row |\n# heading\r\n```\n</code>"
)
CURL = "curl -i -X POST -H 'Content-Type: text/xml' --data-binary '<methodCall/>' http://b.test/x"


def a_case(case_id="pingback.server.no-link", **changes) -> Case:
    plain = Case(
        id=case_id,
        title="A source without a link is refused",
        clauses=("PB-3-5",),
        level=MUST,
        basis=STATED,
        area=CONFORMANCE,
        why="Otherwise anybody can leave an address.",
        run=print,
    )
    return replace(plain, **changes)


def an_exchange(**changes) -> Exchange:
    plain = Exchange(
        method="POST",
        url="http://b.test/x",
        sent=b"POST /x HTTP/1.1\r\nHost: b.test\r\n\r\n<methodCall/>",
        received=b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<methodResponse/>",
        started=100.0,
        seconds=0.25,
        response=Response(200, "OK", (("Content-Type", "text/xml"),), b"<methodResponse/>", True),
        curl=CURL,
    )
    return replace(plain, **changes)


def a_fetch(**changes) -> Fetch:
    plain = Fetch(
        url_path="/run1/pingback.server.no-link/1",
        query="",
        method="GET",
        headers=(("User-Agent", "a blog"),),
        started=100.125,
        sent=512,
        ended=100.2,
        whole=True,
    )
    return replace(plain, **changes)


def a_result(verdict=Verdict.PASS, case_id="pingback.server.no-link", **changes) -> Result:
    """Return a result; what is about the case goes into it, the rest into the result."""
    about = {name: changes.pop(name) for name in list(changes) if name in Case.__dataclass_fields__}
    return replace(Result(case=a_case(case_id, **about), verdict=verdict), **changes)


def broken(verdict=Verdict.FAIL, case_id="pingback.server.no-link", **changes) -> Result:
    """Return a result with all its evidence."""
    level = {Verdict.FAIL: MUST, Verdict.ADVISORY: SHOULD}[verdict]
    seen = (
        Observation("an answer", "HTTP 200", Holds.YES, level),
        Observation("a fault 17", "success: string 'thanks'", Holds.NO, level),
    )
    evidence = {
        "level": level,
        "reason": "expected a fault 17, but: success: string 'thanks'",
        "observations": seen,
        "exchanges": (an_exchange(),),
        "fetches": (a_fetch(),),
        "seconds": 0.5,
    }
    return a_result(verdict, case_id, **(evidence | changes))


def a_run(*results, **changes) -> Run:
    plain = Run(
        suite_version="0.1.0",
        run_id="run1",
        target="http://b.test/post/",
        started="2026-08-01T10:00:00+00:00",
        seconds=12.5,
        options={"only": ["pingback"], "timeout": 15.0},
        endpoints={"page": "http://b.test/post/", "pingback": "http://b.test/x"},
        results=results,
        selected_all=True,
    )
    return replace(plain, **changes)


def typical_run(**changes) -> Run:
    """Return a run in which every verdict occurs."""
    return a_run(
        a_result(case_id="pingback.server.accepts", title="A plain good ping is accepted"),
        broken(),
        broken(Verdict.ADVISORY, "pingback.page.once", area=SECURITY),
        a_result(Verdict.INCONCLUSIVE, "pingback.server.late", reason="nobody can see this"),
        a_result(Verdict.BLOCKED, "pingback.server.next", reason="needs pingback.server.late"),
        a_result(Verdict.NOT_APPLICABLE, "trackback.server.url", reason="no trackback", level=MAY),
        a_result(Verdict.NOT_APPLICABLE, "trackback.server.get", reason="no trackback"),
        a_result(
            Verdict.ERROR,
            "trackback.server.odd",
            reason='Traceback (most recent call last):\n  File "x.py"\nKeyError: 1\n',
        ),
        **({"notes": ("pingback by X-Pingback",)} | changes),
    )


def filled(text: str) -> Run:
    """Return a run with a case of each verdict, in which every text holds this one."""
    data = text.encode("utf-8", "surrogateescape" if "\udc80" in text else "replace")
    exchange = an_exchange(
        method=text,
        url=text,
        sent=b"POST / HTTP/1.1\r\nX: " + data + b"\r\n\r\n" + data + b"\xff\xfe",
        received=data,
        problem=text,
        curl=text,
    )
    fetch = a_fetch(url_path=text, query=text, method=text, headers=((text, text),), ended=None)
    results = [
        a_result(
            verdict,
            f"{protocol}.server.{verdict}",
            title=text,
            why=text,
            clauses=("PB-3-5", text),
            reason=text,
            observations=tuple(Observation(text, text, holds, MUST) for holds in Holds),
            exchanges=(exchange, replace(exchange, response=None)),
            fetches=(fetch,),
            runs=(SenderRun(told=text, ended=False, outcome=text, output=text),),
        )
        for protocol in ("pingback", "trackback")
        for verdict in Verdict
    ]
    return a_run(
        *results,
        suite_version=text,
        run_id=text,
        target=text,
        options={text: text, "list": [text]},
        endpoints={text: text},
        notes=(text,),
        surprises=(text,),
    )
