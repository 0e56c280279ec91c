"""The pingback receiver of the reference blog: what it checks, in which order, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tests.conformance.reference_fetch import FetchError, Page
from tests.conformance.reference_source import Found, canonical_origin
from tests.conformance.reference_xmlrpc import XmlRpcFault

if TYPE_CHECKING:
    from tests.conformance.reference_pages import Post


class PingbackRoom:
    """Takes pingback.ping, and lists what it took."""

    source_missing_code = 16
    no_link_code = 17
    target_missing_code = 32
    target_unusable_code = 33
    duplicate_code = 48
    denied_code = 49

    def pingback_ping(self, environ, source: str, target: str) -> object:
        """PB-3-9, PB-5-1: cheap refusals first, the network last, and only for a page of ours."""
        source, target = self.trim(source), self.trim(target)
        self.check_target_url(target)
        self.check_source_url(source)
        self.check_other_page(source, target)
        post = self.find_target(target, self.site(environ))
        self.check_open(post)
        self.check_not_registered(source, post)
        found = self.verify_pingback(source, target)
        self.keep_pingback(source, target, post, found)
        return self.success_text(source, target)

    def trim(self, url: str) -> str:
        """Return a URL without the white space that pretty printers put round it."""
        return url.strip(" \t\r\n")

    def check_source_url(self, url: str) -> None:
        if not self.fit_url(url):
            raise self.missing_source()

    def check_target_url(self, url: str) -> None:
        if not self.fit_url(url):
            raise self.unusable_target()

    def check_other_page(self, source: str, target: str) -> None:
        if self.same_link(source, target):
            raise self.no_link_fault()

    # The target

    def find_target(self, target: str, site: str) -> Post:
        """PB-3-9 step 2: return the post that a URL names; only what is not here is missing."""
        if not self.ours(target, site):
            raise self.unusable_target()
        path = unquote(urlsplit(target).path) or "/"
        post = self.post_at(path)
        if post is not None:
            return post
        raise self.unusable_target() if self.exists(path) else self.missing_target()

    def ours(self, target: str, site: str) -> bool:
        """Whether a URL is of this site: scheme, host and port, not a part of the text."""
        return canonical_origin(target) == canonical_origin(site)

    def exists(self, path: str) -> bool:
        return path in {"/", self.endpoint_path, self.observe_path} or self.ping_post(path)

    def check_open(self, post: Post) -> None:
        if not post.open:
            raise self.unusable_target()

    def check_not_registered(self, source: str, post: Post) -> None:
        if self.registered("pingback", source, post):
            raise self.duplicate_fault()

    # The source

    def verify_pingback(self, source: str, target: str) -> Found:
        """PB-3-9 step 1: fetch the source and find the link."""
        try:
            page = self.fetch(source)
        except FetchError as error:
            raise self.fetch_fault(error) from None
        return self.verify_page(page, target)

    def verify_page(self, page: Page, target: str) -> Found:
        found = self.find_link(page, target)
        if found is None:
            raise self.no_link_fault()
        return found

    def fetch_fault(self, error: FetchError) -> XmlRpcFault:
        """SEC-1: the same fault whatever went wrong, so that nobody can look round with us."""
        return self.missing_source()

    def keep_pingback(self, source: str, target: str, post: Post, found: Found) -> None:
        linkback = self.made(
            "pingback",
            source,
            target,
            title=found.title or source,
            excerpt=found.excerpt,
            blog_name=urlsplit(source).hostname or "",
        )
        if not self.register(linkback, post):
            raise self.duplicate_fault()

    # What is said

    def success_text(self, source: str, target: str) -> object:
        """PB-3-4: a single string, for debugging."""
        return f"Pingback from {source} to {target} registered."

    def missing_source(self) -> XmlRpcFault:
        return XmlRpcFault(self.source_missing_code, "The source page cannot be read.")

    def no_link_fault(self) -> XmlRpcFault:
        return XmlRpcFault(self.no_link_code, "The source page has no link to the target page.")

    def missing_target(self) -> XmlRpcFault:
        return XmlRpcFault(self.target_missing_code, "The target page does not exist.")

    def unusable_target(self) -> XmlRpcFault:
        return XmlRpcFault(self.target_unusable_code, "The target page takes no pingbacks.")

    def duplicate_fault(self) -> XmlRpcFault:
        return XmlRpcFault(self.duplicate_code, "The pingback has been registered before.")

    # What was taken

    def get_pingbacks(self, environ, target: str) -> list[str]:
        """GP-1, GP-2: the sources that the page shows."""
        target = self.trim(target)
        self.check_target_url(target)
        return self.list_pingbacks(self.find_target(target, self.site(environ)))

    def list_pingbacks(self, post: Post) -> list[str]:
        """GP-4: none that visitors do not see."""
        return [
            each.source
            for each in self.linkbacks_of(post)
            if each.protocol == "pingback" and self.listed(each)
        ]

    def listed(self, linkback) -> bool:
        return self.shown(linkback)
