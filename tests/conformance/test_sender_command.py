"""``linkback-conformance sender``, as a tester types it."""

import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from jsonschema import Draft202012Validator

import linkback_conformance
from linkback_conformance.catalogue import sender_cases
from tests.conformance.reference_sender import ReferenceSender

ROOT = Path(__file__).parents[2]
SCHEMA = Path(linkback_conformance.__file__).parent / "reports" / "result.schema.json"
SCRIPT = shlex.join([sys.executable, "-m", "tests.conformance.sender_script"])
PER_PAGE = ("--run", f"{SCRIPT} {{source}}")
PER_LINK = ("--run", f"{SCRIPT} {{source}} {{target}}")
FUNCTION = ("py:tests.conformance.sender_script:deliver",)
PUBLISHER = ("py:tests.conformance.sender_script:publish",)
FACTORY = ("py:tests.conformance.reference_sender:ReferenceSender()",)
SILENT = ("--run", "true {source}")
FEW = ("--only", "pingback.sender.header", "--only", "pingback.sender.http-link")
QUICK = ("--settle", "0.5")


def command(*arguments):
    return [sys.executable, "-m", "linkback_conformance", "sender", *map(str, arguments)]


def run(*arguments, timeout=60):
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module", autouse=True)
def importable():
    """Let the command find both packages where the tests do, installed or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", ":".join(each for each in sys.path if each))
        patch.delenv("PYTHONSAFEPATH", raising=False)
        yield


def takes_too_much(source, target, more):
    del source, target, more


def results(path):
    records = [json.loads(line) for line in path.read_text().splitlines()]
    return {each["id"]: each for each in records if each["type"] == "result"}


@pytest.mark.parametrize("sender", [PER_PAGE, PER_LINK, FUNCTION, FACTORY, PUBLISHER], ids=" ".join)
def test_a_good_sender_of_every_kind_passes(sender, tmp_path):
    path = tmp_path / "result.jsonl"
    done = run(*sender, *FEW, "--strict", "--json", path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert {each["verdict"] for each in results(path).values()} == {"pass"}
    assert len(results(path)) == 3


def test_the_whole_run_is_conformant_and_in_every_report(tmp_path):
    reports = {kind: tmp_path / f"report.{kind}" for kind in ("json", "junit", "html", "markdown")}
    files = [word for kind, path in reports.items() for word in (f"--{kind}", str(path))]
    done = run(*FACTORY, *files, "--strict", "--settle", "3", "--jobs", "6", timeout=300)
    assert done.returncode == 0, done.stdout
    assert "Conformant" in done.stdout
    names = {each.get("name") for each in fromstring(reports["junit"].read_text()).iter("testcase")}
    assert names == {each.id for each in sender_cases()}
    assert "The sender was told" in reports["html"].read_text()
    validator = Draft202012Validator(json.loads(SCHEMA.read_text()))
    for line in reports["json"].read_text().splitlines():
        validator.validate(json.loads(line))


def test_what_was_sent_and_said_is_kept(tmp_path):
    path = tmp_path / "result.jsonl"
    run(*PER_LINK, "--only", "pingback.sender.header", "--json", path)
    found = results(path)["pingback.sender.header"]
    (told,) = found["runs"]
    assert told["outcome"] == "exit status 0"
    assert told["output"] == "sent\n"
    fetch, ping = found["exchanges"]
    assert (fetch["method"], ping["method"]) == ("GET", "POST")
    assert "<methodName>pingback.ping</methodName>" in ping["request"]["text"]
    assert "X-Pingback" in fetch["response"]["text"]
    assert ping["curl"].endswith("--only pingback.sender.header")


def test_results_can_be_compared(tmp_path):
    path = tmp_path / "ours.jsonl"
    run(*FACTORY, *FEW, "--json", path)
    done = subprocess.run(
        [sys.executable, "-m", "linkback_conformance", "compare", path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pingback.sender.http-link" in done.stdout


def test_arguments_of_the_command_are_in_no_report(tmp_path):
    path = tmp_path / "result.jsonl"
    done = run("--run", f"{SCRIPT} {{source}} --password hunter2", *FEW, *QUICK, "--json", path)
    assert "hunter2" not in path.read_text() + done.stdout
    assert "(left out)" in path.read_text()


class LikesQuotes(ReferenceSender):
    def from_headers(self, page):
        found = re.search("<([^>]*)>", ",".join(page.all("Link")))
        return found[1] if found else super().from_headers(page)


class Talks(ReferenceSender):
    def __call__(self, source):
        print("sending", source)
        super().__call__(source)


def test_what_a_function_prints_is_not_in_the_report():
    done = run("py:tests.conformance.test_sender_command:Talks()", *FEW, "--json", "-")
    assert done.returncode == 0
    assert [json.loads(line)["type"] for line in done.stdout.splitlines()][-1] == "summary"
    assert "sending http://" in done.stderr


def test_a_broken_should_is_explained_and_fails_only_if_strict():
    name = "py:tests.conformance.test_sender_command:LikesQuotes()"
    only = ("--only", "pingback.sender.http-link")
    done = run(name, *only)
    assert done.returncode == 0
    assert "ADVISORY" in done.stdout
    assert "the HTTP header Link was taken for a pingback server" in " ".join(done.stdout.split())
    assert run(name, *only, "--strict").returncode == 1


def test_a_sender_that_pings_nobody_is_not_established():
    for demanded in ((), ("--protocol", "pingback")):
        done = run(*SILENT, *QUICK, *FEW, *demanded)
        assert done.returncode == 3
        assert "Not established" in done.stdout
        assert "127.0.0.1" in done.stdout or demanded


def test_a_sender_that_does_not_end_is_stopped():
    started = time.monotonic()
    sleeper = f"{sys.executable} -c 'import time; time.sleep(60)' {{source}}"
    done = run("--run", sleeper, "--timeout", "0.5", *FEW, *QUICK)
    assert done.returncode == 3
    assert time.monotonic() - started < 30
    assert "stopped after 0.5 s" in " ".join(done.stdout.split())


def test_a_dry_run_sends_nothing():
    done = run("--run", "false {source}", "--dry-run", *FEW)
    assert done.returncode == 0
    assert "pingback.sender.header" in done.stdout


def test_the_cases_are_listed_and_shown():
    done = subprocess.run(
        [sys.executable, "-m", "linkback_conformance", "list", "pingback.sender"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pingback.sender.header-first" in done.stdout
    assert ".server." not in done.stdout


def test_a_person_is_shown_all_links_at_once_and_waited_for(tmp_path):
    """The person: reads the list, publishes a page of their own, and lets their blog ping."""
    path = tmp_path / "result.jsonl"
    needing = ("--only", "pingback.sender.link-first", "--only", "pingback.sender.still-pings")
    with subprocess.Popen(
        command("--interactive", *FEW, *needing, "--settle", "2", "--json", path, "--strict"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        lists, links = [], []
        for line in process.stderr:
            links += re.findall(r"^ +\d+  (http\S+)", line)
            if line.startswith("Press"):
                lists.append(links)
                for target in links:
                    ReferenceSender().deliver("http://blog.example/post", target)
                links = []
                process.stdin.write("\n")
                process.stdin.flush()
        assert process.wait(timeout=30) == 0
    # The control, then everything, what needs other cases included, and the control again.
    assert [len(each) for each in lists] == [1, 4, 1]
    assert {each["verdict"] for each in results(path).values()} == {"pass"}


def test_nobody_there_is_not_established():
    done = run("--interactive", *FEW, *QUICK)
    assert done.returncode == 3


def test_cases_of_the_other_side_are_not_simply_unknown():
    done = run(*SILENT, "--only", "pingback.server.get")
    assert "receivers are tried by" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("py:no.such.module:f",),
        ("py:tests.conformance.test_sender_command:nothing",),
        ("py:tests.conformance.test_sender_command:ROOT",),
        ("py:tests.conformance.test_sender_command:results", "--interactive"),
        ("py:tests.conformance.test_sender_command:takes_too_much",),
        ("--run", "mysend"),
        ("--run", "no-such-command-anywhere {source}"),
        ("--run", "'{source}"),
        ("--run", "/etc/passwd {source}"),
        ("--interactive", "--run", "true {source}"),
        (*SILENT, "--only", "pingback.server.get"),
        (*SILENT, "--protocol", "webmention"),
        (*SILENT, "--protocol", "trackback", "--only", "pingback.sender.header"),
        (*SILENT, "--listen", "192.0.2.1:0"),
        (*SILENT, "--bogus"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_sentence_and_exit_code_2(arguments):
    done = run(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("linkback-conformance: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
