"""`Sender`: a page goes in, one `Delivery` for each of its links comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from linkback_protocol import url as urls
from linkback_protocol.errors import FetchError
from linkback_protocol.fetch import Deadline, Fetcher
from linkback_protocol.linkback import Protocol
from linkback_protocol.page import Page
from linkback_protocol.sender.article import Article, ArticleLink
from linkback_protocol.sender.client import Client, Form, Said
from linkback_protocol.sender.delivery import Delivery, Outcome
from linkback_protocol.sender.discovery import ORDER, Discovery, Endpoint, Found
from linkback_protocol.sender.lanes import HostSlots, in_lanes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from linkback_protocol.url import URL

T = TypeVar("T")
R = TypeVar("R")

_HTML = "text/html"


def _ignore(_delivery: Delivery) -> None:
    """Listen to nothing."""


def _always(_endpoint: Endpoint) -> bool:
    return True


def _never(_endpoint: Endpoint) -> bool:
    return False


class Sender:
    """Notifies the pages that a page of ours links to; safe to share between threads.

    Nothing is remembered: `linkback_protocol.sender.Outbox` knows what was sent before, and tries
    again what failed.

    :param site: base URL of the site, or several: what is under them is ours and not notified.
        Without it the host and port of the source are.
    :param fetcher: guards all requests, to pages and endpoints alike.
    :param order: protocols by preference; one that is missing is never used.
    :param lenient: find endpoints also where the specification recommends not to (PB-2.3-8).
    :param home_pages: whether bare home pages are notified; few take pings.
    :param self_pings: whether our own pages are.
    :param blog_name: name of the site for trackbacks; by default what the page says of itself.
    :param threads: links that are worked on at once.
    :param per_host: requests at once to one host and port.
    :param deadline: seconds for one link: its page and the ping.
    :param total: seconds for all links of a page; what has not begun by then is given up for now.
    :raises ValueError: a setting makes no sense; the caller's mistake.
    """

    def __init__(
        self,
        *,
        site: str | Sequence[str] = (),
        fetcher: Fetcher | None = None,
        order: Sequence[Protocol | str] = ORDER,
        lenient: bool = False,
        home_pages: bool = False,
        self_pings: bool = False,
        blog_name: str = "",
        threads: int = 32,
        per_host: int = 2,
        deadline: float = 20.0,
        total: float = 600.0,
    ) -> None:
        for name, value in (
            ("threads", threads),
            ("per_host", per_host),
            ("deadline", deadline),
            ("total", total),
        ):
            if value <= 0:
                raise ValueError(f"Sender: {name} must be more than 0")
        bases = (site,) if isinstance(site, str) else site
        try:
            self.site = tuple(urls.parse(base) for base in bases if base)
        except urls.InvalidURL as error:
            raise ValueError(
                f"the site must be an absolute URL such as https://blog.example/: {error}"
            ) from error
        self._order = tuple(dict.fromkeys(Protocol(protocol) for protocol in order))
        self._fetcher = fetcher or Fetcher(site=str(self.site[0]) if self.site else "")
        self._client = Client(self._fetcher)
        self._slots = HostSlots(per_host)
        self._lenient = lenient
        self._home_pages = home_pages
        self._self_pings = self_pings
        self._blog_name = blog_name
        self._threads = threads
        self._per_host = per_host
        self._deadline = deadline
        self._total = total

    def send(
        self,
        source: str,
        html: str | bytes | None = None,
        *,
        to: Sequence[str] = (),
        dry_run: bool = False,
        listener: Callable[[Delivery], object] = _ignore,
    ) -> list[Delivery]:
        """Notify the pages that the article at `source` links to, each once.

        :param source: public address of the page; receivers fetch it, so publish it first.
        :param html: its content; without it the page is fetched.
        :param to: only these links of the article, and those although they are home pages or ours.
        :param dry_run: find the endpoints and send nothing.
        :param listener: shown each delivery as soon as it is known, from any thread.
        :returns: a delivery for each link of the article, in its order, then for what is skipped.
        :raises ValueError: `source`, or one of `to`, is no address of a page.
        :raises FetchError: `source` cannot be read.
        """
        return self.send_article(self.read(source, html), to=to, dry_run=dry_run, listener=listener)

    def send_article(
        self,
        article: Article,
        *,
        to: Sequence[str] = (),
        dry_run: bool = False,
        listener: Callable[[Delivery], object] = _ignore,
    ) -> list[Delivery]:
        """Notify the pages that an article links to; see `send`."""
        links, skipped = self.choose(article, to=to)
        form = self.form(article)
        posts = _never if dry_run else _always

        def work(link: ArticleLink, deadline: Deadline) -> Delivery:
            delivery = self.deliver(
                str(article.url), link, form=form, deadline=deadline, posts=posts
            )
            listener(delivery)
            return delivery

        def late(link: ArticleLink, why: str) -> Delivery:
            delivery = too_late(str(article.url), link.given, why)
            listener(delivery)
            return delivery

        for delivery in skipped:
            listener(delivery)
        sent = self.each(links, work, link=lambda link: link, late=late)
        places = {link.given: place for place, link in enumerate(links)}
        return [*sorted(sent, key=lambda each: places[each.target]), *skipped]

    def send_trackback(
        self, source: str, address: str, html: str | bytes | None = None, *, dry_run: bool = False
    ) -> Delivery:
        """Send a trackback to an address that the author was given, whatever the page links to.

        :raises ValueError: `source` or `address` is no address.
        :raises FetchError: `source` cannot be read.
        """
        endpoint = given_endpoint(address)
        article = self.read(source, html)
        return self.deliver(
            str(article.url),
            ArticleLink(address, endpoint.url),
            form=self.form(article),
            deadline=Deadline(self._deadline),
            posts=_never if dry_run else _always,
            endpoint=endpoint,
        )

    def discover(self, page: str) -> Discovery:
        """Return what a page advertises, all of it read.

        :raises ValueError: `page` is no address.
        :raises FetchError: it cannot be read.
        """
        return self._client.discover(_address(page), deadline=Deadline(self._deadline))[0]

    def read(self, source: str, html: str | bytes | None = None) -> Article:
        """Return the article of a page; see `send`."""
        address = _address(source)
        if html is None:
            # Links are resolved where the page was found, and told with the address it was named.
            return Article.read(self._fetcher.get(address)).named(address)
        if isinstance(html, str):
            body, content_type = html.encode("utf-8", "replace"), f"{_HTML}; charset=utf-8"
        else:
            body, content_type = html, _HTML
        return Article.read(Page.parse(body, url=address, content_type=content_type))

    def choose(
        self, article: Article, *, to: Iterable[str] = ()
    ) -> tuple[list[ArticleLink], list[Delivery]]:
        """Return the links to notify, and a delivery for each that is skipped, with the reason.

        :raises ValueError: one of `to` is no address.
        """
        source = str(article.url)
        asked = {_address(each).key: each for each in to}
        chosen: list[ArticleLink] = []
        skipped: list[Delivery] = []
        for link in article.links:
            if asked:
                if asked.pop(link.url.key, None) is not None:
                    chosen.append(link)
            elif why := self._why_not(article.url, link.url):
                skipped.append(_skipped(source, link.given, why))
            else:
                chosen.append(link)
        if not to:
            skipped += (
                _skipped(source, each, "it is no page of the web") for each in article.others
            )
        skipped += (
            _skipped(source, each, "the article does not link to it") for each in asked.values()
        )
        return chosen, skipped

    def form(self, article: Article) -> Form:
        """Return what a trackback tells of an article. WordPress takes none without a title."""
        return Form(
            title=article.title or str(article.url),
            excerpt=article.excerpt,
            blog_name=self._blog_name or article.site_name,
        )

    def each(
        self,
        jobs: Iterable[T],
        work: Callable[[T, Deadline], R],
        *,
        link: Callable[[T], ArticleLink],
        late: Callable[[T, str], R],
    ) -> list[R]:
        """Do many jobs at once, few for one host; return what they came to in any order.

        :param work: does one of them within a deadline, by way of `deliver`.
        :param link: the link that a job is about.
        :param late: called instead of `work` where no time is left, with a sentence about that.
        """
        return in_lanes(
            jobs,
            work,
            lambda job: late(job, _no_time(self._total)),
            host=lambda job: link(job).url.authority,
            threads=self._threads,
            per_host=self._per_host,
            deadline=self._deadline,
            total=self._total,
        )

    def deliver(
        self,
        source: str,
        link: ArticleLink,
        *,
        form: Form,
        deadline: Deadline,
        posts: Callable[[Endpoint], bool] = _always,
        endpoint: Endpoint | None = None,
    ) -> Delivery:
        """Notify one page and return what became of it; nothing that happens outside is raised.

        :param posts: called with the endpoint right before the ping is sent; false lets it be.
        :param endpoint: where to, instead of what the page advertises.
        """
        made = Delivery(source=source, target=link.given, outcome=Outcome.PLANNED)
        if endpoint is None:
            try:
                with self._slots.slot(link.url.authority, deadline):
                    discovery, exchange = self._client.discover(
                        link.url,
                        deadline=deadline,
                        header_is_enough=self._order[:1] == (Protocol.PINGBACK,),
                    )
            except FetchError as error:
                return _told(made, self._client.not_discovered(link.url, error))
            made = replace(made, transcript=(exchange,))
            endpoint = discovery.first(self._order, lenient=self._lenient)
            if endpoint is None:
                return replace(made, outcome=Outcome.NO_ENDPOINT, detail=discovery.reason())
        made = replace(
            made,
            protocol=endpoint.protocol,
            endpoint=str(endpoint.url),
            found=str(endpoint.found),
        )
        try:
            with self._slots.slot(endpoint.url.authority, deadline):
                if not posts(endpoint):
                    return made
                if endpoint.protocol is Protocol.PINGBACK:
                    said = self._client.ping(endpoint.url, source, link.given, deadline=deadline)
                else:
                    said = self._client.trackback(endpoint.url, source, form, deadline=deadline)
        except FetchError:
            # Other pings to the same host took all the time.
            return replace(
                made, outcome=Outcome.UNREACHABLE, detail=_no_time(self._deadline), temporary=True
            )
        return _told(made, said)

    def _why_not(self, source: URL, target: URL) -> str:
        """Return why nothing is sent for a link; empty where nothing speaks against it."""
        if target.key == source.key:
            return "it is the article itself"
        own = (
            any(urls.is_below(target, base) for base in self.site)
            if self.site
            else target.authority == source.authority
        )
        if own and not self._self_pings:
            return "it is a page of this site"
        if target.path == "/" and not target.query and not self._home_pages:
            return "it is a home page, and few of them take pings"
        return ""


def given_endpoint(address: str) -> Endpoint:
    """Return the endpoint at a trackback address that the author was given.

    :raises ValueError: it is none.
    """
    return Endpoint(Protocol.TRACKBACK, _address(address), Found.GIVEN)


def _address(text: str) -> URL:
    try:
        return urls.parse(text)
    except urls.InvalidURL as error:
        raise ValueError(f"{text[:200]!r} is no address of a page: {error}") from error


def _skipped(source: str, target: str, why: str) -> Delivery:
    return Delivery(source=source, target=target, outcome=Outcome.SKIPPED, detail=why)


def too_late(source: str, target: str, why: str) -> Delivery:
    """Return the delivery of a link that there was no time for."""
    return Delivery(
        source=source,
        target=target,
        outcome=Outcome.UNREACHABLE,
        detail=why,
        temporary=True,
    )


def _no_time(seconds: float) -> str:
    return f"there was no time left for it after {seconds:g} s"


def _told(made: Delivery, said: Said) -> Delivery:
    return replace(
        made,
        outcome=said.outcome,
        detail=said.detail,
        code=said.code,
        oddities=said.oddities,
        temporary=said.temporary,
        transcript=(*made.transcript, said.exchange),
    )
