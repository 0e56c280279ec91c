from linkback_protocol.validators.shingles import words
from linkback_protocol.validators.stock_phrases import STOCK, Phrases


def test_phrases_are_found_whatever_stands_between_their_words():
    phrases = Phrases("hassle free; don't forget; wow")
    assert phrases.within(words("Hassle-free! Don\u2019t forget: WOW.")) == {
        "hassle free",
        "don t forget",
        "wow",
    }


def test_words_count_whole_and_in_order():
    phrases = Phrases("affordable; best price")
    assert phrases.within(words("An unaffordable price, the best. A best pricey price")) == set()


def test_scripts_that_part_no_words_are_searched():
    assert Phrases("参考になりました; great").within(words("とても参考になりました。")) == {
        "参考になりました"
    }


def test_what_is_part_of_one_is_no_part_of_the_next():
    phrases = Phrases("will bookmark; bookmark your; your blog; will bookmark your blog")
    assert phrases.within(words("I will bookmark your blog")) == {"will bookmark your blog"}


def test_nothing_is_found_in_nothing():
    assert STOCK.within([]) == set()
