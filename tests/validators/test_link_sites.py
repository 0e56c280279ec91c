import pytest

from linkback_protocol.validators.splog import Splog
from tests.validators.support import TARGET, candidate

OURS = f'<a href="{TARGET}">Mending an umbrella</a>'


def _reason(html):
    verdict = Splog(hold_from=1)(candidate(html))
    return "" if verdict is None else verdict.reason


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "Submit URL | Featured listings | Web directory | PR2 {ours} | Add your site",
            "directory",
        ),
        ("Webkatalog: {ours}. Seite eintragen. Linktausch? Link eintragen!", "a directory"),
        ("Submit a new story. 2 votes. {ours}. Who voted for this story. Top users", "bookmarks"),
        ("Free content for your ezine. Publisher guidelines. Word count: 412. {ours}", "articles"),
        ("Write for us! {ours}. By admin. Guest posts: advertise with us.", "seller of posts"),
        ("Umbrella PDF download. Read online. No virus. Download now. {ours}", "downloads"),
        ("View profile: joe. Total posts: 0. Join date: today. {ours}", "profile of nobody"),
        ("Plagiarism free. Answer preview: {ours}. Place a similar order.", "seller of answers"),
        ("He cast a love spell and it held. {ours}. My lost love! WhatsApp him.", "promises"),
        ("Website worth $8. Alexa rank 9. Server IP 1. Similar sites. {ours}", "estimates"),
        ("Coupon codes: show code, get deal, verified. {ours}", "coupons"),
    ],
)
def test_kinds_are_known_by_what_they_say(text, kind):
    reason = _reason(f"<title>x</title><p>{text.format(ours=OURS)}</p>")
    assert kind in reason
    assert "(3)" in reason


@pytest.mark.parametrize(
    "text",
    [
        "A ring for people who grow things. Add your site if you have dirty hands. {ours}",
        "Junior Member, posts: 14. I followed {ours} and it leaks. Normal?",
        "I am asked for guest posts on Mondays, and send {ours} instead.",
        "The essay is due on Friday, 1500 words, APA format if you must. Read {ours} first.",
    ],
    ids=["ring", "forum", "complaint", "course"],
)
def test_one_phrase_is_nothing(text):
    assert _reason(f"<title>x</title><p>{text.format(ours=OURS)}</p>") == ""


def test_five_phrases_hold_and_the_foot_of_a_long_page_is_read():
    said = "Write for us. Guest posts. Sponsored posts. Advertise with us. By admin."
    long = " ".join(f"day{day}" for day in range(900))
    html = f"<title>x</title><p>{long} {OURS}</p><p>{said}</p>"
    assert Splog()(candidate(html)).reason.startswith("4 points: a seller of posts")


def test_who_says_i_throughout_writes_about_them():
    said = "I get offers: guest posts, sponsored posts, link insertions. I told my aunt. I said no."
    assert "(2)" in _reason(f"<title>x</title><p>{said} {OURS}</p>")
