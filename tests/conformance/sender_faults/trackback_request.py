"""Senders whose trackbacks are not written as they should be."""

from urllib.parse import urlencode, urlsplit

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_sender import ReferenceSender


@sender_breaks("trackback.sender.post")
class AsksFirst(ReferenceSender):
    def send_trackback(self, address, source):
        super().send_trackback(address, source)
        if "/trackback.sender.post/" in address:
            self.get(f"{address}?url={source}")


@sender_breaks("trackback.sender.content-type")
class SendsText(ReferenceSender):
    def trackback_headers(self):
        return [("Content-Type", "text/plain; charset=utf-8")]


@sender_breaks("trackback.sender.charset")
class NamesNoCharset(ReferenceSender):
    def trackback_headers(self):
        return [("Content-Type", "application/x-www-form-urlencoded")]


@sender_breaks("trackback.sender.url")
class TellsTheHost(ReferenceSender):
    def fields(self, source):
        return super().fields(source) | {"url": f"http://{urlsplit(source).netloc}/"}


@sender_breaks("trackback.sender.fields", "trackback.sender.encoding")
class WritesRawFields(ReferenceSender):
    def form(self, source):
        fields = self.fields(source)
        return "&".join(f"{name}={value}" for name, value in fields.items()).encode()

    def fields(self, source):
        return {**super().fields(source), "excerpt": "Fish & chips & 100 % more"}


@sender_breaks("trackback.sender.encoding")
class WritesLatin(ReferenceSender):
    def form(self, source):
        return urlencode(self.fields(source), encoding="latin-1", errors="replace").encode()


@sender_breaks("trackback.sender.content-length", "pingback.sender.*", "trackback.sender.*")
class CountsWrongly(ReferenceSender):
    def length(self, body):
        return len(body) - (1 if body.startswith(b"title") else 0)


@sender_breaks("trackback.sender.query", "trackback.sender.ping-ampersand")
class MovesTheQuery(ReferenceSender):
    def send_trackback(self, address, source):
        address, _, query = address.partition("?")
        body = self.form(source) + (b"&" + query.encode() if query else b"")
        self.post(address, self.trackback_headers(), body)


@sender_breaks("trackback.sender.host")
class ForgetsThePort(ReferenceSender):
    def send_trackback(self, address, source):
        self.forgets = "/trackback.sender.host/" in address
        super().send_trackback(address, source)

    forgets = False

    def usual_headers(self, parts):
        found = super().usual_headers(parts)
        if "/trackback.sender.host/endpoint" in parts.path:
            found[0] = ("Host", parts.hostname)
        return found


@sender_breaks("trackback.sender.no-referer")
class SendsAReferer(ReferenceSender):
    def trackback_headers(self):
        return [*super().trackback_headers(), ("Referer", "http://me.example/")]
