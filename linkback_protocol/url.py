"""URLs: one strict gate and one normaliser, used by every part that reads or compares an address.

The gate (`parse`) accepts what a page on the web has and refuses what is only ever meant to confuse
two parsers about the host: credentials, backslashes, control characters, hosts that look like
numbers. What it accepts is re-serialised, and only the result is ever fetched, stored or shown.

Two addresses are the same resource (`same_resource`) when they differ at most in what servers treat
alike: ``http`` or ``https``, a default port, upper case in the host, a dot at its end, needless or
lower-case percent-escapes, dot segments, one slash at the end of the path, an empty query, the
fragment. The query, the case of the path and ``www.`` count: they do name other pages in practice.
Pingback leaves the comparison open (PB 1.5, PB-A4).
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from typing import Protocol
from urllib.parse import quote, urlsplit

import idna

MAX_LENGTH = 2048
"""Characters in a URL, as given and as normalised; longer ones are refused."""
MAX_HOST = 253
"""Characters in a host name (RFC 1035), checked before IDNA, which is slow on long input."""
DEFAULT_PORTS = {"http": 80, "https": 443}

# Controls, white space and backslash anywhere in a URL make parsers disagree about its host.
# The joiners U+200C and U+200D are letters' business (Persian, emoji) and stay.
_FORBIDDEN = re.compile(
    r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\\]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_NUMERIC = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})?")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What may stand unescaped besides letters, digits and "_.-~".
_PATH_SAFE = "/%!$&'()*+,;=:@[]|^"
_FRAGMENT_SAFE = _PATH_SAFE + "?{}"
_QUERY_SAFE = _FRAGMENT_SAFE.replace("'", "") + "`"
_DROPPED = dict.fromkeys(map(ord, "\t\n\r"))
# Second-level names that registries sell below, for hosts under a two-letter top-level domain.
_SECOND_LEVEL = frozenset(
    ("ac", "co", "com", "edu", "gob", "gov", "mil", "ne", "net", "nom", "or", "org")
)


class InvalidURL(ValueError):
    """A URL that is not accepted anywhere here; the text says why, for the log."""


@dataclass(frozen=True)
class URL:
    """An accepted, normalised http or https URL; ``str()`` gives it back in one spelling.

    `host` is lower case, in its ASCII form; an IPv6 address stands without brackets. `path` begins
    with a slash; `query` and `fragment` come without their ``?`` and ``#`` and may be empty.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str
    fragment: str

    @cached_property
    def authority(self) -> str:
        """Host, and the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @cached_property
    def origin(self) -> str:
        """Scheme and authority, as browsers send it in ``Origin``."""
        return f"{self.scheme}://{self.authority}"

    @cached_property
    def key(self) -> str:
        """What all spellings of this resource have in common; equal keys are one resource."""
        path = self.path.removesuffix("/")
        return f"//{self.authority}{path}{'?' if self.query else ''}{self.query}"

    @cached_property
    def page(self) -> str:
        """The URL without its fragment."""
        return f"{self.origin}{self.path}{'?' if self.query else ''}{self.query}"

    def __str__(self) -> str:
        return f"{self.page}#{self.fragment}" if self.fragment else self.page


@lru_cache(maxsize=1024)
def parse(text: str) -> URL:
    """Accept and normalise an absolute http or https URL.

    Time is linear in at most `MAX_LENGTH` characters.

    :raises InvalidURL: for anything else.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidURL(f"longer than {MAX_LENGTH} characters")
    if _FORBIDDEN.search(text) or _SURROGATE.search(text):
        raise InvalidURL("white space, control character or backslash")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise InvalidURL("authority cannot be read") from error
    scheme = parts.scheme
    if scheme not in DEFAULT_PORTS:
        raise InvalidURL("not an http or https URL")
    if not text[len(scheme) :].startswith("://"):
        raise InvalidURL("no host")
    if "@" in parts.netloc:
        raise InvalidURL("credentials in the URL")
    if port is None:
        port = DEFAULT_PORTS[scheme]
    elif port == 0:
        raise InvalidURL("port 0")
    accepted = URL(
        scheme=scheme,
        host=_host(parts.netloc),
        port=port,
        path=_path(parts.path),
        query=_escaped(parts.query, _QUERY_SAFE),
        fragment=_escaped(parts.fragment, _FRAGMENT_SAFE),
    )
    # Escapes make a URL longer; what is accepted must be accepted again when read from a store.
    if len(str(accepted)) > MAX_LENGTH:
        raise InvalidURL(f"longer than {MAX_LENGTH} characters when escaped")
    return accepted


def _host(netloc: str) -> str:
    if netloc.startswith("["):
        literal, _, port = netloc[1:].partition("]")
        try:
            address = ipaddress.IPv6Address(literal)
        except ValueError as error:
            raise InvalidURL("not an IPv6 address") from error
        if address.scope_id is not None or (port and not port.startswith(":")):
            raise InvalidURL("not an IPv6 address")
        if address.ipv4_mapped is not None:
            # Python 3.13 writes these differently from 3.12; a stored key must not change.
            high, low = divmod(int(address.ipv4_mapped), 1 << 16)
            return f"::ffff:{high:x}:{low:x}"
        return str(address)
    if "[" in netloc:
        # urlsplit takes the port from behind the brackets, wherever they are.
        raise InvalidURL("not a host name")
    host = netloc.partition(":")[0]
    if len(host) > MAX_HOST + 1:
        raise InvalidURL("host name too long")
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise InvalidURL("not an internationalised host name") from error
    host = host.lower().removesuffix(".")
    labels = host.split(".")
    if len(host) > MAX_HOST or not all(_LABEL.match(label) for label in labels):
        raise InvalidURL("not a host name")
    # inet_aton reads 0x7f.1, 0177.1 and 2130706433 as 127.0.0.1; a plain dotted quad is the one
    # form that everybody reads alike.
    if _NUMERIC.match(labels[-1]):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError as error:
            raise InvalidURL("numeric host that is no dotted quad") from error
    for label in labels:
        if label.startswith("xn--"):
            try:
                idna.decode(label)
            except (idna.IDNAError, UnicodeError) as error:
                raise InvalidURL("not an internationalised host name") from error
    return host


def _path(path: str) -> str:
    escaped = _escaped(path, _PATH_SAFE)
    if "/." not in escaped:
        return escaped or "/"
    segments: list[str] = []
    *parents, last = escaped.split("/")[1:]
    for segment in parents:
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(segment)
    if last == "..":
        del segments[-1:]
    return (
        "/" + "".join(f"{segment}/" for segment in segments) + ("" if last in (".", "..") else last)
    )


def _escaped(text: str, safe: str) -> str:
    """Escape what needs it, and nothing else, in upper case."""
    if "%" in text:
        text = _ESCAPE.sub(_unescape_needless, text)
    return quote(text, safe=safe)


def _unescape_needless(match: re.Match[str]) -> str:
    if match[1] is None:
        # A stray % would form an escape with what is unescaped behind it: %%34%31 is no %41.
        return "%25"
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def resolve(base: URL, reference: str) -> URL | None:
    """Return the page that a link with `reference` on `base` leads to, or None where there is none.

    White space is treated as browsers do: stripped at the ends, tabs and newlines dropped within.
    """
    cleaned = reference.strip("\x00\t\n\x0b\x0c\r ").translate(_DROPPED)
    if len(cleaned) > MAX_LENGTH:
        return None
    try:
        return parse(_join(base, cleaned.replace(" ", "%20")))
    except InvalidURL:
        return None


def _join(base: URL, reference: str) -> str:
    """Return what `reference` leads to, not normalised yet.

    As browsers do (WHATWG URL 4.4). `urllib.parse.urljoin` differs: it drops empty segments, loses
    ``?`` and ``;`` alone, and takes ``//`` for nothing at all.
    """
    scheme = _SCHEME.match(reference)
    if scheme is not None:
        if scheme[1].lower() != base.scheme:
            return reference
        reference = reference[scheme.end() :]
    if reference.startswith("//"):
        return f"{base.scheme}:{reference}"
    if reference.startswith("/"):
        return base.origin + reference
    if reference.startswith("?"):
        return base.origin + base.path + reference
    if reference.startswith("#") or not reference:
        return base.page + reference
    return f"{base.origin}{base.path.rpartition('/')[0]}/{reference}"


def same_resource(one: str, other: str) -> bool:
    """Return whether two URLs name the same resource, in the sense of this module."""
    try:
        return parse(one).key == parse(other).key
    except InvalidURL:
        return False


def is_below(url: URL, base: URL) -> bool:
    """Return whether `url` is `base` or a page under it; ``http`` and ``https`` count as one."""
    if url.authority != base.authority:
        return False
    root = base.path if base.path.endswith("/") else base.path + "/"
    return f"{url.path}/".startswith(root)


@lru_cache(maxsize=1024)
def registrable_domain(host: str) -> str:
    """Return the domain under which anybody could have made up `host`; an address is its own.

    With the ``psl`` extra this is the public suffix list's answer. Without it the last two labels
    count, or three where the second-level name is one that registries sell below (``co.uk``). That
    errs towards one budget for two neighbours, never towards two budgets for one victim.
    """
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit() or len(labels) <= 2:
        return host
    suffixes = _public_suffixes()
    if suffixes is not None:
        return str(suffixes.privatesuffix(host) or host)
    sold_below = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if sold_below else -2 :])


class _PublicSuffixes(Protocol):
    def privatesuffix(self, domain: str) -> str | None: ...


@lru_cache(maxsize=1)
def _public_suffixes() -> _PublicSuffixes | None:
    try:
        module = import_module("publicsuffixlist")
    except ImportError:
        return None
    suffixes: _PublicSuffixes = module.PublicSuffixList()
    return suffixes
