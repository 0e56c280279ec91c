import threading

import pytest

from linkback_protocol.linkback import Action
from linkback_protocol.validators.duplicate_content import DuplicateContent
from linkback_protocol.validators.shingles import words
from linkback_protocol.validators.sketches import (
    MAX_BAND,
    SLOTS,
    RecentSketches,
    distance,
    sketch,
)
from tests.validators.support import TARGET, candidate

TEXT = (
    "After months of research our team has put together the list of resources that a beginner "
    "should know before getting started with this hobby in {place}. We have talked to dozens of "
    "experts, read hundreds of pages and tested all of the tips at home, so that you do not have "
    "to do it yourself. The readers who have tried it were more than happy with the result and "
    "told their friends about it, and so will you when the weekend comes."
)
OTHER = (
    "My grandmother kept bees behind the signal box, and when an express went by they all came "
    "out to look. She said that they were counting the carriages. On the day when the line was "
    "closed she told them herself, with the door key in her hand, as one tells them of a death, "
    "and the strongest hive moved that same week to the next valley, where there were trains."
)
QUOTED = (
    "You will not win. Once that is accepted the rest is diplomacy. I have tried everything that "
    "is recommended over fences, and have written down what happened, with a row of lettuce as "
    "the witness. Beer works, in the sense that slugs drown in it. It also invites the slugs of "
    "the whole street, and the lettuce beside it looked like lace in the morning after that."
)


def _page(text, *, theme="div"):
    return (
        f"<title>x</title><{theme}><p>{text}</p>"
        f'<p>Here is <a href="{TARGET}">the page</a>.</p></{theme}>'
    )


def _from(host, text, *, target_text=""):
    return candidate(_page(text), source=f"http://{host}/p/", target_text=target_text)


@pytest.fixture
def validator():
    return DuplicateContent()


def test_the_first_has_nothing_to_be_compared_with(validator):
    assert validator(_from("one.example", TEXT)) is None


def test_the_same_text_from_another_host_is_held(validator):
    validator(_from("one.example", TEXT))
    verdict = validator(_from("two.example", TEXT))
    assert verdict.action is Action.HOLD
    assert verdict.reason == "the text pinged from one.example before"


def test_a_word_exchanged_and_another_theme_do_not_help(validator):
    validator(_from("one.example", TEXT.format(place="Leeds")))
    page = _page(TEXT.format(place="Perth"), theme="article")
    assert validator(candidate(page, source="http://two.example/")) is not None


def test_from_many_hosts_it_is_spam(validator):
    actions = [validator(_from(f"h{n}.example", TEXT)) for n in range(4)]
    assert [action and action.action for action in actions] == [
        None,
        Action.HOLD,
        Action.HOLD,
        Action.SPAM,
    ]
    assert "from 3 other hosts before" in actions[-1].reason


def test_branches_under_the_names_of_their_towns_are_known(validator):
    branch = (
        "Locked out in {0}? Our friendly {0} fitters reach you in thirty minutes. No charge for "
        "the way to {0}. People in {0} tell their friends in {0} about us, since {0} has one of us "
        "on each corner of {0}, from the church of {0} down to the gates of {0}, and so will you, "
        "in {0}, when the door has fallen shut behind you with the dog and the soup on the stove."
    )
    for host, town, other in (("doors-perth", "Perth", "Leeds"), ("doors-leeds", "Leeds", "Perth")):
        plain, named = DuplicateContent(), DuplicateContent()
        named(_from(f"{host}.example", branch.format(town)))
        plain(_from(f"{host}.example", branch.format(other)))
        found = named(_from("doors-derby.example", branch.format("Derby")))
        assert found.reason == f"the text pinged from {host}.example before"
        assert plain(_from("doors-derby.example", branch.format("Derby"))) is None


def test_pages_of_one_host_are_not_compared(validator):
    validator(_from("one.example", TEXT))
    assert validator(_from("one.example", TEXT)) is None
    assert validator(_from("www.one.example", TEXT)) is None


def test_different_texts_are_passed_over(validator):
    validator(_from("one.example", TEXT))
    assert validator(_from("two.example", OTHER)) is None


def test_a_text_that_is_half_alike_is_passed_over():
    # The memory finds it by a band; it is the distance that tells them apart.
    strict, lax = DuplicateContent(), DuplicateContent(slots=SLOTS - 1)
    for judge in (strict, lax):
        judge(_from("one.example", f"{TEXT} {OTHER}"))
    mixed = f"{TEXT} {QUOTED}"
    assert strict(_from("two.example", mixed)) is None
    assert lax(_from("two.example", mixed)) is not None


def test_a_short_text_is_not_compared(validator):
    validator(_from("one.example", TEXT[:150]))
    assert validator(_from("two.example", TEXT[:150])) is None


def test_what_is_quoted_from_us_is_not_compared(validator):
    validator(_from("one.example", QUOTED, target_text=f"Slugs. {QUOTED}"))
    assert validator(_from("two.example", QUOTED, target_text=f"Slugs. {QUOTED}")) is None


def test_a_text_is_known_on_a_page_with_much_else(validator):
    validator(_from("one.example", TEXT))
    rest = " ".join(f"word{number}" for number in range(600))
    page = f"<aside>{rest}</aside><article>{_page(TEXT)}</article>"
    assert validator(candidate(page, source="http://two.example/")) is not None


def test_an_unread_page_is_passed_over(validator):
    assert validator(candidate(None)) is None


@pytest.mark.parametrize("settings", [{"words": 0}, {"slots": SLOTS}, {"spam_hosts": 0}])
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValueError, match="DuplicateContent: words and spam_hosts"):
        DuplicateContent(**settings)


def _sketch(text):
    return sketch(words(text), at_least=1)


def test_sketches_are_as_far_apart_as_their_texts():
    assert distance(_sketch(TEXT), _sketch(TEXT)) == 0
    assert distance(_sketch(TEXT), _sketch(TEXT.replace("{place}", "Cork"))) <= 4
    assert distance(_sketch(TEXT), _sketch(OTHER)) >= 12


def test_a_sketch_is_the_same_in_every_process():
    assert _sketch("one two three four five") == 18_682_169_164_286_819_797_073_307_532_396_465_678


def test_a_text_without_words_has_no_sketch():
    assert _sketch("") is None
    assert _sketch("two words") is None


def test_memory_forgets_the_oldest():
    memory = RecentSketches(size=2)
    one, other = _sketch(TEXT), _sketch(OTHER)
    assert memory.seen(one, "a", 0) == []
    assert memory.seen(one, "b", 1) == [("a", 0)]
    memory.seen(other, "c", 2)
    assert memory.seen(one, "d", 3) == []


def test_nothing_is_overlooked_that_differs_in_fewer_than_half_of_the_slots():
    memory = RecentSketches()
    one = _sketch(TEXT)
    memory.seen(one, "a", 0)
    changed = one
    for slot in range(0, SLOTS - 2, 2):
        changed ^= 1 << (8 * slot)
    assert memory.seen(changed, "b", 1) == [("a", SLOTS // 2 - 1)]


def test_what_a_full_band_dropped_is_forgotten_in_its_turn():
    memory = RecentSketches(size=MAX_BAND + 10)
    for turn in range(3 * MAX_BAND):
        memory.seen(_sketch(TEXT), f"h{turn}", turn)
    for turn in range(MAX_BAND + 10):
        memory.seen(_sketch(f"{OTHER} {turn}"), "other", turn)
    assert memory.seen(_sketch(TEXT), "late", 0) == []


def test_memory_forgets_after_days():
    memory = RecentSketches(days=1)
    memory.seen(_sketch(TEXT), "a", 0)
    assert memory.seen(_sketch(TEXT), "b", 86_300) == [("a", 0)]
    assert memory.seen(_sketch(TEXT), "c", 86_500) == [("b", 0)]


def test_one_text_over_and_over_does_not_slow_memory_down():
    memory = RecentSketches()
    found = [len(memory.seen(_sketch(TEXT), f"h{n}", n)) for n in range(3 * MAX_BAND)]
    assert max(found) <= MAX_BAND


def test_memory_that_remembers_nothing_is_refused():
    with pytest.raises(ValueError, match="size is at least 1"):
        RecentSketches(size=0)


def test_memory_may_be_shared_by_threads():
    memory = RecentSketches(size=50)
    texts = [f"{TEXT} {number}" for number in range(8)]
    done = []

    def send(text):
        for turn in range(200):
            memory.seen(_sketch(f"{text} {turn % 7}"), text[-1], turn)
        done.append(text)

    threads = [threading.Thread(target=send, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(texts)


MINE = (
    "I used to throw umbrellas away. My aunt, who mended them for a living, never said a word to "
    "me about it, and when she died I found that she had left me her brass tubes, her pliers and "
    "eleven ribs in a cigar box. So I sat down in my kitchen, with the box before me, and I learnt "
    "it from a page that somebody had written for people like me. It took me all of a Sunday."
)


def test_what_somebody_tells_of_himself_may_stand_in_two_places(validator):
    validator(_from("own.example", MINE))
    assert validator(_from("platform.example", MINE)) is None


def test_in_the_third_place_it_is_held_whoever_tells_it(validator):
    validator(_from("own.example", MINE))
    validator(_from("platform.example", MINE))
    assert validator(_from("scraper.example", MINE)).action is Action.HOLD
