"""Endpoints that take for a link what no reader can follow."""

import re

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog


class Uncovers(ReferenceBlog):
    """Reads as markup what follows a pattern."""

    pattern = ""

    def read_html(self, url, text, *, xml=False):
        return super().read_html(url, re.sub(self.pattern, " ", text), xml=xml)


class ReadsInside(ReferenceBlog):
    """Looks for links within an element that has none."""

    element = ""

    def read_html(self, url, text, *, xml=False):
        # The parser takes what is in them for text, whatever the list says.
        return super().read_html(url, re.sub(rf"</?{self.element}>", " ", text), xml=xml)


@breaks("pingback.server.source-comment", "trackback.server.no-link-hidden")
class ReadsComments(Uncovers):
    pattern = r"<!--|-->"


@breaks("pingback.server.source-script", "trackback.server.no-link-hidden")
class ReadsScripts(ReadsInside):
    element = "script"


@breaks("pingback.server.source-style")
class ReadsStyleSheets(ReadsInside):
    element = "style"


@breaks("pingback.server.source-textarea")
class ReadsTextAreas(ReadsInside):
    element = "textarea"


@breaks("pingback.server.source-title-markup")
class ReadsTitles(Uncovers):
    pattern = r"<title>(?=<a)"


@breaks("pingback.server.source-template")
class ReadsTemplates(ReadsInside):
    element = "template"


@breaks("pingback.server.source-escaped")
class UnescapesFirst(ReferenceBlog):
    def read_html(self, url, text, *, xml=False):
        plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        return super().read_html(url, plain, xml=xml)


@breaks("pingback.server.source-text", "pingback.server.source-escaped")
class LooksForTheAddressInText(ReferenceBlog):
    def read_html(self, url, text, *, xml=False):
        document = super().read_html(url, text, xml=xml)
        shown = self.read_plain(url, document.text)
        document.links += shown.links
        return document


@breaks("pingback.server.source-attribute")
class ReadsMarkupInAttributes(Uncovers):
    pattern = r"<img[^<>]*alt='"


@breaks("pingback.server.source-other-attribute")
class ReadsWhateverEndsInHref(ReferenceBlog):
    link_attributes = {"a": "data-href", "b": "href"} | dict(ReferenceBlog.link_attributes)


@breaks("pingback.server.source-image")
class TakesImages(ReferenceBlog):
    link_attributes = {"img": "src"} | dict(ReferenceBlog.link_attributes)


@breaks("pingback.server.source-link-element")
class TakesLinkElements(ReferenceBlog):
    link_attributes = {"link": "href"} | dict(ReferenceBlog.link_attributes)
