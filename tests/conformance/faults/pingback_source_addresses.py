"""Endpoints that compare addresses too strictly, or too loosely."""

import re
from urllib.parse import urlsplit

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_source import canonical


class Sees(ReferenceBlog):
    """Sees the text of a page changed."""

    def seen(self, text):
        raise NotImplementedError

    def read_html(self, url, text, *, xml=False):
        return super().read_html(url, self.seen(text), xml=xml)


@breaks("pingback.server.source-ampersand")
class DoesNotUnescape(Sees):
    def seen(self, text):
        return text.replace("&amp;", "&amp;amp;")


@breaks("pingback.server.source-ampersand-raw", "pingback.server.source-ampersand-name")
class WantsAmpersandsEscaped(Sees):
    def seen(self, text):
        return re.sub(r"&(?!\w+;|#)", "&amp;amp;", text)


@breaks("pingback.server.source-ampersand-name")
class TakesNamesForCharacters(Sees):
    def seen(self, text):
        return text.replace("&copy=", "\u00a9=")


class LooksByPattern(ReferenceBlog):
    """Does not find a target with such characters."""

    meaning = ""

    def same_link(self, href, target):
        return not re.search(self.meaning, target) and super().same_link(href, target)


@breaks("pingback.server.source-characters")
class PutsTheTargetIntoAPattern(LooksByPattern):
    meaning = r"[+*(]"


@breaks("pingback.server.source-quotes")
class PutsTheTargetIntoAQuery(LooksByPattern):
    meaning = r"'"


@breaks("pingback.server.source-host-case")
class WantsHostsInSmallLetters(ReferenceBlog):
    def resolve_link(self, href, document):
        return "" if href.startswith("HTTP:") else super().resolve_link(href, document)


@breaks("pingback.server.source-fragment")
class TakesNoTargetsWithFragments(ReferenceBlog):
    def same_link(self, href, target):
        return not ("#" in href and "#" in target) and super().same_link(href, target)


@breaks("pingback.server.source-fragment-link")
class WantsTheFragmentInTheTarget(ReferenceBlog):
    def same_link(self, href, target):
        return ("#" not in href or "#" in target) and super().same_link(href, target)


@breaks("pingback.server.source-fragment-target")
class WantsTheFragmentInTheLink(ReferenceBlog):
    def same_link(self, href, target):
        return ("#" in href or "#" not in target) and super().same_link(href, target)


class TakesMoreLinks(ReferenceBlog):
    """Takes links for the target's that the reference does not, if `similar` says so."""

    def similar(self, href, target):
        raise NotImplementedError

    def same_link(self, href, target):
        return self.similar(href, target) or super().same_link(href, target)


@breaks("pingback.server.source-prefix")
class TakesPrefixes(TakesMoreLinks):
    def similar(self, href, target):
        return href.startswith("http") and canonical(target).startswith(canonical(href))


@breaks("pingback.server.source-longer", "trackback.server.no-link-hidden")
class TakesLongerAddresses(TakesMoreLinks):
    def similar(self, href, target):
        return href.startswith(target.rstrip("/"))


@breaks("pingback.server.source-within", "trackback.server.no-link-hidden")
class TakesWhatHoldsTheTarget(TakesMoreLinks):
    def similar(self, href, target):
        return target in href[1:]


@breaks("pingback.server.source-other-port")
class IgnoresPorts(TakesMoreLinks):
    def similar(self, href, target):
        link, page = urlsplit(href), urlsplit(target)
        return (link.hostname, link.path) == (page.hostname, page.path)


@breaks("pingback.server.source-other-host")
class IgnoresHosts(TakesMoreLinks):
    def similar(self, href, target):
        link, page = urlsplit(href), urlsplit(target)
        return link.hostname != page.hostname and link.path == page.path
