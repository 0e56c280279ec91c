"""What is said when there is nothing to say, in the languages that it comes in, in lower case."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Final

from linkback_protocol.validators.shingles import words

if TYPE_CHECKING:
    from collections.abc import Iterable


class Phrases:
    """Phrases that are looked for all at once, in time linear in the text.

    :param listed: the phrases, parted by semicolons; punctuation within them does not count.
    """

    def __init__(self, listed: str) -> None:
        self._by_first: dict[str, dict[str, list[list[str]]]] = {}
        """By their first word, then by their second, which is empty where there is none."""
        self._unspaced: list[str] = []
        for phrase in listed.split(";"):
            first, *others = words(phrase) or [""]
            if "\u3040" <= first[:1] <= "\u9fff":
                self._unspaced.append(first)
            elif first:
                second = others[0] if others else ""
                self._by_first.setdefault(first, {}).setdefault(second, []).append([first, *others])
        for by_second in self._by_first.values():
            for phrases in by_second.values():
                phrases.sort(key=len, reverse=True)

    def within(self, found: list[str]) -> set[str]:
        """Return which of them stand in a text, whose words are given in order.

        What is part of one is no part of the next.
        """
        by_first = self._by_first
        phrases = set()
        done, last = 0, len(found) - 1
        # Few words begin a phrase: they are picked out without a step of ours for each.
        for start in compress(range(len(found)), map(by_first.__contains__, found)):
            if start < done:
                continue
            by_second = by_first[found[start]]
            listed = by_second.get(found[start + 1]) if start < last else None
            lone = by_second.get("")
            if listed is None and lone is None:
                continue
            for phrase in (*(listed or ()), *(lone or ())):
                if found[start : start + len(phrase)] == phrase:
                    phrases.add(" ".join(phrase))
                    done = start + len(phrase)
                    break
        if self._unspaced:
            joined = "\n".join(found)
            if not joined.isascii():
                phrases.update(phrase for phrase in self._unspaced if phrase in joined)
        return phrases


def longest(phrases: Iterable[str], count: int = 2) -> list[str]:
    """Return the longest of some phrases, which tell the most, always the same."""
    return sorted(phrases, key=lambda phrase: (len(phrase), phrase))[-count:]


FILLER: Final = """
in this article we; in this post we will; in this guide; we will look at; we will discuss; take a
look at the; when it comes to; look no further; wide range of; wide variety of; wide selection;
large selection; comfort of your; affordable; best price; lowest price; competitive price; next
level; breaking the bank; it is important to; it is essential; it is crucial; is a must; no secret
that; more and more people; in today's world; in this day and age; fast-paced; last but not least;
first of all; first and foremost; in conclusion; to sum up; there are many ways; there are a lot of;
there are many different; one of the most important; one of the most popular; important role; vital
role; crucial role; important part of; important factor; factors to consider; things to consider;
informed decision; tips and tricks; useful tips; expert tips; step by step; everything you need to
know; what you need to know; all you need to know; you need to know; complete guide; ultimate guide;
beginner's guide; definitive guide; comprehensive guide; best guide; make sure that you; make sure
to; do not forget to; don't forget to; do not hesitate; don't hesitate; get in touch with us; visit
our website; visit our site; our services; we offer; we provide you; our team of; years of
experience; experienced team; expert team; professional team; dedicated team; our experts; experts
agree; according to experts; customer service; customer satisfaction; satisfied customers; happy
customers; read the reviews; read reviews; best reviews; right choice; right option; right product;
best option; best choice; perfect choice; perfect solution; best solution; right solution; for your
needs; suit your needs; meet your needs; all your needs; your requirements; your budget; save money;
save time; time and money; hassle free; peace of mind; high quality; top quality; best quality;
great deals; best deals; special offer; free quote; free consultation; act now; limited time; what
are you waiting for; you will be able to; amazing results; great results; best results; in no time;
many benefits; health benefits; benefits of using; many advantages; another advantage; improve your;
boost your; increase your; grow your business; for your business; daily lives; everyday life; all
over the world; around the world; in recent years; growing popularity; gained popularity; more and
more popular; leading provider; service providers; simple steps; easy way to; great way to; best way
to; looking for the best; if you are looking; if you're looking; are you looking for; whether you
are a; whether you're a; learn more about; find out more about; check out our; our latest; stay
tuned for; follow us for; near you; keep up to date; stay up to date; online presence; digital age;
cutting-edge; state-of-the-art; game changer; unlock the; discover the; elevate your; seamless;
one-stop; trusted by; take into consideration; into consideration; the following factors; it is
important that; choose the right; choosing the right; best company; keep in mind; service provider;
reputable; what you are looking for; it is advisable; rest assured; at the end of the day; the world
of; without further ado; dive into; delve into; in the realm of; in diesem artikel; in der heutigen
zeit; heutzutage; immer mehr menschen; es ist wichtig; große auswahl; günstigen preisen; fairen
preisen; besten preis; jahrelange erfahrung; langjährige erfahrung; bei uns finden sie; unsere
experten; kontaktieren sie uns; unverbindlich; zögern sie nicht; ihre bedürfnisse; tipps und tricks;
wissen müssen; nicht zuletzt; eine vielzahl von; das richtige; worauf sie achten; qualität und
preis; zeit und geld; alles, was sie; dans cet article; de nos jours; il est important; n'hésitez
pas; large choix; meilleur prix; meilleurs prix; contactez-nous; vos besoins; nos experts; de plus
en plus de personnes; tout ce que vous devez savoir; gagner du temps; rapport qualité; guide
complet; quelques conseils; nos services; en este artículo; hoy en día; es importante; no dude en;
amplia gama; mejor precio; mejores precios; contáctenos; sus necesidades; tus necesidades; cada vez
más personas; todo lo que necesitas saber; guía completa; ahorrar tiempo; nuestros expertos;
nuestros servicios; neste artigo; hoje em dia; melhor preço; suas necessidades; tudo o que você
precisa; guia completo; in questo articolo; al giorno d'oggi; è importante; ampia gamma; miglior
prezzo; le tue esigenze; guida completa; i nostri esperti; in dit artikel; beste prijs; steeds meer
mensen; neem contact op; uw wensen; het is belangrijk; в этой статье; в наше время; в современном
мире; все больше людей; широкий ассортимент; широкий выбор; по выгодной цене; доступным ценам;
низким ценам; наши специалисты; наша компания; высокого качества; многолетний опыт; свяжитесь; не
забудьте; полное руководство; この記事では; ご紹介します; おすすめです; まとめました; お気軽に;
いかがでしたか; 众所周知; 越来越多; 欢迎咨询; 优质的服务;
"""
"""What texts are padded with that are written for search engines and their customers.

One or two stand in anybody's text; several in a few lines do not.
"""

FLOURISH: Final = """
seismic shift; tech giants; undergoing a; stakeholders; remain competitive; must adapt; generations
to come; key points include; fascinating world; sheds light; underscores; underscoring; highlighting
the; the importance of; harmonious; thriving; navigate the; navigating the; collaboration between;
there's something magical; there is something magical; something for everyone; at its core; stand
the test of time; has emerged as; have emerged as; lightweight yet powerful; simple yet powerful;
yet powerful; best practices; by following these; in this section; happy coding; so why wait; why
wait; savor; savoring; cozy; iconic; panoramic; heartfelt; slow down and; every detail; designed to
enhance; metaphor for; captures the; as one writer; as highlighted in; this insightful; data
integrity; scalable; in the world of; modern developers; plan ahead; pack smart; tips for travelers;
making it an ideal; making it a; ideal choice; we've got you covered; so you don't have to; editor's
choice; best value; buying guide; worth every penny; nestled in; nestled between; nestled among;
nestled amidst; hidden gem; picturesque; rich tapestry; tapestry of; ever changing; ever evolving;
ever expanding; testament to; embark on; journey of; unforgettable; memories that will last; immerse
yourself; indulge in; feast for the; sense of wonder; sense of community; not just a; it's not just;
isn't just about; more than just a; whether you're; first time visitor; beginners and experts;
beginner or; beginners alike; enthusiasts alike; and enthusiasts; let's explore; let's dive; let's
delve; let's take a closer look; deep dive; delving into; intricacies of; nuanced; multifaceted;
complex landscape; the landscape of; evolving landscape; digital landscape; in today's digital; in
this digital; digital era; modern world; fast paced world; in today's fast; ever growing; paradigm
shift; revolutionize; revolutionizing; transformative; empower; empowers; empowering; harness the;
harnessing the; unleash; unlocking; unlock your; streamline; streamlines; leverage; leveraging;
synergy; holistic; robust solution; scalable solution; actionable; valuable insights; key insights;
key takeaways; key takeaway; why it matters; what to expect; is it worth it; the bottom line; final
thoughts; wrapping up; ultimately, the choice; it's worth noting; it is worth noting; it's important
to; worth mentioning; needless to say; plays a crucial; plays a vital; plays a significant; plays an
important; pivotal role; pivotal; crucial aspect; essential tool; essential guide; a must have; must
visit; must try; resonates with; thought provoking; sparked debate; sparks debate; raises important
questions; only time will tell; one thing is certain; one thing is clear; daunting task; can be a
daunting; can be daunting; can be overwhelming; endless possibilities; possibilities are endless;
options are endless; plethora of; myriad of; a myriad; treasure trove; foster a; fostering;
cultivate a; elevating; enhance your; enhances your; enhancing the; transform your; boosting your;
tailored to; unique needs; your specific needs; own unique; meticulously; effortlessly; seamlessly;
frequently asked questions; next adventure; say goodbye to; gone are the days; have you ever
wondered; rewarding hobby; is essential; great investment; worthwhile investment; has become
increasingly; increasingly popular; content is king; according to industry; industry experts;
industry insider; a great option; it is known that; there is no doubt; at an affordable; in a
nutshell; hope this article; hope this helped; we hope that; don't forget to share; share your
thoughts; leave a comment below; breathtaking views; breathtaking; bustling; in summary; buckle up;
tauchen wir ein; tauchen sie ein; entdecken sie; in der heutigen schnelllebigen; egal ob anfänger;
es ist kein geheimnis; spielt eine entscheidende rolle; spielt eine wichtige rolle; ein absolutes
muss; unvergessliches erlebnis; plongez dans; découvrez; niché; incontournable; joue un rôle
crucial; joue un rôle essentiel; que vous soyez; une expérience inoubliable; sumérgete en; descubre;
imprescindible; juega un papel crucial; juega un papel fundamental; ya sea que; experiencia
inolvidable; mergulhe; descubra; desempenha um papel; experiência inesquecível; scopri; ruolo
fondamentale; esperienza indimenticabile; ontdek; speelt een cruciale rol; odkryj; niezapomniane;
погрузитесь; откройте для себя; играет важную роль; незабываемые; является одним из; является
неотъемлемой;
"""
"""What language models write where they have nothing to tell, and their models before them."""

PRAISE: Final = """
your writing style; keep doing what you; log on to your; your new stuff; great forum; hello
everyone; great post; nice post; good post; excellent post; awesome post; amazing post; interesting
post; useful post; informative post; helpful post; wonderful post; great article; nice article; good
article; excellent article; amazing article; interesting article; useful article; informative
article; helpful article; this article is; great blog; nice blog; awesome blog; amazing blog; great
site; nice site; great website; nice website; great information; useful information; interesting
information; valuable information; helpful information; very informative; very helpful; great
content; valuable content; great read; great job; good job; great work; excellent work; nice job;
good work; keep it up; keep up the; keep writing; keep posting; well written; great writer; great
author; thanks for sharing; thank you for sharing; thank you very much for; for sharing with; thanks
for posting; thanks for the post; thanks for this; marvelous posting; share it with my; share this
with; sharing this with; really enjoyed; quite enjoyed; enjoyed reading; love your blog; like your
blog; your blog; your site; your website; your post; your article; your writing; your content; will
bookmark; bookmark your; bookmarked your; bookmarked this; come back often; will definitely;
recommend this to; my friends; looking for something like; finally found; all over the internet;
hello there; wow,; make it seem so easy; this topic to be; helped me a lot; learned a lot; very good
post; very nice post; very interesting; must read; worth reading; have a nice day; look forward to
reading; reading more of your; interesting for me to read; usually i do not; super blog; nice one; i
love it; this is a great; such a great; such a nice; hey guys; hi guys; i am new here; this was
helpful; very good site; useful hints; keep up this; toller artikel; toller beitrag; guter artikel;
guter beitrag; super beitrag; schöner beitrag; interessanter artikel; interessanter beitrag; danke
für den; danke für die infos; vielen dank für; weiter so; sehr informativ; deine seite; ihre seite;
dein blog; ihr blog; nützliche informationen; sehr hilfreich; super article; très bon article; bel
article; bon article; article très intéressant; merci pour cet article; merci pour le partage; merci
pour ce partage; merci de partager; bonne continuation; votre blog; votre site; très utile;
informations utiles; muy buen artículo; excelente artículo; gran artículo; buen artículo; gracias
por compartir; muy interesante; tu blog; su blog; información útil; ótimo artigo; excelente artigo;
obrigado por compartilhar; parabéns pelo; ottimo articolo; bell'articolo; grazie per la
condivisione; complimenti per; goed artikel; mooi artikel; bedankt voor het delen; heel interessant;
отличная статья; хорошая статья; интересная статья; полезная статья; спасибо за статью; спасибо за
информацию; полезная информация; ваш блог; ваш сайт; автору спасибо; спасибо автору;
参考になりました; 素晴らしい記事; とても勉強になりました; 感谢分享;
"""
"""What is said about any page whatever, by programs that leave it everywhere."""

STOCK: Final = Phrases(FILLER + FLOURISH + PRAISE)
"""All of them."""
