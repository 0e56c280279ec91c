"""`Publisher`: sends for the pages of a whole site, and passes over those that have not changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkback_protocol import url as urls
from linkback_protocol.errors import FetchError
from linkback_protocol.page import Page
from linkback_protocol.sender.article import Article
from linkback_protocol.sender.sources import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from linkback_protocol.fetch import Fetcher
    from linkback_protocol.sender.delivery import Delivery
    from linkback_protocol.sender.outbox import Outbox, Published
    from linkback_protocol.sender.sources import PublishedPage
    from linkback_protocol.url import URL


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one page.

    `published` is None where nothing was sent: `why` says why, and `failed` whether the page is to
    be looked at again next time.
    """

    page: URL
    published: Published | None
    why: str = ""
    failed: bool = False


class Publisher:
    """Sends for many pages, one after the other; each page's links go out together.

    A page that lists several articles is passed over, since each article has a page of its own. The
    source that receivers are told is the page's ``canonical`` address, where that is ours.

    :param outbox: remembers what was sent, and the state in which a page was.
    :param fetcher: fetches pages that come without content.
    :param site: what is ours.
    """

    def __init__(self, outbox: Outbox, *, fetcher: Fetcher, site: Sequence[URL] = ()) -> None:
        self._outbox = outbox
        self._fetcher = fetcher
        self._site = tuple(site)

    def publish(
        self,
        pages: Iterable[PublishedPage],
        *,
        force: bool = False,
        catch_up: bool = False,
        listener: Callable[[Delivery], object] = lambda _delivery: None,
    ) -> Iterator[Turn]:
        """Yield what became of each page.

        :param force: send again, for pages that have not changed too.
        :param catch_up: send nothing, and count all links as sent.
        :param listener: shown each delivery as soon as it is known, from any thread.
        :raises StoreError: the outbox cannot be read or written.
        """
        file = self._outbox.file
        for page in pages:
            known = file.mark(page.name)
            if page.mark and page.mark == known and not force:
                yield Turn(page.name, None, "it has not changed")
                continue
            try:
                read = self._read(page)
            except FetchError as error:
                yield Turn(page.name, None, f"it cannot be read: {error.detail}", failed=True)
                continue
            mark = page.mark or digest(read.body)
            if mark == known and not force:
                yield Turn(page.name, None, "it has not changed")
                continue
            article = self._article(read, page.name)
            if article.is_listing:
                turn = Turn(page.name, None, "it lists several articles")
            elif catch_up:
                self._outbox.catch_up(article)
                turn = Turn(page.name, None, "its links count as sent")
            else:
                sent = self._outbox.send_article(article, force=force, listener=listener)
                turn = Turn(page.name, sent)
            # Only now: what was interrupted is looked at again.
            file.set_mark(page.name, mark)
            yield turn

    def _read(self, page: PublishedPage) -> Page:
        if page.html is None:
            return self._fetcher.get(page.name)
        return Page.parse(page.html, url=page.name, content_type="text/html")

    def _article(self, page: Page, name: URL) -> Article:
        article = Article.read(page)
        canonical = article.canonical
        if canonical is None or not any(
            urls.is_below(canonical, base) for base in self._ours(name)
        ):
            return article.named(name)
        return article.named(canonical)

    def _ours(self, name: URL) -> Sequence[URL]:
        return self._site or (urls.parse(f"{name.origin}/"),)
