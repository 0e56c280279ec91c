"""The Flask blog with a moderation page, for whoever is signed in there and may."""

from flask import session
from flask_blog import app, receiver
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.utils import redirect

from linkback_protocol.wsgi.moderation import Moderation


def moderator(environ):
    with app.request_context(environ):
        return session.get("user") if session.get("may_moderate") else None


moderation = Moderation(
    receiver,
    authenticate=moderator,
    challenge=redirect("/sign-in"),
    secret=app.secret_key,
)
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/linkbacks": moderation})
