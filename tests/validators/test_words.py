"""The owner's own words and patterns."""

import re

import pytest

from linkback_protocol.errors import Refused
from linkback_protocol.linkback import Action, Protocol
from linkback_protocol.validators.words import MAX_BYTES, MAX_PATTERNS, Words
from tests.validators.support import TARGET, candidate

PROSE = "It was the custom of the house that whoever came late told a story before supper. "


def post(near: str = "", *, title: str = "A post", far: str = "") -> str:
    return (
        f"<title>{title}</title><p>{far} {PROSE * 9}<p>{near} <a href='{TARGET}'>an oven</a>."
        f"<p>{PROSE * 9} {far}"
    )


def trackback(**texts: str):
    return candidate(post(), protocol=Protocol.TRACKBACK, **texts)


def finds(entry: str, text: str) -> bool:
    return Words(words=[entry])(trackback(excerpt=text)) is not None


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("viagra", "Buy VIAGRA!"),
        ("Viagra", "no-viagra-here"),
        ("buy now", "Buy,  now"),
        ("buy now", "buy-now.html"),
        ("straße", "STRASSE"),
        ("viagra", "\uff36iagra"),
        ("casino*", "two casinos"),
        ("casino*", "casino"),
        ("*casino", "bestcasino 24"),
        ("*casino*", "bestcasino24"),
        ("online cas*", "an online casino"),
        ("激安", "今日は激安です"),
        ("казино", "Лучшее КАЗИНО"),
        ("don't", "I don't"),
    ],
)
def test_words_and_phrases(entry, text):
    assert finds(entry, text)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("press", "WordPress"),
        ("buy now", "buy it now"),
        ("buy now", "buy nowhere"),
        ("casino*", "bestcasino"),
        ("*casino", "casinos"),
        ("ass", "class, assess, bass"),
    ],
)
def test_others(entry, text):
    assert not finds(entry, text)


def test_everything_that_a_ping_says_is_looked_at():
    words = Words(words=["pills"], patterns=[r"pi\W?lls"])
    assert words(trackback(title="Pills")).reason == "the title has 'pills'"
    assert words(trackback(excerpt="Pills")).reason == "the excerpt has 'pills'"
    assert words(trackback(blog_name="Pills")).reason == "the name of the blog has 'pills'"
    source = "http://shop.example/blue%2Dpills?x=1"
    assert words(candidate(post(), source=source)).reason == "the address has 'pills'"
    assert words(trackback(title="Pi-lls")).reason == r"the title matches /pi\W?lls/"


def test_and_so_is_the_page_where_the_link_is():
    words = Words(words=["pills"])
    reason = words(candidate(post(title="Pills"))).reason
    assert reason == "the title of the page has 'pills'"
    assert words(candidate(post("Pills from"))).reason == "the text near the link has 'pills'"
    assert words(candidate(post(far="Pills"))) is None
    html = f'{post()}<div hidden><a href="{TARGET}">pills</a></div>'
    assert words(candidate(html)).reason == "the text of the link has 'pills'"


def test_the_page_is_not_read_where_the_ping_says_enough():
    ping = candidate(post(), protocol=Protocol.TRACKBACK, title="Pills")
    assert Words(words=["pills"])(ping)
    assert not ping.is_read


def test_patterns_are_tried_on_all_of_a_longer_text():
    pattern = Words(patterns=[r"cheap\s(?:\w+\s){0,3}pills"])
    for place in (0, 380, 395, 580, 599, 900):
        assert pattern(trackback(excerpt=f"{'-' * place}cheap and blue pills")), place
    assert Words(patterns=["^late"])(trackback(excerpt=f"{'-' * 400}late{'-' * 300}")) is None


def test_an_unverified_trackback_has_its_texts():
    ping = candidate(None, protocol=Protocol.TRACKBACK, excerpt="nothing of the kind")
    assert Words(words=["pills"])(ping) is None


def test_the_owner_chooses():
    ping = trackback(title="Pills")
    assert Words(words=["pills"])(ping).action is Action.HOLD
    assert Words(words=["pills"], action="spam")(ping).action is Action.SPAM
    with pytest.raises(Refused):
        Words(words=["pills"], action="refuse")(ping)


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({}, "needs words=, patterns="),
        ({"words": "pills"}, "words is a list"),
        ({"patterns": "pills"}, "patterns is a list"),
        ({"words": ["$$$"]}, "has no letter or digit"),
        ({"words": ["ca*no"]}, "a star stands at the beginning or the end"),
        ({"patterns": ["(a+)+b"]}, "it may take too long"),
        ({"patterns": ["a(b"]}, "without its )"),
        ({"patterns": ["x"] * (MAX_PATTERNS + 1)}, "at most"),
        ({"words": ["pills"], "action": "approve"}, "action is one of"),
    ],
)
def test_settings_are_checked(settings, hint):
    with pytest.raises(ValueError, match=re.escape(hint)):
        Words(**settings)


class TestFile:
    def test_words_and_patterns(self, tmp_path):
        path = tmp_path / "words.txt"
        path.write_text(
            "\ufeff# What I have had enough of\n\n  pills  # 2011\r\nbuy now\nc#\n/po\\W?ker #1/\n",
            encoding="utf-8",
        )
        words = Words.from_file(path, action="spam")
        assert list(words.words) == ["pills", "buy now", "c#"]
        assert list(words.patterns) == [r"po\W?ker #1"]
        assert words(trackback(title="po-ker #1")).action is Action.SPAM

    @pytest.mark.parametrize(
        ("line", "hint"),
        [
            ("$$$", "line 2: '$$$' has no letter"),
            ("/(a+)+b/", "line 2: the pattern '(a+)+b': it may take too long"),
            ("/abc", "line 2: '/abc': a pattern is all of its line"),
            ("/abc/ # why", "line 2: '/abc/ # why': a pattern is all of its line"),
            ("//", "line 2: '//': a pattern is all of its line"),
            ("a*b", "line 2: 'a*b': a star"),
        ],
    )
    def test_a_broken_line_is_named(self, tmp_path, line, hint):
        path = tmp_path / "words.txt"
        path.write_text(f"pills\n{line}\n", encoding="utf-8")
        with pytest.raises(ValueError, match=re.escape(f"{path}, {hint}")):
            Words.from_file(path)

    @pytest.mark.parametrize(
        ("content", "hint"),
        [
            (b"# none\n", "has no words in it"),
            (b"pills\nb\xfccher\n", "line 2: not in UTF-8"),
            (b"a" * (MAX_BYTES + 1), "is longer than 1 MiB"),
        ],
    )
    def test_a_file_that_is_no_list_is_refused(self, tmp_path, content, hint):
        path = tmp_path / "words.txt"
        path.write_bytes(content)
        with pytest.raises(ValueError, match=hint):
            Words.from_file(path)

    def test_and_one_that_is_not_there(self, tmp_path):
        with pytest.raises(ValueError, match="cannot be read"):
            Words.from_file(tmp_path / "missing.txt")
