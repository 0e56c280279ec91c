"""A Bottle blog that takes pingbacks and trackbacks: ``python bottle_blog.py``."""

import os

import bottle

from linkback_protocol import PingbackMiddleware, Receiver, SQLiteStore, TrackbackMiddleware
from linkback_protocol.render import to_html

POSTS = {"hello": "Hello, blogs.", "closed": "No pings here, please."}

blog = bottle.Bottle()
receiver = Receiver(
    store=SQLiteStore(os.environ.get("LINKBACK_DB", "linkbacks.db")),
    site=os.environ.get("SITE", "http://127.0.0.1:5000/"),
)


@blog.get("/<slug>/")
def post(slug):
    if slug not in POSTS:
        bottle.abort(404)
    if slug == "closed":
        bottle.response.set_header("X-Linkback", "closed")
    linkbacks = to_html(receiver.linkbacks(bottle.request.url))
    return f"<!DOCTYPE html><title>{slug}</title><p>{POSTS[slug]}</p>{linkbacks}"


app = PingbackMiddleware(TrackbackMiddleware(blog, receiver, inject=True), receiver)

if __name__ == "__main__":
    bottle.run(app, host="127.0.0.1", port=5000)
