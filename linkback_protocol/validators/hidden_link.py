"""Links to us that no reader sees, and those that no writer set."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from linkback_protocol.validators.actions import check_action, verdict
from linkback_protocol.validators.too_short import count_words

if TYPE_CHECKING:
    from linkback_protocol.linkback import Verdict
    from linkback_protocol.page import Link, Page
    from linkback_protocol.validators.candidate import Candidate

HEADINGS: Final = (
    # English
    *("related articles", "related blogs", "related content", "related entries", "related links"),
    *("related news", "related posts", "related stories", "related topics", "similar articles"),
    *("similar posts", "similar stories", "similar topics", "you may also like"),
    *("you might also like", "you may also enjoy", "you might also enjoy", "you may like"),
    *("you might like", "you may also be interested", "you might also be interested"),
    *("recommended for you", "recommended posts", "recommended articles", "recommended stories"),
    *("more from around the web", "more from the web", "from around the web", "more like this"),
    *("possibly related posts", "people also read", "readers also liked", "trending posts"),
    *("blog reactions", "other blogs on this topic"),
    # German
    *("ähnliche artikel", "ähnliche beiträge", "ähnliche themen", "ähnliche einträge"),
    *("verwandte artikel", "verwandte beiträge", "verwandte themen", "das könnte dich auch"),
    *("das könnte ihnen auch", "das könnte sie auch", "das könnte dir auch", "passende beiträge"),
    *("passende artikel", "weitere beiträge zum thema", "weitere artikel zum thema"),
    # French
    *("articles similaires", "articles liés", "articles connexes", "articles associés"),
    *("articles relatifs", "billets similaires", "sur le même sujet", "vous aimerez aussi"),
    *("vous aimerez peut-être", "vous pourriez aussi aimer", "ceci pourrait vous intéresser"),
    *("cela pourrait vous intéresser", "à lire également"),
    # Spanish
    *("artículos relacionados", "entradas relacionadas", "noticias relacionadas"),
    *("posts relacionados", "contenido relacionado", "publicaciones relacionadas"),
    *("artículos similares", "entradas similares", "también te puede interesar"),
    *("también te puede gustar", "también te podría interesar", "quizás también te interese"),
    *("te puede interesar", "te podría interesar"),
    # Italian
    *("articoli correlati", "articoli simili", "post correlati", "post simili"),
    *("notizie correlate", "contenuti correlati", "potrebbe interessarti anche"),
    *("potrebbe anche interessarti", "ti potrebbe interessare", "potrebbe piacerti anche"),
    *("potrebbero interessarti", "leggi anche"),
    # Dutch
    *("gerelateerde artikelen", "gerelateerde berichten", "gerelateerde blogs"),
    *("gerelateerd nieuws", "vergelijkbare berichten", "vergelijkbare artikelen"),
    *("soortgelijke berichten", "dit vind je misschien ook leuk", "misschien vind je dit ook"),
    *("bekijk ook", "lees ook"),
    # Portuguese; some it has in common with Spanish
    *("artigos relacionados", "artigos similares", "artigos semelhantes", "notícias relacionadas"),
    *("conteúdo relacionado", "postagens relacionadas", "publicações relacionadas"),
    *("você também pode gostar", "você pode gostar", "também poderá gostar"),
    *("talvez você goste", "veja também", "leia também"),
    # Polish, Russian, Japanese
    *("podobne wpisy", "powiązane wpisy", "похожие записи", "похожие статьи"),
    *("похожие материалы", "関連記事", "関連エントリー", "関連する記事"),
)
"""What widgets write above the posts that they take for related, in lower case."""

MAX_LINKS: Final = 20
"""Links to us that are looked at; who needs more to hide one among them has shown it."""
BEFORE: Final = 1500
"""Characters before a link in which such a heading is looked for."""
LEAD: Final = 40
"""Characters that may stand between the heading and the list, as its author's name may."""
MAX_GAP: Final = 60
"""Characters between two links of a list: a date, a host, the name of a category."""
MEAN_GAP: Final = 40
"""The same, on average: with more it is somebody's prose."""
MIN_RUN: Final = 3
"""Links in a row that make a list; fewer are what a writer sets."""
PROSE: Final = 12
"""Words that make a text."""
ROUND: Final = 400
"""Characters round a link that tell whether it stands in a text."""

# As the whole text of a link: too small to be seen, let alone to be followed.
_SPECKS = frozenset(".,:;'`_·\u2018\u2019\u200a\u2024")

_REGIONS = frozenset(("nav", "aside", "footer"))
_Place = tuple[Literal["hidden", "related", "region"], str]
_RANKS: Final = ("related", "region", "hidden")


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenLink:
    """Catches sources that nobody can follow to us, though a machine finds the link.

    Each link to us is looked at, and one that stands in the text, for readers to see, is enough to
    pass. What is caught is a link that cannot be seen, one of a dot or of nothing; one in a list of
    "related posts", which a plugin makes and no writer knows of; and one in a menu, an aside or the
    page's footer, as blogrolls and designers' credits are. An aside that is a text passes.

    A list is known by what widgets write above one (`HEADINGS`), by three links in a row or more
    from there on, and by how little stands between them.

    What it gets wrong: a page that hides all of itself until a script has run, which it therefore
    asks the owner about; a text that is folded away until the reader asks for it, by a style; a
    list of related posts that somebody made by hand. Of style sheets it knows the simplest rules of
    those in the page itself, and scripts it does not read, so it misses what others hide, and most
    links that have the colour of what is behind them. It costs the fetch, and
    less than a tenth of a millisecond for each link to us, up to the first that passes; a
    millisecond more where such a heading stands before one.

    :param hidden: for links that cannot be seen: ``spam``, ``hold`` or ``refuse``.
    :param related: for lists of related posts: ``hold``, ``spam``, ``refuse`` or ``abstain``.
    :param region: for menus, asides and footers: ``hold``, ``spam``, ``refuse`` or ``abstain``.
    :raises ValueError: another action.
    """

    name: ClassVar[str] = "hidden_link"
    hidden: Literal["spam", "hold", "refuse"] = "spam"
    related: Literal["hold", "spam", "refuse", "abstain"] = "hold"
    region: Literal["hold", "spam", "refuse", "abstain"] = "hold"

    def __post_init__(self) -> None:
        check_action("HiddenLink, hidden", self.hidden, "spam", "hold", "refuse")
        for setting, action in (("related", self.related), ("region", self.region)):
            check_action(f"HiddenLink, {setting}", action, "hold", "spam", "refuse", "abstain")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Find a link that can be seen, or say where they all are."""
        page = candidate.page
        links = candidate.links[:MAX_LINKS]
        if page is None or not links:
            return None
        places: list[_Place] = []
        for link in links:
            place = _place(page, link)
            if place is None:
                return None
            places.append(place)
        # What a reader could see, wherever it is, is better than what nobody could.
        kind, where = min(places, key=lambda place: _RANKS.index(place[0]))
        which = "the link is" if len(candidate.links) == 1 else "all links to us are"
        if kind == "related":
            return verdict(self.related, f"{which} in a list of related posts ({where!r})")
        if kind == "region":
            return verdict(self.region, f"{which} in the {where} of the page")
        if self.hidden == "spam" and count_words(page.text[:ROUND]) <= PROSE:
            return verdict("hold", f"{which} hidden ({where}), as is nearly all of the page")
        return verdict(self.hidden, f"{which} hidden: {where}")


def _place(page: Page, link: Link) -> _Place | None:
    """Return what is wrong with the place of a link; nothing where a reader would find it."""
    if link.hidden:
        return "hidden", link.hidden
    if link.start < link.end and _SPECKS.issuperset(link.text):
        return "hidden", f"an anchor of {link.text[:5]!r}"
    heading = _related(page, link)
    if heading:
        return "related", heading
    if link.region == "aside" and _is_prose(page, link):
        return None
    return ("region", link.region) if link.region in _REGIONS else None


def _related(page: Page, link: Link) -> str:
    """Return the heading of the list of related posts that a link is in, if it is in one."""
    before = page.text[max(0, link.start - BEFORE) : link.start].lower()
    found = [heading for heading in HEADINGS if heading in before]
    if not found:
        return ""
    at, heading = max((before.rfind(heading), heading) for heading in found)
    # Counted from the end: some letters become two in lower case, few of them between the two.
    start = link.start - (len(before) - at - len(heading))
    done, gaps = start, 0
    seen: set[str] = set()
    for number in range(bisect_left(page.links, start, key=_start), len(page.links)):
        other = page.links[number]
        if other.start == other.end:
            continue
        gap = max(0, other.start - done)
        if gap > (MAX_GAP if seen else LEAD):
            return ""
        gaps += gap if seen else 0
        seen.add(other.url.key)
        done = max(done, other.end)
        if other.start >= link.start and len(seen) >= MIN_RUN:
            return heading if gaps <= MEAN_GAP * (len(seen) - 1) else ""
    return ""


def _is_prose(page: Page, link: Link) -> bool:
    """Return whether words stand round a link that are for the most part no links themselves."""
    words = count_words(page.excerpt(link, length=ROUND))
    linked = 0
    for number in range(bisect_left(page.links, link.start - ROUND, key=_start), len(page.links)):
        other = page.links[number]
        if other.start > link.end + ROUND:
            break
        if other.region == link.region and other.start < other.end:
            linked += count_words(other.text)
    return words - linked >= max(PROSE, 2 * linked)


def _start(link: Link) -> int:
    return link.start
