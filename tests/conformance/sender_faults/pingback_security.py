"""Senders with one hole each."""

import contextlib
import re
import socket
from urllib.parse import urlsplit

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_sender import ReferenceSender


def touch(host, port):
    """Connect to a port, as a client without a guard does."""
    with contextlib.suppress(OSError, TypeError):
        socket.create_connection((host, port), timeout=2).close()


class Connects(ReferenceSender):
    """Connects to an address before it looks at it, where `careless` says so."""

    def careless(self, url, parts):
        raise NotImplementedError

    def place(self, parts):
        return "127.0.0.2"

    def check_fetch_url(self, url):
        with contextlib.suppress(ValueError):
            parts = urlsplit(url)
            if self.careless(url, parts):
                touch(self.place(parts), parts.port)
        super().check_fetch_url(url)


@sender_breaks("pingback.sender.security-private-endpoint")
class PostsToPrivateAddresses(Connects):
    def careless(self, url, parts):
        return parts.netloc.startswith("127.0.0.2:") and url.endswith("/xmlrpc")


@sender_breaks("pingback.sender.security-private-page")
class FetchesFromPrivateAddresses(Connects):
    def careless(self, url, parts):
        return parts.hostname == "127.0.0.2" and parts.path == "/" and "@" not in url

    def get(self, url):
        # Redirects are none of this one's business.
        return super().get(url) if "127.0.0.2" in url else ReferenceSender().get(url)


@sender_breaks("pingback.sender.security-ipv6-endpoint")
class ForgetsIpv6(Connects):
    def careless(self, url, parts):
        return parts.hostname == "::1"

    def place(self, parts):
        return "::1"


@sender_breaks("pingback.sender.security-spellings")
class ReadsNumbersAsHosts(Connects):
    def careless(self, url, parts):
        return (parts.hostname or "").isdecimal() and len(parts.hostname) > 5


@sender_breaks("pingback.sender.security-unspecified-endpoint")
class ConnectsToNoAddress(Connects):
    def careless(self, url, parts):
        return parts.hostname == "0.0.0.0"

    def place(self, parts):
        return "127.0.0.1"


@sender_breaks("pingback.sender.security-credentials")
class IgnoresCredentials(Connects):
    def careless(self, url, parts):
        return "@127.0.0.2" in parts.netloc


@sender_breaks("pingback.sender.security-schemes")
class SpeaksGopher(Connects):
    def usable(self, url):
        return url if url.startswith("gopher:") else super().usable(url)

    def careless(self, url, parts):
        return parts.scheme == "gopher"

    def place(self, parts):
        return "127.0.0.1"


@sender_breaks("pingback.sender.security-page-redirect")
class FollowsPagesAnywhere(ReferenceSender):
    def follow(self, url, location):
        found = super().follow(url, location)
        if found.startswith("http://127.0.0.2"):
            touch("127.0.0.2", urlsplit(found).port)
        return found


@sender_breaks("pingback.sender.security-endpoint-redirect")
class FollowsServersAnywhere(ReferenceSender):
    def post(self, url, headers, body):
        answer = super().post(url, headers, body)
        location = answer.all("Location")
        if location and location[0].startswith("http://127.0.0.2"):
            touch("127.0.0.2", urlsplit(location[0]).port)
        return answer


@sender_breaks("pingback.sender.security-line-break")
class WritesAddressesAsTheyAre(ReferenceSender):
    def fit_url(self, url):
        return "\nX-Smuggled" in url or super().fit_url(url)

    def request_target(self, parts):
        found = super().request_target(parts)
        if "X-Smuggled" not in found:
            return found
        # The standard library has thrown the line breaks of the address away.
        return f"{parts.path.partition('X-')[0]} HTTP/1.1\r\nX-Smuggled: yes\r\nX-Rest:"


class Expands(ReferenceSender):
    """Does what a document type says, where `obeys` says so."""

    def obey(self, answer):
        raise NotImplementedError

    def post(self, url, headers, body):
        answer = super().post(url, headers, body)
        self.obey(answer)
        return answer


@sender_breaks("pingback.sender.security-entity-expansion")
class ExpandsEntities(Expands):
    def obey(self, answer):
        if b"<!ENTITY e8" in answer.body:
            raise MemoryError


@sender_breaks("pingback.sender.security-external-entity")
class ReadsExternalEntities(Expands):
    def obey(self, answer):
        found = re.search(rb'SYSTEM "(http[^"]+)"', answer.body)
        if found:
            self.get(found[1].decode())


@sender_breaks("pingback.sender.security-odd-documents")
class RunsOutOfStack(Expands):
    def obey(self, answer):
        if answer.body.count(b"<array>") > 5_000:
            raise RecursionError
