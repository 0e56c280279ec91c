"""A person as the sender: one list for all cases, and the same verdicts as for a program."""

import re

from linkback_conformance.recording_site import RecordingSite
from linkback_conformance.sender import InteractiveSender
from linkback_conformance.sender_runner import SenderRunner
from linkback_conformance.sender_trial import SenderSettings
from linkback_conformance.verdict import Verdict
from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_sender import ReferenceSender
from tests.conformance.sending import every_sender_case

SETTINGS = SenderSettings(timeout=8, settle=0.3, grace=0.05)


class Person:
    """Publishes every list, and lets a sender of theirs ping what is on it."""

    def __init__(self, sender, *, patience=99):
        self.sender = sender
        self.lists = []
        self.patience = patience

    def __call__(self, text):
        if len(self.lists) >= self.patience:
            return False
        self.lists.append(re.findall(r"(?m)^ +(\d+)  (\S+)\n +(\S+): ", text))
        for _, target, _ in self.lists[-1]:
            try:
                self.sender.deliver("http://blog.example/post", target)
            except FetchError:
                continue
        return True


def run(person, *names):
    cases = [every_sender_case()[f"pingback.sender.{name}"] for name in names]
    with RecordingSite("selftest") as blog, RecordingSite("selftest") as sources:
        runner = SenderRunner(
            sender=InteractiveSender(person),
            blog=blog,
            sources=sources,
            settings=SETTINGS,
            jobs=len(cases),
        )
        results = runner.run(cases)
    return {each.case.id.removeprefix("pingback.sender."): each for each in results}


def test_a_good_sender_passes_whoever_publishes():
    person = Person(ReferenceSender())
    results = run(person, "pings", "header", "link", "link-first", "request-source", "still-pings")
    assert {each.verdict for each in results.values()} == {Verdict.PASS}
    assert [len(each) for each in person.lists] == [1, 4, 1]
    assert [number for each in person.lists for number, _, _ in each] == list("123456")
    assert {case for _, _, case in person.lists[1]} >= {"pingback.sender.link-first"}


class ReadsNoBody(ReferenceSender):
    def from_body(self, page):
        return ""


def test_what_needs_a_case_that_did_not_pass_is_blocked_afterwards():
    results = run(Person(ReadsNoBody()), "pings", "header", "link", "link-first", "page-untyped")
    verdicts = {name: each.verdict for name, each in results.items()}
    assert verdicts == {
        "pings": Verdict.PASS,
        "header": Verdict.PASS,
        "link": Verdict.FAIL,
        "link-first": Verdict.BLOCKED,
        "page-untyped": Verdict.BLOCKED,
    }


class Silent(ReferenceSender):
    def deliver(self, source, target):
        pass


def test_a_person_whose_sender_is_silent_is_not_asked_again():
    person = Person(Silent())
    results = run(person, "pings", "header", "http-link")
    assert {each.verdict for each in results.values()} == {Verdict.NOT_APPLICABLE}
    assert len(person.lists) == 1


def test_nothing_that_was_not_sent_counts_where_nobody_is_there():
    results = run(Person(ReferenceSender(), patience=1), "pings", "header", "http-link")
    assert results["pings"].verdict is Verdict.PASS
    assert results["http-link"].verdict is Verdict.INCONCLUSIVE
    assert results["header"].verdict is Verdict.INCONCLUSIVE


def test_a_source_that_is_no_address_is_seen():
    class NamesNothing(ReferenceSender):
        def call(self, source, target):
            return super().call("post", target)

    results = run(
        Person(NamesNothing()),
        *("pings", "request-well-formed", "request-two-parameters", "request-strings"),
        "request-source",
    )
    assert results["request-source"].verdict is Verdict.FAIL
