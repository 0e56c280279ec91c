"""Whatever a target answers, no case stumbles over it: the suite is never at fault."""

import random
from dataclasses import replace

import pytest

from linkback_conformance.application import served
from linkback_conformance.runner import CONTROLS
from linkback_conformance.verdict import Conclusion, Verdict
from tests.conformance.reference import ReferenceBlog
from tests.conformance.running import every_case
from tests.conformance.test_dead_targets import run_at
from tests.conformance.test_wire import fault, nested, success

pytestmark = pytest.mark.exhaustive

MEMBERS = (
    "<struct><member><name>faultCode</name><value>{}</value></member>"
    "<member><name>faultString</name><value>{}</value></member></struct>"
)
LINK = b'<link rel="pingback" href="'
RDF = b"<rdf:RDF xmlns:rdf='x'>"
BODIES = [
    b"",
    success("x"),
    success(nested("array", 5000)),
    success(nested("struct", 3000)),
    success("<nil/>"),
    fault(nested("struct", 3000)),
    fault("<boolean>x</boolean>"),
    fault(MEMBERS.format("<int>" + "9" * 9000 + "</int>", "x")),
    fault(MEMBERS.format("9" * 9000, "x")),
    fault(MEMBERS.format("<int>\u0661</int>", "x")),
    fault(MEMBERS.format("<double>nan</double>", "<nil/>")),
    b"<?xml version='1.0' encoding='idna'?><a/>",
    b"<?xml version='1.0' encoding='utf-7'?><a/>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><methodResponse>&b;</methodResponse>",
    b"<methodResponse xmlns='x'><params/></methodResponse>",
    b"<response><error>" + b"9" * 9000 + b"</error></response>",
    b"<response><error>1</error><message>" + b"x" * 300_000 + b"</message></response>",
    b"<response><error> 0 </error></response>",
    b"<response>" + b"<error>" * 3000 + b"</error>" * 3000 + b"</response>",
    b"<rss><channel>" + b"<item>" * 20_000,
    b"<rdf:RDF" * 50_000,
    RDF + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</rdf:RDF>",
    LINK * 20_000,
    LINK + b'http://[/"><link rel=pingback href="http://x:99999/">',
    b"<a href='http://[::1' rel=trackback>",
    b"<!--" * 100_000,
    b"<a " * 60_000,
    b"\xff\xfe<\x00",
    bytes(range(256)) * 50,
]
HEADERS = [
    ("Content-Type", "text/xml; charset=idna"),
    ("Content-Type", "text/xml; charset=undefined"),
    ("Content-Type", 'text/html; charset="a b"'),
    ("Content-Type", ";;;==;charset"),
    ("X-Pingback", "http://[/"),
    ("X-Pingback", "http://x:99999/"),
    ("X-Pingback", ""),
    ("Location", "http://[/"),
    ("Link", '<http://[/>; rel="pingback"'),
    ("Link", "rel=" * 2000),
    ("Allow", "," * 3000),
    ("Content-Length", "7"),
]
STATUSES = ["200 OK"] * 4 + ["404 Not Found", "500 E", "302 Found", "204 None", "999 What"]


class Whimsical:
    """A good blog that answers anything instead, now and then; the controls always work."""

    def __init__(self, seed):
        self.blog = ReferenceBlog()
        self.random = random.Random(seed)
        self.controls = {first for first, _ in CONTROLS.values()}

    def __call__(self, environ, start_response):
        control = environ.get("HTTP_X_LINKBACK_CASE") in self.controls
        if control or self.random.random() < 0.4:
            return self.blog(environ, start_response)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = self.random.choices(HEADERS, k=self.random.randrange(4))
        start_response(self.random.choice(STATUSES), headers)
        return [self.random.choice(BODIES)]


@pytest.mark.parametrize("seed", range(6))
def test_no_case_stumbles_over_any_answer(seed):
    # Each case by itself: those that need another would mostly be blocked.
    cases = [replace(each, needs=(), alone=False) for each in every_case().values()]
    with served(Whimsical(seed)) as base:
        run = run_at(base, [each for each in cases if not each.slow])
    stumbled = {
        result.case.id: result.reason for result in run.results if result.verdict is Verdict.ERROR
    }
    assert stumbled == {}
    assert run.conclusion is not Conclusion.CONFORMANT
