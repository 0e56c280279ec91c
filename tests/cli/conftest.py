from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

BLOG = """
def app(environ, start_response):
    found = environ["PATH_INFO"] == "/post/"
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "text/html")])
    return [b"<html><head></head><body>" + environ["REMOTE_ADDR"].encode() + b"</body></html>"]

def make():
    return app

def make_of(config):
    return app

def make_nothing():
    return None
"""


@pytest.fixture(autouse=True)
def _own_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a command adds to the path, to import an app, end with the test."""
    monkeypatch.setattr(sys, "path", [*sys.path])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a blog in it, as an owner has one."""
    (tmp_path / "blog.py").write_text(BLOG)
    (tmp_path / "broken.py").write_text("raise RuntimeError('two\\nlines')\n")
    (tmp_path / "nonsense.py").write_text("def app(:\n")
    (tmp_path / "nonsense.xml").write_text("no sitemap")
    return tmp_path
