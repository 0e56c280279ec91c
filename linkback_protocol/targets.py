"""Targets: is this URL a page here, and does it take pings.

A look-up is any callable ``targets(url) -> Target | None``. It gets a normalised URL, without a
fragment, that is on the receiver's site where that is known. None means that there is no such page;
raising `TargetNotFound` or `TargetNotPingable` says more. A look-up never fetches anything from
strangers.

`AppTargets` asks a WSGI app, `SiteTargets` asks a site over HTTP, `SitemapTargets` reads a sitemap.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote_to_bytes

from defusedxml.ElementTree import ParseError, iterparse

from linkback_protocol import url
from linkback_protocol.errors import (
    FetchError,
    FetchFailure,
    OurFailure,
    TargetError,
    TargetNotFound,
    TargetNotPingable,
    UpstreamError,
)
from linkback_protocol.page import Page

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

OPEN_KEY = "linkback_protocol.open"
"""An app sets ``environ[OPEN_KEY]`` to False (or True) to say whether a page takes pings."""
OPEN_HEADER = "X-Linkback"
"""The same as a response header, ``open`` or ``closed``, for apps that cannot reach the environ.
The middleware takes it out of what visitors see."""

PUBLISHED_KEY = "linkback_protocol.published"
"""An app sets ``environ[PUBLISHED_KEY]`` to an aware datetime, for pages that close with age."""

MAX_REDIRECTS = 5
TEXT_BYTES = 256 * 1024
"""Bytes of one of our own pages that are read for its text."""


@dataclass(frozen=True, slots=True)
class Target:
    """A page that was looked up: where it is finally found, and whether it takes pings.

    `published` is when it was, an aware time, if somebody says so.
    """

    url: str
    open: bool = True
    published: datetime | None = None


Targets = Callable[[str], Target | None]
"""The type of a look-up."""


Site = str | Sequence[str] | Sequence[url.URL]
"""The base URL of a site, or several."""


def read_site(site: Site) -> tuple[url.URL, ...]:
    """Return base URLs, accepted and normalised.

    :raises ValueError: one is no absolute http or https URL.
    """
    bases = (site,) if isinstance(site, str) else site
    try:
        return tuple(base if isinstance(base, url.URL) else url.parse(base) for base in bases)
    except url.InvalidURL as error:
        raise ValueError(
            f"the site must be given as an absolute URL such as https://blog.example/: {error}"
        ) from error


def is_html(content_type: str) -> bool:
    """Return whether a Content-Type is that of an HTML or XHTML page."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type in ("text/html", "application/xhtml+xml")


def says_open(value: str) -> bool | None:
    """Read `OPEN_HEADER`; None where it says neither."""
    return {"open": True, "closed": False}.get(value.strip().lower())


class TargetTexts:
    """What readers see of our own pages, for validators that look for copies of it.

    Only look-ups that have a method ``text(url) -> str`` can tell, as `AppTargets` and
    `SiteTargets` do. What was read is remembered for a while.

    :param remember: seconds that a text is used again.
    :param entries: texts remembered at once.
    """

    def __init__(self, *, remember: float = 600.0, entries: int = 64) -> None:
        self._remember = remember
        self._entries = entries
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def read(self, look_up: Targets | None, page: str) -> str:
        """Return the text of a page; empty where nobody can tell."""
        read = getattr(look_up, "text", None)
        if read is None:
            return ""
        now = time.monotonic()
        with self._lock:
            expires, text = self._known.get(page, (0.0, ""))
        if expires >= now:
            return text
        text = str(read(page))
        with self._lock:
            self._known[page] = (now + self._remember, text)
            self._known.move_to_end(page)
            while len(self._known) > self._entries:
                self._known.popitem(last=False)
        return text


def published_of(environ: WSGIEnvironment) -> datetime | None:
    """Return when an app says that a page was published; what is no aware time is none."""
    said = environ.get(PUBLISHED_KEY)
    return said if isinstance(said, datetime) and said.tzinfo is not None else None


@dataclass(slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    open: bool
    published: datetime | None = None
    body: bytes = b""


class AppTargets:
    """Asks a WSGI app itself, by a request inside the process, as a visitor without an account.

    HEAD first, then GET where HEAD says anything but success or a redirect. Redirects are followed
    as long as they stay on the site. A target is a page that answers 2xx with HTML and is not
    closed (`OPEN_KEY`, `OPEN_HEADER`). 404 and 410 raise `TargetNotFound` (PB 32 is for targets
    that definitely do not exist); everything else raises `TargetNotPingable`.

    :param app: the app to ask.
    :param site: its base URL, or several; with none, a redirect stays on the host asked for.
    :param mount: the ``SCRIPT_NAME`` that the app is mounted under.
    """

    def __init__(self, app: WSGIApplication, site: Site, *, mount: str = "") -> None:
        self._app = app
        self._bases = read_site(site)
        self._mount = mount

    def __call__(self, target: str) -> Target:
        """Look a page up.

        :raises TargetError: it is none, or is closed.
        """
        page = url.parse(target)
        try:
            return self._follow(page)
        except TargetNotFound:
            # Addresses are compared without the slash at their end, and a trackback URL does not
            # tell whether its page has one.
            path = page.path[:-1] if page.path.endswith("/") else page.path + "/"
            if not path or len(target) >= url.MAX_LENGTH:
                raise
            return self._follow(replace(page, path=path))

    def text(self, target: str) -> str:
        """Return what a reader sees of a page; empty where the app does not show it."""
        page = url.parse(target)
        answer = self._ask("GET", page, keep=TEXT_BYTES)
        if not 200 <= answer.status < 300:
            return ""
        content_type = answer.headers.get("content-type", "")
        return Page.parse(answer.body, url=page, content_type=content_type).text

    def _follow(self, page: url.URL) -> Target:
        asked = page
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._ask("HEAD", page)
            if not 200 <= answer.status < 400:
                answer = self._ask("GET", page)
            if not 300 <= answer.status < 400:
                return self._judge(page, answer)
            following = url.resolve(page, answer.headers.get("location", ""))
            if following is None or not self._stays(page, following):
                raise TargetNotPingable(f"{page} redirects away from the site")
            page = following
        raise TargetNotPingable(f"{asked} redirects more than {MAX_REDIRECTS} times")

    def _stays(self, page: url.URL, following: url.URL) -> bool:
        if not self._bases:
            return following.authority == page.authority
        return any(url.is_below(following, base) for base in self._bases)

    def _judge(self, page: url.URL, answer: _Answer) -> Target:
        if answer.status in (404, 410):
            raise TargetNotFound(f"the app answers {answer.status} for {page}")
        if not 200 <= answer.status < 300:
            raise TargetNotPingable(f"the app answers {answer.status} for {page}")
        if not is_html(answer.headers.get("content-type", "")):
            raise TargetNotPingable(f"{page} is no HTML page")
        return Target(page.page, open=answer.open, published=answer.published)

    def _ask(self, method: str, page: url.URL, *, keep: int = 0) -> _Answer:
        """Ask the app, and keep so many bytes of its page, or a little more."""
        environ = self._environ(method, page)
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            del exc_info
            started.append((status, headers))
            return lambda _: None

        try:
            kept = bytearray()
            body = self._app(environ, start_response)
            try:
                # A generator starts its response with the first chunk.
                if not started or keep:
                    for chunk in body:
                        kept += chunk if keep else b""
                        if started and len(kept) >= keep:
                            break
            finally:
                close = getattr(body, "close", None)
                if close is not None:
                    close()
            status, fields = started[-1]
            code = int(status[:3])
        except Exception:
            # The app is anybody's code; that it fails for this page is no reason to fail the ping
            # with a traceback.
            logger.exception("the app failed at %s %r", method, str(page))
            return _Answer(status=500, headers={}, open=False)
        headers = {name.lower(): value for name, value in fields}
        said = says_open(headers.get(OPEN_HEADER.lower(), ""))
        return _Answer(
            status=code,
            headers=headers,
            open=environ.get(OPEN_KEY) is not False if said is None else said,
            published=published_of(environ),
            body=bytes(kept),
        )

    def _environ(self, method: str, page: url.URL) -> WSGIEnvironment:
        path = unquote_to_bytes(page.path).decode("latin-1")
        mount = self._mount if f"{path}/".startswith(f"{self._mount}/") else ""
        return {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": mount,
            "PATH_INFO": path[len(mount) :],
            "QUERY_STRING": page.query,
            "SERVER_NAME": page.host,
            "SERVER_PORT": str(page.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": page.authority,
            "HTTP_ACCEPT": "text/html,application/xhtml+xml",
            "HTTP_USER_AGENT": "linkback_protocol (target look-up)",
            # An address for documentation (RFC 5737): nobody's, least of all the local host's,
            # which apps may trust.
            "REMOTE_ADDR": "192.0.2.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": page.scheme,
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }


class Getter(Protocol):
    """Fetches pages, as `linkback_protocol.fetch.Fetcher` does."""

    def get(self, url: str, *, within: Callable[[url.URL], bool]) -> Page:
        """Fetch a page; a redirect is followed where `within` lets it."""
        ...


class SiteTargets:
    """Asks a site over HTTP, for a gateway that has no pages of its own (PB-4-5).

    What the site says is remembered for a while, so that pings do not multiply into requests.

    :param fetcher: fetches the pages; a `Fetcher`, with the site's own network allowed where it is
        a private one.
    :param site: the site's base URL, or several.
    :param remember: seconds that an answer is used again.
    :param entries: answers remembered at once.
    """

    def __init__(
        self,
        fetcher: Getter,
        site: Site,
        *,
        remember: float = 60.0,
        entries: int = 10_000,
    ) -> None:
        self._fetcher = fetcher
        self._bases = read_site(site)
        self._remember = remember
        self._entries = entries
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, Target | TargetError]] = OrderedDict()

    def __call__(self, target: str) -> Target:
        """Look a page up.

        :raises TargetError: the site has no such page, or it leads elsewhere.
        :raises UpstreamError: the site cannot be reached (PB 50); not remembered.
        """
        now = time.monotonic()
        with self._lock:
            expires, answer = self._known.get(target, (0.0, None))
        if answer is None or expires < now:
            answer = self._ask(target)
            with self._lock:
                self._known[target] = (now + self._remember, answer)
                self._known.move_to_end(target)
                while len(self._known) > self._entries:
                    self._known.popitem(last=False)
        if isinstance(answer, TargetError):
            raise type(answer)(answer.detail)
        return answer

    def text(self, target: str) -> str:
        """Return what a reader sees of a page; empty where the site does not show it."""
        try:
            return self._fetcher.get(target, within=self._is_ours).text
        except FetchError as error:
            logger.info("no text of %s: %s", ascii(target), error)
            return ""

    def _ask(self, target: str) -> Target | TargetError:
        try:
            page = self._fetcher.get(target, within=self._is_ours)
        except FetchError as error:
            if error.status in (404, 410):
                return TargetNotFound(f"the site answers {error.status} for {target}")
            if error.failure in (
                FetchFailure.STATUS,
                FetchFailure.MEDIA_TYPE,
                FetchFailure.REDIRECTS,
            ):
                if error.status is not None and error.status >= 500:
                    raise UpstreamError(f"{target}: {error}") from error
                return TargetNotPingable(f"{target}: {error}")
            raise UpstreamError(f"{target}: {error}") from error
        if not is_html(page.media_type):
            return TargetNotPingable(f"{target} is no HTML page")
        return Target(page.url.page)

    def _is_ours(self, page: url.URL) -> bool:
        return any(url.is_below(page, base) for base in self._bases)


class SitemapTargets:
    """Takes the pages that a sitemap lists (sitemaps.org protocol 0.9), from a file.

    A sitemap index is followed to files of the same name beside it. The files are read again when
    one of them changes.

    :param path: the ``sitemap.xml`` that the static site generator writes.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._lock = threading.Lock()
        self._read: dict[Path, int] = {}
        self._pages: dict[str, str] = {}

    def __call__(self, target: str) -> Target | None:
        """Look a page up.

        :raises OurFailure: the sitemap cannot be read.
        """
        with self._lock:
            try:
                if not self._read or any(
                    path.stat().st_mtime_ns != at for path, at in self._read.items()
                ):
                    self._load()
            except (OSError, ParseError, ValueError, LookupError) as error:
                # ValueError: a DTD, a multi-byte encoding, an index with a location that names no
                # file. LookupError: an encoding that Python does not know.
                raise OurFailure(f"the sitemap {self._path} cannot be read: {error}") from error
            page = self._pages.get(url.parse(target).key)
        return None if page is None else Target(page)

    def _load(self) -> None:
        read: dict[Path, int] = {}
        pages: dict[str, str] = {}
        queue = [self._path]
        while queue:
            path = queue.pop()
            if path in read:
                continue
            read[path] = path.stat().st_mtime_ns
            for kind, location in _locations(path):
                if kind == "sitemap":
                    queue.append(self._path.with_name(Path(location.rpartition("/")[2]).name))
                else:
                    try:
                        page = url.parse(location)
                    except url.InvalidURL as error:
                        logger.warning("sitemap %s: %r is passed over: %s", path, location, error)
                        continue
                    pages[page.key] = page.page
        self._read, self._pages = read, pages


def _locations(path: Path) -> Iterable[tuple[str, str]]:
    """Yield ("url" or "sitemap", location) for each entry of a sitemap."""
    for _, element in iterparse(path, events=("end",), forbid_dtd=True):
        kind = element.tag.rpartition("}")[2]
        if kind in ("url", "sitemap"):
            for child in element:
                if child.tag.rpartition("}")[2] == "loc" and child.text:
                    yield kind, child.text.strip()
            element.clear()
