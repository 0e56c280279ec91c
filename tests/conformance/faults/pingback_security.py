"""Endpoints with one hole each."""

import re
import socket
from urllib.parse import urlsplit

from tests.conformance.broken import breaks
from tests.conformance.faults.pingback_errors import SORRY, Stumbles
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_xmlrpc import XmlRpcFault


def touch(host, port):
    """Connect to a port, as a fetcher without a guard does."""
    socket.create_connection((host, port), timeout=2).close()


class Connects(ReferenceBlog):
    """Connects to a source before it looks at it, where `careless` says so."""

    def careless(self, parts):
        raise NotImplementedError

    def check_source_url(self, url):
        parts = urlsplit(url)
        if self.careless(parts):
            touch(self.place(parts), parts.port)
        super().check_source_url(url)

    def place(self, parts):
        return "127.0.0.2"


@breaks("pingback.server.security-private-address")
class ConnectsToPrivateAddresses(Connects):
    def careless(self, parts):
        return parts.netloc.startswith("127.0.0.2:")

    def check_source_url(self, url):
        try:
            super().check_source_url(url)
        except ConnectionRefusedError:
            raise self.missing_source() from None


@breaks("pingback.server.security-spellings")
class ReadsNumbersAsHosts(Connects):
    def careless(self, parts):
        return (parts.hostname or "").isdecimal() and len(parts.hostname) > 5


@breaks("pingback.server.security-unspecified-address")
class ConnectsToNoAddress(Connects):
    def careless(self, parts):
        return parts.hostname == "0.0.0.0"

    def place(self, parts):
        return "127.0.0.1"


@breaks("pingback.server.security-credentials")
class IgnoresCredentials(Connects):
    def careless(self, parts):
        return "@127.0.0.2" in parts.netloc


@breaks("pingback.server.security-redirect")
class FollowsAnywhere(ReferenceBlog):
    def follow(self, url, location):
        if "pingback.server.security-redirect" in url:
            touch("127.0.0.2", urlsplit(location).port)
        return super().follow(url, location)


@breaks("pingback.server.security-schemes")
class SpeaksGopher(Connects):
    def careless(self, parts):
        return parts.scheme == "gopher"

    def place(self, parts):
        return "127.0.0.1"


@breaks("pingback.server.security-port-scan")
class TellsPortsApart(ReferenceBlog):
    def __init__(self):
        super().__init__()
        self.asked = set()

    def verify_pingback(self, source, target):
        try:
            return super().verify_pingback(source, target)
        except XmlRpcFault as fault:
            if source in self.asked:
                fault.text = "Connection refused."
            self.asked.add(source)
            raise


@breaks("pingback.server.security-fetches-little")
class FetchesAgainAndAgain(ReferenceBlog):
    def verify_pingback(self, source, target):
        if "security-fetches-little" in source:
            for _ in range(4):
                self.fetch(source)
        return super().verify_pingback(source, target)


@breaks("pingback.server.security-identity")
class FetchesWithoutAName(ReferenceBlog):
    def request_headers(self, parts, url):
        headers = super().request_headers(parts, url)
        if "pingback.server.security-identity" not in url:
            return headers
        return [pair for pair in headers if pair[0] != "User-Agent"]


@breaks("pingback.server.security-entity-expansion")
class StumblesOnEntities(Stumbles):
    def stumbles(self, body):
        return b"<!ENTITY e0" in body


@breaks("pingback.server.security-external-entity")
class ReadsExternalEntities(ReferenceBlog):
    def parse_document(self, document):
        found = re.search(rb'SYSTEM "(http[^"]+)"', document)
        if found:
            self.fetch(found[1].decode())
        return super().parse_document(document)


@breaks("pingback.server.security-deep-nesting")
class RunsOutOfStack(Stumbles):
    def stumbles(self, body):
        return body.count(b"<array>") > 5_000


class StumblesOnSize(ReferenceBlog):
    """Answers a page for people to calls whose size in bytes is in a range."""

    sizes = range(0)

    def xmlrpc(self, environ):
        answer = super().xmlrpc(environ)
        return SORRY if int(environ.get("CONTENT_LENGTH") or 0) in self.sizes else answer


@breaks("pingback.server.security-many-parameters")
class RunsOutOfMemory(StumblesOnSize):
    sizes = range(1_500_000, 1_900_000)


@breaks("pingback.server.security-huge-number")
class CountsForever(StumblesOnSize):
    sizes = range(2_000_000, 3_000_000)


@breaks("pingback.server.security-big-body")
class StumblesOnMegabytes(StumblesOnSize):
    sizes = range(8_000_000, 9_000_000)


@breaks("pingback.server.security-no-traceback")
class ShowsItsInside(ReferenceBlog):
    def check_types(self, method, params):
        try:
            super().check_types(method, params)
        except XmlRpcFault as fault:
            fault.text = "Traceback (most recent call last): in ping.py"
            raise
