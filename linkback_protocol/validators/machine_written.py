"""What a chatbot leaves in a text that nobody read before it was published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linkback_protocol.validators.findings import Finding
from linkback_protocol.validators.shingles import MAX_TEXT, words
from linkback_protocol.validators.stock_phrases import Phrases
from linkback_protocol.validators.voice import speaks

if TYPE_CHECKING:
    from linkback_protocol.page import Page

LEFTOVERS: Final = (
    *("as an ai language model", "as an ai model", "as an ai assistant", "as a large language"),
    *("as an ai, i ", "as an ai i ", "i'm just an ai", "i am just an ai", "i'm an ai language"),
    *("my knowledge cutoff", "my knowledge cut-off", "my last knowledge update"),
    *("as of my last update", "as of my last training", "my training data"),
    *("i cannot fulfill this request", "i can't fulfill this request", "i cannot fulfill your"),
    *("i'm sorry, but i cannot", "i'm sorry, but i can't", "i am sorry, but i cannot"),
    *("i do not have access to the full article", "i don't have access to the full article"),
    *("i cannot browse the internet", "i can't browse the internet", "regenerate response"),
    *("certainly! here is", "certainly! here's", "certainly! here are", "here is a rewritten"),
    *("here's a rewritten version", "here is the rewritten", "here's an seo", "here is an seo"),
    *("here is your blog post", "here's your blog post", "[product name]", "[website name]"),
    *("[company name]", "[city name]", "[insert link"),
    *("als ki-sprachmodell", "als ki-modell", "als künstliche intelligenz kann ich"),
    *("en tant que modèle de langage", "en tant qu'ia", "en tant qu'intelligence artificielle"),
    *("como modelo de lenguaje", "como modelo de linguagem", "come modello linguistico"),
    *("als ai-taalmodel", "jako model językowy", "bir yapay zeka dil modeli olarak"),
    *("как языковая модель", "как модель искусственного интеллекта", "как искусственный интеллект"),
    *(
        "言語モデルとして",
        "aiとして、",
        "作为一个ai语言模型",
        "作为人工智能语言模型",
        "作为ai语言模型",
    ),
    *("ai 언어 모델로서",),
)
"""In lower case, with straight quotation marks."""

_TELLING_WORDS = """
ai language fulfill fulfil knowledge training update access sorry regenerate browse certainly seo
blog rewritten product website company city insert ki sprachmodell intelligenz modèle intelligence
ia modelo lenguaje linguagem modello linguistico taalmodel językowy dil языковая модель
искусственный
"""
_TELLING: Final = frozenset(_TELLING_WORDS.split())
"""Words of which each phrase has one; a page without any is passed over at once."""
_SAID: Final = Phrases(";".join(LEFTOVERS))
"""The same by their words; punctuation is looked at where some are there."""
# What stands in the phrases of languages that do not part their words.
_UNSPACED: Final = ("として", "语言模型", "언어")
_STRAIGHT: Final = str.maketrans("\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb", '\'\'"""""')
_QUOTING: Final = "\"'"
EXCUSE: Final = 200
"""Characters from a phrase on that are the machine's own."""
SENTENCE: Final = 120
"""Characters before a phrase in which whoever quotes it opens the quotation."""


def machine_written(page: Page) -> list[Finding]:
    """Return what was left in a text by the machine that wrote it.

    It catches pages that nobody has read, not even who published them. A phrase in quotation marks
    does not count, nor does any where somebody speaks of himself besides: those who complain of
    such pages write like that.

    What it gets wrong: a transcript of a talk with a chatbot that is not marked as one. It misses
    whatever was tidied up. It costs less than a tenth of a millisecond, and as much again for a
    page that has such a phrase.
    """
    found = words(page.text)
    said = not _TELLING.isdisjoint(found) and _SAID.within(found)
    if not said and not any(part in page.text for part in _UNSPACED):
        return []
    text = page.text[:MAX_TEXT].lower().translate(_STRAIGHT)
    for phrase in LEFTOVERS:
        at = text.find(phrase)
        if at < 0 or _is_quoted(text, at):
            continue
        # The machine says I as well, once or twice in its excuse.
        if speaks(words(text[:at])) + speaks(words(text[at + EXCUSE :])) < 2:
            return [Finding("machine", 5, f"a chatbot left {phrase.strip()!r} in it")]
    return []


def _is_quoted(text: str, at: int) -> bool:
    before = text[max(0, at - SENTENCE) : at]
    return before.count('"') % 2 == 1 or before[-1:] in _QUOTING
