"""The command, as a tester types it: targets, selection, exit codes, and mistakes."""

import contextlib
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
import trustme

from linkback_conformance.application import served
from linkback_conformance.catalogue import load, receiver_cases
from tests.conformance.reference import ReferenceBlog
from tests.conformance.test_dead_targets import always, hangs, listening, never_ends

ROOT = Path(__file__).parents[2]
PAGES = ("--second-target", "/second/", "--closed-target", "/closed/", "--observe", "/observe")
BLOG = ("wsgi:tests.conformance.reference:ReferenceBlog()", "--target", "/post/")
FEW = ("--only", "pingback.server.target-missing", "--only", "trackback.server.accepts")


def run(*arguments, timeout=60):
    return subprocess.run(
        [sys.executable, "-m", "linkback_conformance", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="module", autouse=True)
def importable():
    """Let the command find both packages where the tests do, installed or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", ":".join(each for each in sys.path if each))
        patch.delenv("PYTHONSAFEPATH", raising=False)
        yield


@pytest.fixture(scope="module")
def blog():
    with served(ReferenceBlog()) as base:
        yield base


def one_sentence(text):
    assert "Traceback" not in text
    assert text.startswith("linkback-conformance: ")
    assert text.count("\n") == 1
    return text


# Targets


def test_a_page_is_enough(blog):
    done = run(f"{blog}post/", *FEW)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pingback by X-Pingback" in done.stdout
    assert "trackback by RDF" in done.stdout


def test_a_pingback_endpoint_alone(blog):
    done = run(f"pingback:{blog}xmlrpc", "--target", f"{blog}post/", *FEW)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "trackback.server" not in done.stdout


def test_a_trackback_ping_url_alone(blog):
    done = run(f"trackback:{blog}post/trackback/", "--target", f"{blog}post/", *FEW)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_application_and_a_live_site_get_the_same_verdicts(blog, tmp_path):
    verdicts = []
    for number, target in enumerate(((f"{blog}post/",), BLOG)):
        path = tmp_path / f"{number}.jsonl"
        run(
            *target,
            *PAGES,
            "--only",
            "pingback.page",
            "--only",
            "pingback.server.target-*",
            "--json",
            path,
        )
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        verdicts.append({each["id"]: each["verdict"] for each in lines if each["type"] == "result"})
    assert verdicts[0] == verdicts[1]
    assert len(verdicts[0]) > 20


# What is run


def test_the_whole_run_is_conformant_and_quiet_in_a_pipe(tmp_path):
    reports = {kind: tmp_path / f"report.{kind}" for kind in ("json", "junit", "html", "markdown")}
    files = [word for kind, path in reports.items() for word in (f"--{kind}", str(path))]
    done = run(*BLOG, *PAGES, "--strict", *files, timeout=120)
    assert done.returncode == 0, done.stdout
    assert done.stderr == ""
    assert "Conformant" in done.stdout
    assert len(fromstring(reports["junit"].read_text()).findall(".//testcase")) == len(
        receiver_cases()
    )
    assert "<!DOCTYPE html>" in reports["html"].read_text()


def test_every_request_says_who_sends_it_and_for_which_case():
    seen = []
    reference = ReferenceBlog()

    def app(environ, start_response):
        seen.append((environ.get("HTTP_X_LINKBACK_CASE"), environ.get("HTTP_USER_AGENT", "")))
        return reference(environ, start_response)

    with served(app) as base:
        assert run(f"{base}post/", *FEW).returncode == 0
    ids = {each.id for each in receiver_cases()}
    assert {case for case, _ in seen} - ids == {"discovery"}
    assert all(agent.startswith("linkback-conformance/") for _, agent in seen)


def test_needed_cases_run_with_the_one_that_is_chosen():
    done = run(*BLOG, "--only", "pingback.server.duplicate-code", "--verbose")
    assert "pingback.server.accepts" in done.stdout
    assert "Conformant" not in done.stdout, "a selection does not establish conformance"
    assert done.returncode == 0


def test_a_dry_run_sends_nothing():
    with listening(hangs) as base:
        done = run(f"{base}post/", "--dry-run", "--only", "pingback.page")
    assert done.returncode == 0
    assert "pingback.page.advertised" in done.stdout


def test_a_broken_must_is_1_and_a_broken_should_only_if_strict():
    broken = ("wsgi:tests.conformance.faults.pingback_answers:FaultsAreErrorsOfHttp()",)
    loose = ("wsgi:tests.conformance.faults.pingback_errors:ShowsAPage()",)
    case = ("--target", "/post/", "--only")
    assert run(*broken, *case, "pingback.server.status-200").returncode == 1
    assert run(*loose, *case, "pingback.server.get").returncode == 0
    assert run(*loose, *case, "pingback.server.get", "--strict").returncode == 1


def test_the_report_of_a_failure_can_be_repeated():
    broken = "wsgi:tests.conformance.faults.pingback_answers:FaultsAreErrorsOfHttp()"
    done = run(broken, "--target", "/post/", "--only", "pingback.server.status-200")
    for word in ("XR-R1", "expected", "observed", "curl -i -X POST"):
        assert word in done.stdout


def test_expectations_hold_in_both_directions(tmp_path):
    broken = "wsgi:tests.conformance.faults.pingback_answers:FaultsAreErrorsOfHttp()"
    only = ("--target", "/post/", "--only", "pingback.server.status-200", "--expect")
    known = {"id": "pingback.server.status-200", "verdict": "fail", "comment": "an old library"}
    path = tmp_path / "known.json"
    path.write_text(json.dumps([known]))
    assert run(broken, *only, path).returncode == 0
    done = run(BLOG[0], *only, path)
    assert done.returncode == 1
    path.write_text(json.dumps([known | {"contains": "something else"}]))
    assert run(broken, *only, path).returncode == 1
    path.write_text("[]")
    assert run(broken, *only, path).returncode == 1


def test_list_show_and_compare(tmp_path):
    listed = run("list", "pingback.page")
    assert "pingback.page.link-form" in listed.stdout
    assert "trackback" not in listed.stdout
    assert len(json.loads(run("list", "--json").stdout)) == len(load())
    shown = run("show", "pingback.server.no-link").stdout
    assert "PB-3-9" in shown
    assert "http://www.hixie.ch/specs/pingback/pingback-1.0" in shown
    path = tmp_path / "one.jsonl"
    run(*BLOG, *FEW, "--json", path)
    matrix = run("compare", path, path)
    assert matrix.returncode == 0
    assert "pingback.server.target-missing" in matrix.stdout


def test_list_reads_no_more_than_it_needs():
    code = "import sys, linkback_conformance.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not {"requests", "pytest", "linkback_protocol"} & set(done.stdout.split())


# Mistakes


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("ftp://blog.example/",),
        ("http://",),
        ("http://user:secret@blog.example/",),
        ("http://[::1",),
        ("pingback:http://127.0.0.1/x",),
        ("trackback:nowhere", "--target", "http://127.0.0.1/"),
        ("wsgi:tests.conformance.reference:ReferenceBlog()",),
        ("wsgi:no.such.module:app", "--target", "/"),
        ("wsgi:tests.conformance.reference:nothing", "--target", "/"),
        ("wsgi:tests.conformance.reference", "--target", "/"),
        ("wsgi:tests.conformance.test_command:ROOT", "--target", "/"),
        (*BLOG, "--only", "pingback.server.typo"),
        (*BLOG, "--skip", "typo"),
        (*BLOG, "--only", "pingback.page", "--skip", "*"),
        (*BLOG, "--level", "PERHAPS"),
        (*BLOG, "--area", "everything"),
        (*BLOG, "--timeout", "soon"),
        (*BLOG, "--timeout", "nan"),
        (*BLOG, "--rate", "-1"),
        (*BLOG, "--listen", "nowhere"),
        (*BLOG, "--listen", "192.0.2.1:0", *FEW),
        (*BLOG, "--expect", "/no/such/file"),
        (*BLOG, "--bogus"),
        (*BLOG, *FEW, "--json", "/no/such/directory/x"),
        ("show", "pingback.server.typo"),
        ("show",),
        ("list", "typo"),
        ("compare", "/no/such/file"),
        ("compare", __file__),
        ("compare",),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_sentence_and_exit_code_2(arguments):
    done = run(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    one_sentence(done.stderr)
    assert done.stdout == ""


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "{}",
        "[1]",
        '[{"id": "pingback.server.typo", "verdict": "fail", "comment": "x"}]',
        '[{"id": "pingback.server.get", "verdict": "pass", "comment": "x"}]',
        '[{"id": "pingback.server.get", "verdict": "fail"}]',
        '[{"id": "pingback.server.get", "verdict": "fail", "comment": "x", "more": 1}]',
    ],
)
def test_expectations_that_cannot_be_read_are_a_mistake(tmp_path, content):
    path = tmp_path / "known.json"
    path.write_text(content)
    done = run(*BLOG, "--expect", path)
    assert done.returncode == 2
    one_sentence(done.stderr)


# Targets that are no blogs


BAD_PAGES = {
    "no endpoint on it": always("200 OK", b"<html><body>Hello</body></html>"),
    "binary": always("200 OK", bytes(range(256)) * 100, "application/octet-stream"),
    "404": always("404 Not Found", b"nothing"),
    "500": always("500 Internal Server Error", b"sorry"),
    "an empty page": always("200 OK"),
}


@pytest.mark.parametrize("kind", BAD_PAGES)
def test_a_page_that_is_no_blog_is_not_established(kind):
    with served(BAD_PAGES[kind]) as base:
        done = run(f"{base}post/")
    assert done.returncode == 3
    one_sentence(done.stderr)


@pytest.mark.parametrize("location", ["http://[/", "mailto:a@b.test", "http://u:p@127.0.0.1/"])
def test_a_redirect_that_cannot_be_followed_is_not_established(location):
    def app(environ, start_response):
        start_response("302 Found", [("Location", location)])
        return []

    with served(app) as base:
        done = run(base)
    assert done.returncode == 3
    assert location in one_sentence(done.stderr)


def test_an_endpoint_that_is_no_address_is_not_established():
    def app(environ, start_response):
        start_response("200 OK", [("X-Pingback", "http://[/")])
        return [b"<rdf:RDF></rdf:RDF>"]

    with served(app) as base:
        done = run(base)
    assert done.returncode == 3
    assert "X-Pingback, but 'http://[/' is no http" in one_sentence(done.stderr)


class PingbackOnly(ReferenceBlog):
    def advertises_trackback(self, post):
        return False


def test_a_protocol_without_an_endpoint_is_said_to_be_untried():
    with served(PingbackOnly()) as base:
        both = run(f"{base}post/", *FEW)
        one = run(f"{base}post/", *FEW[:2])
    assert "no trackback endpoint was found or given: nothing of it was tried" in both.stdout
    assert "no trackback endpoint" not in one.stdout


def test_a_redirect_loop_is_not_established():
    def app(environ, start_response):
        start_response("302 Found", [("Location", environ["PATH_INFO"])])
        return [b""]

    with served(app) as base:
        done = run(f"{base}post/")
    assert done.returncode == 3
    assert "redirects" in one_sentence(done.stderr)


@pytest.mark.parametrize("handle", [hangs, never_ends])
def test_a_page_without_an_end_is_not_established(handle):
    with listening(handle) as base:
        done = run(f"{base}post/", "--timeout", "0.5")
    assert done.returncode == 3
    one_sentence(done.stderr)


def test_a_certificate_that_nobody_vouches_for_is_not_established():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler
    ) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        done = run(f"https://127.0.0.1:{server.server_address[1]}/post/")
        server.shutdown()
    assert done.returncode == 3
    assert "certificate" in one_sentence(done.stderr)


def test_nobody_at_the_address_is_not_established():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    done = run(f"http://127.0.0.1:{port}/post/")
    assert done.returncode == 3
    assert "refused" in one_sentence(done.stderr)


@pytest.mark.parametrize("kind", BAD_PAGES)
def test_an_endpoint_that_is_none_is_not_established(kind):
    with served(BAD_PAGES[kind]) as base:
        done = run(f"pingback:{base}x", "--target", f"{base}post/", "--timeout", "1")
    assert done.returncode == 3
    assert "Traceback" not in done.stdout + done.stderr
    assert "control ping" in done.stdout


# Manners


def test_a_stranger_is_not_written_to_unless_it_is_allowed():
    name = socket.gethostname()
    with contextlib.suppress(OSError):
        socket.getaddrinfo(name, 80)
        with served(ReferenceBlog(), "0.0.0.0") as base:
            url = base.replace("0.0.0.0", name)
            done = run(f"{url}post/", "--only", "pingback.page", "--rate", "0")
            assert "--allow-writes" in done.stdout
            assert done.returncode == 3
            return
    pytest.skip("this machine's own name has no address")


def test_the_rate_is_kept():
    times = []
    reference = ReferenceBlog()

    def app(environ, start_response):
        times.append(time.monotonic())
        return reference(environ, start_response)

    with served(app) as base:
        run(f"{base}post/", "--only", "pingback.page.link-*", "--rate", "50")
    paced = times[1:]
    assert len(paced) >= 6
    # Whatever the machine does, requests cannot come faster than they were let go.
    assert paced[-1] - paced[0] >= (len(paced) - 3) / 50


def test_an_app_that_ends_the_process_is_a_mistake(tmp_path):
    (tmp_path / "exits.py").write_text("import sys\nsys.exit(0)\n")
    done = subprocess.run(
        [sys.executable, "-m", "linkback_conformance", "wsgi:exits:app", "--target", "/post/"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "SystemExit" in one_sentence(done.stderr)


def test_threads_that_an_app_leaves_behind_do_not_keep_the_command(tmp_path):
    (tmp_path / "worker.py").write_text(
        "import threading\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        "from tests.conformance.reference import ReferenceBlog\n"
        "app = ReferenceBlog()\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "linkback_conformance", "wsgi:worker:app"),
            *("--target", "/post/", "--only", "pingback.page.advertised"),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{os.environ['PYTHONPATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "1 pass" in done.stdout


def test_a_reader_who_hangs_up_changes_no_exit_code():
    command = [*(sys.executable, "-m", "linkback_conformance", "pingback:http://127.0.0.1:1/x")]
    command += ["--target", "http://127.0.0.1:1/p", "--only", "pingback.server.accepts"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        process.stdout.close()
        assert process.wait(timeout=60) == 3
