"""The examples of docs/frameworks.rst, run with the real frameworks, pinged by foreign clients."""

from __future__ import annotations

import os
import subprocess
import sys
import xmlrpc.client
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests.peers import source_site

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
# Each example in a process of its own: Django is configured once in each.
SERVE = """
import importlib, os, sys
sys.path.insert(0, {folder!r})
from werkzeug.serving import make_server
server = make_server(
    "127.0.0.1", 0, lambda environ, start: application(environ, start), threaded=True
)
os.environ["SITE"] = f"http://127.0.0.1:{{server.server_port}}/"
from linkback_protocol import Fetcher, Limits, Receiver
import linkback_protocol
from functools import partial
linkback_protocol.Receiver = partial(
    Receiver, fetcher=Fetcher(allow=["127.0.0.0/8"]), limits=Limits.off(), moderate=False
)
application = importlib.import_module({module!r}).app
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture(params=["flask_blog", "bottle_blog", "django_blog"])
def blog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    code = SERVE.format(folder=str(EXAMPLES), module=request.param)
    environment = os.environ | {"LINKBACK_DB": str(tmp_path / "linkbacks.db")}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()


def test_an_example_takes_pings_and_shows_them(blog: str) -> None:
    post = blog + "hello/"
    page = requests.get(post, timeout=10)
    assert f'trackback:ping="{post}trackback/"' in page.text
    with source_site() as source:
        with xmlrpc.client.ServerProxy(page.headers["X-Pingback"]) as client:
            said = client.pingback.ping(source.link("/a", post, title="A <friend>"), post)
            assert "registered" in said
            for closed in ("closed/", "missing/"):
                with pytest.raises(xmlrpc.client.Fault) as caught:
                    client.pingback.ping(source.link("/b", blog + closed), blog + closed)
                assert caught.value.faultCode == (33 if closed == "closed/" else 32)
        form = {"url": source.link("/c", post)}
        answer = requests.post(post + "trackback/", data=form, timeout=10)
        assert "<error>0</error>" in answer.text
        shown = requests.get(post, timeout=10).text
        assert "A &lt;friend&gt;</a>" in shown
        assert f'href="{source.url}c" rel="nofollow ugc' in shown
    closed_page = requests.get(blog + "closed/", timeout=10)
    assert "X-Pingback" not in closed_page.headers
    assert "X-Linkback" not in closed_page.headers
    assert "rdf:RDF" not in closed_page.text
