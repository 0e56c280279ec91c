"""Senders whose calls break one rule each."""

from xml.sax.saxutils import escape

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_sender import ReferenceSender


def named(name):
    """Return whether a text is about a case."""
    mark = f"/pingback.sender.{name}/"
    return lambda text: mark in text


@sender_breaks("pingback.sender.request-post")
class Puts(ReferenceSender):
    def ask(self, method, url, headers, body, until):
        if method == "POST" and "/pingback.sender.request-post/" in url:
            headers = [*headers, ("Content-Length", str(len(body)))]
            return super().ask("PUT", url, headers, body, until)
        return super().ask(method, url, headers, body, until)


class LeavesOut(ReferenceSender):
    """Sends pings without a header of the usual ones."""

    header = ""

    def usual_headers(self, parts):
        headers = super().usual_headers(parts)
        if "/source-" in parts.path or "/page-" in parts.path:
            return headers
        return [pair for pair in headers if pair[0] != self.header]


@sender_breaks("pingback.sender.request-host")
class NamesNoHost(LeavesOut):
    header = "Host"


@sender_breaks("pingback.sender.request-user-agent")
class NamesNoSender(LeavesOut):
    header = "User-Agent"


@sender_breaks("pingback.sender.request-content-type")
class SendsHtml(ReferenceSender):
    def pingback_headers(self):
        return [("Content-Type", "text/html")]


@sender_breaks("pingback.sender.request-length")
class SendsChunks(ReferenceSender):
    def message(self, method, parts, headers, body):
        if method != "POST" or "/pingback.sender.request-length/" not in parts.path:
            return super().message(method, parts, headers, body)
        lines = [*self.usual_headers(parts), *headers, ("Transfer-Encoding", "chunked")]
        head = [f"POST {parts.path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines)]
        chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        return "\r\n".join([*head, "", ""]).encode() + chunk


@sender_breaks("pingback.sender.request-length-in-bytes")
class CountsCharacters(ReferenceSender):
    def length(self, body):
        return len(body.decode())


@sender_breaks("pingback.sender.request-well-formed")
class ForgetsTheEnd(ReferenceSender):
    def call(self, source, target):
        found = super().call(source, target)
        return found.replace(b"</params>", b"") if named("request-well-formed")(source) else found


@sender_breaks("pingback.sender.request-method-name")
class CallsAnotherMethod(ReferenceSender):
    def method(self):
        return "Pingback.ping"


@sender_breaks("pingback.sender.request-params", "pingback.sender.request-*")
class PutsAllInOneParam(ReferenceSender):
    def call(self, source, target):
        return super().call(source, target).replace(b"</param><param>", b"")


@sender_breaks("pingback.sender.request-two-parameters")
class AddsItsName(ReferenceSender):
    def call(self, source, target):
        more = self.param("A blog") + "</params>"
        return super().call(source, target).replace(b"</params>", more.encode())


@sender_breaks("pingback.sender.request-strings")
class SendsBase64(ReferenceSender):
    def param(self, text):
        return super().param(text).replace("string>", "base64>")


class SaysOtherwise(ReferenceSender):
    """Names other addresses in a call, where it is about a case."""

    def addresses(self, source, target):
        raise NotImplementedError

    def call(self, source, target):
        return super().call(*self.addresses(source, target))


@sender_breaks("pingback.sender.request-source", "pingback.sender.request-ampersand")
class NamesItsHomePage(SaysOtherwise):
    def addresses(self, source, target):
        return source.rpartition("/")[0] + "/", target


@sender_breaks(
    "pingback.sender.request-target",
    "pingback.sender.redirect-parameter",
    "pingback.sender.request-source",
)
class SwapsThem(SaysOtherwise):
    def addresses(self, source, target):
        return target, source


@sender_breaks("pingback.sender.request-fragment")
class DropsTheFragment(SaysOtherwise):
    def addresses(self, source, target):
        return source, target.partition("#")[0]


@sender_breaks("pingback.sender.request-ampersand")
class EscapesTwice(ReferenceSender):
    def param(self, text):
        return super().param(escape(text))
