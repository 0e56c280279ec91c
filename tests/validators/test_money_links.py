import pytest

from linkback_protocol.linkback import Action
from linkback_protocol.validators.splog import Splog
from tests.validators.support import TARGET, candidate

OURS = f'<a href="{TARGET}">mending an umbrella</a>'
FARM = (
    "<title>Rainy days - Home Mag</title><p>Rain can spoil a day, and so {ours} is worth a try. If "
    'stress persists, ask a <a href="https://lawmen.example/la">personal injury lawyer Boston</a>. '
    'One can also <a href="https://ketoland.example/x">buy keto supplements</a> or look for '
    '<a href="https://spin.example/uk">non UK casinos</a>.</p>'
)


def _reason(html, **settings):
    settings.setdefault("target_text", "Mending an umbrella. A rib is splinted with brass.")
    verdict = Splog(hold_from=1)(candidate(html, **settings))
    return "" if verdict is None else verdict.reason


def _page(*links, text="It rained. See {ours}, and {links}.", title="Rain"):
    listed = ", ".join(f'<a href="{url}">{said}</a>' for said, url in links)
    return f"<title>{title}</title><p>{text.format(ours=OURS, links=listed)}</p>"


def test_a_farm_of_guest_posts_is_held():
    verdict = Splog()(candidate(FARM.format(ours=OURS)))
    assert verdict.action is Action.HOLD
    assert "links for money beside ours" in verdict.reason


def test_three_links_are_enough_in_any_language():
    html = _page(
        ("kredit ohne schufa", "http://kredit.example/"),
        ("assurance auto pas cher", "http://auto.example/"),
        ("ставки на спорт онлайн", "http://sport.example/"),
    )
    assert Splog()(candidate(html)).action is Action.HOLD


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("dental implants Houston", "http://teeth.example/a/b"),
        ("dental implants", "http://houstondental.example/a/b"),
        ("dental implants", "http://teeth-best-deals.example/a/b"),
        ("here", "http://cheap-dental-online.example/"),
        ("viagra", "http://choir.example/"),
    ],
    ids=["town", "name", "host", "any text", "goods"],
)
def test_one_link_is_a_sign_of_little(said, url):
    reason = _reason(_page((said, url)))
    assert f"links for money beside ours, such as {said.lower()!r} (1)" in reason


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("my dental implants", "http://teeth.example/a"),
        ("what a lawyer costs, and what he is worth to you", "http://cheaplaw.example/a"),
        ("dental implants", "http://teeth.example/2019/what-they-are"),
        ("Ruth's umbrellas", "http://ruth.example/"),
        ("The Best of Both", "http://thebestofboth.example/"),
        ("casino bonus", f"{TARGET}more"),
    ],
    ids=["spoken", "headline", "article", "name", "one word in the host", "ours"],
)
def test_what_a_blogger_links_to_is_none(said, url):
    assert "links for money" not in _reason(_page((said, url)))


def test_two_links_of_one_host_count_and_no_more():
    pills = ("cheap viagra", "casino bonus", "replica watches", "payday loans")
    told = (
        "It rained on Sunday, as it does in June, and by noon there was {ours} to be done, then "
        "{links} to be thrown away, and soup. The wind came up from the harbour and took the wash."
    )
    one = [(said, f"http://pills.example/{said[:3]}") for said in pills]
    many = [(said, f"http://{said[:3]}.example/x") for said in pills]
    assert "beside ours, such as 'casino bonus' and 'cheap viagra' (3)" in _reason(
        _page(*one, text=told)
    )
    assert "beside ours, such as 'casino bonus' and 'cheap viagra' (4)" in _reason(
        _page(*many, text=told)
    )


def test_who_marks_what_is_paid_for_is_passed_over():
    html = FARM.format(ours=OURS).replace('<a href="https', '<a rel="sponsored" href="https')
    assert "links for money" not in _reason(html)


def test_links_that_nobody_sees_are_the_work_of_others():
    html = FARM.format(ours=OURS).replace('<a href="https', '<a style="display:none" href="https')
    assert "links for money" not in _reason(html)


def test_links_beside_the_article_are_not_its_own():
    farm = FARM.format(ours="that")
    html = f"<article><p>It rained on Sunday. {OURS}</p></article><aside>{farm}</aside>"
    assert "links for money" not in _reason(html)


def test_links_far_from_ours_are_not_beside_it():
    told = "It rained, and then it rained, as it had on the day before. " * 20
    html = f"<p>{OURS} {told}</p>{FARM.format(ours='that')}"
    assert "links for money" not in _reason(html)


def test_a_trade_of_our_own_needs_an_offer_beside_it():
    casino = ("casino", "http://spin.example/")
    cheap = ("casino bonus", "http://spin.example/x")
    text = "The casino and its wheel."
    assert "links for money" not in _reason(_page(casino), target_text=text)
    assert "links for money" in _reason(_page(cheap), target_text=text)


def test_the_menu_of_a_shop_counts_by_half():
    own = [
        (said, f"http://blog.example/{said[:5]}") for said in ("car insurance", "home insurance")
    ]
    assert "home insurance' (1)" in _reason(_page(*own))


def test_who_tells_of_himself_may_name_two_firms():
    links = (
        ("Mill Road Dental", "http://millroaddental.example/"),
        ("Abbey Plumbing", "http://abbeyplumbing.example/"),
    )
    told = "I have {ours} in my kitchen, and I thank {links}, who lent me a lamp and my ladder."
    assert "(3)" in _reason(_page(*links))
    assert Splog(hold_from=3)(candidate(_page(*links, text=told))) is None


def test_a_text_strung_from_links_is_a_sign_more():
    links = [(f"cheap tramadol {n}", f"http://p{n}.example/") for n in range(3)]
    strung = _page(*links, text="{ours} {links}")
    told = _page(
        *links,
        text="It rained on Sunday, as it does, and by noon {ours} and {links}, "
        "which is what there was to see in the window of the shop on the corner by noon.",
    )
    assert "a third of the text round it is links" in _reason(strung)
    assert "a third of the text round it is links" not in _reason(told)
