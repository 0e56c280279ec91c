r"""Regular expressions that take a bounded time on any text.

Python's `re` backtracks, and nothing stops it once it runs: ``(\w+\s?)+$`` takes years for forty
letters, and whoever sends the text chooses the letters. So a pattern is read before it is used, and
the steps that it can take at worst are counted: how many ways a part can match from one place, and
how many steps it takes to try them all. Beyond `MAX_STEPS` it is refused. This is sound for the
part of the language that is read here, and what is not read is refused too; a trial on texts made
to be slow would miss those that nobody thought of, and need a process of its own to be stopped.

Read are letters, ``.``, ``[...]``, the usual escapes, ``^ $ \b``, groups, ``|``, and every
quantifier. Not read are references to groups, conditions, looking ahead and behind, and flags; case
never counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn

MAX_TEXT: Final = 600
"""Characters of a text that a pattern may be used on."""
MAX_STEPS: Final = 5_000_000
"""Steps on the worst text of that length as they are counted here: some tens of milliseconds."""
MAX_PATTERN: Final = 500
"""Characters of a pattern."""
MAX_DEPTH: Final = 20
"""Groups within each other."""

_CEILING = MAX_STEPS + 1
_QUANTIFIER = re.compile(r"(?:[*+?]|\{([0-9]{0,4})(,?)([0-9]{0,4})\})([+?]?)")
_ESCAPE = re.compile(
    r"\\(?:[dDsSwWnrtfv]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U000[0-9A-Fa-f]{5}|[^\w\s]|[_ ])"
)
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_IN_CLASS_RESERVED = re.compile(r"\[|--|&&|\|\||~~")
_ZERO_WIDTH = ("\\b", "\\B", "\\A", "\\Z")
_DISJOINT = frozenset(
    frozenset(pair)
    for pair in (
        *(("\\s", "\\S"), ("\\w", "\\W"), ("\\d", "\\D")),
        *(("\\s", "\\w"), ("\\s", "\\d"), ("\\d", "\\W")),
    )
)


class _Cost(NamedTuple):
    ways: int
    steps: int


@dataclass(slots=True)
class _Item:
    """A part of a sequence, and how often it may be there.

    `single` is its source where it matches one character at a time; `literal` is that character
    where it is always the same.
    """

    cost: _Cost
    single: str = ""
    literal: str = ""
    low: int = 1
    high: int = 1
    possessive: bool = False
    empty: bool = False


def bounded_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern, for texts of at most `MAX_TEXT` characters.

    :raises ValueError: it is broken, or may take too long; the text says what to write instead.
    """
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"a pattern has at most {MAX_PATTERN} characters; make two of it")
    if not pattern:
        raise ValueError("an empty pattern matches everything")
    reader = _Reader(pattern)
    cost = reader.alternatives(0)
    if reader.at < len(pattern):
        raise ValueError(f"there is a ) without its ( at character {reader.at + 1}")
    if cost.steps * MAX_TEXT > MAX_STEPS:
        raise ValueError(
            "it may take too long on a text that is made for it; write {0,20} in place of * and +, "
            "[abc] in place of (a|b|c), and no quantifier behind a group that has one within"
        )
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"it is no regular expression: {error}") from error
    if compiled.search("") is not None:
        raise ValueError("it matches where there is nothing, and so everything")
    return compiled


class _Reader:
    """Reads a pattern from left to right and adds up what it costs."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def alternatives(self, depth: int) -> _Cost:
        """Read sequences with ``|`` between them, up to the end or to a closing parenthesis."""
        ways = steps = 0
        while True:
            cost = self._sequence(depth)
            ways, steps = ways + cost.ways, steps + 1 + cost.steps
            if not self.pattern.startswith("|", self.at):
                return _Cost(min(ways, _CEILING), min(steps, _CEILING))
            self.at += 1

    def _sequence(self, depth: int) -> _Cost:
        items = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            item = self._atom(depth)
            self._quantify(item)
            items.append(item)
        ways, steps = 1, 0
        for number, item in enumerate(items):
            cost = _repeated(item)
            steps += ways * cost.steps
            if _ends_where(item, items[number + 1 :]):
                # All ways are tried on the next character, and one of them can go on.
                steps += ways * cost.ways
            else:
                ways *= cost.ways
            ways, steps = min(ways, _CEILING), min(steps, _CEILING)
        return _Cost(ways, steps)

    def _atom(self, depth: int) -> _Item:
        start, letter = self.at, self.pattern[self.at]
        if letter == "(":
            return self._group(depth)
        if letter in "^$" or self.pattern.startswith(_ZERO_WIDTH, start):
            self.at += 1 if letter in "^$" else 2
            return _Item(_Cost(1, 1), empty=True)
        if letter == "\\":
            escape = _ESCAPE.match(self.pattern, start)
            if escape is None:
                self._refuse_escape()
            self.at = escape.end()
            source = escape[0]
            literal = source[1] if len(source) == 2 and not source[1].isalnum() else ""
        elif letter == "[":
            found = _CLASS.match(self.pattern, start)
            if found is None:
                raise ValueError(f"there is a [ without its ] at character {start + 1}")
            if _IN_CLASS_RESERVED.search(found[0].replace("\\\\", "").replace("\\[", ""), 1):
                raise ValueError("within [...], write \\[ and put no sign there twice")
            self.at = found.end()
            source, literal = found[0], ""
        else:
            if letter in "*+?{":
                raise ValueError(
                    f"the {letter} at character {start + 1} repeats nothing; write \\{letter} for "
                    "the sign itself"
                )
            self.at += 1
            source, literal = letter, "" if letter == "." else letter
        return _Item(_Cost(1, 1), single=source, literal=literal)

    def _group(self, depth: int) -> _Item:
        start = self.at
        if depth == MAX_DEPTH:
            raise ValueError(f"it has more than {MAX_DEPTH} groups within each other")
        self.at += 1
        if self.pattern.startswith("?", self.at):
            if not self.pattern.startswith("?:", self.at):
                raise ValueError(
                    f"(? at character {start + 1}: (?:...) is the only one that can be used here, "
                    "and case never counts"
                )
            self.at += 2
        cost = self.alternatives(depth + 1)
        if not self.pattern.startswith(")", self.at):
            raise ValueError(f"there is a ( without its ) at character {start + 1}")
        self.at += 1
        return _Item(cost)

    def _quantify(self, item: _Item) -> None:
        found = _QUANTIFIER.match(self.pattern, self.at)
        if found is None:
            return
        sign = found[0][0]
        if sign == "{":
            low, comma, high = found[1], found[2], found[3]
            if not low and not high:
                raise ValueError(f"{found[0]} is no quantifier; write \\{{ for the sign itself")
            item.low = int(low or 0)
            item.high = int(high) if high else MAX_TEXT if comma else item.low
        else:
            item.low = 1 if sign == "+" else 0
            item.high = 1 if sign == "?" else MAX_TEXT
        item.possessive = found[4] == "+"
        self.at = found.end()

    def _refuse_escape(self) -> NoReturn:
        escape = self.pattern[self.at : self.at + 2]
        if escape[1:].isdigit():
            raise ValueError(f"{escape} refers to a group, which cannot be bounded; write it out")
        raise ValueError(f"{escape} is not an escape that can be used here")


def _repeated(item: _Item) -> _Cost:
    """Return what an item costs with its quantifier."""
    ways, steps = item.cost
    if item.low == item.high == 1:
        return item.cost
    high = min(item.high, MAX_TEXT)
    if ways == 1:
        found = _Cost(max(1, high - item.low + 1), 1 + high * steps)
    else:
        so_far, all_ways, all_steps = 1, int(item.low == 0), 1
        for times in range(1, high + 1):
            all_steps += so_far * steps
            so_far *= ways
            all_ways += so_far if times >= item.low else 0
            if so_far > _CEILING:
                break
        found = _Cost(min(all_ways, _CEILING), min(all_steps, _CEILING))
    return _Cost(1, found.steps) if item.possessive else found


def _ends_where(item: _Item, following: list[_Item]) -> bool:
    """Return whether a run of characters can end in one place only, as the next is none of them."""
    consuming = next((other for other in following if not other.empty), None)
    if consuming is None or consuming.low == 0 or not (item.single and consuming.single):
        return False
    if frozenset((item.single, consuming.single)) in _DISJOINT:
        return True
    for one, other in ((item, consuming), (consuming, item)):
        if one.literal:
            letters = {one.literal, one.literal.lower(), one.literal.upper()}
            return not any(_matches(other.single, letter) for letter in letters)
    return False


def _matches(single: str, letter: str) -> bool:
    try:
        return re.search(single, letter, re.IGNORECASE) is not None
    except re.error as error:
        raise ValueError(f"it is no regular expression: {error}") from error
