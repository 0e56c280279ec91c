"""A Django blog that takes pingbacks and trackbacks: ``python django_blog.py``."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from linkback_protocol import PingbackMiddleware, Receiver, SQLiteStore, TrackbackMiddleware
from linkback_protocol.render import to_html

POSTS = {"hello": "Hello, blogs.", "closed": "No pings here, please."}

settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="for-the-example", USE_TZ=True
)
receiver = Receiver(
    store=SQLiteStore(os.environ.get("LINKBACK_DB", "linkbacks.db")),
    site=os.environ.get("SITE", "http://127.0.0.1:5000/"),
)


def post(request, slug):
    if slug not in POSTS:
        raise Http404
    linkbacks = mark_safe(to_html(receiver.linkbacks(request.build_absolute_uri())))
    page = format_html("<!DOCTYPE html><title>{}</title><p>{}</p>{}", slug, POSTS[slug], linkbacks)
    return HttpResponse(page, headers={"X-Linkback": "closed" if slug == "closed" else "open"})


urlpatterns = [path("<slug:slug>/", post)]

app = get_wsgi_application()
app = PingbackMiddleware(TrackbackMiddleware(app, receiver, inject=True), receiver)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    make_server("127.0.0.1", 5000, app).serve_forever()
