"""Domains that nobody lives at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from linkback_protocol.validators.actions import check_action, shown, verdict
from linkback_protocol.validators.shingles import words
from linkback_protocol.validators.stock_phrases import Phrases
from linkback_protocol.validators.voice import speaks

if TYPE_CHECKING:
    from linkback_protocol.linkback import Verdict
    from linkback_protocol.page import Page
    from linkback_protocol.validators.candidate import Candidate

MAX_WORDS: Final = 300
"""Words of a page from which on it is no parked one, whatever it says."""
MAX_BODY: Final = 60_000
"""Bytes of a page in which the hosts of those who park domains are looked for."""

FOR_SALE: Final = Phrases("""
this domain is for sale; this domain may be for sale; this domain name is for sale; domain name for
sale; domain is available for sale; domain may be available; buy this domain; buy the domain;
purchase this domain; get this domain; own this domain; inquire about this domain; interested in
this domain; offer for this domain; offer on this domain; this domain is parked; this domain has
been parked; this domain is registered; parked free courtesy; domain parking; parked domain; parked
at; premium domain; premium domains; domain broker; this web page is parked; this domain has
expired; this domain name has expired; domain has expired; renew this domain; recently been
registered; is the owner of this domain; diese domain steht zum verkauf; diese domain ist zu
verkaufen; diese domain kaufen; domain zu verkaufen; diese domain wurde registriert; diese domain
ist geparkt; ce nom de domaine est à vendre; ce domaine est à vendre; acheter ce domaine; este
dominio está en venta; dominio en venta; comprar este dominio; este domínio está à venda; questo
dominio è in vendita; dominio in vendita; deze domeinnaam is te koop; dit domein is te koop; ta
domena jest na sprzedaż; domena na sprzedaż; домен продается; домен продаётся; купить этот домен;
домен припаркован; домен выставлен; このドメインは; 域名出售; 此域名; 该域名;
""")
"""What stands on pages of domains that are for sale, or that a registrar keeps."""
ADVERTISED: Final = Phrases("""
related searches; related links; sponsored listings; sponsored links; sponsored results; popular
searches; top searches; popular categories; search ads; ads related to; privacy policy; verwandte
suchbegriffe; gesponserte links; anzeigen zum thema; ähnliche suchanfragen; recherches associées;
liens sponsorisés; búsquedas relacionadas; enlaces patrocinados; coming soon; under construction;
demnächst; bientôt disponible;
""")
"""What stands beside it, and elsewhere as well."""
PARKERS: Final = frozenset(
    (
        *("sedo.com", "sedoparking.com", "bodis.com", "parkingcrew.net", "parkingcrew.com"),
        *("dan.com", "undeveloped.com", "afternic.com", "hugedomains.com", "buydomains.com"),
        *("above.com", "domainmarket.com", "namedrive.com", "skenzo.com", "trafficz.com"),
        *("parklogic.com", "voodoo.com", "uniregistry.com", "domainsponsor.com", "smartname.com"),
        *("fabulous.com", "dsultra.com", "cashparking.com", "brandbucket.com"),
    )
)
"""Hosts of those who show advertisements for the owners of such domains, or sell these."""

_HOST = re.compile(rb"//([a-z0-9.-]{4,80})[/\"'?:]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """Catches domains that were left, and show what their seller or a registrar puts there.

    A page is parked that says so, in the words of those who park (`FOR_SALE`), one that has two of
    what stands beside that (`ADVERTISED`) and its host for a title, and one that names a host of
    theirs (`PARKERS`) and has hardly a text. Nothing is, where somebody speaks of himself, or that
    has more than 300 words.

    What it gets wrong: somebody who sells a domain on a page of his own, or makes a note about one
    without ever saying I. It misses those who park in other words. It costs the fetch, and less
    than a tenth of a millisecond.

    :param action: ``hold``, ``spam`` or ``refuse``.
    :raises ValueError: another action.
    """

    name: ClassVar[str] = "parked"
    action: Literal["hold", "spam", "refuse"] = "hold"

    def __post_init__(self) -> None:
        check_action("Parked", self.action, "hold", "spam", "refuse")

    def __call__(self, candidate: Candidate) -> Verdict | None:
        """Look for the words and the hosts of those who park domains."""
        page = candidate.page
        if page is None or page.truncated:
            return None
        found = words(page.text)
        if len(found) > MAX_WORDS or speaks(found):
            return None
        phrases = FOR_SALE.within(found)
        if phrases:
            return verdict(self.action, f"a parked domain: it says {shown(min(phrases))!r}")
        host = page.url.host.removeprefix("www.")
        beside = ADVERTISED.within(found)
        if len(beside) >= 2 and page.title.lower().startswith(host):
            return verdict(self.action, f"a parked domain: it has {' and '.join(sorted(beside))}")
        parker = _parker(page) if len(found) <= MAX_WORDS // 2 else ""
        return verdict(self.action, f"a parked domain: it names {parker}") if parker else None


def _parker(page: Page) -> str:
    """Return the host of somebody who parks domains that a page names."""
    for host in set(_HOST.findall(page.body[:MAX_BODY].lower())):
        domain = ".".join(host.decode("ascii").split(".")[-2:])
        if domain in PARKERS:
            return domain
    return ""
