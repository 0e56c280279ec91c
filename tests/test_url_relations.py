"""How URLs relate: one resource, a link on a page, a page below another, one registrant."""

from __future__ import annotations

import subprocess
import sys

import ada_url
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback_protocol import url
from linkback_protocol.url import InvalidURL
from tests.urls import hostile_urls, references


class TestSameResource:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("http://blog.example/p", "https://blog.example/p"),
            ("http://blog.example:80/p", "https://blog.example:443/p"),
            ("http://blog.example/p", "http://BLOG.example./p"),
            ("http://blog.example/p", "http://blog.example/p/"),
            ("http://blog.example", "http://blog.example/"),
            ("http://blog.example/p?q=1", "http://blog.example/p/?q=1"),
            ("http://blog.example/p", "http://blog.example/p?"),
            ("http://blog.example/p", "http://blog.example/p#comments"),
            ("http://blog.example/caf%C3%A9", "http://blog.example/caf%c3%a9"),
            ("http://blog.example/caf%C3%A9", "http://blog.example/caf\xe9"),
            ("http://blog.example/%7Eme", "http://blog.example/~me"),
            ("http://blog.example/100%", "http://blog.example/100%25"),
            ("http://blog.example/a/../p", "http://blog.example/./p"),
            ("http://blog.example/a/%2e%2e/p", "http://blog.example/p"),
            ("http://b\xfccher.example/", "http://xn--bcher-kva.example/"),
            ("http://[::ffff:1.2.3.4]/", "http://[::ffff:102:304]/"),
            ("http://[2001:db8:0:0::1]/", "http://[2001:DB8::1]/"),
        ],
    )
    def test_same(self, one: str, other: str) -> None:
        assert url.same_resource(one, other)
        assert url.same_resource(other, one)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("http://blog.example/p", "http://blog.example/q"),
            ("http://blog.example/p", "http://blog.example/P"),
            ("http://blog.example/p", "http://blog.example/p//"),
            ("http://blog.example/p", "http://blog.example/p?q"),
            ("http://blog.example/?a=1&b=2", "http://blog.example/?b=2&a=1"),
            ("http://blog.example/?a=1", "http://blog.example/?a=1/"),
            ("http://blog.example/p", "http://www.blog.example/p"),
            ("http://blog.example/p", "http://blog.example:8080/p"),
            ("http://blog.example:443/p", "http://blog.example/p"),
            ("http://blog.example/a%2Fb", "http://blog.example/a/b"),
            ("http://blog.example/a%3Fb", "http://blog.example/a?b"),
            ("http://blog.example/%2541", "http://blog.example/%41"),
            ("http://blog.example/p", "http://blog.example.evil.example/p"),
            ("http://blog.example/p", "/p"),
            ("/p", "/p"),
            ("", ""),
        ],
    )
    def test_not_same(self, one: str, other: str) -> None:
        assert not url.same_resource(one, other)

    @given(
        st.sampled_from(("blog.example", "xn--bcher-kva.example", "127.0.0.1")),
        st.lists(st.text("aZ09-_~é/", min_size=1, max_size=4)),
        st.sampled_from(("", "?a=1&b=%20")),
        st.data(),
    )
    def test_respelling_keeps_the_key(
        self, host: str, segments: list[str], query: str, data: st.DataObject
    ) -> None:
        def respell(character: str) -> str:
            if character != "/" and data.draw(st.booleans()):
                escaped = "".join(f"%{byte:02x}" for byte in character.encode())
                return escaped if data.draw(st.booleans()) else escaped.upper()
            return character

        plain = "/" + "/".join(segments).strip("/")
        path = "".join(map(respell, plain))
        scheme, port = data.draw(
            st.sampled_from((("http", ""), ("HTTP", ":80"), ("https", ":"), ("Https", ":443")))
        )
        name = data.draw(st.sampled_from((host, host.upper(), host + ".")))
        detour = data.draw(st.sampled_from(("", "/.", "/x/..", "/%2e", "/x/y/../%2E%2e")))
        slash = data.draw(st.sampled_from(("", "/"))) if plain != "/" else ""
        fragment = data.draw(st.sampled_from(("", "#", "#top")))
        respelt = f"{scheme}://{name}{port}{detour}{path}{slash}{query}{fragment}"
        assert url.parse(respelt).key == url.parse(f"http://{host}{plain}{query}").key


class TestResolve:
    BASE = url.parse("https://blog.example:8443/2026/a-post/?p=1#more")

    @pytest.mark.parametrize(
        ("reference", "leads_to"),
        [
            ("", "https://blog.example:8443/2026/a-post/?p=1"),
            ("#top", "https://blog.example:8443/2026/a-post/?p=1#top"),
            ("?p=2", "https://blog.example:8443/2026/a-post/?p=2"),
            ("?", "https://blog.example:8443/2026/a-post/"),
            ("next", "https://blog.example:8443/2026/a-post/next"),
            ("../other/", "https://blog.example:8443/2026/other/"),
            ("../../../..", "https://blog.example:8443/"),
            ("/", "https://blog.example:8443/"),
            ("/about?x=/../#y", "https://blog.example:8443/about?x=/../#y"),
            ("//cdn.example/a", "https://cdn.example/a"),
            ("http://other.example", "http://other.example/"),
            ("HTTP://Other.example/%7Ea", "http://other.example/~a"),
            ("https:next", "https://blog.example:8443/2026/a-post/next"),
            ("https:/next", "https://blog.example:8443/next"),
            ("a:b", None),
            ("./a:b", "https://blog.example:8443/2026/a-post/a:b"),
            ("a//b;c", "https://blog.example:8443/2026/a-post/a//b;c"),
            (";", "https://blog.example:8443/2026/a-post/;"),
            ("  /about\n", "https://blog.example:8443/about"),
            ("/ab\n\tout", "https://blog.example:8443/about"),
            ("ht\ntp://other.ex\tample/", "http://other.example/"),
            ("/a page", "https://blog.example:8443/a%20page"),
            ("/caf\xe9", "https://blog.example:8443/caf%C3%A9"),
            ("http:next", None),
            ("//", None),
            ("http://", None),
            ("http:///a", None),
            ("http://a b.example/", None),
            ("//user@other.example/", None),
            ("//2130706433/", None),
            ("javascript:alert(1)", None),
            ("java\nscript:alert(1)", None),
            (" JavaScript:alert(1)", None),
            ("data:text/html,<p>", None),
            ("mailto:me@blog.example", None),
            ("tel:+49", None),
            ("\\\\other.example\\", None),
            ("http://[", None),
            ("x" * (url.MAX_LENGTH + 1), None),
        ],
    )
    def test_resolve(self, reference: str, leads_to: str | None) -> None:
        found = url.resolve(self.BASE, reference)
        assert (None if found is None else str(found)) == leads_to

    def test_empty_segments_of_the_base_stay(self) -> None:
        assert str(url.resolve(url.parse("http://h/a//b/c"), "d")) == "http://h/a//b/d"

    @settings(max_examples=500)
    @given(references())
    def test_what_is_found_is_what_a_browser_finds(self, reference: str) -> None:
        found = url.resolve(self.BASE, reference)
        if found is not None:
            seen = ada_url.URL(reference, base=str(self.BASE)).href
            assert url.parse(seen) == found

    @given(hostile_urls())
    def test_what_the_gate_accepts_leads_to_itself(self, reference: str) -> None:
        found = url.resolve(self.BASE, reference)
        try:
            assert url.parse(reference) == found
        except InvalidURL:
            return


class TestIsBelow:
    @pytest.mark.parametrize(
        ("page", "base", "below"),
        [
            ("http://blog.example/p", "http://blog.example/", True),
            ("https://blog.example/p", "http://blog.example/", True),
            ("http://blog.example/", "http://blog.example/", True),
            ("http://blog.example/blog", "http://blog.example/blog/", True),
            ("http://blog.example/blog/", "http://blog.example/blog", True),
            ("http://blog.example/blog/p", "http://blog.example/blog", True),
            ("http://blog.example/blog?p", "http://blog.example/blog", True),
            ("http://blog.example/blogx", "http://blog.example/blog", False),
            ("http://blog.example/Blog/", "http://blog.example/blog/", False),
            ("http://blog.example/blog/../x", "http://blog.example/blog/", False),
            ("http://blog.example/blog/%2e%2e/x", "http://blog.example/blog/", False),
            ("http://blog.example/?/blog/", "http://blog.example/blog/", False),
            ("http://blog.example:8080/p", "http://blog.example/", False),
            ("http://blog.example.evil.example/", "http://blog.example/", False),
            ("http://evilblog.example/", "http://blog.example/", False),
            ("http://www.blog.example/", "http://blog.example/", False),
            ("http://evil.example/http://blog.example/", "http://blog.example/", False),
        ],
    )
    def test_is_below(self, page: str, base: str, below: bool) -> None:
        assert url.is_below(url.parse(page), url.parse(base)) is below


ALIKE = [
    ("blog.example", "blog.example"),
    ("a.b.blog.example", "blog.example"),
    ("localhost", "localhost"),
    ("www.blog.co.uk", "blog.co.uk"),
    ("a.b.blog.com.au", "blog.com.au"),
    ("co.uk", "co.uk"),
    ("www.xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("127.0.0.1", "127.0.0.1"),
    ("2001:db8::1", "2001:db8::1"),
]


class TestRegistrableDomain:
    @pytest.mark.parametrize(
        ("host", "domain"),
        [*ALIKE, ("a.me.github.io", "me.github.io"), ("a.b.kawasaki.jp", "a.b.kawasaki.jp")],
    )
    def test_by_the_public_suffix_list(self, host: str, domain: str) -> None:
        assert url.registrable_domain(host) == domain

    def test_without_the_list_neighbours_share(self) -> None:
        # In a process of its own, since the list is read once; None keeps it from being imported.
        script = (
            "import sys; sys.modules['publicsuffixlist'] = None\n"
            "from linkback_protocol.url import registrable_domain\n"
            "for host in sys.argv[1:]: print(registrable_domain(host))\n"
        )
        table = [*ALIKE, ("a.me.github.io", "github.io"), ("a.b.kawasaki.jp", "kawasaki.jp")]
        told = subprocess.run(
            [sys.executable, "-c", script, *(host for host, _ in table)],
            check=True,
            capture_output=True,
            text=True,
        )
        assert told.stdout.split() == [domain for _, domain in table]
