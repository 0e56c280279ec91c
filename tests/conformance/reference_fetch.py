"""The fetcher of the reference blog: from allowed addresses only, bounded in bytes and in time."""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

PORTS = {"http": 80, "https": 443}


class FetchError(Exception):
    """A page cannot be had; the reason is for the log and not for the sender."""


@dataclass(frozen=True)
class Page:
    """A page that was fetched; the URL is the last one of its redirects."""

    url: str
    content_type: str
    body: bytes


class FetchRoom:
    """Fetches pages of strangers."""

    max_redirects = 5
    redirect_statuses = (301, 302, 303, 307, 308)
    max_bytes = 1 << 20  # of decoded body
    max_wire_bytes = 2 << 20  # of body as it comes
    user_agent = "ReferenceBlog/1.0 (verifies linkbacks)"

    def __init__(self, *, allow: tuple[str, ...] = ("127.0.0.1",), deadline: float = 3.0) -> None:
        self.allow = allow
        self.deadline = deadline  # seconds for a page with all its redirects

    def clock(self) -> float:
        return time.monotonic()

    def fetch(self, url: str) -> Page:
        """Fetch a page, following redirects; raises `FetchError`."""
        until = self.clock() + self.deadline
        for _ in range(self.max_redirects + 1):
            found = self.fetch_once(url, until)
            if isinstance(found, Page):
                return found
            url = found
        raise FetchError("too many redirects")

    def fetch_once(self, url: str, until: float) -> Page | str:
        """Return the page, or the address it redirects to."""
        self.check_fetch_url(url)
        parts = urlsplit(url)
        connection = None
        try:
            connection = self.connect(parts, until)
            response = self.request(connection, parts, url)
            location = response.getheader("Location")
            if response.status in self.redirect_statuses and location:
                return self.follow(url, location)
            self.check_status(response.status)
            content_type = response.getheader("Content-Type", "")
            self.check_type(content_type)
            return Page(url, content_type, self.read_source(response))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchError(f"{type(error).__name__}: {error}") from error
        finally:
            if connection is not None:
                connection.close()

    def follow(self, url: str, location: str) -> str:
        # Header text is latin-1 for the client, and UTF-8 for those who wrote it.
        return urljoin(url, location.encode("latin-1").decode("utf-8", "replace").strip())

    # Before connecting

    def check_fetch_url(self, url: str) -> None:
        """SEC-1: no schemes but these, no credentials, no host that is a number in disguise."""
        if not self.fit_url(url):
            raise FetchError("not an address to fetch")
        if self.odd_host(urlsplit(url).hostname or ""):
            raise FetchError("an odd spelling of an address")

    def odd_host(self, host: str) -> bool:
        """Return whether a host is an IPv4 address in another form than four numbers."""
        last = host.rstrip(".").rpartition(".")[2]
        if not re.fullmatch(r"[0-9]+|0[xX][0-9a-fA-F]*", last):
            return False
        try:
            return str(ipaddress.IPv4Address(host)) != host
        except ValueError:
            return True

    def vetted(self, host: str, port: int, until: float) -> list[str]:
        """Return the addresses of a host; one that is not allowed refuses it."""
        addresses = self.resolve(host, port, until)
        if not addresses or not all(map(self.may_connect, addresses)):
            raise FetchError("not an address to connect to")
        return addresses

    def resolve(self, host: str, port: int, until: float) -> list[str]:
        found: list[str] = []

        def look_up() -> None:
            try:
                answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                return
            found.extend(str(answer[4][0]) for answer in answers)

        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            pass
        # The resolver has no deadline of its own.
        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(self.time_left(until))
        return list(found)

    def may_connect(self, address: str) -> bool:
        """SEC-1: exactly the addresses that were allowed."""
        return address in self.allow

    # Connecting and asking

    def connect(self, parts: SplitResult, until: float) -> TimedSocket:
        """Connect to an address that was vetted: the name is not looked up again."""
        host = self.host_of(parts)
        port = parts.port or PORTS.get(parts.scheme, 80)
        plain = self.open_socket(self.vetted(host, port, until)[0], port, until)
        if parts.scheme == "https":
            try:
                plain = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            except BaseException:
                plain.close()
                raise
        return TimedSocket(plain, lambda: self.time_left(until))

    def host_of(self, parts: SplitResult) -> str:
        host = parts.hostname or ""
        if host.isascii():
            return host
        plain = host.encode("idna").decode("ascii")
        if self.odd_host(plain):
            raise FetchError("an odd spelling of an address")
        return plain

    def open_socket(self, address: str, port: int, until: float) -> socket.socket:
        return socket.create_connection((address, port), timeout=self.time_left(until))

    def time_left(self, until: float) -> float:
        """PB-3-10: the same deadline for everything, however it is stretched."""
        left = until - self.clock()
        if left <= 0:
            raise FetchError("out of time")
        return left

    def request(
        self, connection: TimedSocket, parts: SplitResult, url: str
    ) -> http.client.HTTPResponse:
        path = quote_path((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        headers = self.request_headers(parts, url)
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
        response = http.client.HTTPResponse(connection, method="GET")
        response.begin()
        return response

    def request_headers(self, parts: SplitResult, url: str) -> list[tuple[str, str]]:
        host = self.host_of(parts)
        host = f"[{host}]" if ":" in host else host
        return [
            ("Host", f"{host}:{parts.port}" if parts.port else host),
            ("User-Agent", self.user_agent),
            ("Accept", "text/html, application/xhtml+xml, text/*;q=0.8"),
            ("Accept-Encoding", "gzip, deflate"),
            ("Connection", "close"),
        ]

    # The answer

    def check_status(self, status: int) -> None:
        """PB-3-5, 0x0010: an error page is no source, whatever it says."""
        if not 200 <= status < 300:
            raise FetchError(f"status {status}")

    def check_type(self, content_type: str) -> None:
        """PB-5-1: text of some sort; pages without a type are taken for HTML."""
        media = content_type.partition(";")[0].strip().lower()
        if media and not self.readable_type(media):
            raise FetchError(f"type {media}")

    def readable_type(self, media: str) -> bool:
        return media.startswith("text/") or media.endswith(("/xml", "+xml"))

    def read_source(self, response: http.client.HTTPResponse) -> bytes:
        """PB-3-10: return the decoded body, cut where it is too long."""
        encoding = response.getheader("Content-Encoding", "").strip().lower()
        body = bytearray()
        decode = self.decoder(encoding)
        taken = 0
        while taken < self.max_wire_bytes and len(body) < self.max_bytes:
            piece = response.read1(1 << 16)
            if not piece:
                break
            taken += len(piece)
            body += decode(piece, self.max_bytes - len(body))
        return bytes(body[: self.max_bytes])

    def decoder(self, encoding: str):
        """Return a function that decodes a piece to at most so many bytes."""
        match encoding:
            case "" | "identity":
                return lambda piece, limit: piece
            case "gzip" | "x-gzip":
                return inflater(zlib.MAX_WBITS | 16)
            case "deflate":
                return inflater(zlib.MAX_WBITS)
            case _:
                raise FetchError(f"encoding {encoding}")


def inflater(bits: int):
    """Return a bounded decoder; deflate comes with the header of zlib, and without it."""
    state = zlib.decompressobj(bits)
    started = False

    def decode(piece: bytes, limit: int) -> bytes:
        nonlocal state, started
        try:
            found = state.decompress(state.unconsumed_tail + piece, limit)
        except zlib.error as error:
            if started or bits != zlib.MAX_WBITS:
                raise FetchError("not the encoding it is said to be") from error
            state = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                found = state.decompress(piece, limit)
            except zlib.error:
                raise FetchError("not the encoding it is said to be") from error
        started = True
        return found

    return decode


def quote_path(path: str) -> str:
    """Percent-encode what cannot stand in a request line."""
    return "".join(
        character if "!" <= character <= "~" else "".join(f"%{b:02X}" for b in character.encode())
        for character in path
    )


class TimedSocket:
    """As much of a socket as `http.client` asks for; every wait ends at the deadline."""

    def __init__(self, plain: socket.socket, left) -> None:
        self.plain = plain
        self.left = left

    def sendall(self, data: bytes) -> None:
        self.plain.settimeout(self.left())
        self.plain.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(TimedReader(self))

    def close(self) -> None:
        self.plain.close()


class TimedReader(io.RawIOBase):
    def __init__(self, timed: TimedSocket) -> None:
        super().__init__()
        self.timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self.timed.plain.settimeout(self.timed.left())
        return self.timed.plain.recv_into(buffer)
