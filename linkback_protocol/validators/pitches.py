"""What advertisements are known by: what is said to customers, prices, titles that are searched."""

from __future__ import annotations

import re
from typing import Final

from linkback_protocol.validators.stock_phrases import Phrases

PITCHES: Final = Phrases("""
call now; call today; call us; call 0800; call 1 800; call 24; toll free; whatsapp us; contact us;
get in touch; get a quote; get your quote; free quote; free quotes; free estimate; free estimates;
free consultation; free audit; free seo audit; free trial; free demo; free sample; free samples;
free shipping; free delivery; free worldwide; free returns; fast shipping; fast delivery; on time
delivery; next day delivery; overnight shipping; worldwide shipping; worldwide delivery; discreet
packaging; discreet shipping; money back; satisfaction guaranteed; guaranteed results; results
guaranteed; 100 guaranteed; guaranteed approval; guaranteed returns; lowest prices; low prices; best
prices; unbeatable prices; great prices; affordable prices; affordable rates; competitive rates;
competitive prices; starting at; starting from; starts at; start at just; starts from; at just; from
just; for just; as low as; save up to; up to off; use code; with code; use promo; promo code; coupon
code; discount code; referral code; bonus code; sign up bonus; buy now; buy online; buy today; buy
here; buy 1; buy 2; buy one get; order now; order online; order today; order yours; order your;
place your order; place an order; place a similar order; add to cart; add to basket; shop now; shop
our; shop the; shop online; checkout now; apply now; apply online; apply today; sign up
now; sign up today; join now; join today; register now; play now; bet now; spin now; invest now;
trade now; start trading; start earning; start winning; start today; start chatting; chat now;
register free; send us; enroll now; enrol now; claim your; claim bonus; claim now; claim my; redeem
now; get started; get yours; get it now; get instant; get access; book now; book online; book today;
book your; request a quote; request a demo; schedule a; hire us; hire our; hire dedicated; hire a
professional; hire professionals; visit our; check out our; browse our; try our; our products; our
services; our packages; our clients; our customers; our experts; our specialists; our professionals;
our technicians; our doctors; our writers; our lawyers; our attorneys; our dentists; our plumbers;
our agents; our store; our shop; our online; our team of; our friendly; our experienced; our
dedicated; our licensed; our trusted; our top rated; we offer; we provide; we deliver; we
specialise; we specialize; we guarantee; we accept visa; we buy; we are a leading; we are the
leading; a leading; leading provider; leading supplier; leading manufacturer; industry leading;
world class; number one; top rated; rated 5; rated 4; out of 5; five star; 5 star; trusted by;
trusted source; as seen on; why choose us; why choose; why students choose; why customers; satisfied
customers; happy customers; happy clients; customers report; customers love; years of experience;
fully licensed; fully insured; licensed and insured; certified professionals; same day; 24 7; 24
hour; 24 hours a day; around the clock; no call out; no obligation; no credit check; no credit
checks; bad credit; no fees; no hidden; no deposit; no prescription; no prescription needed; no
faxing; no paperwork; no experience needed; no risk; risk free; hassle free; instant approval;
instant payout; instant cash; instant download; instant access; instant delivery; approval in;
approved in; next business day; minimum deposit; deposit bonus; welcome bonus; free spins; free
chip; free bet; free bets; spins no; real money; bonus up to; t cs apply; t c apply; terms apply; 18
only; begambleaware; gamble responsibly; apr may; representative apr; not evaluated by the; been
evaluated by the fda; fda approved; clinically proven; doctor recommended; 100 natural; 100
original; 100 genuine; 100 legit; 100 working; 100 safe; plagiarism free; non plagiarized; first
paper; unlock full; unlock the full; limited time; limited offer; special offer; special price;
exclusive offer; exclusive deal; hot deal; today only; while stocks last; while supplies last; only
a few left; hurry up; don't miss out; don't wait; act now; act fast; last chance; sale ends; on
sale; for sale; clearance; wholesale price; factory price; bulk orders; click here to; click here
for; click below; click the link below; link below; visit the website; visit website; visit site;
official website; official site; investment opportunity; financial freedom; roi; passive income;
ready to feel; ready to try; ready to start; ready to take; what are you waiting for; rank 1; first
page of google; page 1 of google; da 30; da 50; high da; high authority; white hat; dofollow; niche
relevant; seo friendly; near me; near you; in your area; all inclusive packages; customized
packages; book a free; jetzt kaufen; jetzt bestellen; jetzt anfragen; jetzt anrufen; jetzt buchen;
jetzt registrieren; jetzt beantragen; jetzt sichern; jetzt vergleichen; jetzt spielen; hier klicken;
zum angebot; zum shop; zum anbieter; kostenlose beratung; kostenloser versand; kostenloses angebot;
kostenlos und unverbindlich; unverbindliches angebot; versandkostenfrei; gratis versand; geld
zurück; ohne schufa; ohne einzahlung; ohne rezept; günstige preise; günstigen preisen; bis zu 50;
nur heute; rufen sie uns an; kontaktieren sie uns; unser team; unsere kunden; unsere leistungen;
unsere produkte; in ihrer nähe; rund um die uhr; im online shop; testsieger; preisvergleich;
rabattcode; achetez maintenant; commandez; commander en ligne; livraison gratuite; devis gratuit;
sans engagement; contactez nous; appelez nous; réservez; inscrivez vous; profitez de; code promo;
prix imbattables; satisfait ou remboursé; nos clients; nos services; nos experts; notre équipe; près
de chez vous; 7j 7; sans dépôt; sans ordonnance; cliquez ici pour; compra ahora; compre ahora;
comprar ahora; pide ya; envío gratis; envíos a; presupuesto gratis; presupuesto sin compromiso; sin
compromiso; contáctanos; contáctenos; llámanos; llame ahora; reserva ahora; regístrate; solicita ya;
solicite su; código promocional; mejores precios; precios económicos; nuestros clientes; nuestros
servicios; nuestro equipo; sin receta; sin depósito; cerca de ti; 24 horas; haz clic aquí; compre
agora; frete grátis; orçamento grátis; fale conosco; nossos clientes; clique aqui para; cadastre se;
acquista ora; spedizione gratuita; preventivo gratuito; contattaci; prenota ora; nostri clienti;
bestel nu; gratis verzending; offerte aanvragen; neem contact op; koop nu; vraag een offerte; kup
teraz; zamów; darmowa dostawa; bezpłatna wycena; skontaktuj się; zadzwoń; hemen al; hemen üye;
ücretsiz kargo; bizi aray\u0131n; bize ulaş\u0131n; üye ol; deneme bonusu; hoşgeldin bonusu;
daftar sekarang;
klik disini; hubungi kami; bonus new member; купить сейчас; закажите; заказать; звоните; бесплатная
консультация; бесплатная доставка; доставка по; низкие цены; выгодные цены; скидка; скидки; наши
специалисты; наши клиенты; оставьте заявку; перейти на сайт; круглосуточно; под ключ; без отказа;
без предоплаты; гарантия качества; お申し込み; 今すぐ; 無料相談; 送料無料; お問い合わせ; 公式サイト;
立即注册; 立即购买; 免费咨询; 联系我们; 点击这里; 优惠价格; 在线客服; 지금 가입; 무료 상담; 최저가;
바로가기;
""")
"""What is said to customers. Anybody says one of these; several in a few lines sell something."""

PRICE: Final = re.compile(r"[$£€¥₹₽]\s?\d")
AMOUNT: Final = re.compile(r"\d\s?(?:€|%|eur\b|usd\b|\u0440\u0443\u0431)", re.IGNORECASE)
TELEPHONE: Final = re.compile(r"\d[\d()]{1,5}[-. )/]{1,2}\d{2,4}[-. ]\d{2,5}(?:[-. ]\d{2,4}){0,2}")
BAIT: Final = re.compile(
    r"\b(?:top|best|die|les|las|los)\s\d{1,3}\b|\b\d{1,3}\s(?:best|top|besten|meilleurs|mejores)\b|"
    r"\bbest (?!of\b|in\b).{2,60}\b20[12]\d\b|"
    r"\b(?:review|test|vergleich|guide|comparison)\S{0,2}\s20[12]\d\b|"
    r"\d{3}[-. ]\d{3}[-. ]\d{4}|\bnet worth\b|\bfull movie\b|\[pdf\]|\bpdf download|"
    r"\b(?:coupon|promo|discount) codes?\b|\bnear (?:me|you)\b|\bfor sale\b|\bbuy .{2,40} online\b|"
    r"おすすめ|ランキング|\d選",
    re.IGNORECASE,
)
"""What titles say that are written for those who search."""

_TO_YOU = """
you your yours yourself sie ihr ihre ihrem ihren ihrer vous votre vos usted su sus tu tus te você
seu sua вы вам вас ваш ваша ваши ваших u uw sizin
"""
TO_YOU: Final = frozenset(_TO_YOU.split())
"""By which a text speaks to its reader."""

_BY_US = """
we our us ours unser unsere unserem unseren unserer nous notre nos nuestro nuestra nuestros мы наш
наша наши нас onze ons nosso nossa
"""
BY_US: Final = frozenset(_BY_US.split())
"""By which a firm speaks of itself, and many others do."""

_CALLS = """
get start check claim buy shop order apply unlock join call request schedule play grab enroll enrol
hire verify qualify book try show yes jetzt kaufen bestellen solicitar solicita comprar reservar
demander commander acheter réserver купить заказать bestel koop kup zamów hemen daftar acquista
prenota richiedi
"""
CALLS: Final = frozenset(_CALLS.split())
"""How links begin that customers are to follow."""

_GIVING = """
charity charities nonprofit volunteer volunteers verein gemeinnützig gemeinnütziger ehrenamtlich
bénévoles bénévole voluntarios voluntariado onlus vrijwilligers wolontariusze волонтёры волонтеры
"""
GIVING: Final = frozenset(_GIVING.split())
"""What those say who address their readers about money and want none."""

_DENIED = """
not cannot never nothing nobody nicht nie niemand nichts pas jamais nunca nadie niet nooit не
"""
DENIED: Final = frozenset(_DENIED.split())
"""Words that stand in advice more than in advertisements, which promise."""
