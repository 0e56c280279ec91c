"""The words that splogs and shops are known by, in the languages that they come in."""

from __future__ import annotations

from typing import Final

_GOODS = """
viagra cialis levitra tramadol xanax phentermine valium ambien steroids pharmacy pills keto
apotheke potenzmittel pillen pharmacie pilules farmacia pastillas
casino casinos poker blackjack roulette slots jackpot betting gambling holdem bookmaker
spielautomaten sportwetten togel judi слоты казино рулетка покер автоматы ставки
replica replicas réplique rolex breitling vuitton gucci ugg moncler louboutin handbags outlet
loan loans payday mortgage refinance kredit kredite sofortkredit schufa préstamo préstamos
prestamos créditos займ займы микрозаймы микрозайм кредит
essay essays dissertation thesis coursework homework hausarbeit bachelorarbeit ghostwriter
seo backlinks dofollow forex bitcoin crypto escort porn sex xxx cams
sildenafil tadalafil kamagra modafinil oxycodone adderall ozempic botox cbd kratom vape
medicamentos medicijnen leki
baccarat sportsbook bookmakers gokkasten kasyno cassino apostas scommesse bahis kumarhane pokies
prada chanel oakley pandora jerseys
cashadvance lening leningen pożyczka pożyczki chwilówki empréstimo empréstimos prestiti kredi
лекарства виагра таблетки ставок займов
guestpost iptv airdrop presale nft webcam hookup escorts onlyfans
"""
GOODS: Final = frozenset(_GOODS.split())
"""What is sold, in single words."""

_OFFERS = """
buy cheap cheapest order discount bonus bonuses deposit prescription approval shipping wholesale
sale free guaranteed signup instant trial
kaufen günstig günstige billig billige gratis rezeptfrei kostenlos kostenloser bestellen
freispiele einzahlung versandkostenfrei rabatt sofortzusage beantragen
acheter achetez gratuite gratuites soldes ordonnance
comprar barata baratas baratos gratis receta envío urgentes solicite
купить бесплатно бонус срочно срочный депозита отказа дешево регистрацию
daftar terpercaya gacor maxwin
coupon coupons promo voucher discreet payout payouts lowest
versand rabattcode gutschein livraison remise descuento oferta ofertas regístrate
comprare acquistare sconto offerta spedizione iscriviti kopen goedkoop goedkope korting
kup tanio tanie darmowa rabat zamów desconto grátis frete cadastre ucuz indirim bedava
скидка скидки недорого заказать
"""
OFFERS: Final = frozenset(_OFFERS.split())
"""How it is offered; these mean nothing by themselves."""

GOODS_UNSPACED: Final = (
    *("オンラインカジノ", "スポーツベット", "バイアグラ", "スーパーコピー", "キャッシング"),
    *("赌场", "博彩", "伟哥", "娱乐城", "代开发票", "贷款", "代写"),
    *("카지노", "바카라", "토토사이트", "비아그라", "대출"),
)
"""Goods in scripts that do not part words."""

OFFERS_UNSPACED: Final = (
    *("無料", "登録", "ボーナス", "入金不要", "激安", "通販", "送料"),
    *("免费", "注册", "优惠", "首存", "무료", "가입", "할인"),
)
"""Offers in scripts that do not part words."""

AGGREGATED: Final = (
    "tweets that mention",
    "was mentioned on twitter",
    "mentioned this on twitter",
    "comments and analytics for this",
    "reactions to this post",
    "trackbacks and tweets",
    "tweets and comments about",
    "people tweeted this",
    "shared this link on",
    "was shared on facebook",
    "conversations about this link",
    "who is talking about this",
    "via feed aggregator",
    "aggregated from",
)
"""What services write that ping for what others said, in lower case."""

PHRASES: Final = (
    "read the original here",
    "read the original post",
    "read the original article",
    "original post by",
    "originally posted here",
    "here is the original",
    "see the original post",
    "wrote an interesting post",
    "here's a quick excerpt",
    "here is a quick excerpt",
    "read the rest of this great post",
    "go here to read the rest",
    "continue reading here",
    "see the rest here",
    "read more from the original source",
    "this article was first found",
    "excerpt from:",
    "visit link:",
    "view post:",
    "view original post",
    "den originalbeitrag",
    "zum originalartikel",
    "quelle und ganzer artikel",
    "lire l'article original",
    "source de l'article",
    "leer el artículo original",
    "ver artículo original",
    "fuente original:",
    "leia o artigo original",
    "leggi l'articolo originale",
    "читать оригинал",
    "источник записи",
    "元の記事を読む",
    "元記事を読む",
    "阅读原文",
)
"""What scrapers write round the link to whom they take from, in lower case."""
