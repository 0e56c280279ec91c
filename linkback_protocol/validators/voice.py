"""Whether somebody speaks in a text, and whether of our page."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from linkback_protocol.validators.shingles import vocabulary, words

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST_PERSON = """
i me my mine myself ich mir mich mein meine meinen meiner je j mon ma mes moi yo mi mis mio mia
ik mijn meu minha jag я мне меня мой моя моей моего 私 僕
"""
FIRST_PERSON: Final = frozenset(_FIRST_PERSON.split())
"""Words by which somebody speaks of himself, one person and no company."""

_LONG_AND_COMMON = """
about above across after again against almost along already although always among another anybody
anyone anything around article asked author because become before began behind being believe below
better between called cannot change comes could course different doing during early either enough
entry every everybody everyone everything example finally first found friends given gives going
great happen happened having heard himself house however important inside instead interesting
itself known large later least likely links little looked looking looks makes making matter maybe
means might minutes moment month months morning myself nearly needs never night nobody nothing
number often other others pages people perhaps person piece place point posts probably problem
question quite rather readers reading really reason right search second seems several shall should
since small somebody someone something sometimes still story taken thank thanks their there these
thing things think those though thought three through times today together under understand until
useful wanted water website weeks where whether which while whole whose within without words
worked works world would write writing written wrong wrote years yours yourself
"""
_COMMON: Final = frozenset(_LONG_AND_COMMON.split())
_GENERIC: Final = frozenset(
    (
        *("here", "click here", "read here", "this", "this one", "this post", "this article"),
        *("this page", "this site", "this link", "this blog", "link", "links", "the link", "post"),
        *("article", "nice article", "great article", "page", "site", "website", "web", "blog"),
        *("source", "via", "more", "read more", "read on", "more info", "more information", "info"),
        *("visit", "visit site", "visit website", "details", "original", "permalink", "home"),
        *("continue reading", "learn more", "see more", "see here", "check this", "good article"),
        *("hier", "hier klicken", "klick hier", "mehr", "weiterlesen", "quelle", "artikel"),
        *(
            "ici",
            "cliquez ici",
            "lire la suite",
            "lien",
            "source de l article",
            "voir",
            "cet article",
        ),
        *(
            "aquí",
            "clic aquí",
            "leer más",
            "enlace",
            "fuente",
            "este artículo",
            "qui",
            "clicca qui",
        ),
        *("leia mais", "clique aqui", "lees meer", "klik hier", "здесь", "тут", "сюда", "ссылка"),
        *(
            "источник",
            "подробнее",
            "читать далее",
            "こちら",
            "ここ",
            "詳細",
            "続きを読む",
            "这里",
            "更多",
        ),
    )
)
_CAPITAL_WITHIN = re.compile(r"[^\W\d_][,;]? (?!I\b)[A-Z][a-z]")
_NAME = re.compile(r"(?<![\w'\u2019-])[^\W\d_A-Z]+[,;]? (?!I\b)([A-Z][^\W\d_]+)")
_MARKED = re.compile(r"[\d\"'\u2018\u2019\u201c\u201d()]")
# Words without which no English of some length is written.
_ENGLISH = frozenset(("the", "and", "of", "to", "is", "are", "for", "that", "this", "you", "it"))


def speaks(found: Sequence[str]) -> int:
    """Return how often somebody speaks of himself, and does not look for plumbers near him."""
    said = len([word for word in found if word in FIRST_PERSON])
    if said and "near" in found:
        said -= sum(pair == ("near", "me") for pair in pairwise(found))
    return said


def is_impersonal(text: str, found: Sequence[str]) -> bool:
    """Return whether an English text has nothing in it that is somebody's or somewhere's.

    No number, no name, no quotation, no contraction, no parenthesis, and nobody who says I, in
    forty words or more. `found` are the words of `text`.
    """
    if len(found) < 40 or len(_ENGLISH.intersection(found)) < 4:
        return False
    return not (speaks(found) or _MARKED.search(text) or _CAPITAL_WITHIN.search(text))


def names(text: str, target_text: str) -> int:
    """Return how many names a text has that are not ours, by their capitals within a sentence."""
    ours = vocabulary(target_text)
    return len({name for name in map(str.lower, _NAME.findall(text)) if name not in ours})


def is_generic(anchor: str) -> bool:
    """Return whether the text of a link could stand on any link, such as ``click here``."""
    return " ".join(words(anchor[:60])) in _GENERIC or anchor.startswith(("http:", "https:"))


def is_about(found: Sequence[str], target_text: str) -> bool:
    """Return whether a text has a word that tells our page from others.

    True as well where there is no telling: our text is not known, or is in another language.
    """
    ours = vocabulary(target_text)
    if len(found) < 8 or sum(word in ours for word in found) * 5 < len(found):
        return True
    telling = _telling(target_text)
    return any(word in telling or word[:-1] in telling for word in found)


@lru_cache(maxsize=64)
def _telling(target_text: str) -> frozenset[str]:
    telling = {word for word in vocabulary(target_text) if len(word) > 4} - _COMMON
    # What is one on our page may be several on theirs.
    return frozenset(telling | {word.removesuffix("s") for word in telling})
