"""Reading linkbacks back from our own JSON, one at a time, and trying what a file would add."""

from __future__ import annotations

import codecs
import json
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from linkback_protocol.exchange.broken import BrokenFile, Readable, Unfit, utc
from linkback_protocol.linkback import Action, Linkback, Move, Protocol, Status, Verdict
from linkback_protocol.url import InvalidURL, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linkback_protocol.stores import Store

MAX_ENTRY = 4 * 1024 * 1024
"""Characters of one linkback; a larger one is refused."""
_CHUNK = 64 * 1024
_SPACE: Final = " \t\r\n"

_REQUIRED: Final = ("protocol", "source", "target", "page", "status", "received", "updated")
_TEXTS: Final = ("title", "excerpt", "site_name", "sender", "browser", "user_agent")
# Ids are given anew, and the reasons stand in the history too.
_PASSED_OVER: Final = ("id", "reasons")
_KNOWN: Final = frozenset((*_REQUIRED, *_TEXTS, *_PASSED_OVER, "checked", "history", "notes"))

_Value = TypeVar("_Value")
_Word = TypeVar("_Word", bound=StrEnum)


def read_json(file: Readable) -> Iterator[Linkback]:
    """Read what `linkback_protocol.exchange.to_json` writes, in any layout and in UTF-8.

    Takes the memory of one linkback.

    :raises BrokenFile: it is not JSON, or an entry lacks a field, has one that is not known, or one
        with a value that is none; all before it was returned already.
    """
    entries = _Array(file)
    for entry in entries:
        try:
            yield _linkback(entry)
        except Unfit as error:
            raise BrokenFile(entries.line, str(error)) from error


class _Array:
    """The elements of one JSON array; `line` is where the last one began."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._decoder = json.JSONDecoder(parse_constant=_no_constant)
        self._text = ""
        self._at = 0
        self._lines_before = 0
        self._ended = False

    @property
    def line(self) -> int:
        return self._line(self._at)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        if self._next() != "[":
            raise BrokenFile(self.line, "this is no list of linkbacks, as 'linkback export' writes")
        self._at += 1
        separator = ""
        while (begin := self._next()) != "]" or separator:
            if begin != "{":
                raise BrokenFile(self.line, "a linkback should begin here, with {")
            entry, end = self._entry()
            yield entry
            self._at = end
            separator = self._next()
            if separator == "]":
                break
            if separator != ",":
                raise BrokenFile(self.line, "a comma or the end of the list should stand here")
            self._at += 1
        self._at += 1
        if self._next():
            raise BrokenFile(self.line, "something stands behind the end of the list")

    def _next(self) -> str:
        """Go to the next character that is no white space, and return it; empty at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if self._ended:
                return ""
            self._read(_CHUNK)

    def _entry(self) -> tuple[dict[str, Any], int]:
        """Return the object that begins here, and where it ends."""
        while True:
            try:
                return self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # Perhaps it is cut off by the end of what was read.
                length = len(self._text) - self._at
                if self._ended or length > MAX_ENTRY:
                    problem = "this is no JSON" if self._ended else "no JSON, or too much of it"
                    raise BrokenFile(self._line(error.pos), f"{problem}: {error.msg}") from error
                self._read(max(_CHUNK, min(length, MAX_ENTRY - length)))
            except RecursionError as error:
                raise BrokenFile(self.line, "an entry is nested too deeply") from error
            except ValueError as error:
                raise BrokenFile(self.line, f"this is no JSON: {error}") from error

    def _read(self, size: int) -> None:
        """Read on, and drop what was returned already."""
        self._lines_before += self._text.count("\n", 0, self._at)
        self._text = self._text[self._at :]
        self._at = 0
        data = self._file.read(size)
        self._ended = not data
        try:
            self._text += self._decode(data, self._ended)
        except UnicodeDecodeError as error:
            line = self._line(len(self._text)) + error.object.count(b"\n", 0, error.start)
            raise BrokenFile(line, "this is not UTF-8") from error

    def _line(self, at: int) -> int:
        return self._lines_before + self._text.count("\n", 0, at) + 1


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not in it")


def _linkback(entry: dict[str, Any]) -> Linkback:
    unknown = next((name for name in entry if name not in _KNOWN), None)
    if unknown is not None:
        raise Unfit(f"a linkback has no field {unknown[:40]!r}")
    checked = entry.get("checked")
    return Linkback(
        id=0,
        protocol=_one_of(Protocol, entry, "protocol"),
        source=_address(entry, "source"),
        target=_address(entry, "target"),
        page=_address(entry, "page"),
        status=_one_of(Status, entry, "status"),
        received=_moment(entry, "received"),
        updated=_moment(entry, "updated"),
        checked=None if checked is None else _moment(entry, "checked"),
        history=tuple(_move(each) for each in _list(entry, "history", dict)),
        notes=tuple(_list(entry, "notes", str)),
        **{name: _text(entry, name) for name in _TEXTS if name in entry},
    )


def _move(entry: dict[str, Any]) -> Move:
    reasons = tuple(
        Verdict(_one_of(Action, said, "action"), _text(said, "reason"), _text(said, "by"))
        for said in _list(entry, "reasons", dict)
    )
    return Move(_moment(entry, "at"), _one_of(Status, entry, "status"), _text(entry, "by"), reasons)


def _text(entry: dict[str, Any], name: str) -> str:
    if name not in entry:
        raise Unfit(f"{name} is missing")
    value = entry[name]
    if not isinstance(value, str):
        raise Unfit(f"{name} is not a text")
    return value


def _list(entry: dict[str, Any], name: str, kind: type[_Value]) -> list[_Value]:
    value = entry.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, kind) for each in value):
        raise Unfit(f"{name} is not the list that it should be")
    return value


def _address(entry: dict[str, Any], name: str) -> str:
    try:
        return str(parse(_text(entry, name)))
    except InvalidURL as error:
        raise Unfit(f"{name} is not the URL of a page: {error}") from error


def _one_of(kind: type[_Word], entry: dict[str, Any], name: str) -> _Word:
    text = _text(entry, name)
    try:
        return kind(text)
    except ValueError as error:
        raise Unfit(f"{name} is none of {', '.join(kind)}") from error


def _moment(entry: dict[str, Any], name: str) -> datetime:
    text = _text(entry, name)
    try:
        return utc(datetime.fromisoformat(text))
    except Unfit as error:
        raise Unfit(f"{name} {error}") from error
    except ValueError as error:
        raise Unfit(f"{name} is no time as 2026-01-02T03:04:05+00:00") from error


def tried(store: Store, linkbacks: Iterable[Linkback]) -> tuple[int, int]:
    """Return what `Store.bring_in` would: how many it would add, and how many are there already.

    Changes nothing; takes a few bytes of memory for each linkback.
    """
    seen: set[int] = set()
    added = 0
    there = 0
    for linkback in linkbacks:
        pair = (parse(linkback.source).key, parse(linkback.page).key)
        number = hash(pair)
        if number in seen or _is_there(store, linkback):
            there += 1
        else:
            added += 1
        seen.add(number)
    return added, there


def _is_there(store: Store, linkback: Linkback) -> bool:
    source, page = parse(linkback.source), parse(linkback.page)
    start: int | None = None
    while True:
        found = store.find(page=str(page), source_host=source.host, start=start)
        pairs = ((parse(each.source).key, parse(each.page).key) for each in found)
        if (source.key, page.key) in pairs:
            return True
        if not found:
            return False
        start = found[-1].id
