"""The examples of docs/moderation.rst, run with the real frameworks and their ways to sign in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from linkback_protocol import SQLiteStore, Status
from linkback_protocol.wsgi.moderation import password_line
from tests.wsgi.moderation.desks import SECRET, add
from tests.wsgi.moderation.pages import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
PASSWORD = "correct horse battery"
# Each in a process of its own: Django is configured once in each.
SERVE = """
import sys
from werkzeug.serving import make_server
server = make_server(
    "127.0.0.1", 0, lambda environ, start: application(environ, start), threaded=True
)
{prepare}
from {module} import {name} as application
print(server.server_port, flush=True)
server.serve_forever()
"""
# What the example takes for granted: that people can sign in to the app.
FLASK = f"""
from flask import session
from flask_blog import app
app.secret_key = {SECRET!r}
@app.get("/sign-in")
def ask():
    return "Who are you?"
@app.get("/sign-in/<user>/<int:may>")
def sign_in(user, may):
    session.update(user=user, may_moderate=bool(may))
    return "signed in"
"""
SETTINGS = f"""
SECRET_KEY = {SECRET!r}
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "project.urls"
USE_TZ = True
INSTALLED_APPS = [
    f"django.contrib.{{name}}"
    for name in ("admin", "auth", "contenttypes", "sessions", "messages")
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [{{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {{"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]}},
}}]
STATIC_URL = "/static/"
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "project.db"}}}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
"""
URLS = """
from django.contrib import admin
from django.urls import path
urlpatterns = [path("admin/", admin.site.urls)]
"""
DJANGO = f"""
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import User
User.objects.create_user("ann", password={PASSWORD!r}, is_staff=True)
User.objects.create_user("bob", password={PASSWORD!r})
User.objects.create_user("eve", password={PASSWORD!r}, is_staff=True, is_active=False)
"""


@contextmanager
def running(folder: Path, module: str, *, name: str = "app", prepare: str = "") -> Iterator[str]:
    """Run an example in a folder, with a linkback that waits; yield its address."""
    with SQLiteStore(folder / "linkbacks.db") as store:
        add(store, 1)
    environment = os.environ | {
        "LINKBACK_DB": "linkbacks.db",
        "LINKBACK_SECRET": SECRET,
        "PYTHONPATH": os.pathsep.join([str(folder), str(EXAMPLES), *filter(None, sys.path)]),
    }
    with subprocess.Popen(
        [sys.executable, "-c", SERVE.format(module=module, name=name, prepare=prepare)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=folder,
        env=environment,
    ) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/"
        finally:
            process.kill()


def moderate(session: requests.Session, url: str, folder: Path, *, by: str) -> None:
    """Approve what waits, and take it back, as somebody who is signed in."""
    browser = Browser(f"{url}linkbacks/")
    browser.session = session
    page = browser.get()
    assert f"You moderate as {by}." in page.text()
    (held,) = page.listed()
    with SQLiteStore(folder / "linkbacks.db") as store:
        page = browser.press(page, "one", f"approve {held}")
        assert store.count()[Status.APPROVED] == 1
        (kept,) = store.find()
        assert kept.history[-1].by == by
        browser.press(page, "decision", "undo")
        assert store.count()[Status.PENDING] == 1


def first_answer(session: requests.Session, url: str) -> requests.Response:
    return session.get(f"{url}linkbacks/", allow_redirects=False, timeout=10)


def test_with_a_file_of_passwords(tmp_path: Path) -> None:
    passwords = tmp_path / "moderators.txt"
    passwords.touch(mode=0o600)
    passwords.write_text(password_line("ann", PASSWORD) + "\n")
    with running(tmp_path, "bottle_moderation") as url, requests.Session() as session:
        assert first_answer(session, url).status_code == 401
        session.auth = ("ann", PASSWORD)
        moderate(session, url, tmp_path, by="ann")
        browser = Browser(f"{url}linkbacks/")
        browser.session = session
        page = browser.get()
        for name in ("block", "allow"):
            browser.press(page, name, str(page.listed()[0]))
        assert (tmp_path / "allowed.txt").read_text() == "source1.example\n"
        assert (tmp_path / "blocked.txt").read_text() == ""
        assert session.get(f"{url}hello/", timeout=10).status_code == 200


def test_with_flask(tmp_path: Path) -> None:
    with (
        running(tmp_path, "flask_moderation", prepare=FLASK) as url,
        requests.Session() as session,
    ):
        assert first_answer(session, url).headers["Location"] == "/sign-in"
        session.get(f"{url}sign-in/bob/0", timeout=10)
        assert first_answer(session, url).headers["Location"] == "/sign-in"
        session.get(f"{url}sign-in/ann/1", timeout=10)
        moderate(session, url, tmp_path, by="ann")
        session.cookies.clear()
        session.cookies.set("session", "forged")
        assert first_answer(session, url).status_code == 302
        assert session.get(f"{url}hello/", timeout=10).status_code == 200


def test_with_django(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "settings.py").write_text(SETTINGS)
    (tmp_path / "project" / "urls.py").write_text(URLS)
    with running(tmp_path, "django_moderation", name="application", prepare=DJANGO) as url:
        for user in ("bob", "eve", "ann"):
            with requests.Session() as session:
                answer = session.get(f"{url}linkbacks/", timeout=10)
                assert answer.url == f"{url}admin/login/?next=/linkbacks/"
                token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', answer.text)
                assert token is not None
                fields = {"csrfmiddlewaretoken": token[1], "username": user, "password": PASSWORD}
                answer = session.post(answer.url, data=fields, timeout=10)
                if user == "ann":
                    assert answer.url == f"{url}linkbacks/"
                    moderate(session, url, tmp_path, by="ann")
                else:
                    assert answer.url.startswith(f"{url}admin/login/")
                    assert first_answer(session, url).status_code == 302
