import pytest

from linkback_protocol.errors import NoLink
from linkback_protocol.linkback import Action, Ping, Protocol
from linkback_protocol.url import parse
from linkback_protocol.validators import Candidate
from linkback_protocol.validators.actions import REASON
from linkback_protocol.validators.splog import Splog
from tests.validators.support import TARGET, candidate

OURS = (
    "Mending an umbrella. Open the umbrella under a lamp and turn it until the broken rib stands "
    "out against the light. A rib breaks at the joint, where the wire is thinnest, and it can be "
    "splinted with a piece of brass tube that a model shop sells for a coin. Slide the tube over "
    "the break, squeeze both ends flat with pliers, and sew the cloth back to the tip with waxed "
    "thread. My aunt mended eleven umbrellas in this manner during one wet week in Bergen and sold "
    "nine of them to people who had thrown them away."
)
ESSAY = (
    "I had never looked at the inside of one before. There are more moving parts in it than in a "
    "bicycle, and all of them are cheaper. On Sunday the wind took mine across the square, and a "
    "boy brought it back with the air of somebody returning a bird."
)


def _page(*paragraphs, title="A windy Sunday | Small Repairs", link="this page"):
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f'<title>{title}</title>{body}<p>See <a href="{TARGET}">{link}</a>.</p>'


def _judge(html, *, validator=None, **settings):
    settings.setdefault("target_text", OURS)
    return (validator or Splog())(candidate(html, **settings))


def test_a_post_by_a_person_is_passed_over():
    assert _judge(_page(ESSAY)) is None


def test_a_scraped_excerpt_with_its_phrases_is_spam():
    html = _page(
        f"{OURS[:300]} [...] Original post by admin. Read the original here:",
        title="Umbrella News",
    )
    verdict = _judge(
        html, protocol=Protocol.TRACKBACK, title="Umbrella News", blog_name="Umbrella news!"
    )
    assert verdict.action is Action.SPAM
    assert "the title is the name of the site (3)" in verdict.reason
    assert "a scraper's phrase: 'read the original here' (5)" in verdict.reason


@pytest.mark.parametrize(
    "phrase", ["Den Originalbeitrag lesen Sie", "Lire l\u2019article original", "元の記事を読む"]
)
def test_phrases_are_known_in_other_languages(phrase):
    validator = Splog(hold_from=3)
    assert "a scraper's phrase" in _judge(_page(ESSAY, phrase), validator=validator).reason


def test_a_copy_of_our_text_is_held_whatever_its_punctuation():
    verdict = _judge(_page(OURS.replace(",", " \u2013").upper(), title="Repairs"))
    assert "it has 100% of our text (5)" in verdict.reason


def test_a_quotation_with_an_answer_is_no_copy():
    quotation = f"<blockquote>{OURS[200:420]}</blockquote>"
    assert _judge(_page(ESSAY, quotation, ESSAY.replace("Sunday", "Monday"))) is None


def test_our_text_is_not_needed():
    assert _judge(_page(OURS), target_text="") is None


def test_a_shop_is_held_by_its_title_and_its_offers():
    text = "Buy cheap replica Rolex watches, free shipping, order today at a discount."
    verdict = _judge(_page(text, title="Replica Rolex: buy cheap"))
    assert verdict.action is Action.HOLD
    assert "the title speaks of replica and rolex (3)" in verdict.reason
    assert (
        "an advertisement round the link: 'order today' and 'free shipping' (4)" in verdict.reason
    )


def test_a_page_is_looked_at_though_the_excerpt_is_innocent():
    text = "Buy cheap replica Rolex watches, free shipping, order today at a discount."
    verdict = _judge(
        _page(text, title="Replica Rolex: buy cheap"),
        protocol=Protocol.TRACKBACK,
        title="Re: umbrellas",
        excerpt="I have written about it, too.",
    )
    assert verdict.action is Action.HOLD


def test_our_own_topic_is_no_sign():
    about = "A casino is a house that sells hope. Roulette and poker are what it wraps it in."
    html = _page(
        "At the casino we played roulette, then poker, and blackjack until the night was over.",
        title="Roulette and poker at the casino",
    )
    validator = Splog(hold_from=1)
    assert _judge(html, validator=validator, target_text=about) is None
    assert _judge(html, validator=validator, target_text="Umbrellas.") is not None


def test_offers_beside_the_article_are_not_its_own():
    advertisement = "<aside>Casino: 50 free spins, no deposit bonus, buy cheap slots</aside>"
    html = f'<article><p>{ESSAY} <a href="{TARGET}">this</a></p></article>{advertisement}'
    assert _judge(html, validator=Splog(hold_from=1)) is None


def test_a_page_of_links_is_told_from_a_menu():
    foreign = " ".join(f'<a href="http://h{n}.example/">topic{n}</a>' for n in range(80))
    own = " ".join(f'<a href="http://blog.example/{n}">topic{n}</a>' for n in range(80))
    validator = Splog(hold_from=3)
    assert "81 links to other sites" in _judge(_page(foreign), validator=validator).reason
    assert _judge(_page(own), validator=validator) is None


def test_a_word_on_and_on_is_stuffing():
    stuffed = "Our forklift page has every forklift that a forklift buyer wants. " * 6
    verdict = _judge(_page(stuffed, title="Forklift, forklift and forklift"))
    assert "of its longer words are 'forklift' (3)" in verdict.reason
    assert "the title repeats itself (2)" in verdict.reason


@pytest.mark.parametrize(
    ("source", "points"),
    [
        ("http://blog.example/?p=123456789", 2),
        ("http://blog.example/post-837261/", 1),
        ("http://blog.example/archives/91827364.html", 2),
        ("http://blog.example/2019/07/14/umbrellas/", 0),
        ("http://blog.example/?p=4123", 0),
    ],
)
def test_numbers_in_the_address(source, points):
    verdict = _judge(_page(ESSAY), validator=Splog(hold_from=1), source=source)
    assert (verdict is not None) == (points > 0)
    assert verdict is None or f"a long number in the address ({points})" in verdict.reason


@pytest.mark.parametrize(
    ("title", "source", "sign"),
    [
        ("Post 837261", "http://blog.example/x", "a long number in the title (2)"),
        ("Mending an umbrella | Daily News", "http://blog.example/x", "the title is ours (2)"),
        ("windy.example", "http://www.windy.example/", "the title is the name of the host (2)"),
        ("Notes", "http://casino-hill.example/", "the host speaks of casino (1)"),
        ("Notes", "http://cialis-xanax.example/", "the host speaks of cialis and xanax (2)"),
    ],
)
def test_titles_and_hosts(title, source, sign):
    verdict = _judge(_page(ESSAY, title=title), validator=Splog(hold_from=1), source=source)
    assert verdict.reason.endswith(f"points: {sign}")


def test_a_page_that_is_mostly_ours_is_told_though_it_has_little_of_it():
    long = f"{OURS} {' '.join(f'word{number}' for number in range(400))}"
    verdict = _judge(_page(OURS[:300]), validator=Splog(hold_from=1), target_text=long)
    assert "of its text is ours (3)" in verdict.reason
    assert "of our text" not in verdict.reason


def test_what_the_ping_gives_away_costs_no_fetch():
    ping = Ping(
        protocol=Protocol.TRACKBACK,
        source="http://cheap-viagra-casino.example/?p=123456789",
        target=TARGET,
        title="Viagra casino 123456789",
        blog_name="viagra casino 123456789",
    )

    def read_source(asked):
        raise AssertionError("fetched")

    asked = Candidate(ping, target=parse(TARGET), page_url=parse(TARGET), read_source=read_source)
    assert Splog()(asked).action is Action.SPAM


def test_a_refusal_by_the_page_is_let_through():
    def read_source(asked):
        raise NoLink("none")

    ping = Ping(protocol=Protocol.PINGBACK, source="http://blog.example/", target=TARGET)
    asked = Candidate(ping, target=parse(TARGET), page_url=parse(TARGET), read_source=read_source)
    with pytest.raises(NoLink):
        Splog()(asked)


def test_an_unread_page_leaves_the_ping():
    asked = candidate(None, protocol=Protocol.TRACKBACK, title="Mine", blog_name="mine")
    assert Splog()(asked) is None
    assert Splog(hold_from=3)(asked).reason == "3 points: the title is the name of the site (3)"


def test_reasons_are_short_and_clean():
    html = _page(
        "Read the original here. Original post by \u202eadmin. Buy cheap viagra, cialis, free.",
        OURS,
        title="Viagra Viagra Viagra 1234567 buy cheap",
    )
    reason = _judge(html, source="http://viagra-casino.example/?p=123456789").reason
    assert len(reason) <= REASON
    assert reason.isprintable()


@pytest.mark.parametrize(("hold", "spam"), [(0, 8), (5, 4)])
def test_thresholds_that_make_no_sense_are_refused(hold, spam):
    with pytest.raises(ValueError, match="hold_from is at least 1"):
        Splog(hold_from=hold, spam_from=spam)


PADDED = (
    "When it comes to umbrellas, it is important to choose the right one for your needs. There is "
    "a wide range of high quality products at affordable prices, so make sure to read the reviews. "
    "Last but not least, our experts offer peace of mind."
)


def test_padding_throughout_is_held():
    verdict = _judge(_page(PADDED, title="Umbrellas"))
    assert verdict.action is Action.HOLD
    assert "stock phrases in" in verdict.reason


def test_a_person_may_say_two_such_things_in_a_post():
    mine = "When it comes to umbrellas I am my aunt's nephew, and last but not least, her heir."
    assert _judge(_page(ESSAY, mine), validator=Splog(hold_from=3)) is None


def test_who_thanks_by_name_and_names_things_may_praise():
    praise = (
        "Great article on ribs, very helpful, thanks for sharing {0}. Replaced {1} before lunch."
    )
    nobody, somebody = praise.format("it", "the tube"), praise.format("this Karim", "my Knirps")
    validator = Splog(hold_from=5)
    assert _judge(_page(nobody, title="204", link="here"), validator=validator) is not None
    assert _judge(_page(somebody, title="204", link="here")) is None


def test_a_pair_of_words_on_and_on_is_stuffing():
    stuffed = "Packers Movers Pune are best. " * 3 + "Packers Movers Wakad, Packers Movers Baner. "
    verdict = _judge(_page(stuffed, title="Tips"), validator=Splog(hold_from=3))
    assert "5 times 'packers movers' in" in verdict.reason


def test_templates_of_praise_are_held():
    praise = "Great post! Thanks for sharing, I will bookmark your blog. Keep up the good work."
    verdict = _judge(_page(praise, title="Hotels", link="Link"))
    assert verdict.action is Action.HOLD
    assert "the link says 'Link' (1)" in verdict.reason
    assert "hardly any text (1)" in verdict.reason


def test_a_short_recommendation_by_somebody_is_passed_over():
    html = _page("Great post by Ruth, on ribs and brass tubes:", title="Umbrellas", link="here")
    assert _judge(html, validator=Splog(hold_from=1)) is None


@pytest.mark.parametrize(
    "praise",
    [
        "Toller Artikel, vielen Dank für die Mühe. Weiter so!",
        "Super article, merci pour le partage et bonne continuation.",
        "Excelente artículo, gracias por compartir, muy interesante.",
        "Отличная статья, спасибо за информацию.",
        "とても勉強になりました。素晴らしい記事をありがとうございます。",
    ],
)
def test_praise_is_known_in_other_languages(praise):
    verdict = _judge(_page(praise, title="Blog", link="link"), validator=Splog(hold_from=3))
    assert "stock phrases in" in verdict.reason


def test_what_has_no_word_about_us_counts_beside_stock_phrases_only():
    empty = "The market is growing and many of us are happy with what there is to buy in it."
    about = "The rib is splinted, and that is what is done with one in a tube that is of brass."
    padded = PADDED.replace("umbrellas", "these").replace("our experts offer", "they give")
    assert "not a word of what our page is about" in _judge(_page(padded, empty)).reason
    assert "not a word" not in _judge(_page(padded, about)).reason
    assert _judge(_page(empty, empty), validator=Splog(hold_from=1)) is None


def test_services_that_ping_for_what_others_said_are_held():
    html = _page(
        "This post was mentioned on Twitter by ruth and 4 others. Social comments and analytics "
        "for this post: 12 tweets.",
        title="Tweets that mention Mending an umbrella -- Echo",
    )
    verdict = _judge(html)
    assert verdict.action is Action.HOLD
    assert "a service's phrase" in verdict.reason


def test_somebody_who_numbers_his_posts_is_passed_over():
    source = "http://blog.example/?p=20031187"
    mine = "Each post has the number of a repair that I made. This one I did in my kitchen."
    html = _page(mine, title="20031187")
    assert _judge(html, source=source) is None
    nobody = "Each post has the number of a repair. This one was done in the kitchen."
    assert (
        "a long number in the title (2)"
        in _judge(_page(nobody, title="20031187"), source=source).reason
    )


def test_a_number_in_the_name_of_the_site_is_a_sign():
    verdict = _judge(
        _page(ESSAY),
        validator=Splog(hold_from=1),
        protocol=Protocol.TRACKBACK,
        title="Umbrellas",
        excerpt="On umbrellas.",
        blog_name="Umbrellas 8231907",
    )
    assert "a long number in the name of the site (2)" in verdict.reason


def test_nobody_at_all_is_a_sign_beside_stock_phrases():
    nothing = "and there is much to be said for the one and for the other of them, as it is known. "
    html = f'<title>Rain</title><p>{PADDED} {nothing * 3}It is <a href="{TARGET}">told</a> there.'
    assert "no name, no number and nobody in it" in _judge(html).reason
    named = html.replace("as it is known", "as Ruth Alder knew in 1961")
    assert "nobody in it" not in _judge(named, validator=Splog(hold_from=1)).reason


def test_who_says_i_may_write_like_that():
    told = "When it comes to wind, make sure to read the reviews."
    mine = ESSAY.replace("a boy", "my boy, who is like me,")
    validator = Splog(hold_from=3)
    assert "3 stock phrases in" in _judge(_page(ESSAY, told, title="Wind")).reason
    assert (
        "3 stock phrases in" in _judge(_page(mine, told, title="Wind"), validator=validator).reason
    )
    assert _judge(_page(mine, told, title="Wind")) is None


def test_a_number_counts_where_somebody_speaks_in_stock_phrases():
    html = _page(f"I think that I know. {PADDED}", title="20031187")
    verdict = _judge(html, source="http://blog.example/?p=20031187")
    assert "a long number in the title (2)" in verdict.reason
