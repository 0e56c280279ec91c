"""Trades whose customers are sought by links, and how they offer themselves; in many languages.

None of these words is a sign by itself: everybody has a dentist. They tell what a link, a host or a
title is about, for `money_links` and `sales_pitch` to judge by what stands beside it.
"""

from __future__ import annotations

from typing import Final

from linkback_protocol.validators.shingles import words
from linkback_protocol.validators.splog_words import OFFERS
from linkback_protocol.validators.stock_phrases import Phrases

_GROUPS: Final = {
    "money": """
    insurance; insurances; mortgage; mortgages; refinance; refinancing; lender; lenders; loan;
    loans; payday; debt relief; debt consolidation; debt; debts; credit card; credit cards; credit
    score; credit repair; credit report; bad credit; cash advance; fast cash; quick cash; instant
    cash; binary options; stock signals; trading platform; trading bot; trading signals; forex;
    investment plan; gold ira; annuities; tax relief; bankruptcy; bail bonds; bitcoin; bitcoins;
    crypto; cryptocurrency; cryptocurrencies; presale; airdrop; token sale; your wallet; blockchain;
    nft; nfts; web3; investors; versicherung; versicherungen; versicherungsvergleich; kredit;
    kredite; schufa; kreditkarte; kreditkarten; baufinanzierung; assurance; assurances; mutuelle;
    crédit; rachat de crédit; seguro; seguros; préstamo; préstamos; prestamos; crédito; créditos;
    assicurazione; prestito; prestiti; verzekering; verzekeringen; hypotheek; ubezpieczenia;
    ubezpieczenie; pożyczka; pożyczki; empréstimo; sigorta; kredi; страхование; займ; займы; кредит;
    кредиты; микрозаймы;
    """,
    "law": """
    lawyers; attorney; attorneys; solicitors; law firm; law firms; injury claim; personal injury;
    injury lawyer; compensation claims; entitled to compensation; free case evaluation; asbestos;
    mesothelioma; settlement; immigration consultant; visa consultant; divorce lawyer; divorce;
    """,
    "health": """
    dental; dentistry; dentists; dental implants; orthodontist; chiropractor; dermatologist; rehab;
    treatment center; treatment centre; addiction; hair loss; hair transplant; hair extensions;
    plastic surgery; liposuction; weight loss; lose weight; belly fat; fat burner; fat burners; diet
    pill; diet pills; keto; supplement; supplements; gummies; garcinia; cambogia; testosterone; male
    enhancement; erectile; steroids; sarms; peptides; skin care; skincare; anti aging; teeth
    whitening; essential oils; e cigarettes; vape; vapes; vaping; cbd; hemp; marijuana; cannabis;
    magic mushrooms; meds; pharmacy; online pharmacy; viagra; cialis; levitra; tramadol; xanax;
    kamagra; apotheke; abnehmen; maigrir; adelgazar; dimagrire; afvallen; odchudzanie; emagrecer;
    похудение; 脱毛; 整体; 减肥;
    """,
    "home": """
    plumber; plumbers; plumbing; locksmith; locksmiths; roofer; roofers; roofing; remodeling;
    remodelling; renovations; home improvement; electricians; hvac; air conditioning; air
    conditioner; boiler repair; appliance repair; phone repair; iphone repair; garage door; garage
    doors; packers; movers; packers and movers; moving company; household shifting; cleaning
    services; cleaning service; cleaners; carpet cleaning; carpet cleaners; house cleaning; window
    cleaning; pest control; exterminator; exterminators; bed bug; bed bugs; termite; termites;
    landscaping; lawn care; lawn service; lawn mowing; tree service; tree removal; artificial grass;
    driveways; conservatories; double glazing; replacement windows; kitchen cabinets; countertops;
    waterproofing; water damage; mold removal; junk removal; skip hire; septic; solar; solar panels;
    home security; security systems; cctv; interior design; mattress; mattresses; real estate;
    realtor; realtors; condos; homes for sale; villas for sale; land for sale; properties; office
    space; contractors; schlüsseldienst; umzugsfirma; entrümpelung; stromvergleich; serrurier;
    plombier; déménagement; panneaux solaires; cerrajero; cerrajeros; fontanero; fontaneros;
    mudanzas; desatascos; idraulico; fabbro; traslochi; loodgieter; slotenmaker; verhuisbedrijf;
    zonnepanelen; hydraulik; przeprowadzki; encanador; chaveiro; dedetizadora; nakliyat;
    tesisatç\u0131; çilingir; сантехник; ремонт квартир; пластиковые окна; натяжные потолки;
    грузоперевозки; недвижимость; 引越し; 不用品回収; 搬家;
    """,
    "driving": """
    towing; tow truck; scrap cars; junk cars; used cars; auto parts; car rental; car rentals; car
    hire; rent a car; van hire; limo; limousine; limousines; chauffeur; taxi service; airport
    transfer; airport transfers; minicab; bus rental; yacht charter; private jet; driving school;
    driving license; location de voiture; alquiler de coches; gebrauchtwagen; führerschein; permis
    de conduire; эвакуатор;
    """,
    "travel": """
    airfare; airfares; airline tickets; plane tickets; flight tickets; hotel deals; hotel booking;
    timeshare; timeshares; vacation rentals; vacation packages; holiday packages; tour packages;
    travel packages; travel insurance; travel deals; honeymoon; honeymoons; cruises; desert safari;
    ferienwohnungen; авиабилеты;
    """,
    "computing": """
    vpn; vpns; voip; web hosting; vps; proxies; proxy servers; domain names; antivirus; data
    recovery; web design; website design; web development; website development; app development;
    mobile app; software development; custom software; software solutions; logo design; graphic
    design; video editing; virtual assistant; call center; support number; support phone number;
    printer support; printer offline; quickbooks; crm software; pdf converter; erp software; bulk
    sms; email list; email lists; sms gateway; serial key; license key; product key; keygen; mod
    apk; apk download; iptv; phone cards; printer ink; ink cartridges; webdesign; diseño web;
    handyvertrag; handytarife;
    """,
    "promotion": """
    marketing agency; digital marketing; internet marketing; online marketing; link building; guest
    post; guest posts; guest posting; seo; seo services; backlinks; organic traffic; website
    traffic; web traffic; page rank; press release; instagram followers; tiktok followers; youtube
    views; buy followers; followers; website worth; suchmaschinenoptimierung; linkaufbau;
    référencement; posicionamiento web; pozycjonowanie; продвижение сайтов; раскрутка;
    """,
    "study": """
    essay writing; essay writer; writing service; writing services; custom writing; term paper; term
    papers; research papers; assignment help; homework help; coursework help; exam dumps; online
    degree; online degrees; diplomas; fake id; fake ids; coaching classes; training institute;
    dissertation help; certified translation; translation services; hausarbeit; ghostwriter;
    дипломы; 办证; 翻译公司; work from home; make money; make money online; passive income; earn
    money; home business; mlm;
    """,
    "love": """
    dating; dating site; adult dating; brides; call girls; escort; escorts; companions; single
    women; beautiful women; hot girls; sexy; meet women; models; outcall; sex; sex toys; porn; xxx;
    milf; nude; naked; webcam; webcams; phone sex; psychic; psychics; astrologer; tarot reading;
    love spell; love spells; spell caster; partnersuche; singlebörse; voyance; проститутки;
    индивидуалки; знакомства; 出会い; 情趣;
    """,
    "games": """
    casino; casinos; poker; roulette; blackjack; baccarat; slots; slot machines; slot games; slot
    gacor; jackpot; betting; gambling; bookmaker; bookmakers; bookies; sports betting; sportsbook;
    betting tips; lottery; lotto; bingo; rummy; real money; gamstop; togel; judi; spielautomaten;
    sportwetten; apuestas; scommesse; bahis; kumarhane; казино; ставки; рулетка; オンラインカジノ;
    """,
    "goods": """
    rolex; replica; replicas; handbags; louis vuitton; gucci; ray ban; designer; jewelry; jerseys;
    wedding dresses; prom dresses; lingerie; pet supplies; promotional products; business cards;
    flower delivery; gift cards; gift card; kopieruhr; sac à main;
    """,
}


def _groups() -> dict[str, str]:
    listed = [(group, phrase) for group, text in _GROUPS.items() for phrase in text.split(";")]
    return {" ".join(words(phrase)): group for group, phrase in listed if phrase.strip()}


GROUPS: Final = _groups()
"""Which kind of trade each is, by its words: a page about a wheel may name all of its kind."""
TRADES: Final = Phrases(";".join(GROUPS))
"""What is advertised so. Words that mean something else to most people are not among them."""
_ALSO_SOLD: Final = """
hotel; hotels; flights; tours; holidays; vacation; vacations; resort; resorts; villas; tickets;
apartments; property; hosting; traffic; leads; likes; views; subscribers; watches; shoes; boots;
sneakers; sunglasses; perfume; jewellery; suitcase; luggage; furniture; sofas; flooring; fencing;
batteries; laptops; cell phones; mobile phones; toner; wigs; clinic; clinics; dentist; lawyer;
solicitor; electrician; broker; taxi; slot; apk; torrent; streaming; movies online; full movie;
diet; medication; medications; diploma; certification; tutors; singles; girls; massage; psychic;
tarot; zahnarzt; rechtsanwalt; umzug; flüge; möbel; schmuck; sonnenbrillen; matratzen; detektei;
hôtels; vols; montres; chaussures; lunettes; avocat; dentiste; rencontres; annuaire; hoteles;
vuelos; relojes; zapatos; gafas; abogado; abogados; dentista; avvocato; orologi; scarpe; noclegi;
adwokat; advogado; hotéis; passagens; otel; avukat; окна; такси; юрист; адвокат; диплом; квартиры;
гостиницы; manufacturer; manufacturers; machinery; franchise; homework; essay;
"""
SOLD: Final = Phrases(";".join((*GROUPS, _ALSO_SOLD)))
"""Trades, and what is sold as well and everybody speaks of, which means something in links only."""

_OFFERED = """
best top affordable discounted price prices priced pricing deal deals quote quotes online near
nearby service services company companies agency agencies firm firms specialist specialists expert
experts professional emergency provider providers supplier suppliers shop store stores dealer
dealers hire rent rental rentals book booking review reviews comparison compare apply download claim
trusted licensed certified usa uk nyc london dubai india houston miami chicago sydney melbourne
toronto angeles texas florida manchester birmingham delhi mumbai bangalore lagos singapore berlin
hamburg münchen köln wien zürich paris lyon madrid barcelona roma milano москва москве киев спб
vergleich anbieter preise preis online testsieger cher devis prix tarif meilleur precio precios
mejor presupuesto preventivo prezzi prijs prijzen cena cennik preço preços fiyat fiyatlar\u0131
цена цены заказ скачать
"""
OFFERED: Final = OFFERS | frozenset(_OFFERED.split())
"""Words beside a trade that make an offer of it, and towns that are sought with it."""

HOST_WORDS: Final = (
    *(
        "insurance",
        "mortgage",
        "loans",
        "payday",
        "credit",
        "lending",
        "casino",
        "poker",
        "betting",
    ),
    *("gambling", "roulette", "blackjack", "jackpot", "slots", "bonus", "pharma", "pills", "drugs"),
    *("viagra", "weightloss", "slimming", "supplement", "dental", "implants", "dentist", "lawyer"),
    *("attorney", "solicitor", "locksmith", "plumb", "roofing", "remodel", "cleaning", "removals"),
    *("movers", "pestcontrol", "exterminat", "hosting", "voip", "backlink", "seo-", "-seo"),
    *("ranking", "followers", "escort", "dating", "replica", "outlet", "handbag", "watches"),
    *("cheap", "discount", "coupon", "deals", "quotes", "bestprice", "lowprice", "wholesale"),
    *("forsale", "free-", "-free", "buy-", "buynow", "online-", "-online", "247", "24h", "4all"),
    *("best", "top10", "nearme", "rental", "hotels", "flights", "airfare", "timeshare", "vacation"),
    *(
        "tickets",
        "tours",
        "holidays",
        "luxury",
        "travelinsur",
        "realestate",
        "essay",
        "homework",
        "dissertation",
        "thesis",
    ),
    *("crypto", "bitcoin", "forex", "invest", "trading", "iptv", "torrent", "keygen", "ebook"),
    *("agency", "marketing", "webdirectory", "directory", "articlehub", "bookmark", "linkexchange"),
    *("bestell", "guenstig", "billig", "kredit", "versicherung", "schluesseldienst", "gutschein"),
    *("pascher", "assurance", "barato", "prestamo", "seguro", "kazino", "kupit", "zaim", "bahis"),
)
"""Parts of the names of hosts that were registered for what is sold there."""


def of_host(host: str) -> set[str]:
    """Return the words of trade that a host was named after, none of which is part of another."""
    name = host.removeprefix("www.").rpartition(".")[0]
    found = {word for word in HOST_WORDS if word in name}
    return {word for word in found if not any(word in other for other in found - {word})}
