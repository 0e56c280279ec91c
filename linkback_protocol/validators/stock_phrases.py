"""What is said when there is nothing to say, in the languages that it comes in, in lower case."""

from __future__ import annotations

from typing import Final

from linkback_protocol.validators.shingles import words


class Phrases:
    """Phrases that are looked for all at once, in time linear in the text.

    :param listed: the phrases, parted by semicolons; punctuation within them does not count.
    """

    def __init__(self, listed: str) -> None:
        self._by_first: dict[str, list[list[str]]] = {}
        self._unspaced: list[str] = []
        for phrase in listed.split(";"):
            first, *others = words(phrase) or [""]
            if "\u3040" <= first[:1] <= "\u9fff":
                self._unspaced.append(first)
            elif first:
                self._by_first.setdefault(first, []).append([first, *others])
        for phrases in self._by_first.values():
            phrases.sort(key=len, reverse=True)

    def within(self, found: list[str]) -> set[str]:
        """Return which of them stand in a text, whose words are given in order.

        What is part of one is no part of the next.
        """
        by_first = self._by_first
        phrases = set()
        done = 0
        for start in [place for place, word in enumerate(found) if word in by_first]:
            if start < done:
                continue
            for phrase in by_first[found[start]]:
                if found[start : start + len(phrase)] == phrase:
                    phrases.add(" ".join(phrase))
                    done = start + len(phrase)
                    break
        if self._unspaced and max(found, default="") > "\u3040":
            phrases.update(phrase for phrase in self._unspaced for word in found if phrase in word)
        return phrases


FILLER: Final = """
in this article we; in this post we will; in this guide; we will look at;
we will discuss; take a look at the; when it comes to; look no further; wide range of;
wide variety of; wide selection; large selection; comfort of your; affordable; best price;
lowest price; competitive price; next level; breaking the bank; it is important to;
it is essential; it is crucial; is a must; no secret that; more and more people;
in today's world; in this day and age; fast-paced; last but not least; first of all;
first and foremost; in conclusion; to sum up; there are many ways; there are a lot of;
there are many different; one of the most important; one of the most popular; important role;
vital role; crucial role; important part of; important factor; factors to consider;
things to consider; informed decision; tips and tricks; useful tips; expert tips; step by step;
everything you need to know; what you need to know; all you need to know; you need to know;
complete guide; ultimate guide; beginner's guide; definitive guide; comprehensive guide;
best guide; make sure that you; make sure to; do not forget to; don't forget to; do not hesitate;
don't hesitate; get in touch with us; visit our website; visit our site; our services; we offer;
we provide you; our team of; years of experience; experienced team; expert team;
professional team; dedicated team; our experts; experts agree; according to experts;
customer service; customer satisfaction; satisfied customers; happy customers; read the reviews;
read reviews; best reviews; right choice; right option; right product; best option; best choice;
perfect choice; perfect solution; best solution; right solution; for your needs; suit your needs;
meet your needs; all your needs; your requirements; your budget; save money; save time;
time and money; hassle free; peace of mind; high quality; top quality;
best quality; great deals; best deals; special offer; free quote; free consultation; act now;
limited time; what are you waiting for; you will be able to; amazing results; great results;
best results; in no time; many benefits; health benefits; benefits of using; many advantages;
another advantage; improve your; boost your; increase your; grow your business;
for your business; daily lives; everyday life; all over the world; around the world;
in recent years; growing popularity; gained popularity; more and more popular; leading provider;
service providers; simple steps; easy way to; great way to; best way to; looking for the best;
if you are looking; if you're looking; are you looking for; whether you are a; whether you're a;
learn more about; find out more about; check out our; our latest; stay tuned for; follow us for;
near you; keep up to date; stay up to date; online presence; digital age; cutting-edge;
state-of-the-art; game changer; unlock the; discover the; elevate your; seamless; one-stop;
trusted by; take into consideration; into consideration; the following factors;
it is important that; choose the right; choosing the right; best company; keep in mind;
service provider; reputable; what you are looking for; it is advisable; rest assured;
at the end of the day; the world of; without further ado; dive into; delve into; in the realm of;
in diesem artikel; in der heutigen zeit; heutzutage; immer mehr menschen; es ist wichtig;
große auswahl; günstigen preisen; fairen preisen; besten preis; jahrelange erfahrung;
langjährige erfahrung; bei uns finden sie; unsere experten; kontaktieren sie uns; unverbindlich;
zögern sie nicht; ihre bedürfnisse; tipps und tricks; wissen müssen; nicht zuletzt;
eine vielzahl von; das richtige; worauf sie achten; qualität und preis; zeit und geld;
alles, was sie;
dans cet article; de nos jours; il est important; n'hésitez pas; large choix; meilleur prix;
meilleurs prix; contactez-nous; vos besoins; nos experts; de plus en plus de personnes;
tout ce que vous devez savoir; gagner du temps; rapport qualité; guide complet;
quelques conseils; nos services;
en este artículo; hoy en día; es importante; no dude en; amplia gama; mejor precio;
mejores precios; contáctenos; sus necesidades; tus necesidades; cada vez más personas;
todo lo que necesitas saber; guía completa; ahorrar tiempo; nuestros expertos;
nuestros servicios; neste artigo; hoje em dia; melhor preço; suas necessidades;
tudo o que você precisa; guia completo;
in questo articolo; al giorno d'oggi; è importante; ampia gamma; miglior prezzo; le tue esigenze;
guida completa; i nostri esperti; in dit artikel; beste prijs; steeds meer mensen;
neem contact op; uw wensen; het is belangrijk;
в этой статье; в наше время; в современном мире; все больше людей; широкий ассортимент;
широкий выбор; по выгодной цене; доступным ценам; низким ценам; наши специалисты; наша компания;
высокого качества; многолетний опыт; свяжитесь; не забудьте; полное руководство;
この記事では; ご紹介します; おすすめです; まとめました; お気軽に; いかがでしたか;
众所周知; 越来越多; 欢迎咨询; 优质的服务;
"""
"""What texts are padded with that are written for search engines and their customers.

One or two stand in anybody's text; several in a few lines do not.
"""

PRAISE: Final = """
great post; nice post; good post; excellent post; awesome post; amazing post; interesting post;
useful post; informative post; helpful post; wonderful post; great article; nice article;
good article; excellent article; amazing article; interesting article; useful article;
informative article; helpful article; this article is; great blog; nice blog; awesome blog;
amazing blog; great site; nice site; great website; nice website; great information;
useful information; interesting information; valuable information; helpful information;
very informative; very helpful; great content; valuable content; great read; great job; good job;
great work; excellent work; nice job; good work; keep it up; keep up the; keep writing;
keep posting; well written; great writer; great author; thanks for sharing;
thank you for sharing; thank you very much for; for sharing with; thanks for posting;
thanks for the post; thanks for this; marvelous posting; share it with my; share this with;
sharing this with; really enjoyed; quite enjoyed; enjoyed reading; love your blog;
like your blog; your blog; your site; your website; your post; your article; your writing;
your content; will bookmark; bookmark your; bookmarked your; bookmarked this; come back often;
will definitely; recommend this to; my friends; looking for something like; finally found;
all over the internet; hello there; wow,; make it seem so easy; this topic to be;
helped me a lot; learned a lot; very good post; very nice post; very interesting; must read;
worth reading; have a nice day; look forward to reading; reading more of your;
interesting for me to read; usually i do not; super blog; nice one; i love it; this is a great;
such a great; such a nice; hey guys; hi guys; this was helpful; very good site; useful hints;
keep up this;
toller artikel; toller beitrag; guter artikel; guter beitrag; super beitrag; schöner beitrag;
interessanter artikel; interessanter beitrag; danke für den; danke für die infos;
vielen dank für; weiter so; sehr informativ; deine seite; ihre seite; dein blog; ihr blog;
nützliche informationen; sehr hilfreich;
super article; très bon article; bel article; bon article; article très intéressant;
merci pour cet article; merci pour le partage; merci pour ce partage; merci de partager;
bonne continuation; votre blog; votre site; très utile; informations utiles;
muy buen artículo; excelente artículo; gran artículo; buen artículo; gracias por compartir;
muy interesante; tu blog; su blog; información útil; ótimo artigo; excelente artigo;
obrigado por compartilhar; parabéns pelo; ottimo articolo; bell'articolo;
grazie per la condivisione; complimenti per; goed artikel; mooi artikel; bedankt voor het delen;
heel interessant;
отличная статья; хорошая статья; интересная статья; полезная статья; спасибо за статью;
спасибо за информацию; полезная информация; ваш блог; ваш сайт; автору спасибо; спасибо автору;
参考になりました; 素晴らしい記事; とても勉強になりました; 感谢分享;
"""
"""What is said about any page whatever, by programs that leave it everywhere."""

STOCK: Final = Phrases(FILLER + PRAISE)
"""Both."""
