"""Kinds of sites that hold links for their own sake, known by what their templates say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linkback_protocol.validators.findings import Finding
from linkback_protocol.validators.shingles import edges, words
from linkback_protocol.validators.stock_phrases import Phrases, longest
from linkback_protocol.validators.voice import speaks

if TYPE_CHECKING:
    from linkback_protocol.page import Page

PROMISES: Final = "a page of promises"
"""Told by people who say I, and are made up."""
_KINDS: Final = {
    "a directory": """
    submit your site; submit your website; submit your url; submit your link; submit url; submit a
    url; submit link; submit a link; submit site; submit website; submit a site; add url; add a url;
    add your url; add your site; add your website; add your link; add link; add site; suggest link;
    suggest url; suggest a link; suggest a site; featured link; featured links; featured listing;
    featured listings; premium listing; regular link; latest links; new links; top hits; most
    popular links; sort by pagerank; pagerank; web directory; website directory; link directory;
    links directory; free directory; business directory; seo friendly directory; directory listing;
    directory listings; listing details; claim this listing; link partners; link partner; link
    exchange; link exchanges; exchange links; swap links; trade links; reciprocal link; reciprocal
    links; link back to us; link to us; put our link; add our link; our link on; your link on; our
    directory; link code; paid link; paid links; more details visit; webkatalog; linkkatalog;
    linkverzeichnis; webverzeichnis; seite anmelden; seite eintragen; website eintragen; link
    eintragen; linktausch; backlink setzen; linkpartner; annuaire; ajouter un site; ajouter votre
    site; proposer un site; inscrire un site; échange de liens; directorio web; agregar sitio;
    añadir url; añadir tu web; intercambio de enlaces; sugerir sitio; aggiungi sito; scambio link;
    segnala sito; link toevoegen; startpagina; katalog stron; dodaj stronę; каталог сайтов; каталог
    ссылок; добавить сайт; добавить ссылку; обмен ссылками; 相互リンク; サイト登録; 友情链接;
    提交网站;
    """,
    "a page of bookmarks that anybody sets": """
    submit a new story; submit a story; submit story; submit new story; submit a new page; who voted
    for this; who upvoted; who voted; upcoming stories; upcoming news; published news; published
    stories; social bookmarking; bookmarking site; bookmark this story; discuss bury; report this
    page; report this story; add to favorites; sort news; top users; new bookmarks; latest
    bookmarks; recent bookmarks; your bookmarking; comments unregistered visitors; html is allowed;
    log in to comment or register; log in to vote;
    """,
    "a depot of articles": """
    article source; word count; article directory; article directories; free articles; submit
    article; submit articles; submit an article; submit your article; submit your articles; submit
    guest post; publisher guidelines; authors login; author login; free content for; reprint rights;
    reprint this article; ezine; ezines; resource box; may be freely; rate this article; article
    tags; most viewed articles; article views; related articles by; this article has been viewed;
    """,
    "a seller of posts": """
    write for us; guest post; guest posts; guest posting; guestpost; guest blogging; sponsored post;
    sponsored posts; paid post; paid posts; post by admin; posted by admin; written by admin; by
    admin; by editorial team; by editorial staff; advertise with us; link insertion; link
    insertions; accept guest; submit a post; submit your post; submit your content; publish your
    article; gastartikel; gastbeitrag; article invité; article sponsorisé; artículo patrocinado;
    publica tu artículo; guest author; contributor post; net worth; biography wiki; error solved;
    """,
    "a door to downloads": """
    pdf download; download pdf; download ebook; pdf free; free pdf; read online; download free;
    download now; full version; full crack; crack download; serial key; activation key; license key;
    product key; keygen; torrent download; download torrent; magnet link; mod apk; apk download;
    download apk; watch online; watch free; watch full; full movie; full hd; streaming free; free
    streaming; movie online; online free; 1080p; 720p; must create an account; an account to
    continue; read full; full books online; pdf epub; epub and mobi; sign up now; get this book; no
    virus; virus free; no survey; no registration; without registration; verified download; sign up
    to download; create free account; join free; kostenlos herunterladen; kostenloser download;
    télécharger gratuitement; télécharger gratuit; descargar gratis; descarga gratuita; scarica
    gratis; baixar grátis; скачать бесплатно; скачать торрент; без регистрации; смотреть онлайн;
    indir; unduh gratis; 無料ダウンロード; 免费下载;
    """,
    "a profile of nobody": """
    total posts 0; posts 0; 0 posts; 0 topics; 0 followers; followers 0; 0 following; following 0; 0
    friends; friends 0; 0 projects; 0 appreciations; 0 badges; 0 contributions; no activity yet; no
    posts yet; has no friends; hasn't posted; has not posted; no recent activity; topics started 0;
    replies created 0; forum role participant; last activity never; joined today; join date today;
    view profile; member profile; homepage url; but everybody calls me; feel free to visit my; visit
    my web; my web page; also visit my; feel free to surf; newbie posts 1; posts 1; i am new here;
    beiträge 0; mensajes 0; сообщений 0;
    """,
    "a seller of answers": """
    plagiarism free; answer preview; unlock full; view full answer; view full solution; full
    solution; buy this answer; buy answer; purchase answer; purchase this; get help now; get this
    answered; place a similar order; order a similar; similar order; custom paper; your paper; first
    paper; apa format; mla format; academic level; our writers; our tutors; expert tutors; verified
    tutor; step by step solution; answer rating; homework help; assignment help; do my homework; do
    my assignment; write my essay; write my paper;
    """,
    "a page of estimates": """
    estimated worth; website worth; site worth; website value; net worth; net worth is; daily
    pageviews; daily visitors; daily ads revenue; ads revenue; alexa rank; global rank; server ip;
    ip address; whois; domain age; domain authority; similar sites; similar websites; seo report;
    seo score; traffic report; competitors; get widget; update now; height is; age is; wife name;
    boyfriend;
    """,
    "a page of coupons": """
    coupon codes; coupons; promo codes; discount codes; voucher codes; show code; reveal code; get
    code; get deal; get coupon; copy code; verified; expires; success rate; people used; used today;
    off your; gutscheincode; gutschein einlösen; code anzeigen; voir le code; ver código; ver cupón;
    """,
    PROMISES: """
    spell caster; love spell; love spells; lost love; bring back; ex lover; ex back; black magic;
    vashikaran; astrologer; whatsapp him; herbal cure; cured me; lottery spell; recovery expert;
    recover your; recovered all; bitcoin back; been scammed; fake trading; through their website;
    reach out to; contact him; contact her; within 48 hours; within 24 hours; testimony; begging;
    brought back; he cast; lost bitcoin; lost funds; recovered my; professional hacker; cheating
    spouse; cheating partner; forex trader; account manager; invested with; withdrew my; loan offer;
    apply for a loan; interest rate of; god fearing;
    """,
}
"""What each kind says about itself."""


def _kinds() -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for kind, listed in _KINDS.items():
        for phrase in {" ".join(words(phrase)) for phrase in listed.split(";")} - {""}:
            kinds.setdefault(phrase, []).append(kind)
    return kinds


KINDS: Final = _kinds()
"""Of which kinds each phrase is."""
SAID: Final = Phrases(";".join(KINDS))
"""All of them, looked for at once."""


def link_sites(page: Page) -> list[Finding]:
    """Return whether the page is of a kind that takes links from anybody.

    It catches web directories and exchanges of links, bookmarks that machines set, depots of
    articles, magazines that sell their posts, profiles of members who never said a word, doors to
    downloads and to homework, and what is promised in guest books. One phrase tells nothing: a
    forum has its members, a ring of sites asks to be joined.

    What it gets wrong: a directory that somebody keeps with care and says so in the same words. It
    costs some tens of microseconds for each kind.
    """
    found = [*words(page.title), *edges(page.text)]
    said: dict[str, list[str]] = {}
    for phrase in SAID.within(found):
        for kind in KINDS[phrase]:
            said.setdefault(kind, []).append(phrase)
    if not said:
        return []
    kind, phrases = max(said.items(), key=lambda item: (len(item[1]), item[0]))
    points = min(len(phrases), 3 + (len(phrases) >= 5))
    if kind != PROMISES and speaks(found) * 40 >= max(80, len(found)):
        points -= 1
    if points < 2:
        return []
    shown = " and ".join(repr(phrase) for phrase in longest(phrases))
    return [Finding("kind", points, f"{kind}: {shown}")]
