"""Results as JSON Lines: they follow the published schema, and nothing else is read back."""

import copy
import io
import json
from importlib import resources

import jsonschema
import pytest

from linkback_conformance.errors import UsageError
from linkback_conformance.reports import jsonlines
from linkback_conformance.verdict import Verdict
from tests.conformance.samples import (
    HOSTILE,
    a_fetch,
    a_result,
    a_run,
    an_exchange,
    broken,
    filled,
    typical_run,
)

SCHEMA = json.loads(
    resources.files("linkback_conformance.reports")
    .joinpath("result.schema.json")
    .read_text(encoding="utf-8")
)


def closed(schema):
    """Return the schema with nothing allowed that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(each) for name, each in schema.items()}
    if "required" in found:
        found.setdefault("additionalProperties", False)
    return found


def lines(run) -> list:
    return [json.loads(line) for line in jsonlines.render(run).splitlines()]


def read(text: str | bytes):
    stream = io.BytesIO(text) if isinstance(text, bytes) else io.StringIO(text)
    return jsonlines.read(stream)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "run",
    [
        typical_run(),
        typical_run(surprises=("x: y",), strict=True, withheld=3, tainted=True),
        a_run(),
        a_run(broken(exchanges=(), fetches=(a_fetch(ended=None),))),
        a_run(broken(exchanges=(an_exchange(received=b"", response=None, problem="cut"),))),
        # The times and the version of a run are the suite's own.
        a_run(*filled(HOSTILE).results),
    ],
)
def test_every_line_follows_the_schema_and_nothing_is_left_undescribed(run):
    validator = jsonschema.Draft202012Validator(closed(SCHEMA))
    for line in lines(run):
        validator.validate(line)


@pytest.mark.parametrize(
    ("name", "value"),
    [("verdict", "passed"), ("level", "must"), ("exchanges", None), ("id", "No Link"), ("area", 1)],
)
def test_the_schema_refuses_what_is_not_written(name, value):
    line = lines(a_run(broken()))[1]
    line[name] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(line)


def test_a_run_is_read_as_it_was_written():
    run = typical_run(surprises=("a: b",), withheld=2, strict=True)
    for text in (jsonlines.render(run), jsonlines.render(run).encode()):
        recorded = read(text)
        for name in (
            "suite_version", "run_id", "target", "started", "seconds", "strict", "tainted",
            "selected_all", "withheld", "notes", "surprises", "conclusion", "exit_code", "executed",
        ):  # fmt: skip
            assert getattr(recorded, name) == getattr(run, name)
        assert [
            (each.id, each.title, each.protocol, each.role, each.level, each.area, each.verdict)
            for each in recorded.results
        ] == [
            (
                each.case.id,
                each.case.title,
                each.case.protocol,
                each.case.role,
                each.case.level,
                each.case.area,
                each.verdict,
            )
            for each in run.results
        ]
        assert [each.reason for each in recorded.results] == [each.reason for each in run.results]


def test_without_expectations_there_are_no_surprises_to_read():
    assert read(jsonlines.render(a_run(a_result()))).surprises is None


def test_the_evidence_of_a_case():
    result = lines(a_run(broken(fetches=(a_fetch(query="a=1"),))))[1]
    assert result["clauses"] == ["PB-3-5"]
    assert result["observations"][1] == {
        "expected": "a fault 17",
        "observed": "success: string 'thanks'",
        "holds": "no",
        "level": "MUST",
    }
    exchange = result["exchanges"][0]
    assert exchange["request"] == {
        "text": "POST /x HTTP/1.1\r\nHost: b.test\r\n\r\n<methodCall/>",
        "bytes": 47,
        "truncated": False,
    }
    assert exchange["status"] == 200
    assert exchange["started"] == 0
    fetch = result["fetches"][0]
    assert (fetch["request"], fetch["after"], fetch["answered"]) == (1, 0.125, False)
    assert (fetch["seconds"], fetch["query"], fetch["whole"]) == (0.075, "a=1", True)


def test_what_is_no_utf8_is_escaped_and_what_is_long_is_cut():
    sent = b"\xff\x00caf\xc3\xa9" + b"x" * 20_000
    head, result, _ = lines(a_run(broken(exchanges=(an_exchange(sent=sent),))))
    message = result["exchanges"][0]["request"]
    assert message["text"].startswith("\\xff\x00caf\u00e9xxx")
    assert (message["bytes"], message["truncated"]) == (len(sent), True)
    assert len(message["text"].encode()) <= head["shown_bytes"] + 3


def test_a_flood_is_shown_at_its_ends():
    result = lines(a_run(broken(exchanges=(an_exchange(),) * 100, fetches=(a_fetch(),) * 40)))[1]
    assert [each["number"] for each in result["exchanges"]] == [*range(1, 21), *range(96, 101)]
    assert result["exchanges_left_out"] == 75
    assert len(result["fetches"]) == 25
    assert result["fetches_left_out"] == 15


def test_the_summary_counts():
    summary = lines(typical_run())[-1]
    assert summary["total"] == 8
    assert summary["executed"] == 3
    assert summary["counts"] == {
        "pass": 1,
        "fail": 1,
        "advisory": 1,
        "not-applicable": 2,
        "blocked": 1,
        "inconclusive": 1,
        "error": 1,
    }
    assert [(each["area"], each["total"]) for each in summary["tallies"]] == [
        ("conformance", 4),
        ("security", 1),
        ("conformance", 3),
    ]
    assert (summary["conclusion"], summary["exit_code"]) == ("suite error", 4)


def test_options_of_any_kind_are_written():
    run = a_run(a_result(), options={"a": float("nan"), "b": {1: (2,)}, "c": Verdict.PASS, "d": 1j})
    assert lines(run)[0]["options"] == {"a": None, "b": {"1": [2]}, "c": "pass", "d": "1j"}


GOOD = jsonlines.render(typical_run())


def changed(number: int, **values) -> str:
    records = [json.loads(line) for line in GOOD.splitlines()]
    for name, value in values.items():
        if value is None:
            del records[number][name]
        else:
            records[number][name] = value
    return "".join(json.dumps(each) + "\n" for each in records)


def without_line(number: int) -> str:
    every = GOOD.splitlines(keepends=True)
    del every[number]
    return "".join(every)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "it is empty"),
        ("\n\n", "it is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1 is no JSON"),
        ("\udcff\udc89", "line 1 is no JSON"),
        ("hello\n", "line 1 is no JSON"),
        (GOOD.replace("run1", "run\udcff", 1), "line 1 is no JSON"),
        ("[" * 100_000, "line 1 is no JSON"),
        ("1" * 10_000, "line 1 is no JSON"),
        ('{"type": "run", "schema": NaN}\n', "line 1 is no JSON"),
        ("[1, 2]\n", "line 1 is no JSON object"),
        ("null\n", "line 1 is no JSON object"),
        ('{"name": "something"}\n', "its first line describes no run"),
        (without_line(0), "its first line describes no run"),
        (changed(0, schema=2), "its format is version 2, and version 1 is understood"),
        (changed(0, schema=True), "its format is version True, and version 1 is understood"),
        (changed(0, schema="x" * 99), "and version 1 is understood"),
        (GOOD[:-200], "is no JSON"),
        (without_line(-1), "it is cut: the summary is missing"),
        (without_line(3), "the summary speaks of 8 cases, and there are 7"),
        (GOOD + GOOD, "something follows the summary"),
        (changed(2, type="note"), "line 3 is neither a case nor the summary"),
        (changed(1, verdict="fail"), "the counts of the summary are not those of the cases"),
        (changed(1, verdict="great"), "pingback.server.accepts is none of the seven"),
        (
            changed(1, id="pingback.server.no-link"),
            "pingback.server.no-link is there twice",
        ),
        (changed(1, title=None), "'title' is missing or not a text"),
        (changed(1, level=1), "'level' is missing or not a text"),
        (changed(0, seconds="long"), "'seconds' is missing or not a number"),
        (changed(0, seconds=True), "'seconds' is missing or not a number"),
        (changed(0, withheld=-1), "'withheld' is missing or not a whole number"),
        (changed(0, strict=0), "'strict' is missing or not true or false"),
        (changed(0, notes=[1]), "'notes' is missing or not a list of texts"),
        (changed(0, surprises="x"), "'surprises' is missing or not a list of texts"),
        (changed(-1, conclusion="fine"), "its conclusion is unknown"),
        (changed(-1, exit_code=None), "'exit_code' is missing or not a whole number"),
        (changed(-1, total=None), "'total' is missing or not a whole number"),
        (changed(-1, counts=None), "the counts of the summary are not those of the cases"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(text, complaint):
    with pytest.raises(UsageError) as caught:
        read(text)
    message = str(caught.value)
    assert message.startswith("the file is no result of linkback-conformance: ")
    assert complaint in message
    assert "\n" not in message


def test_a_file_that_is_refused_is_named(tmp_path):
    path = tmp_path / "old.jsonl"
    path.write_text("{}")
    with path.open() as stream, pytest.raises(UsageError, match=r"old\.jsonl is no result"):
        jsonlines.read(stream)


def test_what_a_shell_adds_is_overlooked():
    assert read("\ufeff" + GOOD).run_id == "run1"
    assert read(GOOD.replace("\n", "\r\n") + "\r\n").run_id == "run1"
    assert read(GOOD.encode("utf-8-sig")).run_id == "run1"


def test_what_a_later_suite_adds_is_overlooked():
    assert read(changed(1, remark="new", role="sender")).results[0].role == "sender"


def test_only_ascii_is_written_and_no_half_characters():
    text = jsonlines.render(filled(HOSTILE))
    assert text.isascii()
    assert "\\udc80" in json.loads(text.splitlines()[0])["target"]
    for line in text.splitlines():
        json.dumps(json.loads(line), ensure_ascii=False).encode()


def test_a_run_is_written_the_same_way_every_time():
    assert jsonlines.render(copy.deepcopy(typical_run())) == GOOD
