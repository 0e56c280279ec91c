"""Rules that name hosts, paths, patterns and networks, and quick look-ups among very many of them.

An entry is one of these, and is kept in one spelling, so that equal entries are equal texts:

- ``example.com``: the host and those below it; one label (``example``) is a whole top level.
- ``=www.example.com``: that host alone.
- ``*.blogspot.com``, ``casino*.example``: a pattern; ``*`` stands for anything, dots included, and
  what is below a host that matches, matches.
- ``example.com/~bob/``: that path and what is below it, on these hosts; with a query, that page.
- ``http://www.example.com/~bob/``: the same on that host alone.
- ``203.0.113.0/24``, ``2001:db8::1``: where the ping comes from, or where its source is.

Lines may be those of shared lists too: ``domain:example.com`` of a disavow file, and
``0.0.0.0 bad.example`` of a hosts file, which is read as ``bad.example``. What follows a ``#`` at
the beginning of a line or after white space is a comment.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from linkback_protocol import url as urls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linkback_protocol.fetch.addresses import IPAddress, IPNetwork
    from linkback_protocol.url import URL

MAX_WILD = 1000
"""Patterns with several ``*`` in one list: these alone are tried one after the other."""

_COMMENT = re.compile(r"(?:\A|\s)#")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_WILD_LABEL = re.compile(r"[a-z0-9_*-]{1,63}\Z")
# What hosts files say of the machine itself.
_LOCAL_NAMES = frozenset(
    ("broadcasthost", "local", "localhost", "localhost.localdomain", "ip6-localhost")
    + ("ip6-loopback", "ip6-localnet", "ip6-mcastprefix")
    + ("ip6-allnodes", "ip6-allrouters", "ip6-allhosts")
)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


def read_address(text: str) -> IPAddress | None:
    """Return the IP address that a text is, IPv4 for a mapped one; None where it is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def parse_line(line: str) -> list[str]:
    """Return the entries of a line of a list; most lines have one, comments have none.

    :raises ValueError: the line is broken; the text says how.
    """
    comment = _COMMENT.search(line)
    fields = (line if comment is None else line[: comment.start()]).split()
    if len(fields) > 1 and read_address(fields[0]) is not None:
        # Some say "0.0.0.0 0.0.0.0" of themselves.
        names = [field for field in fields[1:] if read_address(field) is None]
        return [parse_entry(name) for name in names if name.lower() not in _LOCAL_NAMES]
    if len(fields) > 1:
        raise ValueError("it has white space in it; write one entry a line")
    return [parse_entry(fields[0])] if fields else []


def parse_entry(text: str) -> str:
    """Return an entry in its one spelling, which is an entry itself.

    :raises ValueError: it is none; the text says why.
    """
    if len(text) > urls.MAX_LENGTH:
        raise ValueError(f"it is longer than {urls.MAX_LENGTH} characters")
    text = text.removeprefix("domain:")
    host = text.lower()
    if _is_plain(host):
        return host
    if host.startswith(("http://", "https://")):
        return "=" + _page(text)
    if host.startswith("="):
        return "=" + _page(f"http://{text[1:]}")
    network = _network(host)
    if network is not None:
        return str(network)
    return _pattern(host) if _is_pattern(host) else _page(f"http://{text.removeprefix('.')}")


def _is_plain(host: str) -> bool:
    """Return whether a host is so plain that nothing is to be normalised; nearly all are."""
    labels = host.split(".")
    return (
        len(host) <= urls.MAX_HOST
        and all(_LABEL.match(label) and not label.startswith("xn--") for label in labels)
        and not labels[-1][0].isdigit()
    )


def _is_pattern(entry: str) -> bool:
    return "*" in entry.partition("/")[0].partition("?")[0]


def _network(text: str) -> IPNetwork | None:
    address = text.removeprefix("[").removesuffix("]")
    try:
        network = ipaddress.ip_network(address)
    except ValueError as error:
        if read_address(address.partition("/")[0]) is None:
            return None
        raise ValueError(f"it is no network: {error}") from error
    if network.prefixlen == 0:
        raise ValueError("it would match every sender")
    if isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_MAPPED):
        first = int(network.network_address) & 0xFFFF_FFFF
        return ipaddress.IPv4Network((first, network.prefixlen - 96))
    return network


def _pattern(text: str) -> str:
    if "/" in text or "?" in text:
        raise ValueError("a pattern is a host with * in it; it has no path")
    labels = []
    for label in text.removesuffix(".").split("."):
        if _LABEL.match(label):
            labels.append(label)
        elif _WILD_LABEL.match(label):
            labels.append(re.sub(r"\*+", "*", label))
        elif label and not label.isascii() and "*" not in label:
            labels.append(urls.parse(f"http://{label}/").host)
        else:
            raise ValueError("a label with * in it has ASCII letters, digits and - besides")
    if all(label == "*" for label in labels):
        raise ValueError("it would match every host")
    return ".".join(labels)


def _page(text: str) -> str:
    if text.removeprefix("http://").partition("/")[0].endswith(":"):
        raise ValueError("entries are http or https, or have no scheme")
    url = urls.parse(text)
    if url.port != urls.DEFAULT_PORTS[url.scheme]:
        raise ValueError("entries have no port; they are for all ports of a host")
    return url.host + url.path.removesuffix("/") + (f"?{url.query}" if url.query else "")


class HostRules:
    """Entries that are looked up together, in a time that does not grow with their number.

    :param entries: as `parse_line` returns them.
    :raises ValueError: too many patterns with several ``*``.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._with_paths: set[str] = set()
        self._networks: dict[tuple[int, int], set[int]] = {}
        # Patterns with one star, by the lengths of what stands before and behind it.
        self._affixes: dict[tuple[int, int], set[str]] = {}
        self._wild: dict[str, list[str]] = {}
        for entry in entries:
            self._add(entry)
        if len(self._wild) > MAX_WILD:
            raise ValueError(f"more than {MAX_WILD} patterns with several *")

    def _add(self, entry: str) -> None:
        if _is_pattern(entry):
            parts = entry.split("*")
            if len(parts) == 2:
                lengths = (len(parts[0]), len(parts[1]))
                self._affixes.setdefault(lengths, set()).add(entry)
            else:
                self._wild[entry] = parts
        elif "/" in entry and read_address(entry.partition("/")[0]) is not None:
            network = ipaddress.ip_network(entry)
            lengths = (network.version, network.prefixlen)
            self._networks.setdefault(lengths, set()).add(int(network.network_address))
        else:
            self._names.add(entry)
            cut = min((place for place in map(entry.find, "/?") if place >= 0), default=-1)
            if cut >= 0:
                self._with_paths.add(entry[:cut])

    def match(self, url: URL) -> str:
        """Return an entry that a page's host, path or address matches; empty where none does."""
        address = read_address(url.host)
        hosts = [url.host] if address is not None else list(_parents(url.host))
        for host in hosts:
            if host in self._names:
                return host
        if "=" + url.host in self._names:
            return "=" + url.host
        for start in ["=" + url.host, *hosts]:
            if start in self._with_paths:
                for path in _starts(url):
                    if start + path in self._names:
                        return start + path
        if address is not None:
            return self.match_address(address)
        return self._match_pattern(hosts)

    def _match_pattern(self, hosts: list[str]) -> str:
        for (before, behind), patterns in self._affixes.items():
            # What begins with a star matches what is below as it is.
            for host in hosts if before else hosts[:1]:
                if len(host) < before + behind:
                    break
                pattern = f"{host[:before]}*{host[len(host) - behind :]}"
                if pattern in patterns:
                    return pattern
        for pattern, parts in self._wild.items():
            if any(_fits(host, parts) for host in hosts):
                return pattern
        return ""

    def match_address(self, address: IPAddress) -> str:
        """Return an entry whose network holds an address; empty where none does."""
        for (version, length), networks in self._networks.items():
            if version == address.version:
                network = ipaddress.ip_network(f"{address}/{length}", strict=False)
                if int(network.network_address) in networks:
                    return str(network)
        return ""


def _parents(host: str) -> Iterator[str]:
    """Yield a host and the domains that it is in, the longest first."""
    while host:
        yield host
        host = host.partition(".")[2]


def _starts(url: URL) -> Iterator[str]:
    """Yield what an entry for this page may have behind the host."""
    whole = url.path.removesuffix("/")
    if url.query:
        yield f"{whole}?{url.query}"
    place = len(whole)
    while place > 0:
        yield whole[:place]
        place = whole.rfind("/", 0, place)


def _fits(host: str, parts: list[str]) -> bool:
    """Return whether a host is `parts` with anything between them, in linear time."""
    first, *middle, last = parts
    place, end = len(first), len(host) - len(last)
    if place > end or not host.startswith(first) or not host.endswith(last):
        return False
    for part in middle:
        place = host.find(part, place, end)
        if place < 0:
            return False
        place += len(part)
    return True
