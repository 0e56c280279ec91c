"""A case is no stricter than its clause: odd, and allowed, is no failure."""

import pytest

from linkback_conformance import page as pages
from linkback_conformance.markup import unescape
from linkback_conformance.target import Given
from linkback_conformance.verdict import Verdict
from linkback_conformance.wire import Response
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_http import Answer
from tests.conformance.running import GIVEN, every_case, run_cases


def verdict_of(blog, case_id, given=GIVEN):
    return run_cases(blog, [every_case()[case_id]], given)[case_id]


class SaysItByHttp(ReferenceBlog):
    """Answers what is no XML-RPC call by HTTP, as a server on its way to the call does."""

    def xmlrpc(self, environ):
        answer = super().xmlrpc(environ)
        no_call = any(f"<int>{code}</int>".encode() in answer.body for code in (-32700, -32701))
        return Answer(b"Bad request.", "text/plain", 400) if no_call else answer


class CodesOfItsOwn(ReferenceBlog):
    unknown_method = 4711


class QueryInTheEndpoint(ReferenceBlog):
    """Writes an ampersand as it stands, which is none of the other entities."""

    endpoint_path = "/xmlrpc"

    def link_href(self, address):
        return f"{address}?blog=1&lang=en"


class NamesAnEntity(ReferenceBlog):
    def link_href(self, address):
        return f"{address}?blog=&eacute;"


class OtherSpelling(ReferenceBlog):
    """Offers its endpoint under another address than the tester gave; both work."""

    def endpoint(self, site):
        return f"{super().endpoint(site)}?here"


class LinkHeaders(ReferenceBlog):
    value = '</style.css>; rel="preload"; as=style, </p>; rel=x-pingback'

    def more_headers(self, post, site):
        return (("Link", self.value),)


class LinkHeaderInCapitals(LinkHeaders):
    value = '</xmlrpc>; title="a"; REL="other PingBack"'


class LinkHeaderThatTalks(LinkHeaders):
    value = '</a>; title="how to; rel=pingback; works"; rel=index'


class DecodesAnything(ReferenceBlog):
    """Answers what cannot be decoded with a string, as one does that verifies nothing."""

    def fault(self, fault):
        lenient = fault.code in (self.parse_error, self.bad_encoding)
        return self.success("Thank you.") if lenient else super().fault(fault)


class PadsNumbers(ReferenceBlog):
    def encode_fault(self, code, text):
        whole = super().encode_fault(code, text).decode()
        return whole.replace("<int>-", "<int>-0000000000").encode()


class TakesLittle(ReferenceBlog):
    """Answers 413 to whatever is longer than a ping has to be."""

    def answer(self, environ):
        if int(environ.get("CONTENT_LENGTH") or 0) > 65536:
            self.read_up_to(environ, int(environ["CONTENT_LENGTH"]), keep=False)
            return Answer(b"Too long.", "text/plain", 413)
        return super().answer(environ)


class WritesOfScripts(ReferenceBlog):
    """Shows an address in a harmless attribute."""

    def linkback_item(self, linkback):
        return f'<li><span title="{self.escape(linkback.source)}">a linkback</span></li>'


class TakesAnything(ReferenceBlog):
    """Takes values of any type for the addresses, and refuses nothing."""

    def check_types(self, name, params):
        return

    def pingback_ping(self, environ, source, target):
        both = isinstance(source, str) and isinstance(target, str)
        return super().pingback_ping(environ, source, target) if both else "Thank you."


class WantsAType(ReferenceBlog):
    """Answers a body without a type by HTTP."""

    def take_trackback(self, post, environ):
        if not environ.get("CONTENT_TYPE"):
            return Answer(b"What is this?", "text/plain", 415)
        return super().take_trackback(post, environ)


SENT_OTHERWISE = Given(
    target="/post/",
    second="/second/",
    closed="/closed/",
    observe="/observe",
    pingback="/xmlrpc",
)


@pytest.mark.parametrize(
    ("blog", "case_id", "verdict", "given"),
    [
        (SaysItByHttp, "pingback.server.malformed", Verdict.ADVISORY, GIVEN),
        (SaysItByHttp, "pingback.server.empty-body", Verdict.ADVISORY, GIVEN),
        (SaysItByHttp, "pingback.server.binary-body", Verdict.ADVISORY, GIVEN),
        (SaysItByHttp, "pingback.server.unknown-encoding", Verdict.ADVISORY, GIVEN),
        (CodesOfItsOwn, "pingback.server.known-codes", Verdict.ADVISORY, GIVEN),
        (TakesAnything, "pingback.server.parameter-types", Verdict.ADVISORY, GIVEN),
        (QueryInTheEndpoint, "pingback.page.link-entities", Verdict.PASS, GIVEN),
        (NamesAnEntity, "pingback.page.link-entities", Verdict.FAIL, GIVEN),
        (LinkHeaders, "pingback.page.no-link-header", Verdict.PASS, GIVEN),
        (LinkHeaderInCapitals, "pingback.page.no-link-header", Verdict.FAIL, GIVEN),
        (OtherSpelling, "pingback.page.endpoint-answers", Verdict.ADVISORY, SENT_OTHERWISE),
        (LinkHeaderThatTalks, "pingback.page.no-link-header", Verdict.PASS, GIVEN),
        (DecodesAnything, "pingback.server.invalid-characters", Verdict.ADVISORY, GIVEN),
        (DecodesAnything, "pingback.server.unknown-encoding", Verdict.ADVISORY, GIVEN),
        (PadsNumbers, "pingback.server.fault-struct", Verdict.PASS, GIVEN),
        (TakesLittle, "pingback.server.security-deep-nesting", Verdict.PASS, GIVEN),
        (TakesLittle, "trackback.server.long-fields", Verdict.PASS, GIVEN),
        (WritesOfScripts, "trackback.server.security-script-address", Verdict.PASS, GIVEN),
        (WantsAType, "trackback.server.body-empty", Verdict.ADVISORY, GIVEN),
    ],
)
def test_what_is_allowed_is_no_failure(blog, case_id, verdict, given):
    result = verdict_of(blog(), case_id, given)
    assert result.verdict is verdict, result.reason


@pytest.mark.parametrize(
    ("case_id", "given"),
    [
        ("pingback.server.target-home-code", Given(target="/post/", non_post="/nowhere/")),
        ("pingback.server.target-home", Given(target="/post/", non_post="/nowhere/")),
        ("pingback.server.target-closed-code", Given(target="/post/", closed="/nowhere/")),
    ],
)
def test_a_page_that_is_not_there_is_no_page_that_exists(case_id, given):
    result = verdict_of(ReferenceBlog(), case_id, given)
    assert result.verdict is Verdict.NOT_APPLICABLE
    assert "404" in result.reason


class RefusesWithCode(ReferenceBlog):
    def __init__(self, code):
        super().__init__()
        self.code = code

    def unusable_target(self):
        fault = super().unusable_target()
        fault.code = self.code
        return fault


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (33, Verdict.PASS),
        (-32500, Verdict.ADVISORY),
        (-32050, Verdict.ADVISORY),
        (17, Verdict.ADVISORY),
        (32, Verdict.FAIL),
        (4711, Verdict.FAIL),
    ],
)
def test_another_code_that_has_a_meaning_breaks_a_should_only(code, verdict):
    result = verdict_of(RefusesWithCode(code), "pingback.server.target-home-code")
    assert result.verdict is verdict, result.reason


def page(body: str, content_type="text/html") -> Response:
    return Response(200, "OK", (("Content-Type", content_type),), body.encode(), complete=True)


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "a\0b", "rot13", "nothing"])
def test_a_charset_that_cannot_be_used_is_no_hindrance(charset):
    text = pages.text_of(page("<p>gr\u00fc\u00df", f"text/html; charset={charset}"))
    assert text.startswith("<p>gr")


@pytest.mark.parametrize("href", ["http://[/", "http://x:99999/", "mailto:a@b.test"])
def test_a_link_that_leads_nowhere_is_no_endpoint(href):
    found = pages.loose_endpoints(page(f'<link rel=pingback href="{href}">'), "http://x.test/")
    assert found == {}


def test_rdf_that_never_ends_is_none():
    block = "<rdf:RDF a='b'></rdf:RDF>"
    assert len(pages.rdf_blocks(page(block * 2 + "<rdf:RDF" * 200_000))) == 2


@pytest.mark.parametrize(
    "odd", ["<![Window.Name]>", "<![endif bogus[", "&#" + "9" * 5000 + ";", "&#x" + "f" * 5000]
)
def test_odd_markup_hides_nothing_behind_it(odd):
    found = pages.loose_endpoints(
        page(f'<p title="{odd}">{odd}</p><a rel=trackback href="/tb">x</a>'), "http://x.test/"
    )
    assert found == {"trackback": "http://x.test/tb"}
    assert unescape(f"a {odd} &amp; b").endswith(" & b")
