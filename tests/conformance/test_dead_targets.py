"""A target that is dead, in whatever way, earns no pass, and is never called conformant."""

import contextlib
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from linkback_conformance.application import served
from linkback_conformance.runner import CONTROLS, Runner, summarise
from linkback_conformance.source_site import SourceSite
from linkback_conformance.target import Target
from linkback_conformance.trial import Settings
from linkback_conformance.verdict import Conclusion, Verdict
from linkback_conformance.wire import Client
from tests.conformance.reference import ReferenceBlog
from tests.conformance.running import every_case

pytestmark = pytest.mark.exhaustive

# A target that is dead is waited for; what is slow on purpose waits longer than it may here.
QUICK = Settings(timeout=0.5, settle=0.1, grace=0.02)
XML = '<?xml version="1.0" encoding="utf-8"?>'


def always(status, body=b"", content_type="text/html; charset=utf-8"):
    def app(environ, start_response):
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
        return [body]

    return app


DEAD_APPS = {
    "500 to everything": always("500 Internal Server Error", b"<h1>Sorry</h1>"),
    "404 to everything": always("404 Not Found", b"<h1>Nothing</h1>"),
    "403 to everything": always("403 Forbidden", b"<h1>No</h1>"),
    "an empty 200 to everything": always("200 OK"),
    "a page to everything": always("200 OK", b"<html><body>Hello</body></html>"),
    "binary to everything": always("200 OK", bytes(range(256)), "application/octet-stream"),
    "half a document to everything": always("200 OK", XML.encode() + b"<methodResp", "text/xml"),
}


@contextlib.contextmanager
def listening(handle):
    """Serve connections by a function of the socket."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=handle, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)


def closes(connection):
    with connection:
        connection.recv(65536)


def hangs(connection):
    with connection, contextlib.suppress(OSError):
        while connection.recv(65536):
            pass


def never_ends(connection):
    with connection, contextlib.suppress(OSError):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        while True:
            connection.sendall(b"<a>" * 10_000)


DEAD_SOCKETS = {"closes": closes, "hangs": hangs, "never ends": never_ends}


def target_at(base):
    return Target(
        name="dead",
        page=f"{base}post/",
        pingback=f"{base}xmlrpc",
        trackback=f"{base}post/trackback/",
        second=f"{base}second/",
        second_trackback=f"{base}second/trackback/",
        closed=f"{base}closed/",
        closed_trackback=f"{base}closed/trackback/",
        missing=f"{base}no-such-page/",
        non_post=base,
        observe=f"{base}observe",
    )


def run_at(base, cases=None):
    client = Client(user_agent="self-test", case_id="", timeout=QUICK.timeout)
    with SourceSite("selftest") as site:
        runner = Runner(target=target_at(base), site=site, client=client, settings=QUICK, jobs=16)
        results = runner.run(cases or list(every_case().values()))
        return summarise(
            runner,
            results,
            suite_version="test",
            started=datetime.now(UTC),
            options={},
            selected_all=True,
        )


def passes(run):
    return [result.case.id for result in run.results if result.verdict is Verdict.PASS]


def assert_dead(run):
    assert passes(run) == []
    assert run.count(Verdict.ERROR) == 0
    assert run.conclusion is Conclusion.NOT_ESTABLISHED
    assert run.exit_code == 3


@pytest.mark.parametrize("kind", DEAD_APPS)
def test_a_target_that_answers_the_same_to_everything_earns_nothing(kind):
    with served(DEAD_APPS[kind]) as base:
        assert_dead(run_at(base))


@pytest.mark.parametrize("kind", DEAD_SOCKETS)
def test_a_target_that_does_not_answer_earns_nothing(kind):
    with listening(DEAD_SOCKETS[kind]) as base:
        assert_dead(run_at(base))


def test_a_target_that_nobody_serves_earns_nothing():
    with socket.create_server(("127.0.0.1", 0)) as server:
        base = f"http://127.0.0.1:{server.getsockname()[1]}/"
    assert_dead(run_at(base))


def alive_until_tried(dead):
    """Return a blog that takes the first control pings, and is dead to whatever comes after."""
    blog = ReferenceBlog()
    controls = {first for first, _ in CONTROLS.values()}

    def app(environ, start_response):
        alive = environ.get("HTTP_X_LINKBACK_CASE") in controls
        return (blog if alive else dead)(environ, start_response)

    return app, controls


@pytest.mark.parametrize("kind", DEAD_APPS)
def test_no_case_passes_without_an_answer_that_is_understood(kind):
    app, controls = alive_until_tried(DEAD_APPS[kind])
    # Each case by itself: those that need another would only be blocked.
    cases = [each for each in every_case().values() if each.id not in controls]
    with served(app) as base:
        vacuous = passes(run_at(base, [replace(each, needs=(), alone=False) for each in cases]))
    assert vacuous == []


def test_a_target_that_dies_on_the_way_is_not_conformant():
    app, _ = alive_until_tried(DEAD_APPS["500 to everything"])
    with served(app) as base:
        run = run_at(base)
    assert run.tainted
    assert set(passes(run)) <= {first for first, _ in CONTROLS.values()}
    assert run.conclusion is Conclusion.NOT_ESTABLISHED
    assert run.exit_code == 3
