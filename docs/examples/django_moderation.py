"""The wsgi.py of a Django project that takes pings, with a moderation page for its staff."""

import os

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.utils import redirect

from linkback_protocol import PingbackMiddleware, Receiver, SQLiteStore, TrackbackMiddleware
from linkback_protocol.wsgi.moderation import Moderation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
application = get_wsgi_application()

receiver = Receiver(
    store=SQLiteStore(os.environ.get("LINKBACK_DB", "linkbacks.db")),
    site=os.environ.get("SITE", "http://127.0.0.1:8000/"),
)


def moderator(environ):
    # Django does the same before and after each request of its own.
    close_old_connections()
    try:
        request = WSGIRequest(environ)
        SessionMiddleware(lambda _: None).process_request(request)
        user = get_user(request)
        return user.get_username() if user.is_active and user.is_staff else None
    finally:
        close_old_connections()


moderation = Moderation(
    receiver,
    authenticate=moderator,
    challenge=redirect("/admin/login/?next=/linkbacks/"),
    secret=settings.SECRET_KEY,
)
application = PingbackMiddleware(TrackbackMiddleware(application, receiver), receiver)
application = DispatcherMiddleware(application, {"/linkbacks": moderation})
