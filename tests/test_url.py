"""URLs: what the gate refuses, and what it makes of the rest."""

from __future__ import annotations

import string
from pathlib import Path

import ada_url
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkback_protocol import url
from linkback_protocol.url import URL, InvalidURL
from tests.urls import ESCAPES, HOSTS, hostile_urls, text_of_unicode_3_2

HOSTILE = (Path(__file__).parent / "fetch" / "hostile_urls.txt").read_text().splitlines()

# The gate knows no networks; the addresses that it lets through are the fetcher's to refuse.
NORMALISED = {
    "http://127.0.0.1:8080/ok": "http://127.0.0.1:8080/ok",
    "http://localhost:8080/ok": "http://localhost:8080/ok",
    "http://localhost.:8080/ok": "http://localhost:8080/ok",
    "http://0.0.0.0:8080/ok": "http://0.0.0.0:8080/ok",
    "http://[::1]:8080/ok": "http://[::1]:8080/ok",
    "http://[::]:8080/ok": "http://[::]:8080/ok",
    "http://[::ffff:127.0.0.1]:8080/ok": "http://[::ffff:7f00:1]:8080/ok",
    "http://[::ffff:7f00:1]:8080/ok": "http://[::ffff:7f00:1]:8080/ok",
    "http://[::127.0.0.1]:8080/ok": "http://[::7f00:1]:8080/ok",
    "http://[64:ff9b::7f00:1]:8080/ok": "http://[64:ff9b::7f00:1]:8080/ok",
    "http://[64:ff9b:1::7f00:1]:8080/ok": "http://[64:ff9b:1::7f00:1]:8080/ok",
    "http://[2002:7f00:1::]:8080/ok": "http://[2002:7f00:1::]:8080/ok",
    "http://[2001:0:7f00:1::]:8080/ok": "http://[2001:0:7f00:1::]:8080/ok",
    "http://[fec0::1]:8080/ok": "http://[fec0::1]:8080/ok",
    "http://[fd00::1]:8080/ok": "http://[fd00::1]:8080/ok",
    "http://[ff02::1]:8080/ok": "http://[ff02::1]:8080/ok",
    "http://[5f00::1]:8080/ok": "http://[5f00::1]:8080/ok",
    "http://[100:0:0:1::1]:8080/ok": "http://[100:0:0:1::1]:8080/ok",
    "http://169.254.169.254:8080/ok": "http://169.254.169.254:8080/ok",
    "http://168.63.129.16:8080/ok": "http://168.63.129.16:8080/ok",
    "http://100.100.100.200:8080/ok": "http://100.100.100.200:8080/ok",
    "http://192.0.0.8:8080/ok": "http://192.0.0.8:8080/ok",
    "http://192.88.99.1:8080/ok": "http://192.88.99.1:8080/ok",
    "http://224.0.0.1:8080/ok": "http://224.0.0.1:8080/ok",
    "http://240.0.0.1:8080/ok": "http://240.0.0.1:8080/ok",
    "http://255.255.255.255:8080/ok": "http://255.255.255.255:8080/ok",
    "http://\uff11\uff12\uff17.0.0.1:8080/ok": "http://127.0.0.1:8080/ok",
    "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460:8080/ok": "http://127.0.0.1:8080/ok",
    "http://127\u30020\u30020\u30021:8080/ok": "http://127.0.0.1:8080/ok",
    "http://priv.example:8080/ok": "http://priv.example:8080/ok",
    "http://mapped.example:8080/ok": "http://mapped.example:8080/ok",
    "http://rebind.example:8080/ok": "http://rebind.example:8080/ok",
    "http://mixed.example:8080/ok": "http://mixed.example:8080/ok",
    "http://mixed2.example:8080/ok": "http://mixed2.example:8080/ok",
    "http://pub.example:8080#@127.0.0.1:8080/ok": "http://pub.example:8080/#@127.0.0.1:8080/ok",
    "http://pub.example:22/ok": "http://pub.example:22/ok",
    "http://pub.example:9099/ok": "http://pub.example:9099/ok",
    "http://dead-then-live.example:8080/ok": "http://dead-then-live.example:8080/ok",
    "http://pub.example.:8080/ok": "http://pub.example:8080/ok",
}
REFUSED = (
    "http://2130706433:8080/ok",
    "http://0x7f000001:8080/ok",
    "http://0177.0.0.1:8080/ok",
    "http://127.1:8080/ok",
    "http://0:8080/ok",
    "http://[fe80::1%25lo]:8080/ok",
    "http://pub.example:8080@127.0.0.1:8080/ok",
    "http://127.0.0.1:8080\\@pub.example:8080/ok",
    "http://u:p@pub.example:8080/ok",
)


def accepted(text: str) -> URL | None:
    try:
        return url.parse(text)
    except InvalidURL:
        return None


class TestGate:
    def test_the_tables_cover_the_hostile_urls(self) -> None:
        assert sorted([*NORMALISED, *REFUSED]) == sorted(HOSTILE)

    @pytest.mark.parametrize(("given", "normal"), NORMALISED.items())
    def test_normalises(self, given: str, normal: str) -> None:
        assert str(url.parse(given)) == normal

    @pytest.mark.parametrize(
        "refused",
        [
            *REFUSED,
            "",
            "/post/",
            "//blog.example/",
            "http:",
            "http:/blog.example/",
            "http:blog.example",
            "http:///blog.example/",
            "http://",
            "http://:80/",
            "http://?q",
            "https://#f",
            "ftp://blog.example/",
            "file:///etc/passwd",
            "gopher://blog.example:70/",
            "javascript:alert(1)",
            "data:text/html,hi",
            "mailto:me@blog.example",
            " http://blog.example/",
            "http://blog.example/ ",
            "http://blog.example/a b",
            "http://blog.example/a\tb",
            "http://blog.example/a\nb",
            "http://blog.example/a\x00b",
            "http://blog.example/a\x7fb",
            "http://blog.example/a\x85b",
            "http://blog.example/a\xa0b",
            "http://blog.example/a\u2028b",
            "http://blog.example/a\u202eb",
            "http://blog.example/\ufeff",
            "http://blog.example/\ud800",
            "http://blog.example\\@evil.example/",
            "http:\\\\blog.example\\",
            "http://@blog.example/",
            "http://user@blog.example/",
            "http://blog.example:0/",
            "http://blog.example:65536/",
            "http://blog.example:-1/",
            "http://blog.example:8o/",
            "http://blog.example:\u0661/",
            "http://blog.example:80:80/",
            "http://blog.example:[::1]/",
            "http://blog.example[::1]/",
            "http://[::1/",
            "http://[::1]8080/",
            "http://[::1]:8080:8080/",
            "http://[127.0.0.1]/",
            "http://[fe80::1%lo]/",
            "http://[v1.x]/",
            "http://[]/",
            "http://..example/",
            "http://blog..example/",
            "http://blog.example../",
            "http://./",
            "http://-blog.example/",
            "http://blog-.example/",
            "http://bl%6fg.example/",
            "http://bl!g.example/",
            "http://blog.example%00.evil.example/",
            "http://1.2.3.4.5/",
            "http://256.1.1.1/",
            "http://1.2.3/",
            "http://blog.0x/",
            "http://blog.example.0x7f/",
            "http://xn--a/",
            "http://xn--\xe9.example/",
            "http://\u2100.example/",
            "http://a\u200db.example/",
            "http://" + "a" * 64 + ".example/",
            "http://" + "a." * 127 + "example/",
            "http://" + "\u0660" * 300,
            "http://blog.example/" + "a" * url.MAX_LENGTH,
        ],
    )
    def test_refuses(self, refused: str) -> None:
        with pytest.raises(InvalidURL):
            url.parse(refused)

    def test_length_counts_as_given_and_as_escaped(self) -> None:
        room = url.MAX_LENGTH - len("http://blog.example/")
        assert len(str(url.parse("http://blog.example/" + "a" * room))) == url.MAX_LENGTH
        with pytest.raises(InvalidURL, match="longer"):
            url.parse("http://blog.example/" + "a" * (room + 1))
        with pytest.raises(InvalidURL, match="escaped"):
            url.parse("http://blog.example/" + "\xe9" * (room // 2))

    def test_says_why_without_repeating_the_url(self) -> None:
        with pytest.raises(InvalidURL) as caught:
            url.parse("http://user:secret@blog.example/")
        assert str(caught.value) == "credentials in the URL"

    def test_parts(self) -> None:
        found = url.parse("HTTPS://[2001:DB8::1]:8443/a/../B?q=1&q=2#end")
        assert (found.scheme, found.host, found.port) == ("https", "2001:db8::1", 8443)
        assert (found.path, found.query, found.fragment) == ("/B", "q=1&q=2", "end")
        assert found.authority == "[2001:db8::1]:8443"
        assert found.origin == "https://[2001:db8::1]:8443"
        assert found.page == "https://[2001:db8::1]:8443/B?q=1&q=2"
        assert str(found) == "https://[2001:db8::1]:8443/B?q=1&q=2#end"


class TestNormaliser:
    @pytest.mark.parametrize(
        ("given", "normal"),
        [
            ("http://blog.example", "http://blog.example/"),
            ("HTTP://Blog.EXAMPLE:80/A", "http://blog.example/A"),
            ("https://blog.example:443/", "https://blog.example/"),
            ("https://blog.example:80/", "https://blog.example:80/"),
            ("http://blog.example:/", "http://blog.example/"),
            ("http://blog.example:0080/", "http://blog.example/"),
            ("http://b\xfccher.example/", "http://xn--bcher-kva.example/"),
            ("http://B\xdcCHER.example/", "http://xn--bcher-kva.example/"),
            ("http://fa\xdf.example/", "http://xn--fa-hia.example/"),
            ("http://blog\u3002example/", "http://blog.example/"),
            ("http://my_blog.example/", "http://my_blog.example/"),
            ("http://1.2.3.4./", "http://1.2.3.4/"),
            ("http://blog.example?q", "http://blog.example/?q"),
            ("http://blog.example/?", "http://blog.example/"),
            ("http://blog.example/#", "http://blog.example/"),
            ("http://blog.example#f#g", "http://blog.example/#f%23g"),
            ("http://blog.example/caf\xe9?q=\xe9#\xe9", "http://blog.example/caf%C3%A9?q=%C3%A9#%C3%A9"),
            ("http://blog.example/%7euser/%41", "http://blog.example/~user/A"),
            ("http://blog.example/a%2fb%3a", "http://blog.example/a%2Fb%3A"),
            ("http://blog.example/100%", "http://blog.example/100%25"),
            ("http://blog.example/%zz", "http://blog.example/%25zz"),
            ("http://blog.example/%%34%31", "http://blog.example/%2541"),
            ("http://blog.example/a/./b/../c", "http://blog.example/a/c"),
            ("http://blog.example/../../a", "http://blog.example/a"),
            ("http://blog.example/a/..", "http://blog.example/"),
            ("http://blog.example/a/.", "http://blog.example/a/"),
            ("http://blog.example/a/%2e%2E/b", "http://blog.example/b"),
            ("http://blog.example/a//b/../c", "http://blog.example/a//c"),
            ("http://blog.example/.well-known", "http://blog.example/.well-known"),
            ("http://blog.example/<\"{}`'|^[]>", "http://blog.example/%3C%22%7B%7D%60'|^[]%3E"),
            ("http://blog.example/\u0645\u06cc\u200c\u0634", "http://blog.example/%D9%85%DB%8C%E2%80%8C%D8%B4"),
        ],
    )  # fmt: skip
    def test_spells_in_one_way(self, given: str, normal: str) -> None:
        assert str(url.parse(given)) == normal

    @settings(max_examples=500)
    @given(hostile_urls())
    @example("http://h/%%34%31")
    @example("http://h/" + "\xe9" * 1000)
    def test_is_idempotent_and_raises_nothing_else(self, text: str) -> None:
        found = accepted(text)
        assert found is None or (url.parse(str(found)) == found and str(found).isascii())

    @given(st.text())
    def test_any_text_is_a_url_or_invalid(self, text: str) -> None:
        for candidate in (text, "http://" + text, "http://h/" + text):
            found = accepted(candidate)
            assert found is None or found.host


class TestOracle:
    """WHATWG's rules, as ada has them: what we accept must be no news to a browser."""

    @staticmethod
    def host(text: str) -> str:
        return str(ada_url.URL(text).hostname).strip("[]").removesuffix(".")

    @settings(max_examples=500)
    @given(hostile_urls())
    def test_ada_accepts_and_sees_the_same_host(self, text: str) -> None:
        found = accepted(text)
        if found is None:
            return
        seen = ada_url.URL(text)
        assert self.host(text) == found.host
        assert (seen.port or {"http:": "80", "https:": "443"}[seen.protocol]) == str(found.port)
        assert ada_url.URL(str(found)).href == str(found)

    @given(st.lists(text_of_unicode_3_2(), min_size=1, max_size=3).map(".".join))
    def test_internationalised_hosts(self, host: str) -> None:
        found = accepted(f"http://{host}/")
        assert found is None or self.host(f"http://{host}/") == found.host

    @pytest.mark.parametrize("text", sorted(NORMALISED))
    def test_hostile_urls(self, text: str) -> None:
        assert self.host(text) == url.parse(text).host

    @given(st.sampled_from(HOSTS), st.lists(st.sampled_from(ESCAPES), max_size=6))
    def test_paths(self, host: str, pieces: list[str]) -> None:
        found = url.parse(f"http://{host}/{'/'.join(pieces)}")
        assert ada_url.URL(found.page).pathname == found.path
        assert not set(found.path) - set(
            string.ascii_letters + string.digits + "/%-._~!$&'()*+,;=:@"
        )
