"""The sender that the suite is tried on: correct by the letter, and broken piece by piece.

It pings everything that a page links to, by pingback where the link's page names a server and by
trackback where it has a block that is about the link. Faults override one method.
"""

from __future__ import annotations

import html
import http.client
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urldefrag, urlencode, urljoin, urlsplit
from xml.etree.ElementTree import ParseError, fromstring
from xml.sax.saxutils import escape

from tests.conformance.reference_fetch import FetchError, FetchRoom, TimedSocket, quote_path
from tests.conformance.reference_source import usable_url

STRICT_LINK = re.compile(rb'<link rel="pingback" href="([^"]+)" ?/?>')
ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}
RDF_NAME = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
TRACKBACK = "http://madskills.com/public/xml/rss/module/trackback/"
RDF = re.compile(r"<(\w+):RDF[\s>].*?</\1:RDF>", re.DOTALL)
REL = re.compile(r'<(?:a|link) rel="trackback" href="([^"]*)"')
ANCHOR = re.compile(r'<a [^>]*?href="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """An answer; the URL is that of the last request."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value.strip() for key, value in self.headers if key.lower() == name.lower()]


class ReferenceSender(FetchRoom):
    """Call it with the address of a page, and it pings what the page links to."""

    user_agent = "ReferenceSender/1.0 (sends linkbacks)"
    fetch_headers = (("Accept", "*/*"), ("Accept-Encoding", "gzip"))

    def __init__(self) -> None:
        super().__init__(deadline=2.0)
        self.texts: dict[str, str] = {}

    def __call__(self, source: str) -> None:
        page = self.get(source)
        # Several pages may be sent for at once.
        self.texts[source] = re.sub(r"<[^>]*>", " ", page.body.decode("utf-8", "replace"))
        for target in self.targets(page):
            try:
                self.deliver(source, target)
            except FetchError:
                # One bad neighbour is no reason to leave the others without their pings.
                continue

    def targets(self, page: Answer) -> list[str]:
        """Return what a page links to, each once."""
        found = ANCHOR.findall(page.body.decode("utf-8", "replace"))
        return list(dict.fromkeys(urljoin(page.url, html.unescape(each)) for each in found))

    def deliver(self, source: str, target: str) -> None:
        """Ping one target by the protocol that it speaks; raises `FetchError`."""
        page = self.get(target)
        if page.status != 200:
            return
        server = self.find_pingback(page)
        if server:
            self.send_pingback(server, source, target)
        elif address := self.find_trackback(page, target):
            self.send_trackback(address, source)

    def fit_url(self, url: str) -> bool:
        """SEC-1: whether an address is absolute, of the web, and without credentials."""
        return usable_url(quote(url, safe="!#$%&'()*+,/:;=?@[]~\\"), ("http", "https"))

    # Discovery

    def find_pingback(self, page: Answer) -> str:
        """PB-2.3: the first header, or the first match in the body; empty without either."""
        return self.usable(self.from_headers(page) or self.from_body(page))

    def from_headers(self, page: Answer) -> str:
        headers = page.all("X-Pingback")
        return headers[0] if headers else ""

    def from_body(self, page: Answer) -> str:
        found = STRICT_LINK.search(page.body)
        return self.expand(found[1].decode("utf-8", "replace")) if found else ""

    def expand(self, text: str) -> str:
        """PB-2.3-4: the four entities, once each."""
        return re.sub(r"&(amp|lt|gt|quot);", lambda found: ENTITIES[found[1]], text)

    def usable(self, url: str) -> str:
        """PB-2.1-2: an address is absolute, or it is none."""
        return url if re.match(r"https?://", url) else ""

    def find_trackback(self, page: Answer, target: str) -> str:
        """TB-22: the ping URL of the block that is about the page, else of a link (TB-24)."""
        for block in self.blocks(page.body.decode("utf-8", "replace")):
            identifier, ping = self.described(block)
            if ping and self.matches(identifier, page, target):
                return ping
        return self.related(page.body.decode("utf-8", "replace"))

    def blocks(self, text: str) -> list[str]:
        """Return the RDF of a page, in comments or out of them."""
        return [found[0] for found in RDF.finditer(text)]

    def described(self, block: str) -> tuple[str, str]:
        """Return identifier and ping URL."""
        try:
            root = fromstring(block)
        except ParseError:
            return "", ""
        for description in root.iter(f"{{{RDF_NAME}}}Description"):
            ping = description.find(f"{{{TRACKBACK}}}ping")
            named = description.find(f"{{{DC}}}identifier")
            return (
                description.get(f"{{{DC}}}identifier") or (named is not None and named.text) or "",
                description.get(f"{{{TRACKBACK}}}ping")
                or (ping is not None and ping.get(f"{{{RDF_NAME}}}resource"))
                or "",
            )
        return "", ""

    def matches(self, identifier: str, page: Answer, target: str) -> bool:
        """TB-23: an identifier is the link without its fragment, or where it led."""
        return identifier in (urldefrag(target).url, urldefrag(page.url).url)

    def related(self, text: str) -> str:
        found = REL.search(text)
        return html.unescape(found[1]) if found else ""

    # Sending

    def send_trackback(self, address: str, source: str) -> None:
        """TB-2 to TB-7; what comes back is read, and changes nothing."""
        self.post(address, self.trackback_headers(), self.form(source))

    def trackback_headers(self) -> list[tuple[str, str]]:
        return [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]

    def fields(self, source: str) -> dict[str, str]:
        return {
            "title": "A post",
            "url": source,
            "excerpt": " ".join(self.texts.get(source, "").split())[:250],
        }

    def form(self, source: str) -> bytes:
        return urlencode(self.fields(source)).encode()

    def send_pingback(self, server: str, source: str, target: str) -> None:
        """PB-3-1: one call; whatever comes back is read, and changes nothing."""
        self.post(server, self.pingback_headers(), self.call(source, target))

    def pingback_headers(self) -> list[tuple[str, str]]:
        return [("Content-Type", "text/xml")]

    def call(self, source: str, target: str) -> bytes:
        params = "".join(map(self.param, (source, target)))
        return (
            f'<?xml version="1.0"?>\n<methodCall><methodName>{self.method()}</methodName>'
            f"<params>{params}</params></methodCall>\n"
        ).encode()

    def method(self) -> str:
        return "pingback.ping"

    def param(self, text: str) -> str:
        return f"<param><value><string>{escape(text)}</string></value></param>"

    # HTTP

    def get(self, url: str) -> Answer:
        """Fetch a page, following redirects; raises `FetchError`."""
        until = self.clock() + self.deadline
        for _ in range(self.max_redirects + 1):
            answer = self.ask("GET", url, list(self.fetch_headers), b"", until)
            location = answer.all("Location")
            if answer.status not in self.redirect_statuses or not location:
                return answer
            url = self.follow(url, location[0])
        raise FetchError("too many redirects")

    def post(self, url: str, headers: list[tuple[str, str]], body: bytes) -> Answer:
        """Post something once; an answer that leads elsewhere is not followed."""
        return self.ask("POST", url, headers, body, self.clock() + self.deadline)

    def ask(
        self, method: str, url: str, headers: list[tuple[str, str]], body: bytes, until: float
    ) -> Answer:
        self.check_fetch_url(url)
        parts = urlsplit(url)
        connection = None
        try:
            connection = self.connect(parts, until)
            connection.sendall(self.message(method, parts, headers, body))
            return self.answer(connection, method, url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchError(f"{type(error).__name__}: {error}") from error
        finally:
            if connection is not None:
                connection.close()

    def message(
        self, method: str, parts: SplitResult, headers: list[tuple[str, str]], body: bytes
    ) -> bytes:
        lines = [*self.usual_headers(parts), *headers]
        if method == "POST":
            lines.append(("Content-Length", str(self.length(body))))
        head = [f"{method} {self.request_target(parts)} HTTP/1.1"]
        head += [f"{name}: {value}" for name, value in lines]
        return "\r\n".join([*head, "", ""]).encode("ascii") + body

    def length(self, body: bytes) -> int:
        return len(body)

    def request_target(self, parts: SplitResult) -> str:
        return quote_path((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))

    def usual_headers(self, parts: SplitResult) -> list[tuple[str, str]]:
        host = self.host_of(parts)
        return [
            ("Host", f"{host}:{parts.port}" if parts.port else host),
            ("User-Agent", self.user_agent),
            ("Connection", "close"),
        ]

    def answer(self, connection: TimedSocket, method: str, url: str) -> Answer:
        response = http.client.HTTPResponse(connection, method=method)
        response.begin()
        return Answer(url, response.status, response.getheaders(), self.read_source(response))
