"""A Flask blog that takes pingbacks and trackbacks: ``flask --app flask_blog run``."""

import os

from flask import Flask, abort, request
from markupsafe import Markup

from linkback_protocol import PingbackMiddleware, Receiver, SQLiteStore, TrackbackMiddleware
from linkback_protocol.render import to_html

POSTS = {"hello": "Hello, blogs.", "closed": "No pings here, please."}

app = Flask(__name__)
receiver = Receiver(
    store=SQLiteStore(os.environ.get("LINKBACK_DB", "linkbacks.db")),
    site=os.environ.get("SITE", "http://127.0.0.1:5000/"),
)
app.wsgi_app = TrackbackMiddleware(app.wsgi_app, receiver, inject=True)
app.wsgi_app = PingbackMiddleware(app.wsgi_app, receiver)


@app.get("/<slug>/")
def post(slug):
    if slug not in POSTS:
        abort(404)
    request.environ["linkback_protocol.open"] = slug != "closed"
    linkbacks = Markup(to_html(receiver.linkbacks(request.url)))
    return Markup("<!DOCTYPE html><title>{}</title><p>{}</p>{}").format(
        slug, POSTS[slug], linkbacks
    )
