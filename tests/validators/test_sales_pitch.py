import pytest

from linkback_protocol.linkback import Action
from linkback_protocol.validators.splog import Splog
from tests.validators.support import TARGET, candidate

OURS = f'<a href="{TARGET}">mending an umbrella</a>'
GUTTERS = (
    f"<title>Gutters</title><p>After {OURS} look at your gutters. Our licensed team serves your "
    "town with professional gutter cleaning. Bad roofing costs you money. Prices from $49, 20% off "
    "for new customers. Call now for your free estimate!</p>"
)
UMBRELLAS = "Mending an umbrella. A rib is splinted with brass tube and sewn with waxed thread."


def _verdict(html, validator=None, **settings):
    settings.setdefault("target_text", UMBRELLAS)
    return (validator or Splog())(candidate(html, **settings))


def _reason(html, **settings):
    verdict = _verdict(html, Splog(hold_from=1), **settings)
    return "" if verdict is None else verdict.reason


def test_a_firm_that_advertises_round_the_link_is_held():
    verdict = _verdict(GUTTERS)
    assert verdict.action is Action.HOLD
    assert (
        "an advertisement round the link: 'our licensed' and 'free estimate' (4)" in verdict.reason
    )


@pytest.mark.parametrize(
    "text",
    [
        (
            "Rohrbruch? Unser Team hilft Ihnen rund um die Uhr, der Schlüsseldienst und die "
            "Versicherung zahlt. Ab 49 €, bis zu 20 % Rabatt. Rufen Sie uns an!"
        ),
        (
            "Besoin d'un serrurier ? Notre équipe chez vous en 20 minutes, devis gratuit, prix "
            "imbattables dès 49 €, 10 % de remise pour vous. Appelez-nous, assurance comprise !"
        ),
        (
            "¿Necesita un cerrajero? Nuestro equipo en su casa en 20 minutos, presupuesto gratis "
            "desde 49 €, 10 % de descuento, seguro incluido. ¡Llame ahora, reserva ahora, oferta!"
        ),
    ],
    ids=["de", "fr", "es"],
)
def test_advertisements_are_known_in_other_languages(text):
    assert "an advertisement round the link" in _reason(f"<p>{text} {OURS}</p>")


def test_a_shop_whose_owner_writes_is_passed_over():
    chrome = (
        "<div>Free UK delivery over £40 | 30 day returns</div><div><a href='/cart'>Basket</a> "
        "<a href='/offers'>Offers</a></div>"
    )
    told = (
        "I shut the shop for two weeks and went to see where my tar comes from. What I had told my "
        f"customers for nine years was not true, as I read in {OURS}. I am sorry, Mrs Alder."
    )
    foot = "<div>Buy now, £19.50, add to basket. Sign up today for 10% off.</div>"
    assert _verdict(f"<title>Tar</title>{chrome}<p>{told}</p>{foot}", Splog(hold_from=3)) is None


def test_what_stands_in_quotation_marks_is_somebody_elses():
    letter = "Call now for your free quote! Bad credit? Apply now, instant approval, 20% off"
    html = "<title>Letters</title><p>They write: {0}. {1} is what they get.</p>"
    assert "an advertisement" in _reason(html.format(letter, OURS))
    assert "an advertisement" not in _reason(html.format(f"\u201c{letter}\u201d", OURS))


def test_a_charity_and_whoever_advises_against_it_may_speak_of_money():
    advice = (
        "You owe money? You can talk to us for free. We are not a bank and will not judge you. "
        "Never take out a payday loan to pay your debts; it cannot end well. You are not alone, "
        "call us. "
    )
    assert _verdict(f"<title>Help</title><p>{advice} {OURS}</p>") is None
    given = GUTTERS.replace("Our licensed team", "The volunteers of our charity")
    assert _verdict(given) is None


def test_our_own_kind_of_trade_does_not_count():
    html = f"<title>Rain</title><p>Poker, blackjack and betting: 2% {OURS}</p>"
    assert "betting" in _reason(html) or "blackjack" in _reason(html)
    assert "an advertisement" not in _reason(html, target_text="The roulette of my grandfather.")


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("The 10 Best Umbrellas of 2024 (Tested)", "10 Best"),
        ("Roulette King Net Worth, Age, Wife", "Net Worth"),
        ("[PDF] Mending an umbrella", "[PDF]"),
        ("Umbrella Coupon Codes", "Coupon Code"),
        ("Printer Offline? +1-855-555-0144", "855-555-0144"),
        ("Regenschirm Test 2024", "Test 2024"),
    ],
)
def test_titles_for_those_who_search_are_a_sign(title, said):
    reason = _reason(f"<title>{title}</title><p>See {OURS}.</p>")
    assert f"the title is for those who search: {said!r}" in reason.replace("Codes", "Code")


@pytest.mark.parametrize("title", ["The best of 2021", "My 3 umbrellas", "Codes of conduct"])
def test_other_titles_are_none(title):
    assert "those who search" not in _reason(f"<title>{title}</title><p>See {OURS}.</p>")


def test_a_title_that_offers_a_trade_and_a_host_named_after_it_are_signs():
    html = f"<title>Roofing services in Leeds</title><p>See {OURS}.</p>"
    reason = _reason(html, source="http://best-roofing-leeds.example/")
    assert "the title offers 'roofing' (2)" in reason
    assert "the host is named after 'best' and 'roofing' (2)" in reason
    assert "named after" not in _reason(html, source="http://hillroofing.example/")


def test_two_signs_where_nobody_says_i_are_a_sign_more():
    html = f"<title>Roofing services in Leeds</title><p>See {OURS}.</p>"
    source = "http://best-roofing-leeds.example/"
    assert "nobody in it says I (1)" in _reason(html, source=source)
    assert "says I" not in _reason(html.replace("See", "I saw"), source=source)


def test_whoever_marks_a_link_as_paid_for_hides_nothing():
    html = GUTTERS.replace("Call now", '<a href="http://gutters.example/">Call now</a>')
    marked = html.replace('<a href="http://gutters', '<a rel="sponsored" href="http://gutters')
    weak = (
        "20% off for new customers.",
        "Bad roofing costs you money.",
        "Our licensed team serves",
    )
    for words in weak:
        html, marked = html.replace(words, ""), marked.replace(words, "")
    said = "an advertisement round the link: 'call now' and 'free estimate'"
    assert f"{said} (4)" in _reason(html)
    assert f"{said} (3)" in _reason(marked)
