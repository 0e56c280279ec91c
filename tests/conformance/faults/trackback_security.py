"""Receivers with one hole each."""

import contextlib
import re
import socket
from urllib.parse import urlsplit

from tests.conformance.broken import breaks
from tests.conformance.faults.trackback_fields import SORRY
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_trackback import TrackbackError


def touch(url, host=""):
    with contextlib.suppress(OSError, ValueError):
        parts = urlsplit(url)
        address = (host or parts.hostname, parts.port)
        socket.create_connection(address, timeout=1).close()


@breaks("trackback.server.security-private-address")
class ConnectsAnywhere(ReferenceBlog):
    def check_url(self, url):
        if "//127.0.0.2:" in url:
            touch(url)
        super().check_url(url)


@breaks("trackback.server.security-spellings")
class ConnectsToNumbers(ReferenceBlog):
    def check_url(self, url):
        if re.match(r"http://\d+:", url):
            touch(url)
        super().check_url(url)


@breaks("trackback.server.security-redirect")
class FollowsAnywhere(ReferenceBlog):
    def follow(self, url, location):
        if "/trackback." in url:
            touch(location)
        return super().follow(url, location)


@breaks("trackback.server.security-schemes")
class SpeaksFtp(ReferenceBlog):
    def check_url(self, url):
        if url.startswith("ftp://127."):
            touch(url)
        super().check_url(url)


@breaks("trackback.server.security-port-scan", "trackback.server.security-private-address")
class TellsWhetherSomebodyListens(ReferenceBlog):
    def verify_trackback(self, url, permalink):
        if urlsplit(url).hostname == "127.0.0.2":
            try:
                socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)).close()
            except OSError as error:
                raise TrackbackError(f"{error}") from error
        super().verify_trackback(url, permalink)


@breaks("trackback.server.security-cross-site")
class TrustsBrowsers(ReferenceBlog):
    def cross_site(self, environ):
        return False


class ShowsMarkup(ReferenceBlog):
    """Shows a trackback's text as it came, if `raw` finds something in it to show so."""

    raw = ""

    def linkback_item(self, linkback):
        texts = linkback.title, linkback.excerpt, linkback.blog_name
        found = [text for text in texts if self.raw in text and linkback.protocol == "trackback"]
        return super().linkback_item(linkback) + " ".join(found)


@breaks("trackback.server.security-inert")
class ShowsScripts(ShowsMarkup):
    raw = "<script>"


@breaks("trackback.server.security-script-address")
class LinksToScripts(ReferenceBlog):
    def verify_trackback(self, url, permalink):
        if not url.startswith("data:"):
            super().verify_trackback(url, permalink)

    def acceptable_url(self, url):
        return url.startswith("data:") or super().acceptable_url(url)


@breaks("trackback.server.security-hijack", "trackback.page.rdf-*")
class ShowsBlocks(ShowsMarkup):
    raw = "rdf:RDF"


@breaks("trackback.server.security-no-traceback")
class ShowsItsInside(ReferenceBlog):
    def trackback_error(self, message):
        return super().trackback_error(f"{message} (Traceback (most recent call last): ...)")


@breaks("trackback.server.security-big-body")
class StumblesOnMegabytes(ReferenceBlog):
    def take_trackback(self, post, environ):
        if int(environ.get("CONTENT_LENGTH") or 0) < 4_000_000:
            return super().take_trackback(post, environ)
        self.read_up_to(environ, self.drained, keep=False)
        return SORRY
