"""What the suite says about a real WordPress is what `conformance/results` says it says."""

import json

import pytest

from tests.interop.suite import RESULTS, try_wordpress

# Which of two equal pings at once gets in differs from run to run.
RACES = ("--skip", "*.duplicate-concurrent")


@pytest.mark.exhaustive
def test_wordpress_deviates_where_it_is_known_to(wordpress):
    known = RESULTS / f"wordpress-{wordpress.version}.expected.json"
    if not known.exists():
        # Debian has moved on: the same deviations are expected until somebody has looked.
        known = max(RESULTS.glob("wordpress-*[0-9].expected.json"))
    done = try_wordpress(wordpress, *RACES, "--expect", str(known))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("recorded", sorted(RESULTS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_deviation_on_record_is_explained(recorded):
    records = [json.loads(line) for line in recorded.read_text().splitlines()]
    deviating = {
        each["id"]
        for each in records
        if each["type"] == "result" and each["verdict"] not in {"pass", "not-applicable"}
    }
    known = recorded.with_suffix(".expected.json")
    explained = json.loads(known.read_text()) if known.exists() else []
    assert {each["id"] for each in explained} == deviating
    assert all(each["comment"].endswith(".") for each in explained)
