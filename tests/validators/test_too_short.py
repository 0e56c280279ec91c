"""Sources that say nothing."""

import pytest

from linkback_protocol.errors import Refused
from linkback_protocol.linkback import Action, Protocol
from linkback_protocol.validators.too_short import TooShort, count_words
from tests.validators.support import TARGET, candidate

LINK = f'<a href="{TARGET}">ours</a>'


def trackback(html: str | None, excerpt: str):
    return candidate(html, protocol=Protocol.TRACKBACK, excerpt=excerpt)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (f"<title>A page with a long title</title>{LINK}", "the page has 1 word"),
        (f"<p>Look: {LINK}<p hidden>and this is a text that nobody sees", "the page has 2 words"),
        (f'<a href="{TARGET}"><img src="x.png"></a>', "the page has no words"),
        (f"<p>面白い<a href='{TARGET}'>記事</a>", "the page has 3 words"),
    ],
)
def test_a_page_with_hardly_a_word_is_held(html, reason):
    verdict = TooShort()(candidate(html))
    assert (verdict.action, verdict.reason) == (Action.HOLD, reason)


@pytest.mark.parametrize(
    "html",
    [
        f"<p>What a lovely text: {LINK}",
        f"<p>今日は<a href='{TARGET}'>とても面白い記事</a>を読みました。",
        f"<h1>Birches</h1><img src='1.jpg'><p>Narvik, May. {LINK} <nav>Home</nav>",
    ],
)
def test_a_sentence_is_enough(html):
    assert TooShort()(candidate(html)) is None


def test_the_excerpt_of_a_trackback_counts_for_itself():
    long = f"<p>{'a word or two ' * 50}{LINK}"
    assert TooShort()(trackback(long, "Nice!")).reason == "the excerpt has 1 word"
    assert TooShort()(trackback(long, "Well \n said")) is None
    assert TooShort(excerpt_words=3)(trackback(long, "Well \n said")).action is Action.HOLD
    assert TooShort()(trackback(long, "素晴らしい記事です")) is None
    assert TooShort()(candidate(long, excerpt="Nice!")) is None


def test_a_missing_excerpt_is_no_short_one():
    assert TooShort()(trackback(None, "  ")) is None
    assert TooShort()(trackback(f"<p>{LINK}", "")).reason == "the page has 1 word"


def test_a_page_that_was_cut_off_is_not_judged():
    ping = candidate(LINK)
    object.__setattr__(ping.page, "truncated", True)
    assert TooShort()(ping) is None


def test_the_owner_chooses():
    ping = candidate(f"<p>Just four words, {LINK}")
    assert TooShort(words=4)(ping) is None
    assert TooShort(words=0)(candidate(LINK)) is None
    assert TooShort(words=20, action="spam")(ping).action is Action.SPAM
    with pytest.raises(Refused):
        TooShort(action="refuse")(ping)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one", 1),
        ("one two", 2),
        ("これは本です", 3),
        ("本 book", 2),
        ("한국어 문장", 2),
        ("สวัสดีครับ", 5),
    ],
)
def test_words_are_counted_in_scripts_that_do_not_part_them(text, words):
    assert count_words(text) == words


@pytest.mark.parametrize("settings", [{"words": -1}, {"excerpt_words": 10**6}, {"action": "x"}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="TooShort"):
        TooShort(**settings)
