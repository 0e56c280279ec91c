"""``linkback explain``: why a linkback is what it is, and what it would be now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Fetcher, Limits, NoLink, Receiver, SQLiteStore, Verdict
from linkback_protocol.cli import main
from linkback_protocol.validators import RateLimit
from tests.peers import LOOPBACK
from tests.receiver.test_receive import POST, pingback, targets
from tests.stores.test_contract import add

if TYPE_CHECKING:
    from pathlib import Path

    from linkback_protocol import Candidate
    from tests.peers import SourceSite


def short(candidate: Candidate) -> Verdict | None:
    page = candidate.page
    return Verdict.hold("few words") if page and len(page.text) < 200 else None


def silent(_: Candidate) -> None:
    return None


def broken(_: Candidate) -> None:
    raise ZeroDivisionError


def spam(_: Candidate) -> Verdict:
    return Verdict.spam("I say so")


CHAIN = [short, silent, broken, spam]
BLIND = [spam]
COUNTING = [RateLimit(per="sender", bound=1)]
HERE = "tests.cli.test_explain"


@pytest.fixture
def db(tmp_path: Path, source: SourceSite) -> str:
    path = str(tmp_path / "linkbacks.db")
    with SQLiteStore(path) as store:
        receiver = Receiver(
            store=store,
            site="http://blog.example/",
            targets=targets,
            validators=[short],
            fetcher=Fetcher(allow=LOOPBACK),
            limits=Limits.off(),
            moderate=False,
        )
        receiver.receive(pingback(source.link("/a", POST, title="On \x1b[31mposts")))
        with pytest.raises(NoLink):
            receiver.receive(pingback(source.publish("/b", "<p>nothing")))
        receiver.close()
    return path


def test_the_life_and_every_opinion_on_the_page_as_it_was(
    db: str, source: SourceSite, capsys: pytest.CaptureFixture[str]
) -> None:
    source.pages.clear()
    assert main(["explain", "1", "--validators", f"{HERE}:CHAIN", "--db", db]) == 0
    said = capsys.readouterr().out
    for line in (
        "linkback 1 is pending: pingback",
        "sent by 192.0.2.7",
        "pending by receiver",
        "hold, short: few words",
        "short                hold: few words",
        "silent               -",
        "broken               abstain: the validator failed: ZeroDivisionError",
        "spam                 spam: I say so",
        "judged again it would be spam",
    ):
        assert line in said
    assert "\x1b" not in said
    assert "[31mposts" in said


def test_json(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--validators", f"{HERE}:CHAIN", "--json", "--db", db]
    assert main(["explain", "2", *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["linkback"]["status"] == "refused"
    assert found["again"]["status"] == "refused"
    assert [each["by"] for each in found["again"]["opinions"]] == [
        "short", "silent", "broken", "spam",
    ]  # fmt: skip
    assert found["again"]["opinions"][0]["action"] == "refuse"
    assert "does not link" in found["again"]["opinions"][0]["reason"]


def test_without_its_page_it_says_so(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    with SQLiteStore(db) as store:
        store.expire_evidence(before=1e11)
    assert main(["explain", "1", "--no-moderate", "--db", db]) == 0
    said = capsys.readouterr().out
    assert "its page was not read, or is not kept any more" in said
    assert "splog                abstain: the page was not read" in said
    assert "reference" not in said
    assert said.endswith("what it would be now depends on its page\n")
    assert main(["explain", "1", "--json", "--db", db]) == 0
    assert json.loads(capsys.readouterr().out)["again"]["status"] is None


def test_what_needs_no_page_is_judged_without(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    with SQLiteStore(db) as store:
        store.expire_evidence(before=1e11)
    assert main(["explain", "1", "--validators", f"{HERE}:BLIND", "--db", db]) == 0
    assert "judged again it would be spam" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("unlinked", "said"),
    [
        ("refuse", "what it would be now depends on its page"),
        ("hold", "judged again it would be pending"),
        ("accept", "judged again it would be approved"),
    ],
)
def test_unverified_trackbacks_are_judged_as_they_were(
    db: str, source: SourceSite, capsys: pytest.CaptureFixture[str], unlinked: str, said: str
) -> None:
    with SQLiteStore(db) as store:
        kept = add(store, source.publish("/c", "<p>nothing"), page=POST)
    options = ["--unlinked-trackbacks", unlinked, "--no-moderate", "--validators", "none"]
    assert main(["explain", str(kept.id), *options, "--db", db]) == 0
    assert said in capsys.readouterr().out


def test_the_recommended_chain_is_asked_by_default(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "1", "--db", db]) == 0
    assert "hidden_link" in capsys.readouterr().out


def test_nothing_is_counted(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert main(["explain", "1", "--validators", f"{HERE}:COUNTING", "--db", db]) == 0
        assert "rate_limit           -\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["99"], "no linkback 99"),
        (["1", "--site", "nonsense"], "--site"),
        (["1", "--validators", "nonsense"], "MODULE:LIST"),
        (["1", "--validators", f"{HERE}:short"], "no list of validators"),
        (["1", "--validators", f"{HERE}:nothing"], "cannot be loaded"),
    ],
)
def test_mistakes_are_one_sentence(
    db: str, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["explain", *options, "--db", db]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
