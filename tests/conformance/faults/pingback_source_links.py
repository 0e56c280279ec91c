"""Endpoints that look for links by pattern, and miss one way of writing them each."""

import re
from types import MappingProxyType

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_source import Found

ONE_TAG = r"<a\b[^>]*>"


class Overlooks(ReferenceBlog):
    """Does not see the markup that a pattern matches."""

    pattern = ""

    def read_html(self, url, text, *, xml=False):
        return super().read_html(url, re.sub(self.pattern, "", text), xml=xml)


@breaks("pingback.server.no-link")
class TakesPagesUnseen(ReferenceBlog):
    def verify_page(self, page, target):
        return self.find_link(page, target) or Found("No title", "")


@breaks("pingback.server.no-link-code")
class SaysThatAPageWithoutTheLinkIsMissing(ReferenceBlog):
    no_link_code = 16


@breaks("pingback.server.source-attributes")
class WantsTheAddressFirst(Overlooks):
    pattern = r"<a class=\"entry link\"[^>]*>"


@breaks("pingback.server.source-single-quotes")
class WantsDoubleQuotes(Overlooks):
    pattern = r"<a href='[^>]*>"


@breaks("pingback.server.source-unquoted")
class WantsQuotes(Overlooks):
    pattern = r"<a href=[^'\"][^>]*>"


@breaks("pingback.server.source-upper-case")
class WantsSmallLetters(Overlooks):
    pattern = r"<A [^>]*>"


@breaks("pingback.server.source-line-breaks")
class WantsOneLine(Overlooks):
    pattern = r"<a\n[^>]*>"


@breaks("pingback.server.source-href-space")
class TakesSpaceLiterally(ReferenceBlog):
    def resolve_link(self, href, document):
        return "" if href != href.strip() else super().resolve_link(href, document)


@breaks("pingback.server.source-href-line-break")
class TakesLineBreaksLiterally(ReferenceBlog):
    def resolve_link(self, href, document):
        return "" if "\n" in href.strip() else super().resolve_link(href, document)


@breaks("pingback.server.source-image-link")
class WantsText(Overlooks):
    pattern = ONE_TAG + r"<img[^>]*></a>"


@breaks("pingback.server.source-nested-markup")
class WantsTextAlone(Overlooks):
    pattern = ONE_TAG + r"(?=<b>)"


@breaks("pingback.server.source-empty-link")
class WantsSomething(Overlooks):
    pattern = ONE_TAG + r"</a>"


@breaks("pingback.server.source-area")
class KnowsNoImageMaps(ReferenceBlog):
    link_attributes = MappingProxyType({"a": "href"})


@breaks("pingback.server.source-nofollow")
class ObeysNofollow(Overlooks):
    pattern = r"<a [^>]*nofollow[^>]*>"


@breaks("pingback.server.source-many-links")
class ReadsAHundredLinks(ReferenceBlog):
    def links_of(self, document):
        return document.links[:100]


@breaks("pingback.server.source-scheme-relative")
class WantsASchemeInAddresses(ReferenceBlog):
    def resolve_link(self, href, document):
        return "" if href.startswith("//") else super().resolve_link(href, document)


@breaks("pingback.server.source-base")
class KnowsNoBase(ReferenceBlog):
    def base_of(self, document):
        return document.url
