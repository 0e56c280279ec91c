"""Out as JSON and in again: whatever strangers wrote comes back, and a broken file is refused."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback_protocol import Linkback, MemoryStore, SQLiteStore, Status
from linkback_protocol.exchange import BrokenFile, everything, read_json, to_json, tried
from linkback_protocol.render import to_dict
from tests.exchange.samples import HOSTILE, MOMENT, PAGE, Drops, linkbacks, sample

if TYPE_CHECKING:
    from pathlib import Path

    from linkback_protocol import Store


def read(text: str | bytes) -> list[Linkback]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_json(io.BytesIO(data)))


def entry(**changes: Any) -> dict[str, Any]:
    return to_dict(sample()) | changes


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in entry().items() if key != name}


@settings(deadline=None)
@given(st.lists(linkbacks(), max_size=4))
def test_anything_comes_back(kept: list[Linkback]) -> None:
    text = "".join(to_json(kept))
    assert text.isascii()
    assert read(text) == kept


@settings(deadline=None)
@given(st.lists(linkbacks(), max_size=3), st.integers(1, 9), st.sampled_from([None, 1, "\t"]))
def test_layout_and_pieces_do_not_matter(
    kept: list[Linkback], size: int, indent: int | str | None
) -> None:
    found = [to_dict(each) for each in kept]
    text = json.dumps(found, indent=indent, ensure_ascii=True)
    assert list(read_json(Drops(b"\xef\xbb\xbf \n" + text.encode(), size))) == kept


@pytest.mark.parametrize("text", HOSTILE)
def test_letters_may_stand_for_themselves(text: str) -> None:
    plain = text.encode("utf-8", "replace").decode()
    kept = sample(title=plain + "\u00fc\U0001f600")
    data = json.dumps([to_dict(kept)], ensure_ascii=False).encode()
    assert list(read_json(Drops(data, 1))) == [replace(kept, id=0)]


def test_from_store_to_store(store: Store, tmp_path: Path) -> None:
    kept = [sample(number, status=status) for number, status in enumerate(Status, 1)]
    store.bring_in([replace(each, title="<b>") for each in kept], now=0.0)
    text = "".join(to_json(everything(store)))
    with SQLiteStore(tmp_path / "other.db") as other:
        assert other.bring_in(read_json(io.BytesIO(text.encode())), now=0.0) == (7, 0)
        assert other.find() == store.find()


def test_only_what_visitors_may_see() -> None:
    kept = sample(sender="192.0.2.1", notes=("odd",), title="\u00fc\x9b")
    text = "".join(to_json([kept], public=True))
    assert text.isascii()
    (found,) = json.loads(text)
    assert found["title"] == "\u00fc\x9b"
    assert not {"sender", "notes", "history", "reasons", "browser"} & set(found)


def test_one_linkback_at_a_time() -> None:
    text = "".join(to_json(sample(number, excerpt="x" * 1000) for number in range(1, 3000)))
    file = io.BytesIO(text.encode())
    next(read_json(file))
    assert file.tell() < len(text) / 4


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "no list"),
        ("\n\n{}", 3, "no list"),
        ("[\n1\n]", 2, "with {"),
        ("[\n", 2, "with {"),
        ("[\n{}\n]", 2, "protocol is missing"),
        ("[\n\n{'a': 1}]", 3, "property name"),
        (f"[\n{json.dumps(entry())}\n{json.dumps(entry())}]", 3, "comma"),
        (f"[{json.dumps(entry())},\n]", 2, "with {"),
        (f"[{json.dumps(entry())}]\n[]", 2, "behind the end"),
        (f"[{json.dumps(entry(), indent=1)[:-20]}", 18, "no JSON"),
        ('[{"id":\n NaN}]', 1, "NaN"),
        ('[\n{"id": ' + "[" * 100_000, 2, "too deeply"),
        ('[\n{"id": ' + "9" * 5000 + "}]", 2, "no JSON"),
        (b"[\n\n\xff]", 3, "UTF-8"),
        (b"[\n\xc3", 2, "UTF-8"),
        ('[\n{"title": "' + "x" * 5_000_000 + '"}]', 2, "too much"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_broken_file_is_refused_with_the_line(text: str | bytes, line: int, said: str) -> None:
    with pytest.raises(BrokenFile, match=said) as caught:
        read(text)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"line {line}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        *(
            (without(name), f"{name} is missing")
            for name in ("protocol", "source", "target", "page", "status", "received", "updated")
        ),
        (entry(source="ftp://a.example/"), "source is not the URL"),
        (entry(page="nonsense"), "page is not the URL"),
        (entry(target="javascript:alert(1)"), "target is not the URL"),
        (entry(title=7), "title is not a text"),
        (entry(status="shiny"), "status is none of received, pending"),
        (entry(protocol="webmention"), "protocol is none of pingback, trackback"),
        (entry(received="yesterday"), "received is no time"),
        (entry(received="2026-01-02T03:04:05"), "received has no offset"),
        (entry(received="1969-12-31T23:59:59+00:00"), "received is before 1970"),
        (entry(updated="9999-12-31T23:59:59-12:00"), "updated is beyond"),
        (entry(notes="odd"), "notes is not the list"),
        (entry(notes=[1]), "notes is not the list"),
        (entry(history=[{"status": "spam"}]), "at is missing"),
        (entry(history=[[]]), "history is not the list"),
        (entry(colour="red"), "no field 'colour'"),
        (entry(**{"\x1b[31m": 1}), r"no field '\\x1b\[31m'"),
    ],
)
def test_an_entry_that_is_none_is_refused(broken: dict[str, Any], said: str) -> None:
    text = f"[{json.dumps(entry())},\n{json.dumps(broken)}]"
    with pytest.raises(BrokenFile, match=said) as caught:
        read(text)
    assert caught.value.line == 2


def test_another_offset_is_the_same_time() -> None:
    (found,) = read(json.dumps([entry(received="2026-01-02T05:04:05+02:00")]))
    assert found.received == MOMENT
    assert found.received.tzinfo == MOMENT.tzinfo


def test_addresses_come_in_one_spelling() -> None:
    (found,) = read(json.dumps([entry(source="HTTP://H.Example:80/%7e")]))
    assert found.source == "http://h.example/~"


class TestTrying:
    def test_it_says_what_would_be_and_changes_nothing(self, store: Store) -> None:
        store.bring_in([sample(1), sample(2)], now=0.0)
        incoming = [sample(2), sample(3), sample(3), sample(4, page=PAGE + "2/")]
        before = store.find()
        assert tried(store, incoming) == (2, 2)
        assert store.find() == before
        assert store.bring_in(incoming, now=0.0) == (2, 2)

    def test_a_host_with_many(self) -> None:
        with MemoryStore() as store:
            many = [sample(source=f"http://h.example/{number}") for number in range(2500)]
            store.bring_in(many, now=0.0)
            assert tried(store, many[2400:2410]) == (0, 10)
